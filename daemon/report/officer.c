/* officer.c: officers, as far as an administrator's reach goes. */
#include "daemon/report/officer.h"

#include "daemon/house_key.h"

#include <sodium.h>
#include <stdio.h>

/* Does the reader administer the unit of this grant, or all? */
static bool grant_within_reach(struct report *r, const struct grant *g)
{
	return report_sees(r, RIGHT_ADMIN, 0, 0) ||
	       (g->unit != 0 && report_sees(r, RIGHT_ADMIN, g->unit, 0));
}

static bool within_reach(struct report *r, const struct grants *grants)
{
	if (report_sees(r, RIGHT_ADMIN, 0, 0))
		return true;
	for (size_t i = 0; i < grants->n; i++)
		if (grant_within_reach(r, &grants->v[i]))
			return true;
	return false;
}

/* The role that a list shows: the last in reach that has not ended, else the last in reach. */
static const struct grant *role_shown(struct report *r, const struct grants *grants)
{
	const struct grant *ended = NULL;
	for (size_t i = grants->n; i-- > 0;) {
		const struct grant *g = &grants->v[i];
		if (!grant_within_reach(r, g))
			continue;
		if (g->until == 0 || g->until > r->today)
			return g;
		if (ended == NULL)
			ended = g;
	}
	return ended;
}

static struct text name_of(struct report *r, const struct row_officer *row)
{
	struct officer_invite names = { 0 };
	struct group found;
	if (row->group != 0 && journal_words(r->txn, row->seq, (uint16_t)(row->group - 1), &found))
		(void)record_read_words(found.words, record_officer_invite(), &names, NULL);
	return names.name;
}

struct text officer_name(struct report *r, uint32_t officer)
{
	struct row_officer row;
	bool known = row_get(
		r->txn, STORE_officer, key_of_u32(officer), record_row_officer(), &row, r->arena);
	return known ? name_of(r, &row) : (struct text){ 0 };
}

static void officer_row(struct report *r, uint32_t officer, const struct row_officer *row,
	const struct grants *grants)
{
	const struct grant *shown = role_shown(r, grants);
	row_begin(r);
	cell_count(r, officer);
	cell_text(r, name_of(r, row));
	cell_text(r, shown == NULL ? (struct text){ 0 } : shown->role);
	cell_unit(r, shown == NULL ? 0 : shown->unit);
	cell_count(r, row->keys);
}

static bool load(struct report *r, uint32_t officer, struct row_officer *row, struct grants *grants)
{
	if (!row_get(r->txn, STORE_officer, key_of_u32(officer), record_row_officer(), row,
		    r->arena))
		return false;
	grants_load(grants, r->txn, officer, r->arena);
	return within_reach(r, grants);
}

enum err report_officer_list(struct report *r, const void *request)
{
	const struct page *q = request;
	uint32_t id = q->after.n == 4 ? get_u32(q->after.p) + 1 : 1;
	uint32_t last = (uint32_t)r->house->state.officers;
	size_t left = report_limit(q->limit);
	struct row_officer row;
	struct grants grants;
	table_begin(r, TABLE_officer_list);
	for (; id >= 1 && id <= last; id++) {
		if (!load(r, id, &row, &grants))
			continue;
		if (left-- == 0) { /* one too many: the next page begins with it */
			struct key before = key_of_u32(id - 1);
			report_next(r, before.p, before.n);
			break;
		}
		officer_row(r, id, &row, &grants);
	}
	table_end(r);
	return OK;
}

static void grants_table(struct report *r, const struct grants *grants)
{
	table_begin(r, TABLE_officer_grants);
	for (size_t i = 0; i < grants->n; i++) {
		const struct grant *g = &grants->v[i];
		row_begin(r);
		cell_count(r, g->number);
		cell_text(r, g->role);
		cell_unit(r, g->unit);
		cell_day(r, g->from);
		cell_day(r, g->until);
		cell_text(r, g->post);
		cell_text(r, g->acting);
	}
	table_end(r);
}

/* Keys have no index by officer: there are as many keys as people, and this is asked seldom. */
static void keys_table(struct report *r, uint32_t officer)
{
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	table_begin(r, TABLE_officer_keys);
	scan_open(&s, r->txn, STORE_key, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		struct row_key row;
		struct reader rd = reader_of(value);
		if (record_read_disk(&rd, record_row_key(), &row, r->arena, NULL) != OK ||
			row.officer != officer)
			continue;
		row_begin(r);
		cell_hex(r, key);
		cell_string(r, row.revoked == 0 ? "active" : "revoked");
		cell_time(r, row.at);
	}
	table_end(r);
}

enum err report_officer_show(struct report *r, const void *request)
{
	const struct officer_number *q = request;
	struct row_officer row;
	struct grants grants;
	char shown[24];
	if (!load(r, (uint32_t)q->officer, &row, &grants)) {
		snprintf(shown, sizeof(shown), "%llu", (unsigned long long)q->officer);
		return fail(r->fault, E_NOT_FOUND, "officer", shown);
	}
	table_begin(r, TABLE_officer_list);
	officer_row(r, (uint32_t)q->officer, &row, &grants);
	table_end(r);
	keys_table(r, (uint32_t)q->officer);
	grants_table(r, &grants);
	return OK;
}

/* For who writes the invitation, before the register hears of its token: never again afterwards. */
enum err officer_line(struct report *r, struct bytes hash)
{
	struct row_invite invite;
	struct noise_key channel;
	uint8_t psk[NOISE_KEY_BYTES];
	struct key token = { .n = 32 };
	memcpy(token.p, hash.p, 32);
	if (row_get(r->txn, STORE_invite, token, record_row_invite(), &invite, r->arena))
		return fail(r->fault, E_EXISTS, "token", "this invitation");
	house_channel(r->house_secret, &channel);
	house_psk(r->house_secret, hash.p, psk);
	table_begin(r, TABLE_officer_line);
	row_begin(r);
	cell_hex(r, bytes_of(channel.public, sizeof(channel.public)));
	cell_hex(r, bytes_of(psk, sizeof(psk)));
	table_end(r);
	sodium_memzero(&channel, sizeof(channel));
	sodium_memzero(psk, sizeof(psk));
	return OK;
}

enum err report_officer_line(struct report *r, const void *request)
{
	const struct officer_line *q = request;
	return officer_line(r, q->token);
}
