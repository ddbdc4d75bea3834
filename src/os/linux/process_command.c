/* What a process runs: /proc/PID/cmdline, environ, exe and cwd. */
#include "os/linux/process.h"
#include "os/linux/syscalls.h"
#include "parse/cmdline.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* ---- Lists of strings ------------------------------------------------------------------------ */

static size_t count_byte(const char *data, size_t len, char c)
{
    size_t count = 0;
    const char *end = data + len;
    while (data < end && (data = memchr(data, c, (size_t)(end - data)))) {
        count++;
        data++;
    }
    return count;
}

/* A list of parts of a text, which are yet to be added, and its copy behind them; one block, as all
 * lists are. */
struct parts {
    psutil_string_list *list;
    const char *text;
    char *copy;
};

static bool parts_begin(struct parts *parts, const struct ps_text *text, size_t most)
{
    psutil_string_list *list = malloc(sizeof *list + most * sizeof *list->items + text->len + 1);
    if (!list)
        return false;
    list->len = 0;
    list->items = (const char **)(void *)(list + 1);
    *parts = (struct parts){list, text->data, (char *)(list->items + most)};
    memcpy(parts->copy, text->data, text->len);
    return true;
}

static void add_part(struct parts *parts, struct ps_span part)
{
    char *item = parts->copy + (part.data - parts->text);
    item[part.len] = '\0';
    parts->list->items[parts->list->len++] = item;
}

/* ---- cmdline and environ --------------------------------------------------------------------- */

int ps_source_cmdline(struct ps_reader *reader)
{
    const struct ps_text *text = &reader->cmdline;
    struct ps_span word;
    struct parts parts;
    int rc = ps_reader_cmdline(reader);
    if (rc == PSUTIL_ESRCH || (rc == 0 && text->len == 0))
        rc = ps_reader_absent(reader, rc);
    if (rc != 0)
        return rc;
    struct ps_cmdline words = ps_cmdline_of(text->data, text->len);
    if (!parts_begin(&parts, text, count_byte(text->data, text->len, words.separator) + 1))
        return ps_fail_memory(reader->ctx);
    while (ps_cmdline_next(&words, &word))
        add_part(&parts, word);
    reader->to->info->cmdline = parts.list;
    return 0;
}

int ps_source_environ(struct ps_reader *reader)
{
    struct ps_text text;
    struct ps_span variable;
    struct parts parts;
    ps_text_init(&text);
    int rc = ps_text_read_piece(reader->ctx, &text, &reader->dir, "environ");
    if (rc == PSUTIL_ESRCH || (rc == 0 && text.len == 0)) {
        rc = ps_reader_absent(reader, rc);
        text.len = 0;
    }
    if (rc != 0)
        goto done;
    if (!parts_begin(&parts, &text, count_byte(text.data, text.len, '\0'))) {
        rc = ps_fail_memory(reader->ctx);
        goto done;
    }
    struct ps_cursor c = ps_cursor_of(text.data, text.len);
    while (ps_environ_next(&c, &variable))
        add_part(&parts, variable);
    reader->to->info->environ = parts.list;
done:
    ps_text_free(&text);
    return rc;
}

/* ---- exe and cwd ----------------------------------------------------------------------------- */

#define DELETED " (deleted)" /* fs/d_path.c */

/* As openat2(2) does it, for kernels and sandboxes without: one folder after the other. */
static int open_step_by_step(char *path)
{
    int at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (char *name = path + 1, *end; at >= 0; name = end + 1) {
        end = strchr(name, '/');
        if (end)
            *end = '\0';
        int next = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | (end ? O_DIRECTORY : 0));
        int saved = errno;
        close(at);
        errno = saved;
        at = next;
        if (!end)
            break;
        *end = '/';
    }
    return at;
}

/* Whether there is a file of this name. The kernel's paths hold no symbolic links: one that is met
 * was put there afterwards, perhaps to lead a privileged reader astray, and is not followed. */
static bool is_there(const struct ps_reader *reader, struct ps_shortage *shortage, char *path)
{
    if (path[0] != '/')
        return false;
    int fd = ps_sys_open_without_links(path);
    if (fd < 0 && (errno == ENOSYS || errno == EPERM))
        fd = open_step_by_step(path);
    if (fd < 0 && ps_is_shortage(errno) && shortage->rc == 0)
        shortage->rc = ps_fail_call(reader->ctx, "open", path, reader->dir.pid);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* Only the running system can tell a file that is really called so; its link count alone does not,
 * since a deleted name may leave others, and since d_path() marks those too. */
static bool is_name(const struct ps_reader *reader, struct ps_shortage *shortage, const char *link,
                    char *path)
{
    struct stat target;
    if (!ps_linux_of(reader->ctx)->live)
        return false;
    if (link && ps_dir_stat(&reader->dir, link, &target) == 0 && target.st_nlink == 0)
        return false;
    return is_there(reader, shortage, path);
}

void ps_cut_deleted(const struct ps_reader *reader, struct ps_shortage *shortage, const char *link,
                    char *path, size_t *len)
{
    const size_t mark = sizeof DELETED - 1;
    if (*len <= mark || memcmp(path + *len - mark, DELETED, mark) != 0)
        return;
    path[*len] = '\0';
    if (!is_name(reader, shortage, link, path))
        *len -= mark;
}

/* ps_text_link() leaves room for the terminator that ps_cut_deleted() sets. */
static int read_path(struct ps_reader *reader, const char *link, const char **out)
{
    struct ps_text text;
    struct ps_shortage shortage = {.ctx = reader->ctx};
    ps_text_init(&text);
    int rc = ps_text_link(reader->ctx, &text, &reader->dir, link);
    if (rc == 0) {
        ps_cut_deleted(reader, &shortage, link, text.data, &text.len);
        rc = shortage.rc;
    }
    if (rc == 0) {
        *out = ps_reader_string(reader, text.data, text.len, &rc);
    }
    ps_text_free(&text);
    return rc;
}

int ps_source_exe(struct ps_reader *reader)
{
    const char **exe = &reader->to->info->exe;
    int rc = read_path(reader, "exe", exe);
    if (rc != PSUTIL_ESRCH)
        return rc;
    rc = ps_reader_absent(reader, rc);
    if (rc == 0)
        *exe = ps_reader_string(reader, "", 0, &rc);
    return rc;
}

/* Kernel threads have one. */
int ps_source_cwd(struct ps_reader *reader)
{
    int rc = read_path(reader, "cwd", &reader->to->info->cwd);
    if (rc == PSUTIL_ESRCH && ps_reader_is_alive(reader) && ps_reader_has_ended(reader))
        return ps_fail_pid(reader->ctx, PSUTIL_EZOMBIE, reader->dir.pid, NULL);
    return rc;
}
