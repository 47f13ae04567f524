/* officer.c: invitations, keys, grants. */
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

static enum err officer_known(struct decision *d, uint64_t officer, struct row_officer *row)
{
	char number[24];
	snprintf(number, sizeof(number), "%llu", (unsigned long long)officer);
	if (!row_get(d->txn, STORE_officer, key_of_u32((uint32_t)officer), record_row_officer(),
		    row, d->arena))
		return fail(d->fault, E_NOT_FOUND, "officer", number);
	return OK;
}

/*
 * May this administrator touch that officer: over every unit of a grant of theirs that still holds
 * or is to come; one of the whole register's only by one of the whole register.
 */
static enum err may_touch(struct decision *d, uint32_t officer)
{
	struct grants grants;
	grants_load(&grants, d->txn, officer, d->arena);
	for (size_t i = 0; i < grants.n; i++) {
		if (grants.v[i].until != 0 && grants.v[i].until <= d->today)
			continue;
		enum err err = decide_may(d, RIGHT_ADMIN, grants.v[i].unit, 0, "officer",
			unit_code(d->house, grants.v[i].unit));
		if (err != OK)
			return err;
	}
	return authz_anywhere(&d->grants, RIGHT_ADMIN, d->today)
		       ? OK
		       : fail(d->fault, E_NOT_ALLOWED, "officer", d->cmd->wire);
}

static enum err emit_officer(struct decision *d, const struct officer_invite *q, uint64_t officer,
	uint64_t unit, uint32_t from)
{
	struct words_ref words = decide_words(d, record_officer_invite(), q);
	struct ev_officer_added added = { officer, words.w, words.group };
	enum err err = decide_emit(d, EVENT_officer_added, &added);
	struct ev_grant_added grant = { officer, 1, q->role, unit, from, q->until, q->post };
	return err != OK ? err : decide_emit(d, EVENT_grant_added, &grant);
}

enum err decide_officer_invite(struct decision *d, const void *request)
{
	const struct officer_invite *q = request;
	uint64_t unit = 0, officer = q->officer;
	uint32_t from = q->from;
	struct row_officer known;
	struct row_invite invite;
	enum err err = role_unit(d, q->unit, q->role, &unit);
	if (err == OK)
		err = role_days(d, &from, q->until);
	struct key token = { .n = 32 };
	memcpy(token.p, q->token.p, 32);
	if (err == OK &&
		row_get(d->txn, STORE_invite, token, record_row_invite(), &invite, d->arena))
		err = fail(d->fault, E_EXISTS, "token", "this invitation");
	if (err != OK)
		return err;
	if (officer == 0) {
		officer = d->house->state.officers + 1;
		err = emit_officer(d, q, officer, unit, from);
	} else {
		err = officer_known(d, officer, &known);
		if (err == OK)
			err = may_touch(d, (uint32_t)officer);
	}
	if (err != OK)
		return err;
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
		enum err err = may_touch(d, (uint32_t)row.officer);
		if (err != OK)
			return err;
	}
	if (row.revoked != 0)
		return fail(d->fault, E_NOTHING, "key", NULL);
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
		err = officer_known(d, q->officer, &officer);
	if (err != OK)
		return err;
	if (officer.grants >= LIMIT_GRANTS)
		return fail_number(
			d->fault, E_TOO_MANY, "grants", (int64_t)officer.grants, LIMIT_GRANTS);
	struct ev_grant_added ev = { q->officer, officer.grants + 1, q->role, unit, from, q->until,
		q->post };
	return decide_emit(d, EVENT_grant_added, &ev);
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
	struct ev_grant_ended ev = { q->officer, q->grant, until };
	return decide_emit(d, EVENT_grant_ended, &ev);
}
