/* What the files about CPUs share: which are online, and their folders below /sys. */
#ifndef PS_LINUX_CPU_H
#define PS_LINUX_CPU_H

#include "os/linux/linux.h"
#include "parse/cpulist.h"

/* All of these note a shortage, which the caller looks for before it believes the answer. */

/* The CPUs online: /sys/devices/system/cpu/online, else those with a line in /proc/stat, else those
 * in /proc/cpuinfo. False when none of them tells. */
bool ps_cpus_online(struct ps_shortage *shortage, struct ps_cpuset *out);

/* The first of these sources alone. */
bool ps_cpus_online_sys(struct ps_shortage *shortage, struct ps_cpuset *out);

/* /sys/devices/system/cpu, with a descriptor so that paths below it are short, and its path, which
 * errors name. False when it cannot be opened. Closed with ps_cpu_dir_close(). */
bool ps_cpu_dir_open(struct ps_shortage *shortage, struct ps_dir *out, char path[PS_PATH_MAX]);
void ps_cpu_dir_close(struct ps_dir *dir);

#define PS_CPU_PATH_MAX 96

/* Writes `prefix`, a number and `rest`: "cpu12/topology/core_id". */
const char *ps_cpu_path(char path[PS_CPU_PATH_MAX], const char *prefix, size_t number,
                        const char *rest);

/* The CPUs that a file below the folder lists; false when it is missing or broken. */
bool ps_cpu_list(const struct ps_dir *dir, const char *name, struct ps_cpuset *out);

#endif
