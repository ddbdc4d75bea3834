/* Whose a process is: from its token. */
#include "os/windows/process.h"

#include <stdlib.h>
#include <wchar.h>

#include <sddl.h>

/* "DOMAIN\user"; an account without a name is its SID as text. */
static int name_of(struct ps_reader *reader, PSID sid)
{
    wchar_t user[256], domain[256], text[520];
    DWORD user_len = 256, domain_len = 256;
    SID_NAME_USE use;
    wchar_t *number = NULL;
    const char **out = &reader->to->info->username;
    if (LookupAccountSidW(NULL, sid, user, &user_len, domain, &domain_len, &use)) {
        _snwprintf(text, sizeof text / sizeof *text, L"%ls%ls%ls", domain, *domain ? L"\\" : L"",
                   user);
        return ps_reader_string(reader, text, wcslen(text), out);
    }
    if (!ConvertSidToStringSidW(sid, &number))
        return ps_fail_last(reader->ctx, "ConvertSidToStringSidW", NULL, reader->ref->pid);
    int rc = ps_reader_string(reader, number, wcslen(number), out);
    LocalFree(number);
    return rc;
}

static int read_token(struct ps_reader *reader, HANDLE token)
{
    union {
        TOKEN_USER user;
        char room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } answer;
    DWORD size;
    if (!GetTokenInformation(token, TokenUser, &answer, sizeof answer, &size))
        return ps_reader_failed(reader, ps_last_code(), "GetTokenInformation");
    return name_of(reader, answer.user.User.Sid);
}

int ps_source_username(struct ps_reader *reader)
{
    static const wchar_t system[] = L"NT AUTHORITY\\SYSTEM";
    HANDLE process, token;
    if (reader->ref->pid == PS_PID_IDLE || reader->ref->pid == PS_PID_SYSTEM)
        return ps_reader_string(reader, system, sizeof system / sizeof *system - 1,
                                &reader->to->info->username);
    int rc = ps_reader_open(reader, 0, &process);
    if (rc != 0)
        return rc;
    if (OpenProcessToken(process, TOKEN_QUERY, &token)) {
        rc = read_token(reader, token);
        CloseHandle(token);
    } else {
        rc = ps_reader_failed(reader, ps_last_code(), "OpenProcessToken");
    }
    CloseHandle(process);
    return rc;
}
