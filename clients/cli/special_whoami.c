/* special_whoami.c: hoiam whoami [--channel]. */
#include "clients/cli/command.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/i18n.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

/* The name that both ends give the line: who reads it aloud at both knows that nobody is between.
 */
static enum err show_channel(struct session *s)
{
	char hex[2 * NOISE_HASH_BYTES + 1];
	enum err err = session_login(s);
	if (err != OK)
		return err;
	const uint8_t *hash = link_channel(s->link);
	if (hash == NULL)
		printf("%s\n", _("a Unix socket, no encrypted line"));
	else
		printf("%s\n", sodium_bin2hex(hex, sizeof(hex), hash, NOISE_HASH_BYTES));
	return OK;
}

int special_whoami(struct session *s, int argc, char **argv)
{
	if (argc == 1 && strcmp(argv[0], "--channel") == 0)
		return session_end(s, show_channel(s));
	return command_generic(s, session_cmd("whoami"), argc, argv);
}
