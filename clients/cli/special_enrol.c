/*
 * special_enrol.c: hoiam enrol INVITATION --as NAME. The new keys are on disk, as NAME.key.new,
 * before the register hears of them; when the line breaks the same command goes on from there.
 */
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/file.h"
#include "clients/i18n.h"
#include "clients/keyring.h"
#include "proto/invite.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sodium.h>

struct enrolment {
	const char *path, *fresh;      /* NAME.key, NAME.key.new */
	struct invitation *invitation; /* guarded */
};

static enum err read_invitation(struct session *s, const char *path, struct invitation *to)
{
	struct bytes content;
	enum err err = file_read(path, INVITATION_BYTES_MAX, &s->arena, &content, &s->fault);
	if (err != OK)
		return err;
	err = invite_parse((struct text){ (const char *)content.p, content.n }, to, &s->fault);
	file_forget(content);
	if (err == E_LINE)
		snprintf(s->fault.field, sizeof(s->fault.field), "%.150s", path);
	return err;
}

static enum err find_paths(struct session *s, struct enrolment *e)
{
	const char *name = NULL;
	if (s->options.as == NULL && getenv("HOIAM_AS") == NULL)
		return session_usage(s, _("usage: hoiam enrol INVITATION --as NAME"));
	enum err err = session_key_name(s, &name);
	if (err == OK)
		err = keyring_path(name, true, &s->arena, &e->path, &s->fault);
	if (err != OK)
		return err;
	assert(e->path != NULL);
	e->fresh = arena_format(&s->arena, "%s.new", e->path).p;
	return access(e->path, F_OK) == 0 ? fail(&s->fault, E_EXISTS, "key", e->path) : OK;
}

/* Keys that an earlier try left, or new ones; *again says which. */
static enum err get_keys(struct session *s, const struct enrolment *e, bool *again)
{
	const char *name = NULL;
	enum err err = session_key_name(s, &name);
	if (err != OK)
		return err;
	assert(e->fresh != NULL);
	*again = access(e->fresh, F_OK) == 0;
	AUTO(passphrase_fini) struct passphrase passphrase = { 0 };
	err = passphrase_get(&passphrase, name, !*again, &s->fault);
	if (err != OK)
		return err;
	struct bytes words = bytes_of(passphrase.p, passphrase.n);
	if (*again)
		return keyfile_load(&s->key, e->fresh, words, &s->fault);
	s->key = keyfile_new(e->invitation);
	return keyfile_save(s->key, e->fresh, words, keyfile_level(), &s->fault);
}

/* Where the invitation says, unless the command line or the environment names another place. */
static const char *server_of(const struct session *s, const struct invitation *invitation)
{
	const char *server = session_server(s, NULL);
	bool socket = s->options.socket != NULL || getenv("HOIAM_SOCKET") != NULL;
	if (server != NULL || socket || invitation->server[0] == '\0')
		return server;
	return invitation->server;
}

static enum err connect_for(struct session *s, const struct invitation *invitation, bool enrolling)
{
	const char *server = server_of(s, invitation);
	return server == NULL ? link_open(&s->link, session_socket(s), &s->fault)
			      : link_open_line(&s->link, server, s->key, enrolling, 0, &s->fault);
}

static enum err check_house(struct session *s, const struct invitation *invitation)
{
	enum err err = connect_for(s, invitation, true);
	if (err != OK)
		return err;
	const struct greeting *g = link_greeting(s->link);
	if (memcmp(g->reg, invitation->reg, 16) != 0 ||
		memcmp(g->house, invitation->house, 32) != 0)
		return fail(&s->fault, E_REGISTER, NULL, NULL);
	return OK;
}

static enum err ask_register(struct session *s, const struct enrolment *e, struct outcome *outcome)
{
	struct enrol record = { .secret = bytes_of(e->invitation->secret, 32),
		.public = bytes_of(keyfile_public(s->key), PUBLIC_BYTES),
		.channel = bytes_of(keyfile_channel(s->key), 32) };
	link_sign_as(s->link, s->key);
	struct bytes result = { 0 };
	enum err err = link_act(s->link, session_cmd("enrol"), &record, NULL, &result, &s->fault);
	return err != OK ? err : outcome_read(outcome, result, &s->fault);
}

/* An earlier try may have gone through though its answer was lost. */
static enum err try_login(struct session *s, const struct invitation *invitation, bool *known)
{
	if (link_channel(s->link) != NULL) { /* that line is for enrolling alone */
		link_close(s->link);
		s->link = NULL;
		if (connect_for(s, invitation, false) != OK)
			return connect_for(s, invitation, true);
	}
	enum err err = link_login(s->link, s->key, &s->fault);
	*known = s->logged_in = err == OK;
	if (err != E_KEY && err != E_CUT)
		return err;
	link_close(s->link);
	s->link = NULL;
	return connect_for(s, invitation, true);
}

static enum err enrol(struct session *s, struct enrolment *e, struct outcome *outcome)
{
	bool again = false;
	bool keys_first = server_of(s, e->invitation) != NULL; /* they make the line */
	enum err err = keys_first ? get_keys(s, e, &again) : check_house(s, e->invitation);
	if (err == OK)
		err = keys_first ? check_house(s, e->invitation) : get_keys(s, e, &again);
	if (err != OK)
		return err;
	if (again) {
		bool known = false;
		err = try_login(s, e->invitation, &known);
		if (err != OK || known)
			return err != OK ? err : file_rename(e->fresh, e->path, &s->fault);
	}
	err = ask_register(s, e, outcome);
	if (err != OK) {
		if (err != E_CUT && err != E_UNREACHABLE)
			unlink(e->fresh);
		return err;
	}
	return file_rename(e->fresh, e->path, &s->fault);
}

/* In `hoiam -` the session may speak for another key; that one is put away. */
static void leave_other_key(struct session *s)
{
	link_close(s->link);
	keyfile_free(s->key);
	s->link = NULL;
	s->key = NULL;
	s->logged_in = false;
}

int special_enrol(struct session *s, int argc, char **argv)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	struct enrolment e = { .invitation = sodium_malloc(sizeof(*e.invitation)) };
	if (e.invitation == NULL)
		abort();
	leave_other_key(s);
	enum err err = argc == 1 ? find_paths(s, &e)
				 : session_usage(s, _("usage: hoiam enrol INVITATION --as NAME"));
	if (err == OK)
		err = read_invitation(s, argv[0], e.invitation);
	if (err == OK)
		err = enrol(s, &e, &outcome);
	if (err == OK)
		session_show(s, &outcome);
	sodium_free(e.invitation);
	return session_end(s, err);
}
