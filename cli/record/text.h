/* What files of /proc hold, line by line, without what is private. A line that is not understood is
 * never copied: its words are replaced. */
#ifndef CLI_RECORD_TEXT_H
#define CLI_RECORD_TEXT_H

#include "names.h"

/* Writes to `out` what a file is recorded as. */
typedef void rewriter(struct names *names, struct buffer *out, const char *data, size_t len);

rewriter text_numbers; /* nothing but the kernel's own words and figures: as it is */

/* Of a process */
rewriter text_comm;
rewriter text_process_stat;
rewriter text_status;
rewriter text_cmdline;
rewriter text_environ;
rewriter text_fdinfo;
rewriter text_smaps;

/* Of the system */
rewriter text_cpuinfo;
rewriter text_boot_line;
rewriter text_diskstats;
rewriter text_mountinfo;
rewriter text_mounts;

/* Of a network */
rewriter text_net_dev;
rewriter text_net_inet;
rewriter text_net_unix;
rewriter text_if_inet6;
rewriter text_hardware; /* /sys/class/net/NAME/address */

#define SPAN_DIGITS "0123456789"
#define SPAN_HEX "0123456789abcdefABCDEF"
#define SPAN_LOWER "abcdefghijklmnopqrstuvwxyz0123456789_"

/* ---- Spans ------------------------------------------------------------------------------------
 */

struct span {
    const char *data;
    size_t len;
};

/* Takes a line off the front, without its newline; false at the end. */
bool span_line(struct span *rest, struct span *line, bool *ended);

/* Takes the blanks at the front. */
struct span span_blanks(struct span *rest);

/* Takes the word at the front. */
struct span span_word(struct span *rest);

bool span_is(struct span span, const char *text);
bool span_begins(struct span span, const char *text);

/* Whether it holds these characters only. */
bool span_all(struct span span, const char *set);

void span_put(struct buffer *out, struct span span);

/* As it is when it holds these characters only, replaced when it does not. */
void span_put_if(struct names *names, struct buffer *out, struct span span, const char *set);

/* As many zeros. */
void span_put_zeros(struct buffer *out, struct span span);

#endif
