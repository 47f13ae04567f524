/* apply_visitor.c: persons, visits, crowds and their members, documents that were handed in. */
#include "store/apply.h"
#include "store/apply_case.h"
#include "store/names.h"

void apply_person_added(struct apply *a, const struct ev_person_added *ev)
{
	struct row_person row = {
		.unit = ev->unit, .seq = a->header, .group = ev->group, .day = apply_today(a)
	};
	apply_count(a, NOUN_PERSON, ev->person);
	row_put(a->txn, STORE_person, key_of_num(ev->person), record_row_person(), &row);
	names_add(a->txn, a->words, (uint32_t)ev->unit, ev->person, a->header, ev->group, a->arena);
}

void apply_person_amended(struct apply *a, const struct ev_person_amended *ev)
{
	struct row_person row;
	struct key key = key_of_num(ev->person);
	if (!row_get(a->txn, STORE_person, key, record_row_person(), &row, a->arena))
		return;
	names_remove(
		a->txn, a->words, (uint32_t)row.unit, ev->person, row.seq, row.group, a->arena);
	row.seq = a->header;
	row.group = ev->group;
	row_put(a->txn, STORE_person, key, record_row_person(), &row);
	names_add(a->txn, a->words, (uint32_t)row.unit, ev->person, a->header, ev->group, a->arena);
}

static void received(
	struct apply *a, uint64_t unit, uint32_t day, enum noun noun, struct num number)
{
	struct key key = key_of_reception((uint32_t)unit, day, noun, number);
	apply_count(a, noun, number);
	txn_put(a->txn, STORE_reception, key_bytes(&key), (struct bytes){ 0 });
}

void apply_visit_added(struct apply *a, const struct ev_visit_added *ev)
{
	struct row_visit row = { .unit = ev->unit,
		.day = ev->day,
		.meeting = ev->meeting,
		.people = ev->people,
		.standing = ev->standing,
		.ground = ev->ground,
		.language = ev->language,
		.seq = a->header,
		.group = ev->group };
	row_put(a->txn, STORE_visit, key_of_num(ev->visit), record_row_visit(), &row);
	received(a, ev->unit, ev->day, NOUN_VISIT, ev->visit);
	if (ev->known)
		coming_add(a->txn, a->words, a->header, ev->group, NOUN_VISIT, ev->visit);
}

void apply_visit_voided(struct apply *a, const struct ev_visit_voided *ev)
{
	struct row_visit row;
	struct key key = key_of_num(ev->visit);
	if (!row_get(a->txn, STORE_visit, key, record_row_visit(), &row, a->arena))
		return;
	row.voided = ev->ground;
	row_put(a->txn, STORE_visit, key, record_row_visit(), &row);
}

/* The case of a crowd knows it, and the crowd the one that was entered by error before it. */
static void came_with(struct apply *a, struct num crowd, struct row_crowd *row)
{
	struct row_case before, after;
	if (row->number.n == 0 || !case_get(a->txn, row->number, &before, a->arena))
		return;
	after = before;
	after.crowd = crowd;
	row->before = before.crowd;
	case_put(a, row->number, &before, &after);
}

void apply_crowd_formed(struct apply *a, const struct ev_crowd_formed *ev)
{
	struct row_crowd row = { .unit = ev->unit,
		.day = ev->day,
		.meeting = ev->meeting,
		.number = ev->case_number,
		.people = ev->people,
		.seq = a->header,
		.group = ev->group };
	came_with(a, ev->crowd, &row);
	row_put(a->txn, STORE_crowd, key_of_num(ev->crowd), record_row_crowd(), &row);
	received(a, ev->unit, ev->day, NOUN_CROWD, ev->crowd);
}

static bool crowd_get(struct apply *a, struct num number, struct row_crowd *to)
{
	return row_get(a->txn, STORE_crowd, key_of_num(number), record_row_crowd(), to, a->arena);
}

void apply_crowd_bound(struct apply *a, const struct ev_crowd_bound *ev)
{
	struct row_crowd row;
	if (!crowd_get(a, ev->crowd, &row))
		return;
	row.number = ev->case_number;
	came_with(a, ev->crowd, &row);
	row_put(a->txn, STORE_crowd, key_of_num(ev->crowd), record_row_crowd(), &row);
}

void apply_crowd_voided(struct apply *a, const struct ev_crowd_voided *ev)
{
	struct row_crowd row;
	if (!crowd_get(a, ev->crowd, &row))
		return;
	row.voided = ev->ground;
	row_put(a->txn, STORE_crowd, key_of_num(ev->crowd), record_row_crowd(), &row);
}

void apply_member_added(struct apply *a, const struct ev_member_added *ev)
{
	struct row_crowd crowd;
	struct row_member row = { .representative = ev->representative,
		.signature = ev->signature,
		.seq = a->header,
		.group = ev->group };
	if (!crowd_get(a, ev->crowd, &crowd))
		return;
	crowd.members = ev->member;
	crowd.representatives += ev->representative;
	row_put(a->txn, STORE_crowd, key_of_num(ev->crowd), record_row_crowd(), &crowd);
	row_put(a->txn, STORE_member, key_of_num_u32(ev->crowd, (uint32_t)ev->member),
		record_row_member(), &row);
	if (ev->known)
		coming_add(a->txn, a->words, a->header, ev->group, NOUN_CROWD, ev->crowd);
}

void apply_member_withdrew(struct apply *a, const struct ev_member_withdrew *ev)
{
	struct row_crowd crowd;
	struct row_member row;
	struct key key = key_of_num_u32(ev->crowd, (uint32_t)ev->member);
	if (!crowd_get(a, ev->crowd, &crowd) ||
		!row_get(a->txn, STORE_member, key, record_row_member(), &row, a->arena))
		return;
	row.withdrawn = ev->day;
	row.document = ev->document;
	crowd.withdrawn++;
	crowd.representatives -= row.representative;
	row_put(a->txn, STORE_crowd, key_of_num(ev->crowd), record_row_crowd(), &crowd);
	row_put(a->txn, STORE_member, key, record_row_member(), &row);
}

void apply_document_received(struct apply *a, const struct ev_document_received *ev)
{
	struct row_document row = { .pages = ev->pages,
		.copies = ev->copies,
		.condition = ev->condition,
		.day = ev->day,
		.seq = a->header,
		.group = ev->group };
	row_put(a->txn, STORE_document, key_of_num_u32(ev->case_number, (uint32_t)ev->n),
		record_row_document(), &row);
}

void apply_document_voided(struct apply *a, const struct ev_document_voided *ev)
{
	struct row_document row;
	struct key key = key_of_num_u32(ev->case_number, (uint32_t)ev->n);
	if (!row_get(a->txn, STORE_document, key, record_row_document(), &row, a->arena))
		return;
	row.voided = ev->ground;
	row_put(a->txn, STORE_document, key, record_row_document(), &row);
}
