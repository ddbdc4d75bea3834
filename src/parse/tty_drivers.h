/* /proc/tty/drivers (drivers/tty/tty_io.c:show_tty_range). */
#ifndef PS_TTY_DRIVERS_H
#define PS_TTY_DRIVERS_H

#include "parse/cursor.h"

struct ps_tty_name {
    char text[64];
    size_t len;
};

/* A prefix and a number, PSUTIL_UNKNOWN for none. False when it does not fit. */
bool ps_tty_name_make(struct ps_tty_name *name, struct ps_span prefix, int64_t number);

/* The path of the device with these numbers; false when no driver has them. */
bool ps_parse_tty_drivers(const char *data, size_t len, int64_t major, int64_t minor,
                          struct ps_tty_name *name);

#endif
