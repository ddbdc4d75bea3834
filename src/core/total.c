#include "core/total.h"

#include "core/records.h"

static void add(const psutil_field *field, char *out, const char *item)
{
    if (field->type != PSUTIL_TYPE_INT)
        return;
    int64_t value = *(const int64_t *)(const void *)(item + field->offset);
    int64_t *sum = (int64_t *)(void *)(out + field->offset);
    if (value == PSUTIL_UNKNOWN)
        return;
    if (*sum == PSUTIL_UNKNOWN)
        *sum = value;
    else
        *sum = value > INT64_MAX - *sum ? INT64_MAX : *sum + value;
}

void ps_total(const psutil_record *record, void *out, const void *items, size_t len)
{
    ps_record_clear(record, out);
    for (size_t i = 0; i < len; i++)
        for (size_t f = 0; f < record->len; f++)
            add(&record->fields[f], out, (const char *)items + i * record->size);
}
