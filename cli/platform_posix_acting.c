/* What commands that act on processes ask of POSIX systems. */
#include "platform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

int platform_first_realtime(void)
{
#ifdef SIGRTMIN
    return SIGRTMIN;
#else
    return 0;
#endif
}

int platform_last_realtime(void)
{
#ifdef SIGRTMAX
    return SIGRTMAX;
#else
    return -1;
#endif
}

/* ---- The question -----------------------------------------------------------------------------
 */

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, data, len);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            data += written;
            len -= (size_t)written;
        }
    }
    return true;
}

/* What is beyond the room for it is read and forgotten: it is no answer to the next question. */
static void read_line(int fd, char *line, size_t size)
{
    size_t len = 0;
    for (;;) {
        char c;
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0 || c == '\n')
            break;
        if (len + 1 < size)
            line[len++] = c;
    }
    line[len] = '\0';
}

bool platform_ask(const char *question, size_t len, char *answer, size_t size)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return false;
    bool asked = write_all(fd, question, len);
    if (asked)
        read_line(fd, answer, size);
    close(fd);
    return asked;
}
