/* The class Process: its instances, whom each stands for, and how they compare. */
#include "process.h"

#include <limits.h>
#include <math.h>
#include <string.h>
#include <structmember.h>

#ifdef _WIN32
#include <process.h>
#define getpid _getpid
#else
#include <unistd.h>
#endif

/* ---- What an instance keeps ------------------------------------------------------------------ */

PyObject *process_kept(process_object *self, PyObject **member)
{
    LOCK(self);
    PyObject *value = *member;
    Py_XINCREF(value);
    UNLOCK(self);
    return value;
}

void process_keep(process_object *self, PyObject **member, PyObject *value)
{
    Py_XINCREF(value);
    LOCK(self);
    PyObject *old = *member;
    *member = value;
    UNLOCK(self);
    Py_XDECREF(old);
}

static void raise_absent(process_object *self)
{
    PyObject *pid = PyLong_FromLongLong(self->pid);
    if (pid)
        raise_no_such(self->state, pid, NULL);
    Py_XDECREF(pid);
}

bool process_is_open(process_object *self)
{
    if (self->handle)
        return true;
    if (self->absent) {
        raise_absent(self);
        return false;
    }
    PyErr_Format(PyExc_AttributeError, "'%s' object has no attribute '_pid'",
                 Py_TYPE(self)->tp_name);
    return false;
}

PyObject *process_raise(process_object *self, int rc)
{
    if (rc == PSUTIL_EREUSED)
        self->reused = true;
    PyObject *name = process_kept(self, &self->name);
    raise_process(self->state, psutil_process_context(self->handle), rc, self->pid, name);
    Py_XDECREF(name);
    if (rc == PSUTIL_EREUSED)
        process_iter_forget(self);
    return NULL;
}

/* ---- From nothing to an instance ------------------------------------------------------------- */

/* Python 3.11 remembers a method where it is called only when the instance has its dictionary
 * (specialize.c), which it would get at the first assignment else. The versions after it do not
 * mind, those before remember nothing. */
static bool has_dictionary(process_object *self)
{
#if PY_VERSION_HEX >= 0x030b0000 && PY_VERSION_HEX < 0x030c0000
    if (!self->dict)
        self->dict = PyDict_New();
    return self->dict != NULL;
#else
    (void)self;
    return true;
#endif
}

static process_object *allocate(PyTypeObject *type, module_state *state)
{
    process_object *self = (process_object *)type->tp_alloc(type, 0);
    if (!self)
        return NULL;
    self->state = state;
    self->module = state->module;
    Py_INCREF(self->module);
    self->busy = NAN;
    return self;
}

static PyObject *process_new(PyTypeObject *type, PyObject *Py_UNUSED(args),
                             PyObject *Py_UNUSED(kwargs))
{
    module_state *state = state_of_type(type);
    return state ? (PyObject *)allocate(type, state) : NULL;
}

/* -1 with an exception; then nothing was changed. */
static int set_pid(process_object *self, int64_t pid)
{
    PyObject *number = PyLong_FromLongLong(pid);
    if (!number)
        return -1;
    process_keep(self, &self->number, number);
    Py_DECREF(number);
    self->pid = pid;
    return 0;
}

/* An instance of what stands for Process now, where that is another class (a test's). */
static PyObject *wrap_otherwise(PyObject *class, psutil_process *handle)
{
    int64_t pid = psutil_process_pid(handle);
    psutil_process_close(handle);
    return PyObject_CallFunction(class, "L", (long long)pid);
}

PyObject *process_wrap(module_state *state, psutil_process *handle)
{
    PyObject *class = package_own(state, state->process_name);
    if (class != (PyObject *)state->process_type) {
        PyObject *other = class ? wrap_otherwise(class, handle) : NULL;
        Py_XDECREF(class);
        return other;
    }
    Py_DECREF(class);
    process_object *self = allocate(state->process_type, state);
    if (!self) {
        psutil_process_close(handle);
        return NULL;
    }
    self->handle = handle;
    if (!has_dictionary(self) || set_pid(self, psutil_process_pid(handle)) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int take_handle(process_object *self, psutil_process *handle, bool is_thread)
{
    retired_handle *retired = NULL;
    PyObject *number = PyLong_FromLongLong(psutil_process_pid(handle));
    if (number && self->handle && !(retired = PyMem_Malloc(sizeof *retired)))
        PyErr_NoMemory();
    if (!number || (self->handle && !retired) || !has_dictionary(self)) {
        PyMem_Free(retired);
        Py_XDECREF(number);
        psutil_process_close(handle);
        return -1;
    }
    LOCK(self);
    if (retired) {
        *retired = (retired_handle){self->retired, self->owner ? NULL : self->handle, self->number};
        self->retired = retired;
        self->number = NULL;
    }
    self->handle = handle;
    self->pid = psutil_process_pid(handle);
    self->busy = NAN;
    self->reused = false;
    self->is_thread = is_thread;
    self->absent = false;
    self->parent_seen = 0;
    UNLOCK(self);
    process_keep(self, &self->number, number);
    Py_DECREF(number);
    process_keep(self, &self->name, NULL);
    process_keep(self, &self->exe, NULL);
    process_keep(self, &self->create_time, NULL);
    process_keep(self, &self->exit_code, NULL);
    process_oneshot_forget(self);
    return 0;
}

PyObject *raise_no_such(module_state *state, PyObject *pid, const char *text)
{
    return raise_about(state, NO_SUCH_PROCESS, pid, NULL, text);
}

/* 1 when it is a number that no process can have. */
static int parse_pid(PyObject *object, int64_t *pid)
{
    int overflow = 0;
    if (!PyIndex_Check(object)) {
        if (PyFloat_Check(object))
            PyErr_SetString(PyExc_TypeError, "'float' object cannot be interpreted as an integer");
        else
            PyErr_Format(PyExc_TypeError, "'<' not supported between instances of '%s' and 'int'",
                         Py_TYPE(object)->tp_name);
        return -1;
    }
    PyObject *index = PyNumber_Index(object);
    if (!index)
        return -1;
    *pid = PyLong_AsLongLongAndOverflow(index, &overflow);
    Py_DECREF(index);
    if (overflow < 0 || (!overflow && *pid < 0)) {
        PyErr_Format(PyExc_ValueError, "pid must be a positive integer (got %S)", object);
        return -1;
    }
    return overflow > 0 || *pid > INT_MAX;
}

/* Whether what was not found as a process has an entry in the system all the same. */
static bool is_something(psutil *ctx)
{
    psutil_error error;
    return psutil_error_detail(&error, ctx) && error.os_code == 0;
}

static int open_pid(process_object *self, PyObject *object, int64_t pid)
{
    psutil_process *handle = NULL;
    psutil *ctx = context_for(self->state);
    bool is_thread = false;
    int rc;
    if (!ctx)
        return -1;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_process_open(&handle, ctx, pid);
    if (rc == PSUTIL_ESRCH && is_something(ctx)) { /* psutil takes ids of threads, too */
        rc = psutil_process_open_thread(&handle, ctx, pid);
        is_thread = rc == 0;
    }
    Py_END_ALLOW_THREADS
    if (rc == 0)
        return take_handle(self, handle, is_thread);
    if (rc == PSUTIL_ESRCH && object)
        raise_no_such(self->state, object, "process PID not found");
    else
        raise_process(self->state, ctx, rc, pid, NULL);
    return -1;
}

static int init_with(process_object *self, PyObject *argument)
{
    int64_t pid = 0;
    if (argument == Py_None)
        return open_pid(self, NULL, getpid());
    int rc = parse_pid(argument, &pid);
    if (rc > 0)
        raise_no_such(self->state, argument, "process PID out of range");
    return rc == 0 ? open_pid(self, argument, pid) : -1;
}

PyObject *process_called_init(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                              PyObject *kwnames)
{
    PyObject *argument;
    if (arguments(SIGNATURE("Process.__init__", 0, "pid"), args, nargs, kwnames, &argument) < 0 ||
        init_with((process_object *)object, argument ? argument : Py_None) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* By the method, which takes keywords in another form. */
static PyObject *init_by_method(PyObject *object, PyObject *args, PyObject *kwargs)
{
    module_state *state = ((process_object *)object)->state;
    PyObject *method = PyObject_GetAttrString((PyObject *)state->process_type, "__init__");
    PyObject *bound = method ? PyMethod_New(method, object) : NULL;
    PyObject *result = bound ? PyObject_Call(bound, args, kwargs) : NULL;
    Py_XDECREF(bound);
    Py_XDECREF(method);
    return result;
}

static int process_init(PyObject *object, PyObject *args, PyObject *kwargs)
{
    PyObject *result = kwargs ? init_by_method(object, args, kwargs)
                              : process_called_init(object, &PyTuple_GET_ITEM(args, 0),
                                                    PyTuple_GET_SIZE(args), NULL);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Turns the NoSuchProcess that is raised now into a property of the instance. */
static bool becomes_absent(process_object *self, PyObject *pid)
{
    PyObject *type, *value, *trace;
    if (self->handle)
        return false;
    PyErr_Fetch(&type, &value, &trace);
    PyObject *expected = exception_class(self->state, NO_SUCH_PROCESS);
    bool is_it = expected && PyErr_GivenExceptionMatches(type, expected);
    Py_XDECREF(expected);
    int overflow;
    if (is_it) {
        is_it = set_pid(self, PyLong_AsLongLongAndOverflow(pid, &overflow)) == 0;
        self->absent = is_it;
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(trace);
    } else
        PyErr_Restore(type, value, trace);
    return is_it;
}

/* What psutil's own __init__() calls, and classes derived by others (nvitop's) call in its place.
 */
PyObject *process_late_init(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                            PyObject *kwnames)
{
    process_object *self = (process_object *)object;
    PyObject *values[2];
    bool ignore;
    if (arguments(SIGNATURE("Process._init", 1, "pid", "_ignore_nsp"), args, nargs, kwnames,
                  values) < 0 ||
        flag_of(values[1], false, &ignore) < 0)
        return NULL;
    if (init_with(self, values[0]) < 0 && !(ignore && becomes_absent(self, values[0])))
        return NULL;
    Py_RETURN_NONE;
}

/* A copy stands for the same process, with the same handle. */
PyObject *process_copy(PyObject *object, PyObject *Py_UNUSED(unused))
{
    process_object *self = (process_object *)object;
    process_object *copy = allocate(Py_TYPE(object), self->state);
    if (!copy)
        return NULL;
    LOCK(self);
    copy->owner = self->owner ? self->owner : object;
    Py_INCREF(copy->owner);
    copy->handle = self->handle;
    copy->pid = self->pid;
    copy->parent_seen = self->parent_seen;
    copy->busy = self->busy;
    copy->clock = self->clock;
    copy->shows_start = self->shows_start;
    copy->reused = self->reused;
    copy->is_thread = self->is_thread;
    copy->absent = self->absent;
    UNLOCK(self);
    copy->number = process_kept(self, &self->number);
    copy->name = process_kept(self, &self->name);
    copy->exe = process_kept(self, &self->exe);
    copy->create_time = process_kept(self, &self->create_time);
    copy->exit_code = process_kept(self, &self->exit_code);
    copy->dict = self->dict ? PyDict_Copy(self->dict) : NULL;
    if (self->dict && !copy->dict)
        Py_CLEAR(copy);
    return (PyObject *)copy;
}

/* ---- And back -------------------------------------------------------------------------------- */

static int process_traverse(PyObject *object, visitproc visit, void *arg)
{
    process_object *self = (process_object *)object;
    Py_VISIT(Py_TYPE(object));
    Py_VISIT(self->dict);
    Py_VISIT(self->module);
    Py_VISIT(self->owner);
    return 0;
}

/* The module and the owner stay: the handle needs them until the very end. */
static int process_clear(PyObject *object)
{
    Py_CLEAR(((process_object *)object)->dict);
    return 0;
}

static void process_dealloc(PyObject *object)
{
    process_object *self = (process_object *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    if (self->weak_references)
        PyObject_ClearWeakRefs(object);
    process_oneshot_forget(self);
    if (!self->owner)
        psutil_process_close(self->handle);
    while (self->retired) {
        retired_handle *next = self->retired->next;
        psutil_process_close(self->retired->handle);
        Py_XDECREF(self->retired->number);
        PyMem_Free(self->retired);
        self->retired = next;
    }
    Py_CLEAR(self->dict);
    Py_CLEAR(self->number);
    Py_CLEAR(self->name);
    Py_CLEAR(self->exe);
    Py_CLEAR(self->create_time);
    Py_CLEAR(self->exit_code);
    Py_CLEAR(self->owner);
    Py_CLEAR(self->module);
    type->tp_free(object);
    Py_DECREF(type);
}

/* ---- Whom it stands for ---------------------------------------------------------------------- */

static PyObject *process_compare(PyObject *a, PyObject *b, int operation)
{
    module_state *state = ((process_object *)a)->state;
    if ((operation != Py_EQ && operation != Py_NE) || !PyObject_TypeCheck(b, state->process_type))
        Py_RETURN_NOTIMPLEMENTED;
    process_object *x = (process_object *)a, *y = (process_object *)b;
    if (x->absent || y->absent)
        return PyBool_FromLong((a == b) == (operation == Py_EQ));
    if (!process_is_open(x) || !process_is_open(y))
        return NULL;
    bool equal = x->handle == y->handle || psutil_process_equal(x->handle, y->handle);
    return PyBool_FromLong(equal == (operation == Py_EQ));
}

static Py_hash_t process_hash(PyObject *object)
{
    process_object *self = (process_object *)object;
    return self->absent || process_is_open(self) ? (Py_hash_t)self->pid : -1;
}

/* A lock of the instance, made when a derived class of another package asks for it as psutil's has
 * it. */
static PyObject *get_lock(PyObject *object, void *Py_UNUSED(closure))
{
    PyObject *dict = PyObject_GenericGetDict(object, NULL), *name = PyUnicode_FromString("_lock");
    PyObject *threading = dict && name ? PyImport_ImportModule("threading") : NULL;
    PyObject *fresh = threading ? PyObject_CallMethod(threading, "RLock", NULL) : NULL;
    PyObject *lock = fresh ? PyDict_SetDefault(dict, name, fresh) : NULL;
    Py_XINCREF(lock);
    Py_XDECREF(fresh);
    Py_XDECREF(threading);
    Py_XDECREF(name);
    Py_XDECREF(dict);
    return lock;
}

/* What is compared of psutil's instances; programs have come to use it. */
static PyObject *get_ident(PyObject *object, void *Py_UNUSED(closure))
{
    PyObject *start = process_create_time(object, NULL);
    PyObject *pid = start ? PyLong_FromLongLong(((process_object *)object)->pid) : NULL;
    PyObject *ident = pid ? PyTuple_Pack(2, pid, start) : NULL;
    Py_XDECREF(pid);
    Py_XDECREF(start);
    return ident;
}

static PyGetSetDef process_getters[] = {
    {"_ident", get_ident, NULL, NULL, NULL},
    {"_lock", get_lock, NULL, NULL, NULL},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {NULL},
};

/* The interpreter reads such a member without calling anything. */
static PyMemberDef process_members[] = {
    {"pid", T_OBJECT_EX, offsetof(process_object, number), READONLY,
     PyDoc_STR("The process's pid.")},
    {"__dictoffset__", T_PYSSIZET, offsetof(process_object, dict), READONLY, NULL},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(process_object, weak_references), READONLY, NULL},
    {NULL},
};

PyDoc_STRVAR(process_doc,
             "Process(pid=None)\n--\n\n"
             "A process of the system: the one that has this pid now, without one the caller's.\n"
             "\n"
             "It goes on to stand for that process when the pid is given to another: reads and\n"
             "signals then raise NoSuchProcess. Instances of one process are equal, and may be\n"
             "keys. Raises NoSuchProcess, AccessDenied.");

static PyType_Slot process_slots[] = {
    {Py_tp_doc, (void *)process_doc},
    {Py_tp_new, (void *)process_new},
    {Py_tp_init, (void *)process_init},
    {Py_tp_dealloc, (void *)process_dealloc},
    {Py_tp_traverse, (void *)process_traverse},
    {Py_tp_clear, (void *)process_clear},
    {Py_tp_repr, (void *)process_repr},
    {Py_tp_hash, (void *)process_hash},
    {Py_tp_richcompare, (void *)process_compare},
    {Py_tp_members, process_members},
    {Py_tp_getset, process_getters},
    {0, NULL},
};

static PyType_Spec process_spec = {
    .name = "psutil.Process",
    .basicsize = sizeof(process_object),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = process_slots,
};

/* Python 3.9 leaves the signature out of the documentation of classes that are made like this one,
 * and inspect.signature() does not find it anywhere else. */
static int keep_signature(PyTypeObject *type)
{
#if PY_VERSION_HEX < 0x030a0000
    char *doc = PyObject_Malloc(sizeof process_doc);
    if (!doc) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(doc, process_doc, sizeof process_doc);
    PyObject_Free((char *)(uintptr_t)type->tp_doc);
    type->tp_doc = doc;
#else
    (void)type;
#endif
    return 0;
}

static PyTypeObject *make_type(PyObject *module, PyType_Spec *spec)
{
    return (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
}

int process_add_types(PyObject *module)
{
    module_state *state = state_of(module);
    state->process_type = make_type(module, &process_spec);
    state->oneshot_type = make_type(module, &oneshot_spec);
    state->iterator_type = make_type(module, &iterator_spec);
    if (!state->process_type || !state->oneshot_type || !state->iterator_type)
        return -1;
    if (keep_signature(state->process_type) < 0 || methods_add(module, state->process_type) < 0 ||
        attributes_add(state) < 0)
        return -1;
    state->process_type->tp_init = process_init; /* not by way of the method of that name */
    state->process_type->tp_name = "Process";    /* as messages have classes written in Python */
    return PyModule_AddType(module, state->process_type);
}

/* Instances may still be there: they need none of this to end. */
void process_free(module_state *state)
{
    attributes_free(state);
    Py_CLEAR(state->process_type);
    Py_CLEAR(state->oneshot_type);
    Py_CLEAR(state->iterator_type);
}
