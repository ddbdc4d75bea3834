#include "platform_windows.h"

#include "platform.h"

#include <windows.h>

#include <fcntl.h>
#include <io.h>
#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- Streams and the terminal ----------------------------------------------------------------
 */

/* As on other systems: a file that is opened must not take the place of a closed stream. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (_get_osfhandle(fd) < 0)
            (void)_open("NUL", fd == 0 ? _O_WRONLY : _O_RDONLY);
}

static HANDLE handle_of(enum platform_stream stream)
{
    static const DWORD names[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    return GetStdHandle(names[stream]);
}

/* What was set for the console, which outlives the program. */
static UINT code_page;
static DWORD console_mode;
static bool has_sequences;

static void give_console_back(void)
{
    SetConsoleOutputCP(code_page);
    SetConsoleMode(handle_of(PLATFORM_STDOUT), console_mode);
}

/* UTF-8 goes to the console as it goes to files, errors too where the rest is redirected; and it
 * understands escape sequences (Windows 10). */
static void prepare_console(void)
{
    HANDLE console = handle_of(PLATFORM_STDOUT);
    bool is_console = GetConsoleMode(console, &console_mode) != 0;
    code_page = GetConsoleOutputCP();
    if ((!is_console && !platform_is_terminal(PLATFORM_STDERR)) || !SetConsoleOutputCP(CP_UTF8))
        return;
    const DWORD wanted = ENABLE_PROCESSED_OUTPUT | ENABLE_VIRTUAL_TERMINAL_PROCESSING;
    has_sequences = is_console && SetConsoleMode(console, console_mode | wanted) != 0;
    atexit(give_console_back);
}

void platform_start(void)
{
    hold_standard_streams();
    _setmode(1, _O_BINARY);
    _setmode(2, _O_BINARY);
    prepare_console();
}

/* One block with the pointers and their strings; half a surrogate pair becomes U+FFFD. */
static char **narrow(wchar_t **wide, int len)
{
    size_t size = (size_t)(len + 1) * sizeof(char *);
    for (int i = 0; i < len; i++)
        size += (size_t)WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, NULL, 0, NULL, NULL);
    char **block = malloc(size);
    if (!block)
        return NULL;
    char *at = (char *)(block + len + 1), *end = (char *)block + size;
    for (int i = 0; i < len; i++) {
        block[i] = at;
        at += WideCharToMultiByte(CP_UTF8, 0, wide[i], -1, at, (int)(end - at), NULL, NULL);
    }
    block[len] = NULL;
    return block;
}

char **platform_arguments(int *argc, char **argv)
{
    int len;
    wchar_t **wide = CommandLineToArgvW(GetCommandLineW(), &len);
    char **arguments = wide ? narrow(wide, len) : NULL;
    LocalFree(wide);
    if (!arguments)
        return argv;
    *argc = len;
    return arguments;
}

bool platform_is_terminal(enum platform_stream stream)
{
    DWORD mode;
    return GetConsoleMode(handle_of(stream), &mode) != 0;
}

bool platform_terminal_has_color(void)
{
    return has_sequences;
}

static COORD terminal_size(void)
{
    CONSOLE_SCREEN_BUFFER_INFO info;
    if (!GetConsoleScreenBufferInfo(handle_of(PLATFORM_STDOUT), &info))
        return (COORD){0, 0};
    return (COORD){(SHORT)(info.srWindow.Right - info.srWindow.Left + 1),
                   (SHORT)(info.srWindow.Bottom - info.srWindow.Top + 1)};
}

size_t platform_columns(void)
{
    return (size_t)terminal_size().X;
}

size_t platform_rows(void)
{
    return (size_t)terminal_size().Y;
}

/* The console is told so, and files are read so. */
bool platform_is_utf8(void)
{
    return true;
}

/* Ideographs beyond the first plane, and pictures. */
static int width_beyond(uint32_t character)
{
    bool wide = (character >= 0x1f300 && character <= 0x1faff) ||
                (character >= 0x20000 && character <= 0x3fffd);
    return wide ? 2 : character > 0x10ffff ? -1 : 1;
}

int platform_char_width(uint32_t character)
{
    wchar_t unit = (wchar_t)character;
    WORD kind = 0, shape = 0;
    if (character > 0xffff)
        return width_beyond(character);
    if (character >= 0xac00 && character <= 0xd7a3)
        return 2; /* Hangul */
    if (!GetStringTypeW(CT_CTYPE1, &unit, 1, &kind) || !GetStringTypeW(CT_CTYPE3, &unit, 1, &shape))
        return 1;
    if (character == 0)
        return 0;
    if ((kind & C1_CNTRL) || kind == 0)
        return -1;
    if (shape & C3_NONSPACING)
        return 0;
    bool is_wide = shape & (C3_FULLWIDTH | C3_IDEOGRAPH | C3_HIRAGANA | C3_KATAKANA);
    return is_wide && !(shape & C3_HALFWIDTH) ? 2 : 1;
}

/* ---- Time and Ctrl-C -------------------------------------------------------------------------
 */

static HANDLE interrupt; /* an event that stays set; NULL as long as Ctrl-C ends the program */

static BOOL WINAPI remember_interrupt(DWORD event)
{
    if (event != CTRL_C_EVENT)
        return FALSE;
    SetEvent(interrupt);
    return TRUE;
}

void platform_catch_interrupt(void)
{
    if (!interrupt)
        interrupt = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (interrupt)
        SetConsoleCtrlHandler(remember_interrupt, TRUE);
}

bool platform_interrupted(void)
{
    return interrupt && WaitForSingleObject(interrupt, 0) == WAIT_OBJECT_0;
}

bool platform_sleep(double seconds)
{
    double ms = seconds * 1000;
    DWORD wait = ms >= INFINITE ? INFINITE - 1 : (DWORD)ms;
    if (interrupt)
        return WaitForSingleObject(interrupt, wait) != WAIT_OBJECT_0;
    Sleep(wait);
    return true;
}

/* Closing the window or logging off ends the program in any case, and the console with it. */
void platform_catch_ends(void)
{
    platform_catch_interrupt();
}

/* Nothing but Ctrl-C was caught. */
void platform_end_as_asked(void)
{
}

bool platform_local_time(struct tm *out, time_t moment)
{
    return localtime_s(out, &moment) == 0;
}

double platform_clock(void)
{
    LARGE_INTEGER count, frequency;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return (double)count.QuadPart / (double)frequency.QuadPart;
}

double platform_now(void)
{
    FILETIME now; /* in 100 ns since 1601 */
    GetSystemTimeAsFileTime(&now);
    return ((double)now.dwHighDateTime * 4294967296.0 + (double)now.dwLowDateTime) / 1e7 -
           11644473600.0;
}

/* ---- Text, the caller and paths ---------------------------------------------------------------
 */

char *platform_narrow(const wchar_t *wide)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *text = size > 0 ? malloc((size_t)size) : NULL;
    if (text)
        WideCharToMultiByte(CP_UTF8, 0, wide, -1, text, size, NULL, NULL);
    return text;
}

wchar_t *platform_widen(const char *text)
{
    int size = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    wchar_t *wide = size > 0 ? malloc((size_t)size * sizeof *wide) : NULL;
    if (wide)
        MultiByteToWideChar(CP_UTF8, 0, text, -1, wide, size);
    return wide;
}

int64_t platform_pid(void)
{
    return GetCurrentProcessId();
}

/* An administrator who was not asked yet (UAC) is none. */
bool platform_is_admin(void)
{
    BYTE group[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof group;
    BOOL is_member = FALSE;
    return CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, group, &size) &&
           CheckTokenMembership(NULL, group, &is_member) && is_member;
}

/* Links (of which Windows has few) are not followed. */
char *platform_full_path(const char *path)
{
    wchar_t *wide = platform_widen(path);
    bool exists = wide && GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;
    DWORD size = exists ? GetFullPathNameW(wide, 0, NULL, NULL) : 0;
    wchar_t *full = size > 0 ? malloc(size * sizeof *full) : NULL;
    char *out = NULL;
    if (full && GetFullPathNameW(wide, size, full, NULL) < size)
        out = platform_narrow(full);
    free(full);
    free(wide);
    return out;
}

/* ---- Regular expressions: Windows' C library has none ------------------------------------------
 */

struct platform_regex *platform_regex_open(const char *expression, char *problem, size_t size)
{
    (void)expression;
    snprintf(problem, size, "regular expressions are not supported on this system");
    return NULL;
}

bool platform_regex_matches(const struct platform_regex *regex, const char *text)
{
    (void)regex;
    (void)text;
    return false;
}

void platform_regex_close(struct platform_regex *regex)
{
    (void)regex;
}
