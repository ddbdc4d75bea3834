/* The files of all processes, read without a look.
 *
 * Each process's folder is opened first, since without that nothing says that several files are of
 * one process. */
#include "bare.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_folder(int proc, const char *name)
{
    return bare_is_number(name) ? openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
}

static void read_ten(int dir)
{
    bare_read(dir, "stat");
    bare_read(dir, "statm");
    bare_read(dir, "status");
    bare_read(dir, "cmdline");
}

static bool each_of_ten(int proc, const char *name)
{
    int dir = open_folder(proc, name);
    if (dir < 0)
        return true;
    read_ten(dir);
    close(dir);
    return true;
}

static bool each_of_eighteen(int proc, const char *name)
{
    struct stat st;
    int dir = open_folder(proc, name);
    if (dir < 0)
        return true;
    read_ten(dir);
    bare_link(dir, "exe");
    bare_link(dir, "cwd");
    bare_read(dir, "io");
    if (fstatat(dir, "fd", &st, 0) != 0)
        bare_buffer[0] = '\0';
    close(dir);
    return true;
}

void bare_all_ten(void)
{
    bare_list(AT_FDCWD, "/proc", each_of_ten);
}

void bare_all_eighteen(void)
{
    bare_list(AT_FDCWD, "/proc", each_of_eighteen);
}

/* One file says all, and of which process. */
static bool each_stat(int proc, const char *name)
{
    char path[BARE_PATH];
    if (bare_is_number(name))
        bare_read(proc, bare_join(path, name, "stat"));
    return true;
}

void bare_all_stats(void)
{
    bare_list(AT_FDCWD, "/proc", each_stat);
}

/* The sockets are asked for once, not once for each process. */
static bool each_owner(int proc, const char *name)
{
    struct stat st;
    int dir = open_folder(proc, name);
    if (dir < 0)
        return true;
    bare_list(dir, "fd", bare_link);
    if (fstatat(dir, "ns/net", &st, 0) != 0)
        bare_buffer[0] = '\0';
    close(dir);
    return true;
}

void bare_all_connections(unsigned kinds)
{
    bare_sockets(kinds);
    bare_list(AT_FDCWD, "/proc", each_owner);
}
