/* /proc/PID/io (proc_pid_io(5)). */
#ifndef PS_PROC_IO_H
#define PS_PROC_IO_H

#include "parse/cursor.h"

/* Unknown where the line is missing. */
struct ps_proc_io {
    int64_t rchar, wchar, syscr, syscw, read_bytes, write_bytes;
};

/* False when there is none of the lines. */
bool ps_parse_proc_io(const char *data, size_t len, struct ps_proc_io *out);

#endif
