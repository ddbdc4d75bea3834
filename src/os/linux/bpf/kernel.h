/* The little of the kernel's types that the BPF programs look at. Names are the kernel's; offsets
 * are not: the running kernel puts its own in when it loads a program (preserve_access_index,
 * "CO-RE"), and answers whether it has a member at all. A name's part from "___" on is ours, for
 * what is called alike and made differently in different versions. */
#ifndef PS_BPF_KERNEL_H
#define PS_BPF_KERNEL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;

#include "records.h"

#define SECTION(name) __attribute__((section(name), used))
#define INLINE static inline __attribute__((always_inline))

/* include/uapi/linux/bpf.h: helpers are called by number. */
static long (*const bpf_probe_read_kernel)(void *to, u32 size, const void *from) = (void *)113;
static long (*const bpf_probe_read_kernel_str)(void *to, u32 size, const void *from) = (void *)115;
static long (*const bpf_seq_write)(void *seq, const void *data, u32 len) = (void *)127;
static void *(*const bpf_get_current_task_btf)(void) = (void *)158;
static u64 (*const bpf_ktime_get_ns)(void) = (void *)5;
static u32 (*const bpf_get_smp_processor_id)(void) = (void *)8;
static long (*const bpf_loop)(u32 times, void *step, void *user, u64 flags) = (void *)181;
static long (*const bpf_copy_from_user_task)(void *to, u32 size, const void *from, void *task,
                                             u64 flags) = (void *)191;
static void *(*const bpf_map_lookup_percpu_elem)(void *map, const void *key, u32 cpu) = (void *)195;
static void *(*const bpf_sock_from_file)(void *file) = (void *)162;
static long (*const bpf_find_vma)(void *task, u64 address, void *found, void *user,
                                  u64 flags) = (void *)180;

/* Functions of the kernel that are no helpers have other numbers in each kernel: load.c puts them
 * in the place of these. */
static void *(*const bpf_task_from_pid)(s32 pid) = (void *)PS_BPF_TASK_FROM_PID;
static void (*const bpf_task_release)(void *task) = (void *)PS_BPF_TASK_RELEASE;

/* How far behind `runqueues` a variable lies that each CPU has its own of: the same. */
#define TEXT_OF(number) #number
#define WIDE_LOAD_OF(number) "%0 = " TEXT_OF(number) " ll"
#define DISTANCE(number)                                                                           \
    ({                                                                                             \
        u64 distance;                                                                              \
        asm volatile(WIDE_LOAD_OF(number) : "=r"(distance));                                       \
        distance;                                                                                  \
    })

/* Whether the running kernel has a member. */
#define EXISTS(member) __builtin_preserve_field_info(member, 2)

/* Reads a member through a pointer that the verifier does not know the type of. The pointer is
 * taken aside first: a member of one of our own structs has no place in the kernel. */
#define READ(to, pointer, member)                                                                  \
    ({                                                                                             \
        __auto_type from_ = (pointer);                                                             \
        bpf_probe_read_kernel(&(to), sizeof(to),                                                   \
                              (const void *)__builtin_preserve_access_index(&from_->member));      \
    })
#define OFFSET(type, member) ((u64)__builtin_preserve_access_index(&((struct type *)0)->member))

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
    struct list_head *next;
};

typedef struct {
    s64 counter;
} atomic64_t;

typedef atomic64_t atomic_long_t;

struct prev_cputime {
    u64 utime, stime;
};

struct tty_driver {
    s32 major, minor_start;
};

struct tty_struct {
    s32 index;
    struct tty_driver *driver;
};

struct pid {
    u64 ino; /* 6.9 */
};

struct task_io_accounting {
    u64 rchar, wchar, syscr, syscw, read_bytes, write_bytes;
};

struct signal_struct {
    s32 nr_threads;
    struct list_head thread_head;
    struct pid *pids[4];
    struct tty_struct *tty;
    u64 utime, stime, cutime, cstime;
    struct prev_cputime prev_cputime;
    unsigned long min_flt, maj_flt;
    struct task_io_accounting ioac;
    u64 sum_sched_runtime;
};

typedef struct {
    u32 val;
} kuid_t;

typedef struct {
    u32 val;
} kgid_t;

/* 64 bits in all versions. */
typedef struct {
    u64 val;
} kernel_cap_t;

struct user_namespace {
    s32 level;
};

struct cred {
    kuid_t uid, suid, euid;
    kgid_t gid, sgid, egid;
    kernel_cap_t cap_effective;
    struct user_namespace *user_ns;
};

struct ns_common {
    u32 inum;
};

struct time_namespace {
    struct ns_common ns;
};

struct nsproxy {
    struct time_namespace *time_ns;
};

struct percpu_counter {
    s64 count;
    s32 *counters;
};

struct vm_operations_struct;

struct vm_area_struct {
    unsigned long vm_end;
    const struct vm_operations_struct *vm_ops;
};

struct mm_struct {
    unsigned long total_vm, data_vm, stack_vm, start_code, end_code;
    unsigned long arg_start, arg_end;
};

/* 6.2 and later: one for each of MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES. */
struct mm_struct___per_cpu {
    struct percpu_counter rss_stat[4];
};

struct mm_rss_stat {
    atomic_long_t count[4];
};

struct mm_struct___plain {
    struct mm_rss_stat rss_stat;
};

struct fdtable {
    u32 max_fds;
    unsigned long *open_fds;
};

struct files_struct {
    struct fdtable *fdt;
};

struct task_delay_info {
    u64 blkio_delay;
};

struct kthread {
    char *full_name;
};

struct rq;

struct cfs_rq {
    struct rq *rq;
};

struct sched_entity {
    u64 sum_exec_runtime;
    struct cfs_rq *cfs_rq;
};

struct vtime {
    u32 state;
};

struct thread_info {
    u32 cpu;
};

struct task_struct {
    struct thread_info thread_info;
    u32 __state;
    u32 flags;
    s32 static_prio;
    struct sched_entity se;
    struct mm_struct *mm;
    s32 exit_state;
    s32 pid, tgid;
    struct task_struct *real_parent;
    struct list_head thread_node;
    void *worker_private;
    u64 utime, stime;
    struct vtime vtime;
    unsigned long nvcsw, nivcsw;
    u64 start_boottime;
    unsigned long min_flt, maj_flt;
    const struct cred *real_cred, *cred;
    char comm[16];
    struct files_struct *files;
    struct nsproxy *nsproxy;
    struct signal_struct *signal;
    void *sighand;
    struct task_io_accounting ioac;
    struct task_delay_info *delays;
};

struct kernel_cpustat {
    u64 cpustat[PS_BPF_CPU_TIMES];
};

typedef struct {
    s32 counter;
} atomic_t;

struct seqcount {
    u32 sequence;
};

typedef struct seqcount seqcount_t;

/* 6.10 */
struct tick_sched {
    unsigned long flags;
    seqcount_t idle_sleeptime_seq;
    s64 idle_entrytime, idle_sleeptime, iowait_sleeptime;
};

struct rq {
    s32 online;
    atomic_t nr_iowait;
};

struct bpf_array {
    u32 elem_size;
    void *pptrs[];
};

struct seq_file;

struct bpf_iter_meta {
    struct seq_file *seq;
};

struct bpf_iter__task {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
};

struct bpf_map;

struct bpf_iter__bpf_map_elem {
    struct bpf_iter_meta *meta;
    struct bpf_map *map;
    void *key, *value;
};

struct inode {
    unsigned long i_ino;
};

struct file {
    struct inode *f_inode;
};

struct bpf_iter__task_file {
    struct bpf_iter_meta *meta;
    struct task_struct *task;
    u32 fd;
    struct file *file;
};

struct socket;

struct sock {
    struct socket *sk_socket;
    unsigned long sk_ino; /* 6.18 */
};

struct socket_alloc {
    struct inode vfs_inode;
};

struct in6_addr {
    u8 bytes[16];
};

struct sock_common {
    u32 skc_daddr, skc_rcv_saddr;
    u16 skc_dport, skc_num;
    u16 skc_family;
    u8 skc_state;
    struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};

struct inet_timewait_sock {
    u8 tw_substate;
};

struct bpf_iter__tcp {
    struct bpf_iter_meta *meta;
    struct sock_common *sk_common;
};

#pragma clang attribute pop

#endif
