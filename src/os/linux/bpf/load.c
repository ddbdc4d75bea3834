/* bpf(2), without a library: programs.inc has what the kernel takes. */
#include "os/linux/bpf/load.h"

#include "os/linux/bpf/records.h"
#include "parse/btf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/linux/bpf/programs.inc"

/* include/uapi/linux/bpf.h, as of Linux 5.17; newer than many systems' headers. */
enum { MAP_CREATE = 0, PROG_LOAD = 5, BTF_LOAD = 18, LINK_CREATE = 28, ITER_CREATE = 33 };
enum { MAP_TYPE_ARRAY = 2, MAP_TYPE_PERCPU_ARRAY = 6, PROG_TYPE_TRACING = 26, TRACE_ITER = 28 };
#define F_SLEEPABLE (1u << 4)
#define F_MMAPABLE (1u << 10)
#define PSEUDO_MAP_FD 1
#define PSEUDO_KERNEL_FUNCTION 2
#define WIDE_LOAD 0x18
#define CALL 0x85

/* As far as memcheck looks, whatever the size says. */
struct map_create {
    uint32_t type, key_size, value_size, entries, flags, inner, node;
    char name[16];
    uint32_t interface;
};

struct prog_load {
    uint32_t type, code_len;
    uint64_t code, license;
    uint32_t log_level, log_size;
    uint64_t log;
    uint32_t kernel_version, flags;
    char name[16];
    uint32_t interface, attach_type, types_fd, function_size;
    uint64_t functions;
    uint32_t functions_len, line_size;
    uint64_t lines;
    uint32_t lines_len, attach_id, attach_fd, places_len;
    uint64_t fds, places;
    uint32_t place_size, padding;
};

struct btf_load {
    uint64_t types, log;
    uint32_t size, log_size, log_level, padding;
};

struct link_create {
    uint32_t program, target, attach_type, flags;
    uint64_t info;
    uint32_t info_len, padding;
};

struct iter_create {
    uint32_t link, flags;
};

static int call(int command, void *attributes, unsigned size)
{
    return (int)syscall(SYS_bpf, command, attributes, size);
}

static void close_if(int fd)
{
    if (fd >= 0)
        close(fd);
}

static uint64_t address(const void *pointer)
{
    return (uint64_t)(uintptr_t)pointer;
}

/* ---- Programs ---------------------------------------------------------------------------------
 */

/* What shares types. */
enum source { TASKS, SOCKETS, CPUS, SOURCES };

struct program {
    const char *name;
    const char *target; /* the function of the kernel that stands for the iterator */
    const uint64_t *code;
    size_t code_len;
    const uint32_t *functions, *places;
    size_t functions_len, places_len; /* of two and of four numbers */
    uint32_t flags;
    enum source source;
};

#define LEN(array) (sizeof(array) / sizeof *(array))
#define PROGRAM(name, target, flags, source)                                                       \
    {                                                                                              \
#name, target, name##_code, LEN(name##_code), name##_functions, name##_places,             \
            LEN(name##_functions) / 2, LEN(name##_places) / 4, flags, source                       \
    }

static const struct program programs[PS_BPF_PROGRAMS] = {
    [PS_BPF_TASKS] = PROGRAM(each_task, "bpf_iter_task", 0, TASKS),
    [PS_BPF_PROCESSES] = PROGRAM(each_process, "bpf_iter_task", 0, TASKS),
    [PS_BPF_LINES] = PROGRAM(each_line, "bpf_iter_task", F_SLEEPABLE, TASKS),
    [PS_BPF_FILES] = PROGRAM(each_file, "bpf_iter_task_file", 0, SOCKETS),
    [PS_BPF_TCP] = PROGRAM(each_tcp, "bpf_iter_tcp", 0, SOCKETS),
    [PS_BPF_ANSWERS] = PROGRAM(each_question, "bpf_iter_bpf_map_elem", 0, TASKS),
    [PS_BPF_CPUS] = PROGRAM(each_cpu, "bpf_iter_bpf_map_elem", 0, CPUS),
};

/* What else programs refer to, and the numbers that stand for it in the code: functions that they
 * call, and how far behind the last of these variables the others lie. */
static const struct referred {
    enum ps_btf_kind kind;
    const char *name;
    uint32_t stand_in;
} referred[] = {{PS_BTF_FUNCTION, "bpf_task_from_pid", PS_BPF_TASK_FROM_PID},
                {PS_BTF_FUNCTION, "bpf_task_release", PS_BPF_TASK_RELEASE},
                {PS_BTF_VARIABLE, "kernel_cpustat", PS_BPF_KERNEL_CPUSTAT},
                {PS_BTF_VARIABLE, "tick_cpu_sched", PS_BPF_TICK_CPU_SCHED},
                {PS_BTF_VARIABLE, "runqueues", 0}};
enum { REFERRED = LEN(referred), NAMES = PS_BPF_PROGRAMS + REFERRED };

/* The number that stands for the map in the code (tasks.bpf.c:per_cpu_map()). */
#define MAP_LOW 0x70755f76u
#define MAP_HIGH 0x70735f63u

/* ---- The kernel's type information --------------------------------------------------------------
 */

static bool read_all(int fd, char *data, size_t size, size_t *len)
{
    ssize_t got;
    for (*len = 0; *len < size; *len += (size_t)got)
        if ((got = read(fd, data + *len, size - *len)) <= 0)
            return got == 0;
    return true;
}

static void set_names(struct ps_btf_name names[NAMES])
{
    for (size_t i = 0; i < PS_BPF_PROGRAMS; i++)
        names[i] = (struct ps_btf_name){PS_BTF_FUNCTION, programs[i].target, 0, 0};
    for (size_t i = 0; i < REFERRED; i++)
        names[PS_BPF_PROGRAMS + i] = (struct ps_btf_name){referred[i].kind, referred[i].name, 0, 0};
}

/* The numbers of the functions that stand for the iterators, and of what is referred to. */
static bool find_names(psutil *ctx, struct ps_btf_name names[NAMES])
{
    struct ps_dir sys = ps_sys(ctx);
    struct stat st;
    char *data = NULL;
    size_t len;
    int fd = ps_dir_open(&sys, "kernel/btf/vmlinux", O_RDONLY);
    if (fd < 0)
        return false;
    set_names(names);
    bool known = fstat(fd, &st) == 0 && (data = malloc((size_t)st.st_size)) &&
                 read_all(fd, data, (size_t)st.st_size, &len);
    if (known)
        ps_btf_find(data, len, names, NAMES);
    free(data);
    close(fd);
    return known;
}

/* ---- Loading ----------------------------------------------------------------------------------
 */

static int load_types(enum source source)
{
    static const struct {
        const uint32_t *types;
        uint32_t size;
    } all[SOURCES] = {{tasks_types, TASKS_TYPES_SIZE},
                      {sockets_types, SOCKETS_TYPES_SIZE},
                      {cpus_types, CPUS_TYPES_SIZE}};
    struct btf_load load = {.types = address(all[source].types), .size = all[source].size};
    return call(BTF_LOAD, &load, sizeof load);
}

static int make_map(void)
{
    struct map_create create = {.type = MAP_TYPE_PERCPU_ARRAY,
                                .key_size = sizeof(uint32_t),
                                .value_size = sizeof(uint64_t),
                                .entries = 1};
    return call(MAP_CREATE, &create, sizeof create);
}

/* A wide load is two instructions, each with a half of the number. */
static void put_map(uint64_t *code, size_t len, int map)
{
    for (size_t i = 0; i + 1 < len; i++)
        if ((code[i] & 0xff) == WIDE_LOAD && code[i] >> 32 == MAP_LOW &&
            code[i + 1] >> 32 == MAP_HIGH) {
            code[i] = (code[i] & 0xfff) | PSEUDO_MAP_FD << 12 | (uint64_t)map << 32;
            code[i + 1] = 0;
        }
}

static void put_call(uint64_t *code, uint32_t stand_in, const struct ps_btf_name *name)
{
    if ((*code & 0xff) == CALL && *code >> 32 == stand_in)
        *code = CALL | PSEUDO_KERNEL_FUNCTION << 12 | (uint64_t)name->id << 32;
}

static void put_distance(uint64_t *code, uint32_t stand_in, uint64_t distance)
{
    if ((code[0] & 0xff) != WIDE_LOAD || code[0] >> 32 != stand_in)
        return;
    code[0] = (code[0] & 0xfff) | distance << 32;
    code[1] = distance >> 32 << 32;
}

/* What the kernel does not have is left as it is: it refuses to call it, and nothing lies there. */
static void put_references(uint64_t *code, size_t len, const struct ps_btf_name names[NAMES])
{
    const struct ps_btf_name *all = names + PS_BPF_PROGRAMS, *last = &all[REFERRED - 1];
    for (size_t i = 0; i + 1 < len; i++)
        for (size_t j = 0; j + 1 < REFERRED; j++)
            if (all[j].kind == PS_BTF_FUNCTION && all[j].id != 0)
                put_call(&code[i], referred[j].stand_in, &all[j]);
            else if (all[j].kind == PS_BTF_VARIABLE && all[j].id != 0 && last->id != 0)
                put_distance(&code[i], referred[j].stand_in,
                             (uint64_t)all[j].offset - last->offset);
}

static uint64_t *code_of(const struct program *program, const struct ps_btf_name names[NAMES],
                         int map)
{
    uint64_t *code = malloc(program->code_len * sizeof *code);
    if (!code)
        return NULL;
    memcpy(code, program->code, program->code_len * sizeof *code);
    put_map(code, program->code_len, map);
    put_references(code, program->code_len, names);
    return code;
}

static int load_program(const struct program *program, uint64_t *code, uint32_t target, int types)
{
    struct prog_load load = {.type = PROG_TYPE_TRACING,
                             .code_len = (uint32_t)program->code_len,
                             .code = address(code),
                             .license = address("Dual BSD/GPL"),
                             .flags = program->flags,
                             .attach_type = TRACE_ITER,
                             .types_fd = (uint32_t)types,
                             .function_size = 2 * sizeof *program->functions,
                             .functions = address(program->functions),
                             .functions_len = (uint32_t)program->functions_len,
                             .attach_id = target,
                             .places_len = (uint32_t)program->places_len,
                             .places = address(program->places),
                             .place_size = 4 * sizeof *program->places};
    memcpy(load.name, program->name, strlen(program->name));
    return code ? call(PROG_LOAD, &load, sizeof load) : -1;
}

void ps_bpf_load(psutil *ctx, unsigned which, int fds[PS_BPF_PROGRAMS])
{
    struct ps_btf_name names[NAMES];
    for (size_t i = 0; i < PS_BPF_PROGRAMS; i++)
        fds[i] = -1;
    if (!find_names(ctx, names))
        return;
    int map = make_map();
    int types[SOURCES] = {load_types(TASKS), load_types(SOCKETS), load_types(CPUS)};
    for (size_t i = 0; i < PS_BPF_PROGRAMS && map >= 0; i++) {
        int of = types[programs[i].source];
        if (!(which >> i & 1) || names[i].id == 0 || of < 0)
            continue;
        uint64_t *code = code_of(&programs[i], names, map);
        fds[i] = load_program(&programs[i], code, names[i].id, of);
        free(code);
    }
    for (size_t i = 0; i < SOURCES; i++)
        close_if(types[i]);
    close_if(map);
}

/* union bpf_iter_link_info: struct task, and struct map. */
struct only_task {
    uint32_t tid, pid, pidfd;
};

struct only_map {
    uint32_t map;
};

static int attach(int program, const void *info, size_t info_len)
{
    struct link_create link = {.program = (uint32_t)program,
                               .attach_type = TRACE_ITER,
                               .info = address(info),
                               .info_len = (uint32_t)info_len};
    return call(LINK_CREATE, &link, sizeof link);
}

int ps_bpf_attach(int program, int64_t pid)
{
    struct only_task only = {.tid = (uint32_t)pid};
    return pid != 0 ? attach(program, &only, sizeof only) : attach(program, NULL, 0);
}

int ps_bpf_attach_map(int program, int map)
{
    struct only_map only = {(uint32_t)map};
    return attach(program, &only, sizeof only);
}

int ps_bpf_make_questions(unsigned count)
{
    struct map_create create = {.type = MAP_TYPE_ARRAY,
                                .key_size = sizeof(uint32_t),
                                .value_size = sizeof(struct ps_bpf_question),
                                .entries = count,
                                .flags = F_MMAPABLE};
    return call(MAP_CREATE, &create, sizeof create);
}

/* ---- Reading ----------------------------------------------------------------------------------
 */

int ps_bpf_open(int link)
{
    struct iter_create create = {.link = (uint32_t)link};
    return call(ITER_CREATE, &create, sizeof create);
}

bool ps_bpf_rows_open(struct ps_bpf_rows *rows, int link, char *buffer)
{
    *rows = (struct ps_bpf_rows){.fd = ps_bpf_open(link), .buffer = buffer};
    return rows->fd >= 0;
}

void ps_bpf_rows_close(struct ps_bpf_rows *rows)
{
    if (rows->ahead)
        ps_bpf_ahead_stop(rows->ahead);
    if (rows->fd >= 0)
        close(rows->fd);
    rows->ahead = NULL;
    rows->fd = -1;
}

void ps_bpf_rows_hurry(struct ps_bpf_rows *rows, size_t blocks)
{
    rows->ahead = ps_bpf_ahead_start(rows->fd, blocks);
}

/* EAGAIN: the kernel has looked at a million things that nothing was written of (seq_file that
 * does not end, kernel/bpf/bpf_iter.c:bpf_seq_read()), and goes on where it was. */
ssize_t ps_bpf_read(int fd, char *buffer)
{
    ssize_t got;
    do
        got = read(fd, buffer, PS_BPF_BUFFER);
    while (got < 0 && (errno == EAGAIN || errno == EINTR));
    return got;
}

static bool fill(struct ps_bpf_rows *rows)
{
    ssize_t got = rows->ahead ? ps_bpf_ahead_take(rows->ahead, &rows->buffer)
                              : ps_bpf_read(rows->fd, rows->buffer);
    rows->failed = got < 0;
    rows->at = 0;
    rows->len = got > 0 ? (size_t)got : 0;
    return got > 0;
}

/* What a program writes in one go comes in one piece: the kernel keeps back what does not fit. */
const void *ps_bpf_rows_take(struct ps_bpf_rows *rows, size_t size)
{
    if (rows->at == rows->len && !fill(rows))
        return NULL;
    if (rows->len - rows->at < size) {
        rows->failed = true;
        return NULL;
    }
    rows->at += size;
    return rows->buffer + rows->at - size;
}
