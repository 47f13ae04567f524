/* register.c: the register of reception (form 03/TCD of Decree 154/2026), case by case in the order
 * of their days. */
#include "daemon/report/facts.h"
#include "daemon/report/steps.h"
#include "store/names.h"
#include "store/scan.h"

struct listing {
	struct report *r;
	size_t left;
	uint8_t at[CURSOR_PLACE_MAX]; /* key of the last fact that was passed */
	size_t at_n;
	bool full;
};

/* Where a case went, told by its last step that says so. */
struct sent {
	uint64_t guided, transferred;
	struct text document;
};

static struct sent sent_of(struct report *r, const struct row_case *c)
{
	struct step *steps;
	struct sent to = { 0 };
	size_t n = steps_read(r, c->last, &steps);
	for (size_t i = 0; i < n; i++) { /* from the last back to the first */
		if (steps[i].step == STEP_return || steps[i].step == STEP_recall)
			break;
		if (steps[i].step == STEP_guide)
			to.guided = steps[i].unit;
		if (steps[i].step == STEP_refer)
			to.transferred = steps[i].unit;
		if (steps[i].step != STEP_guide && steps[i].step != STEP_refer)
			continue;
		to.document = steps[i].document;
		break;
	}
	return to;
}

/* The identity number of the one who spoke, when the register knows the person and the reader may
 * know of it. */
static struct text id_of(struct report *r, struct text person)
{
	struct num number;
	struct row_person row;
	struct fault ignored = { 0 };
	struct person_add words = { 0 };
	if (person.n == 0 ||
		number_parse(r->house, person, 0, r->today, "person", &number, &ignored) != OK ||
		!row_get(r->txn, STORE_person, key_of_num(number), record_row_person(), &row,
			r->arena))
		return (struct text){ 0 };
	report_words(r, row.seq, row.group, (uint32_t)row.unit, 0, record_person_add(), &words);
	return words.id;
}

static uint64_t people_of(struct report *r, const struct row_case *c)
{
	struct row_crowd crowd;
	return crowd_of_case(r, c, &crowd).n == 0 ? 1 : crowd.people;
}

/* Column 8: who had settled the matter to the end before it came to this register, which is known
 * of a case that takes up another. */
static uint64_t settled_before(struct report *r, const struct row_case *c)
{
	struct row_case before;
	if (c->previous.n == 0 || !row_get(r->txn, STORE_case, key_of_num(c->previous),
					  record_row_case(), &before, r->arena))
		return 0;
	return before.settled != 0 ? before.with : 0;
}

static void register_row(struct report *r, struct num number, const struct row_case *c)
{
	struct opinion_new words = { 0 };
	bool sealed = (c->flags & CASE_SEALED) != 0;
	const struct sent sent = sealed ? (struct sent){ 0 } : sent_of(r, c);
	if (!sealed)
		report_words(r, c->seq, c->group, (uint32_t)c->unit, (uint32_t)c->with,
			record_opinion_new(), &words);
	report_known(r, words.person, &words.speaker, &words.address);
	bool own =
		sent.guided == 0 && sent.transferred == 0 && (c->accepted != 0 || c->settled != 0);
	row_begin(r);
	cell_number(r, number);
	cell_day(r, c->day);
	cell_text(r, words.speaker);
	cell_text(r, words.address);
	cell_text(r, id_of(r, words.person));
	cell_text(r, words.summary.n > 0 ? words.summary : first_line(r, words.words));
	cell_term(r, c->kind);
	cell_count(r, people_of(r, c));
	cell_unit(r, settled_before(r, c));
	cell_string(r, own ? "yes" : "no");
	cell_unit(r, sent.guided);
	cell_unit(r, sent.transferred);
	cell_text(r, sent.document);
	cell_state(r, c->state);
	cell_term(r, sealed ? 0 : c->term);
	cell_text(r, words.person);
}

static bool look_at(void *arg, const struct fact *fact)
{
	struct listing *l = arg;
	struct row_case c;
	struct key key = key_of_fact(fact->unit, fact->day, fact->number, fact->known);
	if (row_get(l->r->txn, STORE_case, key_of_num(fact->number), record_row_case(), &c,
		    l->r->arena) &&
		c.voided == 0) {
		l->full = l->left == 0 || l->r->rows.n >= PAGE_BYTES;
		if (l->full)
			return false;
		register_row(l->r, fact->number, &c);
		l->left--;
	}
	memcpy(l->at, key.p, key.n);
	l->at_n = key.n;
	return true;
}

enum err report_register_list(struct report *r, const void *request)
{
	const struct register_ask *q = request;
	struct listing l = { .r = r, .left = report_limit(q->limit) };
	struct uints units;
	if (q->to < q->from)
		return fail(r->fault, E_RANGE, "to", "before the first day");
	enum err err = report_units(r, RIGHT_SEE, q->unit, q->to, &units);
	if (err != OK)
		return err;
	uint32_t unit_count = (uint32_t)r->house->units.n;
	uint64_t *set = arena_alloc(r->arena, unit_set_words(unit_count), sizeof(*set));
	for (size_t i = 0; i < units.n; i++)
		unit_set_add(set, units.v[i]);
	const struct fact_filter filter = { .units = set,
		.unit_count = unit_count,
		.from = q->from,
		.before = q->to + 1,
		.known_at = r->today,
		.after = q->after };
	table_begin(r, TABLE_register_list);
	err = fact_scan(r->txn, &filter, look_at, &l);
	table_end(r);
	if (err != OK)
		return FAIL_SERVER(r->fault, err, 0);
	if (l.full)
		report_next(r, l.at, l.at_n);
	return OK;
}
