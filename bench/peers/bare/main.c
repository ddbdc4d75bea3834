/* The bare system calls: what a table of all processes or of all sockets reads, without a look. */
#include "../../bare.h"
#include "../peer.h"

#include <psutil/net.h>

static long ask_processes_10(void)
{
    bare_all_ten();
    return 0;
}

static long ask_processes_18(void)
{
    bare_all_eighteen();
    return 0;
}

static long ask_sockets(void)
{
    bare_all_connections(PSUTIL_KIND_TCP);
    return 0;
}

static const struct peer_question questions[] = {
    {"processes_10", ask_processes_10},
    {"processes_18", ask_processes_18},
    {"sockets", ask_sockets},
};

int main(void)
{
    return peer_serve(questions, sizeof questions / sizeof *questions);
}
