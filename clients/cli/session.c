/* session.c: the line, the key and the calls of one run. */
#include "clients/cli/session.h"

#include "clients/cli/args_part.h"
#include "clients/cli/print.h"
#include "clients/cli/print_json.h"
#include "clients/i18n.h"
#include "clients/keyring.h"
#include "proto/case.h"
#include "proto/day.h"
#include "proto/rid.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

void session_fini(struct session *s)
{
	link_close(s->link);
	keyfile_free(s->key);
	arena_fini(&s->arena);
	labels_fini(&s->labels);
	*s = (struct session){ 0 };
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value == NULL || value[0] == '\0' ? NULL : value;
}

const char *session_socket(const struct session *s)
{
	if (s->options.socket != NULL)
		return s->options.socket;
	const char *named = environment("HOIAM_SOCKET");
	return named != NULL ? named : SOCKET_DEFAULT;
}

enum err session_key_name(struct session *s, const char **name)
{
	*name = s->options.as != NULL ? s->options.as : environment("HOIAM_AS");
	return *name != NULL ? OK : keyring_only(&s->arena, name, &s->fault);
}

const char *session_server(const struct session *s, const struct keyfile *key)
{
	const char *named = environment("HOIAM_SERVER");
	if (s->options.server != NULL)
		return s->options.server;
	if (s->options.socket != NULL)
		return NULL;
	if (named != NULL)
		return named;
	if (environment("HOIAM_SOCKET") != NULL || key == NULL)
		return NULL;
	return keyfile_server(key)[0] == '\0' ? NULL : keyfile_server(key);
}

static enum err open_key(struct session *s)
{
	const char *name = NULL, *path = NULL;
	enum err err = session_key_name(s, &name);
	if (err == OK)
		err = keyring_path(name, false, &s->arena, &path, &s->fault);
	if (err == OK)
		err = keyfile_look(path, &s->fault);
	if (err != OK)
		return err;
	AUTO(passphrase_fini) struct passphrase passphrase = { 0 };
	err = passphrase_get(&passphrase, name, false, &s->fault);
	if (err != OK)
		return err;
	return keyfile_load(&s->key, path, bytes_of(passphrase.p, passphrase.n), &s->fault);
}

/* Only the key file may say where to: then it is opened first. */
static bool needs_key(const struct session *s)
{
	return s->options.socket == NULL && environment("HOIAM_SOCKET") == NULL;
}

enum err session_connect(struct session *s)
{
	enum err err = OK;
	if (s->link != NULL)
		return OK;
	if (s->key == NULL && (needs_key(s) || session_server(s, NULL) != NULL))
		err = open_key(s);
	if (err != OK)
		return err;
	const char *server = session_server(s, s->key);
	return server == NULL ? link_open(&s->link, session_socket(s), &s->fault)
			      : link_open_line(&s->link, server, s->key, false, 0, &s->fault);
}

enum err session_login(struct session *s)
{
	if (s->logged_in)
		return OK;
	enum err err = session_connect(s);
	if (err == OK && s->key == NULL)
		err = open_key(s);
	if (err == OK)
		err = link_login(s->link, s->key, &s->fault);
	s->logged_in = err == OK;
	return err;
}

enum err session_today(void *session, uint32_t *day, struct fault *f)
{
	struct session *s = session;
	enum err err = session_connect(s);
	if (err != OK) {
		if (f != NULL && f != &s->fault)
			*f = s->fault;
		return err;
	}
	const struct greeting *g = link_greeting(s->link);
	*day = day_of_time(g->time, g->zone_minutes);
	return OK;
}

enum err session_parse(struct session *s, const struct record *r, int argc, char **argv, void *to)
{
	memset(to, 0, r->size);
	struct args args = { .record = r,
		.to = to,
		.arena = &s->arena,
		.no_stdin = s->line > 0,
		.today = session_today,
		.table = args_table,
		.with = s };
	enum err err = args_fill(&args, argc, argv, &s->fault);
	return err != OK ? err : record_check(r, to, &s->fault);
}

/* Reading. */

/* Reading again does no harm: the server hangs up on those that were silent for long. */
enum err session_page(
	struct session *s, const struct cmd_row *cmd, const void *record, struct reply *reply)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct bytes result = { 0 };
	record_write_wire(&params, cmd->record(), record, NULL, NULL);
	enum err err = session_login(s);
	if (err == OK)
		err = link_read(s->link, cmd->wire, writer_bytes(&params), &result, &s->fault);
	return err != OK ? err : reply_add(reply, result, &s->fault);
}

bool session_limited(const struct record *r, const void *record)
{
	const struct field *limit = record_field(r, text_of("limit"));
	return limit != NULL && !field_is_empty(limit, record);
}

const void *session_after(
	struct session *s, const struct record *r, const void *record, const struct reply *reply)
{
	const struct field *after = record_field(r, text_of("after"));
	if (after == NULL || after->kind != KIND_BIN || reply->next.n == 0)
		return NULL;
	char *copy = arena_alloc(&s->arena, 1, r->size);
	memcpy(copy, record, r->size);
	struct bytes at = arena_bytes(&s->arena, reply->next);
	memcpy(copy + after->offset, &at, sizeof(at));
	return copy;
}

enum err session_read(
	struct session *s, const struct cmd_row *cmd, const void *record, struct reply *reply)
{
	const struct record *r = cmd->record();
	reply_reset(reply);
	enum err err = session_page(s, cmd, record, reply);
	for (int pages = 1; err == OK && !session_limited(r, record); pages++) {
		const void *next = session_after(s, r, record, reply);
		if (next == NULL)
			return OK;
		if (pages == SESSION_PAGES_MAX)
			return fail_number(
				&s->fault, E_TOO_MANY, cmd->wire, pages, SESSION_PAGES_MAX);
		err = session_page(s, cmd, next, reply);
	}
	return err;
}

const struct labels *session_labels(struct session *s)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct nothing none = { 0 };
	struct fault before = s->fault;
	if (!i18n_vietnamese() || !s->logged_in)
		return NULL;
	if (!s->labels.asked) {
		s->labels.asked = true;
		if (session_read(s, session_cmd("policy.show"), &none, &reply) == OK)
			labels_take(&s->labels, &reply);
		s->fault = before;
	}
	return s->labels.n == 0 ? NULL : &s->labels;
}

/* Changing. */

static enum err read_rid(struct session *s, uint8_t *rid, bool *given)
{
	const char *hex = s->options.rid;
	size_t n = 0;
	*given = hex != NULL;
	if (hex == NULL)
		return OK;
	s->options.rid = NULL;
	if (sodium_hex2bin(rid, RID_BYTES, hex, strlen(hex), "-", &n, NULL) != 0 ||
		!rid_valid(bytes_of(rid, n)))
		return fail(&s->fault, E_TYPE, "--rid", N_("a UUID of version 7"));
	return OK;
}

enum err session_act_again(struct session *s, const struct cmd_row *cmd, const void *record,
	const uint8_t *rid, struct outcome *outcome)
{
	struct bytes result = { 0 };
	enum err err = session_login(s);
	if (err == OK) {
		const char *behalf = s->options.behalf;
		link_set_behalf(s->link, behalf == NULL ? (struct text){ 0 } : text_of(behalf));
	}
	if (err == OK)
		err = link_act(s->link, cmd, record, rid, &result, &s->fault);
	return err != OK ? err : outcome_read(outcome, result, &s->fault);
}

enum err session_act(
	struct session *s, const struct cmd_row *cmd, const void *record, struct outcome *outcome)
{
	uint8_t rid[RID_BYTES];
	bool given = false;
	enum err err = read_rid(s, rid, &given);
	if (err == OK)
		err = session_login(s);
	if (err != OK)
		return err;
	/* A number that is ours: should the line be cut, the command that is given again with it
	 * is the same to the byte, with the same salts. */
	if (!given)
		link_new_rid(rid);
	return session_act_again(s, cmd, record, rid, outcome);
}

/* What who did it should know beside. */
static void tell_notes(const struct outcome *outcome)
{
	static const struct {
		const char *event;
		uint64_t flags; /* 0: always */
		const char *sentence;
	} notes[] = {
		{ "opinion_recorded", CASE_LATE,
			N_("the minutes were closed: this opinion came late, and waits for a "
			   "conclusion of its own") },
		{ "case_reopened", 0,
			N_("a case of its own, with a receipt of its own: hoiam paper receipt") },
	};
	for (size_t i = 0; i < COUNT(notes); i++) {
		const struct event *e = outcome_event(outcome, notes[i].event);
		const struct cell *flags = e == NULL ? NULL : event_field(e, "flags");
		uint64_t set = flags == NULL ? 0 : (uint64_t)cell_as_number(flags, 0);
		if (e != NULL && (set & notes[i].flags) == notes[i].flags)
			fprintf(stderr, "hoiam: %s\n", _(notes[i].sentence));
	}
}

void session_show(struct session *s, const struct outcome *outcome)
{
	struct printer p = printer_of(s);
	print_outcome(&p, outcome);
	tell_notes(outcome);
}

const struct cmd_row *session_cmd(const char *wire)
{
	const struct cmd_row *cmd = cmd_of(text_of(wire));
	assert(cmd != NULL);
	return cmd;
}

/* Ending. */

static void tell(struct session *s, const struct err_row *row)
{
	char sentence[1024];
	session_sentence(s, sentence, sizeof(sentence));
	if (s->options.format == FORMAT_JSON)
		print_fault_json(stderr, &s->fault, sentence, s->line);
	else if (s->line > 0 && !s->typed)
		fprintf(stderr, _("hoiam: line %lld: %s [%s]\n"), (long long)s->line, sentence,
			row->name);
	else
		fprintf(stderr, "hoiam: %s [%s]\n", sentence, row->name);
}

int session_end(struct session *s, enum err err)
{
	if (err == OK)
		return 0;
	if (s->fault.err != err)
		s->fault = (struct fault){ .err = err };
	fflush(stdout);
	tell(s, err_row(err));
	return err_row(err)->exit;
}

enum err session_usage(struct session *s, const char *sentence)
{
	return fail(&s->fault, E_USAGE, NULL, sentence);
}
