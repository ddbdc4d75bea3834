/* psutil df: mounted file systems and their space. */
#include "platform.h"
#include "table/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"all", NULL, "file systems without space too, and each mount of those mounted twice", 'a'},
    {NULL, NULL, NULL, 0},
};

/* A server that does not answer is given this many seconds. The kernel itself answers for all other
 * file systems: what waits for them would cost more than asking. */
#define TIMEOUT 2.0

static const char *const served[] = {"nfs", "cifs",   "smb", "fuse", "9p",        "ceph",
                                     "afs", "autofs", "ncp", "gfs",  "glusterfs", "lustre"};

struct df_row {
    psutil_sdiskpart part;
    psutil_sdiskusage usage;
};

static const struct column_spec columns[] = {
    {.name = "device", .path = "device", .header = "FILESYSTEM", .cut = true},
    {.name = "type", .path = "fstype"},
    {.name = "size", .path = "total"},
    {.name = "avail", .path = "free"},
    {.name = "percent", .path = "percent", .header = "USE%"},
    {.name = "mountpoint", .path = "mountpoint", .header = "MOUNTED ON", .cut = true},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"sdiskpart", offsetof(struct df_row, part)},
              {"sdiskusage", offsetof(struct df_row, usage)}},
    .columns = columns,
    .defaults = "device,type,size,used,avail,percent,mountpoint",
};

struct df {
    const struct cli *cli;
    struct table table;
    psutil_sdiskpart_list *parts;
    struct df_row *rows;
    size_t len;
};

/* Paths that lie on no known mount may hang too. */
static bool may_hang(const psutil_sdiskpart *part)
{
    bool found = !part->fstype || strncmp(part->device, "//", 2) == 0 || strchr(part->device, ':');
    for (size_t i = 0; !found && i < sizeof served / sizeof *served; i++)
        found = strncmp(part->fstype, served[i], strlen(served[i])) == 0;
    return found;
}

/* A recorded machine's mount points say nothing about the files that lie there on this one. */
static int ask(struct df_row *row, const struct df *df)
{
    double timeout = may_hang(&row->part) ? TIMEOUT : -1;
    int rc = PSUTIL_ENOTSUP;
    if (cli_is_live(df->cli))
        rc = psutil_disk_usage(&row->usage, df->cli->ctx, row->part.mountpoint, timeout);
    if (rc != 0)
        row->usage = (psutil_sdiskusage){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, NAN};
    return rc;
}

/* Of the mounts of one device the first is shown, as the others (bind mounts) tell the same. */
static bool is_again(const struct df *df, const psutil_sdiskpart *part)
{
    for (size_t i = 0; *part->device == '/' && i < df->len; i++)
        if (strcmp(df->rows[i].part.device, part->device) == 0)
            return true;
    return false;
}

/* What lies below a later mount at the same place cannot be seen. */
static bool is_hidden(const struct df *df, size_t index)
{
    for (size_t i = index + 1; i < df->parts->len; i++)
        if (strcmp(df->parts->items[i].mountpoint, df->parts->items[index].mountpoint) == 0)
            return true;
    return false;
}

static void add_mounts(struct df *df)
{
    bool all = options_get(&df->cli->options, "all") != NULL;
    for (size_t i = 0; i < df->parts->len; i++) {
        struct df_row *row = &df->rows[df->len];
        row->part = df->parts->items[i];
        if (!all && (is_hidden(df, i) || is_again(df, &row->part)))
            continue;
        int rc = ask(row, df);
        bool unanswered = rc == PSUTIL_ETIMEDOUT || !cli_is_live(df->cli);
        bool shown = rc == 0 ? row->usage.total > 0 : unanswered;
        df->len += all || shown;
    }
}

/* The mount that a path lies below: that of the longest name. */
static const psutil_sdiskpart *mount_of(const struct df *df, const char *path)
{
    const psutil_sdiskpart *found = NULL;
    size_t longest = 0;
    for (size_t i = 0; i < df->parts->len; i++) {
        const char *name = df->parts->items[i].mountpoint;
        size_t len = strcmp(name, "/") == 0 ? 0 : strlen(name);
        bool below = strncmp(path, name, len) == 0 && (path[len] == '/' || path[len] == '\0');
        if (below && len >= longest) {
            found = &df->parts->items[i];
            longest = len;
        }
    }
    return found;
}

static int add_paths(struct df *df)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < df->cli->words_len; i++) {
        struct df_row *row = &df->rows[df->len];
        char *path = platform_full_path(df->cli->words[i]);
        const psutil_sdiskpart *part = path ? mount_of(df, path) : NULL;
        free(path);
        row->part = part ? *part : (psutil_sdiskpart){0};
        row->part.mountpoint = df->cli->words[i];
        int rc = ask(row, df);
        if (part)
            row->part.mountpoint = part->mountpoint;
        if (rc == 0)
            df->len++;
        else
            status = cli_failed(df->cli, rc);
    }
    return status;
}

static int show(struct df *df)
{
    df->rows = calloc(df->parts->len + df->cli->words_len + 1, sizeof *df->rows);
    if (!df->rows)
        return cli_error("out of memory");
    int failed = CLI_DONE;
    if (df->cli->words_len > 0)
        failed = add_paths(df);
    else
        add_mounts(df);
    int status = CLI_DONE;
    if (df->len > 0 || !failed)
        status = table_show_array(&df->table, df->rows, df->len, sizeof *df->rows);
    free(df->rows);
    return status == CLI_DONE ? failed : status;
}

static int run(struct cli *cli)
{
    struct df df = {.cli = cli};
    if (cli->words_len > 0 && !cli_is_live(cli))
        return cli_usage("df: a recorded machine has no paths to ask; leave them out");
    int status = table_open(&df.table, cli);
    if (status == CLI_DONE) {
        bool all = cli_is_live(cli) || options_get(&cli->options, "all");
        int rc = psutil_disk_partitions(&df.parts, cli->ctx, all);
        status = rc == 0 ? show(&df) : cli_failed(cli, rc);
        psutil_free(df.parts);
    }
    table_close(&df.table);
    return status;
}

const struct command command_df = {
    .name = "df",
    .group = GROUP_LOOKING,
    .usage = "[PATH...]",
    .doc = "Mounted file systems, and their space",
    .text = "Those that have space, or those that the paths lie on. A server that does not\n"
            "answer within 2 seconds is shown without figures, and so is a recorded machine.\n"
            "\nExamples:\n"
            "  psutil df --sort -percent\n"
            "  psutil df --filter 'percent > 90' --json\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING,
    .listing = &listing,
};
