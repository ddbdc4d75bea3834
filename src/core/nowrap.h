/* Counters that never go backwards. */
#ifndef PS_NOWRAP_H
#define PS_NOWRAP_H

#include "core/list.h"

#include <psutil/disk.h>

/* Adds to the integer fields of each item of a list (of `record`, told apart by its key) what was
 * lost when a counter was seen to fall. NULL as `nowrap` changes nothing. */
int ps_nowrap_apply(psutil_nowrap *nowrap, const psutil_record *record, void *items, size_t len);

#endif
