/* process_iter(): all processes, from one listing or one pass over the system.
 *
 * Instances are kept from one iteration to the next: a process is the same instance as long as it
 * lives. With attrs the pass tells one owner of a pid from the next; without, an instance whose pid
 * went to another is noticed when it is used. */
#include "process.h"

typedef struct iterator_object {
    PyObject_HEAD PyObject *module; /* keeps the contexts */
    module_state *state;
    PyObject *names;    /* what the caller gave as attrs, NULL without */
    PyObject *ad_value; /* NULL once all is done */
    attributes attributes;
    bool by_methods; /* the class's methods were patched */
    bool running;    /* in the middle of a step */
    bool started;
    psutil *ctx;
    psutil_table *table;
    double began, ended; /* when the table was read */
    uint64_t number;     /* of this iteration, of all in this interpreter */
    size_t looked_at;    /* rows that were compared while others were read */
    bool waited;         /* for the GIL: others need it */
    PyThreadState *thread;
    int64_t *pids;
    size_t len;
    size_t next;
} iterator_object;

/* ---- The instances that are kept ------------------------------------------------------------- */

static PyObject *look_up(module_state *state, PyObject *pid)
{
    PyObject *found = NULL;
#if PY_VERSION_HEX >= 0x030d0000
    if (PyDict_GetItemRef(state->iterated, pid, &found) < 0)
        PyErr_Clear();
#else
    found = PyDict_GetItemWithError(state->iterated, pid);
    Py_XINCREF(found);
#endif
    return found;
}

static void forget(module_state *state, int64_t number, PyObject *process)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *pid = PyLong_FromLongLong(number);
    PyObject *found = pid && state->iterated ? look_up(state, pid) : NULL;
    if (found == process && PyDict_DelItem(state->iterated, pid) < 0)
        PyErr_Clear();
    Py_XDECREF(found);
    Py_XDECREF(pid);
    PyErr_Restore(type, value, traceback);
}

void process_iter_forget(process_object *self)
{
    forget(self->state, self->pid, (PyObject *)self);
}

PyObject *module_process_iter_clear(PyObject *module, PyObject *Py_UNUSED(unused))
{
    PyDict_Clear(state_of(module)->iterated);
    Py_RETURN_NONE;
}

/* Most are asked for in ascending order: *expected is where the next one is then. */
static bool is_listed(const iterator_object *self, int64_t pid, size_t *expected)
{
    size_t low = 0, high = self->len;
    if (*expected < high && self->pids[*expected] == pid) {
        ++*expected;
        return true;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (self->pids[middle] < pid)
            low = middle + 1;
        else
            high = middle;
    }
    *expected = low + 1;
    return low < self->len && self->pids[low] == pid;
}

/* Forgets those whose pids are not in use any more. */
static int forget_gone(iterator_object *self)
{
    PyObject *kept = PyDict_Keys(self->state->iterated);
    size_t expected = 0;
    if (!kept)
        return -1;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(kept); i++) {
        PyObject *pid = PyList_GET_ITEM(kept, i);
        if (!is_listed(self, PyLong_AsLongLong(pid), &expected) &&
            PyDict_DelItem(self->state->iterated, pid) < 0)
            PyErr_Clear(); /* another thread was faster */
    }
    Py_DECREF(kept);
    return 0;
}

/* Whether the instance that is kept stands for the process of a row or a pid. */
static bool is_same(const iterator_object *self, PyObject *object, size_t index)
{
    const process_object *kept = (process_object *)object;
    if (!PyObject_TypeCheck(object, self->state->process_type) || !kept->handle)
        return self->by_methods || !self->names;
    if (psutil_process_context(kept->handle) != self->ctx || kept->reused)
        return false;
    return !self->table || psutil_table_is_process(self->table, index, kept->handle);
}

/* ---- What is right already -------------------------------------------------------------------
 *
 * While the table waits for the kernel, its rows are compared with what instances show. That
 * changes nothing, so that nobody can tell when it was done: where an instance shows what was read,
 * and only this module holds it, it stays so until somebody gets the instance from an iteration. */

static bool is_only_kept(PyObject *object)
{
    return Py_REFCNT(object) == 2; /* the caller's, and the dictionary's of those that are kept */
}

static bool shows(const iterator_object *self, process_object *process, const psutil_table *table,
                  size_t index)
{
    psutil_process_info info;
    psutil_table_row(&info, table, index);
    return attributes_are_shown(process, &self->attributes, &info, self->ad_value);
}

static void look_at(const iterator_object *self, const psutil_table *table, size_t index)
{
    PyObject *pid = PyLong_FromLongLong(psutil_table_pid(table, index));
    PyObject *object = pid ? look_up(self->state, pid) : NULL;
    process_object *process = (process_object *)object;
    if (object && is_only_kept(object) && Py_IS_TYPE(object, self->state->process_type) &&
        is_same(self, object, index) && shows(self, process, table, index))
        process->seen_by = self->number;
    Py_XDECREF(object);
    Py_XDECREF(pid);
    PyErr_Clear();
}

/* To hold the GIL for fewer rows is not worth the waiting. */
#define WORTH_LOOKING 200

/* Called without the GIL. */
static void look_ahead(const psutil_table *table, void *user)
{
    iterator_object *self = user;
    size_t len = psutil_table_len(table);
    if (self->waited || len - self->looked_at < WORTH_LOOKING)
        return;
    double before = monotonic_clock();
    PyEval_RestoreThread(self->thread);
    self->waited = monotonic_clock() - before > 0.0005;
    for (; self->looked_at < len; self->looked_at++)
        look_at(self, table, self->looked_at);
    self->thread = PyEval_SaveThread();
}

/* Whoever gets the instance can do anything to what it shows. */
static bool was_seen(const iterator_object *self, PyObject *object)
{
    if (!Py_IS_TYPE(object, self->state->process_type))
        return false;
    process_object *process = (process_object *)object;
    bool seen = self->number != 0 && process->seen_by == self->number;
    if (process->seen_by != 0)
        process->seen_by = 0;
    return seen;
}

/* Not in free-threaded builds, where others may look at an instance at any time. */
#ifdef Py_GIL_DISABLED
#define MEANWHILE (0 ? look_ahead : NULL)
#else
#define MEANWHILE look_ahead
#endif

/* ---- The listing ----------------------------------------------------------------------------- */

static int list_pids(iterator_object *self)
{
    psutil_int_list *list = NULL;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_pids(&list, self->ctx);
    Py_END_ALLOW_THREADS
    if (rc != 0) {
        raise_from(self->state, self->ctx, rc);
        return -1;
    }
    self->pids = PyMem_Calloc(list->len + 1, sizeof *self->pids);
    for (size_t i = 0; self->pids && i < list->len; i++)
        self->pids[self->len++] = list->items[i];
    psutil_free(list);
    if (!self->pids)
        PyErr_NoMemory();
    return self->pids ? 0 : -1;
}

static PyObject *sorted_set(PyObject *numbers)
{
    PyObject *set = PySet_New(numbers);
    PyObject *list = set ? PySequence_List(set) : NULL;
    if (list && PyList_Sort(list) < 0)
        Py_CLEAR(list);
    Py_XDECREF(set);
    return list;
}

/* What another function in the place of psutil.pids() (a test's) says. */
static int list_told(iterator_object *self, PyObject *function)
{
    PyObject *told = PyObject_CallObject(function, NULL);
    PyObject *list = told ? sorted_set(told) : NULL;
    Py_ssize_t len = list ? PyList_GET_SIZE(list) : 0;
    self->pids = list ? PyMem_Calloc((size_t)len + 1, sizeof *self->pids) : NULL;
    if (list && !self->pids)
        PyErr_NoMemory();
    for (Py_ssize_t i = 0; self->pids && i < len; i++)
        self->pids[self->len++] = PyLong_AsLongLong(PyList_GET_ITEM(list, i));
    Py_XDECREF(list);
    Py_XDECREF(told);
    return PyErr_Occurred() ? -1 : 0;
}

static int list_rows(iterator_object *self)
{
    int rc;
    psutil_fields fields = self->attributes.read | PSUTIL_FIELD(CREATE_TIME);
    LOCK(self->state);
    self->number = ++self->state->iterations;
    UNLOCK(self->state);
    self->began = monotonic_clock();
    self->thread = PyEval_SaveThread();
    rc = psutil_table_open(&self->table, self->ctx, fields);
    if (rc == 0)
        rc = psutil_table_refresh_with(self->table, MEANWHILE, self);
    PyEval_RestoreThread(self->thread);
    self->ended = monotonic_clock();
    if (rc != 0) {
        raise_from(self->state, self->ctx, rc);
        return -1;
    }
    size_t len = psutil_table_len(self->table);
    self->pids = PyMem_Calloc(len + 1, sizeof *self->pids);
    for (size_t i = 0; self->pids && i < len; i++)
        self->pids[self->len++] = psutil_table_pid(self->table, i);
    if (!self->pids)
        PyErr_NoMemory();
    return self->pids ? 0 : -1;
}

static int is_class_replaced(iterator_object *self)
{
    PyObject *class = package_own(self->state, self->state->process_name);
    Py_XDECREF(class);
    return class ? class != (PyObject *)self->state->process_type : -1;
}

static int are_methods_patched(iterator_object *self)
{
    PyObject *type = (PyObject *)self->state->process_type;
    int replaced = is_class_replaced(self);
    if (replaced != 0)
        return replaced;
    PyObject *as_dict = PyObject_GetAttrString(type, "as_dict");
    if (!as_dict)
        return -1;
    bool original = as_dict == self->state->as_dict;
    Py_DECREF(as_dict);
    if (!original)
        return 1;
    int rc = attributes_are_original(self->state->process_type, self->state, &self->attributes);
    return rc < 0 ? -1 : !rc;
}

static int start(iterator_object *self)
{
    self->started = true;
    self->ctx = context_for(self->state);
    if (!self->ctx)
        return -1;
    if (self->names) {
        if (attributes_parse(self->state, self->names, &self->attributes) < 0)
            return -1;
        int patched = are_methods_patched(self);
        if (patched < 0)
            return -1;
        self->by_methods = patched != 0;
    }
    PyObject *pids = package_own(self->state, self->state->pids_name);
    bool told = pids && pids != self->state->pids;
    self->by_methods = self->by_methods || told;
    int rc = !pids                              ? -1
             : told                             ? list_told(self, pids)
             : self->names && !self->by_methods ? list_rows(self)
                                                : list_pids(self);
    Py_XDECREF(pids);
    return rc == 0 ? forget_gone(self) : -1;
}

/* ---- One process after the other ------------------------------------------------------------- */

static psutil_process *open_by_pid(iterator_object *self, int64_t pid, int *rc)
{
    psutil_process *handle = NULL;
    Py_BEGIN_ALLOW_THREADS
    *rc = psutil_process_open(&handle, self->ctx, pid);
    Py_END_ALLOW_THREADS
    return *rc == 0 ? handle : NULL;
}

/* NULL without an exception: the process has ended, or is hidden from the caller. */
static PyObject *make_instance(iterator_object *self, size_t index, PyObject *pid)
{
    psutil_process *handle = NULL;
    int rc = self->table ? psutil_table_process(&handle, self->table, index) : PSUTIL_EINVAL;
    if (rc == PSUTIL_EINVAL)
        handle = open_by_pid(self, self->pids[index], &rc);
    if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED || rc == PSUTIL_EACCES)
        return NULL;
    if (rc != 0)
        return raise_process(self->state, self->ctx, rc, self->pids[index], NULL);
    PyObject *process = process_wrap(self->state, handle);
    if (!process && raised_is(self->state, "NoSuchProcess"))
        PyErr_Clear();
    if (process && PyDict_SetItem(self->state->iterated, pid, process) < 0)
        Py_CLEAR(process);
    return process;
}

static PyObject *instance_of(iterator_object *self, size_t index)
{
    PyObject *pid = PyLong_FromLongLong(self->pids[index]);
    PyObject *process = pid ? look_up(self->state, pid) : NULL;
    if (process && !is_same(self, process, index))
        Py_CLEAR(process);
    if (pid && !process)
        process = make_instance(self, index, pid);
    Py_XDECREF(pid);
    return process;
}

static PyObject *info_of(iterator_object *self, process_object *process, size_t index)
{
    psutil_process_info info;
    if (self->by_methods)
        return PyObject_CallMethod((PyObject *)process, "as_dict", "OO", self->names,
                                   self->ad_value);
    psutil_table_row(&info, self->table, index);
    double share = ((double)index + 0.5) / (double)self->len;
    double clock = self->began + (self->ended - self->began) * share;
    PyObject *again = attributes_again(process, &self->attributes, &info, clock, self->ad_value);
    if (again || PyErr_Occurred())
        return again;
    return attributes_to_dict(process, &self->attributes, &info, clock, self->ad_value);
}

/* 1 when the process has ended meanwhile. */
static int set_info(iterator_object *self, PyObject *process, size_t index)
{
    PyObject *info = info_of(self, (process_object *)process, index);
    if (info) {
        int rc = PyObject_SetAttr(process, self->state->info_name, info);
        Py_DECREF(info);
        return rc;
    }
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *gone = exception_class(self->state, NO_SUCH_PROCESS);
    if (gone && PyErr_GivenExceptionMatches(type, gone)) {
        Py_DECREF(gone);
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        forget(self->state, self->pids[index], process);
        return 1;
    }
    Py_XDECREF(gone);
    PyErr_Restore(type, value, traceback);
    return -1;
}

static PyObject *step(iterator_object *self)
{
    while (self->next < self->len) {
        size_t index = self->next++;
        PyObject *process = instance_of(self, index);
        if (!process && PyErr_Occurred())
            return NULL;
        if (!process)
            continue;
        bool right = was_seen(self, process);
        int rc = self->names && !right ? set_info(self, process, index) : 0;
        if (rc == 0)
            return process;
        Py_DECREF(process);
        if (rc < 0)
            return NULL;
    }
    return NULL;
}

static void finish(iterator_object *self)
{
    psutil_table_close(self->table);
    self->table = NULL;
    PyMem_Free(self->pids);
    self->pids = NULL;
    self->len = self->next = 0;
}

static PyObject *iterator_next(PyObject *object)
{
    iterator_object *self = (iterator_object *)object;
    LOCK(self->state);
    bool busy = self->running;
    self->running = true;
    UNLOCK(self->state);
    if (busy) {
        PyErr_SetString(PyExc_ValueError, "generator already executing");
        return NULL;
    }
    PyObject *process = self->started || start(self) == 0 ? step(self) : NULL;
    if (!process)
        finish(self);
    self->running = false;
    return process;
}

/* ---- The iterator ---------------------------------------------------------------------------- */

static int iterator_traverse(PyObject *object, visitproc visit, void *arg)
{
    iterator_object *self = (iterator_object *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->module);
    Py_VISIT(self->names);
    Py_VISIT(self->ad_value);
    return 0;
}

static void iterator_dealloc(PyObject *object)
{
    iterator_object *self = (iterator_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    finish(self);
    Py_CLEAR(self->names);
    Py_CLEAR(self->ad_value);
    Py_CLEAR(self->module);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyType_Slot iterator_slots[] = {
    {Py_tp_doc, (void *)PyDoc_STR("What process_iter() goes through.")},
    {Py_tp_dealloc, (void *)iterator_dealloc},
    {Py_tp_traverse, (void *)iterator_traverse},
    {Py_tp_iter, (void *)PyObject_SelfIter},
    {Py_tp_iternext, (void *)iterator_next},
    {0, NULL},
};

PyType_Spec iterator_spec = {
    .name = "psutil._psutil.process_iterator",
    .basicsize = sizeof(iterator_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .slots = iterator_slots,
};

/* _process_iter(attrs, ad_value) */
PyObject *module_process_iter(PyObject *module, PyObject *const *args, Py_ssize_t nargs)
{
    module_state *state = state_of(module);
    if (nargs != 2) {
        PyErr_SetString(PyExc_TypeError, "_process_iter(attrs, ad_value)");
        return NULL;
    }
    iterator_object *self =
        (iterator_object *)state->iterator_type->tp_alloc(state->iterator_type, 0);
    if (!self)
        return NULL;
    self->state = state;
    Py_INCREF(module);
    self->module = module;
    if (args[0] != Py_None) {
        Py_INCREF(args[0]);
        self->names = args[0];
    }
    Py_INCREF(args[1]);
    self->ad_value = args[1];
    return (PyObject *)self;
}
