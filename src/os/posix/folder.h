/* The names in a folder. */
#ifndef PS_FOLDER_H
#define PS_FOLDER_H

#include "os/posix/file.h"

#include <dirent.h>

/* Lists what is in the folder `name` of `dir`, without "." and "..", in natural order: "hwmon9"
 * before "hwmon10". 0, or -1 with errno; free the list with psutil_free(). */
int ps_folder_read(psutil_string_list **out, const struct ps_dir *dir, const char *name);

/* readdir(), made again when a signal interrupts it. At the end NULL with errno 0, after a failure
 * NULL with its errno. */
struct dirent *ps_folder_next(DIR *folder);

/* Whether a name is neither "." nor "..". */
bool ps_folder_is_entry(const char *name);

/* Puts names into natural order. */
void ps_folder_sort(psutil_string_list *names);

/* The order of two names: as text, but digits by the number that they make. */
int ps_folder_compare(const char *a, const char *b);

#endif
