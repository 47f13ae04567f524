/* visitor.c: persons, visits, crowds, documents that were handed in, and who came in some days. */
#include "daemon/report/facts.h"
#include "store/hearing.h"
#include "store/names.h"

#include <stdio.h>

static enum err take_number(struct report *r, struct text typed, const char *field, struct num *to)
{
	return number_parse(
		r->house, typed, grants_home(&r->grants), r->today, field, to, r->fault);
}

/* Persons. */

static void words_of_person(
	struct report *r, const struct row_person *row, struct person_add *words)
{
	*words = (struct person_add){ 0 };
	report_words(r, row->seq, row->group, (uint32_t)row->unit, 0, record_person_add(), words);
}

static void person_row(struct report *r, struct num number, const struct row_person *row)
{
	struct person_add words;
	words_of_person(r, row, &words);
	row_begin(r);
	cell_number(r, number);
	cell_unit(r, row->unit);
	cell_text(r, words.name);
	cell_text(r, words.id);
	cell_text(r, words.birth);
	cell_text(r, words.address);
}

/* A page of the persons whose folded name or number begins so, unit by unit. */
struct search {
	struct report *r;
	enum name_what what;
	char folded[NAME_KEY_BYTES];
	size_t n, left;
	uint8_t at[CURSOR_PLACE_MAX];
	size_t at_n;
	bool full;
	struct num seen[LIMIT_PAGE]; /* one whose name has the same part twice is told once */
	size_t seen_n;
};

static bool told(struct search *s, struct num person)
{
	for (size_t i = 0; i < s->seen_n; i++)
		if (num_equal(s->seen[i], person))
			return true;
	if (s->seen_n < COUNT(s->seen))
		s->seen[s->seen_n++] = person;
	return false;
}

static void search_unit(struct search *s, uint32_t unit, struct bytes from)
{
	struct bytes key, value;
	struct key prefix = key_of_name(unit, s->what, s->folded, s->n);
	AUTO(scan_close) struct scan scan;
	if (s->what == NAME_ID) /* the whole of it */
		key_u8(&prefix, 0);
	scan_open(&scan, s->r->txn, STORE_name, key_bytes(&prefix));
	if (from.n > 0)
		scan_from(&scan, from, true);
	while (!s->full && scan_next(&scan, &key, &value)) {
		struct row_person row;
		struct num person = name_person(key);
		if (s->left == 0) {
			s->full = true;
			return;
		}
		if (!told(s, person) && row_get(s->r->txn, STORE_person, key_of_num(person),
						record_row_person(), &row, s->r->arena)) {
			person_row(s->r, person, &row);
			s->left--;
		}
		memcpy(s->at, key.p, key.n);
		s->at_n = key.n;
	}
}

enum err report_person_find(struct report *r, const void *request)
{
	const struct person_find *q = request;
	struct search *s = arena_alloc(r->arena, 1, sizeof(*s));
	struct uints units;
	*s = (struct search){ .r = r, .left = report_limit(q->limit) };
	s->what = q->id.n > 0 ? NAME_ID : NAME_NAME;
	s->n = name_fold(s->what, q->id.n > 0 ? q->id : q->name, s->folded);
	if (s->n == 0)
		return fail(r->fault, E_CHOICE, "name", "name, id");
	if (q->id.n > 0 && q->name.n > 0)
		return fail(r->fault, E_CHOICE, "name", "name, id");
	enum err err = report_units(r, RIGHT_READ, q->unit, r->today, &units);
	if (err != OK)
		return err;
	uint32_t first = q->after.n > 4 ? get_u32(q->after.p) : 0;
	table_begin(r, TABLE_person_list);
	for (size_t i = 0; i < units.n && !s->full; i++) {
		if (units.v[i] < first)
			continue;
		search_unit(s, units.v[i], units.v[i] == first ? q->after : (struct bytes){ 0 });
	}
	table_end(r);
	if (s->full)
		report_next(r, s->at, s->at_n);
	return OK;
}

/* One thing that a person came with, if the reader may see it. */
static void coming_row(struct report *r, enum noun noun, struct num number)
{
	struct row_case c = { 0 };
	struct row_visit v = { 0 };
	struct row_crowd crowd = { 0 };
	struct key key = key_of_num(number);
	uint64_t unit = 0, with = 0;
	uint32_t day = 0;
	if (noun == NOUN_CASE &&
		row_get(r->txn, STORE_case, key, record_row_case(), &c, r->arena)) {
		unit = c.unit;
		with = c.with;
		day = c.day;
	} else if (noun == NOUN_VISIT &&
		   row_get(r->txn, STORE_visit, key, record_row_visit(), &v, r->arena)) {
		unit = v.unit;
		day = v.day;
	} else if (noun == NOUN_CROWD &&
		   row_get(r->txn, STORE_crowd, key, record_row_crowd(), &crowd, r->arena)) {
		unit = crowd.unit;
		day = crowd.day;
	}
	if (unit == 0 || !report_sees(r, RIGHT_SEE, (uint32_t)unit, (uint32_t)with))
		return;
	row_begin(r);
	cell_day(r, day);
	cell_string(r, noun == NOUN_CASE ? "case" : noun == NOUN_VISIT ? "visit" : "crowd");
	cell_number(r, number);
	cell_unit(r, unit);
	if (noun == NOUN_CASE)
		cell_state(r, c.state);
	else
		cell_none(r);
}

static void comings(struct report *r, struct text person)
{
	struct bytes key, value;
	struct key prefix = key_of_coming(person);
	AUTO(scan_close) struct scan s;
	table_begin(r, TABLE_person_comings);
	scan_open(&s, r->txn, STORE_coming, key_bytes(&prefix));
	while (r->rows.n < PAGE_BYTES && scan_next(&s, &key, &value)) {
		enum noun noun;
		struct num number;
		coming_read(key, &noun, &number);
		coming_row(r, noun, number);
	}
	table_end(r);
}

enum err report_person_show(struct report *r, const void *request)
{
	const struct person_number *q = request;
	struct num number;
	struct row_person row;
	struct person_add words;
	enum err err = take_number(r, q->person, "person", &number);
	if (err != OK)
		return err;
	if (!row_get(r->txn, STORE_person, key_of_num(number), record_row_person(), &row,
		    r->arena) ||
		!report_sees(r, RIGHT_SEE, (uint32_t)row.unit, 0))
		return fail_text(r->fault, E_NOT_FOUND, "person", q->person);
	if (!report_sees(r, RIGHT_READ, (uint32_t)row.unit, 0))
		return fail(r->fault, E_NOT_ALLOWED, "person", r->cmd->wire);
	struct text shown = number_format(r->house, number, r->arena);
	words_of_person(r, &row, &words);
	table_begin(r, TABLE_person_facts);
	fact_text(r, "person", shown);
	fact_text(r, "unit", unit_code(r->house, row.unit));
	fact_day(r, "known since", row.day);
	fact_text(r, "name", words.name);
	fact_text(r, "identity number", words.id);
	fact_text(r, "no identity number", words.reason);
	fact_text(r, "born", words.birth);
	fact_text(r, "address", words.address);
	fact_text(r, "telephone", words.phone);
	fact_text(r, "language", words.language);
	table_end(r);
	comings(r, shown);
	return OK;
}

/* Visits and crowds, day by day. */

struct walk {
	struct report *r;
	enum noun noun;
	uint32_t from, to;
	bool refused;
	size_t left, walked;
	uint8_t at[CURSOR_PLACE_MAX];
	size_t at_n;
	bool full;
};

static void visit_row(struct report *r, struct num number, const struct row_visit *v)
{
	struct visit_add words = { 0 };
	report_words(r, v->seq, v->group, (uint32_t)v->unit, 0, record_visit_add(), &words);
	report_known(r, words.person, &words.name, &words.address);
	row_begin(r);
	cell_number(r, number);
	cell_day(r, v->day);
	cell_unit(r, v->unit);
	cell_count(r, v->people == 0 ? 1 : v->people);
	cell_text(r, v->standing);
	cell_number(r, v->meeting);
	cell_term(r, v->ground);
	cell_term(r, v->voided);
	cell_text(r, words.person);
	cell_text(r, words.name);
	cell_text(r, words.subject);
}

struct num crowd_of_case(struct report *r, const struct row_case *c, struct row_crowd *to)
{
	bool came = c->crowd.n != 0 && row_get(r->txn, STORE_crowd, key_of_num(c->crowd),
					       record_row_crowd(), to, r->arena);
	return came && to->voided == 0 ? c->crowd : (struct num){ 0 };
}

static void crowd_row(struct report *r, struct num number, const struct row_crowd *c)
{
	struct crowd_form words = { 0 };
	report_words(r, c->seq, c->group, (uint32_t)c->unit, 0, record_crowd_form(), &words);
	row_begin(r);
	cell_number(r, number);
	cell_day(r, c->day);
	cell_unit(r, c->unit);
	cell_count(r, c->people);
	cell_count(r, c->members);
	cell_count(r, c->representatives);
	cell_count(r, c->withdrawn);
	cell_number(r, c->meeting);
	cell_number(r, c->number);
	cell_term(r, c->voided);
	cell_text(r, words.subject);
}

/* Whether there is room for it; shows it if it is wanted. */
static bool look_at(struct walk *w, struct bytes key)
{
	struct row_visit v;
	struct row_crowd c;
	struct num number = key_get_num(key.p + 9);
	struct key at = key_of_num(number);
	bool wanted = key.p[8] == w->noun &&
		      (w->noun == NOUN_VISIT ? row_get(w->r->txn, STORE_visit, at,
						       record_row_visit(), &v, w->r->arena) &&
						       (!w->refused || v.ground != 0)
					     : row_get(w->r->txn, STORE_crowd, at,
						       record_row_crowd(), &c, w->r->arena));
	if (wanted && w->left == 0)
		return false;
	if (wanted && w->noun == NOUN_VISIT)
		visit_row(w->r, number, &v);
	else if (wanted)
		crowd_row(w->r, number, &c);
	w->left -= wanted;
	memcpy(w->at, key.p, key.n);
	w->at_n = key.n;
	return ++w->walked < WALK_MAX;
}

static void walk_unit(struct walk *w, uint32_t unit, struct bytes from)
{
	struct bytes key, value;
	struct key prefix = key_of_u32(unit), start = key_of_pair(unit, w->from);
	AUTO(scan_close) struct scan s;
	scan_open(&s, w->r->txn, STORE_reception, key_bytes(&prefix));
	if (from.n > 0)
		scan_from(&s, from, true);
	else
		scan_from(&s, key_bytes(&start), false);
	while (!w->full && scan_next(&s, &key, &value)) {
		if (w->to != 0 && get_u32(key.p + 4) > w->to)
			return;
		w->full = !look_at(w, key);
	}
}

static enum err list(struct report *r, struct walk *w, struct text unit, struct bytes after,
	enum table_name table)
{
	uint32_t first = after.n > 4 ? get_u32(after.p) : 0;
	struct uints units;
	enum err err = report_units(r, RIGHT_SEE, unit, r->today, &units);
	if (err != OK)
		return err;
	table_begin(r, table);
	for (size_t i = 0; i < units.n && !w->full; i++)
		if (units.v[i] >= first)
			walk_unit(w, units.v[i], units.v[i] == first ? after : (struct bytes){ 0 });
	table_end(r);
	if (w->full)
		report_next(r, w->at, w->at_n);
	return OK;
}

enum err report_visit_list(struct report *r, const void *request)
{
	const struct visit_list *q = request;
	struct walk w = { .r = r,
		.noun = NOUN_VISIT,
		.from = q->from,
		.to = q->to,
		.refused = q->refused,
		.left = report_limit(q->limit) };
	return list(r, &w, q->unit, q->after, TABLE_visit_list);
}

enum err report_crowd_list(struct report *r, const void *request)
{
	const struct crowd_list *q = request;
	struct walk w = { .r = r,
		.noun = NOUN_CROWD,
		.from = q->from,
		.to = q->to,
		.left = report_limit(q->limit) };
	return list(r, &w, q->unit, q->after, TABLE_crowd_list);
}

enum err report_visit_show(struct report *r, const void *request)
{
	const struct visit_number *q = request;
	struct visit_add words = { 0 };
	struct num number;
	struct row_visit v;
	enum err err = take_number(r, q->visit, "visit", &number);
	if (err != OK)
		return err;
	if (!row_get(r->txn, STORE_visit, key_of_num(number), record_row_visit(), &v, r->arena) ||
		!report_sees(r, RIGHT_SEE, (uint32_t)v.unit, 0))
		return fail_text(r->fault, E_NOT_FOUND, "visit", q->visit);
	report_words(r, v.seq, v.group, (uint32_t)v.unit, 0, record_visit_add(), &words);
	report_known(r, words.person, &words.name, &words.address);
	table_begin(r, TABLE_visit_facts);
	fact_text(r, "visit", number_format(r->house, number, r->arena));
	fact_text(r, "unit", unit_code(r->house, v.unit));
	fact_day(r, "day", v.day);
	fact_count(r, "people", v.people == 0 ? 1 : v.people);
	fact_text(r, "meeting", number_format(r->house, v.meeting, r->arena));
	fact_text(r, "standing", v.standing);
	fact_text(r, "of whom", words.whom);
	fact_text(r, "person", words.person);
	fact_text(r, "name", words.name);
	fact_text(r, "address", words.address);
	fact_text(r, "language", v.language);
	fact_text(r, "interpreter", words.interpreter);
	fact_text(r, "subject", words.subject);
	fact_text(r, "ground", term_code(r->house, v.ground));
	fact_text(r, "voided", term_code(r->house, v.voided));
	fact_text(r, "words", words.words);
	table_end(r);
	return OK;
}

/* Crowds. */

static void member_row(struct report *r, uint32_t unit, uint32_t number, const struct row_member *m)
{
	struct crowd_member words = { 0 };
	report_words(r, m->seq, m->group, unit, 0, record_crowd_member(), &words);
	row_begin(r);
	cell_count(r, number);
	cell_string(r, m->representative ? "yes" : "no");
	cell_text(r, m->signature);
	cell_day(r, m->withdrawn);
	cell_text(r, words.name);
	cell_text(r, words.id);
	cell_text(r, words.address);
	cell_text(r, words.person);
}

static void members(
	struct report *r, const struct crowd_show *q, struct num number, const struct row_crowd *c)
{
	size_t left = report_limit(q->limit);
	uint32_t n = q->after.n == 4 ? get_u32(q->after.p) + 1 : 1;
	table_begin(r, TABLE_crowd_members);
	for (; n >= 1 && n <= c->members && left > 0 && r->rows.n < PAGE_BYTES; n++, left--) {
		struct row_member m;
		if (row_get(r->txn, STORE_member, key_of_num_u32(number, n), record_row_member(),
			    &m, r->arena))
			member_row(r, (uint32_t)c->unit, n, &m);
	}
	table_end(r);
	if (n <= c->members) {
		uint8_t next[4];
		put_u32(next, n - 1);
		report_next(r, next, sizeof(next));
	}
}

enum err report_crowd_show(struct report *r, const void *request)
{
	const struct crowd_show *q = request;
	struct num number;
	struct row_crowd c;
	enum err err = take_number(r, q->crowd, "crowd", &number);
	if (err != OK)
		return err;
	if (!row_get(r->txn, STORE_crowd, key_of_num(number), record_row_crowd(), &c, r->arena) ||
		!report_sees(r, RIGHT_SEE, (uint32_t)c.unit, 0))
		return fail_text(r->fault, E_NOT_FOUND, "crowd", q->crowd);
	table_begin(r, TABLE_crowd_list);
	crowd_row(r, number, &c);
	table_end(r);
	members(r, q, number, &c);
	return OK;
}

/* Documents. */

enum err report_document_list(struct report *r, const void *request)
{
	const struct case_number *q = request;
	struct bytes key, value;
	struct num number;
	struct row_case c;
	enum err err = report_case(r, q->number, &number, &c);
	if (err != OK)
		return err;
	struct key prefix = key_of_num(number);
	AUTO(scan_close) struct scan s;
	table_begin(r, TABLE_document_list);
	scan_open(&s, r->txn, STORE_document, key_bytes(&prefix));
	while (scan_next(&s, &key, &value)) {
		struct document_new words = { 0 };
		struct row_document row;
		struct reader rd = reader_of(arena_bytes(r->arena, value));
		if (record_read_disk(&rd, record_row_document(), &row, r->arena, NULL) != OK)
			continue;
		report_words(r, row.seq, row.group, (uint32_t)c.unit, (uint32_t)c.with,
			record_document_new(), &words);
		row_begin(r);
		cell_count(r, get_u32(key.p + NUM_KEY_BYTES));
		cell_text(r, words.name);
		cell_count(r, row.pages);
		cell_count(r, row.copies == 0 ? 1 : row.copies);
		cell_text(r, row.condition);
		cell_day(r, row.day);
		cell_term(r, row.voided);
	}
	table_end(r);
	return OK;
}

/* Who came: every count by itself, none made of another (domain.md, five facts, 5); what was
 * entered by error counts nowhere. */

struct counts {
	uint64_t visits, people, refused, crowds, crowd_people, registered, heard, unheard;
};

static void count_unit(
	struct report *r, uint32_t unit, const struct people_ask *q, struct counts *to)
{
	struct bytes key, value;
	struct key prefix = key_of_u32(unit), start = key_of_pair(unit, q->from);
	AUTO(scan_close) struct scan s;
	scan_open(&s, r->txn, STORE_reception, key_bytes(&prefix));
	scan_from(&s, key_bytes(&start), false);
	while (scan_next(&s, &key, &value) && get_u32(key.p + 4) <= q->to) {
		struct row_visit v;
		struct row_crowd c;
		struct key at = key_of_num(key_get_num(key.p + 9));
		if (key.p[8] == NOUN_VISIT &&
			row_get(r->txn, STORE_visit, at, record_row_visit(), &v, r->arena) &&
			v.voided == 0) {
			to->visits++;
			to->people += v.people == 0 ? 1 : v.people;
			to->refused += v.ground != 0;
		} else if (key.p[8] == NOUN_CROWD &&
			   row_get(r->txn, STORE_crowd, at, record_row_crowd(), &c, r->arena) &&
			   c.voided == 0) {
			to->crowds++;
			to->crowd_people += c.people;
		}
	}
}

static bool count_hearing(void *arg, uint32_t unit, uint32_t day, const struct row_hearing *row)
{
	struct counts *to = arg;
	(void)unit;
	(void)day;
	to->registered += row->registered;
	to->heard += row->heard;
	to->unheard += hearing_unheard(row);
	return true;
}

static void count_row(struct report *r, const char *what, uint64_t count)
{
	row_begin(r);
	cell_string(r, what);
	cell_count(r, count);
}

enum err report_report_people(struct report *r, const void *request)
{
	const struct people_ask *q = request;
	struct counts n = { 0 };
	struct scope scope;
	if (q->to < q->from)
		return fail(r->fault, E_RANGE, "to", "before the first day");
	enum err err = report_scope(r, RIGHT_RATE, q->unit, q->to, &scope);
	if (err != OK)
		return err;
	for (size_t i = 0; i < scope.units.n; i++)
		count_unit(r, scope.units.v[i], q, &n);
	uint32_t unit_count = (uint32_t)r->house->units.n;
	uint64_t *set = arena_alloc(r->arena, unit_set_words(unit_count), sizeof(*set));
	for (size_t i = 0; i < scope.units.n; i++)
		unit_set_add(set, scope.units.v[i]);
	const struct fact_filter filter = { .units = set,
		.unit_count = unit_count,
		.from = q->from,
		.before = q->to + 1,
		.known_at = r->today };
	err = hearing_scan(r->txn, &filter, count_hearing, &n);
	if (err != OK)
		return FAIL_SERVER(r->fault, err, 0);
	table_begin(r, TABLE_people_counts);
	count_row(r, "visits", n.visits);
	count_row(r, "people", n.people);
	count_row(r, "refused", n.refused);
	count_row(r, "crowds", n.crowds);
	count_row(r, "crowd_people", n.crowd_people);
	count_row(r, "registered", n.registered);
	count_row(r, "heard", n.heard);
	count_row(r, "unheard", n.unheard);
	table_end(r);
	return OK;
}
