#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <math.h>
#include <regex.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
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
    interrupted = signal;
}

void platform_catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = remember_interrupt};
    sigaction(SIGINT, &action, NULL);
}

void platform_catch_ends(void)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = remember_interrupt};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        sigaction(ends[i], &action, NULL);
}

void platform_end_as_asked(void)
{
    if (interrupted == 0 || interrupted == SIGINT)
        return;
    signal(interrupted, SIG_DFL);
    raise(interrupted);
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

/* Reading from a terminal counts as access to it; a terminal that shows something only does not. */
double platform_terminal_idle(const char *path)
{
    struct stat terminal;
    if (stat(path, &terminal) != 0 || !S_ISCHR(terminal.st_mode))
        return NAN;
    double idle = platform_now() - (double)terminal.st_atime;
    return idle > 0 ? idle : 0;
}

int64_t platform_pid(void)
{
    return getpid();
}

bool platform_is_admin(void)
{
    return geteuid() == 0;
}

char *platform_full_path(const char *path)
{
    return realpath(path, NULL);
}

/* ---- Signals ----------------------------------------------------------------------------------
 */

const struct platform_signal *platform_signals(void)
{
    static const struct platform_signal signals[] = {
        {SIGTERM, "SIGTERM", "asks it to end"},
        {SIGKILL, "SIGKILL", "ends it at once"},
        {SIGINT, "SIGINT", "as Ctrl-C"},
        {SIGHUP, "SIGHUP", "its terminal is gone; many read their settings anew"},
        {SIGQUIT, "SIGQUIT", "ends it with a core dump"},
        {SIGSTOP, "SIGSTOP", "stops it"},
        {SIGTSTP, "SIGTSTP", "as Ctrl-Z"},
        {SIGCONT, "SIGCONT", "lets it go on"},
        {SIGUSR1, "SIGUSR1", "what it likes"},
        {SIGUSR2, "SIGUSR2", "what it likes"},
        {SIGALRM, "SIGALRM", "a timer's"},
        {SIGPIPE, "SIGPIPE", "nobody reads what it writes"},
        {SIGWINCH, "SIGWINCH", "the terminal has another size"},
        {SIGCHLD, "SIGCHLD", "a child has ended"},
        {SIGURG, "SIGURG", ""},
        {SIGIO, "SIGIO", ""},
        {SIGTTIN, "SIGTTIN", ""},
        {SIGTTOU, "SIGTTOU", ""},
        {SIGABRT, "SIGABRT", "ends it as a failure of its own"},
        {SIGTRAP, "SIGTRAP", ""},
        {SIGSEGV, "SIGSEGV", ""},
        {SIGBUS, "SIGBUS", ""},
        {SIGILL, "SIGILL", ""},
        {SIGFPE, "SIGFPE", ""},
        {SIGXCPU, "SIGXCPU", ""},
        {SIGXFSZ, "SIGXFSZ", ""},
        {SIGVTALRM, "SIGVTALRM", ""},
        {SIGPROF, "SIGPROF", ""},
        {SIGSYS, "SIGSYS", ""},
#ifdef SIGSTKFLT
        {SIGSTKFLT, "SIGSTKFLT", ""},
#endif
#ifdef SIGPWR
        {SIGPWR, "SIGPWR", "the power fails"},
#endif
        {0, NULL, NULL},
    };
    return signals;
}

/* ---- Programs ---------------------------------------------------------------------------------
 */

extern char **environ;

/* A NULL behind the words; to be freed. */
static char **end_words(char *const *words, size_t len)
{
    char **own = malloc((len + 1) * sizeof *own);
    if (own) {
        memcpy(own, words, len * sizeof *own);
        own[len] = NULL;
    }
    return own;
}

/* With SIGPIPE as programs expect it; platform_start() changed it for this one. */
static int64_t start(char *const *words, char *const *variables)
{
    posix_spawnattr_t attributes;
    sigset_t usual;
    pid_t pid = -1;
    sigemptyset(&usual);
    sigaddset(&usual, SIGPIPE);
    errno = posix_spawnattr_init(&attributes);
    if (errno != 0)
        return -1;
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    errno = posix_spawnp(&pid, words[0], NULL, &attributes, words, variables);
    int problem = errno;
    posix_spawnattr_destroy(&attributes);
    errno = problem;
    return problem == 0 ? pid : -1;
}

int64_t platform_start_program(char *const *words, size_t len)
{
    char **own = end_words(words, len);
    int64_t pid = own ? start(own, environ) : -1;
    int problem = errno;
    free(own);
    errno = problem;
    return pid;
}

static size_t count(char *const *list)
{
    size_t len = 0;
    while (list[len])
        len++;
    return len;
}

/* The environment, and the variables in front of it: the first of a name is the one that counts. */
static char **extend(char *const *variables)
{
    size_t own = count(variables), rest = count(environ);
    char **all = malloc((own + rest + 1) * sizeof *all);
    if (!all)
        return NULL;
    memcpy(all, variables, own * sizeof *all);
    memcpy(all + own, environ, (rest + 1) * sizeof *all);
    return all;
}

bool platform_run_words(const char *text, char *const *variables)
{
    enum { WORDS = 64 };
    char *words[WORDS + 1] = {NULL}, *rest = NULL;
    size_t len = 0;
    char *copy = strdup(text);
    char **environment = extend(variables);
    int64_t pid = -1;
    char *word = copy ? strtok_r(copy, " ", &rest) : NULL;
    for (; word && len < WORDS; word = strtok_r(NULL, " ", &rest))
        words[len++] = word;
    errno = word ? E2BIG : ENOMEM;
    if (environment && len > 0 && !word)
        pid = start(words, environment);
    int problem = errno;
    free(environment);
    free(copy);
    errno = problem;
    return pid > 0;
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
