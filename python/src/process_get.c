/* Getters that take arguments, or do more than read a field. */
#include "process.h"

#include <string.h>

#ifndef _WIN32
#include <sys/stat.h>
#include <unistd.h>
#endif

/* The handle knows it, whether the process is still there or not. */
PyObject *process_create_time(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    psutil_process_info info;
    int rc;
    PyObject *known = process_kept(self, &self->create_time);
    if (known)
        return known;
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_started(&info.create_time, self->handle);
    Py_END_ALLOW_THREADS
    return rc == 0 ? process_field_value(self, PSUTIL_FIELD_CREATE_TIME, &info)
                   : process_raise(self, rc);
}

/* Whether `path` is an absolute path of a file that the caller may execute. */
static bool is_program(const char *path)
{
#ifdef _WIN32
    (void)path;
    return false;
#else
    struct stat st;
    return path[0] == '/' && stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
#endif
}

/* Who may not see the executable is told the command line's first word, when that is a program. */
PyObject *process_exe_guess(process_object *self)
{
    psutil_string_list *cmdline = NULL;
    bool usable;
    Py_BEGIN_ALLOW_THREADS
    usable = psutil_process_cmdline(&cmdline, self->handle) == 0 && cmdline && cmdline->len > 0 &&
             is_program(cmdline->items[0]);
    Py_END_ALLOW_THREADS
    PyObject *guess = usable ? string_from(cmdline->items[0]) : NULL;
    psutil_free(cmdline);
    return guess;
}

/* The guess in place of the AccessDenied that was raised, which is put back if there is none. */
static PyObject *guess_instead(process_object *self)
{
    PyObject *denied, *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    denied = exception_class(self->state, ACCESS_DENIED);
    PyErr_Clear();
    bool matches = denied && PyErr_GivenExceptionMatches(type, denied);
    Py_XDECREF(denied);
    PyObject *guess = matches ? process_exe_guess(self) : NULL;
    if (!guess) {
        PyErr_Clear();
        PyErr_Restore(type, value, traceback);
        return NULL;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return guess;
}

/* As psutil does, an instance asks once. */
PyObject *process_exe(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    PyObject *exe = process_kept(self, &self->exe);
    if (exe)
        return exe;
    exe = process_get(self, PSUTIL_FIELD_EXE);
    if (!exe)
        exe = guess_instead(self);
    if (exe && PyUnicode_GET_LENGTH(exe) > 0)
        process_keep(self, &self->exe, exe);
    return exe;
}

PyObject *process_is_running(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    bool running = false;
    int rc;
    if (self->absent)
        Py_RETURN_FALSE;
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_is_running(&running, self->handle);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    if (!running)
        process_iter_forget(self);
    return PyBool_FromLong(running);
}

/* ---- CPU ------------------------------------------------------------------------------------- */

static int sleep_for(PyObject *seconds)
{
    PyObject *time = PyImport_ImportModule("time");
    PyObject *result = time ? PyObject_CallMethod(time, "sleep", "O", seconds) : NULL;
    Py_XDECREF(time);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Whether `interval` is larger than 0; -1 with an exception when it is less, or no number. */
static int is_blocking(PyObject *interval)
{
    PyObject *zero = PyFloat_FromDouble(0);
    int positive = zero ? PyObject_RichCompareBool(interval, zero, Py_GT) : -1;
    int negative = positive == 0 ? PyObject_RichCompareBool(interval, zero, Py_LT) : 0;
    Py_XDECREF(zero);
    if (negative > 0)
        PyErr_Format(PyExc_ValueError, "interval is not positive (got %S)", interval);
    return negative != 0 ? -1 : positive;
}

static PyObject *percent_now(process_object *self)
{
    psutil_pcputimes times;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_cpu_times(&times, self->handle);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    return PyFloat_FromDouble(process_percent(self, &times, monotonic_clock()));
}

PyObject *process_cpu_percent(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                              PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *interval;
    if (arguments(SIGNATURE("Process.cpu_percent", 0, "interval"), args, nargs, kwnames,
                  &interval) < 0)
        return NULL;
    int blocking = interval && interval != Py_None ? is_blocking(interval) : 0;
    if (blocking < 0)
        return NULL;
    if (!blocking)
        return process_get(self, PSUTIL_FIELD_CPU_PERCENT);
    PyObject *before = process_is_open(self) ? percent_now(self) : NULL;
    if (!before)
        return NULL;
    Py_DECREF(before);
    return sleep_for(interval) == 0 ? percent_now(self) : NULL;
}

/* ---- Memory ---------------------------------------------------------------------------------- */

static PyObject *raise_memtype(process_object *self, PyObject *memtype)
{
    const tuple_info *tuple = tuple_get(self->state, TUPLE_pfullmem);
    PyObject *type = tuple ? (PyObject *)atomic_load(&tuple->type) : NULL;
    PyObject *fields = type ? PyObject_GetAttrString(type, "_fields") : NULL;
    if (fields)
        PyErr_Format(PyExc_ValueError, "invalid memtype %R; valid types are %R", memtype, fields);
    Py_XDECREF(fields);
    return NULL;
}

PyObject *process_memory_share(process_object *self, PyObject *memtype)
{
    double percent;
    int rc;
    const char *name = PyUnicode_Check(memtype) ? PyUnicode_AsUTF8(memtype) : NULL;
    if (!name) {
        PyErr_Clear();
        return raise_memtype(self, memtype);
    }
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_memory_percent(&percent, self->handle, name);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_EINVAL)
        return raise_memtype(self, memtype);
    return rc == 0 ? PyFloat_FromDouble(percent) : process_raise(self, rc);
}

static PyObject *ungrouped_maps(process_object *self)
{
    psutil_pmmap_list *list = NULL;
    int rc;
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_memory_maps(&list, self->handle, false);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    PyObject *result = list_to_tuples(self->state, TUPLE_pmmap_ext, list->items, list->len);
    psutil_free(list);
    return result;
}

PyObject *process_memory_maps(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                              PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *grouped;
    if (arguments(SIGNATURE("Process.memory_maps", 0, "grouped"), args, nargs, kwnames, &grouped) <
        0)
        return NULL;
    int truth = grouped ? PyObject_IsTrue(grouped) : 1;
    if (truth < 0)
        return NULL;
    return truth ? process_get(self, PSUTIL_FIELD_MEMORY_MAPS) : ungrouped_maps(self);
}

PyObject *process_memory_info_ex(PyObject *self, PyObject *Py_UNUSED(unused))
{
    if (PyErr_WarnEx(PyExc_DeprecationWarning,
                     "memory_info_ex() was deprecated once; its fields are those of psutil 8.0",
                     1) < 0)
        return NULL;
    return process_get((process_object *)self, PSUTIL_FIELD_MEMORY_INFO_EX);
}

/* ---- Sockets --------------------------------------------------------------------------------- */

static PyObject *connections_of(process_object *self, unsigned kind)
{
    psutil_sconn_list *list = NULL;
    int rc;
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_net_connections(&list, self->handle, kind);
    Py_END_ALLOW_THREADS
    return rc == 0 ? connections_from(self->state, TUPLE_pconn, list) : process_raise(self, rc);
}

PyObject *process_net_connections(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                                  PyObject *kwnames)
{
    PyObject *kind;
    unsigned set;
    if (arguments(SIGNATURE("Process.net_connections", 0, "kind"), args, nargs, kwnames, &kind) < 0)
        return NULL;
    return conn_kind_of(kind, &set) == 0 ? connections_of((process_object *)self, set) : NULL;
}

PyObject *process_connections(PyObject *self, PyObject *const *args, Py_ssize_t nargs,
                              PyObject *kwnames)
{
    PyObject *kind;
    if (arguments(SIGNATURE("Process.connections", 0, "kind"), args, nargs, kwnames, &kind) < 0 ||
        PyErr_WarnEx(PyExc_DeprecationWarning,
                     "connections() is deprecated and will be removed; use net_connections() "
                     "instead",
                     1) < 0)
        return NULL;
    return kind ? PyObject_CallMethod(self, "net_connections", "O", kind)
                : PyObject_CallMethod(self, "net_connections", NULL);
}
