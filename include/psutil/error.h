/* Error codes, their names and texts, and where a failure happened. */
#ifndef PSUTIL_ERROR_H
#define PSUTIL_ERROR_H

#include <psutil/base.h>

/* code, value, name as in Python where there is one, text */
#define PSUTIL_ERRORS(X)                                                                           \
    X(EINVAL, -1, "ValueError", "invalid argument")                                                \
    X(ENOMEM, -2, "MemoryError", "out of memory")                                                  \
    X(ESRCH, -3, "NoSuchProcess", "process no longer exists")                                      \
    X(EREUSED, -4, "NoSuchProcess", "process no longer exists and its PID has been reused")        \
    X(EZOMBIE, -5, "ZombieProcess", "PID still exists but it's a zombie")                          \
    X(EACCES, -6, "AccessDenied", "access denied")                                                 \
    X(ETIMEDOUT, -7, "TimeoutExpired", "timed out")                                                \
    X(ENOTSUP, -8, "NotSupported", "not supported on this system")                                 \
    X(ESYSTEM, -9, "OSError", "system call failed")                                                \
    X(EDATA, -10, "DataError", "the system's answer could not be understood")                      \
    X(EINTR, -11, "InterruptedError", "interrupted by a signal")

enum {
#define PSUTIL_ERROR_CODE(code, value, name, text) PSUTIL_##code = (value),
    PSUTIL_ERRORS(PSUTIL_ERROR_CODE)
#undef PSUTIL_ERROR_CODE
};

PSUTIL_BEGIN_DECLS

/* A failure in full. Strings are cut when longer; `pid` is PSUTIL_UNKNOWN when the call was not
 * about a process; `call` and `path` are empty when there was none. */
typedef struct psutil_error {
    int code;       /* PSUTIL_E… */
    int os_code;    /* errno or the platform's own code, 0 when there was none */
    int64_t pid;    /* the process that was asked about */
    char call[32];  /* the system call that failed, e.g. "readlink" */
    char path[256]; /* what it was given, e.g. "/proc/1/exe" */
    char note[128]; /* the cause when no system call failed, e.g. which argument is wrong */
} psutil_error;

/* The name of a code ("AccessDenied"), and its text ("access denied"); "Unknown" for others. */
PSUTIL_API const char *psutil_error_name(int code);
PSUTIL_API const char *psutil_error_text(int code);

/* Copies the calling thread's last failure on this context. Successful calls leave it in place, so
 * ask right after the failure. Returns false, with code 0, when there was none. */
PSUTIL_API bool psutil_error_detail(psutil_error *out, psutil *ctx);

/* Writes one line such as "AccessDenied: pid 1: readlink /proc/1/exe: Permission denied" into
 * `buffer`, always terminated when size > 0. Returns the full length as snprintf does. */
PSUTIL_API size_t psutil_error_format(char *buffer, size_t size, const psutil_error *error);

PSUTIL_END_DECLS

#endif
