/* A small test harness: each TEST is a function, each CHECK a condition that must hold. Results are
 * printed in TAP, which Meson reads and tests/summary.py adds up. A test program:
 *
 *     TEST(adds_up) { CHECK_INT(1 + 1, 2); }
 *     int main(void) { return run_tests(); }
 */
#ifndef TEST_H
#define TEST_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void test_function(void);

struct test_case {
    const char *name;
    test_function *run;
};

static struct test_case test_cases[512];
static size_t test_count;
static int test_failures; /* of the running test */
static const char *test_skip_reason;

static inline void test_register(const char *name, test_function *run)
{
    if (test_count == sizeof test_cases / sizeof *test_cases) {
        fprintf(stderr, "too many tests in one program\n");
        abort();
    }
    test_cases[test_count++] = (struct test_case){name, run};
}

#define TEST(name)                                                                                 \
    static void test_##name(void);                                                                 \
    __attribute__((constructor)) static void test_register_##name(void)                            \
    {                                                                                              \
        test_register(#name, test_##name);                                                         \
    }                                                                                              \
    static void test_##name(void)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            test_failures++;                                                                       \
            printf("# %s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                       \
        }                                                                                          \
    } while (0)

/* Goes on only when the condition holds: for what the rest of the test stands on. */
#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            test_failures++;                                                                       \
            printf("# %s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                       \
            return;                                                                                \
        }                                                                                          \
    } while (0)

#define CHECK_INT(got, wanted)                                                                     \
    do {                                                                                           \
        int64_t got_ = (int64_t)(got), wanted_ = (int64_t)(wanted);                                \
        if (got_ != wanted_) {                                                                     \
            test_failures++;                                                                       \
            printf("# %s:%d: %s is %lld, not %lld\n", __FILE__, __LINE__, #got, (long long)got_,   \
                   (long long)wanted_);                                                            \
        }                                                                                          \
    } while (0)

/* Within a billionth, and NAN is NAN. */
#define CHECK_DOUBLE(got, wanted)                                                                  \
    do {                                                                                           \
        double got_ = (got), wanted_ = (wanted);                                                   \
        bool same_ =                                                                               \
            isnan(wanted_) ? isnan(got_) : fabs(got_ - wanted_) <= 1e-9 * fmax(1, fabs(wanted_));  \
        if (!same_) {                                                                              \
            test_failures++;                                                                       \
            printf("# %s:%d: %s is %.17g, not %.17g\n", __FILE__, __LINE__, #got, got_, wanted_);  \
        }                                                                                          \
    } while (0)

#define CHECK_STRING(got, wanted)                                                                  \
    do {                                                                                           \
        const char *got_ = (got), *wanted_ = (wanted);                                             \
        if (!got_ || !wanted_ ? got_ != wanted_ : strcmp(got_, wanted_) != 0) {                    \
            test_failures++;                                                                       \
            printf("# %s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, __LINE__, #got,                \
                   got_ ? got_ : "(null)", wanted_ ? wanted_ : "(null)");                          \
        }                                                                                          \
    } while (0)

/* Leaves the test, counted as skipped. */
#define SKIP(reason)                                                                               \
    do {                                                                                           \
        test_skip_reason = (reason);                                                               \
        return;                                                                                    \
    } while (0)

/* Valgrind runs one thread at a time, and knows not every system call. */
static inline bool under_memcheck(void)
{
    return getenv("PSUTIL_VALGRIND") != NULL;
}

/* The thread sanitizer adds a thread of its own to a program that has several. */
#if defined __SANITIZE_THREAD__
enum { THREADS_OF_SANITIZER = 1 };
#else
enum { THREADS_OF_SANITIZER = 0 };
#endif

static inline int run_tests(void)
{
    int failed = 0;
    printf("1..%zu\n", test_count);
    for (size_t i = 0; i < test_count; i++) {
        test_failures = 0;
        test_skip_reason = NULL;
        test_cases[i].run();
        bool ok = test_failures == 0;
        failed += !ok;
        printf("%s %zu - %s%s%s\n", ok ? "ok" : "not ok", i + 1, test_cases[i].name,
               ok && test_skip_reason ? " # SKIP " : "",
               ok && test_skip_reason ? test_skip_reason : "");
        fflush(stdout);
    }
    return failed != 0;
}

#endif
