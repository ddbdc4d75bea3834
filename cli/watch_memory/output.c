/* The recording as a file: CSV, JSON, JSON lines. */
#include "watch_memory.h"

#include <inttypes.h>
#include <string.h>

enum output_kind output_kind(const char *path)
{
    static const struct {
        const char *ending;
        enum output_kind kind;
    } kinds[] = {{".csv", OUTPUT_CSV},
                 {".json", OUTPUT_JSON},
                 {".jsonl", OUTPUT_JSONL},
                 {".svg", OUTPUT_SVG}};
    size_t len = strlen(path);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t own = strlen(kinds[i].ending);
        if (len > own && strcmp(path + len - own, kinds[i].ending) == 0)
            return kinds[i].kind;
    }
    return OUTPUT_NONE;
}

/* ---- CSV --------------------------------------------------------------------------------------
 */

void output_csv_header(struct buffer *out)
{
    buffer_add_text(out, "time,elapsed,rss,vms,cpu_percent,processes\n");
}

/* Numbers as JSON has them, in every locale; the unknown is empty. */
static void csv_number(struct buffer *out, double value)
{
    struct json json = {.out = *out};
    if (value == value)
        json_double(&json, value);
    *out = json.out;
    buffer_add_text(out, ",");
}

static void csv_int(struct buffer *out, int64_t value, const char *end)
{
    if (value != PSUTIL_UNKNOWN)
        buffer_addf(out, "%" PRId64, value);
    buffer_add_text(out, end);
}

void output_csv(struct buffer *out, const struct moment *moment)
{
    csv_number(out, moment->time);
    csv_number(out, moment->elapsed);
    csv_int(out, moment->rss, ",");
    csv_int(out, moment->vms, ",");
    csv_number(out, moment->cpu);
    csv_int(out, moment->processes, "\n");
}

/* ---- JSON -------------------------------------------------------------------------------------
 */

static void moment_json(struct json *json, const struct moment *moment)
{
    json_open_object(json);
    json_member_double(json, "time", moment->time);
    json_member_double(json, "elapsed", moment->elapsed);
    json_member_int(json, "rss", moment->rss);
    json_member_int(json, "vms", moment->vms);
    json_member_double(json, "cpu_percent", moment->cpu);
    json_member_int(json, "processes", moment->processes);
    json_close_object(json);
}

void output_jsonl(struct buffer *out, const struct moment *moment)
{
    struct json json = {.out = *out};
    moment_json(&json, moment);
    *out = json.out;
    buffer_add_text(out, "\n");
}

void output_json(struct buffer *out, const struct recording *recording)
{
    struct json json = {.out = *out};
    json_open_object(&json);
    json_key(&json, "statistics");
    statistics_json(&json, recording);
    json_key(&json, "moments");
    json_open_array(&json);
    for (size_t i = 0; i < recording->len; i++)
        moment_json(&json, &recording->moments[i]);
    json_close_array(&json);
    json_close_object(&json);
    *out = json.out;
    buffer_add_text(out, "\n");
}
