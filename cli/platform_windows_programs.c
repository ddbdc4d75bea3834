/* Starting programs. Windows hands them their words as one line, which each takes apart by itself.
 */
#include "platform.h"
#include "platform_windows.h"

#include <windows.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- The line ---------------------------------------------------------------------------------
 */

/* In quotes, so that the program's C library reads it as one word: backslashes before a quote are
 * doubled there. */
static char *add_quoted(char *at, const char *word)
{
    size_t slashes = 0;
    *at++ = '"';
    for (; *word; word++) {
        if (*word == '"')
            for (size_t i = 0; i <= slashes; i++)
                *at++ = '\\';
        slashes = *word == '\\' ? slashes + 1 : 0;
        *at++ = *word;
    }
    for (; slashes > 0; slashes--)
        *at++ = '\\';
    *at++ = '"';
    *at++ = ' ';
    return at;
}

/* To be freed; NULL with errno. */
static wchar_t *make_line(char *const *words, size_t len)
{
    size_t size = 1;
    for (size_t i = 0; i < len; i++)
        size += 2 * strlen(words[i]) + 3;
    char *text = malloc(size), *at = text;
    for (size_t i = 0; text && i < len; i++)
        at = add_quoted(at, words[i]);
    if (text)
        *at = '\0';
    wchar_t *line = text ? platform_widen(text) : NULL;
    free(text);
    errno = ENOMEM;
    return line;
}

/* ---- The program ------------------------------------------------------------------------------
 */

/* Whether cmd.exe would run it, which reads the words anew, and runs what it finds in them. Windows
 * ignores dots and spaces at the end of a name. */
static bool is_script(const wchar_t *name)
{
    size_t len = wcslen(name);
    while (len > 0 && (name[len - 1] == L'.' || name[len - 1] == L' '))
        len--;
    return len >= 4 && (_wcsnicmp(name + len - 4, L".bat", 4) == 0 ||
                        _wcsnicmp(name + len - 4, L".cmd", 4) == 0);
}

/* In PATH, and not in the current folder, where Windows itself looks first. */
static wchar_t *search(const wchar_t *name)
{
    const wchar_t *path = _wgetenv(L"PATH");
    DWORD size = path && *path ? SearchPathW(path, name, L".exe", 0, NULL, NULL) : 0;
    wchar_t *found = size > 0 ? malloc(size * sizeof *found) : NULL;
    if (found && SearchPathW(path, name, L".exe", size, found, NULL) < size)
        return found;
    free(found);
    return NULL;
}

/* To be freed; NULL with errno. */
static wchar_t *find_program(const char *name)
{
    wchar_t *wide = platform_widen(name);
    bool has_folder = strpbrk(name, "\\/:") != NULL;
    wchar_t *found = wide && !has_folder ? search(wide) : wide;
    if (found != wide)
        free(wide);
    errno = ENOENT;
    if (found && (is_script(found) || wcschr(found, L'"'))) {
        errno = ENOEXEC;
        free(found);
        found = NULL;
    }
    return found;
}

static int errno_of(DWORD code)
{
    switch (code) {
    case ERROR_ACCESS_DENIED:
        return EACCES;
    case ERROR_BAD_EXE_FORMAT:
        return ENOEXEC;
    case ERROR_FILENAME_EXCED_RANGE:
        return E2BIG;
    case ERROR_NOT_ENOUGH_MEMORY:
        return ENOMEM;
    default:
        return ENOENT;
    }
}

/* The process, which keeps its pid as long as this is open; NULL with errno. */
static HANDLE start(char *const *words, size_t len, wchar_t *environment)
{
    STARTUPINFOW how = {.cb = sizeof how};
    PROCESS_INFORMATION made = {0};
    wchar_t *program = find_program(words[0]);
    wchar_t *line = program ? make_line(words, len) : NULL;
    if (line && CreateProcessW(program, line, NULL, NULL, FALSE, CREATE_UNICODE_ENVIRONMENT,
                               environment, NULL, &how, &made))
        CloseHandle(made.hThread);
    else if (line)
        errno = errno_of(GetLastError());
    int problem = errno;
    free(line);
    free(program);
    errno = problem;
    return made.hProcess;
}

/* The process stays open until this program ends: nobody else gets its pid before it was looked at.
 */
int64_t platform_start_program(char *const *words, size_t len)
{
    HANDLE process = start(words, len, NULL);
    return process ? (int64_t)GetProcessId(process) : -1;
}

/* ---- The environment --------------------------------------------------------------------------
 */

/* "NAME=VALUE"; the names of those that nobody sees begin with "=". */
static int name_length(const wchar_t *entry)
{
    const wchar_t *end = *entry ? wcschr(entry + 1, L'=') : NULL;
    return (int)(end ? (size_t)(end - entry) : wcslen(entry));
}

static int compare(const void *left, const void *right)
{
    const wchar_t *a = *(wchar_t *const *)left, *b = *(wchar_t *const *)right;
    return CompareStringOrdinal(a, name_length(a), b, name_length(b), TRUE) - CSTR_EQUAL;
}

/* One text behind the other, and an empty one. NULL without memory. */
static wchar_t *join(wchar_t **entries, size_t len)
{
    size_t size = 2;
    for (size_t i = 0; i < len; i++)
        size += wcslen(entries[i]) + 1;
    wchar_t *block = calloc(size, sizeof *block), *at = block;
    for (size_t i = 0; block && i < len; i++) {
        size_t units = wcslen(entries[i]) + 1;
        memcpy(at, entries[i], units * sizeof *at);
        at += units;
    }
    return block;
}

/* As Windows wants it: sorted by name. */
static wchar_t *join_sorted(wchar_t **entries, size_t len)
{
    wchar_t **sorted = malloc((len + 1) * sizeof *sorted), *block = NULL;
    if (sorted) {
        memcpy(sorted, entries, len * sizeof *sorted);
        qsort(sorted, len, sizeof *sorted, compare);
        block = join(sorted, len);
    }
    free(sorted);
    return block;
}

static bool is_among(wchar_t **entries, size_t len, wchar_t *entry)
{
    for (size_t i = 0; i < len; i++)
        if (compare(&entries[i], &entry) == 0)
            return true;
    return false;
}

static size_t count(char *const *variables, const wchar_t *own)
{
    size_t len = 0;
    while (variables[len])
        len++;
    for (; *own; own += wcslen(own) + 1)
        len++;
    return len;
}

/* The program's own environment with these instead of those of the same names. */
static wchar_t *extend(char *const *variables, wchar_t *own)
{
    wchar_t **entries = calloc(count(variables, own) + 1, sizeof *entries);
    size_t len = 0, given;
    bool whole = entries;
    for (; whole && variables[len]; len++)
        whole = (entries[len] = platform_widen(variables[len])) != NULL;
    given = len;
    for (; whole && *own; own += wcslen(own) + 1)
        if (!is_among(entries, given, own))
            entries[len++] = own;
    wchar_t *block = whole ? join_sorted(entries, len) : NULL;
    for (size_t i = 0; i < given; i++)
        free(entries[i]);
    free(entries);
    return block;
}

static size_t split(char *text, char **words, size_t most)
{
    size_t len = 0;
    for (char *rest = NULL, *word = strtok_s(text, " ", &rest); word && len < most;
         word = strtok_s(NULL, " ", &rest))
        words[len++] = word;
    return len;
}

bool platform_run_words(const char *text, char *const *variables)
{
    enum { WORDS = 64 };
    char *words[WORDS], *copy = _strdup(text);
    wchar_t *own = GetEnvironmentStringsW();
    wchar_t *environment = own ? extend(variables, own) : NULL;
    size_t len = copy ? split(copy, words, WORDS) : 0;
    HANDLE process = NULL;
    errno = ENOMEM;
    if (environment && len > 0)
        process = start(words, len, environment);
    int problem = errno;
    if (process)
        CloseHandle(process);
    if (own)
        FreeEnvironmentStringsW(own);
    free(environment);
    free(copy);
    errno = problem;
    return process != NULL;
}
