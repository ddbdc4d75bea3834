/* The extension psutil._psutil: what its files share. Every function here that returns an object
 * or an int follows the C API: NULL or -1 with an exception set. */
#ifndef MODULE_H
#define MODULE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <psutil.h>
#include <stdatomic.h>

/* Guards what is made at first use. With the GIL nothing needs it: nothing that it encloses runs
 * code of the program or releases the GIL. */
#ifdef Py_GIL_DISABLED
typedef PyMutex state_mutex;
#define LOCK(state) PyMutex_Lock(&(state)->mutex)
#define UNLOCK(state) PyMutex_Unlock(&(state)->mutex)
#else
typedef char state_mutex;
#define LOCK(state) ((void)(state))
#define UNLOCK(state) ((void)(state))
#endif

/* The named tuples. Each but `addr` is the record of the library that has the same name. */
#define TUPLES(X)                                                                                  \
    X(addr)                                                                                        \
    X(pconn)                                                                                       \
    X(pcputimes)                                                                                   \
    X(pctxsw)                                                                                      \
    X(pfootprint)                                                                                  \
    X(pfullmem)                                                                                    \
    X(pgids)                                                                                       \
    X(pheap)                                                                                       \
    X(pio)                                                                                         \
    X(pionice)                                                                                     \
    X(pmem)                                                                                        \
    X(pmem_ex)                                                                                     \
    X(pmmap_ext)                                                                                   \
    X(pmmap_grouped)                                                                               \
    X(popenfile)                                                                                   \
    X(ppagefaults)                                                                                 \
    X(pthread)                                                                                     \
    X(puids)                                                                                       \
    X(sbattery)                                                                                    \
    X(sconn)                                                                                       \
    X(scpufreq)                                                                                    \
    X(scpustats)                                                                                   \
    X(scputimes)                                                                                   \
    X(sdiskio)                                                                                     \
    X(sdiskpart)                                                                                   \
    X(sdiskusage)                                                                                  \
    X(sfan)                                                                                        \
    X(shwtemp)                                                                                     \
    X(snetio)                                                                                      \
    X(snicaddr)                                                                                    \
    X(snicstats)                                                                                   \
    X(sswap)                                                                                       \
    X(suser)                                                                                       \
    X(svmem)

typedef enum tuple_id {
#define TUPLE_ID(name) TUPLE_##name,
    TUPLES(TUPLE_ID)
#undef TUPLE_ID
        TUPLE_COUNT
} tuple_id;

/* No record has more fields on one platform. */
#define TUPLE_FIELDS_MAX 24

/* A named tuple: the class, and the fields that this platform has, in order. Filled at first use;
 * `type` is written last. */
typedef struct tuple_info {
    _Atomic(PyTypeObject *) type;
    const psutil_record *record;
    Py_ssize_t len;
    bool plain; /* no field holds what a program could change, so that no cycle leads through it */
    bool has_addresses;
    const psutil_field *fields[TUPLE_FIELDS_MAX];
} tuple_info;

#define ENUMS_MAX 8
#define ENUM_CACHED 32

/* The members of one enumeration by value. */
typedef struct enum_info {
    const psutil_enum_value *values;
    _Atomic(PyObject *) members[ENUM_CACHED];
} enum_info;

/* What keeps the counters of disks or of interfaces from going backwards. Whoever holds the lock
 * needs no GIL. */
typedef struct counter_cache {
    PyThread_type_lock lock;
    psutil_nowrap *nowrap; /* NULL until it is needed */
} counter_cache;

/* One context for each PROCFS_PATH that was seen. Stays until the module is freed. */
typedef struct context_node {
    struct context_node *next;
    PyObject *path;
    psutil *ctx;
    counter_cache disks;
    counter_cache nics;
} context_node;

/* The package's exceptions that are raised here. */
typedef enum exception_id {
    NO_SUCH_PROCESS,
    ZOMBIE_PROCESS,
    ACCESS_DENIED,
    TIMEOUT_EXPIRED,
    EXCEPTIONS
} exception_id;

#define EXCEPTION_ATTRIBUTES 5

typedef struct exception_info {
    PyObject *name;
    _Atomic(PyObject *) init; /* __init__() as the package wrote it; NULL until it is needed */
} exception_info;

/* The state of the module: one for each interpreter. */
typedef struct module_state {
    PyObject *module;                                 /* itself; borrowed */
    PyObject *package;                                /* the dictionary of the module psutil */
    PyObject *procfs_name, *process_name, *pids_name; /* of what is looked up there */
    context_node *contexts;
    _Atomic(context_node *) current; /* the one that was used last */
    uint64_t package_version;        /* of the package's dictionary then; 0: not known */
    tuple_info tuples[TUPLE_COUNT];
    enum_info enums[ENUMS_MAX];
    PyTypeObject *process_type;
    PyTypeObject *oneshot_type;
    PyTypeObject *iterator_type;
    PyObject *field_numbers;                     /* {name of a field: psutil_process_field} */
    PyObject *field_names[PSUTIL_FIELD_COUNT];   /* NULL where the platform has none */
    PyObject *field_methods[PSUTIL_FIELD_COUNT]; /* as Process has them before any patch */
    PyObject *as_dict;                           /* the same */
    PyObject *pids;                              /* the package's function of that name */
    PyObject *iterated;                          /* {pid: Process}: what process_iter() gave */
    PyObject *info_name;                         /* "info" */
    uint64_t iterations;                         /* of process_iter(), that have begun */
    exception_info exceptions[EXCEPTIONS];
    PyObject *attribute_names[EXCEPTION_ATTRIBUTES]; /* of exceptions */
    PyObject *init_name;
    const psutil_enum_value *status_values;
    state_mutex mutex;
} module_state;

extern struct PyModuleDef psutil_module;

/* The state, from the module object or from a class of the module or one derived from it. */
module_state *state_of(PyObject *module);
module_state *state_of_type(PyTypeObject *type);

/* ---- context.c: which machine ---------------------------------------------------------------- */

/* The context of the present PROCFS_PATH. Belongs to the module and lives as long as it does. */
psutil *context_for(module_state *state);
context_node *context_node_for(module_state *state);
/* All of them, the newest first. */
context_node *contexts_first(module_state *state);
void contexts_free(module_state *state);

/* ---- fork.c ---------------------------------------------------------------------------------- */

/* Has the contexts survive a fork() that happens while other threads use them. */
int forks_watch(PyObject *module);

/* ---- signature.c ----------------------------------------------------------------------------- */

/* What a function takes: names in order, the first `required` of them without a default. */
typedef struct signature {
    const char *function; /* as messages call it: "cpu_times", "Process.wait" */
    int required;
    int len;
    const char *const *names;
} signature;

#define SIGNATURE(function, required, ...)                                                         \
    (&(const signature){(function), (required),                                                    \
                        (int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),             \
                        (const char *const[]){__VA_ARGS__}})

/* Sorts the arguments of a METH_FASTCALL | METH_KEYWORDS function into `values`: borrowed, NULL for
 * those that were not given. Returns -1 with a TypeError. */
int arguments(const signature *sig, PyObject *const *args, Py_ssize_t nargs, PyObject *kwnames,
              PyObject **values);

/* Whether an argument is true; `fallback` when it was not given. -1 when its __bool__ failed. */
int flag_of(PyObject *value, bool fallback, bool *flag);

/* For the tables of methods. */
#define FUNCTION(function) ((PyCFunction)(void (*)(void))(function))

/* ---- errors.c -------------------------------------------------------------------------------- */

/* An attribute of the package: an exception class, or whatever else is made at first use. */
/* Whether the exception that is set is psutil.<name>. */
bool raised_is(module_state *state, const char *name);

/* What the package has by this name now, without making it: a new reference. */
PyObject *package_own(module_state *state, PyObject *name);
PyObject *package_attribute(module_state *state, const char *name);
PyObject *package_named(module_state *state, PyObject *name);

/* Raises what `rc`, a PSUTIL_E… that the calling thread just got from `ctx`, is in Python. Always
 * returns NULL. `pid` is PSUTIL_UNKNOWN for calls that are not about a process; `name` is its name,
 * or NULL or None. PSUTIL_EINTR is an InterruptedError: who waits calls PyErr_CheckSignals()
 * and goes on instead. */
PyObject *raise_process(module_state *state, psutil *ctx, int rc, int64_t pid, PyObject *name);
#define raise_from(state, ctx, rc) raise_process((state), (ctx), (rc), PSUTIL_UNKNOWN, NULL)

/* The same for a path that the program gave: the exception's filename is that object. */
PyObject *raise_path(module_state *state, psutil *ctx, int rc, PyObject *path);

/* ---- exceptions.c ---------------------------------------------------------------------------- */

int exceptions_add(module_state *state);
int exceptions_traverse(module_state *state, visitproc visit, void *arg);
void exceptions_clear(module_state *state);

/* The class by this name in the package now: a new reference. */
PyObject *exception_class(module_state *state, exception_id id);

/* Raises one about a process; `pid` is a number, or NULL when making it has failed already. `name`
 * may be NULL, and `text` for the exception's usual one. Always returns NULL. */
PyObject *raise_about(module_state *state, exception_id id, PyObject *pid, PyObject *name,
                      const char *text);

/* TimeoutExpired(seconds, pid, name); `name` may be NULL. Always returns NULL. */
PyObject *raise_timeout(module_state *state, PyObject *seconds, int64_t pid, PyObject *name);

/* ---- tuples.c: the classes ------------------------------------------------------------------- */

/* The named tuple's description, class made; owned by the module. */
const tuple_info *tuple_get(module_state *state, tuple_id id);
/* The tuple that has the name of `record`, or -1, without an exception. */
int tuple_id_of(const psutil_record *record);
/* From 3.14 on a tuple keeps its hash, and what an allocator leaves there would be taken for one
 * that is known (Include/cpython/tupleobject.h). */
static inline void tuple_forget_hash(PyObject *self)
{
#if PY_VERSION_HEX >= 0x030e0000
    ((PyTupleObject *)self)->ob_hash = -1;
#else
    (void)self;
#endif
}

/* An instance whose items are yet to be set. */
static inline PyObject *tuple_allocate(PyTypeObject *type, Py_ssize_t len)
{
    PyObject *self = type->tp_alloc(type, len);
    if (self)
        tuple_forget_hash(self);
    return self;
}

/* ---- enums.c --------------------------------------------------------------------------------- */

/* The member for `value` of an enumeration of the library (psutil_field.values): a number without a
 * name stays a number, PSUTIL_UNKNOWN is None. */
PyObject *enum_member(module_state *state, const psutil_enum_value *values, int64_t value);

/* The enumerated values of the field called `field` of a named tuple or of "process". */
const psutil_enum_value *enum_values(const char *record, const char *field);

/* ---- convert.c: from C to Python ------------------------------------------------------------- */

/* A string of the system, decoded as file names are; NULL is None. */
PyObject *string_from(const char *string);
/* Unknown is None. */
PyObject *int_from(int64_t value);
PyObject *double_from(double value);

/* One field of the struct `item`. */
PyObject *field_from(module_state *state, const psutil_field *field, const void *item);

/* A struct as its named tuple. Unknown members become None: put what psutil shows instead (0, -1)
 * into the struct before. */
PyObject *record_to_tuple(module_state *state, tuple_id id, const void *item);

/* An array of structs as a list of named tuples. */
PyObject *list_to_tuples(module_state *state, tuple_id id, const void *items, size_t len);

/* A keyed array as {key: named tuple} or {key: [named tuple, …]}. */
PyObject *list_to_dict(module_state *state, tuple_id id, const void *items, size_t len);
PyObject *list_to_groups(module_state *state, tuple_id id, const void *items, size_t len);

/* What all lists of the library begin with. */
typedef struct any_list {
    size_t len;
    void *items;
} any_list;

PyObject *ints_from(const psutil_int_list *list);
PyObject *strings_from(const psutil_string_list *list);
/* NAME=VALUE strings as a dictionary; of two with one name the later counts. */
PyObject *variables_from(const psutil_string_list *list);

/* ---- The functions of the package, by topic -------------------------------------------------- */

extern PyMethodDef cpu_functions[], disk_functions[], net_functions[], sensor_functions[],
    system_functions[];

/* Puts them in the place of the package's functions of these names. */
int functions_replace(module_state *state);

/* The set of sockets that the argument `kind` names (NULL: 'inet'), or -1 with psutil's ValueError.
 */
int conn_kind_of(PyObject *kind, unsigned *set);

/* Sockets as named tuples (TUPLE_sconn, TUPLE_pconn), with psutil's values for what is not known.
 * Frees the list. */
PyObject *connections_from(module_state *state, tuple_id id, psutil_sconn_list *list);

/* Opens what cpu_percent() and cpu_times_percent() compare with at their first call in this
 * thread. Never fails: the first call then does without. */
void cpu_baselines_begin(module_state *state);

/* Rounded to one decimal, exactly as Python's round(value, 1). */
double round_tenth(double value);

#endif
