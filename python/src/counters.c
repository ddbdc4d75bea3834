#include "counters.h"

/* No record of counters is larger. */
typedef union any_counters {
    psutil_sdiskio disk;
    psutil_snetio nic;
} any_counters;

typedef struct answer {
    any_counters total;
    any_list *list;
} answer;

static int ask(answer *out, const counter_kind *kind, psutil *ctx, psutil_nowrap *nowrap, bool each)
{
    return each ? kind->each(&out->list, ctx, nowrap) : kind->total(&out->total, ctx, nowrap);
}

/* One thread at a time may use a psutil_nowrap. */
static int ask_nowrap(answer *out, const counter_kind *kind, psutil *ctx, counter_cache *cache,
                      bool each)
{
    PyThread_acquire_lock(cache->lock, WAIT_LOCK);
    int rc = cache->nowrap ? 0 : psutil_nowrap_open(&cache->nowrap, ctx);
    if (rc == 0)
        rc = ask(out, kind, ctx, cache->nowrap, each);
    PyThread_release_lock(cache->lock);
    return rc;
}

PyObject *counters_get(module_state *state, const counter_kind *kind, psutil *ctx,
                       counter_cache *cache, bool each, bool nowrap)
{
    answer out;
    int rc;
    Py_BEGIN_ALLOW_THREADS
    rc = nowrap ? ask_nowrap(&out, kind, ctx, cache, each) : ask(&out, kind, ctx, NULL, each);
    Py_END_ALLOW_THREADS
    if (rc == PSUTIL_ENOTSUP && each)
        return PyDict_New();
    if (rc == PSUTIL_ENOTSUP)
        Py_RETURN_NONE;
    if (rc < 0)
        return raise_from(state, ctx, rc);
    if (!each)
        return record_to_tuple(state, kind->id, &out.total);
    PyObject *result = list_to_dict(state, kind->id, out.list->items, out.list->len);
    psutil_free(out.list);
    return result;
}

void counters_clear(counter_cache *cache)
{
    psutil_nowrap *nowrap;
    Py_BEGIN_ALLOW_THREADS
    PyThread_acquire_lock(cache->lock, WAIT_LOCK);
    nowrap = cache->nowrap;
    cache->nowrap = NULL;
    PyThread_release_lock(cache->lock);
    psutil_nowrap_close(nowrap);
    Py_END_ALLOW_THREADS
}
