/* Two readings of one process, and what was read in between. */
#ifndef BPF_COMPARE_H
#define BPF_COMPARE_H

#include "bpf.h"

static inline bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static inline bool same_words(const psutil_string_list *a, const psutil_string_list *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (strcmp(a->items[i], b->items[i]) != 0)
            return false;
    return true;
}

/* The place of a field in the record, and how long it is there. */
static inline size_t size_of(const psutil_field *field)
{
    if (field->type == PSUTIL_TYPE_RECORD)
        return field->record->len * sizeof(int64_t);
    return sizeof(int64_t);
}

static inline bool same_field(int index, const psutil_process_info *a, const psutil_process_info *b)
{
    const psutil_field *field = &psutil_record_find("process")->fields[index];
    if (a->result[index] != b->result[index])
        return false;
    if (a->result[index] != 0)
        return true;
    if (index == PSUTIL_FIELD_CMDLINE)
        return same_words(a->cmdline, b->cmdline);
    const char *x = (const char *)a + field->offset, *y = (const char *)b + field->offset;
    if (field->type == PSUTIL_TYPE_STRING)
        return same_text(*(const char *const *)(const void *)x,
                         *(const char *const *)(const void *)y);
    return memcmp(x, y, size_of(field)) == 0;
}

static inline void show(const char *what, int index, const psutil_process_info *info)
{
    const psutil_field *field = &psutil_record_find("process")->fields[index];
    const char *at = (const char *)info + field->offset;
    printf("#   %s: %d", what, info->result[index]);
    if (field->type == PSUTIL_TYPE_STRING)
        printf(" \"%s\"", *(const char *const *)(const void *)at);
    else if (index != PSUTIL_FIELD_CMDLINE)
        for (size_t i = 0; i < size_of(field) / sizeof(int64_t); i++)
            printf(" %lld/%g", (long long)((const int64_t *)(const void *)at)[i],
                   ((const double *)(const void *)at)[i]);
    printf("\n");
}

/* Whether the process did anything between two readings: then single fields may have been
 * something else in between. What another thread than the first does for less than a tick shows in
 * none of them: of several threads only those that stand still by this test's will are sure. */
static inline bool has_moved(const psutil_process_info *a, const psutil_process_info *b)
{
    static const int moving[] = {PSUTIL_FIELD_CPU_TIMES,   PSUTIL_FIELD_NUM_CTX_SWITCHES,
                                 PSUTIL_FIELD_PAGE_FAULTS, PSUTIL_FIELD_MEMORY_INFO,
                                 PSUTIL_FIELD_STATUS,      PSUTIL_FIELD_IO_COUNTERS,
                                 PSUTIL_FIELD_NUM_THREADS, PSUTIL_FIELD_CPU_NUM};
    for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
        if (!same_field(moving[i], a, b))
            return true;
    bool unsure = a->num_threads > 1 && a->ppid != getpid();
    return unsure || a->status == PSUTIL_STATUS_RUNNING;
}

static inline bool is_between(double low, double x, double high)
{
    return low <= x && x <= high;
}

static inline double busy(const psutil_process_info *info)
{
    return info->cpu_times.user + info->cpu_times.system;
}

/* Counters only grow. */
static inline void check_counters(const psutil_process_info *a, const psutil_process_info *x,
                                  const psutil_process_info *b)
{
#define BETWEEN(member) CHECK(is_between((double)a->member, (double)x->member, (double)b->member))
    /* Ticks that come in between may split the same time otherwise; both parts are whole ticks. */
    const double ticks = 0.021;
    CHECK(is_between(busy(a) - ticks, busy(x), busy(b) + ticks));
    BETWEEN(cpu_times.children_user);
    BETWEEN(cpu_times.children_system);
    BETWEEN(num_ctx_switches.voluntary);
    BETWEEN(num_ctx_switches.involuntary);
    BETWEEN(page_faults.minor);
    BETWEEN(page_faults.major);
    if (a->result[PSUTIL_FIELD_IO_COUNTERS] == 0 && b->result[PSUTIL_FIELD_IO_COUNTERS] == 0) {
        BETWEEN(io_counters.read_count);
        BETWEEN(io_counters.write_chars);
    }
#undef BETWEEN
}

/* `x` was read between `a` and `b`. */
static inline void check_row(const psutil_process_info *a, const psutil_process_info *x,
                             const psutil_process_info *b)
{
    int failures = test_failures;
    check_counters(a, x, b);
    for (int field = 0; field < PSUTIL_FIELD_COUNT && !has_moved(a, b); field++) {
        if (!(FIELDS >> field & 1) || !same_field(field, a, b) || same_field(field, a, x))
            continue;
        test_failures++;
        printf("# %s of %lld\n", psutil_record_find("process")->fields[field].name,
               (long long)x->pid);
        show("/proc", field, a);
        show("bpf", field, x);
    }
    if (test_failures != failures)
        printf("# process %lld, %s, status %lld\n", (long long)x->pid, x->name,
               (long long)x->status);
}

#endif
