#include "parse/utmp.h"

#include <string.h>

/* glibc's struct utmp. Most systems store 32-bit times, also the 64-bit ones that once had a
 * 32-bit sister (x86, s390, POWER: __WORDSIZE_TIME64_COMPAT32); aarch64 and other young ones store
 * 64-bit times. Up to the time both are alike. */
enum {
    SHORT_RECORD = 384,
    LONG_RECORD = 400,
    TYPE = 0,
    PID = 4,
    LINE = 8,
    LINE_SIZE = 32,
    USER = 44,
    USER_SIZE = 32,
    HOST = 76,
    HOST_SIZE = 256,
    SHORT_TIME = 340,
    LONG_TIME = 344,
    LAST_TYPE = 9, /* ACCOUNTING */
    USER_PROCESS = 7
};

static int16_t get_16(const char *at)
{
    int16_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static int32_t get_32(const char *at)
{
    int32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static int64_t get_64(const char *at)
{
    int64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* 32-bit times are not negative: that makes them last until 2106. */
static int64_t seconds_of(const char *record, size_t size)
{
    return size == LONG_RECORD ? get_64(record + LONG_TIME)
                               : (int64_t)(uint32_t)get_32(record + SHORT_TIME);
}

static int64_t micros_of(const char *record, size_t size)
{
    int64_t micros =
        size == LONG_RECORD ? get_64(record + LONG_TIME + 8) : get_32(record + SHORT_TIME + 4);
    return micros >= 0 && micros < 1000000 ? micros : 0;
}

/* A record in use that makes sense when read with this size. */
static bool is_plausible(const char *record, size_t size)
{
    int16_t type = get_16(record + TYPE);
    int64_t seconds = seconds_of(record, size);
    return type > 0 && type <= LAST_TYPE && get_32(record + PID) >= 0 && seconds >= 0 &&
           seconds <= UINT32_MAX;
}

static size_t count_plausible(const char *data, size_t len, size_t size)
{
    size_t count = 0;
    for (size_t at = 0; len - at >= size; at += size)
        count += is_plausible(data + at, size);
    return count;
}

struct ps_utmp_reader ps_utmp_begin(const char *data, size_t len)
{
    bool is_long =
        count_plausible(data, len, LONG_RECORD) > count_plausible(data, len, SHORT_RECORD) ||
        len == LONG_RECORD;
    return (struct ps_utmp_reader){ps_cursor_of(data, len), is_long ? LONG_RECORD : SHORT_RECORD};
}

static struct ps_span text_at(const char *at, size_t size)
{
    return (struct ps_span){at, strnlen(at, size)};
}

bool ps_utmp_next(struct ps_utmp_reader *reader, struct ps_utmp *out)
{
    struct ps_cursor *c = &reader->at;
    while ((size_t)(c->end - c->at) >= reader->record) {
        const char *record = c->at;
        c->at += reader->record;
        if (get_16(record + TYPE) != USER_PROCESS)
            continue;
        out->pid = get_32(record + PID);
        out->line = text_at(record + LINE, LINE_SIZE);
        out->user = text_at(record + USER, USER_SIZE);
        out->host = text_at(record + HOST, HOST_SIZE);
        out->seconds = seconds_of(record, reader->record);
        out->micros = micros_of(record, reader->record);
        return true;
    }
    return false;
}
