/* workload.c: random actions, most of them as the rules want them. */
#include "tests/lib/workload.h"

#include "daemon/basis.h"
#include "proto/paper.h"
#include "proto/sheet.h"

#include <assert.h>
#include <sodium.h>

enum { BATCH = 50 };

uint64_t workload_random(struct workload *w, uint64_t n)
{
	w->seed += 0x9e3779b97f4a7c15u; /* splitmix64 */
	uint64_t z = w->seed;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % n;
}

static bool one_in(struct workload *w, uint64_t n)
{
	return workload_random(w, n) == 0;
}

static struct text any(struct workload *w, const char *const *from, size_t n)
{
	return text_of(from[workload_random(w, n)]);
}
#define ANY(w, list) any((w), (list), COUNT(list))

static const char *const kinds[] = { "KN", "TC", "KIEN_NGHI", "PHAN_ANH" };
static const char *const topics[] = { "land", "roads", "water" };
static const char *const places[] = { "98101", "98102", "98101-KT" };
static const char *const holders[] = { "98101", "98102", "98", "98103" };
static const char *const meeting_kinds[] = { "dialogue_regular", "dialogue_adhoc",
	"regular_reception" };
static const char *const grounds[] = { "error", "not_ours", "double", "no_reason" };
static const char *const outcomes[] = { "done", "explained", "will_do" };

/* Time goes on, mostly by minutes. */
static void tick(struct workload *w, struct test_house *h)
{
	int64_t minutes = (int64_t)workload_random(w, one_in(w, 20) ? 3000 : 30);
	h->now += minutes * 60 * 1000000 + (int64_t)workload_random(w, 1000000);
}

static void act(struct workload *w, struct test_house *h, const char *role, enum cmd cmd,
	const void *record)
{
	struct fault f = { 0 };
	enum err err = test_act(h, test_officer(h, role, ""), cmd, record, &f);
	assert(err == OK || err_row(err)->blame == CALLER);
	w->done++;
	w->refused += err != OK;
}

/* Numbers. */

static bool any_number(struct workload *w, struct test_house *h, enum noun noun, struct num *to)
{
	struct row_counter counter;
	struct row_unit unit;
	const char *holder = holders[workload_random(w, COUNT(holders))];
	uint32_t id = test_unit(h, holder, "2026-03-01");
	bool there = test_row(h, STORE_unit, key_of_u32(id), record_row_unit(), &unit);
	assert(there);
	uint32_t series = (uint32_t)unit.series;
	uint16_t year = one_in(w, 4) ? 2025 : 2026;
	if (!test_row(h, STORE_counter, key_of_counter(noun, series, year), record_row_counter(),
		    &counter))
		return false;
	/* rather the new ones */
	uint64_t back = workload_random(w, one_in(w, 3)     ? counter.n
					   : counter.n < 20 ? counter.n
							    : 20);
	*to = (struct num){ series, (uint32_t)(counter.n - back), year };
	return true;
}

/* Meetings. */

static struct opinion_new an_opinion(struct workload *w, struct test_house *h)
{
	struct opinion_new o = { .speaker = text_of("Lê Thị Sáu") };
	if (!one_in(w, 3))
		o.kind = ANY(w, kinds);
	if (!one_in(w, 3))
		o.topic = ANY(w, topics);
	if (one_in(w, 2))
		o.place = ANY(w, places);
	if (text_is(o.kind, "TC"))
		return (struct opinion_new){ .kind = o.kind,
			.topic = o.topic,
			.custodian = test_officer(h, "custodian", "")->number,
			.paper = text_of("tủ 2, ngăn 3") };
	o.words = arena_format(&h->arena, "Mương thủy lợi số %u tắc\nđã hai năm",
		(unsigned)workload_random(w, 1000));
	if (one_in(w, 4))
		o.summary = text_of("mương tắc");
	return o;
}

static struct list some_opinions(struct workload *w, struct test_house *h, size_t n)
{
	struct opinion_new *v = arena_alloc(&h->arena, n, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = an_opinion(w, h);
	return (struct list){ v, n };
}

static void record(struct workload *w, struct test_house *h)
{
	static const char *const days[] = { "2025-11-20", "2026-01-05", "2026-02-27",
		"2026-03-02" };
	struct text heads[] = { text_of("98101"), text_of("98") };
	size_t n = workload_random(w, w->opinions == 0 ? 5 : w->opinions) + 1;
	bool closed = !one_in(w, 4);
	struct meeting_new m = { .unit = ANY(w, holders),
		.kind = ANY(w, meeting_kinds),
		.day = test_day(days[workload_random(w, COUNT(days))]),
		.heads = { heads, workload_random(w, 3) } };
	if (one_in(w, 2))
		m.venue = text_of("Nhà văn hóa thôn Đông");
	struct meeting_record q = { .meeting = { &m, 1 },
		.opinions = some_opinions(w, h, n),
		.count = closed ? n : 0,
		.closed = closed };
	if (one_in(w, 8))
		act(w, h, "receptionist", CMD_meeting_open, &m);
	else
		act(w, h, "receptionist", CMD_meeting_record, &q);
}

/* The opinions that a clerk counts: not those recorded by error, and one that was split once. */
static uint64_t on_paper(struct test_house *h, struct num meeting, uint32_t last)
{
	uint64_t n = 0;
	for (uint32_t ordinal = 1; ordinal <= last; ordinal++) {
		struct row_opinion o = test_opinion(h, meeting, ordinal);
		n += o.dead != 1 && o.parent == 0;
	}
	return n;
}

/* People come, and something becomes of them; the Front counts. */
static void attend(struct workload *w, struct test_house *h)
{
	static const char *const states[] = { "waiting", "heard", "written", "withdrawn" };
	struct num meeting;
	if (!any_number(w, h, NOUN_MEETING, &meeting))
		return;
	struct row_meeting m = test_meeting(h, meeting);
	struct text number = test_number_text(h, meeting), state = ANY(w, states);
	struct registration_new one[] = { { .name = text_of("Lò Thị Mẩy"),
						  .subject = text_of("đường"),
						  .heard = one_in(w, 2) },
		{ .slip = text_of("17"), .people = 12 } };
	struct registration_add add = { number, 0, { one, 1 + workload_random(w, 2) } };
	const uint32_t which[] = { 1 + (uint32_t)workload_random(w, m.registered + 1) };
	struct registration_mark mark = { number, { which, 1 }, state,
		text_is(state, "written") ? 1 + workload_random(w, m.count + 1) : 0 };
	struct tally_sign tally = { number, workload_random(w, 9), 9, workload_random(w, 3) };
	switch (workload_random(w, 4)) {
	case 0:
	case 1:
		act(w, h, "receptionist", CMD_registration_add, &add);
		break;
	case 2:
		act(w, h, "receptionist", CMD_registration_mark, &mark);
		break;
	default:
		act(w, h, "front", CMD_tally_sign, &tally);
		break;
	}
}

/* The number of anything of this noun, as text; "9" where there is none. */
static struct text some_number(struct workload *w, struct test_house *h, enum noun noun)
{
	struct num number;
	return any_number(w, h, noun, &number) ? test_number_text(h, number) : text_of("9");
}

/* People come: known ones and others, alone, in crowds, with papers in their hands. */
static void receive(struct workload *w, struct test_house *h)
{
	static const char *const names[] = { "Lò Thị Mẩy", "Vàng A Páo", "Nguyễn Văn Ấn" };
	struct text unit = ANY(w, places), name = ANY(w, names);
	struct person_add person = { .unit = unit, .name = name, .reason = text_of("quên") };
	struct person_amend amended = { .person = some_number(w, h, NOUN_PERSON),
		.name = ANY(w, names),
		.id = arena_format(&h->arena, "%012u", (unsigned)workload_random(w, 50)) };
	struct visit_add visit = { .unit = unit,
		.people = workload_random(w, 4),
		.ground = one_in(w, 4) ? ANY(w, grounds) : (struct text){ 0 },
		.name = name };
	if (visit.ground.n > 0)
		visit.words = text_of("đã giải thích");
	else if (one_in(w, 2))
		visit.person = some_number(w, h, NOUN_PERSON);
	struct crowd_member members[] = { { .name = name, .representative = 1 },
		{ .name = ANY(w, names), .signature = text_of("fingerprint") } };
	struct crowd_form crowd = { .unit = unit,
		.number = one_in(w, 2) ? some_number(w, h, NOUN_CASE) : (struct text){ 0 },
		.people = 2 + workload_random(w, 20),
		.members = { members, 2 } };
	const uint32_t which[] = { 1 + (uint32_t)workload_random(w, 3) };
	struct crowd_bind bind = { some_number(w, h, NOUN_CROWD), some_number(w, h, NOUN_CASE) };
	struct crowd_withdraw withdraw = { .crowd = some_number(w, h, NOUN_CROWD),
		.members = { which, 1 } };
	struct document_new paper = {
		.pages = 1 + workload_random(w, 9), .condition = text_of("copy"), .name = name
	};
	struct document_receive documents = { some_number(w, h, NOUN_CASE), { &paper, 1 } };
	struct visit_void visit_error = { some_number(w, h, NOUN_VISIT), ANY(w, grounds) };
	struct crowd_void crowd_error = { some_number(w, h, NOUN_CROWD), ANY(w, grounds) };
	struct document_void document_error = { documents.number, 1, ANY(w, grounds) };
	struct opinion_new said = { .words = text_of("Đường lầy"),
		.person = some_number(w, h, NOUN_PERSON),
		.signature = text_of("signed") };
	struct opinion_add opinion = { some_number(w, h, NOUN_MEETING), 0, { &said, 1 } };
	const struct {
		enum cmd cmd;
		const void *record;
	} acts[] = { { CMD_person_add, &person }, { CMD_person_amend, &amended },
		{ CMD_visit_add, &visit }, { CMD_crowd_form, &crowd }, { CMD_crowd_bind, &bind },
		{ CMD_crowd_withdraw, &withdraw }, { CMD_document_receive, &documents },
		{ CMD_opinion_add, &opinion }, { CMD_document_void, &document_error } };
	size_t i = workload_random(w, COUNT(acts));
	for (size_t k = 0; k < 3; k++, i += 2)
		act(w, h, "receptionist", acts[i % COUNT(acts)].cmd, acts[i % COUNT(acts)].record);
	if (one_in(w, 6))
		act(w, h, "receptionist", CMD_visit_void, &visit_error);
	if (one_in(w, 9))
		act(w, h, "receptionist", CMD_crowd_void, &crowd_error);
}

/* The minutes as a paper. */
static void read_minutes(struct workload *w, struct test_house *h)
{
	uint8_t content[32];
	struct num meeting;
	if (!any_number(w, h, NOUN_MEETING, &meeting))
		return;
	struct text number = test_number_text(h, meeting);
	enum err err = minutes_content(test_txn(h), meeting, &h->arena, content, NULL);
	assert(err == OK);
	struct minutes_read read = { number };
	struct minutes_object object = { .meeting = number,
		.ordinal = workload_random(w, 3),
		.refused = workload_random(w, 2),
		.name = text_of("Lò Thị Mẩy"),
		.words = text_of("không đúng") };
	struct minutes_sign sign = { number, bytes_of(content, 32), workload_random(w, 2) };
	switch (workload_random(w, 3)) {
	case 0:
		act(w, h, "receptionist", CMD_minutes_read, &read);
		break;
	case 1:
		act(w, h, "receptionist", CMD_minutes_object, &object);
		break;
	default:
		act(w, h, sign.front ? "front" : "receptionist", CMD_minutes_sign, &sign);
		break;
	}
}

/* SHA-256 over so many zeros, as house.h sends a body. */
static struct text hash_of_zeros(struct test_house *h, uint64_t size)
{
	static const uint8_t zeros[120000];
	uint8_t hash[32];
	char *hex = arena_alloc(&h->arena, 65, 1);
	assert(size <= sizeof(zeros));
	crypto_hash_sha256(hash, zeros, size);
	return text_of(sodium_bin2hex(hex, 65, hash, sizeof(hash)));
}

/* A file of one part or of several. */
static void fill_file(struct workload *w, struct test_house *h, struct case_args *args)
{
	args->size = one_in(w, 3) ? 120000 : 1 + workload_random(w, 3000);
	args->sha256 = hash_of_zeros(h, args->size);
	args->name = text_of("ảnh hiện trường.jpg");
}

/* The check code of some paper; the last that was made, mostly. */
static struct text some_code(struct workload *w)
{
	uint64_t i = one_in(w, 3) ? workload_random(w, WORKLOAD_CODES) : w->papers;
	return text_of(w->codes[i % WORKLOAD_CODES]);
}

static void make_paper(struct workload *w, struct test_house *h)
{
	static const char *const papers[] = { "minutes", "notice", "notice", "dispatch", "dispatch",
		"receipt", "refusal", "refusal", "register" };
	static const char *const to[] = { "97101", "98", "98101-KT" };
	struct paper_make q = { .paper = ANY(w, papers),
		.of = some_number(w, h, NOUN_CASE),
		.size = 1 + workload_random(w, 90000) };
	uint8_t content[32];
	struct num meeting;
	q.sha256 = hash_of_zeros(h, q.size);
	for (unsigned i = 0; text_is(q.paper, "dispatch") && i < 8; i++) {
		q.to = ANY(w, to);
		if (any_number(w, h, NOUN_CASE, &meeting) &&
			test_case(h, meeting).state == STATE_CLASSIFIED)
			q.of = test_number_text(h, meeting);
	}
	for (unsigned i = 0; text_is(q.paper, "refusal") && i < 8; i++) {
		struct row_visit visit = { 0 };
		if (any_number(w, h, NOUN_VISIT, &meeting) &&
			test_row(h, STORE_visit, key_of_num(meeting), record_row_visit(), &visit) &&
			visit.ground != 0)
			q.of = test_number_text(h, meeting);
	}
	if (text_is(q.paper, "register")) {
		q.of = text_of("98101");
		q.from = q.until = test_day("2026-03-01");
	}
	if ((text_is(q.paper, "minutes") || text_is(q.paper, "notice")) &&
		any_number(w, h, NOUN_MEETING, &meeting)) {
		q.of = test_number_text(h, meeting);
		if (text_is(q.paper, "notice")) {
			q.version = test_meeting(h, meeting).version;
			test_content(h, meeting, (uint32_t)q.version, content);
			q.content = bytes_of(content, 32);
		}
	}
	uint64_t refused = w->refused;
	act(w, h, "receptionist", CMD_paper_make, &q);
	if (w->refused == refused)
		(void)paper_code(q.sha256, w->codes[++w->papers % WORKLOAD_CODES]);
}

/* The hash of a scan of a paper. */
static struct bytes scan_of(struct test_house *h, struct text code)
{
	uint8_t *hash = arena_alloc(&h->arena, 32, 1);
	crypto_hash_sha256(hash, (const uint8_t *)code.p, code.n);
	return bytes_of(hash, 32);
}

static void stamp_paper(struct workload *w, struct test_house *h, struct text code)
{
	struct paper_stamp stamp = { .code = code,
		.n = one_in(w, 3) ? 1 + workload_random(w, 40) : 0 };
	act(w, h, "records_clerk", CMD_paper_stamp, &stamp);
}

static void attest_paper(
	struct workload *w, struct test_house *h, const char *role, struct text code)
{
	struct paper_attest attest = { .code = code,
		.capacity = text_of("KT"),
		.scan = scan_of(h, code),
		.signer = text_of("Vàng A Páo") };
	act(w, h, role, CMD_paper_attest, &attest);
}

/* Papers are made, stamped, attested by two; half of those made are stamped at once, as they are in
 * an office, and half of these attested. */
static void paperwork(struct workload *w, struct test_house *h)
{
	struct text code = some_code(w);
	struct paper_cancel cancel = { code, text_of("ghi nhầm số") };
	uint64_t pick = workload_random(w, 8), made = w->papers;
	if (pick < 4)
		make_paper(w, h);
	else if (pick < 5)
		stamp_paper(w, h, code);
	else if (pick < 6)
		read_minutes(w, h);
	else
		attest_paper(w, h, pick == 6 ? "records_clerk" : "receptionist", code);
	if (w->papers != made && one_in(w, 2)) {
		code = text_of(w->codes[w->papers % WORKLOAD_CODES]);
		stamp_paper(w, h, code);
		if (one_in(w, 2))
			attest_paper(w, h, "receptionist", code);
		if (one_in(w, 2))
			attest_paper(w, h, "records_clerk", code);
	}
	if (one_in(w, 12))
		act(w, h, "records_clerk", CMD_paper_cancel, &cancel);
}

static void amend(struct workload *w, struct test_house *h)
{
	struct num meeting;
	if (!any_number(w, h, NOUN_MEETING, &meeting))
		return;
	struct text number = test_number_text(h, meeting);
	struct row_meeting m = test_meeting(h, meeting);
	uint64_t ordinal = m.count == 0 ? 1 : 1 + workload_random(w, m.count);
	struct opinion_add more = { number, 0, some_opinions(w, h, 1 + workload_random(w, 2)) };
	struct opinion_void error = { number, ordinal, ANY(w, grounds), 0 };
	struct opinion_split split = { number, ordinal, some_opinions(w, h, 2) };
	struct minutes_close close = { number, on_paper(h, meeting, (uint32_t)m.count) };
	switch (workload_random(w, 4)) {
	case 0:
		act(w, h, "receptionist", CMD_opinion_add, &more);
		break;
	case 1:
		act(w, h, "receptionist", CMD_opinion_void, &error);
		break;
	case 2:
		act(w, h, "processor", CMD_opinion_split, &split);
		break;
	default:
		act(w, h, "receptionist", CMD_minutes_close, &close);
		break;
	}
}

/* Conclusions. */

static struct item_new an_item(struct workload *w, struct uints ordinals)
{
	struct item_new item = { .opinions = ordinals, .words = text_of("Giao xử lý dứt điểm.") };
	switch (workload_random(w, 3)) {
	case 0:
		item.how = text_of("direction");
		item.unit = text_of("98101-KT");
		item.due = test_day("2026-06-30") + (uint32_t)workload_random(w, 30);
		break;
	case 1:
		item.how = text_of("answer");
		break;
	default:
		item.how = text_of("decline");
		item.ground = ANY(w, grounds);
		break;
	}
	return item;
}

/* Items over all live opinions that no conclusion covers yet; one in ten times one is forgotten. */
static struct list some_items(
	struct workload *w, struct test_house *h, struct num meeting, uint64_t count)
{
	uint32_t *all = arena_alloc(&h->arena, count, sizeof(*all));
	struct item_new *v = arena_alloc(&h->arena, count, sizeof(*v));
	size_t n = 0, items = 0;
	for (uint32_t i = 1; i <= count; i++) {
		struct row_opinion o = test_opinion(h, meeting, i);
		if (o.dead == 0 && (o.version == 0 || one_in(w, 5)))
			all[n++] = i;
	}
	if (n > 1 && one_in(w, 10))
		n--;
	for (size_t at = 0; at < n;) {
		size_t take = 1 + workload_random(w, n - at < 5 ? n - at : 5);
		v[items++] = an_item(w, (struct uints){ all + at, take });
		at += take;
	}
	return (struct list){ v, items };
}

static void conclude(struct workload *w, struct test_house *h)
{
	struct num meeting;
	if (!any_number(w, h, NOUN_MEETING, &meeting))
		return;
	struct text number = test_number_text(h, meeting);
	struct meeting_number draft = { number };
	act(w, h, "records_clerk", CMD_conclusion_draft, &draft);
	struct row_meeting m = test_meeting(h, meeting);
	struct conclusion_put put = { number, m.version, 1, some_items(w, h, meeting, m.count) };
	act(w, h, "records_clerk", CMD_conclusion_put, &put);
	uint8_t content[32];
	test_content(h, meeting, (uint32_t)m.version, content);
	struct conclusion_step step = { number, m.version, bytes_of(content, 32), 0,
		text_of("12/TB-UBND") };
	act(w, h, "records_clerk", CMD_conclusion_check, &step);
	if (one_in(w, 2))
		act(w, h, "leader", CMD_conclusion_sign, &step);
	if (!one_in(w, 4))
		act(w, h, "leader", CMD_conclusion_issue, &step);
}

/* Cases. */

static const struct {
	enum cmd cmd;
	const char *role;
} steps[] = { { CMD_case_classify, "processor" }, { CMD_case_classify, "processor" },
	{ CMD_case_accept, "leader" }, { CMD_case_refer, "leader" }, { CMD_case_route, "leader" },
	{ CMD_case_acknowledge, "handler" }, { CMD_case_return, "handler" },
	{ CMD_case_recall, "leader" }, { CMD_case_recall, "leader" },
	{ CMD_case_guide, "processor" }, { CMD_case_not_accept, "leader" },
	{ CMD_case_file, "leader" }, { CMD_case_resolve, "leader" }, { CMD_case_notify, "leader" },
	{ CMD_case_done, "handler" }, { CMD_case_close, "leader" }, { CMD_case_merge, "processor" },
	{ CMD_case_merge, "leader" }, { CMD_case_attach, "receptionist" },
	{ CMD_case_assign, "processor" }, { CMD_case_assign, "leader" },
	{ CMD_case_feedback, "receptionist" }, { CMD_case_reopen, "processor" } };

/* Who may work on cases of all units. */
static uint64_t a_worker(struct workload *w, struct test_house *h)
{
	static const char *const workers[] = { "processor", "handler", "leader" };
	return one_in(w, 6)
		       ? 0
		       : test_officer(h, workers[workload_random(w, COUNT(workers))], "")->number;
}

static void fill_args(struct workload *w, struct test_house *h, struct case_args *args)
{
	static const char *const channels[] = { "paper", "spoken", "phone" };
	bool sealed = one_in(w, 8);
	*args = (struct case_args){ .number = args->number,
		.kind = sealed ? text_of("TC") : ANY(w, kinds),
		.topic = ANY(w, topics),
		.place = ANY(w, places),
		.document = text_of("45/CV"),
		.to = ANY(w, places),
		.ground = ANY(w, grounds),
		.words = text_of("Không thuộc thẩm quyền của xã."),
		.outcome = ANY(w, outcomes),
		.text = text_of("Đã kiểm tra và trả lời."),
		.channel = ANY(w, channels),
		.word = text_of(one_in(w, 2) ? "satisfied" : "unsatisfied"),
		.owner = a_worker(w, h) };
	if (text_is(args->kind, "TC")) {
		args->custodian = test_officer(h, "custodian", "")->number;
		args->paper = text_of("tủ 1");
	}
	fill_file(w, h, args);
	if (text_is(args->outcome, "will_do"))
		args->promise = test_day("2026-12-31");
}

/* Mostly a step that the case's state allows. */
static size_t a_step(struct workload *w, const struct row_case *c)
{
	size_t i = workload_random(w, COUNT(steps));
	for (unsigned tries = 0; tries < 12 && !one_in(w, 12); tries++) {
		enum case_step row = step_of(text_of(strchr(cmds[steps[i].cmd].wire, '.') + 1));
		unsigned from = row == STEP_NONE ? 1u << STATE_CLASSIFIED : step_row(row)->from;
		if (from & 1u << c->state)
			break;
		i = workload_random(w, COUNT(steps));
	}
	return i;
}

static void step(struct workload *w, struct test_house *h)
{
	struct case_args args;
	struct num number, into;
	union {
		struct case_classify classify;
		struct case_merge merge;
		struct case_resolve resolve;
		struct case_refer refer;
		struct case_ground ground;
		struct case_return returned;
		struct case_guide guide;
		struct case_notify notify;
		struct case_route route;
		struct case_accept accept;
		struct case_day day;
		struct case_attach attach;
		struct case_assign assign;
		struct case_feedback feedback;
		struct case_reopen reopen;
	} request;
	if (!any_number(w, h, NOUN_CASE, &number))
		return;
	args.number = test_number_text(h, number);
	fill_args(w, h, &args);
	struct row_case c = test_case(h, number);
	size_t i = a_step(w, &c);
	memset(&request, 0, sizeof(request));
	record_project(record_case_args(), &args, cmds[steps[i].cmd].record(), &request);
	if (steps[i].cmd == CMD_case_merge) {
		if (!any_number(w, h, NOUN_CASE, &into))
			return;
		into = (struct num){ number.series, number.n == 1 ? 2 : 1, number.year };
		request.merge.into = test_number_text(h, into);
	}
	act(w, h, steps[i].role, steps[i].cmd, &request);
}

/* Another register. */

static uint32_t some_day(struct workload *w, uint32_t from)
{
	return from + (uint32_t)workload_random(w, 40);
}

static struct import_row some_row(struct workload *w, struct test_house *h, uint64_t line)
{
	struct import_row row = { .line = line,
		.key = arena_format(&h->arena, "S%u", (unsigned)workload_random(w, 300)),
		.unit = text_of(workload_random(w, 4) ? "98101" : "98102"),
		.received = some_day(w, test_day("2024-11-01")) };
	if (workload_random(w, 3) == 0)
		row.kind = text_of(workload_random(w, 2) ? "KN" : "PHAN_ANH");
	if (workload_random(w, 2))
		row.accepted = some_day(w, row.received);
	if (workload_random(w, 2))
		row.settled = some_day(w, row.received);
	if (workload_random(w, 2))
		row.summary = text_of("Xin xác nhận đất");
	if (workload_random(w, 4) == 0)
		row.due = some_day(w, row.received);
	return row;
}

static void take_over(struct workload *w, struct test_house *h)
{
	static const uint8_t file[32] = { 1 };
	struct text source = text_of("so-cu");
	struct import_row rows[6];
	struct row_import at = { .next = 1 };
	struct import_cases q = { .source = source,
		.file = bytes_of(file, sizeof(file)),
		.rows = { rows, workload_random(w, COUNT(rows) + 1) } };
	(void)test_row(h, STORE_import, key_of_import(q.file, source), record_row_import(), &at);
	q.first = at.next == 0 ? 1 : at.next;
	for (size_t i = 0; i < q.rows.n; i++)
		rows[i] = some_row(w, h, q.first + i);
	q.next = q.first + q.rows.n + 1;
	act(w, h, "leader", CMD_import_cases, &q);
}

/* The house itself. */

/* Two leaders, mostly of the same mind. */
static void recover(struct workload *w, struct test_house *h)
{
	uint8_t secret[32], token[32], next[32];
	static const char *const units[] = { "98101", "98102" };
	memset(secret, TEST_SHEET_BYTE + (int)w->sheets + 1, sizeof(secret));
	sheet_token(secret, next);
	memset(secret, TEST_SHEET_BYTE + (int)w->sheets, sizeof(secret));
	memset(token, (int)workload_random(w, 2), sizeof(token));
	token[0] = (uint8_t)w->sheets;
	struct recovery_agree q = { bytes_of(secret, 32), bytes_of(token, 32), bytes_of(next, 32),
		text_of("Hà Thị Mười") };
	for (size_t i = 0; i < COUNT(units); i++) {
		struct row_state before, after;
		struct fault f;
		struct key one = { .n = 1 };
		(void)test_row(h, STORE_state, one, record_row_state(), &before);
		enum err err = test_act(
			h, test_officer(h, "leader", units[i]), CMD_recovery_agree, &q, &f);
		assert(err == OK || err_row(err)->blame == CALLER);
		(void)test_row(h, STORE_state, one, record_row_state(), &after);
		w->done++;
		w->refused += err != OK;
		w->sheets += after.officers > before.officers;
		if (one_in(w, 4))
			break;
	}
}

static void keep_house(struct workload *w, struct test_house *h)
{
	struct clock_accept clock = { h->now, text_of("đồng hồ lệch") };
	struct unit_new unit = { .code = arena_format(&h->arena, "98101-%u", (unsigned)w->done),
		.name = text_of("Tổ công tác"),
		.kind = text_of("office"),
		.level = text_of("commune"),
		.parent = text_of("98101"),
		.from = test_day("2026-01-01") };
	struct unit_add units = { .units = { &unit, 1 } };
	const struct test_officer *fresh;
	struct officer_handover handover = {
		.giver = one_in(w, 3) ? test_officer(h, "custodian", "")->number : a_worker(w, h),
		.taker = a_worker(w, h),
		.reason = text_of("nghỉ hưu")
	};
	if (one_in(w, 4) && handover.giver != 0 && handover.taker != 0)
		act(w, h, "admin", CMD_officer_handover, &handover);
	if (one_in(w, 6))
		recover(w, h);
	switch (workload_random(w, 4)) {
	case 0:
		act(w, h, "admin", CMD_clock_accept, &clock);
		break;
	case 1:
		act(w, h, "admin", CMD_unit_add, &units);
		break;
	case 2:
		act(w, h, "admin", CMD_unit_add, &units);
		act(w, h, "admin", CMD_unit_end,
			&(struct unit_end){ unit.code, test_day("2030-01-01") });
		break;
	default:
		if (h->officer_count >= TEST_OFFICERS_MAX)
			break;
		fresh = test_officer_new(h, "monitor", "98102");
		act(w, h, "admin", CMD_grant_add,
			&(struct grant_add){
				.officer = fresh->number, .role = text_of("auditor") });
		act(w, h, "admin", CMD_grant_end, &(struct grant_end){ fresh->number, 1, 0 });
		act(w, h, "admin", CMD_key_revoke,
			&(struct key_revoke){
				bytes_of(fresh->key, KEY_ID_BYTES), text_of("mất máy") });
		break;
	}
}

static void one(struct workload *w, struct test_house *h)
{
	uint64_t pick = workload_random(w, 100);
	tick(w, h);
	arena_reset(&h->arena);
	if (pick < 15)
		record(w, h);
	else if (pick < 25)
		amend(w, h);
	else if (pick < 40)
		conclude(w, h);
	else if (pick < 44)
		take_over(w, h);
	else if (pick < 50)
		attend(w, h);
	else if (pick < 57)
		receive(w, h);
	else if (pick < 66)
		paperwork(w, h);
	else if (pick < 98)
		step(w, h);
	else
		keep_house(w, h);
}

/* What is rare otherwise, since it wants several actions in a row. */
static void counter_day(struct workload *w, struct test_house *h, unsigned rounds)
{
	test_begin(h);
	for (unsigned i = 0; i < rounds; i++) {
		uint64_t made = w->papers;
		receive(w, h);
		attend(w, h);
		read_minutes(w, h);
		make_paper(w, h);
		if (w->papers == made)
			continue;
		struct text code = some_code(w);
		stamp_paper(w, h, code);
		attest_paper(w, h, "receptionist", code);
		attest_paper(w, h, "records_clerk", code);
	}
	test_commit(h);
}

void workload_run(struct workload *w, struct test_house *h, unsigned actions)
{
	uint64_t until = w->done + actions;
	while (w->done < until) {
		test_begin(h);
		for (unsigned i = 0; i < BATCH && w->done < until; i++)
			one(w, h);
		test_commit(h);
	}
	counter_day(w, h, actions / 15);
}

void workload_close_store(struct test_house *h)
{
	ledger_close(h->ledger);
	db_close(h->db);
	h->ledger = NULL;
	h->db = NULL;
}

void workload_open_store(struct test_house *h)
{
	enum err err = db_open(&h->db, h->path, DB_WRITE, NULL);
	assert(err == OK);
	err = ledger_open(&h->ledger, h->db, NULL);
	assert(err == OK);
}
