/* handover.c: who works on a case, and all that an officer has in hand given to another. */
#include "daemon/able.h"
#include "daemon/decide/decide.h"

#include <stdio.h>

/* One thing that changes hands. */
struct thing {
	enum in_hand what;
	struct num number; /* of the case, or of the meeting of a draft */
};

/* A handover at work: what fits into one answer, and what does not. */
struct handing {
	const struct officer_handover *q;
	struct able taker;
	uint32_t day;
	struct thing v[LIMIT_EVENTS_ANSWER - 1]; /* beside the event of the handover itself */
	size_t n, counts[IN_HAND_DRAFT + 1], left;
};

static enum err unable(struct decision *d, const char *field, uint32_t officer, struct num number)
{
	enum err err =
		fail_text(d->fault, E_UNABLE, field, number_format(d->house, number, d->arena));
	d->fault->at = officer;
	return err;
}

enum err decide_owner(struct decision *d, const struct row_case *c, struct num number,
	uint64_t owner, const char *field)
{
	struct able able;
	struct row_officer row;
	if (owner != 0) {
		enum err err = decide_officer(d, owner, field, &row);
		if (err != OK)
			return err;
		able_load(&able, d->txn, (uint32_t)owner, d->arena);
		if (!able_to(&able, IN_HAND_CASE, &d->house->units, (uint32_t)c->with, d->today))
			return unable(d, field, (uint32_t)owner, number);
	}
	return owner == c->owner ? fail_text(d->fault, E_NOTHING, field,
					   number_format(d->house, number, d->arena))
				 : OK;
}

/* Whoever leaves may hand over; for another, an administrator over each unit concerned. */
static enum err may_hand(struct decision *d, const struct handing *h, uint32_t unit)
{
	return h->q->giver == d->officer ? OK : decide_may_unit(d, RIGHT_ADMIN, unit, "giver");
}

static enum err check_case(struct decision *d, const struct handing *h, const struct thing *t)
{
	struct row_case c;
	const struct units *units = &d->house->units;
	if (!row_get(d->txn, STORE_case, key_of_num(t->number), record_row_case(), &c, d->arena))
		return FAIL_SERVER(d->fault, E_CORRUPT, 0);
	bool kept = t->what == IN_HAND_CUSTODY;
	enum err err = may_hand(d, h, (uint32_t)(kept ? c.unit : c.with));
	if (err == OK && h->day < c.day)
		err = fail(d->fault, E_RANGE, "day", "before a case was received");
	if (err != OK || able_to(&h->taker, t->what, units, (uint32_t)c.with, d->today) ||
		(kept && able_to(&h->taker, t->what, units, (uint32_t)c.unit, d->today)))
		return err;
	return unable(d, "taker", (uint32_t)h->q->taker, t->number);
}

static enum err check_draft(struct decision *d, const struct handing *h, const struct thing *t)
{
	struct row_meeting m;
	if (!row_get(d->txn, STORE_meeting, key_of_num(t->number), record_row_meeting(), &m,
		    d->arena))
		return FAIL_SERVER(d->fault, E_CORRUPT, 0);
	enum err err = may_hand(d, h, (uint32_t)m.unit);
	if (err != OK ||
		able_to(&h->taker, IN_HAND_DRAFT, &d->house->units, (uint32_t)m.unit, d->today))
		return err;
	return unable(d, "taker", (uint32_t)h->q->taker, t->number);
}

/* All that the giver has is looked at, so that no part is handed over whose rest cannot be. */
static enum err collect(struct decision *d, struct handing *h)
{
	struct key prefix = key_of_u32((uint32_t)h->q->giver);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	enum err err = OK;
	scan_open(&s, d->txn, STORE_in_hand, key_bytes(&prefix));
	while (err == OK && scan_next(&s, &key, &value)) {
		struct thing t = { (enum in_hand)key.p[4], key_get_num(key.p + 9) };
		err = t.what == IN_HAND_DRAFT ? check_draft(d, h, &t) : check_case(d, h, &t);
		if (h->n == COUNT(h->v)) {
			h->left++;
			continue;
		}
		h->v[h->n++] = t;
		h->counts[t.what]++;
	}
	return err;
}

static enum err emit_thing(struct decision *d, const struct handing *h, const struct thing *t)
{
	struct row_case c;
	struct row_meeting m;
	if (t->what == IN_HAND_DRAFT) {
		(void)row_get(d->txn, STORE_meeting, key_of_num(t->number), record_row_meeting(),
			&m, d->arena);
		struct ev_draft_handed ev = { t->number, m.version, h->q->taker };
		return decide_emit(d, EVENT_draft_handed, &ev);
	}
	(void)row_get(d->txn, STORE_case, key_of_num(t->number), record_row_case(), &c, d->arena);
	/* A case and its paper make two events: the second comes after the first. */
	for (const struct thing *before = h->v; before < t; before++)
		if (t->what == IN_HAND_CUSTODY && before->what == IN_HAND_CASE &&
			num_equal(before->number, t->number)) {
			c.owner = h->q->taker;
			c.last = d->seq + 2 + (uint64_t)(before - h->v);
		}
	struct ev_case_moved ev =
		decide_step(d, t->number, &c, t->what == IN_HAND_CASE ? STEP_assign : STEP_entrust);
	ev.day = h->day;
	if (t->what == IN_HAND_CASE) {
		ev.owner = h->q->taker;
	} else {
		ev.custodian = h->q->taker;
		ev.paper = c.paper;
	}
	return decide_emit(d, EVENT_case_moved, &ev);
}

static enum err emit_all(struct decision *d, const struct handing *h)
{
	struct ev_officer_handed ev = { h->q->giver, h->q->taker, h->counts[IN_HAND_CASE],
		h->counts[IN_HAND_CUSTODY], h->counts[IN_HAND_DRAFT], h->left, h->day,
		h->q->reason };
	enum err err = decide_emit(d, EVENT_officer_handed, &ev);
	for (size_t i = 0; err == OK && i < h->n; i++)
		err = emit_thing(d, h, &h->v[i]);
	return err;
}

enum err decide_officer_handover(struct decision *d, const void *request)
{
	const struct officer_handover *q = request;
	struct handing *h = arena_alloc(d->arena, 1, sizeof(*h));
	struct row_officer row;
	*h = (struct handing){ .q = q };
	enum err err = decide_officer(d, q->giver, "giver", &row);
	if (err == OK && q->giver != d->officer)
		err = decide_may_touch(d, (uint32_t)q->giver, "giver");
	if (err == OK)
		err = decide_officer(d, q->taker, "taker", &row);
	if (err == OK && q->giver == q->taker)
		err = fail(d->fault, E_CONFLICT, "taker", "the same officer");
	if (err == OK)
		err = decide_day(d, q->day, "day", &h->day);
	if (err != OK)
		return err;
	able_load(&h->taker, d->txn, (uint32_t)q->taker, d->arena);
	err = collect(d, h);
	if (err == OK && h->n == 0)
		err = fail(d->fault, E_NOTHING, "giver", NULL);
	return err != OK ? err : emit_all(d, h);
}
