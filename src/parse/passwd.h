/* /etc/passwd (passwd(5)). */
#ifndef PS_PASSWD_H
#define PS_PASSWD_H

#include "parse/cursor.h"

/* The name in the first line with this user id; false when there is none. */
bool ps_parse_passwd_name(const char *data, size_t len, int64_t uid, struct ps_span *name);

#endif
