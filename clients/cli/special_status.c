/*
 * special_status.c: `status NUMBER SECRET`: how a case stands, for the citizen who has its receipt.
 * No key is needed for it on the server's socket. `status` alone is the register's own.
 */
#include "clients/cli/command.h"
#include "clients/cli/print.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/i18n.h"

#include <stdio.h>
#include <stdlib.h>

/* "-": the secret stands in the first line of standard input, and in no list of processes. */
static enum err read_secret(struct session *s, struct case_status *q)
{
	char line[80] = "";
	if (!text_is(q->secret, "-"))
		return OK;
	if (fgets(line, sizeof(line), stdin) == NULL)
		return fail(&s->fault, E_MISSING, "secret", NULL);
	line[strcspn(line, "\r\n")] = '\0';
	q->secret = arena_format(&s->arena, "%s", line);
	return OK;
}

static enum err ask(struct session *s, const struct case_status *q)
{
	AUTO(writer_fini) struct writer params = { 0 };
	AUTO(reply_fini) struct reply reply = { 0 };
	struct bytes result = { 0 };
	const struct cmd_row *cmd = session_cmd("case.status");
	record_write_wire(&params, cmd->record(), q, NULL, NULL);
	enum err err = session_connect(s);
	if (err == OK)
		err = link_read(s->link, cmd->wire, writer_bytes(&params), &result, &s->fault);
	if (err == OK)
		err = reply_add(&reply, result, &s->fault);
	if (err != OK)
		return err;
	struct printer p = printer_of(s);
	print_page(&p, &reply);
	print_end(&p);
	return OK;
}

int special_status(struct session *s, int argc, char **argv)
{
	struct case_status q;
	if (argc == 0)
		return command_generic(s, session_cmd("status"), argc, argv);
	if (argc != 2)
		return session_end(
			s, session_usage(s, _("give the number and the secret of the receipt")));
	q = (struct case_status){ text_of(argv[0]), text_of(argv[1]) };
	if (s->options.as == NULL && s->options.server == NULL && getenv("HOIAM_AS") == NULL &&
		getenv("HOIAM_SERVER") == NULL)
		s->options.socket = session_socket(s);
	enum err err = read_secret(s, &q);
	return session_end(s, err == OK ? ask(s, &q) : err);
}
