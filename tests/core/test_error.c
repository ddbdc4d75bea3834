#include "../test.h"
#include "backend.h"
#include "core/context.h"

#include <errno.h>
#include <pthread.h>

TEST(every_code_has_a_name_and_a_text)
{
    static const int codes[] = {
#define CODE(id, value, name, text) PSUTIL_##id,
        PSUTIL_ERRORS(CODE)
#undef CODE
    };
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        CHECK(codes[i] < 0);
        CHECK(strcmp(psutil_error_name(codes[i]), "Unknown") != 0);
        CHECK(strcmp(psutil_error_text(codes[i]), "unknown error") != 0);
        for (size_t j = 0; j < i; j++)
            CHECK(codes[i] != codes[j]);
    }
    CHECK_STRING(psutil_error_name(PSUTIL_EACCES), "AccessDenied");
    CHECK_STRING(psutil_error_name(0), "Unknown");
    CHECK_STRING(psutil_error_text(-1000), "unknown error");
}

static psutil *ctx;

static void check_line(const psutil_error *error, const char *wanted)
{
    char line[512];
    CHECK_INT(psutil_error_format(line, sizeof line, error), strlen(wanted));
    CHECK_STRING(line, wanted);
}

TEST(lines_say_where_and_why)
{
    psutil_error error = {.code = PSUTIL_EACCES, .os_code = EACCES, .pid = 1};
    char cause[100], wanted[200];
    strcpy(error.call, "readlink");
    strcpy(error.path, "/proc/1/exe");
    ps_os_error_text(cause, sizeof cause, EACCES);
    CHECK(strlen(cause) > 0);
    snprintf(wanted, sizeof wanted, "AccessDenied: pid 1: readlink /proc/1/exe: %s", cause);
    check_line(&error, wanted);
    error = (psutil_error){.code = PSUTIL_EINVAL, .pid = PSUTIL_UNKNOWN};
    strcpy(error.note, "no such field");
    check_line(&error, "ValueError: no such field");
    error = (psutil_error){.code = PSUTIL_ESRCH, .pid = 42};
    check_line(&error, "NoSuchProcess: pid 42: process no longer exists");
}

TEST(a_small_buffer_holds_the_beginning)
{
    psutil_error error = {.code = PSUTIL_ENOMEM, .pid = PSUTIL_UNKNOWN};
    char line[8] = "xxxxxxx";
    size_t full = psutil_error_format(NULL, 0, &error);
    CHECK_INT(full, strlen("MemoryError: out of memory"));
    CHECK_INT(psutil_error_format(line, sizeof line, &error), full);
    CHECK_STRING(line, "MemoryE");
    CHECK_INT(psutil_error_format(line, 1, &error), full);
    CHECK_STRING(line, "");
}

TEST(failures_are_kept_and_long_strings_cut)
{
    psutil_error error;
    char path[1000];
    memset(path, 'p', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    REQUIRE(psutil_open(&ctx, NULL) == 0);
    CHECK(!psutil_error_detail(&error, ctx));
    CHECK_INT(error.code, 0);
    CHECK_INT(error.pid, PSUTIL_UNKNOWN);
    CHECK_INT(ps_fail_at(ctx, PSUTIL_ESYSTEM, EIO, "open", path, 7), PSUTIL_ESYSTEM);
    REQUIRE(psutil_error_detail(&error, ctx));
    CHECK_INT(error.code, PSUTIL_ESYSTEM);
    CHECK_INT(error.os_code, EIO);
    CHECK_INT(error.pid, 7);
    CHECK_STRING(error.call, "open");
    CHECK_INT(strlen(error.path), sizeof error.path - 1);
    CHECK_INT(ps_fail(ctx, PSUTIL_ENOTSUP, NULL), PSUTIL_ENOTSUP);
    REQUIRE(psutil_error_detail(&error, ctx));
    CHECK_INT(error.code, PSUTIL_ENOTSUP);
    CHECK_STRING(error.path, "");
    psutil_close(ctx);
}

static void *fail_often(void *number)
{
    int64_t pid = *(int64_t *)number;
    for (int i = 0; i < 2000; i++) {
        psutil_error error;
        ps_fail_pid(ctx, PSUTIL_ESRCH, pid, NULL);
        if (!psutil_error_detail(&error, ctx) || error.pid != pid)
            return number;
    }
    return NULL;
}

TEST(threads_see_their_own_failures)
{
    pthread_t threads[8];
    int64_t numbers[8];
    psutil_error error;
    REQUIRE(psutil_open(&ctx, NULL) == 0);
    ps_fail(ctx, PSUTIL_EINVAL, "mine");
    for (int64_t i = 0; i < 8; i++) {
        numbers[i] = 100 + i;
        REQUIRE(pthread_create(&threads[i], NULL, fail_often, &numbers[i]) == 0);
    }
    for (int i = 0; i < 8; i++) {
        void *wrong;
        REQUIRE(pthread_join(threads[i], &wrong) == 0);
        CHECK(wrong == NULL);
    }
    REQUIRE(psutil_error_detail(&error, ctx));
    CHECK_STRING(error.note, "mine");
    psutil_close(ctx);
}

TEST(contexts_do_not_mix)
{
    psutil *other;
    psutil_error error;
    REQUIRE(psutil_open(&ctx, NULL) == 0 && psutil_open(&other, NULL) == 0);
    ps_fail(ctx, PSUTIL_EINVAL, NULL);
    CHECK(psutil_error_detail(&error, ctx));
    CHECK(!psutil_error_detail(&error, other));
    psutil_close(ctx);
    psutil_close(other);
    psutil_close(NULL);
}

TEST(roots_that_cannot_be)
{
    char overlong[400];
    memset(overlong, 'r', sizeof overlong - 1);
    overlong[sizeof overlong - 1] = '\0';
    CHECK_INT(psutil_open(&ctx, &(psutil_options){.proc = ""}), PSUTIL_EINVAL);
    CHECK_INT(psutil_open(&ctx, &(psutil_options){.sys = overlong}), PSUTIL_EINVAL);
}

int main(void)
{
    return run_tests();
}
