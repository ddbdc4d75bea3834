/* Who has which socket: what else takes a look at each link of each process. */
#include "os/linux/bpf/state.h"
#include "os/linux/sockets.h"

#include <stdlib.h>

/* What a process is to a table: its fields. Which ones does not matter. */
#define ANY PS_LANE_FIELDS

struct owners_walk {
    psutil *ctx;
    struct ps_owners *owners;
    struct ps_lane_hidden hidden;
    size_t passed;
};

/* The hidden processes before this pid; those that end meanwhile are left out. */
static int read_hidden(struct owners_walk *walk, int64_t pid)
{
    const struct ps_lane_hidden *hidden = &walk->hidden;
    int rc = 0;
    for (; rc == 0 && walk->passed < hidden->len && hidden->pids[walk->passed] < pid;
         walk->passed++) {
        struct ps_dir dir = {walk->ctx->roots.proc, hidden->pids[walk->passed], -1, NULL, NULL};
        rc = ps_owners_read(walk->ctx, walk->owners, &dir);
        if (ps_is_absence(rc))
            rc = 0;
    }
    return rc;
}

static int read_rows(struct owners_walk *walk, struct ps_bpf_rows *rows)
{
    const struct ps_bpf_socket *socket;
    int rc = 0;
    while (rc == 0 && (socket = ps_bpf_rows_take(rows, sizeof *socket))) {
        rc = read_hidden(walk, socket->pid);
        ps_owners_add(walk->owners, socket->inode, socket->pid, (int32_t)socket->fd);
    }
    if (rc == 0)
        rc = read_hidden(walk, INT64_MAX);
    return rc == 0 && walk->owners->failed ? ps_fail_memory(walk->ctx) : rc;
}

bool ps_lane_owners(psutil *ctx, struct ps_owners *owners, int *rc)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    struct ps_bpf_rows rows = {.fd = -1, .failed = true};
    if (!ps_lane_is_open(ctx, ANY) && !ps_lane_pays(ctx, ANY, 0))
        return false;
    char *buffer = lane->may_trace && lane->links[PS_BPF_FILES] >= 0 ? malloc(PS_BPF_BUFFER) : NULL;
    struct owners_walk walk = {ctx, owners, ps_lane_hidden(ctx, lane), 0};
    size_t before = owners->len;
    if (buffer && ps_bpf_rows_open(&rows, lane->links[PS_BPF_FILES], buffer))
        *rc = read_rows(&walk, &rows);
    else
        rows.failed = true;
    ps_bpf_rows_close(&rows);
    free(buffer);
    if (rows.failed)
        owners->len = before;
    return !rows.failed;
}

/* To read four links costs what it costs to read a process. */
void ps_lane_note_owners(psutil *ctx, size_t processes, size_t sockets)
{
    struct ps_lane *lane = ps_linux_of(ctx)->lane;
    if (lane)
        atomic_fetch_add(&lane->walked, (int64_t)(processes + sockets / 4));
}
