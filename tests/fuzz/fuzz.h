/* What the fuzz targets share. A target defines LLVMFuzzerTestOneInput() and fails by abort():
 * built for libFuzzer (`make fuzz`) that is driven by it, and built with replay.c (`make test`) by
 * the corpus that lies beside it. */
#ifndef FUZZ_H
#define FUZZ_H

#include "parse/cursor.h"

#include <math.h>
#include <psutil.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A copy in memory of exactly its size, so that the sanitizer sees each byte read beyond. */
static inline char *fuzz_copy(const uint8_t *bytes, size_t size)
{
    char *copy = malloc(size ? size : 1);
    if (!copy)
        abort();
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

static inline void fuzz_need(bool condition)
{
    if (!condition)
        abort();
}

/* A span lies within the input, or is empty. */
static inline void fuzz_inside(struct ps_span span, const char *data, size_t size)
{
    if (span.len == 0)
        return;
    fuzz_need(span.data >= data && span.data < data + size);
    fuzz_need(span.len <= (size_t)(data + size - span.data));
}

/* Counts are never negative. */
static inline void fuzz_count(int64_t value)
{
    fuzz_need(value >= 0 || value == PSUTIL_UNKNOWN);
}

static inline void fuzz_counts(const int64_t *values, size_t len)
{
    for (size_t i = 0; i < len; i++)
        fuzz_count(values[i]);
}

/* A walk that does not move would never end. */
static inline void fuzz_moves(const struct ps_cursor *cursor, const char **at)
{
    fuzz_need(cursor->at > *at && cursor->at <= cursor->end);
    *at = cursor->at;
}

#endif
