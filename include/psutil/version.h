#ifndef PSUTIL_VERSION_H
#define PSUTIL_VERSION_H

#include <psutil/base.h>

#define PSUTIL_VERSION_MAJOR 0
#define PSUTIL_VERSION_MINOR 1
#define PSUTIL_VERSION_PATCH 0
#define PSUTIL_VERSION "0.1.0"

PSUTIL_BEGIN_DECLS

/* The version of the library that is running, which may differ from the header's PSUTIL_VERSION. */
PSUTIL_API const char *psutil_version(void);

PSUTIL_END_DECLS

#endif
