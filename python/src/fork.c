/* fork() while other threads are inside of calls: the child goes on without them. */
#include "module.h"

/* A thread that was inside stayed with the parent, and left neither lock nor counters in a state to
 * go on with; their memory is given up. */
static void renew(counter_cache *cache)
{
    if (PyThread_acquire_lock(cache->lock, NOWAIT_LOCK)) {
        PyThread_release_lock(cache->lock);
        return;
    }
    PyThread_type_lock lock = PyThread_allocate_lock();
    if (!lock)
        return;
    cache->lock = lock;
    cache->nowrap = NULL;
}

static PyObject *after_fork(PyObject *module, PyObject *Py_UNUSED(unused))
{
    for (context_node *node = state_of(module)->contexts; node; node = node->next) {
        psutil_after_fork(node->ctx);
        renew(&node->disks);
        renew(&node->nics);
    }
    Py_RETURN_NONE;
}

static PyMethodDef hook = {"_after_fork", after_fork, METH_NOARGS, NULL};

int forks_watch(PyObject *module)
{
#ifdef _WIN32
    (void)module;
    (void)hook;
    return 0;
#else
    PyObject *posix = PyImport_ImportModule("posix");
    PyObject *watch = posix ? PyObject_GetAttrString(posix, "register_at_fork") : NULL;
    PyObject *function = PyCFunction_New(&hook, module), *none = PyTuple_New(0);
    PyObject *kwargs = function ? Py_BuildValue("{s:O}", "after_in_child", function) : NULL;
    PyObject *result = watch && none && kwargs ? PyObject_Call(watch, none, kwargs) : NULL;
    Py_XDECREF(result);
    Py_XDECREF(kwargs);
    Py_XDECREF(none);
    Py_XDECREF(function);
    Py_XDECREF(watch);
    Py_XDECREF(posix);
    return result ? 0 : -1;
#endif
}
