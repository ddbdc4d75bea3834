/* Counters of disks and of interfaces: the same shape twice. */
#ifndef COUNTERS_H
#define COUNTERS_H

#include "module.h"

/* One kind of counters: how they are asked for and what they become. */
typedef struct counter_kind {
    tuple_id id;
    int (*total)(void *out, psutil *ctx, psutil_nowrap *nowrap);
    int (*each)(any_list **out, psutil *ctx, psutil_nowrap *nowrap);
} counter_kind;

/* The counters, all together or {name: counters}; None or {} when the machine has none. */
PyObject *counters_get(module_state *state, const counter_kind *kind, psutil *ctx,
                       counter_cache *cache, bool each, bool nowrap);

/* Forgets what was seen, so that the counters start from the system's own again. */
void counters_clear(counter_cache *cache);

#endif
