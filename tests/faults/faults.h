/* The ways in which a call of each kind can fail, and what is expected of the answer then. */
#ifndef FAULTS_H
#define FAULTS_H

#include "inject.h"

#include "../test.h"

#include <errno.h>
#include <psutil.h>

static const struct fault faults[] = {
    {FAULT_ERROR, ENOMEM, 0, false}, /* the first two are those of memory */
    {FAULT_ERROR, ENOMEM, 0, true},
    {FAULT_ERROR, EACCES, 0, false},
    {FAULT_ERROR, EPERM, 0, false},
    {FAULT_ERROR, ENOENT, 0, false},
    {FAULT_ERROR, ESRCH, 0, false},
    {FAULT_ERROR, EINTR, 0, false},
    {FAULT_ERROR, EIO, 0, false},
    {FAULT_ERROR, EMFILE, 0, false},
    {FAULT_ERROR, EACCES, 0, true},
    {FAULT_ERROR, EMFILE, 0, true},
    {FAULT_ERROR, EIO, 0, true},
    {FAULT_EMPTY, 0, 0, false}, /* of what is read, whether file or folder */
    {FAULT_SHORT, 0, 2, false}, /* of files */
    {FAULT_SHORT, 0, 0, false},
    {FAULT_CUT, 0, 1, false},
    {FAULT_CUT, 0, 2, false},
    {FAULT_CUT, 0, 3, false},
    {FAULT_CUT, 0, 0, false},
};
#define FAULTS (sizeof faults / sizeof *faults)

/* A shortage says nothing about what was asked, an interruption and a short read change nothing. */
static inline bool fault_is_passing(const struct fault *fault)
{
    return fault->kind == FAULT_SHORT ||
           (fault->kind == FAULT_ERROR &&
            (fault->error == EINTR || fault->error == EMFILE || fault->error == ENOMEM));
}

/* What a failure may be called. */
static inline bool fault_explains(const struct fault *fault, int rc)
{
    if (fault->kind != FAULT_ERROR) /* an empty file is what some kernels show of the ended */
        return rc == PSUTIL_EDATA || rc == PSUTIL_ENOTSUP ||
               (rc == PSUTIL_ESRCH && fault->kind == FAULT_EMPTY);
    switch (fault->error) {
    case ENOMEM:
        return rc == PSUTIL_ENOMEM;
    case EACCES:
    case EPERM:
        return rc == PSUTIL_EACCES || rc == PSUTIL_ENOTSUP;
    case ENOENT:
    case ESRCH:
        return rc == PSUTIL_ESRCH || rc == PSUTIL_EREUSED || rc == PSUTIL_ESYSTEM ||
               rc == PSUTIL_ENOTSUP;
    case EINTR:
        return rc == PSUTIL_EINTR || rc == PSUTIL_ESYSTEM;
    case EIO:
        return rc == PSUTIL_ESYSTEM || rc == PSUTIL_ENOTSUP;
    default:
        return rc == PSUTIL_ESYSTEM;
    }
}

/* A failed system call is told with its name and its own code. */
static inline bool detail_explains(const psutil_error *error, const struct fault *fault, int rc)
{
    if (error->code != rc)
        return false;
    bool of_call = fault->kind == FAULT_ERROR && (rc == PSUTIL_EACCES || rc == PSUTIL_ESYSTEM);
    return !of_call || (error->call[0] != '\0' && error->os_code == fault->error);
}

static inline const char *fault_name(const struct fault *fault, char text[64])
{
    static const char *const kinds[] = {"", "a short read", "a cut read", "nothing"};
    if (fault->kind == FAULT_ERROR)
        snprintf(text, 64, "%s%s", errno_name(fault->error), fault->lasting ? " from then on" : "");
    else
        snprintf(text, 64, "%s (%zu)", kinds[fault->kind], fault->part);
    return text;
}

#endif
