/* Feeds every file of the folders named on the command line to a target, without a fuzzer. One
 * point of TAP for each folder; the file that ends the program is the last that was named. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>

static uint8_t *load(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    size_t room = 1 << 20;
    uint8_t *bytes = malloc(room);
    if (!file || !bytes) {
        perror(path);
        abort();
    }
    *size = fread(bytes, 1, room, file);
    fclose(file);
    return bytes;
}

static void replay(const char *path)
{
    size_t size;
    uint8_t *bytes = load(path, &size);
    printf("# %s\n", path);
    fflush(stdout);
    fuzz_need(LLVMFuzzerTestOneInput(bytes, size) == 0);
    free(bytes);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a folder, in order. */
static char **names_in(const char *folder, size_t *len)
{
    char **names = NULL;
    DIR *dir = opendir(folder);
    struct dirent *entry;
    *len = 0;
    while (dir && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        names = realloc(names, (*len + 1) * sizeof *names);
        fuzz_need(names && (names[*len] = strdup(entry->d_name)));
        (*len)++;
    }
    if (dir)
        closedir(dir);
    if (*len > 0)
        qsort(names, *len, sizeof *names, compare);
    return names;
}

static size_t replay_folder(const char *folder)
{
    size_t len;
    char **names = names_in(folder, &len);
    for (size_t i = 0; i < len; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        replay(path);
        free(names[i]);
    }
    free(names);
    return len;
}

int main(int argc, char **argv)
{
    int failed = 0;
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        size_t count = replay_folder(argv[i]);
        const char *name = strrchr(argv[i], '/');
        printf("%s %d - %zu inputs of %s\n", count > 0 ? "ok" : "not ok", i, count,
               name ? name + 1 : argv[i]);
        failed += count == 0;
    }
    return failed != 0;
}
