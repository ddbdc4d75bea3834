/* Manual pages of the commands, from their descriptions. */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "cli.h"

/* psutil-NAME(1), in the language of man(7). */
void man_command(struct buffer *out, const struct command *command);

#endif
