/* Text between the command, which is UTF-8, and Windows. */
#ifndef CLI_PLATFORM_WINDOWS_H
#define CLI_PLATFORM_WINDOWS_H

#include <wchar.h>

/* Of a terminated text, to be freed. NULL without memory, and for what is no UTF-8. */
wchar_t *platform_widen(const char *text);

/* The same the other way; half a surrogate pair becomes U+FFFD. */
char *platform_narrow(const wchar_t *wide);

#endif
