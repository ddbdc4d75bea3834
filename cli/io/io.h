/* Rates of disks and of processes. */
#ifndef CLI_IO_IO_H
#define CLI_IO_IO_H

#include "table/table.h"
#include "watch.h"

extern const struct listing disk_listing;
extern const struct listing process_io_listing;

int io_disks(const struct cli *cli);
int io_processes(const struct cli *cli);

#endif
