#include "parse/btf.h"

#include <stdbool.h>
#include <string.h>

#define MAGIC 0xeb9f

struct header {
    uint16_t magic;
    uint8_t version, flags;
    uint32_t header_len;
    uint32_t types, types_len, strings, strings_len; /* behind the header */
};

struct type {
    uint32_t name;
    uint32_t info; /* the kind, and how many items follow */
    uint32_t size_or_type;
};

struct btf {
    const char *types, *types_end;
    const char *strings;
    size_t strings_len;
};

static bool open_btf(const char *data, size_t len, struct btf *out)
{
    struct header header;
    if (len < sizeof header)
        return false;
    memcpy(&header, data, sizeof header);
    if (header.magic != MAGIC || header.header_len > len)
        return false;
    size_t left = len - header.header_len;
    if (header.types > left || header.types_len > left - header.types || header.strings > left ||
        header.strings_len > left - header.strings)
        return false;
    out->types = data + header.header_len + header.types;
    out->types_end = out->types + header.types_len;
    out->strings = data + header.header_len + header.strings;
    out->strings_len = header.strings_len;
    return true;
}

static unsigned kind_of(const struct type *type)
{
    return type->info >> 24 & 31;
}

#define KINDS 20
#define SECTION 15

/* How many bytes follow, or more than there can be for a kind that is not known: what comes behind
 * it cannot be told. */
static size_t extra_of(const struct type *type)
{
    static const uint8_t fixed[KINDS] = {[1] = 4, [3] = 12, [14] = 4, [17] = 4};
    static const uint8_t each[KINDS] = {
        [4] = 12, [5] = 12, [6] = 8, [13] = 8, [15] = 12, [19] = 12};
    unsigned kind = kind_of(type);
    if (kind == 0 || kind >= KINDS)
        return SIZE_MAX;
    return fixed[kind] + (size_t)each[kind] * (type->info & 0xffff);
}

/* A hundred thousand names are looked at: most differ in the first letter. */
static bool is_named(const struct btf *btf, uint32_t at, const char *name)
{
    if (at >= btf->strings_len || btf->strings[at] != name[0])
        return false;
    size_t size = strlen(name) + 1;
    return size <= btf->strings_len - at && memcmp(btf->strings + at, name, size) == 0;
}

static void match(const struct btf *btf, const struct type *type, uint32_t id,
                  struct ps_btf_name *names, size_t count)
{
    unsigned kind = kind_of(type);
    if (kind != PS_BTF_FUNCTION && kind != PS_BTF_VARIABLE)
        return;
    for (size_t i = 0; i < count; i++)
        if (kind == names[i].kind && names[i].id == 0 && is_named(btf, type->name, names[i].name))
            names[i].id = id;
}

/* One of a section's variables. */
struct variable {
    uint32_t id, offset, size;
};

/* Sections come behind the variables that lie in them. */
static void place(const char *variables, size_t len, struct ps_btf_name *names, size_t count)
{
    struct variable variable;
    for (; len >= sizeof variable; variables += sizeof variable, len -= sizeof variable) {
        memcpy(&variable, variables, sizeof variable);
        for (size_t i = 0; i < count; i++)
            if (names[i].kind == PS_BTF_VARIABLE && names[i].id == variable.id)
                names[i].offset = variable.offset;
    }
}

void ps_btf_find(const char *data, size_t len, struct ps_btf_name *names, size_t count)
{
    struct btf btf;
    struct type type;
    for (size_t i = 0; i < count; i++)
        names[i].id = names[i].offset = 0;
    if (!open_btf(data, len, &btf))
        return;
    const char *at = btf.types;
    for (uint32_t id = 1; (size_t)(btf.types_end - at) >= sizeof type; id++) {
        memcpy(&type, at, sizeof type);
        at += sizeof type;
        size_t extra = extra_of(&type);
        if (extra > (size_t)(btf.types_end - at))
            return;
        if (kind_of(&type) == SECTION)
            place(at, extra, names, count);
        at += extra;
        match(&btf, &type, id, names, count);
    }
}
