#include "processes/owners.h"

#include <stdlib.h>

static struct named *find_slot(struct named *slots, size_t capacity, int64_t pid)
{
    size_t index = (size_t)((uint64_t)pid * 0x9e3779b97f4a7c15u >> 32) & (capacity - 1);
    while (slots[index].used && slots[index].pid != pid)
        index = (index + 1) & (capacity - 1);
    return &slots[index];
}

static bool grow(struct owners *owners)
{
    size_t capacity = owners->capacity ? owners->capacity * 2 : 64;
    struct named *slots = calloc(capacity, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < owners->capacity; i++)
        if (owners->slots[i].used)
            *find_slot(slots, capacity, owners->slots[i].pid) = owners->slots[i];
    free(owners->slots);
    owners->slots = slots;
    owners->capacity = capacity;
    return true;
}

static psutil_process_info *look_up(const struct owners *owners, int64_t pid)
{
    psutil_process_info *info = NULL;
    psutil_process *process;
    if (psutil_process_open(&process, owners->ctx, pid) != 0)
        return NULL;
    if (psutil_process_read(&info, process, owners->fields) != 0)
        info = NULL;
    psutil_process_close(process);
    return info;
}

const psutil_process_info *owners_find(struct owners *owners, int64_t pid)
{
    if (owners->len * 2 >= owners->capacity && !grow(owners)) {
        owners->failed = true;
        return NULL;
    }
    struct named *slot = find_slot(owners->slots, owners->capacity, pid);
    if (!slot->used) {
        *slot = (struct named){.pid = pid, .used = true, .info = look_up(owners, pid)};
        owners->len++;
    }
    return slot->info;
}

void owners_free(struct owners *owners)
{
    for (size_t i = 0; i < owners->capacity; i++)
        psutil_process_info_free(owners->slots[i].info);
    free(owners->slots);
    *owners = (struct owners){.ctx = owners->ctx, .fields = owners->fields};
}
