/* The table of all processes.
 *
 * A row holds only the fields that were asked for, packed one behind the other, so that a table of
 * many processes stays small however many fields a process could have. psutil_table_row() unpacks.
 * Two generations take turns: a refresh fills the spare one, and only a complete one is shown. */
#include "core/process.h"
#include "core/records.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Where a field lies in psutil_process_info and in a packed row. */
struct slot {
    int field;
    size_t offset;
    size_t size;
    size_t packed;
    bool is_list;
};

/* In front of each packed row. */
struct row_head {
    struct ps_ref ref;
    struct ps_cpu_moment moment;
    int8_t result[PSUTIL_FIELD_COUNT];
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
    struct slot slots[PSUTIL_FIELD_COUNT];
    size_t slots_len;
    size_t row_size;
    psutil_process_info blank; /* what psutil_table_row() starts from: everything unknown */
    struct generation shown;
    struct generation spare;
    size_t matched; /* during a refresh: how far the shown rows were compared */
};

static size_t field_size(const psutil_field *field)
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
    case PSUTIL_TYPE_RECORD:
        return field->record->size;
    default:
        return sizeof(void *);
    }
}

static bool is_list(const psutil_field *field)
{
    return field->type == PSUTIL_TYPE_LIST || field->type == PSUTIL_TYPE_INTS ||
           field->type == PSUTIL_TYPE_STRINGS || field->type == PSUTIL_TYPE_VARIABLES;
}

/* memory_full_info lies in members that have slots of their own. */
static size_t slot_size(int index, const psutil_field *field)
{
    if (index == PSUTIL_FIELD_MEMORY_FULL_INFO)
        return 0;
    if (index == PSUTIL_FIELD_MEMORY_INFO_EX)
        return sizeof(psutil_pmem_ex);
    return field_size(field);
}

static void lay_out(psutil_table *table)
{
    psutil_fields stored = table->fields | ps_fields_needed(table->fields);
    size_t at = (sizeof(struct row_head) + 7) & ~(size_t)7;
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++) {
        if (!(stored >> i & 1))
            continue;
        const psutil_field *field = &ps_record_process.fields[i];
        size_t size = slot_size(i, field);
        table->slots[table->slots_len++] =
            (struct slot){i, field->offset, size, at, is_list(field)};
        at += (size + 7) & ~(size_t)7;
    }
    table->row_size = at;
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

/* The process's moment in the shown generation; both are in ascending order of pids. */
static struct ps_cpu_moment earlier_moment(psutil_table *table, const struct ps_ref *ref)
{
    const struct generation *shown = &table->shown;
    for (; table->matched < shown->len; table->matched++) {
        const struct row_head *head = (void *)row_at(table, shown, table->matched);
        if (head->ref.pid > ref->pid)
            break;
        if (head->ref.pid == ref->pid && head->ref.start == ref->start)
            return head->moment;
    }
    return (struct ps_cpu_moment){.busy = NAN};
}

static void pack(const psutil_table *table, char *row, const psutil_process_info *info)
{
    for (size_t i = 0; i < table->slots_len; i++) {
        const struct slot *slot = &table->slots[i];
        if (slot->size > 0)
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
    struct row_head *head = (void *)row_at(table, &table->spare, table->spare.len++);
    head->ref = *ref;
    head->moment = earlier_moment(table, ref);
    ps_fields_derive(table->ctx, info, table->fields, &head->moment);
    memcpy(head->result, info->result, sizeof head->result);
    pack(table, (char *)head, info);
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
    const struct row_head *head = (const void *)row;
    *out = table->blank;
    memcpy(out->result, head->result, sizeof out->result);
    for (size_t i = 0; i < table->slots_len; i++) {
        const struct slot *slot = &table->slots[i];
        if (slot->size > 0)
            memcpy((char *)out + slot->offset, row + slot->packed, slot->size);
    }
}

/* Only a row with the start time tells one owner of a pid from the next. */
static const struct ps_ref *identity_of(const psutil_table *table, size_t index)
{
    const struct row_head *head = (const void *)row_at(table, &table->shown, index);
    return head->result[PSUTIL_FIELD_CREATE_TIME] == 0 ? &head->ref : NULL;
}

int psutil_table_process(psutil_process **out, const psutil_table *table, size_t index)
{
    const struct ps_ref *identity = identity_of(table, index);
    if (!identity)
        return ps_fail(table->ctx, PSUTIL_EINVAL, "the row does not tell the process's start");
    struct ps_ref ref = *identity;
    return ps_process_adopt(table->ctx, &ref, out);
}

bool psutil_table_is_process(const psutil_table *table, size_t index, const psutil_process *process)
{
    const struct ps_ref *identity = identity_of(table, index);
    return identity && process->ctx == table->ctx && process->ref.pid == identity->pid &&
           process->ref.start == identity->start;
}
