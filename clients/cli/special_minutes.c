/*
 * special_minutes.c: `minutes sign MEETING [--front 1]`: what is signed is the hash over the
 * opinions that this command has just read from the server and shows.
 */
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/i18n.h"

#include <sodium.h>
#include <stdio.h>

/* The hash that meeting.show tells. */
static enum err read_content(struct session *s, struct text meeting, uint8_t out[static 32])
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct meeting_number q = { .meeting = meeting };
	enum err err = session_read(s, session_cmd("meeting.show"), &q, &reply);
	if (err != OK)
		return err;
	struct text hex =
		cell_as_text(table_fact(reply_table(&reply, "meeting_facts"), "opinions' hash"));
	size_t n = 0;
	if (hex.n == 0)
		return fail_text(&s->fault, E_MINUTES_OPEN,
			arena_format(&s->arena, "%.*s", (int)meeting.n, meeting.p).p,
			(struct text){ 0 });
	return sodium_hex2bin(out, 32, hex.p, hex.n, NULL, &n, NULL) == 0 && n == 32
		       ? OK
		       : fail(&s->fault, E_FRAME, "opinions' hash", NULL);
}

static enum err sign(struct session *s, int argc, char **argv, struct outcome *outcome)
{
	const struct cmd_row *cmd = session_cmd("minutes.sign");
	struct minutes_sign record;
	uint8_t content[32];
	enum err err = session_parse(s, cmd->record(), argc, argv, &record);
	if (err != OK && !(err == E_MISSING && strcmp(s->fault.field, "content") == 0))
		return err;
	if (record.content.n == 0) {
		err = session_login(s);
		if (err == OK)
			err = read_content(s, record.meeting, content);
		record.content = bytes_of(content, sizeof(content));
	}
	if (err == OK)
		err = record_check(cmd->record(), &record, &s->fault);
	return err != OK ? err : session_act(s, cmd, &record, outcome);
}

int special_minutes_sign(struct session *s, int argc, char **argv)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	enum err err = sign(s, argc, argv, &outcome);
	if (err == OK)
		session_show(s, &outcome);
	return session_end(s, err);
}
