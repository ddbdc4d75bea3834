/* psutil top --batch: frames of lines or JSON, for scripts. */
#include "platform.h"
#include "text/human.h"
#include "top.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static const double first_pause = 0.5;

/* ---- Text -------------------------------------------------------------------------------------
 */

static void add_machine(struct buffer *out, const struct sample *sample)
{
    buffer_addf(out, "load: %s %s %s  up: %s\n", human_load(sample->load[0]).text,
                human_load(sample->load[1]).text, human_load(sample->load[2]).text,
                human_duration(sample->uptime).text);
    buffer_addf(out,
                "tasks: %" PRId64 "  threads: %" PRId64 "  running: %" PRId64 "  stopped: %" PRId64
                "  zombies: %" PRId64 "\n",
                sample->processes, sample->threads, sample->running, sample->stopped,
                sample->zombies);
    buffer_addf(out, "cpu: %s  user: %s  system: %s  iowait: %s\n", human_percent(sample->cpu).text,
                human_percent(sample->modes.user).text, human_percent(sample->modes.system).text,
                human_percent(sample->modes.iowait).text);
    buffer_addf(out, "memory: %s of %s, %s available  swap: %s of %s\n\n",
                human_bytes(sample->memory.used).text, human_bytes(sample->memory.total).text,
                human_bytes(sample->memory.available).text, human_bytes(sample->swap.used).text,
                human_bytes(sample->swap.total).text);
}

/* ---- JSON -------------------------------------------------------------------------------------
 */

static void add_tasks(struct json *json, const struct sample *sample)
{
    json_key(json, "tasks");
    json_open_object(json);
    json_member_int(json, "processes", sample->processes);
    json_member_int(json, "threads", sample->threads);
    json_member_int(json, "running", sample->running);
    json_member_int(json, "stopped", sample->stopped);
    json_member_int(json, "zombies", sample->zombies);
    json_close_object(json);
}

static void add_sample(struct json *json, const struct sample *sample)
{
    json_member_double(json, "time", sample->now);
    json_member_double(json, "uptime", sample->uptime);
    json_key(json, "load");
    json_open_flat_array(json);
    for (int i = 0; i < 3; i++)
        json_double(json, sample->load[i]);
    json_close_flat_array(json);
    json_member_double(json, "cpu_percent", sample->cpu);
    json_key(json, "cpu_percent_percpu");
    if (sample->percpu)
        json_doubles(json, sample->percpu);
    else
        json_null(json);
    json_key(json, "cpu_times_percent");
    json_record(json, psutil_record_find("scputimes"), &sample->modes);
    json_key(json, "memory");
    json_record(json, psutil_record_find("svmem"), &sample->memory);
    json_key(json, "swap");
    json_record(json, psutil_record_find("sswap"), &sample->swap);
    add_tasks(json, sample);
}

static int print_json(const struct top *top, const struct rows *rows)
{
    const struct table *table = &top->model.table;
    struct json json = cli_json(table->cli);
    json.pretty = json.pretty && table->format == FORMAT_JSON;
    json_open_object(&json);
    add_sample(&json, &top->model.sample);
    json_key(&json, "processes");
    table_write_json(&json, table, rows);
    json_close_object(&json);
    return cli_print_json(&json);
}

/* ---- Frames -----------------------------------------------------------------------------------
 */

static int print_text(const struct top *top, const struct rows *rows, bool first)
{
    struct buffer out = {0};
    const struct table *table = &top->model.table;
    if (!first)
        buffer_add_text(&out, "\n");
    if (table->format == FORMAT_TEXT)
        add_machine(&out, &top->model.sample);
    int status = cli_print(&out);
    buffer_free(&out);
    return status == CLI_DONE ? table_print(table, rows) : status;
}

/* The rows with all that is shown of them. */
static bool gather(struct rows *out, struct model *model)
{
    for (size_t i = 0; i < model->rows.len; i++)
        rows_add(out, model_row(model, i));
    out->branches = model->rows.branches;
    out->branch_column = model->rows.branch_column;
    return !out->failed;
}

static int print_frame(struct top *top, bool first)
{
    struct rows rows = {0};
    enum format format = top->model.table.format;
    if (!gather(&rows, &top->model)) {
        rows_free(&rows);
        return cli_error("out of memory");
    }
    int status = format == FORMAT_JSON || format == FORMAT_JSONL ? print_json(top, &rows)
                                                                 : print_text(top, &rows, first);
    rows_free(&rows);
    return status;
}

static int read_count(long *out, const struct cli *cli)
{
    const char *text = options_get(&cli->options, "count");
    char *end = NULL;
    *out = text ? strtol(text, &end, 10) : 0;
    if (text && (end == text || *end || *out <= 0))
        return cli_usage("--count needs a whole number above 0, not %s", text);
    return CLI_DONE;
}

int top_batch(struct top *top)
{
    long count;
    int status = read_count(&count, top->model.cli);
    if (status != CLI_DONE)
        return status;
    platform_catch_interrupt();
    top->model.wanted = table_fields(&top->model.table);
    top_refresh(top);
    bool going = platform_sleep(fmin(first_pause, top->interval));
    for (long i = 0; status == CLI_DONE && going; i++) {
        top_refresh(top);
        if (top->problem != 0)
            return cli_failed(top->model.cli, top->problem);
        status = print_frame(top, i == 0);
        going = (count == 0 || i + 1 < count) && platform_sleep(top->interval);
    }
    return status;
}
