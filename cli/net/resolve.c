#include "net/resolve.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
    const struct platform_name *a = left, *b = right;
    if (!a->ip != !b->ip)
        return !a->ip - !b->ip;
    if (a->ip)
        return strcmp(a->ip, b->ip);
    if (a->port != b->port)
        return a->port < b->port ? -1 : 1;
    return a->udp - b->udp;
}

static void add(struct resolve *resolve, const struct platform_name *name)
{
    if (resolve->len == resolve->capacity) {
        size_t capacity = resolve->capacity ? resolve->capacity * 2 : 64;
        struct platform_name *more = realloc(resolve->names, capacity * sizeof *more);
        if (!more) {
            resolve->failed = true;
            return;
        }
        resolve->names = more;
        resolve->capacity = capacity;
    }
    resolve->names[resolve->len++] = *name;
}

/* What repeats is dropped each time that there is twice as much. */
static void drop_repeated(struct resolve *resolve)
{
    size_t kept = 0;
    if (resolve->len > 1)
        qsort(resolve->names, resolve->len, sizeof *resolve->names, compare);
    for (size_t i = 0; i < resolve->len; i++)
        if (kept == 0 || compare(&resolve->names[kept - 1], &resolve->names[i]) != 0)
            resolve->names[kept++] = resolve->names[i];
    resolve->len = kept;
}

/* Addresses that stand for any have no name. */
static bool is_any(const char *ip)
{
    return strcmp(ip, "0.0.0.0") == 0 || strcmp(ip, "::") == 0;
}

void resolve_add(struct resolve *resolve, const psutil_addr *end, bool udp)
{
    if (!end->ip)
        return;
    if (resolve->len == resolve->capacity)
        drop_repeated(resolve);
    if (!is_any(end->ip))
        add(resolve, &(struct platform_name){.ip = end->ip});
    add(resolve, &(struct platform_name){.port = end->port, .udp = udp});
}

bool resolve_run(struct resolve *resolve, double seconds)
{
    drop_repeated(resolve);
    return !resolve->failed && platform_resolve(resolve->names, resolve->len, seconds);
}

static const char *find(const struct resolve *resolve, const struct platform_name *key)
{
    const struct platform_name *found = NULL;
    if (resolve->len > 0)
        found = bsearch(key, resolve->names, resolve->len, sizeof *key, compare);
    return found && *found->name ? found->name : NULL;
}

const char *resolve_host(const struct resolve *resolve, const psutil_addr *end)
{
    return find(resolve, &(struct platform_name){.ip = end->ip});
}

const char *resolve_service(const struct resolve *resolve, const psutil_addr *end, bool udp)
{
    return find(resolve, &(struct platform_name){.port = end->port, .udp = udp});
}

void resolve_free(struct resolve *resolve)
{
    free(resolve->names);
    *resolve = (struct resolve){0};
}
