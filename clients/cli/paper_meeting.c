/* paper_meeting.c: values of papers of a meeting: its minutes, the draft and the notice of its
 * conclusion. */
#include "clients/cli/paper_part.h"
#include "clients/cli/stored_conclusion.h"

#include <stdio.h>

struct meeting_replies {
	struct reply meeting, opinions, conclusion;
	const struct table *facts, *opinion_list, *items;
	size_t live; /* opinions that count */
};

static void replies_fini(struct meeting_replies *r)
{
	reply_fini(&r->meeting);
	reply_fini(&r->opinions);
	reply_fini(&r->conclusion);
}

static void replies_fini_auto(struct meeting_replies *r)
{
	replies_fini(r);
}

static bool flagged(const struct table *t, size_t row, const char *flag)
{
	struct text flags = cell_as_text(table_cell(t, row, "flags"));
	return flags.n > 0 && memmem(flags.p, flags.n, flag, strlen(flag)) != NULL;
}

static bool live(const struct table *t, size_t row)
{
	/* one that was split says so; a part of one says "part" */
	return !flagged(t, row, "voided") && !flagged(t, row, "split");
}

static enum err read_meeting(struct paper_job *job, struct meeting_replies *r)
{
	struct session *s = job->s;
	const struct meeting_number q = { job->record.of };
	const struct opinion_list list = { .meeting = job->record.of };
	enum err err = session_read(s, session_cmd("meeting.show"), &q, &r->meeting);
	if (err == OK)
		err = session_read(s, session_cmd("opinion.list"), &list, &r->opinions);
	if (err != OK)
		return err;
	r->facts = reply_table(&r->meeting, "meeting_facts");
	r->opinion_list = reply_table(&r->opinions, "opinion_list");
	for (size_t i = 0; r->opinion_list != NULL && i < r->opinion_list->row_count; i++)
		r->live += live(r->opinion_list, i);
	return OK;
}

static void put_meeting(struct paper_job *job, const struct meeting_replies *r)
{
	struct values *v = job->values;
	struct text unit = cell_as_text(table_fact(r->facts, "unit"));
	struct text heads = cell_as_text(table_fact(r->facts, "heads"));
	struct text kind =
		paper_term(job, "meeting_kinds", cell_as_text(table_fact(r->facts, "kind")));
	paper_common(job, unit);
	/* the whole number, whatever part of it was typed */
	job->record.of = arena_text(&job->s->arena, cell_as_text(table_fact(r->facts, "meeting")));
	paper_put_fact(job, "meeting", r->facts, "meeting");
	values_put(v, "meeting_kind", paper_small(job, kind));
	values_put(v, "meeting_kind_capital", kind);
	values_put(v, "heads", paper_unit_names(job, heads.n > 0 ? heads : unit));
	paper_put_fact(job, "day", r->facts, "day");
	paper_put_fact(job, "place", r->facts, "place");
	paper_put_fact(job, "chair", r->facts, "chair");
	paper_put_fact(job, "points", r->facts, "points");
	paper_put_fact(job, "attendance", r->facts, "attendance");
	values_put(v, "opinion_count", arena_format(&job->s->arena, "%zu", r->live));
}

static void put_opinion(struct paper_job *job, struct values *v, const struct table *t, size_t row)
{
	static const char *const columns[] = { "ordinal", "number", "speaker", "address", "summary",
		"words", "spoken", "language", "interpreter", "witness" };
	for (size_t i = 0; i < COUNT(columns); i++)
		paper_put(job, v, columns[i], table_cell(t, row, columns[i]));
	values_put(v, "sealed", text_of(flagged(t, row, "sealed") ? "1" : ""));
	values_put(
		v, "topic", paper_term(job, "topics", cell_as_text(table_cell(t, row, "topic"))));
	values_put(v, "kind", paper_term(job, "kinds", cell_as_text(table_cell(t, row, "kind"))));
	/* One of these is said; "signature" tells that any is. */
	static const char *const ways[][2] = { { "signed", "signed" },
		{ "fingerprint", "fingerprint" }, { "witness", "witnessed" },
		{ "refused", "refused" } };
	struct text how = cell_as_text(table_cell(t, row, "signature"));
	for (size_t i = 0; i < COUNT(ways); i++)
		values_put(v, ways[i][1], text_of(text_is(how, ways[i][0]) ? "1" : ""));
	values_put(v, "signature", how);
}

/* Minutes. */

static void put_objections(struct paper_job *job, const struct meeting_replies *r)
{
	const struct table *t = reply_table(&r->meeting, "minutes_objections");
	values_list(job->values, "objections");
	values_list(job->values, "refusals");
	for (size_t i = 0; t != NULL && i < t->row_count; i++) {
		bool refused = text_is(cell_as_text(table_cell(t, i, "refused")), "yes") ||
			       cell_as_number(table_cell(t, i, "refused"), 0) != 0;
		struct values *v = values_add(job->values, refused ? "refusals" : "objections");
		paper_put(job, v, "about", table_cell(t, i, "ordinal"));
		paper_put(job, v, "name", table_cell(t, i, "name"));
		paper_put(job, v, "words", table_cell(t, i, "words"));
	}
}

/* Who asked to speak and was not heard stays visible. */
static enum err put_unheard(struct paper_job *job)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct registration_list q = { .meeting = job->record.of,
		.state = text_of("waiting") };
	enum err err = session_read(job->s, session_cmd("registration.list"), &q, &reply);
	const struct table *t = err == OK ? reply_table(&reply, "registration_list") : NULL;
	values_list(job->values, "unheard_people");
	for (size_t i = 0; t != NULL && i < t->row_count; i++) {
		struct values *v = values_add(job->values, "unheard_people");
		paper_put(job, v, "n", table_cell(t, i, "number"));
		paper_put(job, v, "name", table_cell(t, i, "name"));
		paper_put(job, v, "subject", table_cell(t, i, "subject"));
	}
	return err;
}

enum err paper_fill_minutes(struct paper_job *job)
{
	AUTO(replies_fini) struct meeting_replies r = { 0 };
	enum err err = read_meeting(job, &r);
	if (err != OK)
		return err;
	put_meeting(job, &r);
	values_list(job->values, "opinions");
	for (size_t i = 0; r.opinion_list != NULL && i < r.opinion_list->row_count; i++)
		/* as it was spoken: whole, not in the parts that it was split into later */
		if (!flagged(r.opinion_list, i, "voided") && !flagged(r.opinion_list, i, "part"))
			put_opinion(job, values_add(job->values, "opinions"), r.opinion_list, i);
	paper_put_fact(job, "registered", r.facts, "registered");
	paper_put_fact(job, "heard", r.facts, "heard");
	paper_put_fact(job, "unheard", r.facts, "unheard");
	paper_put_fact(job, "read_back", r.facts, "read back");
	paper_put_fact(job, "front_speakers", r.facts, "counted by the Front: speakers");
	paper_put_fact(job, "front_slips", r.facts, "counted by the Front: slips");
	paper_put_fact(job, "front_unheard", r.facts, "counted by the Front: unheard");
	put_objections(job, &r);
	return put_unheard(job);
}

/* Conclusions. */

static enum err read_conclusion(struct paper_job *job, struct meeting_replies *r)
{
	const struct conclusion_show q = { .meeting = job->record.of,
		.version = job->record.version };
	enum err err = read_meeting(job, r);
	if (err == OK)
		err = session_read(job->s, session_cmd("conclusion.show"), &q, &r->conclusion);
	if (err != OK)
		return err;
	const struct table *facts = reply_table(&r->conclusion, "conclusion_facts");
	r->items = reply_table(&r->conclusion, "conclusion_items");
	if (facts == NULL || facts->row_count == 0)
		return fail_text(&job->s->fault, E_NO_DRAFT, "meeting", job->record.of);
	put_meeting(job, r);
	job->record.version = (uint64_t)cell_as_number(table_cell(facts, 0, "version"), 0);
	paper_put(job, job->values, "version", table_cell(facts, 0, "version"));
	return OK;
}

/* "1,4-6" with a space behind each comma. */
static struct text spaced(struct arena *a, struct text list)
{
	char *out = arena_alloc(a, 2 * list.n + 1, 1);
	size_t n = 0;
	for (size_t i = 0; i < list.n; i++) {
		out[n++] = list.p[i];
		if (list.p[i] == ',')
			out[n++] = ' ';
	}
	return (struct text){ out, n };
}

static void put_item(struct paper_job *job, struct values *v, const struct table *t, size_t row)
{
	struct text how = cell_as_text(table_cell(t, row, "how"));
	struct text unit = cell_as_text(table_cell(t, row, "unit"));
	struct text ground = cell_as_text(table_cell(t, row, "ground"));
	paper_put(job, v, "n", table_cell(t, row, "item"));
	values_put(v, "ordinals",
		spaced(&job->s->arena, cell_as_text(table_cell(t, row, "opinions"))));
	paper_put(job, v, "words", table_cell(t, row, "words"));
	paper_put(job, v, "due", table_cell(t, row, "due"));
	values_put(v, "responsible", unit.n == 0 ? unit : paper_unit_name(job, unit));
	values_put(v, "ground", paper_term(job, "grounds", ground));
	values_put(v, "direction", text_of(text_is(how, "direction") ? "1" : ""));
	values_put(v, "answer", text_of(text_is(how, "answer") ? "1" : ""));
	values_put(v, "decline", text_of(text_is(how, "decline") ? "1" : ""));
}

/* Is the number in a list such as "1,4-6"? */
static bool names(struct text list, int64_t ordinal)
{
	for (size_t i = 0; i < list.n;) {
		int64_t ends[2] = { 0, 0 };
		unsigned end = 0;
		for (; i < list.n && list.p[i] != ','; i++) {
			if (list.p[i] == '-')
				end = 1;
			else if (list.p[i] >= '0' && list.p[i] <= '9')
				ends[end] = ends[end] * 10 + (list.p[i] - '0');
		}
		i++;
		if (ordinal >= ends[0] && ordinal <= ends[end])
			return true;
	}
	return false;
}

/* The opinions that an item names, in it. */
static void put_named(
	struct paper_job *job, struct values *v, const struct table *opinions, struct text list)
{
	values_list(v, "opinions");
	for (size_t i = 0; opinions != NULL && i < opinions->row_count; i++)
		if (names(list, cell_as_number(table_cell(opinions, i, "ordinal"), 0)))
			put_opinion(job, values_add(v, "opinions"), opinions, i);
}

enum err paper_fill_notice(struct paper_job *job)
{
	AUTO(replies_fini) struct meeting_replies r = { 0 };
	struct stored_conclusion stored;
	uint8_t *content = arena_alloc(&job->s->arena, 1, 32);
	enum err err = read_conclusion(job, &r);
	if (err == OK)
		err = stored_conclusion_get(job->s, job->record.of, job->record.version, &stored);
	if (err == OK)
		err = stored_conclusion_content(job->s, &stored, content);
	if (err != OK)
		return err;
	job->record.content = bytes_of(content, 32);
	values_list(job->values, "items");
	for (size_t i = 0; r.items != NULL && i < r.items->row_count; i++) {
		struct values *v = values_add(job->values, "items");
		put_item(job, v, r.items, i);
		put_named(job, v, r.opinion_list, cell_as_text(table_cell(r.items, i, "opinions")));
	}
	return OK;
}

enum err paper_fill_draft(struct paper_job *job)
{
	AUTO(replies_fini) struct meeting_replies r = { 0 };
	size_t missing = 0;
	enum err err = read_conclusion(job, &r);
	if (err != OK)
		return err;
	values_list(job->values, "opinions");
	for (size_t i = 0; r.opinion_list != NULL && i < r.opinion_list->row_count; i++) {
		int64_t ordinal = cell_as_number(table_cell(r.opinion_list, i, "ordinal"), 0);
		bool covered = false;
		if (!live(r.opinion_list, i))
			continue;
		struct values *v = values_add(job->values, "opinions");
		put_opinion(job, v, r.opinion_list, i);
		values_list(v, "items");
		for (size_t k = 0; r.items != NULL && k < r.items->row_count; k++) {
			if (!names(cell_as_text(table_cell(r.items, k, "opinions")), ordinal))
				continue;
			put_item(job, values_add(v, "items"), r.items, k);
			covered = true;
		}
		missing += !covered;
	}
	values_put(job->values, "missing_count", arena_format(&job->s->arena, "%zu", missing));
	return OK;
}
