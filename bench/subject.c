#include "bench.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct subject subject;

/* One that listens, one connected to it, and one for datagrams, all on the loopback. They stay
 * open to the end. */
static bool make_sockets(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int datagrams = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return listener >= 0 && client >= 0 && bind(listener, (void *)&address, len) == 0 &&
           listen(listener, 1) == 0 && getsockname(listener, (void *)&address, &len) == 0 &&
           connect(client, (void *)&address, len) == 0 &&
           bind(datagrams, (void *)&address, len) == 0;
}

static bool make_children(void)
{
    for (int i = 0; i < SUBJECT_CHILDREN; i++) {
        subject.child_pids[i] = start_sleeper();
        if (subject.child_pids[i] < 0 ||
            psutil_process_open(&subject.children[i], subject.ctx, subject.child_pids[i]) != 0)
            return false;
    }
    return true;
}

static bool open_library(void)
{
    return psutil_open(&subject.ctx, &(psutil_options){.flags = PSUTIL_OPEN_NO_BPF}) == 0 &&
           psutil_process_open(&subject.self, subject.ctx, getpid()) == 0 &&
           psutil_cpu_sampler_open(&subject.sampler, subject.ctx) == 0 &&
           psutil_nowrap_open(&subject.disks, subject.ctx) == 0 &&
           psutil_nowrap_open(&subject.nics, subject.ctx) == 0;
}

bool subject_open(void)
{
    char folder[32];
    subject.pid = getpid();
    snprintf(folder, sizeof folder, "/proc/%d", (int)subject.pid);
    subject.dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (!open_library() || !make_children() || !make_sockets() || subject.dir < 0 || file < 0) {
        fprintf(stderr, "psutil-bench: what is measured cannot be set up\n");
        return false;
    }
    return true;
}

void subject_close(void)
{
    for (int i = 0; i < SUBJECT_CHILDREN; i++)
        psutil_process_close(subject.children[i]);
    end_sleepers(subject.child_pids, SUBJECT_CHILDREN);
    close(subject.dir);
    psutil_nowrap_close(subject.nics);
    psutil_nowrap_close(subject.disks);
    psutil_cpu_sampler_close(subject.sampler);
    psutil_process_close(subject.self);
    psutil_close(subject.ctx);
}
