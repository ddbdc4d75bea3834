/* Relatives. */
#include "process.h"

/* repr() of relatives shows since when they run, as psutil does. */
static PyObject *wrap_relative(module_state *state, psutil_process *handle)
{
    PyObject *relative = process_wrap(state, handle);
    if (relative)
        ((process_object *)relative)->shows_start = true;
    return relative;
}

PyObject *process_parent(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    psutil_process *parent = NULL;
    int rc;
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_parent(&parent, self->handle);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return process_raise(self, rc);
    if (!parent)
        Py_RETURN_NONE;
    return wrap_relative(self->state, parent);
}

/* The handles become the instances' own, and the list is closed. */
static PyObject *wrap_all(module_state *state, psutil_process_list *list)
{
    PyObject *result = PyList_New((Py_ssize_t)list->len);
    for (size_t i = 0; result && i < list->len; i++) {
        psutil_process *handle = list->items[i];
        list->items[i] = NULL;
        PyObject *relative = wrap_relative(state, handle);
        if (!relative)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, (Py_ssize_t)i, relative);
    }
    psutil_process_list_close(list);
    return result;
}

PyObject *process_parents(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    psutil_process_list *list = NULL;
    int rc;
    if (!process_is_open(self))
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_parents(&list, self->handle);
    Py_END_ALLOW_THREADS
    return rc == 0 ? wrap_all(self->state, list) : process_raise(self, rc);
}

/* As psutil says it here. */
static PyObject *raise_not_found(process_object *self)
{
    PyObject *pid = PyLong_FromLongLong(self->pid);
    if (pid)
        raise_no_such(self->state, pid, "process PID not found");
    Py_XDECREF(pid);
    return NULL;
}

PyObject *process_children(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                           PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    psutil_process_list *list = NULL;
    PyObject *recursive;
    int rc;
    if (arguments(SIGNATURE("Process.children", 0, "recursive"), args, nargs, kwnames, &recursive) <
            0 ||
        !process_is_open(self))
        return NULL;
    int truth = recursive ? PyObject_IsTrue(recursive) : 0;
    if (truth < 0)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_children(&list, self->handle, truth != 0);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ESRCH)
        return raise_not_found(self);
    return rc == 0 ? wrap_all(self->state, list) : process_raise(self, rc);
}
