/* meeting.c: meetings and their opinions. */
#include "daemon/basis.h"
#include "daemon/report/facts.h"

#include "store/hearing.h"

#include <sodium.h>
#include <stdio.h>
#include <strings.h>

const char *meeting_state(const struct row_meeting *m)
{
	if (m->issued != 0)
		return m->included < m->live ? "INCOMPLETE" : "CONCLUDED";
	return m->closed ? "RECORDED" : "OPEN";
}

/* meeting.list */

struct meeting_walk {
	struct report *r;
	const struct meeting_list *q;
	const char *state; /* wanted; NULL: any */
	bool todo;         /* those that wait for a conclusion */
	size_t left, walked;
	uint8_t at[64]; /* unit, then key of the last meeting passed */
	bool full;
};

static bool meeting_matches(const struct meeting_walk *w, const struct row_meeting *m)
{
	const struct meeting_list *q = w->q;
	if (q->kind.n > 0 && !text_equal(term_code(w->r->house, m->kind), q->kind))
		return false;
	if ((q->from != 0 && m->day < q->from) || (q->to != 0 && m->day > q->to))
		return false;
	return w->state == NULL || strcmp(w->state, meeting_state(m)) == 0;
}

static void meeting_row(struct report *r, struct num number, const struct row_meeting *m)
{
	row_begin(r);
	cell_number(r, number);
	cell_day(r, m->day);
	cell_term(r, m->kind);
	cell_string(r, meeting_state(m));
	cell_count(r, m->count);
	cell_count(r, m->live);
	cell_count(r, m->included);
	cell_count(r, m->version);
}

/* Shows a meeting that matches; the first one too many ends the page, and begins the next. */
static bool look_at(struct meeting_walk *w, uint32_t unit, struct num number)
{
	struct row_meeting m;
	struct key key = key_of_num(number);
	if (row_get(w->r->txn, STORE_meeting, key, record_row_meeting(), &m, w->r->arena) &&
		m.unit == unit && meeting_matches(w, &m)) {
		if (w->left == 0)
			return false;
		meeting_row(w->r, number, &m);
		w->left--;
	}
	put_u32(w->at, unit);
	memcpy(w->at + 4, key.p, key.n);
	return ++w->walked < WALK_MAX;
}

/* Meetings of one unit, newest first; `from` is where the page before ended, empty at its begin. */
static void walk_unit(struct meeting_walk *w, const struct unit *u, struct bytes from)
{
	bool todo = w->todo;
	struct key prefix = key_of_u32(todo ? u->id : u->series), start = prefix;
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, w->r->txn, todo ? STORE_todo : STORE_meeting, key_bytes(&prefix));
	scan_backward(&s);
	if (from.n == NUM_KEY_BYTES) {
		if (!todo)
			start.n = 0;
		memcpy(start.p + start.n, from.p, from.n);
		start.n += from.n;
		scan_from(&s, key_bytes(&start), true);
	}
	while (!w->full && scan_next(&s, &key, &value))
		w->full = !look_at(w, u->id, key_get_num(key.p + (todo ? 4 : 0)));
}

static enum err read_state(struct meeting_walk *w)
{
	static const char *const names[] = { "OPEN", "RECORDED", "INCOMPLETE", "CONCLUDED" };
	struct text state = w->q->state;
	w->todo = text_is(state, "unfinished");
	if (state.n == 0 || w->todo)
		return OK;
	for (size_t i = 0; i < COUNT(names); i++)
		if (strlen(names[i]) == state.n && strncasecmp(names[i], state.p, state.n) == 0)
			w->state = names[i];
	return w->state != NULL ? OK : fail_text(w->r->fault, E_VALUE, "state", state);
}

enum err report_meeting_list(struct report *r, const void *request)
{
	const struct meeting_list *q = request;
	struct meeting_walk w = { .r = r, .q = q, .left = report_limit(q->limit) };
	uint32_t first = q->after.n == 4 + NUM_KEY_BYTES ? get_u32(q->after.p) : 0;
	struct uints units;
	enum err err = read_state(&w);
	if (err == OK)
		err = check_code(r, "meeting_kinds", q->kind, "kind");
	if (err == OK)
		err = report_units(r, RIGHT_SEE, q->unit, r->today, &units);
	if (err != OK)
		return err;
	table_begin(r, TABLE_meeting_list);
	for (size_t i = 0; i < units.n && !w.full; i++) {
		struct bytes from = { 0 };
		if (units.v[i] < first)
			continue;
		if (units.v[i] == first)
			from = bytes_of(q->after.p + 4, NUM_KEY_BYTES);
		walk_unit(&w, unit_get(&r->house->units, units.v[i]), from);
	}
	table_end(r);
	if (w.full)
		report_next(r, w.at, 4 + NUM_KEY_BYTES);
	return OK;
}

/* meeting.show */

static struct text heads_of(struct report *r, const struct row_meeting *m)
{
	struct text all = { 0 };
	for (size_t i = 0; i < m->heads.n; i++) {
		struct text code = unit_code(r->house, m->heads.v[i]);
		all = arena_format(r->arena, "%.*s%s%.*s", (int)all.n, all.n == 0 ? "" : all.p,
			all.n == 0 ? "" : ", ", (int)code.n, code.p);
	}
	return all;
}

static struct text hex_of(struct report *r, const uint8_t hash[static 32])
{
	char *out = arena_alloc(r->arena, 65, 1);
	sodium_bin2hex(out, 65, hash, 32);
	return text_of(out);
}

static void meeting_facts(struct report *r, struct num number, const struct row_meeting *m)
{
	uint8_t content[32];
	struct meeting_new words = { 0 };
	report_words(r, m->seq, m->group, (uint32_t)m->unit, 0, record_meeting_new(), &words);
	table_begin(r, TABLE_meeting_facts);
	fact_text(r, "meeting", number_format(r->house, number, r->arena));
	fact_text(r, "unit", unit_code(r->house, m->unit));
	fact_text(r, "kind", term_code(r->house, m->kind));
	fact_day(r, "day", m->day);
	fact_text(r, "heads", heads_of(r, m));
	fact_text(r, "state", text_of(meeting_state(m)));
	fact_text(r, "gate", text_of(m->count == 0 ? "" : m->gated ? "yes" : "no"));
	if (m->closed)
		fact_count(r, "minutes closed at", m->closed_count);
	fact_count(r, "opinions", m->count);
	fact_count(r, "live", m->live);
	fact_count(r, "included", m->included);
	const struct row_hearing hearing = hearing_of(m);
	if (m->registered > 0) {
		fact_count(r, "registered", m->registered);
		fact_count(r, "heard", m->heard);
		fact_count(r, "unheard", hearing_unheard(&hearing));
	}
	if (m->front != 0) {
		fact_count(r, "counted by the Front: speakers", m->speakers);
		fact_count(r, "counted by the Front: slips", m->slips);
		fact_count(r, "counted by the Front: unheard", m->unheard);
	}
	if (m->version != 0)
		fact_count(r, "version", m->version);
	fact_day(r, "read back", m->read);
	if (m->closed && minutes_content(r->txn, number, r->arena, content, r->fault) == OK)
		fact_text(r, "opinions' hash", hex_of(r, content));
	fact_text(r, "place", words.venue);
	fact_text(r, "chair", words.chair);
	fact_text(r, "points", words.points);
	fact_text(r, "attendance", words.attendance);
	table_end(r);
}

/* The minutes as a paper. */

static void objections(struct report *r, struct num number, const struct row_meeting *m)
{
	table_begin(r, TABLE_minutes_objections);
	for (uint32_t n = 1; n <= m->objections && r->rows.n < PAGE_BYTES; n++) {
		struct row_objection row;
		struct minutes_object words = { 0 };
		if (!row_get(r->txn, STORE_objection, key_of_num_u32(number, n),
			    record_row_objection(), &row, r->arena))
			continue;
		report_words(r, row.seq, row.group, (uint32_t)m->unit, 0, record_minutes_object(),
			&words);
		row_begin(r);
		cell_count(r, n);
		if (row.ordinal == 0)
			cell_none(r);
		else
			cell_count(r, row.ordinal);
		cell_string(r, row.refused ? "yes" : "no");
		cell_text(r, words.name);
		cell_text(r, words.words);
	}
	table_end(r);
}

static void signature(struct report *r, const char *signer, uint64_t officer, struct bytes signed_,
	struct bytes content)
{
	if (officer == 0)
		return;
	row_begin(r);
	cell_string(r, signer);
	cell_count(r, officer);
	cell_string(r, bytes_equal(signed_, content) ? "yes" : "no");
}

/* A signature holds while the opinions are those that were signed. */
static enum err signatures(struct report *r, struct num number, const struct row_meeting *m)
{
	uint8_t content[32];
	enum err err = minutes_content(r->txn, number, r->arena, content, r->fault);
	table_begin(r, TABLE_minutes_signatures);
	signature(r, "clerk", m->clerk, m->clerk_content, bytes_of(content, sizeof(content)));
	signature(r, "front", m->witness, m->witness_content, bytes_of(content, sizeof(content)));
	table_end(r);
	return err;
}

enum err report_meeting_show(struct report *r, const void *request)
{
	const struct meeting_number *q = request;
	struct num number;
	struct row_meeting m;
	enum err err = report_meeting(r, q->meeting, &number, &m);
	if (err != OK)
		return err;
	meeting_facts(r, number, &m);
	if (m.objections > 0)
		objections(r, number, &m);
	if (err == OK && (m.clerk != 0 || m.witness != 0))
		err = signatures(r, number, &m);
	if (err != OK)
		return err;
	return m.version == 0 ? OK : conclusion_facts(r, number, &m, 1, (uint32_t)m.version);
}

/* opinion.list */

static struct text covered_by(struct report *r, const struct row_opinion *o)
{
	static const char *const hows[] = { "", "direction", "answer", "decline" };
	if (o->version == 0)
		return (struct text){ 0 };
	return arena_format(r->arena, "%llu/%llu %s", (unsigned long long)o->version,
		(unsigned long long)o->item, hows[o->how]);
}

static struct text opinion_flags(
	struct report *r, const struct row_opinion *o, const struct row_case *c)
{
	char part[32] = "";
	if (o->parent != 0)
		snprintf(part, sizeof(part), "part of %llu,", (unsigned long long)o->parent);
	struct text t = arena_format(r->arena, "%s%s%s%s",
		o->dead == 1   ? "voided,"
		: o->dead == 2 ? "split,"
			       : "",
		o->late ? "late," : "", part, c->flags & CASE_SEALED ? "sealed," : "");
	if (t.n > 0)
		t.n--;
	return t;
}

static void opinion_row(struct report *r, uint32_t ordinal, const struct row_opinion *o)
{
	struct row_case c;
	struct opinion_new words = { 0 };
	if (!row_get(r->txn, STORE_case, key_of_num(o->number), record_row_case(), &c, r->arena))
		return;
	report_words(r, c.seq, c.group, (uint32_t)c.unit, (uint32_t)c.with, record_opinion_new(),
		&words);
	report_known(r, words.person, &words.speaker, &words.address);
	row_begin(r);
	cell_count(r, ordinal);
	cell_number(r, o->number);
	cell_state(r, c.state);
	cell_term(r, c.kind);
	cell_term(r, c.flags & CASE_SEALED ? 0 : c.topic);
	cell_unit(r, c.with);
	cell_day(r, c.due);
	cell_text(r, covered_by(r, o));
	cell_text(r, opinion_flags(r, o, &c));
	cell_text(r, words.speaker);
	cell_text(r, words.summary);
	cell_text(r, words.words);
	cell_text(r, o->signature);
	cell_text(r, words.address);
	cell_text(r, words.spoken);
	cell_text(r, words.witness);
	cell_text(r, words.interpreter);
	cell_text(r, words.person);
	cell_text(r, c.flags & CASE_SEALED ? (struct text){ 0 } : o->language);
}

enum err report_opinion_list(struct report *r, const void *request)
{
	const struct opinion_list *q = request;
	size_t left = report_limit(q->limit);
	uint32_t ordinal = q->after.n == 4 ? get_u32(q->after.p) + 1 : 1;
	struct num number;
	struct row_meeting m;
	enum err err = report_meeting(r, q->meeting, &number, &m);
	if (err != OK)
		return err;
	table_begin(r, TABLE_opinion_list);
	for (; ordinal >= 1 && ordinal <= m.count && left > 0 && r->rows.n < PAGE_BYTES;
		ordinal++) {
		struct row_opinion o;
		if (!row_get(r->txn, STORE_opinion, key_of_num_u32(number, ordinal),
			    record_row_opinion(), &o, r->arena))
			continue;
		opinion_row(r, ordinal, &o);
		left--;
	}
	table_end(r);
	if (ordinal <= m.count) {
		uint8_t next[4];
		put_u32(next, ordinal - 1);
		report_next(r, next, sizeof(next));
	}
	return OK;
}
