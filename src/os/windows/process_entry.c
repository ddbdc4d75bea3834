/* What the system's list of processes says, without any right on them. */
#include "core/records.h"
#include "os/windows/process.h"

#include <string.h>

enum { THREAD_WAITS = 5, WAITS_SUSPENDED = 5 };

/* The kernel's own processes have no file that their name could be taken from. */
static int read_name(struct ps_reader *reader, const struct ps_nt_process *entry)
{
    static const wchar_t idle[] = L"System Idle Process", kernel[] = L"System";
    const char **out = &reader->to->info->name;
    if (reader->ref->pid == PS_PID_IDLE)
        return ps_reader_string(reader, idle, sizeof idle / sizeof *idle - 1, out);
    if (!entry->name.Buffer)
        return ps_reader_string(
            reader, kernel,
            reader->ref->pid == PS_PID_SYSTEM ? sizeof kernel / sizeof *kernel - 1 : 0, out);
    return ps_reader_string(reader, entry->name.Buffer, entry->name.Length / sizeof(wchar_t), out);
}

/* Stopped are those of whose threads each is suspended. */
static int64_t status_of(const struct ps_nt_process *entry)
{
    bool stopped = entry->threads_len > 0;
    for (uint32_t i = 0; i < entry->threads_len && stopped; i++)
        stopped = entry->threads[i].state == THREAD_WAITS &&
                  entry->threads[i].wait_reason == WAITS_SUSPENDED;
    return stopped ? PSUTIL_STATUS_STOPPED : PSUTIL_STATUS_RUNNING;
}

static int64_t switches_of(const struct ps_nt_process *entry)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < entry->threads_len; i++)
        sum += entry->threads[i].context_switches;
    return sum;
}

static void fill_memory(psutil_process_info *info, const struct ps_nt_process *entry)
{
    psutil_pmem *memory = &info->memory_info;
    memory->rss = memory->wset = (int64_t)entry->working_set;
    memory->vms = memory->pagefile = (int64_t)entry->pagefile;
    memory->num_page_faults = entry->page_faults;
    memory->peak_wset = (int64_t)entry->peak_working_set;
    memory->peak_paged_pool = (int64_t)entry->peak_paged_pool;
    memory->paged_pool = (int64_t)entry->paged_pool;
    memory->peak_nonpaged_pool = (int64_t)entry->peak_nonpaged_pool;
    memory->nonpaged_pool = (int64_t)entry->nonpaged_pool;
    memory->peak_pagefile = (int64_t)entry->peak_pagefile;
    memory->private_bytes = (int64_t)entry->private_bytes;
}

static void fill_counters(psutil_process_info *info, const struct ps_nt_process *entry)
{
    info->io_counters.read_count = entry->read_count;
    info->io_counters.write_count = entry->write_count;
    info->io_counters.read_bytes = entry->read_bytes;
    info->io_counters.write_bytes = entry->write_bytes;
    info->io_counters.other_count = entry->other_count;
    info->io_counters.other_bytes = entry->other_bytes;
    /* Windows does not tell whether they were wanted. */
    info->num_ctx_switches.voluntary = switches_of(entry);
    info->page_faults.major = entry->hard_faults;
    info->page_faults.minor =
        entry->page_faults > entry->hard_faults ? entry->page_faults - entry->hard_faults : 0;
}

int ps_source_entry(struct ps_reader *reader)
{
    const struct ps_nt_process *entry;
    psutil_process_info *info = reader->to->info;
    int rc = ps_reader_entry(reader, &entry);
    if (rc == 0)
        rc = ps_os_process_started(reader->ctx, reader->ref, &info->create_time);
    if (rc == 0 && reader->to->fields & PSUTIL_FIELD(NAME))
        rc = read_name(reader, entry);
    if (rc != 0)
        return rc;
    info->ppid = ps_nt_pid(entry->ppid);
    info->status = status_of(entry);
    info->num_threads = entry->threads_len;
    info->num_handles = entry->handles;
    info->cpu_times.user = ps_seconds_of(entry->user_time);
    info->cpu_times.system = ps_seconds_of(entry->kernel_time);
    fill_memory(info, entry);
    fill_counters(info, entry);
    return 0;
}

int ps_source_threads(struct ps_reader *reader)
{
    const struct ps_nt_process *entry;
    struct ps_list list;
    int rc = ps_reader_entry(reader, &entry);
    if (rc != 0)
        return rc;
    ps_list_init(&list, &ps_record_pthread);
    for (uint32_t i = 0; i < entry->threads_len; i++) {
        const struct ps_nt_thread *thread = &entry->threads[i];
        psutil_pthread *item = ps_list_add(&list);
        if (item)
            *item = (psutil_pthread){.id = ps_nt_pid(thread->id.UniqueThread),
                                     .user_time = ps_seconds_of(thread->user_time),
                                     .system_time = ps_seconds_of(thread->kernel_time)};
    }
    reader->to->info->threads = ps_list_result(reader->ctx, &list, &rc);
    return rc;
}

static psutil_addr copy_end(struct ps_list *list, const psutil_addr *end)
{
    psutil_addr copy = *end;
    if (end->ip)
        copy.ip = ps_list_string(list, end->ip, strlen(end->ip));
    return copy;
}

/* Those of all processes, of which the walk asks for the next one's then. */
static int pick_connections(struct ps_reader *reader, struct ps_list *list)
{
    psutil_sconn_list **all = &reader->walk->sockets;
    int rc = *all ? 0
                  : ps_windows_connections(reader->ctx, reader->to->conn_kind, PSUTIL_UNKNOWN,
                                           &ps_record_sconn, all);
    for (size_t i = 0; rc == 0 && i < (*all)->len; i++) {
        const psutil_sconn *row = &(*all)->items[i];
        if (row->pid != reader->ref->pid)
            continue;
        psutil_addr laddr = copy_end(list, &row->laddr), raddr = copy_end(list, &row->raddr);
        psutil_sconn *item = ps_list_add(list);
        if (!item)
            break;
        *item = *row;
        item->laddr = laddr;
        item->raddr = raddr;
    }
    return rc;
}

int ps_source_connections(struct ps_reader *reader)
{
    psutil_sconn_list **out = &reader->to->info->net_connections;
    struct ps_list list;
    if (!reader->walk)
        return ps_windows_connections(reader->ctx, reader->to->conn_kind, reader->ref->pid,
                                      &ps_record_pconn, out);
    ps_list_init(&list, &ps_record_pconn);
    int rc = pick_connections(reader, &list);
    *out = ps_list_result(reader->ctx, &list, &rc);
    return rc;
}
