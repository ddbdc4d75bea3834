/* The native interface of Windows, as far as it is used here and the headers lack it. Layouts as in
 * Microsoft's documentation of ntdll where there is one, else as debuggers show them; they have
 * not changed since Windows 7. */
#ifndef PS_NT_H
#define PS_NT_H

#include "os/windows/windows.h"

#include <winternl.h>

/* ntstatus.h and windows.h define some of the same names. */
#define PS_STATUS_INFO_LENGTH_MISMATCH ((NTSTATUS)0xc0000004)
#define PS_STATUS_BUFFER_TOO_SMALL ((NTSTATUS)0xc0000023)
#define PS_STATUS_NOT_IMPLEMENTED ((NTSTATUS)0xc0000002)
#define PS_STATUS_BUFFER_OVERFLOW ((NTSTATUS)0x80000005)

/* For NtQuerySystemInformation(). */
enum {
    PS_SYSTEM_PERFORMANCE = 2,
    PS_SYSTEM_TIME_OF_DAY = 3,
    PS_SYSTEM_PROCESSES = 5,
    PS_SYSTEM_PROCESSOR_TIMES = 8,
    PS_SYSTEM_PAGE_FILES = 18,
    PS_SYSTEM_INTERRUPTS = 23,
    PS_SYSTEM_HANDLES = 64,
    PS_SYSTEM_PROCESS_NAME = 88
};

/* For NtQueryInformationProcess(). */
enum {
    PS_PROCESS_BASIC = 0,
    PS_PROCESS_WOW64 = 26,
    PS_PROCESS_IO_PRIORITY = 33,
    PS_PROCESS_HANDLES = 51,     /* since Windows 8 */
    PS_PROCESS_COMMAND_LINE = 60 /* since Windows 8.1 */
};

/* NtQueryInformationProcess() for one of these. */
static inline NTSTATUS ps_nt_query_process(HANDLE process, int what, void *data, ULONG size,
                                           ULONG *wanted)
{
    return NtQueryInformationProcess(process, (PROCESSINFOCLASS)what, data, size, wanted);
}

/* PS_SYSTEM_PROCESS_NAME: the caller gives the pid and the room. */
struct ps_nt_process_name {
    HANDLE pid;
    UNICODE_STRING name;
};

/* PS_SYSTEM_HANDLES: those of all processes. */
struct ps_nt_handle {
    void *object;
    HANDLE pid;
    HANDLE handle;
    uint32_t access;
    uint16_t creator;
    uint16_t type;
    uint32_t attributes;
    uint32_t reserved;
};
_Static_assert(sizeof(void *) != 8 || sizeof(struct ps_nt_handle) == 40,
               "as the system lays it out");

struct ps_nt_handles {
    size_t len;
    size_t reserved;
    struct ps_nt_handle items[];
};

/* PS_PROCESS_HANDLES: those of one process. */
struct ps_nt_own_handle {
    HANDLE handle;
    size_t handle_count;
    size_t pointer_count;
    uint32_t access;
    uint32_t type;
    uint32_t attributes;
    uint32_t reserved;
};

struct ps_nt_own_handles {
    size_t len;
    size_t reserved;
    struct ps_nt_own_handle items[];
};

/* PS_SYSTEM_PROCESSOR_TIMES: one for each CPU of the caller's group, in units of 100 ns. */
struct ps_nt_processor_times {
    int64_t idle;
    int64_t kernel; /* idle, dpc and interrupt included */
    int64_t user;
    int64_t dpc;
    int64_t interrupt;
    uint32_t interrupts; /* a count */
};
_Static_assert(sizeof(struct ps_nt_processor_times) == 48, "as the system lays it out");

/* PS_SYSTEM_INTERRUPTS: one for each CPU. */
struct ps_nt_interrupts {
    uint32_t context_switches;
    uint32_t dpcs;
    uint32_t dpc_rate;
    uint32_t time_increment;
    uint32_t bypasses;
    uint32_t apc_bypasses;
};
_Static_assert(sizeof(struct ps_nt_interrupts) == 24, "as the system lays it out");

/* PS_SYSTEM_TIME_OF_DAY: its first members. */
struct ps_nt_time_of_day {
    int64_t booted;
    int64_t now;
    int64_t zone_bias;
    uint32_t zone;
    uint32_t reserved;
    int64_t boot_bias;
    int64_t sleep_bias;
};
_Static_assert(sizeof(struct ps_nt_time_of_day) == 48, "as the system lays it out");

/* PS_SYSTEM_PAGE_FILES: sizes in pages. */
struct ps_nt_page_file {
    uint32_t next; /* bytes to the next; 0 in the last */
    uint32_t total;
    uint32_t in_use;
    uint32_t peak;
    UNICODE_STRING name;
};

/* PS_SYSTEM_PROCESSES: a process, followed by its threads. */
struct ps_nt_thread {
    int64_t kernel_time;
    int64_t user_time;
    int64_t create_time;
    uint32_t wait_time;
    void *start_address;
    CLIENT_ID id;
    int32_t priority;
    int32_t base_priority;
    uint32_t context_switches;
    uint32_t state;       /* 5: waiting */
    uint32_t wait_reason; /* 5: suspended */
};
_Static_assert(sizeof(void *) != 8 || sizeof(struct ps_nt_thread) == 80,
               "as the system lays it out");

struct ps_nt_process {
    uint32_t next; /* bytes to the next; 0 in the last */
    uint32_t threads_len;
    int64_t working_set_private;
    uint32_t hard_faults;
    uint32_t threads_high;
    uint64_t cycles;
    int64_t create_time;
    int64_t user_time;
    int64_t kernel_time;
    UNICODE_STRING name;
    int32_t base_priority;
    HANDLE pid;
    HANDLE ppid;
    uint32_t handles;
    uint32_t session;
    uintptr_t unique_key;
    size_t peak_virtual_size;
    size_t virtual_size;
    uint32_t page_faults;
    size_t peak_working_set;
    size_t working_set;
    size_t peak_paged_pool;
    size_t paged_pool;
    size_t peak_nonpaged_pool;
    size_t nonpaged_pool;
    size_t pagefile;
    size_t peak_pagefile;
    size_t private_bytes;
    int64_t read_count;
    int64_t write_count;
    int64_t other_count;
    int64_t read_bytes;
    int64_t write_bytes;
    int64_t other_bytes;
    struct ps_nt_thread threads[];
};
_Static_assert(sizeof(void *) != 8 || sizeof(struct ps_nt_process) == 256,
               "as the system lays it out");

/* Walks what ps_query_system(PS_SYSTEM_PROCESSES) gave: NULL starts, NULL ends. Each process that
 * is returned lies within the answer, with all its threads. */
const struct ps_nt_process *ps_nt_process_next(const struct ps_answer *answer, size_t len,
                                               const struct ps_nt_process *process);

static inline int64_t ps_nt_pid(HANDLE id)
{
    return (int64_t)(uintptr_t)id;
}

/* Whether the program runs under wine, of whose answers some are not true: for tests. */
static inline bool ps_under_wine(void)
{
    return ps_windows_function(L"ntdll.dll", "wine_get_version") != NULL;
}

#endif
