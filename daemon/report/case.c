/* case.c: lists of cases, and one case with its steps. */
#include "daemon/report/facts.h"

#include "proto/text.h"

enum { SUMMARY_CELLS = 120, STEPS_MAX = 500 };

/* case.list */

struct case_walk {
	struct report *r;
	const struct case_list *q;
	enum case_state state; /* wanted; STATE_NONE: pending */
	size_t left, walked;
	uint8_t at[64]; /* unit, then the key looked at last */
	size_t at_n;
	bool full;
};

/* The neutral summary, or the first line of the words, cut to a row. */
static struct text summary_of(struct report *r, const struct row_case *c)
{
	struct opinion_new words = { 0 };
	report_words(r, c->seq, c->group, (uint32_t)c->unit, (uint32_t)c->with,
		record_opinion_new(), &words);
	struct text t = words.summary.n > 0 ? words.summary : words.words;
	const char *end = t.n == 0 ? NULL : memchr(t.p, '\n', t.n);
	if (end != NULL)
		t.n = (size_t)(end - t.p);
	if (t.n > 0)
		t.n = text_cut(t, SUMMARY_CELLS);
	return t;
}

static void case_row(struct report *r, struct num number, const struct row_case *c)
{
	row_begin(r);
	cell_number(r, number);
	cell_state(r, c->state);
	cell_term(r, c->kind);
	cell_term(r, c->topic);
	cell_unit(r, c->with);
	cell_day(r, c->day);
	cell_day(r, c->due);
	if (c->due == 0 || state_row((enum case_state)c->state)->phase != OPEN)
		cell_none(r);
	else
		cell_int(r, (int64_t)c->due - (int64_t)r->today);
	cell_text(r, summary_of(r, c));
}

static bool case_matches(const struct case_walk *w, const struct row_case *c)
{
	const struct house *h = w->r->house;
	const struct case_list *q = w->q;
	bool open = state_row((enum case_state)c->state)->phase == OPEN;
	if (w->state == STATE_NONE ? !open : c->state != (uint64_t)w->state)
		return false;
	if (q->kind.n > 0 && !text_equal(term_code(h, c->kind), q->kind))
		return false;
	if (q->topic.n > 0 && !text_equal(term_code(h, c->topic), q->topic))
		return false;
	return q->due == 0 || (c->due != 0 && c->due <= q->due);
}

static void look_at(struct case_walk *w, struct num number, uint32_t owner)
{
	struct row_case c;
	if (!row_get(w->r->txn, STORE_case, key_of_num(number), record_row_case(), &c, w->r->arena))
		return;
	if ((owner != 0 && c.unit != owner) || !case_matches(w, &c) ||
		!report_sees(w->r, RIGHT_SEE, (uint32_t)c.unit, (uint32_t)c.with))
		return;
	case_row(w->r, number, &c);
	w->left--;
}

/* Pending cases of a unit: the work list, soonest due first. Others: its register, oldest first. */
static void walk_unit(struct case_walk *w, const struct unit *u, struct bytes from)
{
	bool work = w->state == STATE_NONE;
	struct key prefix = key_of_u32(work ? u->id : u->series);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, w->r->txn, work ? STORE_work : STORE_case, key_bytes(&prefix));
	if (from.n > 0)
		scan_from(&s, from, true);
	while (!w->full && scan_next(&s, &key, &value)) {
		if (work && w->q->due != 0 && get_u32(key.p + 4) > w->q->due)
			break;
		put_u32(w->at, u->id);
		memcpy(w->at + 4, key.p, key.n);
		w->at_n = 4 + key.n;
		look_at(w, key_get_num(key.p + (work ? 8 : 0)), work ? 0 : u->id);
		w->full = w->left == 0 || ++w->walked == WALK_MAX;
	}
}

static enum err walk_units(struct case_walk *w)
{
	const struct case_list *q = w->q;
	uint32_t first = q->after.n > 4 ? get_u32(q->after.p) : 0;
	struct uints units;
	enum err err = report_units(w->r, RIGHT_SEE, q->unit, w->r->today, &units);
	for (size_t i = 0; err == OK && i < units.n && !w->full; i++) {
		struct bytes from = { 0 };
		if (units.v[i] < first)
			continue;
		if (units.v[i] == first)
			from = bytes_of(q->after.p + 4, q->after.n - 4);
		walk_unit(w, unit_get(&w->r->house->units, units.v[i]), from);
	}
	return err;
}

/* The cases of one meeting, in the order of its opinions. */
static enum err walk_meeting(struct case_walk *w)
{
	struct num meeting;
	struct row_meeting m;
	uint32_t ordinal = w->q->after.n == 4 ? get_u32(w->q->after.p) + 1 : 1;
	enum err err = report_meeting(w->r, w->q->meeting, &meeting, &m);
	for (; err == OK && ordinal >= 1 && ordinal <= m.count && !w->full; ordinal++) {
		struct row_opinion o;
		put_u32(w->at, ordinal);
		w->at_n = 4;
		if (row_get(w->r->txn, STORE_opinion, key_of_num_u32(meeting, ordinal),
			    record_row_opinion(), &o, w->r->arena))
			look_at(w, o.number, 0);
		w->full = w->left == 0;
	}
	return err;
}

enum err report_case_list(struct report *r, const void *request)
{
	const struct case_list *q = request;
	struct case_walk w = { .r = r, .q = q, .left = report_limit(q->limit) };
	if (q->state.n > 0 && !text_is(q->state, "pending")) {
		w.state = state_of(q->state);
		if (w.state == STATE_NONE)
			return fail_text(r->fault, E_VALUE, "state", q->state);
	}
	table_begin(r, TABLE_case_list);
	enum err err = q->meeting.n > 0 ? walk_meeting(&w) : walk_units(&w);
	if (err != OK)
		return err;
	table_end(r);
	if (w.full)
		report_next(r, w.at, w.at_n);
	return OK;
}

/* case.show */

static void facts_of_days(struct report *r, const struct row_case *c)
{
	fact_day(r, "received", c->day);
	fact_day(r, "due", c->due);
	fact_text(r, "due by", text_of(c->due == 0 ? "" : c->due_by == 2 ? "conclusion" : "kind"));
	fact_day(r, "accepted", c->accepted);
	fact_day(r, "referred", c->referred);
	fact_day(r, "acknowledged", c->acknowledged);
	fact_day(r, "included", c->included);
	fact_day(r, "settled", c->settled);
	fact_day(r, "promised by", c->promise);
	fact_day(r, "done", c->done);
	fact_day(r, "ended", c->ended);
	fact_day(r, "voided", c->voided);
}

static void facts_of_words(struct report *r, const struct row_case *c)
{
	struct opinion_new words = { 0 };
	report_words(r, c->seq, c->group, (uint32_t)c->unit, (uint32_t)c->with,
		record_opinion_new(), &words);
	fact_text(r, "summary", words.summary);
	fact_text(r, "speaker", words.speaker);
	fact_text(r, "address", words.address);
	fact_text(r, "location", words.location);
	fact_text(r, "words", words.words);
	fact_text(r, "spoken", words.spoken);
}

static void case_facts(struct report *r, struct num number, const struct row_case *c)
{
	table_begin(r, TABLE_case_facts);
	fact_text(r, "number", number_format(r->house, number, r->arena));
	fact_text(r, "state", text_of(state_row((enum case_state)c->state)->name));
	fact_text(r, "kind", term_code(r->house, c->kind));
	fact_text(r, "topic", term_code(r->house, c->topic));
	fact_text(r, "place", unit_code(r->house, c->place));
	fact_text(r, "unit", unit_code(r->house, c->unit));
	fact_text(r, "responsible", unit_code(r->house, c->with));
	fact_text(r, "meeting", number_format(r->house, c->meeting, r->arena));
	fact_count(r, "ordinal", c->ordinal);
	fact_text(r, "outcome", term_code(r->house, c->term));
	facts_of_days(r, c);
	fact_text(r, c->proposer != 0 ? "merging proposed into" : "merged into",
		number_format(r->house, c->lead, r->arena));
	if (c->custodian != 0)
		fact_count(r, "custodian", c->custodian);
	fact_text(r, "paper", c->paper);
	facts_of_words(r, c);
	table_end(r);
}

/* One event of a case as a row, whatever kind of event it is. */
struct step {
	uint64_t seq, prev, term, unit, state, officer, group;
	uint32_t day;
	const char *name;
	struct text document;
};

static bool read_step(struct report *r, uint64_t seq, struct step *to)
{
	struct bytes leaf;
	struct reader fields;
	uint64_t code;
	*to = (struct step){ .seq = seq };
	if (!journal_leaf(r->txn, seq, &leaf) || leaf_open(leaf, &code, &fields, NULL) != OK)
		return false;
	const struct record *record = event_record(code);
	void *ev = record == NULL ? NULL : arena_alloc(r->arena, 1, record->size);
	if (ev == NULL || record_read_disk(&fields, record, ev, r->arena, NULL) != OK)
		return false;
	if (code == EVENT_case_moved) {
		const struct ev_case_moved *m = ev;
		to->name = m->step < STEP_COUNT ? step_row((enum case_step)m->step)->verb : "";
		*to = (struct step){ seq, m->prev, m->term, m->unit, m->state, m->officer, m->group,
			m->day, to->name, m->document };
	} else if (code == EVENT_opinion_covered) {
		const struct ev_opinion_covered *m = ev;
		*to = (struct step){ seq, m->prev, 0, m->unit, m->state, 0, 0, m->day, "covered",
			{ 0 } };
	} else if (code == EVENT_opinion_voided) {
		const struct ev_opinion_voided *m = ev;
		*to = (struct step){ seq, m->prev, m->ground, 0, STATE_VOIDED, 0, 0, m->day,
			m->split ? "split" : "voided", { 0 } };
	} else if (code == EVENT_opinion_recorded) {
		const struct ev_opinion_recorded *m = ev;
		*to = (struct step){ seq, 0, 0, m->unit, STATE_RECORDED, 0, 0, m->day, "recorded",
			{ 0 } };
	} else {
		return false;
	}
	return true;
}

static void step_row_of(struct report *r, const struct step *s, const struct row_case *c)
{
	struct entry entry = { 0 };
	struct case_args words = { 0 };
	uint64_t header = 0;
	if (journal_header_of(r->txn, s->seq, &header))
		(void)journal_read(r->txn, header, &entry, r->arena, NULL);
	report_words(r, header, s->group, (uint32_t)c->unit, (uint32_t)c->with, record_case_args(),
		&words);
	row_begin(r);
	cell_count(r, s->seq);
	cell_time(r, entry.header.at);
	cell_day(r, s->day);
	cell_string(r, s->name);
	cell_state(r, s->state);
	cell_unit(r, s->unit);
	cell_term(r, s->term);
	cell_text(r, s->document);
	if (s->officer == 0)
		cell_none(r);
	else
		cell_count(r, s->officer);
	cell_text(r, words.text.n > 0 ? words.text : words.words);
}

static void case_steps(struct report *r, const struct row_case *c)
{
	struct step *all = arena_alloc(r->arena, STEPS_MAX, sizeof(*all));
	size_t n = 0;
	for (uint64_t seq = c->last; seq != 0 && n < STEPS_MAX && read_step(r, seq, &all[n]); n++)
		seq = all[n].prev;
	table_begin(r, TABLE_case_steps);
	while (n-- > 0)
		step_row_of(r, &all[n], c);
	table_end(r);
}

enum err report_case_show(struct report *r, const void *request)
{
	const struct case_number *q = request;
	struct num number;
	struct row_case c;
	enum err err = report_case(r, q->number, &number, &c);
	if (err != OK)
		return err;
	case_facts(r, number, &c);
	case_steps(r, &c);
	return OK;
}
