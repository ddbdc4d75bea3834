#include "core/records.h"

#include "../test.h"

#include <psutil.h>

static size_t size_of(const psutil_field *field)
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
        return ps_record_is_composite(field->record) ? 0 : field->record->size;
    default:
        return sizeof(void *);
    }
}

static void check_field(const psutil_record *record, const psutil_field *field)
{
    bool nested = field->type == PSUTIL_TYPE_RECORD || field->type == PSUTIL_TYPE_LIST;
    int before = test_failures;
    CHECK(field->name && field->name[0]);
    CHECK(field->doc && field->doc[0] && !strchr(field->doc, '\n'));
    CHECK(field->platforms != 0 && (field->platforms & ~PSUTIL_ON_ALL) == 0);
    CHECK(field->offset + size_of(field) <= record->size);
    CHECK((field->record != NULL) == nested);
    CHECK((field->values != NULL) == (field->type == PSUTIL_TYPE_ENUM));
    if (test_failures > before)
        printf("# in %s.%s\n", record->name, field->name);
}

static bool overlap(const psutil_field *a, const psutil_field *b)
{
    return a->offset < b->offset + size_of(b) && b->offset < a->offset + size_of(a);
}

static void check_pair(const psutil_record *record, const psutil_field *a, const psutil_field *b)
{
    bool good = strcmp(a->name, b->name) != 0 && !overlap(a, b);
    CHECK(good);
    if (!good)
        printf("# in %s: %s and %s\n", record->name, a->name, b->name);
}

static void check_record(const psutil_record *record)
{
    CHECK(record->name && record->name[0]);
    CHECK(record->doc && record->doc[0]);
    CHECK(record->len > 0);
    for (size_t i = 0; i < record->len; i++) {
        check_field(record, &record->fields[i]);
        for (size_t j = 0; j < i; j++)
            check_pair(record, &record->fields[i], &record->fields[j]);
        if (record->key)
            check_pair(record, &record->fields[i], record->key);
        CHECK(ps_record_field(record, record->fields[i].name) == &record->fields[i]);
    }
    if (record->key)
        check_field(record, record->key);
    CHECK(ps_record_field(record, "no such field") == NULL);
}

TEST(descriptions_fit_their_structs)
{
    size_t len;
    const psutil_record *const *all = psutil_records(&len);
    CHECK(len > 30);
    for (size_t i = 0; i < len; i++)
        check_record(all[i]);
}

TEST(names_are_found_and_unique)
{
    size_t len;
    const psutil_record *const *all = psutil_records(&len);
    for (size_t i = 0; i < len; i++)
        CHECK(psutil_record_find(all[i]->name) == all[i]);
    CHECK(psutil_record_find("no such record") == NULL);
    CHECK(psutil_record_find("") == NULL);
}

/* Records that describe a struct in full leave no member out: the sizes add up. */
TEST(no_member_is_forgotten)
{
    size_t len;
    const psutil_record *const *all = psutil_records(&len);
    for (size_t i = 0; i < len; i++) {
        const psutil_record *r = all[i];
        size_t sum = r->key ? size_of(r->key) : 0;
        for (size_t f = 0; f < r->len; f++)
            sum += size_of(&r->fields[f]);
        bool partial = ps_record_is_composite(r) || r == &ps_record_process ||
                       r == &ps_record_pmmap_grouped || r == &ps_record_pconn;
        CHECK(sum <= r->size);
        CHECK(partial || sum == r->size);
        if (!partial && sum != r->size)
            printf("# in %s\n", r->name);
    }
}

TEST(process_fields_stand_in_the_order_of_the_enumeration)
{
    CHECK_INT(ps_record_process.len, PSUTIL_FIELD_COUNT);
    for (size_t i = 0; i < ps_record_process.len; i++)
        CHECK_INT(psutil_process_field_find(ps_record_process.fields[i].name), i);
    CHECK_STRING(ps_record_process.fields[PSUTIL_FIELD_PID].name, "pid");
    CHECK_STRING(ps_record_process.fields[PSUTIL_FIELD_CPU_TIMES].name, "cpu_times");
    CHECK_STRING(ps_record_process.fields[PSUTIL_FIELD_MEMORY_INFO].name, "memory_info");
    CHECK_STRING(ps_record_process.fields[PSUTIL_FIELD_NET_CONNECTIONS].name, "net_connections");
    CHECK_INT(psutil_process_field_find("no such field"), -1);
}

static bool is_unknown(const psutil_field *field, const char *item)
{
    const void *member = item + field->offset;
    switch (field->type) {
    case PSUTIL_TYPE_INT:
    case PSUTIL_TYPE_BOOL:
    case PSUTIL_TYPE_ENUM:
        return *(const int64_t *)member == PSUTIL_UNKNOWN;
    case PSUTIL_TYPE_DOUBLE:
        return isnan(*(const double *)member);
    case PSUTIL_TYPE_ADDRESS:
        return !((const psutil_addr *)member)->ip && !((const psutil_addr *)member)->path &&
               ((const psutil_addr *)member)->port == PSUTIL_UNKNOWN;
    case PSUTIL_TYPE_RECORD:
        for (size_t i = 0; i < field->record->len; i++)
            if (!is_unknown(&field->record->fields[i],
                            ps_record_is_composite(field->record) ? item : member))
                return false;
        return true;
    default:
        return *(void *const *)member == NULL;
    }
}

TEST(clearing_makes_everything_unknown)
{
    size_t len;
    const psutil_record *const *all = psutil_records(&len);
    for (size_t i = 0; i < len; i++) {
        char *item = malloc(all[i]->size);
        REQUIRE(item);
        memset(item, 0x55, all[i]->size);
        ps_record_clear(all[i], item);
        for (size_t f = 0; f < all[i]->len; f++)
            CHECK(is_unknown(&all[i]->fields[f], item));
        CHECK(!all[i]->key || is_unknown(all[i]->key, item));
        free(item);
    }
}

/* ---- Enumerations ---------------------------------------------------------------------------- */

static void check_values(const psutil_enum_value *values, int64_t first, int64_t last)
{
    for (const psutil_enum_value *v = values; v->name; v++) {
        CHECK(v->name[0] != '\0');
        CHECK_STRING(psutil_enum_name(values, v->value), v->name);
        for (const psutil_enum_value *w = values; w < v; w++)
            CHECK(w->value != v->value && strcmp(w->name, v->name) != 0);
    }
    for (int64_t value = first; value <= last; value++)
        CHECK(psutil_enum_name(values, value) != NULL);
    CHECK(psutil_enum_name(values, PSUTIL_UNKNOWN) == NULL);
    CHECK(psutil_enum_name(values, 1000) == NULL);
}

TEST(every_value_has_a_name)
{
    check_values(ps_enum_status, PSUTIL_STATUS_RUNNING, PSUTIL_STATUS_SUSPENDED);
    check_values(ps_enum_conn_status, PSUTIL_CONN_ESTABLISHED, PSUTIL_CONN_BOUND);
    check_values(ps_enum_ioprio_class, PSUTIL_IOPRIO_CLASS_NONE, PSUTIL_IOPRIO_CLASS_IDLE);
    check_values(ps_enum_rlimit, PSUTIL_RLIMIT_CPU, PSUTIL_RLIMIT_RTTIME);
    check_values(ps_enum_nic_duplex, PSUTIL_NIC_DUPLEX_UNKNOWN, PSUTIL_NIC_DUPLEX_FULL);
    check_values(ps_enum_family, PSUTIL_AF_UNIX, PSUTIL_AF_INET);
    check_values(ps_enum_socket_type, PSUTIL_SOCK_STREAM, PSUTIL_SOCK_RAW);
    CHECK_STRING(psutil_enum_name(ps_enum_family, PSUTIL_AF_INET6), "AF_INET6");
    CHECK_STRING(psutil_enum_name(ps_enum_family, PSUTIL_AF_LINK),
                 psutil_platform() == PSUTIL_ON_LINUX ? "AF_PACKET" : "AF_LINK");
    CHECK_STRING(psutil_enum_name(ps_enum_socket_type, PSUTIL_SOCK_SEQPACKET), "SOCK_SEQPACKET");
    CHECK_STRING(psutil_enum_name(ps_enum_status, PSUTIL_STATUS_DISK_SLEEP), "disk-sleep");
}

int main(void)
{
    return run_tests();
}
