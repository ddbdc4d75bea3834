#include "cpus.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* More CPUs than any machine has: a list must not become as large as somebody can write. */
enum { CPU_MAX = 65535 };

struct range {
    long first, last, step;
};

static bool read_number(long *out, const char **at)
{
    char *end;
    if (!isdigit((unsigned char)**at))
        return false;
    *out = strtol(*at, &end, 10);
    *at = end;
    return *out <= CPU_MAX;
}

static bool read_range(struct range *out, const char **at)
{
    out->step = 1;
    if (!read_number(&out->first, at))
        return false;
    out->last = out->first;
    if (**at == '-') {
        ++*at;
        if (!read_number(&out->last, at) || out->last < out->first)
            return false;
        if (**at == ':') {
            ++*at;
            if (!read_number(&out->step, at) || out->step == 0)
                return false;
        }
    }
    return **at == '\0' || **at == ',';
}

/* Each CPU once. */
static bool read_set(bool set[CPU_MAX + 1], const char *text)
{
    for (const char *at = text;; at++) {
        struct range range;
        if (!read_range(&range, &at))
            return false;
        for (long cpu = range.first; cpu <= range.last; cpu += range.step)
            set[cpu] = true;
        if (!*at)
            return true;
    }
}

static bool take_set(int64_t **out, size_t *len, const bool set[CPU_MAX + 1])
{
    size_t count = 0;
    for (long cpu = 0; cpu <= CPU_MAX; cpu++)
        count += set[cpu];
    *out = malloc(count * sizeof **out);
    *len = 0;
    for (long cpu = 0; *out && cpu <= CPU_MAX; cpu++)
        if (set[cpu])
            (*out)[(*len)++] = cpu;
    return *out != NULL;
}

bool cpus_read(int64_t **out, size_t *len, const char *text)
{
    *out = NULL;
    *len = 0;
    if (strcmp(text, "all") == 0)
        return true;
    bool *set = calloc(CPU_MAX + 1, sizeof *set);
    bool okay = set && read_set(set, text) && take_set(out, len, set);
    free(set);
    return okay;
}

void cpus_write(struct buffer *out, const int64_t *cpus, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        size_t last = i;
        while (last + 1 < len && cpus[last + 1] == cpus[last] + 1)
            last++;
        buffer_addf(out, "%s%" PRId64, i > 0 ? "," : "", cpus[i]);
        if (last > i)
            buffer_addf(out, "-%" PRId64, cpus[last]);
        i = last;
    }
}
