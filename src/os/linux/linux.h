/* What the files of the Linux backend share. */
#ifndef PS_LINUX_H
#define PS_LINUX_H

#include "backend.h"
#include "os/posix/deadline.h"
#include "os/posix/file.h"
#include "os/posix/names.h"

/* By what means processes can be signalled and waited for; each includes those before it. */
enum ps_reach {
    PS_REACH_UNKNOWN,
    PS_REACH_NONE,   /* the proc root's pids are not those of this kernel and namespace */
    PS_REACH_PIDS,   /* no pidfds: before Linux 5.3, or refused by a seccomp filter */
    PS_REACH_PIDFDS, /* pidfds */
    PS_REACH_PIDFS   /* pidfds that have inode numbers of their own and tell of reaping: 6.9 */
};

/* Whether the machine's clocks tell when it was booted. */
enum ps_clocks { PS_CLOCKS_UNKNOWN, PS_CLOCKS_AGREE, PS_CLOCKS_DIFFER };

/* A number of CPUs or cores, and of which CPUs (as the kernel lists them): it is another one only
 * when other CPUs are online. */
struct ps_counted {
    char online[64]; /* empty: not known yet */
    int64_t count;
};

/* The answer of a machine without swap, which stays the same until there is some: guarded by who
 * holds the kept file "swaps". */
struct ps_swapless {
    unsigned generation; /* of the process that learned it; 0: nobody */
    psutil_sswap swap;
};

/* A folder that was seen to be empty, and stays so as long as these are the same. */
struct ps_emptied {
    uint64_t device, inode;
    int64_t seconds, nanoseconds; /* of its last change */
};

/* The backend's part of a context. */
struct ps_linux {
    bool live;               /* the proc root is the running kernel's own */
    bool has_services;       /* the name services answer for it: its users are in /etc */
    _Atomic int reach;       /* enum ps_reach, learned by ps_linux_reach() */
    int64_t page_size;       /* bytes */
    int64_t ticks;           /* clock ticks a second, for /proc */
    int64_t kept_limit;      /* how many handles may keep descriptors open */
    _Atomic int64_t kept;    /* how many do */
    struct ps_keeper keeper; /* of files that are read again and again */
    struct ps_kept kept_proc, kept_sys;
    struct ps_kept_file kept_files[10];
    _Atomic int clocks;           /* enum ps_clocks */
    struct ps_counted counted[2]; /* cores, and CPUs; guarded by ctx->lock */
    struct ps_swapless swapless;
    _Atomic int64_t no_zfs_at;  /* ps_os_clock() when there was no ZFS; 0: not looked for yet */
    struct ps_emptied sessions; /* systemd's; guarded by ctx->lock */
    _Atomic(double) fixed_mhz;  /* of each CPU, if it never changes; 0: not known */
    _Atomic int64_t boot_time;  /* btime, for create_time; PSUTIL_UNKNOWN until it is needed */
    struct ps_names names;      /* of users, by id */
    struct ps_jobs jobs;        /* calls that may hang */
    size_t crowd;               /* so many processes are worth a second thread for a while */
    size_t piece;               /* so many bytes of the listing of processes are read at once */
    struct ps_lane *lane;       /* see bpf/lane.h; NULL: there is none */
    struct ps_network *network; /* see interfaces_kept.h; NULL: nothing is kept */
    _Atomic bool network_busy;  /* somebody holds it */
    bool network_asked;         /* guarded by who holds it */
    struct ps_mounts *mounts;   /* see mounts_asked.h; NULL: nothing is known */
    _Atomic bool mounts_busy;   /* somebody holds them */
    bool mounts_asked;          /* guarded by who holds them */
    _Atomic int ethtool_family; /* number of the generic netlink family; 0 until it is needed */
};

struct ps_status_rights;

/* What this thread may do; false when that cannot be told. */
bool ps_linux_rights(psutil *ctx, struct ps_status_rights *out);

/* Whether to start a thread is no surprise to anybody: a filter may end the program for it. */
bool ps_linux_may_help(psutil *ctx);

static inline struct ps_linux *ps_linux_of(psutil *ctx)
{
    return ctx->os;
}

static inline struct ps_dir ps_proc(psutil *ctx)
{
    return (struct ps_dir){ctx->roots.proc, PSUTIL_UNKNOWN, -1, NULL, &ps_linux_of(ctx)->kept_proc};
}

static inline struct ps_dir ps_sys(psutil *ctx)
{
    return (struct ps_dir){ctx->roots.sys, PSUTIL_UNKNOWN, -1, NULL, &ps_linux_of(ctx)->kept_sys};
}

static inline struct ps_dir ps_run(psutil *ctx)
{
    return (struct ps_dir){ctx->roots.run, PSUTIL_UNKNOWN, -1, NULL, NULL};
}

static inline struct ps_dir ps_etc(psutil *ctx)
{
    return (struct ps_dir){ctx->roots.etc, PSUTIL_UNKNOWN, -1, NULL, NULL};
}

/* PSUTIL_ENOTSUP: only the running kernel could tell, and another root is read. */
int ps_fail_root(psutil *ctx, int64_t pid);

/* A user's name in the arena, see ps_user_name(). */
int ps_linux_user_name(psutil *ctx, int64_t uid, struct ps_arena *arena, const char **out);

/* Whether the sys root, and the run root, are of the machine whose proc root is read. One that was
 * left at its default beside another proc root is not: it is the running machine's. */
bool ps_sys_applies(psutil *ctx);
bool ps_run_applies(psutil *ctx);

/* PSUTIL_EDATA: `name` below `root` could not be understood. */
int ps_fail_data(psutil *ctx, const struct ps_dir *dir, const char *name);

/* Seconds of the epoch at which the machine was booted, learned once for all create_times of a
 * context, so that they do not move when the clock is set. */
int ps_linux_boot_time(psutil *ctx, int64_t *out);

#endif
