#include "core/nowrap.h"

#include "../test.h"
#include "core/records.h"

static psutil *ctx;
static psutil_nowrap *nowrap;

static int64_t feed(const char *name, int64_t value)
{
    psutil_sdiskio item;
    ps_record_clear(&ps_record_sdiskio, &item);
    item.name = name;
    item.read_bytes = value;
    CHECK_INT(ps_nowrap_apply(nowrap, &ps_record_sdiskio, &item, 1), 0);
    CHECK_INT(item.write_bytes, PSUTIL_UNKNOWN);
    return item.read_bytes;
}

static void begin(void)
{
    if (psutil_open(&ctx, NULL) != 0 || psutil_nowrap_open(&nowrap, ctx) != 0)
        abort();
}

static void end(void)
{
    psutil_nowrap_close(nowrap);
    psutil_close(ctx);
}

TEST(a_fall_adds_what_was_before) /* corner case 25 */
{
    begin();
    CHECK_INT(feed("sda", 100), 100);
    CHECK_INT(feed("sda", 150), 150);
    CHECK_INT(feed("sda", 20), 170);
    CHECK_INT(feed("sda", 30), 180);
    CHECK_INT(feed("sda", 10), 190);
    CHECK_INT(feed("sda", 10), 190);
    end();
}

TEST(a_wrap_at_32_bits_makes_no_spike) /* corner case 25 */
{
    begin();
    CHECK_INT(feed("sda", 4294967290), 4294967290);
    CHECK_INT(feed("sda", 4), 4294967294);
    end();
}

TEST(keys_are_apart)
{
    begin();
    CHECK_INT(feed("sda", 100), 100);
    CHECK_INT(feed("sdb", 50), 50);
    CHECK_INT(feed("sda", 10), 110);
    CHECK_INT(feed("sdb", 60), 60);
    end();
}

TEST(a_key_that_returns_goes_on) /* corner case 25 */
{
    begin();
    CHECK_INT(feed("sdb", 1000), 1000);
    CHECK_INT(feed("sda", 1), 1);
    CHECK_INT(feed("sdb", 5), 1005);
    CHECK_INT(feed("sda", 2), 2);
    CHECK_INT(feed("sdb", 2000), 3000);
    end();
}

TEST(the_key_is_copied)
{
    begin();
    char name[] = "sda";
    CHECK_INT(feed(name, 100), 100);
    name[2] = 'b';
    CHECK_INT(feed(name, 5), 5);
    CHECK_INT(feed("sda", 7), 107);
    end();
}

TEST(unknown_stays_unknown_and_forgets_nothing)
{
    begin();
    CHECK_INT(feed("sda", PSUTIL_UNKNOWN), PSUTIL_UNKNOWN);
    CHECK_INT(feed("sda", 100), 100);
    CHECK_INT(feed("sda", PSUTIL_UNKNOWN), PSUTIL_UNKNOWN);
    CHECK_INT(feed("sda", 10), 110);
    end();
}

TEST(sums_stop_at_the_largest_number)
{
    begin();
    CHECK_INT(feed("sda", INT64_MAX), INT64_MAX);
    CHECK_INT(feed("sda", 5), INT64_MAX);
    CHECK_INT(feed("sda", 1), INT64_MAX);
    end();
}

TEST(records_of_one_name_are_apart)
{
    begin();
    CHECK_INT(feed("x", 100), 100);
    psutil_snetio nic;
    ps_record_clear(&ps_record_snetio, &nic);
    nic.name = "x";
    nic.bytes_recv = 7;
    nic.bytes_sent = 7;
    nic.packets_sent = 7;
    CHECK_INT(ps_nowrap_apply(nowrap, &ps_record_snetio, &nic, 1), 0);
    CHECK_INT(nic.bytes_sent, 7);
    CHECK_INT(nic.packets_sent, 7);
    end();
}

TEST(thousands_of_keys)
{
    begin();
    char name[32];
    for (int round = 0; round < 3; round++)
        for (int i = 0; i < 5000; i++) {
            snprintf(name, sizeof name, "disk%d", i);
            CHECK_INT(feed(name, round == 1 ? i : i + 1), round == 0   ? i + 1
                                                          : round == 1 ? 2 * i + 1
                                                                       : 2 * i + 2);
        }
    end();
}

TEST(without_a_nowrap_nothing_changes)
{
    psutil_sdiskio item = {.name = "sda", .read_bytes = 5};
    CHECK_INT(ps_nowrap_apply(NULL, &ps_record_sdiskio, &item, 1), 0);
    CHECK_INT(item.read_bytes, 5);
    psutil_nowrap_close(NULL);
}

int main(void)
{
    return run_tests();
}
