#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

/* ---- Streams and the terminal ----------------------------------------------------------------
 */

/* A file that is opened must not take the place of a standard stream that is closed: what is
 * written there has to fail, not to land in that file. */
static void hold_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            (void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void platform_start(void)
{
    hold_standard_streams();
    signal(SIGPIPE, SIG_IGN);
}

char **platform_arguments(int *argc, char **argv)
{
    (void)argc;
    return argv;
}

bool platform_is_terminal(enum platform_stream stream)
{
    static const int fds[] = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
    return isatty(fds[stream]);
}

bool platform_terminal_has_color(void)
{
    const char *term = getenv("TERM");
    return term && strcmp(term, "dumb") != 0;
}

static struct winsize terminal_size(void)
{
    struct winsize size;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size : (struct winsize){0};
}

size_t platform_columns(void)
{
    return terminal_size().ws_col;
}

size_t platform_rows(void)
{
    return terminal_size().ws_row;
}

bool platform_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int platform_char_width(uint32_t character)
{
    return wcwidth((wchar_t)character);
}

/* ---- Time and Ctrl-C -------------------------------------------------------------------------
 */

static volatile sig_atomic_t interrupted;

static void remember_interrupt(int signal)
{
    (void)signal;
    interrupted = 1;
}

void platform_catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = remember_interrupt};
    sigaction(SIGINT, &action, NULL);
}

bool platform_interrupted(void)
{
    return interrupted;
}

bool platform_sleep(double seconds)
{
    struct timespec left = {.tv_sec = (time_t)seconds};
    left.tv_nsec = (long)((seconds - (double)left.tv_sec) * 1e9);
    while (!interrupted && nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
    return !interrupted;
}

bool platform_local_time(struct tm *out, time_t moment)
{
    return localtime_r(&moment, out) != NULL;
}

static double read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

double platform_clock(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double platform_now(void)
{
    return read_clock(CLOCK_REALTIME);
}

char *platform_full_path(const char *path)
{
    return realpath(path, NULL);
}

/* ---- Regular expressions ---------------------------------------------------------------------
 */

struct platform_regex {
    regex_t compiled;
};

struct platform_regex *platform_regex_open(const char *expression, char *problem, size_t size)
{
    struct platform_regex *regex = malloc(sizeof *regex);
    if (!regex) {
        snprintf(problem, size, "out of memory");
        return NULL;
    }
    int rc = regcomp(&regex->compiled, expression, REG_EXTENDED | REG_NOSUB);
    if (rc == 0)
        return regex;
    regerror(rc, &regex->compiled, problem, size);
    free(regex);
    return NULL;
}

bool platform_regex_matches(const struct platform_regex *regex, const char *text)
{
    return regexec(&regex->compiled, text, 0, NULL, 0) == 0;
}

void platform_regex_close(struct platform_regex *regex)
{
    if (regex)
        regfree(&regex->compiled);
    free(regex);
}
