/* A peer is a program that asks one library the questions of the benchmark. It stays, and answers
 * once more whenever it is told to, so that all peers can take turns:
 *
 *     stdin    QUESTION REPEAT
 *     stdout   NANOSECONDS ITEMS     of one asking, as the mean of so many; what it found
 *              none                  this library has no answer to that
 *              failed                it has, and could not give it
 *
 * It ends with its stdin. The peers of other languages speak the same. The argument is the pid of
 * the process that questions about one process are about. */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>

struct peer_question {
    const char *name;
    long (*ask)(void); /* the number of items found, or -1 */
};

/* Until stdin ends; returns what main() is to return. */
int peer_serve(const struct peer_question *questions, size_t len);

#endif
