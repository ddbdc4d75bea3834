/* psutil top on the terminal: draws, waits for keys and for the time to read anew. */
#include "platform.h"
#include "top.h"

#include <math.h>

/* The second reading comes soon, as the first has no shares of the CPU yet. */
static const double first_pause = 0.5;

static int draw(struct top *top)
{
    size_t rows, columns;
    screen_size(&rows, &columns);
    if (!top_draw(top, rows, columns))
        return PSUTIL_ENOMEM;
    screen_show(&top->surface);
    return 0;
}

/* One key, or none until `next`. A dialog that is about processes keeps the list as it is. */
static void wait_for_key(struct top *top, double next)
{
    double left = top->paused ? 3600 : fmax(next - platform_clock(), 0);
    struct input input = screen_read(left);
    if (input.key == KEY_IS_RESIZE || input.key == 'L' - 64)
        screen_repair();
    top_key(top, &input);
}

static void loop(struct top *top)
{
    double next = platform_clock() + fmin(first_pause, top->interval);
    top_refresh(top);
    while (!top->quit && !platform_interrupted()) {
        top->problem = draw(top);
        if (top->problem != 0)
            return;
        wait_for_key(top, next);
        bool due = !top->paused && platform_clock() >= next;
        if (!top->quit && !platform_interrupted() && (due || top->stale)) {
            top_refresh(top);
            next = platform_clock() + top->interval;
        }
    }
}

int top_session(struct top *top)
{
    char problem[128];
    const struct cli *cli = top->model.cli;
    if (!cli->terminal || !platform_is_terminal(PLATFORM_STDIN))
        return cli_error("top needs a terminal; psutil top --batch prints lines instead");
    platform_catch_ends();
    if (!screen_open(cli->color, problem, sizeof problem))
        return cli_error("%s; psutil top --batch prints lines instead", problem);
    loop(top);
    screen_close();
    platform_end_as_asked();
    return top->problem == 0 ? CLI_DONE : cli_failed(cli, top->problem);
}
