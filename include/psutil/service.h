/* Services of Windows: what psutil.win_service_iter() and win_service_get() tell. PSUTIL_ENOTSUP on
 * every other system. */
#ifndef PSUTIL_SERVICE_H
#define PSUTIL_SERVICE_H

#include <psutil/base.h>

PSUTIL_BEGIN_DECLS

/* Numbered as by Windows. */
typedef enum psutil_service_status {
    PSUTIL_SERVICE_STOPPED = 1,
    PSUTIL_SERVICE_START_PENDING,
    PSUTIL_SERVICE_STOP_PENDING,
    PSUTIL_SERVICE_RUNNING,
    PSUTIL_SERVICE_CONTINUE_PENDING,
    PSUTIL_SERVICE_PAUSE_PENDING,
    PSUTIL_SERVICE_PAUSED
} psutil_service_status;

typedef enum psutil_service_start_type {
    PSUTIL_SERVICE_AUTOMATIC = 2, /* when the system starts */
    PSUTIL_SERVICE_MANUAL,        /* when somebody asks for it */
    PSUTIL_SERVICE_DISABLED
} psutil_service_start_type;

/* A service. What the caller may not read of its configuration is unknown. */
typedef struct psutil_service {
    const char *name;         /* its unique name: "EventLog" */
    const char *display_name; /* as people are shown it: "Windows Event Log" */
    const char *binpath;      /* the command line of its program */
    const char *username;     /* the account that it runs under; NULL when the system has none for
                                 it */
    int64_t start_type;       /* psutil_service_start_type */
    int64_t status;           /* psutil_service_status */
    int64_t pid;              /* of its program; unknown while it does not run */
    const char *description;  /* "" when it has none */
} psutil_service;

typedef struct psutil_service_list {
    size_t len;
    psutil_service *items;
} psutil_service_list;

/* All services (drivers left out), in the system's order.
 * Windows: EnumServicesStatusExW, QueryServiceConfigW, QueryServiceConfig2W. */
PSUTIL_API int psutil_services(psutil_service_list **out, psutil *ctx);

/* The service called `name`, as a list of one. PSUTIL_ESRCH when there is none; PSUTIL_EACCES when
 * the caller may not ask about it. */
PSUTIL_API int psutil_service_get(psutil_service_list **out, psutil *ctx, const char *name);

/* Starts or stops a service: returns when the system has told it so, which is before it has done
 * so (ask for its status). PSUTIL_EACCES without the right; PSUTIL_ESYSTEM when it runs already, or
 * does not run. */
PSUTIL_API int psutil_service_start(psutil *ctx, const char *name);
PSUTIL_API int psutil_service_stop(psutil *ctx, const char *name);

PSUTIL_END_DECLS

#endif
