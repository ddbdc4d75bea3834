/* Makes records of utmp in both layouts. */
#ifndef UTMP_RECORD_H
#define UTMP_RECORD_H

#include <stdint.h>
#include <string.h>

struct utmp_fields {
    int16_t type;
    int32_t pid;
    const char *line, *user, *host;
    int64_t seconds;
    int32_t micros;
};

static inline void utmp_text(char *to, const char *from, size_t size)
{
    size_t len = strlen(from);
    memcpy(to, from, len < size ? len : size);
}

/* Writes one record of 384 or 400 bytes. */
static inline void utmp_record(char *to, size_t size, struct utmp_fields f)
{
    memset(to, 0, size);
    memcpy(to, &f.type, 2);
    memcpy(to + 4, &f.pid, 4);
    utmp_text(to + 8, f.line, 32);
    utmp_text(to + 44, f.user, 32);
    utmp_text(to + 76, f.host, 256);
    if (size == 400) {
        int64_t micros = f.micros;
        memcpy(to + 344, &f.seconds, 8);
        memcpy(to + 352, &micros, 8);
    } else {
        int32_t seconds = (int32_t)(uint32_t)f.seconds;
        memcpy(to + 340, &seconds, 4);
        memcpy(to + 344, &f.micros, 4);
    }
}

#endif
