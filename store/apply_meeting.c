/* apply_meeting.c: meetings, opinions, conclusions. */
#include "store/apply.h"
#include "store/apply_case.h"
#include "store/names.h"

void apply_meeting_opened(struct apply *a, const struct ev_meeting_opened *ev)
{
	*apply_meeting(a, ev->meeting) = (struct row_meeting){ .unit = ev->unit,
		.kind = ev->kind,
		.day = ev->day,
		.heads = ev->heads,
		.source = ev->source,
		.seq = a->header,
		.group = ev->group };
	apply_count(a, NOUN_MEETING, ev->meeting);
}

void apply_opinion_recorded(struct apply *a, const struct ev_opinion_recorded *ev)
{
	struct row_meeting *m = apply_meeting(a, ev->meeting);
	if (m->count == 0)
		m->gated = (ev->flags & CASE_GATED) != 0;
	m->count = ev->ordinal;
	m->live++;
	struct row_opinion opinion = { .number = ev->case_number,
		.late = (ev->flags & CASE_LATE) != 0,
		.parent = ev->parent,
		.signature = ev->signature,
		.language = ev->language };
	row_put(a->txn, STORE_opinion, key_of_num_u32(ev->meeting, (uint32_t)ev->ordinal),
		record_row_opinion(), &opinion);
	struct row_case c = { .unit = ev->unit,
		.with = ev->unit,
		.state = STATE_RECORDED,
		.kind = ev->kind,
		.topic = ev->topic,
		.place = ev->place,
		.meeting = ev->meeting,
		.ordinal = ev->ordinal,
		.day = ev->day,
		.flags = ev->flags,
		.seq = a->header,
		.group = ev->group,
		.last = a->seq,
		.policy = ev->policy,
		.custodian = ev->custodian,
		.paper = ev->paper,
		.due = ev->due,
		.due_by = ev->due != 0 };
	apply_count(a, NOUN_CASE, ev->case_number);
	case_put(a, ev->case_number, NULL, &c);
	if (ev->known)
		coming_add(a->txn, a->words, a->header, ev->group, NOUN_CASE, ev->case_number);
}

static bool opinion_get(
	struct apply *a, struct num meeting, uint64_t ordinal, struct row_opinion *to)
{
	return row_get(a->txn, STORE_opinion, key_of_num_u32(meeting, (uint32_t)ordinal),
		record_row_opinion(), to, a->arena);
}

void apply_opinion_voided(struct apply *a, const struct ev_opinion_voided *ev)
{
	struct row_opinion opinion;
	struct row_case before;
	if (!opinion_get(a, ev->meeting, ev->ordinal, &opinion) || opinion.dead != 0 ||
		!case_get(a->txn, ev->case_number, &before, a->arena))
		return;
	struct row_meeting *m = apply_meeting(a, ev->meeting);
	m->live--;
	if (opinion.version != 0)
		m->included--;
	opinion.dead = ev->split ? 2 : 1;
	row_put(a->txn, STORE_opinion, key_of_num_u32(ev->meeting, (uint32_t)ev->ordinal),
		record_row_opinion(), &opinion);
	struct row_case after = before;
	after.state = STATE_VOIDED;
	after.voided = ev->day;
	after.term = ev->ground;
	after.flags |= ev->split ? CASE_SPLIT : 0;
	after.last = a->seq;
	case_put(a, ev->case_number, &before, &after);
}

void apply_minutes_closed(struct apply *a, const struct ev_minutes_closed *ev)
{
	struct row_meeting *m = apply_meeting(a, ev->meeting);
	m->closed = 1;
	m->closed_count = ev->count;
}

void apply_minutes_read(struct apply *a, const struct ev_minutes_read *ev)
{
	apply_meeting(a, ev->meeting)->read = ev->day;
}

void apply_minutes_objected(struct apply *a, const struct ev_minutes_objected *ev)
{
	struct row_objection row = {
		.ordinal = ev->ordinal, .refused = ev->refused, .seq = a->header, .group = ev->group
	};
	apply_meeting(a, ev->meeting)->objections = ev->n;
	row_put(a->txn, STORE_objection, key_of_num_u32(ev->meeting, (uint32_t)ev->n),
		record_row_objection(), &row);
}

void apply_minutes_signed(struct apply *a, const struct ev_minutes_signed *ev)
{
	struct row_meeting *m = apply_meeting(a, ev->meeting);
	if (ev->front) {
		m->witness = ev->officer;
		m->witness_content = ev->content;
	} else {
		m->clerk = ev->officer;
		m->clerk_content = ev->content;
	}
}

/* Conclusions. */

static void conclusion_get(
	struct apply *a, struct num meeting, uint64_t version, struct row_conclusion *to)
{
	(void)row_get(a->txn, STORE_conclusion, key_of_num_u32(meeting, (uint32_t)version),
		record_row_conclusion(), to, a->arena);
}

static void conclusion_put(
	struct apply *a, struct num meeting, uint64_t version, const struct row_conclusion *from)
{
	row_put(a->txn, STORE_conclusion, key_of_num_u32(meeting, (uint32_t)version),
		record_row_conclusion(), from);
}

/* The draft of a meeting is in the hands of one officer; 0: nobody's, or out. */
static void in_hand_draft(struct apply *a, struct num meeting, uint64_t before, uint64_t after)
{
	struct key old = key_of_in_hand((uint32_t)before, IN_HAND_DRAFT, 0, meeting),
		   fresh = key_of_in_hand((uint32_t)after, IN_HAND_DRAFT, 0, meeting);
	if (before != 0 && before != after)
		txn_del(a->txn, STORE_in_hand, key_bytes(&old));
	if (after != 0 && before != after)
		txn_put(a->txn, STORE_in_hand, key_bytes(&fresh), (struct bytes){ 0 });
}

void apply_draft_handed(struct apply *a, const struct ev_draft_handed *ev)
{
	struct row_conclusion c;
	conclusion_get(a, ev->meeting, ev->version, &c);
	in_hand_draft(a, ev->meeting, c.drafter, ev->officer);
	c.drafter = ev->officer;
	conclusion_put(a, ev->meeting, ev->version, &c);
}

void apply_conclusion_drafted(struct apply *a, const struct ev_conclusion_drafted *ev)
{
	struct row_conclusion c;
	conclusion_get(a, ev->meeting, ev->version, &c);
	for (uint32_t i = 1; i <= c.items; i++) {
		struct key key = key_of_item(ev->meeting, (uint32_t)ev->version, i);
		txn_del(a->txn, STORE_item, key_bytes(&key));
	}
	in_hand_draft(a, ev->meeting, c.drafter, ev->officer);
	c = (struct row_conclusion){ .state = 1, .drafter = ev->officer };
	conclusion_put(a, ev->meeting, ev->version, &c);
	apply_meeting(a, ev->meeting)->version = ev->version;
}

void apply_item_put(struct apply *a, const struct ev_item_put *ev)
{
	struct row_item item = { .how = ev->how,
		.opinions = ev->opinions,
		.unit = ev->unit,
		.due = ev->due,
		.ground = ev->ground,
		.seq = a->header,
		.group = ev->group,
		.w = ev->w };
	row_put(a->txn, STORE_item,
		key_of_item(ev->meeting, (uint32_t)ev->version, (uint32_t)ev->item),
		record_row_item(), &item);
	struct row_conclusion c;
	conclusion_get(a, ev->meeting, ev->version, &c);
	c.items = ev->item;
	conclusion_put(a, ev->meeting, ev->version, &c);
}

void apply_conclusion_checked(struct apply *a, const struct ev_conclusion_checked *ev)
{
	struct row_conclusion c;
	conclusion_get(a, ev->meeting, ev->version, &c);
	c.state = 2;
	c.content = ev->content;
	conclusion_put(a, ev->meeting, ev->version, &c);
}

void apply_conclusion_signed(struct apply *a, const struct ev_conclusion_signed *ev)
{
	struct row_conclusion c;
	conclusion_get(a, ev->meeting, ev->version, &c);
	c.state = 3;
	c.officer = ev->officer;
	c.paper = ev->paper;
	conclusion_put(a, ev->meeting, ev->version, &c);
}

void apply_conclusion_issued(struct apply *a, const struct ev_conclusion_issued *ev)
{
	struct row_conclusion c;
	conclusion_get(a, ev->meeting, ev->version, &c);
	c.state = 4;
	c.day = ev->day;
	c.document = ev->document;
	in_hand_draft(a, ev->meeting, c.drafter, 0);
	conclusion_put(a, ev->meeting, ev->version, &c);
	apply_meeting(a, ev->meeting)->issued = ev->version;
}

static void cover_case(struct apply *a, const struct ev_opinion_covered *ev)
{
	struct row_case before;
	if (!case_get(a->txn, ev->case_number, &before, a->arena))
		return;
	struct row_case after = before;
	if (before.included == 0 || ev->day < before.included)
		after.included = ev->day; /* a supplement that names it again changes nothing */
	after.last = a->seq;
	if (ev->how == 2)
		after.flags |= CASE_ON_SPOT;
	after.flags &= ~(uint64_t)CASE_DECLINED;
	if (ev->how == 3)
		after.flags |= CASE_DECLINED;
	if (ev->unit != 0 && ev->unit != before.with)
		after.owner = 0;
	if (ev->unit != 0)
		after.with = ev->unit;
	if (ev->due != 0) {
		after.due = ev->due;
		after.due_by = 2;
	}
	if (ev->state != 0) {
		after.state = ev->state;
		after.settled = ev->day;
	}
	case_put(a, ev->case_number, &before, &after);
}

void apply_opinion_covered(struct apply *a, const struct ev_opinion_covered *ev)
{
	struct row_opinion opinion;
	if (!opinion_get(a, ev->meeting, ev->ordinal, &opinion))
		return;
	if (opinion.version == 0 && opinion.dead == 0)
		apply_meeting(a, ev->meeting)->included++;
	opinion.version = ev->version;
	opinion.item = ev->item;
	opinion.how = ev->how;
	row_put(a->txn, STORE_opinion, key_of_num_u32(ev->meeting, (uint32_t)ev->ordinal),
		record_row_opinion(), &opinion);
	cover_case(a, ev);
}
