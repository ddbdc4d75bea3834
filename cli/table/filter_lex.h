/* The words of a filter. */
#ifndef CLI_TABLE_FILTER_LEX_H
#define CLI_TABLE_FILTER_LEX_H

#include <stddef.h>

enum token_kind {
    TOKEN_END,
    TOKEN_WORD,   /* a name, a number, a bare text */
    TOKEN_QUOTED, /* `start` is behind the quote, `len` up to the other one */
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_AND,
    TOKEN_OR,
    TOKEN_NOT,
    TOKEN_EQUAL,
    TOKEN_UNEQUAL,
    TOKEN_LESS,
    TOKEN_LESS_EQUAL,
    TOKEN_MORE,
    TOKEN_MORE_EQUAL,
    TOKEN_MATCHES,
    TOKEN_MATCHES_NOT,
    TOKEN_BROKEN /* a quote without its other one, a sign that means nothing */
};

struct token {
    enum token_kind kind;
    size_t at; /* where it begins in the filter */
    const char *start;
    size_t len;
};

/* The token at `at` of the filter; the next one begins at the result. With `value`, words are taken
 * as values are: "and", '=' and the like are part of them. */
size_t filter_lex(struct token *out, const char *text, size_t at, int value);

#endif
