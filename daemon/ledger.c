/* ledger.c: decide, append, apply. */
#include "daemon/ledger.h"

#include "daemon/decide/decide.h"
#include "daemon/reply.h"
#include "proto/day.h"
#include "proto/rid.h"
#include "store/apply.h"

#include <stdlib.h>

struct ledger {
	struct db *db;
	struct journal *journal;
	struct txn *txn;
	struct house house;
	struct arena arena; /* of the request at work */
};

enum err ledger_open(struct ledger **to, struct db *db, struct fault *f)
{
	struct position tail;
	struct ledger *l = xcalloc(1, sizeof(*l));
	l->db = db;
	enum err err = journal_open(&l->journal, db, f);
	if (err == OK)
		err = journal_own(l->journal, &tail, f);
	if (err != OK) {
		ledger_close(l);
		return err;
	}
	*to = l;
	return OK;
}

void ledger_close(struct ledger *l)
{
	if (l == NULL)
		return;
	txn_abort(l->txn);
	journal_close(l->journal);
	house_fini(&l->house);
	arena_fini(&l->arena);
	free(l);
}

enum err ledger_begin(struct ledger *l, struct fault *f)
{
	return txn_begin(&l->txn, l->db, true, f);
}

void ledger_abort(struct ledger *l)
{
	txn_abort(l->txn);
	l->txn = NULL;
	house_fini(&l->house); /* it may know what never came to be */
	struct txn *txn;
	if (txn_begin(&txn, l->db, false, NULL) != OK)
		abort();
	if (journal_rewind(l->journal, txn, NULL) != OK)
		abort();
	txn_abort(txn);
}

enum err ledger_commit(struct ledger *l, struct fault *f)
{
	journal_seal(l->journal, l->txn);
	enum err err = txn_error(l->txn);
	if (err == OK) {
		err = txn_commit(l->txn, f);
		l->txn = NULL;
		return err;
	}
	(void)fail_server(f, err, 0, __FILE__, __LINE__);
	ledger_abort(l);
	return err;
}

struct position ledger_end(const struct ledger *l)
{
	return journal_end(l->journal);
}

struct txn *ledger_txn(struct ledger *l)
{
	return l->txn;
}

struct house *ledger_house(struct ledger *l)
{
	return &l->house;
}

/* Write the entry of a decision and apply it. */
static enum err write_entry(
	struct ledger *l, struct decision *d, struct entry *entry, struct fault *f)
{
	entry->header.count = d->event_count;
	entry->events = arena_alloc(&l->arena, d->event_count, sizeof(*entry->events));
	for (size_t i = 0; i < d->event_count; i++)
		entry->events[i] = bytes_of(d->leaves.p + d->events[i].from, d->events[i].n);
	enum err err = journal_append(l->journal, l->txn, d->seq, entry, f);
	if (err == OK)
		err = apply_all(l->txn, l->txn, d->seq, entry, &l->arena, f);
	return err;
}

/* The officer behind the key, and whether it may sign at all. */
static enum err identify(
	struct ledger *l, struct decision *d, const struct action *a, struct fault *f)
{
	struct row_key row;
	struct key key = { .n = KEY_ID_BYTES };
	memcpy(key.p, a->key.p, KEY_ID_BYTES);
	if (a->cmd->cmd == CMD_enrol)
		return OK;
	if (!row_get(l->txn, STORE_key, key, record_row_key(), &row, &l->arena) ||
		row.revoked != 0 || row.officer == 0)
		return fail(f, E_KEY, NULL, NULL);
	d->officer = (uint32_t)row.officer;
	grants_load(&d->grants, l->txn, d->officer, &l->arena);
	return OK;
}

static enum err check_action(struct ledger *l, const struct action *a, struct fault *f)
{
	if (!bytes_equal(a->head.reg, l->house.state.reg))
		return fail(f, E_REGISTER, NULL, NULL);
	return OK;
}

/* A request number that was used: the same head is the same request, another is not. */
static enum err check_repeat(
	struct ledger *l, const struct action *a, uint64_t seq, struct fault *f)
{
	struct entry entry;
	enum err err = journal_read(l->txn, seq, &entry, &l->arena, f);
	if (err != OK)
		return err;
	if (!bytes_equal(entry.header.head, a->head_bytes) ||
		!bytes_equal(entry.header.key, a->key))
		return fail(f, E_RID, NULL, NULL);
	return OK;
}

static enum err decide(struct ledger *l, struct decision *d, const struct action *a,
	const void *request, struct fault *f)
{
	enum err err = decide_function(a->cmd->cmd)(d, request);
	if (err != OK)
		return err;
	struct entry entry = {
		.header = { .at = d->at, .key = a->key, .sig = a->sig, .head = a->head_bytes },
		.rid = a->head.rid,
		.body = a->body,
		.groups = a->groups.v,
		.group_count = a->groups.n
	};
	return write_entry(l, d, &entry, f);
}

enum err ledger_decide(struct ledger *l, const struct action *action, const void *request,
	int64_t now, uint64_t *seq, struct fault *f)
{
	struct position end = journal_end(l->journal);
	struct fault local;
	if (f == NULL)
		f = &local;
	arena_reset(&l->arena);
	enum err err = house_refresh(&l->house, l->txn, f);
	if (err != OK)
		return err;
	if (journal_find_rid(l->txn, action->head.rid, seq))
		return check_repeat(l, action, *seq, f);
	*seq = end.size;
	int64_t at = now > end.at ? now : end.at;
	struct decision d = { .txn = l->txn,
		.arena = &l->arena,
		.house = &l->house,
		.cmd = action->cmd,
		.now = now,
		.before = end.at,
		.at = at,
		.today = day_of_time(at, l->house.zone),
		.seq = end.size,
		.groups = &action->groups,
		.key = action->key,
		.body_bytes = action->body.n,
		.fault = f };
	err = check_action(l, action, f);
	if (err == OK)
		err = identify(l, &d, action, f);
	if (err == OK)
		err = decide_behalf(&d, action->head.behalf);
	if (err == OK)
		err = decide(l, &d, action, request, f);
	decision_fini(&d);
	return err;
}

enum err ledger_do(
	struct ledger *l, struct action *action, int64_t now, struct writer *reply, struct fault *f)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct entry entry;
	uint64_t seq = 0;
	void *request = arena_alloc(&a, 1, action->cmd->record()->size);
	enum err err = action_read(action, request, &a, f);
	if (err == OK)
		err = ledger_decide(l, action, request, now, &seq, f);
	if (err == OK)
		err = house_refresh(&l->house, l->txn, f);
	if (err == OK)
		err = journal_read(l->txn, seq, &entry, &a, f);
	return err != OK ? err : reply_entry(reply, &l->house, seq, &entry, &a, f);
}

/* Genesis: the house, the first officer, a grant over the whole register, an invitation. */

static enum err genesis_events(struct decision *d, const struct genesis *g)
{
	static const uint8_t zeros[32];
	bool recovery = memcmp(g->recovery, zeros, 32) != 0;
	struct ev_register_opened opened = { bytes_of(g->reg, 16), 0, bytes_of(g->secret + 32, 32),
		bytes_of(g->recovery, recovery ? 32 : 0) };
	struct ev_officer_added officer = { .officer = 1 };
	struct ev_grant_added grant = {
		.officer = 1, .grant = 1, .role = text_of("admin"), .from = d->today
	};
	struct ev_invited invited = { bytes_of(g->token, 32), 1, g->invitation_until };
	enum err err = decide_emit(d, EVENT_register_opened, &opened);
	if (err == OK)
		err = decide_emit(d, EVENT_officer_added, &officer);
	if (err == OK)
		err = decide_emit(d, EVENT_grant_added, &grant);
	return err != OK ? err : decide_emit(d, EVENT_invited, &invited);
}

/* The house as the only officer of a register in the making. */
static void as_administrator(struct decision *d)
{
	d->grants.v[0] = (struct grant){ .rights = RIGHT_ADMIN, .from = 1 };
	d->grants.n = 1;
}

static enum err house_decide(struct ledger *l, struct action *action, int64_t now, struct fault *f)
{
	struct decision d = { .txn = l->txn,
		.arena = &l->arena,
		.house = &l->house,
		.cmd = action->cmd,
		.at = now,
		.today = day_of_time(now, 0),
		.seq = journal_end(l->journal).size,
		.groups = &action->groups,
		.key = action->key,
		.fault = f };
	void *request = arena_alloc(&l->arena, 1, action->cmd->record()->size);
	as_administrator(&d);
	enum err err = action_read(action, request, &l->arena, f);
	if (err == OK)
		err = decide(l, &d, action, request, f);
	decision_fini(&d);
	return err;
}

/* Whether nothing follows the first entry. */
static bool only_genesis(struct ledger *l)
{
	struct entry first;
	struct position end = journal_end(l->journal);
	return end.size > 0 && journal_read(l->txn, 0, &first, &l->arena, NULL) == OK &&
	       end.size == 1 + first.header.count;
}

enum err ledger_house_act(struct ledger *l, const uint8_t *secret, enum cmd cmd, const void *record,
	int64_t now, struct fault *f)
{
	AUTO(writer_fini) struct writer params = { 0 };
	AUTO(arena_fini) struct arena a = { 0 };
	struct action action;
	uint8_t rid[16];
	enum err err = house_refresh(&l->house, l->txn, f);
	if (err == OK && !only_genesis(l))
		err = fail(f, E_ORDER, NULL, "a new register");
	if (err != OK)
		return err;
	struct signing by = { .secret = secret, .reg = l->house.state.reg };
	rid_make(rid, now);
	err = action_build(&params, &cmds[cmd], record, rid, &by, f);
	if (err == OK)
		err = action_open(writer_bytes(&params), (struct text){ 0 }, &action, &a, f);
	if (err != OK)
		return err;
	err = house_decide(l, &action, now, f);
	action_fini(&action);
	return err;
}

enum err ledger_genesis(struct ledger *l, const struct genesis *g, int64_t now, struct fault *f)
{
	AUTO(writer_fini) struct writer params = { 0 };
	AUTO(action_fini) struct action action = { 0 };
	uint8_t rid[16];
	struct nothing nothing = { 0 };
	struct signing by = { .secret = g->secret, .reg = bytes_of(g->reg, 16) };
	rid_make(rid, now);
	enum err err = action_build(&params, &cmds[CMD_genesis], &nothing, rid, &by, f);
	if (err == OK)
		err = action_open(writer_bytes(&params), (struct text){ 0 }, &action, &l->arena, f);
	if (err != OK)
		return err;
	struct decision d = { .txn = l->txn,
		.arena = &l->arena,
		.house = &l->house,
		.cmd = action.cmd,
		.at = now,
		.today = day_of_time(now, 0),
		.fault = f };
	err = genesis_events(&d, g);
	struct entry entry = { .header = { .at = now,
				       .key = action.key,
				       .sig = action.sig,
				       .head = action.head_bytes },
		.rid = action.head.rid };
	if (err == OK)
		err = write_entry(l, &d, &entry, f);
	decision_fini(&d);
	return err;
}
