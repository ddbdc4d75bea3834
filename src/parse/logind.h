/* /run/systemd/sessions/<id>: a session as systemd-logind keeps it, lines of NAME=value. */
#ifndef PS_LOGIND_H
#define PS_LOGIND_H

#include "parse/cursor.h"

struct ps_logind_session {
    struct ps_span user, tty, display, remote_host;
    int64_t leader;  /* pid; unknown without that line */
    int64_t since;   /* microseconds since the epoch; unknown without that line */
    bool is_of_user; /* CLASS is user: no greeter, no manager, no background job */
    bool is_closing; /* the user has gone, some process has not */
};

/* False when the bytes do not name a user. */
bool ps_parse_logind_session(const char *data, size_t len, struct ps_logind_session *out);

#endif
