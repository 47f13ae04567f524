/* history_same.c: what stands in the register, beside what the model has. */
#include "tests/lib/history.h"

#include "store/fact.h"
#include "store/rate.h"
#include "tests/lib/test.h"

#include <stdio.h>

enum { ASKED_DAYS = 3 };

bool history_wrong(struct run *r, const char *format, ...)
{
	if (r->problem[0] != '\0')
		return false;
	va_list args;
	va_start(args, format);
	vsnprintf(r->problem, sizeof(r->problem), format, args);
	va_end(args);
	return false;
}

static uint32_t unit_id(const struct run *r, unsigned unit, bool older)
{
	return older ? r->older : r->units[unit];
}

static struct num number_of(const struct run *r, unsigned unit, uint32_t year, uint32_t n)
{
	return (struct num){ unit == UNIT_98103 ? r->older : r->units[unit], n, (uint16_t)year };
}

struct num history_meeting(const struct run *r, const struct model_meeting *m)
{
	return number_of(r, m->unit, m->year, m->n);
}

static struct num case_number(const struct run *r, const struct model_case *c)
{
	return number_of(r, c->unit, c->year, c->n);
}

static bool same_opinion(
	struct run *r, struct num number, const struct model_meeting *want, uint32_t ordinal)
{
	const struct model_opinion *o = &want->opinions[ordinal];
	struct row_opinion row;
	if (!test_row(r->h, STORE_opinion, key_of_num_u32(number, ordinal), record_row_opinion(),
		    &row))
		return history_wrong(r, "opinion %u is not there", ordinal);
	if (!num_equal(row.number, case_number(r, &r->m->cases[o->number])))
		return history_wrong(r, "opinion %u has another case", ordinal);
	if (row.dead != (o->voided         ? 1
				: o->split ? 2
					   : 0) ||
		row.late != o->late || row.parent != o->parent || row.version != o->version ||
		row.how != o->how)
		return history_wrong(r, "opinion %u stands otherwise", ordinal);
	return true;
}

static bool same_people(struct run *r, struct num number, const struct model_meeting *want)
{
	struct row_meeting m = test_meeting(r->h, number);
	if (m.registered != want->registered || m.heard != model_people(want, PERSON_SPOKE) ||
		m.written != model_people(want, PERSON_WROTE) ||
		m.withdrawn != model_people(want, PERSON_LEFT))
		return history_wrong(r, "meeting %u/%u: other people", number.year, number.n);
	if ((m.front != 0) != want->counted || m.speakers != want->speakers ||
		m.unheard != want->unheard)
		return history_wrong(r, "meeting %u/%u: another count", number.year, number.n);
	for (uint32_t i = 1; i <= want->registered; i++) {
		struct row_registration row;
		if (!test_row(r->h, STORE_registration, key_of_num_u32(number, i),
			    record_row_registration(), &row) ||
			row.state != want->people[i].as || row.ordinal != want->people[i].ordinal)
			return history_wrong(r, "registration %u stands otherwise", i);
	}
	return true;
}

static bool same_minutes(struct run *r, struct num number, const struct model_meeting *want)
{
	struct row_meeting m = test_meeting(r->h, number);
	return (m.read == want->read && m.objections == want->objection_count &&
		       m.clerk == history_officer(r, want->clerk.who) &&
		       m.witness == history_officer(r, want->witness.who)) ||
	       history_wrong(r, "meeting %u/%u: other minutes", number.year, number.n);
}

static bool same_documents(struct run *r, struct num number, const struct model_case *want)
{
	for (uint32_t i = 1; i <= want->documents; i++) {
		struct row_document row;
		if (!test_row(r->h, STORE_document, key_of_num_u32(number, i),
			    record_row_document(), &row) ||
			(row.voided != 0) != ((want->void_documents & 1u << i) != 0))
			return history_wrong(r, "document %u stands otherwise", i);
	}
	return true;
}

static bool same_meeting(struct run *r, const struct model_meeting *want)
{
	struct row_meeting row;
	struct num number = history_meeting(r, want);
	if (!test_row(r->h, STORE_meeting, key_of_num(number), record_row_meeting(), &row))
		return history_wrong(r, "meeting %u/%u is not there", number.year, number.n);
	if (row.unit != unit_id(r, want->unit, want->older) || row.day != want->day ||
		row.closed != want->closed || row.closed_count != want->closed_count ||
		row.gated != want->gated)
		return history_wrong(r, "meeting %u/%u stands otherwise", number.year, number.n);
	if (row.count != want->count || row.live != model_live(want) ||
		row.included != model_included(want))
		return history_wrong(r,
			"meeting %u/%u: %u opinions, %u live, %u included, not %u %u %u",
			number.year, number.n, (unsigned)row.count, (unsigned)row.live,
			(unsigned)row.included, want->count, model_live(want),
			model_included(want));
	if (row.version != want->version || row.issued != want->issued)
		return history_wrong(r, "meeting %u/%u: another version", number.year, number.n);
	for (unsigned i = 1; i <= want->version; i++) {
		struct row_conclusion c = test_conclusion(r->h, number, i);
		if (i == want->version && c.drafter != history_officer(r, want->drafter))
			return history_wrong(r, "conclusion %u has another writer", i);
		if (c.state != want->versions[i].state || c.items != want->versions[i].n ||
			(c.paper.n > 0) != (want->versions[i].printed != 0))
			return history_wrong(r, "conclusion %u stands otherwise", i);
	}
	for (uint32_t i = 1; i <= want->count; i++)
		if (!same_opinion(r, number, want, i))
			return false;
	return same_people(r, number, want) && same_minutes(r, number, want);
}

static bool same_marks(
	struct run *r, const char *what, const struct model_fact *want, const uint32_t *have)
{
	for (unsigned i = 0; i < CASE_MARKS; i++)
		if (have[i] != want->mark[i])
			return history_wrong(
				r, "%s: mark %u is %u, not %u", what, i, have[i], want->mark[i]);
	return true;
}

static bool same_case(struct run *r, const struct model_case *want)
{
	struct row_case row;
	struct num number = case_number(r, want);
	uint32_t marks[CASE_MARKS];
	if (!test_row(r->h, STORE_case, key_of_num(number), record_row_case(), &row))
		return history_wrong(r, "case %u/%u is not there", number.year, number.n);
	for (unsigned i = 0; i < CASE_MARKS; i++)
		marks[i] = *case_mark(&row, (enum case_mark)i);
	if (row.state != want->now.state || row.flags != want->now.flags)
		return history_wrong(r, "case %u/%u: state %u, flags %u, not %u, %u", number.year,
			number.n, (unsigned)row.state, (unsigned)row.flags, want->now.state,
			want->now.flags);
	if (row.unit != unit_id(r, want->unit, want->older) ||
		row.with != unit_id(r, want->with, want->with_older))
		return history_wrong(r, "case %u/%u: is with %u, not %u", number.year, number.n,
			(unsigned)row.with, unit_id(r, want->with, want->with_older));
	if (row.kind != r->kinds[want->now.kind] || row.topic != r->topics[want->now.topic] ||
		row.ordinal != want->ordinal || row.returned != want->returned ||
		row.referred_times != want->referred)
		return history_wrong(r, "case %u/%u stands otherwise", number.year, number.n);
	if (row.owner != history_officer(r, want->owner) ||
		row.custodian != history_officer(r, want->custodian))
		return history_wrong(r, "case %u/%u: in the hands of %u, %u, not %u, %u",
			number.year, number.n, (unsigned)row.owner, (unsigned)row.custodian,
			want->owner, want->custodian);
	const struct model_case *next = &r->m->cases[want->next];
	if (row.feedback != r->words_said[want->word] ||
		!num_equal(row.next, want->next == 0 ? (struct num){ 0 } : case_number(r, next)))
		return history_wrong(r, "case %u/%u: another word, or taken up elsewhere",
			number.year, number.n);
	return same_documents(r, number, want) && same_marks(r, "case", &want->now, marks);
}

static bool same_paper(struct run *r, const struct model_paper *want)
{
	struct row_paper row;
	const struct model_paper *next = &r->m->papers[want->next];
	struct text code = history_code(r, want->text);
	if (!test_row(r->h, STORE_paper, key_of_text(code), record_row_paper(), &row))
		return history_wrong(r, "paper %u is not there", want->text);
	if (row.n != want->n || row.stamped != want->stamped ||
		row.stamper != history_officer(r, want->stamper))
		return history_wrong(
			r, "paper %u: stamped %u, not %u", want->text, (unsigned)row.n, want->n);
	if (row.attester != history_officer(r, want->attester) ||
		row.second != history_officer(r, want->second) ||
		!text_is(row.capacity, model_capacities[want->capacity]))
		return history_wrong(r, "paper %u: attested otherwise", want->text);
	if (!text_equal(
		    row.next, want->next == 0 ? (struct text){ 0 } : history_code(r, next->text)))
		return history_wrong(r, "paper %u: another in its place", want->text);
	return true;
}

static bool same_visit(struct run *r, const struct model_visit *want)
{
	struct row_visit row;
	struct num number = number_of(r, want->unit, want->year, want->n);
	const struct model_meeting *at = &r->m->meetings[want->meeting];
	struct num meeting = want->meeting == 0 ? (struct num){ 0 } : history_meeting(r, at);
	if (!test_row(r->h, STORE_visit, key_of_num(number), record_row_visit(), &row))
		return history_wrong(r, "visit %u/%u is not there", number.year, number.n);
	if (row.unit != unit_id(r, want->unit, want->older) || row.day != want->day ||
		row.people != want->people || (row.ground != 0) != (want->ground != 0) ||
		(row.voided != 0) != want->voided || !num_equal(row.meeting, meeting))
		return history_wrong(r, "visit %u/%u stands otherwise", number.year, number.n);
	return true;
}

static bool same_crowd(struct run *r, const struct model_crowd *want)
{
	struct row_crowd row;
	struct num number = number_of(r, want->unit, want->year, want->n);
	const struct model_case *c = &r->m->cases[want->number];
	if (!test_row(r->h, STORE_crowd, key_of_num(number), record_row_crowd(), &row))
		return history_wrong(r, "crowd %u/%u is not there", number.year, number.n);
	if (row.unit != unit_id(r, want->unit, want->older) || row.day != want->day ||
		row.people != want->people || row.members != want->members ||
		(row.voided != 0) != want->voided || row.representatives != want->representatives ||
		row.withdrawn != want->withdrawn ||
		!num_equal(row.number, want->number == 0 ? (struct num){ 0 } : case_number(r, c)))
		return history_wrong(r, "crowd %u/%u stands otherwise", number.year, number.n);
	for (uint32_t i = 1; i <= want->members; i++) {
		struct row_member member;
		if (!test_row(r->h, STORE_member, key_of_num_u32(number, i), record_row_member(),
			    &member) ||
			member.representative != want->speaks[i] ||
			(member.withdrawn != 0) != want->gone[i])
			return history_wrong(r, "member %u stands otherwise", i);
	}
	return true;
}

static bool same_visitors(struct run *r)
{
	const struct model *m = r->m;
	for (unsigned i = 1; i <= m->visit_count; i++)
		if (!same_visit(r, &m->visits[i]))
			return false;
	for (unsigned i = 1; i <= m->crowd_count; i++)
		if (!same_crowd(r, &m->crowds[i]))
			return false;
	return true;
}

/* Tables. */

typedef bool see_row(struct run *r, struct bytes key, struct bytes value);

static bool walk(struct run *r, enum store table, see_row *see, uint64_t *count)
{
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	*count = 0;
	scan_open(&s, test_txn(r->h), table, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		++*count;
		if (see != NULL && !see(r, key, value))
			return false;
	}
	return true;
}

uint64_t history_rows(struct run *r, enum store table)
{
	uint64_t count;
	(void)walk(r, table, NULL, &count);
	return count;
}

static const struct model_case *find_case(const struct run *r, struct num number)
{
	for (unsigned i = 1; i <= r->m->case_count; i++)
		if (num_equal(number, case_number(r, &r->m->cases[i])))
			return &r->m->cases[i];
	return NULL;
}

static bool waits(const struct model_case *c)
{
	return c->now.state <= STATE_REFERRED;
}

static bool see_work(struct run *r, struct bytes key, struct bytes value)
{
	(void)value;
	const struct model_case *c = find_case(r, key_get_num(key.p + 8));
	if (c == NULL || !waits(c))
		return history_wrong(r, "the work list holds what does not wait");
	uint32_t due = c->now.mark[MARK_DUE];
	if (get_u32(key.p) != unit_id(r, c->with, c->with_older) ||
		get_u32(key.p + 4) != (due == 0 ? UINT32_MAX : due))
		return history_wrong(r, "the work list holds a case elsewhere");
	return true;
}

/* Everything in hand is where the model has it, by its due day. */
static bool see_in_hand(struct run *r, struct bytes key, struct bytes value)
{
	(void)value;
	struct num number = key_get_num(key.p + 9);
	uint32_t officer = get_u32(key.p), due = get_u32(key.p + 5);
	if (key.p[4] == IN_HAND_DRAFT) {
		for (unsigned i = 1; i <= r->m->meeting_count; i++)
			if (num_equal(number, history_meeting(r, &r->m->meetings[i])) &&
				model_drafts(&r->m->meetings[i], r->m->meetings[i].drafter))
				return officer == history_officer(r, r->m->meetings[i].drafter) ||
				       history_wrong(r, "a draft is in other hands");
		return history_wrong(r, "a draft in hand that is none");
	}
	const struct model_case *c = find_case(r, number);
	bool paper = key.p[4] == IN_HAND_CUSTODY;
	if (c == NULL || (!paper && !model_works_on(c)) ||
		officer != history_officer(r, paper ? c->custodian : c->owner) ||
		due != (c->now.mark[MARK_DUE] == 0 ? UINT32_MAX : c->now.mark[MARK_DUE]))
		return history_wrong(r, "a case in hand stands otherwise");
	return true;
}

static bool same_recovery(struct run *r)
{
	const struct model *m = r->m;
	struct row_state state;
	(void)test_row(r->h, STORE_state, (struct key){ .n = 1 }, record_row_state(), &state);
	if (state.officers != r->officers + m->sheets ||
		!bytes_equal(state.recovery, history_sheet(r, m->sheets)) ||
		state.proposer != history_officer(r, m->proposer))
		return history_wrong(r, "the recovery stands otherwise");
	return true;
}

static bool count_is(struct run *r, enum store table, see_row *see, uint64_t want)
{
	uint64_t have;
	if (!walk(r, table, see, &have))
		return false;
	return have == want || history_wrong(r, "%s holds %u rows, not %u", store_name(table),
				       (unsigned)have, (unsigned)want);
}

static bool same_tables(struct run *r)
{
	uint64_t opinions_wanted = 0, versions = 0, todo = 0, work = 0, people = 0, in_hand = 0,
		 scans = 0, members_wanted = 0;
	const struct model *m = r->m;
	uint64_t stamped = m->cancelled_count, documents = 0, objections = 0;
	for (unsigned i = 1; i <= m->meeting_count; i++) {
		const struct model_meeting *at = &m->meetings[i];
		opinions_wanted += at->count;
		versions += at->version;
		people += at->registered;
		objections += at->objection_count;
		in_hand += model_drafts(at, at->drafter);
		todo += at->gated && model_included(at) < model_live(at);
	}
	for (unsigned i = 1; i <= m->case_count; i++) {
		const struct model_case *c = &m->cases[i];
		documents += c->documents;
		work += waits(c);
		in_hand += (c->owner != 0 && model_works_on(c)) + (c->custodian != 0);
	}
	for (unsigned i = 1; i <= m->paper_count; i++) {
		stamped += m->papers[i].n != 0;
		scans += m->papers[i].attester != 0;
	}
	for (unsigned i = 1; i <= m->crowd_count; i++)
		members_wanted += m->crowds[i].members;
	return count_is(r, STORE_meeting, NULL, m->meeting_count) &&
	       count_is(r, STORE_opinion, NULL, opinions_wanted) &&
	       count_is(r, STORE_case, NULL, m->case_count) &&
	       count_is(r, STORE_conclusion, NULL, versions) &&
	       count_is(r, STORE_registration, NULL, people) &&
	       count_is(r, STORE_paper, NULL, m->paper_count) &&
	       count_is(r, STORE_document, NULL, documents) &&
	       count_is(r, STORE_objection, NULL, objections) &&
	       count_is(r, STORE_person, NULL, m->person_count) &&
	       count_is(r, STORE_visit, NULL, m->visit_count) &&
	       count_is(r, STORE_crowd, NULL, m->crowd_count) &&
	       count_is(r, STORE_member, NULL, members_wanted) &&
	       count_is(r, STORE_reception, NULL, m->visit_count + m->crowd_count) &&
	       count_is(r, STORE_stamp, NULL, stamped) &&
	       count_is(r, STORE_outgoing, NULL, stamped) && count_is(r, STORE_scan, NULL, scans) &&
	       count_is(r, STORE_in_hand, see_in_hand, in_hand) && same_recovery(r) &&
	       count_is(r, STORE_todo, NULL, todo) && count_is(r, STORE_work, see_work, work) &&
	       count_is(r, STORE_words, NULL, r->words + m->words);
}

/* Fact rows, and the rates over them. */

/* What holds on a day: each case once, as the model knew it. */
struct holding {
	uint32_t known_at;
	unsigned count;
	uint64_t num[ASK_COUNT], den[ASK_COUNT];
	struct model_ask ask[ASK_COUNT];
};

static bool same_fact(struct run *r, const struct fact *have, uint32_t known_at)
{
	const struct model_case *c = find_case(r, have->number);
	const struct model_fact *want = c == NULL ? NULL : model_known(c, known_at);
	if (want == NULL)
		return history_wrong(r, "a fact of what was not known");
	if (have->unit != unit_id(r, c->unit, c->older) || have->day != c->day ||
		have->meeting_n != r->m->meetings[c->meeting].n)
		return history_wrong(r, "a fact of another meeting");
	if (have->state != want->state || have->flags != want->flags ||
		have->kind != r->kinds[want->kind] || have->topic != r->topics[want->topic])
		return history_wrong(r, "fact %u/%u: state %u, flags %u, not %u, %u",
			have->number.year, have->number.n, have->state, have->flags, want->state,
			want->flags);
	return same_marks(r, "fact", want, have->mark);
}

static void count_fact(struct holding *at, const struct fact *fact)
{
	static const enum rate rates[ASK_COUNT] = { [ASK_INCLUSION] = RATE_inclusion,
		[ASK_SUBMITTED] = RATE_submitted,
		[ASK_RESOLUTION] = RATE_cohort,
		[ASK_ONTIME] = RATE_ontime };
	for (unsigned i = 0; i < ASK_COUNT; i++) {
		const struct model_ask *ask = &at->ask[i];
		struct rate_window window = { ask->from, ask->to + 1, ask->as_of + 1 };
		struct verdict v = rate_judge(rates[i], fact, &window);
		at->den[i] += v.of & 1;
		at->num[i] += v.in & 1;
	}
}

static bool see_facts(struct run *r, struct holding *at)
{
	struct bytes key, value;
	struct fact fact;
	AUTO(scan_close) struct scan s;
	scan_open(&s, test_txn(r->h), STORE_fact, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		if (!fact_read(key, value, &fact))
			return history_wrong(r, "a fact row that is none");
		if (!fact_holds(&fact, at->known_at))
			continue;
		at->count++;
		if (!same_fact(r, &fact, at->known_at))
			return false;
		count_fact(at, &fact);
	}
	return true;
}

static bool same_rates(struct run *r, const struct holding *at)
{
	static const char *const names[] = { "inclusion", "submitted", "resolution", "ontime" };
	for (unsigned i = 0; i < ASK_COUNT; i++) {
		uint64_t num, den;
		model_rate(r->m, &at->ask[i], &num, &den);
		if (num != at->num[i] || den != at->den[i])
			return history_wrong(r, "%s: %u of %u, not %u of %u", names[i],
				(unsigned)at->num[i], (unsigned)at->den[i], (unsigned)num,
				(unsigned)den);
	}
	return true;
}

/* What is asked, of how things were known on one of the days; first of all as they stand now. */
static void make_asks(struct run *r, struct holding *at, bool now, uint64_t *seed)
{
	uint32_t first = test_day("2026-03-02"), days = r->m->today - first + 2;
	at->known_at = now ? r->m->today : first + (uint32_t)(model_random(seed) % days);
	for (unsigned k = 0; k < ASK_COUNT; k++) {
		uint32_t from = first - 40 + (uint32_t)(model_random(seed) % 60);
		uint32_t later = from + (uint32_t)(model_random(seed) % 120);
		at->ask[k] = (struct model_ask){ .rate = k,
			.from = from,
			.to = from + (uint32_t)(model_random(seed) % 120),
			.as_of = now ? r->m->today : later,
			.known_at = at->known_at };
	}
}

static bool same_facts(struct run *r, uint64_t seed)
{
	for (unsigned i = 0; i < ASKED_DAYS; i++) {
		struct holding at = { 0 };
		unsigned known = 0;
		make_asks(r, &at, i == 0, &seed);
		for (unsigned k = 1; k <= r->m->case_count; k++)
			known += model_known(&r->m->cases[k], at.known_at) != NULL;
		if (!see_facts(r, &at))
			return false;
		if (at.count != known)
			return history_wrong(r, "%u facts hold, not %u", at.count, known);
		if (!same_rates(r, &at))
			return false;
	}
	return true;
}

/* All. */

bool history_same(struct run *r, uint64_t seed)
{
	for (unsigned i = 1; i <= r->m->meeting_count; i++)
		if (!same_meeting(r, &r->m->meetings[i]))
			return false;
	for (unsigned i = 1; i <= r->m->case_count; i++)
		if (!same_case(r, &r->m->cases[i]))
			return false;
	for (unsigned i = 1; i <= r->m->paper_count; i++)
		if (!same_paper(r, &r->m->papers[i]))
			return false;
	return same_visitors(r) && same_tables(r) && same_facts(r, seed);
}
