#include "parse/cpulist.h"

void ps_cpuset_merge(struct ps_cpuset *set, const struct ps_cpuset *other)
{
    while (set->used < other->used)
        set->words[set->used++] = 0;
    for (size_t i = 0; i < other->used; i++)
        set->words[i] |= other->words[i];
}

size_t ps_cpuset_next(const struct ps_cpuset *set, size_t from)
{
    size_t i = from / 64;
    if (i >= set->used)
        return PS_CPU_MAX;
    uint64_t word = set->words[i] & UINT64_MAX << from % 64;
    while (word == 0 && ++i < set->used)
        word = set->words[i];
    return word == 0 ? PS_CPU_MAX : i * 64 + (size_t)__builtin_ctzll(word);
}

size_t ps_cpuset_count(const struct ps_cpuset *set)
{
    size_t count = 0;
    for (size_t i = 0; i < set->used; i++)
        for (uint64_t word = set->words[i]; word != 0; word &= word - 1)
            count++;
    return count;
}

static bool parse_range(struct ps_cursor *c, struct ps_cpuset *set)
{
    uint64_t first, last;
    if (!ps_cursor_u64(c, &first))
        return false;
    last = first;
    if (ps_cursor_accept(c, '-') && !ps_cursor_u64(c, &last))
        return false;
    if (last < first || last >= PS_CPU_MAX)
        return false;
    for (uint64_t cpu = first; cpu <= last; cpu++)
        ps_cpuset_add(set, (size_t)cpu);
    return true;
}

/* Commas in the kernel's lists, blanks in cpufreq's (show_cpus() in drivers/cpufreq/cpufreq.c). */
static bool at_separator(struct ps_cursor *c)
{
    struct ps_cursor before = *c;
    ps_cursor_skip_blanks(c);
    return ps_cursor_accept(c, ',') || c->at > before.at;
}

bool ps_parse_cpulist(const char *data, size_t len, struct ps_cpuset *set)
{
    struct ps_cursor c = ps_cursor_of_span(ps_span_trim((struct ps_span){data, len}));
    while (!ps_cursor_done(&c)) {
        if (!parse_range(&c, set))
            return false;
        if (!ps_cursor_done(&c) && !at_separator(&c))
            return false;
    }
    return true;
}
