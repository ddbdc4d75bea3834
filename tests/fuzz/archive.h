/* An invented machine in one input: the files of its roots, one after another.
 *
 *     === proc/loadavg        a file; its bytes are the lines that follow
 *     0.00 0.01 0.05 1/99 7
 *     --> proc/7/exe          a link; the line that follows is its target
 *     /bin/true
 *
 * Nothing of it reaches beyond its folder: names are below proc, sys, etc and run, links are made
 * after all files, absolute targets begin with /nowhere, and none climbs higher than the root. */
#ifndef ARCHIVE_H
#define ARCHIVE_H

#include <stddef.h>

/* Unpacks into the empty folder `root`; what cannot be made is passed over. */
void archive_unpack(const char *root, const char *data, size_t size);

/* Removes everything below `root`. */
void archive_clear(const char *root);

#endif
