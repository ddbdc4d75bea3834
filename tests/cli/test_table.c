/* Listings drawn: plainly and by libsmartcols, which must not differ. */
#include "processes/processes.h"
#include "table/grid.h"
#include "text/display.h"

#include "../test.h"

#include <locale.h>
#include <string.h>

static const char *const names[] = {"plain",
                                    "\033[2J",
                                    "tab\tline\nline",
                                    "broken \xff\xfe",
                                    "wide \xe6\xbc\xa2\xe5\xad\x97 end",
                                    "e\xcc\x81\xcc\x81 combined",
                                    "\xe2\x80\xae turned",
                                    "",
                                    "a name that is far longer than its column may become"};

#define ROWS (sizeof names / sizeof *names)

static struct process_row items[ROWS];

static void invent(struct table *table, struct rows *rows, size_t columns)
{
    static const char *const shown[] = {"pid", "name", "rss", "user"};
    *table = (struct table){.listing = &process_listing, .header = true, .cut = columns > 0};
    table->term = (struct term){.columns = columns, .utf8 = display_is_utf8()};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        column_find(&table->columns[table->len++], &process_listing, shown[i], strlen(shown[i]));
    for (size_t i = 0; i < ROWS; i++) {
        items[i].info = (psutil_process_info){.pid = (int64_t)i * 1000, .name = names[i]};
        items[i].info.memory_info.rss = (int64_t)1 << (5 * i);
        items[i].info.result[PSUTIL_FIELD_USERNAME] = PSUTIL_EACCES;
    }
    rows_add_array(rows, items, ROWS, sizeof *items);
}

static struct buffer draw(size_t columns, void (*with)(struct buffer *, const struct grid *))
{
    struct table table;
    struct rows rows = {0};
    struct grid grid;
    struct buffer out = {0};
    invent(&table, &rows, columns);
    grid_fill(&grid, &table, &rows);
    with(&out, &grid);
    buffer_add(&out, "", 1);
    grid_free(&grid);
    rows_free(&rows);
    return out;
}

/* Every line begins its last column at the same place, and none is wider than the terminal. */
static void check_straight(size_t columns)
{
    struct buffer out = draw(columns, grid_draw_plain);
    size_t place = 0;
    for (char *line = strtok(out.data, "\n"); line; line = strtok(NULL, "\n")) {
        char *last = strrchr(line, ' ');
        REQUIRE(last);
        CHECK(columns == 0 || display_width(line, display_is_utf8()) <= columns);
        *last = '\0';
        size_t width = display_width(line, display_is_utf8());
        CHECK(place == 0 || width == place);
        place = width;
    }
    CHECK(place > 0);
    buffer_free(&out);
}

TEST(columns_stay_straight)
{
    check_straight(0);
    check_straight(60);
    check_straight(32);
}

TEST(nothing_harmful_is_drawn)
{
    struct buffer out = draw(0, grid_draw_plain);
    for (const char *at = out.data; *at; at++)
        CHECK((unsigned char)*at >= ' ' || *at == '\n');
    CHECK(!strstr(out.data, "\xe2\x80\xae"));
    CHECK(strstr(out.data, "far longer than its column may become"));
    buffer_free(&out);
}

TEST(cut_on_a_terminal_only)
{
    struct buffer wide = draw(0, grid_draw_plain), narrow = draw(40, grid_draw_plain);
    CHECK(strstr(wide.data, "may become"));
    CHECK(!strstr(narrow.data, "may become"));
    buffer_free(&wide);
    buffer_free(&narrow);
}

TEST(both_ways_draw_the_same)
{
#ifdef HAVE_SMARTCOLS
    static const size_t widths[] = {0, 32, 40, 80};
    if (!display_is_utf8())
        SKIP("no UTF-8 locale");
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct buffer plain = draw(widths[i], grid_draw_plain);
        struct buffer other = draw(widths[i], grid_draw_smartcols);
        CHECK_STRING(other.data, plain.data);
        buffer_free(&plain);
        buffer_free(&other);
    }
#else
    SKIP("built without libsmartcols");
#endif
}

TEST(every_field_of_a_process_is_a_column)
{
    const psutil_record *record = psutil_record_find("process");
    struct column column;
    char path[128];
    for (size_t i = 0; i < record->len; i++) {
        const psutil_field *field = &record->fields[i];
        enum column_found wanted =
            field->platforms & psutil_platform() ? COLUMN_FOUND : COLUMN_ELSEWHERE;
        CHECK(column_find(&column, &process_listing, field->name, strlen(field->name)) == wanted);
        for (size_t k = 0; field->type == PSUTIL_TYPE_RECORD && k < field->record->len; k++) {
            snprintf(path, sizeof path, "%s.%s", field->name, field->record->fields[k].name);
            CHECK(column_find(&column, &process_listing, path, strlen(path)) != COLUMN_UNKNOWN);
            CHECK(column_fields(&column) == (uint64_t)1 << i);
        }
    }
}

int main(void)
{
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");
    return run_tests();
}
