/* invitation.h: invitations that this program makes: a secret in a file, its hash for the register.
 */
#ifndef HOIAM_CLIENTS_CLI_INVITATION_H
#define HOIAM_CLIENTS_CLI_INVITATION_H

#include "clients/cli/session.h"
#include "proto/invite.h"

/* A new secret, for the register that the session is logged in to. `to` is guarded memory. */
void invitation_begin(struct session *s, struct invitation *to);

/* The keys of encrypted lines, from a reply with the table officer_line. */
void invitation_take_line(const struct reply *reply, struct invitation *to);

/* Into a new file of mode 0600. */
enum err invitation_write(struct session *s, const char *out, const struct invitation *invitation);

#endif
