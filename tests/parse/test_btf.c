#include "parse/btf.h"

#include "../test.h"

/* A header, then types: an int, a function's prototype with one argument, two functions, a struct
 * of one member, two variables, their section; then names. */
enum { WORDS = 37 };

struct made {
    uint16_t magic;
    uint8_t version, flags;
    uint32_t header_len, types, types_len, strings, strings_len;
    uint32_t words[WORDS + 3];
    char names[24];
};

#define INFO(kind, items) ((uint32_t)(kind) << 24 | (items))

static const struct made good = {
    .magic = 0xeb9f,
    .version = 1,
    .header_len = 24,
    .types_len = (WORDS + 3) * 4,
    .strings = (WORDS + 3) * 4,
    .strings_len = 24,
    .words = {1,  INFO(1, 0),  4,  32,       /* 1: int */
              0,  INFO(13, 1), 1,  0,  1,    /* 2: prototype */
              5,  INFO(12, 0), 2,            /* 3: function "alpha" */
              11, INFO(12, 0), 2,            /* 4: function "beta" */
              11, INFO(4, 1),  4,  5,  1, 0, /* 5: struct "beta" */
              16, INFO(14, 0), 1,  1,        /* 6: variable "gamma" */
              5,  INFO(14, 0), 1,  1,        /* 7: variable "alpha" */
              16, INFO(15, 2), 64,           /* 8: section "gamma", of two variables */
              6,  16,          4,            /*    "gamma" at 16 */
              7,  32,          4,            /*    "alpha" at 32 */
              0,  INFO(2, 0)},               /* cut */
    .names = "\0int\0alpha\0beta\0gamma",
};

static void find(const void *data, size_t len, uint32_t ids[4])
{
    struct ps_btf_name names[] = {{PS_BTF_FUNCTION, "alpha", 9, 9},
                                  {PS_BTF_FUNCTION, "beta", 9, 9},
                                  {PS_BTF_VARIABLE, "alpha", 9, 9},
                                  {PS_BTF_FUNCTION, "gamma", 9, 9}};
    ps_btf_find(data, len, names, 4);
    for (size_t i = 0; i < 4; i++)
        ids[i] = names[i].id;
}

TEST(names_have_numbers)
{
    uint32_t ids[4];
    find(&good, sizeof good, ids);
    CHECK_INT(ids[0], 3);
    CHECK_INT(ids[1], 4);
    CHECK_INT(ids[2], 7);
    CHECK_INT(ids[3], 0);
}

TEST(variables_have_places)
{
    struct ps_btf_name names[] = {{PS_BTF_VARIABLE, "alpha", 9, 9},
                                  {PS_BTF_VARIABLE, "gamma", 9, 9},
                                  {PS_BTF_FUNCTION, "alpha", 9, 9},
                                  {PS_BTF_VARIABLE, "beta", 9, 9}};
    ps_btf_find((const char *)&good, sizeof good, names, 4);
    CHECK_INT(names[0].offset, 32);
    CHECK_INT(names[1].offset, 16);
    CHECK_INT(names[2].offset, 0);
    CHECK_INT(names[3].offset, 0);
}

TEST(cut_anywhere)
{
    uint32_t ids[4];
    for (size_t len = 0; len < sizeof good; len++) {
        char *copy = malloc(len + 1);
        REQUIRE(copy);
        memcpy(copy, &good, len);
        find(copy, len, ids);
        CHECK_INT(ids[0], 0);
        free(copy);
    }
}

TEST(broken)
{
    uint32_t ids[4];
    struct made made = good;
    made.magic = 0x9feb;
    find(&made, sizeof made, ids);
    CHECK_INT(ids[0], 0);
    made = good;
    made.types_len = UINT32_MAX;
    find(&made, sizeof made, ids);
    CHECK_INT(ids[0], 0);
    made = good;
    made.header_len = UINT32_MAX;
    find(&made, sizeof made, ids);
    CHECK_INT(ids[0], 0);
    made = good;
    made.words[1] = INFO(31, 0); /* a kind that nobody knows hides what follows */
    find(&made, sizeof made, ids);
    CHECK_INT(ids[0], 0);
    made = good;
    made.words[9] = UINT32_MAX; /* a name outside */
    find(&made, sizeof made, ids);
    CHECK_INT(ids[0], 0);
    CHECK_INT(ids[1], 4);
    made = good;
    made.words[5] = INFO(13, 0xffff); /* more items than there are bytes */
    find(&made, sizeof made, ids);
    CHECK_INT(ids[0], 0);
}

int main(void)
{
    return run_tests();
}
