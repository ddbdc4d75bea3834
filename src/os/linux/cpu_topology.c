/* Which CPUs are online, and how many cores they are threads of. */
#include "os/linux/cpu.h"
#include "parse/cpuinfo.h"
#include "parse/stat.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- The folder -------------------------------------------------------------------------------
 */

bool ps_cpu_dir_open(struct ps_shortage *shortage, struct ps_dir *out, char path[PS_PATH_MAX])
{
    static const char name[] = "devices/system/cpu";
    struct ps_dir sys = ps_noting(ps_sys(shortage->ctx), shortage);
    int fd = ps_dir_open(&sys, name, O_PATH | O_DIRECTORY);
    if (fd < 0) {
        ps_note_shortage(&sys, "open", name);
        return false;
    }
    *out = (struct ps_dir){ps_dir_path(&sys, name, path), PSUTIL_UNKNOWN, fd, shortage, NULL};
    return true;
}

void ps_cpu_dir_close(struct ps_dir *dir)
{
    close(dir->fd);
}

static char *put(char *at, const char *text)
{
    size_t len = strlen(text);
    memcpy(at, text, len);
    return at + len;
}

const char *ps_cpu_path(char path[PS_CPU_PATH_MAX], const char *prefix, size_t number,
                        const char *rest)
{
    char digits[24];
    char *first = digits + sizeof digits;
    *--first = '\0';
    do
        *--first = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    *put(put(put(path, prefix), first), rest) = '\0';
    return path;
}

/* The kernel ends a list with a newline: a read that saw it need not be followed by another. */
static bool is_line(const char *data, size_t len)
{
    return data[len - 1] == '\n';
}

bool ps_cpu_list(const struct ps_dir *dir, const char *name, struct ps_cpuset *out)
{
    struct ps_text text;
    ps_cpuset_clear(out);
    ps_text_init(&text);
    bool good = ps_text_try_until(&text, dir, name, is_line) == 0 &&
                ps_parse_cpulist(text.data, text.len, out);
    ps_text_free(&text);
    return good;
}

/* ---- Online -----------------------------------------------------------------------------------
 */

static bool any(const struct ps_cpuset *set)
{
    return ps_cpuset_next(set, 0) < PS_CPU_MAX;
}

bool ps_cpus_online_sys(struct ps_shortage *shortage, struct ps_cpuset *out)
{
    struct ps_dir sys = ps_noting(ps_sys(shortage->ctx), shortage);
    return ps_cpu_list(&sys, "devices/system/cpu/online", out) && any(out);
}

static void collect_stat(const struct ps_text *text, struct ps_cpuset *out)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_stat_cpu cpu;
    while (ps_stat_next_cpu(&c, &cpu))
        if (cpu.number >= 0)
            ps_cpuset_add(out, (size_t)cpu.number);
}

static void collect_cpuinfo(const struct ps_text *text, struct ps_cpuset *out)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_cpuinfo_cpu cpu;
    while (ps_cpuinfo_next(&c, &cpu))
        ps_cpuset_add(out, (size_t)cpu.number);
}

static bool online_of(struct ps_shortage *shortage, const char *name, struct ps_cpuset *out,
                      void (*collect)(const struct ps_text *, struct ps_cpuset *))
{
    struct ps_text text;
    struct ps_dir proc = ps_noting(ps_proc(shortage->ctx), shortage);
    ps_cpuset_clear(out);
    ps_text_init(&text);
    if (ps_text_try(&text, &proc, name) == 0)
        collect(&text, out);
    ps_text_free(&text);
    return any(out);
}

bool ps_cpus_online(struct ps_shortage *shortage, struct ps_cpuset *out)
{
    return ps_cpus_online_sys(shortage, out) || online_of(shortage, "stat", out, collect_stat) ||
           online_of(shortage, "cpuinfo", out, collect_cpuinfo);
}

/* ---- Cores ------------------------------------------------------------------------------------
 */

/* The CPUs of one core. The second name was the only one until 5.3. A list that does not hold the
 * CPU it belongs to is not believed. */
static bool core_members(const struct ps_dir *dir, size_t cpu, struct ps_cpuset *out)
{
    static const char *const names[] = {"/topology/core_cpus_list",
                                        "/topology/thread_siblings_list"};
    char path[PS_CPU_PATH_MAX];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ps_cpu_list(dir, ps_cpu_path(path, "cpu", cpu, names[i]), out) &&
            ps_cpuset_has(out, cpu))
            return true;
    return false;
}

/* Each core's list is read once: whoever stands in a list read before is a thread of that core. */
static int64_t cores_by_lists(const struct ps_dir *dir, const struct ps_cpuset *online)
{
    struct ps_cpuset members, seen = {0};
    int64_t cores = 0;
    PS_CPUSET_EACH(online, cpu)
    {
        if (ps_cpuset_has(&seen, cpu))
            continue;
        if (!core_members(dir, cpu, &members))
            return PSUTIL_UNKNOWN;
        ps_cpuset_merge(&seen, &members);
        cores++;
    }
    return cores;
}

/* Cores of different packages may have the same id. */
struct core_id {
    int64_t package;
    int64_t core;
};

static int by_id(const void *a, const void *b)
{
    const struct core_id *x = a, *y = b;
    if (x->package != y->package)
        return x->package < y->package ? -1 : 1;
    return x->core < y->core ? -1 : x->core > y->core;
}

static int64_t count_distinct(struct core_id *ids, size_t len)
{
    int64_t distinct = 0;
    qsort(ids, len, sizeof *ids, by_id);
    for (size_t i = 0; i < len; i++)
        distinct += i == 0 || by_id(&ids[i - 1], &ids[i]) != 0;
    return distinct > 0 ? distinct : PSUTIL_UNKNOWN;
}

static bool read_id(const struct ps_dir *dir, size_t cpu, struct core_id *out)
{
    char path[PS_CPU_PATH_MAX];
    return ps_read_number(dir, ps_cpu_path(path, "cpu", cpu, "/topology/physical_package_id"),
                          &out->package) &&
           ps_read_number(dir, ps_cpu_path(path, "cpu", cpu, "/topology/core_id"), &out->core);
}

static size_t read_ids(const struct ps_dir *dir, const struct ps_cpuset *online,
                       struct core_id *ids)
{
    size_t len = 0;
    PS_CPUSET_EACH(online, cpu)
    {
        if (!read_id(dir, cpu, &ids[len]))
            return 0;
        len++;
    }
    return len;
}

static size_t cpuinfo_ids(const struct ps_text *text, struct core_id *ids, size_t capacity)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_cpuinfo_cpu cpu;
    size_t len = 0;
    while (len < capacity && ps_cpuinfo_next(&c, &cpu)) {
        if (cpu.package == PSUTIL_UNKNOWN || cpu.core == PSUTIL_UNKNOWN)
            return 0;
        ids[len++] = (struct core_id){cpu.package, cpu.core};
    }
    return len;
}

static void cores_by_ids(const struct ps_dir *dir, const struct ps_cpuset *online, int64_t *out)
{
    struct core_id *ids = calloc(ps_cpuset_count(online), sizeof *ids);
    if (ids)
        *out = count_distinct(ids, read_ids(dir, online, ids));
    else
        dir->shortage->rc = ps_fail_memory(dir->shortage->ctx);
    free(ids);
}

static void cores_by_cpuinfo(struct ps_shortage *shortage, int64_t *out)
{
    struct ps_text text;
    struct ps_dir proc = ps_noting(ps_proc(shortage->ctx), shortage);
    struct core_id *ids = calloc(PS_CPU_MAX, sizeof *ids);
    if (!ids) {
        shortage->rc = ps_fail_memory(shortage->ctx);
        return;
    }
    ps_text_init(&text);
    size_t len = 0;
    if (ps_text_try(&text, &proc, "cpuinfo") == 0)
        len = cpuinfo_ids(&text, ids, PS_CPU_MAX);
    *out = count_distinct(ids, len);
    ps_text_free(&text);
    free(ids);
}

/* `*sure` when it comes from what the kernel says of each core, and not from what was left. */
static void cores_by_sys(struct ps_shortage *shortage, int64_t *out, bool *sure)
{
    char path[PS_PATH_MAX];
    struct ps_cpuset online;
    struct ps_dir dir;
    *out = PSUTIL_UNKNOWN;
    if (!ps_cpus_online(shortage, &online) || !ps_cpu_dir_open(shortage, &dir, path))
        return;
    *out = cores_by_lists(&dir, &online);
    *sure = *out != PSUTIL_UNKNOWN;
    if (!*sure)
        cores_by_ids(&dir, &online, out);
    ps_cpu_dir_close(&dir);
}

static int64_t count_cores(struct ps_shortage *shortage, bool *sure)
{
    int64_t cores;
    *sure = false;
    cores_by_sys(shortage, &cores, sure);
    if (shortage->rc == 0 && cores == PSUTIL_UNKNOWN)
        cores_by_cpuinfo(shortage, &cores);
    return cores;
}

/* `*sure` when it comes from the kernel's own list. */
static int64_t count_online(struct ps_shortage *shortage, bool *sure)
{
    struct ps_cpuset online;
    *sure = ps_cpus_online_sys(shortage, &online);
    if (!*sure && !ps_cpus_online(shortage, &online))
        return PSUTIL_UNKNOWN;
    return (int64_t)ps_cpuset_count(&online);
}

/* The list as the kernel writes it; false when it is not there, or too long to be kept. */
static bool read_online(struct ps_shortage *shortage, struct ps_counted *out)
{
    struct ps_span text;
    char buffer[sizeof out->online];
    struct ps_dir sys = ps_noting(ps_sys(shortage->ctx), shortage);
    if (!ps_read_short(&sys, "devices/system/cpu/online", buffer, sizeof buffer, &text) ||
        text.len == 0 || text.len >= sizeof buffer - 1)
        return false;
    memcpy(out->online, text.data, text.len);
    out->online[text.len] = '\0';
    return true;
}

static bool recall(psutil *ctx, bool logical, struct ps_counted *now)
{
    const struct ps_counted *known = &ps_linux_of(ctx)->counted[logical];
    ps_lock_acquire(ctx->lock);
    bool same = strcmp(known->online, now->online) == 0;
    now->count = known->count;
    ps_lock_release(ctx->lock);
    return same;
}

static void remember(psutil *ctx, bool logical, const struct ps_counted *now)
{
    ps_lock_acquire(ctx->lock);
    ps_linux_of(ctx)->counted[logical] = *now;
    ps_lock_release(ctx->lock);
}

static int64_t count(struct ps_shortage *shortage, bool logical, bool *sure)
{
    return logical ? count_online(shortage, sure) : count_cores(shortage, sure);
}

/* Cores take some files for each CPU; both are the same as long as the same CPUs are online. */
static int64_t count_once(struct ps_shortage *shortage, bool logical)
{
    bool sure;
    struct ps_counted now;
    if (!ps_linux_of(shortage->ctx)->live || !read_online(shortage, &now))
        return count(shortage, logical, &sure);
    if (recall(shortage->ctx, logical, &now))
        return now.count;
    now.count = count(shortage, logical, &sure);
    if (sure && shortage->rc == 0)
        remember(shortage->ctx, logical, &now);
    return now.count;
}

int ps_os_cpu_count(psutil *ctx, bool logical, int64_t *out)
{
    struct ps_shortage shortage = {.ctx = ctx};
    int64_t counted = count_once(&shortage, logical);
    if (shortage.rc == 0)
        *out = counted;
    return shortage.rc;
}
