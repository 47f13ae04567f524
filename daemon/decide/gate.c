/*
 * gate.c: the gate (domain.md 3.2): every live opinion of the meeting is covered by an item of an
 * issued conclusion or of the version at hand. Run when a conclusion is checked, when it is signed,
 * and in the transaction that issues it. There is no way round it. Where the policy does not gate
 * the meeting's kind, opinions may be left out; what items name must be there all the same.
 */
#include "daemon/decide/decide.h"

#include <stdio.h>

/* Which ordinals the items of the version cover; bit per ordinal. */
struct cover {
	uint8_t *bits;
	uint64_t count; /* opinions of the meeting */
	bool gated;     /* no: an opinion may be left out */
};

static bool covered(const struct cover *c, uint64_t ordinal)
{
	return c->bits[ordinal / 8] & 1u << ordinal % 8;
}

/* Mark one item's ordinals; those that the meeting does not have go to the fault. */
static void mark_item(struct decision *d, struct cover *c, const struct row_item *item)
{
	for (size_t i = 0; i < item->opinions.n; i++) {
		uint32_t ordinal = item->opinions.v[i];
		if (ordinal == 0 || ordinal > c->count)
			fault_list_add(d->fault, ordinal);
		else
			c->bits[ordinal / 8] |= (uint8_t)(1u << ordinal % 8);
	}
}

static enum err mark_items(
	struct decision *d, struct cover *c, struct num meeting, uint32_t version)
{
	struct key prefix = key_of_num_u32(meeting, version);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, d->txn, STORE_item, key_bytes(&prefix));
	while (scan_next(&s, &key, &value)) {
		struct row_item item;
		char field[32];
		struct reader rd = reader_of(value);
		enum err err = record_read_disk(&rd, record_row_item(), &item, d->arena, d->fault);
		if (err != OK)
			return err;
		snprintf(field, sizeof(field), "items[%u]", get_u32(key.p + NUM_KEY_BYTES + 4));
		(void)fail(d->fault, E_GATE_UNKNOWN, field, NULL);
		mark_item(d, c, &item);
		if (d->fault->total > 0)
			return E_GATE_UNKNOWN;
	}
	return txn_error(d->txn);
}

/* Walk the opinions: a dead one that is named is an error, a live one that is not covered is
 * missing. */
static enum err compare(struct decision *d, const struct cover *c, struct num meeting)
{
	struct key prefix = key_of_num(meeting);
	struct bytes key, value;
	struct fault missing, dead;
	(void)fail(&missing, E_GATE, NULL, NULL);
	(void)fail(&dead, E_GATE_VOID, "items", NULL);
	AUTO(scan_close) struct scan s;
	scan_open(&s, d->txn, STORE_opinion, key_bytes(&prefix));
	while (scan_next(&s, &key, &value)) {
		struct row_opinion o;
		struct reader rd = reader_of(value);
		uint32_t ordinal = get_u32(key.p + NUM_KEY_BYTES);
		enum err err = record_read_disk(&rd, record_row_opinion(), &o, d->arena, d->fault);
		if (err != OK)
			return err;
		if (o.dead != 0 && covered(c, ordinal))
			fault_list_add(&dead, ordinal);
		if (c->gated && o.dead == 0 && o.version == 0 && !covered(c, ordinal))
			fault_list_add(&missing, ordinal);
	}
	if (missing.total == 0 && dead.total == 0)
		return txn_error(d->txn);
	*d->fault = missing.total > 0 ? missing : dead;
	return d->fault->err;
}

enum err gate_check(
	struct decision *d, struct num meeting, const struct row_meeting *m, uint32_t version)
{
	struct cover c = { arena_alloc(d->arena, m->count / 8 + 1, 1), m->count, m->gated };
	if (!m->closed) {
		struct text number = number_format(d->house, meeting, d->arena);
		return fail(d->fault, E_MINUTES_OPEN, number.p, NULL);
	}
	enum err err = mark_items(d, &c, meeting, version);
	return err != OK ? err : compare(d, &c, meeting);
}
