/* The methods of Process, and what they say of themselves. */
#include "process.h"

#define GETTER(name, FIELD)                                                                        \
    static PyObject *get_##name(PyObject *self, PyObject *Py_UNUSED(unused))                       \
    {                                                                                              \
        return process_get((process_object *)self, PSUTIL_FIELD_##FIELD);                          \
    }

GETTER(cmdline, CMDLINE)
GETTER(cpu_num, CPU_NUM)
GETTER(cpu_times, CPU_TIMES)
GETTER(cwd, CWD)
GETTER(environ, ENVIRON)
GETTER(gids, GIDS)
GETTER(io_counters, IO_COUNTERS)
GETTER(memory_footprint, MEMORY_FOOTPRINT)
GETTER(memory_full_info, MEMORY_FULL_INFO)
GETTER(memory_info, MEMORY_INFO)
GETTER(name, NAME)
GETTER(num_ctx_switches, NUM_CTX_SWITCHES)
GETTER(num_fds, NUM_FDS)
GETTER(num_threads, NUM_THREADS)
GETTER(open_files, OPEN_FILES)
GETTER(page_faults, PAGE_FAULTS)
GETTER(ppid, PPID)
GETTER(status, STATUS)
GETTER(terminal, TERMINAL)
GETTER(threads, THREADS)
GETTER(uids, UIDS)
#ifdef _WIN32
GETTER(num_handles, NUM_HANDLES)
#endif

#define PLAIN(name, function, text)                                                                \
    {                                                                                              \
#name, function, METH_NOARGS, PyDoc_STR(#name "($self)\n--\n\n" text)                      \
    }
#define WITH(name, signature, text)                                                                \
    {                                                                                              \
#name, FUNCTION(process_##name), METH_FASTCALL | METH_KEYWORDS,                            \
            PyDoc_STR(#name "($self" signature ")\n--\n\n" text)                                   \
    }

const PyMethodDef process_methods[] = {
    WITH(as_dict, ", attrs=None, ad_value=None",
         "Several fields at once, as {name: value}, each source of the system read once.\n\n"
         "attrs is a list, tuple or set of names out of Process.attrs; none means all that\n"
         "psutil 7 has. ad_value stands for what the caller may not know, and for what a zombie\n"
         "does not have any more. Raises NoSuchProcess; ValueError and TypeError for wrong attrs."),
    WITH(children, ", recursive=False",
         "The children as a list of Process, by pid; with recursive all descendants.\n\n"
         "Whoever ends meanwhile is left out. Raises NoSuchProcess."),
    PLAIN(cmdline, get_cmdline,
          "The command line as a list of strings; empty for threads of the kernel.\n\n"
          "Raises NoSuchProcess, ZombieProcess, AccessDenied."),
    WITH(connections, ", kind='inet'", "Deprecated name of net_connections()."),
    WITH(cpu_affinity, ", cpus=None",
         "The CPUs that the process may run on, as a list of numbers; or sets them.\n\n"
         "An empty list sets all. Raises ValueError for CPUs that there are not, NoSuchProcess,\n"
         "AccessDenied. Linux, Windows, FreeBSD."),
    PLAIN(cpu_num, get_cpu_num,
          "The number of the CPU that the process ran on last.\n\n"
          "Raises NoSuchProcess. Linux, FreeBSD, SunOS."),
    WITH(cpu_percent, ", interval=None",
         "CPU use in percent of one CPU: two busy threads make 200.0.\n\n"
         "With interval, about that many seconds, which it sleeps. Without, about the time since\n"
         "the call before on this instance; the first returns 0.0. Raises NoSuchProcess,\n"
         "ValueError for a negative interval."),
    PLAIN(cpu_times, get_cpu_times,
          "CPU time in seconds, as pcputimes: user, system, children_user, children_system (of\n"
          "children that were waited for) and on Linux iowait.\n\n"
          "Raises NoSuchProcess."),
    PLAIN(create_time, process_create_time,
          "When the process was started, in seconds since the epoch; known also of one that has\n"
          "ended since."),
    PLAIN(cwd, get_cwd,
          "The working directory.\n\nRaises NoSuchProcess, ZombieProcess, AccessDenied."),
    PLAIN(environ, get_environ,
          "The environment at the start of the process, as {name: value}.\n\n"
          "Raises NoSuchProcess, ZombieProcess, AccessDenied."),
    PLAIN(exe, process_exe,
          "The path of the executable; '' for threads of the kernel.\n\n"
          "Raises NoSuchProcess, ZombieProcess, AccessDenied."),
    PLAIN(gids, get_gids,
          "Group ids, as pgids: real, effective, saved.\n\nRaises NoSuchProcess. UNIX."),
    PLAIN(io_counters, get_io_counters,
          "I/O since the start, as pio: read_count, write_count (system calls), read_bytes,\n"
          "write_bytes (storage), and on Linux read_chars, write_chars (by system calls).\n\n"
          "Raises NoSuchProcess, AccessDenied. Linux, Windows, BSD."),
    WITH(ionice, ", ioclass=None, value=None",
         "The I/O priority, as pionice: ioclass, value (0, highest, to 7); or sets it.\n\n"
         "Raises ValueError for a value that the class does not have, NoSuchProcess,\n"
         "AccessDenied. Linux, Windows."),
    PLAIN(is_running, process_is_running,
          "Whether the process still exists; a zombie does.\n\n"
          "False also when its pid belongs to another process now."),
    PLAIN(kill, process_kill,
          "Ends the process by SIGKILL; on Windows by TerminateProcess().\n\n"
          "Raises NoSuchProcess, AccessDenied."),
    PLAIN(memory_footprint, get_memory_footprint,
          "What memory the process really costs, in bytes, as pfootprint: uss, and on Linux pss\n"
          "and swap.\n\nRaises NoSuchProcess, AccessDenied."),
    PLAIN(memory_full_info, get_memory_full_info,
          "Memory in bytes, as pfullmem: the fields of memory_info() (rss, vms, and on Linux "
          "shared,\n"
          "text, lib, data, dirty) and of memory_footprint() (uss, and on Linux pss, swap).\n\n"
          "Raises NoSuchProcess, AccessDenied."),
    PLAIN(
        memory_info, get_memory_info,
        "Memory in bytes, as pmem: rss (in RAM), vms (address space), and on Linux shared, text,\n"
        "lib, data and dirty.\n\nRaises NoSuchProcess."),
    PLAIN(memory_info_ex, process_memory_info_ex,
          "Memory in bytes, as pmem_ex: the fields of memory_info() (rss, vms, shared, text, lib,\n"
          "data, dirty) and peak_rss, peak_vms, rss_anon, rss_file, rss_shmem, swap, hugetlb.\n\n"
          "Raises NoSuchProcess. Linux."),
    WITH(
        memory_maps, ", grouped=True",
        "Mappings as a list: of pmmap_grouped, one for each file, or not grouped of pmmap_ext,\n"
        "one for each range of addresses: addr, perms, path, and in bytes rss, size, pss,\n"
        "shared_clean, shared_dirty, private_clean, private_dirty, referenced, anonymous, swap.\n\n"
        "Raises NoSuchProcess, ZombieProcess, AccessDenied. Linux, Windows, FreeBSD."),
    WITH(memory_percent, ", memtype='rss'",
         "Memory in percent of the machine's; memtype is a field of memory_full_info().\n\n"
         "Raises ValueError for any other, NoSuchProcess, AccessDenied."),
    PLAIN(name, get_name, "The name of the program.\n\nRaises NoSuchProcess."),
    WITH(net_connections, ", kind='inet'",
         "Sockets that the process has open, as a list of pconn: fd, family, type, laddr, raddr,\n"
         "status.\n\n"
         "kind is 'inet', 'inet4', 'inet6', 'tcp', 'tcp4', 'tcp6', 'udp', 'udp4', 'udp6', 'unix' "
         "or\n"
         "'all'. Raises ValueError for any other, NoSuchProcess, AccessDenied."),
    WITH(nice, ", value=None",
         "The priority, -20 (most) to 19 (least); or sets it.\n\n"
         "Raises NoSuchProcess, AccessDenied."),
    PLAIN(num_ctx_switches, get_num_ctx_switches,
          "Context switches, as pctxsw: voluntary, involuntary.\n\nRaises NoSuchProcess."),
    PLAIN(num_fds, get_num_fds,
          "How many descriptors are open.\n\nRaises NoSuchProcess, AccessDenied. UNIX."),
#ifdef _WIN32
    PLAIN(num_handles, get_num_handles,
          "How many handles are open.\n\nRaises NoSuchProcess, AccessDenied. Windows."),
#endif
    PLAIN(num_threads, get_num_threads, "How many threads there are.\n\nRaises NoSuchProcess."),
    PLAIN(oneshot, process_oneshot,
          "A context manager: while it lasts, each source of the system is read once.\n\n"
          "Several fields are faster to get that way, and of one moment. May be nested."),
    PLAIN(open_files, get_open_files,
          "Regular files that are open, as a list of popenfile: path, fd, and on Linux position,\n"
          "mode ('r', 'w', 'a', 'r+', 'a+') and flags.\n\nRaises NoSuchProcess, AccessDenied."),
    PLAIN(page_faults, get_page_faults,
          "Page faults, as ppagefaults: minor (answered from memory), major (needed a disk).\n\n"
          "Raises NoSuchProcess."),
    PLAIN(parent, process_parent,
          "The parent as a Process, or None when there is none.\n\nRaises NoSuchProcess."),
    PLAIN(parents, process_parents,
          "Parent, grandparent and so on, as a list of Process.\n\nRaises NoSuchProcess."),
    PLAIN(ppid, get_ppid, "The pid of the parent.\n\nRaises NoSuchProcess."),
    PLAIN(resume, process_resume,
          "Lets a suspended process go on, by SIGCONT.\n\nRaises NoSuchProcess, AccessDenied."),
    WITH(rlimit, ", resource, limits=None",
         "A resource limit (RLIMIT_…) as (soft, hard), -1 for none; or sets it.\n\n"
         "Raises ValueError for wrong limits, NoSuchProcess, AccessDenied. Linux, FreeBSD."),
    WITH(send_signal, ", sig",
         "Sends a signal to this process, and to no other that has its pid later.\n\n"
         "Raises NoSuchProcess, AccessDenied, OSError for a number that is no signal."),
    PLAIN(status, get_status, "What the process is doing: STATUS_….\n\nRaises NoSuchProcess."),
    PLAIN(suspend, process_suspend,
          "Stops the process until resume(), by SIGSTOP.\n\nRaises NoSuchProcess, AccessDenied."),
    PLAIN(terminal, get_terminal,
          "The controlling terminal ('/dev/pts/0'), or None.\n\nRaises NoSuchProcess. UNIX."),
    PLAIN(terminate, process_terminate,
          "Asks the process to end, by SIGTERM.\n\nRaises NoSuchProcess, AccessDenied."),
    PLAIN(threads, get_threads,
          "The threads as a list of pthread: id, user_time, system_time (seconds).\n\n"
          "Raises NoSuchProcess."),
    PLAIN(uids, get_uids,
          "User ids, as puids: real, effective, saved.\n\nRaises NoSuchProcess. UNIX."),
    PLAIN(username, process_username,
          "The name of the user; the number when it has none.\n\nRaises NoSuchProcess."),
    WITH(wait, ", timeout=None",
         "Sleeps until the process has ended, and returns its exit code: of a signal the negative\n"
         "number, of other processes than the caller's children None.\n\n"
         "timeout is in seconds: TimeoutExpired when the process still exists then."),
    {"__init__", FUNCTION(process_called_init), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("__init__($self, pid=None)\n--\n\n"
               "The process that has this pid now, without one the caller's.")},
    {"_init", FUNCTION(process_late_init), METH_FASTCALL | METH_KEYWORDS,
     PyDoc_STR("_init($self, pid, _ignore_nsp=False)\n--\n\n"
               "What __init__() does; it may make a process that has ended one that is gone.")},
    {"__copy__", process_copy, METH_NOARGS, PyDoc_STR("__copy__($self)\n--\n\n")},
    {NULL},
};
