#include "../parse/utmp_record.h"
#include "../root.h"
#include "os/linux/linux.h"

static psutil_suser_list *users(const struct root *root)
{
    psutil *ctx = root_open(root);
    psutil_suser_list *list = NULL;
    CHECK_INT(psutil_users(&list, ctx), 0);
    psutil_close(ctx);
    return list;
}

static void check_user(const psutil_suser *user, const char *name, const char *terminal,
                       const char *host, double started, int64_t pid)
{
    CHECK_STRING(user->name, name);
    CHECK_STRING(user->terminal, terminal);
    CHECK_STRING(user->host, host);
    CHECK_DOUBLE(user->started, started);
    CHECK_INT(user->pid, pid);
}

static void write_utmp(const struct root *root, const struct utmp_fields *records, size_t len)
{
    char data[10 * 384];
    for (size_t i = 0; i < len; i++)
        utmp_record(data + i * 384, 384, records[i]);
    root_bytes(root, "run/utmp", data, len * 384);
}

TEST(no_record_at_all) /* corner case 30 */
{
    struct root root = root_make();
    psutil_suser_list *list = users(&root);
    CHECK(list && list->len == 0);
    psutil_free(list);
    root_remove(&root);
}

TEST(sessions_in_utmp) /* corner case 30 */
{
    static const struct utmp_fields records[] = {
        {2, 0, "~", "reboot", "6.1", 1700000000, 0},
        {7, 42, "pts/0", "alice", "10.0.0.1", 1700000001, 500000},
        {8, 43, "pts/1", "dead", "", 1700000002, 0},
        {7, 44, ":0", "bob", ":0", 1700000003, 0},
        {7, 45, "tty1", "carol", "", 1700000004, 0},
        {7, 46, "", "\xff", ":1", 1700000005, 0},
    };
    struct root root = root_make();
    write_utmp(&root, records, sizeof records / sizeof *records);
    psutil_suser_list *list = users(&root);
    REQUIRE(list && list->len == 4);
    check_user(&list->items[0], "alice", "pts/0", "10.0.0.1", 1700000001.5, 42);
    check_user(&list->items[1], "bob", ":0", "localhost", 1700000003, 44);
    check_user(&list->items[2], "carol", "tty1", "localhost", 1700000004, 45);
    check_user(&list->items[3], "\xff", NULL, ":1", 1700000005, 46);
    psutil_free(list);
    root_remove(&root);
}

TEST(sessions_of_logind_without_utmp) /* corner case 30 */
{
    struct root root = root_make();
    char path[512];
    root_file(&root, "run/systemd/sessions/10",
              "USER=alice\nCLASS=user\nSTATE=active\nTTY=pts/0\nREMOTE_HOST=10.0.0.1\nLEADER=42\n"
              "REALTIME=1700000001500000\n");
    root_file(&root, "run/systemd/sessions/9", "USER=bob\nCLASS=user\nDISPLAY=:0\n");
    root_file(&root, "run/systemd/sessions/c1", "USER=gdm\nCLASS=greeter\n");
    root_file(&root, "run/systemd/sessions/11", "USER=gone\nCLASS=user\nSTATE=closing\n");
    root_file(&root, "run/systemd/sessions/12", "rubbish");
    REQUIRE(mkfifo(root_path(&root, "run/systemd/sessions/10.ref", path), 0600) == 0);
    psutil_suser_list *list = users(&root);
    REQUIRE(list && list->len == 2);
    check_user(&list->items[0], "bob", ":0", "localhost", NAN, PSUTIL_UNKNOWN);
    check_user(&list->items[1], "alice", "pts/0", "10.0.0.1", 1700000001.5, 42);
    psutil_free(list);
    root_remove(&root);
}

static size_t count_users(psutil *ctx)
{
    psutil_suser_list *list;
    if (psutil_users(&list, ctx) != 0)
        return SIZE_MAX;
    size_t count = list->len;
    psutil_free(list);
    return count;
}

TEST(a_folder_without_sessions_is_listed_when_it_changes)
{
    struct root root = root_make();
    root_file(&root, "run/systemd/sessions/1", "");
    root_delete(&root, "run/systemd/sessions/1");
    psutil *ctx = root_open(&root);
    CHECK_INT(count_users(ctx), 0);
    CHECK(ps_linux_of(ctx)->sessions.inode == 0); /* what has just changed may do so again */
    sleep(4);
    CHECK_INT(count_users(ctx), 0);
    CHECK(ps_linux_of(ctx)->sessions.inode != 0);
    CHECK_INT(count_users(ctx), 0);
    root_file(&root, "run/systemd/sessions/7", "USER=bob\nCLASS=user\n");
    CHECK_INT(count_users(ctx), 1);
    psutil_close(ctx);
    root_remove(&root);
}

TEST(an_unreadable_utmp_is_an_error)
{
    struct root root = root_make();
    root_file(&root, "run/utmp/x", "");
    psutil *ctx = root_open(&root);
    psutil_suser_list *list;
    psutil_error error;
    CHECK_INT(psutil_users(&list, ctx), PSUTIL_ESYSTEM);
    CHECK(psutil_error_detail(&error, ctx));
    CHECK(strstr(error.path, "/run/utmp"));
    psutil_close(ctx);
    root_remove(&root);
}

TEST(the_running_machines_users_are_not_anothers) /* corner case 33 */
{
    struct root root = root_make();
    char proc[512];
    psutil_options options = {.proc = root_path(&root, "proc", proc)};
    psutil *ctx;
    psutil_suser_list *list;
    REQUIRE(psutil_open(&ctx, &options) == 0);
    CHECK_INT(psutil_users(&list, ctx), PSUTIL_ENOTSUP);
    psutil_close(ctx);
    root_remove(&root);
}

int main(void)
{
    return run_tests();
}
