/* Who is left out: psutil itself, its ancestors, the first process; and who is added: descendants.
 */
#include "act.h"

#include "platform.h"
#include "processes/tree.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ANCESTORS_MAX = 256, FIRST_PROCESS = 1 };

struct kin {
    int64_t pids[ANCESTORS_MAX]; /* psutil itself, its parent, … */
    size_t len;
};

static const psutil_process_info *find_pid(const struct processes *processes, int64_t pid)
{
    for (size_t i = 0; i < processes->len; i++)
        if (processes->rows[i].info.pid == pid)
            return &processes->rows[i].info;
    return NULL;
}

static bool is_kin(const struct kin *kin, int64_t pid)
{
    for (size_t i = 0; i < kin->len; i++)
        if (kin->pids[i] == pid)
            return true;
    return false;
}

static void find_kin(struct kin *kin, const struct processes *processes)
{
    int64_t pid = platform_pid();
    kin->len = 0;
    while (kin->len < ANCESTORS_MAX && !is_kin(kin, pid)) {
        kin->pids[kin->len++] = pid;
        const psutil_process_info *info = find_pid(processes, pid);
        if (!info || info->result[PSUTIL_FIELD_PPID] != 0)
            return;
        pid = info->ppid;
    }
}

void kin_leave_out(struct selected *selected)
{
    struct kin kin;
    struct buffer left = {0};
    size_t kept = 0;
    find_kin(&kin, &selected->processes);
    for (size_t i = 0; i < selected->len; i++) {
        int64_t pid = psutil_process_pid(selected->items[i]);
        if (pid == FIRST_PROCESS || is_kin(&kin, pid)) {
            buffer_addf(&left, "%s%" PRId64, left.len ? ", " : "", pid);
            psutil_process_close(selected->items[i]);
            continue;
        }
        selected->items[kept] = selected->items[i];
        selected->rows[kept++] = selected->rows[i];
    }
    selected->len = kept;
    buffer_add(&left, "", 1);
    if (left.len > 1 && !left.failed)
        cli_note("left out, unless named by pid: %s (psutil itself, what started it, the first "
                 "process)",
                 left.data);
    buffer_free(&left);
}

/* ---- Descendants ------------------------------------------------------------------------------
 */

enum mark { UNMARKED, OUTSIDE, BELOW, CHOSEN };

static size_t *find_parents(const struct processes *processes)
{
    struct rows rows = {0};
    rows_add_array(&rows, processes->rows, processes->len, sizeof *processes->rows);
    size_t *parents = rows.failed ? NULL : tree_parents(&rows);
    rows_free(&rows);
    return parents;
}

/* Up to somebody who is marked already, and the same way again: each row is marked once. */
static void mark_line(unsigned char *marks, const size_t *parents, size_t index)
{
    size_t top = index;
    while (top != SIZE_MAX && marks[top] == UNMARKED)
        top = parents[top];
    unsigned char mark = top != SIZE_MAX && marks[top] != OUTSIDE ? BELOW : OUTSIDE;
    for (; index != top; index = parents[index])
        marks[index] = mark;
}

static int add(struct selected *selected, const struct cli *cli, const unsigned char *marks)
{
    const struct processes *processes = &selected->processes;
    struct kin kin;
    find_kin(&kin, processes);
    for (size_t i = 0; i < processes->len; i++) {
        if (marks[i] != BELOW || is_kin(&kin, processes->rows[i].info.pid))
            continue;
        int rc = psutil_table_process(&selected->items[selected->len], processes->table, i);
        if (rc != 0)
            return cli_failed(cli, rc);
        selected->rows[selected->len++] = &processes->rows[i];
        selected->named = false;
    }
    return CLI_DONE;
}

int kin_add_descendants(struct selected *selected, const struct cli *cli)
{
    const struct processes *processes = &selected->processes;
    size_t *parents = find_parents(processes);
    unsigned char *marks = calloc(processes->len, 1);
    int status = parents && marks ? CLI_DONE : cli_error("out of memory");
    if (status == CLI_DONE) {
        for (size_t i = 0; i < selected->len; i++)
            marks[selected->rows[i]->index] = CHOSEN;
        for (size_t i = 0; i < processes->len; i++)
            mark_line(marks, parents, i);
        status = add(selected, cli, marks);
    }
    free(parents);
    free(marks);
    return status;
}
