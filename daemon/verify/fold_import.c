/* fold_import.c: cases of other registers, and how far their files are taken over. */
#include "daemon/verify/fold.h"

#include "store/key.h"

#include <sodium.h>
#include <stdlib.h>

static bool imported_before(const struct fold_case *c, const struct ev_case_imported *ev)
{
	return c->imported && c->last == ev->prev;
}

static void check_import(struct audit *a, const struct event *e, const struct ev_case_imported *ev)
{
	bool voided = ev->state == STATE_VOIDED;
	enum case_state want = ev->settled != 0    ? STATE_RESOLVED
			       : ev->accepted != 0 ? STATE_ACCEPTED
			       : ev->kind != 0     ? STATE_CLASSIFIED
						   : STATE_RECORDED;
	if (voided != (ev->voided != 0) || (!voided && ev->state != (uint64_t)want))
		audit_fail_at(a, e->seq, "state", "not what its days and its kind make it");
	if ((ev->accepted != 0 && ev->accepted < ev->received) ||
		(ev->settled != 0 && ev->settled < ev->received))
		audit_fail_at(a, e->seq, "received", "after what was done with the case");
	if (ev->policy != a->fold->policy)
		audit_fail_at(a, e->seq, "policy", "not the one in force");
	if (ev->custodian != 0 && ev->group != 0)
		audit_fail_at(a, e->seq, "group", "words of a sealed case");
}

/* One key, one case that lives. */
static void check_origin(
	struct audit *a, const struct event *e, const struct ev_case_imported *ev, uint32_t index)
{
	uint8_t hash[32];
	uint32_t known;
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)ev->source.p, ev->source.n);
	crypto_hash_sha256_update(&state, (const uint8_t *)"", 1);
	crypto_hash_sha256_update(&state, (const uint8_t *)ev->key.p, ev->key.n);
	crypto_hash_sha256_final(&state, hash);
	if (map_get(&a->fold->origins, bytes_of(hash, 32), &known) && known != index &&
		a->fold->cases[known].dead == 0)
		audit_fail_at(a, e->seq, "key", "another case lives under this key");
	map_put(&a->fold->origins, bytes_of(hash, 32), index);
}

static struct fold_case *new_import(
	struct audit *a, const struct event *e, const struct ev_case_imported *ev)
{
	struct fold *f = a->fold;
	if (!fold_number_fits(f, ev->case_number, ev->unit, ev->received))
		audit_fail_at(
			a, e->seq, "case_number", "not of the unit's series and the day's year");
	if (!fold_number(
		    a, e->seq, NOUN_CASE, "case_number", ev->case_number, (uint32_t)f->case_count))
		return NULL;
	AUDIT_GROW(f->cases, f->case_count, f->case_room);
	struct fold_case *c = &f->cases[f->case_count++];
	*c = (struct fold_case){ .number = ev->case_number };
	return c;
}

void fold_case_imported(struct audit *a, const struct event *e)
{
	const struct ev_case_imported *ev = e->fields;
	struct fold_case *c =
		ev->prev == 0 ? new_import(a, e, ev) : fold_case(a, e, ev->case_number);
	if (c == NULL)
		return;
	check_import(a, e, ev);
	check_origin(a, e, ev, (uint32_t)(c - a->fold->cases));
	if (ev->prev != 0 && !imported_before(c, ev))
		audit_fail_at(
			a, e->seq, "prev", "not the import before, or the case was worked on");
	if (ev->prev != 0 && c->unit != ev->unit)
		audit_fail_at(a, e->seq, "unit", "an import does not move a case");
	if (c->with != ev->unit)
		c->owner = 0;
	c->unit = c->with = (uint32_t)ev->unit;
	c->custodian = (uint32_t)ev->custodian;
	c->paper = fold_paper(ev->paper);
	c->day = ev->received;
	c->state = (uint8_t)ev->state;
	c->kind = (uint16_t)ev->kind;
	c->topic = (uint16_t)ev->topic;
	c->flags = ev->custodian != 0 ? CASE_SEALED : 0;
	c->mark[MARK_ACCEPTED] = ev->accepted;
	c->mark[MARK_SETTLED] = ev->settled;
	c->mark[MARK_VOIDED] = ev->voided;
	c->mark[MARK_DUE] = ev->due;
	c->dead = ev->state == STATE_VOIDED;
	c->imported = true;
	c->last = e->seq;
}

void fold_import_done(struct audit *a, const struct event *e)
{
	struct fold *f = a->fold;
	const struct ev_import_done *ev = e->fields;
	for (size_t i = 0; i < f->import_count; i++) {
		struct fold_import *at = &f->imports[i];
		if (memcmp(at->file, ev->file.p, 32) != 0 || !text_equal(at->source, ev->source))
			continue;
		if (ev->next <= at->next)
			audit_fail_at(a, e->seq, "next", "not after the part before");
		at->next = ev->next;
		return;
	}
	AUDIT_GROW(f->imports, f->import_count, f->import_room);
	struct fold_import *fresh = &f->imports[f->import_count++];
	char *source = xmalloc(ev->source.n);
	memcpy(source, ev->source.p, ev->source.n);
	*fresh = (struct fold_import){ .source = { source, ev->source.n }, .next = ev->next };
	memcpy(fresh->file, ev->file.p, 32);
}
