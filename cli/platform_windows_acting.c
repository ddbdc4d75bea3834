/* What commands that act on processes ask of Windows. */
#include "platform.h"
#include "platform_windows.h"

#include <windows.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>

/* Windows has no signals: these are what stands for some of them. */
const struct platform_signal *platform_signals(void)
{
    static const struct platform_signal signals[] = {
        {SIGTERM, "SIGTERM", "ends it at once"},
        {SIGBREAK, "SIGBREAK", "as Ctrl-Break, to all of its group on this console"},
        {0, NULL, NULL},
    };
    return signals;
}

int platform_first_realtime(void)
{
    return 0;
}

int platform_last_realtime(void)
{
    return -1;
}

/* Of a session the time of the last input is told to that session alone. */
double platform_terminal_idle(const char *path)
{
    (void)path;
    return NAN;
}

/* ---- The question -----------------------------------------------------------------------------
 */

static HANDLE open_console(const wchar_t *name)
{
    return CreateFileW(name, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                       OPEN_EXISTING, 0, NULL);
}

static bool write_all(HANDLE console, const char *data, size_t len)
{
    int units = MultiByteToWideChar(CP_UTF8, 0, data, (int)len, NULL, 0);
    wchar_t *text = malloc(((size_t)units + 1) * sizeof *text), *at = text;
    DWORD written = 0;
    if (!text)
        return false;
    MultiByteToWideChar(CP_UTF8, 0, data, (int)len, text, units);
    for (; units > 0; units -= (int)written, at += written)
        if (!WriteConsoleW(console, at, (DWORD)units, &written, NULL) || written == 0)
            break;
    free(text);
    return units == 0;
}

/* What is beyond the room for it is read and forgotten: it is no answer to the next question. A
 * line that has no room in UTF-8 is no answer at all. */
static void read_line(HANDLE console, char *line, size_t size)
{
    enum { UNITS = 256 };
    wchar_t wide[UNITS] = {0}, unit;
    size_t len = 0;
    DWORD got;
    while (ReadConsoleW(console, &unit, 1, &got, NULL) && got == 1 && unit != L'\n')
        if (len + 1 < UNITS && unit != L'\r')
            wide[len++] = unit;
    if (WideCharToMultiByte(CP_UTF8, 0, wide, -1, line, (int)size, NULL, NULL) == 0)
        line[0] = '\0';
}

bool platform_ask(const char *question, size_t len, char *answer, size_t size)
{
    HANDLE in = open_console(L"CONIN$"), out = open_console(L"CONOUT$");
    bool asked =
        in != INVALID_HANDLE_VALUE && out != INVALID_HANDLE_VALUE && write_all(out, question, len);
    if (asked)
        read_line(in, answer, size);
    if (in != INVALID_HANDLE_VALUE)
        CloseHandle(in);
    if (out != INVALID_HANDLE_VALUE)
        CloseHandle(out);
    return asked;
}
