/* hearing.c: rows of who was heard, with the days for which they were known. */
#include "store/hearing.h"

const char *registration_state_name(uint64_t state)
{
	static const char *const names[REGISTRATION_STATES] = { "", "waiting", "heard", "written",
		"withdrawn" };
	return state < REGISTRATION_STATES ? names[state] : "";
}

uint64_t registration_state_of(struct text name)
{
	for (uint64_t i = REGISTRATION_WAITING; i < REGISTRATION_STATES; i++)
		if (text_is(name, registration_state_name(i)))
			return i;
	return 0;
}

struct row_hearing hearing_of(const struct row_meeting *m)
{
	return (struct row_hearing){ .registered = m->registered,
		.heard = m->heard,
		.written = m->written,
		.withdrawn = m->withdrawn,
		.counted = m->front != 0,
		.speakers = m->speakers,
		.unheard = m->unheard };
}

/* The row that was the newest holds no longer; what nobody could know is as if it never was. */
static void end_row(
	struct txn *txn, struct key key, uint32_t since, uint32_t known, struct arena *a)
{
	struct row_hearing old;
	if (since == known) {
		txn_del(txn, STORE_hearing, key_bytes(&key));
		return;
	}
	if (!row_get(txn, STORE_hearing, key, record_row_hearing(), &old, a))
		return;
	old.until = known;
	row_put(txn, STORE_hearing, key, record_row_hearing(), &old);
}

void hearing_update(
	struct txn *txn, struct num number, struct row_meeting *m, uint32_t known, struct arena *a)
{
	uint32_t unit = (uint32_t)m->unit, since = m->known;
	if (since != 0)
		end_row(txn, key_of_fact(unit, m->day, number, since), since, known, a);
	m->known = known;
	struct row_hearing row = hearing_of(m);
	row_put(txn, STORE_hearing, key_of_fact(unit, m->day, number, known), record_row_hearing(),
		&row);
}

enum err hearing_scan(struct txn *txn, const struct fact_filter *filter, hearing_fn *fn, void *arg)
{
	struct bytes key, value;
	struct row_hearing row;
	AUTO(day_walk_close) struct day_walk w;
	day_walk_open(&w, txn, STORE_hearing, filter);
	while (day_walk_next(&w, &key, &value)) {
		struct reader rd = reader_of(value);
		uint32_t since = get_u32(key.p + FACT_KEY_BYTES - 4);
		if (record_read_disk(&rd, record_row_hearing(), &row, NULL, NULL) != OK ||
			since > filter->known_at ||
			(row.until != 0 && filter->known_at >= row.until))
			continue;
		if (!fn(arg, get_u32(key.p), get_u32(key.p + 4), &row))
			break;
	}
	return txn_error(txn);
}
