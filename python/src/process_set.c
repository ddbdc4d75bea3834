/* What can be set: nice, ionice, limits, affinity. Each method also gets. */
#include "process.h"

/* What a setter that succeeded or failed returns. */
static PyObject *none_or_raise(process_object *self, int rc)
{
    if (rc != 0)
        return process_raise(self, rc);
    Py_RETURN_NONE;
}

/* What comes out of an attempt to change something. Of a pid that is another's by now nothing else
 * is said, whatever is wrong with the arguments besides. */
PyObject *process_unless_reused(process_object *self, PyObject *result)
{
    PyObject *type, *value, *traceback;
    int64_t ppid;
    if (result || !self->handle)
        return result;
    PyErr_Fetch(&type, &value, &traceback);
    int rc = psutil_process_ppid(&ppid, self->handle);
    if (rc != PSUTIL_EREUSED) {
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return process_raise(self, rc);
}

/* "[Errno 22] Invalid argument", as the system call itself says. */
static PyObject *raise_invalid(void)
{
    PyObject *args = Py_BuildValue("(is)", 22, "Invalid argument");
    if (args)
        PyErr_SetObject(PyExc_OSError, args);
    Py_XDECREF(args);
    return NULL;
}

static PyObject *set_nice(process_object *self, PyObject *value)
{
    int64_t nice;
    int rc;
    if (!process_is_open(self) || parse_int(value, &nice) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_set_nice(self->handle, nice);
    Py_END_ALLOW_THREADS
    return none_or_raise(self, rc);
}

PyObject *process_nice(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *value;
    if (arguments(SIGNATURE("Process.nice", 0, "value"), args, nargs, kwnames, &value) < 0)
        return NULL;
    if (!value || value == Py_None)
        return process_get(self, PSUTIL_FIELD_NICE);
    return process_unless_reused(self, set_nice(self, value));
}

/* ---- ionice ---------------------------------------------------------------------------------- */

/* Whether it is a class that has no levels; whatever is no number is none. */
static bool is_flat(PyObject *ioclass)
{
    int overflow;
    if (!PyLong_Check(ioclass))
        return false;
    int64_t class = PyLong_AsLongLongAndOverflow(ioclass, &overflow);
    return class == PSUTIL_IOPRIO_CLASS_NONE || class == PSUTIL_IOPRIO_CLASS_IDLE;
}

/* Whether the class takes the value; an exception if not. A value left out is 0. */
static bool check_level(PyObject *ioclass, PyObject *value, int64_t *level)
{
    *level = 0;
    if (!value || value == Py_None)
        return true;
    int truth = PyObject_IsTrue(value);
    if (truth < 0)
        return false;
    if (truth && is_flat(ioclass)) {
        PyErr_Format(PyExc_ValueError, "%S ioclass accepts no value", ioclass);
        return false;
    }
    if (!PyIndex_Check(value) && !PyFloat_Check(value)) {
        PyErr_Format(PyExc_TypeError, "'<' not supported between instances of '%s' and 'int'",
                     Py_TYPE(value)->tp_name);
        return false;
    }
    if (parse_long(value, level) < 0)
        return false;
    if (*level < 0 || *level > 7)
        PyErr_SetString(PyExc_ValueError, "value not in 0-7 range");
    return *level >= 0 && *level <= 7;
}

static PyObject *set_ionice(process_object *self, PyObject *ioclass, PyObject *value)
{
    int64_t class, level;
    int rc;
    if (!process_is_open(self) || !check_level(ioclass, value, &level) ||
        parse_int(ioclass, &class) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_set_ionice(self->handle, class, level);
    Py_END_ALLOW_THREADS
    return rc == PSUTIL_EINVAL ? raise_invalid() : none_or_raise(self, rc);
}

PyObject *process_ionice(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *values[2];
    if (arguments(SIGNATURE("Process.ionice", 0, "ioclass", "value"), args, nargs, kwnames,
                  values) < 0)
        return NULL;
    if (values[0] && values[0] != Py_None)
        return process_unless_reused(self, set_ionice(self, values[0], values[1]));
    if (values[1] && values[1] != Py_None) {
        PyErr_SetString(PyExc_ValueError, "'ioclass' argument must be specified");
        return NULL;
    }
    return process_get(self, PSUTIL_FIELD_IONICE);
}

/* ---- Limits ---------------------------------------------------------------------------------- */

static PyObject *pair_of(int64_t first, int64_t second)
{
    PyObject *a = PyLong_FromLongLong(first), *b = PyLong_FromLongLong(second);
    PyObject *pair = a && b ? PyTuple_Pack(2, a, b) : NULL;
    Py_XDECREF(b);
    Py_XDECREF(a);
    return pair;
}

static PyObject *get_rlimit(process_object *self, PyObject *number)
{
    psutil_prlimit limit;
    int64_t resource;
    int rc;
    if (!process_is_open(self) || parse_int(number, &resource) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_rlimit(&limit, self->handle, resource);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_EINVAL) {
        PyErr_SetString(PyExc_ValueError, "invalid resource specified");
        return NULL;
    }
    if (rc != 0)
        return process_raise(self, rc);
    return pair_of(limit.soft, limit.hard);
}

static int check_pair(PyObject *limits)
{
    Py_ssize_t len = PyObject_Size(limits);
    if (len >= 0 && len != 2)
        PyErr_Format(PyExc_ValueError, "second argument must be a (soft, hard) tuple, got %R",
                     limits);
    return len == 2 ? 0 : -1;
}

static int parse_limits(PyObject *limits, int64_t *soft, int64_t *hard)
{
    PyObject *pair = PySequence_Tuple(limits);
    int rc = pair && PyTuple_GET_SIZE(pair) == 2 ? parse_long(PyTuple_GET_ITEM(pair, 0), soft) : -1;
    if (rc == 0)
        rc = parse_long(PyTuple_GET_ITEM(pair, 1), hard);
    Py_XDECREF(pair);
    return rc;
}

/* -1 stands for no limit, and is therefore the largest. */
static PyObject *set_rlimit(process_object *self, PyObject *number, PyObject *limits)
{
    int64_t resource, soft, hard;
    int rc;
    if (!process_is_open(self) || check_pair(limits) < 0 || parse_int(number, &resource) < 0 ||
        parse_limits(limits, &soft, &hard) < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_set_rlimit(self->handle, resource, soft, hard);
    Py_END_ALLOW_THREADS
    bool beyond = (uint64_t)soft > (uint64_t)hard;
    if (rc != PSUTIL_EINVAL || (!beyond && hard < PSUTIL_RLIM_INFINITY))
        return none_or_raise(self, rc);
    bool valid = resource >= PSUTIL_RLIMIT_CPU && resource <= PSUTIL_RLIMIT_RTTIME;
    PyErr_SetString(PyExc_ValueError, valid && beyond ? "current limit exceeds maximum limit"
                                                      : "invalid resource specified");
    return NULL;
}

PyObject *process_rlimit(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                         PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *values[2];
    if (arguments(SIGNATURE("Process.rlimit", 1, "resource", "limits"), args, nargs, kwnames,
                  values) < 0)
        return NULL;
    if (!values[1] || values[1] == Py_None)
        return get_rlimit(self, values[0]);
    return process_unless_reused(self, set_rlimit(self, values[0], values[1]));
}

/* ---- Affinity -------------------------------------------------------------------------------- */

/* The numbers of an iterable, allocated. */
static int64_t *parse_cpus(PyObject *cpus, Py_ssize_t *len)
{
    PyObject *list = PySequence_List(cpus);
    if (!list)
        return NULL;
    *len = PyList_GET_SIZE(list);
    int64_t *numbers = PyMem_Malloc(((size_t)*len + 1) * sizeof *numbers);
    for (Py_ssize_t i = 0; numbers && i < *len; i++)
        if (parse_long(PyList_GET_ITEM(list, i), &numbers[i]) < 0) {
            PyMem_Free(numbers);
            numbers = NULL;
        }
    if (!numbers && !PyErr_Occurred())
        PyErr_NoMemory();
    Py_DECREF(list);
    return numbers;
}

/* Says which CPU it is that the machine does not have. */
static PyObject *raise_cpus(process_object *self, const int64_t *numbers, Py_ssize_t len)
{
    int64_t count = 0, wrong = numbers[0];
    if (psutil_cpu_count(&count, psutil_process_context(self->handle), true) != 0)
        count = 0;
    for (Py_ssize_t i = len; i-- > 0;)
        if (numbers[i] < 0 || numbers[i] >= count)
            wrong = numbers[i];
    PyObject *there = PyList_New(0);
    for (int64_t cpu = 0; there && cpu < count; cpu++) {
        PyObject *number = PyLong_FromLongLong(cpu);
        if (!number || PyList_Append(there, number) < 0)
            Py_CLEAR(there);
        Py_XDECREF(number);
    }
    if (there && wrong >= 0 && wrong < count)
        PyErr_Format(PyExc_ValueError, "CPU number %lld is not eligible; choose between %R",
                     (long long)wrong, there);
    else if (there)
        PyErr_Format(PyExc_ValueError, "invalid CPU %lld; choose between %R", (long long)wrong,
                     there);
    Py_XDECREF(there);
    return NULL;
}

/* Linux leaves out CPUs beyond the last, as long as there are others. */
static Py_ssize_t leave_out(process_object *self, int64_t *numbers, Py_ssize_t len)
{
    int64_t count = 0;
    Py_ssize_t kept = 0;
    if (psutil_cpu_count(&count, psutil_process_context(self->handle), true) != 0)
        return len;
    for (Py_ssize_t i = 0; i < len; i++)
        kept += numbers[i] < count;
    if (kept == 0 || kept == len)
        return len;
    kept = 0;
    for (Py_ssize_t i = 0; i < len; i++)
        if (numbers[i] < count)
            numbers[kept++] = numbers[i];
    return kept;
}

static PyObject *set_affinity(process_object *self, PyObject *cpus)
{
    Py_ssize_t len = 0;
    int64_t *numbers = process_is_open(self) ? parse_cpus(cpus, &len) : NULL;
    int rc;
    if (!numbers)
        return NULL;
    len = leave_out(self, numbers, len);
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_set_cpu_affinity(self->handle, numbers, (size_t)len);
    Py_END_ALLOW_THREADS
    PyObject *result =
        rc == PSUTIL_EINVAL && len > 0 ? raise_cpus(self, numbers, len) : none_or_raise(self, rc);
    PyMem_Free(numbers);
    return result;
}

/* Whatever is false (an empty list, 0) stands for all CPUs. */
PyObject *process_cpu_affinity(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                               PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *cpus;
    if (arguments(SIGNATURE("Process.cpu_affinity", 0, "cpus"), args, nargs, kwnames, &cpus) < 0)
        return NULL;
    if (!cpus || cpus == Py_None)
        return process_get(self, PSUTIL_FIELD_CPU_AFFINITY);
    int truth = PyObject_IsTrue(cpus);
    if (truth < 0)
        return NULL;
    if (truth)
        return process_unless_reused(self, set_affinity(self, cpus));
    PyObject *none = PyTuple_New(0);
    PyObject *result = none ? set_affinity(self, none) : NULL;
    Py_XDECREF(none);
    return result;
}
