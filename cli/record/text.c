#include "text.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool span_line(struct span *rest, struct span *line, bool *ended)
{
    if (rest->len == 0)
        return false;
    const char *end = memchr(rest->data, '\n', rest->len);
    *ended = end != NULL;
    line->data = rest->data;
    line->len = end ? (size_t)(end - rest->data) : rest->len;
    rest->data += line->len + *ended;
    rest->len -= line->len + *ended;
    return true;
}

static struct span take(struct span *rest, bool blanks)
{
    struct span taken = {rest->data, 0};
    while (taken.len < rest->len &&
           (rest->data[taken.len] == ' ' || rest->data[taken.len] == '\t') == blanks)
        taken.len++;
    rest->data += taken.len;
    rest->len -= taken.len;
    return taken;
}

struct span span_blanks(struct span *rest)
{
    return take(rest, true);
}

struct span span_word(struct span *rest)
{
    return take(rest, false);
}

bool span_is(struct span span, const char *text)
{
    return strlen(text) == span.len && memcmp(span.data, text, span.len) == 0;
}

bool span_begins(struct span span, const char *text)
{
    return strlen(text) <= span.len && memcmp(span.data, text, strlen(text)) == 0;
}

bool span_all(struct span span, const char *set)
{
    for (size_t i = 0; i < span.len; i++)
        if (!span.data[i] || !strchr(set, span.data[i]))
            return false;
    return true;
}

void span_put(struct buffer *out, struct span span)
{
    buffer_add(out, span.data, span.len);
}

void span_put_if(struct names *names, struct buffer *out, struct span span, const char *set)
{
    if (span_all(span, set))
        span_put(out, span);
    else
        names_text(names, out, span.data, span.len);
}

void span_put_zeros(struct buffer *out, struct span span)
{
    buffer_add_repeat(out, '0', span.len);
}

/* ---- Of a process -----------------------------------------------------------------------------
 */

void text_numbers(struct names *names, struct buffer *out, const char *data, size_t len)
{
    (void)names;
    buffer_add(out, data, len);
}

void text_comm(struct names *names, struct buffer *out, const char *data, size_t len)
{
    bool ended = len > 0 && data[len - 1] == '\n';
    names_name(names, out, data, len - ended, NAME_PROGRAM);
    if (ended)
        buffer_add(out, "\n", 1);
}

/* Where the process's memory is laid out, which nobody asks for (proc_pid_stat(5)). */
static bool is_place(int field)
{
    return (field >= 26 && field <= 30) || field == 35 || (field >= 45 && field <= 51);
}

/* "1 (name) S 0 …": the name may hold anything, and so what counts is the last parenthesis. */
void text_process_stat(struct names *names, struct buffer *out, const char *data, size_t len)
{
    const char *open = len > 0 ? memchr(data, '(', len) : NULL;
    const char *end = data + len;
    while (open && end > open && end[-1] != ')')
        end--;
    if (!open || end <= open) {
        names_text(names, out, data, len);
        return;
    }
    struct span rest = {end, (size_t)(data + len - end)};
    span_put_if(names, out, (struct span){data, (size_t)(open + 1 - data)}, SPAN_DIGITS " (");
    names_name(names, out, open + 1, (size_t)(end - 1 - (open + 1)), NAME_PROGRAM);
    buffer_add_text(out, ")");
    for (int field = 3; rest.len > 0; field++) {
        span_put(out, span_blanks(&rest));
        struct span word = span_word(&rest);
        if (is_place(field))
            buffer_add_text(out, rest.len > 0 ? "0" : "0\n");
        else
            span_put_if(names, out, word, field == 3 ? "RSDZTtXxKWPIN\n" : SPAN_DIGITS "-\n");
    }
}

/* Name: escapes newlines and backslashes (fs/proc/array.c:proc_task_name). */
static void put_escaped_name(struct names *names, struct buffer *out, struct span name)
{
    struct buffer plain = {0}, changed = {0};
    for (size_t i = 0; i < name.len; i++) {
        bool escaped = name.data[i] == '\\' && i + 1 < name.len;
        i += escaped;
        buffer_add(&plain, escaped && name.data[i] == 'n' ? "\n" : name.data + i, 1);
    }
    names_name(names, &changed, plain.data, plain.len, NAME_PROGRAM);
    for (size_t i = 0; i < changed.len; i++) {
        char c = changed.data[i];
        if (c == '\n' || c == '\\')
            buffer_add_text(out, c == '\n' ? "\\n" : "\\\\");
        else
            buffer_add(out, &c, 1);
    }
    buffer_free(&plain);
    buffer_free(&changed);
}

void text_status(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        struct span name = line;
        if (span_begins(line, "Name:")) {
            buffer_add_text(out, "Name:");
            name.data += sizeof "Name:" - 1;
            name.len -= sizeof "Name:" - 1;
            bool tab = name.len > 0 && *name.data == '\t';
            buffer_add_repeat(out, '\t', tab);
            put_escaped_name(names, out, (struct span){name.data + tab, name.len - tab});
        } else if (memchr(line.data, ':', line.len)) {
            span_put(out, line);
        } else {
            names_text(names, out, line.data, line.len);
        }
        buffer_add_repeat(out, '\n', ended);
    }
}

/* The first word is the program's name, or a text that it wrote over all of them. */
void text_cmdline(struct names *names, struct buffer *out, const char *data, size_t len)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(data + at, '\0', len - at);
        size_t word = end ? (size_t)(end - data) - at : len - at;
        if (at == 0)
            names_path(names, out, data, word, NAME_PROGRAM);
        else
            names_argument(out, data + at, word);
        if (end)
            buffer_add(out, "", 1);
        at += word + (end != NULL);
    }
}

/* Their values are left out. */
void text_environ(struct names *names, struct buffer *out, const char *data, size_t len)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(data + at, '\0', len - at);
        size_t variable = end ? (size_t)(end - data) - at : len - at;
        const char *equals = variable > 0 ? memchr(data + at, '=', variable) : NULL;
        size_t name = equals ? (size_t)(equals - data) - at : variable;
        names_text(names, out, data + at, name);
        if (equals)
            buffer_add_text(out, "=");
        if (end)
            buffer_add(out, "", 1);
        at += variable + (end != NULL);
    }
}

/* Files of some kinds tell more, such as what an inotify watches. */
void text_fdinfo(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        struct span key = span_word(&line);
        if (!span_is(key, "pos:") && !span_is(key, "flags:"))
            continue;
        span_put(out, key);
        span_put(out, span_blanks(&line));
        span_put_if(names, out, line, SPAN_DIGITS "-");
        buffer_add_repeat(out, '\n', ended);
    }
}

/* ---- Mappings ---------------------------------------------------------------------------------
 */

/* Where mappings lie is moved: their sizes and whether they touch stay. */
struct layout {
    uint64_t old_end;
    uint64_t new_end;
};

#define PAGE 0x1000

static bool read_range(struct span word, uint64_t *start, uint64_t *end)
{
    char text[40], *rest;
    if (word.len >= sizeof text || !span_all(word, "0123456789abcdef-"))
        return false;
    memcpy(text, word.data, word.len);
    text[word.len] = '\0';
    *start = strtoull(text, &rest, 16);
    if (rest == text || *rest != '-')
        return false;
    *end = strtoull(rest + 1, NULL, 16);
    return *end >= *start;
}

/* Libraries may keep their names, data that is mapped may not. */
static enum name_kind kind_of_file(const struct buffer *path)
{
    struct span span = {path->data, path->len};
    bool is_installed = span_begins(span, "/usr/") || span_begins(span, "/lib");
    return is_installed ? NAME_PROGRAM : NAME_FILE;
}

/* A newline in a path is "\012", and nothing else is escaped (fs/proc/task_mmu.c). */
static void put_mapped_path(struct names *names, struct buffer *out, struct span path)
{
    struct buffer plain = {0}, changed = {0};
    for (size_t i = 0; i < path.len; i++) {
        bool newline = path.len - i >= 4 && memcmp(path.data + i, "\\012", 4) == 0;
        buffer_add(&plain, newline ? "\n" : path.data + i, 1);
        i += newline ? 3 : 0;
    }
    names_target(names, &changed, plain.data, plain.len, kind_of_file(&plain));
    for (size_t i = 0; i < changed.len; i++)
        buffer_add(out, changed.data[i] == '\n' ? "\\012" : changed.data + i,
                   changed.data[i] == '\n' ? 4 : 1);
    buffer_free(&plain);
    buffer_free(&changed);
}

static bool put_mapping(struct names *names, struct buffer *out, struct span line,
                        struct layout *layout)
{
    uint64_t start, end;
    struct span word = span_word(&line);
    if (!read_range(word, &start, &end))
        return false;
    uint64_t moved = layout->new_end + (start == layout->old_end ? 0 : PAGE);
    *layout = (struct layout){end, moved + (end - start)};
    buffer_addf(out, "%08" PRIx64 "-%08" PRIx64, moved, layout->new_end);
    for (int i = 0; i < 4; i++) { /* permissions, offset, device, inode */
        span_put(out, span_blanks(&line));
        span_put_if(names, out, span_word(&line), i == 0 ? "rwxsp-" : SPAN_HEX ":");
    }
    span_put(out, span_blanks(&line));
    put_mapped_path(names, out, line);
    return true;
}

/* "Rss: 4 kB", "VmFlags: rd ex mr mw me" */
static bool put_figure(struct names *names, struct buffer *out, struct span line)
{
    struct span key = span_word(&line);
    if (key.len < 2 || key.data[key.len - 1] != ':' || !isupper((unsigned char)*key.data))
        return false;
    span_put_if(names, out, key, "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ:");
    while (line.len > 0) {
        span_put(out, span_blanks(&line));
        struct span word = span_word(&line);
        if (word.len == 2)
            span_put(out, word);
        else
            span_put_if(names, out, word, SPAN_DIGITS);
    }
    return true;
}

void text_smaps(struct names *names, struct buffer *out, const char *data, size_t len)
{
    struct span rest = {data, len}, line;
    struct layout layout = {0, 64 * PAGE};
    bool ended;
    while (span_line(&rest, &line, &ended)) {
        if (!put_figure(names, out, line) && !put_mapping(names, out, line, &layout))
            names_text(names, out, line.data, line.len);
        buffer_add_repeat(out, '\n', ended);
    }
}
