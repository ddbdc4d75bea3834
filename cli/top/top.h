/* psutil top on a terminal: the model, its view, and the dialogs that lie over it. */
#ifndef CLI_TOP_TOP_H
#define CLI_TOP_TOP_H

#include "model.h"
#include "screen/screen.h"
#include "view.h"

struct top;

/* What keys go to, and what is drawn over the list. */
enum mode { MODE_LIST, MODE_PROMPT, MODE_MENU, MODE_CONFIRM, MODE_PAGE };

/* A line that is typed at the lower edge. */
struct prompt {
    const char *label;
    char text[MODEL_TEXT];
    char before[MODEL_TEXT]; /* what Escape goes back to */
    char problem[MODEL_TEXT];
    /* After each key, and at the end: by Enter, or with `before` by Escape. Enter is not taken
     * while there is a problem. */
    void (*changed)(struct top *top);
    void (*done)(struct top *top, bool accepted);
};

/* A box in which one of several things is chosen. */
struct menu {
    const char *title;
    size_t len, cursor, first;
    void (*item)(struct top *top, size_t index, const char **name, const char **doc);
    void (*chosen)(struct top *top, size_t index);
};

/* A question. */
struct confirm {
    char text[2 * MODEL_TEXT];
    void (*yes)(struct top *top);
};

/* Text in place of the list, that may be scrolled. */
struct page_view {
    const char *title;
    struct buffer text; /* lines: a name, a tab, what it means */
    size_t first;
};

struct top {
    struct model model;
    struct view view;
    struct surface surface;
    enum mode mode;
    struct prompt prompt;
    struct menu menu;
    struct confirm confirm;
    struct page_view page;
    struct targets targets; /* of the dialog that is open */
    int signal;             /* that it is about */
    double interval;        /* seconds */
    bool paused;
    bool quit;
    bool stale;               /* to be read anew at once */
    int problem;              /* PSUTIL_E… that ended it */
    char message[MODEL_TEXT]; /* at the lower edge, until the next key */
    bool warns;               /* whether it is a failure */
};

/* Opens for the options of the command; close it either way. CLI_…. */
int top_open(struct top *top, const struct cli *cli);
void top_close(struct top *top);

/* What a key does, and how it looks then: all that a session is but for the terminal. */
void top_key(struct top *top, const struct input *input);
bool top_draw(struct top *top, size_t rows, size_t columns);
void top_refresh(struct top *top);

/* Runs it on the terminal until it is left. CLI_…. */
int top_session(struct top *top);

/* Prints frames: --batch. CLI_…. */
int top_batch(struct top *top);

/* Reads seconds as --interval has them. */
bool top_seconds(double *out, const char *text);

#ifdef __GNUC__
#define TOP_PRINTF __attribute__((format(TEXT_PRINTF, 3, 4)))
#else
#define TOP_PRINTF
#endif

/* Shows a message at the lower edge. */
TOP_PRINTF void top_say(struct top *top, bool warns, const char *format, ...);

/* Takes note of a failure of the library; nothing when there was none. Returns whether it is good.
 */
bool top_good(struct top *top, int code);

/* ---- Keys of the list: keys.c ---------------------------------------------------------------- */

struct binding {
    int keys[5];
    const char *name; /* of the keys, as the help has it */
    const char *hint; /* in a word, for the lower edge; NULL: not there */
    const char *doc;
    void (*act)(struct top *top, int key);
};

/* A NULL name ends them. */
extern const struct binding bindings[];

void keys_list(struct top *top, const struct input *input);
void keys_help(struct buffer *out);

/* ---- Dialogs: dialogs.c, page.c -------------------------------------------------------------- */

void prompt_open(struct top *top, struct prompt prompt);
void prompt_key(struct top *top, int key);
void prompt_draw(struct top *top);

void menu_open(struct top *top, struct menu menu);
void menu_key(struct top *top, const struct input *input);
void menu_draw(struct top *top);

void confirm_key(struct top *top, int key);
void confirm_draw(struct top *top);

void page_open(struct top *top, const char *title);
void page_key(struct top *top, int key);
void page_draw(struct top *top);
void page_close(struct top *top);

/* ---- What the keys open: acts.c, prompts.c, details.c ---------------------------------------- */

void act_kill(struct top *top, int key);
void act_nice(struct top *top, int key);
void act_nice_step(struct top *top, int key);
void act_sort_menu(struct top *top, int key);
void act_search(struct top *top, int key);
void act_search_next(struct top *top, int key);
void act_filter(struct top *top, int key);
void act_user(struct top *top, int key);
void act_interval(struct top *top, int key);
void act_columns(struct top *top, int key);
void act_details(struct top *top, int key);
void act_help(struct top *top, int key);

#endif
