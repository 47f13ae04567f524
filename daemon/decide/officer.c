/* officer.c: invitations, keys, grants. */
#include "daemon/able.h"
#include "daemon/decide/decide.h"

#include "proto/day.h"
#include "proto/noise.h"

#include <stdio.h>

enum { INVITATION_DAYS = 3 };
static const int64_t day_us = 86400LL * 1000000;

/* Unit of a role, checked against the inviting administrator's reach. 0: the whole register. */
static enum err role_unit(struct decision *d, struct text code, struct text role, uint64_t *unit)
{
	if (role_of(role) == NULL)
		return fail_text(d->fault, E_VALUE, "role", role);
	*unit = 0;
	enum err err = decide_unit_opt(d, code, d->today, "unit", unit);
	if (err == OK && unit_outside(d->house, *unit))
		err = fail_text(d->fault, E_OUTSIDE, "unit", code);
	return err != OK ? err : decide_may_unit(d, RIGHT_ADMIN, (uint32_t)*unit, "unit");
}

static enum err role_days(struct decision *d, uint32_t *from, uint32_t until)
{
	if (*from == 0)
		*from = d->today;
	if (until != 0 && until <= *from)
		return fail(d->fault, E_RANGE, "until", "not after the first day");
	return OK;
}

/* KT, TL, TUQ, Q: how a paper says that it is not the head in person who signs. */
static enum err check_acting(struct decision *d, struct text acting, struct text role)
{
	static const char *const known[] = { "KT", "TL", "TUQ", "Q" };
	bool found = false;
	for (size_t i = 0; i < COUNT(known); i++)
		found |= text_is(acting, known[i]);
	if (acting.n > 0 && !found)
		return fail_text(d->fault, E_VALUE, "acting", acting);
	return acting.n == 0 || text_is(role, "leader")
		       ? OK
		       : fail(d->fault, E_ONLY_WITH, "acting", "leader");
}

enum err decide_officer(
	struct decision *d, uint64_t officer, const char *field, struct row_officer *to)
{
	char number[24];
	snprintf(number, sizeof(number), "%llu", (unsigned long long)officer);
	if (!row_get(d->txn, STORE_officer, key_of_u32((uint32_t)officer), record_row_officer(), to,
		    d->arena))
		return fail(d->fault, E_NOT_FOUND, field, number);
	return OK;
}

/*
 * Over every unit of a grant of theirs that still holds or is to come; one of the whole register's
 * only by one of the whole register.
 */
enum err decide_may_touch(struct decision *d, uint32_t officer, const char *field)
{
	struct grants grants;
	grants_load(&grants, d->txn, officer, d->arena);
	for (size_t i = 0; i < grants.n; i++) {
		if (grants.v[i].until != 0 && grants.v[i].until <= d->today)
			continue;
		enum err err = decide_may(d, RIGHT_ADMIN, grants.v[i].unit, 0, field,
			unit_code(d->house, grants.v[i].unit));
		if (err != OK)
			return err;
	}
	return authz_anywhere(&d->grants, RIGHT_ADMIN, d->today)
		       ? OK
		       : fail(d->fault, E_NOT_ALLOWED, field, d->cmd->wire);
}

/*
 * Whether somebody administers the whole register on a day, with a good key, without this grant (0:
 * without any of the officer's).
 */
static bool others_administer(struct decision *d, uint32_t day, uint32_t officer, uint32_t grant)
{
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	bool found = false;
	scan_open(&s, d->txn, STORE_grant, (struct bytes){ 0 });
	while (!found && scan_next(&s, &key, &value)) {
		struct row_grant row;
		struct row_officer holder;
		struct reader rd = reader_of(arena_bytes(d->arena, value));
		uint32_t who = get_u32(key.p);
		const struct role *role = NULL;
		if (who == officer && (grant == 0 || grant == get_u32(key.p + 4)))
			continue;
		if (record_read_disk(&rd, record_row_grant(), &row, d->arena, NULL) == OK)
			role = role_of(row.role);
		found = role != NULL && (role->rights & RIGHT_ADMIN) && row.unit == 0 &&
			row.from <= day && (row.until == 0 || day < row.until) &&
			row_get(d->txn, STORE_officer, key_of_u32(who), record_row_officer(),
				&holder, d->arena) &&
			holder.keys > 0;
	}
	return found;
}

static enum err emit_officer(struct decision *d, const struct officer_invite *q, uint64_t officer,
	uint64_t unit, uint32_t from)
{
	struct words_ref words = decide_words(d, record_officer_invite(), q);
	struct ev_officer_added added = { officer, words.w, words.group };
	enum err err = decide_emit(d, EVENT_officer_added, &added);
	struct ev_grant_added grant = { officer, 1, q->role, unit, from, q->until, q->post,
		q->acting };
	return err != OK ? err : decide_emit(d, EVENT_grant_added, &grant);
}

/* A new officer, with a first role; or a further key of one who is known, and nothing else. */
static enum err invite_new(struct decision *d, const struct officer_invite *q)
{
	uint64_t unit = 0;
	uint32_t from = q->from;
	if (q->role.n == 0 || q->name.n == 0)
		return fail(d->fault, E_MISSING, q->role.n == 0 ? "role" : "name", NULL);
	enum err err = role_unit(d, q->unit, q->role, &unit);
	if (err == OK)
		err = role_days(d, &from, q->until);
	if (err == OK)
		err = check_acting(d, q->acting, q->role);
	return err != OK ? err : emit_officer(d, q, d->house->state.officers + 1, unit, from);
}

static enum err invite_again(struct decision *d, const struct officer_invite *q)
{
	struct row_officer known;
	const struct {
		const char *field;
		bool given;
	} others[] = { { "role", q->role.n > 0 }, { "name", q->name.n > 0 },
		{ "unit", q->unit.n > 0 }, { "post", q->post.n > 0 }, { "from", q->from != 0 },
		{ "until", q->until != 0 }, { "acting", q->acting.n > 0 } };
	for (size_t i = 0; i < COUNT(others); i++)
		if (others[i].given)
			return fail(d->fault, E_ONLY_WITH, others[i].field, "a new officer");
	enum err err = decide_officer(d, q->officer, "officer", &known);
	return err != OK ? err : decide_may_touch(d, (uint32_t)q->officer, "officer");
}

enum err decide_officer_invite(struct decision *d, const void *request)
{
	const struct officer_invite *q = request;
	struct row_invite invite;
	struct key token = { .n = 32 };
	memcpy(token.p, q->token.p, 32);
	if (row_get(d->txn, STORE_invite, token, record_row_invite(), &invite, d->arena))
		return fail(d->fault, E_EXISTS, "token", "this invitation");
	enum err err = q->officer == 0 ? invite_new(d, q) : invite_again(d, q);
	if (err != OK)
		return err;
	uint64_t officer = q->officer != 0 ? q->officer : d->house->state.officers + 1;
	int64_t days = q->days == 0 ? INVITATION_DAYS : (int64_t)q->days;
	struct ev_invited ev = { q->token, officer, d->at + days * day_us };
	return decide_emit(d, EVENT_invited, &ev);
}

/* With a point of small order no line could ever be made. Any secret tells; it is not secret. */
static bool is_usable(struct bytes channel)
{
	static const uint8_t any[NOISE_KEY_BYTES] = { 8 };
	uint8_t shared[NOISE_KEY_BYTES];
	return noise_dh(any, channel.p, shared, NULL) == OK;
}

/* The key that signs an enrolment is the one that it brings. */
enum err decide_enrol(struct decision *d, const void *request)
{
	const struct enrol *q = request;
	uint8_t token[32], id[KEY_ID_BYTES];
	struct row_invite invite;
	struct row_key taken;
	key_id(q->public.p, id);
	if (!bytes_equal(d->key, bytes_of(id, sizeof(id))))
		return fail(d->fault, E_SIGNATURE, "public", NULL);
	invitation_token(q->secret.p, token);
	struct key key = { .n = 32 };
	memcpy(key.p, token, 32);
	if (!row_get(d->txn, STORE_invite, key, record_row_invite(), &invite, d->arena) ||
		invite.key.n != 0 || invite.until < d->at)
		return fail(d->fault, E_INVITATION, "secret", NULL);
	struct key mine = { .n = KEY_ID_BYTES };
	memcpy(mine.p, id, KEY_ID_BYTES);
	if (row_get(d->txn, STORE_key, mine, record_row_key(), &taken, d->arena))
		return fail(d->fault, E_EXISTS, "public", "this key");
	if (!is_usable(q->channel))
		return fail(d->fault, E_WEAK_KEY, "channel", NULL);
	struct row_channel line;
	memcpy(key.p, q->channel.p, 32);
	if (row_get(d->txn, STORE_channel, key, record_row_channel(), &line, d->arena))
		return fail(d->fault, E_EXISTS, "channel", "this key");
	struct ev_key_enrolled ev = { bytes_of(id, sizeof(id)), q->public, q->channel,
		invite.officer, bytes_of(token, sizeof(token)) };
	return decide_emit(d, EVENT_key_enrolled, &ev);
}

enum err decide_key_revoke(struct decision *d, const void *request)
{
	const struct key_revoke *q = request;
	struct row_key row;
	struct key key = { .n = KEY_ID_BYTES };
	memcpy(key.p, q->key.p, KEY_ID_BYTES);
	if (!row_get(d->txn, STORE_key, key, record_row_key(), &row, d->arena) || row.officer == 0)
		return fail(d->fault, E_NOT_FOUND, "key", "this key");
	if (row.officer != d->officer) {
		enum err err = decide_may_touch(d, (uint32_t)row.officer, "officer");
		if (err != OK)
			return err;
	}
	if (row.revoked != 0)
		return fail(d->fault, E_NOTHING, "key", NULL);
	struct able holder;
	able_load(&holder, d->txn, (uint32_t)row.officer, d->arena);
	if (holder.keys == 1 && authz(&holder.grants, RIGHT_ADMIN, &d->house->units, 0, d->today) &&
		!others_administer(d, d->today, holder.officer, 0))
		return fail(d->fault, E_LAST_ADMIN, "key", NULL);
	struct ev_key_revoked ev = { q->key };
	return decide_emit(d, EVENT_key_revoked, &ev);
}

enum err decide_grant_add(struct decision *d, const void *request)
{
	const struct grant_add *q = request;
	struct row_officer officer;
	uint64_t unit = 0;
	uint32_t from = q->from;
	enum err err = role_unit(d, q->unit, q->role, &unit);
	if (err == OK)
		err = role_days(d, &from, q->until);
	if (err == OK)
		err = check_acting(d, q->acting, q->role);
	if (err == OK)
		err = decide_officer(d, q->officer, "officer", &officer);
	if (err != OK)
		return err;
	if (officer.grants >= LIMIT_GRANTS)
		return fail_number(
			d->fault, E_TOO_MANY, "grants", (int64_t)officer.grants, LIMIT_GRANTS);
	struct ev_grant_added ev = { q->officer, officer.grants + 1, q->role, unit, from, q->until,
		q->post, q->acting };
	return decide_emit(d, EVENT_grant_added, &ev);
}

/* On the first day without this role the register must be administered by another, if it is by this
 * one. */
static enum err check_last(struct decision *d, const struct grant_end *q,
	const struct row_grant *grant, uint32_t until)
{
	const struct role *role = role_of(grant->role);
	struct row_officer holder;
	if (role == NULL || (role->rights & RIGHT_ADMIN) == 0 || grant->unit != 0 ||
		until < grant->from)
		return OK;
	enum err err = decide_officer(d, q->officer, "officer", &holder);
	if (err != OK || holder.keys == 0 ||
		others_administer(d, until, (uint32_t)q->officer, (uint32_t)q->grant))
		return err;
	return fail(d->fault, E_LAST_ADMIN, "grant", NULL);
}

enum err decide_grant_end(struct decision *d, const void *request)
{
	const struct grant_end *q = request;
	struct row_grant grant;
	struct key key = key_of_pair((uint32_t)q->officer, (uint32_t)q->grant);
	if (!row_get(d->txn, STORE_grant, key, record_row_grant(), &grant, d->arena))
		return fail(d->fault, E_NOT_FOUND, "grant", "this grant");
	enum err err = decide_may(
		d, RIGHT_ADMIN, (uint32_t)grant.unit, 0, "grant", unit_code(d->house, grant.unit));
	if (err != OK)
		return err;
	uint32_t until = q->until == 0 ? d->today : q->until;
	if (until < d->today)
		return fail(d->fault, E_RANGE, "until", "in the past");
	if (grant.until != 0 && grant.until <= until)
		return fail(d->fault, E_NOTHING, "grant", NULL);
	err = check_last(d, q, &grant, until);
	if (err != OK)
		return err;
	struct ev_grant_ended ev = { q->officer, q->grant, until };
	return decide_emit(d, EVENT_grant_ended, &ev);
}
