/*
 * special_recover.c: hoiam recover SHEET: a new administrator when the last one's key is lost. The
 * first leader proposes one and makes the invitation and the next sheet; the second agrees.
 */
#include "clients/cli/args.h"
#include "clients/cli/invitation.h"
#include "clients/cli/print.h"
#include "clients/cli/special.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "proto/sheet.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* All secrets of one run, in guarded memory. */
struct recovery {
	struct sheet sheet, next;
	struct invitation invitation;
	uint8_t token[32], recovery[32]; /* hashes of the two new secrets */
};

static enum err read_sheet(struct session *s, const char *path, struct sheet *to)
{
	struct bytes content;
	enum err err = file_read(path, SHEET_BYTES_MAX, &s->arena, &content, &s->fault);
	if (err != OK)
		return err;
	err = sheet_parse((struct text){ (const char *)content.p, content.n }, to, &s->fault);
	file_forget(content);
	if (err == E_LINE)
		snprintf(s->fault.field, sizeof(s->fault.field), "%.150s", path);
	return err;
}

/* The sheet must be this register's before its secret goes anywhere. */
static enum err open_register(struct session *s, const char *path, struct recovery *r)
{
	enum err err = read_sheet(s, path, &r->sheet);
	if (err == OK)
		err = session_login(s);
	if (err != OK)
		return err;
	const struct greeting *g = link_greeting(s->link);
	if (memcmp(g->reg, r->sheet.reg, 16) != 0 || memcmp(g->house, r->sheet.house, 32) != 0)
		return fail(&s->fault, E_REGISTER, NULL, NULL);
	return OK;
}

/* Proposing. */

static enum err write_sheet(struct session *s, const char *path, const struct sheet *sheet)
{
	struct writer w = { .p = sodium_malloc(SHEET_BYTES_MAX),
		.room = SHEET_BYTES_MAX,
		.limit = SHEET_BYTES_MAX };
	if (w.p == NULL)
		abort();
	sheet_format(&w, sheet);
	enum err err = file_create(path, writer_bytes(&w), &s->fault);
	sodium_free(w.p);
	return err;
}

/* The files first: hashes whose secrets were lost would help nobody. */
static enum err propose_with(struct session *s, struct recovery *r, const char *out,
	const char *next, struct recovery_agree *q, struct outcome *outcome)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	invitation_begin(s, &r->invitation);
	r->next = r->sheet;
	randombytes_buf(r->next.secret, sizeof(r->next.secret));
	invitation_token(r->invitation.secret, r->token);
	sheet_token(r->next.secret, r->recovery);
	struct recovery_show show = { bytes_of(r->token, sizeof(r->token)) };
	enum err err = session_page(s, session_cmd("recovery.show"), &show, &reply);
	if (err != OK)
		return err;
	invitation_take_line(&reply, &r->invitation);
	q->secret = bytes_of(r->sheet.secret, sizeof(r->sheet.secret));
	q->token = bytes_of(r->token, sizeof(r->token));
	q->recovery = bytes_of(r->recovery, sizeof(r->recovery));
	err = record_check(record_recovery_agree(), q, &s->fault);
	if (err == OK)
		err = invitation_write(s, out, &r->invitation);
	if (err != OK)
		return err;
	err = write_sheet(s, next, &r->next);
	if (err != OK) {
		unlink(out);
		return err;
	}
	err = session_act(s, session_cmd("recover"), q, outcome);
	if (err != OK && err != E_CUT) {
		unlink(out);
		unlink(next);
	}
	return err;
}

static enum err propose(struct session *s, struct recovery *r, const char *name, const char *out)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	struct recovery_agree q = { .name = text_of(name) };
	const char *next = arena_format(&s->arena, "%s.sheet", out).p;
	enum err err = propose_with(s, r, out, next, &q, &outcome);
	if (err != OK)
		return err;
	session_show(s, &outcome);
	fprintf(stderr, _("A second leader must agree within 7 days: hoiam recover SHEET\n"));
	fprintf(stderr,
		_("Then print %s, keep it in a safe in place of the old sheet, and delete the "
		  "file.\n"),
		next);
	return OK;
}

/* Agreeing. */

static bool take_hex(const struct table *t, const char *column, uint8_t to[static 32])
{
	struct text hex = cell_as_text(table_cell(t, 0, column));
	size_t n = 0;
	return sodium_hex2bin(to, 32, hex.p, hex.n, NULL, &n, NULL) == 0 && n == 32;
}

/* yes, typed by who sees what stands proposed. */
static enum err ask(struct session *s, struct text name, int64_t officer, bool yes)
{
	char line[16] = "";
	fprintf(stderr, _("Officer %lld proposes %.*s as administrator of the whole register.\n"),
		(long long)officer, (int)name.n, name.p);
	if (yes)
		return OK;
	if (!isatty(STDIN_FILENO) || s->line > 0)
		return fail(&s->fault, E_MISSING, "--yes", NULL);
	fprintf(stderr, _("Type yes to agree: "));
	if (fgets(line, sizeof(line), stdin) == NULL)
		line[0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return strcmp(line, "yes") == 0 || strcmp(line, _("yes")) == 0
		       ? OK
		       : fail(&s->fault, E_CANCELLED, NULL, NULL);
}

static enum err agree(struct session *s, const struct recovery *r, bool yes)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	uint8_t token[32], recovery[32];
	struct recovery_show show = { 0 };
	enum err err = session_page(s, session_cmd("recovery.show"), &show, &reply);
	if (err != OK)
		return err;
	const struct table *t = reply_table(&reply, "recovery");
	struct text name = cell_as_text(table_cell(t, 0, "name"));
	if (!take_hex(t, "token", token) || !take_hex(t, "next", recovery))
		return fail(&s->fault, E_ORDER, NULL, "hoiam recover SHEET --name NAME --out FILE");
	err = ask(s, name, cell_as_number(table_cell(t, 0, "officer"), 0), yes);
	if (err != OK)
		return err;
	struct recovery_agree q = { bytes_of(r->sheet.secret, sizeof(r->sheet.secret)),
		bytes_of(token, sizeof(token)), bytes_of(recovery, sizeof(recovery)), name };
	err = session_act(s, session_cmd("recover"), &q, &outcome);
	if (err == OK)
		session_show(s, &outcome);
	return err;
}

static enum err recover(struct session *s, int argc, char **argv, struct recovery *r)
{
	const char *name = args_take(&argc, argv, "name");
	const char *out = args_take(&argc, argv, "out");
	bool yes = argc == 2 && strcmp(argv[1], "--yes") == 0;
	if (argc != (yes ? 2 : 1) || argv[0][0] == '-' || (yes && name != NULL))
		return session_usage(
			s, _("usage: hoiam recover SHEET [--name NAME --out FILE | --yes]"));
	if ((name == NULL) != (out == NULL))
		return fail(&s->fault, E_MISSING, name == NULL ? "--name" : "--out", NULL);
	enum err err = open_register(s, argv[0], r);
	if (err != OK)
		return err;
	return name != NULL ? propose(s, r, name, out) : agree(s, r, yes);
}

int special_recover(struct session *s, int argc, char **argv)
{
	struct recovery *r = sodium_malloc(sizeof(*r));
	if (r == NULL)
		abort();
	*r = (struct recovery){ 0 };
	enum err err = recover(s, argc, argv, r);
	sodium_free(r);
	return session_end(s, err);
}
