/* fold_officer.c: work handed over, who administers the register, and its recovery, told again from
 * the events. */
#include "daemon/verify/fold.h"

#include "proto/sheet.h"

#include <sodium.h>

uint64_t fold_paper(struct text paper)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	if (paper.n == 0)
		return 0;
	crypto_hash_sha256(hash, (const uint8_t *)paper.p, paper.n);
	return get_u64(hash);
}

/* Handing over: the events of the entry are as many as it says, and of whom it says. */

static void handed(struct audit *a, const struct event *e, const struct ev_officer_handed *ev)
{
	struct fold_handing *h = &a->fold->handing;
	if (!fold_officer(a, e, "giver", ev->giver) || !fold_officer(a, e, "taker", ev->taker))
		return;
	if (ev->giver == ev->taker)
		audit_fail_at(a, e->seq, "taker", "the same officer");
	if (e->seq != a->entry.seq + 1)
		audit_fail_at(a, e->seq, "event", "not the first of its entry");
	*h = (struct fold_handing){ (uint32_t)ev->giver, (uint32_t)ev->taker, ev->cases,
		ev->custody, ev->drafts };
}

static void draft_handed(struct audit *a, const struct event *e, const struct ev_draft_handed *ev)
{
	struct fold_handing *h = &a->fold->handing;
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	if (m->version == m->issued || ev->version != m->version)
		audit_fail_at(a, e->seq, "version", "no version that is being written");
	if (h->taker == 0 || m->drafter != h->giver || ev->officer != h->taker)
		audit_fail_at(a, e->seq, "officer", "not who takes over, from who hands over");
	m->drafter = (uint32_t)ev->officer;
	h->drafts--;
}

void fold_handed_all(struct audit *a)
{
	struct fold_handing *h = &a->fold->handing;
	if (h->taker != 0 && (h->cases != 0 || h->custody != 0 || h->drafts != 0))
		audit_fail_at(a, a->entry.seq, "count", "not as much as was handed over");
	*h = (struct fold_handing){ 0 };
}

/* Administrators of the whole register. */

static unsigned good_keys(const struct audit *a, uint32_t officer)
{
	unsigned n = 0;
	for (size_t i = 0; i < a->keys.n; i++)
		n += a->keys.v[i].officer == officer && !a->keys.v[i].revoked;
	return n;
}

/* Whether somebody administers it on a day, with a good key. */
static bool is_administered(const struct audit *a, uint32_t day)
{
	for (size_t i = 0; i < a->fold->admin_count; i++) {
		const struct fold_admin *at = &a->fold->admins[i];
		if (at->from <= day && (at->until == 0 || day < at->until) &&
			good_keys(a, at->officer) > 0)
			return true;
	}
	return false;
}

void fold_admin_added(struct audit *a, const struct ev_grant_added *ev)
{
	struct fold *f = a->fold;
	const struct role *role = role_of(ev->role);
	if (role == NULL || (role->rights & RIGHT_ADMIN) == 0 || ev->unit != 0)
		return;
	AUDIT_GROW(f->admins, f->admin_count, f->admin_room);
	f->admins[f->admin_count++] = (struct fold_admin){ (uint32_t)ev->officer,
		(uint32_t)ev->grant, ev->from, ev->until };
}

/* On the first day without this role another must be there, if this one was. */
void fold_admin_ended(struct audit *a, const struct event *e, const struct ev_grant_ended *ev)
{
	for (size_t i = 0; i < a->fold->admin_count; i++) {
		struct fold_admin *at = &a->fold->admins[i];
		if (at->officer != ev->officer || at->grant != ev->grant)
			continue;
		bool before = is_administered(a, ev->until);
		at->until = ev->until;
		if (before && !is_administered(a, ev->until))
			audit_fail_at(a, e->seq, "grant", "nobody is left to administer");
	}
}

/* keys.c has taken the key away already. */
void fold_admin_revoked(struct audit *a, const struct event *e, const struct ev_key_revoked *ev)
{
	uint32_t at, today = fold_day(a->fold, a->entry.header.at);
	if (!map_get(&a->keys.by_id, ev->key, &at))
		return;
	struct audit_key *key = &a->keys.v[at];
	if (!key->revoked || is_administered(a, today))
		return;
	key->revoked = false;
	if (is_administered(a, today))
		audit_fail_at(a, e->seq, "key", "nobody is left to administer");
	key->revoked = true;
}

/* Recovery. */

static void opened(struct audit *a, const struct ev_register_opened *ev)
{
	struct fold_recovery *r = &a->fold->recovery;
	r->has_sheet = ev->recovery.n == sizeof(r->hash);
	if (r->has_sheet)
		memcpy(r->hash, ev->recovery.p, sizeof(r->hash));
}

/* The secret of the sheet in force is in the head. */
static bool read_head(struct audit *a, struct recovery_agree *to)
{
	uint8_t token[32];
	const struct fold_recovery *r = &a->fold->recovery;
	struct reader rd = reader_of(a->entry.action.args);
	bool secret = false;
	*to = (struct recovery_agree){ 0 };
	for (uint32_t n = read_map(&rd); n > 0 && rd.err == OK; n--) {
		struct text key = read_text(&rd);
		if (text_is(key, "secret"))
			to->secret = read_bin(&rd);
		else if (text_is(key, "token"))
			to->token = read_bin(&rd);
		else
			(void)read_any(&rd);
	}
	if (rd.err == OK && to->secret.n == 32) {
		sheet_token(to->secret.p, token);
		secret = r->has_sheet && memcmp(token, r->hash, sizeof(token)) == 0;
	}
	if (!secret)
		audit_fail_at(a, a->entry.seq, "secret", "not that of the sheet in force");
	return secret && to->token.n == 32;
}

static void proposed(struct audit *a, const struct event *e, const struct ev_recovery_proposed *ev)
{
	struct fold_recovery *r = &a->fold->recovery;
	struct recovery_agree head;
	if (!read_head(a, &head))
		return;
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not the one who signed the entry");
	memcpy(r->token, ev->token.p, sizeof(r->token));
	memcpy(r->next, ev->recovery.p, sizeof(r->next));
	r->proposer = (uint32_t)ev->officer;
	r->until = ev->until;
}

static void used(struct audit *a, const struct event *e, const struct ev_recovery_used *ev)
{
	struct fold_recovery *r = &a->fold->recovery;
	struct recovery_agree head;
	if (!read_head(a, &head))
		return;
	if (r->proposer == 0 || r->until < a->entry.header.at ||
		memcmp(r->token, head.token.p, sizeof(r->token)) != 0 ||
		memcmp(r->next, ev->recovery.p, sizeof(r->next)) != 0)
		audit_fail_at(a, e->seq, "recovery", "not what stood proposed");
	if (ev->first != r->proposer || ev->officer != a->entry.officer || ev->first == ev->officer)
		audit_fail_at(a, e->seq, "officer", "not two leaders");
	memcpy(r->hash, ev->recovery.p, sizeof(r->hash));
	r->proposer = 0;
}

void fold_officers(struct audit *a, const struct event *e)
{
	if (e->code == EVENT_register_opened)
		opened(a, e->fields);
	else if (e->code == EVENT_officer_handed)
		handed(a, e, e->fields);
	else if (e->code == EVENT_draft_handed)
		draft_handed(a, e, e->fields);
	else if (e->code == EVENT_recovery_proposed)
		proposed(a, e, e->fields);
	else
		used(a, e, e->fields);
}
