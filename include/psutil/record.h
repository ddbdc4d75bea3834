/* Records describe themselves: for every public struct, the name, type, unit, platforms and meaning
 * of each field. Python's named tuples, the command's tables and JSON, and the reference pages are
 * made from these descriptions, and your program can print any record through them. */
#ifndef PSUTIL_RECORD_H
#define PSUTIL_RECORD_H

#include <psutil/base.h>

typedef enum psutil_type {
    PSUTIL_TYPE_INT,      /* int64_t, PSUTIL_UNKNOWN when unknown */
    PSUTIL_TYPE_BOOL,     /* int64_t 0 or 1, PSUTIL_UNKNOWN when unknown */
    PSUTIL_TYPE_DOUBLE,   /* double, NAN when unknown */
    PSUTIL_TYPE_STRING,   /* const char *, NULL when unknown */
    PSUTIL_TYPE_ENUM,     /* int64_t with a name for each value: psutil_field.values */
    PSUTIL_TYPE_ADDRESS,  /* psutil_addr */
    PSUTIL_TYPE_RECORD,   /* a struct in place: psutil_field.record */
    PSUTIL_TYPE_LIST,     /* pointer to a list of records: psutil_field.record */
    PSUTIL_TYPE_INTS,     /* psutil_int_list * */
    PSUTIL_TYPE_STRINGS,  /* psutil_string_list * */
    PSUTIL_TYPE_VARIABLES /* psutil_string_list * of NAME=VALUE */
} psutil_type;

typedef enum psutil_unit {
    PSUTIL_UNIT_NONE, /* a number of things, an id, a name */
    PSUTIL_UNIT_BYTES,
    PSUTIL_UNIT_SECONDS,
    PSUTIL_UNIT_MILLISECONDS,
    PSUTIL_UNIT_EPOCH, /* seconds since 1970-01-01 UTC */
    PSUTIL_UNIT_PERCENT,
    PSUTIL_UNIT_MHZ,
    PSUTIL_UNIT_CELSIUS,
    PSUTIL_UNIT_RPM,
    PSUTIL_UNIT_MBITS /* megabits a second */
} psutil_unit;

/* One value of an enumeration. */
typedef struct psutil_enum_value {
    int64_t value;
    const char *name; /* what JSON and Python show: "sleeping", "AF_INET" */
} psutil_enum_value;

struct psutil_record;

typedef struct psutil_field {
    const char *name; /* psutil's name */
    psutil_type type;
    psutil_unit unit;
    unsigned platforms; /* PSUTIL_ON_… where the field has a meaning */
    size_t offset;      /* within the record's struct */
    const char *doc;    /* one line */
    const struct psutil_record *record;
    const psutil_enum_value *values; /* ends with a NULL name */
} psutil_field;

typedef struct psutil_record {
    const char *name; /* psutil's name of the named tuple: "svmem" */
    const char *doc;
    size_t size; /* of the struct */
    size_t len;
    const psutil_field *fields;
    const psutil_field *key; /* what such records are told apart by (a disk's name), where psutil
                                returns a dictionary; NULL for the others */
} psutil_record;

PSUTIL_BEGIN_DECLS

/* All records, psutil_process_info's included; `len` receives their number. */
PSUTIL_API const psutil_record *const *psutil_records(size_t *len);

/* The record called `name` ("svmem"), or NULL. */
PSUTIL_API const psutil_record *psutil_record_find(const char *name);

/* The PSUTIL_ON_… bit of the platform that this library was built for; 0 for the unsupported. */
PSUTIL_API unsigned psutil_platform(void);

/* The name of a value of an enumerated field, or NULL for one that has none. */
PSUTIL_API const char *psutil_enum_name(const psutil_enum_value *values, int64_t value);

PSUTIL_END_DECLS

#endif
