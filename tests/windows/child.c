/* A process to look at: child.exe sleep | exit N | threads N | pipe | tell FILE WORD... */
#include <winsock2.h>

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static DWORD WINAPI sleep_on(void *unused)
{
    (void)unused;
    Sleep(INFINITE);
    return 0;
}

/* Reads a pipe that nobody writes to: questions about such a handle wait as long. */
static void read_for_ever(void)
{
    HANDLE reading, writing;
    char byte;
    DWORD len;
    if (CreatePipe(&reading, &writing, NULL, 0))
        ReadFile(reading, &byte, 1, &len, NULL);
}

/* What it was given: its words, and what it knows of who started it. */
static int tell(int argc, char **argv)
{
    FILE *file = argc > 2 ? fopen(argv[2], "wb") : NULL;
    const char *pid = getenv("PSUTIL_PID");
    if (!file)
        return 1;
    for (int i = 3; i < argc; i++)
        fprintf(file, "%s\n", argv[i]);
    fprintf(file, "PSUTIL_PID=%s\nPATH=%d\n", pid ? pid : "", getenv("PATH") != NULL);
    return fclose(file);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "sleep";
    int number = argc > 2 ? atoi(argv[2]) : 0;
    if (strcmp(what, "exit") == 0)
        return number;
    if (strcmp(what, "tell") == 0)
        return tell(argc, argv);
    for (int i = 0; strcmp(what, "threads") == 0 && i < number; i++)
        CreateThread(NULL, 0, sleep_on, NULL, 0, NULL);
    if (strcmp(what, "pipe") == 0)
        read_for_ever();
    Sleep(INFINITE);
    return 0;
}
