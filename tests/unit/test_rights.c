/*
 * test_rights.c: every command × role × place of the grant × object in the own unit, below it,
 * above it, beside it, in a unit that has ended and in one that is still to come. What must come is
 * told by the tables here, written from what the roles are for and not from the daemon's: what may
 * be seen but not done is not allowed; what may not be seen is not found, and looks like what is
 * not there.
 */
#include "tests/lib/test.h"

#include "tests/lib/house.h"

#include "daemon/basis.h"
#include "daemon/house_key.h"
#include "proto/paper.h"

#include <stdio.h>
#include <stdlib.h>

/* Who may do what. s see, w read the words, r record, c write and check conclusions, p process,
 * h handle, d decide, n notify, t read rates, k count for the Front, g make papers, z stamp them,
 * a administer, o see who is head of what. */
static const struct {
	const char *role, *rights;
} people[] = {
	{ "receptionist", "swrcntfgo" },
	{ "processor", "swpcntfgo" },
	{ "handler", "swhfo" },
	{ "leader", "swrcphdntfgo" },
	{ "records_clerk", "swcnfgzo" },
	{ "monitor", "swto" },
	{ "front", "stko" },
	{ "auditor", "sto" },
	{ "custodian", "so" },
	{ "admin", "ao" },
};

/* Where grants lie and objects are: does the tree of the one hold the other today? */
enum { OWN, CHILD, PARENT, SIBLING, PAST, COMING, SITES };
static const char *const sites[SITES] = { "98101", "98101-KT", "98", "98102", "985", "98199" };
static const struct {
	const char *place;
	bool holds[SITES];
} places[] = {
	{ "98101", { [OWN] = true, [CHILD] = true } },
	{ "98", { true, true, true, true, [PAST] = true } },
	{ "", { true, true, true, true, [PAST] = true } },
};

/* What stands in each site: meetings and cases in every state that a command needs. */
enum { OPEN_MINUTES, TO_DRAFT, TO_PUT, TO_CHECK, TO_SIGN, TO_ISSUE, MEETINGS };
enum { TO_CLASSIFY, TO_ROUTE, LEAD, TO_RESOLVE, TO_RETURN, TO_NOTIFY, TO_CLOSE, CASES };
enum { TO_STAMP, TO_ATTEST, PAPERS };

struct site {
	struct text code, meetings[MEETINGS], cases[CASES], papers[PAPERS];
	struct text first; /* number of its first person, its first visit and its first crowd */
	struct num numbers[MEETINGS];
	const struct test_officer *officer; /* with a grant there */
	uint32_t day;                       /* of its meetings */
};

struct stage {
	struct test_house *h;
	struct site sites[SITES];
	struct policy policy;
	struct house house; /* whose policy it is */
};

/* The fixture. */

static const struct test_officer *head(const struct stage *s)
{
	return test_officer(s->h, "leader", "");
}

static struct text number_there(struct stage *s, struct num number)
{
	return test_number_text(s->h, number);
}

static void record(struct stage *s, struct site *site, unsigned which, size_t count, bool closed)
{
	struct meeting_new meeting = {
		.unit = site->code, .kind = text_of("dialogue_regular"), .day = site->day
	};
	struct meeting_record q = { .meeting = { &meeting, 1 },
		.opinions = test_opinions(s->h, count, NULL, NULL),
		.count = closed ? count : 0,
		.closed = closed };
	test_must(s->h, head(s), CMD_meeting_record, &q);
	struct row_unit row;
	bool old = site->day < test_day("2025-07-01");
	uint32_t id = test_unit(s->h, sites[site - s->sites], old ? "2025-06-01" : "2026-02-01");
	assert_true(test_row(s->h, STORE_unit, key_of_u32(id), record_row_unit(), &row));
	site->numbers[which] = (struct num){ (uint32_t)row.series, which + 1, old ? 2025 : 2026 };
	site->meetings[which] = number_there(s, site->numbers[which]);
}

static void draft(struct stage *s, struct site *site, unsigned which, bool put)
{
	static const uint32_t both[] = { 1, 2 };
	struct meeting_number number = { site->meetings[which] };
	struct item_new item = { .opinions = { both, 2 },
		.how = text_of("answer"),
		.words = text_of("Đã trả lời tại chỗ") };
	struct conclusion_put q = { site->meetings[which], 1, 1, { &item, 1 } };
	test_must(s->h, head(s), CMD_conclusion_draft, &number);
	if (put)
		test_must(s->h, head(s), CMD_conclusion_put, &q);
}

static struct conclusion_step step_of_site(struct stage *s, const struct site *site, unsigned which)
{
	uint8_t *content = arena_alloc(&s->h->arena, 32, 1);
	test_content(s->h, site->numbers[which], 1, content);
	return (struct conclusion_step){
		.meeting = site->meetings[which], .version = 1, .content = bytes_of(content, 32)
	};
}

static void conclusions(struct stage *s, struct site *site)
{
	struct registration_new one = { .slip = text_of("7") };
	struct registration_add registered = { .registrations = { &one, 1 } };
	record(s, site, OPEN_MINUTES, CASES, false);
	registered.meeting = site->meetings[OPEN_MINUTES];
	test_must(s->h, head(s), CMD_registration_add, &registered);
	for (unsigned which = TO_DRAFT; which < MEETINGS; which++) {
		record(s, site, which, 2, true);
		if (which >= TO_PUT)
			draft(s, site, which, which >= TO_CHECK);
		struct conclusion_step q = step_of_site(s, site, which);
		if (which >= TO_SIGN)
			test_must(s->h, head(s), CMD_conclusion_check, &q);
		if (which >= TO_ISSUE)
			test_must(s->h, head(s), CMD_conclusion_sign, &q);
	}
}

static struct case_classify classify_request(struct text number)
{
	return (struct case_classify){
		.number = number, .kind = text_of("KIEN_NGHI"), .topic = text_of("water")
	};
}

static struct case_refer refer_request(struct text number, const char *to)
{
	return (struct case_refer){
		.number = number, .to = text_of(to), .document = text_of("12/CV")
	};
}

static struct case_resolve resolve_request(struct text number)
{
	return (struct case_resolve){
		.number = number, .outcome = text_of("done"), .text = text_of("Đã sửa xong")
	};
}

static struct case_attach attach_request(struct text number)
{
	return (struct case_attach){ .number = number,
		.name = text_of("ảnh.jpg"),
		.sha256 =
			text_of("0000000000000000000000000000000000000000000000000000000000000000"),
		.size = 1000 };
}

static struct document_receive documents_request(struct stage *s, struct text number)
{
	struct document_new *one = arena_alloc(&s->h->arena, 1, sizeof(*one));
	*one = (struct document_new){
		.pages = 2, .condition = text_of("copy"), .name = text_of("Đơn")
	};
	return (struct document_receive){ number, { one, 1 } };
}

/* A person, a visit and a crowd of two, of whom one may withdraw; a document. */
static void visitors(struct stage *s, struct site *site)
{
	struct crowd_member members[] = { { .name = text_of("Vàng A Páo"), .representative = 1 },
		{ .name = text_of("Lò Thị Mẩy") } };
	struct person_add person = {
		.unit = site->code, .name = text_of("Lò Văn Ún"), .reason = text_of("quên")
	};
	struct visit_add visit = {
		.unit = site->code, .day = site->day, .name = text_of("Lò Văn Ún")
	};
	struct crowd_form crowd = {
		.unit = site->code, .day = site->day, .people = 3, .members = { members, 2 }
	};
	struct document_receive documents = documents_request(s, site->cases[TO_ROUTE]);
	test_must(s->h, head(s), CMD_document_receive, &documents);
	site->first = number_there(s, (struct num){ site->numbers[0].series, 1, 2026 });
	if (site ==
		&s->sites[PAST]) /* nobody is received there today: by hand, as of a day before */
		return;
	test_must(s->h, head(s), CMD_person_add, &person);
	test_must(s->h, head(s), CMD_visit_add, &visit);
	test_must(s->h, head(s), CMD_crowd_form, &crowd);
}

/* A dispatch of a case, whose text is so many zeros that no two have the same. */
static struct paper_make dispatch_request(struct stage *s, struct text number, unsigned which)
{
	static unsigned made;
	made++;
	return (struct paper_make){ .paper = text_of("dispatch"),
		.of = number,
		.to = text_of(which == TO_STAMP ? "97101" : "98101-CA"),
		.sha256 = arena_format(&s->h->arena, "%064x", made),
		.size = 10 + made };
}

static void papers(struct stage *s, struct site *site)
{
	for (unsigned i = 0; i < PAPERS; i++) {
		char code[CROCKFORD_SIGNS + 1];
		struct paper_make q = dispatch_request(s, site->cases[TO_ROUTE], i);
		q.sha256.p =
			arena_format(&s->h->arena, "%08x%.*s", (unsigned)q.size, 56, q.sha256.p).p;
		test_must(s->h, head(s), CMD_paper_make, &q);
		assert_true(paper_code(q.sha256, code));
		site->papers[i] = arena_format(&s->h->arena, "%s", code);
		struct paper_stamp stamp = { .code = site->papers[i] };
		if (i == TO_ATTEST)
			test_must(s->h, test_officer(s->h, "records_clerk", ""), CMD_paper_stamp,
				&stamp);
	}
}

static void cases(struct stage *s, struct site *site)
{
	for (unsigned i = 0; i < CASES; i++) {
		struct text number = site->cases[i] = number_there(
			s, test_opinion(s->h, site->numbers[OPEN_MINUTES], i + 1).number);
		struct case_classify classify = classify_request(number);
		struct case_refer refer = refer_request(number, "97101");
		struct case_day accept = { .number = number };
		struct case_resolve resolve = resolve_request(number);
		struct case_notify notify = { .number = number, .channel = text_of("paper") };
		struct case_attach attach = attach_request(number);
		if (i == TO_CLASSIFY)
			test_must(s->h, head(s), CMD_case_attach, &attach);
		if (i >= TO_ROUTE)
			test_must(s->h, head(s), CMD_case_classify, &classify);
		if (i == TO_RETURN)
			test_must(s->h, head(s), CMD_case_refer, &refer);
		else if (i >= TO_RESOLVE)
			test_must(s->h, head(s), CMD_case_accept,
				&(struct case_accept){ .number = accept.number });
		if (i >= TO_NOTIFY)
			test_must(s->h, head(s), CMD_case_resolve, &resolve);
		if (i >= TO_CLOSE)
			test_must(s->h, head(s), CMD_case_notify, &notify);
	}
}

/* Rows of a unit that is still to come can only be put there by hand: copies of the own unit's. */

static void copy_rows(struct stage *s, enum store table, uint32_t from, uint32_t to)
{
	struct key prefix = key_of_u32(from);
	struct bytes key, value;
	struct {
		struct key key;
		struct bytes value;
	} * rows;
	size_t n = 0;
	rows = arena_alloc(&s->h->arena, 200, sizeof(*rows));
	struct scan scan;
	scan_open(&scan, ledger_txn(s->h->ledger), table, key_bytes(&prefix));
	while (scan_next(&scan, &key, &value)) {
		assert_true(n < 200);
		memcpy(rows[n].key.p, key.p, key.n);
		rows[n].key.n = key.n;
		put_u32(rows[n].key.p, to);
		rows[n++].value = arena_bytes(&s->h->arena, value);
	}
	scan_close(&scan);
	for (size_t i = 0; i < n; i++)
		txn_put(ledger_txn(s->h->ledger), table, key_bytes(&rows[i].key), rows[i].value);
}

static void move_meeting(struct stage *s, struct num number)
{
	struct row_meeting row = test_meeting(s->h, number);
	row.unit = number.series;
	row_put(ledger_txn(s->h->ledger), STORE_meeting, key_of_num(number), record_row_meeting(),
		&row);
	for (uint32_t i = 1; i <= row.count; i++) {
		struct row_opinion o = test_opinion(s->h, number, i);
		o.number.series = number.series;
		row_put(ledger_txn(s->h->ledger), STORE_opinion, key_of_num_u32(number, i),
			record_row_opinion(), &o);
		struct row_case c = test_case(s->h, o.number);
		c.unit = c.with = number.series;
		c.meeting.series = number.series;
		row_put(ledger_txn(s->h->ledger), STORE_case, key_of_num(o.number),
			record_row_case(), &c);
	}
}

/* Those of the first site, as if a site that does not stand today had received them. */
static void copy_visitors(struct stage *s, struct site *to, const char *day)
{
	struct row_person person;
	struct row_visit visit;
	struct row_crowd crowd;
	struct row_member member;
	struct txn *txn = ledger_txn(s->h->ledger);
	uint32_t unit = test_unit(s->h, sites[to - s->sites], day);
	struct num from = { s->sites[OWN].numbers[0].series, 1, 2026 }, at = { unit, 1, 2026 };
	assert_true(test_row(s->h, STORE_person, key_of_num(from), record_row_person(), &person));
	assert_true(test_row(s->h, STORE_visit, key_of_num(from), record_row_visit(), &visit));
	assert_true(test_row(s->h, STORE_crowd, key_of_num(from), record_row_crowd(), &crowd));
	assert_true(test_row(
		s->h, STORE_member, key_of_num_u32(from, 1), record_row_member(), &member));
	person.unit = visit.unit = crowd.unit = unit;
	row_put(txn, STORE_person, key_of_num(at), record_row_person(), &person);
	row_put(txn, STORE_visit, key_of_num(at), record_row_visit(), &visit);
	row_put(txn, STORE_crowd, key_of_num(at), record_row_crowd(), &crowd);
	row_put(txn, STORE_member, key_of_num_u32(at, 1), record_row_member(), &member);
	to->first = number_there(s, at);
}

static void copy_paper(struct stage *s, struct text from, struct text *to, uint32_t unit)
{
	struct row_paper row;
	assert_true(test_row(s->h, STORE_paper, key_of_text(from), record_row_paper(), &row));
	row.unit = row.of.series = unit;
	*to = arena_format(&s->h->arena, "Z%.11s", from.p + 1);
	row_put(ledger_txn(s->h->ledger), STORE_paper, key_of_text(*to), record_row_paper(), &row);
}

static void copy_site(struct stage *s, const struct site *from, struct site *to)
{
	static const enum store tables[] = { STORE_meeting, STORE_opinion, STORE_conclusion,
		STORE_item, STORE_case, STORE_document };
	uint32_t old = from->numbers[0].series, new = test_unit(s->h, "98199", "2030-01-01");
	for (size_t i = 0; i < COUNT(tables); i++)
		copy_rows(s, tables[i], old, new);
	for (unsigned i = 0; i < MEETINGS; i++) {
		to->numbers[i] = from->numbers[i];
		to->numbers[i].series = new;
		move_meeting(s, to->numbers[i]);
		to->meetings[i] = number_there(s, to->numbers[i]);
	}
	for (unsigned i = 0; i < CASES; i++)
		to->cases[i] = number_there(
			s, test_opinion(s->h, to->numbers[OPEN_MINUTES], i + 1).number);
	for (unsigned i = 0; i < PAPERS; i++)
		copy_paper(s, from->papers[i], &to->papers[i], new);
}

/* An officer of the site; of one that does not stand today, by hand. */
static void staff(struct stage *s, struct site *site, bool stands)
{
	const char *code = sites[site - s->sites];
	struct row_grant row;
	site->officer = test_officer_new(s->h, "monitor", stands ? code : "97101");
	if (stands)
		return;
	struct key key = key_of_pair(site->officer->number, 1);
	assert_true(test_row(s->h, STORE_grant, key, record_row_grant(), &row));
	row.unit = test_unit(s->h, code, site == &s->sites[PAST] ? "2025-06-01" : "2030-01-01");
	row_put(ledger_txn(s->h->ledger), STORE_grant, key, record_row_grant(), &row);
}

static int open_stage(void **state)
{
	static struct stage s;
	s = (struct stage){ .h = test_house_open() };
	test_begin(s.h);
	for (unsigned i = 0; i < SITES; i++) {
		struct site *site = &s.sites[i];
		site->code = text_of(sites[i]);
		site->day = test_day(i == PAST ? "2025-06-01" : "2026-02-01");
		staff(&s, site, i != PAST && i != COMING);
		if (i == COMING)
			continue;
		conclusions(&s, site);
		cases(&s, site);
		papers(&s, site);
		visitors(&s, site);
	}
	copy_visitors(&s, &s.sites[PAST], "2025-06-01");
	copy_site(&s, &s.sites[OWN], &s.sites[COMING]);
	copy_visitors(&s, &s.sites[COMING], "2030-01-01");
	test_commit(s.h);
	struct txn *txn = test_txn(s.h);
	enum err err = house_refresh(&s.house, txn, NULL);
	assert_int_equal(err, OK);
	test_txn_end(s.h, txn);
	s.policy = s.house.policy;
	*state = &s;
	return 0;
}

static int close_stage(void **state)
{
	struct stage *s = *state;
	house_fini(&s->house);
	test_house_close(s->h);
	return 0;
}

/* One action with the object, as anyone with the right could do it. */

#define NEW(s, type, ...) keep((s), &(struct type){ __VA_ARGS__ }, sizeof(struct type))

static void *keep(struct stage *s, const void *record, size_t n)
{
	void *kept = arena_alloc(&s->h->arena, 1, n);
	memcpy(kept, record, n);
	return kept;
}

typedef const void *make_request(struct stage *s, const struct site *site);

/* clang-format off */
#define ASK(name, type, ...) \
	static const void *ask_##name(struct stage *s, const struct site *site) \
	{ \
		(void)site; \
		return NEW(s, type, __VA_ARGS__); \
	}
#define a_hash         bytes_of("0123456789abcdef0123456789abcdef", 32)
#define a_sheet        bytes_of("^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", 32)
static const uint32_t the_first[] = { 1 };
#define MEETING(which) .meeting = site->meetings[which]
#define CASE(which) .number = site->cases[which]

ASK(open, meeting_new, .unit = site->code, .kind = text_of("dialogue_regular"), .day = site->day)
ASK(record, meeting_record, .meeting = { keep(s, ask_open(s, site), sizeof(struct meeting_new)), 1 })
ASK(import_row, import_row, .key = text_of("S1"), .line = 2, .unit = site->code, .received = site->day)
ASK(import, import_cases, .source = text_of("so-cu"), .file = a_hash, .first = 1, .next = 3,
	.rows = { keep(s, ask_import_row(s, site), sizeof(struct import_row)), 1 })
ASK(add, opinion_add, MEETING(OPEN_MINUTES), .opinions = test_opinions(s->h, 1, NULL, NULL))
ASK(void, opinion_void, MEETING(OPEN_MINUTES), .ordinal = 1, .ground = text_of("error"))
ASK(split, opinion_split, MEETING(OPEN_MINUTES), .ordinal = 1,
	.opinions = test_opinions(s->h, 2, NULL, NULL))
ASK(minutes, minutes_close, MEETING(OPEN_MINUTES), .count = CASES)
ASK(register, registration_add, MEETING(OPEN_MINUTES),
	.registrations = { NEW(s, registration_new, .slip = text_of("1")), 1 })
ASK(mark, registration_mark, MEETING(OPEN_MINUTES), .numbers = { the_first, 1 },
	.state = text_of("heard"))
ASK(list, registration_list, MEETING(OPEN_MINUTES))
ASK(tally, tally_sign, MEETING(OPEN_MINUTES), .speakers = 1)
ASK(person, person_add, .unit = site->code, .name = text_of("Sùng A Tủa"), .reason = text_of("mất"))
ASK(amend, person_amend, .person = site->first, .name = text_of("Sùng A Tủa"),
	.reason = text_of("mất"))
ASK(find, person_find, .unit = site->code, .name = text_of("lo"))
ASK(one_person, person_number, .person = site->first)
ASK(visit, visit_add, .unit = site->code, .day = site->day, .name = text_of("Sùng A Tủa"))
ASK(visits, visit_list, .unit = site->code)
ASK(void_visit, visit_void, .visit = site->first, .ground = text_of("error"))
ASK(one_visit, visit_number, .visit = site->first)
ASK(crowd, crowd_form, .unit = site->code, .day = site->day, .people = 7)
ASK(bind, crowd_bind, .crowd = site->first, CASE(TO_ROUTE))
ASK(join, crowd_join, .crowd = site->first,
	.members = { NEW(s, crowd_member, .name = text_of("Sùng A Tủa")), 1 })
ASK(withdraw, crowd_withdraw, .crowd = site->first, .members = { the_first, 1 })
ASK(crowds, crowd_list, .unit = site->code)
ASK(void_crowd, crowd_void, .crowd = site->first, .ground = text_of("error"))
ASK(one_crowd, crowd_show, .crowd = site->first)
ASK(void_document, document_void, CASE(TO_ROUTE), .n = 1, .ground = text_of("error"))
ASK(register_rows, register_ask, .unit = site->code, .from = test_day("2026-02-01"),
	.to = test_day("2026-02-01"))
ASK(people, people_ask, .unit = site->code, .from = test_day("2026-02-01"),
	.to = test_day("2026-02-01"))
ASK(read_back, minutes_read, MEETING(OPEN_MINUTES))
ASK(object, minutes_object, MEETING(OPEN_MINUTES), .name = text_of("Sùng A Tủa"),
	.words = text_of("Không đúng"))
ASK(paper, paper_make, .paper = text_of("minutes"), .of = site->meetings[OPEN_MINUTES],
	.sha256 = text_of("ff00000000000000000000000000000000000000000000000000000000000000"),
	.size = 5)
ASK(stamp, paper_stamp, .code = site->papers[TO_STAMP])
ASK(cancel, paper_cancel, .code = site->papers[TO_ATTEST], .reason = text_of("ghi nhầm"))
ASK(attest, paper_attest, .code = site->papers[TO_ATTEST], .scan = a_hash,
	.signer = text_of("Vàng A Páo"))
ASK(paper_code, paper_code, .code = site->papers[TO_STAMP])
ASK(papers, paper_list, .unit = site->code)
ASK(draft, meeting_number, MEETING(TO_DRAFT))
ASK(put, conclusion_put, MEETING(TO_PUT), .version = 1, .first = 1)

ASK(classify, case_classify, CASE(TO_CLASSIFY), .kind = text_of("KN"))
ASK(accept, case_accept, CASE(TO_ROUTE))
ASK(route, case_route, CASE(TO_ROUTE))
ASK(refer, case_refer, CASE(TO_ROUTE), .to = text_of("97101"), .document = text_of("12/CV"))
ASK(acknowledge, case_day, CASE(TO_RETURN))
ASK(return, case_return, CASE(TO_RETURN), .ground = text_of("not_ours"))
ASK(recall, case_return, CASE(TO_RETURN), .ground = text_of("error"))
ASK(guide, case_guide, CASE(TO_ROUTE), .to = text_of("97101"))
ASK(ground, case_ground, CASE(TO_ROUTE), .ground = text_of("no_reason"))
ASK(resolve, case_resolve, CASE(TO_RESOLVE), .outcome = text_of("done"), .text = text_of("Đã xong"))
ASK(feedback, case_feedback, CASE(TO_CLOSE), .word = text_of("satisfied"))
ASK(reopen, case_reopen, CASE(TO_CLOSE), .words = text_of("Có tình tiết mới"))
ASK(notify, case_notify, CASE(TO_NOTIFY), .channel = text_of("paper"))
ASK(done, case_day, CASE(TO_NOTIFY))
ASK(close, case_day, CASE(TO_CLOSE))
ASK(assign, case_assign, CASE(TO_CLASSIFY), .owner = head(s)->number)
ASK(merge, case_merge, CASE(TO_ROUTE), .into = site->cases[LEAD])

ASK(posts, post_list, .unit = site->code)
ASK(recovery, recovery_show, 0)
ASK(recover, recovery_agree, .secret = a_sheet, .token = a_hash, .recovery = a_hash,
	.name = text_of("Hà"))
ASK(unit_end, unit_end, .code = site->code, .until = test_day("2027-01-01"))
ASK(invite, officer_invite, .unit = site->code, .role = text_of("handler"), .name = text_of("Hoa"),
	.token = bytes_of("0123456789abcdef0123456789abcdef", 32))
ASK(grant_add, grant_add, .officer = s->sites[SIBLING].officer->number, .role = text_of("front"),
	.unit = site->code)
ASK(grant_end, grant_end, .officer = site->officer->number, .grant = 1)
ASK(revoke, key_revoke, .key = bytes_of(site->officer->key, KEY_ID_BYTES))
ASK(policy, policy_adopt, .policy = { &s->policy, 1 })
ASK(clock, clock_accept, .now = s->h->now)

ASK(nothing, nothing, 0)
ASK(page, page, 0)
ASK(line, officer_line, .token = a_hash)
ASK(unit_list, unit_list, .unit = site->code)
ASK(officer, officer_number, .officer = site->officer->number)
ASK(meeting_list, meeting_list, .unit = site->code)
ASK(meeting, meeting_number, MEETING(TO_CHECK))
ASK(opinion_list, opinion_list, MEETING(TO_CHECK))
ASK(conclusion, conclusion_show, MEETING(TO_CHECK))
ASK(case_list, case_list, .unit = site->code)
ASK(case, case_number, CASE(TO_CLASSIFY))
ASK(rate, rate_ask, .rate = text_of("inclusion"), .unit = site->code,
	.from = test_day("2026-01-01"), .to = test_day("2026-03-01"))
ASK(export_cases, export_cases, .unit = site->code)
ASK(journal_list, journal_list, .unit = site->code)
ASK(import_status, import_ask, .source = text_of("so-cu"), .file = a_hash)
ASK(cohort, cohort_ask, .unit = site->code)
/* clang-format on */

static const void *ask_backlog(struct stage *s, const struct site *site)
{
	struct text *day = arena_alloc(&s->h->arena, 1, sizeof(*day));
	*day = text_of("2026-03-01");
	return NEW(s, backlog_ask, .unit = site->code, .at = { day, 1 });
}

/* A unit below the site, on days on which it stands. */
static const void *ask_unit_add(struct stage *s, const struct site *site)
{
	bool ended = site == &s->sites[PAST], future = site == &s->sites[COMING];
	struct unit_new *unit = arena_alloc(&s->h->arena, 1, sizeof(*unit));
	*unit = (struct unit_new){ .code = text_of("98-NEW"),
		.name = text_of("mới"),
		.kind = text_of("office"),
		.level = text_of("commune"),
		.parent = site->code,
		.from = test_day(ended    ? "2025-01-01"
				 : future ? "2031-01-01"
					  : "2026-01-01"),
		.until = ended ? test_day("2025-06-01") : 0 };
	return NEW(s, unit_add, .units = { unit, 1 });
}

static const void *ask_documents(struct stage *s, const struct site *site)
{
	struct document_receive q = documents_request(s, site->cases[TO_ROUTE]);
	return keep(s, &q, sizeof(q));
}

static const void *ask_attach(struct stage *s, const struct site *site)
{
	struct case_attach q = attach_request(site->cases[TO_CLASSIFY]);
	return keep(s, &q, sizeof(q));
}

/* The paper of a sealed case, which the officer of the site keeps. */
static const void *ask_handover(struct stage *s, const struct site *site)
{
	struct case_classify q = { .number = site->cases[TO_CLASSIFY],
		.kind = text_of("TC"),
		.custodian = site->officer->number,
		.paper = text_of("tủ 3") };
	if (site != &s->sites[COMING])
		test_must(s->h, head(s), CMD_case_classify, &q);
	return NEW(s, officer_handover, .giver = site->officer->number,
		.taker = test_officer(s->h, "custodian", "")->number);
}

/* The file that was attached at last. */
static const void *ask_attachment(struct stage *s, const struct site *site)
{
	struct case_attachment q = { .number = site->cases[TO_CLASSIFY] };
	struct row_case row;
	struct num number = test_opinion(s->h, site->numbers[OPEN_MINUTES], TO_CLASSIFY + 1).number;
	assert_true(test_row(s->h, STORE_case, key_of_num(number), record_row_case(), &row));
	q.entry = row.last;
	return keep(s, &q, sizeof(q));
}

/* Whoever has the secret may ask. */
static const void *ask_status(struct stage *s, const struct site *site)
{
	char secret[CROCKFORD_SIGNS + 1];
	struct key key = key_of_num(test_number(s->h, site->cases[TO_CLASSIFY].p));
	house_receipt(s->h->secret, key_bytes(&key), secret);
	return NEW(s, case_status, CASE(TO_CLASSIFY),
		.secret = arena_format(&s->h->arena, "%s", secret));
}

static const void *ask_sign_minutes(struct stage *s, const struct site *site)
{
	uint8_t *content = arena_alloc(&s->h->arena, 32, 1);
	struct txn *txn = test_txn(s->h);
	struct num meeting = site->numbers[TO_DRAFT];
	assert_int_equal(minutes_content(txn, meeting, &s->h->arena, content, NULL), OK);
	test_txn_end(s->h, txn);
	return NEW(s, minutes_sign, MEETING(TO_DRAFT), .content = bytes_of(content, 32));
}

static const void *ask_check(struct stage *s, const struct site *site)
{
	struct conclusion_step q = step_of_site(s, site, TO_CHECK);
	return keep(s, &q, sizeof(q));
}

static const void *ask_sign(struct stage *s, const struct site *site)
{
	struct conclusion_step q = step_of_site(s, site, TO_SIGN);
	return keep(s, &q, sizeof(q));
}

static const void *ask_issue(struct stage *s, const struct site *site)
{
	struct conclusion_step q = step_of_site(s, site, TO_ISSUE);
	return keep(s, &q, sizeof(q));
}

/* What a command is about. */
enum about {
	ANYTHING,   /* nothing in particular: who has the right anywhere */
	REGISTER,   /* the register itself, which everyone sees */
	THING,      /* a meeting or case of the site */
	OFFICER,    /* an officer of the site, whom those over the whole register always see */
	UNIT_THEN,  /* a unit, on the day of the meeting */
	UNIT_TODAY, /* a unit that must stand today */
	UNIT_ABOVE, /* a unit to be the parent: of another day, for those over the whole register */
	LEADERS,    /* the register itself, by who is head of anything */
	SCOPE,      /* what is seen of the tree of a unit that must stand */
};

static const struct {
	enum cmd cmd;
	char right; /* 0: any officer */
	enum about about;
	make_request *request;
} verbs[] = {
	{ CMD_meeting_open, 'r', UNIT_THEN, ask_open },
	{ CMD_meeting_record, 'r', UNIT_THEN, ask_record },
	{ CMD_opinion_add, 'r', THING, ask_add },
	{ CMD_opinion_void, 'r', THING, ask_void },
	{ CMD_opinion_split, 'p', THING, ask_split },
	{ CMD_minutes_close, 'r', THING, ask_minutes },
	{ CMD_registration_add, 'r', THING, ask_register },
	{ CMD_registration_mark, 'r', THING, ask_mark },
	{ CMD_registration_list, 's', THING, ask_list },
	{ CMD_tally_sign, 'k', THING, ask_tally },
	{ CMD_conclusion_draft, 'c', THING, ask_draft },
	{ CMD_conclusion_put, 'c', THING, ask_put },
	{ CMD_conclusion_check, 'c', THING, ask_check },
	{ CMD_conclusion_sign, 'd', THING, ask_sign },
	{ CMD_conclusion_issue, 'd', THING, ask_issue },
	{ CMD_case_classify, 'p', THING, ask_classify },
	{ CMD_case_accept, 'd', THING, ask_accept },
	{ CMD_case_route, 'p', THING, ask_route },
	{ CMD_case_refer, 'd', THING, ask_refer },
	{ CMD_case_acknowledge, 'h', THING, ask_acknowledge },
	{ CMD_case_return, 'h', THING, ask_return },
	{ CMD_case_recall, 'd', THING, ask_recall },
	{ CMD_case_guide, 'p', THING, ask_guide },
	{ CMD_case_not_accept, 'd', THING, ask_ground },
	{ CMD_case_file, 'd', THING, ask_ground },
	{ CMD_case_resolve, 'h', THING, ask_resolve },
	{ CMD_case_notify, 'n', THING, ask_notify },
	{ CMD_case_done, 'h', THING, ask_done },
	{ CMD_case_close, 'd', THING, ask_close },
	{ CMD_case_feedback, 'n', THING, ask_feedback },
	{ CMD_case_reopen, 'p', THING, ask_reopen },
	{ CMD_case_receipt, 'n', THING, ask_case },
	{ CMD_case_status, 0, ANYTHING, ask_status },
	{ CMD_case_merge, 'p', THING, ask_merge },
	{ CMD_case_assign, 'p', THING, ask_assign },
	{ CMD_case_attach, 'f', THING, ask_attach },
	{ CMD_case_attachment, 'w', THING, ask_attachment },
	{ CMD_person_add, 'r', UNIT_TODAY, ask_person },
	{ CMD_person_amend, 'r', THING, ask_amend },
	{ CMD_person_find, 'w', SCOPE, ask_find },
	{ CMD_person_show, 'w', THING, ask_one_person },
	{ CMD_visit_add, 'r', UNIT_THEN, ask_visit },
	{ CMD_visit_void, 'r', THING, ask_void_visit },
	{ CMD_visit_list, 's', SCOPE, ask_visits },
	{ CMD_visit_show, 's', THING, ask_one_visit },
	{ CMD_crowd_form, 'r', UNIT_THEN, ask_crowd },
	{ CMD_crowd_bind, 'r', THING, ask_bind },
	{ CMD_crowd_join, 'r', THING, ask_join },
	{ CMD_crowd_withdraw, 'r', THING, ask_withdraw },
	{ CMD_crowd_void, 'r', THING, ask_void_crowd },
	{ CMD_crowd_list, 's', SCOPE, ask_crowds },
	{ CMD_crowd_show, 's', THING, ask_one_crowd },
	{ CMD_document_receive, 'r', THING, ask_documents },
	{ CMD_document_void, 'r', THING, ask_void_document },
	{ CMD_document_list, 's', THING, ask_case },
	{ CMD_register_list, 's', SCOPE, ask_register_rows },
	{ CMD_report_people, 't', SCOPE, ask_people },
	{ CMD_minutes_read, 'r', THING, ask_read_back },
	{ CMD_minutes_object, 'r', THING, ask_object },
	{ CMD_minutes_sign, 'r', THING, ask_sign_minutes },
	{ CMD_paper_make, 'g', THING, ask_paper },
	{ CMD_paper_stamp, 'z', THING, ask_stamp },
	{ CMD_paper_cancel, 'z', THING, ask_cancel },
	{ CMD_paper_attest, 'g', THING, ask_attest },
	{ CMD_paper_show, 's', THING, ask_paper_code },
	{ CMD_paper_text, 'w', THING, ask_paper_code },
	{ CMD_paper_list, 's', SCOPE, ask_papers },
	{ CMD_unit_add, 'a', UNIT_ABOVE, ask_unit_add },
	{ CMD_unit_end, 'a', UNIT_TODAY, ask_unit_end },
	{ CMD_officer_invite, 'a', UNIT_TODAY, ask_invite },
	{ CMD_grant_add, 'a', UNIT_TODAY, ask_grant_add },
	{ CMD_grant_end, 'a', THING, ask_grant_end },
	{ CMD_key_revoke, 'a', THING, ask_revoke },
	{ CMD_officer_handover, 'a', THING, ask_handover },
	{ CMD_post_list, 'o', SCOPE, ask_posts },
	{ CMD_recovery_agree, 'd', LEADERS, ask_recover },
	{ CMD_recovery_show, 'd', ANYTHING, ask_recovery },
	{ CMD_policy_adopt, 'a', REGISTER, ask_policy },
	{ CMD_clock_accept, 'a', REGISTER, ask_clock },
	{ CMD_whoami, 0, ANYTHING, ask_nothing },
	{ CMD_status, 0, ANYTHING, ask_nothing },
	{ CMD_policy_show, 0, ANYTHING, ask_nothing },
	{ CMD_unit_list, 0, UNIT_TODAY, ask_unit_list },
	{ CMD_officer_line, 'a', ANYTHING, ask_line },
	{ CMD_officer_list, 'a', ANYTHING, ask_page },
	{ CMD_officer_show, 'a', OFFICER, ask_officer },
	{ CMD_meeting_list, 's', SCOPE, ask_meeting_list },
	{ CMD_meeting_show, 's', THING, ask_meeting },
	{ CMD_opinion_list, 's', THING, ask_opinion_list },
	{ CMD_conclusion_show, 's', THING, ask_conclusion },
	{ CMD_case_list, 's', SCOPE, ask_case_list },
	{ CMD_case_show, 's', THING, ask_case },
	{ CMD_case_explain, 's', THING, ask_case },
	{ CMD_rate_show, 't', SCOPE, ask_rate },
	{ CMD_rate_why, 't', SCOPE, ask_rate },
	{ CMD_import_cases, 'r', UNIT_THEN, ask_import },
	{ CMD_import_status, 'r', ANYTHING, ask_import_status },
	{ CMD_export_cases, 's', SCOPE, ask_export_cases },
	{ CMD_journal_list, 0, UNIT_TODAY, ask_journal_list },
	{ CMD_report_cohort, 't', SCOPE, ask_cohort },
	{ CMD_report_backlog, 't', SCOPE, ask_backlog },
};

/* The one rule. */

static bool may(size_t person, char right)
{
	return right == 0 || strchr(people[person].rights, right) != NULL;
}

static enum err of_object(size_t person, char right, bool held)
{
	if (held && may(person, right))
		return OK;
	return held && may(person, 's') ? E_NOT_ALLOWED : E_NOT_FOUND;
}

static enum err expected(size_t verb, size_t person, size_t place, unsigned site)
{
	char right = verbs[verb].right;
	bool reads = cmds[verbs[verb].cmd].mode == CMD_READ,
	     stands = site != PAST && site != COMING;
	bool all = places[place].place[0] == '\0', held = places[place].holds[site];
	bool unit = verbs[verb].about == UNIT_TODAY || verbs[verb].about == SCOPE;
	if (reads && !may(person, right)) /* told before anything is looked at */
		return E_NOT_ALLOWED;
	if ((unit && !stands) || (verbs[verb].about == UNIT_THEN && site == COMING))
		return E_ENDED;
	switch (verbs[verb].about) {
	case ANYTHING:
		return OK;
	case LEADERS:
		return may(person, right) ? OK : E_NOT_ALLOWED;
	case REGISTER:
		return all && may(person, right) ? OK : E_NOT_ALLOWED;
	case UNIT_ABOVE:
		return (stands ? held : all) && may(person, right) ? OK : E_NOT_ALLOWED;
	case SCOPE: /* of a unit above, the part that is seen */
		return held || site == PARENT ? OK : E_NOT_FOUND;
	case UNIT_TODAY: /* units are known to everyone */
	case UNIT_THEN:
		return (held || right == 0) && may(person, right) ? OK : E_NOT_ALLOWED;
	case OFFICER:
		held |= all;
		break;
	case THING:
		break;
	}
	return of_object(person, right, held);
}

static bool try(struct stage *s, size_t verb, size_t person, size_t place, unsigned site)
{
	enum cmd cmd = verbs[verb].cmd;
	struct fault f = { 0 };
	const struct test_officer *by =
		test_officer(s->h, people[person].role, places[place].place);
	enum err want = expected(verb, person, place, site), have;
	test_begin(s->h);
	const void *request = verbs[verb].request(s, &s->sites[site]);
	if (cmds[cmd].mode == CMD_READ)
		have = test_ask(s->h, by, cmd, request, &f);
	else
		have = test_act(s->h, by, cmd, request, &f);
	test_abort(s->h);
	if (have == want)
		return true;
	printf("%s by %s of '%s' on %s: %s %s %s, not %s\n", cmds[cmd].wire, people[person].role,
		places[place].place, sites[site], have == OK ? "OK" : err_row(have)->name, f.field,
		f.what, want == OK ? "OK" : err_row(want)->name);
	return false;
}

/* Tests. */

static void every_command_role_and_object_is_as_the_table_says(void **state)
{
	struct stage *s = *state;
	size_t tried = 0, wrong = 0;
	for (size_t verb = 0; verb < COUNT(verbs); verb++)
		for (size_t person = 0; person < COUNT(people); person++)
			for (size_t place = 0; place < COUNT(places); place++)
				for (unsigned site = 0; site < SITES; site++, tried++)
					wrong += !try(s, verb, person, place, site);
	printf("%zu tried\n", tried);
	assert_int_equal(wrong, 0);
}

static void the_tables_hold_every_command_and_role(void **state)
{
	(void)state;
	for (unsigned cmd = 0; cmd < CMD_COUNT; cmd++) {
		size_t there = 0;
		for (size_t verb = 0; verb < COUNT(verbs); verb++)
			there += verbs[verb].cmd == cmd;
		bool wanted = (cmds[cmd].mode == CMD_READ || cmds[cmd].mode == CMD_WRITE) &&
			      cmd != CMD_enrol;
		assert_int_equal(there, wanted);
	}
	assert_int_equal(COUNT(people), role_count);
}

/* No grant is needed to enrol: the invitation is the right, once. */
static void an_invitation_is_good_once(void **state)
{
	struct stage *s = *state;
	struct fault f;
	const struct test_officer *by = test_officer(s->h, "custodian", "98101");
	static const uint8_t secret[32] = { 1 }, channel[32] = { 9, 1 };
	struct enrol q = { bytes_of(secret, 32), bytes_of(by->secret + 32, 32),
		bytes_of(channel, 32) };
	assert_int_equal(test_act(s->h, by, CMD_enrol, &q, &f), E_INVITATION);
}

/* The error of an action on what is there but may not be seen, and on what is not there. */
static void what_may_not_be_seen_looks_like_what_is_not_there(void **state)
{
	struct stage *s = *state;
	struct site none = s->sites[SIBLING];
	for (unsigned i = 0; i < MEETINGS; i++)
		none.meetings[i] = text_of("98102/2026/99");
	for (unsigned i = 0; i < CASES; i++)
		none.cases[i] = text_of("98102/2026/99");
	none.first = text_of("98102/2026/99");
	for (unsigned i = 0; i < PAPERS; i++)
		none.papers[i] = text_of("ZZZZZZZZZZZZ");
	for (size_t verb = 0; verb < COUNT(verbs); verb++) {
		if (verbs[verb].about != THING || verbs[verb].right == 'a')
			continue;
		for (size_t person = 0; person < COUNT(people); person++) {
			const struct test_officer *by =
				test_officer(s->h, people[person].role, "98101");
			bool reads = cmds[verbs[verb].cmd].mode == CMD_READ;
			struct fault there = { 0 }, not = { 0 };
			const void *one = verbs[verb].request(s, &s->sites[SIBLING]);
			const void *other = verbs[verb].request(s, &none);
			enum err a = reads ? test_ask(s->h, by, verbs[verb].cmd, one, &there)
					   : test_act(s->h, by, verbs[verb].cmd, one, &there);
			enum err b = reads ? test_ask(s->h, by, verbs[verb].cmd, other, &not )
					   : test_act(s->h, by, verbs[verb].cmd, other, &not );
			assert_int_equal(a, b);
			assert_string_equal(there.field, not .field);
			assert_int_equal(there.at, not .at);
			assert_int_equal(there.limit, not .limit);
			assert_int_equal(there.total, not .total);
		}
	}
}

static void grant(struct stage *s, const struct test_officer *to, const char *role,
	const char *unit, const char *from, const char *until)
{
	struct grant_add q = { .officer = to->number,
		.role = text_of(role),
		.unit = text_of(unit),
		.from = test_day(from),
		.until = until == NULL ? 0 : test_day(until) };
	test_must(s->h, test_officer(s->h, "admin", ""), CMD_grant_add, &q);
}

static enum err add(struct stage *s, const struct test_officer *by, unsigned site)
{
	struct fault f;
	test_begin(s->h);
	enum err err = test_act(s->h, by, CMD_opinion_add, ask_add(s, &s->sites[site]), &f);
	test_abort(s->h);
	return err;
}

static void the_rights_of_two_grants_do_not_mix(void **state)
{
	struct stage *s = *state;
	const struct test_officer *by = test_officer_new(s->h, "handler", "98101");
	grant(s, by, "receptionist", "98102", "2026-01-01", NULL);
	assert_int_equal(add(s, by, OWN), E_NOT_ALLOWED);
	assert_int_equal(add(s, by, SIBLING), OK);
	assert_int_equal(add(s, by, PARENT), E_NOT_FOUND);
}

static void a_grant_holds_from_its_first_day_to_its_last(void **state)
{
	struct stage *s = *state;
	const struct test_officer *by = test_officer_new(s->h, "monitor", "97101");
	grant(s, by, "receptionist", "98102", "2026-03-05", "2026-03-08");
	static const struct {
		const char *day;
		enum err want;
	} days[] = { { "2026-03-04", E_NOT_FOUND }, { "2026-03-05", OK }, { "2026-03-07", OK },
		{ "2026-03-08", E_NOT_FOUND } };
	for (size_t i = 0; i < COUNT(days); i++) {
		s->h->now = test_time(days[i].day, 9);
		assert_int_equal(add(s, by, SIBLING), days[i].want);
	}
}

/* A unit that ends takes with it what its officers may do; those above keep what it had. */
static void a_grant_over_a_unit_ends_with_it(void **state)
{
	struct stage *s = *state;
	struct unit_end q = { text_of("98102"), test_day("2026-03-10") };
	test_must(s->h, test_officer(s->h, "admin", ""), CMD_unit_end, &q);
	s->h->now = test_time("2026-03-09", 9);
	assert_int_equal(add(s, test_officer(s->h, "receptionist", "98102"), SIBLING), OK);
	s->h->now = test_time("2026-03-10", 9);
	assert_int_equal(add(s, test_officer(s->h, "receptionist", "98102"), SIBLING), E_NOT_FOUND);
	assert_int_equal(add(s, test_officer(s->h, "receptionist", "98"), SIBLING), OK);
	assert_int_equal(add(s, test_officer(s->h, "receptionist", ""), SIBLING), OK);
}

/* Who bears a code now is not who bore it then. */
static void a_code_used_again_is_another_unit(void **state)
{
	struct stage *s = *state;
	struct fault f;
	struct meeting_new q = { .unit = text_of("98103"),
		.kind = text_of("dialogue_regular"),
		.day = test_day("2025-06-01") };
	const struct test_officer *now = test_officer_new(s->h, "receptionist", "98103");
	const struct test_officer *above = test_officer(s->h, "receptionist", "98");
	assert_int_equal(test_act(s->h, now, CMD_meeting_open, &q, &f), E_NOT_ALLOWED);
	assert_int_equal(test_act(s->h, above, CMD_meeting_open, &q, &f), OK);
	q.day = test_day("2025-07-01");
	assert_int_equal(test_act(s->h, above, CMD_meeting_open, &q, &f), E_NOT_ALLOWED);
	assert_int_equal(test_act(s->h, now, CMD_meeting_open, &q, &f), OK);
	struct meeting_number first = { text_of("98103/2025/1") },
			      second = { text_of("98103/2025/2") };
	assert_int_equal(test_ask(s->h, now, CMD_meeting_show, &first, &f), E_NOT_FOUND);
	assert_int_equal(test_ask(s->h, now, CMD_meeting_show, &second, &f), OK);
	assert_int_equal(test_ask(s->h, above, CMD_meeting_show, &first, &f), OK);
	assert_int_equal(test_ask(s->h, above, CMD_meeting_show, &second, &f), E_NOT_FOUND);
}

/* Sending a case lets the body that gets it see and handle it, and the sender see it still. */
static void a_referred_case_is_seen_by_both(void **state)
{
	struct stage *s = *state;
	struct fault f;
	const struct site *own = &s->sites[OWN];
	struct case_number show = { own->cases[LEAD] };
	struct case_day acknowledge = { .number = own->cases[LEAD] };
	struct case_refer refer = refer_request(own->cases[LEAD], "98-KT");
	const struct test_officer *other = test_officer(s->h, "handler", "98-KT");
	assert_int_equal(test_ask(s->h, other, CMD_case_show, &show, &f), E_NOT_FOUND);
	test_must(s->h, test_officer(s->h, "leader", "98101"), CMD_case_refer, &refer);
	assert_int_equal(test_ask(s->h, other, CMD_case_show, &show, &f), OK);
	assert_int_equal(test_act(s->h, other, CMD_case_acknowledge, &acknowledge, &f), OK);
	assert_int_equal(
		test_ask(s->h, test_officer(s->h, "handler", "98101"), CMD_case_show, &show, &f),
		OK);
	assert_int_equal(
		test_ask(s->h, test_officer(s->h, "handler", "98102"), CMD_case_show, &show, &f),
		E_NOT_FOUND);
	/* the meeting stays where it was */
	struct meeting_number meeting = { own->meetings[OPEN_MINUTES] };
	assert_int_equal(test_ask(s->h, other, CMD_meeting_show, &meeting, &f), E_NOT_FOUND);
}

static struct unit_new new_unit(const char *code, const char *parent, const char *from)
{
	return (struct unit_new){ .code = text_of(code),
		.name = text_of("mới"),
		.kind = text_of("office"),
		.level = text_of("commune"),
		.parent = text_of(parent),
		.from = test_day(from) };
}

/* Also when the parent comes in the same list, or does not stand today. */
static void units_are_added_below_ones_own_alone(void **state)
{
	struct stage *s = *state;
	struct fault f;
	const struct test_officer *by = test_officer(s->h, "admin", "98101");
	struct unit_new v[2] = { new_unit("98101-X", "98101", "2026-01-01"),
		new_unit("98101-Y", "98199", "2031-01-01") };
	struct unit_add q = { { v, 2 } };
	assert_int_equal(test_act(s->h, by, CMD_unit_add, &q, &f), E_NOT_ALLOWED);
	v[1] = new_unit("98101-Y", "98102", "2026-01-01");
	assert_int_equal(test_act(s->h, by, CMD_unit_add, &q, &f), E_NOT_ALLOWED);
	v[1] = new_unit("98101-Y", "", "2026-01-01");
	assert_int_equal(test_act(s->h, by, CMD_unit_add, &q, &f), E_NOT_ALLOWED);
	v[1] = new_unit("98101-Y", "98101-X", "2026-01-01");
	assert_int_equal(test_act(s->h, by, CMD_unit_add, &q, &f), OK);
}

static void only_who_reads_words_gets_words(void **state)
{
	struct stage *s = *state;
	const char words[] = "Đường thôn";
	static const struct {
		enum cmd cmd;
		make_request *request;
	} shows[] = { { CMD_case_show, ask_case }, { CMD_opinion_list, ask_opinion_list } };
	for (size_t i = 0; i < COUNT(shows); i++)
		for (size_t person = 0; person < COUNT(people); person++) {
			struct fault f;
			const struct test_officer *by =
				test_officer(s->h, people[person].role, "98101");
			const void *q = shows[i].request(s, &s->sites[OWN]);
			if (!may(person, 's'))
				continue;
			assert_int_equal(test_ask(s->h, by, shows[i].cmd, q, &f), OK);
			const void *found =
				memmem(s->h->reply.p, s->h->reply.n, words, sizeof(words) - 1);
			assert_int_equal(found != NULL, may(person, 'w'));
		}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tables_hold_every_command_and_role),
		TEST(every_command_role_and_object_is_as_the_table_says),
		TEST(an_invitation_is_good_once),
		TEST(what_may_not_be_seen_looks_like_what_is_not_there),
		TEST(the_rights_of_two_grants_do_not_mix),
		TEST(a_grant_holds_from_its_first_day_to_its_last),
		TEST(a_grant_over_a_unit_ends_with_it),
		TEST(a_code_used_again_is_another_unit),
		TEST(a_referred_case_is_seen_by_both),
		TEST(units_are_added_below_ones_own_alone),
		TEST(only_who_reads_words_gets_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
