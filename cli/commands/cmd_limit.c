/* psutil limit: what processes may use at most, as prlimit shows and sets it. */
#include "acting/act.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
    {"set", "LIST", "nofile=1024:4096,core=0: soft and hard, both, or one (4: and :4); unlimited",
     'S'},
    ACT_OPTIONS,
    {NULL, NULL, NULL, 0},
};

enum { SETTINGS_MAX = 16 };

struct limit {
    struct act act; /* first */
    struct setting {
        int64_t resource;
        int64_t soft, hard; /* PSUTIL_UNKNOWN: as it is */
    } settings[SETTINGS_MAX];
    size_t len;
    struct act_row *rows; /* the processes; act.items has a row for each limit of each */
    size_t rows_len;
};

/* ---- Columns ----------------------------------------------------------------------------------
 */

/* What is counted, and in what; the names are the record's. */
static const struct known {
    int64_t resource;
    psutil_unit unit;
    const char *doc;
} known_limits[] = {
    {PSUTIL_RLIMIT_CPU, PSUTIL_UNIT_SECONDS, "CPU time in seconds"},
    {PSUTIL_RLIMIT_FSIZE, PSUTIL_UNIT_BYTES, "bytes of a file that it writes"},
    {PSUTIL_RLIMIT_DATA, PSUTIL_UNIT_BYTES, "bytes of data"},
    {PSUTIL_RLIMIT_STACK, PSUTIL_UNIT_BYTES, "bytes of the stack"},
    {PSUTIL_RLIMIT_CORE, PSUTIL_UNIT_BYTES, "bytes of a core dump"},
    {PSUTIL_RLIMIT_RSS, PSUTIL_UNIT_BYTES, "bytes in RAM"},
    {PSUTIL_RLIMIT_NPROC, PSUTIL_UNIT_NONE, "processes of its user"},
    {PSUTIL_RLIMIT_NOFILE, PSUTIL_UNIT_NONE, "open files"},
    {PSUTIL_RLIMIT_MEMLOCK, PSUTIL_UNIT_BYTES, "bytes that are kept in RAM"},
    {PSUTIL_RLIMIT_AS, PSUTIL_UNIT_BYTES, "bytes of address space"},
    {PSUTIL_RLIMIT_LOCKS, PSUTIL_UNIT_NONE, "locks of files"},
    {PSUTIL_RLIMIT_SIGPENDING, PSUTIL_UNIT_NONE, "signals that wait for it"},
    {PSUTIL_RLIMIT_MSGQUEUE, PSUTIL_UNIT_BYTES, "bytes in message queues"},
    {PSUTIL_RLIMIT_NICE, PSUTIL_UNIT_NONE, "20 less the nice value that it may have"},
    {PSUTIL_RLIMIT_RTPRIO, PSUTIL_UNIT_NONE, "realtime priority"},
    {PSUTIL_RLIMIT_RTTIME, PSUTIL_UNIT_NONE, "microseconds of realtime without a pause"},
};

static const struct known *find_known(int64_t resource)
{
    for (size_t i = 0; i < sizeof known_limits / sizeof *known_limits; i++)
        if (known_limits[i].resource == resource)
            return &known_limits[i];
    return NULL;
}

static const psutil_enum_value *resources(void)
{
    return psutil_record_find("prlimit")->key->values;
}

/* "nofile" for RLIMIT_NOFILE. */
static void write_resource(struct buffer *out, int64_t resource)
{
    const char *name = psutil_enum_name(resources(), resource);
    const char *bar = name ? strchr(name, '_') : NULL;
    for (const char *at = bar ? bar + 1 : name; at && *at; at++) {
        char c = (char)tolower((unsigned char)*at);
        buffer_add(out, &c, 1);
    }
}

static void derive_resource(struct cell *out, const void *row, struct buffer *scratch)
{
    write_resource(scratch, ((const struct act_row *)row)->limit.resource);
    buffer_add(scratch, "", 1);
    if (scratch->len > 1)
        cell_set_text(out, scratch->data);
}

static void derive_doc(struct cell *out, const void *row, struct buffer *scratch)
{
    const struct known *known = find_known(((const struct act_row *)row)->limit.resource);
    (void)scratch;
    cell_set_text(out, known ? known->doc : NULL);
}

static void limit_cell(struct cell *out, int64_t value)
{
    if (value == PSUTIL_RLIM_INFINITY)
        cell_set_text(out, "unlimited");
    else
        cell_set_int(out, value);
}

static void derive_soft(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    limit_cell(out, ((const struct act_row *)row)->limit.soft);
}

static void derive_hard(struct cell *out, const void *row, struct buffer *scratch)
{
    (void)scratch;
    limit_cell(out, ((const struct act_row *)row)->limit.hard);
}

static const struct column_spec columns[] = {
    ACT_WHO,
    {.name = "resource",
     .doc = "what is limited",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_resource},
    {.name = "soft", .path = "soft", .derive = derive_soft},
    {.name = "hard", .path = "hard", .derive = derive_hard},
    {.name = "meaning",
     .doc = "what is counted, and in what",
     .type = PSUTIL_TYPE_STRING,
     .derive = derive_doc,
     .cut = true},
    {.name = "before",
     .doc = "soft and hard limit before",
     .type = PSUTIL_TYPE_STRING,
     .derive = act_derive_before},
    ACT_BECAME,
    {.name = NULL},
};

#define PARTS                                                                                      \
    {                                                                                              \
        {"process", offsetof(struct act_row, process.info)},                                       \
        {                                                                                          \
            "prlimit", offsetof(struct act_row, limit)                                             \
        }                                                                                          \
    }

static const struct listing listing = {
    .parts = PARTS,
    .columns = columns,
    .defaults = "pid,resource,soft,hard,meaning,error",
    .has = process_has,
};

static const struct listing set_listing = {
    .parts = PARTS,
    .columns = columns,
    .defaults = "pid,name,resource,before,soft,hard,result,error",
    .has = process_has,
};

/* ---- Rows: one for each limit of each process --------------------------------------------------
 */

static const psutil_prlimit_list *limits_of(const struct act_row *row)
{
    const psutil_process_info *info = &row->process.info;
    return info->result[PSUTIL_FIELD_RLIMIT] == 0 ? info->rlimit : NULL;
}

static size_t count_rows(const struct limit *limit)
{
    size_t count = 0;
    for (size_t i = 0; i < limit->act.len; i++) {
        const psutil_prlimit_list *list = limits_of(&limit->act.items[i]);
        count += limit->len ? limit->len : list && list->len ? list->len : 1;
    }
    return count;
}

static struct act_row *add_row(struct limit *limit, const struct act_row *process)
{
    struct act_row *row = &limit->act.items[limit->act.len++];
    *row = *process;
    row->limit = (psutil_prlimit){PSUTIL_UNKNOWN, PSUTIL_UNKNOWN, PSUTIL_UNKNOWN};
    return row;
}

static void add_process(struct limit *limit, const struct act_row *process)
{
    const psutil_prlimit_list *list = limits_of(process);
    for (size_t i = 0; i < limit->len; i++)
        add_row(limit, process)->limit.resource = limit->settings[i].resource;
    for (size_t i = 0; limit->len == 0 && list && i < list->len; i++)
        add_row(limit, process)->limit = list->items[i];
    if (limit->len == 0 && !(list && list->len))
        act_note_field(add_row(limit, process), PSUTIL_FIELD_RLIMIT);
}

static int split(struct limit *limit)
{
    struct act *act = &limit->act;
    size_t count = count_rows(limit);
    limit->rows = act->items;
    limit->rows_len = act->len;
    act->items = calloc(count ? count : 1, sizeof *act->items);
    act->len = 0;
    if (!act->items)
        return cli_error("out of memory");
    for (size_t i = 0; i < limit->rows_len; i++)
        add_process(limit, &limit->rows[i]);
    return CLI_DONE;
}

/* ---- Setting ----------------------------------------------------------------------------------
 */

static void write_limit(struct buffer *out, int64_t value)
{
    if (value == PSUTIL_RLIM_INFINITY)
        buffer_add_text(out, "unlimited");
    else
        buffer_addf(out, "%" PRId64, value);
}

static void note_before(struct act_row *row)
{
    struct buffer text = {0};
    write_limit(&text, row->limit.soft);
    buffer_add_text(&text, ":");
    write_limit(&text, row->limit.hard);
    act_note_before(row, &text);
}

static void set_one(struct limit *limit, struct act_row *row, const struct setting *setting)
{
    struct act *act = &limit->act;
    int rc = psutil_process_rlimit(&row->limit, row->handle, setting->resource);
    if (rc != 0) {
        act_note(act, row, rc, NULL);
        return;
    }
    note_before(row);
    if (!act_may(act, row))
        return;
    int64_t soft = setting->soft == PSUTIL_UNKNOWN ? row->limit.soft : setting->soft;
    int64_t hard = setting->hard == PSUTIL_UNKNOWN ? row->limit.hard : setting->hard;
    rc = psutil_process_set_rlimit(row->handle, setting->resource, soft, hard);
    act_note(act, row, rc, "set");
    if (rc == 0)
        (void)psutil_process_rlimit(&row->limit, row->handle, setting->resource);
}

static int answer(struct limit *limit)
{
    struct act *act = &limit->act;
    int status = split(limit);
    for (size_t i = 0; status == CLI_DONE && limit->len > 0 && i < act->len; i++)
        set_one(limit, &act->items[i], &limit->settings[i % limit->len]);
    return status == CLI_DONE ? act_show(act) : status;
}

/* ---- What is to be set ------------------------------------------------------------------------
 */

static bool find_resource(int64_t *out, const char *name, size_t len)
{
    bool found = false;
    for (const psutil_enum_value *v = resources(); v && v->name && !found; v++) {
        struct buffer own = {0};
        write_resource(&own, v->value);
        found = (own.len == len && memcmp(own.data, name, len) == 0) ||
                (strlen(v->name) == len && memcmp(v->name, name, len) == 0);
        *out = v->value;
        buffer_free(&own);
    }
    return found;
}

static bool read_value(int64_t *out, const char *text, size_t len, psutil_unit unit)
{
    char word[64];
    double number;
    snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : sizeof word - 1), text);
    *out = PSUTIL_RLIM_INFINITY;
    if (strcmp(word, "unlimited") == 0 || strcmp(word, "infinity") == 0)
        return true;
    if (act_whole(out, word)) /* exactly, however large */
        return *out >= 0;
    if (!filter_number(&number, word, unit) || number < 0 || number > 9e18)
        return false;
    *out = (int64_t)number;
    return true;
}

/* "1024:4096", "1024" for both, "1024:" and ":4096" for one. */
static bool read_values(struct setting *out, const char *text, size_t len)
{
    const struct known *known = find_known(out->resource);
    psutil_unit unit = known ? known->unit : PSUTIL_UNIT_NONE;
    const char *colon = memchr(text, ':', len);
    size_t soft = colon ? (size_t)(colon - text) : len;
    out->soft = out->hard = PSUTIL_UNKNOWN;
    if (len == 0 || (colon && len == 1))
        return false;
    if (soft > 0 && !read_value(&out->soft, text, soft, unit))
        return false;
    if (colon && soft + 1 < len)
        return read_value(&out->hard, colon + 1, len - soft - 1, unit);
    if (!colon)
        out->hard = out->soft;
    return true;
}

static int read_settings(struct limit *limit, const char *list)
{
    for (const char *at = list; *at;) {
        size_t len = strcspn(at, ","), name = strcspn(at, "=,");
        struct setting *setting = &limit->settings[limit->len];
        if (limit->len == SETTINGS_MAX)
            return cli_usage("--set: more than %d limits", SETTINGS_MAX);
        if (!find_resource(&setting->resource, at, name))
            return cli_usage("--set: no limit is called %.*s; psutil limit PID shows all",
                             (int)(name < 64 ? name : 64), at);
        if (at[name] != '=' || !read_values(setting, at + name + 1, len - name - 1))
            return cli_usage("--set: %.*s needs a value: %.*s=SOFT:HARD, numbers or unlimited",
                             (int)name, at, (int)name, at);
        limit->len++;
        at += len;
        at += *at == ',';
    }
    return limit->len > 0 ? CLI_DONE : cli_usage("--set needs a limit: nofile=1024:4096");
}

static int run(struct cli *cli)
{
    struct limit limit = {.act = {.would = "would be set"}};
    const char *text = options_get(&cli->options, "set");
    struct buffer task = {0};
    int status = text ? read_settings(&limit, text) : CLI_DONE;
    if (status != CLI_DONE)
        return status;
    if (text) {
        buffer_addf(&task, "Set %s for", text);
        limit.act.task = task.failed ? "Set limits for" : task.data;
    } else {
        limit.act.fields = PSUTIL_FIELD(RLIMIT);
    }
    status = act_open(&limit.act, cli);
    if (status == CLI_DONE)
        status = answer(&limit);
    act_close(&limit.act);
    free(limit.rows);
    buffer_free(&task);
    return status;
}

const struct command command_limit = {
    .name = "limit",
    .group = GROUP_ACTING,
    .usage = "[PID...]",
    .doc = "Limits of open files, memory, CPU time: shows or sets them",
    .text = "Without --set it shows all. The soft limit is in force, the hard one is how far\n"
            "the process itself may raise it; to raise that needs privileges. More than one\n"
            "process not named by pid is changed only after a question, or with --yes.\n"
            "\nExamples:\n"
            "  psutil limit 1234\n"
            "  psutil limit --set nofile=1024:4096,core=unlimited 1234\n"
            "  psutil limit --set as=2G: --name worker\n",
    .options = options,
    .run = run,
    .takes = TAKES_LISTING | TAKES_SELECTION,
    .listing = &listing,
    .other_option = "set",
    .other = &set_listing,
};
