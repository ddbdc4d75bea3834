/* psutil top without a terminal: an invented machine, keys, and what the screen holds then. */
#include "top/top.h"

#include "../root.h"

static struct root root;
static struct cli cli;
static struct top top;
static struct buffer drawn;

/* A process that was started at `ticks`. */
static void process(int pid, int ppid, const char *name, int ticks)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "proc/%d/stat", pid);
    snprintf(
        text, sizeof text,
        "%d (%s) S %d 1 1 0 -1 4194304 10 11 12 13 %d 15 16 17 20 0 1 0 %d 23 24 25 26 27 28 29 "
        "30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52\n",
        pid, name, ppid, 100 * pid, ticks);
    root_file(&root, path, text);
    snprintf(path, sizeof path, "proc/%d/statm", pid);
    snprintf(text, sizeof text, "%d %d 5 1 0 2 0\n", 20 * pid, 10 * pid);
    root_file(&root, path, text);
    snprintf(path, sizeof path, "proc/%d/status", pid);
    snprintf(text, sizeof text, "Name:\t%s\nUid:\t1\t%d\t3\t4\nThreads:\t1\n", name, pid * 10);
    root_file(&root, path, text);
    snprintf(path, sizeof path, "proc/%d/cmdline", pid);
    snprintf(text, sizeof text, "/bin/%s", name);
    root_bytes(&root, path, text, strlen(text) + 1);
}

static void vanish(int pid)
{
    static const char *const files[] = {"stat", "statm", "status", "cmdline", ""};
    char path[64];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "proc/%d/%s", pid, files[i]);
        root_delete(&root, path);
    }
}

static void invent(void)
{
    root = root_make();
    root_file(&root, "proc/stat",
              "cpu  1 0 1 1 0 0 0 0 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\nctxt 4\nbtime 1000000000\n");
    root_file(&root, "proc/meminfo",
              "MemTotal: 1000 kB\nMemFree: 400 kB\nMemAvailable: 600 kB\n"
              "Buffers: 0 kB\nCached: 100 kB\nSwapTotal: 0 kB\n"
              "SwapFree: 0 kB\n");
    root_file(&root, "proc/uptime", "100.00 50.00\n");
    process(1, 0, "init", 100);
    process(5, 1, "five", 500);
    process(6, 5, "six", 600);
    process(7, 1, "seven", 700);
    process(8, 7, "eight", 800);
}

static void start(void)
{
    invent();
    cli = (struct cli){.ctx = root_open(&root), .command = command_find("top")};
    CHECK_INT(top_open(&top, &cli), CLI_DONE);
    model_sort(&top.model, "pid");
    top_refresh(&top);
    CHECK(!top.quit);
    CHECK(top_draw(&top, 24, 80));
}

static void stop(void)
{
    top_close(&top);
    psutil_close(cli.ctx);
    root_remove(&root);
    buffer_free(&drawn);
    drawn = (struct buffer){0};
}

static void press(int key)
{
    struct input input = {.key = key};
    top_key(&top, &input);
    if (top.stale)
        top_refresh(&top);
    CHECK(top_draw(&top, 24, 80));
}

static void type(const char *text)
{
    for (; *text; text++)
        press(*text);
}

static const char *screen(void)
{
    struct term term = {.columns = 80};
    buffer_free(&drawn);
    drawn = (struct buffer){0};
    surface_write(&drawn, &top.surface, &term);
    buffer_add(&drawn, "", 1);
    return drawn.data;
}

static int64_t selected(void)
{
    return top.model.selected.pid;
}

/* The pids that are listed, as "1 5 6 7 8 ". */
static const char *listed(void)
{
    static char text[256];
    text[0] = '\0';
    for (size_t i = 0; i < top.model.rows.len; i++) {
        const struct process_row *row = top.model.rows.items[i];
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d ", (int)row->info.pid);
    }
    return text;
}

/* ---- The selection ----------------------------------------------------------------------------
 */

TEST(the_selection_is_a_process_not_a_place)
{
    start();
    CHECK_INT(selected(), 1);
    press(KEY_IS_DOWN);
    press(KEY_IS_DOWN);
    CHECK_INT(selected(), 6);
    press('I');
    CHECK_STRING(listed(), "8 7 6 5 1 ");
    CHECK_INT(selected(), 6);
    CHECK_INT(top.model.cursor, 2);
    process(9, 1, "nine", 900);
    press('R');
    CHECK_STRING(listed(), "9 8 7 6 5 1 ");
    CHECK_INT(selected(), 6);
    vanish(6);
    press('R');
    CHECK_STRING(listed(), "9 8 7 5 1 ");
    CHECK_INT(selected(), 5); /* who stands there now */
    stop();
}

TEST(at_the_top_the_selection_stays_at_the_top)
{
    start();
    press('I');
    CHECK_INT(selected(), 8);
    press(KEY_IS_END);
    CHECK_INT(selected(), 1);
    press(KEY_IS_HOME);
    process(9, 1, "nine", 900);
    press('R');
    CHECK_INT(selected(), 9);
    stop();
}

TEST(somebody_else_with_the_pid_is_not_marked)
{
    start();
    press(KEY_IS_DOWN);
    press(' ');
    CHECK_INT(top.model.marked_len, 1);
    CHECK(model_is_marked(&top.model, top.model.rows.items[1]));
    vanish(5);
    process(5, 1, "other", 5555);
    press('R');
    CHECK_STRING(listed(), "1 5 6 7 8 ");
    CHECK(!model_is_marked(&top.model, top.model.rows.items[1]));
    struct targets targets;
    CHECK_INT(targets_open(&targets, &top.model), 0);
    CHECK_INT(targets.len, 0);
    targets_close(&targets);
    stop();
}

TEST(a_signal_goes_to_who_was_asked_about)
{
    start();
    press(KEY_IS_DOWN);
    press('k');
    CHECK(strstr(screen(), "SIGTERM 15"));
    press(KEY_IS_ENTER);
    CHECK(strstr(screen(), "Send SIGTERM to 5 five, started 2001?"));
    vanish(5);
    process(5, 1, "other", 5555);
    CHECK_INT(top.targets.len, 1);
    char *name = NULL;
    CHECK_INT(psutil_process_name(&name, top.targets.items[0]), PSUTIL_EREUSED);
    press('y');
    CHECK(top.warns && *top.message); /* nothing was sent */
    CHECK_INT(top.targets.len, 0);
    stop();
}

TEST(a_question_is_answered_by_y_only)
{
    start();
    for (const char *key = "n q"; *key; key++) {
        press('k');
        press(KEY_IS_ENTER);
        CHECK_INT(top.mode, MODE_CONFIRM);
        press('x');
        press(KEY_IS_ENTER);
        CHECK_INT(top.mode, MODE_CONFIRM);
        press(*key == ' ' ? KEY_IS_ESCAPE : *key);
        CHECK_INT(top.mode, MODE_LIST);
        CHECK_STRING(top.message, "");
        CHECK(!top.quit);
    }
    stop();
}

/* ---- The list ---------------------------------------------------------------------------------
 */

TEST(only_what_is_needed_is_read_of_all)
{
    start();
    const struct process_row *row = top.model.rows.items[0];
    CHECK_INT(row->info.result[PSUTIL_FIELD_CMDLINE], PSUTIL_NOT_ASKED);
    CHECK_INT(row->info.result[PSUTIL_FIELD_MEMORY_INFO], PSUTIL_NOT_ASKED);
    CHECK(strstr(screen(), "/bin/init")); /* on the screen it is there all the same */
    press('M');
    row = top.model.rows.items[0];
    CHECK_INT(row->info.result[PSUTIL_FIELD_MEMORY_INFO], 0);
    CHECK_STRING(listed(), "8 7 6 5 1 ");
    CHECK_INT(model_row(&top.model, 0)->info.result[PSUTIL_FIELD_CMDLINE], 0);
    CHECK(model_row(&top.model, 99) == NULL);
    stop();
}

TEST(the_order)
{
    start();
    press('N');
    CHECK_STRING(listed(), "8 7 6 5 1 ");
    press('T');
    CHECK_STRING(listed(), "8 7 6 5 1 ");
    press('T');
    CHECK_STRING(listed(), "1 5 6 7 8 ");
    CHECK(strstr(screen(), "TIME^"));
    press('U');
    CHECK_STRING(listed(), "1 5 6 7 8 ");
    press('>');
    CHECK(strstr(screen(), "NIv") || strstr(screen(), "NI^"));
    press('s');
    CHECK(strstr(screen(), "Order by"));
    press('c');
    CHECK_STRING(top.model.table.columns[top.menu.cursor].name, "cpu");
    press(KEY_IS_ENTER);
    CHECK_STRING(top.model.table.sort.name, "cpu");
    stop();
}

TEST(the_tree)
{
    start();
    press('t');
    CHECK(strstr(screen(), "/bin/init\n"));
    CHECK(strstr(drawn.data, "|- /bin/five\n"));
    CHECK(strstr(drawn.data, "|  `- /bin/six\n"));
    CHECK(strstr(drawn.data, "   `- /bin/eight\n"));
    press('t');
    CHECK(!strstr(screen(), "`-"));
    stop();
}

TEST(the_filter_as_it_is_typed)
{
    start();
    press('f');
    type("pid>5 && ");
    CHECK(*top.prompt.problem);
    press(KEY_IS_ENTER); /* not taken */
    CHECK_INT(top.mode, MODE_PROMPT);
    type("rss>300K");
    CHECK_STRING(listed(), "8 ");
    press(KEY_IS_ENTER);
    CHECK(strstr(screen(), "filter: pid>5 && rss>300K"));
    press('f');
    press(21); /* Ctrl-U */
    CHECK_STRING(listed(), "1 5 6 7 8 ");
    press(KEY_IS_ESCAPE);
    CHECK_STRING(listed(), "8 ");
    press(KEY_IS_ESCAPE);
    CHECK_STRING(listed(), "1 5 6 7 8 ");
    stop();
}

TEST(a_filter_that_lets_nobody_through)
{
    start();
    press('f');
    type("pid=4711");
    press(KEY_IS_ENTER);
    CHECK_STRING(listed(), "");
    for (const char *key = "kri[] nbtISs"; *key; key++) {
        press(*key);
        press(KEY_IS_ESCAPE);
        if (top.model.table.filter == NULL) {
            press('f');
            type("pid=4711");
            press(KEY_IS_ENTER);
        }
    }
    press(KEY_IS_DOWN);
    press(KEY_IS_END);
    CHECK_STRING(listed(), "");
    stop();
}

TEST(the_search)
{
    start();
    press('/');
    type("EVEN");
    CHECK_INT(selected(), 7);
    press(KEY_IS_ENTER);
    press('n');
    CHECK_INT(selected(), 7);
    press('/');
    type("i");
    CHECK_INT(selected(), 7); /* "/bin/seven" */
    press(KEY_IS_ENTER);
    press('n');
    CHECK_INT(selected(), 8);
    press('n');
    CHECK_INT(selected(), 1);
    press('b');
    CHECK_INT(selected(), 8);
    press('/');
    type("nowhere");
    CHECK_STRING(top.prompt.problem, "not found");
    press(KEY_IS_ESCAPE);
    CHECK_STRING(top.model.search, "");
    stop();
}

TEST(users)
{
    start();
    press('u');
    type("70");
    press(KEY_IS_ENTER);
    CHECK_STRING(listed(), "7 ");
    press(KEY_IS_ESCAPE);
    CHECK_STRING(listed(), "1 5 6 7 8 ");
    stop();
}

/* ---- Keys -------------------------------------------------------------------------------------
 */

TEST(no_key_stands_twice)
{
    for (const struct binding *a = bindings; a->name; a++)
        for (const struct binding *b = a + 1; b->name; b++)
            for (size_t i = 0; i < 5 && a->keys[i]; i++)
                for (size_t k = 0; k < 5 && b->keys[k]; k++)
                    CHECK(a->keys[i] != b->keys[k]);
}

TEST(the_help_names_every_key)
{
    start();
    press('h');
    for (const struct binding *b = bindings; b->name; b++)
        if (b - bindings < 20)
            CHECK(strstr(screen(), b->doc));
    press('q');
    CHECK_INT(top.mode, MODE_LIST);
    CHECK(!top.quit);
    press('q');
    CHECK(top.quit);
    stop();
}

TEST(clicks)
{
    start();
    struct input header = {KEY_IS_CLICK, top.view.layout.header, (size_t)top.view.starts[8]};
    top_key(&top, &header);
    CHECK_STRING(top.model.table.sort.name, "command");
    top_key(&top, &header);
    CHECK_INT(top.model.table.order, -1);
    struct input line = {KEY_IS_CLICK, top.view.layout.list + 2, 7};
    top_key(&top, &line);
    CHECK_INT(top.model.cursor, 2);
    struct input nowhere = {KEY_IS_CLICK, 900, 900};
    top_key(&top, &nowhere);
    CHECK_INT(top.model.cursor, 2);
    press('k');
    top_key(&top, &nowhere);
    CHECK_INT(top.mode, MODE_MENU);
    stop();
}

/* Any keys in any order, at any size, leave it standing. */
TEST(keys_at_random)
{
    static const size_t sizes[][2] = {{1, 1},    {2, 5},   {5, 20}, {24, 80},
                                      {60, 200}, {3, 300}, {0, 0}};
    uint32_t state = 12345;
    start();
    for (int i = 0; i < 20000; i++) {
        state = state * 1664525 + 1013904223;
        uint32_t pick = state >> 16;
        struct input input = {.key = pick & 1 ? KEY_IS_SPECIAL + (int)(pick / 2 % 30)
                                              : (int)(pick / 2 % 128),
                              .row = pick % 30,
                              .column = pick % 90};
        top_key(&top, &input);
        top.quit = false;
        if (i % 50 == 0)
            CHECK(top_draw(&top, sizes[pick % 7][0], sizes[pick % 7][1]));
        if (i % 1000 == 0)
            top_refresh(&top);
    }
    stop();
}

TEST(every_size)
{
    start();
    for (size_t rows = 0; rows < 40; rows++)
        for (size_t columns = 0; columns < 130; columns += 3) {
            CHECK(top_draw(&top, rows, columns));
            CHECK_INT(top.surface.rows, rows);
        }
    stop();
}

int main(void)
{
    setenv("LC_ALL", "C", 1);
    return run_tests();
}
