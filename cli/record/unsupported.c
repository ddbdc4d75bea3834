/* Where there is no /proc of Linux's kind. */
#include "record.h"

#include <stdio.h>

bool record_machine(struct record_summary *out, const struct record_options *options, char *problem,
                    size_t size)
{
    (void)options;
    *out = (struct record_summary){0};
    snprintf(problem, size, "%s: record is about the /proc and /sys of Linux",
             psutil_error_name(PSUTIL_ENOTSUP));
    return false;
}
