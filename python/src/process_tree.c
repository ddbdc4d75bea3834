/* Relatives. */
#include "process.h"

/* repr() of relatives shows since when they run, as psutil does. */
static PyObject *wrap_relative(module_state *state, psutil_process *handle)
{
    PyObject *relative = process_wrap(state, handle);
    if (relative && PyObject_TypeCheck(relative, state->process_type))
        ((process_object *)relative)->shows_start = true;
    return relative;
}

/* Whether the class or the instance has another method of this name than Process has; -1 with an
 * exception. */
static int is_overridden(process_object *self, const char *name)
{
    PyObject *method = PyObject_GetAttrString((PyObject *)Py_TYPE(self), name);
    if (!method)
        return -1;
    bool own =
        self->dict && PyDict_GET_SIZE(self->dict) > 0 && PyDict_GetItemString(self->dict, name);
    int overridden = own || !process_is_method(method);
    Py_DECREF(method);
    return overridden;
}

/* Who has that pid, unless it was started later. */
static PyObject *parent_by_pid(process_object *self, PyObject *ppid)
{
    PyObject *class = package_own(self->state, self->state->process_name), *one = NULL,
             *other = NULL;
    PyObject *parent = class ? PyObject_CallFunctionObjArgs(class, ppid, NULL) : NULL;
    if (parent)
        one = PyObject_CallMethod(parent, "create_time", NULL);
    if (one)
        other = PyObject_CallMethod((PyObject *)self, "create_time", NULL);
    int earlier = other ? PyObject_RichCompareBool(one, other, Py_LE) : -1;
    if (earlier < 0 && raised_is(self->state, "NoSuchProcess")) {
        PyErr_Clear();
        earlier = 0;
    }
    Py_XDECREF(one);
    Py_XDECREF(other);
    Py_XDECREF(class);
    if (earlier > 0)
        return parent;
    Py_XDECREF(parent);
    if (earlier < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *parent_by_methods(process_object *self)
{
    PyObject *ppid = PyObject_CallMethod((PyObject *)self, "ppid", NULL);
    PyObject *parent = ppid == Py_None ? ppid : ppid ? parent_by_pid(self, ppid) : NULL;
    if (parent != ppid)
        Py_XDECREF(ppid);
    return parent;
}

PyObject *process_parent(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    psutil_process *parent = NULL;
    int rc;
    int overridden = process_is_open(self) ? is_overridden(self, "ppid") : -1;
    if (overridden != 0)
        return overridden > 0 ? parent_by_methods(self) : NULL;
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
    PyObject *result = PyList_New(0);
    for (size_t i = 0; result && i < list->len; i++) {
        psutil_process *handle = list->items[i];
        list->items[i] = NULL;
        PyObject *relative = wrap_relative(state, handle);
        bool ended = !relative && raised_is(state, "NoSuchProcess");
        if (ended)
            PyErr_Clear();
        else if (!relative || PyList_Append(result, relative) < 0)
            Py_CLEAR(result);
        Py_XDECREF(relative);
    }
    psutil_process_list_close(list);
    return result;
}

static PyObject *parents_by_methods(PyObject *object)
{
    PyObject *result = PyList_New(0);
    PyObject *parent = result ? PyObject_CallMethod(object, "parent", NULL) : NULL;
    while (parent && parent != Py_None) {
        PyObject *next =
            PyList_Append(result, parent) == 0 ? PyObject_CallMethod(parent, "parent", NULL) : NULL;
        Py_DECREF(parent);
        parent = next;
    }
    if (!parent)
        Py_CLEAR(result);
    Py_XDECREF(parent);
    return result;
}

PyObject *process_parents(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    psutil_process_list *list = NULL;
    int rc;
    int overridden = process_is_open(self) ? is_overridden(self, "parent") : -1;
    if (overridden == 0)
        overridden = is_overridden(self, "ppid");
    if (overridden != 0)
        return overridden > 0 ? parents_by_methods(object) : NULL;
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
