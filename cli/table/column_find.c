/* From the name of a column to the column. */
#include "column.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A field, and where it lies in a row. */
struct place {
    const psutil_field *field;
    size_t offset;
    size_t part;
    size_t top;
};

/* Fields of some records lie within the struct of the record that holds them. */
static size_t inner_offset(const psutil_record *outer, const psutil_field *field)
{
    return field->record->size == outer->size ? 0 : field->offset;
}

static bool is_name(const char *known, const char *name, size_t len)
{
    return strlen(known) == len && memcmp(known, name, len) == 0;
}

static const psutil_field *find_field(const psutil_record *record, const char *name, size_t len)
{
    for (size_t i = 0; i < record->len; i++)
        if (is_name(record->fields[i].name, name, len))
            return &record->fields[i];
    return NULL;
}

static bool find_inside(struct place *out, const psutil_record *record, const psutil_field *holder,
                        const char *name, size_t len)
{
    if (holder->type != PSUTIL_TYPE_RECORD)
        return false;
    const psutil_field *field = find_field(holder->record, name, len);
    if (!field)
        return false;
    out->field = field;
    out->offset += inner_offset(record, holder);
    out->top = (size_t)(holder - record->fields);
    return true;
}

/* A path, whole. */
static bool find_path(struct place *out, const psutil_record *record, const char *path, size_t len)
{
    const char *dot = memchr(path, '.', len);
    const psutil_field *first = find_field(record, path, dot ? (size_t)(dot - path) : len);
    if (!first)
        return false;
    if (dot)
        return find_inside(out, record, first, dot + 1, len - (size_t)(dot + 1 - path));
    out->field = first;
    out->top = (size_t)(first - record->fields);
    return true;
}

/* The last word of a path. */
static bool find_word(struct place *out, const psutil_record *record, const char *word, size_t len)
{
    for (size_t i = 0; i < record->len; i++)
        if (find_inside(out, record, &record->fields[i], word, len))
            return true;
    return false;
}

static bool find_place(struct place *out, const struct listing *listing, const char *name,
                       size_t len,
                       bool (*find)(struct place *, const psutil_record *, const char *, size_t))
{
    for (size_t i = 0; listing->parts[i].record; i++) {
        *out = (struct place){.part = i, .offset = listing->parts[i].offset};
        if (find(out, psutil_record_find(listing->parts[i].record), name, len))
            return true;
    }
    return false;
}

static bool is_number(psutil_type type)
{
    return type == PSUTIL_TYPE_INT || type == PSUTIL_TYPE_DOUBLE;
}

static void set_names(struct column *column, const char *name, size_t len, const char *header)
{
    snprintf(column->name, sizeof column->name, "%.*s", (int)len, name);
    snprintf(column->header, sizeof column->header, "%s", header ? header : column->name);
    for (char *at = column->header; !header && *at; at++)
        *at = (char)toupper((unsigned char)*at);
}

static enum column_found take_place(struct column *column, const struct place *place)
{
    column->field = place->field;
    column->offset = place->offset;
    column->part = place->part;
    column->top = place->top;
    column->type = place->field->type;
    column->unit = place->field->unit;
    column->doc = place->field->doc;
    return place->field->platforms & psutil_platform() ? COLUMN_FOUND : COLUMN_ELSEWHERE;
}

static bool tells(const char *made_of)
{
    char record[32];
    const char *dot = strchr(made_of, '.');
    snprintf(record, sizeof record, "%.*s", (int)(dot - made_of), made_of);
    const psutil_field *field = find_field(psutil_record_find(record), dot + 1, strlen(dot + 1));
    return (field->platforms & psutil_platform()) != 0;
}

static enum column_found take_spec(struct column *out, const struct column_spec *spec)
{
    struct place place;
    enum column_found found = COLUMN_FOUND;
    out->spec = spec;
    out->type = spec->type;
    out->unit = spec->unit;
    if (spec->path) {
        if (!find_place(&place, out->listing, spec->path, strlen(spec->path), find_path))
            return COLUMN_UNKNOWN;
        found = take_place(out, &place);
        out->unit = spec->unit != PSUTIL_UNIT_NONE ? spec->unit : out->unit;
    }
    if (spec->made_of && !tells(spec->made_of))
        found = COLUMN_ELSEWHERE;
    out->doc = spec->doc ? spec->doc : out->doc;
    out->cut = spec->cut;
    set_names(out, spec->name, strlen(spec->name), spec->header);
    return found;
}

static enum column_found find(struct column *out, const char *name, size_t len)
{
    struct place place;
    for (const struct column_spec *spec = out->listing->columns; spec && spec->name; spec++)
        if (is_name(spec->name, name, len))
            return take_spec(out, spec);
    if (!find_place(&place, out->listing, name, len, find_path) &&
        !find_place(&place, out->listing, name, len, find_word))
        return COLUMN_UNKNOWN;
    set_names(out, name, len, NULL);
    return take_place(out, &place);
}

enum column_found column_find(struct column *out, const struct listing *listing, const char *name,
                              size_t len)
{
    *out = (struct column){.listing = listing};
    if (len >= sizeof out->name)
        return COLUMN_UNKNOWN;
    enum column_found found = find(out, name, len);
    out->right = is_number(out->type);
    return found;
}

uint64_t column_fields(const struct column *column)
{
    if (column->field)
        return column->part == 0 ? (uint64_t)1 << column->top : 0;
    return column->spec->fields;
}

/* ---- All of them ------------------------------------------------------------------------------
 */

typedef void visit(const char *name, const char *doc, void *user);

static bool is_short_name(const struct listing *listing, const char *name)
{
    for (const struct column_spec *spec = listing->columns; spec && spec->name; spec++)
        if (strcmp(spec->name, name) == 0)
            return true;
    return false;
}

static void each_inside(const psutil_field *holder, visit *each, void *user)
{
    char path[128];
    for (size_t i = 0; i < holder->record->len; i++) {
        const psutil_field *field = &holder->record->fields[i];
        snprintf(path, sizeof path, "%s.%s", holder->name, field->name);
        if (field->platforms & psutil_platform())
            each(path, field->doc, user);
    }
}

static void each_field(const struct listing *listing, size_t part, visit *each, void *user)
{
    const psutil_record *record = psutil_record_find(listing->parts[part].record);
    for (size_t i = 0; i < record->len; i++) {
        const psutil_field *field = &record->fields[i];
        if (!(field->platforms & psutil_platform()))
            continue;
        if (!is_short_name(listing, field->name))
            each(field->name, field->doc, user);
        if (field->type == PSUTIL_TYPE_RECORD)
            each_inside(field, each, user);
    }
}

void column_each(const struct listing *listing, visit *each, void *user)
{
    struct column column;
    for (const struct column_spec *spec = listing->columns; spec && spec->name; spec++)
        if (column_find(&column, listing, spec->name, strlen(spec->name)) == COLUMN_FOUND)
            each(spec->name, column.doc, user);
    for (size_t i = 0; listing->parts[i].record; i++)
        each_field(listing, i, each, user);
}

/* Names stay where the descriptions have them. */
struct names {
    const char **items;
    size_t len;
};

static void add_record(struct names *names, const psutil_record *record, bool inside)
{
    for (size_t i = 0; i < record->len; i++) {
        names->items[names->len++] = record->fields[i].name;
        if (inside && record->fields[i].type == PSUTIL_TYPE_RECORD)
            add_record(names, record->fields[i].record, false);
    }
}

const char *column_nearest(const struct listing *listing, const char *name)
{
    enum { NAMES_MAX = 512 }; /* the records together have some 150 */
    struct names names = {.items = calloc(NAMES_MAX, sizeof *names.items)};
    if (!names.items)
        return NULL;
    for (const struct column_spec *spec = listing->columns; spec && spec->name; spec++)
        names.items[names.len++] = spec->name;
    for (size_t i = 0; listing->parts[i].record; i++)
        add_record(&names, psutil_record_find(listing->parts[i].record), true);
    const char *nearest = text_nearest(name, names.items, names.len, sizeof *names.items);
    free(names.items);
    return nearest;
}
