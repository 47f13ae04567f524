/*
 * special_handover.c: hoiam officer handover A B: all that an officer has in hand goes to another,
 * as many changes as it takes, and the minutes of it, to be printed and signed.
 */
#include "clients/cli/args.h"
#include "clients/cli/print.h"
#include "clients/cli/special.h"
#include "clients/file.h"
#include "clients/i18n.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* A handover at work: the answers to its changes, which the minutes are made of. */
struct handing {
	struct session *s;
	struct officer_handover record;
	struct outcome *parts;
	size_t n;
	struct printer printer;
	FILE *out;
	size_t rows;
};

static void handing_fini(struct handing *h)
{
	for (size_t i = 0; i < h->n; i++)
		outcome_fini(&h->parts[i]);
	free(h->parts);
}

/* Until nothing is left; a change that was made stands, whatever becomes of the next. */
static enum err hand_over(struct handing *h)
{
	int64_t left, before = INT64_MAX;
	do {
		struct outcome o = { 0 };
		enum err err = session_act(h->s, session_cmd("officer.handover"), &h->record, &o);
		if (err != OK)
			return err;
		h->parts = xrealloc(h->parts, (h->n + 1) * sizeof(*h->parts));
		h->parts[h->n++] = o;
		const struct event *handed = outcome_event(&o, "officer_handed");
		left = handed == NULL ? 0 : cell_as_number(event_field(handed, "left"), 0);
		if (left >= before)
			return fail(&h->s->fault, E_FRAME, NULL, "left");
		before = left;
	} while (left > 0);
	return OK;
}

/* The minutes. */

static void heading(struct handing *h, const char *what, int64_t count)
{
	fprintf(h->out, "\n%s: %" PRId64 "\n", what, count);
	h->rows = 0;
}

static struct text field_text(struct handing *h, const struct event *e, const char *name)
{
	return print_field(&h->printer, e->name, text_of(name), event_field(e, name), &h->s->arena);
}

/* One line: its number, and fields with two spaces between. */
static void line(struct handing *h, const struct event *e, const char *const *names)
{
	fprintf(h->out, "%5zu", ++h->rows);
	for (size_t i = 0; names[i] != NULL; i++) {
		struct text t = field_text(h, e, names[i]);
		fprintf(h->out, "  %.*s", t.n > 0 ? (int)t.n : 1, t.n > 0 ? t.p : "-");
	}
	fputc('\n', h->out);
}

static bool is_step(const struct event *e, const char *step)
{
	return text_is(e->name, "case_moved") &&
	       text_is(cell_as_text(event_field(e, "step")), step);
}

typedef bool choose_fn(const struct event *e);

static bool is_case(const struct event *e)
{
	return is_step(e, "assign");
}

static bool is_paper(const struct event *e)
{
	return is_step(e, "entrust");
}

static bool is_draft(const struct event *e)
{
	return text_is(e->name, "draft_handed");
}

static void lines(struct handing *h, const char *what, choose_fn *choose, const char *const *names)
{
	int64_t count = 0;
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = 0; k < h->parts[i].event_count; k++)
			count += choose(&h->parts[i].events[k]);
	heading(h, what, count);
	for (size_t i = 0; i < h->n; i++)
		for (size_t k = 0; k < h->parts[i].event_count; k++)
			if (choose(&h->parts[i].events[k]))
				line(h, &h->parts[i].events[k], names);
}

/* Names are the administrator's to see; who may not see them signs by number. */
static void who(struct handing *h, const char *what, uint64_t officer)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct officer_number q = { officer };
	struct fault kept = h->s->fault;
	struct text name = { 0 };
	if (session_page(h->s, session_cmd("officer.show"), &q, &reply) == OK)
		name = cell_as_text(table_cell(reply_table(&reply, "officer_list"), 0, "name"));
	h->s->fault = kept;
	fprintf(h->out, "%s: %" PRIu64 "%s%.*s\n", what, officer, name.n > 0 ? " " : "",
		(int)name.n, name.p);
}

static void minutes(struct handing *h)
{
	static const char *const of_case[] = { "case_number", "state", "unit", "due", NULL },
				 *const of_paper[] = { "case_number", "state", "paper", NULL },
				 *const of_draft[] = { "meeting", "version", NULL };
	const struct event *handed = &h->parts[0].events[0];
	struct text day = field_text(h, handed, "day");
	fprintf(h->out, "%s\n\n", _("MINUTES OF HANDOVER"));
	fprintf(h->out, "%s: %.*s\n", _("Day"), (int)day.n, day.p);
	who(h, _("Hands over"), h->record.giver);
	who(h, _("Takes over"), h->record.taker);
	if (h->record.reason.n > 0)
		fprintf(h->out, "%s: %.*s\n", _("Reason"), (int)h->record.reason.n,
			h->record.reason.p);
	fprintf(h->out, "%s:", _("Entries of the journal"));
	for (size_t i = 0; i < h->n; i++)
		fprintf(h->out, " %" PRIu64, h->parts[i].seq);
	fputc('\n', h->out);
	lines(h, _("Cases: number, state, unit, due day"), is_case, of_case);
	lines(h, _("Papers of sealed cases: number, state, where it lies"), is_paper, of_paper);
	lines(h, _("Drafts of conclusions: meeting, version"), is_draft, of_draft);
	fprintf(h->out,
		"\n%s\n\n\n\n%s ............................   %s ............................\n",
		_("Both have gone through this list and found it right."), _("Handed over:"),
		_("Taken over:"));
}

/* Into a new file, or on the screen. */
static enum err tell(struct handing *h, const char *path)
{
	char *text = NULL;
	size_t n = 0;
	h->printer = printer_of(h->s);
	h->printer.format = FORMAT_TERMINAL;
	h->out = open_memstream(&text, &n);
	if (h->out == NULL)
		abort();
	minutes(h);
	if (fclose(h->out) != 0)
		abort();
	enum err err = OK;
	if (path == NULL)
		fwrite(text, 1, n, stdout);
	else
		err = file_create(path, bytes_of(text, n), &h->s->fault);
	free(text);
	return err;
}

static enum err handover(struct handing *h, int argc, char **argv)
{
	struct session *s = h->s;
	const char *path = args_take(&argc, argv, "out");
	enum err err = session_parse(s, record_officer_handover(), argc, argv, &h->record);
	if (err == OK && path != NULL && access(path, F_OK) == 0)
		err = fail(&s->fault, E_EXISTS, "--out", path);
	if (err == OK)
		err = hand_over(h);
	if (h->n == 0)
		return err;
	struct fault kept = s->fault;
	for (size_t i = 0; i < h->n && s->options.format == FORMAT_JSON; i++)
		session_show(s, &h->parts[i]);
	enum err told = s->options.format == FORMAT_JSON && path == NULL ? OK : tell(h, path);
	if (told == OK && path != NULL && s->options.format != FORMAT_JSON)
		printf(_("the minutes are in %s\n"), path);
	if (err == OK && h->n > 0)
		fprintf(stderr, "hoiam: %s\n",
			_("roles and keys of who hands over stay: hoiam grant end, hoiam key "
			  "revoke"));
	if (err == OK)
		return told;
	fprintf(stderr, "hoiam: %s\n",
		_("a part was handed over; the same command again goes on with the rest"));
	s->fault = kept;
	return err;
}

int special_officer_handover(struct session *s, int argc, char **argv)
{
	struct handing h = { .s = s };
	enum err err = handover(&h, argc, argv);
	handing_fini(&h);
	return session_end(s, err);
}
