/* citizen.c: what a citizen with a receipt may know without an account: how the case stands. */
#include "daemon/house_key.h"
#include "daemon/report/facts.h"

#include <sodium.h>

static void secret_of(const struct report *r, struct num number, char out[static 13])
{
	struct key key = key_of_num(number);
	house_receipt(r->house_secret, key_bytes(&key), out);
}

enum err report_case_receipt(struct report *r, const void *request)
{
	const struct case_number *q = request;
	struct num number;
	struct row_case c;
	char secret[CROCKFORD_SIGNS + 1], shown[CROCKFORD_SHOWN + 1];
	enum err err = report_case(r, q->number, &number, &c);
	if (err == OK && !report_sees(r, RIGHT_NOTIFY, (uint32_t)c.unit, (uint32_t)c.with))
		err = fail(r->fault, E_NOT_ALLOWED, "number", r->cmd->wire);
	if (err != OK)
		return err;
	secret_of(r, number, secret);
	crockford_show(secret, shown);
	table_begin(r, TABLE_case_receipt);
	row_begin(r);
	cell_number(r, number);
	cell_string(r, shown);
	table_end(r);
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(shown, sizeof(shown));
	return OK;
}

/* A number that is none has a secret too, so that every answer takes the same work. */
static bool opens(
	struct report *r, const struct case_status *q, struct num *number, struct row_case *c)
{
	char typed[CROCKFORD_SIGNS + 1] = "", secret[CROCKFORD_SIGNS + 1];
	struct fault ignored = { 0 };
	*number = (struct num){ 0 };
	bool good =
		number_parse(r->house, q->number, 0, r->today, "number", number, &ignored) == OK;
	good &= crockford_read(q->secret, typed);
	good &= row_get(r->txn, STORE_case, key_of_num(*number), record_row_case(), c, r->arena);
	secret_of(r, *number, secret);
	good &= sodium_memcmp(secret, typed, CROCKFORD_SIGNS) == 0;
	sodium_memzero(secret, sizeof(secret));
	return good;
}

/* The name that the public knows it by. */
static struct text unit_name(const struct report *r, uint64_t id)
{
	const struct unit *unit = unit_get(&r->house->units, (uint32_t)id);
	return unit == NULL ? (struct text){ 0 } : unit->name;
}

/* Of a merged case how the one stands that goes on, but not its number, which is another's. */
static struct row_case leading(struct report *r, struct row_case c)
{
	struct row_case lead;
	for (unsigned i = 0; i < 8 && c.state == STATE_MERGED; i++) {
		if (!row_get(r->txn, STORE_case, key_of_num(c.lead), record_row_case(), &lead,
			    r->arena))
			break;
		lead.day = c.day;
		c = lead;
	}
	return c;
}

enum err report_case_status(struct report *r, const void *request)
{
	const struct case_status *q = request;
	struct num number;
	struct row_case own;
	if (!opens(r, q, &number, &own))
		return fail(r->fault, E_SECRET, "secret", NULL);
	const struct row_case c = leading(r, own);
	table_begin(r, TABLE_case_status);
	fact_text(r, "number", number_format(r->house, number, r->arena));
	fact_text(r, "state", text_of(state_row((enum case_state)c.state)->name));
	fact_day(r, "received", own.day);
	if ((c.flags & CASE_SEALED) == 0) {
		fact_text(r, "responsible", unit_name(r, c.with));
		fact_day(r, "due", c.settled != 0 || c.ended != 0 ? 0 : c.due);
		fact_day(r, "answered", c.settled);
		fact_day(r, "promised by", c.done == 0 ? c.promise : 0);
		fact_day(r, "done", c.done);
		fact_text(r, "taken up by", number_format(r->house, own.next, r->arena));
	}
	table_end(r);
	return OK;
}
