/* conclusion.c: conclusions with their items. */
#include "daemon/basis.h"
#include "daemon/report/facts.h"
#include "proto/crockford.h"

#include <stdio.h>

static const char *state_name(uint64_t state)
{
	static const char *const names[] = { "", "DRAFT", "CHECKED", "SIGNED", "ISSUED" };
	return state < COUNT(names) ? names[state] : "";
}

enum err conclusion_facts(struct report *r, struct num meeting, const struct row_meeting *m,
	uint32_t from, uint32_t to)
{
	uint8_t basis[32];
	enum err err = conclusion_basis(r->txn, meeting, r->arena, basis, r->fault);
	(void)m;
	table_begin(r, TABLE_conclusion_facts);
	for (uint32_t version = from; err == OK && version >= 1 && version <= to; version++) {
		struct row_conclusion c;
		(void)row_get(r->txn, STORE_conclusion, key_of_num_u32(meeting, version),
			record_row_conclusion(), &c, r->arena);
		row_begin(r);
		cell_number(r, meeting);
		cell_count(r, version);
		cell_string(r, state_name(c.state));
		cell_count(r, c.items);
		cell_hex(r, c.content);
		cell_hex(r, bytes_of(basis, sizeof(basis)));
		cell_day(r, c.day);
		cell_text(r, c.document);
		cell_text(r, crockford_text(c.paper, r->arena));
	}
	table_end(r);
	return err;
}

/* "1,2,5": as short as the grammar of pages allows, ranges where three follow one another. */
static struct text ordinals(struct report *r, struct uints v)
{
	char *out = arena_alloc(r->arena, v.n * 11 + 1, 1);
	size_t n = 0;
	for (size_t i = 0; i < v.n; i++)
		n += (size_t)sprintf(out + n, "%s%u", i == 0 ? "" : ",", v.v[i]);
	return (struct text){ out, n };
}

static void item_row(
	struct report *r, uint32_t number, const struct row_item *item, const struct row_meeting *m)
{
	static const char *const hows[] = { "", "direction", "answer", "decline" };
	struct item_new words = { 0 };
	struct group found = { 0 };
	bool sees = report_sees(r, RIGHT_READ, (uint32_t)m->unit, 0);
	report_words(r, item->seq, item->group, (uint32_t)m->unit, 0, record_item_new(), &words);
	bool salted = sees && item->group != 0 &&
		      journal_words(r->txn, item->seq, (uint16_t)(item->group - 1), &found);
	row_begin(r);
	cell_count(r, number);
	cell_text(r, ordinals(r, item->opinions));
	cell_string(r, item->how < COUNT(hows) ? hows[item->how] : "");
	cell_unit(r, item->unit);
	cell_day(r, item->due);
	cell_term(r, item->ground);
	cell_text(r, words.words);
	cell_hex(r, bytes_of(found.salt, salted ? sizeof(found.salt) : 0));
	cell_hex(r, item->w);
}

static void item_rows(struct report *r, const struct conclusion_show *q, struct num meeting,
	const struct row_meeting *m, uint32_t version)
{
	struct row_conclusion c;
	size_t left = report_limit(q->limit);
	uint32_t number = q->after.n == 4 ? get_u32(q->after.p) + 1 : 1;
	(void)row_get(r->txn, STORE_conclusion, key_of_num_u32(meeting, version),
		record_row_conclusion(), &c, r->arena);
	table_begin(r, TABLE_conclusion_items);
	for (; number >= 1 && number <= c.items && left > 0 && r->rows.n < PAGE_BYTES; number++) {
		struct row_item item;
		if (!row_get(r->txn, STORE_item, key_of_item(meeting, version, number),
			    record_row_item(), &item, r->arena))
			continue;
		item_row(r, number, &item, m);
		left--;
	}
	table_end(r);
	if (number <= c.items) {
		uint8_t next[4];
		put_u32(next, number - 1);
		report_next(r, next, sizeof(next));
	}
}

enum err report_conclusion_show(struct report *r, const void *request)
{
	const struct conclusion_show *q = request;
	struct num number;
	struct row_meeting m;
	enum err err = report_meeting(r, q->meeting, &number, &m);
	if (err != OK)
		return err;
	uint32_t version = (uint32_t)(q->version == 0 ? m.version : q->version);
	if (version == 0)
		return fail_text(r->fault, E_NO_DRAFT, "meeting", q->meeting);
	if (version > m.version)
		return fail_number(r->fault, E_NOT_FOUND, "version", version, 0);
	err = conclusion_facts(r, number, &m, version, version);
	if (err == OK)
		item_rows(r, q, number, &m, version);
	return err;
}
