/* Names of addresses and ports. The resolver waits as long as it likes, and cannot be stopped:
 * threads of their own ask it, and are left behind when the time is up. */
#include "platform.h"
#include "platform_windows.h"

#include <windows.h>
#include <winsock2.h>
#include <ws2tcpip.h>

#include <process.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS_MAX = 8 };

/* Belongs to everybody who works on it; the last one frees it. */
struct job {
    CRITICAL_SECTION lock;
    CONDITION_VARIABLE progress;
    size_t next, done, len;
    size_t users;
    struct platform_name names[];
};

static void leave(struct job *job)
{
    bool last = --job->users == 0;
    LeaveCriticalSection(&job->lock);
    if (!last)
        return;
    DeleteCriticalSection(&job->lock);
    for (size_t i = 0; i < job->len; i++)
        free((char *)job->names[i].ip);
    free(job);
}

/* What has no room is no name. */
static void keep(struct platform_name *name, const wchar_t *found)
{
    if (WideCharToMultiByte(CP_UTF8, 0, found, -1, name->name, PLATFORM_NAME, NULL, NULL) == 0)
        name->name[0] = '\0';
}

static void find_host(struct platform_name *name)
{
    ADDRINFOW hints = {.ai_flags = AI_NUMERICHOST, .ai_socktype = SOCK_STREAM}, *found;
    wchar_t *ip = platform_widen(name->ip), host[NI_MAXHOST];
    bool understood = ip && GetAddrInfoW(ip, NULL, &hints, &found) == 0;
    free(ip);
    if (!understood)
        return;
    if (GetNameInfoW(found->ai_addr, (socklen_t)found->ai_addrlen, host, NI_MAXHOST, NULL, 0,
                     NI_NAMEREQD) == 0)
        keep(name, host);
    FreeAddrInfoW(found);
}

static void find_service(struct platform_name *name)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons((uint16_t)name->port)};
    int flags = NI_NUMERICHOST | (name->udp ? NI_DGRAM : 0);
    wchar_t service[NI_MAXSERV];
    if (GetNameInfoW((struct sockaddr *)&any, sizeof any, NULL, 0, service, NI_MAXSERV, flags) != 0)
        return;
    bool is_number =
        *service >= L'0' && *service <= L'9' && _wcstoi64(service, NULL, 10) == name->port;
    if (!is_number)
        keep(name, service);
}

static unsigned __stdcall work(void *data)
{
    struct job *job = data;
    EnterCriticalSection(&job->lock);
    while (job->next < job->len) {
        size_t index = job->next++;
        struct platform_name own = job->names[index];
        LeaveCriticalSection(&job->lock);
        if (own.ip)
            find_host(&own);
        else
            find_service(&own);
        EnterCriticalSection(&job->lock);
        memcpy(job->names[index].name, own.name, sizeof own.name);
        job->done++;
        WakeConditionVariable(&job->progress);
    }
    leave(job);
    return 0;
}

static struct job *open_job(const struct platform_name *names, size_t len)
{
    struct job *job = calloc(1, sizeof *job + len * sizeof *names);
    if (!job)
        return NULL;
    InitializeCriticalSection(&job->lock);
    InitializeConditionVariable(&job->progress);
    job->users = 1;
    for (; job->len < len; job->len++) {
        job->names[job->len] = names[job->len];
        job->names[job->len].ip = names[job->len].ip ? _strdup(names[job->len].ip) : NULL;
    }
    return job;
}

static void start_threads(struct job *job)
{
    for (size_t i = 0; i < THREADS_MAX && i < job->len; i++) {
        HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, work, job, 0, NULL);
        if (!thread)
            return;
        job->users++;
        CloseHandle(thread);
    }
}

static bool wait_until(struct job *job, double end)
{
    double ms = (end - platform_clock()) * 1000;
    return ms > 0 && SleepConditionVariableCS(&job->progress, &job->lock,
                                              ms < INFINITE ? (DWORD)ms + 1 : INFINITE - 1);
}

bool platform_resolve(struct platform_name *names, size_t len, double seconds)
{
    double end = platform_clock() + seconds;
    WSADATA version; /* never given back: threads that were left behind go on asking */
    struct job *job = WSAStartup(MAKEWORD(2, 2), &version) == 0 ? open_job(names, len) : NULL;
    if (!job)
        return false;
    EnterCriticalSection(&job->lock);
    start_threads(job);
    while (job->done < job->len && job->users > 1 && wait_until(job, end))
        continue;
    for (size_t i = 0; i < len; i++)
        memcpy(names[i].name, job->names[i].name, sizeof names[i].name);
    job->next = job->len; /* nobody waits for the rest */
    leave(job);
    return true;
}
