/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 *
 * What the kernel knows of a process, as /proc counts it, which is why each part names the function
 * of the kernel whose figures it gives. */
#ifndef PS_BPF_ROW_BPF_H
#define PS_BPF_ROW_BPF_H

#include "percpu.bpf.h"
#include "records.h"

/* include/linux/sched.h; the same since Linux 5.17. */
enum { PF_WQ_WORKER = 0x20, PF_KTHREAD = 0x200000 };
enum { PIDTYPE_TGID = 1 };
enum { STATE_RTLOCK_WAIT = 0x1000, STATE_FROZEN = 0x8000 };

/* More threads than anybody has: the rest would not be counted. */
#define THREADS_MAX (1 << 20)
#define CPUS_MAX (1 << 13)

/* What a process's first thread points to. The verifier takes half a millisecond for each such
 * pointer that a program loads in the plain way, each time that it comes by
 * (btf_nested_type_is_trusted()): these few are loaded once, before the first branch, and others
 * by READ(). */
struct process {
    struct task_struct *task;
    struct signal_struct *signal;
    struct mm_struct *mm;
    struct files_struct *files;
    const struct cred *cred;
    const struct task_delay_info *delays;
};

/* Whether a pointer of the task is still the one that was loaded before. */
#define IS_STILL(task, member, pointer)                                                            \
    ({                                                                                             \
        u64 now = 0;                                                                               \
        READ(now, task, member) == 0 && now == (u64)(pointer);                                     \
    })

/* Loads a number a second time. */
#define AGAIN(pointer, member)                                                                     \
    (*(const volatile __typeof__((pointer)->member) *)__builtin_preserve_access_index(             \
        &(pointer)->member))

/* What the steps of loops share with their beginning. */
struct threads {
    struct list_head *next, *end;
    struct ps_bpf_task *task;
    struct ps_bpf_more *more; /* NULL: is not asked for */
    u64 odd;
    u64 number;
    u32 vtime;
};

struct per_cpu {
    u64 counters[3]; /* of the file, anonymous and shared pages */
    s64 sums[3];
    s32 numbers[4];     /* of one CPU, of each kind */
    u32 are_neighbours; /* all kinds of a CPU's counters: 6.6 */
    u32 failed;
};

struct bits {
    const u64 *words;
    u32 len;
    u32 count;
    u64 failed;
};

/* One place for all, since programs have 512 bytes of stack. */
union scratch {
    struct threads threads;
    struct per_cpu sum;
    struct bits bits;
};

/* ---- The threads of a process -----------------------------------------------------------------
 */

/* Adds a number of a thread's. */
#define ADD(to, from, member)                                                                      \
    threads->odd |= READ(threads->number, from, member) != 0;                                      \
    (to) += threads->number

INLINE void add_more(struct threads *threads, const struct task_struct *task)
{
    struct ps_bpf_more *to = threads->more;
    ADD(to->minflt, task, min_flt);
    ADD(to->majflt, task, maj_flt);
    if (EXISTS(task->ioac.rchar)) {
        const struct task_io_accounting *from =
            (const void *)__builtin_preserve_access_index(&task->ioac);
        ADD(to->io[0], from, rchar);
        ADD(to->io[1], from, wchar);
        ADD(to->io[2], from, syscr);
        ADD(to->io[3], from, syscw);
        ADD(to->io[4], from, read_bytes);
        ADD(to->io[5], from, write_bytes);
    }
}

static long add_thread(u32 index, struct threads *threads)
{
    const struct task_struct *task =
        (void *)((u64)threads->next - OFFSET(task_struct, thread_node));
    struct ps_bpf_task *to = threads->task;
    if (threads->next == threads->end)
        return 1;
    ADD(to->utime, task, utime);
    ADD(to->stime, task, stime);
    ADD(to->runtime, task, se.sum_exec_runtime);
    if (EXISTS(task->vtime))
        threads->odd |= READ(threads->vtime, task, vtime.state) != 0 || threads->vtime != 0;
    if (threads->more)
        add_more(threads, task);
    threads->odd |= READ(threads->next, task, thread_node.next) != 0;
    return threads->odd != 0;
}

INLINE void add_threads(struct ps_bpf_task *to, struct ps_bpf_more *more,
                        struct signal_struct *signal, struct threads *threads)
{
    *threads = (struct threads){.task = to, .more = more};
    threads->end = (void *)((u64)signal + OFFSET(signal_struct, thread_head));
    threads->next = signal->thread_head.next;
    bpf_loop(THREADS_MAX, add_thread, threads, 0);
    if (threads->odd || threads->next != threads->end)
        to->odd |= PS_BPF_ODD_STAT | PS_BPF_ODD_IO;
}

INLINE void add_only_thread(struct ps_bpf_task *to, struct ps_bpf_more *more,
                            struct task_struct *task)
{
    to->utime += task->utime;
    to->stime += task->stime;
    to->runtime += task->se.sum_exec_runtime;
    if (EXISTS(task->vtime) && task->vtime.state != 0)
        to->odd |= PS_BPF_ODD_STAT;
    if (!more)
        return;
    more->minflt += task->min_flt;
    more->majflt += task->maj_flt;
    if (EXISTS(task->ioac.rchar)) {
        more->io[0] += task->ioac.rchar;
        more->io[1] += task->ioac.wchar;
        more->io[2] += task->ioac.syscr;
        more->io[3] += task->ioac.syscw;
        more->io[4] += task->ioac.read_bytes;
        more->io[5] += task->ioac.write_bytes;
    }
}

/* ---- stat: fs/proc/array.c:do_task_stat(), kernel/sched/cputime.c:thread_group_cputime() --------
 */

/* A terminal that is given up meanwhile is not read of. */
INLINE void add_terminal(struct ps_bpf_task *to, struct signal_struct *signal)
{
    struct tty_struct *tty = signal->tty;
    if (!tty)
        return;
    to->tty_major = tty->driver->major;
    to->tty_minor = tty->driver->minor_start + tty->index;
    if (!IS_STILL(signal, tty, tty))
        to->odd |= PS_BPF_ODD_STAT;
}

INLINE void add_ended_threads(struct ps_bpf_task *to, struct ps_bpf_more *more,
                              struct signal_struct *signal)
{
    to->utime = signal->utime;
    to->stime = signal->stime;
    to->runtime = signal->sum_sched_runtime;
    if (!more)
        return;
    more->minflt = signal->min_flt;
    more->majflt = signal->maj_flt;
    if (EXISTS(signal->ioac.rchar)) {
        more->io[0] = signal->ioac.rchar;
        more->io[1] = signal->ioac.wchar;
        more->io[2] = signal->ioac.syscr;
        more->io[3] = signal->ioac.syscw;
        more->io[4] = signal->ioac.read_bytes;
        more->io[5] = signal->ioac.write_bytes;
    } else {
        to->odd |= PS_BPF_ODD_IO;
    }
}

INLINE void add_times(struct ps_bpf_task *to, struct ps_bpf_more *more,
                      const struct process *process, struct threads *threads)
{
    struct signal_struct *signal = process->signal;
    to->cutime = signal->cutime;
    to->cstime = signal->cstime;
    to->prev_utime = signal->prev_cputime.utime;
    to->prev_stime = signal->prev_cputime.stime;
    if (EXISTS(process->task->delays))
        to->blkio = process->delays->blkio_delay;
    add_ended_threads(to, more, signal);
    if (to->threads == 1)
        add_only_thread(to, more, process->task);
    else
        add_threads(to, more, signal, threads);
    if (AGAIN(signal, nr_threads) != (s32)to->threads)
        to->odd |= PS_BPF_ODD_STAT | PS_BPF_ODD_IO;
}

/* What a thread of the kernel was called before its name was cut (kernel/kthread.c:
 * get_kthread_comm()). */
INLINE void add_full_name(struct ps_bpf_task *to, struct kthread *kthread)
{
    const char *full_name = 0;
    char beyond = 0;
    if (!kthread || READ(full_name, kthread, full_name) != 0 || !full_name)
        return;
    if (bpf_probe_read_kernel_str(to->comm, sizeof to->comm, full_name) == sizeof to->comm)
        bpf_probe_read_kernel(&beyond, 1, full_name + sizeof to->comm - 1);
    if (beyond != '\0')
        to->odd |= PS_BPF_ODD_NAME;
}

/* fs/proc/array.c:proc_task_name() */
INLINE void add_name(struct ps_bpf_task *to, struct task_struct *task)
{
    struct kthread *kthread = 0;
    bpf_probe_read_kernel(to->comm, sizeof to->comm,
                          (const void *)__builtin_preserve_access_index(&task->comm));
    if (!(task->flags & PF_KTHREAD))
        return;
    if (task->flags & PF_WQ_WORKER || !EXISTS(kthread->full_name))
        to->odd |= PS_BPF_ODD_NAME;
    else if (READ(kthread, task, worker_private) == 0)
        add_full_name(to, kthread);
}

/* ---- statm: fs/proc/task_mmu.c:task_statm() ----------------------------------------------------
 */

enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES };

INLINE void add_counter(struct per_cpu *sum, int which, u64 offset)
{
    s32 number = 0;
    sum->failed |=
        bpf_probe_read_kernel(&number, sizeof number, (void *)(sum->counters[which] + offset)) != 0;
    sum->sums[which] += number;
}

static long add_cpu(u32 cpu, struct per_cpu *sum)
{
    u64 offset;
    if (!find_offset(cpu, &offset))
        return 1;
    if (!sum->are_neighbours) {
        add_counter(sum, 0, offset);
        add_counter(sum, 1, offset);
        add_counter(sum, 2, offset);
        return 0;
    }
    sum->failed |= bpf_probe_read_kernel(sum->numbers, sizeof sum->numbers,
                                         (void *)(sum->counters[0] + offset)) != 0;
    sum->sums[0] += sum->numbers[MM_FILEPAGES];
    sum->sums[1] += sum->numbers[MM_ANONPAGES];
    sum->sums[2] += sum->numbers[MM_SHMEMPAGES];
    return 0;
}

INLINE void add_per_cpu(struct ps_bpf_task *to, struct mm_struct *any, struct per_cpu *sum)
{
    struct mm_struct___per_cpu *mm = (void *)any;
    *sum = (struct per_cpu){.counters = {(u64)mm->rss_stat[MM_FILEPAGES].counters,
                                         (u64)mm->rss_stat[MM_ANONPAGES].counters,
                                         (u64)mm->rss_stat[MM_SHMEMPAGES].counters}};
    sum->are_neighbours = sum->counters[1] - sum->counters[0] == MM_ANONPAGES * sizeof(s32) &&
                          sum->counters[2] - sum->counters[0] == MM_SHMEMPAGES * sizeof(s32);
    to->rss = PS_BPF_RSS_PER_CPU;
    to->file = mm->rss_stat[MM_FILEPAGES].count;
    to->anon = mm->rss_stat[MM_ANONPAGES].count;
    to->shmem = mm->rss_stat[MM_SHMEMPAGES].count;
    bpf_loop(CPUS_MAX, add_cpu, sum, 0);
    to->cpu_file = sum->sums[0];
    to->cpu_anon = sum->sums[1];
    to->cpu_shmem = sum->sums[2];
    if (sum->failed)
        to->odd |= PS_BPF_ODD_MEMORY;
}

INLINE void add_plain(struct ps_bpf_task *to, struct mm_struct *any)
{
    struct mm_struct___plain *mm = (void *)any;
    to->rss = PS_BPF_RSS_PLAIN;
    to->file = mm->rss_stat.count[MM_FILEPAGES].counter;
    to->anon = mm->rss_stat.count[MM_ANONPAGES].counter;
    to->shmem = mm->rss_stat.count[MM_SHMEMPAGES].counter;
}

/* Its memory is the process's own as long as the process points to it; what has been given up may
 * be another's by now. Threads of the kernel may borrow one (fork.c:get_task_mm()). */
INLINE void add_memory(struct ps_bpf_task *to, const struct process *process, struct per_cpu *sum)
{
    struct mm_struct *mm = process->mm;
    if (!mm || to->flags & PF_KTHREAD)
        return;
    to->has_mm = 1;
    to->vms = mm->total_vm;
    to->data = mm->data_vm + mm->stack_vm;
    to->text = mm->end_code;
    to->text_start = mm->start_code;
    if (EXISTS(((struct mm_struct___per_cpu *)mm)->rss_stat[0].counters))
        add_per_cpu(to, mm, sum);
    else if (EXISTS(((struct mm_struct___plain *)mm)->rss_stat.count[0].counter))
        add_plain(to, mm);
    else
        to->odd |= PS_BPF_ODD_MEMORY;
    if (!IS_STILL(process->task, mm, mm))
        to->odd |= PS_BPF_ODD_MEMORY;
}

/* ---- The size of the folder fd: fs/proc/fd.c:proc_readfd_count() --------------------------------
 */

INLINE u32 count_bits(u64 word)
{
    word -= word >> 1 & 0x5555555555555555;
    word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
    word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
    return word * 0x0101010101010101 >> 56;
}

static long add_word(u32 index, struct bits *bits)
{
    u64 word = 0;
    bits->failed |= bpf_probe_read_kernel(&word, sizeof word, bits->words + index) != 0;
    bits->count += count_bits(word);
    return bits->failed != 0;
}

INLINE void add_descriptors(struct ps_bpf_task *to, struct ps_bpf_more *more,
                            const struct process *process, struct bits *bits)
{
    struct files_struct *files = process->files;
    if (!files) {
        to->odd |= PS_BPF_ODD_FDS;
        return;
    }
    struct fdtable *table = files->fdt;
    *bits = (struct bits){.words = (const u64 *)table->open_fds, .len = table->max_fds / 64};
    if (bits->len == 1)
        add_word(0, bits);
    else
        bpf_loop(bits->len, add_word, bits, 0);
    more->fds = bits->count;
    if (bits->failed || !IS_STILL(process->task, files, files) || !IS_STILL(files, fdt, table))
        to->odd |= PS_BPF_ODD_FDS;
}

/* ---- status: fs/proc/array.c:task_state(), task_context_switch_counts() -------------------------
 */

INLINE void add_owner(struct ps_bpf_task *to, const struct process *process)
{
    const struct cred *cred = process->cred;
    to->uids[0] = cred->uid.val;
    to->uids[1] = cred->euid.val;
    to->uids[2] = cred->suid.val;
    to->gids[0] = cred->gid.val;
    to->gids[1] = cred->egid.val;
    to->gids[2] = cred->sgid.val;
    to->voluntary = process->task->nvcsw;
    to->involuntary = process->task->nivcsw;
}

/* ---- The rows -----------------------------------------------------------------------------------
 */

INLINE void add_basics(struct ps_bpf_task *to, const struct process *process)
{
    struct task_struct *task = process->task, *parent;
    to->pid = task->pid;
    to->flags = task->flags;
    to->state = task->__state;
    to->exit_state = task->exit_state;
    to->threads = process->signal->nr_threads;
    to->start = task->start_boottime;
    if (EXISTS(task->thread_info.cpu))
        to->cpu = task->thread_info.cpu;
    else
        to->odd |= PS_BPF_ODD_STAT;
    if (to->state & (STATE_RTLOCK_WAIT | STATE_FROZEN))
        to->odd |= PS_BPF_ODD_STAT;
    if (READ(parent, task, real_parent) != 0 || READ(to->ppid, parent, tgid) != 0)
        to->odd |= PS_BPF_ODD_STAT;
}

INLINE void add_task(struct ps_bpf_task *to, struct ps_bpf_more *more,
                     const struct process *process, union scratch *scratch)
{
    add_basics(to, process);
    add_name(to, process->task);
    add_terminal(to, process->signal);
    add_times(to, more, process, &scratch->threads);
    add_memory(to, process, &scratch->sum);
    add_owner(to, process);
}

#define PROCESS(of)                                                                                \
    {                                                                                              \
        .task = (of), .signal = (of)->signal, .mm = (of)->mm, .cred = (of)->real_cred,             \
        .delays = EXISTS((of)->delays) ? (of)->delays : 0,                                         \
    }

/* A thread that is no process, or a process that was reaped. */
INLINE int is_none(struct task_struct *task)
{
    return !task || task->pid != task->tgid || IS_STILL(task, sighand, 0);
}

INLINE void add_row(struct ps_bpf_row *row, struct task_struct *task)
{
    struct process process = PROCESS(task);
    struct pid *pid = process.signal->pids[PIDTYPE_TGID];
    union scratch scratch;
    process.files = task->files;
    row->more.nice = task->static_prio - 120;
    if (EXISTS(pid->ino))
        row->more.id = pid->ino;
    add_task(&row->task, &row->more, &process, &scratch);
    add_descriptors(&row->task, &row->more, &process, &scratch.bits);
}

#endif
