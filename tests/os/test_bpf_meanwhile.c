/* What the caller of a walk through the fast lane does while it waits for the kernel. */
#include "bpf.h"

enum { MANY = 1500 };

/* Members of a group that is stopped at once. */
static pid_t start_many(void)
{
    pid_t first = 0;
    for (int i = 0; i < MANY; i++) {
        pid_t pid = fork_child();
        if (pid == 0)
            for (;;)
                pause();
        first = first ? first : pid;
        setpgid(pid, first);
    }
    return first;
}

static void end_many(pid_t first)
{
    kill(-first, SIGKILL);
    while (waitpid(-first, NULL, 0) > 0)
        ;
}

struct seen {
    size_t calls, len;
    int64_t pids[3 * MANY];
    const char *words[3 * MANY];
};

static const char *first_word(const psutil_process_info *info)
{
    bool known = info->result[PSUTIL_FIELD_CMDLINE] == 0 && info->cmdline->len > 0;
    return known ? info->cmdline->items[0] : NULL;
}

static void see(const psutil_table *table, void *user)
{
    struct seen *seen = user;
    psutil_process_info info;
    CHECK(psutil_table_len(table) >= seen->len);
    for (size_t i = 0; i < seen->len; i++)
        CHECK_INT(psutil_table_pid(table, i), seen->pids[i]);
    for (; seen->len < psutil_table_len(table) && seen->len < 3 * MANY; seen->len++) {
        psutil_table_row(&info, table, seen->len);
        CHECK(seen->len == 0 || info.pid > seen->pids[seen->len - 1]);
        seen->pids[seen->len] = info.pid;
        seen->words[seen->len] = first_word(&info);
    }
    seen->calls++;
}

/* What was shown is in the complete table, and its strings are where they were. */
static void check_seen(const psutil_table *table, const struct seen *seen)
{
    psutil_process_info info;
    REQUIRE(seen->len <= psutil_table_len(table));
    for (size_t i = 0; i < seen->len; i++) {
        psutil_table_row(&info, table, i);
        CHECK_INT(info.pid, seen->pids[i]);
        CHECK(first_word(&info) == seen->words[i]);
    }
}

TEST(rows_are_shown_while_others_are_read)
{
    static struct seen seen;
    REQUIRE_LANE();
    if (under_memcheck())
        SKIP("it takes memcheck too long");
    pid_t first = start_many();
    psutil *fast = open_fast();
    psutil_table *table = read_table(fast, FIELDS);
    size_t shown = 0;
    for (int i = 0; i < 20; i++) {
        seen.calls = seen.len = 0;
        CHECK_INT(psutil_table_refresh_with(table, see, &seen), 0);
        CHECK(psutil_table_len(table) >= MANY);
        check_seen(table, &seen);
        shown += seen.len;
    }
    seen.calls = 0;
    CHECK_INT(psutil_table_refresh(table), 0);
    CHECK_INT(seen.calls, 0);
    CHECK(is_open(fast));
    psutil_table_close(table);
    psutil_close(fast);
    end_many(first);
    if (shown == 0)
        SKIP("the caller never had to wait");
}

int main(void)
{
    return run_tests();
}
