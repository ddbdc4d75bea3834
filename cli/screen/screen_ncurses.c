/* The terminal through ncursesw, which knows terminals, sends only what changed, and puts itself
 * away while the program is stopped (Ctrl-Z). */
#define NCURSES_WIDECHAR 1
#include "screen.h"

#include <ncurses.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ESCAPE_MILLISECONDS = 50 };

static SCREEN *screen;
static bool colors;

bool screen_exists(void)
{
    return true;
}

/* ---- Colours ----------------------------------------------------------------------------------
 */

/* Of the eight colours that every terminal with colours has; -1 is its own. */
static const struct paint {
    short foreground, background;
    attr_t attributes;
    attr_t plain; /* without colours */
} paints[LOOKS] = {
    [LOOK_PLAIN] = {-1, -1, A_NORMAL, A_NORMAL},
    [LOOK_TITLE] = {-1, -1, A_BOLD, A_BOLD},
    [LOOK_NAME] = {COLOR_CYAN, -1, A_NORMAL, A_NORMAL},
    [LOOK_DIM] = {-1, -1, A_DIM, A_DIM},
    [LOOK_GOOD] = {COLOR_GREEN, -1, A_NORMAL, A_NORMAL},
    [LOOK_WARN] = {COLOR_YELLOW, -1, A_NORMAL, A_BOLD},
    [LOOK_BAD] = {COLOR_RED, -1, A_BOLD, A_BOLD | A_UNDERLINE},
    [LOOK_HEADER] = {COLOR_BLACK, COLOR_GREEN, A_NORMAL, A_REVERSE},
    [LOOK_SORTED] = {COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE | A_BOLD},
    [LOOK_SELECTED] = {COLOR_BLACK, COLOR_CYAN, A_NORMAL, A_REVERSE},
    [LOOK_MARKED] = {COLOR_YELLOW, -1, A_BOLD, A_BOLD | A_UNDERLINE},
    [LOOK_KEY] = {COLOR_CYAN, -1, A_BOLD, A_BOLD},
};

static void open_colors(bool wanted)
{
    colors = wanted && has_colors() && start_color() == OK;
    if (!colors)
        return;
    bool own = use_default_colors() == OK;
    for (short i = 1; i < LOOKS; i++) {
        short foreground = paints[i].foreground, background = paints[i].background;
        init_pair(i, foreground < 0 && !own ? COLOR_WHITE : foreground,
                  background < 0 && !own ? COLOR_BLACK : background);
    }
}

/* ---- The terminal -----------------------------------------------------------------------------
 */

bool screen_open(bool color, char *problem, size_t size)
{
    const char *term = getenv("TERM");
    set_escdelay(ESCAPE_MILLISECONDS);
    screen = newterm(NULL, stdout, stdin);
    if (!screen || !tigetstr("cup") || tigetstr("cup") == (char *)-1) {
        screen_close();
        snprintf(problem, size, "no full screen on a terminal of type %s%s%s",
                 term && *term ? "\"" : "", term && *term ? term : "that TERM does not name",
                 term && *term ? "\"" : "");
        return false;
    }
    open_colors(color);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    curs_set(0);
    mouseinterval(200);
    mousemask(BUTTON1_CLICKED | BUTTON1_PRESSED | BUTTON1_DOUBLE_CLICKED | BUTTON4_PRESSED |
                  BUTTON5_PRESSED,
              NULL);
    return true;
}

void screen_close(void)
{
    if (!screen)
        return;
    endwin();
    delscreen(screen);
    screen = NULL;
}

void screen_size(size_t *rows, size_t *columns)
{
    *rows = (size_t)(LINES > 0 ? LINES : 0);
    *columns = (size_t)(COLS > 0 ? COLS : 0);
}

void screen_repair(void)
{
    clearok(curscr, TRUE);
}

/* ---- Drawing ----------------------------------------------------------------------------------
 */

static void draw_cell(size_t row, size_t column, const struct surface_cell *cell)
{
    wchar_t text[SURFACE_CHARS + 1] = {0};
    cchar_t glyph;
    for (size_t i = 0; i < SURFACE_CHARS && cell->chars[i] != 0; i++)
        text[i] = (wchar_t)cell->chars[i];
    const struct paint *paint = &paints[cell->look];
    setcchar(&glyph, text, colors ? paint->attributes : paint->plain,
             (short)(colors ? cell->look : 0), NULL);
    mvadd_wch((int)row, (int)column, &glyph);
}

void screen_show(const struct surface *surface)
{
    for (size_t row = 0; row < surface->rows; row++)
        for (size_t column = 0; column < surface->columns; column++)
            if (surface_at(surface, row, column)->chars[0] != 0)
                draw_cell(row, column, surface_at(surface, row, column));
    refresh();
}

/* ---- Keys -------------------------------------------------------------------------------------
 */

static struct input read_mouse(void)
{
    MEVENT event;
    struct input input = {.key = KEY_IS_NONE};
    if (getmouse(&event) != OK)
        return input;
    input.row = (size_t)event.y;
    input.column = (size_t)event.x;
    if (event.bstate & BUTTON1_DOUBLE_CLICKED)
        input.key = KEY_IS_DOUBLE_CLICK;
    else if (event.bstate & (BUTTON1_CLICKED | BUTTON1_PRESSED))
        input.key = KEY_IS_CLICK;
    else if (event.bstate & BUTTON4_PRESSED)
        input.key = KEY_IS_WHEEL_UP;
    else if (event.bstate & BUTTON5_PRESSED)
        input.key = KEY_IS_WHEEL_DOWN;
    return input;
}

static int special_key(wint_t code)
{
    static const struct {
        wint_t code;
        int key;
    } keys[] = {
        {KEY_UP, KEY_IS_UP},         {KEY_DOWN, KEY_IS_DOWN},
        {KEY_LEFT, KEY_IS_LEFT},     {KEY_RIGHT, KEY_IS_RIGHT},
        {KEY_PPAGE, KEY_IS_PAGE_UP}, {KEY_NPAGE, KEY_IS_PAGE_DOWN},
        {KEY_HOME, KEY_IS_HOME},     {KEY_END, KEY_IS_END},
        {KEY_ENTER, KEY_IS_ENTER},   {KEY_BACKSPACE, KEY_IS_BACKSPACE},
        {KEY_DC, KEY_IS_DELETE},     {KEY_RESIZE, KEY_IS_RESIZE},
    };
    if (code > KEY_F0 && code <= KEY_F(12))
        return KEY_IS_F0 + (int)(code - KEY_F0);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].code == code)
            return keys[i].key;
    return KEY_IS_NONE;
}

static int character_key(wint_t character)
{
    if (character == '\r' || character == '\n')
        return KEY_IS_ENTER;
    return character == 127 || character == '\b' ? KEY_IS_BACKSPACE : (int)character;
}

struct input screen_read(double seconds)
{
    wint_t code = 0;
    timeout((int)ceil(fmin(fmax(seconds, 0), 3600) * 1000));
    int found = get_wch(&code);
    if (found == KEY_CODE_YES && code == KEY_MOUSE)
        return read_mouse();
    if (found == KEY_CODE_YES)
        return (struct input){.key = special_key(code)};
    return (struct input){.key = found == OK ? character_key(code) : KEY_IS_NONE};
}
