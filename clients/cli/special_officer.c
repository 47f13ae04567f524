/* special_officer.c: hoiam officer invite: a secret for the officer, its hash for the register. */
#include "clients/cli/args.h"
#include "clients/cli/invitation.h"
#include "clients/cli/special.h"
#include "proto/day.h"

#include <stdlib.h>
#include <unistd.h>

#include <sodium.h>

enum { DAYS_DEFAULT = 3 };

/* All but the token, which the command line does not give. */
static enum err parse(struct session *s, int argc, char **argv, struct officer_invite *to)
{
	enum err err = session_parse(s, record_officer_invite(), argc, argv, to);
	if (err == E_MISSING && strcmp(s->fault.field, "token") == 0)
		return OK;
	if (err == OK)
		return fail(&s->fault, E_KEY_UNKNOWN, "--token", NULL);
	return err;
}

static enum err fill_invitation(
	struct session *s, const struct officer_invite *record, struct invitation *to)
{
	enum err err = session_login(s);
	uint32_t today = DAY_NONE;
	if (err == OK)
		err = session_today(s, &today, &s->fault);
	if (err != OK)
		return err;
	invitation_begin(s, to);
	to->until_day = today + (record->days == 0 ? DAYS_DEFAULT : (uint32_t)record->days);
	return OK;
}

/* The keys of encrypted lines, and where the daemon listens when the administrator says so. */
static enum err fill_line(struct session *s, const char *server, struct invitation *to)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	uint8_t token[32];
	invitation_token(to->secret, token);
	struct officer_line q = { bytes_of(token, sizeof(token)) };
	enum err err = session_page(s, session_cmd("officer.line"), &q, &reply);
	if (err != OK)
		return err;
	invitation_take_line(&reply, to);
	if (server == NULL)
		return OK;
	if (strlen(server) > SERVER_BYTES_MAX || strrchr(server, ':') == NULL)
		return fail(&s->fault, E_TYPE, "--at", "HOST:PORT");
	memcpy(to->server, server, strlen(server) + 1);
	return OK;
}

/* The file first: a token whose secret was lost would help nobody. */
static enum err invite(struct session *s, int argc, char **argv, struct outcome *outcome)
{
	const char *out = args_take(&argc, argv, "out");
	const char *server = args_take(&argc, argv, "at");
	struct officer_invite record;
	enum err err = parse(s, argc, argv, &record);
	if (err != OK)
		return err;
	if (out == NULL)
		return fail(&s->fault, E_MISSING, "--out", NULL);
	struct invitation *invitation = sodium_malloc(sizeof(*invitation));
	if (invitation == NULL)
		abort();
	*invitation = (struct invitation){ 0 };
	err = fill_invitation(s, &record, invitation);
	if (err == OK)
		err = fill_line(s, server, invitation);
	if (err == OK)
		err = invitation_write(s, out, invitation);
	if (err == OK) {
		uint8_t token[32];
		invitation_token(invitation->secret, token);
		record.token = bytes_of(token, sizeof(token));
		err = session_act(s, session_cmd("officer.invite"), &record, outcome);
		if (err != OK && err != E_CUT)
			unlink(out);
	}
	sodium_free(invitation);
	return err;
}

int special_officer_invite(struct session *s, int argc, char **argv)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	enum err err = invite(s, argc, argv, &outcome);
	if (err == OK)
		session_show(s, &outcome);
	return session_end(s, err);
}
