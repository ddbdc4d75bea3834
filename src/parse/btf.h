/* The kernel's type information, /sys/kernel/btf/vmlinux (Documentation/bpf/btf.rst). */
#ifndef PS_BTF_H
#define PS_BTF_H

#include <stddef.h>
#include <stdint.h>

enum ps_btf_kind { PS_BTF_FUNCTION = 12, PS_BTF_VARIABLE = 14 };

/* What is looked for, and the number that it has; 0: there is no such thing. A variable has a place
 * in its section as well. */
struct ps_btf_name {
    enum ps_btf_kind kind;
    const char *name;
    uint32_t id, offset;
};

/* Finds the numbers of all the names in one walk. Bytes that are no type information, of another
 * byte order or cut, have none. */
void ps_btf_find(const char *data, size_t len, struct ps_btf_name *names, size_t count);

#endif
