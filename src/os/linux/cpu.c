/* CPU times and counts from /proc/stat, load from /proc/loadavg. */
#include "core/records.h"
#include "os/linux/bpf/lane.h"
#include "os/linux/linux.h"
#include "parse/loadavg.h"
#include "parse/stat.h"

#include <math.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

/* ---- Times ------------------------------------------------------------------------------------
 */

static double seconds(const struct ps_stat_cpu *cpu, enum ps_stat_column column, int64_t ticks)
{
    int64_t value = cpu->ticks[column];
    return value == PSUTIL_UNKNOWN ? NAN : (double)value / (double)ticks;
}

static psutil_scputimes times_of(const struct ps_stat_cpu *cpu, int64_t ticks)
{
    return (psutil_scputimes){.user = seconds(cpu, PS_STAT_USER, ticks),
                              .nice = seconds(cpu, PS_STAT_NICE, ticks),
                              .system = seconds(cpu, PS_STAT_SYSTEM, ticks),
                              .idle = seconds(cpu, PS_STAT_IDLE, ticks),
                              .iowait = seconds(cpu, PS_STAT_IOWAIT, ticks),
                              .irq = seconds(cpu, PS_STAT_IRQ, ticks),
                              .softirq = seconds(cpu, PS_STAT_SOFTIRQ, ticks),
                              .steal = seconds(cpu, PS_STAT_STEAL, ticks),
                              .guest = seconds(cpu, PS_STAT_GUEST, ticks),
                              .guest_nice = seconds(cpu, PS_STAT_GUEST_NICE, ticks),
                              .interrupt = NAN,
                              .dpc = NAN};
}

struct row {
    int64_t number;
    psutil_scputimes times;
};

/* What the cpu lines say: of all together, and of each where that is wanted. */
struct rows {
    bool has_total, sorted;
    psutil_scputimes total;
    struct row *items;
    size_t len;
};

static size_t count_rows(const struct ps_text *text)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_span line;
    size_t count = 0;
    while (ps_cursor_line(&c, &line))
        count += ps_span_starts(line, "cpu");
    return count;
}

static int by_number(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static void take_total(struct rows *rows, const struct ps_stat_cpu *cpu, int64_t ticks)
{
    if (!rows->has_total)
        rows->total = times_of(cpu, ticks);
    rows->has_total = true;
}

/* The kernel goes through the CPUs in order; others that write such a file may not. */
static void take_row(struct rows *rows, const struct ps_stat_cpu *cpu, int64_t ticks)
{
    struct row *row = &rows->items[rows->len++];
    *row = (struct row){cpu->number, times_of(cpu, ticks)};
    rows->sorted = rows->sorted && (rows->len == 1 || row[-1].number < row->number);
}

static void read_total(const struct ps_text *text, int64_t ticks, struct rows *rows)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_stat_cpu cpu;
    while (!rows->has_total && ps_stat_next_cpu(&c, &cpu))
        if (cpu.number == PS_STAT_ALL_CPUS)
            take_total(rows, &cpu, ticks);
}

static bool read_rows(const struct ps_text *text, int64_t ticks, struct rows *rows)
{
    struct ps_cursor c = ps_cursor_of_lines(text->data, text->len);
    struct ps_stat_cpu cpu;
    rows->items = malloc((count_rows(text) + 1) * sizeof *rows->items);
    if (!rows->items)
        return false;
    rows->sorted = true;
    while (ps_stat_next_cpu(&c, &cpu))
        if (cpu.number == PS_STAT_ALL_CPUS)
            take_total(rows, &cpu, ticks);
        else
            take_row(rows, &cpu, ticks);
    if (!rows->sorted)
        qsort(rows->items, rows->len, sizeof *rows->items, by_number);
    return true;
}

static psutil_scputimes_list *times_list(const struct rows *rows)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_scputimes);
    for (size_t i = 0; i < rows->len; i++) {
        psutil_scputimes *item = ps_list_add(&list);
        if (item)
            *item = rows->items[i].times;
    }
    return ps_list_finish(&list);
}

static psutil_int_list *numbers_list(const struct rows *rows)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_int);
    for (size_t i = 0; i < rows->len; i++) {
        int64_t *item = ps_list_add(&list);
        if (item)
            *item = rows->items[i].number;
    }
    return ps_list_finish(&list);
}

static int make_lists(psutil *ctx, const struct rows *rows, psutil_scputimes_list **percpu,
                      psutil_int_list **numbers)
{
    psutil_scputimes_list *times = percpu ? times_list(rows) : NULL;
    psutil_int_list *ids = numbers ? numbers_list(rows) : NULL;
    if ((percpu && !times) || (numbers && !ids)) {
        psutil_free(times);
        psutil_free(ids);
        return ps_fail_memory(ctx);
    }
    if (percpu)
        *percpu = times;
    if (numbers)
        *numbers = ids;
    return 0;
}

static int parse_times(psutil *ctx, const struct ps_text *text, bool each, struct rows *rows)
{
    struct ps_dir proc = ps_proc(ctx);
    int64_t ticks = ps_linux_of(ctx)->ticks;
    if (!each)
        read_total(text, ticks, rows);
    else if (!read_rows(text, ticks, rows))
        return ps_fail_memory(ctx);
    return rows->has_total ? 0 : ps_fail_data(ctx, &proc, "stat");
}

/* Of the lines that the fast lane tells, the one about all CPUs first. */
static bool take_lines(const struct ps_stat_cpu *lines, size_t len, int64_t ticks, bool each,
                       struct rows *rows)
{
    take_total(rows, &lines[0], ticks);
    rows->items = each ? malloc(len * sizeof *rows->items) : NULL;
    for (size_t i = 1; i < len && rows->items; i++)
        take_row(rows, &lines[i], ticks);
    return !each || rows->items;
}

/* 1: the fast lane does not tell. */
static int ask_lane(psutil *ctx, psutil_scputimes *total, psutil_scputimes_list **percpu,
                    psutil_int_list **numbers)
{
    struct ps_stat_cpu lines[PS_LANE_CPUS_MAX + 1];
    size_t len = ps_lane_cpu_times(ctx, lines);
    struct rows rows = {.items = NULL};
    bool each = percpu || numbers;
    if (len == 0)
        return 1;
    int rc = take_lines(lines, len, ps_linux_of(ctx)->ticks, each, &rows) ? 0 : ps_fail_memory(ctx);
    if (rc == 0 && each)
        rc = make_lists(ctx, &rows, percpu, numbers);
    if (rc == 0)
        *total = rows.total;
    free(rows.items);
    return rc;
}

/* The line of interrupts behind the CPUs is tens of kilobytes on a big machine: not even copied. */
static int ask_file(psutil *ctx, psutil_scputimes *total, psutil_scputimes_list **percpu,
                    psutil_int_list **numbers)
{
    struct ps_text text;
    struct ps_dir proc = ps_proc(ctx);
    struct rows rows = {.items = NULL};
    bool each = percpu || numbers;
    ps_text_init(&text);
    int rc =
        ps_text_read_until(ctx, &text, &proc, "stat", each ? ps_stat_has_cpus : ps_stat_has_total);
    if (rc == 0)
        rc = parse_times(ctx, &text, each, &rows);
    if (rc == 0 && each)
        rc = make_lists(ctx, &rows, percpu, numbers);
    if (rc == 0)
        *total = rows.total;
    free(rows.items);
    ps_text_free(&text);
    return rc;
}

int ps_os_cpu_times(psutil *ctx, psutil_scputimes *total, psutil_scputimes_list **percpu,
                    psutil_int_list **numbers)
{
    int rc = ask_lane(ctx, total, percpu, numbers);
    return rc == 1 ? ask_file(ctx, total, percpu, numbers) : rc;
}

/* ---- Counts and load --------------------------------------------------------------------------
 */

static bool known(int64_t value)
{
    return value != PSUTIL_UNKNOWN;
}

int ps_os_cpu_stats(psutil *ctx, psutil_scpustats *out)
{
    struct ps_text text;
    struct ps_stat_counts counts;
    struct ps_dir proc = ps_proc(ctx);
    ps_text_init(&text);
    int rc = ps_text_read_until(ctx, &text, &proc, "stat", ps_stat_has_counts);
    if (rc == 0)
        ps_parse_stat_counts(text.data, text.len, &counts);
    ps_text_free(&text);
    if (rc != 0)
        return rc;
    if (!known(counts.ctxt) && !known(counts.intr) && !known(counts.softirq))
        return ps_fail_data(ctx, &proc, "stat");
    ps_record_clear(&ps_record_scpustats, out);
    out->ctx_switches = counts.ctxt;
    out->interrupts = counts.intr;
    out->soft_interrupts = counts.softirq;
    return 0;
}

/* A tenth of the file's cost. The kernel gives the same numbers, with sixteen binary digits. */
static bool live_loadavg(double out[3])
{
    struct sysinfo info;
    if (sysinfo(&info) != 0)
        return false;
    for (size_t i = 0; i < 3; i++)
        out[i] = (double)info.loads[i] / (1 << SI_LOAD_SHIFT);
    return true;
}

int ps_os_loadavg(psutil *ctx, double out[3])
{
    if (ps_linux_of(ctx)->live && live_loadavg(out))
        return 0;
    char buffer[256];
    size_t len;
    struct ps_dir proc = ps_proc(ctx);
    int rc = ps_read_once(ctx, &proc, "loadavg", buffer, sizeof buffer, &len);
    if (rc == 0 && !ps_parse_loadavg(buffer, len, out))
        rc = ps_fail_data(ctx, &proc, "loadavg");
    return rc;
}
