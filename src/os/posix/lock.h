/* A lock that is held for a few lines only. */
#ifndef PS_POSIX_LOCK_H
#define PS_POSIX_LOCK_H

#include "backend.h"

/* The same lock, for who calls nothing meanwhile at which a thread can be cancelled: that its
 * holder cannot be, need not be seen to then, which is most of what an uncontended lock costs. */
void ps_lock_enter(struct ps_lock *lock);
void ps_lock_leave(struct ps_lock *lock);

#endif
