/* Sums of records. */
#ifndef PS_TOTAL_H
#define PS_TOTAL_H

#include <psutil/record.h>

/* Writes the sums of the integer fields of `len` items into `out`. A figure that no item knows is
 * unknown in the sum. */
void ps_total(const psutil_record *record, void *out, const void *items, size_t len);

#endif
