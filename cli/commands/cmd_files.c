/* psutil files: open files, as lsof and fuser list them. */
#include "platform.h"
#include "processes/processes.h"
#include "table/table.h"

#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"all", NULL, "sockets, pipes and other descriptors without a path too", 'a'},
    {"maps", NULL, "mapped files too; always when files are named", 'm'},
    {"deleted", NULL, "deleted files only, of those open by a descriptor", 'd'},
    {NULL, NULL, NULL, 0},
};

/* What the system puts behind the path of a deleted file. */
#define DELETED " (deleted)"

struct file_row {
    psutil_popenfile file;
    const struct process_row *process;
    const char *type;
    int64_t deleted; /* 1, 0, or PSUTIL_UNKNOWN */
};

/* What was named: pids, and files or folders by their absolute path. */
struct wanted {
    int64_t *pids;
    size_t pids_len;
    char **paths;
    bool *seen; /* of pids, then of paths */
    size_t paths_len;
};

struct files {
    const struct cli *cli;
    struct table table;
    struct wanted wanted;
    bool all, maps, deleted;
    struct processes processes;
    struct file_row *rows;
    size_t len, capacity;
    void **lists; /* what the rows' texts lie in */
    size_t lists_len;
    size_t refused; /* processes whose files may not be seen */
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

static const psutil_process_info *info_of(const void *row)
{
    return &((const struct file_row *)row)->process->info;
}

static void derive_pid(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_int(out, info_of(row)->pid);
}

static void derive_program(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    if (info_of(row)->result[PSUTIL_FIELD_NAME] == 0)
        cell_set_text(out, info_of(row)->name);
}

static void derive_user(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    if (info_of(row)->result[PSUTIL_FIELD_USERNAME] == 0)
        cell_set_text(out, info_of(row)->username);
}

static void derive_type(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    cell_set_text(out, ((const struct file_row *)row)->type);
}

static void derive_deleted(struct cell *out, const void *row, struct buffer *scratch)
{
    int64_t deleted = ((const struct file_row *)row)->deleted;
    (void)scratch;
    if (deleted != PSUTIL_UNKNOWN)
        cell_set_text(out, deleted ? "true" : "false");
}

static void json_deleted(struct json *json, const void *row)
{
    int64_t deleted = ((const struct file_row *)row)->deleted;
    if (deleted != PSUTIL_UNKNOWN)
        json_bool(json, deleted != 0);
    else
        json_null(json);
}

/* Above the record's own fields, which come first. */
enum { WANT_NAME = 1 << 16, WANT_USER = 1 << 17 };

static const struct column_spec columns[] = {
    {.name = "pid", .doc = "process id", .type = PSUTIL_TYPE_INT, .derive = derive_pid},
    {.name = "program",
     .doc = "name of the program",
     .type = PSUTIL_TYPE_STRING,
     .fields = WANT_NAME,
     .derive = derive_program,
     .cut = true},
    {.name = "user",
     .doc = "user of the process",
     .type = PSUTIL_TYPE_STRING,
     .fields = WANT_USER,
     .derive = derive_user},
    {.name = "type",
     .doc = "file, cwd, exe, map, device, socket, pipe or other",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_type},
    {.name = "deleted",
     .doc = "whether what is open by a descriptor has no name any more",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_deleted,
     .json = json_deleted},
    {.name = "fd", .path = "fd"},
    {.name = "mode", .path = "mode"},
    {.name = "path", .path = "path", .cut = true},
    {.name = NULL},
};

static const struct listing listing = {
    .parts = {{"popenfile", offsetof(struct file_row, file)}},
    .columns = columns,
    .defaults = "pid,program,type,fd,mode,path",
};

/* ---- What is asked ----------------------------------------------------------------------------
 */

static bool is_number(const char *word)
{
    return *word && word[strspn(word, "0123456789")] == '\0';
}

static void add_path(struct wanted *wanted, const char *word)
{
    char *full = platform_full_path(word);
    wanted->paths[wanted->paths_len++] = full ? full : strdup(word);
}

static int read_words(struct files *files)
{
    const struct cli *cli = files->cli;
    struct wanted *wanted = &files->wanted;
    wanted->pids = calloc(cli->words_len + 1, sizeof *wanted->pids);
    wanted->paths = calloc(cli->words_len + 1, sizeof *wanted->paths);
    wanted->seen = calloc(cli->words_len + 1, sizeof *wanted->seen);
    if (!wanted->pids || !wanted->paths || !wanted->seen)
        return cli_error("out of memory");
    for (size_t i = 0; i < cli->words_len; i++)
        if (is_number(cli->words[i]))
            wanted->pids[wanted->pids_len++] = strtoll(cli->words[i], NULL, 10);
        else
            add_path(wanted, cli->words[i]);
    files->all = options_get(&cli->options, "all") != NULL;
    files->deleted = options_get(&cli->options, "deleted") != NULL;
    files->maps = wanted->paths_len > 0 || options_get(&cli->options, "maps") != NULL;
    return CLI_DONE;
}

static bool is_pid_wanted(struct wanted *wanted, int64_t pid)
{
    bool found = wanted->pids_len == 0;
    for (size_t i = 0; i < wanted->pids_len; i++)
        if (wanted->pids[i] == pid)
            found = wanted->seen[i] = true;
    return found;
}

/* The file itself, or anything below the folder. Behind the name of a deleted one stands a mark. */
static bool is_path_wanted(struct wanted *wanted, const char *path, bool deleted)
{
    bool found = wanted->paths_len == 0;
    for (size_t i = 0; i < wanted->paths_len; i++) {
        const char *name = wanted->paths[i];
        size_t len = name ? strlen(name) : 0;
        bool root = len == 1 && *name == '/';
        if (len > 0 && strncmp(path, name, len) == 0 &&
            (root || path[len] == '\0' || path[len] == '/' ||
             (deleted && strcmp(path + len, DELETED) == 0)))
            found = wanted->seen[wanted->pids_len + i] = true;
    }
    return found;
}

/* ---- Deleted files ----------------------------------------------------------------------------
 */

static bool is_marked(const psutil_popenfile *file)
{
    size_t len = file->path ? strlen(file->path) : 0, mark = sizeof DELETED - 1;
    return len > mark && *file->path == '/' && strcmp(file->path + len - mark, DELETED) == 0;
}

/* A file may really be called so. The library looks whether it is there, and lists open files
 * without those that are deleted; it is asked where there is a doubt. */
static bool is_listed(const psutil_popenfile_list *files, const psutil_popenfile *file)
{
    for (size_t i = 0; files && i < files->len; i++)
        if (files->items[i].fd == file->fd && strcmp(files->items[i].path, file->path) == 0)
            return true;
    return false;
}

static bool any_marked(const psutil_popenfile_list *list)
{
    for (size_t i = 0; i < list->len; i++)
        if (is_marked(&list->items[i]))
            return true;
    return false;
}

/* ---- Rows -------------------------------------------------------------------------------------
 */

static bool starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *type_of(const char *path)
{
    if (*path == '/')
        return starts(path, "/dev/") && !starts(path, "/dev/shm/") ? "device" : "file";
    if (starts(path, "socket:"))
        return "socket";
    return starts(path, "pipe:") ? "pipe" : "other";
}

static int add_row(struct files *files, const struct file_row *row)
{
    const char *path = row->file.path;
    if (!path || (*path != '/' && !files->all) || (files->deleted && row->deleted != 1) ||
        !is_path_wanted(&files->wanted, path, row->deleted == 1))
        return CLI_DONE;
    if (files->len == files->capacity) {
        size_t capacity = files->capacity ? files->capacity * 2 : 256;
        struct file_row *more = realloc(files->rows, capacity * sizeof *more);
        if (!more)
            return cli_error("out of memory");
        files->rows = more;
        files->capacity = capacity;
    }
    files->rows[files->len++] = *row;
    return CLI_DONE;
}

/* A path that is no descriptor's. The library has cut the mark of a deleted one. */
static int add_place(struct files *files, const struct process_row *process, const char *type,
                     const char *path)
{
    return add_row(files, &(struct file_row){
                              .file = {path, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, NULL, PSUTIL_UNKNOWN},
                              .process = process,
                              .type = type,
                              .deleted = PSUTIL_UNKNOWN});
}

static int add_maps(struct files *files, const struct process_row *process, psutil_process *handle)
{
    psutil_pmmap_list *list;
    int status = CLI_DONE, rc = psutil_process_memory_maps(&list, handle, true);
    if (rc == PSUTIL_ENOMEM)
        return cli_failed(files->cli, rc);
    if (rc != 0)
        return CLI_DONE;
    files->lists[files->lists_len++] = list;
    for (size_t i = 0; status == CLI_DONE && i < list->len; i++)
        status = add_place(files, process, "map", list->items[i].path);
    return status;
}

static int add_list(struct files *files, const struct process_row *process,
                    const psutil_popenfile_list *list, psutil_process *handle)
{
    psutil_popenfile_list *there = NULL;
    int status = CLI_DONE;
    if (any_marked(list) && psutil_process_open_files(&there, handle) != 0)
        there = NULL;
    for (size_t i = 0; status == CLI_DONE && i < list->len; i++) {
        const psutil_popenfile *file = &list->items[i];
        status = add_row(files,
                         &(struct file_row){.file = *file,
                                            .process = process,
                                            .type = type_of(file->path),
                                            .deleted = is_marked(file) && !is_listed(there, file)});
    }
    psutil_free(there);
    return status;
}

static int add_descriptors(struct files *files, const struct process_row *process,
                           psutil_process *handle)
{
    psutil_popenfile_list *list;
    int rc = psutil_process_descriptors(&list, handle);
    if (rc == PSUTIL_EACCES)
        files->refused++;
    else if (rc == PSUTIL_ENOTSUP || rc == PSUTIL_ENOMEM)
        return cli_failed(files->cli, rc);
    if (rc != 0)
        return CLI_DONE;
    files->lists[files->lists_len++] = list;
    return add_list(files, process, list, handle);
}

static int add_process(struct files *files, const struct process_row *process)
{
    const psutil_process_info *info = &process->info;
    psutil_process *handle;
    int status = CLI_DONE;
    int rc = psutil_table_process(&handle, files->processes.table, process->index);
    if (rc != 0)
        return cli_failed(files->cli, rc);
    if (info->result[PSUTIL_FIELD_CWD] == 0)
        status = add_place(files, process, "cwd", info->cwd);
    if (status == CLI_DONE && info->result[PSUTIL_FIELD_EXE] == 0)
        status = add_place(files, process, "exe", info->exe);
    if (status == CLI_DONE && files->maps)
        status = add_maps(files, process, handle);
    if (status == CLI_DONE)
        status = add_descriptors(files, process, handle);
    psutil_process_close(handle);
    return status;
}

static int read_rows(struct files *files)
{
    struct processes *processes = &files->processes;
    int status = processes_refresh(processes);
    files->lists = calloc(2 * processes->len + 1, sizeof *files->lists);
    if (status == CLI_DONE && !files->lists)
        return cli_error("out of memory");
    for (size_t i = 0; status == CLI_DONE && i < processes->len; i++)
        if (is_pid_wanted(&files->wanted, processes->rows[i].info.pid))
            status = add_process(files, &processes->rows[i]);
    return status;
}

/* ---- The listing ------------------------------------------------------------------------------
 */

/* What there is on this machine says nothing about a recorded one. */
static int not_open(const struct files *files, const char *name)
{
    char *there = platform_full_path(name);
    bool missing = !there && cli_is_live(files->cli);
    free(there);
    if (missing)
        return cli_error("%s: there is no such file, and none of this name is open", name);
    return cli_error("%s: no process has it open", name);
}

/* Fails, as lsof does, when something that was named is not found. */
static int check_found(const struct files *files)
{
    const struct wanted *wanted = &files->wanted;
    int status = CLI_DONE;
    for (size_t i = 0; i < wanted->pids_len; i++)
        if (!wanted->seen[i])
            status = cli_error("%s: pid %lld: %s", psutil_error_name(PSUTIL_ESRCH),
                               (long long)wanted->pids[i], psutil_error_text(PSUTIL_ESRCH));
    for (size_t i = 0; i < wanted->paths_len; i++)
        if (!wanted->seen[wanted->pids_len + i])
            status = not_open(files, wanted->paths[i] ? wanted->paths[i] : "?");
    return status;
}

static void note_refused(const struct files *files)
{
    if (files->table.format == FORMAT_TEXT && files->refused > 0)
        cli_note_hidden(files->cli, "the files of", files->refused, "process", "processes");
}

static int show(struct files *files)
{
    int status = read_rows(files);
    if (status == CLI_DONE)
        status = table_show_array(&files->table, files->rows, files->len, sizeof *files->rows);
    if (status == CLI_DONE)
        note_refused(files);
    return status == CLI_DONE ? check_found(files) : status;
}

static psutil_fields needed_fields(const struct files *files)
{
    uint64_t fields = table_fields(&files->table);
    return PSUTIL_FIELD(CWD) | PSUTIL_FIELD(EXE) | (fields & WANT_NAME ? PSUTIL_FIELD(NAME) : 0) |
           (fields & WANT_USER ? PSUTIL_FIELD(USERNAME) : 0);
}

static void close_files(struct files *files)
{
    for (size_t i = 0; i < files->lists_len; i++)
        psutil_free(files->lists[i]);
    for (size_t i = 0; i < files->wanted.paths_len; i++)
        free(files->wanted.paths[i]);
    free(files->lists);
    free(files->rows);
    free(files->wanted.pids);
    free(files->wanted.paths);
    free(files->wanted.seen);
    processes_close(&files->processes);
    table_close(&files->table);
}

static int run(struct cli *cli)
{
    struct files files = {.cli = cli};
    int status = table_open(&files.table, cli);
    if (status == CLI_DONE)
        status = read_words(&files);
    if (status == CLI_DONE)
        status = processes_open(&files.processes, cli, needed_fields(&files));
    if (status == CLI_DONE)
        status = show(&files);
    close_files(&files);
    return status;
}

const struct command command_files = {
    .name = "files",
    .group = GROUP_LOOKING,
    .usage = "[PID | FILE | FOLDER]...",
    .doc = "Open files: of processes, or who has a file open",
    .text = "Of the processes whose pids are named; or those that are named, or lie below a\n"
            "folder that is (a file called 123 is ./123). Working directories and programs\n"
            "are open files too. Of a deleted file that is open by a descriptor the path ends\n"
            "in \"(deleted)\"; of the others it is not told. Fails when something that is named\n"
            "is not found.\n"
            "\nExamples:\n"
            "  psutil files /var/log\n"
            "  psutil files 1234 --all\n"
            "  psutil files --deleted --columns +user,+position\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING,
    .listing = &listing,
};
