/*
 * export.c: cases as whole rows, in the order of the register: unit, year, number. A page is one
 * snapshot and ends at a case; the next one goes on behind it, so that no case comes twice and none
 * is left out, whatever is written meanwhile.
 */
#include "daemon/report/facts.h"
#include "store/scan.h"

struct export_walk {
	struct report *r;
	const struct export_cases *q;
	uint64_t *registers; /* units whose registers are asked for; NULL: all that is seen */
	size_t left, walked;
	uint8_t at[NUM_KEY_BYTES]; /* the last case passed; before the first, what was asked */
	size_t at_n;
	bool full;
};

/* Rows that a client takes in one message: each is a list of cells. */
static size_t rows_max(uint64_t limit)
{
	size_t most = (LIMIT_NODES - 512) / (table_shape(TABLE_export_cases)->count + 1);
	size_t asked = report_limit(limit);
	return asked < most ? asked : most;
}

static void cells_of_matter(struct report *r, const struct row_case *c)
{
	cell_term(r, c->topic);
	cell_unit(r, c->place);
	cell_unit(r, c->unit);
	cell_unit(r, c->with);
	cell_number(r, c->meeting);
	if (c->ordinal != 0)
		cell_count(r, c->ordinal);
	else
		cell_none(r);
}

static void cells_of_days(struct report *r, const struct row_case *c)
{
	const uint32_t days[] = { c->day, c->due, c->included, c->accepted, c->referred,
		c->acknowledged, c->settled, c->promise, c->done, c->ended, c->voided };
	for (size_t i = 0; i < COUNT(days); i++)
		cell_day(r, days[i]);
}

/* The last term of a case is an outcome or a ground: the list that it stands in tells. */
static void cells_of_end(struct report *r, const struct row_case *c)
{
	const struct house *h = r->house;
	bool known = c->term > 0 && c->term <= h->term_count;
	bool outcome = known && text_is(h->terms[c->term - 1].list, "outcomes");
	cell_term(r, outcome ? c->term : 0);
	cell_term(r, outcome ? 0 : c->term);
	cell_number(r, c->proposer == 0 ? c->lead : (struct num){ 0 });
}

static void cells_of_words(struct report *r, const struct row_case *c)
{
	struct opinion_new words = { 0 };
	report_words(r, c->seq, c->group, (uint32_t)c->unit, (uint32_t)c->with,
		record_opinion_new(), &words);
	cell_text(r, words.summary);
	cell_text(r, words.speaker);
	cell_text(r, words.address);
	cell_text(r, words.location);
	cell_text(r, words.words);
	cell_text(r, words.spoken);
}

static void no_cells(struct report *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		cell_none(r);
}

/* Of a sealed case what case.show tells: number, kind, state, days, and where its paper is. */
static void export_row(struct report *r, struct num number, const struct row_case *c)
{
	enum { MATTER = 6, END = 3, WORDS_CELLS = 6 };
	bool sealed = (c->flags & CASE_SEALED) != 0;
	row_begin(r);
	cell_number(r, number);
	cell_state(r, c->state);
	cell_term(r, c->kind);
	if (sealed)
		no_cells(r, MATTER);
	else
		cells_of_matter(r, c);
	cells_of_days(r, c);
	if (sealed)
		no_cells(r, END);
	else
		cells_of_end(r, c);
	cell_text(r, c->old);
	cell_text(r, c->source);
	cell_text(r, c->key);
	if (c->custodian != 0)
		cell_count(r, c->custodian);
	else
		cell_none(r);
	cell_text(r, c->paper);
	if (sealed)
		no_cells(r, WORDS_CELLS);
	else
		cells_of_words(r, c);
}

static bool is_asked_for(const struct export_walk *w, const struct row_case *c)
{
	const struct export_cases *q = w->q;
	if (c->day < q->from || (q->to != 0 && c->day > q->to))
		return false;
	if (w->registers != NULL)
		return unit_set_has(w->registers, (uint32_t)c->unit);
	return report_sees(w->r, RIGHT_SEE, (uint32_t)c->unit, (uint32_t)c->with);
}

/* false: the page ends, before this case when it is the first one too many, else behind it. */
static bool look_at(struct export_walk *w, struct bytes key, struct bytes value)
{
	struct row_case c;
	struct reader rd = reader_of(value);
	if (record_read_disk(&rd, record_row_case(), &c, w->r->arena, NULL) == OK &&
		is_asked_for(w, &c)) {
		if (w->left == 0 || w->r->rows.n >= PAGE_BYTES)
			return false;
		export_row(w->r, key_get_num(key.p), &c);
		w->left--;
	}
	memcpy(w->at, key.p, NUM_KEY_BYTES);
	w->at_n = NUM_KEY_BYTES;
	return ++w->walked < WALK_MAX;
}

/* The cases of one series of numbers, or all (prefix empty), behind where the walk stands. */
static void walk(struct export_walk *w, struct bytes prefix)
{
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, w->r->txn, STORE_case, prefix);
	if (w->at_n > 0 && (prefix.n == 0 || memcmp(w->at, prefix.p, prefix.n) == 0))
		scan_from(&s, bytes_of(w->at, w->at_n), true);
	while (!w->full && scan_next(&s, &key, &value))
		w->full = !look_at(w, key, value);
}

/* The registers of a unit and of those below it; other series are not looked into. */
static enum err walk_registers(struct export_walk *w)
{
	struct report *r = w->r;
	struct uints units;
	size_t words = unit_set_words(r->house->units.n);
	uint64_t *series = arena_alloc(r->arena, words, sizeof(*series));
	enum err err = report_units(r, RIGHT_SEE, w->q->unit, r->today, &units);
	if (err != OK)
		return err;
	w->registers = arena_alloc(r->arena, words, sizeof(*w->registers));
	for (size_t i = 0; i < units.n; i++) {
		unit_set_add(w->registers, units.v[i]);
		unit_set_add(series, unit_get(&r->house->units, units.v[i])->series);
	}
	uint32_t first = w->at_n > 0 ? get_u32(w->at) : 1;
	for (uint32_t i = first; i <= r->house->units.n && !w->full; i++) {
		struct key prefix = key_of_u32(i);
		if (unit_set_has(series, i))
			walk(w, key_bytes(&prefix));
	}
	return OK;
}

/* Where the page begins: `after`, or a case by its number. */
static enum err begin(struct export_walk *w)
{
	struct report *r = w->r;
	struct bytes after = w->q->after;
	if (after.n > 0 && after.n != NUM_KEY_BYTES)
		return fail(r->fault, E_VALUE, "after", "not a place of this list");
	if (after.n == 0 && w->q->past.n > 0) {
		struct num number;
		enum err err = number_parse(r->house, w->q->past, grants_home(&r->grants), r->today,
			"past", &number, r->fault);
		if (err != OK)
			return err;
		struct key key = key_of_num(number);
		after = arena_bytes(r->arena, key_bytes(&key));
	}
	if (after.n > 0)
		memcpy(w->at, after.p, after.n);
	w->at_n = after.n;
	return OK;
}

enum err report_export_cases(struct report *r, const void *request)
{
	const struct export_cases *q = request;
	struct export_walk w = { .r = r, .q = q, .left = rows_max(q->limit) };
	enum err err = begin(&w);
	if (err != OK)
		return err;
	table_begin(r, TABLE_export_cases);
	if (q->unit.n > 0)
		err = walk_registers(&w);
	else
		walk(&w, (struct bytes){ 0 });
	if (err != OK)
		return err;
	table_end(r);
	if (w.full)
		report_next(r, w.at, w.at_n);
	return OK;
}
