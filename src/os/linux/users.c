/* Who is logged in: utmp, else the sessions that systemd-logind keeps. */
#include "core/records.h"
#include "os/linux/dents.h"
#include "os/linux/process.h"
#include "os/posix/folder.h"
#include "parse/logind.h"
#include "parse/utmp.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

static const char *put(struct ps_list *list, struct ps_span text)
{
    return text.len > 0 ? ps_list_string(list, text.data, text.len) : NULL;
}

/* A session without a host, or with an X display for one, is the machine's own. */
static const char *put_host(struct ps_list *list, struct ps_span host)
{
    static const char own[] = "localhost";
    if (host.len == 0 || ps_span_equal(host, ":0") || ps_span_equal(host, ":0.0"))
        return ps_list_string(list, own, sizeof own - 1);
    return ps_list_string(list, host.data, host.len);
}

/* A session whose program was killed leaves its record behind. Only the running kernel can tell,
 * and only about the running machine's records. */
static bool is_over(psutil *ctx, int64_t pid)
{
    bool live = ps_linux_reach(ctx) != PS_REACH_NONE &&
                strcmp(ctx->roots.run, ps_os_default_roots.run) == 0;
    if (!live || pid <= 0 || pid > INT32_MAX)
        return false;
    return kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static void add_utmp(struct ps_list *list, const struct ps_utmp *entry)
{
    const char *name = ps_list_string(list, entry->user.data, entry->user.len);
    const char *terminal = put(list, entry->line);
    const char *host = put_host(list, entry->host);
    psutil_suser *item = ps_list_add(list);
    if (item)
        *item = (psutil_suser){.name = name,
                               .terminal = terminal,
                               .host = host,
                               .started = (double)entry->seconds + (double)entry->micros / 1e6,
                               .pid = entry->pid};
}

/* A missing file is no failure: new systems have none. */
static int read_utmp(psutil *ctx, struct ps_list *list)
{
    struct ps_text text;
    struct ps_dir run = ps_run(ctx);
    struct ps_utmp entry;
    int rc = 0;
    ps_text_init(&text);
    if (ps_text_try(&text, &run, "utmp") == 0) {
        struct ps_utmp_reader reader = ps_utmp_begin(text.data, text.len);
        while (ps_utmp_next(&reader, &entry))
            if (!is_over(ctx, entry.pid))
                add_utmp(list, &entry);
    } else if (errno != ENOENT && errno != ENOTDIR) {
        rc = ps_fail_errno(ctx, "open", &run, "utmp");
    }
    ps_text_free(&text);
    return rc;
}

/* ---- systemd-logind ---------------------------------------------------------------------------
 */

static void add_session(struct ps_list *list, const struct ps_logind_session *session)
{
    const char *name = ps_list_string(list, session->user.data, session->user.len);
    const char *terminal = put(list, session->tty.len > 0 ? session->tty : session->display);
    const char *host = put_host(list, session->remote_host);
    psutil_suser *item = ps_list_add(list);
    if (!item)
        return;
    item->name = name;
    item->terminal = terminal;
    item->host = host;
    if (session->since != PSUTIL_UNKNOWN)
        item->started = (double)session->since / 1e6;
    item->pid = session->leader;
}

static void read_session(psutil *ctx, struct ps_list *list, const struct ps_dir *dir,
                         const char *name)
{
    struct ps_text text;
    struct ps_logind_session session;
    ps_text_init(&text);
    if (ps_text_try(&text, dir, name) == 0 &&
        ps_parse_logind_session(text.data, text.len, &session) && session.is_of_user &&
        !session.is_closing && !is_over(ctx, session.leader))
        add_session(list, &session);
    ps_text_free(&text);
}

/* Beside each session "7" there may be a FIFO "7.ref", which would be waited for. */
static bool is_session(const char *name)
{
    return !strchr(name, '.');
}

static const char folder[] = "systemd/sessions";

static bool look(const struct ps_dir *run, struct ps_emptied *out)
{
    struct stat st;
    if (ps_dir_stat(run, folder, &st) != 0)
        return false;
    *out = (struct ps_emptied){(uint64_t)st.st_dev, (uint64_t)st.st_ino, st.st_ctim.tv_sec,
                               st.st_ctim.tv_nsec};
    return true;
}

static bool is_known_empty(psutil *ctx, const struct ps_emptied *now)
{
    ps_lock_acquire(ctx->lock);
    const struct ps_emptied *then = &ps_linux_of(ctx)->sessions;
    bool same = then->inode == now->inode && then->device == now->device &&
                then->seconds == now->seconds && then->nanoseconds == now->nanoseconds;
    ps_lock_release(ctx->lock);
    return same && now->inode != 0;
}

/* A change within the same tick of the file system's clock would not show: what changed in the last
 * seconds is looked at again. */
static void learn_empty(psutil *ctx, const struct ps_emptied *before)
{
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0 || now.tv_sec - before->seconds < 3)
        return;
    ps_lock_acquire(ctx->lock);
    ps_linux_of(ctx)->sessions = *before;
    ps_lock_release(ctx->lock);
}

static int list_sessions(psutil *ctx, struct ps_list *list, const struct ps_dir *run)
{
    char path[PS_PATH_MAX];
    psutil_string_list *names;
    if (!ps_dir_path(run, folder, path) || ps_folder_read(&names, run, folder) != 0)
        return run->shortage->rc;
    struct ps_dir sessions = {path, PSUTIL_UNKNOWN, -1, run->shortage, NULL};
    for (size_t i = 0; i < names->len; i++)
        if (is_session(names->items[i]))
            read_session(ctx, list, &sessions, names->items[i]);
    psutil_free(names);
    return run->shortage->rc;
}

/* To ask when the folder changed last costs a third of listing it. */
static int read_sessions(psutil *ctx, struct ps_list *list)
{
    struct ps_shortage shortage = {.ctx = ctx};
    struct ps_dir run = ps_noting(ps_run(ctx), &shortage);
    struct ps_emptied before;
    bool seen = look(&run, &before);
    if (seen ? is_known_empty(ctx, &before) : errno == ENOENT)
        return 0;
    if (!seen || !ps_dents_none(&run, folder))
        return list_sessions(ctx, list, &run);
    learn_empty(ctx, &before);
    return shortage.rc;
}

int ps_os_users(psutil *ctx, psutil_suser_list **out)
{
    struct ps_list list;
    if (!ps_run_applies(ctx))
        return ps_fail(ctx, PSUTIL_ENOTSUP, "another proc root is read, and no run root with it");
    ps_list_init(&list, &ps_record_suser);
    int rc = read_utmp(ctx, &list);
    if (rc == 0 && list.len == 0)
        rc = read_sessions(ctx, &list);
    if (rc != 0) {
        ps_list_free(&list);
        return rc;
    }
    psutil_suser_list *users = ps_list_finish(&list);
    if (!users)
        return ps_fail_memory(ctx);
    *out = users;
    return 0;
}
