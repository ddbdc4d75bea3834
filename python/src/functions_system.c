/* Memory, boot time, users, process ids, waiting for several processes. */
#include "module.h"

/* Records that are all integers and percentages: what is not known is 0. */
static void zero_unknown(const psutil_record *record, void *item)
{
    for (size_t i = 0; i < record->len; i++) {
        const psutil_field *field = &record->fields[i];
        int64_t *place = (int64_t *)((char *)item + field->offset);
        if (field->type == PSUTIL_TYPE_INT && *place == PSUTIL_UNKNOWN)
            *place = 0;
    }
}

static PyObject *memory_tuple(module_state *state, tuple_id id, void *item)
{
    const tuple_info *info = tuple_get(state, id);
    if (!info)
        return NULL;
    zero_unknown(info->record, item);
    return record_to_tuple(state, id, item);
}

static PyObject *virtual_memory(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_svmem memory;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_virtual_memory(&memory, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    memory.percent = memory.percent >= 0 ? round_tenth(memory.percent) : 0;
    return memory_tuple(state, TUPLE_svmem, &memory);
}

static PyObject *swap_memory(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_sswap swap;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_swap_memory(&swap, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    swap.percent = swap.percent >= 0 ? round_tenth(swap.percent) : 0;
    return memory_tuple(state, TUPLE_sswap, &swap);
}

static PyObject *heap_info(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_pheap heap;
    int rc = psutil_heap_info(&heap, ctx); /* a look at the allocator's own books: no system call */
    if (rc < 0)
        return raise_from(state, ctx, rc);
    return record_to_tuple(state, TUPLE_pheap, &heap);
}

static PyObject *heap_trim(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_heap_trim(ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    Py_RETURN_NONE;
}

static PyObject *boot_time(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    double time;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_boot_time(&time, ctx);
    Py_END_ALLOW_THREADS
    return rc < 0 ? raise_from(state, ctx, rc) : PyFloat_FromDouble(time);
}

static PyObject *users(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_suser_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_users(&list, ctx);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ENOTSUP)
        return PyList_New(0);
    if (rc < 0)
        return raise_from(state, ctx, rc);
    PyObject *result = list_to_tuples(state, TUPLE_suser, list->items, list->len);
    psutil_free(list);
    return result;
}

static PyObject *pids(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_int_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_pids(&list, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    PyObject *result = ints_from(list);
    psutil_free(list);
    return result;
}

/* No process has an id that does not fit: 1 with `*pid` set, 0 when it does not fit, -1. */
static int pid_of(PyObject *value, int64_t *pid)
{
    if (!PyIndex_Check(value)) {
        PyErr_Format(PyExc_TypeError,
                     PyFloat_Check(value) ? "'%.100s' object cannot be interpreted as an integer"
                                          : "'<' not supported between instances of '%.100s' and "
                                            "'int'",
                     Py_TYPE(value)->tp_name);
        return -1;
    }
    PyObject *number = PyNumber_Index(value);
    if (!number)
        return -1;
    int overflow;
    *pid = PyLong_AsLongLongAndOverflow(number, &overflow);
    Py_DECREF(number);
    return overflow ? 0 : 1;
}

static PyObject *pid_exists(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                            PyObject *kwnames)
{
    PyObject *value;
    int64_t pid;
    if (arguments(SIGNATURE("pid_exists", 1, "pid"), args, nargs, kwnames, &value) < 0)
        return NULL;
    int fits = pid_of(value, &pid);
    if (fits < 0)
        return NULL;
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    if (!fits || pid < 0)
        Py_RETURN_FALSE;
    bool exists;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_pid_exists(&exists, ctx, pid);
    Py_END_ALLOW_THREADS
    return rc < 0 ? raise_from(state, ctx, rc) : PyBool_FromLong(exists);
}

/* ---- Waiting for several ----------------------------------------------------------------------
 */

static int check_timeout(PyObject *timeout)
{
    if (timeout == Py_None)
        return 0;
    PyObject *zero = PyLong_FromLong(0);
    if (!zero)
        return -1;
    int fits = PyObject_RichCompareBool(timeout, zero, Py_GE);
    Py_DECREF(zero);
    if (fits == 0)
        PyErr_Format(PyExc_ValueError, "timeout must be a positive integer, got %S", timeout);
    return fits > 0 ? 0 : -1;
}

static int check_callback(PyObject *callback)
{
    if (callback == Py_None || PyCallable_Check(callback))
        return 0;
    PyErr_Format(PyExc_TypeError, "callback %S is not a callable", callback);
    return -1;
}

static PyObject *wait_for(module_state *state, PyObject *procs, PyObject *timeout,
                          PyObject *callback)
{
    PyObject *function = package_attribute(state, "_wait_for");
    PyObject *result =
        function ? PyObject_CallFunctionObjArgs(function, procs, timeout, callback, NULL) : NULL;
    Py_XDECREF(function);
    return result;
}

/* `none` is an empty list of ours. */
static PyObject *nobody(PyObject *none)
{
    PyObject *gone = PyList_New(0);
    PyObject *result = gone ? PyTuple_Pack(2, gone, none) : NULL;
    Py_XDECREF(gone);
    return result;
}

/* Programs that end what they have started often have nothing left to wait for. */
static PyObject *wait_procs(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                            PyObject *kwnames)
{
    PyObject *values[3];
    if (arguments(SIGNATURE("wait_procs", 1, "procs", "timeout", "callback"), args, nargs, kwnames,
                  values) < 0)
        return NULL;
    PyObject *timeout = values[1] ? values[1] : Py_None,
             *callback = values[2] ? values[2] : Py_None;
    if (check_timeout(timeout) < 0 || check_callback(callback) < 0)
        return NULL;
    PyObject *procs = PySequence_List(values[0]), *result = NULL;
    if (procs)
        result = PyList_GET_SIZE(procs) ? wait_for(state_of(module), procs, timeout, callback)
                                        : nobody(procs);
    Py_XDECREF(procs);
    return result;
}

PyMethodDef system_functions[] = {
    {"virtual_memory", virtual_memory, METH_NOARGS, NULL},
    {"swap_memory", swap_memory, METH_NOARGS, NULL},
    {"heap_info", heap_info, METH_NOARGS, NULL},
    {"heap_trim", heap_trim, METH_NOARGS, NULL},
    {"boot_time", boot_time, METH_NOARGS, NULL},
    {"users", users, METH_NOARGS, NULL},
    {"pids", pids, METH_NOARGS, NULL},
    {"pid_exists", FUNCTION(pid_exists), METH_FASTCALL | METH_KEYWORDS, NULL},
    {"wait_procs", FUNCTION(wait_procs), METH_FASTCALL | METH_KEYWORDS, NULL},
    {NULL},
};
