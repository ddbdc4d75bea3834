/* The fast lane where it was left out of the build. */
#include "os/linux/bpf/lane.h"

struct ps_lane *ps_lane_new(void)
{
    return NULL;
}

void ps_lane_free(psutil *ctx)
{
    (void)ctx;
}

bool ps_lane_is_open(psutil *ctx, psutil_fields fields)
{
    (void)ctx, (void)fields;
    return false;
}

bool ps_lane_may_pay(psutil *ctx, psutil_fields fields)
{
    (void)ctx, (void)fields;
    return false;
}

bool ps_lane_pays(psutil *ctx, psutil_fields fields, size_t len)
{
    (void)ctx, (void)fields, (void)len;
    return false;
}

int ps_lane_walk(psutil *ctx, struct ps_reading *reading, struct ps_walk *walk, ps_process_row *row,
                 void *user, int64_t *last)
{
    (void)ctx, (void)reading, (void)walk, (void)row, (void)user;
    *last = 0;
    return 0;
}

bool ps_lane_one(struct ps_reader *reader, const struct ps_ref *ref, bool *missing)
{
    (void)reader, (void)ref, (void)missing;
    return false;
}

bool ps_lane_birth(psutil *ctx, struct ps_ref *ref)
{
    (void)ctx, (void)ref;
    return false;
}

size_t ps_lane_cpu_times(psutil *ctx, struct ps_stat_cpu lines[PS_LANE_CPUS_MAX + 1])
{
    (void)ctx, (void)lines;
    return 0;
}

bool ps_lane_owners(psutil *ctx, struct ps_owners *owners, int *rc)
{
    (void)ctx, (void)owners, (void)rc;
    return false;
}

struct ps_lane_tcp *ps_lane_tcp_start(psutil *ctx, unsigned kinds)
{
    (void)ctx, (void)kinds;
    return NULL;
}

void ps_lane_tcp_stop(struct ps_lane_tcp *tcp)
{
    (void)tcp;
}

unsigned ps_lane_tcp_take(struct ps_lane_tcp *tcp, struct ps_sockets *sockets, unsigned kinds)
{
    (void)tcp, (void)sockets;
    return kinds;
}

void ps_lane_note_owners(psutil *ctx, size_t processes, size_t sockets)
{
    (void)ctx, (void)processes, (void)sockets;
}

void ps_lane_note_tcp(psutil *ctx, size_t sockets)
{
    (void)ctx;
    (void)sockets;
}
