/* hint.h: what a user may do after an error, behind its sentence. */
#ifndef HOIAM_CLIENTS_CLI_HINT_H
#define HOIAM_CLIENTS_CLI_HINT_H

#include "clients/cli/session.h"

/* Adds to the sentence in `out` (room bytes) what helps with this fault of the command that runs:
 * what a field is for, which codes or states there are, where to look; often nothing. */
void hint_add(struct session *s, const struct fault *shown, char *out, size_t room);

#endif
