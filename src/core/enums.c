/* The names of enumerated values: what JSON and Python show. */
#include "core/records.h"

const psutil_enum_value ps_enum_status[] = {
    {PSUTIL_STATUS_RUNNING, "running"},
    {PSUTIL_STATUS_SLEEPING, "sleeping"},
    {PSUTIL_STATUS_DISK_SLEEP, "disk-sleep"},
    {PSUTIL_STATUS_STOPPED, "stopped"},
    {PSUTIL_STATUS_TRACING_STOP, "tracing-stop"},
    {PSUTIL_STATUS_ZOMBIE, "zombie"},
    {PSUTIL_STATUS_DEAD, "dead"},
    {PSUTIL_STATUS_WAKE_KILL, "wake-kill"},
    {PSUTIL_STATUS_WAKING, "waking"},
    {PSUTIL_STATUS_PARKED, "parked"},
    {PSUTIL_STATUS_IDLE, "idle"},
    {PSUTIL_STATUS_LOCKED, "locked"},
    {PSUTIL_STATUS_WAITING, "waiting"},
    {PSUTIL_STATUS_SUSPENDED, "suspended"},
    {0, NULL},
};

const psutil_enum_value ps_enum_rlimit[] = {
    {PSUTIL_RLIMIT_CPU, "RLIMIT_CPU"},
    {PSUTIL_RLIMIT_FSIZE, "RLIMIT_FSIZE"},
    {PSUTIL_RLIMIT_DATA, "RLIMIT_DATA"},
    {PSUTIL_RLIMIT_STACK, "RLIMIT_STACK"},
    {PSUTIL_RLIMIT_CORE, "RLIMIT_CORE"},
    {PSUTIL_RLIMIT_RSS, "RLIMIT_RSS"},
    {PSUTIL_RLIMIT_NPROC, "RLIMIT_NPROC"},
    {PSUTIL_RLIMIT_NOFILE, "RLIMIT_NOFILE"},
    {PSUTIL_RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK"},
    {PSUTIL_RLIMIT_AS, "RLIMIT_AS"},
    {PSUTIL_RLIMIT_LOCKS, "RLIMIT_LOCKS"},
    {PSUTIL_RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING"},
    {PSUTIL_RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE"},
    {PSUTIL_RLIMIT_NICE, "RLIMIT_NICE"},
    {PSUTIL_RLIMIT_RTPRIO, "RLIMIT_RTPRIO"},
    {PSUTIL_RLIMIT_RTTIME, "RLIMIT_RTTIME"},
    {0, NULL},
};

const psutil_enum_value ps_enum_socket_type[] = {
    {PSUTIL_SOCK_STREAM, "SOCK_STREAM"},
    {PSUTIL_SOCK_DGRAM, "SOCK_DGRAM"},
    {PSUTIL_SOCK_RAW, "SOCK_RAW"},
    {PSUTIL_SOCK_SEQPACKET, "SOCK_SEQPACKET"},
    {0, NULL},
};

const psutil_enum_value ps_enum_conn_status[] = {
    {PSUTIL_CONN_ESTABLISHED, "ESTABLISHED"},
    {PSUTIL_CONN_SYN_SENT, "SYN_SENT"},
    {PSUTIL_CONN_SYN_RECV, "SYN_RECV"},
    {PSUTIL_CONN_FIN_WAIT1, "FIN_WAIT1"},
    {PSUTIL_CONN_FIN_WAIT2, "FIN_WAIT2"},
    {PSUTIL_CONN_TIME_WAIT, "TIME_WAIT"},
    {PSUTIL_CONN_CLOSE, "CLOSE"},
    {PSUTIL_CONN_CLOSE_WAIT, "CLOSE_WAIT"},
    {PSUTIL_CONN_LAST_ACK, "LAST_ACK"},
    {PSUTIL_CONN_LISTEN, "LISTEN"},
    {PSUTIL_CONN_CLOSING, "CLOSING"},
    {PSUTIL_CONN_NONE, "NONE"},
    {PSUTIL_CONN_DELETE_TCB, "DELETE_TCB"},
    {PSUTIL_CONN_IDLE, "IDLE"},
    {PSUTIL_CONN_BOUND, "BOUND"},
    {0, NULL},
};

const psutil_enum_value ps_enum_nic_duplex[] = {
    {PSUTIL_NIC_DUPLEX_UNKNOWN, "NIC_DUPLEX_UNKNOWN"},
    {PSUTIL_NIC_DUPLEX_HALF, "NIC_DUPLEX_HALF"},
    {PSUTIL_NIC_DUPLEX_FULL, "NIC_DUPLEX_FULL"},
    {0, NULL},
};

const psutil_enum_value ps_enum_service_status[] = {
    {PSUTIL_SERVICE_STOPPED, "stopped"},
    {PSUTIL_SERVICE_START_PENDING, "start_pending"},
    {PSUTIL_SERVICE_STOP_PENDING, "stop_pending"},
    {PSUTIL_SERVICE_RUNNING, "running"},
    {PSUTIL_SERVICE_CONTINUE_PENDING, "continue_pending"},
    {PSUTIL_SERVICE_PAUSE_PENDING, "pause_pending"},
    {PSUTIL_SERVICE_PAUSED, "paused"},
    {0, NULL},
};

const psutil_enum_value ps_enum_service_start_type[] = {
    {PSUTIL_SERVICE_AUTOMATIC, "automatic"},
    {PSUTIL_SERVICE_MANUAL, "manual"},
    {PSUTIL_SERVICE_DISABLED, "disabled"},
    {0, NULL},
};

const char *psutil_enum_name(const psutil_enum_value *values, int64_t value)
{
    for (; values->name; values++)
        if (values->value == value)
            return values->name;
    return NULL;
}
