/* Integer arguments of C's sizes, with the exceptions of Python's own functions. */
#include "process.h"

#include <limits.h>

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
