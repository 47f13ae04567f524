/* case.c: lists of cases, and one case with its steps. */
#include "daemon/able.h"
#include "daemon/report/facts.h"
#include "daemon/report/steps.h"
#include "daemon/report/work.h"

#include <assert.h>

/* case.list */

struct case_walk {
	struct report *r;
	const struct case_list *q;
	enum case_state state; /* wanted; STATE_NONE: pending, unless any */
	bool any;
	uint32_t owner;   /* wanted; 0: any */
	bool queue;       /* wanted: those that no officer works on */
	struct able able; /* the owner who was looked at last */
	size_t left, walked;
	uint8_t at[64]; /* unit, then the last key passed */
	size_t at_n;
	bool full;
};

/* The neutral summary, or the first line of the words, cut to a row. */
static struct text summary_of(struct report *r, const struct row_case *c)
{
	struct opinion_new words = { 0 };
	report_words(r, c->seq, c->group, (uint32_t)c->unit, (uint32_t)c->with,
		record_opinion_new(), &words);
	return first_line(r, words.summary.n > 0 ? words.summary : words.words);
}

static bool sealed(const struct row_case *c)
{
	return (c->flags & CASE_SEALED) != 0;
}

static uint32_t owner_of(struct case_walk *w, const struct row_case *c)
{
	struct report *r = w->r;
	return able_owner(&w->able, r->txn, c, &r->house->units, r->today, r->arena);
}

static void case_row(struct case_walk *w, struct num number, const struct row_case *c)
{
	struct report *r = w->r;
	uint32_t owner = owner_of(w, c);
	row_begin(r);
	cell_number(r, number);
	cell_state(r, c->state);
	cell_term(r, c->kind);
	cell_term(r, sealed(c) ? 0 : c->topic);
	cell_unit(r, c->with);
	cell_day(r, c->day);
	cell_day(r, c->due);
	if (c->due == 0 || state_row((enum case_state)c->state)->phase != OPEN)
		cell_none(r);
	else
		cell_int(r, (int64_t)c->due - (int64_t)r->today);
	cell_text(r, summary_of(r, c));
	if (owner == 0)
		cell_none(r);
	else
		cell_count(r, owner);
}

static bool case_matches(struct case_walk *w, const struct row_case *c)
{
	const struct house *h = w->r->house;
	const struct case_list *q = w->q;
	bool open = state_row((enum case_state)c->state)->phase == OPEN;
	if (!w->any && (w->state == STATE_NONE ? !open : c->state != (uint64_t)w->state))
		return false;
	if (q->kind.n > 0 && !text_equal(term_code(h, c->kind), q->kind))
		return false;
	if (q->topic.n > 0 && (sealed(c) || !text_equal(term_code(h, c->topic), q->topic)))
		return false;
	if (q->due != 0 && (c->due == 0 || c->due > q->due))
		return false;
	if (w->queue)
		return owner_of(w, c) == 0;
	return w->owner == 0 || owner_of(w, c) == w->owner;
}

/*
 * Shows a case that matches. false: the page ends; before this case when it is the first one too
 * many, else after it.
 */
static bool look_at(struct case_walk *w, struct num number, uint32_t owner, struct bytes at)
{
	struct row_case c;
	if (row_get(w->r->txn, STORE_case, key_of_num(number), record_row_case(), &c,
		    w->r->arena) &&
		(owner == 0 || c.unit == owner) && case_matches(w, &c) &&
		report_sees(w->r, RIGHT_SEE, (uint32_t)c.unit, (uint32_t)c.with)) {
		if (w->left == 0)
			return false;
		case_row(w, number, &c);
		w->left--;
	}
	memcpy(w->at, at.p, at.n);
	w->at_n = at.n;
	return ++w->walked < WALK_MAX;
}

/* The same, of these responsible units alone. */
static bool look_at_within(
	struct case_walk *w, struct num number, const struct uints *units, struct bytes at)
{
	struct row_case c;
	bool within = w->q->unit.n == 0;
	if (!within && row_get(w->r->txn, STORE_case, key_of_num(number), record_row_case(), &c,
			       w->r->arena))
		for (size_t i = 0; i < units->n && !within; i++)
			within = units->v[i] == c.with;
	if (within)
		return look_at(w, number, 0, at);
	memcpy(w->at, at.p, at.n);
	w->at_n = at.n;
	return ++w->walked < WALK_MAX;
}

/* Pending cases: the work lists of all units as one, soonest due first. */
static enum err walk_work(struct case_walk *w)
{
	uint8_t place[WORK_PLACE_BYTES];
	struct uints units;
	struct work work;
	enum err err = report_units(w->r, RIGHT_SEE, w->q->unit, w->r->today, &units);
	if (err != OK)
		return err;
	work_open(&work, w->r->txn, &units, w->q->after, w->r->arena);
	while (!w->full && work_next(&work, place)) {
		if (w->q->due != 0 && work_due(place) > w->q->due)
			break;
		w->full = !look_at(w, work_case(place), 0, bytes_of(place, sizeof(place)));
	}
	return OK;
}

/* All others: the register of one unit after the other, oldest first. */
static void walk_register(struct case_walk *w, const struct unit *u, struct bytes from)
{
	struct key prefix = key_of_u32(u->series);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, w->r->txn, STORE_case, key_bytes(&prefix));
	if (from.n > 0)
		scan_from(&s, from, true);
	while (!w->full && scan_next(&s, &key, &value)) {
		struct key at = key_of_u32(u->id);
		memcpy(at.p + at.n, key.p, key.n);
		at.n += key.n;
		w->full = !look_at(w, key_get_num(key.p), u->id, key_bytes(&at));
	}
}

static enum err walk_registers(struct case_walk *w)
{
	const struct case_list *q = w->q;
	uint32_t first = q->after.n > 0 ? get_u32(q->after.p) : 0;
	struct uints units;
	enum err err = report_units(w->r, RIGHT_SEE, q->unit, w->r->today, &units);
	for (size_t i = 0; err == OK && i < units.n && !w->full; i++) {
		struct bytes from = { 0 };
		if (units.v[i] < first)
			continue;
		if (units.v[i] == first)
			from = bytes_of(q->after.p + 4, q->after.n - 4);
		walk_register(w, unit_get(&w->r->house->units, units.v[i]), from);
	}
	return err;
}

/* The cases of one meeting, in the order of its opinions. */
static enum err walk_meeting(struct case_walk *w)
{
	struct num meeting;
	struct row_meeting m;
	uint32_t ordinal = w->q->after.n > 0 ? get_u32(w->q->after.p) + 1 : 1;
	enum err err = report_meeting(w->r, w->q->meeting, &meeting, &m);
	for (; err == OK && ordinal >= 1 && ordinal <= m.count && !w->full; ordinal++) {
		struct row_opinion o;
		struct key at = key_of_u32(ordinal);
		if (row_get(w->r->txn, STORE_opinion, key_of_num_u32(meeting, ordinal),
			    record_row_opinion(), &o, w->r->arena))
			w->full = !look_at(w, o.number, 0, key_bytes(&at));
	}
	return err;
}

/* What one officer has in hand, soonest due first. */
static enum err walk_in_hand(struct case_walk *w)
{
	struct key prefix = key_of_u32(w->owner), from;
	struct bytes key, value, after = w->q->after;
	struct uints units;
	AUTO(scan_close) struct scan s;
	enum err err = report_units(w->r, RIGHT_SEE, w->q->unit, w->r->today, &units);
	if (err != OK)
		return err;
	key_u8(&prefix, IN_HAND_CASE);
	from = prefix;
	scan_open(&s, w->r->txn, STORE_in_hand, key_bytes(&prefix));
	if (after.n > 0) {
		memcpy(from.p + from.n, after.p, after.n);
		from.n += after.n;
		scan_from(&s, key_bytes(&from), true);
	}
	while (!w->full && scan_next(&s, &key, &value)) {
		struct bytes at = { key.p + prefix.n, key.n - prefix.n };
		w->full = !look_at_within(w, work_case(at.p), &units, at);
	}
	return OK;
}

/* The four orders in which cases are listed, and how a place in each is written. */
struct case_order {
	enum err (*walk)(struct case_walk *w);
	size_t place_bytes;
};

static const struct case_order *order_of(const struct case_walk *w)
{
	static const struct case_order meeting = { walk_meeting, 4 },
				       work = { walk_work, WORK_PLACE_BYTES },
				       in_hand = { walk_in_hand, WORK_PLACE_BYTES },
				       registers = { walk_registers, 4 + NUM_KEY_BYTES };
	bool waits = w->state == STATE_NONE || (step_row(STEP_assign)->from & 1u << w->state);
	if (w->q->meeting.n > 0)
		return &meeting;
	if (w->owner != 0 && waits)
		return &in_hand;
	return w->state == STATE_NONE ? &work : &registers;
}

static enum err read_owner(struct case_walk *w)
{
	struct text t = w->q->owner;
	uint64_t n = 0;
	w->queue = text_is(t, "none");
	if (text_is(t, "mine"))
		w->owner = w->r->officer;
	if (t.n == 0 || w->queue || w->owner != 0)
		return OK;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '9' || n > UINT32_MAX)
			return fail_text(w->r->fault, E_VALUE, "owner", t);
		n = n * 10 + (uint64_t)(t.p[i] - '0');
	}
	if (n == 0 || n > UINT32_MAX)
		return fail_text(w->r->fault, E_VALUE, "owner", t);
	w->owner = (uint32_t)n;
	return OK;
}

enum err report_case_list(struct report *r, const void *request)
{
	const struct case_list *q = request;
	struct case_walk w = { .r = r, .q = q, .left = report_limit(q->limit) };
	w.any = q->state.n == 0 && q->meeting.n > 0; /* of a meeting all, of a unit what waits */
	if (q->state.n > 0 && !text_is(q->state, "pending")) {
		w.state = state_of(q->state);
		if (w.state == STATE_NONE)
			return fail_text(r->fault, E_VALUE, "state", q->state);
	}
	enum err err = read_owner(&w);
	if (err == OK)
		err = check_code(r, "kinds", q->kind, "kind");
	if (err == OK)
		err = check_code(r, "topics", q->topic, "topic");
	const struct case_order *order = order_of(&w);
	if (err != OK)
		return err;
	assert(q->after.n == 0 ||
		q->after.n == order->place_bytes); /* it was sealed for this order */
	table_begin(r, TABLE_case_list);
	err = order->walk(&w);
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
	static const char *const due_by[] = { "", "kind", "conclusion", "merged case",
		"other register" };
	fact_day(r, "received", c->day);
	fact_day(r, "due", c->due);
	fact_text(r, "due by", text_of(c->due == 0 ? "" : due_by[c->due_by]));
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
	report_known(r, words.person, &words.speaker, &words.address);
	fact_text(r, "summary", words.summary);
	fact_text(r, "speaker", words.speaker);
	fact_text(r, "person", words.person);
	fact_text(r, "address", words.address);
	fact_text(r, "location", words.location);
	fact_text(r, "words", words.words);
	fact_text(r, "spoken", words.spoken);
	fact_text(r, "interpreter", words.interpreter);
	fact_text(r, "witness", words.witness);
}

/* The last term of a case is an outcome or a ground: the list that it stands in tells. */
static void fact_of_term(struct report *r, const struct row_case *c)
{
	if (c->term == 0 || c->term > r->house->term_count)
		return;
	bool outcome = text_is(r->house->terms[c->term - 1].list, "outcomes");
	fact_text(r, outcome ? "outcome" : "ground", term_code(r->house, c->term));
}

/* The item of a conclusion that covers the opinion: version/item. Nothing was done yet with a case
 * whose last event is that of its meeting. */
static void fact_of_cover(struct report *r, const struct row_case *c, const struct step *last)
{
	struct row_opinion o;
	if (last != NULL && last->first)
		return;
	if (row_get(r->txn, STORE_opinion, key_of_num_u32(c->meeting, (uint32_t)c->ordinal),
		    record_row_opinion(), &o, r->arena) &&
		o.version != 0)
		fact_text(r, "covered by",
			arena_format(r->arena, "%llu/%llu", (unsigned long long)o.version,
				(unsigned long long)o.item));
}

/* What a case is about, and where it is. */
static void facts_of_matter(struct report *r, const struct row_case *c, const struct step *last)
{
	fact_text(r, "topic", term_code(r->house, c->topic));
	fact_text(r, "place", unit_code(r->house, c->place));
	fact_text(r, "unit", unit_code(r->house, c->unit));
	fact_text(r, "responsible", unit_code(r->house, c->with));
	fact_text(r, "meeting", number_format(r->house, c->meeting, r->arena));
	if (c->ordinal != 0)
		fact_count(r, "ordinal", c->ordinal);
	struct row_crowd crowd;
	fact_text(r, "crowd", number_format(r->house, crowd_of_case(r, c, &crowd), r->arena));
	fact_of_cover(r, c, last);
	fact_of_term(r, c);
	fact_text(r, "feedback", term_code(r->house, c->feedback));
	fact_text(r, "takes up", number_format(r->house, c->previous, r->arena));
	fact_text(r, "taken up by", number_format(r->house, c->next, r->arena));
	fact_text(r, c->proposer != 0 ? "merging proposed into" : "merged into",
		number_format(r->house, c->lead, r->arena));
}

/* An owner who can no longer work on it: the case is in its unit's queue. */
static void fact_of_owner(struct report *r, const struct row_case *c)
{
	struct able able = { 0 };
	if (c->owner == 0)
		return;
	uint32_t owner = able_owner(&able, r->txn, c, &r->house->units, r->today, r->arena);
	fact_count(r, owner != 0 ? "owner" : "owner before", c->owner);
}

/* Of a sealed case: number, kind, state, days, and where its paper is. */
static void case_facts(
	struct report *r, struct num number, const struct row_case *c, const struct step *last)
{
	table_begin(r, TABLE_case_facts);
	fact_text(r, "number", number_format(r->house, number, r->arena));
	fact_text(r, "state", text_of(state_row((enum case_state)c->state)->name));
	fact_text(r, "kind", term_code(r->house, c->kind));
	fact_text(r, "number on paper", c->old);
	fact_text(r, "other register", c->source);
	fact_text(r, "key there", c->key);
	if (!sealed(c))
		facts_of_matter(r, c, last);
	facts_of_days(r, c);
	if (c->custodian != 0)
		fact_count(r, "custodian", c->custodian);
	fact_text(r, "paper", c->paper);
	fact_of_owner(r, c);
	if (!sealed(c))
		facts_of_words(r, c);
	table_end(r);
}

enum err report_case_show(struct report *r, const void *request)
{
	const struct case_number *q = request;
	struct num number;
	struct row_case c;
	struct step *steps;
	enum err err = report_case(r, q->number, &number, &c);
	if (err != OK)
		return err;
	size_t n = sealed(&c) ? 0 : steps_read(r, c.last, &steps);
	case_facts(r, number, &c, n > 0 ? &steps[0] : NULL);
	if (!sealed(&c))
		steps_table(r, &c, steps, n);
	return OK;
}

/* case.attachment */

/* The step of a case that attached a file; false when the entry is anything else. */
static bool read_attach(struct report *r, uint64_t seq, struct num number, struct ev_case_moved *to)
{
	struct bytes leaf;
	struct reader fields;
	uint64_t code;
	return journal_leaf(r->txn, seq, &leaf) && leaf_open(leaf, &code, &fields, NULL) == OK &&
	       code == EVENT_case_moved &&
	       record_read_disk(&fields, record_ev_case_moved(), to, r->arena, NULL) == OK &&
	       to->step == STEP_attach && num_equal(to->case_number, number);
}

enum err report_case_attachment(struct report *r, const void *request)
{
	const struct case_attachment *q = request;
	struct case_args words = { 0 };
	struct ev_case_moved ev;
	struct row_case c;
	struct num number;
	uint64_t header = 0;
	enum err err = report_case(r, q->number, &number, &c);
	if (err == OK && !report_sees(r, RIGHT_READ, (uint32_t)c.unit, (uint32_t)c.with))
		err = fail(r->fault, E_NOT_ALLOWED, "number", r->cmd->wire);
	if (err != OK)
		return err;
	if (read_attach(r, q->entry, number, &ev) && journal_header_of(r->txn, q->entry, &header))
		report_words(r, header, ev.group, (uint32_t)c.unit, (uint32_t)c.with,
			record_case_args(), &words);
	if (words.name.n == 0) /* none, or destroyed */
		return fail(r->fault, E_NOT_FOUND, "entry", "a file with this step");
	r->body = (struct body_place){ header, ev.size };
	table_begin(r, TABLE_case_attachment);
	row_begin(r);
	cell_text(r, words.name);
	cell_count(r, ev.size);
	cell_text(r, words.sha256);
	table_end(r);
	return OK;
}
