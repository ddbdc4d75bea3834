#include "fuzz.h"

/* Each function of the cursor moves forward, or leaves it where it was and says so. */
static bool step(struct ps_cursor *c, uint8_t choice, const char *data, size_t size)
{
    uint64_t number;
    int64_t integer;
    double real;
    struct ps_span span;
    switch (choice % 10) {
    case 0:
        return ps_cursor_u64(c, &number);
    case 1:
        return ps_cursor_i64(c, &integer);
    case 2:
        if (!ps_cursor_count(c, &integer))
            return false;
        fuzz_need(integer >= 0);
        return true;
    case 3:
        return ps_cursor_hex(c, &number);
    case 4:
        if (!ps_cursor_decimal(c, &real))
            return false;
        fuzz_need(isfinite(real));
        return true;
    case 5:
        span = ps_cursor_word(c);
        fuzz_inside(span, data, size);
        fuzz_inside(ps_span_trim(span), data, size);
        return span.len > 0;
    case 6:
        if (!ps_cursor_line(c, &span))
            return false;
        fuzz_inside(span, data, size);
        fuzz_inside(ps_span_trim(span), data, size);
        return true;
    case 7:
        return ps_cursor_skip_words(c, choice / 64u + 1);
    case 8: {
        int64_t counts[4];
        size_t count = ps_cursor_counts(c, counts, choice / 64u + 1);
        fuzz_counts(counts, count);
        return count > 0;
    }
    default:
        return ps_cursor_accept(c, (char)choice);
    }
}

/* The first bytes choose the steps, the rest is walked. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    size_t steps = size < 16 ? 0 : 16;
    char *data = fuzz_copy(bytes + steps, size - steps);
    struct ps_cursor c = ps_cursor_of(data, size - steps);
    for (size_t i = 0; steps > 0 && !ps_cursor_done(&c); i++) {
        const char *before = c.at;
        if (step(&c, bytes[i % steps], data, size - steps))
            fuzz_need(c.at > before && c.at <= c.end);
        else
            ps_cursor_skip_blanks(&c);
        if (c.at == before)
            c.at++;
    }
    free(data);
    return 0;
}
