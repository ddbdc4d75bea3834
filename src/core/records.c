/* All records together, and what can be done with any of them. */
#include "core/records.h"

#include <math.h>
#include <string.h>

static const psutil_record *const all[] = {
    &ps_record_scputimes,  &ps_record_scpustats, &ps_record_scpufreq,      &ps_record_svmem,
    &ps_record_sswap,      &ps_record_pheap,     &ps_record_sdiskpart,     &ps_record_sdiskusage,
    &ps_record_sdiskio,    &ps_record_snetio,    &ps_record_sconn,         &ps_record_pconn,
    &ps_record_snicaddr,   &ps_record_snicstats, &ps_record_shwtemp,       &ps_record_sfan,
    &ps_record_sbattery,   &ps_record_suser,     &ps_record_service,       &ps_record_puids,
    &ps_record_pgids,      &ps_record_pcputimes, &ps_record_pmem,          &ps_record_pmem_ex,
    &ps_record_pfootprint, &ps_record_pfullmem,  &ps_record_pmmap_grouped, &ps_record_pmmap_ext,
    &ps_record_pio,        &ps_record_pctxsw,    &ps_record_ppagefaults,   &ps_record_pthread,
    &ps_record_pionice,    &ps_record_popenfile, &ps_record_prlimit,       &ps_record_process,
};

const psutil_record *const *psutil_records(size_t *len)
{
    *len = sizeof all / sizeof *all;
    return all;
}

const psutil_record *psutil_record_find(const char *name)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i]->name, name) == 0)
            return all[i];
    return NULL;
}

const psutil_field *ps_record_field(const psutil_record *record, const char *name)
{
    for (size_t i = 0; i < record->len; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

bool ps_record_is_composite(const psutil_record *record)
{
    return record == &ps_record_pfullmem || record == &ps_record_pmem_ex;
}

void ps_field_clear(const psutil_field *field, void *item)
{
    void *member = (char *)item + field->offset;
    switch (field->type) {
    case PSUTIL_TYPE_INT:
    case PSUTIL_TYPE_BOOL:
    case PSUTIL_TYPE_ENUM:
        *(int64_t *)member = PSUTIL_UNKNOWN;
        break;
    case PSUTIL_TYPE_DOUBLE:
        *(double *)member = NAN;
        break;
    case PSUTIL_TYPE_ADDRESS:
        *(psutil_addr *)member = (psutil_addr){.port = PSUTIL_UNKNOWN};
        break;
    case PSUTIL_TYPE_RECORD:
        ps_record_clear(field->record, ps_record_is_composite(field->record) ? item : member);
        break;
    default:
        *(void **)member = NULL;
        break;
    }
}

void ps_record_clear(const psutil_record *record, void *item)
{
    for (size_t i = 0; i < record->len; i++)
        ps_field_clear(&record->fields[i], item);
    if (record->key)
        ps_field_clear(record->key, item);
}
