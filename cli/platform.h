/* What the command asks of the system itself: the terminal, time, Ctrl-C, regular expressions. All
 * that differs between systems is behind this header, in files of their own (platform_<system>*.c);
 * everything else in this folder is standard C and the library. (psutil record alone, which copies
 * /proc and /sys, is Linux's.) */
#ifndef CLI_PLATFORM_H
#define CLI_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum platform_stream { PLATFORM_STDIN, PLATFORM_STDOUT, PLATFORM_STDERR };

/* Once, before anything else: a closed standard stream is held, so that no file takes its place,
 * and a closed pipe becomes a failed write. */
void platform_start(void);

/* The program's arguments in UTF-8, where main() is not given them so; they stay for good. */
char **platform_arguments(int *argc, char **argv);

bool platform_is_terminal(enum platform_stream stream);

/* Whether the user wants colours on a terminal at all, whatever else is said: false for one that
 * has none. */
bool platform_terminal_has_color(void);

/* The size of the terminal that stdout writes to; 0 where that is unknown. */
size_t platform_columns(void);
size_t platform_rows(void);

/* Whether the user's locale is UTF-8. Call setlocale(LC_CTYPE, "") first. */
bool platform_is_utf8(void);

/* The columns that a character takes: 0 for a combining one, -1 for one that is not shown. */
int platform_char_width(uint32_t character);

/* Sleeps. False when Ctrl-C ended it early, where platform_catch_interrupt() was called. */
bool platform_sleep(double seconds);

/* From now on Ctrl-C does not end the program but a sleep, and is remembered. */
void platform_catch_interrupt(void);
bool platform_interrupted(void);

/* From now on everything that asks the program to end (Ctrl-C, SIGTERM, SIGHUP) is remembered as
 * Ctrl-C is, so that a terminal can be given back first. */
void platform_catch_ends(void);

/* Ends the program as what was caught would have, unless that was Ctrl-C or nothing. */
void platform_end_as_asked(void);

/* The local time of a moment. False when there is none. */
bool platform_local_time(struct tm *out, time_t moment);

/* Seconds that only grow, for measuring; and seconds since the epoch. */
double platform_clock(void);
double platform_now(void);

/* Seconds since somebody typed at a terminal ("/dev/pts/0"); NAN where that is unknown. */
double platform_terminal_idle(const char *path);

/* The process that runs. */
int64_t platform_pid(void);

/* Whether the caller may see everything of everybody. */
bool platform_is_admin(void);

/* The absolute path without links that a path stands for, to be freed; NULL where there is none. */
char *platform_full_path(const char *path);

/* Starts a program, found in PATH, with these arguments and a NULL behind them; its pid, or -1 with
 * errno. Nothing reads the words but the program. */
int64_t platform_start_program(char *const *words, size_t len);

/* The same for words in one text, split at spaces, with variables NAME=VALUE in its environment
 * besides (a NULL ends them). False with errno when it cannot be started. */
bool platform_run_words(const char *text, char *const *variables);

/* ---- Names of addresses and ports ---------------------------------------------------------------
 */

enum { PLATFORM_NAME = 256 };

/* What is asked: an address, or (ip NULL) a port. What has no name, or none in time, keeps "". */
struct platform_name {
    const char *ip; /* "192.0.2.1", "fe80::1%eth0" */
    int64_t port;
    bool udp;
    char name[PLATFORM_NAME];
};

/* Asks the system's resolver, which may wait for servers that do not answer: at most so many
 * seconds. False without memory. */
bool platform_resolve(struct platform_name *names, size_t len, double seconds);

/* The signals that the system has, those that people send first; a NULL name ends them. */
struct platform_signal {
    int number;
    const char *name; /* "SIGTERM" */
    const char *doc;  /* what it does, in a few words; "" for what nobody sends by hand */
};

const struct platform_signal *platform_signals(void);

/* The first and the last of the signals that have no names of their own; 0 and -1 without any. */
int platform_first_realtime(void);
int platform_last_realtime(void);

/* Asks whoever sits at the terminal, wherever stdin and stdout go, and reads a line of at most
 * size - 1 bytes, "" when there is none. False without a terminal. */
bool platform_ask(const char *question, size_t len, char *answer, size_t size);

/* ---- Regular expressions: POSIX extended --------------------------------------------------------
 */

struct platform_regex;

/* NULL with `problem` filled in when the expression is none. */
struct platform_regex *platform_regex_open(const char *expression, char *problem, size_t size);
bool platform_regex_matches(const struct platform_regex *regex, const char *text);
void platform_regex_close(struct platform_regex *regex);

#endif
