/*
 * fuzz_command.c: every command over a small register: requests made of the input as the tables say
 * (command_values.h), written, signed, read, decided and applied, or reported, one after the other,
 * by one of four officers. What is refused has written nothing and is the caller's fault; what is
 * done is done once, however often it is sent; and the journal of all that passes the audit that
 * `hoiamd verify` makes.
 *
 * An input is a row of: which command, who (mod 5; 4 signs with a key that nobody knows), fields.
 * HOIAM_SEEDS=FOLDER writes one for each command, and some longer ones. HOIAM_COUNTS=1 says at the
 * end how often each command was asked and done, HOIAM_WHY=1 each refusal.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/decide/decide.h"
#include "daemon/report/report.h"
#include "daemon/verify/audit.h"
#include "proto/day.h"
#include "proto/rid.h"
#include "tests/bench/register.h"
#include "tests/fuzz/chance.h"
#include "tests/fuzz/command_values.h"

#define START_US ((int64_t)1769904000 * 1000000) /* 2026-02-01 */

enum { OFFICERS = 4, STEPS_MAX = 24, CHANCE = 1 << 20 };

static struct bench_register reg;
static struct cursor_seal *seal;
static struct arena arena;
static uint8_t secrets[OFFICERS + 1][SECRET_BYTES], ids[OFFICERS + 1][KEY_ID_BYTES];
static int64_t now, base; /* where an input begins */
static unsigned long asked[CMD_COUNT], done[CMD_COUNT];

static void tell_counts(void)
{
	for (size_t i = 0; i < CMD_COUNT; i++)
		fprintf(stderr, "%-18s %10lu asked %10lu done\n", cmds[i].wire, asked[i], done[i]);
}

static void tell_refusal(const struct cmd_row *cmd, const struct fault *f)
{
	char line[1024];
	if (getenv("HOIAM_WHY") == NULL)
		return;
	fault_format(f, err_row(f->err)->text, line, sizeof(line));
	fprintf(stderr, "%s: %s\n", cmd->wire, line);
}

/* Changes. */

/* Who receives a body lets none pass that is not the one announced. */
static struct bytes body_of(const struct cmd_row *cmd, const void *request)
{
	const struct case_attach *q = request;
	bool ours = cmd->cmd == CMD_case_attach && q->size == 1 &&
		    text_is(q->sha256, VALUES_BODY_SHA256);
	return ours ? bytes_of(VALUES_BODY, 1) : (struct bytes){ 0 };
}

/* Params to an action, decided in the batch at hand. */
static enum err decide(const struct cmd_row *cmd, struct bytes params, struct bytes body,
	struct writer *reply, struct fault *f)
{
	struct action action;
	enum err err = action_open(params, text_of(cmd->wire), &action, &arena, f);
	if (err != OK)
		return err;
	action.body = body;
	err = ledger_do(reg.ledger, &action, now, reply, f);
	action_fini(&action);
	return err;
}

static bool same_place(const struct position *a, const struct position *b)
{
	return a->size == b->size && a->at == b->at && memcmp(a->root, b->root, 32) == 0;
}

static bool act(const struct cmd_row *cmd, size_t who, const void *request)
{
	AUTO(writer_fini) struct writer params = { 0 }, reply = { 0 }, again = { 0 };
	struct fault f = { 0 };
	uint8_t rid[RID_BYTES];
	struct signing by = { .secret = secrets[who], .reg = bytes_of(reg.reg, 16) };
	rid_make(rid, now);
	now += 1000;
	if (action_build(&params, cmd, request, rid, &by, &f) != OK)
		return false;
	struct position before = ledger_end(reg.ledger);
	enum err err = decide(cmd, writer_bytes(&params), body_of(cmd, request), &reply, &f);
	struct position after = ledger_end(reg.ledger);
	if (err != OK) {
		if (err_row(err)->blame != CALLER)
			bench_die(cmd->wire, &f);
		assert(f.err == err && same_place(&before, &after));
		tell_refusal(cmd, &f);
		return false;
	}
	assert(who < OFFICERS || cmd->cmd == CMD_enrol);
	assert(after.size > before.size);
	assert(skim_whole(writer_bytes(&reply), SIZE_MAX, NULL) == OK);
	err = decide(cmd, writer_bytes(&params), body_of(cmd, request), &again, &f);
	struct position twice = ledger_end(reg.ledger);
	assert(err == OK && same_place(&after, &twice));
	assert(bytes_equal(writer_bytes(&reply), writer_bytes(&again)));
	return true;
}

/* Readings. */

static bool ask(const struct cmd_row *cmd, size_t who, const void *request)
{
	AUTO(writer_fini) struct writer params = { 0 }, reply = { 0 };
	struct fault f = { 0 };
	enum err err = house_refresh(ledger_house(reg.ledger), ledger_txn(reg.ledger), &f);
	assert(err == OK);
	record_write_wire(&params, cmd->record(), request, NULL, &arena);
	struct report r = { .txn = ledger_txn(reg.ledger),
		.arena = &arena,
		.house = ledger_house(reg.ledger),
		.cmd = cmd,
		.now = now,
		.today = day_of_time(now, 420),
		.house_secret = reg.house,
		.officer = (uint32_t)who + 1,
		.seal = seal,
		.key = bytes_of(ids[who], KEY_ID_BYTES),
		.fault = &f };
	grants_load(&r.grants, r.txn, r.officer, &arena);
	err = report_run(&r, writer_bytes(&params), &reply);
	report_fini(&r);
	if (err == OK)
		assert(skim_whole(writer_bytes(&reply), SIZE_MAX, NULL) == OK);
	else if (err_row(err)->blame != CALLER)
		bench_die(cmd->wire, &f);
	else
		tell_refusal(cmd, &f);
	return err == OK;
}

/* The hash over the items of a version, as who signs it computes it. */
static void content_of(void *with, struct text meeting, uint64_t version, uint8_t out[static 32])
{
	struct num number;
	struct row_conclusion row;
	struct house *house = ledger_house(reg.ledger);
	struct decision d = { .txn = ledger_txn(reg.ledger), .arena = &arena, .house = house };
	(void)with;
	memset(out, 0, 32);
	if (house_refresh(house, d.txn, NULL) != OK ||
		number_parse(house, meeting, 0, 0, "", &number, NULL) != OK ||
		!row_get(d.txn, STORE_conclusion, key_of_num_u32(number, (uint32_t)version),
			record_row_conclusion(), &row, &arena))
		return;
	conclusion_content(&d, number, (uint32_t)version, (uint32_t)row.items, out);
}

/* One request; whether it was done. */
static bool step(struct values *v)
{
	const struct cmd_row *cmd = &cmds[values_next(v) % CMD_COUNT];
	size_t who = values_next(v) % (OFFICERS + 1);
	void *request = arena_alloc(&arena, 1, cmd->record()->size);
	if (cmd->mode == CMD_OPEN || cmd->mode == CMD_AUTO)
		return false;
	values_fill(v, cmd->record(), request);
	uint64_t entry = ledger_end(reg.ledger).size;
	bool good = cmd->mode == CMD_READ ? ask(cmd, who, request) : act(cmd, who, request);
	asked[cmd->cmd]++;
	done[cmd->cmd] += good;
	if (good && cmd->mode == CMD_WRITE)
		v->entry = entry + 1; /* its first event */
	return good && cmd->mode == CMD_WRITE;
}

/* What was signed became facts, and nothing else did. */
static void audit_all(void)
{
	struct audit a;
	audit_init(&a, ledger_txn(reg.ledger), stderr);
	walk_journal(&a);
	assert(a.failures == 0);
	audit_fini(&a);
}

/* The register that inputs begin with. */

static void must(enum cmd cmd, size_t who, const void *request)
{
	if (!act(&cmds[cmd], who, request))
		bench_die(cmds[cmd].wire, NULL);
}

/* One more officer, over a unit or all. */
static void enlist(size_t who, const char *role, const char *unit)
{
	uint8_t secret[32], token[32], public[PUBLIC_BYTES];
	randombytes_buf(secret, sizeof(secret));
	invitation_token(secret, token);
	crypto_sign_keypair(public, secrets[who]);
	key_id(public, ids[who]);
	struct officer_invite q = { .role = text_of(role),
		.unit = text_of(unit),
		.name = text_of("Lê Thị Bảy"),
		.token = bytes_of(token, 32) };
	must(CMD_officer_invite, 0, &q);
	struct enrol e = { bytes_of(secret, 32), bytes_of(public, 32), bytes_of(public, 32) };
	must(CMD_enrol, who, &e);
}

static void add_unit(const char *code, const char *parent, const char *level)
{
	struct unit_new unit = { text_of(code), text_of(code), text_of("peoples_committee"),
		text_of(level), text_of(parent), day_of(2000, 1, 1), 0 };
	must(CMD_unit_add, 0, &(struct unit_add){ { &unit, 1 } });
}

/* A meeting of five opinions; its minutes are closed. */
static void record_meeting(void)
{
	struct meeting_new m = { .unit = text_of("0000000"),
		.kind = text_of("dialogue_regular"),
		.day = day_of(2026, 1, 10),
		.chair = text_of("Nguyễn Hữu Tường") };
	static const char *const kinds[] = { "KIEN_NGHI", "PHAN_ANH", "KN", "", "KIEN_NGHI" };
	static const char *const topics[] = { "roads", "water", "land", "", "construction" };
	struct opinion_new o[5] = { 0 };
	for (size_t i = 0; i < COUNT(o); i++)
		o[i] = (struct opinion_new){ .kind = text_of(kinds[i]),
			.topic = text_of(topics[i]),
			.words = text_of("Đường ngập mỗi khi mưa"),
			.speaker = text_of("Lê Thị Bảy") };
	must(CMD_meeting_record, 0, &(struct meeting_record){ { &m, 1 }, { o, 5 }, 5, 1 });
}

static void draft(const char *meeting)
{
	static const uint32_t ordinals[] = { 1, 2, 3, 4, 5 };
	struct item_new item = { .opinions = { ordinals, 5 },
		.how = text_of("direction"),
		.unit = text_of("0000000"),
		.due = day_of(2026, 3, 1),
		.words = text_of("Xem xét, trả lời") };
	struct conclusion_put put = { text_of(meeting), 1, 1, { &item, 1 } };
	must(CMD_conclusion_draft, 0, &(struct meeting_number){ text_of(meeting) });
	must(CMD_conclusion_put, 0, &put);
}

/* Meeting 1 has a draft, 2 a checked conclusion, 3 an open minute book. */
static void make_history(void)
{
	static const uint8_t zeros[32];
	uint8_t content[32], token[32];
	struct meeting_new open = { .unit = text_of("0000000"),
		.kind = text_of("dialogue_regular"),
		.day = day_of(2026, 1, 20) };
	add_unit("98", "", "province");
	add_unit("98-XD", "98", "province");
	add_unit("98101", "98", "commune");
	add_unit("98101-KT", "98101", "commune");
	enlist(1, "leader", "");
	enlist(2, "receptionist", "0000000");
	enlist(3, "monitor", "");
	struct officer_invite invitation = { .role = text_of("auditor"),
		.name = text_of("Lê Thị Bảy"),
		.token = bytes_of(token, 32),
		.days = 30 };
	invitation_token(zeros, token); /* for the one whom nobody knows */
	must(CMD_officer_invite, 0, &invitation);
	record_meeting();
	record_meeting();
	draft("0000000/2026/1");
	draft("0000000/2026/2");
	content_of(NULL, text_of("0000000/2026/2"), 1, content);
	struct conclusion_step check = { text_of("0000000/2026/2"), 1, bytes_of(content, 32), 0,
		{ 0 } };
	must(CMD_conclusion_check, 0, &check);
	must(CMD_meeting_open, 0, &open);
}

/* Inputs. */

static void write_input(const char *name, const struct writer *w)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", getenv("HOIAM_SEEDS"), name);
	FILE *file = fopen(path, "wb");
	if (file == NULL || fwrite(w->p, 1, w->n, file) != w->n || fclose(file) != 0)
		bench_die(path, NULL);
}

/* One request of an input: likely values in what must be there, or in every field; which of the
 * numbers of meetings and cases it is about. */
struct wish {
	enum cmd cmd;
	uint8_t who, number;
	bool all;
	uint8_t code; /* of the first unit named by its code */
};

/* What does not go together with the rest. */
static bool is_apart(const char *name)
{
	static const char *const apart[] = { "promise", "custodian", "paper", "after", "until",
		"first", "heads", "officer" };
	for (size_t i = 0; i < COUNT(apart); i++)
		if (strcmp(name, apart[i]) == 0)
			return true;
	return false;
}

static void write_fields(
	struct writer *w, const struct record *r, const struct wish *wish, uint8_t entry)
{
	static const uint8_t zeros[5];
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		bool numbers = strcmp(f->name, "number") == 0 || strcmp(f->name, "meeting") == 0;
		bool list = f->kind == KIND_LIST && f->of() != record_policy();
		bool code = strcmp(f->name, "code") == 0;
		uint8_t is = (f->flags & REQ) || strcmp(f->name, "words") == 0 ||
			     (wish->all && !is_apart(f->name));
		uint8_t at = f->kind != KIND_CODE ? 0
			     : numbers            ? wish->number
			     : code               ? (uint8_t)(wish->code + entry)
						  : 0;
		size_t entries = list ? (f->max < 2 ? f->max : 2) : 0;
		write_raw(w, &is, 1);
		if (is == 0)
			continue;
		write_raw(w, &at, 1);
		write_raw(w, zeros,
			f->kind == KIND_UINTS           ? 4
			: f->kind == KIND_CODES         ? 1
			: f->kind == KIND_LIST && !list ? 1
							: 0);
		for (size_t k = 0; k < entries; k++)
			write_fields(w, f->of(), wish, (uint8_t)k);
	}
}

static void write_wishes(const char *name, const struct wish *wishes, size_t n)
{
	AUTO(writer_fini) struct writer w = { 0 };
	for (size_t i = 0; i < n; i++) {
		uint8_t begin[2] = { (uint8_t)wishes[i].cmd, wishes[i].who };
		write_raw(&w, begin, sizeof(begin));
		write_fields(&w, cmds[wishes[i].cmd].record(), &wishes[i], 0);
	}
	write_input(name, &w);
}

static void write_inputs(void)
{
	static const struct wish answered[] = { { CMD_case_classify, 0, 0, true, 0 },
		{ CMD_case_accept, 0, 0, false, 0 }, { CMD_case_resolve, 0, 0, true, 0 },
		{ CMD_case_notify, 0, 0, true, 0 }, { CMD_case_done, 0, 0, false, 0 },
		{ CMD_case_close, 0, 0, false, 0 }, { CMD_case_explain, 3, 0, false, 0 },
		{ CMD_rate_show, 3, 0, true, 0 } };
	static const struct wish routed[] = { { CMD_case_classify, 0, 0, true, 0 },
		{ CMD_case_route, 0, 0, false, 0 }, { CMD_case_acknowledge, 1, 0, false, 0 },
		{ CMD_case_resolve, 1, 0, true, 0 } };
	static const struct wish referred[] = { { CMD_case_classify, 0, 1, true, 0 },
		{ CMD_case_refer, 0, 1, false, 0 }, { CMD_case_acknowledge, 1, 1, false, 0 },
		{ CMD_case_return, 1, 1, false, 0 }, { CMD_case_refer, 0, 1, false, 0 },
		{ CMD_case_resolve, 1, 1, true, 0 } };
	static const struct wish ended[] = { { CMD_case_classify, 0, 0, true, 0 },
		{ CMD_case_classify, 0, 1, true, 0 }, { CMD_case_classify, 0, 2, true, 0 },
		{ CMD_case_guide, 0, 2, false, 0 }, { CMD_case_not_accept, 0, 0, false, 0 },
		{ CMD_case_file, 0, 1, false, 0 }, { CMD_report_cohort, 3, 0, false, 0 } };
	static const struct wish merged[] = { { CMD_case_classify, 0, 0, true, 0 },
		{ CMD_case_classify, 0, 1, true, 0 }, { CMD_case_merge, 0, 0, false, 0 },
		{ CMD_case_merge, 1, 0, false, 0 }, { CMD_case_show, 3, 0, false, 0 } };
	static const struct wish minutes[] = { { CMD_opinion_add, 2, 2, true, 0 },
		{ CMD_minutes_close, 2, 2, true, 0 }, { CMD_opinion_split, 0, 2, false, 0 },
		{ CMD_conclusion_draft, 0, 2, false, 0 }, { CMD_conclusion_put, 0, 2, false, 0 },
		{ CMD_opinion_void, 2, 2, false, 0 } };
	static const struct wish issued[] = { { CMD_conclusion_sign, 1, 1, false, 0 },
		{ CMD_conclusion_issue, 0, 1, true, 0 }, { CMD_conclusion_draft, 0, 1, false, 0 },
		{ CMD_conclusion_show, 3, 1, false, 0 } };
	static const struct wish attached[] = { { CMD_case_attach, 0, 0, false, 0 },
		{ CMD_case_attachment, 0, 0, false, 0 }, { CMD_case_show, 0, 0, false, 0 } };
	static const struct wish units[] = { { CMD_unit_end, 0, 0, false, 3 },
		{ CMD_unit_add, 0, 0, false, 0 }, { CMD_unit_list, 3, 0, true, 0 } };
	for (enum cmd cmd = 0; cmd < CMD_COUNT; cmd++) {
		uint8_t who = cmd == CMD_enrol ? OFFICERS : 0;
		struct wish least = { cmd, who, 0, false, 0 }, most = { cmd, who, 0, true, 0 };
		struct wish both[] = { least, most };
		if (cmds[cmd].mode == CMD_READ || cmds[cmd].mode == CMD_WRITE)
			write_wishes(cmds[cmd].wire, both, COUNT(both));
	}
	write_wishes("answered", answered, COUNT(answered));
	write_wishes("routed", routed, COUNT(routed));
	write_wishes("referred", referred, COUNT(referred));
	write_wishes("ended", ended, COUNT(ended));
	write_wishes("merged", merged, COUNT(merged));
	write_wishes("minutes", minutes, COUNT(minutes));
	write_wishes("issued", issued, COUNT(issued));
	write_wishes("attached", attached, COUNT(attached));
	write_wishes("units", units, COUNT(units));
}

static void open_register(void)
{
	const char *temp = getenv("TMPDIR");
	char dir[4000], path[4100];
	chance_start();
	snprintf(dir, sizeof(dir), "%s/fuzz-command-XXXXXX", temp == NULL ? "/tmp" : temp);
	if (mkdtemp(dir) == NULL)
		bench_die("folder", NULL);
	reg.seed = 1;
	reg.now = START_US;
	bench_make(&reg, dir, 3, DB_SCRATCH);
	memcpy(secrets[0], reg.officer, SECRET_BYTES);
	key_id(reg.officer + 32, ids[0]);
	now = reg.now;
	seal = cursor_seal_new();
	if (ledger_begin(reg.ledger, NULL) != OK)
		bench_die("begin", NULL);
	make_history();
	audit_all();
	if (ledger_commit(reg.ledger, NULL) != OK)
		bench_die("commit", NULL);
	uint8_t nobody[PUBLIC_BYTES];
	crypto_sign_keypair(nobody, secrets[OFFICERS]);
	key_id(nobody, ids[OFFICERS]);
	base = now;
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/lock.mdb", dir);
	unlink(path);
	rmdir(dir); /* the store is open: its files need no names any more */
	if (getenv("HOIAM_SEEDS") != NULL)
		write_inputs();
	if (getenv("HOIAM_COUNTS") != NULL)
		atexit(tell_counts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool changed = false;
	if (reg.db == NULL)
		open_register();
	chance_set(CHANCE);
	now = base;
	if (ledger_begin(reg.ledger, NULL) != OK ||
		house_refresh(ledger_house(reg.ledger), ledger_txn(reg.ledger), NULL) != OK)
		bench_die("begin", NULL);
	struct values v = { .p = data,
		.n = size,
		.arena = &arena,
		.policy = &ledger_house(reg.ledger)->policy,
		.now = base,
		.today = day_of_time(base, 420),
		.keys = (const uint8_t(*)[8])ids,
		.key_count = OFFICERS + 1,
		.public = secrets[OFFICERS] + 32,
		.content = content_of };
	for (unsigned i = 0; i < STEPS_MAX && v.n > 0; i++)
		changed = step(&v) || changed;
	if (changed)
		audit_all();
	ledger_abort(reg.ledger);
	arena_reset(&arena);
	return 0;
}
