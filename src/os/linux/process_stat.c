/* /proc/PID/stat and /proc/PID/statm. */
#include "os/linux/process.h"
#include "parse/statm.h"

#include <string.h>

/* fs/proc/array.c:task_state_array, and letters of older kernels. */
static int64_t status_of(char state)
{
    static const struct {
        char letter;
        psutil_status status;
    } states[] = {
        {'R', PSUTIL_STATUS_RUNNING},      {'S', PSUTIL_STATUS_SLEEPING},
        {'D', PSUTIL_STATUS_DISK_SLEEP},   {'T', PSUTIL_STATUS_STOPPED},
        {'t', PSUTIL_STATUS_TRACING_STOP}, {'Z', PSUTIL_STATUS_ZOMBIE},
        {'X', PSUTIL_STATUS_DEAD},         {'x', PSUTIL_STATUS_DEAD},
        {'K', PSUTIL_STATUS_WAKE_KILL},    {'W', PSUTIL_STATUS_WAKING},
        {'P', PSUTIL_STATUS_PARKED},       {'I', PSUTIL_STATUS_IDLE},
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (states[i].letter == state)
            return states[i].status;
    return PSUTIL_UNKNOWN;
}

static int start_to_epoch(psutil *ctx, int64_t ticks, double *out)
{
    int64_t boot;
    int rc = ps_linux_boot_time(ctx, &boot);
    if (rc == 0)
        *out = (double)boot + ps_seconds(ctx, ticks);
    return rc;
}

int ps_os_process_started(psutil *ctx, const struct ps_ref *ref, double *out)
{
    return start_to_epoch(ctx, (int64_t)ref->start, out);
}

#define COMM_MAX 15 /* TASK_COMM_LEN - 1 */

/* Blanks belong to a word that ends with a NUL, and part the words of a title that was written over
 * the command line, which has none at its end. */
static struct ps_span first_word(const struct ps_text *cmdline)
{
    struct ps_cursor c = ps_cursor_of(cmdline->data, cmdline->len);
    struct ps_span word = ps_cursor_until(&c, '\0');
    if (cmdline->len == 0 || cmdline->data[cmdline->len - 1] == '\0')
        return word;
    c = ps_cursor_of_span(word);
    return ps_cursor_until(&c, ' ');
}

/* Whether the command line may have more of it. The kernel's own threads have none. */
static bool may_be_cut(struct ps_reader *reader, struct ps_span comm)
{
    bool is_kernels = reader->stat_rc == 0 && ps_reader_is_kernel_thread(reader);
    return comm.len >= COMM_MAX && !is_kernels;
}

bool ps_reader_is_stat_enough(struct ps_reader *reader)
{
    if (!ps_wanted(reader, PSUTIL_FIELD(NAME)))
        return true;
    return ps_reader_stat(reader) == 0 && !may_be_cut(reader, reader->stat.comm);
}

/* The kernel cuts names at 15 bytes. The command line has it in full when its first word's last
 * part begins with what there is; a script's first word is the interpreter's, and does not. */
static struct ps_span complete_name(struct ps_reader *reader, struct ps_span comm)
{
    if (!may_be_cut(reader, comm) || ps_reader_cmdline(reader) != 0)
        return comm;
    struct ps_span word = first_word(&reader->cmdline);
    const char *slash = word.len ? memrchr(word.data, '/', word.len) : NULL;
    if (slash) {
        word.len -= (size_t)(slash + 1 - word.data);
        word.data = slash + 1;
    }
    if (word.len <= comm.len || memcmp(word.data, comm.data, comm.len) != 0)
        return comm;
    return word;
}

static int set_name(struct ps_reader *reader, struct ps_span comm)
{
    int rc = 0;
    struct ps_span name = complete_name(reader, comm);
    reader->to->info->name = ps_reader_string(reader, name.data, name.len, &rc);
    return rc;
}

/* The nice value alone is one system call, which takes a tenth of the time. */
static bool is_priority_enough(const struct ps_reader *reader)
{
    return reader->to->fields == PSUTIL_FIELD(NICE) && reader->dir.fd >= 0 &&
           ps_linux_of(reader->ctx)->live;
}

/* The parent alone, or with what else a pidfd tells. Not in a walk, which needs the start time. */
static bool read_parent(struct ps_reader *reader)
{
    struct ps_process_ids ids;
    const psutil_fields told = PSUTIL_FIELD(PID) | PSUTIL_FIELD(PPID) | PSUTIL_FIELD(UIDS) |
                               PSUTIL_FIELD(GIDS) | PSUTIL_FIELD(USERNAME);
    if (reader->walk || (reader->to->fields & ~told) != 0 || !ps_reader_ids(reader, &ids))
        return false;
    reader->to->info->ppid = ids.ppid;
    return true;
}

/* The kernel counts them as links of their folder, beside the two that every folder has
 * (fs/proc/base.c:proc_task_getattr). */
int64_t ps_reader_thread_count(const struct ps_reader *reader)
{
    struct stat st;
    if (reader->dir.fd < 0 || !ps_linux_of(reader->ctx)->live ||
        ps_dir_stat(&reader->dir, "task", &st) != 0 || st.st_nlink <= 2)
        return 0;
    return (int64_t)st.st_nlink - 2;
}

/* The number of threads alone. */
static bool read_thread_count(struct ps_reader *reader)
{
    int64_t count =
        reader->to->fields == PSUTIL_FIELD(NUM_THREADS) ? ps_reader_thread_count(reader) : 0;
    if (count > 0)
        reader->to->info->num_threads = count;
    return count > 0;
}

/* The name alone. */
static bool read_comm(struct ps_reader *reader, int *rc)
{
    char buffer[256];
    size_t len;
    if (reader->to->fields != PSUTIL_FIELD(NAME) || !reader->dir.kept)
        return false;
    *rc = ps_read_once(reader->ctx, &reader->dir, "comm", buffer, sizeof buffer, &len);
    if (*rc != 0 || len == 0 || buffer[len - 1] != '\n')
        return *rc != 0 && *rc != PSUTIL_ESRCH;
    *rc = set_name(reader, (struct ps_span){buffer, len - 1});
    return true;
}

int ps_source_stat(struct ps_reader *reader)
{
    int rc;
    if (is_priority_enough(reader))
        return ps_source_priority(reader);
    if (read_parent(reader) || read_thread_count(reader))
        return 0;
    if (read_comm(reader, &rc))
        return rc;
    rc = ps_reader_stat(reader);
    if (rc != 0)
        return rc;
    const struct ps_proc_stat *stat = &reader->stat;
    psutil_process_info *info = reader->to->info;
    info->ppid = stat->ppid;
    info->status = status_of(stat->state);
    info->nice = stat->nice;
    info->num_threads = stat->num_threads;
    info->cpu_num = stat->processor;
    info->page_faults = (psutil_ppagefaults){stat->minflt, stat->majflt};
    info->cpu_times = (psutil_pcputimes){
        ps_seconds(reader->ctx, stat->utime), ps_seconds(reader->ctx, stat->stime),
        ps_seconds(reader->ctx, stat->cutime), ps_seconds(reader->ctx, stat->cstime),
        ps_seconds(reader->ctx, stat->blkio)};
    if (ps_wanted(reader, PSUTIL_FIELD(NAME)))
        rc = set_name(reader, stat->comm);
    if (ps_wanted(reader, PSUTIL_FIELD(TERMINAL)) && rc == 0)
        rc = ps_terminal_name(reader, stat->tty_nr, &info->terminal);
    if (ps_wanted(reader, PSUTIL_FIELD(CREATE_TIME)))
        info->result[PSUTIL_FIELD_CREATE_TIME] =
            (int8_t)start_to_epoch(reader->ctx, reader->stat.starttime, &info->create_time);
    return rc;
}

int ps_source_statm(struct ps_reader *reader)
{
    char buffer[256];
    size_t len;
    struct ps_statm statm;
    int rc = ps_read_once(reader->ctx, &reader->dir, "statm", buffer, sizeof buffer, &len);
    if (rc != 0)
        return rc;
    if (!ps_parse_statm(buffer, len, &statm))
        return ps_fail_data(reader->ctx, &reader->dir, "statm");
    int64_t page = ps_linux_of(reader->ctx)->page_size;
    psutil_pmem *out = &reader->to->info->memory_info;
    out->vms = statm.size * page;
    out->rss = statm.resident * page;
    out->shared = statm.shared * page;
    out->text = statm.text * page;
    out->lib = statm.lib * page;
    out->data = statm.data * page;
    out->dirty = statm.dirty * page;
    return 0;
}
