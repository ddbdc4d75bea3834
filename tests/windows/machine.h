/* What the tests about Windows share. Under wine some answers are not true (README, "Platforms"):
 * there only their types and the ways of failing are looked at. */
#ifndef MACHINE_H
#define MACHINE_H

#include "../test.h"
#include "os/windows/nt.h"

#include <psutil.h>

static psutil *ctx;

static inline int run_with_context(void)
{
    if (psutil_open(&ctx, NULL) != 0) {
        printf("Bail out! psutil_open\n");
        return 1;
    }
    int status = run_tests();
    psutil_close(ctx);
    return status;
}

static inline psutil_error last_error(void)
{
    psutil_error error;
    psutil_error_detail(&error, ctx);
    return error;
}

static inline bool is_count(int64_t value)
{
    return value >= 0;
}

static inline bool is_count_or_unknown(int64_t value)
{
    return value >= 0 || value == PSUTIL_UNKNOWN;
}

#endif
