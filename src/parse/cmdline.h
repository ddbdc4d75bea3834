/* /proc/PID/cmdline and /proc/PID/environ (proc_pid_cmdline(5), proc_pid_environ(5)). */
#ifndef PS_CMDLINE_H
#define PS_CMDLINE_H

#include "parse/cursor.h"

/* The words of a command line, one after another. */
struct ps_cmdline {
    struct ps_cursor rest;
    char separator;
    bool ended;
};

/* Words end with a NUL. Programs that write a title over their command line leave a single text
 * with blanks in it: its words are then what the blanks separate. */
struct ps_cmdline ps_cmdline_of(const char *data, size_t len);

/* The next word, which may be empty; false at the end. */
bool ps_cmdline_next(struct ps_cmdline *cmdline, struct ps_span *word);

/* The next NAME=VALUE; false at the end, which an empty text marks: what programs that write a
 * title over their environment leave behind it is no variable. Texts without a name or without
 * '=', and one that was cut before its NUL, are passed over. */
bool ps_environ_next(struct ps_cursor *cursor, struct ps_span *variable);

#endif
