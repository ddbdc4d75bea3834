/* Built without ncursesw. */
#include "screen.h"

#include <stdio.h>

bool screen_exists(void)
{
    return false;
}

bool screen_open(bool color, char *problem, size_t size)
{
    (void)color;
    snprintf(problem, size, "the full screen is not supported: built without ncursesw");
    return false;
}

void screen_close(void)
{
}

void screen_size(size_t *rows, size_t *columns)
{
    *rows = *columns = 0;
}

void screen_show(const struct surface *surface)
{
    (void)surface;
}

void screen_repair(void)
{
}

struct input screen_read(double seconds)
{
    (void)seconds;
    return (struct input){.key = KEY_IS_NONE};
}
