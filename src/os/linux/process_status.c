/* /proc/PID/status, and the part of it that a pidfd tells. */
#include "os/linux/process.h"
#include "parse/status.h"

static int set_ids(struct ps_reader *reader, const int64_t ids[3], psutil_puids *out)
{
    if (ids[0] == PSUTIL_UNKNOWN)
        return ps_fail_data(reader->ctx, &reader->dir, "status");
    *out = (psutil_puids){ids[0], ids[1], ids[2]};
    return 0;
}

/* Kernels before 2.6.23 and some sandboxes leave these lines out. */
static int read_switches(struct ps_reader *reader, const struct ps_status *status)
{
    if (status->voluntary == PSUTIL_UNKNOWN && status->involuntary == PSUTIL_UNKNOWN)
        return ps_fail_pid(reader->ctx, PSUTIL_ENOTSUP, reader->dir.pid,
                           "the kernel does not count context switches");
    reader->to->info->num_ctx_switches = (psutil_pctxsw){status->voluntary, status->involuntary};
    return 0;
}

static int set_username(struct ps_reader *reader, int64_t uid)
{
    psutil *ctx = reader->ctx;
    struct ps_walk *walk = reader->walk;
    const char **name = &reader->to->info->username;
    if (uid == PSUTIL_UNKNOWN)
        return ps_fail_data(ctx, &reader->dir, "status");
    if (walk && walk->uid == uid) {
        *name = walk->username;
        return 0;
    }
    int rc = ps_linux_user_name(ctx, uid, reader->to->arena, name);
    if (walk && rc == 0) {
        walk->uid = uid;
        walk->username = *name;
    }
    return rc;
}

/* Fails without memory only; each field has its own result. */
static int set_owner(struct ps_reader *reader, const int64_t uids[3], const int64_t gids[3])
{
    psutil_process_info *info = reader->to->info;
    int rc = 0;
    if (ps_wanted(reader, PSUTIL_FIELD(UIDS)))
        ps_settle(reader, PSUTIL_FIELD_UIDS, set_ids(reader, uids, &info->uids));
    if (ps_wanted(reader, PSUTIL_FIELD(GIDS)))
        ps_settle(reader, PSUTIL_FIELD_GIDS, set_ids(reader, gids, &info->gids));
    if (ps_wanted(reader, PSUTIL_FIELD(USERNAME))) {
        rc = set_username(reader, uids[0]);
        ps_settle(reader, PSUTIL_FIELD_USERNAME, rc);
    }
    return rc == PSUTIL_ENOMEM ? rc : 0;
}

int ps_reader_owner(struct ps_reader *reader, const struct ps_process_ids *ids)
{
    return set_owner(reader, ids->uids, ids->gids);
}

#define SWITCHES PSUTIL_FIELD(NUM_CTX_SWITCHES)

/* The part of the file that gives these fields. */
static enum ps_status_part part_of(psutil_fields fields)
{
    if (!(fields & ~PS_OWNER_FIELDS))
        return PS_STATUS_OWNER;
    return fields == SWITCHES ? PS_STATUS_SWITCHES : PS_STATUS_ALL;
}

static int read_status(struct ps_reader *reader, enum ps_status_part part, struct ps_status *status)
{
    struct ps_text text;
    ps_text_init(&text);
    int rc = ps_text_read_piece(reader->ctx, &text, &reader->dir, "status");
    if (rc == 0)
        ps_parse_status(text.data, text.len, part, status);
    ps_text_free(&text);
    return rc;
}

int ps_source_status(struct ps_reader *reader)
{
    struct ps_status status;
    struct ps_process_ids ids;
    psutil_process_info *info = reader->to->info;
    psutil_fields left =
        ps_wanted(reader, PS_OWNER_FIELDS | SWITCHES | PSUTIL_FIELD(MEMORY_INFO_EX));
    bool known = left & PS_OWNER_FIELDS && !(left & ~(PS_OWNER_FIELDS | SWITCHES)) &&
                 ps_reader_ids(reader, &ids);
    if (known)
        left &= ~PS_OWNER_FIELDS;
    if (!left)
        return set_owner(reader, ids.uids, ids.gids);
    int rc = read_status(reader, part_of(left), &status);
    if (rc != 0)
        return rc;
    if (left & SWITCHES)
        ps_settle(reader, PSUTIL_FIELD_NUM_CTX_SWITCHES, read_switches(reader, &status));
    info->memory_info_ex =
        (psutil_pmem_ex){status.vm_hwm,    status.vm_peak, status.rss_anon, status.rss_file,
                         status.rss_shmem, status.vm_swap, status.hugetlb};
    return known ? set_owner(reader, ids.uids, ids.gids)
                 : set_owner(reader, status.uids, status.gids);
}
