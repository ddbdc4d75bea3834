/* repr() of a process: what is known of it, through its own methods. */
#include "process.h"

#include <time.h>

/* How a method that repr() calls went. */
enum outcome { GIVEN, GONE, ZOMBIE, WITHHELD, FAILED };

static bool is_a(module_state *state, PyObject *type, const char *name)
{
    PyObject *class = package_attribute(state, name);
    bool matches = class && PyErr_GivenExceptionMatches(type, class);
    if (!class)
        PyErr_Clear();
    Py_XDECREF(class);
    return matches;
}

/* What the exception that is set means; it is taken away unless it is none of psutil's. */
static enum outcome outcome_of_error(module_state *state)
{
    PyObject *type, *value, *traceback;
    enum outcome outcome = FAILED;
    PyErr_Fetch(&type, &value, &traceback);
    if (is_a(state, type, "ZombieProcess"))
        outcome = ZOMBIE;
    else if (is_a(state, type, "NoSuchProcess"))
        outcome = GONE;
    else if (is_a(state, type, "AccessDenied"))
        outcome = WITHHELD;
    if (outcome == FAILED) {
        PyErr_Restore(type, value, traceback);
        return FAILED;
    }
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return outcome;
}

static enum outcome call(process_object *self, const char *method, PyObject **out)
{
    *out = PyObject_CallMethod((PyObject *)self, method, NULL);
    return *out ? GIVEN : outcome_of_error(self->state);
}

/* Appends "key='value'"; takes `text` over. */
static int append(PyObject *parts, const char *key, PyObject *text)
{
    PyObject *part = text ? PyUnicode_FromFormat("%s=%R", key, text) : NULL;
    int rc = part ? PyList_Append(parts, part) : -1;
    Py_XDECREF(part);
    Py_XDECREF(text);
    return rc;
}

/* A string of an enumeration is shown as the plain string that it is. */
static PyObject *plain(PyObject *value)
{
    PyObject *text = PyUnicode_Check(value) ? PyObject_Str(value) : NULL;
    if (!text && !PyErr_Occurred()) {
        Py_INCREF(value);
        text = value;
    }
    return text;
}

static int append_names(process_object *self, PyObject *parts)
{
    PyObject *name, *status = NULL;
    enum outcome outcome = call(self, "name", &name);
    if (outcome == FAILED)
        return -1;
    if (outcome != GIVEN)
        name = process_kept(self, &self->name);
    if (name && append(parts, "name", name) < 0)
        return -1;
    if (outcome == GIVEN)
        outcome = call(self, "status", &status);
    if (outcome == FAILED)
        return -1;
    if (outcome == WITHHELD)
        return 0;
    PyObject *text = outcome == GIVEN    ? plain(status)
                     : outcome == ZOMBIE ? PyUnicode_FromString("zombie")
                     : self->reused      ? PyUnicode_FromString("terminated + PID reused")
                                         : PyUnicode_FromString("terminated");
    Py_XDECREF(status);
    return append(parts, "status", text);
}

/* The time of today, or with the day. */
static PyObject *format_start(double start)
{
    time_t then = (time_t)start, now = time(NULL);
    struct tm local, today;
    char text[64];
#ifdef _WIN32
    localtime_s(&local, &then);
    localtime_s(&today, &now);
#else
    localtime_r(&then, &local);
    localtime_r(&now, &today);
#endif
    bool is_today = local.tm_year == today.tm_year && local.tm_yday == today.tm_yday;
    strftime(text, sizeof text, is_today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &local);
    return PyUnicode_FromString(text);
}

static int append_start(process_object *self, PyObject *parts)
{
    PyObject *start = process_kept(self, &self->create_time);
    if (!start && self->shows_start && call(self, "create_time", &start) == FAILED)
        return -1;
    if (!start)
        return 0;
    PyObject *text = PyFloat_Check(start) ? format_start(PyFloat_AS_DOUBLE(start)) : NULL;
    Py_DECREF(start);
    return text ? append(parts, "started", text) : 0;
}

static int append_all(process_object *self, PyObject *parts)
{
    if (append(parts, "pid", PyLong_FromLongLong(self->pid)) < 0 || append_names(self, parts) < 0)
        return -1;
    PyObject *exit_code = process_kept(self, &self->exit_code);
    if (exit_code && exit_code != Py_None) {
        if (append(parts, "exitcode", exit_code) < 0)
            return -1;
    } else
        Py_XDECREF(exit_code);
    return append_start(self, parts);
}

PyObject *process_repr(PyObject *object)
{
    process_object *self = (process_object *)object;
    PyObject *type = (PyObject *)Py_TYPE(object), *parts = NULL, *result = NULL;
    if (!self->absent && !process_is_open(self))
        return NULL;
    PyObject *module = PyObject_GetAttrString(type, "__module__");
    PyObject *name = module ? PyObject_GetAttrString(type, "__name__") : NULL;
    PyObject *comma = PyUnicode_FromString(", ");
    if (name && comma)
        parts = PyList_New(0);
    if (parts && append_all(self, parts) == 0) {
        PyObject *text = PyUnicode_Join(comma, parts);
        result = text ? PyUnicode_FromFormat("%U.%U(%U)", module, name, text) : NULL;
        Py_XDECREF(text);
    }
    Py_XDECREF(parts);
    Py_XDECREF(comma);
    Py_XDECREF(name);
    Py_XDECREF(module);
    return result;
}
