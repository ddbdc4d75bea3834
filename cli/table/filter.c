/* From the text of a filter to its tree. */
#include "filter_tree.h"

#include "platform.h"
#include "text/display.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A descent over the grammar:
 *
 *     or      = and { ("||" | "or") and }
 *     and     = not { ("&&" | "and") not }
 *     not     = ("!" | "not") not | "(" or ")" | compare
 *     compare = COLUMN SIGN VALUE
 */
struct parser {
    struct filter *filter;
    const struct listing *listing;
    const char *text;
    size_t at;          /* behind `token` */
    struct token token; /* the next one */
    int depth;
    char *problem;
};

enum { NONE = -1 };

/* The columns that a piece of the text takes as it is shown: made safe for a terminal. */
static size_t shown_width(const char *text, size_t len)
{
    struct buffer safe = {0};
    buffer_add_safe(&safe, text, len);
    buffer_add(&safe, "", 1);
    setlocale(LC_CTYPE, "");
    size_t width = safe.failed ? len : display_width(safe.data, display_is_utf8());
    buffer_free(&safe);
    return width;
}

static bool is_inside_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* The reason, and where: long texts are shown from a little before it. */
#ifdef __GNUC__
__attribute__((format(printf, 3, 4)))
#endif
static int
fail(struct parser *parser, size_t at, const char *format, ...)
{
    enum { BEFORE = 40, SHOWN = 70 };
    char reason[256];
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    size_t from = at > BEFORE ? at - BEFORE : 0;
    while (from > 0 && from < at && is_inside_character(parser->text[from]))
        from++;
    const char *text = parser->text + from;
    size_t len = strlen(text) < SHOWN ? strlen(text) : SHOWN;
    while (len > at - from && is_inside_character(text[len]))
        len--;
    snprintf(parser->problem, FILTER_PROBLEM, "%s\n%.*s\n%*s^", reason, (int)len, text,
             (int)shown_width(text, at - from), "");
    return NONE;
}

static void next(struct parser *parser)
{
    parser->at = filter_lex(&parser->token, parser->text, parser->at, 0);
}

static int add_node(struct parser *parser, struct node node)
{
    struct filter *filter = parser->filter;
    if (filter->len == FILTER_NODES)
        return fail(parser, parser->token.at, "more than %d parts", FILTER_NODES);
    filter->nodes[filter->len] = node;
    return (int)filter->len++;
}

/* ---- A comparison -----------------------------------------------------------------------------
 */

static int unknown_column(struct parser *parser)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(parser->token.len < 63 ? parser->token.len : 63),
             parser->token.start);
    const char *nearest = column_nearest(parser->listing, name);
    const char *lister = parser->listing->lister;
    if (nearest)
        return fail(parser, parser->token.at, "unknown column %s; did you mean %s?", name, nearest);
    return fail(parser, parser->token.at, "unknown column %s; %s lists them", name,
                lister ? lister : "--columns help");
}

static int add_column(struct parser *parser)
{
    struct filter *filter = parser->filter;
    struct column column;
    const struct token *token = &parser->token;
    enum column_found found = column_find(&column, parser->listing, token->start, token->len);
    if (found == COLUMN_UNKNOWN)
        return unknown_column(parser);
    if (found == COLUMN_ELSEWHERE)
        return fail(parser, token->at, "the column %s does not exist on this system", column.name);
    for (size_t i = 0; i < filter->columns_len; i++)
        if (strcmp(filter->columns[i].name, column.name) == 0)
            return (int)i;
    if (filter->columns_len == FILTER_COLUMNS)
        return fail(parser, token->at, "more than %d columns", FILTER_COLUMNS);
    filter->columns[filter->columns_len] = column;
    return (int)filter->columns_len++;
}

/* Keeps a value; in quotes a backslash takes the quote and itself as they are. There is room for
 * the whole text of the filter and the end of each value. */
static const char *keep_text(struct filter *filter, const struct token *token)
{
    char *out = filter->texts + filter->texts_len;
    const char *start = out;
    for (size_t i = 0; i < token->len; i++) {
        bool escape = token->kind == TOKEN_QUOTED && token->start[i] == '\\' &&
                      i + 1 < token->len && strchr("\\\"'", token->start[i + 1]);
        *out++ = token->start[escape ? ++i : i];
    }
    *out++ = '\0';
    filter->texts_len += (size_t)(out - start);
    return start;
}

static int set_regex(struct parser *parser, struct node *node, size_t at)
{
    char reason[128];
    node->regex = platform_regex_open(node->text, reason, sizeof reason);
    return node->regex ? 0 : fail(parser, at, "no regular expression: %s", reason);
}

static bool is_numeric(const struct column *column)
{
    return column->type == PSUTIL_TYPE_INT || column->type == PSUTIL_TYPE_DOUBLE;
}

static const char *number_example(psutil_unit unit)
{
    if (unit == PSUTIL_UNIT_BYTES)
        return " (100M)";
    return unit == PSUTIL_UNIT_SECONDS ? " (90s, 5m, 2h, 1d)" : "";
}

static int set_value(struct parser *parser, struct node *node, const struct token *token)
{
    const struct column *column = &parser->filter->columns[node->column];
    bool regex = node->sign == TOKEN_MATCHES || node->sign == TOKEN_MATCHES_NOT;
    bool equality = node->sign == TOKEN_EQUAL || node->sign == TOKEN_UNEQUAL;
    node->text = keep_text(parser->filter, token);
    if (regex)
        return set_regex(parser, node, token->at);
    node->null = equality && token->kind == TOKEN_WORD && strcmp(node->text, "null") == 0;
    node->numeric = filter_number(&node->number, node->text, column->unit);
    if (is_numeric(column) && !node->numeric && !node->null)
        return fail(parser, token->at, "%s is compared with a number%s or null", column->name,
                    number_example(column->unit));
    return 0;
}

static int parse_compare(struct parser *parser)
{
    if (parser->token.kind != TOKEN_WORD)
        return fail(parser, parser->token.at, "expected the name of a column");
    int column = add_column(parser);
    if (column == NONE)
        return NONE;
    next(parser);
    struct node node = {
        .kind = NODE_COMPARE, .column = (unsigned char)column, .sign = parser->token.kind};
    if (node.sign < TOKEN_EQUAL || node.sign > TOKEN_MATCHES_NOT)
        return fail(parser, parser->token.at, "expected a comparison: = != < <= > >= =~ !~");
    struct token value;
    parser->at = filter_lex(&value, parser->text, parser->at, 1);
    if (value.kind == TOKEN_BROKEN)
        return fail(parser, value.at, "the quote is not closed");
    if (value.kind != TOKEN_WORD && value.kind != TOKEN_QUOTED)
        return fail(parser, value.at, "expected a value");
    if (set_value(parser, &node, &value) == NONE)
        return NONE;
    next(parser);
    int index = add_node(parser, node);
    if (index == NONE)
        platform_regex_close(node.regex);
    return index;
}

/* ---- What joins them --------------------------------------------------------------------------
 */

static int parse_or(struct parser *parser);

static int parse_parentheses(struct parser *parser)
{
    size_t open = parser->token.at;
    next(parser);
    int inner = parse_or(parser);
    if (inner == NONE)
        return NONE;
    if (parser->token.kind == TOKEN_END)
        return fail(parser, open, "the parenthesis is not closed");
    if (parser->token.kind != TOKEN_CLOSE)
        return fail(parser, parser->token.at, "expected && or || or )");
    next(parser);
    return inner;
}

static int parse_not(struct parser *parser)
{
    if (parser->depth == FILTER_DEPTH)
        return fail(parser, parser->token.at, "more than %d levels", FILTER_DEPTH);
    int index;
    parser->depth++;
    if (parser->token.kind == TOKEN_OPEN) {
        index = parse_parentheses(parser);
    } else if (parser->token.kind == TOKEN_NOT) {
        next(parser);
        index = parse_not(parser);
        if (index != NONE)
            index = add_node(parser, (struct node){.kind = NODE_NOT, .left = (unsigned char)index});
    } else {
        index = parse_compare(parser);
    }
    parser->depth--;
    return index;
}

static int parse_joined(struct parser *parser, enum token_kind sign, enum node_kind kind,
                        int (*part)(struct parser *))
{
    int left = part(parser);
    while (left != NONE && parser->token.kind == sign) {
        next(parser);
        int right = part(parser);
        if (right == NONE)
            return NONE;
        left = add_node(parser, (struct node){.kind = kind,
                                              .left = (unsigned char)left,
                                              .right = (unsigned char)right});
    }
    return left;
}

static int parse_and(struct parser *parser)
{
    return parse_joined(parser, TOKEN_AND, NODE_AND, parse_not);
}

static int parse_or(struct parser *parser)
{
    return parse_joined(parser, TOKEN_OR, NODE_OR, parse_and);
}

static int parse(struct parser *parser)
{
    next(parser);
    int root = parse_or(parser);
    if (root != NONE && parser->token.kind != TOKEN_END)
        return fail(parser, parser->token.at, "expected && or || or the end");
    return root;
}

struct filter *filter_open(const struct listing *listing, const char *text,
                           char problem[FILTER_PROBLEM])
{
    struct filter *filter = calloc(1, sizeof *filter);
    if (filter)
        filter->texts = malloc(2 * strlen(text) + 1);
    if (!filter || !filter->texts) {
        snprintf(problem, FILTER_PROBLEM, "out of memory");
        filter_close(filter);
        return NULL;
    }
    struct parser parser = {.filter = filter, .listing = listing, .text = text, .problem = problem};
    int root = parse(&parser);
    if (root == NONE) {
        filter_close(filter);
        return NULL;
    }
    filter->root = (size_t)root;
    return filter;
}
