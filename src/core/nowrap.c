/* Counters that never go backwards: for each key (a disk, an interface) and each counter, the last
 * raw value, and the sum of what was lost each time it fell. What was seen of a key is kept when it
 * vanishes: a device that comes back goes on from there. */
#include "core/nowrap.h"

#include "core/context.h"

#include <stdlib.h>
#include <string.h>

struct counter {
    int64_t last; /* PSUTIL_UNKNOWN before the first value */
    int64_t lost;
};

/* One key. The key's string stands behind the counters, in the same block. */
struct entry {
    struct entry *next;
    const psutil_record *record;
    uint64_t hash;
    const char *key;
    struct counter counters[]; /* one for each field of the record */
};

struct psutil_nowrap {
    psutil *ctx;
    struct entry **buckets; /* as many as `mask` + 1 */
    size_t mask;
    size_t len;
};

enum { FIRST_BUCKETS = 64 };

int psutil_nowrap_open(psutil_nowrap **out, psutil *ctx)
{
    psutil_nowrap *nowrap = calloc(1, sizeof *nowrap);
    struct entry **buckets = calloc(FIRST_BUCKETS, sizeof *buckets);
    if (!nowrap || !buckets) {
        free(nowrap);
        free(buckets);
        return ps_fail_memory(ctx);
    }
    *nowrap = (psutil_nowrap){.ctx = ctx, .buckets = buckets, .mask = FIRST_BUCKETS - 1};
    *out = nowrap;
    return 0;
}

void psutil_nowrap_close(psutil_nowrap *nowrap)
{
    if (!nowrap)
        return;
    for (size_t i = 0; i <= nowrap->mask; i++)
        while (nowrap->buckets[i]) {
            struct entry *entry = nowrap->buckets[i];
            nowrap->buckets[i] = entry->next;
            free(entry);
        }
    free(nowrap->buckets);
    free(nowrap);
}

/* FNV-1a: keys are short. */
static uint64_t hash_of(const char *key)
{
    uint64_t hash = 14695981039346656037u;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 1099511628211u;
    return hash;
}

/* Doubles the buckets. Without memory the chains get longer, which is no failure. */
static void widen(psutil_nowrap *nowrap)
{
    size_t mask = nowrap->mask * 2 + 1;
    struct entry **buckets = calloc(mask + 1, sizeof *buckets);
    if (!buckets)
        return;
    for (size_t i = 0; i <= nowrap->mask; i++)
        while (nowrap->buckets[i]) {
            struct entry *entry = nowrap->buckets[i];
            nowrap->buckets[i] = entry->next;
            entry->next = buckets[entry->hash & mask];
            buckets[entry->hash & mask] = entry;
        }
    free(nowrap->buckets);
    nowrap->buckets = buckets;
    nowrap->mask = mask;
}

static struct entry *entry_new(const psutil_record *record, const char *key, uint64_t hash)
{
    size_t counters = record->len * sizeof(struct counter);
    size_t key_size = strlen(key) + 1;
    struct entry *entry = malloc(sizeof *entry + counters + key_size);
    if (!entry)
        return NULL;
    char *copy = (char *)entry + sizeof *entry + counters;
    memcpy(copy, key, key_size);
    *entry = (struct entry){.record = record, .hash = hash, .key = copy};
    for (size_t i = 0; i < record->len; i++)
        entry->counters[i] = (struct counter){.last = PSUTIL_UNKNOWN, .lost = 0};
    return entry;
}

/* What is remembered of a key, made when there is nothing yet; NULL without memory. */
static struct entry *entry_of(psutil_nowrap *nowrap, const psutil_record *record, const char *key)
{
    uint64_t hash = hash_of(key);
    struct entry *entry = nowrap->buckets[hash & nowrap->mask];
    for (; entry; entry = entry->next)
        if (entry->hash == hash && entry->record == record && strcmp(entry->key, key) == 0)
            return entry;
    entry = entry_new(record, key, hash);
    if (!entry)
        return NULL;
    if (nowrap->len++ > nowrap->mask)
        widen(nowrap);
    struct entry **bucket = &nowrap->buckets[hash & nowrap->mask];
    entry->next = *bucket;
    *bucket = entry;
    return entry;
}

static int64_t add(int64_t a, int64_t b)
{
    return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* What was lost is the value before the fall, whatever the width at which the counter wraps: the
 * width is not known, and a counter that restarted at zero looks the same. */
static void follow(struct counter *counter, int64_t *value)
{
    if (*value < 0) /* unknown */
        return;
    if (counter->last != PSUTIL_UNKNOWN && *value < counter->last)
        counter->lost = add(counter->lost, counter->last);
    counter->last = *value;
    *value = add(*value, counter->lost);
}

static int64_t *integer_at(const psutil_field *field, char *item)
{
    return field->type == PSUTIL_TYPE_INT ? (int64_t *)(void *)(item + field->offset) : NULL;
}

int ps_nowrap_apply(psutil_nowrap *nowrap, const psutil_record *record, void *items, size_t len)
{
    if (!nowrap)
        return 0;
    for (size_t i = 0; i < len; i++) {
        char *item = (char *)items + i * record->size;
        const char *key = *(const char *const *)(const void *)(item + record->key->offset);
        struct entry *entry = entry_of(nowrap, record, key ? key : "");
        if (!entry)
            return ps_fail_memory(nowrap->ctx);
        for (size_t f = 0; f < record->len; f++) {
            int64_t *value = integer_at(&record->fields[f], item);
            if (value)
                follow(&entry->counters[f], value);
        }
    }
    return 0;
}
