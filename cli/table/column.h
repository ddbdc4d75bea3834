/* Columns of listings. A column is a field of a record by its path ("memory_info.rss"), described
 * by the record itself, or something derived from a row by a function. */
#ifndef CLI_TABLE_COLUMN_H
#define CLI_TABLE_COLUMN_H

#include "text/json.h"
#include "text/text.h"

enum cell_kind { CELL_UNKNOWN, CELL_INT, CELL_DOUBLE, CELL_TEXT };

/* What stands in one place of a table. Starts as {0}: unknown. */
struct cell {
    enum cell_kind kind;
    int64_t integer;
    double number;
    const char *text;
};

void cell_set_int(struct cell *cell, int64_t value);     /* PSUTIL_UNKNOWN: unknown */
void cell_set_double(struct cell *cell, double value);   /* NAN: unknown */
void cell_set_text(struct cell *cell, const char *text); /* NULL: unknown */

/* How a value is written where people read it. */
enum show {
    SHOW_UNIT,     /* as its unit says */
    SHOW_CPU_TIME, /* seconds as "12:34.50" */
    SHOW_NUMBER,   /* as it is, whatever its unit */
};

/* A column with a short name, another header, or made by a function. */
struct column_spec {
    const char *name;   /* NULL ends a table of them */
    const char *path;   /* of the field; NULL for a derived column */
    const char *header; /* NULL: the name in capitals */
    const char *doc;    /* one line; NULL: the field's */
    enum show show;
    bool cut; /* may lose its end where the terminal is too narrow */

    /* Derived columns only. The text of a cell may be put into `scratch`, terminated. With a path
     * too, `derive` makes the text of the field, whose value the JSON has. */
    psutil_type type; /* INT, DOUBLE or STRING */
    psutil_unit unit; /* with a path, where it is not the field's (shares instead of seconds) */
    uint64_t fields;  /* of the first record that are needed, as bits in its order */
    /* What the column is made of, as "record.field": where the system does not tell that, the
     * column does not exist either. NULL: as the path says; without one it exists everywhere. */
    const char *made_of;
    void (*derive)(struct cell *out, const void *row, struct buffer *scratch);

    /* What the JSON has where a cell cannot hold it: a list. NULL: the cell's value. */
    void (*json)(struct json *json, const void *row);
};

/* A record that each row holds. */
struct listing_part {
    const char *record; /* its name; NULL ends them */
    size_t offset;      /* within the row */
};

#define LISTING_PARTS 3

/* What a command lists. */
struct listing {
    struct listing_part parts[LISTING_PARTS + 1];
    const struct column_spec *columns; /* in front of the records' own */
    const char *defaults;              /* names of columns, by commas */
    const char *sort;                  /* as of --sort: the first that exists; NULL: none */
    const char *lister; /* what lists the columns, of a filter of commands that list others; NULL:
                           --columns help of the command */
    /* Whether the field of the first record (its index) is known in the row; NULL: always. */
    bool (*has)(const void *row, size_t field);
};

/* A column that was found. */
struct column {
    char name[64];
    char header[64];
    const char *doc;
    const struct listing *listing;
    const struct column_spec *spec; /* NULL: the field under its own path */
    const psutil_field *field;      /* NULL: derived */
    size_t offset;                  /* within the row, of what the field's offset counts from */
    size_t part;
    size_t top; /* the index of the field, or of the one that holds it, in its record */
    psutil_type type;
    psutil_unit unit;
    bool right;
    bool cut;
};

enum column_found { COLUMN_FOUND, COLUMN_UNKNOWN, COLUMN_ELSEWHERE /* on other systems */ };

/* Finds a column by short name, path, or the last word of a path. */
enum column_found column_find(struct column *out, const struct listing *listing, const char *name,
                              size_t len);

/* Fields of the first record that the column needs, as bits in its order. */
uint64_t column_fields(const struct column *column);

/* The name that is most like `name`, or NULL. */
const char *column_nearest(const struct listing *listing, const char *name);

/* Calls `each` for every column there is on this system: the short names, then all paths. */
void column_each(const struct listing *listing,
                 void (*each)(const char *name, const char *doc, void *user), void *user);

/* The value in a row. Its text stays as long as the row and `scratch` do. */
void column_cell(struct cell *out, const struct column *column, const void *row,
                 struct buffer *scratch);

enum column_form {
    FORM_HUMAN, /* "1.5K", "14:05"; the unknown is "-" */
    FORM_BYTES, /* the same, but bytes as numbers */
    FORM_RAW    /* numbers as they are; the unknown is "" */
};

/* The value as text. What is text already is not made safe here. */
void column_text(struct buffer *out, const struct column *column, const struct cell *cell,
                 enum column_form form);

/* The typed value. */
void column_json(struct json *json, const struct column *column, const void *row,
                 struct buffer *scratch);

#endif
