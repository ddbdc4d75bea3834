/* The whole terminal: shows a surface, and reads keys and the mouse. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "surface.h"

/* Keys that are no characters. Characters are their own numbers. */
enum {
    KEY_IS_NONE = 0,
    KEY_IS_TAB = 9,
    KEY_IS_ENTER = 10,
    KEY_IS_ESCAPE = 27,
    KEY_IS_SPECIAL = 0x110000,
    KEY_IS_UP,
    KEY_IS_DOWN,
    KEY_IS_LEFT,
    KEY_IS_RIGHT,
    KEY_IS_PAGE_UP,
    KEY_IS_PAGE_DOWN,
    KEY_IS_HOME,
    KEY_IS_END,
    KEY_IS_BACKSPACE,
    KEY_IS_DELETE,
    KEY_IS_RESIZE,
    KEY_IS_CLICK,
    KEY_IS_DOUBLE_CLICK,
    KEY_IS_WHEEL_UP,
    KEY_IS_WHEEL_DOWN,
    KEY_IS_F0, /* F1 is KEY_IS_F0 + 1 */
    KEY_IS_LAST = KEY_IS_F0 + 12
};

struct input {
    int key;
    size_t row, column; /* of the mouse */
};

/* Whether this program was built with one. */
bool screen_exists(void);

/* Takes the terminal. False, with the reason, when that cannot be. */
bool screen_open(bool color, char *problem, size_t size);

/* Gives the terminal back as it was. */
void screen_close(void);

void screen_size(size_t *rows, size_t *columns);
void screen_show(const struct surface *surface);

/* Draws all of it anew at the next screen_show(), whatever others have written there. */
void screen_repair(void);

/* Waits for a key at most `seconds`; KEY_IS_NONE when there was none, or when a signal came. */
struct input screen_read(double seconds);

#endif
