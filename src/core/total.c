#include "core/total.h"

#include "core/records.h"

static int64_t plus(int64_t sum, int64_t value)
{
    if (value == PSUTIL_UNKNOWN)
        return sum;
    if (sum == PSUTIL_UNKNOWN)
        return value;
    return value > INT64_MAX - sum ? INT64_MAX : sum + value;
}

/* `size` is that of an item, of which the first has the member here. */
static int64_t sum_of(const char *member, size_t size, size_t len)
{
    int64_t sum = PSUTIL_UNKNOWN;
    for (size_t i = 0; i < len; i++, member += size)
        sum = plus(sum, *(const int64_t *)(const void *)member);
    return sum;
}

void ps_total(const psutil_record *record, void *out, const void *items, size_t len)
{
    ps_record_clear(record, out);
    for (size_t f = 0; f < record->len; f++) {
        size_t offset = record->fields[f].offset;
        if (record->fields[f].type == PSUTIL_TYPE_INT)
            *(int64_t *)(void *)((char *)out + offset) =
                sum_of((const char *)items + offset, record->size, len);
    }
}
