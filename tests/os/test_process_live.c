/* Fields of real processes, brought into each state on purpose. */
#include "states.h"

#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char folder[] = "/tmp/psutil-live-XXXXXX";

/* The mappings of a file together; NULL when there are none. */
static const psutil_pmmap *map_of(const psutil_process_info *info, const char *path)
{
    for (size_t i = 0; i < info->memory_maps->len; i++)
        if (strcmp(info->memory_maps->items[i].path, path) == 0)
            return &info->memory_maps->items[i];
    return NULL;
}

static const char *in_folder(const char *name)
{
    static char path[2][256];
    static int turn;
    turn = !turn;
    snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void copy_helper(const char *path)
{
    char buffer[65536];
    ssize_t got;
    int from = open(getenv("STATE"), O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
    while ((got = read(from, buffer, sizeof buffer)) > 0)
        if (write(to, buffer, (size_t)got) != got)
            abort();
    if (from < 0 || to < 0 || got < 0)
        abort();
    close(from);
    close(to);
}

TEST(a_plain_process) /* corner case 9 */
{
    pid_t pid = start(NULL, NULL);
    psutil_process_info *info = read_all(pid);
    char cwd[4096];
    struct rlimit limit;
    REQUIRE(getcwd(cwd, sizeof cwd) && prlimit(pid, RLIMIT_NOFILE, NULL, &limit) == 0);
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++)
        if (i != PSUTIL_FIELD_NET_CONNECTIONS && i != PSUTIL_FIELD_NUM_HANDLES)
            CHECK_INT(info->result[i], 0);
    CHECK_INT(info->ppid, getpid());
    CHECK_INT(info->uids.real, getuid());
    CHECK_INT(info->gids.effective, getegid());
    CHECK_STRING(info->cwd, cwd);
    CHECK_INT(info->cmdline->len, 1);
    REQUIRE(info->environ->len == 2);
    CHECK_STRING(info->environ->items[0], "PLAIN=1");
    CHECK_STRING(info->environ->items[1], "BYTES=\xff");
    CHECK_INT(info->nice, getpriority(PRIO_PROCESS, (id_t)pid));
    CHECK(info->memory_footprint.uss > 0 &&
          info->memory_footprint.pss >= info->memory_footprint.uss);
    CHECK(info->memory_info_ex.peak_rss >= info->memory_info.rss / 2);
    CHECK(info->num_ctx_switches.voluntary > 0);
    CHECK(info->io_counters.write_chars >= 1);
    CHECK_INT(info->rlimit->len, 16);
    CHECK_INT(info->rlimit->items[PSUTIL_RLIMIT_NOFILE].soft, (int64_t)limit.rlim_cur);
    CHECK_INT(info->threads->len, 1);
    CHECK_INT(info->threads->items[0].id, pid);
    CHECK(map_of(info, info->exe) != NULL);
    psutil_process_info_free(info);
    end_child(pid);
}

TEST(a_zombie) /* corner case 14 */
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    siginfo_t ended;
    REQUIRE(waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT) == 0);
    psutil_process_info *info = read_all(pid);
    CHECK_INT(info->status, PSUTIL_STATUS_ZOMBIE);
    CHECK_INT(info->result[PSUTIL_FIELD_EXE], PSUTIL_EZOMBIE);
    CHECK_INT(info->result[PSUTIL_FIELD_CMDLINE], PSUTIL_EZOMBIE);
    CHECK_INT(info->result[PSUTIL_FIELD_CWD], PSUTIL_EZOMBIE);
    CHECK_INT(info->result[PSUTIL_FIELD_MEMORY_MAPS], PSUTIL_EZOMBIE);
    CHECK_INT(info->result[PSUTIL_FIELD_MEMORY_FOOTPRINT], 0);
    CHECK_INT(info->memory_footprint.uss, 0);
    if (geteuid() == 0) { /* what is left of a process belongs to root (proc_pid(5)) */
        CHECK_INT(info->result[PSUTIL_FIELD_ENVIRON], PSUTIL_EZOMBIE);
        REQUIRE(info->result[PSUTIL_FIELD_OPEN_FILES] == 0);
        CHECK_INT(info->open_files->len, 0);
        CHECK_INT(info->num_fds, 0);
    }
    CHECK_INT(info->threads->len, 1);
    CHECK_INT(info->result[PSUTIL_FIELD_UIDS], 0);
    CHECK_INT(info->result[PSUTIL_FIELD_CPU_AFFINITY], 0);
    CHECK_INT(info->result[PSUTIL_FIELD_RLIMIT], 0);
    psutil_process_info_free(info);
    waitpid(pid, NULL, 0);
}

/* A process that cannot be read in part must not fall out of the table. */
TEST(all_fields_of_all_processes) /* corner cases 12, 14 */
{
    pid_t zombie = fork();
    if (zombie == 0)
        _exit(0);
    siginfo_t ended;
    psutil_table *table;
    bool found_zombie = false, found_first = false;
    REQUIRE(waitid(P_PID, (id_t)zombie, &ended, WEXITED | WNOWAIT) == 0);
    REQUIRE(psutil_table_open(&table, ctx, PSUTIL_FIELDS_ALL) == 0);
    CHECK_INT(psutil_table_refresh(table), 0);
    for (size_t i = 0; i < psutil_table_len(table); i++) {
        psutil_process_info row;
        psutil_table_row(&row, table, i);
        found_zombie |= row.pid == zombie && row.result[PSUTIL_FIELD_CMDLINE] == PSUTIL_EZOMBIE;
        found_first |= row.pid == 1 && row.result[PSUTIL_FIELD_NAME] == 0;
    }
    CHECK(found_zombie);
    CHECK(found_first);
    psutil_table_close(table);
    waitpid(zombie, NULL, 0);
}

TEST(a_stopped_and_a_traced_process) /* corner case 14 */
{
    pid_t pid = start(NULL, NULL);
    psutil_process *process = process_of(pid);
    int64_t status;
    kill(pid, SIGSTOP);
    REQUIRE(waitpid(pid, NULL, WUNTRACED) == pid);
    CHECK_INT(psutil_process_status(&status, process), 0);
    CHECK_INT(status, PSUTIL_STATUS_STOPPED);
    if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0) {
        kill(pid, SIGCONT);
        ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
        REQUIRE(waitpid(pid, NULL, 0) == pid);
        CHECK_INT(psutil_process_status(&status, process), 0);
        CHECK_INT(status, PSUTIL_STATUS_TRACING_STOP);
    }
    psutil_process_close(process);
    end_child(pid);
}

TEST(a_deleted_executable_and_folder) /* corner case 9 */
{
    char exe[256], cwd[256];
    snprintf(exe, sizeof exe, "%s", in_folder("gone"));
    snprintf(cwd, sizeof cwd, "%s", in_folder("work"));
    copy_helper(exe);
    mkdir(cwd, 0755);
    pid_t pid = start_at(exe, (char *[]){"x", NULL}, plain_environment, cwd);
    unlink(exe);
    rmdir(cwd);
    psutil_process_info *info = read_all(pid);
    CHECK_STRING(info->exe, exe);
    CHECK_STRING(info->cwd, cwd);
    CHECK(map_of(info, exe) != NULL);
    psutil_process_info_free(info);
    end_child(pid);
}

TEST(names_that_end_as_if_deleted) /* corner case 8 */
{
    char exe[256], cwd[256];
    snprintf(exe, sizeof exe, "%s", in_folder("x (deleted)"));
    snprintf(cwd, sizeof cwd, "%s", in_folder("w (deleted)"));
    copy_helper(exe);
    mkdir(cwd, 0755);
    pid_t pid = start_at(exe, (char *[]){"x", NULL}, plain_environment, cwd);
    psutil_process_info *info = read_all(pid);
    CHECK_STRING(info->exe, exe);
    CHECK_STRING(info->cwd, cwd);
    CHECK(map_of(info, exe) != NULL);
    psutil_process_info_free(info);
    end_child(pid);
    unlink(exe);
    rmdir(cwd);
}

TEST(odd_names) /* corner case 1 */
{
    static const char *const names[] = {"a b",      "(RDD Process)", "a) R 1 (b",   "x\ny",
                                        "\xff\xfe", "tab\there",     "\x1b[31mred", "()"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        pid_t set = start("name", names[i]);
        psutil_process_info *info = read_all(set);
        CHECK_STRING(info->name, names[i]);
        CHECK_INT(info->ppid, getpid());
        CHECK_INT(info->num_threads, 1);
        psutil_process_info_free(info);
        end_child(set);

        char exe[256];
        snprintf(exe, sizeof exe, "%s", in_folder(names[i]));
        copy_helper(exe);
        pid_t copy = start_at(exe, (char *[]){exe, NULL}, plain_environment, NULL);
        info = read_all(copy);
        CHECK_STRING(info->name, names[i]);
        CHECK_STRING(info->exe, exe);
        CHECK(map_of(info, exe) != NULL);
        psutil_process_info_free(info);
        end_child(copy);
        unlink(exe);
    }
}

TEST(a_long_name_is_completed) /* corner case 3 */
{
    char exe[256];
    snprintf(exe, sizeof exe, "%s", in_folder("a rather long name of a program"));
    copy_helper(exe);
    pid_t pid = start_at(exe, (char *[]){exe, "arg", NULL}, plain_environment, NULL);
    psutil_process_info *info = read_all(pid);
    CHECK_STRING(info->name, "a rather long name of a program");
    psutil_process_info_free(info);
    end_child(pid);
    unlink(exe);
}

TEST(three_thousand_threads) /* corner case 11 */
{
    pid_t pid = start("threads", "3000");
    psutil_process *process = process_of(pid);
    psutil_process *thread;
    psutil_pthread_list *threads;
    int64_t count;
    REQUIRE(psutil_process_threads(&threads, process) == 0);
    CHECK_INT(threads->len, 3001);
    for (size_t i = 1; i < threads->len; i++)
        CHECK(threads->items[i].id > threads->items[i - 1].id);
    CHECK_INT(psutil_process_num_threads(&count, process), 0);
    CHECK_INT(count, 3001);
    psutil_process *none = NULL;
    CHECK_INT(psutil_process_open(&none, ctx, threads->items[7].id), PSUTIL_ESRCH);
    REQUIRE(psutil_process_open_thread(&thread, ctx, threads->items[7].id) == 0);
    CHECK_INT(psutil_process_pid(thread), threads->items[7].id);
    CHECK_INT(psutil_process_ppid(&count, thread), 0);
    CHECK_INT(count, getpid());
    CHECK_INT(psutil_process_kill(thread), PSUTIL_ESRCH);
    CHECK_INT(psutil_process_num_threads(&count, process), 0);
    psutil_process_close(thread);
    psutil_free(threads);
    psutil_process_close(process);
    end_child(pid);
}

TEST(a_rewritten_title) /* corner case 4 */
{
    pid_t pid = start("title", "worker: idle (since today)");
    psutil_process *process = process_of(pid);
    psutil_string_list *words;
    REQUIRE(psutil_process_cmdline(&words, process) == 0);
    REQUIRE(words->len >= 4);
    CHECK_STRING(words->items[0], "worker:");
    CHECK_STRING(words->items[1], "idle");
    CHECK_STRING(words->items[2], "(since");
    CHECK_STRING(words->items[3], "today)");
    psutil_free(words);
    psutil_process_close(process);
    end_child(pid);
}

TEST(a_long_command_line) /* corner case 4 */
{
    size_t size = 100 * 1024;
    char *word = malloc(size + 1);
    char *argv[16] = {"x"};
    memset(word, 'w', size);
    word[size] = '\0';
    for (int i = 1; i < 15; i++)
        argv[i] = word;
    pid_t pid = start_at(getenv("STATE"), argv, plain_environment, NULL);
    psutil_process_info *info = read_all(pid);
    REQUIRE(info->cmdline->len == 15);
    CHECK_INT(strlen(info->cmdline->items[14]), size);
    psutil_process_info_free(info);
    end_child(pid);
    free(word);
}

TEST(a_deleted_mapping_with_an_odd_name) /* corner case 8 */
{
    char path[256];
    snprintf(path, sizeof path, "%s", in_folder("a b\nc"));
    pid_t pid = start("map", path);
    psutil_process_info *info = read_all(pid);
    const psutil_pmmap *found = map_of(info, path);
    REQUIRE(found);
    CHECK_INT(found->size, 8192);
    CHECK(found->rss >= 4096);
    psutil_process_info_free(info);
    end_child(pid);
}

TEST(open_files) /* corner case 8 */
{
    psutil_process *self = process_of(getpid());
    psutil_popenfile_list *files;
    int kept = open(in_folder("kept (deleted)"), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int gone = open(in_folder("gone"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC), seen = 0;
    REQUIRE(kept >= 0 && gone >= 0 && null >= 0 && write(kept, "12345", 5) == 5);
    unlink(in_folder("gone"));
    REQUIRE(psutil_process_open_files(&files, self) == 0);
    for (size_t i = 0; i < files->len; i++) {
        CHECK(files->items[i].fd != gone && files->items[i].fd != null);
        if (files->items[i].fd != kept)
            continue;
        seen++;
        CHECK_STRING(files->items[i].path, in_folder("kept (deleted)"));
        CHECK_INT(files->items[i].position, 5);
        CHECK_STRING(files->items[i].mode, "a+");
        CHECK_INT(files->items[i].flags & O_ACCMODE, O_RDWR);
    }
    CHECK_INT(seen, 1);
    psutil_free(files);
    REQUIRE(psutil_process_descriptors(&files, self) == 0);
    for (size_t i = 0; i < files->len; i++) {
        if (files->items[i].fd == null)
            CHECK_STRING(files->items[i].path, "/dev/null");
        if (files->items[i].fd == gone)
            CHECK(strcmp(files->items[i].path + strlen(in_folder("gone")), " (deleted)") == 0);
        seen += files->items[i].fd == null || files->items[i].fd == gone;
    }
    CHECK_INT(seen, 3);
    int64_t before, after;
    CHECK_INT(psutil_process_num_fds(&before, self), 0);
    close(null);
    close(gone);
    CHECK_INT(psutil_process_num_fds(&after, self), 0);
    CHECK_INT(before - after, 2);
    close(kept);
    unlink(in_folder("kept (deleted)"));
    psutil_free(files);
    psutil_process_close(self);
}

TEST(a_kernel_thread) /* corner cases 5, 12 */
{
    psutil_process *process;
    char *name = NULL;
    if (psutil_process_open(&process, ctx, 2) != 0)
        SKIP("no process 2");
    int rc = psutil_process_name(&name, process);
    bool kernel = rc == 0 && strcmp(name, "kthreadd") == 0;
    psutil_free(name);
    psutil_process_close(process);
    if (!kernel || geteuid() != 0)
        SKIP("process 2 is not the kernel's, or may not be looked at");
    psutil_process_info *info = read_all(2);
    CHECK_STRING(info->exe, "");
    CHECK_INT(info->result[PSUTIL_FIELD_ENVIRON], 0);
    CHECK_INT(info->environ->len, 0);
    CHECK_INT(info->cmdline->len, 0);
    CHECK_STRING(info->cwd, "/");
    CHECK_INT(info->memory_maps->len, 0);
    CHECK_INT(info->memory_footprint.pss, 0);
    CHECK_INT(info->memory_info_ex.peak_rss, PSUTIL_UNKNOWN);
    psutil_process_info_free(info);
}

TEST(descriptors_do_not_leak)
{
    psutil_process *self = process_of(getpid());
    int64_t before, after;
    psutil_process_info *info;
    /* A CPU use beyond 100 % is a reason to count the CPUs, now and then. */
    const psutil_fields fields = PSUTIL_FIELDS_ALL & ~PSUTIL_FIELD(CPU_PERCENT);
    for (int i = 0; i < 2; i++) { /* what is asked for twice is kept open */
        REQUIRE(psutil_process_read(&info, self, fields) == 0);
        psutil_process_info_free(info);
    }
    REQUIRE(psutil_process_num_fds(&before, self) == 0);
    for (int i = 0; i < 50; i++) {
        REQUIRE(psutil_process_read(&info, self, fields) == 0);
        psutil_process_info_free(info);
    }
    REQUIRE(psutil_process_num_fds(&after, self) == 0);
    CHECK_INT(after, before);
    psutil_process_close(self);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 2;
    int failed = run_with_helper();
    rmdir(folder);
    return failed;
}
