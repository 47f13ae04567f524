/* fold_visitor.c: persons, visits, crowds, documents and signed minutes, told again from the
 * events. */
#include "daemon/verify/fold.h"

#include "proto/day.h"
#include "store/key.h"

#include <sodium.h>

static void fits(
	struct audit *a, const struct event *e, struct num number, uint64_t unit, uint32_t day)
{
	if (!fold_number_fits(a->fold, number, unit, day))
		audit_fail_at(a, e->seq, "number", "not of the unit's series and the day's year");
}

static void must_be(struct audit *a, const struct event *e, enum noun noun, const char *field,
	struct num number)
{
	uint32_t index;
	if (number.n != 0 && !fold_find(a->fold, noun, number, &index))
		audit_fail_at(a, e->seq, field, "no such thing");
}

static void visited(struct audit *a, const struct event *e, const struct ev_visit_added *ev)
{
	must_be(a, e, NOUN_MEETING, "meeting", ev->meeting);
	fits(a, e, ev->visit, ev->unit, ev->day);
	(void)fold_number(a, e->seq, NOUN_VISIT, "visit", ev->visit, 0);
}

/* What was entered by error: once, and nothing happens to it any more. */
static struct key voided_key(enum noun noun, struct num number, uint64_t n)
{
	struct key key = { 0 };
	key_u8(&key, (uint8_t)noun);
	key_num(&key, number);
	key_u32(&key, (uint32_t)n);
	return key;
}

static bool is_voided(const struct audit *a, enum noun noun, struct num number, uint64_t n)
{
	uint32_t at;
	struct key key = voided_key(noun, number, n);
	return map_get(&a->fold->voided, key_bytes(&key), &at);
}

static void voided(
	struct audit *a, const struct event *e, enum noun noun, struct num number, uint64_t n)
{
	struct key key = voided_key(noun, number, n);
	if (is_voided(a, noun, number, n))
		audit_fail_at(a, e->seq, "ground", "voided before");
	map_put(&a->fold->voided, key_bytes(&key), 1);
}

/* Crowds. */

/* A case came with one crowd, and those that were entered by error before it. */
static void came_with(
	struct audit *a, const struct event *e, const struct fold_crowd *crowd, uint32_t index)
{
	struct fold *f = a->fold;
	struct key key = key_of_num(crowd->matter);
	uint32_t before;
	must_be(a, e, NOUN_CASE, "case_number", crowd->matter);
	if (map_get(&f->crowd_of_case, key_bytes(&key), &before) &&
		!is_voided(a, NOUN_CROWD, f->crowds[before].number, 0))
		audit_fail_at(a, e->seq, "case_number", "came with another crowd");
	map_put(&f->crowd_of_case, key_bytes(&key), index);
}

static void formed(struct audit *a, const struct event *e, const struct ev_crowd_formed *ev)
{
	struct fold *f = a->fold;
	must_be(a, e, NOUN_MEETING, "meeting", ev->meeting);
	AUDIT_GROW(f->crowds, f->crowd_count, f->crowd_room);
	f->crowds[f->crowd_count] = (struct fold_crowd){ .number = ev->crowd,
		.matter = ev->case_number,
		.people = (uint32_t)ev->people,
		.day = ev->day };
	if (ev->case_number.n != 0)
		came_with(a, e, &f->crowds[f->crowd_count], (uint32_t)f->crowd_count);
	fits(a, e, ev->crowd, ev->unit, ev->day);
	(void)fold_number(a, e->seq, NOUN_CROWD, "crowd", ev->crowd, (uint32_t)f->crowd_count++);
}

static struct fold_crowd *crowd_get(struct audit *a, const struct event *e, struct num number)
{
	uint32_t index;
	if (fold_find(a->fold, NOUN_CROWD, number, &index))
		return &a->fold->crowds[index];
	audit_fail_at(a, e->seq, "crowd", "no such crowd");
	return NULL;
}

static void bound(struct audit *a, const struct event *e, const struct ev_crowd_bound *ev)
{
	struct fold_crowd *c = crowd_get(a, e, ev->crowd);
	if (c == NULL)
		return;
	if (c->matter.n != 0 || is_voided(a, NOUN_CROWD, ev->crowd, 0))
		audit_fail_at(a, e->seq, "crowd", "has a case, or was voided");
	c->matter = ev->case_number;
	came_with(a, e, c, (uint32_t)(c - a->fold->crowds));
}

static void joined(struct audit *a, const struct event *e, const struct ev_member_added *ev)
{
	struct fold_crowd *c = crowd_get(a, e, ev->crowd);
	if (c == NULL)
		return;
	if (is_voided(a, NOUN_CROWD, ev->crowd, 0))
		audit_fail_at(a, e->seq, "crowd", "was voided");
	if (ev->member != c->n + 1 || ev->member > c->people)
		audit_fail_at(a, e->seq, "member", "%llu where %zu of %u is the next",
			(unsigned long long)ev->member, c->n + 1, c->people);
	AUDIT_GROW(c->withdrew, c->n, c->room);
	c->withdrew[c->n++] = false;
}

static void withdrew(struct audit *a, const struct event *e, const struct ev_member_withdrew *ev)
{
	struct fold_crowd *c = crowd_get(a, e, ev->crowd);
	if (c == NULL)
		return;
	if (ev->member == 0 || ev->member > c->n || c->withdrew[ev->member - 1]) {
		audit_fail_at(a, e->seq, "member", "no member who is still one");
		return;
	}
	if (ev->day < c->day)
		audit_fail_at(a, e->seq, "day", "before they came");
	c->withdrew[ev->member - 1] = true;
}

/* Documents. */

static void received(struct audit *a, const struct event *e, const struct ev_document_received *ev)
{
	struct fold *f = a->fold;
	struct key key = key_of_num(ev->case_number);
	uint32_t last = 0;
	must_be(a, e, NOUN_CASE, "case_number", ev->case_number);
	(void)map_get(&f->documents, key_bytes(&key), &last);
	if (ev->n != last + 1)
		audit_fail_at(a, e->seq, "n", "%llu where %u is the next",
			(unsigned long long)ev->n, last + 1);
	map_put(&f->documents, key_bytes(&key), last + 1);
}

static void document_voided(
	struct audit *a, const struct event *e, const struct ev_document_voided *ev)
{
	struct key key = key_of_num(ev->case_number);
	uint32_t last = 0;
	(void)map_get(&a->fold->documents, key_bytes(&key), &last);
	if (ev->n == 0 || ev->n > last)
		audit_fail_at(a, e->seq, "n", "no such document");
	voided(a, e, NOUN_CASE, ev->case_number, ev->n);
}

/* Minutes. */

static void objected(struct audit *a, const struct event *e, const struct ev_minutes_objected *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	if (ev->n != ++m->objections)
		audit_fail_at(a, e->seq, "n", "%llu where %u is the next",
			(unsigned long long)ev->n, m->objections);
	if (ev->ordinal > m->count)
		audit_fail_at(a, e->seq, "ordinal", "no such opinion");
}

/* The hash over the live opinions, as basis.h has it. */
static void content_of(const struct fold *f, const struct fold_meeting *m, uint8_t out[static 32])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"hoiam/m1\n", 9);
	for (size_t i = 0; i < m->count; i++) {
		const struct fold_case *c = &f->cases[m->cases[i]];
		uint8_t line[12];
		if (c->dead != 0)
			continue;
		put_u32(line, (uint32_t)i + 1);
		put_u64(line + 4, c->recorded);
		crypto_hash_sha256_update(&state, line, sizeof(line));
	}
	crypto_hash_sha256_final(&state, out);
}

static void minutes_signed(
	struct audit *a, const struct event *e, const struct ev_minutes_signed *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	uint8_t content[32];
	if (m == NULL)
		return;
	content_of(a->fold, m, content);
	if (!m->closed)
		audit_fail_at(a, e->seq, "meeting", "its minutes are not closed");
	if (!bytes_equal(ev->content, bytes_of(content, sizeof(content))))
		audit_fail_at(a, e->seq, "content", "not the opinions of the meeting");
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not who signed");
}

static void read_back(struct audit *a, const struct event *e, const struct ev_minutes_read *ev)
{
	const struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m != NULL && ev->count != m->count)
		audit_fail_at(a, e->seq, "count", "not the opinions of the meeting");
}

void fold_visitor(struct audit *a, const struct event *e)
{
	const struct ev_person_added *person = e->fields;
	const struct ev_person_amended *amended = e->fields;
	const struct ev_visit_voided *visit = e->fields;
	const struct ev_crowd_voided *crowd = e->fields;
	switch (e->code) {
	case EVENT_person_added:
		fits(a, e, person->person, person->unit, fold_day(a->fold, a->entry.header.at));
		(void)fold_number(a, e->seq, NOUN_PERSON, "person", person->person, 0);
		break;
	case EVENT_person_amended:
		must_be(a, e, NOUN_PERSON, "person", amended->person);
		break;
	case EVENT_visit_added:
		visited(a, e, e->fields);
		break;
	case EVENT_crowd_formed:
		formed(a, e, e->fields);
		break;
	case EVENT_crowd_bound:
		bound(a, e, e->fields);
		break;
	case EVENT_member_added:
		joined(a, e, e->fields);
		break;
	case EVENT_member_withdrew:
		withdrew(a, e, e->fields);
		break;
	case EVENT_document_received:
		received(a, e, e->fields);
		break;
	case EVENT_visit_voided:
		must_be(a, e, NOUN_VISIT, "visit", visit->visit);
		voided(a, e, NOUN_VISIT, visit->visit, 0);
		break;
	case EVENT_crowd_voided:
		must_be(a, e, NOUN_CROWD, "crowd", crowd->crowd);
		voided(a, e, NOUN_CROWD, crowd->crowd, 0);
		break;
	case EVENT_document_voided:
		document_voided(a, e, e->fields);
		break;
	case EVENT_minutes_read:
		read_back(a, e, e->fields);
		break;
	case EVENT_minutes_objected:
		objected(a, e, e->fields);
		break;
	case EVENT_minutes_signed:
		minutes_signed(a, e, e->fields);
		break;
	default:
		break;
	}
}
