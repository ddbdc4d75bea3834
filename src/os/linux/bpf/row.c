/* What a row becomes: the same fields by the same code as what /proc tells, as far as there is any.
 */
#include "os/linux/bpf/row.h"

#include <string.h>

/* ---- stat -------------------------------------------------------------------------------------
 */

/* fs/proc/array.c:task_state_array, by the highest bit of the state (include/linux/sched.h:
 * task_state_index()). States that count otherwise are not told by rows. */
static char state_of(const struct ps_bpf_task *task)
{
    static const char letters[] = "RSDTtXZPI";
    const unsigned reported = 0x7f, idle = 0x402; /* uninterruptible, and no load */
    unsigned state = (task->state | task->exit_state) & reported;
    size_t index = 0;
    if ((task->state & idle) == idle)
        return 'I';
    for (; state != 0; state >>= 1)
        index++;
    return letters[index];
}

/* Packed as in stat, by new_encode_dev() of include/linux/kdev_t.h. */
static int64_t terminal_of(const struct ps_bpf_task *task)
{
    unsigned minor = task->tty_minor;
    if (task->tty_major == 0)
        return 0;
    return (int32_t)((minor & 0xff) | task->tty_major << 8 | (minor & ~0xffu) << 12);
}

/* As fs/proc makes them of nanoseconds (kernel/time/time.c:nsec_to_clock_t()). */
static int64_t ticks_of(psutil *ctx, uint64_t nanoseconds)
{
    return (int64_t)(nanoseconds / (UINT64_C(1000000000) / (uint64_t)ps_linux_of(ctx)->ticks));
}

uint64_t ps_lane_start(psutil *ctx, const struct ps_bpf_task *task)
{
    return (uint64_t)ticks_of(ctx, task->start);
}

/* Threads that exist for a walk only. */
static unsigned helpers_of(const struct ps_lane_teller *teller, const struct ps_bpf_task *task)
{
    return task->pid == teller->own ? atomic_load(&teller->lane->helpers) : 0;
}

bool ps_lane_tells_stat(const struct ps_bpf_task *task, const struct ps_reader *reader)
{
    bool odd_name = task->odd & PS_BPF_ODD_NAME && ps_wanted(reader, PSUTIL_FIELD(NAME));
    return !ps_wanted(reader, PS_LANE_STAT) || !(task->odd & PS_BPF_ODD_STAT || odd_name);
}

void ps_lane_tell_stat(const struct ps_lane_teller *teller, const struct ps_bpf_task *task,
                       const struct ps_bpf_more *more, struct ps_lane_times times,
                       struct ps_reader *reader)
{
    psutil *ctx = teller->ctx;
    struct ps_proc_stat *out = &reader->stat;
    *out = (struct ps_proc_stat){.comm = {task->comm, strnlen(task->comm, sizeof task->comm)},
                                 .state = state_of(task),
                                 .pid = task->pid,
                                 .ppid = task->ppid,
                                 .tty_nr = terminal_of(task),
                                 .flags = task->flags,
                                 .utime = ticks_of(ctx, times.user),
                                 .stime = ticks_of(ctx, times.system),
                                 .cutime = ticks_of(ctx, task->cutime),
                                 .cstime = ticks_of(ctx, task->cstime),
                                 .num_threads = task->threads - helpers_of(teller, task),
                                 .starttime = ticks_of(ctx, task->start),
                                 .processor = task->cpu,
                                 .blkio = ticks_of(ctx, task->blkio)};
    if (more) {
        out->minflt = (int64_t)more->minflt;
        out->majflt = (int64_t)more->majflt;
        out->nice = more->nice;
    }
    reader->stat_rc = 0;
}

/* ---- statm ------------------------------------------------------------------------------------
 */

static int64_t pages_of(const struct ps_lane *lane, int64_t number, int64_t of_cpus)
{
    int64_t pages = lane->pages == PS_LANE_PAGES_SUM ? number + of_cpus : number;
    return pages < 0 ? 0 : pages;
}

bool ps_lane_memory_info(psutil *ctx, const struct ps_lane *lane, const struct ps_bpf_task *task,
                         psutil_pmem *out)
{
    int64_t page = ps_linux_of(ctx)->page_size;
    uint64_t mask = ~((uint64_t)page - 1);
    if (task->odd & PS_BPF_ODD_MEMORY || lane->pages == PS_LANE_PAGES_UNKNOWN)
        return false;
    out->vms = (int64_t)task->vms * page;
    out->shared = (pages_of(lane, task->file, task->cpu_file) +
                   pages_of(lane, task->shmem, task->cpu_shmem)) *
                  page;
    out->rss = out->shared + pages_of(lane, task->anon, task->cpu_anon) * page;
    out->text = (int64_t)(((task->text + (uint64_t)page - 1) & mask) - (task->text_start & mask));
    out->lib = 0;
    out->data = (int64_t)task->data * page;
    out->dirty = 0;
    return true;
}

/* ---- status, io, fd -----------------------------------------------------------------------------
 */

static int fill_username(struct ps_lane_teller *teller, int64_t uid, struct ps_reading *to)
{
    int rc = 0;
    if (teller->uid != uid)
        rc = ps_linux_user_name(teller->ctx, uid, to->arena, &teller->username);
    teller->uid = rc == 0 ? uid : PSUTIL_UNKNOWN;
    to->info->username = teller->username;
    return rc;
}

static void fill_owner(struct ps_reader *reader, const struct ps_bpf_task *task)
{
    psutil_process_info *info = reader->to->info;
    info->uids = (psutil_puids){task->uids[0], task->uids[1], task->uids[2]};
    info->gids = (psutil_puids){task->gids[0], task->gids[1], task->gids[2]};
    info->num_ctx_switches = (psutil_pctxsw){(int64_t)task->voluntary, (int64_t)task->involuntary};
}

static int64_t count_of(unsigned long long number)
{
    return number > INT64_MAX ? INT64_MAX : (int64_t)number;
}

static void fill_io(psutil_pio *out, const unsigned long long numbers[6])
{
    out->read_chars = count_of(numbers[0]);
    out->write_chars = count_of(numbers[1]);
    out->read_count = count_of(numbers[2]);
    out->write_count = count_of(numbers[3]);
    out->read_bytes = count_of(numbers[4]);
    out->write_bytes = count_of(numbers[5]);
}

/* ---- What is told -------------------------------------------------------------------------------
 */

#define STATUS_FIELDS (PSUTIL_FIELD(UIDS) | PSUTIL_FIELD(GIDS) | PSUTIL_FIELD(NUM_CTX_SWITCHES))

static psutil_fields settle(struct ps_reader *reader, psutil_fields fields)
{
    fields &= reader->to->fields;
    for (int field = 0; fields >> field; field++)
        if (fields >> field & 1)
            reader->to->info->result[field] = 0;
    return fields;
}

/* Of the caller, those that are open for the library's sake. */
static int64_t owned_of(const struct ps_lane_teller *teller, const struct ps_bpf_task *task)
{
    return task->pid == teller->own ? ps_keeper_owned(&ps_linux_of(teller->ctx)->keeper) : 0;
}

/* Returns what is told of it. */
static psutil_fields fill_more(const struct ps_lane_teller *teller, const struct ps_bpf_task *task,
                               const struct ps_bpf_more *more, psutil_process_info *info)
{
    psutil_fields told = 0;
    if (!more || !teller->lane->may_trace)
        return told;
    if (!(task->odd & PS_BPF_ODD_IO)) {
        fill_io(&info->io_counters, more->io);
        told |= PSUTIL_FIELD(IO_COUNTERS);
    }
    if (!(task->odd & PS_BPF_ODD_FDS)) {
        info->num_fds = more->fds - owned_of(teller, task);
        told |= PSUTIL_FIELD(NUM_FDS);
    }
    return told;
}

int ps_lane_tell(struct ps_lane_teller *teller, const struct ps_bpf_task *task,
                 const struct ps_bpf_more *more, struct ps_reader *reader)
{
    psutil_process_info *info = reader->to->info;
    psutil_fields told = STATUS_FIELDS | fill_more(teller, task, more, info);
    int rc = 0;
    fill_owner(reader, task);
    if (ps_lane_memory_info(teller->ctx, teller->lane, task, &info->memory_info))
        told |= PSUTIL_FIELD(MEMORY_INFO);
    reader->settled = settle(reader, told);
    if (ps_wanted(reader, PSUTIL_FIELD(USERNAME))) {
        rc = fill_username(teller, task->uids[0], reader->to);
        info->result[PSUTIL_FIELD_USERNAME] = (int8_t)rc;
        reader->settled |= PSUTIL_FIELD(USERNAME);
    }
    return rc == PSUTIL_ENOMEM ? rc : 0;
}

bool ps_lane_lacks(const struct ps_reader *reader)
{
    return (reader->to->fields & ~(PS_LANE_FIELDS | PSUTIL_FIELD(PID))) != 0 ||
           (reader->to->fields & PS_LANE_PLAIN & ~reader->settled) != 0;
}

bool ps_lane_needs_cmdline(const struct ps_reader *reader, const struct ps_bpf_task *task)
{
    return ps_wanted(reader, PSUTIL_FIELD(CMDLINE)) ||
           (ps_wanted(reader, PSUTIL_FIELD(NAME)) && !(task->flags & PS_PF_KTHREAD) &&
            task->comm[sizeof task->comm - 2] != '\0');
}
