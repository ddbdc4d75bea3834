/* SPDX-License-Identifier: BSD-3-Clause OR GPL-2.0-only
 *
 * Programs that the kernel runs for each of its tasks, or for one of them. row.bpf.h fills what
 * they write.
 *
 * `make bpf` makes programs.inc out of this; see tools/bpf_image.py. */
#include "row.bpf.h"

SECTION("iter/task/short") int each_task(struct bpf_iter__task *ctx)
{
    struct task_struct *task = ctx->task;
    if (is_none(task))
        return 0;
    struct process process = PROCESS(task);
    struct ps_bpf_task row = {0};
    union scratch scratch;
    add_task(&row, 0, &process, &scratch);
    bpf_seq_write(ctx->meta->seq, &row, sizeof row);
    return 0;
}

SECTION("iter/task/whole") int each_process(struct bpf_iter__task *ctx)
{
    struct task_struct *task = ctx->task;
    if (is_none(task))
        return 0;
    struct ps_bpf_row row = {0};
    add_row(&row, task);
    bpf_seq_write(ctx->meta->seq, &row, sizeof row);
    return 0;
}

/* ---- cmdline: fs/proc/base.c:get_mm_cmdline() ---------------------------------------------------
 *
 * A process can lay its arguments into a file, and whoever serves that file can let readers wait
 * for ever: /proc reads anonymous memory only, and so does this. */

struct mapping {
    u64 end;
    u64 is_good;
};

static long check_mapping(struct task_struct *task, struct vm_area_struct *vma,
                          struct mapping *mapping)
{
    mapping->is_good = vma->vm_ops == 0 && vma->vm_end >= mapping->end;
    return 0;
}

struct line {
    struct ps_bpf_words words;
    char text[PS_BPF_WORDS];
};

/* Its length, or -1: a title that was written over it may reach further than the arguments did. */
INLINE s32 read_line(struct line *line, struct task_struct *task)
{
    struct mm_struct *mm = task->mm;
    if (!mm || task->flags & PF_KTHREAD)
        return 0;
    u64 start = mm->arg_start, end = mm->arg_end, len = end - start;
    struct mapping mapping = {.end = end};
    if (start >= end)
        return 0;
    if (len > PS_BPF_WORDS || !IS_STILL(task, mm, mm))
        return -1;
    if (bpf_find_vma(task, start, check_mapping, &mapping, 0) != 0 || !mapping.is_good)
        return -1;
    if (bpf_copy_from_user_task(line->text, len, (const void *)start, task, 0) != 0)
        return -1;
    return line->text[len - 1] == '\0' ? (s32)len : -1;
}

SECTION("iter.s/task") int each_line(struct bpf_iter__task *ctx)
{
    struct task_struct *task = ctx->task;
    struct line line = {0};
    if (!task || task->pid != task->tgid)
        return 0;
    line.words.pid = task->pid;
    line.words.start = task->start_boottime;
    s32 len = read_line(&line, task);
    line.words.len = len;
    u32 whole = len > 0 ? ((u32)len + 7) & ~7u : 0;
    if (whole > PS_BPF_WORDS)
        return 0;
    bpf_seq_write(ctx->meta->seq, &line, sizeof line.words + whole);
    return 0;
}

/* ---- One process, by its number -----------------------------------------------------------------
 *
 * The iterator goes over a map of questions, and each reading gives the answer to the next one: for
 * a part of what it costs to open an iterator. */

/* include/uapi/linux/capability.h, include/linux/proc_ns.h */
enum { CAP_SYS_PTRACE = 19, CAP_SYS_ADMIN = 21, CAP_PERFMON = 38, CAP_BPF = 39 };
#define FIRST_TIME_NAMESPACE 0xeffffffa

INLINE int has(u64 rights, int capability)
{
    return rights >> capability & 1;
}

INLINE int is_in_first_namespaces(const struct task_struct *task, const struct cred *cred)
{
    struct user_namespace *user = 0;
    struct time_namespace *time = 0;
    struct nsproxy *all = 0;
    s32 level = -1;
    u32 number = 0;
    if (READ(user, cred, user_ns) != 0 || READ(level, user, level) != 0 || level != 0)
        return 0;
    if (!EXISTS(all->time_ns))
        return 1;
    return READ(all, task, nsproxy) == 0 && READ(time, all, time_ns) == 0 &&
           READ(number, time, ns.inum) == 0 && number == FIRST_TIME_NAMESPACE;
}

/* A program may give rights up after it made the iterator, and a reading asks nobody. */
static __attribute__((noinline)) int may_ask(int may_trace)
{
    struct task_struct *task = bpf_get_current_task_btf();
    const struct cred *cred = task->cred;
    u64 rights = 0;
    if (READ(rights, cred, cap_effective) != 0)
        return 0;
    return (has(rights, CAP_SYS_ADMIN) || (has(rights, CAP_BPF) && has(rights, CAP_PERFMON))) &&
           (!may_trace || has(rights, CAP_SYS_PTRACE)) && is_in_first_namespaces(task, cred);
}

SECTION("iter/map") int each_question(struct bpf_iter__bpf_map_elem *ctx)
{
    const struct ps_bpf_question *question = ctx->value;
    struct ps_bpf_row row = {0};
    if (!question)
        return 0;
    struct task_struct *task =
        may_ask(question->may_trace) ? bpf_task_from_pid(question->number) : 0;
    if (task) {
        if (!is_none(task))
            add_row(&row, task);
        bpf_task_release(task);
    }
    bpf_seq_write(ctx->meta->seq, &row, sizeof row);
    return 0;
}
