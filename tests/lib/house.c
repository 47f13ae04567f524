/* house.c: a register in a scratch store. */
#include "tests/lib/house.h"

#include "daemon/report/report.h"
#include "proto/day.h"
#include "proto/sheet.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Times and numbers. */

uint32_t test_day(const char *day)
{
	uint32_t number = day_parse(text_of(day));
	assert(number != 0);
	return number;
}

void test_behalf(struct test_house *h, const char *unit)
{
	h->behalf = text_of(unit);
}

int64_t test_time(const char *day, int hour)
{
	return time_of_day(test_day(day), 420) + hour * 3600LL * 1000000;
}

struct num test_number(struct test_house *h, const char *number)
{
	struct num to;
	struct fault f;
	struct txn *txn = test_txn(h);
	struct house house = { 0 };
	enum err err = house_refresh(&house, txn, &f);
	assert(err == OK);
	err = number_parse(&house, text_of(number), 0, test_day("2026-03-02"), "number", &to, &f);
	assert(err == OK);
	house_fini(&house);
	test_txn_end(h, txn);
	return to;
}

struct text test_number_text(struct test_house *h, struct num number)
{
	struct row_unit unit;
	bool there = test_row(h, STORE_unit, key_of_u32(number.series), record_row_unit(), &unit);
	assert(there);
	return arena_format(
		&h->arena, "%.*s/%u/%u", (int)unit.code.n, unit.code.p, number.year, number.n);
}

uint32_t test_unit(struct test_house *h, const char *code, const char *day)
{
	struct row_unit unit;
	uint32_t on = test_day(day);
	for (uint32_t id = 1; test_row(h, STORE_unit, key_of_u32(id), record_row_unit(), &unit);
		id++)
		if (text_is(unit.code, code) && unit.from <= on &&
			(unit.until == 0 || on < unit.until))
			return id;
	fprintf(stderr, "no unit %s on %s\n", code, day);
	abort();
}

uint32_t test_term(struct test_house *h, const char *list, const char *code)
{
	struct row_term term;
	for (uint32_t id = 1; test_row(h, STORE_term, key_of_u32(id), record_row_term(), &term);
		id++)
		if (text_is(term.list, list) && text_is(term.code, code))
			return id;
	return 0;
}

/* Batches. */

void test_begin(struct test_house *h)
{
	assert(!h->batch);
	enum err err = ledger_begin(h->ledger, NULL);
	assert(err == OK);
	h->batch = true;
}

void test_commit(struct test_house *h)
{
	assert(h->batch);
	enum err err = ledger_commit(h->ledger, NULL);
	assert(err == OK);
	h->batch = false;
}

void test_abort(struct test_house *h)
{
	assert(h->batch);
	ledger_abort(h->ledger);
	h->batch = false;
}

/* A UUIDv7 that tells the how-manieth action this is. */
static void make_rid(struct test_house *h, uint8_t rid[static 16])
{
	memset(rid, 0, 16);
	put_u32(rid, (uint32_t)(h->now / 1000 >> 16));
	put_u16(rid + 4, (uint16_t)(h->now / 1000));
	rid[6] = 0x70;
	rid[8] = 0x80;
	put_u32(rid + 12, (uint32_t)++h->actions);
}

static enum err act(struct test_house *h, const uint8_t *secret, enum cmd cmd, const void *record,
	struct fault *f)
{
	AUTO(arena_fini) struct arena arena = { 0 };
	AUTO(writer_fini) struct writer params = { 0 };
	AUTO(action_fini) struct action action = { 0 };
	uint8_t rid[16], salt[32] = { 0 };
	static const uint8_t no_bytes[LIMIT_BODY_BYTES];
	make_rid(h, rid);
	memcpy(salt, rid, sizeof(rid));
	struct signing by = { .secret = secret,
		.reg = bytes_of(h->reg, 16),
		.behalf = h->behalf,
		.salt_seed = salt };
	enum err err = action_build(&params, &cmds[cmd], record, rid, &by, f);
	if (err == OK)
		err = action_open(
			writer_bytes(&params), text_of(cmds[cmd].wire), &action, &arena, f);
	if (err == OK && h->verify)
		err = action_verify(action.head_bytes, action.sig, secret + 32, f);
	action.body = bytes_of(no_bytes, record_body(cmds[cmd].record(), record));
	writer_reset(&h->reply);
	return err != OK ? err : ledger_do(h->ledger, &action, h->now, &h->reply, f);
}

static enum err act_alone(struct test_house *h, const uint8_t *secret, enum cmd cmd,
	const void *record, struct fault *f)
{
	if (h->batch)
		return act(h, secret, cmd, record, f);
	test_begin(h);
	enum err err = act(h, secret, cmd, record, f);
	if (err == OK)
		test_commit(h);
	else
		test_abort(h);
	return err;
}

enum err test_act(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct fault *f)
{
	return act_alone(h, by->secret, cmd, record, f);
}

static void must(struct test_house *h, const uint8_t *secret, enum cmd cmd, const void *record)
{
	char line[600];
	struct fault f = { 0 };
	enum err err = act_alone(h, secret, cmd, record, &f);
	if (err == OK)
		return;
	fault_format(&f, err_row(err)->text, line, sizeof(line));
	fprintf(stderr, "%s: %s: %s\n", cmds[cmd].wire, err_row(err)->name, line);
	abort();
}

void test_must(
	struct test_house *h, const struct test_officer *by, enum cmd cmd, const void *record)
{
	must(h, by->secret, cmd, record);
}

/* Rows. */

struct txn *test_txn(struct test_house *h)
{
	struct txn *txn;
	if (h->batch)
		return ledger_txn(h->ledger);
	enum err err = txn_begin(&txn, h->db, false, NULL);
	assert(err == OK);
	return txn;
}

void test_txn_end(struct test_house *h, struct txn *txn)
{
	if (!h->batch)
		txn_abort(txn);
}

bool test_row(
	struct test_house *h, enum store table, struct key key, const struct record *r, void *to)
{
	struct txn *txn = test_txn(h);
	bool there = row_get(txn, table, key, r, to, &h->arena);
	test_txn_end(h, txn);
	return there;
}

struct row_meeting test_meeting(struct test_house *h, struct num number)
{
	struct row_meeting row;
	bool there = test_row(h, STORE_meeting, key_of_num(number), record_row_meeting(), &row);
	assert(there);
	return row;
}

struct row_case test_case(struct test_house *h, struct num number)
{
	struct row_case row;
	bool there = test_row(h, STORE_case, key_of_num(number), record_row_case(), &row);
	assert(there);
	return row;
}

struct row_opinion test_opinion(struct test_house *h, struct num meeting, uint32_t ordinal)
{
	struct row_opinion row;
	bool there = test_row(
		h, STORE_opinion, key_of_num_u32(meeting, ordinal), record_row_opinion(), &row);
	assert(there);
	return row;
}

struct row_conclusion test_conclusion(struct test_house *h, struct num meeting, uint32_t version)
{
	struct row_conclusion row;
	bool there = test_row(h, STORE_conclusion, key_of_num_u32(meeting, version),
		record_row_conclusion(), &row);
	assert(there);
	return row;
}

static struct text code_of_row(struct test_house *h, bool unit, uint64_t id)
{
	struct row_unit u;
	struct row_term t;
	if (id == 0)
		return (struct text){ 0 };
	bool there =
		unit ? test_row(h, STORE_unit, key_of_u32((uint32_t)id), record_row_unit(), &u)
		     : test_row(h, STORE_term, key_of_u32((uint32_t)id), record_row_term(), &t);
	assert(there);
	return unit ? u.code : t.code;
}

void test_content(
	struct test_house *h, struct num meeting, uint32_t version, uint8_t out[static 32])
{
	static const char *const hows[] = { "", "direction", "answer", "decline" };
	struct row_item item;
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"hoiam/c1\n", 9);
	for (uint32_t i = 1;
		test_row(h, STORE_item, key_of_item(meeting, version, i), record_row_item(), &item);
		i++) {
		struct text unit = code_of_row(h, true, item.unit);
		struct text ground = code_of_row(h, false, item.ground);
		struct text line = arena_format(&h->arena, "%u|%s|%.*s|%u|%.*s|", i, hows[item.how],
			(int)unit.n, unit.p, item.due, (int)ground.n, ground.p);
		crypto_hash_sha256_update(&state, (const uint8_t *)line.p, line.n);
		for (size_t k = 0; k < item.opinions.n; k++) {
			line = arena_format(&h->arena, "%u,", item.opinions.v[k]);
			crypto_hash_sha256_update(&state, (const uint8_t *)line.p, line.n);
		}
		crypto_hash_sha256_update(&state, item.w.p, item.w.n);
		crypto_hash_sha256_update(&state, (const uint8_t *)"\n", 1);
	}
	crypto_hash_sha256_final(&state, out);
}

struct test_state test_state(struct test_house *h)
{
	struct test_state to = { .size = ledger_end(h->ledger).size };
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	struct txn *txn = test_txn(h);
	for (unsigned t = 0; t < STORE_COUNT; t++) {
		struct bytes key, value;
		AUTO(scan_close) struct scan s;
		scan_open(&s, txn, (enum store)t, (struct bytes){ 0 });
		while (scan_next(&s, &key, &value)) {
			uint8_t sizes[12];
			put_u32(sizes, t);
			put_u32(sizes + 4, (uint32_t)key.n);
			put_u32(sizes + 8, (uint32_t)value.n);
			crypto_hash_sha256_update(&state, sizes, sizeof(sizes));
			crypto_hash_sha256_update(&state, key.p, key.n);
			crypto_hash_sha256_update(&state, value.p, value.n);
		}
	}
	test_txn_end(h, txn);
	crypto_hash_sha256_final(&state, to.hash);
	return to;
}

enum err test_ask(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct fault *f)
{
	AUTO(arena_fini) struct arena arena = { 0 };
	AUTO(writer_fini) struct writer params = { 0 };
	struct house house = { 0 };
	struct txn *txn = test_txn(h);
	enum err err = house_refresh(&house, txn, f);
	struct report r = { .txn = txn,
		.house_secret = h->secret,
		.arena = &arena,
		.house = &house,
		.cmd = &cmds[cmd],
		.now = h->now,
		.today = day_of_time(h->now, house.zone),
		.officer = by->number,
		.seal = h->seal,
		.key = bytes_of(by->key, sizeof(by->key)),
		.fault = f };
	grants_load(&r.grants, txn, by->number, &arena);
	record_write_wire(&params, cmds[cmd].record(), record, NULL, &arena);
	writer_reset(&h->reply);
	if (err == OK)
		err = report_run(&r, writer_bytes(&params), &h->reply);
	report_fini(&r);
	house_fini(&house);
	test_txn_end(h, txn);
	return err;
}

/* What the register is filled with. */

#define T(s)                                                                                       \
	{                                                                                          \
		(s), sizeof(s) - 1                                                                 \
	}

static struct policy_term levels[] = { { .code = T("province"), .vi = T("cấp tỉnh") },
	{ .code = T("district"), .vi = T("cấp huyện") },
	{ .code = T("commune"), .vi = T("cấp xã") } };
static struct policy_term unit_kinds[] = { { .code = T("committee"), .vi = T("ủy ban") },
	{ .code = T("office"), .vi = T("cơ quan") },
	{ .code = T("body"), .vi = T("cơ quan ngoài"), .outside = T("yes") } };
static struct policy_term meeting_kinds[] = {
	{ .code = T("dialogue_regular"), .vi = T("đối thoại định kỳ"), .gated = T("yes") },
	{ .code = T("dialogue_adhoc"), .vi = T("đối thoại đột xuất"), .gated = T("yes") },
	{ .code = T("regular_reception"), .vi = T("tiếp công dân thường xuyên"), .gated = T("no") },
};
static struct policy_term kinds[] = {
	{ .code = T("KN"), .vi = T("khiếu nại"), .days = 30, .forward = T("guide") },
	{ .code = T("TC"),
		.vi = T("tố cáo"),
		.sealed = T("yes"),
		.days = 30,
		.forward = T("refer"),
		.once = T("yes") },
	{ .code = T("KIEN_NGHI"), .vi = T("kiến nghị"), .forward = T("refer") },
	{ .code = T("PHAN_ANH"), .vi = T("phản ánh"), .days = 15, .working = T("yes") },
};
static struct policy_term topics[] = { { .code = T("land"), .vi = T("đất đai") },
	{ .code = T("roads"), .vi = T("đường sá") }, { .code = T("water"), .vi = T("nước sạch") } };
static struct policy_term outcomes[] = { { .code = T("done"), .vi = T("đã làm xong") },
	{ .code = T("explained"), .vi = T("đã giải thích") },
	{ .code = T("will_do"), .vi = T("sẽ làm"), .promise = T("yes") } };
static struct policy_term grounds[] = { { .code = T("error"), .vi = T("ghi nhầm") },
	{ .code = T("not_ours"), .vi = T("không thuộc thẩm quyền") },
	{ .code = T("double"), .vi = T("trùng") },
	{ .code = T("no_reason"), .vi = T("không có căn cứ") } };
static struct policy_paper papers[] = {
	{ .id = T("notice"), .paper = T("notice"), .unit_kind = T("*"), .mark = T("{n}/TB-UBND") },
	{ .id = T("dispatch"),
		.paper = T("dispatch"),
		.unit_kind = T("*"),
		.mark = T("{n}/CV-UBND") }
};
static struct policy_term feedback[] = { { .code = T("satisfied"), .vi = T("hài lòng") },
	{ .code = T("unsatisfied"), .vi = T("chưa hài lòng"), .reopen = T("yes") },
	{ .code = T("unreached"), .vi = T("không liên hệ được") } };
static struct policy_crowd crowds[] = { { .from = 5, .until = 10, .least = 1, .most = 2 },
	{ .from = 11, .least = 1, .most = 5 } };
static struct policy_route routes[] = {
	{ T("roads"), T("PHAN_ANH"), T("roads"), T("*"), T("accept"), T("98101-KT") },
	{ T("land"), T("KN"), T("land"), T("*"), T("refer"), T("98-KT") },
	{ T("sealed"), T("TC"), T("*"), T("*"), T("refer"), T("98") },
	{ T("water"), T("*"), T("water"), T("*"), T("guide"), T("98102") },
	{ T("own"), T("*"), T("*"), T("98101"), T("accept"), T("@own") },
};

static const struct {
	const char *code, *kind, *level, *parent, *from, *until;
} units[] = {
	{ "98", "committee", "province", "", "2000-01-01", NULL },
	{ "98-KT", "office", "province", "98", "2000-01-01", NULL },
	{ "98101", "committee", "commune", "98", "2000-01-01", NULL },
	{ "98102", "committee", "commune", "98", "2000-01-01", NULL },
	{ "98101-KT", "office", "commune", "98101", "2000-01-01", NULL },
	{ "98101-CA", "office", "commune", "98101", "2000-01-01", NULL },
	{ "98102-KT", "office", "commune", "98102", "2000-01-01", NULL },
	{ "985", "committee", "district", "98", "2000-01-01", "2025-07-01" },
	{ "98501", "committee", "commune", "985", "2000-01-01", "2025-07-01" },
	{ "98501", "committee", "commune", "98", "2025-07-01", NULL },
	{ "98103", "committee", "commune", "985", "2000-01-01", "2025-07-01" },
	{ "98103", "committee", "commune", "97", "2025-07-01", NULL },
	{ "98199", "committee", "commune", "98", "2030-01-01", NULL },
	{ "97", "committee", "province", "", "2000-01-01", NULL },
	{ "97101", "committee", "commune", "97", "2000-01-01", NULL },
};

static const char *const officer_units[] = { "", "98", "98-KT", "98101", "98101-KT", "98101-CA",
	"98102" };

static void adopt_policy(struct test_house *h)
{
	struct policy p = { .name = text_of("test"),
		.from = test_day("2020-01-01"),
		.zone = text_of("+07:00"),
		.levels = { levels, COUNT(levels) },
		.unit_kinds = { unit_kinds, COUNT(unit_kinds) },
		.meeting_kinds = { meeting_kinds, COUNT(meeting_kinds) },
		.kinds = { kinds, COUNT(kinds) },
		.topics = { topics, COUNT(topics) },
		.outcomes = { outcomes, COUNT(outcomes) },
		.grounds = { grounds, COUNT(grounds) },
		.routes = { routes, COUNT(routes) },
		.papers = { papers, COUNT(papers) },
		.crowds = { crowds, COUNT(crowds) },
		.feedback = { feedback, COUNT(feedback) } };
	struct policy_adopt q = { .policy = { &p, 1 } };
	must(h, h->officers[0]->secret, CMD_policy_adopt, &q);
}

/* Parents stand before their children: the order of the table, but for those of 97. */
static void add_units(struct test_house *h)
{
	struct unit_new v[COUNT(units)];
	size_t n = 0;
	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < COUNT(units); i++) {
			bool first = units[i].parent[0] == '\0';
			if (first != (pass == 0))
				continue;
			v[n++] = (struct unit_new){ .code = text_of(units[i].code),
				.name = text_of(units[i].code),
				.kind = text_of(units[i].kind),
				.level = text_of(units[i].level),
				.parent = text_of(units[i].parent),
				.from = test_day(units[i].from),
				.until = units[i].until == NULL ? 0 : test_day(units[i].until) };
		}
	struct unit_add q = { .units = { v, n } };
	must(h, h->officers[0]->secret, CMD_unit_add, &q);
}

static struct test_officer *new_officer(
	struct test_house *h, const char *role, const char *unit, uint8_t secret[static 32])
{
	uint8_t seed[32] = { 0 }, public[32];
	assert(h->officer_count < TEST_OFFICERS_MAX);
	struct test_officer *o = xcalloc(1, sizeof(*o));
	h->officers[h->officer_count++] = o;
	put_u32(seed, (uint32_t)h->officer_count);
	crypto_sign_seed_keypair(public, o->secret, seed);
	key_id(public, o->key);
	snprintf(o->role, sizeof(o->role), "%s", role);
	snprintf(o->unit, sizeof(o->unit), "%s", unit);
	memset(secret, 7, 32);
	put_u32(secret, (uint32_t)h->officer_count);
	return o;
}

static void enrol(struct test_house *h, struct test_officer *o, const uint8_t secret[static 32])
{
	uint8_t channel[32]; /* no two devices have the same */
	randombytes_buf(channel, sizeof(channel));
	struct row_key row;
	struct key key = { .n = KEY_ID_BYTES };
	struct enrol q = { bytes_of(secret, 32), bytes_of(o->secret + 32, 32),
		bytes_of(channel, 32) };
	must(h, o->secret, CMD_enrol, &q);
	memcpy(key.p, o->key, KEY_ID_BYTES);
	bool there = test_row(h, STORE_key, key, record_row_key(), &row);
	assert(there);
	o->number = (uint32_t)row.officer;
}

const struct test_officer *test_officer_new(
	struct test_house *h, const char *role, const char *unit)
{
	uint8_t secret[32], token[32];
	struct test_officer *o = new_officer(h, role, unit, secret);
	invitation_token(secret, token);
	struct officer_invite q = { .unit = text_of(unit),
		.role = text_of(role),
		.name = text_of("Nguyễn Thị Hoa"),
		.from = test_day("2026-01-01"),
		.token = bytes_of(token, 32) };
	must(h, h->officers[0]->secret, CMD_officer_invite, &q);
	enrol(h, o, secret);
	return o;
}

const struct test_officer *test_officer(
	const struct test_house *h, const char *role, const char *unit)
{
	for (size_t i = 0; i < h->officer_count; i++)
		if (strcmp(h->officers[i]->role, role) == 0 &&
			strcmp(h->officers[i]->unit, unit) == 0)
			return h->officers[i];
	fprintf(stderr, "no officer %s of %s\n", role, unit);
	abort();
}

/* Opening. */

static void open_store(struct test_house *h, enum db_mode mode)
{
	struct fault f;
	enum err err = db_open(&h->db, h->path, mode, &f);
	assert(err == OK);
	err = ledger_open(&h->ledger, h->db, &f);
	assert(err == OK);
}

static void make_genesis(struct test_house *h)
{
	uint8_t seed[32] = { 0xff }, public[32], secret[32];
	crypto_sign_seed_keypair(public, h->secret, seed);
	memset(h->reg, 0x11, sizeof(h->reg));
	struct test_officer *admin = new_officer(h, "admin", "", secret);
	struct genesis g = { .secret = h->secret, .invitation_until = h->now + 1000000 };
	memcpy(g.reg, h->reg, sizeof(g.reg));
	uint8_t sheet[32];
	memset(sheet, TEST_SHEET_BYTE, sizeof(sheet));
	sheet_token(sheet, g.recovery);
	invitation_token(secret, g.token);
	enum err err = ledger_genesis(h->ledger, &g, h->now, NULL);
	assert(err == OK);
	enrol(h, admin, secret);
}

struct test_house *test_house_open(void)
{
	const char *folder = getenv("TMPDIR");
	struct test_house *h = xcalloc(1, sizeof(*h));
	int rc = sodium_init();
	assert(rc >= 0);
	snprintf(h->path, sizeof(h->path), "%s/house.XXXXXX", folder == NULL ? "/tmp" : folder);
	const char *made = mkdtemp(h->path);
	assert(made != NULL);
	h->now = test_time("2026-03-02", 9);
	h->seal = cursor_seal_new();
	open_store(h, DB_SCRATCH);
	test_begin(h);
	make_genesis(h);
	adopt_policy(h);
	add_units(h);
	for (size_t r = 0; r < role_count; r++)
		for (size_t u = 0; u < COUNT(officer_units); u++)
			if (strcmp(roles[r].code, "admin") != 0 || officer_units[u][0] != '\0')
				(void)test_officer_new(h, roles[r].code, officer_units[u]);
	test_commit(h);
	return h;
}

static void close_store(struct test_house *h)
{
	if (h->batch)
		test_abort(h);
	ledger_close(h->ledger);
	db_close(h->db);
}

void test_house_reopen(struct test_house *h)
{
	assert(!h->batch);
	close_store(h);
	open_store(h, DB_WRITE);
}

void test_house_close(struct test_house *h)
{
	static const char *const files[] = { "data.mdb", "lock.mdb" };
	char path[160];
	if (h == NULL)
		return;
	close_store(h);
	for (size_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof(path), "%s/%s", h->path, files[i]);
		unlink(path);
	}
	rmdir(h->path);
	for (size_t i = 0; i < h->officer_count; i++)
		free(h->officers[i]);
	writer_fini(&h->reply);
	arena_fini(&h->arena);
	cursor_seal_free(h->seal);
	free(h);
}

/* Meetings with made words. */

struct list test_opinions(struct test_house *h, size_t count, const char *kind, const char *topic)
{
	struct opinion_new *v = arena_alloc(&h->arena, count, sizeof(*v));
	for (size_t i = 0; i < count; i++)
		v[i] = (struct opinion_new){ .kind = text_of(kind),
			.topic = text_of(topic),
			.words = arena_format(&h->arena, "Đường thôn %zu hỏng nặng", i + 1),
			.speaker = text_of("Trần Văn Sáu") };
	return (struct list){ v, count };
}

struct num test_record(struct test_house *h, const struct test_officer *by, const char *kind,
	const char *day, size_t count, bool closed)
{
	struct meeting_new meeting = {
		.unit = text_of("98101"), .kind = text_of(kind), .day = test_day(day)
	};
	struct meeting_record q = { .meeting = { &meeting, 1 },
		.opinions = test_opinions(h, count, NULL, NULL),
		.count = closed ? count : 0,
		.closed = closed };
	struct row_counter counter;
	struct row_unit unit;
	test_must(h, by, CMD_meeting_record, &q);
	uint32_t id = test_unit(h, "98101", day);
	bool there = test_row(h, STORE_unit, key_of_u32(id), record_row_unit(), &unit);
	assert(there);
	uint16_t year = (uint16_t)strtoul(day, NULL, 10);
	uint32_t series = (uint32_t)unit.series;
	there = test_row(h, STORE_counter, key_of_counter(NOUN_MEETING, series, year),
		record_row_counter(), &counter);
	assert(there);
	return (struct num){ series, (uint32_t)counter.n, year };
}
