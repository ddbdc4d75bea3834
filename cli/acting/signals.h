/* Signals by their names. */
#ifndef CLI_ACTING_SIGNALS_H
#define CLI_ACTING_SIGNALS_H

#include "text/text.h"

enum { SIGNAL_NAME = 24 };

/* The number of "SIGTERM", "term", "15" or "RTMIN+2"; -1 for none. */
int signal_number(const char *text);

/* "SIGTERM", or the number for one without a name. */
void signal_name(char name[SIGNAL_NAME], int number);

/* All of them, one a line: number, name, what it does. */
void signal_list(struct buffer *out);

#endif
