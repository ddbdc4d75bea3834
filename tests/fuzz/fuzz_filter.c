#include "fuzz.h"

#include "processes/processes.h"
#include "table/filter.h"

/* A process of which some fields are known, and one of which none is. */
static struct process_row invented(bool known)
{
    struct process_row row = {.now = 2000};
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++)
        row.info.result[i] = PSUTIL_NOT_ASKED;
    row.info.pid = 7;
    row.info.name = "python";
    row.info.status = PSUTIL_STATUS_SLEEPING;
    row.info.create_time = 1000;
    row.info.memory_info.rss = 1 << 20;
    row.info.cpu_percent = NAN;
    static const int fields[] = {PSUTIL_FIELD_PID,         PSUTIL_FIELD_NAME,
                                 PSUTIL_FIELD_STATUS,      PSUTIL_FIELD_CREATE_TIME,
                                 PSUTIL_FIELD_MEMORY_INFO, PSUTIL_FIELD_CPU_PERCENT};
    for (size_t i = 0; known && i < sizeof fields / sizeof *fields; i++)
        row.info.result[fields[i]] = 0;
    return row;
}

/* A regular expression may be slow by itself: that is the C library's. Repetitions are left to
 * short filters, and those that are counted ("x{2,30}", which becomes so many copies of x) to one
 * with small numbers. */
static bool is_slow(const char *text)
{
    enum { LONG = 96, DIGITS_MAX = 2 };
    const char *brace = strchr(text, '{');
    if (!strpbrk(text, "*+{"))
        return false;
    if (strlen(text) > LONG || (brace && strchr(brace + 1, '{')))
        return true;
    for (const char *at = brace; at && *at; at++)
        if (strspn(at, "0123456789") > DIGITS_MAX)
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char problem[FILTER_PROBLEM] = "";
    char *text = malloc(size + 1);
    if (!text)
        abort();
    if (size > 0)
        memcpy(text, bytes, size);
    text[size] = '\0';
    if (!is_slow(text)) {
        struct filter *filter = filter_open(&process_listing, text, problem);
        fuzz_need(filter ? *problem == '\0' : *problem != '\0');
        struct process_row known = invented(true), unknown = invented(false);
        if (filter) {
            bool first = filter_matches(filter, &known);
            fuzz_need(filter_matches(filter, &known) == first);
            filter_matches(filter, &unknown);
            fuzz_need((filter_fields(filter) & ~PSUTIL_FIELDS_ALL) == 0);
        }
        filter_close(filter);
    }
    free(text);
    return 0;
}
