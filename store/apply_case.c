/* apply_case.c: steps of a case. */
#include "store/apply_case.h"

#include "store/fact.h"

bool case_get(struct txn *txn, struct num number, struct row_case *to, struct arena *a)
{
	return row_get(txn, STORE_case, key_of_num(number), record_row_case(), to, a);
}

static bool pending(const struct row_case *c)
{
	return state_row((enum case_state)c->state)->phase == OPEN;
}

static struct key work_key(const struct row_case *c, struct num number)
{
	return key_of_work((uint32_t)c->with, c->due, number);
}

/* What an officer has in hand: a case that is not over, the paper of a sealed one. */
static struct key in_hand_key(const struct row_case *c, enum in_hand what, struct num number)
{
	bool is_over = (step_row(STEP_assign)->from & 1u << c->state) == 0;
	uint64_t officer = what == IN_HAND_CUSTODY ? c->custodian : is_over ? 0 : c->owner;
	return officer == 0 ? (struct key){ 0 }
			    : key_of_in_hand((uint32_t)officer, what, c->due, number);
}

static void in_hand_put(struct apply *a, struct num number, const struct row_case *before,
	const struct row_case *after)
{
	bool was = before != NULL && (before->owner != 0 || before->custodian != 0);
	if (!was && after->owner == 0 && after->custodian == 0)
		return;
	for (enum in_hand what = IN_HAND_CASE; what <= IN_HAND_CUSTODY; what++) {
		struct key old =
			before == NULL ? (struct key){ 0 } : in_hand_key(before, what, number);
		struct key fresh = in_hand_key(after, what, number);
		if (bytes_equal(key_bytes(&old), key_bytes(&fresh)))
			continue;
		if (old.n > 0)
			txn_del(a->txn, STORE_in_hand, key_bytes(&old));
		if (fresh.n > 0)
			txn_put(a->txn, STORE_in_hand, key_bytes(&fresh), (struct bytes){ 0 });
	}
}

void case_put(
	struct apply *a, struct num number, const struct row_case *before, struct row_case *after)
{
	bool was = before != NULL && pending(before), is = pending(after);
	struct key old = { 0 }, fresh = { 0 };
	if (was)
		old = work_key(before, number);
	if (is)
		fresh = work_key(after, number);
	bool same = was && is && bytes_equal(key_bytes(&old), key_bytes(&fresh));
	if (was && !same)
		txn_del(a->txn, STORE_work, key_bytes(&old));
	if (is && !same)
		txn_put(a->txn, STORE_work, key_bytes(&fresh), (struct bytes){ 0 });
	in_hand_put(a, number, before, after);
	fact_update(a->txn, number, before, after, apply_today(a));
	row_put(a->txn, STORE_case, key_of_num(number), record_row_case(), after);
}

static void classified(struct row_case *c, const struct ev_case_moved *ev)
{
	if (ev->policy != 0)
		c->policy = ev->policy;
	if (c->due_by <= 1)
		c->due_by = ev->due != 0;
	if (ev->custodian == 0)
		return;
	c->flags |= CASE_SEALED;
	c->custodian = ev->custodian;
	c->paper = ev->paper;
	c->group = 0;
}

static void resolved(struct row_case *c, const struct ev_case_moved *ev, bool on_spot)
{
	c->promise = ev->promise;
	if (ev->promise != 0)
		c->flags |= CASE_PROMISE;
	if (on_spot)
		c->flags |= CASE_ON_SPOT;
}

/* What a step changes beyond the fields that every event of a case carries. */
static void step_extras(struct row_case *c, const struct ev_case_moved *ev, bool on_spot)
{
	switch ((enum case_step)ev->step) {
	case STEP_classify:
		classified(c, ev);
		break;
	case STEP_refer:
		c->referred_times++;
		break;
	case STEP_recall: /* as if it had not been sent */
		c->referred_times -= c->referred_times > 0;
		c->referred = 0;
		break;
	case STEP_return:
		c->returned++;
		c->referred = 0;
		c->acknowledged = 0;
		break;
	case STEP_resolve:
		resolved(c, ev, on_spot);
		break;
	case STEP_propose:
		c->lead = ev->lead;
		c->proposer = ev->officer;
		break;
	case STEP_merge:
		c->lead = ev->lead;
		c->proposer = 0;
		break;
	case STEP_join:
		c->due_by = 3;
		break;
	case STEP_attach:
		c->attached++;
		break;
	case STEP_entrust: /* the paper lies where it lay */
		c->custodian = ev->custodian;
		break;
	case STEP_feedback:
		c->feedback = ev->term;
		if (ev->lead.n != 0)
			c->next = ev->lead;
		break;
	case STEP_reopen:
		c->next = ev->lead;
		break;
	case STEP_assign:
	case STEP_accept:
	case STEP_acknowledge:
	case STEP_notify:
	case STEP_done:
	case STEP_close:
	case STEP_guide:
	case STEP_not_accept:
	case STEP_file:
	case STEP_NONE:
	case STEP_COUNT:
		break;
	}
}

void apply_case_moved(struct apply *a, const struct ev_case_moved *ev)
{
	struct row_case before;
	if (ev->step >= STEP_COUNT || !case_get(a->txn, ev->case_number, &before, a->arena))
		return;
	struct row_case after = before;
	enum case_mark mark = step_row((enum case_step)ev->step)->mark;
	after.state = ev->state;
	after.with = ev->unit;
	after.kind = ev->kind;
	after.topic = ev->topic;
	after.place = ev->place;
	after.due = ev->due;
	after.owner = ev->owner;
	after.last = a->seq;
	if (ev->term != 0 && ev->step != STEP_feedback)
		after.term = ev->term;
	if (mark != MARK_NONE)
		*case_mark(&after, mark) = ev->day;
	step_extras(&after, ev, before.state == STATE_CLASSIFIED);
	case_put(a, ev->case_number, &before, &after);
}

void apply_case_reopened(struct apply *a, const struct ev_case_reopened *ev)
{
	struct row_case before;
	if (!case_get(a->txn, ev->previous, &before, a->arena))
		return;
	struct row_case c = { .unit = ev->unit,
		.with = ev->unit,
		.state = ev->state,
		.kind = ev->kind,
		.topic = ev->topic,
		.place = ev->place,
		.day = ev->day,
		.flags = before.flags & CASE_SEALED,
		.seq = before.seq,
		.group = before.group,
		.last = a->seq,
		.policy = ev->policy,
		.custodian = before.custodian,
		.paper = before.paper,
		.previous = ev->previous,
		.due = ev->due,
		.due_by = ev->due != 0 };
	apply_count(a, NOUN_CASE, ev->case_number);
	case_put(a, ev->case_number, NULL, &c);
}

/* Imports. */

static bool is_sealed(const struct ev_case_imported *ev)
{
	return ev->custodian != 0;
}

/* What a row of the other register says of a case; what it does not say is not there. */
static void take_import(struct row_case *c, const struct ev_case_imported *ev)
{
	if (c->with != ev->unit)
		c->owner = 0;
	c->unit = c->with = ev->unit;
	c->state = ev->state;
	c->kind = ev->kind;
	c->topic = ev->topic;
	c->term = ev->outcome;
	c->day = ev->received;
	c->accepted = ev->accepted;
	c->settled = ev->settled;
	c->voided = ev->voided;
	c->due = ev->due;
	c->due_by = ev->due != 0 ? 4 : 0;
	c->flags = is_sealed(ev) ? CASE_SEALED : 0;
	c->custodian = ev->custodian;
	c->paper = ev->paper;
	c->policy = ev->policy;
	c->source = ev->source;
	c->key = ev->key;
	c->old = ev->old;
	c->group = ev->group;
}

void apply_case_imported(struct apply *a, const struct ev_case_imported *ev)
{
	struct row_case before, after = { 0 };
	bool known = case_get(a->txn, ev->case_number, &before, a->arena);
	if (known)
		after = before;
	else
		apply_count(a, NOUN_CASE, ev->case_number);
	take_import(&after, ev);
	after.seq = a->header;
	after.last = a->seq;
	case_put(a, ev->case_number, known ? &before : NULL, &after);
	struct row_origin origin = { .number = ev->case_number };
	if (ev->state != STATE_VOIDED)
		row_put(a->txn, STORE_origin, key_of_origin(ev->source, ev->key),
			record_row_origin(), &origin);
}

void apply_import_done(struct apply *a, const struct ev_import_done *ev)
{
	struct row_import row = { .next = ev->next };
	row_put(a->txn, STORE_import, key_of_import(ev->file, ev->source), record_row_import(),
		&row);
}
