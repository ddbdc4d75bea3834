/* The package's exceptions: classes of Python, whose instances are made here when nobody changed
 * how. To call the class is most of what a call that fails costs. */
#include "module.h"

static const char *const names[EXCEPTIONS] = {
    [NO_SUCH_PROCESS] = "NoSuchProcess",
    [ZOMBIE_PROCESS] = "ZombieProcess",
    [ACCESS_DENIED] = "AccessDenied",
    [TIMEOUT_EXPIRED] = "TimeoutExpired",
};

/* What instances have, in the order of state->attribute_names. */
enum { PID, NAME, MSG, PPID, SECONDS };
static const char *const attributes[EXCEPTION_ATTRIBUTES] = {"pid", "name", "msg", "ppid",
                                                             "seconds"};

int exceptions_add(module_state *state)
{
    for (int i = 0; i < EXCEPTIONS; i++)
        if (!(state->exceptions[i].name = PyUnicode_InternFromString(names[i])))
            return -1;
    for (int i = 0; i < EXCEPTION_ATTRIBUTES; i++)
        if (!(state->attribute_names[i] = PyUnicode_InternFromString(attributes[i])))
            return -1;
    return (state->init_name = PyUnicode_InternFromString("__init__")) ? 0 : -1;
}

int exceptions_traverse(module_state *state, visitproc visit, void *arg)
{
    for (int i = 0; i < EXCEPTIONS; i++)
        Py_VISIT(atomic_load_explicit(&state->exceptions[i].init, memory_order_relaxed));
    return 0;
}

void exceptions_clear(module_state *state)
{
    for (int i = 0; i < EXCEPTIONS; i++) {
        Py_CLEAR(state->exceptions[i].name);
        Py_XDECREF(atomic_exchange(&state->exceptions[i].init, NULL));
    }
    for (int i = 0; i < EXCEPTION_ATTRIBUTES; i++)
        Py_CLEAR(state->attribute_names[i]);
    Py_CLEAR(state->init_name);
}

PyObject *exception_class(module_state *state, exception_id id)
{
    return package_named(state, state->exceptions[id].name);
}

/* Its __init__() as the package wrote it, borrowed; NULL, perhaps with an exception. */
static PyObject *original_init(module_state *state, exception_id id)
{
    exception_info *info = &state->exceptions[id];
    PyObject *init = atomic_load_explicit(&info->init, memory_order_acquire);
    if (init)
        return init;
    PyObject *home = PyImport_ImportModule("psutil._exceptions");
    PyObject *own = home ? PyObject_GetAttr(home, info->name) : NULL;
    init = own ? PyObject_GetAttr(own, state->init_name) : NULL;
    Py_XDECREF(own);
    Py_XDECREF(home);
    PyObject *before = NULL;
    if (init && !atomic_compare_exchange_strong(&info->init, &before, init)) {
        Py_DECREF(init);
        init = before;
    }
    return init;
}

/* Whether an instance is what the package's own __init__() makes of it: 1, 0, or -1. */
static int is_plain(module_state *state, exception_id id, PyObject *class)
{
    PyObject *original = original_init(state, id);
    PyObject *init =
        original && PyType_Check(class) ? PyObject_GetAttr(class, state->init_name) : NULL;
    Py_XDECREF(init);
    if (PyErr_Occurred())
        return -1;
    return init && init == original;
}

/* Values are in the order of the names; NULL for those that the class does not have. */
static PyObject *make_plain(module_state *state, PyObject *class,
                            PyObject *const values[EXCEPTION_ATTRIBUTES])
{
    PyObject *none = PyTuple_New(0);
    PyObject *exception =
        none ? ((PyTypeObject *)class)->tp_new((PyTypeObject *)class, none, NULL) : NULL;
    Py_XDECREF(none);
    for (int i = 0; exception && i < EXCEPTION_ATTRIBUTES; i++)
        if (values[i] && PyObject_SetAttr(exception, state->attribute_names[i], values[i]) < 0)
            Py_CLEAR(exception);
    return exception;
}

static void set_made(PyObject *class, PyObject *exception)
{
    if (exception)
        PyErr_SetObject(class, exception);
    Py_XDECREF(exception);
}

static const char *default_text(exception_id id)
{
    return id == NO_SUCH_PROCESS  ? "process no longer exists"
           : id == ZOMBIE_PROCESS ? "PID still exists but it's a zombie"
                                  : "";
}

static PyObject *call_class(PyObject *class, PyObject *pid, PyObject *name, const char *text)
{
    PyObject *args = PyTuple_Pack(1, pid);
    PyObject *kwargs = text ? Py_BuildValue("{s:O,s:s}", "name", name, "msg", text)
                            : Py_BuildValue("{s:O}", "name", name);
    PyObject *exception = args && kwargs ? PyObject_Call(class, args, kwargs) : NULL;
    Py_XDECREF(kwargs);
    Py_XDECREF(args);
    return exception;
}

static PyObject *make_about(module_state *state, exception_id id, PyObject *class, PyObject *pid,
                            PyObject *name, const char *text)
{
    int plain = is_plain(state, id, class);
    if (plain <= 0)
        return plain < 0 ? NULL : call_class(class, pid, name, text);
    PyObject *msg = PyUnicode_FromString(text ? text : default_text(id));
    PyObject *values[EXCEPTION_ATTRIBUTES] = {
        [PID] = pid, [NAME] = name, [MSG] = msg, [PPID] = id == ZOMBIE_PROCESS ? Py_None : NULL};
    PyObject *exception = msg ? make_plain(state, class, values) : NULL;
    Py_XDECREF(msg);
    return exception;
}

PyObject *raise_about(module_state *state, exception_id id, PyObject *pid, PyObject *name,
                      const char *text)
{
    PyObject *class = pid ? exception_class(state, id) : NULL;
    if (class)
        set_made(class, make_about(state, id, class, pid, name ? name : Py_None, text));
    Py_XDECREF(class);
    return NULL;
}

/* Numbers of other classes may have other ideas of how they are written. */
static PyObject *timeout_text(PyObject *seconds)
{
    bool exact = PyFloat_CheckExact(seconds) || PyLong_CheckExact(seconds);
    return exact ? PyUnicode_FromFormat("timeout after %S seconds", seconds) : NULL;
}

static PyObject *make_timeout(module_state *state, PyObject *class, PyObject *seconds,
                              PyObject *pid, PyObject *name)
{
    int plain = is_plain(state, TIMEOUT_EXPIRED, class);
    PyObject *msg = plain > 0 ? timeout_text(seconds) : NULL;
    if (PyErr_Occurred())
        return NULL;
    if (!msg)
        return PyObject_CallFunctionObjArgs(class, seconds, pid, name, NULL);
    PyObject *values[EXCEPTION_ATTRIBUTES] = {
        [PID] = pid, [NAME] = name, [MSG] = msg, [SECONDS] = seconds};
    PyObject *exception = make_plain(state, class, values);
    Py_DECREF(msg);
    return exception;
}

PyObject *raise_timeout(module_state *state, PyObject *seconds, int64_t pid, PyObject *name)
{
    PyObject *number = PyLong_FromLongLong(pid);
    PyObject *class = number ? exception_class(state, TIMEOUT_EXPIRED) : NULL;
    if (class)
        set_made(class, make_timeout(state, class, seconds, number, name ? name : Py_None));
    Py_XDECREF(class);
    Py_XDECREF(number);
    return NULL;
}
