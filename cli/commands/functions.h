/* The system functions that the command answers: their arguments, results and documentation. */
#ifndef CLI_FUNCTIONS_H
#define CLI_FUNCTIONS_H

#include "text/json.h"

enum argument_type { ARGUMENT_BOOL, ARGUMENT_INT, ARGUMENT_SECONDS, ARGUMENT_TEXT, ARGUMENT_KIND };

#define ARGUMENTS_MAX 2

struct argument {
    const char *name; /* as in Python; NULL ends them */
    enum argument_type type;
    const char *value; /* the default, as it would be typed; NULL when it must be given */
    const char *doc;
};

/* The member is that of the argument's type. */
union value {
    bool boolean;
    int64_t integer;
    double seconds;
    const char *text;
    unsigned kind; /* a set of psutil_conn_kind */
};

struct function {
    const char *name;
    const char *doc;
    const char *returns; /* the shape of the JSON */
    struct argument arguments[ARGUMENTS_MAX + 1];
    /* Asks the library and writes the answer. 0, or PSUTIL_E… with nothing written. */
    int (*call)(struct json *out, psutil *ctx, const union value *values);
    /* What stands for an answer that this machine has none of (PSUTIL_ENOTSUP): "null" for one,
     * with the first argument true (each device by itself) an empty "[]" or "{}". NULL where that
     * is a failure. */
    const char *none;
    const char *none_each;
};

/* In the order of the documentation. */
extern const struct function functions[];
extern const size_t functions_len;

const struct function *function_find(const char *name);

/* "true or false", "a whole number"…: what may stand behind '='. */
const char *argument_type_text(enum argument_type type);

/* The value that `text` means. False when it is none of the type. */
bool argument_parse(union value *out, enum argument_type type, const char *text);

#endif
