/* apply_house.c: register, units, officers, keys, grants, policy, clock, words. */
#include "store/apply.h"
#include "store/names.h"

/* A header inside an entry's events means nothing; apply_all never hands one over. */
void apply_entry(struct apply *a, const struct ev_entry *ev)
{
	(void)a;
	(void)ev;
}

static struct key key_of_bytes(struct bytes b)
{
	struct key k = { .n = b.n < 64 ? b.n : 64 };
	if (k.n > 0)
		memcpy(k.p, b.p, k.n);
	return k;
}

void apply_register_opened(struct apply *a, const struct ev_register_opened *ev)
{
	a->state.reg = ev->reg;
	a->state.house = ev->public;
	a->state.recovery = ev->recovery;
	a->state.shard = ev->shard;
	a->state_dirty = true;
	struct row_key row = { .public = ev->public, .at = a->at };
	row_put(a->txn, STORE_key, key_of_bytes(a->key), record_row_key(), &row);
}

void apply_unit_added(struct apply *a, const struct ev_unit_added *ev)
{
	struct row_unit row = { .series = ev->series,
		.code = ev->code,
		.name = ev->name,
		.kind = ev->kind,
		.level = ev->level,
		.parent = ev->parent,
		.from = ev->from,
		.until = ev->until };
	row_put(a->txn, STORE_unit, key_of_u32((uint32_t)ev->unit), record_row_unit(), &row);
	a->state.units = ev->unit;
	a->state.tree_seq = a->seq;
	a->state_dirty = true;
}

void apply_unit_ended(struct apply *a, const struct ev_unit_ended *ev)
{
	struct row_unit row;
	struct key key = key_of_u32((uint32_t)ev->unit);
	if (!row_get(a->txn, STORE_unit, key, record_row_unit(), &row, a->arena))
		return;
	row.until = ev->until;
	row_put(a->txn, STORE_unit, key, record_row_unit(), &row);
	a->state.tree_seq = a->seq;
	a->state_dirty = true;
}

void apply_officer_added(struct apply *a, const struct ev_officer_added *ev)
{
	struct row_officer row = { .seq = a->header, .group = ev->group };
	row_put(a->txn, STORE_officer, key_of_u32((uint32_t)ev->officer), record_row_officer(),
		&row);
	a->state.officers = ev->officer;
	a->state_dirty = true;
}

/* Change one officer's row; what: grants given or keys held. */
static void officer_change(struct apply *a, uint64_t officer, uint64_t grants, int keys)
{
	struct row_officer row;
	struct key key = key_of_u32((uint32_t)officer);
	if (!row_get(a->txn, STORE_officer, key, record_row_officer(), &row, a->arena))
		return;
	if (grants > 0)
		row.grants = grants;
	row.keys = (uint64_t)((int64_t)row.keys + keys);
	row_put(a->txn, STORE_officer, key, record_row_officer(), &row);
}

void apply_grant_added(struct apply *a, const struct ev_grant_added *ev)
{
	struct row_grant row = { .role = ev->role,
		.unit = ev->unit,
		.from = ev->from,
		.until = ev->until,
		.post = ev->post,
		.acting = ev->acting };
	struct key key = key_of_pair((uint32_t)ev->officer, (uint32_t)ev->grant);
	row_put(a->txn, STORE_grant, key, record_row_grant(), &row);
	officer_change(a, ev->officer, ev->grant, 0);
}

void apply_grant_ended(struct apply *a, const struct ev_grant_ended *ev)
{
	struct row_grant row;
	struct key key = key_of_pair((uint32_t)ev->officer, (uint32_t)ev->grant);
	if (!row_get(a->txn, STORE_grant, key, record_row_grant(), &row, a->arena))
		return;
	row.until = ev->until;
	row_put(a->txn, STORE_grant, key, record_row_grant(), &row);
}

void apply_invited(struct apply *a, const struct ev_invited *ev)
{
	struct row_invite row = { .officer = ev->officer, .until = ev->until };
	row_put(a->txn, STORE_invite, key_of_bytes(ev->token), record_row_invite(), &row);
}

void apply_key_enrolled(struct apply *a, const struct ev_key_enrolled *ev)
{
	struct row_key row = { .public = ev->public,
		.channel = ev->channel,
		.officer = ev->officer,
		.at = a->at,
		.token = ev->token };
	struct row_channel channel = { .key = ev->key };
	row_put(a->txn, STORE_channel, key_of_bytes(ev->channel), record_row_channel(), &channel);
	row_put(a->txn, STORE_key, key_of_bytes(ev->key), record_row_key(), &row);
	struct row_invite invite;
	struct key token = key_of_bytes(ev->token);
	if (row_get(a->txn, STORE_invite, token, record_row_invite(), &invite, a->arena)) {
		invite.key = ev->key;
		row_put(a->txn, STORE_invite, token, record_row_invite(), &invite);
	}
	officer_change(a, ev->officer, 0, 1);
}

void apply_key_revoked(struct apply *a, const struct ev_key_revoked *ev)
{
	struct row_key row;
	struct key key = key_of_bytes(ev->key);
	if (!row_get(a->txn, STORE_key, key, record_row_key(), &row, a->arena))
		return;
	row.revoked = a->at;
	row_put(a->txn, STORE_key, key, record_row_key(), &row);
	officer_change(a, row.officer, 0, -1);
}

void apply_policy_adopted(struct apply *a, const struct ev_policy_adopted *ev)
{
	struct row_policy row = { .name = ev->name, .from = ev->from, .seq = a->header };
	row_put(a->txn, STORE_policy, key_of_u32((uint32_t)ev->version), record_row_policy(), &row);
	a->state.policy = ev->version;
	a->state.policy_seq = a->header;
	a->state.zone = ev->zone;
	a->state_dirty = true;
}

void apply_term_added(struct apply *a, const struct ev_term_added *ev)
{
	struct row_term row = { .list = ev->list, .code = ev->code };
	row_put(a->txn, STORE_term, key_of_u32((uint32_t)ev->term), record_row_term(), &row);
	a->state.terms = ev->term;
	a->state_dirty = true;
}

void apply_clock_accepted(struct apply *a, const struct ev_clock_accepted *ev)
{
	(void)a; /* the entry's own time is all that counts */
	(void)ev;
}

void apply_words_destroyed(struct apply *a, const struct ev_words_destroyed *ev)
{
	coming_remove(a->txn, a->words, ev->seq, ev->group);
	journal_destroy_words(a->txn, ev->seq, (uint16_t)(ev->group - 1));
}

/* What changed hands are events of their own. */
void apply_officer_handed(struct apply *a, const struct ev_officer_handed *ev)
{
	(void)a;
	(void)ev;
}

/* Recovery: one proposal stands at most, the last. */

void apply_recovery_proposed(struct apply *a, const struct ev_recovery_proposed *ev)
{
	a->state.token = ev->token;
	a->state.next = ev->recovery;
	a->state.proposer = ev->officer;
	a->state.proposed_until = ev->until;
	a->state.proposed_seq = a->header;
	a->state.proposed_group = ev->group;
	a->state_dirty = true;
}

void apply_recovery_used(struct apply *a, const struct ev_recovery_used *ev)
{
	a->state.recovery = ev->recovery;
	a->state.token = a->state.next = (struct bytes){ 0 };
	a->state.proposer = a->state.proposed_seq = a->state.proposed_group = 0;
	a->state.proposed_until = 0;
	a->state_dirty = true;
}
