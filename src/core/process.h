/* What the files about processes share. */
#ifndef PS_PROCESS_H
#define PS_PROCESS_H

#include "backend.h"
#include "core/info.h"

/* A moment in a process's CPU use, for cpu_percent. */
struct ps_cpu_moment {
    double busy;   /* user and system seconds; NAN: none yet */
    int64_t clock; /* ps_os_clock() */
};

/* What psutil_process stands for. The reference never changes after the opening, so that threads
 * share a handle without a lock; the rest is guarded by the context's lock. */
struct psutil_process {
    psutil *ctx;
    struct ps_ref ref;
    struct ps_cpu_moment moment;
    struct ps_end end; /* what waiting has seen */
};

/* Whether waiting has seen the end, and what it learned then. */
bool ps_process_ended_already(psutil_process *process, int64_t *exit_code);

/* The fields that the backend must read so that these can be answered. */
psutil_fields ps_fields_needed(psutil_fields asked);

/* Fills in the fields that are computed from others, and forgets those that were read only for
 * that. `moment` holds the process's earlier moment and receives the new one. */
void ps_fields_derive(psutil *ctx, psutil_process_info *info, psutil_fields asked,
                      struct ps_cpu_moment *moment);

/* The same for a handle, whose moment it keeps. */
void ps_process_derive(psutil_process *process, psutil_process_info *info, psutil_fields asked);

/* The machine's memory in bytes. It seldom changes (a virtual machine is given more, or less): each
 * context asks for it once a second at most. */
int ps_total_memory(psutil *ctx, int64_t *out);

/* A new handle for a reference that is already open; takes the reference over, also on failure. */
int ps_process_adopt(psutil *ctx, struct ps_ref *ref, psutil_process **out);

/* Handles collected one by one. */
struct ps_process_collector {
    psutil *ctx;
    psutil_process_list *list;
    size_t capacity;
};

/* Adds a handle, which the collector owns from then on, also on failure. */
int ps_collect(struct ps_process_collector *collector, psutil_process *process);

#endif
