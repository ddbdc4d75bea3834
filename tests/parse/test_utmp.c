#include "parse/utmp.h"

#include "../test.h"
#include "utmp_record.h"

#define LONG_NAME "0123456789abcdef0123456789abcdefgh"

static const struct utmp_fields records[] = {
    {2, 0, "~", "reboot", "6.1", 1700000000, 0},
    {7, 42, "pts/0", "alice", "10.0.0.1", 1700000001, 500000},
    {8, 43, "pts/1", "dead", "", 1700000002, 0},
    {7, 44, "", LONG_NAME, ":0", 4102444800, 0}, /* the year 2100 */
};
enum { COUNT = sizeof records / sizeof *records };

static char *make(size_t size, size_t *len)
{
    char *data = malloc(COUNT * size);
    for (size_t i = 0; i < COUNT; i++)
        utmp_record(data + i * size, size, records[i]);
    *len = COUNT * size;
    return data;
}

static void check_layout(size_t size)
{
    size_t len;
    char *data = make(size, &len);
    struct ps_utmp_reader reader = ps_utmp_begin(data, len);
    struct ps_utmp entry;
    CHECK_INT(reader.record, size);
    CHECK(ps_utmp_next(&reader, &entry));
    CHECK_INT(entry.pid, 42);
    CHECK(ps_span_equal(entry.user, "alice"));
    CHECK(ps_span_equal(entry.line, "pts/0"));
    CHECK(ps_span_equal(entry.host, "10.0.0.1"));
    CHECK_INT(entry.seconds, 1700000001);
    CHECK_INT(entry.micros, 500000);
    CHECK(ps_utmp_next(&reader, &entry));
    CHECK_INT(entry.user.len, 32);
    CHECK_INT(entry.line.len, 0);
    CHECK_INT(entry.seconds, 4102444800);
    CHECK(!ps_utmp_next(&reader, &entry));
    free(data);
}

TEST(reads_records_with_32_bit_times)
{
    check_layout(384);
}

TEST(reads_records_with_64_bit_times)
{
    check_layout(400);
}

TEST(survives_a_cut_at_every_byte) /* corner case 30 */
{
    size_t len;
    char *data = make(384, &len);
    for (size_t cut = 0; cut <= len; cut++) {
        char *copy = malloc(cut ? cut : 1);
        memcpy(copy, data, cut);
        struct ps_utmp_reader reader = ps_utmp_begin(copy, cut);
        struct ps_utmp entry;
        size_t found = 0;
        while (ps_utmp_next(&reader, &entry))
            found++;
        CHECK(found <= 2);
        if (cut >= 4 * 384)
            CHECK_INT(found, 2);
        free(copy);
    }
    free(data);
}

TEST(garbage_is_read_within_bounds) /* corner case 30 */
{
    char data[1000];
    memset(data, 7, sizeof data);
    struct ps_utmp_reader reader = ps_utmp_begin(data, sizeof data);
    struct ps_utmp entry;
    CHECK(!ps_utmp_next(&reader, &entry)); /* the type reads 0x0707 */
    data[0] = 7;
    data[1] = 0;
    reader = ps_utmp_begin(data, sizeof data);
    REQUIRE(ps_utmp_next(&reader, &entry));
    CHECK_INT(entry.user.len, 32);
    CHECK_INT(entry.host.len, 256);
}

int main(void)
{
    return run_tests();
}
