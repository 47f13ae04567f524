/* session.c: who am I, and how is the register. */
#include "daemon/report/report.h"

#include "proto/day.h"

#include <stdio.h>

enum err report_whoami(struct report *r, const void *request)
{
	(void)request;
	struct row_officer officer;
	struct officer_invite names = { 0 };
	struct group found;
	if (row_get(r->txn, STORE_officer, key_of_u32(r->officer), record_row_officer(), &officer,
		    r->arena) &&
		officer.group != 0 &&
		journal_words(r->txn, officer.seq, (uint16_t)(officer.group - 1), &found))
		(void)record_read_words(found.words, record_officer_invite(), &names, NULL);
	table_begin(r, TABLE_whoami);
	for (size_t i = 0; i < r->grants.n; i++) {
		const struct grant *g = &r->grants.v[i];
		if (g->until != 0 && g->until <= r->today)
			continue;
		row_begin(r);
		cell_count(r, r->officer);
		cell_text(r, names.name);
		cell_text(r, g->role);
		cell_unit(r, g->unit);
		cell_day(r, g->from);
		cell_day(r, g->until);
		cell_text(r, g->post);
		cell_text(r, g->acting);
	}
	table_end(r);
	return OK;
}

static void fact(struct report *r, const char *what, struct text value)
{
	row_begin(r);
	cell_string(r, what);
	cell_text(r, value);
}

static void fact_number(struct report *r, const char *what, uint64_t value)
{
	fact(r, what, arena_format(r->arena, "%llu", (unsigned long long)value));
}

static struct text hex(struct report *r, struct bytes b)
{
	char *out = arena_alloc(r->arena, b.n * 2 + 1, 1);
	for (size_t i = 0; i < b.n; i++)
		snprintf(out + 2 * i, 3, "%02x", b.p[i]);
	return (struct text){ out, b.n * 2 };
}

enum err report_status(struct report *r, const void *request)
{
	(void)request;
	struct position tail;
	const struct row_state *state = &r->house->state;
	char at[40] = "";
	enum err err = journal_tail(r->txn, &tail, r->fault);
	if (err != OK)
		return err;
	if (tail.at != 0)
		time_format(tail.at, r->house->zone, at);
	table_begin(r, TABLE_status);
	fact(r, "register", hex(r, state->reg));
	fact_number(r, "size", tail.size);
	fact(r, "root", hex(r, bytes_of(tail.root, sizeof(tail.root))));
	fact_number(r, "epoch", tail.epoch);
	fact(r, "last entry", text_of(at));
	fact(r, "clock", text_of(r->clock_jumped ? "jumped" : "good"));
	fact(r, "policy", r->house->policy.name);
	fact_number(r, "policy version", r->house->policy_version);
	fact(r, "zone", r->house->policy.zone);
	fact_number(r, "units", state->units);
	fact_number(r, "officers", state->officers);
	table_end(r);
	return OK;
}
