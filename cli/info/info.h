/* The page about one process. */
#ifndef CLI_INFO_INFO_H
#define CLI_INFO_INFO_H

#include "cli.h"
#include "text/page.h"

struct info {
    const struct cli *cli;
    bool all;
    psutil_process *process;
    psutil_process_info *fields;
    psutil_process_list *parents, *children; /* NULL: unknown */
    struct page page;
};

void info_draw(struct info *info);

/* ---- For the sections ---------------------------------------------------------------------------
 */

/* Lines of a list that are shown without --all. */
enum { INFO_LINES = 8 };

bool info_has(const struct info *info, size_t field);

/* "CPU", on a line of its own after an empty one. */
void info_section(struct info *info, const char *title);

/* "  label      ", and what comes behind it stands at the same column for all. */
void info_label(struct info *info, const char *label);

/* A label and its text; NULL is unknown, "-". */
void info_line(struct info *info, const char *label, const char *text);

/* Another fact of the same line. */
void info_fact(struct info *info, const char *name, const char *text);

/* The line of a field that was refused, with the reason; false when it is known. */
bool info_refused(struct info *info, const char *label, size_t field);

/* "and 12 more", where lines were left out. */
void info_more(struct info *info, size_t len);
size_t info_shown(const struct info *info, size_t len);

/* The lists behind the figures: info_lists.c. */
void info_draw_lists(struct info *info);

#endif
