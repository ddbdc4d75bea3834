#include "os/posix/folder.h"

#include "core/list.h"
#include "core/records.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const char *at)
{
    size_t len = 0;
    while (is_digit(at[len]))
        len++;
    return len;
}

/* Compares the numbers that both texts begin with, and moves past them. */
static int compare_numbers(const char **a, const char **b)
{
    while (**a == '0' && is_digit((*a)[1]))
        ++*a;
    while (**b == '0' && is_digit((*b)[1]))
        ++*b;
    size_t a_len = digits(*a), b_len = digits(*b);
    int order = a_len != b_len ? (a_len < b_len ? -1 : 1) : memcmp(*a, *b, a_len);
    *a += a_len;
    *b += b_len;
    return order;
}

int ps_folder_compare(const char *a, const char *b)
{
    const char *x = a, *y = b;
    while (*x && *y) {
        if (is_digit(*x) && is_digit(*y)) {
            int order = compare_numbers(&x, &y);
            if (order != 0)
                return order;
        } else if (*x != *y) {
            break;
        } else {
            x++;
            y++;
        }
    }
    if (*x != *y)
        return (unsigned char)*x < (unsigned char)*y ? -1 : 1;
    return strcmp(a, b);
}

static int by_name(const void *a, const void *b)
{
    return ps_folder_compare(*(const char *const *)a, *(const char *const *)b);
}

void ps_folder_sort(psutil_string_list *names)
{
    qsort(names->items, names->len, sizeof *names->items, by_name);
}

bool ps_folder_is_entry(const char *name)
{
    return strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

struct dirent *ps_folder_next(DIR *folder)
{
    struct dirent *entry;
    do {
        errno = 0;
        entry = readdir(folder);
    } while (!entry && errno == EINTR);
    return entry;
}

/* Leaves errno as ps_folder_next() set it. */
static void add_entries(struct ps_list *list, DIR *folder)
{
    struct dirent *entry;
    while ((entry = ps_folder_next(folder)))
        if (ps_folder_is_entry(entry->d_name)) {
            const char *name = ps_list_string(list, entry->d_name, strlen(entry->d_name));
            const char **item = ps_list_add(list);
            if (item)
                *item = name;
        }
}

/* By path opendir() is the cheaper one: fdopendir() asks whether the descriptor is fit. */
static DIR *open_folder(const struct ps_dir *dir, const char *name)
{
    char path[PS_PATH_MAX];
    if (dir->fd < 0 && ps_dir_path(dir, name, path)) {
        DIR *opened;
        do
            opened = opendir(path);
        while (!opened && errno == EINTR);
        return opened;
    }
    int fd = ps_dir_open(dir, name, O_RDONLY | O_DIRECTORY);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && !folder) {
        close(fd);
        errno = ENOMEM;
    }
    return folder;
}

static int fail(const struct ps_dir *dir, const char *call, const char *name)
{
    ps_note_shortage(dir, call, name);
    return -1;
}

int ps_folder_read(psutil_string_list **out, const struct ps_dir *dir, const char *name)
{
    struct ps_list list;
    DIR *folder = open_folder(dir, name);
    if (!folder)
        return fail(dir, "open", name);
    ps_list_init(&list, &ps_record_string);
    add_entries(&list, folder);
    int failed = errno;
    closedir(folder);
    if (failed != 0) {
        ps_list_free(&list);
        errno = failed;
        return fail(dir, "getdents64", name);
    }
    psutil_string_list *names = ps_list_finish(&list);
    if (!names) {
        errno = ENOMEM;
        return fail(dir, "malloc", name);
    }
    ps_folder_sort(names);
    *out = names;
    return 0;
}
