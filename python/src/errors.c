/* The library's errors as exceptions. */
#include "module.h"

#include <errno.h>
#include <string.h>

PyObject *package_own(module_state *state, PyObject *name)
{
    PyObject *value = NULL;
#if PY_VERSION_HEX >= 0x030d0000
    bool failed = PyDict_GetItemRef(state->package, name, &value) < 0;
#else
    value = PyDict_GetItemWithError(state->package, name);
    Py_XINCREF(value);
    bool failed = !value && PyErr_Occurred();
#endif
    if (!value && !failed)
        PyErr_Format(PyExc_AttributeError, "module 'psutil' has no attribute '%U'", name);
    return value;
}

bool raised_is(module_state *state, const char *name)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *class = type ? package_attribute(state, name) : NULL;
    PyErr_Clear();
    bool matches = class && PyErr_GivenExceptionMatches(type, class);
    Py_XDECREF(class);
    PyErr_Restore(type, value, traceback);
    return matches;
}

/* What the package makes at first use is not in its dictionary before. */
static PyObject *late_attribute(const char *name)
{
    PyObject *package = PyImport_ImportModule("psutil");
    PyObject *value = package ? PyObject_GetAttrString(package, name) : NULL;
    Py_XDECREF(package);
    return value;
}

PyObject *package_named(module_state *state, PyObject *name)
{
    PyObject *value = package_own(state, name);
    if (value || !PyErr_ExceptionMatches(PyExc_AttributeError))
        return value;
    PyErr_Clear();
    const char *text = PyUnicode_AsUTF8(name);
    return text ? late_attribute(text) : NULL;
}

PyObject *package_attribute(module_state *state, const char *name)
{
    PyObject *key = PyUnicode_FromString(name);
    PyObject *value = key ? package_named(state, key) : NULL;
    Py_XDECREF(key);
    return value;
}

static PyObject *raise_for(module_state *state, exception_id id, int64_t pid, PyObject *name,
                           const char *text)
{
    PyObject *number = PyLong_FromLongLong(pid);
    raise_about(state, id, number, name, text);
    Py_XDECREF(number);
    return NULL;
}

/* OSError picks the class by the number: FileNotFoundError, PermissionError… `path` may be NULL. */
static PyObject *raise_number(const psutil_error *error, PyObject *path)
{
    int number = error->os_code ? error->os_code : error->code == PSUTIL_EACCES ? EACCES : EIO;
    PyObject *text = error->call[0] ? PyUnicode_FromFormat("%s (originated from %s)",
                                                           strerror(number), error->call)
                                    : PyUnicode_FromString(strerror(number));
    PyObject *args = NULL;
    if (text)
        args =
            path ? Py_BuildValue("(iOO)", number, text, path) : Py_BuildValue("(iO)", number, text);
    PyObject *exception = args ? PyObject_CallObject(PyExc_OSError, args) : NULL;
    if (exception) /* made here, so that callers can tell its class */
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
    Py_XDECREF(exception);
    Py_XDECREF(args);
    Py_XDECREF(text);
    return NULL;
}

static PyObject *raise_os(const psutil_error *error)
{
    PyObject *path = error->path[0] ? PyUnicode_DecodeFSDefault(error->path) : NULL;
    if (path || !error->path[0])
        raise_number(error, path);
    Py_XDECREF(path);
    return NULL;
}

/* The exceptions whose text is the cause. */
static PyObject *raise_text(PyObject *type, const psutil_error *error)
{
    char line[512];
    if (error->note[0])
        PyErr_SetString(type, error->note);
    else if (error->call[0] || error->path[0]) {
        psutil_error_format(line, sizeof line, error);
        PyErr_SetString(type, line);
    } else
        PyErr_SetString(type, psutil_error_text(error->code));
    return NULL;
}

static PyObject *raise_system(const psutil_error *error)
{
    switch (error->code) {
    case PSUTIL_EINVAL:
        return raise_text(PyExc_ValueError, error);
    case PSUTIL_ENOTSUP:
        return raise_text(PyExc_NotImplementedError, error);
    case PSUTIL_EDATA:
        return raise_text(PyExc_RuntimeError, error);
    case PSUTIL_EINTR:
        return raise_text(PyExc_InterruptedError, error);
    default:
        return raise_os(error);
    }
}

static psutil_error detail_of(psutil *ctx, int rc)
{
    psutil_error error;
    if (!ctx || !psutil_error_detail(&error, ctx) || error.code != rc)
        error = (psutil_error){.code = rc, .pid = PSUTIL_UNKNOWN};
    return error;
}

PyObject *raise_path(module_state *state, psutil *ctx, int rc, PyObject *path)
{
    psutil_error error = detail_of(ctx, rc);
    if (rc == PSUTIL_ESYSTEM || rc == PSUTIL_EACCES)
        return raise_number(&error, path);
    return raise_from(state, ctx, rc);
}

PyObject *raise_process(module_state *state, psutil *ctx, int rc, int64_t pid, PyObject *name)
{
    psutil_error error = detail_of(ctx, rc);
    switch (rc) {
    case PSUTIL_ENOMEM:
        return PyErr_NoMemory();
    case PSUTIL_ESRCH:
        return raise_for(state, NO_SUCH_PROCESS, pid, name, NULL);
    case PSUTIL_EREUSED:
        return raise_for(state, NO_SUCH_PROCESS, pid, name, psutil_error_text(rc));
    case PSUTIL_EZOMBIE:
        return raise_for(state, ZOMBIE_PROCESS, pid, name, NULL);
    case PSUTIL_EACCES:
        if (pid != PSUTIL_UNKNOWN)
            return raise_for(state, ACCESS_DENIED, pid, name, NULL);
        return raise_os(&error);
    case PSUTIL_ETIMEDOUT:
        if (!error.os_code)
            error.os_code = ETIMEDOUT;
        return raise_os(&error);
    default:
        return raise_system(&error);
    }
}
