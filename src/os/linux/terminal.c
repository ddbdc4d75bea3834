/* The names of terminals.
 *
 * /dev is not looked at: a terminal that a container or another root has is not in the reader's
 * /dev, and a listing would pay for thousands of entries. */
#include "os/linux/process.h"
#include "parse/tty_drivers.h"

#include <string.h>

/* Numbers that never change (Documentation/admin-guide/devices.txt). */
enum {
    MAJOR_TTY = 4,
    MAJOR_AUX = 5,
    MAJOR_PTS_FIRST = 136,
    MAJOR_PTS_LAST = 143,
    SERIAL_FIRST = 64 /* minor of ttyS0 */
};

static bool set_name(struct ps_tty_name *name, const char *prefix, int64_t number)
{
    return ps_tty_name_make(name, (struct ps_span){prefix, strlen(prefix)}, number);
}

static bool fixed_name(int64_t major, int64_t minor, struct ps_tty_name *name)
{
    if (major >= MAJOR_PTS_FIRST && major <= MAJOR_PTS_LAST)
        return set_name(name, "/dev/pts/", (major - MAJOR_PTS_FIRST) * 256 + minor);
    if (major == MAJOR_TTY && minor < SERIAL_FIRST)
        return set_name(name, "/dev/tty", minor);
    if (major == MAJOR_TTY)
        return set_name(name, "/dev/ttyS", minor - SERIAL_FIRST);
    if (major == MAJOR_AUX && minor == 0)
        return set_name(name, "/dev/tty", PSUTIL_UNKNOWN);
    if (major == MAJOR_AUX && minor == 1)
        return set_name(name, "/dev/console", PSUTIL_UNKNOWN);
    return false;
}

static bool driver_name(struct ps_shortage *shortage, int64_t major, int64_t minor,
                        struct ps_tty_name *name)
{
    struct ps_text text;
    struct ps_dir proc = ps_noting(ps_proc(shortage->ctx), shortage);
    ps_text_init(&text);
    bool found = ps_text_try(&text, &proc, "tty/drivers") == 0 &&
                 ps_parse_tty_drivers(text.data, text.len, major, minor, name);
    ps_text_free(&text);
    return found;
}

/* Packed by new_encode_dev() of include/linux/kdev_t.h, and printed as an int. */
int ps_terminal_name(struct ps_reader *reader, int64_t tty_nr, const char **out)
{
    uint32_t device = (uint32_t)tty_nr;
    int64_t major = device >> 8 & 0xfff;
    int64_t minor = (device & 0xff) | (device >> 12 & 0xfff00);
    struct ps_tty_name name;
    struct ps_shortage shortage = {.ctx = reader->ctx};
    *out = NULL;
    if (tty_nr == 0 || tty_nr == PSUTIL_UNKNOWN)
        return 0;
    if (fixed_name(major, minor, &name) || driver_name(&shortage, major, minor, &name))
        *out = ps_reader_string(reader, name.text, name.len, &shortage.rc);
    return shortage.rc;
}
