/* Descriptions of the system's records. The order is the order of the fields in Python. */
#include "core/records.h"

#include <psutil.h>

#define ALL PSUTIL_ON_ALL
#define LINUX PSUTIL_ON_LINUX
#define WINDOWS PSUTIL_ON_WINDOWS
#define MACOS PSUTIL_ON_MACOS
#define BSD PSUTIL_ON_BSD
#define UNIX (PSUTIL_ON_ALL & ~PSUTIL_ON_WINDOWS)

#define F(member, kind, unit, on, text) PS_FIELD(psutil_scputimes, member, kind, unit, on, text)
static const psutil_field scputimes_fields[] = {
    F(user, DOUBLE, SECONDS, ALL, "in user mode; on Linux guest time included"),
    F(nice, DOUBLE, SECONDS, LINUX | MACOS | BSD, "in user mode by niced processes"),
    F(system, DOUBLE, SECONDS, ALL, "in kernel mode"),
    F(idle, DOUBLE, SECONDS, ALL, "doing nothing"),
    F(iowait, DOUBLE, SECONDS, LINUX | PSUTIL_ON_SUNOS | PSUTIL_ON_AIX,
      "idle while I/O was outstanding"),
    F(irq, DOUBLE, SECONDS, LINUX | BSD, "serving hardware interrupts"),
    F(softirq, DOUBLE, SECONDS, LINUX, "serving software interrupts"),
    F(steal, DOUBLE, SECONDS, LINUX, "taken by the hypervisor for other guests"),
    F(guest, DOUBLE, SECONDS, LINUX, "running a guest's virtual CPU"),
    F(guest_nice, DOUBLE, SECONDS, LINUX, "running a niced guest's virtual CPU"),
    F(interrupt, DOUBLE, SECONDS, WINDOWS, "serving hardware interrupts"),
    F(dpc, DOUBLE, SECONDS, WINDOWS, "serving deferred procedure calls"),
};
#undef F
PS_RECORD(scputimes, psutil_scputimes, scputimes_fields, "CPU time by mode since boot");

#define F(member, kind, unit, on, text) PS_FIELD(psutil_scpustats, member, kind, unit, on, text)
static const psutil_field scpustats_fields[] = {
    F(ctx_switches, INT, NONE, ALL, "context switches since boot"),
    F(interrupts, INT, NONE, ALL, "hardware interrupts since boot"),
    F(soft_interrupts, INT, NONE, ALL, "software interrupts since boot"),
    F(syscalls, INT, NONE, ALL, "system calls since boot; unknown on Linux"),
    F(traps, INT, NONE, PSUTIL_ON_OPENBSD | PSUTIL_ON_NETBSD | PSUTIL_ON_SUNOS, "traps since boot"),
    F(dpcs, INT, NONE, WINDOWS, "deferred procedure calls since boot"),
};
#undef F
PS_RECORD(scpustats, psutil_scpustats, scpustats_fields, "CPU statistics since boot");

#define F(member, text) PS_FIELD(psutil_scpufreq, member, DOUBLE, MHZ, ALL, text)
static const psutil_field scpufreq_fields[] = {
    F(current, "frequency now"),
    F(min, "lowest frequency that may be chosen"),
    F(max, "highest frequency that may be chosen"),
};
#undef F
PS_RECORD(scpufreq, psutil_scpufreq, scpufreq_fields, "CPU frequency");

#define F(member, kind, unit, on, text) PS_FIELD(psutil_svmem, member, kind, unit, on, text)
static const psutil_field svmem_fields[] = {
    F(total, INT, BYTES, ALL, "all that the system manages"),
    F(available, INT, BYTES, ALL, "what programs can be given without swapping"),
    F(percent, DOUBLE, PERCENT, ALL, "share that is not available"),
    F(used, INT, BYTES, ALL, "in use"),
    F(free, INT, BYTES, ALL, "not used for anything"),
    F(active, INT, BYTES, LINUX | MACOS | BSD, "recently used"),
    F(inactive, INT, BYTES, LINUX | MACOS | BSD, "not recently used"),
    F(buffers, INT, BYTES, LINUX | BSD, "cache of block devices"),
    F(cached, INT, BYTES, LINUX | BSD, "cache of files"),
    F(shared, INT, BYTES, LINUX | BSD, "tmpfs and shared anonymous memory"),
    F(slab, INT, BYTES, LINUX, "kernel data structures"),
    F(wired, INT, BYTES, MACOS | BSD, "never leaves RAM"),
};
#undef F
PS_RECORD(svmem, psutil_svmem, svmem_fields, "Physical memory");

#define F(member, kind, unit, text) PS_FIELD(psutil_sswap, member, kind, unit, ALL, text)
static const psutil_field sswap_fields[] = {
    F(total, INT, BYTES, "swap space"),          F(used, INT, BYTES, "in use"),
    F(free, INT, BYTES, "not in use"),           F(percent, DOUBLE, PERCENT, "share in use"),
    F(sin, INT, BYTES, "swapped in since boot"), F(sout, INT, BYTES, "swapped out since boot"),
};
#undef F
PS_RECORD(sswap, psutil_sswap, sswap_fields, "Swap space");

#define F(member, unit, on, text) PS_FIELD(psutil_pheap, member, INT, unit, on, text)
static const psutil_field pheap_fields[] = {
    F(heap_used, BYTES, ALL, "handed out by malloc from the heap"),
    F(mmap_used, BYTES, ALL, "handed out by malloc in mappings of their own"),
    F(heap_count, NONE, WINDOWS, "private heaps"),
};
#undef F
PS_RECORD(pheap, psutil_pheap, pheap_fields, "The calling program's own heap");

#define F(member, text) PS_FIELD(psutil_sdiskpart, member, STRING, NONE, ALL, text)
static const psutil_field sdiskpart_fields[] = {
    F(device, "device"),
    F(mountpoint, "where it is mounted"),
    F(fstype, "type of file system"),
    F(opts, "mount options"),
};
#undef F
PS_RECORD(sdiskpart, psutil_sdiskpart, sdiskpart_fields, "A mounted file system");

#define F(member, kind, unit, text) PS_FIELD(psutil_sdiskusage, member, kind, unit, ALL, text)
static const psutil_field sdiskusage_fields[] = {
    F(total, INT, BYTES, "size of the file system"),
    F(used, INT, BYTES, "taken by files"),
    F(free, INT, BYTES, "left for unprivileged users"),
    F(percent, DOUBLE, PERCENT, "share in use, as df shows it"),
};
#undef F
PS_RECORD(sdiskusage, psutil_sdiskusage, sdiskusage_fields, "Space of a file system");

#define F(member, kind, unit, on, text) PS_FIELD(psutil_sdiskio, member, kind, unit, on, text)
static const psutil_field sdiskio_key = F(name, STRING, NONE, ALL, "disk or partition");
static const psutil_field sdiskio_fields[] = {
    F(read_count, INT, NONE, ALL, "reads completed"),
    F(write_count, INT, NONE, ALL, "writes completed"),
    F(read_bytes, INT, BYTES, ALL, "bytes read"),
    F(write_bytes, INT, BYTES, ALL, "bytes written"),
    F(read_time, INT, MILLISECONDS, ALL, "time that reads took, summed"),
    F(write_time, INT, MILLISECONDS, ALL, "time that writes took, summed"),
    F(read_merged_count, INT, NONE, LINUX, "reads merged with a neighbour"),
    F(write_merged_count, INT, NONE, LINUX, "writes merged with a neighbour"),
    F(busy_time, INT, MILLISECONDS, LINUX | PSUTIL_ON_FREEBSD, "time in which any I/O was done"),
};
#undef F
PS_RECORD_KEYED(sdiskio, psutil_sdiskio, sdiskio_fields, &sdiskio_key, "I/O of a disk since boot");

#define F(member, kind, unit, text) PS_FIELD(psutil_snetio, member, kind, unit, ALL, text)
static const psutil_field snetio_key = F(name, STRING, NONE, "interface");
static const psutil_field snetio_fields[] = {
    F(bytes_sent, INT, BYTES, "bytes sent"),
    F(bytes_recv, INT, BYTES, "bytes received"),
    F(packets_sent, INT, NONE, "packets sent"),
    F(packets_recv, INT, NONE, "packets received"),
    F(errin, INT, NONE, "errors while receiving"),
    F(errout, INT, NONE, "errors while sending"),
    F(dropin, INT, NONE, "incoming packets dropped"),
    F(dropout, INT, NONE, "outgoing packets dropped"),
};
#undef F
PS_RECORD_KEYED(snetio, psutil_snetio, snetio_fields, &snetio_key, "Traffic of an interface");

#define F(member, kind, text) PS_FIELD(psutil_sconn, member, kind, NONE, ALL, text)
#define CONN_FIELDS                                                                                \
    F(fd, INT, "descriptor in the process"),                                                       \
        PS_FIELD_ENUM(psutil_sconn, family, ps_enum_family, ALL, "address family"),                \
        PS_FIELD_ENUM(psutil_sconn, type, ps_enum_socket_type, ALL, "type of socket"),             \
        F(laddr, ADDRESS, "local end"), F(raddr, ADDRESS, "remote end"),                           \
        PS_FIELD_ENUM(psutil_sconn, status, ps_enum_conn_status, ALL, "state of TCP")
static const psutil_field sconn_fields[] = {
    CONN_FIELDS,
    F(pid, INT, "process that has it open"),
};
static const psutil_field pconn_fields[] = {CONN_FIELDS};
#undef F
PS_RECORD(sconn, psutil_sconn, sconn_fields, "A socket of the system");
PS_RECORD(pconn, psutil_sconn, pconn_fields, "A socket of a process");

#define F(member, text) PS_FIELD(psutil_snicaddr, member, STRING, NONE, ALL, text)
static const psutil_field snicaddr_key = F(name, "interface");
static const psutil_field snicaddr_fields[] = {
    PS_FIELD_ENUM(psutil_snicaddr, family, ps_enum_family, ALL, "address family"),
    F(address, "address"),
    F(netmask, "network mask"),
    F(broadcast, "broadcast address"),
    F(ptp, "other end of a point-to-point link"),
};
#undef F
PS_RECORD_KEYED(snicaddr, psutil_snicaddr, snicaddr_fields, &snicaddr_key,
                "An address of an interface");

#define F(member, kind, unit, text) PS_FIELD(psutil_snicstats, member, kind, unit, ALL, text)
static const psutil_field snicstats_key = F(name, STRING, NONE, "interface");
static const psutil_field snicstats_fields[] = {
    F(isup, BOOL, NONE, "up and running"),
    PS_FIELD_ENUM(psutil_snicstats, duplex, ps_enum_nic_duplex, ALL, "duplex mode"),
    F(speed, INT, MBITS, "link speed"),
    F(mtu, INT, BYTES, "largest packet"),
    F(flags, STRING, NONE, "flags, separated by commas"),
};
#undef F
PS_RECORD_KEYED(snicstats, psutil_snicstats, snicstats_fields, &snicstats_key,
                "State of an interface");

#define F(member, kind, unit, text) PS_FIELD(psutil_shwtemp, member, kind, unit, ALL, text)
static const psutil_field shwtemp_key = F(chip, STRING, NONE, "chip");
static const psutil_field shwtemp_fields[] = {
    F(label, STRING, NONE, "name of the sensor"),
    F(current, DOUBLE, CELSIUS, "temperature now"),
    F(high, DOUBLE, CELSIUS, "where it counts as hot"),
    F(critical, DOUBLE, CELSIUS, "where it counts as critical"),
};
#undef F
PS_RECORD_KEYED(shwtemp, psutil_shwtemp, shwtemp_fields, &shwtemp_key, "A temperature sensor");

#define F(member, kind, unit, text) PS_FIELD(psutil_sfan, member, kind, unit, ALL, text)
static const psutil_field sfan_key = F(chip, STRING, NONE, "chip");
static const psutil_field sfan_fields[] = {
    F(label, STRING, NONE, "name of the fan"),
    F(current, INT, RPM, "speed now"),
};
#undef F
PS_RECORD_KEYED(sfan, psutil_sfan, sfan_fields, &sfan_key, "A fan");

#define F(member, kind, unit, text) PS_FIELD(psutil_sbattery, member, kind, unit, ALL, text)
static const psutil_field sbattery_fields[] = {
    F(percent, DOUBLE, PERCENT, "charge left"),
    F(secsleft, INT, SECONDS, "time until empty; -2 on mains power"),
    F(power_plugged, BOOL, NONE, "mains connected"),
};
#undef F
PS_RECORD(sbattery, psutil_sbattery, sbattery_fields, "The battery");

#define F(member, kind, unit, text) PS_FIELD(psutil_suser, member, kind, unit, ALL, text)
static const psutil_field suser_fields[] = {
    F(name, STRING, NONE, "user"),
    F(terminal, STRING, NONE, "terminal"),
    F(host, STRING, NONE, "where from"),
    F(started, DOUBLE, EPOCH, "time of the login"),
    F(pid, INT, NONE, "process that logged the user in"),
};
#undef F
PS_RECORD(suser, psutil_suser, suser_fields, "A session of a user");

#define F(member, kind, text) PS_FIELD(psutil_service, member, kind, NONE, WINDOWS, text)
static const psutil_field service_fields[] = {
    F(name, STRING, "unique name"),
    F(display_name, STRING, "name that people are shown"),
    F(binpath, STRING, "command line of its program"),
    F(username, STRING, "account that it runs under"),
    PS_FIELD_ENUM(psutil_service, start_type, ps_enum_service_start_type, WINDOWS,
                  "when it is started"),
    PS_FIELD_ENUM(psutil_service, status, ps_enum_service_status, WINDOWS, "what it is doing"),
    F(pid, INT, "process that runs it"),
    F(description, STRING, "what it is for"),
};
#undef F
PS_RECORD(service, psutil_service, service_fields, "A service of Windows");

static const psutil_field int_fields[] = {{.name = "value", .type = PSUTIL_TYPE_INT}};
const psutil_record ps_record_int = {
    .name = "int", .size = sizeof(int64_t), .len = 1, .fields = int_fields};

static const psutil_field double_fields[] = {{.name = "value", .type = PSUTIL_TYPE_DOUBLE}};
const psutil_record ps_record_double = {
    .name = "double", .size = sizeof(double), .len = 1, .fields = double_fields};

static const psutil_field string_fields[] = {{.name = "value", .type = PSUTIL_TYPE_STRING}};
const psutil_record ps_record_string = {
    .name = "string", .size = sizeof(const char *), .len = 1, .fields = string_fields};
