/* CPU: times, percentages, counts, statistics, frequency, load. */
#include "module.h"

#include <math.h>

#define PERCPU_SIGNATURE(function) SIGNATURE(function, 0, "percpu")
#define INTERVAL_SIGNATURE(function) SIGNATURE(function, 0, "interval", "percpu")

/* Modes that this kernel does not count were never used. */
static void fill_modes(psutil_scputimes *times)
{
    double *modes = (double *)times;
    for (size_t i = 0; i < sizeof *times / sizeof *modes; i++)
        if (isnan(modes[i]))
            modes[i] = 0;
}

/* Takes the list over. */
static PyObject *times_list(module_state *state, psutil_scputimes_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        fill_modes(&list->items[i]);
    PyObject *result = list_to_tuples(state, TUPLE_scputimes, list->items, list->len);
    psutil_free(list);
    return result;
}

/* A question about all CPUs together, or about each. */
typedef struct cpu_kind {
    const signature *takes;
    tuple_id id;
    int (*total)(void *out, psutil *ctx);
    int (*each)(any_list **out, psutil *ctx);
    void (*fill)(void *item); /* puts what psutil shows in the place of what is not known */
    bool optional;            /* a system that does not tell is no error: None, or an empty list */
} cpu_kind;

static PyObject *ask_each(module_state *state, psutil *ctx, const cpu_kind *kind)
{
    const tuple_info *tuple = tuple_get(state, kind->id);
    any_list *list;
    int rc;
    if (!tuple)
        return NULL;
    Py_BEGIN_ALLOW_THREADS
    rc = kind->each(&list, ctx);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ENOTSUP && kind->optional)
        return PyList_New(0);
    if (rc < 0)
        return raise_from(state, ctx, rc);
    for (size_t i = 0; i < list->len; i++)
        kind->fill((char *)list->items + i * tuple->record->size);
    PyObject *result = list_to_tuples(state, kind->id, list->items, list->len);
    psutil_free(list);
    return result;
}

static PyObject *ask_total(module_state *state, psutil *ctx, const cpu_kind *kind)
{
    union {
        psutil_scputimes times;
        psutil_scpufreq freq;
    } out;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = kind->total(&out, ctx);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ENOTSUP && kind->optional)
        Py_RETURN_NONE;
    if (rc < 0)
        return raise_from(state, ctx, rc);
    kind->fill(&out);
    return record_to_tuple(state, kind->id, &out);
}

static PyObject *ask(PyObject *module, const cpu_kind *kind, PyObject *const *args,
                     Py_ssize_t nargs, PyObject *kwnames)
{
    PyObject *value;
    bool percpu;
    if (arguments(kind->takes, args, nargs, kwnames, &value) < 0 ||
        flag_of(value, false, &percpu) < 0)
        return NULL;
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    return percpu ? ask_each(state, ctx, kind) : ask_total(state, ctx, kind);
}

static int times_total(void *out, psutil *ctx)
{
    return psutil_cpu_times(out, ctx);
}

static int times_each(any_list **out, psutil *ctx)
{
    psutil_scputimes_list *list;
    int rc = psutil_cpu_times_percpu(&list, ctx);
    if (rc == 0)
        *out = (any_list *)(void *)list;
    return rc;
}

static void fill_times(void *times)
{
    fill_modes(times);
}

static PyObject *cpu_times(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                           PyObject *kwnames)
{
    const cpu_kind kind = {.takes = PERCPU_SIGNATURE("cpu_times"),
                           .id = TUPLE_scputimes,
                           .total = times_total,
                           .each = times_each,
                           .fill = fill_times};
    return ask(module, &kind, args, nargs, kwnames);
}

/* ---- Percentages ------------------------------------------------------------------------------
 *
 * Each kind of question has a baseline of its own in each thread, so that threads and questions do
 * not shorten each other's intervals. They live in the dictionary that the interpreter keeps for
 * the thread, and end with it. */

typedef enum percent_kind { BUSY, BUSY_PERCPU, MODES, MODES_PERCPU, KINDS } percent_kind;

typedef struct baselines {
    PyObject *module; /* keeps the contexts alive */
    psutil *ctx;      /* of the samplers */
    psutil_cpu_sampler *samplers[KINDS];
} baselines;

#define BASELINES "psutil._psutil.baselines"

static void close_samplers(baselines *base)
{
    for (int i = 0; i < KINDS; i++) {
        psutil_cpu_sampler_close(base->samplers[i]);
        base->samplers[i] = NULL;
    }
}

static void baselines_end(PyObject *capsule)
{
    baselines *base = PyCapsule_GetPointer(capsule, BASELINES);
    close_samplers(base);
    Py_DECREF(base->module);
    PyMem_Free(base);
}

static baselines *baselines_make(module_state *state, PyObject *thread)
{
    baselines *base = PyMem_Calloc(1, sizeof *base);
    PyObject *capsule = base ? PyCapsule_New(base, BASELINES, baselines_end) : NULL;
    if (!capsule) {
        PyMem_Free(base);
        return base ? NULL : (baselines *)PyErr_NoMemory();
    }
    Py_INCREF(state->module);
    base->module = state->module;
    int rc = PyDict_SetItem(thread, state->module, capsule);
    Py_DECREF(capsule);
    return rc < 0 ? NULL : base;
}

/* The calling thread's, for this context. */
static baselines *baselines_of(module_state *state, psutil *ctx)
{
    PyObject *thread = PyThreadState_GetDict();
    if (!thread) {
        PyErr_SetString(PyExc_RuntimeError, "no current thread");
        return NULL;
    }
    PyObject *capsule = PyDict_GetItemWithError(thread, state->module);
    if (!capsule && PyErr_Occurred())
        return NULL;
    baselines *base =
        capsule ? PyCapsule_GetPointer(capsule, BASELINES) : baselines_make(state, thread);
    if (base && base->ctx != ctx) {
        close_samplers(base);
        base->ctx = ctx;
    }
    return base;
}

void cpu_baselines_begin(module_state *state)
{
    psutil *ctx = context_for(state);
    baselines *base = ctx ? baselines_of(state, ctx) : NULL;
    for (int i = 0; base && i < KINDS; i++)
        if (!base->samplers[i] && psutil_cpu_sampler_open(&base->samplers[i], ctx) < 0)
            break;
    PyErr_Clear();
}

static PyObject *busy_from(double percent)
{
    return PyFloat_FromDouble(isnan(percent) ? 0 : round_tenth(percent));
}

static PyObject *busy_list(psutil_double_list *list, bool first)
{
    PyObject *result = PyList_New((Py_ssize_t)list->len);
    for (size_t i = 0; result && i < list->len; i++) {
        PyObject *item = busy_from(first ? 0 : list->items[i]);
        if (!item)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, (Py_ssize_t)i, item);
    }
    psutil_free(list);
    return result;
}

static void round_modes(psutil_scputimes *times, bool first)
{
    if (first)
        *times = (psutil_scputimes){.user = 0};
    fill_modes(times);
    double *modes = (double *)times;
    for (size_t i = 0; i < sizeof *times / sizeof *modes; i++)
        modes[i] = round_tenth(modes[i]);
}

static PyObject *modes_list(module_state *state, psutil_scputimes_list *list, bool first)
{
    for (size_t i = 0; i < list->len; i++)
        round_modes(&list->items[i], first);
    return times_list(state, list);
}

/* What the sampler tells about the time since its last use. A thread's first answer is zeros, also
 * when a clock tick happened to fall between opening the sampler and asking it. */
static PyObject *ask_sampler(module_state *state, psutil *ctx, psutil_cpu_sampler *sampler,
                             percent_kind kind, bool first)
{
    union {
        double busy;
        psutil_double_list *busies;
        psutil_scputimes modes;
        psutil_scputimes_list *modeses;
    } out;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = kind == BUSY          ? psutil_cpu_percent(&out.busy, sampler)
         : kind == BUSY_PERCPU ? psutil_cpu_percent_percpu(&out.busies, sampler)
         : kind == MODES       ? psutil_cpu_times_percent(&out.modes, sampler)
                               : psutil_cpu_times_percent_percpu(&out.modeses, sampler);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    switch (kind) {
    case BUSY:
        return busy_from(first ? 0 : out.busy);
    case BUSY_PERCPU:
        return busy_list(out.busies, first);
    case MODES:
        round_modes(&out.modes, first);
        return record_to_tuple(state, TUPLE_scputimes, &out.modes);
    default:
        return modes_list(state, out.modeses, first);
    }
}

static psutil_cpu_sampler *open_sampler(module_state *state, psutil *ctx)
{
    psutil_cpu_sampler *sampler = NULL;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_cpu_sampler_open(&sampler, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        raise_from(state, ctx, rc);
    return sampler;
}

/* time.sleep(): ends early for nothing but an exception out of a signal handler. */
static int sleep_for(PyObject *interval)
{
    PyObject *time = PyImport_ImportModule("time");
    PyObject *result = time ? PyObject_CallMethod(time, "sleep", "O", interval) : NULL;
    Py_XDECREF(time);
    Py_XDECREF(result);
    return result ? 0 : -1;
}

/* Exchanges the sampler of the thread's baseline. The handler of a signal, or whatever else ran
 * meanwhile in this thread, may have used it: it is taken out while in use. */
static psutil_cpu_sampler *exchange(module_state *state, psutil *ctx, percent_kind kind,
                                    psutil_cpu_sampler *sampler)
{
    baselines *base = baselines_of(state, ctx);
    if (!base) {
        psutil_cpu_sampler_close(sampler);
        return NULL;
    }
    psutil_cpu_sampler *before = base->samplers[kind];
    base->samplers[kind] = sampler;
    return before;
}

/* Gives the sampler back, also while an exception is on its way. */
static PyObject *keep(module_state *state, psutil *ctx, percent_kind kind,
                      psutil_cpu_sampler *sampler, PyObject *result)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    psutil_cpu_sampler_close(exchange(state, ctx, kind, sampler));
    if (!PyErr_Occurred())
        PyErr_Restore(type, value, traceback);
    else {
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
        Py_CLEAR(result);
    }
    return result;
}

static PyObject *percent_over(module_state *state, psutil *ctx, PyObject *interval,
                              percent_kind kind)
{
    psutil_cpu_sampler *sampler = open_sampler(state, ctx);
    if (!sampler)
        return NULL;
    if (sleep_for(interval) < 0) {
        psutil_cpu_sampler_close(sampler);
        return NULL;
    }
    PyObject *result = ask_sampler(state, ctx, sampler, kind, false);
    return keep(state, ctx, kind, sampler, result);
}

static PyObject *percent_since(module_state *state, psutil *ctx, percent_kind kind)
{
    psutil_cpu_sampler *sampler = exchange(state, ctx, kind, NULL);
    bool first = !sampler;
    if (first && (PyErr_Occurred() || !(sampler = open_sampler(state, ctx))))
        return NULL;
    PyObject *result = ask_sampler(state, ctx, sampler, kind, first);
    return keep(state, ctx, kind, sampler, result);
}

/* 1 to sleep for the interval, 0 not to, -1 with an exception. */
static int is_blocking(PyObject *interval)
{
    if (!interval || interval == Py_None)
        return 0;
    PyObject *zero = PyFloat_FromDouble(0);
    int positive = zero ? PyObject_RichCompareBool(interval, zero, Py_GT) : -1;
    int negative = positive == 0 ? PyObject_RichCompareBool(interval, zero, Py_LT) : positive;
    Py_XDECREF(zero);
    if (positive == 0 && negative > 0) {
        PyErr_Format(PyExc_ValueError, "interval is not positive (got %S)", interval);
        return -1;
    }
    return positive ? positive : negative;
}

static PyObject *percent_of(PyObject *module, PyObject *const *values, percent_kind kind)
{
    bool percpu;
    int blocking = is_blocking(values[0]);
    if (blocking < 0 || flag_of(values[1], false, &percpu) < 0)
        return NULL;
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    if (percpu)
        kind++;
    return blocking ? percent_over(state, ctx, values[0], kind) : percent_since(state, ctx, kind);
}

static PyObject *cpu_percent(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                             PyObject *kwnames)
{
    PyObject *values[2];
    if (arguments(INTERVAL_SIGNATURE("cpu_percent"), args, nargs, kwnames, values) < 0)
        return NULL;
    return percent_of(module, values, BUSY);
}

static PyObject *cpu_times_percent(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                                   PyObject *kwnames)
{
    PyObject *values[2];
    if (arguments(INTERVAL_SIGNATURE("cpu_times_percent"), args, nargs, kwnames, values) < 0)
        return NULL;
    return percent_of(module, values, MODES);
}

/* ---- The rest -------------------------------------------------------------------------------- */

static PyObject *cpu_count(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                           PyObject *kwnames)
{
    PyObject *value;
    bool logical;
    if (arguments(SIGNATURE("cpu_count", 0, "logical"), args, nargs, kwnames, &value) < 0 ||
        flag_of(value, true, &logical) < 0)
        return NULL;
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    int64_t count;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_cpu_count(&count, ctx, logical);
    Py_END_ALLOW_THREADS
    return rc < 0 ? raise_from(state, ctx, rc) : int_from(count);
}

static int64_t or_zero(int64_t value)
{
    return value == PSUTIL_UNKNOWN ? 0 : value;
}

static PyObject *cpu_stats(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    psutil_scpustats stats;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_cpu_stats(&stats, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    stats.ctx_switches = or_zero(stats.ctx_switches);
    stats.interrupts = or_zero(stats.interrupts);
    stats.soft_interrupts = or_zero(stats.soft_interrupts);
    stats.syscalls = or_zero(stats.syscalls);
    return record_to_tuple(state, TUPLE_scpustats, &stats);
}

static void fill_freq(void *item)
{
    psutil_scpufreq *freq = item;
    if (isnan(freq->current))
        freq->current = 0;
    if (isnan(freq->min))
        freq->min = 0;
    if (isnan(freq->max))
        freq->max = 0;
}

static int freq_total(void *out, psutil *ctx)
{
    return psutil_cpu_freq(out, ctx);
}

static int freq_each(any_list **out, psutil *ctx)
{
    psutil_scpufreq_list *list;
    int rc = psutil_cpu_freq_percpu(&list, ctx);
    if (rc == 0)
        *out = (any_list *)(void *)list;
    return rc;
}

static PyObject *cpu_freq(PyObject *module, PyObject *const *args, Py_ssize_t nargs,
                          PyObject *kwnames)
{
    const cpu_kind kind = {.takes = PERCPU_SIGNATURE("cpu_freq"),
                           .id = TUPLE_scpufreq,
                           .total = freq_total,
                           .each = freq_each,
                           .fill = fill_freq,
                           .optional = true};
    return ask(module, &kind, args, nargs, kwnames);
}

static PyObject *floats_from(const double *values, Py_ssize_t len)
{
    PyObject *tuple = PyTuple_New(len);
    for (Py_ssize_t i = 0; tuple && i < len; i++) {
        PyObject *value = PyFloat_FromDouble(values[i]);
        if (!value)
            Py_CLEAR(tuple);
        else
            PyTuple_SET_ITEM(tuple, i, value);
    }
    return tuple;
}

static PyObject *load_average(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    module_state *state = state_of(module);
    psutil *ctx = context_for(state);
    if (!ctx)
        return NULL;
    double loads[3];
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = psutil_getloadavg(loads, ctx);
    Py_END_ALLOW_THREADS
    if (rc < 0)
        return raise_from(state, ctx, rc);
    return floats_from(loads, 3);
}

#define KEYWORDS (METH_FASTCALL | METH_KEYWORDS)

PyMethodDef cpu_functions[] = {
    {"cpu_times", FUNCTION(cpu_times), KEYWORDS, NULL},
    {"cpu_percent", FUNCTION(cpu_percent), KEYWORDS, NULL},
    {"cpu_times_percent", FUNCTION(cpu_times_percent), KEYWORDS, NULL},
    {"cpu_count", FUNCTION(cpu_count), KEYWORDS, NULL},
    {"cpu_stats", cpu_stats, METH_NOARGS, NULL},
    {"cpu_freq", FUNCTION(cpu_freq), KEYWORDS, NULL},
    {"getloadavg", load_average, METH_NOARGS, NULL},
    {NULL},
};
