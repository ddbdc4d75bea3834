/* Disks: mounted file systems, their usage, counters of I/O. */
#include "counters.h"

#include <errno.h>
#include <stdio.h>

static PyObject *disk_partitions(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                                 PyObject *kwnames)
{
    PyObject *value;
    bool all;
    if (arguments(SIGNATURE("disk_partitions", 0, "all"), args, nargs, kwnames, &value) < 0 ||
        flag_of(value, false, &all) < 0)
        return NULL;
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_sdiskpart_list *list;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_disk_partitions(&list, ctx, all);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    PyObject *result = list_to_tuples(state, TUPLE_sdiskpart, list->items, list->len);
    psutil_free(list);
    return result;
}

static PyObject *usage_of(PyObject *module, PyObject *given, const char *path)
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_sdiskusage usage;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_disk_usage(&usage, ctx, path, -1);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_path(state, ctx, rc, given);
    usage.percent = usage.percent >= 0 ? round_tenth(usage.percent) : 0;
    return record_to_tuple(state, TUPLE_sdiskusage, &usage);
}

static PyObject *raise_errno(int number, PyObject *given)
{
    PyErr_Clear();
    errno = number;
    return PyErr_SetFromErrnoWithFilenameObject(PyExc_OSError, given);
}

/* The library takes paths: an open file has one as well. */
static PyObject *usage_of_file(PyObject *module, PyObject *given)
{
    int overflow;
    long fd = PyLong_AsLongAndOverflow(given, &overflow);
    if (fd == -1 && PyErr_Occurred())
        return NULL;
    if (overflow > 0 || fd > INT_MAX) {
        PyErr_SetString(PyExc_OverflowError, "fd is greater than maximum");
        return NULL;
    }
    if (overflow < 0 || fd < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError, "fd is less than minimum");
        return NULL;
    }
    char path[sizeof "/dev/fd/-2147483648"];
    snprintf(path, sizeof path, "/dev/fd/%d", (int)fd);
    PyObject *result = usage_of(module, given, path);
    if (!result && PyErr_ExceptionMatches(PyExc_FileNotFoundError))
        return raise_errno(EBADF, given);
    return result;
}

static PyObject *disk_usage(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                            PyObject *kwnames)
{
    PyObject *given, *bytes = NULL;
    if (arguments(SIGNATURE("disk_usage", 1, "path"), args, nargs, kwnames, &given) < 0)
        return NULL;
    if (PyIndex_Check(given)) {
        PyObject *number = PyNumber_Index(given);
        PyObject *result = number ? usage_of_file(module, number) : NULL;
        Py_XDECREF(number);
        return result;
    }
    if (!PyUnicode_FSConverter(given, &bytes)) {
        if (PyErr_ExceptionMatches(PyExc_TypeError))
            PyErr_Format(PyExc_TypeError,
                         "statvfs: path should be string, bytes, os.PathLike or integer, not "
                         "%.200s",
                         Py_TYPE(given)->tp_name);
        return NULL;
    }
    PyObject *result = PyBytes_GET_SIZE(bytes) ? usage_of(module, given, PyBytes_AS_STRING(bytes))
                                               : raise_errno(ENOENT, given);
    Py_DECREF(bytes);
    return result;
}

static int disk_total(void *out, psutil *ctx, psutil_nowrap *nowrap)
{
    return psutil_disk_io_counters(out, ctx, nowrap);
}

static int disk_each(any_list **out, psutil *ctx, psutil_nowrap *nowrap)
{
    psutil_sdiskio_list *list;
    int rc = psutil_disk_io_counters_perdisk(&list, ctx, nowrap);
    if (rc == 0)
        *out = (any_list *)(void *)list;
    return rc;
}

static PyObject *disk_io_counters(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                                  PyObject *kwnames)
{
    static const counter_kind kind = {TUPLE_sdiskio, disk_total, disk_each};
    PyObject *values[2];
    bool each, nowrap;
    if (arguments(SIGNATURE("disk_io_counters", 0, "perdisk", "nowrap"), args, nargs, kwnames,
                  values) < 0 ||
        flag_of(values[0], false, &each) < 0 || flag_of(values[1], true, &nowrap) < 0)
        return NULL;
    module_state *state = state_of(module);
    context_node *node = context_node_for(state);
    return node ? counters_get(state, &kind, node->ctx, &node->disks, each, nowrap) : NULL;
}

static PyObject *disk_io_clear(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    for (context_node *node = contexts_first(state_of(module)); node; node = node->next)
        counters_clear(&node->disks);
    Py_RETURN_NONE;
}

#define KEYWORDS (METH_FASTCALL | METH_KEYWORDS)

PyMethodDef disk_functions[] = {
    {"disk_partitions", FUNCTION(disk_partitions), KEYWORDS, NULL},
    {"disk_usage", FUNCTION(disk_usage), KEYWORDS, NULL},
    {"disk_io_counters", FUNCTION(disk_io_counters), KEYWORDS, NULL},
    {"disk_io_counters_clear", disk_io_clear, METH_NOARGS, NULL},
    {NULL},
};
