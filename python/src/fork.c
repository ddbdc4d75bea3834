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

static PyObject *call(const char *module_name, const char *function)
{
    PyObject *module = PyImport_ImportModule(module_name);
    PyObject *result = module ? PyObject_CallMethod(module, function, NULL) : NULL;
    Py_XDECREF(module);
    return result;
}

/* What is imported at its first use may be half imported by another thread, whose lock the child
 * would wait for. */
static PyObject *before_fork(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused))
{
    PyObject *others = call("_thread", "_count");
    int any = others ? PyObject_IsTrue(others) : -1;
    Py_XDECREF(others);
    if (any > 0)
        return call("psutil._late", "import_all");
    if (any < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef hooks[] = {
    {"_before_fork", before_fork, METH_NOARGS, NULL},
    {"_after_fork", after_fork, METH_NOARGS, NULL},
    {NULL},
};

int forks_watch(PyObject *module)
{
#ifdef _WIN32
    (void)module;
    (void)hooks;
    return 0;
#else
    PyObject *posix = PyImport_ImportModule("posix");
    PyObject *watch = posix ? PyObject_GetAttrString(posix, "register_at_fork") : NULL;
    PyObject *before = PyCFunction_New(&hooks[0], module);
    PyObject *after = PyCFunction_New(&hooks[1], module);
    PyObject *none = PyTuple_New(0), *kwargs = NULL, *result = NULL;
    if (watch && before && after && none)
        kwargs = Py_BuildValue("{s:O,s:O}", "before", before, "after_in_child", after);
    if (kwargs)
        result = PyObject_Call(watch, none, kwargs);
    Py_XDECREF(result);
    Py_XDECREF(kwargs);
    Py_XDECREF(none);
    Py_XDECREF(after);
    Py_XDECREF(before);
    Py_XDECREF(watch);
    Py_XDECREF(posix);
    return result ? 0 : -1;
#endif
}
