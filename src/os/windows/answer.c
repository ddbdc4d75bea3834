/* Answers of a size that only the system knows. */
#include "os/windows/nt.h"

#include <stdio.h>
#include <stdlib.h>

void ps_answer_free(struct ps_answer *answer)
{
    free(answer->data);
    *answer = (struct ps_answer){0};
}

int ps_answer_reserve(psutil *ctx, struct ps_answer *answer, size_t size)
{
    if (size <= answer->size)
        return 0;
    ps_answer_free(answer);
    answer->data = calloc(1, size);
    if (!answer->data)
        return ps_fail_memory(ctx);
    answer->size = size;
    return 0;
}

/* What grows meanwhile (processes) gets some room beyond what was wanted. */
int ps_answer_grow(psutil *ctx, struct ps_answer *answer, size_t wanted, const char *call)
{
    const size_t largest = 1 << 30;
    if (answer->size > largest || wanted > largest)
        return ps_fail_code(ctx, ERROR_INSUFFICIENT_BUFFER, call, NULL, PSUTIL_UNKNOWN);
    return ps_answer_reserve(ctx, answer,
                             wanted > answer->size ? wanted + wanted / 8 : answer->size * 2);
}

static bool wants_more(NTSTATUS status)
{
    return status == PS_STATUS_INFO_LENGTH_MISMATCH || status == PS_STATUS_BUFFER_TOO_SMALL ||
           status == PS_STATUS_BUFFER_OVERFLOW;
}

typedef NTSTATUS NTAPI query_ex(int what, const void *input, ULONG input_size, void *data,
                                ULONG size, ULONG *wanted);

static NTSTATUS query(int what, const USHORT *group, struct ps_answer *answer, ULONG *wanted)
{
    ULONG size = (ULONG)answer->size;
    if (!group)
        return NtQuerySystemInformation((SYSTEM_INFORMATION_CLASS)what, answer->data, size, wanted);
    query_ex *ex = (query_ex *)ps_windows_function(L"ntdll.dll", "NtQuerySystemInformationEx");
    return ex ? ex(what, group, sizeof *group, answer->data, size, wanted)
              : PS_STATUS_NOT_IMPLEMENTED;
}

int ps_query_group(psutil *ctx, int what, const USHORT *group, struct ps_answer *answer,
                   size_t *len)
{
    static const char call[] = "NtQuerySystemInformation";
    enum { FIRST_SIZE = 4096 };
    char object[32];
    snprintf(object, sizeof object, "%d", what);
    int rc = ps_answer_reserve(ctx, answer, FIRST_SIZE);
    while (rc == 0) {
        ULONG wanted = 0;
        NTSTATUS status = query(what, group, answer, &wanted);
        if (status >= 0) {
            *len = wanted < answer->size ? wanted : answer->size;
            return 0;
        }
        if (!wants_more(status))
            return ps_fail_status(ctx, status, call, object, PSUTIL_UNKNOWN);
        rc = ps_answer_grow(ctx, answer, wanted, call);
    }
    return rc;
}

int ps_query_system(psutil *ctx, int what, struct ps_answer *answer, size_t *len)
{
    return ps_query_group(ctx, what, NULL, answer, len);
}

void *ps_list_result(psutil *ctx, struct ps_list *list, int *rc)
{
    void *made = *rc == 0 ? ps_list_finish(list) : NULL;
    ps_list_free(list);
    if (!made && *rc == 0)
        *rc = ps_fail_memory(ctx);
    return made;
}

/* Whether a process at `offset` lies within the answer, with its threads. */
static bool fits(const struct ps_answer *answer, size_t len, size_t offset)
{
    if (offset > len || len - offset < sizeof(struct ps_nt_process))
        return false;
    const struct ps_nt_process *process = (const void *)((const char *)answer->data + offset);
    size_t room = (len - offset - sizeof *process) / sizeof(struct ps_nt_thread);
    return process->threads_len <= room;
}

const struct ps_nt_process *ps_nt_process_next(const struct ps_answer *answer, size_t len,
                                               const struct ps_nt_process *process)
{
    size_t offset = 0;
    if (process) {
        if (process->next == 0)
            return NULL;
        offset = (size_t)((const char *)process - (const char *)answer->data) + process->next;
    }
    return fits(answer, len, offset) ? (const void *)((const char *)answer->data + offset) : NULL;
}
