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

/* An empty list with room for the parts of `bytes` bytes of text; one block, as all lists are. */
static psutil_string_list *new_list(size_t parts, size_t bytes, char **room)
{
    psutil_string_list *list = malloc(sizeof *list + parts * sizeof *list->items + bytes);
    if (!list)
        return NULL;
    list->len = 0;
    list->items = (const char **)(void *)(list + 1);
    *room = (char *)(list->items + parts);
    return list;
}

static void add_part(psutil_string_list *list, char **room, struct ps_span part)
{
    if (part.len > 0)
        memcpy(*room, part.data, part.len);
    (*room)[part.len] = '\0';
    list->items[list->len++] = *room;
    *room += part.len + 1;
}

/* ---- cmdline and environ --------------------------------------------------------------------- */

int ps_source_cmdline(struct ps_reader *reader)
{
    const struct ps_text *text = &reader->cmdline;
    struct ps_span word;
    char *room;
    int rc = ps_reader_cmdline(reader);
    if (rc == PSUTIL_ESRCH || (rc == 0 && text->len == 0))
        rc = ps_reader_absent(reader, rc);
    if (rc != 0)
        return rc;
    struct ps_cmdline words = ps_cmdline_of(text->data, text->len);
    size_t parts = count_byte(text->data, text->len, words.separator) + 1;
    psutil_string_list *list = new_list(parts, text->len + 1, &room);
    if (!list)
        return ps_fail_memory(reader->ctx);
    while (ps_cmdline_next(&words, &word))
        add_part(list, &room, word);
    reader->to->info->cmdline = list;
    return 0;
}

int ps_source_environ(struct ps_reader *reader)
{
    struct ps_text text;
    struct ps_span variable;
    psutil_string_list *list;
    char *room;
    ps_text_init(&text);
    int rc = ps_text_read_piece(reader->ctx, &text, &reader->dir, "environ");
    if (rc == PSUTIL_ESRCH || (rc == 0 && text.len == 0)) {
        rc = ps_reader_absent(reader, rc);
        text.len = 0;
    }
    if (rc != 0)
        goto done;
    list = new_list(count_byte(text.data, text.len, '\0'), text.len, &room);
    if (!list) {
        rc = ps_fail_memory(reader->ctx);
        goto done;
    }
    struct ps_cursor c = ps_cursor_of(text.data, text.len);
    while (ps_environ_next(&c, &variable))
        add_part(list, &room, variable);
    reader->to->info->environ = list;
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
