/* Descriptions of the records of a process. The order is the order of the fields in Python. */
#include "core/records.h"

#include <psutil.h>

#define ALL PSUTIL_ON_ALL
#define LINUX PSUTIL_ON_LINUX
#define WINDOWS PSUTIL_ON_WINDOWS
#define BSD PSUTIL_ON_BSD
#define UNIX (PSUTIL_ON_ALL & ~PSUTIL_ON_WINDOWS)
#define LINUX_FREEBSD (PSUTIL_ON_LINUX | PSUTIL_ON_FREEBSD)

#define F(member, text) PS_FIELD(psutil_puids, member, INT, NONE, UNIX, text)
static const psutil_field ids_fields[] = {
    F(real, "of whoever started it"),
    F(effective, "that decides what it may do"),
    F(saved, "that it may take back"),
};
#undef F
PS_RECORD(puids, psutil_puids, ids_fields, "User ids of a process");
PS_RECORD(pgids, psutil_puids, ids_fields, "Group ids of a process");

#define F(member, on, text) PS_FIELD(psutil_pcputimes, member, DOUBLE, SECONDS, on, text)
static const psutil_field pcputimes_fields[] = {
    F(user, ALL, "in user mode"),
    F(system, ALL, "in kernel mode"),
    F(children_user, ALL, "in user mode, of children that were waited for"),
    F(children_system, ALL, "in kernel mode, of children that were waited for"),
    F(iowait, LINUX, "waiting for block I/O"),
};
#undef F
PS_RECORD(pcputimes, psutil_pcputimes, pcputimes_fields, "CPU time of a process");

/* Memory records share fields, so their offsets are within psutil_process_info where they lie in
 * two of its members, and within psutil_pmem where they do not. */
#define PMEM_FIELD(name_, base, member, on, text)                                                  \
    {                                                                                              \
        .name = (name_), .type = PSUTIL_TYPE_INT, .unit = PSUTIL_UNIT_BYTES, .platforms = (on),    \
        .offset = (base) + offsetof(psutil_pmem, member), .doc = (text)                            \
    }
#define PMEM_FIELDS(base)                                                                          \
    PMEM_FIELD("rss", base, rss, ALL, "in RAM now"),                                               \
        PMEM_FIELD("vms", base, vms, ALL, "address space"),                                        \
        PMEM_FIELD("shared", base, shared, LINUX, "of rss, what could be shared with others"),     \
        PMEM_FIELD("text", base, text, LINUX | BSD, "executable code"),                            \
        PMEM_FIELD("lib", base, lib, LINUX, "always 0 since Linux 2.6"),                           \
        PMEM_FIELD("data", base, data, LINUX | BSD, "data and stack"),                             \
        PMEM_FIELD("dirty", base, dirty, LINUX, "always 0 since Linux 2.6"),                       \
        PMEM_FIELD("stack", base, stack, BSD, "stack"),                                            \
        PMEM_FIELD("num_page_faults", base, num_page_faults, WINDOWS, "page faults, a count"),     \
        PMEM_FIELD("peak_wset", base, peak_wset, WINDOWS, "peak of the working set"),              \
        PMEM_FIELD("wset", base, wset, WINDOWS, "working set"),                                    \
        PMEM_FIELD("peak_paged_pool", base, peak_paged_pool, WINDOWS, "peak of the paged pool"),   \
        PMEM_FIELD("paged_pool", base, paged_pool, WINDOWS, "paged pool"),                         \
        PMEM_FIELD("peak_nonpaged_pool", base, peak_nonpaged_pool, WINDOWS,                        \
                   "peak of the non-paged pool"),                                                  \
        PMEM_FIELD("nonpaged_pool", base, nonpaged_pool, WINDOWS, "non-paged pool"),               \
        PMEM_FIELD("pagefile", base, pagefile, WINDOWS, "page file usage"),                        \
        PMEM_FIELD("peak_pagefile", base, peak_pagefile, WINDOWS, "peak of the page file usage"),  \
        PMEM_FIELD("private", base, private_bytes, WINDOWS, "private bytes")
static const psutil_field pmem_fields[] = {PMEM_FIELDS(0)};
PS_RECORD(pmem, psutil_pmem, pmem_fields, "Memory of a process");

#define WITHIN(member_) offsetof(psutil_process_info, member_)
#define F(struct_, member_, on, text)                                                              \
    {                                                                                              \
        .name = #member_, .type = PSUTIL_TYPE_INT, .unit = PSUTIL_UNIT_BYTES, .platforms = (on),   \
        .offset = WITHIN(struct_.member_), .doc = (text)                                           \
    }
static const psutil_field pmem_ex_fields[] = {
    PMEM_FIELDS(WITHIN(memory_info)),
    F(memory_info_ex, peak_rss, LINUX, "most that rss ever was"),
    F(memory_info_ex, peak_vms, LINUX, "most that vms ever was"),
    F(memory_info_ex, rss_anon, LINUX, "of rss, not from files"),
    F(memory_info_ex, rss_file, LINUX, "of rss, from files"),
    F(memory_info_ex, rss_shmem, LINUX, "of rss, shared memory and tmpfs"),
    F(memory_info_ex, swap, LINUX, "swapped out"),
    F(memory_info_ex, hugetlb, LINUX, "huge pages"),
};
PS_RECORD(pmem_ex, psutil_process_info, pmem_ex_fields, "Memory of a process, in more detail");

static const psutil_field pfullmem_fields[] = {
    PMEM_FIELDS(WITHIN(memory_info)),
    F(memory_footprint, uss, ALL & ~BSD, "private: freed if the process ended now"),
    F(memory_footprint, pss, LINUX, "uss and the share of what is shared"),
    F(memory_footprint, swap, LINUX, "swapped out"),
};
#undef F
PS_RECORD(pfullmem, psutil_process_info, pfullmem_fields,
          "Memory of a process, with what it really costs");

#define F(member, on, text) PS_FIELD(psutil_pfootprint, member, INT, BYTES, on, text)
static const psutil_field pfootprint_fields[] = {
    F(uss, ALL & ~BSD, "private: freed if the process ended now"),
    F(pss, LINUX, "uss and the share of what is shared"),
    F(swap, LINUX, "swapped out"),
};
#undef F
PS_RECORD(pfootprint, psutil_pfootprint, pfootprint_fields, "What a process really costs");

#define S(member, text) PS_FIELD(psutil_pmmap, member, STRING, NONE, LINUX_FREEBSD | WINDOWS, text)
#define F(member, on, text) PS_FIELD(psutil_pmmap, member, INT, BYTES, on, text)
#define PMMAP_FIELDS                                                                               \
    S(path, "file, or what it is instead"), F(rss, LINUX_FREEBSD | WINDOWS, "in RAM now"),         \
        F(size, LINUX, "address space"), F(pss, LINUX, "share of rss"),                            \
        F(shared_clean, LINUX, "shared, as in the file"),                                          \
        F(shared_dirty, LINUX, "shared, changed"),                                                 \
        F(private_clean, LINUX, "private, as in the file"),                                        \
        F(private_dirty, LINUX, "private, changed"), F(referenced, LINUX, "recently used"),        \
        F(anonymous, LINUX, "not from a file"), F(swap, LINUX, "swapped out")
static const psutil_field pmmap_grouped_fields[] = {PMMAP_FIELDS};
static const psutil_field pmmap_ext_fields[] = {
    S(addr, "range of addresses"),
    S(perms, "permissions"),
    PMMAP_FIELDS,
};
#undef F
#undef S
PS_RECORD(pmmap_grouped, psutil_pmmap, pmmap_grouped_fields, "The mappings of one file");
PS_RECORD(pmmap_ext, psutil_pmmap, pmmap_ext_fields, "A mapping");

#define F(member, unit, on, text) PS_FIELD(psutil_pio, member, INT, unit, on, text)
static const psutil_field pio_fields[] = {
    F(read_count, NONE, ALL, "read system calls"),
    F(write_count, NONE, ALL, "write system calls"),
    F(read_bytes, BYTES, ALL, "read from storage"),
    F(write_bytes, BYTES, ALL, "written to storage"),
    F(read_chars, BYTES, LINUX, "read by system calls, wherever from"),
    F(write_chars, BYTES, LINUX, "written by system calls, wherever to"),
    F(other_count, NONE, WINDOWS, "other I/O operations"),
    F(other_bytes, BYTES, WINDOWS, "bytes of other I/O operations"),
};
#undef F
PS_RECORD(pio, psutil_pio, pio_fields, "I/O of a process since its start");

#define F(member, text) PS_FIELD(psutil_pctxsw, member, INT, NONE, ALL, text)
static const psutil_field pctxsw_fields[] = {
    F(voluntary, "it waited for something"),
    F(involuntary, "its time was up"),
};
#undef F
PS_RECORD(pctxsw, psutil_pctxsw, pctxsw_fields, "Context switches of a process");

#define F(member, text) PS_FIELD(psutil_ppagefaults, member, INT, NONE, ALL, text)
static const psutil_field ppagefaults_fields[] = {
    F(minor, "answered from memory"),
    F(major, "needed a disk"),
};
#undef F
PS_RECORD(ppagefaults, psutil_ppagefaults, ppagefaults_fields, "Page faults of a process");

#define F(member, kind, unit, text) PS_FIELD(psutil_pthread, member, kind, unit, ALL, text)
static const psutil_field pthread_fields[] = {
    F(id, INT, NONE, "thread id"),
    F(user_time, DOUBLE, SECONDS, "in user mode"),
    F(system_time, DOUBLE, SECONDS, "in kernel mode"),
};
#undef F
PS_RECORD(pthread, psutil_pthread, pthread_fields, "A thread of a process");

static const psutil_field pionice_fields[] = {
    PS_FIELD_ENUM(psutil_pionice, ioclass, ps_enum_ioprio_class, LINUX | WINDOWS, "class"),
    PS_FIELD(psutil_pionice, value, INT, NONE, LINUX, "0 (highest) to 7 within the class"),
};
PS_RECORD(pionice, psutil_pionice, pionice_fields, "I/O priority of a process");

#define F(member, kind, on, text) PS_FIELD(psutil_popenfile, member, kind, NONE, on, text)
static const psutil_field popenfile_fields[] = {
    F(path, STRING, ALL, "file"),
    F(fd, INT, ALL, "descriptor"),
    F(position, INT, LINUX, "offset in the file"),
    F(mode, STRING, LINUX, "how it was opened"),
    F(flags, INT, LINUX, "flags of open()"),
};
#undef F
PS_RECORD(popenfile, psutil_popenfile, popenfile_fields, "A regular file that a process has open");

#define F(member, text) PS_FIELD(psutil_prlimit, member, INT, NONE, LINUX_FREEBSD, text)
static const psutil_field prlimit_key =
    PS_FIELD_ENUM(psutil_prlimit, resource, ps_enum_rlimit, LINUX_FREEBSD, "resource");
static const psutil_field prlimit_fields[] = {
    F(soft, "limit in force; -1 for none"),
    F(hard, "how far the process may raise it; -1 for none"),
};
#undef F
PS_RECORD_KEYED(prlimit, psutil_prlimit, prlimit_fields, &prlimit_key,
                "A resource limit of a process");

#define F(member, kind, unit, on, text) PS_FIELD(psutil_process_info, member, kind, unit, on, text)
#define R(member, kind, tuple, on, text)                                                           \
    {                                                                                              \
        .name = #member, .type = PSUTIL_TYPE_##kind, .platforms = (on), .offset = WITHIN(member),  \
        .doc = (text), .record = &ps_record_##tuple                                                \
    }
/* In the order of psutil_process_field. */
static const psutil_field process_fields[] = {
    F(pid, INT, NONE, ALL, "process id"),
    F(ppid, INT, NONE, ALL, "pid of the parent"),
    F(name, STRING, NONE, ALL, "name of the program"),
    F(exe, STRING, NONE, ALL, "path of the executable"),
    F(cmdline, STRINGS, NONE, ALL, "command line"),
    F(environ, VARIABLES, NONE, ALL, "environment at the start"),
    F(create_time, DOUBLE, EPOCH, ALL, "when it was started"),
    PS_FIELD_ENUM(psutil_process_info, status, ps_enum_status, ALL, "what it is doing"),
    F(cwd, STRING, NONE, ALL, "working directory"),
    F(username, STRING, NONE, ALL, "user"),
    R(uids, RECORD, puids, UNIX, "user ids"),
    R(gids, RECORD, pgids, UNIX, "group ids"),
    F(terminal, STRING, NONE, UNIX, "controlling terminal"),
    F(nice, INT, NONE, ALL, "priority: -20 (most) to 19 (least); Windows: priority class"),
    R(ionice, RECORD, pionice, LINUX | WINDOWS, "I/O priority"),
    R(rlimit, LIST, prlimit, LINUX_FREEBSD, "resource limits"),
    R(io_counters, RECORD, pio, LINUX | WINDOWS | BSD, "I/O since the start"),
    R(num_ctx_switches, RECORD, pctxsw, ALL, "context switches"),
    F(num_fds, INT, NONE, UNIX, "descriptors open"),
    F(num_handles, INT, NONE, WINDOWS, "handles open"),
    F(num_threads, INT, NONE, ALL, "threads"),
    R(threads, LIST, pthread, ALL, "each thread's CPU time"),
    R(cpu_times, RECORD, pcputimes, ALL, "CPU time"),
    F(cpu_percent, DOUBLE, PERCENT, ALL, "CPU use since it was asked before; 100 is one CPU"),
    F(cpu_affinity, INTS, NONE, LINUX_FREEBSD | WINDOWS, "CPUs that it may run on"),
    F(cpu_num, INT, NONE, LINUX_FREEBSD | PSUTIL_ON_SUNOS, "CPU that it ran on last"),
    R(memory_info, RECORD, pmem, ALL, "memory"),
    {.name = "memory_info_ex",
     .type = PSUTIL_TYPE_RECORD,
     .platforms = LINUX,
     .offset = WITHIN(memory_info_ex),
     .doc = "memory, in more detail",
     .record = &ps_record_pmem_ex},
    R(memory_footprint, RECORD, pfootprint, ALL & ~BSD, "memory that it really costs"),
    {.name = "memory_full_info",
     .type = PSUTIL_TYPE_RECORD,
     .platforms = ALL & ~BSD,
     .offset = 0,
     .doc = "memory_info and memory_footprint together",
     .record = &ps_record_pfullmem},
    F(memory_percent, DOUBLE, PERCENT, ALL, "rss of the machine's memory"),
    R(memory_maps, LIST, pmmap_grouped, LINUX_FREEBSD | WINDOWS, "mappings, by file"),
    R(page_faults, RECORD, ppagefaults, ALL, "page faults"),
    R(open_files, LIST, popenfile, ALL, "regular files open"),
    R(net_connections, LIST, pconn, ALL, "internet sockets open"),
};
#undef F
#undef R
_Static_assert(sizeof process_fields / sizeof *process_fields == PSUTIL_FIELD_COUNT,
               "one description for each psutil_process_field");
PS_RECORD(process, psutil_process_info, process_fields, "Everything known about a process");
