/* Signals, and waiting for the end. */
#include "process.h"

#include <errno.h>
#include <limits.h>
#include <math.h>

#ifdef _WIN32
#include <process.h>
#define getpid _getpid
#else
#include <unistd.h>
#endif

/* ---- Signals --------------------------------------------------------------------------------- */

static PyObject *raise_signal(void)
{
    PyObject *args = Py_BuildValue("(is)", 22, "Invalid argument");
    if (args)
        PyErr_SetObject(PyExc_OSError, args);
    Py_XDECREF(args);
    return NULL;
}

static bool may_signal(process_object *self)
{
    if (!process_is_open(self))
        return false;
    if (self->pid != 0)
        return true;
    PyErr_SetString(PyExc_ValueError,
                    "preventing sending signal to process with PID 0 as it would affect every "
                    "process in the process group of the calling process (os.getpid()) instead of "
                    "PID 0");
    return false;
}

/* A number that is not even a C int is no signal either. */
static PyObject *send(process_object *self, PyObject *signal)
{
    int rc;
    PyObject *index = may_signal(self) ? PyNumber_Index(signal) : NULL;
    Py_ssize_t number = index ? PyLong_AsSsize_t(index) : -1;
    Py_XDECREF(index);
    if (number == -1 && PyErr_Occurred())
        return NULL;
    int narrow = number < 0 || number > INT_MAX ? -1 : (int)number;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_send_signal(self->handle, narrow);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_EINVAL)
        return raise_signal();
    if (rc != 0)
        return process_raise(self, rc);
    Py_RETURN_NONE;
}

PyObject *process_send_signal(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                              PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *signal;
    if (arguments(SIGNATURE("Process.send_signal", 1, "sig"), args, nargs, kwnames, &signal) < 0)
        return NULL;
    return process_unless_reused(self, send(self, signal));
}

static PyObject *act(PyObject *object, int (*action)(psutil_process *))
{
    process_object *self = (process_object *)object;
    int rc;
    if (!may_signal(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = action(self->handle);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    Py_RETURN_NONE;
}

PyObject *process_suspend(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return act(self, psutil_process_suspend);
}

PyObject *process_resume(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return act(self, psutil_process_resume);
}

PyObject *process_terminate(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return act(self, psutil_process_terminate);
}

PyObject *process_kill(PyObject *self, PyObject *Py_UNUSED(unused))
{
    return act(self, psutil_process_kill);
}

/* ---- Exit codes ------------------------------------------------------------------------------ */

/* psutil tells the exit codes of the caller's children only, and programs know them by that. Whose
 * child it is must be asked while it lives. Without the GIL. */
static void notice_parent(process_object *self, int64_t caller)
{
    int64_t ppid;
    if (self->parent_seen != caller && psutil_process_ppid(&ppid, self->handle) == 0 &&
        ppid == caller)
        self->parent_seen = caller;
}

/* A number, or the member of an enumeration for the signal that ended it. */
static PyObject *exit_code_from(int64_t code)
{
    if (code >= 0 || code == PSUTIL_UNKNOWN)
        return int_from(code);
    PyObject *signals = PyImport_ImportModule("psutil._signals");
    PyObject *result =
        signals ? PyObject_CallMethod(signals, "negsignal", "L", (long long)code) : NULL;
    Py_XDECREF(signals);
    return result;
}

/* The first answer is kept: it is the one for ever. */
static PyObject *keep_exit_code(process_object *self, int64_t code)
{
    if (self->parent_seen != getpid())
        code = PSUTIL_UNKNOWN;
    PyObject *value = exit_code_from(code);
    if (value)
        process_keep(self, &self->exit_code, value);
    return value;
}

/* ---- Waiting for one ------------------------------------------------------------------------- */

/* Seconds; negative for None, for ever. -1 on an error, with an exception. */
static int parse_timeout(PyObject *timeout, double *out)
{
    *out = -1;
    if (!timeout || timeout == Py_None)
        return 0;
    if (!PyFloat_Check(timeout) && !PyLong_Check(timeout)) {
        PyErr_Format(PyExc_TypeError, "timeout must be an int or float (got %R)",
                     (PyObject *)Py_TYPE(timeout));
        return -1;
    }
    *out = PyFloat_AsDouble(timeout);
    if (*out == -1 && PyErr_Occurred())
        return -1;
    if (*out >= 0)
        return 0;
    PyErr_Format(PyExc_ValueError, "timeout must be positive or zero (got %S)", timeout);
    return -1;
}

static double time_left(double timeout, double deadline)
{
    if (timeout <= 0)
        return timeout;
    double left = deadline - monotonic_clock();
    return left > 0 ? left : 0;
}

/* Goes on after signals whose handlers did not raise. */
static int wait_for(process_object *self, double timeout, int64_t *code)
{
    double deadline = timeout <= 0 ? 0 : monotonic_clock() + timeout;
    double left = timeout;
    int rc;
    do {
        Py_BEGIN_ALLOW_THREADS
        notice_parent(self, getpid());
        rc = psutil_process_wait(code, self->handle, left);
        Py_END_ALLOW_THREADS
        if (rc == PSUTIL_EINTR && PyErr_CheckSignals() < 0)
            return rc;
        left = time_left(timeout, deadline);
    } while (rc == PSUTIL_EINTR);
    return rc;
}

/* Nothing waits for a thread of another process; psutil says so in this way. */
static bool may_wait(process_object *self)
{
    if (!process_is_open(self))
        return false;
    if (!self->is_thread)
        return true;
    PyObject *args = Py_BuildValue("(is)", ENOENT, "No such file or directory");
    if (args)
        PyErr_SetObject(PyExc_FileNotFoundError, args);
    Py_XDECREF(args);
    return false;
}

PyObject *process_wait(PyObject *object, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *timeout;
    double seconds;
    int64_t code = PSUTIL_UNKNOWN;
    if (arguments(SIGNATURE("Process.wait", 0, "timeout"), args, nargs, kwnames, &timeout) < 0 ||
        !process_is_open(self) || parse_timeout(timeout, &seconds) < 0 || !may_wait(self))
        return NULL;
    PyObject *known = process_kept(self, &self->exit_code);
    if (known)
        return known;
    int rc = wait_for(self, seconds, &code);
    if (PyErr_Occurred())
        return NULL;
    if (rc == 0)
        return keep_exit_code(self, code);
    if (rc != PSUTIL_ETIMEDOUT)
        return process_raise(self, rc);
    PyObject *name = process_kept(self, &self->name);
    raise_timeout(self->state, timeout, self->pid, name);
    Py_XDECREF(name);
    return NULL;
}

/* ---- Waiting for many ------------------------------------------------------------------------ */

/* A wait for many. While the library sleeps `thread` is where this thread left the interpreter. */
typedef struct vigil {
    PyThreadState *thread;
    PyObject *ended;          /* called with each process */
    PyObject *list;           /* of processes */
    psutil_process **handles; /* of those that still run, */
    Py_ssize_t *indexes;      /* and where in the list they are */
    bool *gone;
    size_t len;
    bool failed;
} vigil;

static PyObject *process_of(const vigil *v, const psutil_process *handle)
{
    for (size_t i = 0; i < v->len; i++)
        if (v->handles[i] == handle)
            return PyList_GET_ITEM(v->list, v->indexes[i]);
    return NULL;
}

static bool report_end(psutil_process *handle, int64_t Py_UNUSED(code), void *user)
{
    vigil *v = user;
    PyEval_RestoreThread(v->thread);
    PyObject *process = process_of(v, handle);
    PyObject *result = process ? PyObject_CallFunctionObjArgs(v->ended, process, NULL) : NULL;
    v->failed = !result;
    Py_XDECREF(result);
    v->thread = PyEval_SaveThread();
    return !v->failed;
}

/* All handles must be of one context: the library sleeps on that of the first. */
static int list_handles(vigil *v, module_state *state)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(v->list); i++) {
        PyObject *item = PyList_GET_ITEM(v->list, i);
        if (!PyObject_TypeCheck(item, state->process_type)) {
            PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute 'wait'",
                         Py_TYPE(item)->tp_name);
            return -1;
        }
        process_object *process = (process_object *)item;
        if (!may_wait(process))
            return -1;
        v->handles[v->len] = process->handle;
        v->indexes[v->len++] = i;
    }
    return 0;
}

/* Takes out those that ended. */
static void keep_running(vigil *v)
{
    size_t kept = 0;
    for (size_t i = 0; i < v->len; i++) {
        if (v->gone[i])
            continue;
        v->handles[kept] = v->handles[i];
        v->indexes[kept++] = v->indexes[i];
    }
    v->len = kept;
}

static void notice_parents(const vigil *v)
{
    int64_t caller = getpid();
    for (size_t i = 0; i < v->len; i++)
        notice_parent((process_object *)PyList_GET_ITEM(v->list, v->indexes[i]), caller);
}

static int keep_vigil(vigil *v, module_state *state, double timeout)
{
    double deadline = timeout <= 0 ? 0 : monotonic_clock() + timeout;
    int rc = PSUTIL_EINTR;
    while (rc == PSUTIL_EINTR && v->len > 0) {
        psutil *ctx = psutil_process_context(v->handles[0]);
        double left = time_left(timeout, deadline);
        v->thread = PyEval_SaveThread();
        notice_parents(v);
        rc = psutil_wait_procs(v->gone, ctx, v->handles, v->len, left, report_end, v);
        PyEval_RestoreThread(v->thread);
        if (v->failed || (rc == PSUTIL_EINTR && PyErr_CheckSignals() < 0))
            return -1;
        if (rc != 0 && rc != PSUTIL_EINTR) {
            raise_from(state, ctx, rc);
            return -1;
        }
        keep_running(v);
    }
    return 0;
}

/* _wait_procs(list, timeout, ended): calls ended(process) for each as it ends. */
PyObject *module_wait_procs(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    module_state *state = state_of(module);
    vigil v = {0};
    double timeout;
    if (nargs != 3 || !PyList_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "_wait_procs(list, timeout, ended)");
        return NULL;
    }
    if (parse_timeout(args[1], &timeout) < 0)
        return NULL;
    v.list = PyList_GetSlice(args[0], 0, PyList_GET_SIZE(args[0]));
    v.ended = args[2];
    size_t len = v.list ? (size_t)PyList_GET_SIZE(v.list) : 0;
    v.handles = PyMem_Calloc(len + 1, sizeof *v.handles);
    v.indexes = PyMem_Calloc(len + 1, sizeof *v.indexes);
    v.gone = PyMem_Calloc(len + 1, sizeof *v.gone);
    int rc = -1;
    if (!v.list || !v.handles || !v.indexes || !v.gone)
        PyErr_NoMemory();
    else if (list_handles(&v, state) == 0)
        rc = keep_vigil(&v, state, timeout);
    PyMem_Free(v.gone);
    PyMem_Free(v.indexes);
    PyMem_Free(v.handles);
    Py_XDECREF(v.list);
    if (rc < 0)
        return NULL;
    Py_RETURN_NONE;
}
