/* Arguments of methods: positional and by keyword, with the texts of Python's own errors. */
#include "process.h"

#include <limits.h>

static size_t count_names(const char *const *names)
{
    size_t count = 0;
    while (names[count])
        count++;
    return count;
}

static int take_keyword(const char *function, const char *const *names, PyObject *keyword,
                        PyObject *value, PyObject **values)
{
    for (size_t i = 0; names[i]; i++) {
        if (PyUnicode_CompareWithASCIIString(keyword, names[i]) != 0)
            continue;
        if (values[i]) {
            PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", function,
                         keyword);
            return -1;
        }
        values[i] = value;
        return 0;
    }
    PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function,
                 keyword);
    return -1;
}

int parse_arguments(const char *function, const char *const *names, size_t required,
                    PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames, PyObject **values)
{
    size_t count = count_names(names);
    if ((size_t)nargs > count) {
        PyErr_Format(PyExc_TypeError, "%s() takes at most %zu arguments (%zd given)", function,
                     count, nargs);
        return -1;
    }
    for (size_t i = 0; i < count; i++)
        values[i] = i < (size_t)nargs ? args[i] : NULL;
    for (Py_ssize_t i = 0; kwnames && i < PyTuple_GET_SIZE(kwnames); i++)
        if (take_keyword(function, names, PyTuple_GET_ITEM(kwnames, i), args[nargs + i], values) < 0)
            return -1;
    for (size_t i = 0; i < required; i++) {
        if (values[i])
            continue;
        PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: '%s'", function,
                     names[i]);
        return -1;
    }
    return 0;
}

int parse_long(PyObject *object, int64_t *out)
{
    PyObject *index = PyNumber_Index(object);
    if (!index)
        return -1;
    int overflow;
    *out = PyLong_AsLongLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (overflow)
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C long");
    return overflow || (*out == -1 && PyErr_Occurred()) ? -1 : 0;
}

int parse_int(PyObject *object, int64_t *out)
{
    if (parse_long(object, out) < 0)
        return -1;
    if (*out > INT_MAX)
        PyErr_SetString(PyExc_OverflowError, "signed integer is greater than maximum");
    else if (*out < INT_MIN)
        PyErr_SetString(PyExc_OverflowError, "signed integer is less than minimum");
    return *out > INT_MAX || *out < INT_MIN ? -1 : 0;
}
