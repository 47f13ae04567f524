/*
 * journal.c: events of the journal from a place on, each with who signed the entry that it stands
 * in. An event about a case, a meeting, a person … is seen by who sees that; what the house is made
 * of (units, policy, officers, keys) by who reads rates of the whole register, and by
 * administrators as far as they reach. There are no words in an event, and of names none.
 */
#include "daemon/reply.h"
#include "daemon/report/facts.h"
#include "proto/action.h"
#include "proto/paper.h"

/* Each leaf that is walked over costs a look at what it is about: so many in ten milliseconds. */
enum { NODES_MAX = LIMIT_NODES - 512, LEAVES_MAX = WALK_MAX / 4 };

/* The entry that the walk is in. */
struct header {
	uint64_t seq;
	int64_t at;
	struct text verb;
	uint8_t key[KEY_ID_BYTES];
	uint64_t officer;
	bool known;
};

/* What an event is about. */
struct about {
	struct num number;   /* of the case, the meeting, the visit …; none: the house */
	uint32_t unit, with; /* 0: none */
	bool sealed, seen;
};

struct journal_walk {
	struct report *r;
	const struct journal_list *q;
	struct num number; /* asked for */
	uint32_t root;     /* unit asked for, 0: all */
	bool house;        /* sees all of the house */
	struct header header;
	size_t left, walked, nodes;
	uint64_t at; /* the place behind the last that was passed */
	bool full;
};

/* Headers. */

/* The head was checked when it came in; the verb stands at its beginning. */
static struct text verb_of(struct bytes head)
{
	struct reader rd = reader_of(head);
	uint32_t n = read_map(&rd);
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		if (text_is(read_text(&rd), "verb"))
			return read_text(&rd);
		(void)read_any(&rd);
	}
	return (struct text){ 0 };
}

static void read_header(struct journal_walk *w, uint64_t seq, struct reader *fields)
{
	struct header *to = &w->header;
	struct report *r = w->r;
	struct ev_entry entry;
	struct row_key row;
	struct key key = { .n = KEY_ID_BYTES };
	*to = (struct header){ .seq = seq, .known = true };
	if (record_read_disk(fields, record_ev_entry(), &entry, r->arena, NULL) != OK)
		return;
	to->at = entry.at;
	memcpy(to->key, entry.key.p, KEY_ID_BYTES);
	memcpy(key.p, entry.key.p, KEY_ID_BYTES);
	to->verb = verb_of(entry.head);
	if (row_get(r->txn, STORE_key, key, record_row_key(), &row, r->arena))
		to->officer = row.officer;
}

/* A page may begin in the middle of an entry. */
static void find_header(struct journal_walk *w, uint64_t event_seq)
{
	struct bytes leaf;
	struct reader fields;
	uint64_t seq, code;
	if (!w->header.known && journal_header_of(w->r->txn, event_seq, &seq) &&
		journal_leaf(w->r->txn, seq, &leaf) && leaf_open(leaf, &code, &fields, NULL) == OK)
		read_header(w, seq, &fields);
}

/* Rights. */

static const void *value_of(const struct record *record, const char *name, const void *ev)
{
	const struct field *f = record_field(record, text_of(name));
	return f == NULL ? NULL : (const char *)ev + f->offset;
}

static void about_case(struct journal_walk *w, struct about *to)
{
	struct row_case c;
	if (!row_get(w->r->txn, STORE_case, key_of_num(to->number), record_row_case(), &c,
		    w->r->arena))
		return;
	to->unit = (uint32_t)c.unit;
	to->with = (uint32_t)c.with;
	to->sealed = (c.flags & CASE_SEALED) != 0;
}

/* A row of a table whose keys are numbers and whose rows name their unit in `unit`. */
static void about_row(struct journal_walk *w, struct about *to, enum store table)
{
	const struct record *record = row_record(table);
	char *row = arena_alloc(w->r->arena, 1, record->size);
	const uint64_t *unit = value_of(record, "unit", row);
	if (row_get(w->r->txn, table, key_of_num(to->number), record, row, w->r->arena) &&
		unit != NULL)
		to->unit = (uint32_t)*unit;
}

static void about_meeting(struct journal_walk *w, struct about *to)
{
	about_row(w, to, STORE_meeting);
}

static void about_person(struct journal_walk *w, struct about *to)
{
	about_row(w, to, STORE_person);
}

static void about_visit(struct journal_walk *w, struct about *to)
{
	about_row(w, to, STORE_visit);
}

static void about_crowd(struct journal_walk *w, struct about *to)
{
	about_row(w, to, STORE_crowd);
}

/* Of what it is of: what is not told of a sealed case is not told of its papers. */
static void about_paper(struct journal_walk *w, struct about *to, struct text code)
{
	struct row_paper p;
	if (!row_get(
		    w->r->txn, STORE_paper, key_of_text(code), record_row_paper(), &p, w->r->arena))
		return;
	to->number = p.of;
	if (paper_row((enum paper)p.paper)->subject == PAPER_OF_CASE)
		about_case(w, to);
	to->unit = (uint32_t)p.unit;
	to->with = p.n != 0 ? (uint32_t)p.to : 0;
}

static struct about about_event(struct journal_walk *w, const struct record *record, const void *ev)
{
	static const struct {
		const char *field;
		void (*find)(struct journal_walk *w, struct about *to);
	} nouns[] = { { "visit", about_visit }, { "crowd", about_crowd },
		{ "person", about_person }, { "case_number", about_case },
		{ "meeting", about_meeting } };
	struct about a = { 0 };
	const struct text *code = value_of(record, "check_code", ev);
	const uint64_t *unit = value_of(record, "unit", ev);
	if (code != NULL)
		about_paper(w, &a, *code);
	for (size_t i = 0; code == NULL && a.number.n == 0 && i < COUNT(nouns); i++) {
		const struct num *number = value_of(record, nouns[i].field, ev);
		if (number == NULL || number->n == 0)
			continue;
		a.number = *number;
		nouns[i].find(w, &a);
	}
	if (code != NULL || a.number.n != 0) {
		a.seen = a.unit != 0 && report_sees(w->r, RIGHT_SEE, a.unit, a.with);
		return a;
	}
	a.unit = unit == NULL ? 0 : (uint32_t)*unit;
	a.seen = w->house || (a.unit != 0 && report_sees(w->r, RIGHT_ADMIN, a.unit, 0));
	return a;
}

static bool same(const struct num *a, struct num b)
{
	return a != NULL && a->series == b.series && a->year == b.year && a->n == b.n;
}

/* Is it what was asked for? Of a sealed case only its number is told, so only that is looked at. */
static bool is_asked_for(const struct journal_walk *w, const struct about *a,
	const struct record *record, const void *ev)
{
	const struct journal_list *q = w->q;
	const struct units *units = &w->r->house->units;
	uint32_t today = w->r->today;
	if (q->number.n > 0 && !same(&a->number, w->number) &&
		(a->sealed || !same(value_of(record, "meeting", ev), w->number)))
		return false;
	if (q->verb.n > 0 && (a->sealed || !text_equal(w->header.verb, q->verb)))
		return false;
	return w->root == 0 || (a->unit != 0 && unit_within(units, a->unit, w->root, today)) ||
	       (!a->sealed && a->with != 0 && unit_within(units, a->with, w->root, today));
}

/* Rows. */

/* Secrets' hashes and what names a person stay in the house; of a sealed case what case.show tells.
 */
static bool is_told(const struct field *f, bool sealed)
{
	static const char *const kept[] = { "token", "recovery", "post", "reason", "group" };
	static const char *const told[] = { "case_number", "kind", "state", "day", "received",
		"accepted", "settled", "voided", "due", "old", "source", "key", "custodian",
		"paper" };
	const char *const *list = sealed ? told : kept;
	for (size_t i = 0; i < (sealed ? COUNT(told) : COUNT(kept)); i++)
		if (strcmp(f->name, list[i]) == 0)
			return sealed;
	return !sealed;
}

/* The map of the fields; the number of values that it is made of. */
static size_t cell_fields(
	struct report *r, const struct record *record, const void *ev, bool sealed)
{
	size_t count = 0, nodes = 1;
	for (size_t i = 0; i < record->count; i++)
		count += !field_is_empty(&record->fields[i], ev) &&
			 is_told(&record->fields[i], sealed);
	struct writer *w = cell_value(r);
	write_map(w, count);
	for (size_t i = 0; i < record->count; i++) {
		const struct field *f = &record->fields[i];
		if (field_is_empty(f, ev) || !is_told(f, sealed))
			continue;
		write_string(w, f->name);
		reply_field(w, r->house, f, ev, r->arena);
		nodes += 2;
		if (f->kind == KIND_UINTS)
			nodes += ((const struct uints *)((const char *)ev + f->offset))->n;
	}
	return nodes;
}

/* Who did something with a sealed case, and by which command, is not told. */
static void event_row(
	struct journal_walk *w, uint64_t seq, uint64_t code, const struct about *a, const void *ev)
{
	struct report *r = w->r;
	const struct header *h = &w->header;
	row_begin(r);
	cell_count(r, seq);
	cell_time(r, h->at);
	cell_text(r, a->sealed ? (struct text){ 0 } : h->verb);
	if (a->sealed || h->officer == 0)
		cell_none(r);
	else
		cell_count(r, h->officer);
	cell_unit(r, a->sealed ? 0 : a->unit);
	cell_number(r, a->number);
	cell_string(r, event_name(code));
	w->nodes += table_shape(TABLE_journal_list)->count +
		    cell_fields(r, event_record(code), ev, a->sealed);
	cell_count(r, h->seq);
	cell_hex(r, a->sealed ? (struct bytes){ 0 } : bytes_of(h->key, sizeof(h->key)));
}

/* false: the page ends before this event. */
static bool show_event(struct journal_walk *w, uint64_t seq, uint64_t code, struct reader *fields)
{
	struct report *r = w->r;
	const struct record *record = event_record(code);
	void *ev = record == NULL ? NULL : arena_alloc(r->arena, 1, record->size);
	if (ev == NULL || record_read_disk(fields, record, ev, r->arena, NULL) != OK)
		return true; /* verify finds it */
	struct about a = about_event(w, record, ev);
	if (!a.seen || !is_asked_for(w, &a, record, ev))
		return true;
	/* An event may bring LIMIT_ITEM_ORDINALS values and those of LIMIT_FIELDS fields. */
	if (w->left == 0 || r->rows.n >= PAGE_BYTES ||
		w->nodes + LIMIT_ITEM_ORDINALS + 3 * LIMIT_FIELDS > NODES_MAX)
		return false;
	event_row(w, seq, code, &a, ev);
	w->left--;
	return true;
}

static void look_at(struct journal_walk *w, uint64_t seq, struct bytes leaf)
{
	struct reader fields;
	uint64_t code;
	if (leaf_open(leaf, &code, &fields, NULL) == OK) {
		if (code == EVENT_entry)
			read_header(w, seq, &fields);
		else
			find_header(w, seq);
		w->full = code != EVENT_entry && !show_event(w, seq, code, &fields);
	}
	if (w->full)
		return;
	w->at = seq + 1;
	w->full = ++w->walked == LEAVES_MAX;
}

/* The request. */

static enum err read_request(struct journal_walk *w)
{
	struct report *r = w->r;
	const struct journal_list *q = w->q;
	w->at = q->from;
	if (q->after.n > 0 && q->after.n != sizeof(uint64_t))
		return fail(r->fault, E_VALUE, "after", "not a place of this list");
	if (q->after.n > 0)
		w->at = get_u64(q->after.p);
	if (q->verb.n > 0 && cmd_of(q->verb) == NULL)
		return fail_text(r->fault, E_VALUE, "verb", q->verb);
	if (q->unit.n > 0) { /* units are known to everyone */
		const struct units *units = &r->house->units;
		const struct unit *unit = unit_on(units, q->unit, r->today);
		if (unit == NULL)
			return fail_text(r->fault,
				unit_of_code(units, q->unit) == NULL ? E_NOT_FOUND : E_ENDED,
				"unit", q->unit);
		w->root = unit->id;
	}
	if (q->number.n == 0)
		return OK;
	return number_parse(r->house, q->number, grants_home(&r->grants), r->today, "number",
		&w->number, r->fault);
}

enum err report_journal_list(struct report *r, const void *request)
{
	const struct journal_list *q = request;
	struct journal_walk w = { .r = r, .q = q, .left = report_limit(q->limit) };
	struct bytes key, leaf;
	w.house = report_sees(r, RIGHT_RATE, 0, 0) || report_sees(r, RIGHT_ADMIN, 0, 0);
	enum err err = read_request(&w);
	if (err != OK)
		return err;
	struct key from = key_of_seq(w.at);
	AUTO(scan_close) struct scan s;
	table_begin(r, TABLE_journal_list);
	scan_open(&s, r->txn, STORE_entry, (struct bytes){ 0 });
	scan_from(&s, key_bytes(&from), false);
	while (!w.full && scan_next(&s, &key, &leaf))
		look_at(&w, get_u64(key.p), leaf);
	table_end(r);
	if (w.full) {
		struct key next = key_of_seq(w.at);
		report_next(r, next.p, next.n);
	}
	return OK;
}
