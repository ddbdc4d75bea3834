#include "core/list.h"

#include "../test.h"
#include "core/records.h"

#include <psutil.h>
#include <stdalign.h>

TEST(an_empty_list)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_sdiskpart);
    psutil_sdiskpart_list *made = ps_list_finish(&list);
    REQUIRE(made);
    CHECK_INT(made->len, 0);
    psutil_free(made);
}

TEST(new_items_are_unknown)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_sdiskio);
    REQUIRE(ps_list_add(&list));
    psutil_sdiskio_list *made = ps_list_finish(&list);
    REQUIRE(made && made->len == 1);
    CHECK(made->items[0].name == NULL);
    CHECK_INT(made->items[0].read_bytes, PSUTIL_UNKNOWN);
    psutil_free(made);
}

static void add_part(struct ps_list *list, size_t i)
{
    char text[32];
    int len = snprintf(text, sizeof text, "/dev/disk%zu", i);
    psutil_sdiskpart *part = ps_list_add(list);
    REQUIRE(part);
    part->device = ps_list_string(list, text, (size_t)len);
    part->mountpoint = ps_list_string(list, "", 0);
    CHECK_STRING(ps_list_peek(list, part->device), text);
    CHECK(ps_list_peek(list, part->opts) == NULL);
}

TEST(items_and_strings_survive_growth)
{
    enum { COUNT = 5000 };
    struct ps_list list;
    ps_list_init(&list, &ps_record_sdiskpart);
    for (size_t i = 0; i < COUNT; i++)
        add_part(&list, i);
    psutil_sdiskpart_list *made = ps_list_finish(&list);
    REQUIRE(made && made->len == COUNT);
    CHECK_INT((uintptr_t)made->items % alignof(max_align_t), 0);
    for (size_t i = 0; i < COUNT; i++) {
        char text[32];
        snprintf(text, sizeof text, "/dev/disk%zu", i);
        REQUIRE(strcmp(made->items[i].device, text) == 0);
        REQUIRE(strcmp(made->items[i].mountpoint, "") == 0);
        REQUIRE(made->items[i].fstype == NULL);
    }
    psutil_free(made);
}

/* One block: everything that the list points to lies in it. */
TEST(a_list_is_one_allocation)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_sdiskpart);
    add_part(&list, 1);
    add_part(&list, 2);
    psutil_sdiskpart_list *made = ps_list_finish(&list);
    REQUIRE(made);
    const char *block = (const char *)made, *end = block + 1024;
    CHECK((const char *)made->items > block && (const char *)made->items < end);
    CHECK(made->items[1].device > (const char *)(made->items + 2) && made->items[1].device < end);
    psutil_free(made);
}

TEST(strings_of_addresses_and_keys)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_sconn);
    psutil_sconn *conn = ps_list_add(&list);
    REQUIRE(conn);
    conn->laddr.ip = ps_list_string(&list, "127.0.0.1", 9);
    conn->laddr.port = 80;
    conn->raddr.path = ps_list_string(&list, "/run/x", 6);
    psutil_sconn_list *conns = ps_list_finish(&list);
    REQUIRE(conns);
    CHECK_STRING(conns->items[0].laddr.ip, "127.0.0.1");
    CHECK(conns->items[0].laddr.path == NULL);
    CHECK_STRING(conns->items[0].raddr.path, "/run/x");
    CHECK_INT(conns->items[0].raddr.port, PSUTIL_UNKNOWN);
    psutil_free(conns);
    ps_list_init(&list, &ps_record_snetio);
    psutil_snetio *nic = ps_list_add(&list);
    REQUIRE(nic);
    nic->name = ps_list_string(&list, "eth0", 4);
    psutil_snetio_list *nics = ps_list_finish(&list);
    REQUIRE(nics);
    CHECK_STRING(nics->items[0].name, "eth0");
    psutil_free(nics);
}

TEST(plain_values)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_string);
    for (int i = 0; i < 3; i++) {
        const char **item = ps_list_add(&list);
        REQUIRE(item);
        *item = ps_list_string(&list, "a\0b", 3);
    }
    psutil_string_list *strings = ps_list_finish(&list);
    REQUIRE(strings && strings->len == 3);
    CHECK(memcmp(strings->items[2], "a\0b", 4) == 0);
    psutil_free(strings);
    ps_list_init(&list, &ps_record_double);
    double *item = ps_list_add(&list);
    REQUIRE(item && isnan(*item));
    *item = 0.5;
    psutil_double_list *doubles = ps_list_finish(&list);
    REQUIRE(doubles);
    CHECK_DOUBLE(doubles->items[0], 0.5);
    psutil_free(doubles);
}

TEST(the_last_item_can_be_taken_back)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_int);
    for (int64_t i = 0; i < 4; i++) {
        int64_t *item = ps_list_add(&list);
        REQUIRE(item);
        *item = i;
        if (i % 2 == 1)
            ps_list_drop(&list);
    }
    CHECK_INT(*(int64_t *)ps_list_at(&list, 1), 2);
    psutil_int_list *made = ps_list_finish(&list);
    REQUIRE(made && made->len == 2);
    CHECK_INT(made->items[0], 0);
    CHECK_INT(made->items[1], 2);
    psutil_free(made);
}

static void check_copy(const struct ps_list *list, size_t len, const char *first)
{
    psutil_sdiskpart_list *copy = ps_list_copy(list);
    REQUIRE(copy && copy->len == len);
    CHECK_STRING(copy->items[0].device, first);
    CHECK_STRING(copy->items[len - 1].mountpoint, "");
    CHECK(copy->items[len - 1].opts == NULL);
    psutil_free(copy);
}

/* A list that is copied goes on, from within itself and from beyond. */
TEST(copies_on_the_way)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_sdiskpart);
    for (size_t i = 0; i < 300; i++) {
        add_part(&list, i);
        check_copy(&list, i + 1, "/dev/disk0");
    }
    psutil_sdiskpart *first = ps_list_at(&list, 0);
    first->device = ps_list_string(&list, "other", 5);
    check_copy(&list, 300, "other");
    psutil_sdiskpart_list *made = ps_list_finish(&list);
    REQUIRE(made && made->len == 300);
    CHECK_STRING(made->items[0].device, "other");
    psutil_free(made);
}

TEST(items_as_large_as_the_list_itself)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_string);
    const char **item = ps_list_add(&list);
    char text[PS_LIST_STRINGS * 3];
    memset(text, 'x', sizeof text);
    REQUIRE(item);
    *item = ps_list_string(&list, text, PS_LIST_STRINGS - 1); /* and its NUL */
    CHECK(list.strings == list.first_strings);
    item = ps_list_add(&list);
    REQUIRE(item && !*item);
    *item = ps_list_string(&list, text, sizeof text);
    psutil_string_list *made = ps_list_finish(&list);
    REQUIRE(made && made->len == 2);
    CHECK_INT(strlen(made->items[0]), PS_LIST_STRINGS - 1);
    CHECK_INT(strlen(made->items[1]), sizeof text);
    psutil_free(made);
}

/* After a failure on the way the list gives nothing, and can be used again. */
TEST(a_failure_is_remembered)
{
    struct ps_list list;
    ps_list_init(&list, &ps_record_int);
    REQUIRE(ps_list_add(&list));
    list.failed = true;
    CHECK(!ps_list_add(&list));
    CHECK(!ps_list_string(&list, "x", 1));
    CHECK(!ps_list_finish(&list));
    CHECK_INT(list.len, 0);
    REQUIRE(ps_list_add(&list));
    ps_list_free(&list);
    ps_list_free(&list);
}

int main(void)
{
    return run_tests();
}
