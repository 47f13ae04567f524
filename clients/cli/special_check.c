/* special_check.c: `hoiam check CODE [FILE]`: what a paper must say, or where a text differs from
 * it. */
#include "clients/cli/paper_part.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "clients/paper/compare.h"
#include "clients/paper/plain.h"
#include "proto/paper.h"

#include <stdio.h>

enum { SHOWN_MAX = 50 };

static enum err take_part(void *arg, uint64_t number, struct bytes part, struct fault *f)
{
	struct writer *w = arg;
	if (number == 0)
		writer_reset(w);
	if (w->n + part.n > LIMIT_BODY_BYTES)
		return fail_number(f, E_TOO_LARGE, "text", (int64_t)w->n, LIMIT_BODY_BYTES);
	write_raw(w, part.p, part.n);
	return OK;
}

/* What came must be what the code is of: the daemon is not trusted to say so. */
static enum err check_hash(struct session *s, struct text form, const char *signs)
{
	char hash[PLAIN_SHA256_HEX + 1], code[CROCKFORD_SIGNS + 1];
	plain_hash(form, hash);
	return paper_code(text_of(hash), code) && strcmp(code, signs) == 0
		       ? OK
		       : fail(&s->fault, E_WORDS, "code", NULL);
}

static enum err fetch(struct session *s, const char *signs, struct text *form)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	const struct paper_code q = { text_of(signs) };
	const struct link_body body = { .put = take_part, .arg = &w };
	enum err err = session_login(s);
	if (err != OK)
		return err;
	link_set_body(s->link, &body);
	err = session_read(s, session_cmd("paper.text"), &q, &reply);
	link_set_body(s->link, NULL);
	if (err == OK)
		*form = arena_text(&s->arena, (struct text){ (const char *)w.p, w.n });
	return err == OK ? check_hash(s, *form, signs) : err;
}

/* Telling. */

static void print_text(struct text t)
{
	fwrite(t.p, 1, t.n, stdout);
}

static void print_side(struct session *s, const char *label, const struct difference *d, bool kept)
{
	struct text words =
		compare_mark(kept ? d->kept : d->given, kept ? d->given : d->kept, &s->arena);
	printf("  %s ", label);
	print_text(d->before);
	printf("%s", d->before.n > 0 ? " " : "");
	print_text(words);
	printf("%s", d->after.n > 0 ? " " : "");
	print_text(d->after);
	printf("\n");
}

static void print_difference(struct session *s, const struct difference *d, const char *path)
{
	if (d->filled) {
		printf(_("filled in, line %zu of %s:\n"), d->given_line, path);
		print_side(s, _("says:    "), d, false);
		return;
	}
	printf(_("line %zu of the paper, line %zu of %s:\n"), d->kept_line, d->given_line, path);
	print_side(s, _("must say:"), d, true);
	print_side(s, _("says:    "), d, false);
}

static void print_comparison(struct session *s, const struct comparison *c, const char *path)
{
	for (size_t i = 0; i < c->count && i < SHOWN_MAX; i++)
		print_difference(s, &c->v[i], path);
	if (c->count > SHOWN_MAX)
		printf(_("and %zu more\n"), c->count - SHOWN_MAX);
	if (c->below > 0)
		printf(_("%zu words of %s stand below the check code and are not part "
			 "of the paper\n"),
			c->below, path);
	if (c->faults == 0)
		printf(_("%s says what the paper must say\n"), path);
	else if (c->rough)
		printf(_("%s says something else\n"), path);
	else
		printf(_("differences: %zu\n"), c->faults);
}

static enum err compare(struct session *s, const char *path, struct text form, const char *shown,
	struct comparison *c)
{
	const struct footing footing = { .code = text_of(shown), .label = text_of(PAPER_LABEL) };
	struct bytes file;
	enum err err = file_read(path, COMPARE_BYTES_MAX, &s->arena, &file, &s->fault);
	if (err == OK && file.n >= 5 && memcmp(file.p, "%PDF-", 5) == 0)
		err = fail(&s->fault, E_FILE, path,
			N_("a PDF; give its text: pdftotext -raw FILE - | hoiam check CODE -"));
	if (err != OK)
		return err;
	return compare_papers(form, (struct text){ (const char *)file.p, file.n }, &footing, c,
		&s->arena, &s->fault);
}

int special_check(struct session *s, int argc, char **argv)
{
	char signs[CROCKFORD_SIGNS + 1], shown[CROCKFORD_SHOWN + 1];
	struct text form;
	struct comparison c = { 0 };
	if (argc < 1 || argc > 2)
		return session_end(s, session_usage(s, _("usage: hoiam check CODE [FILE]")));
	if (!crockford_read(text_of(argv[0]), signs))
		return session_end(s, fail(&s->fault, E_TYPE, "code", N_("12 signs")));
	crockford_show(signs, shown);
	enum err err = fetch(s, signs, &form);
	if (err == OK && argc == 2)
		err = compare(s, argv[1], form, shown, &c);
	if (err != OK)
		return session_end(s, err);
	if (argc == 2)
		print_comparison(s, &c, argv[1]);
	else
		print_text(form);
	return c.faults > 0 ? 1 : session_end(s, OK);
}
