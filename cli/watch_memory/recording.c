/* Reads the processes. Each is held by a handle: a pid that somebody else has now is nobody's. */
#include "watch_memory.h"

#include "platform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS                                                                                     \
    (PSUTIL_FIELD(NAME) | PSUTIL_FIELD(CPU_TIMES) | PSUTIL_FIELD(MEMORY_INFO) |                    \
     PSUTIL_FIELD(STATUS))

static int watch(struct recording *recording, psutil_process *process)
{
    struct watched *more = realloc(recording->watched, (recording->watched_len + 1) * sizeof *more);
    if (!more)
        return PSUTIL_ENOMEM;
    struct watched *own = &more[recording->watched_len];
    *own = (struct watched){.process = process, .cpu_time = NAN};
    if (psutil_process_started(&own->started, process) != 0)
        own->started = NAN;
    recording->watched = more;
    recording->watched_len++;
    return 0;
}

int recording_open(struct recording *recording, const struct cli *cli, int64_t pid)
{
    char *name = NULL;
    *recording = (struct recording){
        .cli = cli, .pid = pid, .above = PSUTIL_UNKNOWN, .exit_code = PSUTIL_UNKNOWN};
    int rc = psutil_process_open(&recording->process, cli->ctx, pid);
    if (rc == 0)
        rc = psutil_process_started(&recording->started, recording->process);
    if (rc == 0)
        rc = psutil_process_name(&name, recording->process);
    if (rc == 0)
        snprintf(recording->name, sizeof recording->name, "%s", name);
    psutil_free(name);
    return rc == 0 ? watch(recording, recording->process) : rc;
}

void recording_close(struct recording *recording)
{
    for (size_t i = 1; i < recording->watched_len; i++)
        psutil_process_close(recording->watched[i].process);
    psutil_process_close(recording->process);
    free(recording->watched);
    free(recording->moments);
}

/* ---- Children ---------------------------------------------------------------------------------
 */

static bool is_watched(const struct recording *recording, const psutil_process *process)
{
    for (size_t i = 0; i < recording->watched_len; i++)
        if (psutil_process_equal(recording->watched[i].process, process))
            return true;
    return false;
}

/* Takes the handles of new ones out of the list, which is closed with the others. */
static int take_new(struct recording *recording, psutil_process_list *list)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < list->len; i++) {
        psutil_process *own;
        if (is_watched(recording, list->items[i]) ||
            psutil_process_open(&own, recording->cli->ctx, psutil_process_pid(list->items[i])) != 0)
            continue;
        bool same = psutil_process_equal(own, list->items[i]);
        rc = same ? watch(recording, own) : 0;
        if (!same || rc != 0)
            psutil_process_close(own);
    }
    return rc;
}

/* Descendants that there were stay watched, though their parents are gone. */
static int find_children(struct recording *recording)
{
    psutil_process_list *list;
    int rc = psutil_process_children(&list, recording->process, true);
    if (rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED)
        return 0;
    if (rc == 0) {
        rc = take_new(recording, list);
        psutil_process_list_close(list);
    }
    return rc;
}

/* ---- A moment ---------------------------------------------------------------------------------
 */

/* Starts are told by the moment of the boot in whole seconds: up to one too early. */
#define EARLY 1.0

/* What it worked since the moment before; all of it when it was started in between. */
static double worked(const struct recording *recording, struct watched *watched, double cpu_time)
{
    double before = watched->cpu_time;
    const struct moment *last = recording->len ? &recording->moments[recording->len - 1] : NULL;
    watched->cpu_time = cpu_time;
    if (!isnan(before))
        return cpu_time - before;
    return last && watched->started + EARLY > last->time ? cpu_time : 0;
}

static void add_process(struct moment *moment, double *cpu, struct recording *recording,
                        struct watched *watched, const psutil_process_info *info)
{
    moment->processes++;
    if (info->result[PSUTIL_FIELD_CPU_TIMES] == 0)
        *cpu += worked(recording, watched, info->cpu_times.user + info->cpu_times.system);
    if (info->result[PSUTIL_FIELD_MEMORY_INFO] != 0)
        return;
    moment->rss = (moment->rss == PSUTIL_UNKNOWN ? 0 : moment->rss) + info->memory_info.rss;
    moment->vms = (moment->vms == PSUTIL_UNKNOWN ? 0 : moment->vms) + info->memory_info.vms;
}

static bool is_zombie(const psutil_process_info *info)
{
    return info->result[PSUTIL_FIELD_STATUS] == 0 && info->status == PSUTIL_STATUS_ZOMBIE;
}

/* One that is ending gives its memory back before it is a zombie. */
static bool gave_all_back(const struct recording *recording, const psutil_process_info *info)
{
    const struct moment *last = recording->len ? &recording->moments[recording->len - 1] : NULL;
    return last && last->vms > 0 && info->result[PSUTIL_FIELD_MEMORY_INFO] == 0 &&
           info->memory_info.vms == 0;
}

/* A program has another name than the one that started it. */
static void take_name(struct recording *recording, const psutil_process_info *info)
{
    if (info->result[PSUTIL_FIELD_NAME] == 0 && info->name)
        snprintf(recording->name, sizeof recording->name, "%s", info->name);
}

/* Whether it still runs. A zombie has ended: it takes nothing any more. */
static bool read_one(struct moment *moment, double *cpu, struct recording *recording, size_t index)
{
    psutil_process_info *info;
    struct watched *watched = &recording->watched[index];
    if (psutil_process_read(&info, watched->process, FIELDS) != 0)
        return false;
    bool runs = !is_zombie(info) && !(index == 0 && gave_all_back(recording, info));
    if (runs && index == 0)
        take_name(recording, info);
    if (runs)
        add_process(moment, cpu, recording, watched, info);
    psutil_process_info_free(info);
    return runs;
}

static void drop(struct recording *recording, size_t index)
{
    psutil_process_close(recording->watched[index].process);
    recording->watched[index] = recording->watched[--recording->watched_len];
}

static int keep(struct recording *recording, const struct moment *moment)
{
    if (recording->len == recording->capacity) {
        size_t capacity = recording->capacity ? 2 * recording->capacity : 256;
        struct moment *more = realloc(recording->moments, capacity * sizeof *more);
        if (!more)
            return PSUTIL_ENOMEM;
        recording->moments = more;
        recording->capacity = capacity;
    }
    recording->moments[recording->len++] = *moment;
    return 0;
}

int recording_add(struct recording *recording)
{
    double now = platform_clock(), cpu = 0;
    struct moment moment = {.time = platform_now(), .rss = PSUTIL_UNKNOWN, .vms = PSUTIL_UNKNOWN};
    int rc = recording->children ? find_children(recording) : 0;
    if (rc != 0)
        return rc;
    if (recording->len == 0)
        recording->began = now;
    moment.elapsed = now - recording->began;
    if (!read_one(&moment, &cpu, recording, 0)) {
        recording->end = END_PROCESS;
        return 0;
    }
    for (size_t i = recording->watched_len; i > 1; i--)
        if (!read_one(&moment, &cpu, recording, i - 1))
            drop(recording, i - 1);
    double before = recording->len ? recording->moments[recording->len - 1].elapsed : NAN;
    moment.cpu = moment.elapsed > before ? 100 * cpu / (moment.elapsed - before) : NAN;
    return keep(recording, &moment);
}
