/* psutil proc: the fields of one process as a JSON object. */
#include "cli.h"
#include "functions.h"
#include "platform.h"

#include <stdio.h>
#include <string.h>

/* What is computed from other processes or by the handle stands behind the fields of the record. */
enum {
    EXTRA_PARENT = 1,
    EXTRA_PARENTS = 2,
    EXTRA_CHILDREN = 4,
    EXTRA_IS_RUNNING = 8,
    EXTRA_ALL = 15
};

static const struct extra {
    const char *name;
    const char *doc;
    unsigned bit;
} extras[] = {
    {"parent", "pid of the parent, null without one", EXTRA_PARENT},
    {"parents", "pids of the parent, its parent and so on", EXTRA_PARENTS},
    {"children", "pids of the children", EXTRA_CHILDREN},
    {"is_running", "whether it still exists", EXTRA_IS_RUNNING},
};

#define EXTRAS (sizeof extras / sizeof *extras)

/* The CPU share of a process is that of this many seconds. */
#define CPU_INTERVAL 0.1

static const struct option proc_options[] = {
    {"ungrouped", NULL, "memory_maps: each mapping by itself, not one for each file", 0},
    {"kind", "KIND", "net_connections: inet (default), tcp, udp6, unix, all...", 0},
    {"recursive", NULL, "children: all descendants", 0},
    {NULL, NULL, NULL, 0},
};

struct proc {
    struct cli *cli;
    psutil_process *process;
    psutil_fields fields;
    unsigned extras;
    bool ungrouped;
    unsigned kind; /* 0 when --kind was not given */
    bool recursive;
    struct json json;
    struct refusal {
        const char *field;
        char text[512];
    } refusals[PSUTIL_FIELD_COUNT + EXTRAS];
    size_t refused;
};

/* Where explanations begin. */
#define DOC_COLUMN 22

static void help_field(struct buffer *out, const char *name, const char *doc)
{
    buffer_addf(out, "  %-*s", DOC_COLUMN - 2, name);
    buffer_add_wrapped(out, doc, DOC_COLUMN, DOC_COLUMN, 80);
}

static void proc_help(struct buffer *out)
{
    const psutil_record *record = psutil_record_find("process");
    buffer_add_text(out, "\nFields:\n");
    for (size_t i = 0; i < record->len; i++)
        if (record->fields[i].platforms & psutil_platform())
            help_field(out, record->fields[i].name, record->fields[i].doc);
    for (size_t i = 0; i < EXTRAS; i++)
        help_field(out, extras[i].name, extras[i].doc);
}

/* ---- What is asked ----------------------------------------------------------------------------
 */

static int unknown_field(const char *name)
{
    const psutil_record *record = psutil_record_find("process");
    const char *names[PSUTIL_FIELD_COUNT + EXTRAS];
    size_t len = 0;
    for (size_t i = 0; i < record->len; i++)
        if (record->fields[i].platforms & psutil_platform())
            names[len++] = record->fields[i].name;
    for (size_t i = 0; i < EXTRAS; i++)
        names[len++] = extras[i].name;
    const char *nearest = text_nearest(name, names, len, sizeof *names);
    return cli_usage("unknown field %s%s%s%s", name, nearest ? "; did you mean " : "",
                     nearest ? nearest : "", nearest ? "?" : "; see psutil proc --help");
}

static int add_field(struct proc *proc, const char *name)
{
    for (size_t i = 0; i < EXTRAS; i++)
        if (strcmp(extras[i].name, name) == 0) {
            proc->extras |= extras[i].bit;
            return CLI_DONE;
        }
    int field = psutil_process_field_find(name);
    if (field < 0)
        return unknown_field(name);
    psutil_fields bit = (psutil_fields)1 << field;
    if (!(psutil_process_fields() & bit))
        return cli_usage("the field %s does not exist on this system", name);
    proc->fields |= bit;
    return CLI_DONE;
}

/* The longest name has 16 letters; what is longer is cut, and unknown either way. */
static int add_fields(struct proc *proc, const char *word)
{
    while (*word) {
        size_t len = strcspn(word, ",");
        char name[64];
        snprintf(name, sizeof name, "%.*s", len < sizeof name ? (int)len : (int)sizeof name, word);
        int status = len > 0 ? add_field(proc, name) : CLI_DONE;
        if (status != CLI_DONE)
            return status;
        word += len;
        word += *word == ',';
    }
    return CLI_DONE;
}

static int read_fields(struct proc *proc)
{
    const struct cli *cli = proc->cli;
    if (cli->words_len == 1) {
        proc->fields = psutil_process_fields();
        proc->extras = EXTRA_ALL;
        return CLI_DONE;
    }
    for (size_t i = 1; i < cli->words_len; i++) {
        int status = add_fields(proc, cli->words[i]);
        if (status != CLI_DONE)
            return status;
    }
    if (proc->fields == 0 && proc->extras == 0)
        return cli_usage("no field is named; leave the argument out for all of them");
    return CLI_DONE;
}

static int read_options(struct proc *proc)
{
    const struct options *options = &proc->cli->options;
    const char *kind = options_get(options, "kind");
    proc->ungrouped = options_get(options, "ungrouped") != NULL;
    proc->recursive = options_get(options, "recursive") != NULL;
    proc->kind = kind ? psutil_conn_kind_find(kind) : 0;
    if (kind && proc->kind == 0)
        return cli_usage("--kind must be %s, not \"%s\"", argument_type_text(ARGUMENT_KIND), kind);
    return CLI_DONE;
}

/* ---- Fields of the record ---------------------------------------------------------------------
 */

static void refuse(struct proc *proc, const char *field, int code)
{
    struct refusal *refusal = &proc->refusals[proc->refused++];
    refusal->field = field;
    cli_error_text(refusal->text, sizeof refusal->text, proc->cli, code);
}

/* A grouped read tells only the codes of what was refused. Asked alone, a field leaves its reason
 * behind; should it be given now, all the better. */
static void write_again(struct proc *proc, const psutil_field *field, psutil_fields bit)
{
    psutil_process_info *info;
    size_t index = (size_t)(field - psutil_record_find("process")->fields);
    int rc = psutil_process_read(&info, proc->process, bit);
    if (rc != 0) {
        refuse(proc, field->name, rc);
        return;
    }
    if (info->result[index] == 0) {
        json_key(&proc->json, field->name);
        json_field(&proc->json, field, info);
    } else {
        refuse(proc, field->name, info->result[index]);
    }
    psutil_process_info_free(info);
}

static void write_maps(struct proc *proc, const psutil_field *field)
{
    psutil_pmmap_list *list;
    int rc = psutil_process_memory_maps(&list, proc->process, false);
    if (rc != 0) {
        refuse(proc, field->name, rc);
        return;
    }
    json_key(&proc->json, field->name);
    json_list(&proc->json, psutil_record_find("pmmap_ext"), list);
    psutil_free(list);
}

static void write_connections(struct proc *proc, const psutil_field *field)
{
    psutil_sconn_list *list;
    int rc = psutil_process_net_connections(&list, proc->process, proc->kind);
    if (rc != 0) {
        refuse(proc, field->name, rc);
        return;
    }
    json_key(&proc->json, field->name);
    json_list(&proc->json, field->record, list);
    psutil_free(list);
}

/* The fields for which an option asks more than a grouped read can give. */
static psutil_fields special_fields(const struct proc *proc)
{
    psutil_fields special = 0;
    if (proc->ungrouped)
        special |= PSUTIL_FIELD(MEMORY_MAPS);
    if (proc->kind != 0)
        special |= PSUTIL_FIELD(NET_CONNECTIONS);
    return special;
}

static void write_field(struct proc *proc, const psutil_process_info *info, int index)
{
    const psutil_field *field = &psutil_record_find("process")->fields[index];
    psutil_fields bit = (psutil_fields)1 << index;
    if (!(proc->fields & bit))
        return;
    if (special_fields(proc) & bit) {
        if (index == PSUTIL_FIELD_MEMORY_MAPS)
            write_maps(proc, field);
        else
            write_connections(proc, field);
    } else if (info->result[index] == 0) {
        json_key(&proc->json, field->name);
        json_field(&proc->json, field, info);
    } else {
        write_again(proc, field, bit);
    }
}

/* The share of the CPU needs two moments. When the first one fails, so will the second. */
static void watch_cpu(const struct proc *proc)
{
    double unused;
    if (proc->fields & PSUTIL_FIELD(CPU_PERCENT) &&
        psutil_process_cpu_percent(&unused, proc->process) == 0)
        platform_sleep(CPU_INTERVAL);
}

static int write_fields(struct proc *proc)
{
    watch_cpu(proc);
    psutil_process_info *info;
    int rc = psutil_process_read(&info, proc->process, proc->fields & ~special_fields(proc));
    if (rc != 0)
        return cli_failed(proc->cli, rc);
    for (int i = 0; i < PSUTIL_FIELD_COUNT; i++)
        write_field(proc, info, i);
    psutil_process_info_free(info);
    return CLI_DONE;
}

/* ---- Computed fields --------------------------------------------------------------------------
 */

static int write_parent(struct proc *proc)
{
    psutil_process *parent;
    int rc = psutil_process_parent(&parent, proc->process);
    if (rc != 0)
        return rc;
    json_key(&proc->json, "parent");
    json_int(&proc->json, parent ? psutil_process_pid(parent) : PSUTIL_UNKNOWN);
    psutil_process_close(parent);
    return 0;
}

static void write_pids(struct proc *proc, const char *name, psutil_process_list *list)
{
    json_key(&proc->json, name);
    json_open_flat_array(&proc->json);
    for (size_t i = 0; i < list->len; i++)
        json_int(&proc->json, psutil_process_pid(list->items[i]));
    json_close_flat_array(&proc->json);
    psutil_process_list_close(list);
}

static int write_parents(struct proc *proc)
{
    psutil_process_list *list;
    int rc = psutil_process_parents(&list, proc->process);
    if (rc == 0)
        write_pids(proc, "parents", list);
    return rc;
}

static int write_children(struct proc *proc)
{
    psutil_process_list *list;
    int rc = psutil_process_children(&list, proc->process, proc->recursive);
    if (rc == 0)
        write_pids(proc, "children", list);
    return rc;
}

static int write_is_running(struct proc *proc)
{
    bool running;
    int rc = psutil_process_is_running(&running, proc->process);
    if (rc == 0) {
        json_key(&proc->json, "is_running");
        json_bool(&proc->json, running);
    }
    return rc;
}

static void write_extras(struct proc *proc)
{
    for (size_t i = 0; i < EXTRAS; i++) {
        int rc = 0;
        switch (proc->extras & extras[i].bit) {
        case EXTRA_PARENT:
            rc = write_parent(proc);
            break;
        case EXTRA_PARENTS:
            rc = write_parents(proc);
            break;
        case EXTRA_CHILDREN:
            rc = write_children(proc);
            break;
        case EXTRA_IS_RUNNING:
            rc = write_is_running(proc);
            break;
        }
        if (rc != 0)
            refuse(proc, extras[i].name, rc);
    }
}

/* ---- The answer -------------------------------------------------------------------------------
 */

static void write_refusals(struct proc *proc)
{
    if (proc->refused == 0)
        return;
    json_key(&proc->json, "errors");
    json_open_object(&proc->json);
    for (size_t i = 0; i < proc->refused; i++) {
        json_key(&proc->json, proc->refusals[i].field);
        json_string(&proc->json, proc->refusals[i].text);
    }
    json_close_object(&proc->json);
}

static int answer(struct proc *proc)
{
    proc->json = cli_json(proc->cli);
    json_open_object(&proc->json);
    int status = write_fields(proc);
    if (status == CLI_DONE) {
        write_extras(proc);
        write_refusals(proc);
        json_close_object(&proc->json);
        return cli_print_json(&proc->json);
    }
    json_free(&proc->json);
    return status;
}

static int cmd_proc(struct cli *cli)
{
    if (cli->words_len == 0)
        return cli_usage("proc needs a pid: psutil proc PID [FIELD,...]");
    struct proc proc = {.cli = cli};
    int status = read_options(&proc);
    if (status == CLI_DONE)
        status = read_fields(&proc);
    if (status == CLI_DONE)
        status = cli_open_process(&proc.process, cli, cli->words[0]);
    if (status == CLI_DONE) {
        status = answer(&proc);
        psutil_process_close(proc.process);
    }
    return status;
}

const struct command command_proc = {
    .name = "proc",
    .group = GROUP_SCRIPTING,
    .usage = "PID [FIELD,...]",
    .doc = "Fields of a process, as a JSON object",
    .text = "Without a field: all of those listed below. A field that is refused is reported\n"
            "in \"errors\", with the reason, and the others still come. cpu_percent, when it is\n"
            "named or when everything is asked for, watches the process for 0.1 seconds.\n"
            "\nExamples:\n"
            "  psutil proc 1\n"
            "  psutil proc $$ name,cmdline,memory_info\n"
            "  psutil proc 1 net_connections --kind unix\n",
    .options = proc_options,
    .run = cmd_proc,
    .more = proc_help,
};
