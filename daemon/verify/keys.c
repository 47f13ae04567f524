/* keys.c: keys, invitations and signatures, from the events alone. */
#include "daemon/verify/audit.h"

#include <assert.h>
#include <stdlib.h>

static struct audit_key *key_find(struct keys *k, struct bytes id)
{
	uint32_t at;
	return map_get(&k->by_id, id, &at) ? &k->v[at] : NULL;
}

static void key_add(struct keys *k, struct bytes id, struct bytes public, uint32_t officer)
{
	AUDIT_GROW(k->v, k->n, k->room);
	assert(k->v != NULL);
	struct audit_key *key = &k->v[k->n];
	*key = (struct audit_key){ .officer = officer };
	memcpy(key->public, public.p, PUBLIC_BYTES);
	map_put(&k->by_id, id, (uint32_t)k->n++);
}

static const void *event_of(const struct audited *e, uint64_t code)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->events[i].code == code)
			return e->events[i].fields;
	return NULL;
}

static bool is_id(struct bytes id, struct bytes public)
{
	uint8_t computed[KEY_ID_BYTES];
	if (public.n != PUBLIC_BYTES)
		return false;
	key_id(public.p, computed);
	return bytes_equal(id, bytes_of(computed, sizeof(computed)));
}

/* The register's first entry brings the house's key. */
static void open_register(struct audit *a)
{
	struct audited *e = &a->entry;
	const struct ev_register_opened *ev = event_of(e, EVENT_register_opened);
	if (e->seq != 0 || a->keys.opened || ev == NULL || e->events[0].fields != ev) {
		audit_fail_at(a, e->seq, "verb", "the register is opened here");
		return;
	}
	if (!is_id(e->header.key, ev->public))
		audit_fail_at(a, e->seq + 1, "public", "not of the key that signed");
	memcpy(a->keys.reg, ev->reg.p, sizeof(a->keys.reg));
	memcpy(a->keys.house, e->header.key.p, KEY_ID_BYTES);
	a->keys.opened = true;
	key_add(&a->keys, e->header.key, ev->public, 0);
}

/* The secret of an enrolment is in its head. */
static void check_secret(struct audit *a, const struct ev_key_enrolled *ev, uint64_t seq)
{
	struct enrol enrol;
	uint8_t token[32];
	struct reader rd = reader_of(a->entry.action.args);
	if (record_read_wire(&rd, record_enrol(), &enrol, NULL, &a->arena, NULL) != OK) {
		audit_fail_at(a, a->entry.seq, "head", "not an enrolment");
		return;
	}
	invitation_token(enrol.secret.p, token);
	if (!bytes_equal(ev->token, bytes_of(token, sizeof(token))))
		audit_fail_at(a, seq, "token", "not the hash of the secret");
}

static void enrol(struct audit *a, const struct ev_key_enrolled *ev, uint64_t seq)
{
	struct keys *k = &a->keys;
	uint32_t at;
	if (!is_id(ev->key, ev->public))
		audit_fail_at(a, seq, "key", "not the hash of the public key");
	if (key_find(k, ev->key) != NULL) {
		audit_fail_at(a, seq, "key", "known already");
		return;
	}
	key_add(k, ev->key, ev->public, (uint32_t)ev->officer);
	if (!map_get(&k->by_token, ev->token, &at)) {
		audit_fail_at(a, seq, "token", "no such invitation");
		return;
	}
	struct audit_invite *invite = &k->invites[at];
	if (invite->used || invite->until < a->entry.header.at)
		audit_fail_at(a, seq, "token", "the invitation was used or had run out");
	if (invite->officer != ev->officer)
		audit_fail_at(a, seq, "officer", "not the one who was invited");
	invite->used = true;
	check_secret(a, ev, seq);
}

static void invite(struct audit *a, const struct ev_invited *ev, uint64_t seq)
{
	struct keys *k = &a->keys;
	uint32_t at;
	if (map_get(&k->by_token, ev->token, &at)) {
		audit_fail_at(a, seq, "token", "stood already");
		return;
	}
	AUDIT_GROW(k->invites, k->invite_count, k->invite_room);
	k->invites[k->invite_count] =
		(struct audit_invite){ (uint32_t)ev->officer, ev->until, false };
	map_put(&k->by_token, ev->token, (uint32_t)k->invite_count++);
}

static void revoke(struct audit *a, const struct ev_key_revoked *ev, uint64_t seq)
{
	struct audit_key *key = key_find(&a->keys, ev->key);
	if (key == NULL || key->revoked || key->officer == 0)
		audit_fail_at(a, seq, "key", "not a key that could be revoked");
	else
		key->revoked = true;
}

/* Entries that walk.c has passed when the second is looked at. */
enum { BEFORE_SECOND = 1 };

/* The signature, by a key that was good before this entry (or is brought by it). */
static void check_signature(struct audit *a, const struct audit_key *key)
{
	struct audited *e = &a->entry;
	if (key == NULL || key->revoked) {
		audit_fail_at(a, e->seq, "key",
			key == NULL ? "not known here" : "was revoked before this");
		return;
	}
	if (action_verify(e->header.head, e->header.sig, key->public, NULL) != OK)
		audit_fail_at(a, e->seq, "sig", "not the key's signature over the head");
	e->officer = key->officer;
	bool house = key->officer == 0;
	/* the policy that a register begins with is its second entry, signed by the house */
	bool first_policy = a->entries == BEFORE_SECOND && e->action.cmd->cmd == CMD_policy_adopt;
	if (house != (e->action.cmd->mode == CMD_AUTO || (house && first_policy)))
		audit_fail_at(a, e->seq, "verb", "%s",
			house ? "the house may not sign this" : "only the house may sign this");
}

void keys_check(struct audit *a)
{
	struct audited *e = &a->entry;
	const struct ev_key_enrolled *enrolled = event_of(e, EVENT_key_enrolled);
	bool enrolling = e->action.cmd->cmd == CMD_enrol;
	if (e->action.cmd->cmd == CMD_genesis)
		open_register(a);
	else if (e->seq == 0)
		audit_fail_at(a, e->seq, "verb", "the first entry does not open the register");
	if (enrolling != (enrolled != NULL) ||
		(enrolled != NULL && !bytes_equal(enrolled->key, e->header.key)))
		audit_fail_at(a, e->seq, "key", "a key enrols itself, and nothing else does");
	const struct audit_key *signer = key_find(&a->keys, e->header.key);
	struct audit_key fresh = { 0 };
	if (enrolling && enrolled != NULL && signer == NULL) {
		memcpy(fresh.public, enrolled->public.p, PUBLIC_BYTES);
		fresh.officer = (uint32_t)enrolled->officer;
		signer = &fresh;
	}
	check_signature(a, signer);
	if (!bytes_equal(e->action.head.reg, bytes_of(a->keys.reg, sizeof(a->keys.reg))))
		audit_fail_at(a, e->seq, "reg", "signed for another register");
	for (size_t i = 0; i < e->count; i++) {
		const struct event *event = &e->events[i];
		if (event->code == EVENT_invited)
			invite(a, event->fields, event->seq);
		else if (event->code == EVENT_key_enrolled)
			enrol(a, event->fields, event->seq);
		else if (event->code == EVENT_key_revoked)
			revoke(a, event->fields, event->seq);
	}
}

void keys_fini(struct keys *k)
{
	map_fini(&k->by_id);
	map_fini(&k->by_token);
	free(k->v);
	free(k->invites);
}
