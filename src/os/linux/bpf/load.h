/* Putting BPF programs into the kernel (bpf(2)), and reading what they write. */
#ifndef PS_BPF_LOAD_H
#define PS_BPF_LOAD_H

#include "os/linux/linux.h"

/* Iterators of the kernel, and what each calls a program for. */
enum ps_bpf_which {
    PS_BPF_TASKS,     /* struct ps_bpf_task for each process */
    PS_BPF_PROCESSES, /* struct ps_bpf_row for each process */
    PS_BPF_LINES,     /* struct ps_bpf_words for each process */
    PS_BPF_FILES,     /* struct ps_bpf_socket for each descriptor of a socket */
    PS_BPF_TCP,       /* struct ps_bpf_tcp for each socket of the caller's network namespace */
    PS_BPF_ANSWERS,   /* struct ps_bpf_row for each struct ps_bpf_question of a map */
    PS_BPF_CPUS,      /* struct ps_bpf_cpu for each of them */
    PS_BPF_PROGRAMS
};

/* What walks need: those in front of the ones that answer questions. */
#define PS_BPF_OF_WALKS ((1u << PS_BPF_ANSWERS) - 1)

/* Makes an iterator of a program: its descriptor, or -1. `pid`: for this process only,
 * where the kernel can (6.1); 0: for all. */
int ps_bpf_attach(int program, int64_t pid);

/* The same of a program that goes over a map. */
int ps_bpf_attach_map(int program, int map);

/* A map of so many questions that the caller shares with the kernel: its descriptor, or -1. */
int ps_bpf_make_questions(unsigned count);

/* Loads these programs, a bit each; the descriptors of the others, and of those that the kernel
 * refused, are -1. */
void ps_bpf_load(psutil *ctx, unsigned which, int fds[PS_BPF_PROGRAMS]);

/* The rows of a link: a descriptor, or -1. */
int ps_bpf_open(int link);

/* ---- Rows, one after another ------------------------------------------------------------------
 */

struct ps_bpf_ahead;

struct ps_bpf_rows {
    int fd;
    struct ps_bpf_ahead *ahead; /* the thread that reads them; NULL: the caller does */
    bool failed;                /* not all could be read */
    char *buffer;
    size_t at, len;
};

#define PS_BPF_BUFFER (32 * 1024) /* the kernel hands out no more at once */

/* Starts reading into a buffer of PS_BPF_BUFFER bytes. */
bool ps_bpf_rows_open(struct ps_bpf_rows *rows, int link, char *buffer);
void ps_bpf_rows_close(struct ps_bpf_rows *rows);

/* So many blocks of rows are read before the caller takes the first: few where it takes them at
 * once, all where it has something else to do first. */
enum { PS_BPF_AHEAD_FEW = 4, PS_BPF_AHEAD_ALL = 32 };

/* Lets another thread read them, where there is one to be had and a CPU for it. */
void ps_bpf_rows_hurry(struct ps_bpf_rows *rows, size_t blocks);

/* The next `size` bytes, aligned for any number; NULL at the end, and when they cannot be read.
 * The kernel hands out no part of what a program writes in one go. */
const void *ps_bpf_rows_take(struct ps_bpf_rows *rows, size_t size);

/* What an iterator has next, at most PS_BPF_BUFFER bytes. 0: no more; -1 with errno. */
ssize_t ps_bpf_read(int fd, char *buffer);

/* ---- Reading ahead: ahead.c -------------------------------------------------------------------
 */

/* NULL when there is no thread, or no CPU for it. */
struct ps_bpf_ahead *ps_bpf_ahead_start(int fd, size_t blocks);
void ps_bpf_ahead_stop(struct ps_bpf_ahead *ahead);

/* Whether the next block is there: to take it is not to wait. */
bool ps_bpf_ahead_is_there(struct ps_bpf_ahead *ahead);

/* The length of the next block, as ps_bpf_read(); it is the caller's until the next call. */
ssize_t ps_bpf_ahead_take(struct ps_bpf_ahead *ahead, char **block);

#endif
