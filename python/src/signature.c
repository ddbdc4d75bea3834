/* Arguments of functions, with the messages that functions written in Python have. */
#include "module.h"

#include <string.h>

/* Methods count self as well. */
static int too_many(const signature *sig, Py_ssize_t given)
{
    int self = strchr(sig->function, '.') != NULL;
    int least = sig->required + self, most = sig->len + self;
    const char *were = given + self == 1 ? "was" : "were";
    if (least == most)
        PyErr_Format(PyExc_TypeError, "%s() takes %d positional argument%s but %zd %s given",
                     sig->function, most, most == 1 ? "" : "s", given + self, were);
    else
        PyErr_Format(PyExc_TypeError,
                     "%s() takes from %d to %d positional arguments but %zd %s given",
                     sig->function, least, most, given + self, were);
    return -1;
}

static int index_of(const signature *sig, PyObject *name)
{
    for (int i = 0; i < sig->len; i++)
        if (PyUnicode_CompareWithASCIIString(name, sig->names[i]) == 0)
            return i;
    return -1;
}

static int take_keyword(const signature *sig, PyObject *name, PyObject *value, PyObject **values)
{
    int i = index_of(sig, name);
    if (i >= 0 && !values[i]) {
        values[i] = value;
        return 0;
    }
    if (i >= 0)
        PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", sig->function,
                     name);
    else
        PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", sig->function,
                     name);
    return -1;
}

int arguments(const signature *sig, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
              PyObject **values)
{
    for (Py_ssize_t i = 0; i < sig->len; i++)
        values[i] = i < nargs ? args[i] : NULL;
    Py_ssize_t named = kwnames ? PyTuple_GET_SIZE(kwnames) : 0;
    for (Py_ssize_t i = 0; i < named; i++)
        if (take_keyword(sig, PyTuple_GET_ITEM(kwnames, i), args[nargs + i], values) < 0)
            return -1;
    if (nargs > sig->len)
        return too_many(sig, nargs);
    for (int i = 0; i < sig->required; i++) {
        if (values[i])
            continue;
        PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: '%s'",
                     sig->function, sig->names[i]);
        return -1;
    }
    return 0;
}

int flag_of(PyObject *value, bool fallback, bool *flag)
{
    int truth = value ? PyObject_IsTrue(value) : fallback;
    *flag = truth > 0;
    return truth < 0 ? -1 : 0;
}
