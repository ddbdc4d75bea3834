/* A second thread for the time of one call: where the kernel's work is most of it, two CPUs are
 * done in little more than half the time. */
#ifndef PS_HELPER_H
#define PS_HELPER_H

#include <pthread.h>

struct ps_helper {
    pthread_t thread;
    void (*run)(void *argument);
    void *argument;
    _Atomic long id;               /* the kernel's, of the thread */
    int cancelling, cancelled_how; /* what the caller had set */
};

/* Starts it, with a small stack and without the program's signals. Fails where this thread may use
 * one CPU only, too. From then on until ps_helper_join() the caller is not cancelled (pthreads(7)):
 * what both work on is on its stack. */
int ps_helper_start(struct ps_helper *helper, void (*run)(void *argument), void *argument);

/* Waits for its end. Nothing is left of it then: programs that count their threads, as CPython does
 * before a fork(), find as many as before. */
void ps_helper_join(struct ps_helper *helper);

#endif
