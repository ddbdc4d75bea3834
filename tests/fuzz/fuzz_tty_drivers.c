#include "fuzz.h"

#include "parse/tty_drivers.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const int64_t numbers[][2] = {{4, 64}, {204, 65}, {188, 0}, {5, 1}, {4095, 1048575}};
    char *data = fuzz_copy(bytes, size);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct ps_tty_name name;
        if (ps_parse_tty_drivers(data, size, numbers[i][0], numbers[i][1], &name))
            fuzz_need(name.len <= sizeof name.text);
    }
    free(data);
    return 0;
}
