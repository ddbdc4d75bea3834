#include "peer.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static const struct peer_question *find(const struct peer_question *questions, size_t len,
                                        const char *name)
{
    for (size_t i = 0; i < len; i++)
        if (strcmp(questions[i].name, name) == 0)
            return &questions[i];
    return NULL;
}

static void answer(const struct peer_question *question, long repeat)
{
    long items = 0;
    double start = now_ns();
    for (long i = 0; i < repeat && items >= 0; i++)
        items = question->ask();
    if (items < 0)
        puts("failed");
    else
        printf("%.0f %ld\n", (now_ns() - start) / (double)repeat, items);
}

int peer_serve(const struct peer_question *questions, size_t len)
{
    char line[128], name[64];
    long repeat;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%63s %ld", name, &repeat) != 2 || repeat < 1)
            return 2;
        const struct peer_question *question = find(questions, len, name);
        if (question)
            answer(question, repeat);
        else
            puts("none");
        fflush(stdout);
    }
    return 0;
}
