/* What the files about the class Process share. */
#ifndef PROCESS_H
#define PROCESS_H

#include "module.h"

/* What one reading gave while oneshot() lasts. Several threads may look at it. */
typedef struct shared_info {
    atomic_int references;
    psutil_process_info *info;
} shared_info;

/* Fields that are read together while oneshot() lasts: each group is one source of the system. */
enum {
    GROUP_STAT,
    GROUP_OWNER,
    GROUP_SWITCHES,
    GROUP_STATM,
    GROUP_TERMINAL,
    GROUP_USERNAME,
    GROUP_FOOTPRINT,
    GROUP_MAPS,
    GROUP_COUNT
};

/* What __init__() replaced: another thread may be in the middle of a call with it. */
typedef struct retired_handle {
    struct retired_handle *next;
    psutil_process *handle; /* NULL: it is another instance's */
    PyObject *number;
} retired_handle;

/* An instance. What changes after __init__() is guarded by `mutex` in free-threaded builds, and by
 * the GIL in the others. */
typedef struct process_object {
    PyObject_HEAD PyObject *dict;
    PyObject *weak_references;
    PyObject *module; /* keeps the contexts; given up last */
    PyObject *owner;  /* the instance that this is a copy of, which owns the handle; or NULL */
    module_state *state;
    psutil_process *handle; /* NULL until __init__() */
    retired_handle *retired;
    int64_t pid;
    PyObject *number;      /* the same as Python has it: the attribute pid; NULL until then */
    int64_t parent_seen;   /* whose child it was seen to be; 0: nobody's that matters */
    PyObject *name;        /* what name() gave, for the texts of errors */
    PyObject *exe;         /* what exe() gave */
    PyObject *create_time; /* what create_time() gave */
    PyObject *exit_code;   /* what wait() gave; NULL before the end was seen */
    double busy;           /* for cpu_percent: user and system seconds at the last call, */
    double clock;          /* and the time then; busy is NAN before the first */
    bool shows_start;      /* repr() tells the start also without create_time() */
    bool reused;           /* the pid was seen to have another owner */
    bool is_thread;        /* the id is that of a thread, not of a process */
    bool absent;           /* _init() found no process, and was to ignore that: no handle */
    uint64_t seen_by;      /* the iteration that found `info` to be right already; 0: none */
    unsigned oneshot_depth;
    shared_info *oneshot[GROUP_COUNT];
    state_mutex mutex;
} process_object;

/* ---- process.c ------------------------------------------------------------------------------- */

int process_add_types(PyObject *module);
void process_free(module_state *state);

/* Whether `object` is a Process, and its __init__() was called: else an exception is set. */
bool process_is_open(process_object *self);

/* A new instance of psutil.Process, whatever class that is now, which takes the handle over, also
 * on failure. */
PyObject *process_wrap(module_state *state, psutil_process *handle);

/* The method __init__(), and _init(): the same by the name that psutil has for it. */
PyObject *process_called_init(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                              PyObject *kwnames);
PyObject *process_late_init(PyObject *object, PyObject *const *args, Py_ssize_t nargs,
                            PyObject *kwnames);

/* A new reference to what a member holds, or NULL. Sets no exception. */
PyObject *process_kept(process_object *self, PyObject **member);
/* Lets a member hold `value`. */
void process_keep(process_object *self, PyObject **member, PyObject *value);

/* Raises NoSuchProcess with this text; always returns NULL. */
PyObject *raise_no_such(module_state *state, PyObject *pid, const char *text);

/* Raises the failure `rc` of a call about this process; always returns NULL. */
PyObject *process_raise(process_object *self, int rc);

/* ---- process_fields.c ------------------------------------------------------------------------ */

/* The fields that the handle is asked for so that `field` can be given. */
psutil_fields process_field_needs(int field);
/* Whether `field` was read: 0, or the reason why not. */
int process_field_result(const psutil_process_info *info, int field);
/* A field that was read, as the method of that name returns it. */
PyObject *process_field_value(process_object *self, int field, psutil_process_info *info);
/* The same of the process that the method is called on, read now or while oneshot() lasts. */
PyObject *process_get(process_object *self, int field);

/* What stands for an executable that is withheld; NULL, with or without an exception, if nothing
 * does. */
PyObject *process_exe_guess(process_object *self);

/* A moment of CPU use, from cpu_times: percent since the one before, which it replaces. */
double process_percent(process_object *self, const psutil_pcputimes *times, double clock);
double monotonic_clock(void);

/* ---- process_get.c --------------------------------------------------------------------------- */

/* memory_percent() of one kind of memory; a ValueError for what is no kind. */
PyObject *process_memory_share(process_object *self, PyObject *memtype);

/* ---- process_derived.c ----------------------------------------------------------------------- */

/* Whose methods psutil calls for this field. */
psutil_fields process_follows_from(int field);
/* 1 when the class's method is the one that it was made with, 0, or -1. */
int process_type_has_original(PyTypeObject *type, module_state *state, int field);

/* ---- process_oneshot.c ----------------------------------------------------------------------- */

/* What oneshot() holds of the field's group, read if it was not yet; *out is NULL when the field is
 * not kept, or oneshot() does not last. Returns a PSUTIL_E… code. Give it back with drop(). */
int process_oneshot_read(process_object *self, int field, shared_info **out);
void shared_info_drop(shared_info *shared);
void process_oneshot_forget(process_object *self);
extern PyType_Spec oneshot_spec;

/* ---- process_dict.c -------------------------------------------------------------------------- */

/* What as_dict() and process_iter() are asked for. */
typedef struct attributes {
    psutil_fields asked;
    psutil_fields read; /* what the library is asked for */
    bool all;           /* no names were given: what the system lacks is left out */
    Py_ssize_t len;
    unsigned char order[PSUTIL_FIELD_COUNT];
} attributes;

int attributes_parse(module_state *state, PyObject *names, attributes *out);
/* Whether the methods are the class's own: not overridden, patched or set on the instance. */
int attributes_are_original(PyTypeObject *type, module_state *state, const attributes *wanted);
/* A dictionary of what was read. */
PyObject *attributes_to_dict(process_object *self, const attributes *wanted,
                             psutil_process_info *info, double clock, PyObject *ad_value);
/* One field that was read; `clock` is when, for cpu_percent. */
PyObject *attribute_value(process_object *self, int field, psutil_process_info *info, double clock);
/* Makes what the functions above need, and Process.attrs. */
int attributes_add(module_state *state);
void attributes_free(module_state *state);

/* ---- process_again.c ------------------------------------------------------------------------- */

/* The same dictionary, made of the one that the instance shows as `info`: that one itself when
 * nobody else can see it, or a new one. NULL, with or without an exception, when it does not serve.
 */
PyObject *attributes_again(process_object *self, const attributes *wanted,
                           psutil_process_info *info, double clock, PyObject *ad_value);

/* Whether the instance's `info` is that dictionary already, and nobody but its one holder could do
 * anything to it, whom to ask is to be told that it was. Nothing is changed, and nothing run. */
bool attributes_are_shown(process_object *self, const attributes *wanted,
                          const psutil_process_info *info, PyObject *ad_value);

/* ---- process_iter.c -------------------------------------------------------------------------- */

extern PyType_Spec iterator_spec;
PyObject *module_process_iter(PyObject *module, PyObject *const *args, Py_ssize_t nargs);
PyObject *module_process_iter_clear(PyObject *module, PyObject *unused);
/* Forgets the instance that process_iter() gave for this pid, if it is this one. */
void process_iter_forget(process_object *self);

/* ---- process_set.c --------------------------------------------------------------------------- */

/* `result`, or if it is NULL what is raised: that the pid is another's, where that is so. */
PyObject *process_unless_reused(process_object *self, PyObject *result);

/* ---- process_wait.c -------------------------------------------------------------------------- */

PyObject *module_wait_procs(PyObject *module, PyObject *const *args, Py_ssize_t nargs);

/* ---- process_repr.c -------------------------------------------------------------------------- */

PyObject *process_repr(PyObject *self);

/* ---- numbers.c ------------------------------------------------------------------------------- */

/* An int of C's size, as Python's own functions take it. */
int parse_int(PyObject *object, int64_t *out);
/* The same for 64 bits. */
int parse_long(PyObject *object, int64_t *out);

/* ---- The methods ----------------------------------------------------------------------------- */

extern const PyMethodDef process_methods[];
/* Whether it is one of these methods, as the class has them. */
bool process_is_method(PyObject *object);
/* Gives the class its methods. */
int methods_add(PyObject *module, PyTypeObject *owner);

#define METHOD(name)                                                                               \
    PyObject *process_##name(PyObject *self, PyObject *const *args, Py_ssize_t nargs,              \
                             PyObject *kwnames);
#define METHOD_NOARGS(name) PyObject *process_##name(PyObject *self, PyObject *unused);
METHOD(as_dict)
METHOD(children)
METHOD(connections)
METHOD(cpu_affinity)
METHOD(cpu_percent)
METHOD(ionice)
METHOD(memory_maps)
METHOD(memory_percent)
METHOD(net_connections)
METHOD(nice)
METHOD(rlimit)
METHOD(send_signal)
METHOD(wait)
METHOD_NOARGS(copy)
METHOD_NOARGS(create_time)
METHOD_NOARGS(exe)
METHOD_NOARGS(is_running)
METHOD_NOARGS(kill)
METHOD_NOARGS(memory_info_ex)
METHOD_NOARGS(oneshot)
METHOD_NOARGS(parent)
METHOD_NOARGS(parents)
METHOD_NOARGS(resume)
METHOD_NOARGS(suspend)
METHOD_NOARGS(terminate)
METHOD_NOARGS(username)
#undef METHOD
#undef METHOD_NOARGS

#endif
