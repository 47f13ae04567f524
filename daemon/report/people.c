/* people.c: who asked to speak at a meeting. */
#include "daemon/report/facts.h"
#include "store/hearing.h"

static void registration_row(struct report *r, const struct row_meeting *m, uint32_t number,
	const struct row_registration *row)
{
	struct registration_new words = { 0 };
	report_words(
		r, row->seq, row->group, (uint32_t)m->unit, 0, record_registration_new(), &words);
	row_begin(r);
	cell_count(r, number);
	cell_string(r, registration_state_name(row->state));
	cell_text(r, row->slip);
	cell_count(r, row->people == 0 ? 1 : row->people);
	if (row->ordinal == 0)
		cell_none(r);
	else
		cell_count(r, row->ordinal);
	cell_text(r, words.name);
	cell_text(r, words.address);
	cell_text(r, words.subject);
}

enum err report_registration_list(struct report *r, const void *request)
{
	const struct registration_list *q = request;
	size_t left = report_limit(q->limit);
	uint32_t number = q->after.n == 4 ? get_u32(q->after.p) + 1 : 1;
	struct num meeting;
	struct row_meeting m;
	uint64_t state = registration_state_of(q->state);
	enum err err = report_meeting(r, q->meeting, &meeting, &m);
	if (err == OK)
		err = q->state.n == 0 || state != 0
			      ? OK
			      : fail_text(r->fault, E_VALUE, "state", q->state);
	if (err != OK)
		return err;
	table_begin(r, TABLE_registration_list);
	for (; number >= 1 && number <= m.registered && left > 0 && r->rows.n < PAGE_BYTES;
		number++) {
		struct row_registration row;
		if (!row_get(r->txn, STORE_registration, key_of_num_u32(meeting, number),
			    record_row_registration(), &row, r->arena) ||
			(state != 0 && row.state != state))
			continue;
		registration_row(r, &m, number, &row);
		left--;
	}
	table_end(r);
	if (number <= m.registered) {
		uint8_t next[4];
		put_u32(next, number - 1);
		report_next(r, next, sizeof(next));
	}
	return OK;
}
