/* What the BPF programs write and the library reads: shared by both sides, so nothing but numbers.
 * Times are in nanoseconds, memory in pages. */
#ifndef PS_BPF_RECORDS_H
#define PS_BPF_RECORDS_H

/* What of a process cannot be told exactly as /proc would: the library asks /proc then. */
enum ps_bpf_odd {
    PS_BPF_ODD_NAME = 1,   /* a worker of the kernel, or a kernel thread with a longer name */
    PS_BPF_ODD_STAT = 2,   /* stat: a state that takes its time, or what moved while it was read */
    PS_BPF_ODD_MEMORY = 4, /* statm: its memory was given up meanwhile, or is counted otherwise */
    PS_BPF_ODD_IO = 8,
    PS_BPF_ODD_FDS = 16
};

/* How a kernel counts pages. */
enum ps_bpf_rss {
    PS_BPF_RSS_PLAIN,  /* one number: before Linux 6.2 */
    PS_BPF_RSS_PER_CPU /* one number, and what each CPU has not added to it yet */
};

/* What most tables need; each of the kernel's cache lines that it leaves out saves time. */
struct ps_bpf_task {
    unsigned int pid, ppid;
    unsigned int odd; /* enum ps_bpf_odd */
    unsigned int flags;
    unsigned int state, exit_state;
    unsigned int threads;
    unsigned int cpu;
    unsigned int tty_major, tty_minor;
    unsigned int has_mm;
    unsigned int rss; /* enum ps_bpf_rss */
    unsigned long long start;
    char comm[16];
    unsigned long long utime, stime, runtime; /* as they were counted */
    unsigned long long prev_utime, prev_stime;
    unsigned long long cutime, cstime, blkio;
    unsigned long long vms, data;
    unsigned long long text_start, text;     /* addresses: where the code begins and ends */
    long long file, anon, shmem;             /* the one number */
    long long cpu_file, cpu_anon, cpu_shmem; /* what the CPUs have on top of it */
    unsigned int uids[3], gids[3];
    unsigned long long voluntary, involuntary;
};

/* The rest. */
struct ps_bpf_more {
    unsigned long long id; /* of its pidfd's inode: 6.9; 0 without */
    int nice;
    unsigned int fds;
    unsigned long long minflt, majflt;
    unsigned long long io[6]; /* rchar, wchar, syscr, syscw, read_bytes, write_bytes */
};

/* The row of a process. */
struct ps_bpf_row {
    struct ps_bpf_task task;
    struct ps_bpf_more more; /* not in short rows */
};

/* Which row the next reading gives: of a process, by its pid, or of a CPU. A row of a process is
 * all zero when there is none, or when the reader lacks the rights. Questions lie in a map, one
 * behind the other. */
struct ps_bpf_question {
    unsigned int number;
    unsigned int may_trace; /* the right to trace all processes is needed as well */
};

/* Numbers that stand for functions of the kernel, and for places of its variables, in programs that
 * are not loaded yet. */
#define PS_BPF_TASK_FROM_PID 0x70730001
#define PS_BPF_TASK_RELEASE 0x70730002
#define PS_BPF_KERNEL_CPUSTAT 0x70730003
#define PS_BPF_TICK_CPU_SCHED 0x70730004

#define PS_BPF_WORDS 384

/* A command line: `len` bytes follow, filled up to a multiple of eight. */
struct ps_bpf_words {
    unsigned int pid;
    int len; /* -1: only /proc can tell it */
    unsigned long long start;
};

/* What a CPU did, in nanoseconds (enum cpu_usage_stat of the kernel). */
enum { PS_BPF_CPU_TIMES = 10 };
struct ps_bpf_cpu {
    unsigned int number;
    unsigned int known; /* else the kernel counts otherwise, or did so while it was read */
    unsigned int online, padding;
    unsigned long long times[PS_BPF_CPU_TIMES];
    unsigned long long slept, waited; /* idle and iowait, where the tick stops meanwhile */
};

/* A descriptor of a socket. */
struct ps_bpf_socket {
    unsigned int pid, fd;
    unsigned long long inode;
};

/* A TCP socket. */
struct ps_bpf_tcp {
    unsigned long long inode;               /* 0: no process has it */
    unsigned char local[16], remote[16];    /* in network order */
    unsigned short local_port, remote_port; /* not in network order */
    unsigned short family, state;
};

#endif
