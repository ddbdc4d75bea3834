#include "archive.h"

#include "parse/cursor.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 200, NAME_MAX_LEN = 120, MARK = 4 };

struct entry {
    bool link;
    struct ps_span name, body;
};

static bool is_mark(struct ps_span line, bool *link)
{
    *link = ps_span_starts(line, "--> ");
    return *link || ps_span_starts(line, "=== ");
}

/* The bytes up to the next mark, with the newline that the last line ends with. */
static bool next_entry(struct ps_cursor *c, struct entry *out)
{
    struct ps_span line;
    bool link;
    do {
        if (!ps_cursor_line(c, &line))
            return false;
    } while (!is_mark(line, &out->link));
    out->name = (struct ps_span){line.data + MARK, line.len - MARK};
    out->body = (struct ps_span){c->at, 0};
    struct ps_cursor ahead = *c;
    while (ps_cursor_line(&ahead, &line) && !is_mark(line, &link))
        *c = ahead;
    out->body.len = (size_t)(c->at - out->body.data);
    return true;
}

static bool part_is_odd(struct ps_span part)
{
    return part.len == 0 || ps_span_equal(part, ".") || ps_span_equal(part, "..");
}

/* Below one of the roots, of plain parts. */
static bool name_is_fit(struct ps_span name)
{
    struct ps_cursor c = ps_cursor_of_span(name);
    bool first = true;
    if (name.len == 0 || name.len > NAME_MAX_LEN || memchr(name.data, '\0', name.len) ||
        name.data[name.len - 1] == '/')
        return false;
    while (!ps_cursor_done(&c)) {
        struct ps_span part = ps_cursor_until(&c, '/');
        if (part_is_odd(part))
            return false;
        if (first && !ps_span_equal(part, "proc") && !ps_span_equal(part, "sys") &&
            !ps_span_equal(part, "etc") && !ps_span_equal(part, "run"))
            return false;
        first = false;
    }
    return true;
}

static void put_path(char *path, size_t size, const char *root, struct ps_span name)
{
    snprintf(path, size, "%s/%.*s", root, (int)name.len, name.data);
}

static void make_parents(char *path, const char *root)
{
    for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')); at++) {
        *at = '\0';
        mkdir(path, 0755);
        *at = '/';
    }
}

static void make_file(const char *path, struct ps_span body)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0)
        return;
    while (body.len > 0) {
        ssize_t put = write(fd, body.data, body.len);
        if (put <= 0)
            break;
        body.data += put;
        body.len -= (size_t)put;
    }
    close(fd);
}

/* Climbing is done at the beginning only, and no higher than the root. */
static bool target_is_fit(struct ps_span target, struct ps_span name)
{
    struct ps_cursor c = ps_cursor_of_span(target);
    size_t depth = 0, climbed = 0;
    bool climbing = true;
    for (size_t i = 0; i < name.len; i++)
        depth += name.data[i] == '/';
    while (!ps_cursor_done(&c)) {
        bool up = ps_span_equal(ps_cursor_until(&c, '/'), "..");
        climbed += up;
        if (up && (!climbing || climbed > depth))
            return false;
        climbing = up;
    }
    return true;
}

/* A link to what does not exist, or to something else below the root. */
static void make_link(const char *path, const struct entry *entry)
{
    struct ps_cursor c = ps_cursor_of_span(entry->body);
    struct ps_span target = ps_cursor_until(&c, '\n');
    char text[600];
    if (target.len == 0 || target.len > 500 || memchr(target.data, '\0', target.len) ||
        !target_is_fit(target, entry->name))
        return;
    snprintf(text, sizeof text, "%s%.*s", target.data[0] == '/' ? "/nowhere" : "", (int)target.len,
             target.data);
    if (symlink(text, path) != 0)
        return;
}

static void unpack(const char *root, const char *data, size_t size, bool links)
{
    struct ps_cursor c = ps_cursor_of(data, size);
    struct entry entry;
    char path[256];
    for (size_t i = 0; i < FILES_MAX && next_entry(&c, &entry); i++) {
        if (entry.link != links || !name_is_fit(entry.name))
            continue;
        put_path(path, sizeof path, root, entry.name);
        if (!links)
            make_parents(path, root);
        if (links)
            make_link(path, &entry);
        else
            make_file(path, entry.body);
    }
}

/* No link leads on while files are made; the folders of links are made with an empty name first. */
static void make_link_folders(const char *root, const char *data, size_t size)
{
    struct ps_cursor c = ps_cursor_of(data, size);
    struct entry entry;
    char path[256];
    for (size_t i = 0; i < FILES_MAX && next_entry(&c, &entry); i++)
        if (entry.link && name_is_fit(entry.name)) {
            put_path(path, sizeof path, root, entry.name);
            make_parents(path, root);
        }
}

void archive_unpack(const char *root, const char *data, size_t size)
{
    unpack(root, data, size, false);
    make_link_folders(root, data, size);
    unpack(root, data, size, true);
}

static int remove_entry(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    return at->level > 0 ? remove(path) : 0;
}

void archive_clear(const char *root)
{
    nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
