#include "sample.h"

#include "platform.h"

#include <math.h>

int samplers_open(struct samplers *samplers, psutil *ctx)
{
    *samplers = (struct samplers){0};
    int rc = psutil_cpu_sampler_open(&samplers->total, ctx);
    if (rc == 0)
        rc = psutil_cpu_sampler_open(&samplers->percpu, ctx);
    if (rc == 0)
        rc = psutil_cpu_sampler_open(&samplers->modes, ctx);
    return rc;
}

void samplers_close(struct samplers *samplers)
{
    psutil_cpu_sampler_close(samplers->total);
    psutil_cpu_sampler_close(samplers->percpu);
    psutil_cpu_sampler_close(samplers->modes);
}

/* ---- Processors ------------------------------------------------------------------------------ */

static void sample_each_cpu(struct sample *out, psutil_cpu_sampler *sampler)
{
    sample_free(out);
    if (psutil_cpu_percent_percpu(&out->percpu, sampler) == 0 &&
        psutil_cpu_sampler_numbers(&out->numbers, sampler) != 0)
        sample_free(out);
}

static void sample_cpu(struct sample *out, struct samplers *samplers)
{
    if (psutil_cpu_percent(&out->cpu, samplers->total) != 0)
        out->cpu = NAN;
    if (psutil_cpu_times_percent(&out->modes, samplers->modes) != 0)
        out->modes = (psutil_scputimes){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    sample_each_cpu(out, samplers->percpu);
}

/* ---- Memory, time, load ---------------------------------------------------------------------- */

static void sample_memory_of(struct sample *out, psutil *ctx)
{
    if (psutil_virtual_memory(&out->memory, ctx) != 0) {
        out->memory = (psutil_svmem){.percent = NAN};
        out->memory.total = out->memory.used = out->memory.available = PSUTIL_UNKNOWN;
        out->memory.free = out->memory.buffers = out->memory.cached = PSUTIL_UNKNOWN;
    }
    if (psutil_swap_memory(&out->swap, ctx) != 0) {
        out->swap = (psutil_sswap){.percent = NAN};
        out->swap.total = out->swap.used = out->swap.free = PSUTIL_UNKNOWN;
    }
}

static void sample_clock(struct sample *out, const struct cli *cli)
{
    double boot;
    out->now = cli_is_live(cli) ? platform_now() : NAN;
    out->uptime = psutil_boot_time(&boot, cli->ctx) == 0 ? out->now - boot : NAN;
    if (psutil_getloadavg(out->load, cli->ctx) != 0)
        out->load[0] = out->load[1] = out->load[2] = NAN;
}

void sample_take(struct sample *out, struct samplers *samplers, const struct cli *cli)
{
    sample_cpu(out, samplers);
    sample_memory_of(out, cli->ctx);
    sample_clock(out, cli);
}

void sample_free(struct sample *sample)
{
    psutil_free(sample->percpu);
    psutil_free(sample->numbers);
    sample->percpu = NULL;
    sample->numbers = NULL;
}

double sample_memory(const struct sample *sample)
{
    return sample->memory.percent;
}

/* ---- Processes ------------------------------------------------------------------------------- */

static void count(struct sample *sample, const psutil_process_info *info)
{
    sample->processes++;
    if (info->result[PSUTIL_FIELD_NUM_THREADS] == 0 && info->num_threads > 0)
        sample->threads += info->num_threads;
    if (info->result[PSUTIL_FIELD_STATUS] != 0)
        return;
    sample->running += info->status == PSUTIL_STATUS_RUNNING;
    sample->zombies += info->status == PSUTIL_STATUS_ZOMBIE;
    sample->stopped +=
        info->status == PSUTIL_STATUS_STOPPED || info->status == PSUTIL_STATUS_TRACING_STOP;
}

void sample_count(struct sample *sample, const struct processes *processes)
{
    sample->processes = sample->threads = 0;
    sample->running = sample->stopped = sample->zombies = 0;
    for (size_t i = 0; i < processes->len; i++)
        count(sample, &processes->rows[i].info);
}
