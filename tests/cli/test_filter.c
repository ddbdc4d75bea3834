/* The language of --filter: what passes, and what is said of mistakes. */
#include "processes/processes.h"
#include "table/filter.h"

#include "../test.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct process_row row;

static void invent(void)
{
    row = (struct process_row){.now = 8200};
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++)
        row.info.result[i] = PSUTIL_NOT_ASKED;
    static const int known[] = {PSUTIL_FIELD_PID,         PSUTIL_FIELD_NAME,
                                PSUTIL_FIELD_STATUS,      PSUTIL_FIELD_CREATE_TIME,
                                PSUTIL_FIELD_MEMORY_INFO, PSUTIL_FIELD_TERMINAL,
                                PSUTIL_FIELD_USERNAME,    PSUTIL_FIELD_CPU_PERCENT};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        row.info.result[known[i]] = 0;
    row.info.pid = 42;
    row.info.name = "it's python";
    row.info.username = "www";
    row.info.status = PSUTIL_STATUS_SLEEPING;
    row.info.create_time = 1000;
    row.info.memory_info.rss = 100 << 20;
    row.info.cpu_percent = NAN;
}

/* 1 or 0, -1 for what is no filter. */
static int passes(const char *text)
{
    char problem[FILTER_PROBLEM];
    invent();
    struct filter *filter = filter_open(&process_listing, text, problem);
    int answer = filter ? filter_matches(filter, &row) : -1;
    filter_close(filter);
    return answer;
}

/* Where the caret stands, and whether the reason holds `word`; -1 otherwise. */
static long caret(const char *text, const char *word)
{
    char problem[FILTER_PROBLEM] = "";
    struct filter *filter = filter_open(&process_listing, text, problem);
    const char *last = strrchr(problem, '\n');
    bool said = !filter && last && strstr(problem, word);
    filter_close(filter);
    return said ? (long)(strchr(last, '^') - last - 1) : -1;
}

TEST(numbers_have_units)
{
    CHECK(passes("rss=100M") == 1);
    CHECK(passes("rss = 104857600") == 1);
    CHECK(passes("rss>=0.09765625g") == 1);
    CHECK(passes("rss>100MiB") == 0);
    CHECK(passes("rss!=100m") == 0);
    CHECK(passes("elapsed=2h") == 1);
    CHECK(passes("elapsed>119m and elapsed<7201s") == 1);
    CHECK(passes("elapsed>1d") == 0);
    CHECK(passes("pid>-1") == 1);
    CHECK(passes("memory_info.rss<=102400K") == 1);
}

TEST(texts_are_bare_or_quoted)
{
    CHECK(passes("user=www") == 1);
    CHECK(passes("user == \"www\"") == 1);
    CHECK(passes("user!=www") == 0);
    CHECK(passes("name='it\\'s python'") == 1);
    CHECK(passes("name=\"it's python\"") == 1);
    CHECK(passes("status=sleeping") == 1);
    CHECK(passes("user<x") == 1);
    CHECK(passes("user='and'") == 0);
}

TEST(regular_expressions)
{
    CHECK(passes("name=~py") == 1);
    CHECK(passes("name~^py") == 0);
    CHECK(passes("name!~^py") == 1);
    CHECK(passes("name=~'(perl|python)$'") == 1);
    CHECK(passes("pid=~^4") == 1);
}

TEST(joined)
{
    CHECK(passes("pid=1 || pid=2 && pid=3 or pid=42") == 1);
    CHECK(passes("(pid=42 || pid=2) && pid=3") == 0);
    CHECK(passes("not pid=1 and !(pid=2)") == 1);
    CHECK(passes("!!pid=42") == 1);
    CHECK(passes("not not not pid=42") == 0);
}

TEST(the_unknown_compares_false)
{
    CHECK(passes("tty=pts/0") == 0);
    CHECK(passes("tty!=pts/0") == 0);
    CHECK(passes("tty=~.") == 0);
    CHECK(passes("tty!~x") == 0);
    CHECK(passes("tty=null") == 1);
    CHECK(passes("tty!=null") == 0);
    CHECK(passes("user!=null") == 1);
    CHECK(passes("nice<100") == 0);
    CHECK(passes("nice=null") == 1);
    CHECK(passes("cpu_percent>=0") == 0);
    CHECK(passes("user='null'") == 0);
}

TEST(mistakes_are_pointed_at)
{
    CHECK(caret("", "name of a column") == 0);
    CHECK(caret("foo=1", "unknown column foo") == 0);
    CHECK(caret("pid=1 && nme=x", "did you mean name?") == 9);
    CHECK(caret("pid", "comparison") == 3);
    CHECK(caret("pid=", "value") == 4);
    CHECK(caret("pid=x", "number") == 4);
    CHECK(caret("rss>1x", "100M") == 4);
    CHECK(caret("(pid=1", "not closed") == 0);
    CHECK(caret("pid=1)", "the end") == 5);
    CHECK(caret("pid=1 pid=2", "&& or ||") == 6);
    CHECK(caret("name='x", "quote") == 5);
    CHECK(caret("name=~[", "regular expression") == 6);
    CHECK(caret("pid=1 &&", "name of a column") == 8);
    CHECK(caret("name=\"\x1b\" x", "&& or ||") == 12); /* shown as \x1b */
    if (setlocale(LC_CTYPE, "C.UTF-8")) {
        setenv("LC_ALL", "C.UTF-8", 1);
        CHECK(caret("name=\u00e9 x", "&& or ||") == 7);
        CHECK(caret("name=\u6f22\u5b57 x", "&& or ||") == 10); /* two columns each */
        CHECK(caret("name=e\u0301 x", "&& or ||") == 7);       /* combining: none */
    }
    CHECK(caret("num_handles=1", "does not exist on this system") == 0);
}

TEST(no_text_is_too_much)
{
    static char deep[10000], wide[10000];
    memset(deep, '(', sizeof deep - 1);
    CHECK(passes(deep) == -1);
    memset(deep, '!', sizeof deep - 1);
    CHECK(passes(deep) == -1);
    for (size_t i = 0; i + 9 < sizeof wide; i += 9)
        memcpy(wide + i, "pid=1 or ", 9);
    CHECK(passes(wide) == -1);
}

TEST(only_what_is_asked_is_read)
{
    char problem[FILTER_PROBLEM];
    struct filter *filter = filter_open(&process_listing, "rss>1 && name=x", problem);
    CHECK(filter_fields(filter) == (PSUTIL_FIELD(MEMORY_INFO) | PSUTIL_FIELD(NAME)));
    filter_close(filter);
}

int main(void)
{
    return run_tests();
}
