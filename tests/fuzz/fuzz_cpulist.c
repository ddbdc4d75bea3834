#include "fuzz.h"

#include "parse/cpulist.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    char *data = fuzz_copy(bytes, size);
    struct ps_cpuset set = {0}, all = {0};
    size_t count = 0;
    bool understood = ps_parse_cpulist(data, size, &set);
    PS_CPUSET_EACH(&set, cpu)
    {
        fuzz_need(cpu < PS_CPU_MAX && ps_cpuset_has(&set, cpu));
        count++;
    }
    fuzz_need(count == ps_cpuset_count(&set));
    ps_cpuset_merge(&all, &set);
    ps_cpuset_merge(&all, &set);
    fuzz_need(count == ps_cpuset_count(&all));
    /* What is understood once is understood again, and adds nothing. */
    fuzz_need(ps_parse_cpulist(data, size, &set) == understood && ps_cpuset_count(&set) == count);
    free(data);
    return 0;
}
