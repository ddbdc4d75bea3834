/* Lists of CPUs as people and the kernel write them: "0-3,8". */
#ifndef CLI_ACTING_CPUS_H
#define CLI_ACTING_CPUS_H

#include "text/text.h"

/* Reads "0-3,8" and "0-14:2" (every second) into `out`, to be freed; `len` is 0 and `out` NULL for
 * "all". False when it is none of these, or without memory. */
bool cpus_read(int64_t **out, size_t *len, const char *text);

/* Writes them so. They must be in order. */
void cpus_write(struct buffer *out, const int64_t *cpus, size_t len);

#endif
