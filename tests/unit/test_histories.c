/*
 * test_histories.c: random histories of meetings, conclusions and cases against the model of
 * tests/lib/model.h: what is accepted, what is refused and why, which opinions the gate names, and,
 * at the end of each, every meeting, opinion, case, list, number and rate. A history runs in a
 * transaction that is then thrown away.
 *
 * HOIAM_HISTORIES: how many, HOIAM_SEED: where to begin. A failure prints its seed and the shortest
 * part of the history that still fails: HOIAM_SEED=<it> HOIAM_HISTORIES=1 runs it again.
 */
#include "tests/lib/test.h"

#include "proto/crockford.h"
#include "proto/day.h"
#include "proto/paper.h"
#include "proto/sheet.h"
#include "store/fact.h"
#include "store/rate.h"
#include "tests/lib/house.h"
#include "tests/lib/model.h"

#include <stdio.h>
#include <stdlib.h>

enum { ACTS_MAX = 40, HISTORIES = 20000, ASKED_DAYS = 3 };

struct run {
	struct test_house *h;
	struct model *m;
	const struct test_officer *who[WHO_COUNT];
	uint32_t units[UNIT_NAMES], older; /* older: the first 98103 */
	uint64_t kinds[KIND_NAMES], topics[TOPIC_NAMES], words_said[WORD_NAMES];
	uint64_t officers;                       /* who were there before */
	uint64_t words;                          /* groups of words that were there before */
	uint8_t checked[MODEL_MEETINGS + 1][32]; /* content when last checked */
	uint8_t checking[32];                    /* content that is being checked */
	uint64_t done, refused, gated, issued, handed, recovered, attested, by_hand, taken_up;
	bool quiet;
	char problem[600];
};

/* What went wrong: the first is kept. */
__attribute__((format(printf, 2, 3))) static bool wrong(struct run *r, const char *format, ...)
{
	if (r->problem[0] != '\0')
		return false;
	va_list args;
	va_start(args, format);
	vsnprintf(r->problem, sizeof(r->problem), format, args);
	va_end(args);
	return false;
}

/* From the model's words to requests. */

static struct text name(struct run *r, const char *text)
{
	return arena_text(&r->h->arena, text_of(text));
}

static struct text meeting_name(struct run *r, const struct model_act *act)
{
	char out[40];
	model_meeting_name(r->m, act->meeting, out);
	return name(r, out);
}

static struct text case_name(struct run *r, unsigned number)
{
	char out[40];
	model_case_name(r->m, number, out);
	return name(r, out);
}

static struct text words(bool given)
{
	return text_of(given ? "Đường thôn Đông hỏng nặng" : NULL);
}

static uint64_t custodian(struct run *r, bool given)
{
	return given ? r->who[WHO_LEADER]->number : 0;
}

static struct text paper(bool given)
{
	return text_of(given ? "tủ 3" : NULL);
}

static struct list opinions(struct run *r, const struct model_act *act)
{
	struct opinion_new *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	for (unsigned i = 0; i < act->n; i++) {
		const struct model_new *o = &act->opinions[i];
		v[i] = (struct opinion_new){ .kind = text_of(model_kinds[o->kind]),
			.topic = text_of(model_topics[o->topic]),
			.place = text_of(model_units[o->place]),
			.custodian = custodian(r, o->custodian),
			.paper = paper(o->paper),
			.words = words(o->words) };
	}
	return (struct list){ v, act->n };
}

static struct list items(struct run *r, const struct model_act *act)
{
	struct item_new *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	static const char *const hows[] = { "", "direction", "answer", "decline" };
	for (unsigned i = 0; i < act->n; i++) {
		const struct model_item *item = &act->items[i];
		v[i] = (struct item_new){ .opinions = { item->ordinals, item->n },
			.how = text_of(hows[item->how]),
			.unit = text_of(model_units[item->unit]),
			.due = item->due,
			.ground = text_of(model_grounds[item->ground]),
			.words = text_of("Giao thực hiện") };
	}
	return (struct list){ v, act->n };
}

static void *keep(struct run *r, const void *record, size_t n)
{
	void *kept = arena_alloc(&r->h->arena, 1, n);
	memcpy(kept, record, n);
	return kept;
}

#define NEW(r, type, ...) keep((r), &(struct type){ __VA_ARGS__ }, sizeof(struct type))

static const void *ask_open(struct run *r, const struct model_act *act)
{
	return NEW(r, meeting_new, .unit = text_of(model_units[act->unit]),
		.kind = text_of(model_meeting_kinds[act->kind]), .day = act->day);
}

static const void *ask_record(struct run *r, const struct model_act *act)
{
	struct meeting_new *new = keep(r, ask_open(r, act), sizeof(*new));
	return NEW(r, meeting_record, .meeting = { new, 1 }, .opinions = opinions(r, act),
		.count = act->count, .closed = act->closed);
}

static const void *ask_add(struct run *r, const struct model_act *act)
{
	return NEW(r, opinion_add, .meeting = meeting_name(r, act), .first = act->first,
		.opinions = opinions(r, act));
}

static const void *ask_void(struct run *r, const struct model_act *act)
{
	return NEW(r, opinion_void, .meeting = meeting_name(r, act), .ordinal = act->ordinal,
		.ground = text_of(model_grounds[act->ground]), .day = act->day);
}

static const void *ask_split(struct run *r, const struct model_act *act)
{
	return NEW(r, opinion_split, .meeting = meeting_name(r, act), .ordinal = act->ordinal,
		.opinions = opinions(r, act));
}

static const void *ask_close_minutes(struct run *r, const struct model_act *act)
{
	return NEW(r, minutes_close, .meeting = meeting_name(r, act), .count = act->count);
}

static const void *ask_register(struct run *r, const struct model_act *act)
{
	struct registration_new *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	for (unsigned i = 0; i < act->n; i++)
		v[i] = (struct registration_new){
			.name = text_of(act->nameless[i] ? NULL : "Lò Mẩy"), .heard = act->spoke[i]
		};
	return NEW(r, registration_add, .meeting = meeting_name(r, act), .first = act->first,
		.registrations = { v, act->n });
}

static const void *ask_mark(struct run *r, const struct model_act *act)
{
	return NEW(r, registration_mark, .meeting = meeting_name(r, act),
		.numbers = { act->people, act->n }, .state = text_of(model_persons[act->as]),
		.ordinal = act->ordinal);
}

static const void *ask_tally(struct run *r, const struct model_act *act)
{
	return NEW(r, tally_sign, .meeting = meeting_name(r, act), .speakers = act->speakers,
		.unheard = act->unheard);
}

static const void *ask_draft(struct run *r, const struct model_act *act)
{
	return NEW(r, meeting_number, .meeting = meeting_name(r, act));
}

static const void *ask_put(struct run *r, const struct model_act *act)
{
	return NEW(r, conclusion_put, .meeting = meeting_name(r, act), .version = act->version,
		.first = act->first, .items = items(r, act));
}

static const void *ask_conclude(struct run *r, const struct model_act *act)
{
	uint8_t *content = arena_alloc(&r->h->arena, 32, 1);
	const struct model_meeting *at = &r->m->meetings[act->meeting];
	if (act->meeting != 0 && act->meeting <= r->m->meeting_count) {
		struct num number = { r->units[at->unit], at->n, (uint16_t)at->year };
		if (at->unit == UNIT_98103)
			number.series = r->older;
		test_content(r->h, number, act->version, content);
		if (act->content == CONTENT_CHECKED)
			memcpy(content, r->checked[act->meeting], 32);
		else if (act->verb == DO_CHECK)
			memcpy(r->checking, content, 32);
	}
	content[31] ^= act->content == CONTENT_WRONG;
	return NEW(r, conclusion_step, .meeting = meeting_name(r, act), .version = act->version,
		.content = bytes_of(content, 32), .day = act->verb == DO_ISSUE ? act->day : 0);
}

static const void *ask_classify(struct run *r, const struct model_act *act)
{
	return NEW(r, case_classify, .number = case_name(r, act->number),
		.kind = text_of(model_kinds[act->kind]), .topic = text_of(model_topics[act->topic]),
		.place = text_of(model_units[act->place]),
		.custodian = custodian(r, act->custodian), .paper = paper(act->paper),
		.day = act->day);
}

static const void *ask_accept(struct run *r, const struct model_act *act)
{
	return NEW(r, case_accept, .number = case_name(r, act->number), .day = act->day);
}

static const void *ask_refer(struct run *r, const struct model_act *act)
{
	return NEW(r, case_refer, .number = case_name(r, act->number),
		.to = text_of(model_units[act->unit]),
		.document = text_of(act->document ? "12/CV" : NULL), .day = act->day);
}

static const void *ask_day(struct run *r, const struct model_act *act)
{
	return NEW(r, case_day, .number = case_name(r, act->number), .day = act->day,
		.document = text_of(act->document ? "12/CV" : NULL));
}

static const void *ask_return(struct run *r, const struct model_act *act)
{
	return NEW(r, case_return, .number = case_name(r, act->number),
		.ground = text_of(model_grounds[act->ground]), .words = words(act->words),
		.day = act->day, .document = text_of(act->document ? "12/CV" : NULL));
}

static const void *ask_resolve(struct run *r, const struct model_act *act)
{
	return NEW(r, case_resolve, .number = case_name(r, act->number),
		.outcome = text_of(model_outcomes[act->outcome]), .text = words(act->words),
		.promise = act->promise, .day = act->day,
		.document = text_of(act->document ? "12/CV" : NULL));
}

static const void *ask_notify(struct run *r, const struct model_act *act)
{
	return NEW(r, case_notify, .number = case_name(r, act->number),
		.channel = text_of(act->channel ? "paper" : "pigeon"), .day = act->day);
}

static const void *ask_guide(struct run *r, const struct model_act *act)
{
	return NEW(r, case_guide, .number = case_name(r, act->number),
		.to = text_of(model_units[act->unit]), .words = words(act->words), .day = act->day);
}

static const void *ask_ground(struct run *r, const struct model_act *act)
{
	return NEW(r, case_ground, .number = case_name(r, act->number),
		.ground = text_of(model_grounds[act->ground]), .words = words(act->words),
		.day = act->day);
}

static const void *ask_merge(struct run *r, const struct model_act *act)
{
	return NEW(r, case_merge, .number = case_name(r, act->number),
		.into = case_name(r, act->into), .day = act->day);
}

static const void *ask_route(struct run *r, const struct model_act *act)
{
	return NEW(r, case_route, .number = case_name(r, act->number),
		.document = text_of(act->document ? "12/CV" : NULL), .day = act->day);
}

/* An officer's number; a person counts from 1, 0 is none and one too many is unknown. */
static uint64_t number_of_person(const struct run *r, unsigned person)
{
	return person == 0 ? 0 : person > WHO_COUNT ? 9999 : r->who[person - 1]->number;
}

static const void *ask_feedback(struct run *r, const struct model_act *act)
{
	return NEW(r, case_feedback, .number = case_name(r, act->number),
		.word = text_of(model_words[act->word]), .words = words(act->words),
		.day = act->day);
}

static const void *ask_reopen(struct run *r, const struct model_act *act)
{
	return NEW(r, case_reopen, .number = case_name(r, act->number), .words = words(act->words),
		.day = act->day);
}

/* Papers: the check code is made from what is printed. */

static struct text printed(struct run *r, unsigned text)
{
	return arena_format(&r->h->arena, "%08x%056x", text, 7u);
}

static struct text code_of(struct run *r, unsigned text)
{
	char code[CROCKFORD_SIGNS + 1];
	(void)paper_code(printed(r, text), code);
	return name(r, code);
}

static struct text code_named(struct run *r, const struct model_act *act)
{
	bool there = act->printed != 0 && act->printed <= r->m->paper_count;
	return code_of(r, there ? r->m->papers[act->printed].text : UINT32_MAX);
}

static const void *ask_print(struct run *r, const struct model_act *act)
{
	const struct conclusion_step *step = act->dispatch ? NULL : ask_conclude(r, act);
	return NEW(r, paper_make, .paper = text_of(act->dispatch ? "dispatch" : "notice"),
		.of = act->dispatch ? case_name(r, act->number) : meeting_name(r, act),
		.version = act->version,
		.content = act->dispatch ? (struct bytes){ 0 } : step->content,
		.to = text_of(act->dispatch ? model_units[act->unit] : ""),
		.sha256 = printed(r, act->text), .size = 1);
}

static const void *ask_stamp(struct run *r, const struct model_act *act)
{
	return NEW(r, paper_stamp, .code = code_named(r, act), .n = act->count, .day = act->day);
}

static struct bytes scan(struct run *r, bool other)
{
	uint8_t *sha256 = arena_alloc(&r->h->arena, 32, 1);
	memset(sha256, other ? 2 : 1, 32);
	return bytes_of(sha256, 32);
}

static const void *ask_attest(struct run *r, const struct model_act *act)
{
	return NEW(r, paper_attest, .code = code_named(r, act),
		.capacity = text_of(model_capacities[act->capacity]),
		.mandate = text_of(act->mandate ? "5/GUQ" : NULL), .scan = scan(r, act->scan),
		.signer = text_of(act->signer ? "Lò Văn Ún" : "Vàng A Páo"));
}

static const void *ask_assign(struct run *r, const struct model_act *act)
{
	return NEW(r, case_assign, .number = case_name(r, act->number),
		.owner = number_of_person(r, act->taker), .day = act->day);
}

static const void *ask_handover(struct run *r, const struct model_act *act)
{
	return NEW(r, officer_handover, .giver = number_of_person(r, act->giver),
		.taker = number_of_person(r, act->taker), .day = act->day);
}

static const void *ask_end_role(struct run *r, const struct model_act *act)
{
	return NEW(r, grant_end, .officer = number_of_person(r, act->giver), .grant = 1);
}

static const void *ask_revoke(struct run *r, const struct model_act *act)
{
	return NEW(r, key_revoke, .key = bytes_of(r->who[act->giver - 1]->key, KEY_ID_BYTES));
}

/* The sheet in force after so many were used. */
static struct bytes sheet_secret(struct run *r, unsigned sheets)
{
	uint8_t *secret = arena_alloc(&r->h->arena, 32, 1);
	memset(secret, TEST_SHEET_BYTE + (int)sheets, 32);
	return bytes_of(secret, 32);
}

static struct bytes sheet_hash(struct run *r, unsigned sheets)
{
	uint8_t *hash = arena_alloc(&r->h->arena, 32, 1);
	sheet_token(sheet_secret(r, sheets).p, hash);
	return bytes_of(hash, 32);
}

static const void *ask_recover(struct run *r, const struct model_act *act)
{
	uint8_t *token = arena_alloc(&r->h->arena, 32, 1);
	bool wrong = act->content == CONTENT_WRONG;
	memset(token, 0xa0 + (int)act->as, 32);
	token[0] = (uint8_t)r->m->sheets;
	return NEW(r, recovery_agree, .secret = sheet_secret(r, r->m->sheets + (wrong ? 7 : 0)),
		.token = bytes_of(token, 32), .recovery = sheet_hash(r, r->m->sheets + 1),
		.name = text_of(act->outcome == 0 ? "Hà" : "Hoa"));
}

static const struct {
	enum cmd cmd;
	const void *(*request)(struct run *r, const struct model_act *act);
} asks[DO_COUNT] = {
	[DO_OPEN] = { CMD_meeting_open, ask_open },
	[DO_RECORD] = { CMD_meeting_record, ask_record },
	[DO_ADD] = { CMD_opinion_add, ask_add },
	[DO_VOID] = { CMD_opinion_void, ask_void },
	[DO_SPLIT] = { CMD_opinion_split, ask_split },
	[DO_CLOSE_MINUTES] = { CMD_minutes_close, ask_close_minutes },
	[DO_REGISTER] = { CMD_registration_add, ask_register },
	[DO_MARK] = { CMD_registration_mark, ask_mark },
	[DO_TALLY] = { CMD_tally_sign, ask_tally },
	[DO_DRAFT] = { CMD_conclusion_draft, ask_draft },
	[DO_PUT] = { CMD_conclusion_put, ask_put },
	[DO_CHECK] = { CMD_conclusion_check, ask_conclude },
	[DO_SIGN] = { CMD_conclusion_sign, ask_conclude },
	[DO_ISSUE] = { CMD_conclusion_issue, ask_conclude },
	[DO_CLASSIFY] = { CMD_case_classify, ask_classify },
	[DO_ACCEPT] = { CMD_case_accept, ask_accept },
	[DO_REFER] = { CMD_case_refer, ask_refer },
	[DO_ACKNOWLEDGE] = { CMD_case_acknowledge, ask_day },
	[DO_RETURN] = { CMD_case_return, ask_return },
	[DO_RESOLVE] = { CMD_case_resolve, ask_resolve },
	[DO_NOTIFY] = { CMD_case_notify, ask_notify },
	[DO_DONE] = { CMD_case_done, ask_day },
	[DO_CLOSE] = { CMD_case_close, ask_day },
	[DO_GUIDE] = { CMD_case_guide, ask_guide },
	[DO_NOT_ACCEPT] = { CMD_case_not_accept, ask_ground },
	[DO_FILE] = { CMD_case_file, ask_ground },
	[DO_MERGE] = { CMD_case_merge, ask_merge },
	[DO_ROUTE] = { CMD_case_route, ask_route },
	[DO_ASSIGN] = { CMD_case_assign, ask_assign },
	[DO_FEEDBACK] = { CMD_case_feedback, ask_feedback },
	[DO_REOPEN] = { CMD_case_reopen, ask_reopen },
	[DO_PRINT] = { CMD_paper_make, ask_print },
	[DO_STAMP] = { CMD_paper_stamp, ask_stamp },
	[DO_ATTEST] = { CMD_paper_attest, ask_attest },
	[DO_HANDOVER] = { CMD_officer_handover, ask_handover },
	[DO_END_ROLE] = { CMD_grant_end, ask_end_role },
	[DO_REVOKE] = { CMD_key_revoke, ask_revoke },
	[DO_RECOVER] = { CMD_recovery_agree, ask_recover },
};

/* One action: the model says what must come, the register says what does. */

static const char *err_name(enum err err)
{
	return err == OK ? "OK" : err_row(err)->name;
}

static const char *err_names(struct run *r, const struct model_answer *want)
{
	struct text out = text_of(model_allows(want, OK) ? "OK" : "");
	for (unsigned i = 1; i < 128; i++)
		if (want->set[i / 64] & 1ull << i % 64)
			out = arena_format(&r->h->arena, "%s %s", out.n == 0 ? "" : out.p,
				err_name((enum err)i));
	return out.p;
}

static bool same_ordinals(struct run *r, const struct model_answer *want, const struct fault *f)
{
	bool same = f->total == want->n && f->list_count == want->n;
	for (unsigned i = 0; same && i < want->n; i++)
		same = f->list[i] == want->list[i];
	r->gated++;
	return same ||
	       wrong(r, "the gate names %u ordinals, %u are missing", (unsigned)f->total, want->n);
}

static bool do_act(struct run *r, const struct model_act *act)
{
	struct model_answer want;
	struct fault f = { 0 };
	uint64_t size = ledger_end(r->h->ledger).size;
	r->h->now = test_time("2026-03-02", 9) +
		    (int64_t)(act->today - test_day("2026-03-02")) * 86400 * 1000000;
	const void *request = asks[act->verb].request(r, act);
	test_behalf(r->h, model_units[act->behalf]);
	enum err err = test_act(r->h, r->who[act->who], asks[act->verb].cmd, request, &f);
	model_do(r->m, act, &want);
	r->done++;
	r->refused += err != OK;
	r->issued += err == OK && act->verb == DO_ISSUE;
	r->handed += err == OK && act->verb == DO_HANDOVER;
	r->attested += err == OK && act->verb == DO_ATTEST;
	if (!model_allows(&want, err))
		return wrong(r, "%s: %s (%s %s), not one of %s", cmds[asks[act->verb].cmd].wire,
			err_name(err), f.field, f.what, err_names(r, &want));
	if (err != OK && ledger_end(r->h->ledger).size != size)
		return wrong(r, "a refusal has written");
	if (err == OK && act->verb == DO_CHECK && act->content == CONTENT_RIGHT)
		memcpy(r->checked[act->meeting], r->checking, 32);
	if (err == OK && act->verb == DO_DRAFT)
		memset(r->checked[act->meeting], 0, 32);
	return err != E_GATE || same_ordinals(r, &want, &f);
}

/* Comparing what stands at the end. */

static uint32_t unit_id(const struct run *r, unsigned unit, bool older)
{
	return older ? r->older : r->units[unit];
}

static struct num number_of(const struct run *r, unsigned unit, uint32_t year, uint32_t n)
{
	return (struct num){ unit == UNIT_98103 ? r->older : r->units[unit], n, (uint16_t)year };
}

static struct num meeting_number(const struct run *r, const struct model_meeting *m)
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
		return wrong(r, "opinion %u is not there", ordinal);
	if (!num_equal(row.number, case_number(r, &r->m->cases[o->number])))
		return wrong(r, "opinion %u has another case", ordinal);
	if (row.dead != (o->voided         ? 1
				: o->split ? 2
					   : 0) ||
		row.late != o->late || row.parent != o->parent || row.version != o->version ||
		row.how != o->how)
		return wrong(r, "opinion %u stands otherwise", ordinal);
	return true;
}

static bool same_people(struct run *r, struct num number, const struct model_meeting *want)
{
	struct row_meeting m = test_meeting(r->h, number);
	if (m.registered != want->registered || m.heard != model_people(want, PERSON_SPOKE) ||
		m.written != model_people(want, PERSON_WROTE) ||
		m.withdrawn != model_people(want, PERSON_LEFT))
		return wrong(r, "meeting %u/%u: other people", number.year, number.n);
	if ((m.front != 0) != want->counted || m.speakers != want->speakers ||
		m.unheard != want->unheard)
		return wrong(r, "meeting %u/%u: another count", number.year, number.n);
	for (uint32_t i = 1; i <= want->registered; i++) {
		struct row_registration row;
		if (!test_row(r->h, STORE_registration, key_of_num_u32(number, i),
			    record_row_registration(), &row) ||
			row.state != want->people[i].as || row.ordinal != want->people[i].ordinal)
			return wrong(r, "registration %u stands otherwise", i);
	}
	return true;
}

static bool same_meeting(struct run *r, const struct model_meeting *want)
{
	struct row_meeting row;
	struct num number = meeting_number(r, want);
	if (!test_row(r->h, STORE_meeting, key_of_num(number), record_row_meeting(), &row))
		return wrong(r, "meeting %u/%u is not there", number.year, number.n);
	if (row.unit != unit_id(r, want->unit, want->older) || row.day != want->day ||
		row.closed != want->closed || row.closed_count != want->closed_count ||
		row.gated != want->gated)
		return wrong(r, "meeting %u/%u stands otherwise", number.year, number.n);
	if (row.count != want->count || row.live != model_live(want) ||
		row.included != model_included(want))
		return wrong(r, "meeting %u/%u: %u opinions, %u live, %u included, not %u %u %u",
			number.year, number.n, (unsigned)row.count, (unsigned)row.live,
			(unsigned)row.included, want->count, model_live(want),
			model_included(want));
	if (row.version != want->version || row.issued != want->issued)
		return wrong(r, "meeting %u/%u: another version", number.year, number.n);
	for (unsigned i = 1; i <= want->version; i++) {
		struct row_conclusion c = test_conclusion(r->h, number, i);
		if (i == want->version && c.drafter != number_of_person(r, want->drafter))
			return wrong(r, "conclusion %u has another writer", i);
		if (c.state != want->versions[i].state || c.items != want->versions[i].n ||
			(c.paper.n > 0) != (want->versions[i].printed != 0))
			return wrong(r, "conclusion %u stands otherwise", i);
	}
	for (uint32_t i = 1; i <= want->count; i++)
		if (!same_opinion(r, number, want, i))
			return false;
	return same_people(r, number, want);
}

static bool same_marks(
	struct run *r, const char *what, const struct model_fact *want, const uint32_t *have)
{
	for (unsigned i = 0; i < CASE_MARKS; i++)
		if (have[i] != want->mark[i])
			return wrong(
				r, "%s: mark %u is %u, not %u", what, i, have[i], want->mark[i]);
	return true;
}

static bool same_case(struct run *r, const struct model_case *want)
{
	struct row_case row;
	struct num number = case_number(r, want);
	uint32_t marks[CASE_MARKS];
	if (!test_row(r->h, STORE_case, key_of_num(number), record_row_case(), &row))
		return wrong(r, "case %u/%u is not there", number.year, number.n);
	for (unsigned i = 0; i < CASE_MARKS; i++)
		marks[i] = *case_mark(&row, (enum case_mark)i);
	if (row.state != want->now.state || row.flags != want->now.flags)
		return wrong(r, "case %u/%u: state %u, flags %u, not %u, %u", number.year, number.n,
			(unsigned)row.state, (unsigned)row.flags, want->now.state, want->now.flags);
	if (row.unit != unit_id(r, want->unit, want->older) ||
		row.with != unit_id(r, want->with, want->with_older))
		return wrong(r, "case %u/%u: is with %u, not %u", number.year, number.n,
			(unsigned)row.with, unit_id(r, want->with, want->with_older));
	if (row.kind != r->kinds[want->now.kind] || row.topic != r->topics[want->now.topic] ||
		row.ordinal != want->ordinal || row.returned != want->returned ||
		row.referred_times != want->referred)
		return wrong(r, "case %u/%u stands otherwise", number.year, number.n);
	if (row.owner != number_of_person(r, want->owner) ||
		row.custodian != number_of_person(r, want->custodian))
		return wrong(r, "case %u/%u: in the hands of %u, %u, not %u, %u", number.year,
			number.n, (unsigned)row.owner, (unsigned)row.custodian, want->owner,
			want->custodian);
	const struct model_case *next = &r->m->cases[want->next];
	if (row.feedback != r->words_said[want->word] ||
		!num_equal(row.next, want->next == 0 ? (struct num){ 0 } : case_number(r, next)))
		return wrong(r, "case %u/%u: another word, or taken up elsewhere", number.year,
			number.n);
	return same_marks(r, "case", &want->now, marks);
}

static bool same_paper(struct run *r, const struct model_paper *want)
{
	struct row_paper row;
	const struct model_paper *next = &r->m->papers[want->next];
	struct text code = code_of(r, want->text);
	if (!test_row(r->h, STORE_paper, key_of_text(code), record_row_paper(), &row))
		return wrong(r, "paper %u is not there", want->text);
	if (row.n != want->n || row.stamped != want->stamped ||
		row.stamper != number_of_person(r, want->stamper))
		return wrong(
			r, "paper %u: stamped %u, not %u", want->text, (unsigned)row.n, want->n);
	if (row.attester != number_of_person(r, want->attester) ||
		row.second != number_of_person(r, want->second) ||
		!text_is(row.capacity, model_capacities[want->capacity]))
		return wrong(r, "paper %u: attested otherwise", want->text);
	if (!text_equal(row.next, want->next == 0 ? (struct text){ 0 } : code_of(r, next->text)))
		return wrong(r, "paper %u: another in its place", want->text);
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
		return wrong(r, "the work list holds what does not wait");
	uint32_t due = c->now.mark[MARK_DUE];
	if (get_u32(key.p) != unit_id(r, c->with, c->with_older) ||
		get_u32(key.p + 4) != (due == 0 ? UINT32_MAX : due))
		return wrong(r, "the work list holds a case elsewhere");
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
			if (num_equal(number, meeting_number(r, &r->m->meetings[i])) &&
				model_drafts(&r->m->meetings[i], r->m->meetings[i].drafter))
				return officer == number_of_person(r, r->m->meetings[i].drafter) ||
				       wrong(r, "a draft is in other hands");
		return wrong(r, "a draft in hand that is none");
	}
	const struct model_case *c = find_case(r, number);
	bool paper = key.p[4] == IN_HAND_CUSTODY;
	if (c == NULL || (!paper && !model_works_on(c)) ||
		officer != number_of_person(r, paper ? c->custodian : c->owner) ||
		due != (c->now.mark[MARK_DUE] == 0 ? UINT32_MAX : c->now.mark[MARK_DUE]))
		return wrong(r, "a case in hand stands otherwise");
	return true;
}

static bool same_recovery(struct run *r)
{
	const struct model *m = r->m;
	struct row_state state;
	(void)test_row(r->h, STORE_state, (struct key){ .n = 1 }, record_row_state(), &state);
	if (state.officers != r->officers + m->sheets ||
		!bytes_equal(state.recovery, sheet_hash(r, m->sheets)) ||
		state.proposer != number_of_person(r, m->proposer))
		return wrong(r, "the recovery stands otherwise");
	return true;
}

static bool count_is(struct run *r, enum store table, see_row *see, uint64_t want)
{
	uint64_t have;
	if (!walk(r, table, see, &have))
		return false;
	return have == want || wrong(r, "%s holds %u rows, not %u", store_name(table),
				       (unsigned)have, (unsigned)want);
}

static bool same_tables(struct run *r)
{
	uint64_t opinions_wanted = 0, versions = 0, todo = 0, work = 0, people = 0, in_hand = 0,
		 stamped = 0;
	const struct model *m = r->m;
	for (unsigned i = 1; i <= m->meeting_count; i++) {
		const struct model_meeting *at = &m->meetings[i];
		opinions_wanted += at->count;
		versions += at->version;
		people += at->registered;
		in_hand += model_drafts(at, at->drafter);
		todo += at->gated && model_included(at) < model_live(at);
	}
	for (unsigned i = 1; i <= m->case_count; i++) {
		const struct model_case *c = &m->cases[i];
		work += waits(c);
		in_hand += (c->owner != 0 && model_works_on(c)) + (c->custodian != 0);
	}
	for (unsigned i = 1; i <= m->paper_count; i++)
		stamped += m->papers[i].n != 0;
	return count_is(r, STORE_meeting, NULL, m->meeting_count) &&
	       count_is(r, STORE_opinion, NULL, opinions_wanted) &&
	       count_is(r, STORE_case, NULL, m->case_count) &&
	       count_is(r, STORE_conclusion, NULL, versions) &&
	       count_is(r, STORE_registration, NULL, people) &&
	       count_is(r, STORE_paper, NULL, m->paper_count) &&
	       count_is(r, STORE_stamp, NULL, stamped) &&
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
		return wrong(r, "a fact of what was not known");
	if (have->unit != unit_id(r, c->unit, c->older) || have->day != c->day ||
		have->meeting_n != r->m->meetings[c->meeting].n)
		return wrong(r, "a fact of another meeting");
	if (have->state != want->state || have->flags != want->flags ||
		have->kind != r->kinds[want->kind] || have->topic != r->topics[want->topic])
		return wrong(r, "fact %u/%u: state %u, flags %u, not %u, %u", have->number.year,
			have->number.n, have->state, have->flags, want->state, want->flags);
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
			return wrong(r, "a fact row that is none");
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
			return wrong(r, "%s: %u of %u, not %u of %u", names[i],
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
			return wrong(r, "%u facts hold, not %u", at.count, known);
		if (!same_rates(r, &at))
			return false;
	}
	return true;
}

/* A history. */

static bool compare(struct run *r, uint64_t seed)
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
	return same_tables(r) && same_facts(r, seed);
}

static void print_act(const struct run *r, const struct model_act *act)
{
	static const char *const people[] = { "clerk", "processor", "second", "handler", "leader",
		"superior", "front", "records", "admin" };
	char day[11], today[11];
	if (r->quiet)
		return;
	printf("  %s: meeting %u case %u into %u version %u", cmds[asks[act->verb].cmd].wire,
		act->meeting, act->number, act->into, act->version);
	day_format(act->today, today);
	day_format(act->day, day);
	printf(", %s on %s, day %s, ordinal %u, count %u, closed %d, first %u, n %u, unit %s, "
	       "place %s, content %u, words %d, "
	       "giver %u, taker %u\n",
		people[act->who], today, day, act->ordinal, act->count, act->closed, act->first,
		act->n, model_units[act->unit], model_units[act->place], act->content, act->words,
		act->giver, act->taker);
	for (unsigned i = 0; i < act->n && act->verb == DO_PUT; i++) {
		printf("    %u:", act->items[i].how);
		for (unsigned k = 0; k < act->items[i].n; k++)
			printf(" %u", act->items[i].ordinals[k]);
		printf("\n");
	}
}

/* Do the actions of these seeds; 0 is none. */
static bool history(struct run *r, const uint64_t *seeds, size_t n)
{
	bool good = true;
	r->problem[0] = '\0';
	arena_reset(&r->h->arena);
	model_init(r->m);
	r->m->today = test_day("2026-03-02");
	test_begin(r->h);
	for (size_t i = 0; good && i < n; i++) {
		struct model_act act;
		if (seeds[i] == 0)
			continue;
		model_make(r->m, seeds[i], &act);
		if (!model_has_room(r->m, &act))
			continue;
		print_act(r, &act);
		good = do_act(r, &act);
	}
	good = good && compare(r, seeds[0]);
	r->recovered += r->m->sheets;
	for (unsigned i = 1; i <= r->m->case_count; i++)
		r->taken_up += r->m->cases[i].previous != 0;
	for (unsigned i = 1; i <= r->m->meeting_count; i++)
		for (unsigned k = 1; k <= r->m->meetings[i].issued; k++)
			r->by_hand += r->m->meetings[i].versions[k].printed != 0;
	test_abort(r->h);
	return good;
}

/* Leave out what can be left out. */
static void shrink(struct run *r, uint64_t *seeds, size_t n)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t i = n; i-- > 0;) {
			uint64_t kept = seeds[i];
			if (kept == 0)
				continue;
			seeds[i] = 0;
			if (history(r, seeds, n))
				seeds[i] = kept;
			else
				again = true;
		}
	}
	r->quiet = false;
	(void)history(r, seeds, n);
	printf("  %s\n", r->problem);
}

static bool run_one(struct run *r, uint64_t seed)
{
	uint64_t seeds[ACTS_MAX], from = seed;
	size_t n = 5 + model_random(&from) % (ACTS_MAX - 4);
	for (size_t i = 0; i < n; i++)
		seeds[i] = model_random(&from) | 1;
	if (history(r, seeds, n))
		return true;
	printf("history with HOIAM_SEED=%llu: %s\n", (unsigned long long)seed, r->problem);
	shrink(r, seeds, n);
	return false;
}

static void open_run(struct run *r)
{
	r->h = test_house_open();
	r->m = xcalloc(1, sizeof(*r->m));
	r->quiet = true;
	r->who[WHO_CLERK] = test_officer(r->h, "receptionist", "");
	r->who[WHO_PROCESSOR] = test_officer(r->h, "processor", "");
	r->who[WHO_SECOND] = test_officer_new(r->h, "processor", "");
	r->who[WHO_HANDLER] = test_officer(r->h, "handler", "");
	r->who[WHO_LEADER] = test_officer(r->h, "leader", "98101");
	r->who[WHO_SUPERIOR] = test_officer(r->h, "leader", "");
	r->who[WHO_FRONT] = test_officer(r->h, "front", "");
	r->who[WHO_RECORDS] = test_officer(r->h, "records_clerk", "");
	r->who[WHO_ADMIN] = test_officer(r->h, "admin", "");
	struct unit_new body = { .code = text_of(model_units[UNIT_OUTSIDE]),
		.name = text_of("Điện lực"),
		.kind = text_of("body"),
		.level = text_of("province"),
		.from = test_day("2020-01-01") };
	test_must(r->h, r->who[WHO_ADMIN], CMD_unit_add, &(struct unit_add){ { &body, 1 } });
	r->older = test_unit(r->h, "98103", "2025-01-01");
	r->units[UNIT_ENDED] = test_unit(r->h, model_units[UNIT_ENDED], "2025-01-01");
	for (unsigned i = UNIT_98101; i < UNIT_ENDED; i++)
		r->units[i] = test_unit(r->h, model_units[i], "2026-01-01");
	for (unsigned i = 1; i < KIND_UNKNOWN; i++)
		r->kinds[i] = test_term(r->h, "kinds", model_kinds[i]);
	for (unsigned i = 1; i < TOPIC_UNKNOWN; i++)
		r->topics[i] = test_term(r->h, "topics", model_topics[i]);
	for (unsigned i = 1; i < WORD_UNKNOWN; i++)
		r->words_said[i] = test_term(r->h, "feedback", model_words[i]);
	test_begin(r->h);
	(void)walk(r, STORE_words, NULL, &r->words);
	(void)walk(r, STORE_officer, NULL, &r->officers);
	test_abort(r->h);
}

static void random_histories_agree_with_the_model(void **state)
{
	(void)state;
	const char *count = getenv("HOIAM_HISTORIES"), *first = getenv("HOIAM_SEED");
	uint64_t n = count == NULL ? HISTORIES : strtoull(count, NULL, 10);
	uint64_t seed = first == NULL ? 1 : strtoull(first, NULL, 10);
	struct run r = { 0 };
	bool good = true;
	open_run(&r);
	for (uint64_t i = 0; good && i < n; i++)
		good = run_one(&r, seed + i);
	printf("%llu histories, %llu actions, %llu refused, %llu by the gate, %llu issued, "
	       "%llu of them signed on paper, %llu attested, %llu handed over, %llu recovered, "
	       "%llu taken up again\n",
		(unsigned long long)n, (unsigned long long)r.done, (unsigned long long)r.refused,
		(unsigned long long)r.gated, (unsigned long long)r.issued,
		(unsigned long long)r.by_hand, (unsigned long long)r.attested,
		(unsigned long long)r.handed, (unsigned long long)r.recovered,
		(unsigned long long)r.taken_up);
	test_house_close(r.h);
	free(r.m);
	assert_true(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_histories_agree_with_the_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
