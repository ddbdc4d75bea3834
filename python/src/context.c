/* Which machine is asked: one context for each value of psutil.PROCFS_PATH. */
#include "module.h"

static context_node *find_equal(context_node *node, PyObject *path)
{
    for (; node; node = node->next) {
        int equal = PyUnicode_Check(path) && PyUnicode_Check(node->path)
                        ? PyUnicode_Compare(path, node->path) == 0
                        : PyObject_RichCompareBool(path, node->path, Py_EQ);
        if (equal)
            return equal > 0 ? node : NULL;
    }
    return NULL;
}

static void free_node(context_node *node)
{
    if (node->disks.lock)
        PyThread_free_lock(node->disks.lock);
    if (node->nics.lock)
        PyThread_free_lock(node->nics.lock);
    psutil_nowrap_close(node->disks.nowrap);
    psutil_nowrap_close(node->nics.nowrap);
    psutil_close(node->ctx);
    Py_XDECREF(node->path);
    PyMem_Free(node);
}

static context_node *make_node(void)
{
    context_node *node = PyMem_Calloc(1, sizeof *node);
    if (node) {
        node->disks.lock = PyThread_allocate_lock();
        node->nics.lock = PyThread_allocate_lock();
        if (node->disks.lock && node->nics.lock)
            return node;
        free_node(node);
    }
    PyErr_NoMemory();
    return NULL;
}

static context_node *open_node(PyObject *path)
{
    PyObject *bytes;
    if (!PyUnicode_FSConverter(path, &bytes))
        return NULL;
    context_node *node = make_node();
    if (!node) {
        Py_DECREF(bytes);
        return NULL;
    }
    psutil_options options = {.proc = PyBytes_AS_STRING(bytes)};
    int rc = psutil_open(&node->ctx, &options);
    Py_DECREF(bytes);
    if (rc < 0) {
        free_node(node);
        if (rc == PSUTIL_ENOMEM)
            PyErr_NoMemory();
        else
            PyErr_Format(PyExc_ValueError, "PROCFS_PATH cannot be %R", path);
        return NULL;
    }
    Py_INCREF(path);
    node->path = path;
    return node;
}

static context_node *find_or_open(module_state *state, PyObject *path)
{
    context_node *node = find_equal(state->contexts, path);
    if (node || PyErr_Occurred())
        return node;
    node = open_node(path);
    if (node) {
        node->next = state->contexts;
        state->contexts = node;
    }
    return node;
}

/* A dictionary has another version after each change, until 3.12 (PEP 509): to look PROCFS_PATH up
 * takes as long as a short system call. 0 where there are none. */
static uint64_t version_of(const module_state *state)
{
#if PY_VERSION_HEX < 0x030c0000
    return ((PyDictObject *)state->package)->ma_version_tag;
#else
    (void)state;
    return 0;
#endif
}

static context_node *look_up(module_state *state)
{
    uint64_t version = version_of(state);
    PyObject *path = package_own(state, state->procfs_name);
    if (!path)
        return NULL;
    context_node *node = atomic_load_explicit(&state->current, memory_order_acquire);
    if (!node || node->path != path) {
        LOCK(state);
        node = find_or_open(state, path);
        if (node)
            atomic_store_explicit(&state->current, node, memory_order_release);
        UNLOCK(state);
    }
    if (node && version != 0)
        state->package_version = version;
    Py_DECREF(path);
    return node;
}

context_node *context_node_for(module_state *state)
{
    if (!state->package) {
        PyErr_SetString(PyExc_RuntimeError, "psutil._psutil is used through psutil");
        return NULL;
    }
    uint64_t version = version_of(state);
    if (version != 0 && version == state->package_version)
        return atomic_load_explicit(&state->current, memory_order_relaxed);
    return look_up(state);
}

context_node *contexts_first(module_state *state)
{
    LOCK(state);
    context_node *node = state->contexts;
    UNLOCK(state);
    return node;
}

psutil *context_for(module_state *state)
{
    context_node *node = context_node_for(state);
    return node ? node->ctx : NULL;
}

void contexts_free(module_state *state)
{
    context_node *node = state->contexts;
    state->contexts = NULL;
    atomic_store(&state->current, NULL);
    while (node) {
        context_node *next = node->next;
        free_node(node);
        node = next;
    }
}
