#include "watch_memory.h"

#include "screen/chart.h"
#include "text/human.h"

#include <inttypes.h>
#include <math.h>

enum { HOUR = 3600 };

/* The slope of the straight line nearest to all moments, in bytes an hour. */
static double slope(const struct recording *recording, double time_mean, double rss_mean)
{
    double over = 0, under = 0;
    for (size_t i = 0; i < recording->len; i++) {
        const struct moment *moment = &recording->moments[i];
        if (moment->rss == PSUTIL_UNKNOWN)
            continue;
        over += (moment->elapsed - time_mean) * ((double)moment->rss - rss_mean);
        under += (moment->elapsed - time_mean) * (moment->elapsed - time_mean);
    }
    return under > 0 ? over / under * HOUR : NAN;
}

static void add_memory(struct statistics *out, const struct moment *moment)
{
    if (out->rss_first == PSUTIL_UNKNOWN)
        out->rss_first = moment->rss;
    out->rss_last = moment->rss;
    if (out->rss_peak != PSUTIL_UNKNOWN && moment->rss <= out->rss_peak)
        return;
    out->rss_peak = moment->rss;
    out->rss_peak_at = moment->elapsed;
}

void statistics_make(struct statistics *out, const struct recording *recording)
{
    double rss_sum = 0, time_sum = 0, cpu_sum = 0;
    size_t memories = 0, cpus = 0;
    *out = (struct statistics){.rss_peak_at = NAN, .cpu_peak = NAN};
    out->rss_first = out->rss_last = out->rss_peak = PSUTIL_UNKNOWN;
    for (size_t i = 0; i < recording->len; i++) {
        const struct moment *moment = &recording->moments[i];
        out->elapsed = moment->elapsed;
        if (moment->rss != PSUTIL_UNKNOWN) {
            add_memory(out, moment);
            rss_sum += (double)moment->rss;
            time_sum += moment->elapsed;
            memories++;
        }
        if (!isnan(moment->cpu)) {
            cpu_sum += moment->cpu;
            out->cpu_peak = fmax(moment->cpu, out->cpu_peak);
            cpus++;
        }
    }
    out->rss_mean = memories ? rss_sum / (double)memories : NAN;
    out->cpu_mean = cpus ? cpu_sum / (double)cpus : NAN;
    out->growth = memories ? slope(recording, time_sum / (double)memories, out->rss_mean) : NAN;
}

double statistics_cpu_top(double peak)
{
    enum { LEAST = 10, ALL = 100 };
    return peak > ALL ? ceil(peak / ALL) * ALL : chart_round_up(fmax(peak, LEAST), 10);
}

/* ---- For people and programs ------------------------------------------------------------------
 */

static const char *const end_names[] = {
    [END_NOT_YET] = "not yet",       [END_PROCESS] = "the process ended",
    [END_DURATION] = "duration",     [END_INTERRUPTED] = "interrupted",
    [END_ABOVE] = "above the limit",
};

static struct human bytes_of(double bytes)
{
    return human_bytes(isnan(bytes) ? PSUTIL_UNKNOWN : (int64_t)bytes);
}

static void growth_text(struct buffer *out, double growth)
{
    if (isnan(growth))
        buffer_add_text(out, "growth   -\n");
    else
        buffer_addf(out, "growth   %s%s/h\n", growth < 0 ? "-" : "+", bytes_of(fabs(growth)).text);
}

void statistics_text(struct buffer *out, const struct recording *recording)
{
    struct statistics s;
    statistics_make(&s, recording);
    buffer_addf(out, "watched  %s, %zu moments; %s", human_duration(s.elapsed).text, recording->len,
                end_names[recording->end]);
    if (recording->exit_code != PSUTIL_UNKNOWN)
        buffer_addf(out, " with %" PRId64, recording->exit_code);
    buffer_addf(out, "\nmemory   peak %s after %s, mean %s, last %s\n",
                human_bytes(s.rss_peak).text, human_duration(s.rss_peak_at).text,
                bytes_of(s.rss_mean).text, human_bytes(s.rss_last).text);
    growth_text(out, s.growth);
    buffer_addf(out, "cpu      peak %s, mean %s\n", human_percent(s.cpu_peak).text,
                human_percent(s.cpu_mean).text);
}

void statistics_json(struct json *json, const struct recording *recording)
{
    struct statistics s;
    statistics_make(&s, recording);
    json_open_object(json);
    json_member_int(json, "pid", recording->pid);
    json_member_string(json, "name", recording->name);
    json_member_double(json, "started", recording->started);
    json_member_int(json, "moments", (int64_t)recording->len);
    json_member_double(json, "elapsed", s.elapsed);
    json_member_int(json, "rss_first", s.rss_first);
    json_member_int(json, "rss_last", s.rss_last);
    json_member_int(json, "rss_peak", s.rss_peak);
    json_member_double(json, "rss_peak_at", s.rss_peak_at);
    json_member_double(json, "rss_mean", s.rss_mean);
    json_member_double(json, "rss_growth_per_hour", s.growth);
    json_member_double(json, "cpu_percent_mean", s.cpu_mean);
    json_member_double(json, "cpu_percent_peak", s.cpu_peak);
    json_member_string(json, "end", end_names[recording->end]);
    json_member_int(json, "exit_code", recording->exit_code);
    json_close_object(json);
}
