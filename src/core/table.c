/* The table of all processes.
 *
 * A row holds only the fields that were asked for, and of those only what the platform knows,
 * packed one behind the other, so that a table of many processes stays small however many fields a
 * process could have. psutil_table_row() unpacks. Two generations take turns: a refresh fills the
 * spare one, and only a complete one is shown. */
#include "core/process.h"
#include "core/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A piece of psutil_process_info, and where it lies in a packed row. */
struct slot {
    size_t offset;
    size_t size;
    size_t packed;
    bool is_list;
};

#define SLOTS_MAX (sizeof(psutil_process_info) / sizeof(int64_t))

/* In front of each packed row. */
struct row_head {
    int64_t pid;
    uint64_t start; /* as in struct ps_ref */
};

struct generation {
    char *rows;
    size_t len;
    size_t capacity;
    struct ps_arena arena;
};

struct psutil_table {
    psutil *ctx;
    psutil_fields fields;
    struct slot slots[SLOTS_MAX];
    size_t slots_len;
    int8_t results[PSUTIL_FIELD_COUNT]; /* the fields whose results a row holds, as numbers */
    size_t results_len;
    size_t results_at;
    size_t moment_at; /* of struct ps_cpu_moment; only with cpu_percent */
    size_t row_size;
    psutil_process_info blank; /* what psutil_table_row() starts from: everything unknown */
    struct generation shown;
    struct generation spare;
    size_t matched; /* during a refresh: how far the shown rows were compared */
};

/* ---- What a row looks like --------------------------------------------------------------------
 */

static size_t value_size(const psutil_field *field)
{
    switch (field->type) {
    case PSUTIL_TYPE_INT:
    case PSUTIL_TYPE_BOOL:
    case PSUTIL_TYPE_ENUM:
        return sizeof(int64_t);
    case PSUTIL_TYPE_DOUBLE:
        return sizeof(double);
    case PSUTIL_TYPE_ADDRESS:
        return sizeof(psutil_addr);
    default:
        return sizeof(void *);
    }
}

static bool is_list(const psutil_field *field)
{
    return field->type == PSUTIL_TYPE_LIST || field->type == PSUTIL_TYPE_INTS ||
           field->type == PSUTIL_TYPE_STRINGS || field->type == PSUTIL_TYPE_VARIABLES;
}

static size_t reserve(psutil_table *table, size_t size)
{
    size_t at = table->row_size;
    table->row_size += (size + 7) & ~(size_t)7;
    return at;
}

/* Neighbours in both places become one piece. */
static void add_slot(psutil_table *table, size_t offset, size_t size, bool list)
{
    size_t packed = reserve(table, size);
    struct slot *last = table->slots_len > 0 ? &table->slots[table->slots_len - 1] : NULL;
    if (last && !list && !last->is_list && last->offset + last->size == offset &&
        last->packed + last->size == packed)
        last->size += size;
    else
        table->slots[table->slots_len++] = (struct slot){offset, size, packed, list};
}

/* Members of records that no field of this platform has stay unknown. */
static void add_record(psutil_table *table, const psutil_record *record, size_t offset)
{
    for (size_t i = 0; i < record->len; i++) {
        const psutil_field *field = &record->fields[i];
        if (field->platforms & ps_os_platform)
            add_slot(table, offset + field->offset, value_size(field), false);
    }
}

/* memory_full_info lies in members that have slots of their own. */
static void add_field(psutil_table *table, int index)
{
    const psutil_field *field = &ps_record_process.fields[index];
    if (index == PSUTIL_FIELD_MEMORY_FULL_INFO)
        return;
    if (index == PSUTIL_FIELD_MEMORY_INFO_EX)
        add_slot(table, field->offset, sizeof(psutil_pmem_ex), false);
    else if (field->type == PSUTIL_TYPE_RECORD)
        add_record(table, field->record, field->offset);
    else
        add_slot(table, field->offset, value_size(field), is_list(field));
}

static void lay_out(psutil_table *table)
{
    psutil_fields stored = table->fields | ps_fields_needed(table->fields);
    reserve(table, sizeof(struct row_head));
    if (table->fields & PSUTIL_FIELD(CPU_PERCENT))
        table->moment_at = reserve(table, sizeof(struct ps_cpu_moment));
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++)
        if (stored >> i & 1)
            table->results[table->results_len++] = (int8_t)i;
    table->results_at = reserve(table, table->results_len);
    for (size_t i = 0; i < table->results_len; i++)
        add_field(table, table->results[i]);
}

int psutil_table_open(psutil_table **out, psutil *ctx, psutil_fields fields)
{
    psutil_table *table = calloc(1, sizeof *table);
    if (!table)
        return ps_fail_memory(ctx);
    table->ctx = ctx;
    table->fields = (fields & PSUTIL_FIELDS_ALL) | PSUTIL_FIELD(PID);
    lay_out(table);
    ps_info_clear(&table->blank);
    *out = table;
    return 0;
}

/* ---- Generations of rows -----------------------------------------------------------------------
 */

static char *row_at(const psutil_table *table, const struct generation *generation, size_t index)
{
    return generation->rows + index * table->row_size;
}

static void free_lists(const psutil_table *table, char *row)
{
    for (size_t i = 0; i < table->slots_len; i++)
        if (table->slots[i].is_list)
            psutil_free(*(void **)(void *)(row + table->slots[i].packed));
}

static void empty(const psutil_table *table, struct generation *generation)
{
    for (size_t i = 0; i < generation->len; i++)
        free_lists(table, row_at(table, generation, i));
    generation->len = 0;
    ps_arena_reset(&generation->arena);
}

static void release(const psutil_table *table, struct generation *generation)
{
    empty(table, generation);
    ps_arena_free(&generation->arena);
    free(generation->rows);
}

void psutil_table_close(psutil_table *table)
{
    if (!table)
        return;
    release(table, &table->shown);
    release(table, &table->spare);
    free(table);
}

/* A quarter more each time: doubling would waste a table's size again. */
static bool make_room(const psutil_table *table, struct generation *generation)
{
    if (generation->len < generation->capacity)
        return true;
    size_t capacity = generation->capacity + generation->capacity / 4 + 64;
    char *rows = realloc(generation->rows, capacity * table->row_size);
    if (!rows)
        return false;
    generation->rows = rows;
    generation->capacity = capacity;
    return true;
}

/* ---- Refreshing --------------------------------------------------------------------------------
 */

/* The process's moment in the shown generation; both are in ascending order of pids. */
static struct ps_cpu_moment earlier_moment(psutil_table *table, const struct ps_ref *ref)
{
    const struct generation *shown = &table->shown;
    for (; table->matched < shown->len; table->matched++) {
        const char *row = row_at(table, shown, table->matched);
        const struct row_head *head = (const void *)row;
        if (head->pid > ref->pid)
            break;
        if (head->pid == ref->pid && head->start == ref->start)
            return *(const struct ps_cpu_moment *)(const void *)(row + table->moment_at);
    }
    return (struct ps_cpu_moment){.busy = NAN};
}

static void derive(psutil_table *table, psutil_process_info *info, const struct ps_ref *ref,
                   char *row)
{
    struct ps_cpu_moment moment = {.busy = NAN};
    if (table->moment_at != 0)
        moment = earlier_moment(table, ref);
    ps_fields_derive(table->ctx, info, table->fields, &moment);
    if (table->moment_at != 0)
        *(struct ps_cpu_moment *)(void *)(row + table->moment_at) = moment;
}

static void pack(const psutil_table *table, char *row, const psutil_process_info *info)
{
    for (size_t i = 0; i < table->results_len; i++)
        row[table->results_at + i] = (char)info->result[table->results[i]];
    for (size_t i = 0; i < table->slots_len; i++) {
        const struct slot *slot = &table->slots[i];
        memcpy(row + slot->packed, (const char *)info + slot->offset, slot->size);
    }
}

static int add_row(psutil_process_info *info, const struct ps_ref *ref, void *user)
{
    psutil_table *table = user;
    if (!make_room(table, &table->spare)) {
        ps_info_free_lists(info);
        return ps_fail_memory(table->ctx);
    }
    char *row = row_at(table, &table->spare, table->spare.len++);
    *(struct row_head *)(void *)row = (struct row_head){ref->pid, ref->start};
    derive(table, info, ref, row);
    pack(table, row, info);
    return 0;
}

int psutil_table_refresh(psutil_table *table)
{
    psutil_process_info info;
    struct ps_reading reading = {.info = &info,
                                 .arena = &table->spare.arena,
                                 .fields = ps_fields_needed(table->fields),
                                 .conn_kind = PSUTIL_KIND_INET};
    table->matched = 0;
    empty(table, &table->spare);
    int rc = ps_os_process_walk(table->ctx, &reading, add_row, table);
    if (rc != 0) {
        empty(table, &table->spare);
        return rc;
    }
    struct generation shown = table->spare;
    table->spare = table->shown;
    table->shown = shown;
    return 0;
}

size_t psutil_table_len(const psutil_table *table)
{
    return table->shown.len;
}

void psutil_table_row(psutil_process_info *out, const psutil_table *table, size_t index)
{
    const char *row = row_at(table, &table->shown, index);
    *out = table->blank;
    for (size_t i = 0; i < table->results_len; i++)
        out->result[table->results[i]] = (int8_t)row[table->results_at + i];
    for (size_t i = 0; i < table->slots_len; i++) {
        const struct slot *slot = &table->slots[i];
        memcpy((char *)out + slot->offset, row + slot->packed, slot->size);
    }
}

/* Only a row with the start time tells one owner of a pid from the next. */
static bool has_start(const psutil_table *table, const char *row)
{
    for (size_t i = 0; i < table->results_len; i++)
        if (table->results[i] == PSUTIL_FIELD_CREATE_TIME)
            return row[table->results_at + i] == 0;
    return false;
}

int psutil_table_process(psutil_process **out, const psutil_table *table, size_t index)
{
    const char *row = row_at(table, &table->shown, index);
    const struct row_head *head = (const void *)row;
    if (!has_start(table, row))
        return ps_fail(table->ctx, PSUTIL_EINVAL, "the row does not tell the process's start");
    struct ps_ref ref = {.pid = head->pid, .ppid = PSUTIL_UNKNOWN, .start = head->start};
    return ps_process_adopt(table->ctx, &ref, out);
}

bool psutil_table_is_process(const psutil_table *table, size_t index, const psutil_process *process)
{
    const char *row = row_at(table, &table->shown, index);
    const struct row_head *head = (const void *)row;
    return has_start(table, row) && process->ctx == table->ctx && process->ref.pid == head->pid &&
           process->ref.start == head->start;
}
