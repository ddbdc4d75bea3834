/* Names of addresses and ports. The resolver waits as long as it likes, and cannot be stopped:
 * threads of their own ask it, and are left behind when the time is up. */
#include "platform.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { THREADS_MAX = 8 };

/* Belongs to everybody who works on it; the last one frees it. */
struct job {
    pthread_mutex_t lock;
    pthread_cond_t progress;
    size_t next, done, len;
    size_t users;
    struct platform_name names[];
};

static void leave(struct job *job)
{
    bool last = --job->users == 0;
    pthread_mutex_unlock(&job->lock);
    if (!last)
        return;
    pthread_mutex_destroy(&job->lock);
    pthread_cond_destroy(&job->progress);
    for (size_t i = 0; i < job->len; i++)
        free((char *)job->names[i].ip);
    free(job);
}

static void find_host(struct platform_name *name)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(name->ip, NULL, &hints, &found) != 0)
        return;
    if (getnameinfo(found->ai_addr, found->ai_addrlen, name->name, sizeof name->name, NULL, 0,
                    NI_NAMEREQD) != 0)
        name->name[0] = '\0';
    freeaddrinfo(found);
}

static void find_service(struct platform_name *name)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)name->port)};
    int flags = NI_NUMERICHOST | (name->udp ? NI_DGRAM : 0);
    char host[INET6_ADDRSTRLEN];
    bool found = getnameinfo((struct sockaddr *)&any, sizeof any, host, sizeof host, name->name,
                             sizeof name->name, flags) == 0;
    if (!found || (name->name[0] >= '0' && name->name[0] <= '9' &&
                   strtoll(name->name, NULL, 10) == name->port))
        name->name[0] = '\0';
}

static void *work(void *data)
{
    struct job *job = data;
    pthread_mutex_lock(&job->lock);
    while (job->next < job->len) {
        size_t index = job->next++;
        struct platform_name own = job->names[index];
        pthread_mutex_unlock(&job->lock);
        if (own.ip)
            find_host(&own);
        else
            find_service(&own);
        pthread_mutex_lock(&job->lock);
        memcpy(job->names[index].name, own.name, sizeof own.name);
        job->done++;
        pthread_cond_signal(&job->progress);
    }
    leave(job);
    return NULL;
}

static struct job *open_job(const struct platform_name *names, size_t len)
{
    struct job *job = calloc(1, sizeof *job + len * sizeof *names);
    pthread_condattr_t clock;
    if (!job)
        return NULL;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&job->progress, &clock);
    pthread_condattr_destroy(&clock);
    pthread_mutex_init(&job->lock, NULL);
    job->users = 1;
    for (; job->len < len; job->len++) {
        job->names[job->len] = names[job->len];
        job->names[job->len].ip = names[job->len].ip ? strdup(names[job->len].ip) : NULL;
    }
    return job;
}

static void start_threads(struct job *job)
{
    pthread_attr_t detached;
    pthread_t thread;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (size_t i = 0; i < THREADS_MAX && i < job->len; i++)
        if (pthread_create(&thread, &detached, work, job) == 0)
            job->users++;
    pthread_attr_destroy(&detached);
}

static struct timespec moment_in(double seconds)
{
    struct timespec moment;
    clock_gettime(CLOCK_MONOTONIC, &moment);
    long nanoseconds = moment.tv_nsec + (long)((seconds - (double)(time_t)seconds) * 1e9);
    moment.tv_sec += (time_t)seconds + nanoseconds / 1000000000;
    moment.tv_nsec = nanoseconds % 1000000000;
    return moment;
}

bool platform_resolve(struct platform_name *names, size_t len, double seconds)
{
    struct timespec end = moment_in(seconds);
    struct job *job = open_job(names, len);
    if (!job)
        return false;
    pthread_mutex_lock(&job->lock);
    start_threads(job);
    while (job->done < job->len && job->users > 1 &&
           pthread_cond_timedwait(&job->progress, &job->lock, &end) == 0)
        continue;
    for (size_t i = 0; i < len; i++)
        memcpy(names[i].name, job->names[i].name, sizeof names[i].name);
    job->next = job->len; /* nobody waits for the rest */
    leave(job);
    return true;
}
