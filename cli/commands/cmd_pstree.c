/* psutil pstree: processes as a tree, equal ones drawn once, as pstree draws them. */
#include "platform.h"
#include "processes/family.h"
#include "text/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"pids", NULL, "with pids; then equal ones stand apart", 'p'},
    {"threads", NULL, "threads too, as {name}", 't'},
    {"args", NULL, "with arguments; then equal ones stand apart", 'a'},
    {NULL, NULL, NULL, 0},
};

/* Deeper ones are not drawn, but counted: nobody could read that. */
enum { LEVELS = 128 };

struct pstree {
    const struct cli *cli;
    struct processes processes;
    struct family family;
    bool pids, threads, args;
    struct page page;
    struct level {
        size_t column; /* of the vertical line */
        bool more;     /* whether it goes on below */
    } levels[LEVELS];
    struct buffer scratch;
};

/* ---- Equal ones -------------------------------------------------------------------------------
 */

static const char *name_of(const struct process_row *row)
{
    return process_has(row, PSUTIL_FIELD_NAME) && row->info.name ? row->info.name : "?";
}

static int64_t threads_of(const struct pstree *tree, const struct member *member)
{
    const psutil_process_info *info = &member->row->info;
    bool known = tree->threads && info->result[PSUTIL_FIELD_NUM_THREADS] == 0;
    return known && info->num_threads > 1 ? info->num_threads - 1 : 0;
}

/* Only ones without a branch are drawn as one: "3*[sshd---bash]". */
static bool is_equal(const struct pstree *tree, const struct member *a, const struct member *b)
{
    for (unsigned level = 0; level < LEVELS; level++) {
        if (a->ancestor != b->ancestor || strcmp(name_of(a->row), name_of(b->row)) != 0 ||
            threads_of(tree, a) != threads_of(tree, b) || !a->first != !b->first)
            return false;
        if (!a->first)
            return true;
        bool single = !a->first->next && !b->first->next && threads_of(tree, a) == 0;
        if (!single)
            return false;
        a = a->first;
        b = b->first;
    }
    return false;
}

/* How many siblings from here on are drawn as one. */
static size_t count_equal(const struct pstree *tree, const struct member *member)
{
    size_t count = 1;
    if (tree->pids || tree->args)
        return 1;
    for (const struct member *next = member->next; next && is_equal(tree, member, next);
         next = next->next)
        count++;
    return count;
}

/* ---- Drawing ----------------------------------------------------------------------------------
 */

static const char *glyph(const struct pstree *tree, const char *utf8, const char *ascii)
{
    return tree->page.term.utf8 ? utf8 : ascii;
}

static void put_arguments(struct pstree *tree, const struct process_row *row)
{
    const psutil_string_list *words =
        process_has(row, PSUTIL_FIELD_CMDLINE) ? row->info.cmdline : NULL;
    for (size_t i = 1; words && i < words->len; i++) {
        page_put(&tree->page, STYLE_DIM, " ");
        page_put(&tree->page, STYLE_DIM, words->items[i]);
    }
}

static void put_label(struct pstree *tree, const struct member *member)
{
    char pid[32];
    enum style style = member->ancestor ? STYLE_TITLE : STYLE_PLAIN;
    page_put(&tree->page, style, name_of(member->row));
    if (tree->pids) {
        snprintf(pid, sizeof pid, "(%" PRId64 ")", member->row->info.pid);
        page_put(&tree->page, member->ancestor ? STYLE_TITLE : STYLE_DIM, pid);
    }
    if (tree->args)
        put_arguments(tree, member->row);
}

/* The lines of those above, and the branch to the one that comes. */
static void start_branch(struct pstree *tree, unsigned level, bool first, bool last)
{
    struct page *page = &tree->page;
    if (first) {
        page_put(page, STYLE_DIM, last ? glyph(tree, "───", "---") : glyph(tree, "─┬─", "-+-"));
        return;
    }
    page_end(page);
    for (unsigned i = 0; i < level; i++)
        if (tree->levels[i].more) {
            page_to(page, tree->levels[i].column);
            page_put(page, STYLE_DIM, glyph(tree, "│", "|"));
        }
    page_to(page, tree->levels[level].column);
    page_put(page, STYLE_DIM, last ? glyph(tree, "└─", "`-") : glyph(tree, "├─", "|-"));
}

static void put_threads(struct pstree *tree, const struct member *member, unsigned level,
                        int64_t count)
{
    char text[64];
    start_branch(tree, level, !member->first, true);
    snprintf(text, sizeof text, count > 1 ? "%" PRId64 "*[{" : "{", count);
    page_put(&tree->page, STYLE_DIM, text);
    page_put(&tree->page, STYLE_DIM, name_of(member->row));
    page_put(&tree->page, STYLE_DIM, count > 1 ? "}]" : "}");
}

static void draw(struct pstree *tree, const struct member *member, unsigned level);

static void put_equal(struct pstree *tree, const struct member *member, size_t count,
                      unsigned level)
{
    char text[32];
    snprintf(text, sizeof text, "%zu*[", count);
    if (count > 1)
        page_put(&tree->page, STYLE_DIM, text);
    draw(tree, member, level);
    if (count > 1)
        page_put(&tree->page, STYLE_DIM, "]");
}

/* What does not fit to the right of its parent is cut there; each has a line or a part of one. */
static void draw(struct pstree *tree, const struct member *member, unsigned level)
{
    put_label(tree, member);
    int64_t threads = threads_of(tree, member);
    if (level == LEVELS) {
        page_put(&tree->page, STYLE_DIM, member->first ? "..." : "");
        return;
    }
    tree->levels[level].column = tree->page.column + 1;
    for (const struct member *child = member->first; child;) {
        size_t count = count_equal(tree, child);
        const struct member *next = child;
        for (size_t i = 0; i < count; i++)
            next = next->next;
        bool last = !next && threads == 0;
        start_branch(tree, level, child == member->first, last);
        tree->levels[level].more = !last;
        put_equal(tree, child, count, level + 1);
        child = next;
    }
    if (threads > 0)
        put_threads(tree, member, level, threads);
}

/* ---- Answers ----------------------------------------------------------------------------------
 */

static void write_member(struct json *json, const struct pstree *tree, const struct member *member,
                         size_t depth)
{
    const psutil_record *record = psutil_record_find("process");
    static const size_t fields[] = {PSUTIL_FIELD_PID, PSUTIL_FIELD_PPID, PSUTIL_FIELD_NAME,
                                    PSUTIL_FIELD_NUM_THREADS, PSUTIL_FIELD_CMDLINE};
    json_open_object(json);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (!(tree->args || fields[i] != PSUTIL_FIELD_CMDLINE))
            continue;
        json_key(json, record->fields[fields[i]].name);
        if (process_has(member->row, fields[i]))
            json_field(json, &record->fields[fields[i]], &member->row->info);
        else
            json_null(json);
    }
    json_member_int(json, "depth", (int64_t)depth);
    json_key(json, "children");
    json_open_flat_array(json);
    for (const struct member *child = member->first; child; child = child->next)
        json_int(json, child->row->info.pid);
    json_close_flat_array(json);
    json_close_object(json);
}

/* Parents before their children, without recursion: a chain may be as long as it likes. */
static void write_below(struct json *json, const struct pstree *tree, const struct member *root)
{
    const struct member *member = root;
    size_t depth = 0;
    for (;;) {
        write_member(json, tree, member, depth);
        if (member->first) {
            member = member->first;
            depth++;
            continue;
        }
        while (member != root && !member->next) {
            member = member->parent;
            depth--;
        }
        if (member == root)
            return;
        member = member->next;
    }
}

/* Each of those that were named, or each without a parent. */
static bool is_root(const struct pstree *tree, const struct member *member)
{
    const struct cli *cli = tree->cli;
    for (size_t i = 0; i < cli->words_len; i++)
        if (strtoll(cli->words[i], NULL, 10) == member->row->info.pid)
            return true;
    return cli->words_len == 0 && !member->parent;
}

static int write_json(struct pstree *tree)
{
    struct json json = cli_json(tree->cli);
    json_open_array(&json);
    for (size_t i = 0; i < tree->family.len; i++)
        if (is_root(tree, &tree->family.members[i]))
            write_below(&json, tree, &tree->family.members[i]);
    json_close_array(&json);
    return cli_print_json(&json);
}

/* In a pipe nothing is cut. */
static int write_text(struct pstree *tree)
{
    struct buffer out = {0};
    tree->page = (struct page){.out = &out, .term = term_look(tree->cli->color)};
    if (!tree->cli->terminal)
        tree->page.term.columns = SIZE_MAX / 2;
    for (size_t i = 0; i < tree->family.len; i++) {
        if (!is_root(tree, &tree->family.members[i]))
            continue;
        draw(tree, &tree->family.members[i], 0);
        page_end(&tree->page);
    }
    int status = cli_print(&out);
    buffer_free(&out);
    return status;
}

static int check_words(const struct pstree *tree)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < tree->cli->words_len; i++) {
        const char *word = tree->cli->words[i];
        bool found = false;
        if (!*word || word[strspn(word, "0123456789")] != '\0')
            return cli_usage("a pid is a whole number, not \"%s\"", word);
        for (size_t k = 0; k < tree->family.len; k++)
            found |= strtoll(word, NULL, 10) == tree->family.members[k].row->info.pid;
        if (!found)
            status = cli_error("%s: pid %s: %s", psutil_error_name(PSUTIL_ESRCH), word,
                               psutil_error_text(PSUTIL_ESRCH));
    }
    return status;
}

static int show(struct pstree *tree)
{
    int status = processes_refresh(&tree->processes);
    if (status == CLI_DONE && !family_open(&tree->family, &tree->processes, platform_pid()))
        status = cli_error("out of memory");
    if (status == CLI_DONE)
        status = check_words(tree);
    if (status == CLI_DONE)
        status = tree->cli->json ? write_json(tree) : write_text(tree);
    family_close(&tree->family);
    return status;
}

static int run(struct cli *cli)
{
    struct pstree tree = {.cli = cli,
                          .pids = options_get(&cli->options, "pids") != NULL,
                          .threads = options_get(&cli->options, "threads") != NULL,
                          .args = options_get(&cli->options, "args") != NULL};
    psutil_fields fields = PSUTIL_FIELD(PPID) | PSUTIL_FIELD(NAME) | PSUTIL_FIELD(NUM_THREADS);
    int status =
        processes_open(&tree.processes, cli, fields | (tree.args ? PSUTIL_FIELD(CMDLINE) : 0));
    if (status == CLI_DONE)
        status = show(&tree);
    processes_close(&tree.processes);
    return status;
}

const struct command command_pstree = {
    .name = "pstree",
    .group = GROUP_PROCESSES,
    .usage = "[PID...]",
    .doc = "Processes as a tree, equal ones drawn once",
    .text = "All processes, or those that are named with all below them. The ancestors of the\n"
            "command itself stand out. Lines are cut at the terminal's edge. As JSON, a list\n"
            "in the order of the tree, each with its depth and the pids of its children.\n"
            "\nExamples:\n"
            "  psutil pstree --pids\n"
            "  psutil pstree 1234 --threads --args\n",
    .options = options,
    .run = run,
};
