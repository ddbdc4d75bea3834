/* psutil_process_info from the inside: for the core and the backends. */
#ifndef PS_INFO_H
#define PS_INFO_H

#include <psutil/process.h>

/* Takes the first out of a set of fields that is not empty. */
static inline int ps_fields_take(psutil_fields *fields)
{
    int field = __builtin_ctzll(*fields);
    *fields &= *fields - 1;
    return field;
}

/* An info in which nothing was asked and everything is unknown. */
void ps_info_clear(psutil_process_info *info);

/* The same for these fields and all lists only, where nobody looks at the rest: a full clearing
 * costs as much as a small read. */
void ps_info_prepare(psutil_process_info *info, psutil_fields fields);

/* The same for all, as a copy of the context's own. */
void ps_info_begin(psutil_process_info *info, const psutil *ctx);

/* Frees the lists of an info, not its strings. */
void ps_info_free_lists(psutil_process_info *info);

#endif
