#include "filter_lex.h"

#include <stdbool.h>
#include <string.h>

static const struct sign {
    const char *text;
    enum token_kind kind;
} signs[] = {
    /* Longer ones first. */
    {"&&", TOKEN_AND},   {"||", TOKEN_OR},      {"=~", TOKEN_MATCHES},    {"!~", TOKEN_MATCHES_NOT},
    {"==", TOKEN_EQUAL}, {"!=", TOKEN_UNEQUAL}, {"<=", TOKEN_LESS_EQUAL}, {">=", TOKEN_MORE_EQUAL},
    {"=", TOKEN_EQUAL},  {"<", TOKEN_LESS},     {">", TOKEN_MORE},        {"~", TOKEN_MATCHES},
    {"!", TOKEN_NOT},    {"(", TOKEN_OPEN},     {")", TOKEN_CLOSE},
};

static const struct sign words[] = {
    {"and", TOKEN_AND},
    {"or", TOKEN_OR},
    {"not", TOKEN_NOT},
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* A value goes on where a name ends: "=~^a=b$" is one. */
static size_t word_len(const char *text, int value)
{
    size_t len = 0;
    while (text[len] && !is_space(text[len]) && !strchr(value ? "()&|" : "()&|=!<>~\"'", text[len]))
        len++;
    return len;
}

static void take_word(struct token *out, const char *text, int value)
{
    out->kind = TOKEN_WORD;
    out->len = word_len(text, value);
    for (size_t i = 0; !value && i < sizeof words / sizeof *words; i++)
        if (strlen(words[i].text) == out->len && memcmp(words[i].text, text, out->len) == 0)
            out->kind = words[i].kind;
    if (out->len == 0)
        *out = (struct token){.kind = TOKEN_BROKEN, .at = out->at, .start = text, .len = 1};
}

/* A backslash takes what follows as it is. */
static size_t take_quoted(struct token *out, const char *text)
{
    size_t len = 1;
    while (text[len] && text[len] != text[0])
        len += text[len] == '\\' && text[len + 1] ? 2 : 1;
    out->start = text + 1;
    out->len = len - 1;
    out->kind = text[len] ? TOKEN_QUOTED : TOKEN_BROKEN;
    return text[len] ? len + 1 : len;
}

size_t filter_lex(struct token *out, const char *text, size_t at, int value)
{
    while (is_space(text[at]))
        at++;
    *out = (struct token){.at = at, .start = text + at};
    if (text[at] == '\0')
        return at;
    if (is_quote(text[at]))
        return at + take_quoted(out, text + at);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t len = strlen(signs[i].text);
        if ((!value || strchr("()&|", text[at])) && strncmp(text + at, signs[i].text, len) == 0) {
            out->kind = signs[i].kind;
            out->len = len;
            return at + len;
        }
    }
    take_word(out, text + at, value);
    return at + out->len;
}
