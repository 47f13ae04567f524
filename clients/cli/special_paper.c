/*
 * special_paper.c: `hoiam paper KIND N`: a template and what the daemon answers become a paper; its
 * plain text is kept under its check code, and goes to a file or a printer as text or HTML.
 */
#include "clients/cli/args.h"
#include "clients/cli/paper_part.h"
#include "clients/cli/special.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "clients/paper/html.h"
#include "clients/paper/plain.h"
#include "clients/paper/template.h"
#include "proto/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { RECEIVERS_MAX = 100 };

/* What was typed beside the fields of the record. */
struct paper_words {
	const char *html, *text, *templates, *capacity;
	bool pages, preview, no_secret;
};

/* Values that come from the command line, empty where they are not given. */
static const char *const typed_values[] = { "signer", "post", "head", "clerk", "front", "place",
	"giver", "role" };

static bool take_switch(int *argc, char **argv, const char *word)
{
	for (int i = 0; i < *argc; i++) {
		if (strcmp(argv[i], word) != 0)
			continue;
		memmove(argv + i, argv + i + 1, (size_t)(*argc - i - 1) * sizeof(*argv));
		--*argc;
		return true;
	}
	return false;
}

static enum err put_typed(
	struct paper_job *job, struct values *v, const char *name, const char *given)
{
	AUTO(xfree) char *composed = NULL;
	size_t n = 0;
	enum err err = text_normalise(
		text_of(given == NULL ? "" : given), &composed, &n, name, &job->s->fault);
	if (err == OK)
		values_put(v, name, (struct text){ composed, n });
	return err;
}

static enum err take_values(struct paper_job *job, int *argc, char **argv)
{
	enum err err = OK;
	const char *receiver;
	for (size_t i = 0; i < COUNT(typed_values) && err == OK; i++) {
		const char *given = args_take(argc, argv, typed_values[i]);
		err = put_typed(job, job->values, typed_values[i], given);
	}
	values_list(job->values, "receivers");
	for (unsigned n = 0; err == OK && (receiver = args_take(argc, argv, "receiver")) != NULL;
		n++)
		err = n < RECEIVERS_MAX ? put_typed(job, values_add(job->values, "receivers"),
						  "receiver", receiver)
					: fail_number(&job->s->fault, E_TOO_MANY, "receiver", n,
						  RECEIVERS_MAX);
	return err;
}

static enum err take_words(struct paper_job *job, int *argc, char **argv, struct paper_words *to)
{
	to->html = args_take(argc, argv, "html");
	to->text = args_take(argc, argv, "text");
	to->templates = args_take(argc, argv, "templates");
	to->capacity = args_take(argc, argv, "capacity");
	to->pages = take_switch(argc, argv, "--pages");
	to->preview = take_switch(argc, argv, "--preview");
	to->no_secret = take_switch(argc, argv, "--no-secret");
	struct text capacity = text_of(to->capacity);
	if (capacity.n > 0 && !paper_capacity(capacity))
		return fail_text(&job->s->fault, E_VALUE, "capacity", capacity);
	bool body = text_is(capacity, "TM");
	values_put(job->values, "body", text_of(body ? "1" : ""));
	values_put(job->values, "capacity", body ? (struct text){ 0 } : capacity);
	return take_values(job, argc, argv);
}

/* Number and fields of the record, as other commands read them. */
static enum err parse(struct paper_job *job, const char *kind, int argc, char **argv)
{
	static char sha256[] = "--sha256=0", size[] = "--size=1"; /* known when it is made */
	struct session *s = job->s;
	char *words[64];
	int n = 0;
	if (argc < 1 || argc > 60)
		return session_usage(
			s, arena_format(&s->arena, _("usage: hoiam paper %s NUMBER …"), kind).p);
	words[n] = arena_alloc(&s->arena, strlen(kind) + 1, 1);
	memcpy(words[n++], kind, strlen(kind));
	for (int i = 0; i < argc; i++)
		words[n++] = argv[i];
	words[n++] = sha256;
	words[n++] = size;
	return session_parse(s, record_paper_make(), n, words, &job->record);
}

static enum err read_template(
	struct paper_job *job, const struct paper_words *words, const struct template **to)
{
	struct session *s = job->s;
	struct bytes file;
	const char *folder = words->templates, *set = getenv("HOIAM_PAPER_DIR");
	if (folder == NULL)
		folder = set != NULL && *set != '\0' ? set : HOIAM_PAPER_DIR;
	const char *path =
		arena_format(&s->arena, "%s/%s.txt", folder, paper_row(job->paper)->name).p;
	enum err err = file_read(path, TEMPLATE_BYTES_MAX, &s->arena, &file, &s->fault);
	return err != OK ? err
			 : template_read((struct text){ (const char *)file.p, file.n }, path, to,
				   &s->arena, &s->fault);
}

static enum err fill_values(struct paper_job *job)
{
	switch (job->paper) {
	case PAPER_receipt:
		return paper_fill_receipt(job);
	case PAPER_minutes:
		return paper_fill_minutes(job);
	case PAPER_draft:
		return paper_fill_draft(job);
	case PAPER_notice:
		return paper_fill_notice(job);
	case PAPER_dispatch:
		return paper_fill_dispatch(job);
	case PAPER_refusal:
		return paper_fill_refusal(job);
	case PAPER_register:
		return paper_fill_register(job);
	case PAPER_NONE:
	case PAPER_COUNT:
		break;
	}
	return OK;
}

/* Keeping. */

/* A part of the text; an empty one behind its end. */
static enum err text_part(void *arg, uint64_t number, struct bytes *part, struct fault *f)
{
	const struct text *form = arg;
	uint64_t at = number * LIMIT_CHUNK_BYTES;
	size_t left = at < form->n ? form->n - (size_t)at : 0;
	(void)f;
	*part = bytes_of(
		form->p + form->n - left, left < LIMIT_CHUNK_BYTES ? left : LIMIT_CHUNK_BYTES);
	return OK;
}

/* The same text again is the same paper: it is kept already. */
/* What lies printed on somebody's desk is not the one any more. */
static void tell_replaced(const struct outcome *outcome)
{
	const struct event *made = outcome_event(outcome, "paper_made");
	const struct cell *before = made == NULL ? NULL : event_field(made, "prev");
	struct text code = before == NULL ? (struct text){ 0 } : cell_as_text(before);
	if (code.n > 0)
		fprintf(stderr, _("takes the place of: %.*s\n"), (int)code.n, code.p);
}

static enum err keep(struct paper_job *job, struct text *form)
{
	struct session *s = job->s;
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	const struct link_body body = { .part = text_part, .arg = form };
	enum err err = session_login(s);
	if (err != OK)
		return err;
	link_set_body(s->link, &body);
	err = session_act(s, session_cmd("paper.make"), &job->record, &outcome);
	link_set_body(s->link, NULL);
	if (err == OK)
		tell_replaced(&outcome);
	if (err == E_EXISTS && strcmp(s->fault.field, "code") == 0)
		err = OK;
	return err;
}

/* The line that only the citizen's copy of a receipt has; none for an officer who may not hand the
 * secret out. */
static enum err fetch_secret(struct paper_job *job, struct text *to)
{
	struct session *s = job->s;
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct case_number q = { job->record.of };
	enum err err = session_read(s, session_cmd("case.receipt"), &q, &reply);
	if (err == E_NOT_ALLOWED)
		return OK;
	struct text secret =
		cell_as_text(table_cell(reply_table(&reply, "case_receipt"), 0, "secret"));
	if (err == OK && secret.n > 0)
		*to = arena_format(
			&s->arena, "Mã tra cứu riêng của công dân: %.*s", (int)secret.n, secret.p);
	return err;
}

/* The clerk is the officer who makes it, where no other was named. */
static enum err put_clerk(struct paper_job *job)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct nothing none = { 0 };
	if (values_text(job->values, text_of("clerk")).n > 0)
		return OK;
	enum err err = session_read(job->s, session_cmd("whoami"), &none, &reply);
	if (err == OK)
		paper_put(job, job->values, "clerk",
			table_cell(reply_table(&reply, "whoami"), 0, "name"));
	return err;
}

/* To the files that were named, else to standard output. */
static enum err put_out(struct session *s, const char *path, const struct writer *w)
{
	if (path != NULL && strcmp(path, "-") != 0)
		return file_create(path, writer_bytes(w), &s->fault);
	return fwrite(w->p, 1, w->n, stdout) == w->n && fflush(stdout) == 0
		       ? OK
		       : file_fail(&s->fault, "stdout");
}

static enum err write_out(struct paper_job *job, const struct document *d, struct text form,
	const struct footing *below, const struct paper_words *words)
{
	struct session *s = job->s;
	AUTO(writer_fini) struct writer text = { 0 };
	AUTO(writer_fini) struct writer html = { 0 };
	enum err err = OK;
	plain_write(form, below, words->pages, &text);
	if (words->html != NULL) {
		struct text title = arena_format(&s->arena, "%s %.*s", paper_row(job->paper)->name,
			(int)job->record.of.n, job->record.of.p);
		html_write(d, title, below, &html);
		err = put_out(s, words->html, &html);
	}
	if (err == OK && (words->text != NULL || words->html == NULL))
		err = put_out(s, words->text, &text);
	bool told = words->text != NULL || words->html != NULL;
	if (err == OK && told && below->code.n > 0)
		fprintf(stderr, _("check code: %.*s\n"), (int)below->code.n, below->code.p);
	return err;
}

/* Keeps the text, and says what stands below it. */
static enum err keep_under_code(struct paper_job *job, struct text form,
	const struct paper_words *words, struct footing *below)
{
	struct arena *a = &job->s->arena;
	char *hash = arena_alloc(a, PLAIN_SHA256_HEX + 1, 1);
	char code[CROCKFORD_SIGNS + 1], *shown = arena_alloc(a, CROCKFORD_SHOWN + 1, 1);
	plain_hash(form, hash);
	job->record.sha256 = text_of(hash);
	job->record.size = form.n;
	if (!paper_code(job->record.sha256, code))
		return fail(&job->s->fault, E_INTERNAL, NULL, NULL);
	crockford_show(code, shown);
	below->label = text_of(PAPER_LABEL);
	below->code = text_of(shown);
	enum err err = keep(job, &form);
	if (err == OK && job->paper == PAPER_receipt && !words->no_secret)
		err = fetch_secret(job, &below->secret);
	return err;
}

static enum err fill_template(struct paper_job *job, const struct paper_words *words,
	struct document *d, struct text *form)
{
	struct session *s = job->s;
	const struct template *template;
	enum err err = read_template(job, words, &template);
	if (err == OK)
		err = put_clerk(job);
	if (err == OK)
		err = paper_open(job);
	if (err == OK)
		err = fill_values(job);
	if (err == OK)
		err = template_fill(template, job->values, d, &s->arena, &s->fault);
	if (err != OK)
		return err;
	*form = plain_form(d, &s->arena);
	if (form->n > LIMIT_BODY_BYTES)
		return fail_number(
			&s->fault, E_TOO_LARGE, "paper", (int64_t)form->n, LIMIT_BODY_BYTES);
	return form->n == 0 ? fail(&s->fault, E_BLANK, "paper", NULL) : OK;
}

static enum err make(struct paper_job *job, int argc, char **argv)
{
	struct paper_words words = { 0 };
	struct document d = { 0 };
	struct text form = { 0 };
	struct footing below = { 0 };
	enum err err = take_words(job, &argc, argv, &words);
	if (err == OK)
		err = parse(job, job->s->verb, argc, argv);
	if (err == OK)
		err = fill_template(job, &words, &d, &form);
	if (err == OK && !words.preview)
		err = keep_under_code(job, form, &words, &below);
	return err == OK ? write_out(job, &d, form, &below, &words) : err;
}

int special_paper(struct session *s, int argc, char **argv)
{
	struct paper_job job = {
		.s = s, .paper = paper_of(text_of(s->verb)), .values = values_new(&s->arena)
	};
	enum err err = make(&job, argc, argv);
	paper_job_fini(&job);
	return session_end(s, err);
}

/* `paper make KIND NUMBER FILE`: the plain text of a paper that something else has made. */
static enum err make_from_file(struct paper_job *job, int argc, char **argv)
{
	struct session *s = job->s;
	struct paper_words words = { .no_secret = true };
	struct footing below = { 0 };
	struct bytes file;
	char *path = argc > 2 ? argv[2] : NULL;
	if (path == NULL || strncmp(path, "--", 2) == 0)
		return session_usage(s, _("usage: hoiam paper make KIND NUMBER FILE …"));
	job->paper = paper_of(text_of(argv[0]));
	if (job->paper == PAPER_NONE)
		return fail_text(&s->fault, E_VALUE, "paper", text_of(argv[0]));
	memmove(argv + 2, argv + 3, (size_t)(argc - 3) * sizeof(*argv));
	enum err err = parse(job, argv[0], argc - 2, argv + 1);
	if (err == OK)
		err = file_read(path, LIMIT_BODY_BYTES, &s->arena, &file, &s->fault);
	if (err != OK)
		return err;
	struct text form = { (const char *)file.p, file.n };
	err = form.n == 0 ? fail(&s->fault, E_BLANK, path, NULL)
			  : text_check(form, TEXT_BLOCK, path, &s->fault);
	if (err == OK)
		err = keep_under_code(job, form, &words, &below);
	if (err == OK)
		printf("%.*s\n", (int)below.code.n, below.code.p);
	return err;
}

int special_paper_make(struct session *s, int argc, char **argv)
{
	struct paper_job job = { .s = s };
	return session_end(s, make_from_file(&job, argc, argv));
}
