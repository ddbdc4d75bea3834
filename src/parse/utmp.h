/* utmp: who is logged in (utmp(5)). */
#ifndef PS_UTMP_H
#define PS_UTMP_H

#include "parse/cursor.h"

/* A session of a user: a record of the type USER_PROCESS. Names fill their fields to the last byte
 * when they are long. */
struct ps_utmp {
    int64_t pid;
    struct ps_span line, user, host;
    int64_t seconds; /* since the epoch */
    int64_t micros;
};

/* Where one is in the file. */
struct ps_utmp_reader {
    struct ps_cursor at;
    size_t record; /* bytes of one */
};

/* Finds out which of the layouts the file has. */
struct ps_utmp_reader ps_utmp_begin(const char *data, size_t len);

/* The next session; false at the end. A record cut off at the end is none. */
bool ps_utmp_next(struct ps_utmp_reader *reader, struct ps_utmp *out);

#endif
