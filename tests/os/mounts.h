/* Mount namespaces of a test's own, where what the kernel tells of single mounts is compared with
 * the file of all of them. */
#ifndef MOUNTS_H
#define MOUNTS_H

#include "os/linux/mounts_asked.h"

#include "../namespace.h"
#include "os/linux/syscalls.h"

#include <sys/stat.h>

static psutil *ctx;   /* asked again and again */
static char top[64];  /* a tmpfs: what is mounted here is mounted below it */
static char disk[64]; /* a folder of it: an ext4 of its own, or one of the machine's devices */
static bool own_disk;

/* ---- What is compared ---------------------------------------------------------------------------
 */

static inline psutil_sdiskpart_list *list_of(psutil *of, bool all)
{
    psutil_sdiskpart_list *list;
    return psutil_disk_partitions(&list, of, all) == 0 ? list : NULL;
}

static inline void check_part(const psutil_sdiskpart *got, const psutil_sdiskpart *wanted)
{
    CHECK_STRING(got->device, wanted->device);
    CHECK_STRING(got->mountpoint, wanted->mountpoint);
    CHECK_STRING(got->fstype, wanted->fstype);
    CHECK_STRING(got->opts, wanted->opts);
}

/* A context that was just opened reads the file. */
static inline psutil_sdiskpart_list *list_of_file(bool all)
{
    psutil *fresh;
    if (psutil_open(&fresh, NULL) != 0)
        abort();
    psutil_sdiskpart_list *list = list_of(fresh, all);
    if (ps_linux_of(fresh)->mounts)
        abort();
    psutil_close(fresh);
    return list;
}

static inline void check_once(void)
{
    psutil_sdiskpart_list *got = list_of(ctx, false), *wanted = list_of_file(false);
    REQUIRE(got && wanted);
    CHECK_INT(got->len, wanted->len);
    for (size_t i = 0; i < got->len && i < wanted->len; i++)
        check_part(&got->items[i], &wanted->items[i]);
    psutil_free(got);
    psutil_free(wanted);
}

static inline bool is_known(void)
{
    return ps_linux_of(ctx)->mounts && ps_linux_of(ctx)->mounts->known;
}

/* Whether this kernel tells of a mount all that is needed. */
static inline bool can_be_asked(void)
{
    struct {
        struct ps_statmount mount;
        char text[16384];
    } answer;
    static uint64_t ids[4096];
    return ps_sys_listmount(ids, 4096) > 0 &&
           ps_sys_statmount(ids[0], PS_STATMOUNT_SB_SOURCE, &answer.mount, sizeof answer) == 0 &&
           answer.mount.mask & PS_STATMOUNT_SB_SOURCE;
}

/* At once after a change, and when it has been learned. */
static inline void check(bool known)
{
    for (int i = 0; i < 4; i++)
        check_once();
    CHECK_INT(is_known(), known);
    check_once();
}

/* ---- A namespace --------------------------------------------------------------------------------
 */

static inline const char *in_top(const char *name)
{
    static char paths[4][256];
    static size_t next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", top, name);
    return path;
}

static inline const char *folder(const char *name)
{
    const char *path = in_top(name);
    mkdir(path, 0755);
    return path;
}

static inline bool run_quietly(const char *command)
{
    char quiet[512];
    snprintf(quiet, sizeof quiet, "cd '%s' && { %s; } >/dev/null 2>&1", top, command);
    return system(quiet) == 0;
}

/* A folder that lies on a device. */
static inline bool find_disk(void)
{
    struct stat st;
    own_disk = run_quietly("truncate -s 4M image && mkfs.ext4 -q image && mkdir disk && "
                           "mount -t ext4 -o loop image disk && mkdir disk/inner");
    snprintf(disk, sizeof disk, "%s", in_top("disk"));
    if (own_disk)
        return true;
    psutil_sdiskpart_list *list = list_of_file(false);
    bool found = false;
    for (size_t i = 0; list && i < list->len && !found; i++)
        found = strlen(list->items[i].mountpoint) < sizeof disk &&
                stat(list->items[i].mountpoint, &st) == 0 && S_ISDIR(st.st_mode) &&
                strcpy(disk, list->items[i].mountpoint);
    psutil_free(list);
    return found;
}

static inline int run_part(void *user)
{
    void (*part)(void) = *(void (**)(void))user;
    test_failures = 0;
    if (mount("top", top, "tmpfs", 0, NULL) != 0)
        return NO_NAMESPACE;
    bool ready = can_be_asked() && find_disk() && psutil_open(&ctx, NULL) == 0;
    if (ready) {
        part();
        psutil_close(ctx);
    }
    fflush(stdout);
    return ready ? test_failures != 0 : NO_NAMESPACE;
}

/* The folder is also there outside, and empty. */
static inline int in_mounts_of_its_own(void (*part)(void))
{
    snprintf(top, sizeof top, "/tmp/psutil-mounts-%d", (int)getpid());
    if (mkdir(top, 0755) != 0)
        return NO_NAMESPACE;
    int result = in_namespaces(0, run_part, &part);
    rmdir(top);
    return result;
}

#define IN_NAMESPACE(part)                                                                         \
    do {                                                                                           \
        int result_ = in_mounts_of_its_own(part);                                                  \
        if (result_ == NO_NAMESPACE)                                                               \
            SKIP("no mounts of a test's own, or none that tells of itself, or no disk");           \
        CHECK_INT(result_, 0);                                                                     \
    } while (0)

static inline bool bind_disk(const char *name)
{
    return mount(disk, folder(name), NULL, MS_BIND, NULL) == 0;
}

#endif
