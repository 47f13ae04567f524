/* visitor.c: persons, visits, crowds and their members, documents that are handed in. */
#include "daemon/decide/decide.h"

#include "proto/paper.h"
#include "store/names.h"

#include <stdio.h>

/* One of a list of words, or none. */
static enum err one_of(struct decision *d, struct text given, const char *field,
	const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_is(given, names[i]))
			return OK;
	return given.n == 0 ? OK : fail_text(d->fault, E_VALUE, field, given);
}

enum err decide_signature(
	struct decision *d, struct text signature, struct text witness, bool named)
{
	static const char *const names[] = { "signed", "fingerprint", "witness", "refused" };
	enum err err = one_of(d, signature, "signature", names, COUNT(names));
	if (err == OK && named && text_is(signature, "witness") && witness.n == 0)
		err = fail(d->fault, E_MISSING, "witness", NULL);
	return err;
}

enum err decide_known(struct decision *d, struct text person, uint64_t *known)
{
	struct num number;
	struct row_person row;
	if (person.n == 0)
		return OK;
	enum err err = number_parse(d->house, person, 0, d->today, "person", &number, d->fault);
	if (err != OK)
		return err;
	/* as it stands in the words it is looked up by: in one form alone */
	if (!text_equal(number_format(d->house, number, d->arena), person))
		return fail_text(d->fault, E_NUMBER, "person", person);
	if (!row_get(d->txn, STORE_person, key_of_num(number), record_row_person(), &row,
		    d->arena) ||
		!authz(&d->grants, RIGHT_READ, &d->house->units, (uint32_t)row.unit, d->today))
		return fail_text(d->fault, E_NOT_FOUND, "person", person);
	*known = 1;
	return OK;
}

/* Persons. */

static bool is_id(struct text t)
{
	size_t digits = 0;
	for (size_t i = 0; i < t.n; i++) {
		char c = t.p[i];
		bool sign =
			(c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		if (!sign)
			return false;
		digits += c >= '0' && c <= '9';
	}
	return digits < t.n ? t.n >= 6 : t.n == 12 || t.n == 9;
}

/* The person of a register who has this identity number; n 0: nobody. */
static struct num bearer(struct decision *d, uint32_t unit, struct text id)
{
	char folded[NAME_KEY_BYTES];
	struct bytes key, value;
	struct key prefix = key_of_name(unit, NAME_ID, folded, name_fold(NAME_ID, id, folded));
	AUTO(scan_close) struct scan s;
	key_u8(&prefix, 0);
	scan_open(&s, d->txn, STORE_name, key_bytes(&prefix));
	return scan_next(&s, &key, &value) ? name_person(key) : (struct num){ 0 };
}

/* Without an identity number the reason is kept; that one is missing stops nobody. */
static enum err check_person(
	struct decision *d, const struct person_add *q, uint32_t unit, struct num self)
{
	enum err err = decide_said(d, q->name, "name");
	if (err == OK && q->id.n == 0)
		return q->reason.n > 0 ? decide_said(d, q->reason, "reason")
				       : fail(d->fault, E_CHOICE, "id", "id, reason");
	if (err == OK && !is_id(q->id))
		err = fail(d->fault, E_TYPE, "id", "12 digits, 9, or those of a passport");
	if (err != OK)
		return err;
	struct num other = bearer(d, unit, q->id);
	if (other.n == 0 || num_equal(other, self))
		return OK;
	return fail_text(d->fault, E_EXISTS, "id", number_format(d->house, other, d->arena));
}

enum err decide_person_add(struct decision *d, const void *request)
{
	const struct person_add *q = request;
	const struct unit *unit = NULL;
	enum err err = decide_policy(d);
	if (err == OK)
		err = decide_own_unit(d, q->unit, d->today, "unit", &unit);
	if (err == OK)
		err = decide_may_unit(d, RIGHT_RECORD, unit->id, "unit");
	if (err == OK)
		err = check_person(d, q, unit->id, (struct num){ 0 });
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_person_add(), q);
	struct ev_person_added ev = { decide_number(d, NOUN_PERSON, unit, d->today), unit->id,
		words.w, words.group };
	return decide_emit(d, EVENT_person_added, &ev);
}

enum err decide_person_amend(struct decision *d, const void *request)
{
	const struct person_amend *q = request;
	struct row_person row;
	struct num number;
	enum err err = number_parse(d->house, q->person, grants_home(&d->grants), d->today,
		"person", &number, d->fault);
	if (err == OK && !row_get(d->txn, STORE_person, key_of_num(number), record_row_person(),
				 &row, d->arena))
		err = fail_text(d->fault, E_NOT_FOUND, "person", q->person);
	if (err == OK)
		err = decide_may(d, RIGHT_RECORD, (uint32_t)row.unit, 0, "person", q->person);
	struct person_add same = { .name = q->name, .id = q->id, .reason = q->reason };
	if (err == OK)
		err = check_person(d, &same, (uint32_t)row.unit, number);
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_person_amend(), q);
	struct ev_person_amended ev = { number, words.w, words.group };
	return decide_emit(d, EVENT_person_amended, &ev);
}

/* Where and when: a unit that receives, a day, and the meeting they came to. */

struct arrival {
	const struct unit *unit;
	uint32_t day;
	struct num meeting;
};

static enum err arrive(
	struct decision *d, struct text unit, uint32_t day, struct text meeting, struct arrival *to)
{
	struct row_meeting m;
	enum err err = decide_policy(d);
	if (err == OK)
		err = decide_day(d, day, "day", &to->day);
	if (err == OK)
		err = decide_own_unit(d, unit, to->day, "unit", &to->unit);
	if (err == OK)
		err = decide_may_unit(d, RIGHT_RECORD, to->unit->id, "unit");
	if (err == OK && unit_outside(d->house, to->unit->id))
		err = fail_text(d->fault, E_OUTSIDE, "unit", unit);
	if (err != OK || meeting.n == 0)
		return err;
	err = decide_meeting(d, meeting, &to->meeting, &m);
	return err != OK ? err : decide_may(d, RIGHT_SEE, (uint32_t)m.unit, 0, "meeting", meeting);
}

/* Visits. */

static enum err check_visit(struct decision *d, const struct visit_add *q)
{
	static const char *const standings[] = { "self", "representative", "authorised" };
	enum err err = one_of(d, q->standing, "standing", standings, COUNT(standings));
	bool other = q->standing.n > 0 && !text_is(q->standing, "self");
	if (err == OK && q->person.n == 0)
		err = decide_said(d, q->name, "name");
	if (err == OK && other)
		err = decide_said(d, q->whom, "whom");
	if (err == OK && !other && q->whom.n > 0)
		err = fail(d->fault, E_ONLY_WITH, "whom", "representative, authorised");
	if (err == OK && q->ground.n > 0)
		err = decide_said(d, q->words, "words");
	if (err == OK && q->ground.n == 0 && q->words.n > 0)
		err = fail(d->fault, E_ONLY_WITH, "words", "a ground");
	return err;
}

enum err decide_visit_add(struct decision *d, const void *request)
{
	const struct visit_add *q = request;
	struct arrival at = { 0 };
	struct ev_visit_added ev = {
		.people = q->people, .standing = q->standing, .language = q->language
	};
	enum err err = arrive(d, q->unit, q->day, q->meeting, &at);
	if (err == OK)
		err = check_visit(d, q);
	if (err == OK)
		err = decide_known(d, q->person, &ev.known);
	if (err == OK)
		err = decide_term(
			d, "grounds", &d->house->policy.grounds, q->ground, "ground", &ev.ground);
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_visit_add(), q);
	ev.visit = decide_number(d, NOUN_VISIT, at.unit, at.day);
	ev.unit = at.unit->id;
	ev.day = at.day;
	ev.meeting = at.meeting;
	ev.w = words.w;
	ev.group = words.group;
	return decide_emit(d, EVENT_visit_added, &ev);
}

/*
 * What was entered by error stays, and counts nowhere. A visit whose refusal left the house under a
 * number cannot be undone as long as that number stands.
 */
enum err decide_visit_void(struct decision *d, const void *request)
{
	const struct visit_void *q = request;
	struct ev_visit_voided ev = { 0 };
	struct row_visit v;
	struct text document;
	enum err err = number_parse(d->house, q->visit, grants_home(&d->grants), d->today, "visit",
		&ev.visit, d->fault);
	if (err == OK && !row_get(d->txn, STORE_visit, key_of_num(ev.visit), record_row_visit(), &v,
				 d->arena))
		err = fail_text(d->fault, E_NOT_FOUND, "visit", q->visit);
	if (err == OK)
		err = decide_may(d, RIGHT_RECORD, (uint32_t)v.unit, 0, "visit", q->visit);
	if (err == OK && v.voided != 0)
		err = fail_text(d->fault, E_NOTHING, "visit", q->visit);
	if (err == OK && decide_paper_numbered(d, ev.visit, PAPER_refusal, &document))
		err = fail_text(d->fault, E_NUMBERED, "visit", document);
	if (err == OK)
		err = decide_term(
			d, "grounds", &d->house->policy.grounds, q->ground, "ground", &ev.ground);
	return err != OK ? err : decide_emit(d, EVENT_visit_voided, &ev);
}

/* Crowds (Law on Citizen Reception, article 29): one for a case. */

/* How many may speak for so many people, as the policy says. */
static enum err check_representatives(struct decision *d, uint64_t people, uint64_t count)
{
	const struct policy_crowd *v = d->house->policy.crowds.v;
	for (size_t i = 0; i < d->house->policy.crowds.n; i++) {
		if (people < v[i].from || (v[i].until != 0 && people > v[i].until))
			continue;
		if (count >= v[i].least && count <= v[i].most)
			return OK;
		enum err err = fail_text(d->fault, E_SPEAKERS, "representative",
			arena_format(d->arena, "%u-%u", (unsigned)v[i].least, (unsigned)v[i].most));
		d->fault->at = (int64_t)count;
		return err;
	}
	return OK;
}

/* The members of a list, from a number on; *representatives counts those among them. */
static enum err add_members(struct decision *d, struct num crowd, uint64_t first,
	const struct list *members, uint64_t *representatives)
{
	const struct crowd_member *v = members->v;
	for (size_t i = 0; i < members->n; i++) {
		struct words_ref words = decide_words(d, record_crowd_member(), &v[i]);
		struct ev_member_added ev = { .crowd = crowd,
			.member = first + i,
			.representative = v[i].representative,
			.signature = v[i].signature,
			.w = words.w,
			.group = words.group };
		enum err err = decide_said(d, v[i].name, "name");
		if (err == OK)
			err = decide_signature(d, v[i].signature, (struct text){ 0 }, false);
		if (err == OK && v[i].id.n > 0 && !is_id(v[i].id))
			err = fail(d->fault, E_TYPE, "id", "12 digits, 9, or those of a passport");
		if (err == OK)
			err = decide_known(d, v[i].person, &ev.known);
		if (err == OK)
			err = decide_emit(d, EVENT_member_added, &ev);
		*representatives += v[i].representative;
		if (err == OK)
			continue;
		fault_within(d->fault, "members", (int64_t)i);
		return err;
	}
	return OK;
}

static enum err too_many(struct decision *d, uint64_t members, uint64_t people)
{
	return fail_text(d->fault, E_CONFLICT, "members",
		arena_format(d->arena, "%u > people %u", (unsigned)members, (unsigned)people));
}

static enum err case_of_crowd(struct decision *d, struct text number, struct num *to)
{
	struct row_case c;
	if (number.n == 0)
		return OK;
	enum err err = decide_case(d, number, "number", to, &c);
	if (err == OK)
		err = decide_may(
			d, RIGHT_SEE, (uint32_t)c.unit, (uint32_t)c.with, "number", number);
	if (err == OK && (c.flags & CASE_SEALED))
		err = fail_text(d->fault, E_SEALED, "number", term_code(d->house, c.kind));
	struct row_crowd crowd;
	bool came = err == OK && c.crowd.n != 0 &&
		    row_get(d->txn, STORE_crowd, key_of_num(c.crowd), record_row_crowd(), &crowd,
			    d->arena);
	if (came && crowd.voided == 0)
		err = fail_text(
			d->fault, E_BOUND, "number", number_format(d->house, c.crowd, d->arena));
	return err;
}

enum err decide_crowd_form(struct decision *d, const void *request)
{
	const struct crowd_form *q = request;
	struct arrival at = { 0 };
	struct ev_crowd_formed ev = { .people = q->people };
	uint64_t representatives = 0;
	enum err err = arrive(d, q->unit, q->day, q->meeting, &at);
	if (err == OK)
		err = case_of_crowd(d, q->number, &ev.case_number);
	if (err == OK && q->members.n > q->people)
		err = too_many(d, q->members.n, q->people);
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_crowd_form(), q);
	ev.crowd = decide_number(d, NOUN_CROWD, at.unit, at.day);
	ev.unit = at.unit->id;
	ev.day = at.day;
	ev.meeting = at.meeting;
	ev.w = words.w;
	ev.group = words.group;
	err = decide_emit(d, EVENT_crowd_formed, &ev);
	if (err == OK)
		err = add_members(d, ev.crowd, 1, &q->members, &representatives);
	if (err == OK && q->members.n > 0)
		err = check_representatives(d, q->people, representatives);
	return err;
}

static enum err take_crowd(
	struct decision *d, struct text typed, struct num *number, struct row_crowd *to)
{
	enum err err = number_parse(
		d->house, typed, grants_home(&d->grants), d->today, "crowd", number, d->fault);
	if (err == OK && !row_get(d->txn, STORE_crowd, key_of_num(*number), record_row_crowd(), to,
				 d->arena))
		err = fail_text(d->fault, E_NOT_FOUND, "crowd", typed);
	return err != OK ? err : decide_may(d, RIGHT_RECORD, (uint32_t)to->unit, 0, "crowd", typed);
}

/* One that was not entered by error. */
static enum err take_true_crowd(
	struct decision *d, struct text typed, struct num *number, struct row_crowd *to)
{
	enum err err = take_crowd(d, typed, number, to);
	return err == OK && to->voided != 0 ? fail(d->fault, E_STATE, "crowd", "VOIDED") : err;
}

/* A crowd that came before a case was made of its matter: once. */
enum err decide_crowd_bind(struct decision *d, const void *request)
{
	const struct crowd_bind *q = request;
	struct ev_crowd_bound ev = { 0 };
	struct row_crowd crowd;
	enum err err = take_true_crowd(d, q->crowd, &ev.crowd, &crowd);
	if (err == OK && crowd.number.n != 0)
		err = fail_text(d->fault, E_BOUND, "crowd",
			number_format(d->house, crowd.number, d->arena));
	if (err == OK)
		err = case_of_crowd(d, q->number, &ev.case_number);
	return err != OK ? err : decide_emit(d, EVENT_crowd_bound, &ev);
}

/* Of a case that is sealed nobody is named any more. */
static enum err may_name(struct decision *d, const struct row_crowd *crowd)
{
	struct row_case c;
	bool sealed = crowd->number.n != 0 &&
		      row_get(d->txn, STORE_case, key_of_num(crowd->number), record_row_case(), &c,
			      d->arena) &&
		      (c.flags & CASE_SEALED) != 0;
	return sealed ? fail_text(d->fault, E_SEALED, "crowd", term_code(d->house, c.kind)) : OK;
}

enum err decide_crowd_void(struct decision *d, const void *request)
{
	const struct crowd_void *q = request;
	struct ev_crowd_voided ev = { 0 };
	struct row_crowd crowd;
	enum err err = take_crowd(d, q->crowd, &ev.crowd, &crowd);
	if (err == OK && crowd.voided != 0)
		err = fail_text(d->fault, E_NOTHING, "crowd", q->crowd);
	if (err == OK)
		err = decide_term(
			d, "grounds", &d->house->policy.grounds, q->ground, "ground", &ev.ground);
	return err != OK ? err : decide_emit(d, EVENT_crowd_voided, &ev);
}

enum err decide_crowd_join(struct decision *d, const void *request)
{
	const struct crowd_join *q = request;
	struct num number;
	struct row_crowd crowd;
	enum err err = take_true_crowd(d, q->crowd, &number, &crowd);
	if (err == OK)
		err = may_name(d, &crowd);
	if (err == OK && q->first != 0 && q->first != crowd.members + 1)
		err = fail(d->fault, E_CONFLICT, "first",
			arena_format(d->arena, "%u would come next", (unsigned)crowd.members + 1)
				.p);
	if (err == OK && crowd.members + q->members.n > crowd.people)
		err = too_many(d, crowd.members + q->members.n, crowd.people);
	if (err != OK)
		return err;
	uint64_t representatives = crowd.representatives;
	err = add_members(d, number, crowd.members + 1, &q->members, &representatives);
	return err != OK ? err : check_representatives(d, crowd.people, representatives);
}

/* One who withdraws leaves the rest running (Decree 155/2026, article 5). */
static enum err withdraw_one(
	struct decision *d, const struct row_crowd *crowd, const struct ev_member_withdrew *ev)
{
	struct row_member row;
	char shown[24];
	snprintf(shown, sizeof(shown), "%llu", (unsigned long long)ev->member);
	if (!row_get(d->txn, STORE_member, key_of_num_u32(ev->crowd, (uint32_t)ev->member),
		    record_row_member(), &row, d->arena))
		return fail(d->fault, E_NOT_FOUND, "members", shown);
	if (row.withdrawn != 0)
		return fail(d->fault, E_NOTHING, "members", shown);
	if (ev->day < crowd->day)
		return fail(d->fault, E_RANGE, "day", "before they came");
	return decide_emit(d, EVENT_member_withdrew, ev);
}

enum err decide_crowd_withdraw(struct decision *d, const void *request)
{
	const struct crowd_withdraw *q = request;
	struct ev_member_withdrew ev = { .document = q->document };
	struct row_crowd crowd;
	enum err err = take_true_crowd(d, q->crowd, &ev.crowd, &crowd);
	if (err == OK)
		err = decide_day(d, q->day, "day", &ev.day);
	for (size_t i = 0; err == OK && i < q->members.n; i++) {
		ev.member = q->members.v[i];
		for (size_t k = 0; k < i; k++)
			if (q->members.v[k] == ev.member)
				return fail_number(
					d->fault, E_KEY_TWICE, "members", (int64_t)ev.member, 0);
		err = withdraw_one(d, &crowd, &ev);
	}
	return err;
}

/* Documents. */

static uint64_t last_document(struct decision *d, struct num number)
{
	struct bytes key, value;
	struct key prefix = key_of_num(number);
	AUTO(scan_close) struct scan s;
	scan_open(&s, d->txn, STORE_document, key_bytes(&prefix));
	scan_backward(&s);
	return scan_next(&s, &key, &value) ? get_u32(key.p + NUM_KEY_BYTES) : 0;
}

enum err decide_document_receive(struct decision *d, const void *request)
{
	static const char *const conditions[] = { "original", "copy", "certified" };
	const struct document_receive *q = request;
	const struct document_new *v = q->documents.v;
	struct ev_document_received ev = { .day = d->today };
	struct row_case c;
	enum err err = decide_case(d, q->number, "number", &ev.case_number, &c);
	if (err == OK)
		err = decide_may(
			d, RIGHT_RECORD, (uint32_t)c.unit, (uint32_t)c.with, "number", q->number);
	if (err == OK && (c.flags & CASE_SEALED))
		err = fail_text(d->fault, E_SEALED, "number", term_code(d->house, c.kind));
	ev.n = err == OK ? last_document(d, ev.case_number) : 0;
	if (err == OK && ev.n + q->documents.n > LIMIT_ATTACHMENTS)
		err = fail_number(d->fault, E_TOO_MANY, "documents",
			(int64_t)(ev.n + q->documents.n), LIMIT_ATTACHMENTS);
	for (size_t i = 0; err == OK && i < q->documents.n; i++) {
		struct words_ref words = decide_words(d, record_document_new(), &v[i]);
		ev.n++;
		ev.pages = v[i].pages;
		ev.copies = v[i].copies;
		ev.condition = v[i].condition;
		ev.w = words.w;
		ev.group = words.group;
		err = one_of(d, v[i].condition, "condition", conditions, COUNT(conditions));
		if (err == OK)
			err = decide_said(d, v[i].name, "name");
		if (err == OK)
			err = decide_emit(d, EVENT_document_received, &ev);
		if (err != OK)
			fault_within(d->fault, "documents", (int64_t)i);
	}
	return err;
}

enum err decide_document_void(struct decision *d, const void *request)
{
	const struct document_void *q = request;
	struct ev_document_voided ev = { .n = q->n };
	struct row_case c;
	struct row_document row;
	char shown[24];
	snprintf(shown, sizeof(shown), "%llu", (unsigned long long)q->n);
	enum err err = decide_case(d, q->number, "number", &ev.case_number, &c);
	if (err == OK)
		err = decide_may(
			d, RIGHT_RECORD, (uint32_t)c.unit, (uint32_t)c.with, "number", q->number);
	if (err == OK &&
		!row_get(d->txn, STORE_document, key_of_num_u32(ev.case_number, (uint32_t)q->n),
			record_row_document(), &row, d->arena))
		err = fail(d->fault, E_NOT_FOUND, "n", shown);
	if (err == OK && row.voided != 0)
		err = fail(d->fault, E_NOTHING, "n", shown);
	if (err == OK)
		err = decide_term(
			d, "grounds", &d->house->policy.grounds, q->ground, "ground", &ev.ground);
	return err != OK ? err : decide_emit(d, EVENT_document_voided, &ev);
}

enum err decide_destroy_documents(struct decision *d, struct num number)
{
	struct bytes key, value;
	struct key prefix = key_of_num(number);
	AUTO(scan_close) struct scan s;
	scan_open(&s, d->txn, STORE_document, key_bytes(&prefix));
	while (scan_next(&s, &key, &value)) {
		struct row_document row;
		struct reader rd = reader_of(value);
		enum err err =
			record_read_disk(&rd, record_row_document(), &row, d->arena, d->fault);
		if (err == OK)
			err = decide_destroy_group(d, row.seq, row.group);
		if (err != OK)
			return err;
	}
	return txn_error(d->txn);
}

static enum err destroy_members(struct decision *d, struct num crowd)
{
	struct bytes key, value;
	struct key prefix = key_of_num(crowd);
	AUTO(scan_close) struct scan s;
	scan_open(&s, d->txn, STORE_member, key_bytes(&prefix));
	while (scan_next(&s, &key, &value)) {
		struct row_member row;
		struct reader rd = reader_of(value);
		enum err err = record_read_disk(&rd, record_row_member(), &row, d->arena, d->fault);
		if (err == OK)
			err = decide_destroy_group(d, row.seq, row.group);
		if (err != OK)
			return err;
	}
	return txn_error(d->txn);
}

enum err decide_destroy_crowds(struct decision *d, const struct row_case *c)
{
	struct row_crowd crowd;
	enum err err = OK;
	for (struct num at = c->crowd; err == OK && at.n != 0; at = crowd.before) {
		if (!row_get(d->txn, STORE_crowd, key_of_num(at), record_row_crowd(), &crowd,
			    d->arena))
			return FAIL_SERVER(d->fault, E_CORRUPT, 0);
		err = decide_destroy_group(d, crowd.seq, crowd.group);
		if (err == OK)
			err = destroy_members(d, at);
	}
	return err;
}
