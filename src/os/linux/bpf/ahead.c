/* Rows that another thread reads: while one CPU is in the kernel for these, the caller's is there
 * for others, and makes fields of them. */
#include "os/linux/bpf/load.h"

#include "os/linux/helper.h"

#include <stdlib.h>
#include <unistd.h>

struct ps_bpf_ahead {
    struct ps_helper helper;
    pthread_mutex_t mutex; /* guards what follows, but not the blocks */
    pthread_cond_t changed;
    size_t filled, emptied; /* blocks, of all times */
    bool is_held;           /* the caller has the one behind the emptied ones */
    bool stopped;
    int fd;
    size_t blocks_len;
    ssize_t lens[PS_BPF_AHEAD_ALL]; /* 0: the end; negative: it failed */
    char blocks[][PS_BPF_BUFFER];
};

/* Waits for a free block; false when there is to be no further one. */
static bool await_room(struct ps_bpf_ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->stopped && ahead->filled - ahead->emptied == ahead->blocks_len)
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    bool stopped = ahead->stopped;
    pthread_mutex_unlock(&ahead->mutex);
    return !stopped;
}

static void hand_over(struct ps_bpf_ahead *ahead, ssize_t len)
{
    pthread_mutex_lock(&ahead->mutex);
    ahead->lens[ahead->filled++ % ahead->blocks_len] = len;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
}

/* It stays until it is told to go, so that the caller knows how many threads there are. */
static void await_stop(struct ps_bpf_ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    while (!ahead->stopped)
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    pthread_mutex_unlock(&ahead->mutex);
}

static void run(void *argument)
{
    struct ps_bpf_ahead *ahead = argument;
    ssize_t got = 1;
    while (got > 0 && await_room(ahead)) {
        got = ps_bpf_read(ahead->fd, ahead->blocks[ahead->filled % ahead->blocks_len]);
        hand_over(ahead, got);
    }
    await_stop(ahead);
}

static struct ps_bpf_ahead *ahead_new(int fd, size_t blocks)
{
    struct ps_bpf_ahead *ahead = malloc(sizeof *ahead + blocks * sizeof *ahead->blocks);
    if (!ahead)
        return NULL;
    ahead->filled = ahead->emptied = 0;
    ahead->is_held = ahead->stopped = false;
    ahead->fd = fd;
    ahead->blocks_len = blocks;
    if (pthread_mutex_init(&ahead->mutex, NULL) != 0) {
        free(ahead);
        return NULL;
    }
    if (pthread_cond_init(&ahead->changed, NULL) != 0) {
        pthread_mutex_destroy(&ahead->mutex);
        free(ahead);
        return NULL;
    }
    return ahead;
}

static void ahead_free(struct ps_bpf_ahead *ahead)
{
    pthread_cond_destroy(&ahead->changed);
    pthread_mutex_destroy(&ahead->mutex);
    free(ahead);
}

struct ps_bpf_ahead *ps_bpf_ahead_start(int fd, size_t blocks)
{
    struct ps_bpf_ahead *ahead = ahead_new(fd, blocks);
    if (ahead && ps_helper_start(&ahead->helper, run, ahead) != 0) {
        ahead_free(ahead);
        return NULL;
    }
    return ahead;
}

void ps_bpf_ahead_stop(struct ps_bpf_ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    ahead->stopped = true;
    pthread_cond_signal(&ahead->changed);
    pthread_mutex_unlock(&ahead->mutex);
    ps_helper_join(&ahead->helper);
    ahead_free(ahead);
}

bool ps_bpf_ahead_is_there(struct ps_bpf_ahead *ahead)
{
    pthread_mutex_lock(&ahead->mutex);
    bool is_there = ahead->filled > ahead->emptied + ahead->is_held;
    pthread_mutex_unlock(&ahead->mutex);
    return is_there;
}

ssize_t ps_bpf_ahead_take(struct ps_bpf_ahead *ahead, char **block)
{
    pthread_mutex_lock(&ahead->mutex);
    ahead->emptied += ahead->is_held;
    ahead->is_held = true;
    pthread_cond_signal(&ahead->changed);
    while (ahead->filled == ahead->emptied)
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    size_t place = ahead->emptied % ahead->blocks_len;
    ssize_t len = ahead->lens[place];
    *block = ahead->blocks[place];
    pthread_mutex_unlock(&ahead->mutex);
    return len;
}
