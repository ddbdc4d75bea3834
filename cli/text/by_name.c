#include "by_name.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
    const struct named_item *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

bool by_name_open(struct by_name *out, const void *items, size_t len, size_t stride)
{
    out->len = 0;
    out->items = malloc((len ? len : 1) * sizeof *out->items);
    if (!out->items)
        return false;
    for (; out->len < len; out->len++) {
        const void *item = (const char *)items + out->len * stride;
        out->items[out->len] = (struct named_item){*(const char *const *)item, out->len};
    }
    qsort(out->items, len, sizeof *out->items, compare);
    return true;
}

void by_name_close(struct by_name *by_name)
{
    free(by_name->items);
    *by_name = (struct by_name){0};
}

size_t by_name_place(const struct by_name *by_name, const char *name)
{
    size_t low = 0, high = by_name->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(by_name->items[middle].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return by_name_is_at(by_name, low, name) ? low : by_name->len;
}

bool by_name_is_at(const struct by_name *by_name, size_t place, const char *name)
{
    return place < by_name->len && strcmp(by_name->items[place].name, name) == 0;
}

size_t by_name_first(const struct by_name *by_name, const char *name)
{
    size_t place = by_name_place(by_name, name);
    return place < by_name->len ? by_name->items[place].index : SIZE_MAX;
}
