/* The descriptions of the public structs, for the library itself. */
#ifndef PS_RECORDS_H
#define PS_RECORDS_H

#include <psutil/process.h>
#include <psutil/record.h>
#include <psutil/service.h>

extern const psutil_record ps_record_scputimes, ps_record_scpustats, ps_record_scpufreq;
extern const psutil_record ps_record_svmem, ps_record_sswap, ps_record_pheap;
extern const psutil_record ps_record_sdiskpart, ps_record_sdiskusage, ps_record_sdiskio;
extern const psutil_record ps_record_snetio, ps_record_sconn, ps_record_pconn;
extern const psutil_record ps_record_snicaddr, ps_record_snicstats;
extern const psutil_record ps_record_shwtemp, ps_record_sfan, ps_record_sbattery;
extern const psutil_record ps_record_suser, ps_record_service;

extern const psutil_record ps_record_puids, ps_record_pgids, ps_record_pcputimes, ps_record_pmem;
extern const psutil_record ps_record_pmem_ex, ps_record_pfootprint, ps_record_pfullmem;
extern const psutil_record ps_record_pmmap_grouped, ps_record_pmmap_ext, ps_record_pio;
extern const psutil_record ps_record_pctxsw, ps_record_ppagefaults, ps_record_pthread;
extern const psutil_record ps_record_pionice, ps_record_popenfile, ps_record_prlimit;

/* psutil_process_info: its fields stand in the order of psutil_process_field. */
extern const psutil_record ps_record_process;

/* Lists of plain values are records of one field. */
extern const psutil_record ps_record_int, ps_record_double, ps_record_string;

extern const psutil_enum_value ps_enum_status[], ps_enum_ioprio_class[], ps_enum_rlimit[];
extern const psutil_enum_value ps_enum_family[], ps_enum_socket_type[], ps_enum_conn_status[];
extern const psutil_enum_value ps_enum_nic_duplex[];
extern const psutil_enum_value ps_enum_service_status[], ps_enum_service_start_type[];

/* Sets every field of a struct to unknown. */
void ps_record_clear(const psutil_record *record, void *item);

/* Sets one field of a struct to unknown. */
void ps_field_clear(const psutil_field *field, void *item);

/* Whether a record's fields lie in several members of psutil_process_info (memory_full_info): its
 * offsets are then those of psutil_process_info, and it has no member of its own. */
bool ps_record_is_composite(const psutil_record *record);

/* The field called `name`, or NULL. */
const psutil_field *ps_record_field(const psutil_record *record, const char *name);

/* For the tables of descriptions. */
#define PS_FIELD(struct_type, member, kind, unit_, on, text)                                       \
    {                                                                                              \
        .name = #member, .type = PSUTIL_TYPE_##kind, .unit = PSUTIL_UNIT_##unit_,                  \
        .platforms = (on), .offset = offsetof(struct_type, member), .doc = (text)                  \
    }

#define PS_FIELD_ENUM(struct_type, member, enumeration, on, text)                                  \
    {                                                                                              \
        .name = #member, .type = PSUTIL_TYPE_ENUM, .platforms = (on),                              \
        .offset = offsetof(struct_type, member), .doc = (text), .values = (enumeration)            \
    }

#define PS_RECORD(tuple, struct_type, table, text)                                                 \
    const psutil_record ps_record_##tuple = {.name = #tuple,                                       \
                                             .doc = (text),                                        \
                                             .size = sizeof(struct_type),                          \
                                             .len = sizeof(table) / sizeof *(table),               \
                                             .fields = (table)}

#define PS_RECORD_KEYED(tuple, struct_type, table, key_field, text)                                \
    const psutil_record ps_record_##tuple = {.name = #tuple,                                       \
                                             .doc = (text),                                        \
                                             .size = sizeof(struct_type),                          \
                                             .len = sizeof(table) / sizeof *(table),               \
                                             .fields = (table),                                    \
                                             .key = (key_field)}

#endif
