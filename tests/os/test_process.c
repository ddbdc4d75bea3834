/* Fields of processes from a /proc that the test made. */
#include "../root.h"

#define STAT(pid, comm, state, flags)                                                              \
    pid " (" comm ") " state " 1 1 1 34818 1 " flags                                               \
        " 11 22 33 44 55 66 77 88 20 -5 3 0 999 1 2 3 0 0 0 0 0 0 0 0 0 0 0 0 17 6 0 0 12 0 0\n"
#define USER "4194560"
#define KERNEL "2129984"

static struct root root;
static psutil *ctx;
static psutil_process *process;
static psutil_process_info *info;

/* Opens the root, and reads all fields of process 42. */
static int read_fields(void)
{
    ctx = root_open(&root);
    int rc = psutil_process_open(&process, ctx, 42);
    return rc != 0 ? rc : psutil_process_read(&info, process, PSUTIL_FIELDS_ALL);
}

static void start(const char *stat)
{
    root = root_make();
    root_file(&root, "proc/stat", "cpu  1 2 3 4 5 6 7 8 9 0\nbtime 1000\n");
    root_file(&root, "proc/42/stat", stat);
}

static void finish(void)
{
    psutil_process_info_free(info);
    psutil_process_close(process);
    psutil_close(ctx);
    info = NULL;
    process = NULL;
    ctx = NULL;
    root_remove(&root);
}

static int result(psutil_process_field field)
{
    return info->result[field];
}

static void make_links(void)
{
    root_link(&root, "proc/42/exe", "/opt/my prog (deleted)");
    root_link(&root, "proc/42/cwd", "/nowhere");
    root_link(&root, "proc/42/fd/0", "/dev/null");
    root_link(&root, "proc/42/fd/1", "pipe:[123]");
    root_link(&root, "proc/42/fd/3", "/nowhere/file");
    root_link(&root, "proc/42/fd/4", "/nowhere/gone (deleted)");
    root_link(&root, "proc/42/fd/5", "/nowhere/only flags");
    root_file(&root, "proc/42/fdinfo/3", "pos:\t77\nflags:\t0102001\n");
    root_file(&root, "proc/42/fdinfo/5", "flags:\t0100002\n");
    root_file(&root, "proc/42/task/42/stat", STAT("42", "main", "S", USER));
    root_file(&root, "proc/42/task/43/stat", STAT("43", "x) S 9 (y", "S", USER));
    root_file(&root, "proc/42/task/44/empty", "");
    root_file(&root, "proc/42/task/45/stat", "");
}

/* A process of which every file is there. */
static void start_complete(void)
{
    start(STAT("42", "a) R 1 (b", "S", USER));
    root_file(&root, "etc/passwd", "root:x:0:0::/:/bin/sh\nsomebody:x:1234:5::/:/bin/sh\n");
    root_file(&root, "proc/42/status",
              "Name:\tx\nTgid:\t42\nUid:\t1234\t2\t3\t4\nGid:\t5\t6\t7\t8\nVmPeak:\t8 kB\n"
              "VmHWM:\t4 kB\nCpus_allowed_list:\t0-2,1500\n"
              "voluntary_ctxt_switches:\t10\nnonvoluntary_ctxt_switches:\t11\n");
    root_file(&root, "proc/42/statm", "10 5 3 2 0 4 0\n");
    root_bytes(&root, "proc/42/cmdline", "prog\0\0a b\0\xff\0", 12);
    root_bytes(&root, "proc/42/environ", "A=1\0none\0B=\0", 12);
    root_file(&root, "proc/42/io",
              "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\n");
    root_file(&root, "proc/42/limits",
              "Max open files            1024                 unlimited            files\n");
    root_file(&root, "proc/42/smaps",
              "1000-2000 r--p 0 0:0 1 /lib/b (deleted)\nSize: 4 kB\nRss: 1 kB\n"
              "2000-3000 r--p 0 0:0 1\nRss: 2 kB\n"
              "3000-4000 rw-p 0 0:0 1 /lib/b\nSize: 8 kB\nRss: 3 kB\nVmFlags:\n"
              "4000-5000 rw-p 0 0:0 1 /new\\012line\nRss: 4 kB\n");
    root_file(&root, "proc/42/smaps_rollup",
              "1000-5000 ---p 0 0:0 0 [rollup]\nPss: 7 kB\nPrivate_Clean: 1 kB\n"
              "Private_Dirty: 2 kB\nPrivate_Hugetlb: 3 kB\nSwap: 5 kB\n");
    make_links();
}

TEST(stat_status_and_passwd_say_whose_it_is)
{
    start_complete();
    REQUIRE(read_fields() == 0);
    CHECK_STRING(info->name, "a) R 1 (b");
    CHECK_INT(info->nice, -5);
    CHECK_STRING(info->terminal, "/dev/pts/2");
    CHECK_STRING(info->username, "somebody");
    CHECK_INT(info->uids.real, 1234);
    CHECK_INT(info->uids.saved, 3);
    CHECK_INT(info->gids.effective, 6);
    CHECK_INT(info->num_ctx_switches.voluntary, 10);
    CHECK_INT(info->memory_info_ex.peak_rss, 4096);
    CHECK_INT(info->memory_info_ex.rss_anon, PSUTIL_UNKNOWN);
    finish();
}

TEST(words_and_links) /* corner case 4 */
{
    start_complete();
    REQUIRE(read_fields() == 0);
    REQUIRE(result(PSUTIL_FIELD_CMDLINE) == 0 && info->cmdline->len == 4);
    CHECK_STRING(info->cmdline->items[0], "prog");
    CHECK_STRING(info->cmdline->items[1], "");
    CHECK_STRING(info->cmdline->items[2], "a b");
    CHECK_STRING(info->cmdline->items[3], "\xff");
    REQUIRE(result(PSUTIL_FIELD_ENVIRON) == 0 && info->environ->len == 2);
    CHECK_STRING(info->environ->items[1], "B=");
    CHECK_STRING(info->exe, "/opt/my prog");
    CHECK_STRING(info->cwd, "/nowhere");
    finish();
}

TEST(counters_and_open_files) /* corner case 8 */
{
    start_complete();
    REQUIRE(read_fields() == 0);
    CHECK_INT(info->io_counters.read_count, 3);
    CHECK_INT(info->io_counters.write_chars, 2);
    CHECK_INT(info->num_fds, 5);
    REQUIRE(result(PSUTIL_FIELD_OPEN_FILES) == 0 && info->open_files->len == 2);
    int first = info->open_files->items[0].fd != 3;
    CHECK_STRING(info->open_files->items[first].path, "/nowhere/file");
    CHECK_INT(info->open_files->items[first].position, 77);
    CHECK_STRING(info->open_files->items[first].mode, "a");
    CHECK_INT(info->open_files->items[first].flags, 0102001);
    CHECK_INT(info->open_files->items[!first].position, PSUTIL_UNKNOWN);
    CHECK_STRING(info->open_files->items[!first].mode, "r+");
    finish();
}

TEST(threads) /* corner case 13 */
{
    start_complete();
    REQUIRE(read_fields() == 0);
    REQUIRE(result(PSUTIL_FIELD_THREADS) == 0 && info->threads->len == 2);
    CHECK_INT(info->threads->items[1].id, 43);
    CHECK_DOUBLE(info->threads->items[1].user_time, 0.55);
    finish();
}

TEST(mappings_and_what_they_weigh) /* corner case 8 */
{
    start_complete();
    REQUIRE(read_fields() == 0);
    CHECK_INT(info->memory_footprint.uss, 6144);
    CHECK_INT(info->memory_footprint.pss, 7168);
    CHECK_INT(info->memory_footprint.swap, 5120);
    REQUIRE(result(PSUTIL_FIELD_MEMORY_MAPS) == 0 && info->memory_maps->len == 3);
    CHECK_STRING(info->memory_maps->items[0].path, "/lib/b");
    CHECK_INT(info->memory_maps->items[0].size, 12288);
    CHECK_INT(info->memory_maps->items[0].rss, 4096);
    CHECK_INT(info->memory_maps->items[0].swap, PSUTIL_UNKNOWN);
    CHECK_STRING(info->memory_maps->items[1].path, "[anon]");
    CHECK_STRING(info->memory_maps->items[2].path, "/new\nline");
    CHECK(info->memory_maps->items[2].addr == NULL);

    psutil_pmmap_list *maps;
    REQUIRE(psutil_process_memory_maps(&maps, process, false) == 0);
    CHECK_INT(maps->len, 4);
    CHECK_STRING(maps->items[2].addr, "3000-4000");
    CHECK_STRING(maps->items[2].perms, "rw-p");
    psutil_free(maps);
    finish();
}

TEST(affinity_and_limits)
{
    start_complete();
    REQUIRE(read_fields() == 0);
    REQUIRE(result(PSUTIL_FIELD_CPU_AFFINITY) == 0 && info->cpu_affinity->len == 4);
    CHECK_INT(info->cpu_affinity->items[3], 1500);
    REQUIRE(result(PSUTIL_FIELD_RLIMIT) == 0 && info->rlimit->len == 1);
    CHECK_INT(info->rlimit->items[0].hard, PSUTIL_RLIM_INFINITY);
    CHECK_INT(result(PSUTIL_FIELD_IONICE), PSUTIL_ENOTSUP);

    psutil_prlimit limit;
    CHECK_INT(psutil_process_rlimit(&limit, process, PSUTIL_RLIMIT_NOFILE), 0);
    CHECK_INT(limit.soft, 1024);
    CHECK_INT(psutil_process_rlimit(&limit, process, PSUTIL_RLIMIT_CPU), PSUTIL_EDATA);
    finish();
}

TEST(missing_files_are_not_supported)
{
    static const psutil_process_field fields[] = {
        PSUTIL_FIELD_UIDS,       PSUTIL_FIELD_USERNAME,    PSUTIL_FIELD_CMDLINE,
        PSUTIL_FIELD_ENVIRON,    PSUTIL_FIELD_EXE,         PSUTIL_FIELD_CWD,
        PSUTIL_FIELD_NUM_FDS,    PSUTIL_FIELD_OPEN_FILES,  PSUTIL_FIELD_IO_COUNTERS,
        PSUTIL_FIELD_THREADS,    PSUTIL_FIELD_MEMORY_MAPS, PSUTIL_FIELD_MEMORY_FOOTPRINT,
        PSUTIL_FIELD_RLIMIT,     PSUTIL_FIELD_IONICE,      PSUTIL_FIELD_CPU_AFFINITY,
        PSUTIL_FIELD_MEMORY_INFO};
    start(STAT("42", "x", "S", USER));
    REQUIRE(read_fields() == 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        CHECK_INT(result(fields[i]), PSUTIL_ENOTSUP);
    CHECK_INT(result(PSUTIL_FIELD_NAME), 0);
    CHECK_INT(result(PSUTIL_FIELD_CPU_TIMES), 0);
    psutil_prlimit limit;
    CHECK_INT(psutil_process_rlimit(&limit, process, PSUTIL_RLIMIT_CPU), PSUTIL_ENOTSUP);
    finish();
}

TEST(empty_files_have_their_own_answers)
{
    static const char *const empty[] = {"status", "cmdline", "environ",      "io",
                                        "limits", "smaps",   "smaps_rollup", "statm"};
    start(STAT("42", "x", "S", USER));
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        char name[32];
        snprintf(name, sizeof name, "proc/42/%s", empty[i]);
        root_file(&root, name, "");
    }
    root_file(&root, "proc/42/task/42/other", "");
    REQUIRE(read_fields() == 0);
    CHECK_INT(result(PSUTIL_FIELD_UIDS), PSUTIL_EDATA);
    CHECK_INT(result(PSUTIL_FIELD_USERNAME), PSUTIL_EDATA);
    CHECK_INT(result(PSUTIL_FIELD_NUM_CTX_SWITCHES), PSUTIL_ENOTSUP);
    CHECK_INT(result(PSUTIL_FIELD_IO_COUNTERS), PSUTIL_EDATA);
    CHECK_INT(result(PSUTIL_FIELD_RLIMIT), PSUTIL_EDATA);
    CHECK_INT(result(PSUTIL_FIELD_CPU_AFFINITY), PSUTIL_EDATA);
    CHECK_INT(result(PSUTIL_FIELD_MEMORY_INFO), PSUTIL_EDATA);
    CHECK_INT(result(PSUTIL_FIELD_MEMORY_FOOTPRINT), PSUTIL_EDATA);
    CHECK_INT(result(PSUTIL_FIELD_THREADS), PSUTIL_EDATA);
    REQUIRE(result(PSUTIL_FIELD_CMDLINE) == 0 && result(PSUTIL_FIELD_ENVIRON) == 0);
    CHECK_INT(info->cmdline->len, 0);
    CHECK_INT(info->environ->len, 0);
    finish();
}

TEST(kernel_threads_have_no_memory_and_are_not_gone) /* corner cases 4, 12, 14 */
{
    start(STAT("42", "kworker/0:1", "I", KERNEL));
    root_file(&root, "proc/42/cmdline", "");
    REQUIRE(read_fields() == 0);
    CHECK_INT(info->status, PSUTIL_STATUS_IDLE);
    CHECK_INT(result(PSUTIL_FIELD_EXE), 0);
    CHECK_STRING(info->exe, "");
    REQUIRE(result(PSUTIL_FIELD_CMDLINE) == 0 && result(PSUTIL_FIELD_ENVIRON) == 0);
    CHECK_INT(info->cmdline->len, 0);
    CHECK_INT(info->environ->len, 0);
    REQUIRE(result(PSUTIL_FIELD_MEMORY_MAPS) == 0);
    CHECK_INT(info->memory_maps->len, 0);
    CHECK_INT(result(PSUTIL_FIELD_MEMORY_FOOTPRINT), 0);
    CHECK_INT(info->memory_footprint.uss, 0);
    finish();
}

TEST(zombies_say_so) /* corner case 4 */
{
    start(STAT("42", "x", "Z", USER));
    root_file(&root, "proc/42/cmdline", "");
    root_file(&root, "proc/42/environ", "");
    REQUIRE(read_fields() == 0);
    CHECK_INT(info->status, PSUTIL_STATUS_ZOMBIE);
    CHECK_INT(result(PSUTIL_FIELD_EXE), PSUTIL_EZOMBIE);
    CHECK_INT(result(PSUTIL_FIELD_CMDLINE), PSUTIL_EZOMBIE);
    CHECK_INT(result(PSUTIL_FIELD_ENVIRON), PSUTIL_EZOMBIE);
    CHECK_INT(result(PSUTIL_FIELD_CWD), PSUTIL_EZOMBIE);
    CHECK_INT(result(PSUTIL_FIELD_MEMORY_MAPS), PSUTIL_EZOMBIE);
    CHECK_INT(result(PSUTIL_FIELD_MEMORY_FOOTPRINT), 0);
    finish();
}

TEST(odd_stats) /* corner case 1 */
{
    static const struct {
        const char *stat, *name;
        psutil_status status;
    } cases[] = {
        {STAT("42", "(RDD Process)", "R", USER), "(RDD Process)", PSUTIL_STATUS_RUNNING},
        {STAT("42", "x\ny", "t", USER), "x\ny", PSUTIL_STATUS_TRACING_STOP},
        {STAT("42", "\xff\xfe", "D", USER), "\xff\xfe", PSUTIL_STATUS_DISK_SLEEP},
        {STAT("42", "", "T", USER), "", PSUTIL_STATUS_STOPPED},
        {"42 (old) P 1 1 1 0 1 0 11 22 33 44 55 66 77 88 20 -5 3 0 999\n", "old",
         PSUTIL_STATUS_PARKED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        start(cases[i].stat);
        REQUIRE(read_fields() == 0);
        CHECK_STRING(info->name, cases[i].name);
        CHECK_INT(info->status, cases[i].status);
        CHECK_DOUBLE(info->cpu_times.user, 0.55);
        finish();
    }
}

TEST(a_state_that_nobody_knows_is_unknown) /* corner case 2 */
{
    start("42 (x) ? 1 1 1 0 1 0 11 22 33 44 55 66 77 88 20 -5 3 0 999 1 2 3");
    REQUIRE(read_fields() == 0);
    CHECK_INT(info->status, PSUTIL_UNKNOWN);
    CHECK_INT(info->cpu_num, PSUTIL_UNKNOWN);
    CHECK(isnan(info->cpu_times.iowait));
    finish();
}

TEST(cut_names_are_completed_only_by_their_own_program) /* corner case 3 */
{
    static const struct {
        const char *comm, *cmdline, *name;
    } cases[] = {
        {"a_very_long_pro", "/opt/my app/a_very_long_program", "a_very_long_program"},
        {"a_very_long_scr", "/usr/bin/python3", "a_very_long_scr"},
        {"short", "/usr/bin/shorter", "short"},
        {"fifteen_letters", "", "fifteen_letters"},
        {"long_title_writ", "long_title_writer: serving /a", "long_title_writer:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char stat[256];
        snprintf(stat, sizeof stat, "42 (%s) S 1 1 1 0 1 0 11 22 33 44 55 66 77 88 20 -5 3 0 999\n",
                 cases[i].comm);
        start(stat);
        bool title = strstr(cases[i].cmdline, ": ") != NULL;
        root_bytes(&root, "proc/42/cmdline", cases[i].cmdline,
                   strlen(cases[i].cmdline) + (cases[i].cmdline[0] != '\0' && !title));
        REQUIRE(read_fields() == 0);
        CHECK_STRING(info->name, cases[i].name);
        finish();
    }
}

TEST(terminals_by_number)
{
    static const struct {
        int number;
        const char *path;
    } cases[] = {{0, NULL},
                 {4 << 8 | 1, "/dev/tty1"},
                 {4 << 8 | 64, "/dev/ttyS0"},
                 {5 << 8, "/dev/tty"},
                 {5 << 8 | 1, "/dev/console"},
                 {136 << 8 | 255, "/dev/pts/255"},
                 {137 << 8 | 1, "/dev/pts/257"},
                 {136 << 8 | 0x100000 | 5, "/dev/pts/261"},
                 {188 << 8 | 3, "/dev/ttyUSB3"},
                 {250 << 8 | 3, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char stat[256];
        snprintf(stat, sizeof stat, "42 (x) S 1 1 1 %d 1 0 11 22 33 44 55 66 77 88 20 -5 3 0 999\n",
                 cases[i].number);
        start(stat);
        root_file(&root, "proc/tty/drivers",
                  "usbserial            /dev/ttyUSB   188 0-511 serial\n");
        REQUIRE(read_fields() == 0);
        CHECK_INT(result(PSUTIL_FIELD_TERMINAL), 0);
        CHECK_STRING(info->terminal, cases[i].path);
        finish();
    }
}

TEST(users_without_a_name_are_numbers) /* corner case 30 */
{
    start(STAT("42", "x", "S", USER));
    root_file(&root, "proc/42/status", "Tgid:\t42\nUid:\t77777\t0\t0\t0\n");
    REQUIRE(read_fields() == 0);
    CHECK_INT(result(PSUTIL_FIELD_USERNAME), 0);
    CHECK_STRING(info->username, "77777");
    finish();
}

TEST(old_kernels_have_only_smaps)
{
    start(STAT("42", "x", "S", USER));
    root_file(&root, "proc/42/smaps",
              "1000-2000 r--p 0 0:0 1 /a\nPss: 1 kB\nPrivate_Clean: 2 kB\nSwap: 3 kB\n"
              "2000-3000 r--p 0 0:0 1\nPss: 10 kB\nPrivate_Dirty: 20 kB\nSwap: 30 kB\n");
    REQUIRE(read_fields() == 0);
    CHECK_INT(info->memory_footprint.pss, 11 * 1024);
    CHECK_INT(info->memory_footprint.uss, 22 * 1024);
    CHECK_INT(info->memory_footprint.swap, 33 * 1024);
    finish();
}

/* A process that has a tenth of the machine's memory. */
static void start_with_a_tenth(void)
{
    double percent = 0;
    start(STAT("42", "x", "S", USER));
    root_file(&root, "proc/meminfo", "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 500 kB\n");
    root_file(&root, "proc/42/smaps",
              "1000-2000 r--p 0 0:0 1 /a\nPss: 100 kB\nPrivate_Clean: 2 kB\n");
    REQUIRE(read_fields() == 0);
    CHECK_INT(psutil_process_memory_percent(&percent, process, "pss"), 0);
    CHECK_DOUBLE(percent, 10);
}

/* A share of what nobody knows is not known either. */
TEST(an_unknown_figure_has_no_percentage)
{
    double percent = 0;
    start_with_a_tenth();
    CHECK_INT(psutil_process_memory_percent(&percent, process, "swap"), 0);
    CHECK_DOUBLE(percent, NAN);
    finish();
}

/* A virtual machine is given more memory while it runs. */
TEST(a_percentage_is_of_the_memory_that_there_is)
{
    double percent = 0;
    start_with_a_tenth();
    root_file(&root, "proc/meminfo", "MemTotal: 2000 kB\nMemFree: 500 kB\nMemAvailable: 500 kB\n");
    usleep(1100000);
    CHECK_INT(psutil_process_memory_percent(&percent, process, "pss"), 0);
    CHECK_DOUBLE(percent, 5);
    finish();
}

TEST(large_command_lines_come_whole) /* corner case 4 */
{
    const size_t size = 3 << 20;
    char *text = malloc(size);
    REQUIRE(text);
    for (size_t i = 0; i < size; i++)
        text[i] = i % 8 == 7 ? '\0' : 'x';
    start(STAT("42", "x", "S", USER));
    root_bytes(&root, "proc/42/cmdline", text, size);
    free(text);
    REQUIRE(read_fields() == 0);
    CHECK_INT(info->cmdline->len, size / 8);
    CHECK_STRING(info->cmdline->items[size / 8 - 1], "xxxxxxx");
    finish();
}

TEST(nothing_is_changed_below_another_root)
{
    start(STAT("42", "x", "S", USER));
    REQUIRE(read_fields() == 0);
    CHECK_INT(psutil_process_set_nice(process, 1), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_set_ionice(process, PSUTIL_IOPRIO_CLASS_BE, 1), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_set_rlimit(process, PSUTIL_RLIMIT_CORE, 0, 0), PSUTIL_ENOTSUP);
    CHECK_INT(psutil_process_set_cpu_affinity(process, NULL, 0), PSUTIL_ENOTSUP);
    finish();
}

TEST(a_thread_is_no_process) /* corner case 10 */
{
    start(STAT("42", "x", "S", USER));
    root_file(&root, "proc/42/status", "Tgid:\t7\n");
    CHECK_INT(read_fields(), PSUTIL_ESRCH);
    finish();
}

/* Both are made from the same two files; without the boot time there is neither. */
TEST(the_start_is_known_without_reading) /* corner case 20 */
{
    double started = 0;
    start(STAT("42", "a", "S", USER));
    REQUIRE(read_fields() == 0);
    CHECK_INT(psutil_process_started(&started, process), 0);
    CHECK(started > 1000 && started == info->create_time);
    finish();
    start(STAT("42", "a", "S", USER));
    root_file(&root, "proc/stat", "cpu  1 2 3 4 5 6 7 8 9 0\n");
    REQUIRE(read_fields() == 0);
    CHECK_INT(psutil_process_started(&started, process), result(PSUTIL_FIELD_CREATE_TIME));
    CHECK(result(PSUTIL_FIELD_CREATE_TIME) != 0);
    finish();
}

TEST(what_is_not_there_is_gone) /* corner case 5 */
{
    start(STAT("42", "x", "S", USER));
    root_delete(&root, "proc/42/stat");
    CHECK_INT(read_fields(), PSUTIL_ESRCH);
    finish();
}

int main(void)
{
    return run_tests();
}
