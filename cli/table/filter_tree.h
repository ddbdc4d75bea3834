/* A filter that was understood. */
#ifndef CLI_TABLE_FILTER_TREE_H
#define CLI_TABLE_FILTER_TREE_H

#include "filter.h"
#include "filter_lex.h"

/* More of them nobody types, and no text makes the filter larger or the stack deeper than this. */
enum { FILTER_NODES = 128, FILTER_DEPTH = 32 };

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_COMPARE };

struct node {
    enum node_kind kind;
    unsigned char left, right; /* indices of nodes; NOT has left only */

    /* COMPARE only */
    unsigned char column; /* its index in the filter */
    enum token_kind sign;
    bool null;
    bool numeric;
    double number;
    const char *text;
    struct platform_regex *regex;
};

enum { FILTER_COLUMNS = 32 };

struct filter {
    struct node nodes[FILTER_NODES];
    size_t len;
    struct column columns[FILTER_COLUMNS];
    size_t columns_len;
    size_t root;
    struct buffer scratch; /* of the cell that is looked at */
    char *texts;           /* the values, each terminated */
    size_t texts_len;
};

#endif
