/* Locks, threads, clock and error texts of POSIX systems. */
#include "os/posix/lock.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Who holds it is not cancelled: nobody would give it back. Some of what is asked meanwhile, as
 * waitid(), is a point at which a thread can be (pthreads(7)). */
struct ps_lock {
    pthread_mutex_t mutex;
    int cancelling; /* what the holder had set */
};

struct ps_lock *ps_lock_new(void)
{
    struct ps_lock *lock = malloc(sizeof *lock);
    if (lock && pthread_mutex_init(&lock->mutex, NULL) != 0) {
        free(lock);
        lock = NULL;
    }
    return lock;
}

void ps_lock_free(struct ps_lock *lock)
{
    if (!lock)
        return;
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

void ps_lock_acquire(struct ps_lock *lock)
{
    int cancelling;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancelling);
    pthread_mutex_lock(&lock->mutex);
    lock->cancelling = cancelling;
}

void ps_lock_release(struct ps_lock *lock)
{
    int cancelling = lock->cancelling;
    pthread_mutex_unlock(&lock->mutex);
    pthread_setcancelstate(cancelling, NULL);
}

void ps_lock_enter(struct ps_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

void ps_lock_leave(struct ps_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

/* No other thread is there that could hold it, or wait for it. */
bool ps_lock_renew(struct ps_lock *lock)
{
    bool held = pthread_mutex_trylock(&lock->mutex) != 0;
    if (held)
        pthread_mutex_init(&lock->mutex, NULL);
    else
        pthread_mutex_unlock(&lock->mutex);
    return held;
}

uintptr_t ps_os_thread_id(void)
{
    return (uintptr_t)pthread_self();
}

int64_t ps_os_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The GNU and the POSIX strerror_r() differ in what they return. */
static const char *describe(char *buffer, size_t size, int os_code)
{
#if defined(__GLIBC__)
    return strerror_r(os_code, buffer, size);
#else
    return strerror_r(os_code, buffer, size) == 0 ? buffer : "unknown error";
#endif
}

void ps_os_error_text(char *buffer, size_t size, int os_code)
{
    char scratch[160];
    const char *text = describe(scratch, sizeof scratch, os_code);
    size_t len = strlen(text);
    if (len >= size)
        len = size - 1;
    memcpy(buffer, text, len);
    buffer[len] = '\0';
}
