/* libpsutil: processes and system utilisation (CPU, memory, disks, network, sensors).
 *
 * How to read this interface
 *
 * - psutil_open() gives a context; everything starts from it. Any number of threads may use one
 *   context at once; a call that hangs holds up nobody else.
 * - Functions carry the names of Python's psutil. The result comes first in the argument list and
 *   is written only on success.
 * - They return 0 or a negative PSUTIL_E… code (psutil/error.h). psutil_error_detail() tells which
 *   system call failed, on which path and why.
 * - Unknown is not zero: an integer that the system does not give is PSUTIL_UNKNOWN, a double NAN,
 *   a string NULL. A function that the platform lacks altogether returns PSUTIL_ENOTSUP.
 * - Every list and every string that a function hands out is one block of memory, items and their
 *   strings together: free it with psutil_free(). Objects with a name of their own (psutil_process,
 *   psutil_table…) have a closing function of their own.
 * - Strings are the system's bytes, unchanged: mostly UTF-8, but nothing guarantees it.
 */
#ifndef PSUTIL_H
#define PSUTIL_H

#include <psutil/base.h>
#include <psutil/cpu.h>
#include <psutil/disk.h>
#include <psutil/error.h>
#include <psutil/memory.h>
#include <psutil/net.h>
#include <psutil/process.h>
#include <psutil/record.h>
#include <psutil/sensors.h>
#include <psutil/service.h>
#include <psutil/system.h>
#include <psutil/table.h>
#include <psutil/version.h>

#endif
