/*
 * import.c: cases of another register. A key that is new is a case, one that is known is amended:
 * what the row says replaces what was said before, empty cells too. A case that was worked on here
 * is this register's own from then on.
 */
#include "daemon/decide/decide.h"

#include "proto/day.h"

/* A case of a key as this action finds it, or has left it. */
struct known {
	struct ev_case_imported ev; /* what its last row said */
	uint64_t last;              /* seq of its last event */
	uint64_t seq;               /* header and group of its words */
	bool worked;                /* something else was done with it since */
};

struct importing {
	struct decision *d;
	const struct import_cases *q;
	struct known **keys; /* a hash table of the keys of this action */
	size_t slots;        /* a power of two, more than twice the rows */
	struct num *given;   /* last number given in each series and year */
	size_t given_count;
	uint32_t unit; /* whose register may be written, as was found last */
};

/* Keys of this action. */

static size_t hash_of(struct text t)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a */
	for (size_t i = 0; i < t.n; i++)
		hash = (hash ^ (uint8_t)t.p[i]) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32);
}

/* Where the key stands, or would. */
static struct known **slot_of(const struct importing *im, struct text key)
{
	size_t at = hash_of(key) & (im->slots - 1);
	while (im->keys[at] != NULL && !text_equal(im->keys[at]->ev.key, key))
		at = (at + 1) & (im->slots - 1);
	return &im->keys[at];
}

static bool last_is_import(struct decision *d, uint64_t seq)
{
	struct bytes leaf;
	struct reader fields;
	uint64_t code;
	return journal_leaf(d->txn, seq, &leaf) && leaf_open(leaf, &code, &fields, NULL) == OK &&
	       code == EVENT_case_imported;
}

/* The case of a key in the store; NULL when it is new. */
static struct known *load(struct importing *im, struct text key)
{
	struct decision *d = im->d;
	struct row_origin origin;
	struct row_case c;
	if (!row_get(d->txn, STORE_origin, key_of_origin(im->q->source, key), record_row_origin(),
		    &origin, d->arena) ||
		!row_get(d->txn, STORE_case, key_of_num(origin.number), record_row_case(), &c,
			d->arena))
		return NULL;
	struct known *k = arena_alloc(d->arena, 1, sizeof(*k));
	*k = (struct known){ .last = c.last,
		.seq = c.seq,
		.worked = !last_is_import(d, c.last),
		.ev = { .case_number = origin.number,
			.source = im->q->source,
			.key = key,
			.state = c.state,
			.unit = c.unit,
			.received = c.day,
			.accepted = c.accepted,
			.settled = c.settled,
			.due = c.due,
			.kind = c.kind,
			.topic = c.topic,
			.outcome = c.term,
			.old = c.old,
			.custodian = c.custodian,
			.paper = c.paper,
			.group = c.group } };
	return k;
}

static struct known **find(struct importing *im, struct text key)
{
	struct known **slot = slot_of(im, key);
	if (*slot == NULL)
		*slot = load(im, key);
	return slot;
}

/* Rows. */

static enum err check_unit(struct importing *im, const struct import_row *row, uint64_t *to)
{
	const struct unit *unit;
	enum err err = decide_unit(im->d, row->unit, row->received, "unit", &unit);
	if (err == OK && unit->id != im->unit)
		err = decide_may_unit(im->d, RIGHT_RECORD, unit->id, "unit");
	if (err == OK)
		*to = im->unit = unit->id;
	return err;
}

/* 0, or a day from the one it was received to today. */
static enum err check_day(
	struct decision *d, uint32_t day, uint32_t received, const char *field, uint32_t *to)
{
	*to = 0;
	if (day == 0)
		return OK;
	if (day < received)
		return fail(d->fault, E_RANGE, field, "before the case was received");
	return decide_day(d, day, field, to);
}

static enum err check_days(
	struct decision *d, const struct import_row *row, struct ev_case_imported *ev)
{
	enum err err = decide_day(d, row->received, "received", &ev->received);
	if (err == OK)
		err = check_day(d, row->accepted, row->received, "accepted", &ev->accepted);
	if (err == OK)
		err = check_day(d, row->settled, row->received, "settled", &ev->settled);
	if (err == OK && row->outcome.n > 0 && row->settled == 0)
		err = fail(d->fault, E_MISSING, "settled", NULL);
	ev->due = row->due;
	return err;
}

static enum err check_codes(
	struct decision *d, const struct import_row *row, struct ev_case_imported *ev)
{
	const struct policy *p = &d->house->policy;
	enum err err = decide_term(d, "kinds", &p->kinds, row->kind, "kind", &ev->kind);
	if (err == OK)
		err = decide_term(d, "topics", &p->topics, row->topic, "topic", &ev->topic);
	if (err == OK)
		err = decide_term(
			d, "outcomes", &p->outcomes, row->outcome, "outcome", &ev->outcome);
	return err;
}

static enum case_state state_of_row(const struct ev_case_imported *ev)
{
	return ev->settled != 0    ? STATE_RESOLVED
	       : ev->accepted != 0 ? STATE_ACCEPTED
	       : ev->kind != 0     ? STATE_CLASSIFIED
				   : STATE_RECORDED;
}

static enum err read_row(
	struct importing *im, const struct import_row *row, struct ev_case_imported *ev)
{
	struct decision *d = im->d;
	struct words_ref words = decide_words(d, record_import_row(), row);
	*ev = (struct ev_case_imported){ .source = im->q->source,
		.key = row->key,
		.line = row->line,
		.old = row->old,
		.custodian = row->custodian,
		.paper = row->paper,
		.policy = d->house->policy_version,
		.w = words.w,
		.group = words.group };
	enum err err = OK;
	if (row->line < im->q->first || row->line >= im->q->next)
		err = fail(d->fault, E_RANGE, "line", "not of this part");
	if (err == OK)
		err = check_unit(im, row, &ev->unit);
	if (err == OK)
		err = check_days(d, row, ev);
	if (err == OK)
		err = check_codes(d, row, ev);
	if (err == OK)
		err = decide_sealed(d, row->kind, row->custodian, row->paper, words.group != 0);
	ev->state = state_of_row(ev);
	return err;
}

static bool same_words(struct decision *d, const struct known *k, const struct ev_case_imported *ev)
{
	struct group before;
	if ((k->ev.group == 0) != (ev->group == 0))
		return false;
	return ev->group == 0 ||
	       (journal_words(d->txn, k->seq, (uint16_t)(k->ev.group - 1), &before) &&
		       bytes_equal(before.words, d->groups->v[ev->group - 1].words));
}

/* The row says what is known already. */
static bool same(struct decision *d, const struct known *k, const struct ev_case_imported *ev)
{
	const struct ev_case_imported *was = &k->ev;
	return was->state == ev->state && was->unit == ev->unit && was->received == ev->received &&
	       was->accepted == ev->accepted && was->settled == ev->settled &&
	       was->due == ev->due && was->kind == ev->kind && was->topic == ev->topic &&
	       was->outcome == ev->outcome && text_equal(was->old, ev->old) &&
	       was->custodian == ev->custodian && text_equal(was->paper, ev->paper) &&
	       same_words(d, k, ev);
}

/* The next number of the unit and the day's year. */
static struct num give(struct importing *im, const struct ev_case_imported *ev)
{
	const struct unit *unit = unit_get(&im->d->house->units, (uint32_t)ev->unit);
	int year, month, day;
	day_split(ev->received, &year, &month, &day);
	struct num next = { .series = unit->series, .year = (uint16_t)year };
	for (size_t i = im->given_count; i-- > 0;)
		if (im->given[i].series == next.series && im->given[i].year == next.year) {
			im->given[i].n++;
			return im->given[i];
		}
	next = decide_number(im->d, NOUN_CASE, unit, ev->received);
	im->given[im->given_count++] = next;
	return next;
}

static enum err emit(struct importing *im, struct known *k, const struct ev_case_imported *ev)
{
	enum err err = decide_emit(im->d, EVENT_case_imported, ev);
	k->ev = *ev;
	k->last = im->d->seq + im->d->event_count;
	k->seq = im->d->seq;
	return err;
}

/* A number names its unit: under another one the case gets another, and the first is voided. */
static enum err leave_unit(struct importing *im, struct known *k, uint64_t line)
{
	struct ev_case_imported ev = k->ev;
	enum err err = decide_may_unit(im->d, RIGHT_RECORD, (uint32_t)ev.unit, "unit");
	ev.line = line;
	ev.state = STATE_VOIDED;
	ev.voided = im->d->today;
	ev.policy = im->d->house->policy_version;
	ev.prev = k->last;
	ev.w = (struct bytes){ 0 };
	ev.group = 0;
	return err == OK ? emit(im, k, &ev) : err;
}

static enum err take_row(struct importing *im, const struct import_row *row)
{
	struct ev_case_imported ev;
	enum err err = read_row(im, row, &ev);
	if (err != OK)
		return err;
	struct known **slot = find(im, row->key), *k = *slot;
	if (k == NULL) {
		*slot = k = arena_alloc(im->d->arena, 1, sizeof(*k));
		ev.case_number = give(im, &ev);
		return emit(im, k, &ev);
	}
	if (same(im->d, k, &ev))
		return OK;
	if (k->worked)
		return fail_text(im->d->fault, E_OURS, "key",
			number_format(im->d->house, k->ev.case_number, im->d->arena));
	if ((k->ev.custodian != 0) != (ev.custodian != 0)) /* words would have to go, or come */
		return fail_text(im->d->fault, E_SEALED, "kind", row->kind);
	bool moves = k->ev.unit != ev.unit;
	if (moves)
		err = leave_unit(im, k, row->line);
	ev.line = row->line;
	ev.case_number = moves ? give(im, &ev) : k->ev.case_number;
	ev.prev = moves ? 0 : k->last;
	return err == OK ? emit(im, k, &ev) : err;
}

/* Parts come in order, so that none is taken over twice and none is left out. */
static enum err check_part(struct decision *d, const struct import_cases *q)
{
	struct row_import row;
	uint64_t next = 1;
	if (row_get(d->txn, STORE_import, key_of_import(q->file, q->source), record_row_import(),
		    &row, d->arena))
		next = row.next;
	if (q->first != next)
		return fail(d->fault, E_CONFLICT, "first",
			arena_format(d->arena, "%llu would come next", (unsigned long long)next).p);
	if (q->next <= q->first)
		return fail(d->fault, E_RANGE, "next", "not after the first line");
	return OK;
}

enum err decide_import_cases(struct decision *d, const void *request)
{
	const struct import_cases *q = request;
	const struct import_row *rows = q->rows.v;
	struct importing im = { .d = d, .q = q, .slots = 1 };
	enum err err = decide_policy(d);
	if (err == OK)
		err = check_part(d, q);
	if (err != OK)
		return err;
	while (im.slots <= 2 * q->rows.n)
		im.slots *= 2;
	im.keys = arena_alloc(d->arena, im.slots, sizeof(struct known *));
	im.given = arena_alloc(d->arena, q->rows.n + 1, sizeof(*im.given));
	for (size_t i = 0; i < q->rows.n; i++) {
		err = take_row(&im, &rows[i]);
		if (err == OK)
			continue;
		fault_within(d->fault, "rows", (int64_t)i);
		return err;
	}
	struct ev_import_done done = { q->source, q->file, q->next };
	return decide_emit(d, EVENT_import_done, &done);
}
