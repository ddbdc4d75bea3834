/* A second thread for the time of one call: where the kernel's work is most of it, two CPUs are
 * done in little more than half the time. */
#ifndef PS_HELPER_H
#define PS_HELPER_H

#include <pthread.h>

/* Starts it, with a small stack and without the program's signals. The caller joins it. Fails
 * where this thread may use one CPU only, too. */
int ps_helper_start(pthread_t *thread, void *(*run)(void *), void *argument);

#endif
