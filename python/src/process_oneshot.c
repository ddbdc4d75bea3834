/* oneshot(): while it lasts, each source of the system is read once, and what it gave is kept. */
#include "process.h"

#include <structmember.h>

/* What is read together. What can be set through Python (nice, ionice…) is not kept. Linux has the
 * owners and the switches in one file, and the owners also where they cost a tenth. */
static const psutil_fields groups[GROUP_COUNT] = {
    [GROUP_STAT] = PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CREATE_TIME) |
                   PSUTIL_FIELD(STATUS) | PSUTIL_FIELD(NUM_THREADS) | PSUTIL_FIELD(CPU_TIMES) |
                   PSUTIL_FIELD(CPU_NUM) | PSUTIL_FIELD(PAGE_FAULTS),
    [GROUP_OWNER] = PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS),
    [GROUP_SWITCHES] = PSUTIL_FIELD(NUM_CTX_SWITCHES),
    [GROUP_STATM] = PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(MEMORY_PERCENT),
    [GROUP_TERMINAL] = PSUTIL_FIELD(TERMINAL),
    [GROUP_USERNAME] = PSUTIL_FIELD(USERNAME),
    [GROUP_FOOTPRINT] = PSUTIL_FIELD(MEMORY_FULL_INFO) | PSUTIL_FIELD(MEMORY_FOOTPRINT),
    [GROUP_MAPS] = PSUTIL_FIELD(MEMORY_MAPS),
};

static int group_of(int field)
{
    psutil_fields needed = process_field_needs(field);
    for (int group = 0; group < GROUP_COUNT; group++)
        if (groups[group] & needed)
            return group;
    return -1;
}

void shared_info_drop(shared_info *shared)
{
    if (!shared || atomic_fetch_sub(&shared->references, 1) != 1)
        return;
    psutil_process_info_free(shared->info);
    PyMem_Free(shared);
}

static shared_info *kept(process_object *self, int group)
{
    LOCK(self);
    shared_info *shared = self->oneshot[group];
    if (shared)
        atomic_fetch_add(&shared->references, 1);
    UNLOCK(self);
    return shared;
}

/* Keeps it, unless oneshot() is over by now or another thread was faster. */
static void offer(process_object *self, int group, shared_info *shared)
{
    LOCK(self);
    if (self->oneshot_depth > 0 && !self->oneshot[group]) {
        atomic_fetch_add(&shared->references, 1);
        self->oneshot[group] = shared;
    }
    UNLOCK(self);
}

int process_oneshot_read(process_object *self, int field, shared_info **out)
{
    int group = group_of(field), rc;
    psutil_process_info *info = NULL;
    *out = group >= 0 ? kept(self, group) : NULL;
    if (group < 0 || *out)
        return 0;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_read(&info, self->handle, groups[group]);
    Py_END_ALLOW_THREADS
    if (rc != 0)
        return rc;
    shared_info *shared = PyMem_Malloc(sizeof *shared);
    if (!shared) {
        psutil_process_info_free(info);
        return PSUTIL_ENOMEM;
    }
    atomic_init(&shared->references, 1);
    shared->info = info;
    offer(self, group, shared);
    *out = shared;
    return 0;
}

void process_oneshot_forget(process_object *self)
{
    for (int group = 0; group < GROUP_COUNT; group++) {
        LOCK(self);
        shared_info *shared = self->oneshot[group];
        self->oneshot[group] = NULL;
        UNLOCK(self);
        shared_info_drop(shared);
    }
}

/* ---- The context manager --------------------------------------------------------------------- */

typedef struct oneshot_object {
    PyObject_HEAD process_object *process;
    bool entered;
} oneshot_object;

PyObject *process_oneshot(PyObject *self, PyObject *Py_UNUSED(unused))
{
    PyTypeObject *type = ((process_object *)self)->state->oneshot_type;
    if (!process_is_open((process_object *)self))
        return NULL;
    oneshot_object *oneshot = (oneshot_object *)type->tp_alloc(type, 0);
    if (!oneshot)
        return NULL;
    Py_INCREF(self);
    oneshot->process = (process_object *)self;
    return (PyObject *)oneshot;
}

static PyObject *oneshot_enter(PyObject *object, PyObject *Py_UNUSED(unused))
{
    oneshot_object *self = (oneshot_object *)object;
    LOCK(self->process);
    bool again = self->entered;
    self->entered = true;
    if (!again)
        self->process->oneshot_depth++;
    UNLOCK(self->process);
    if (again) {
        PyErr_SetString(PyExc_RuntimeError, "oneshot() can be entered once");
        return NULL;
    }
    Py_RETURN_NONE;
}

static void leave(oneshot_object *self)
{
    LOCK(self->process);
    bool last = self->entered && --self->process->oneshot_depth == 0;
    self->entered = false;
    UNLOCK(self->process);
    if (last)
        process_oneshot_forget(self->process);
}

static PyObject *oneshot_exit(PyObject *self, PyObject *const *Py_UNUSED(args),
                              Py_ssize_t Py_UNUSED(nargs))
{
    leave((oneshot_object *)self);
    Py_RETURN_FALSE;
}

static int oneshot_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((oneshot_object *)self)->process);
    return 0;
}

static void oneshot_dealloc(PyObject *object)
{
    oneshot_object *self = (oneshot_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->entered)
        leave(self);
    Py_CLEAR(self->process);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef oneshot_methods[] = {
    {"__enter__", oneshot_enter, METH_NOARGS, NULL},
    {"__exit__", (PyCFunction)(void (*)(void))oneshot_exit, METH_FASTCALL, NULL},
    {NULL},
};

static PyType_Slot oneshot_slots[] = {
    {Py_tp_doc, (void *)PyDoc_STR("What Process.oneshot() returns.")},
    {Py_tp_dealloc, (void *)oneshot_dealloc},
    {Py_tp_traverse, (void *)oneshot_traverse},
    {Py_tp_methods, oneshot_methods},
    {0, NULL},
};

PyType_Spec oneshot_spec = {
    .name = "psutil._psutil.oneshot",
    .basicsize = sizeof(oneshot_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = oneshot_slots,
};
