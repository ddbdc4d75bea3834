/* Numbers of names are numbers of types; a name is found again when it is looked for alone; and the
 * first bytes of a kernel's information never tell of more than all of them do. */
#include "fuzz.h"

#include "parse/btf.h"

enum { NAMES = 3 };

static const struct ps_btf_name wanted[NAMES] = {{PS_BTF_FUNCTION, "alpha", 0, 0},
                                                 {PS_BTF_FUNCTION, "beta", 0, 0},
                                                 {PS_BTF_VARIABLE, "alpha", 0, 0}};

static void find(const char *data, size_t size, struct ps_btf_name names[NAMES])
{
    memcpy(names, wanted, sizeof wanted);
    ps_btf_find(data, size, names, NAMES);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct ps_btf_name all[NAMES], again[NAMES];
    char *data = fuzz_copy(bytes, size);
    find(data, size, all);
    for (size_t i = 0; i < NAMES; i++) {
        struct ps_btf_name alone = wanted[i];
        ps_btf_find(data, size, &alone, 1);
        fuzz_need(alone.id == all[i].id);
        fuzz_need(alone.id <= size / 12); /* the smallest type */
    }
    free(data);
    data = fuzz_copy(bytes, size - size / 4);
    find(data, size - size / 4, again);
    for (size_t i = 0; i < NAMES; i++)
        fuzz_need(again[i].id == 0 || again[i].id == all[i].id);
    free(data);
    return 0;
}
