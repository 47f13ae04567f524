/*
 * fuzz_session.c: bytes of a client into a session of a real office over a small register, with its
 * commit thread. Nothing new that comes is signed by anybody: the register must not change, every
 * request gets one answer, and none tells of an error inside.
 *
 * An input: one byte says how far the session is (mod 3: new, greeted, logged in), in what pieces
 * the rest comes, and whether the peer is gone before the commit thread is done. Chance is made:
 * keys and challenges are the same in each run and for each input, so that an input can log in, and
 * can ask again for what was done at the start. HOIAM_SEEDS=FOLDER writes such inputs.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <sched.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/session.h"
#include "proto/day.h"
#include "tests/bench/register.h"
#include "tests/lib/wire.h"

#define MEETING "0000000/2025/1"

enum { REQUESTS_MAX = 4096, START_OF_CHANCE = 1 << 20 };

static struct bench_register reg;
static struct conf conf;
static struct commit *commit;
static struct office office;
static uint64_t register_size;
static uint8_t login_sig[64]; /* over the first challenge of an input: the one login there is */
static _Atomic uint64_t chance;

/* A session with what was asked of it and not yet answered. */
struct client {
	struct session *session;
	struct writer last; /* answer */
	uint32_t open[REQUESTS_MAX];
	size_t open_count;
	bool gone;
};

/* Chance. */

static const char *chance_name(void)
{
	return "made";
}

static uint32_t chance_32(void)
{
	uint64_t z = chance++ * 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	return (uint32_t)(z >> 32);
}

static void chance_bytes(void *to, size_t n)
{
	uint8_t *out = to;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)chance_32();
}

static struct randombytes_implementation made_chance = {
	.implementation_name = chance_name,
	.random = chance_32,
	.buf = chance_bytes,
};

/* The peer. */

static void on_send(void *arg, struct bytes bytes)
{
	struct client *c = arg;
	struct wire_answer answer;
	size_t i = 0;
	assert(!c->gone);
	assert(skim_whole(bytes, SIZE_MAX, NULL) == OK);
	bool good = wire_open(bytes, &answer);
	assert(good);
	assert(!text_is(answer.error, err_row(E_INTERNAL)->name));
	while (i < c->open_count && c->open[i] != answer.id)
		i++;
	assert(i < c->open_count);
	c->open[i] = c->open[--c->open_count];
	writer_reset(&c->last);
	write_raw(&c->last, bytes.p, bytes.n);
}

/* Only who revokes a key ends a session. */
static void on_end(void *arg)
{
	(void)arg;
	assert(false);
}

static void client_open(struct client *c)
{
	*c = (struct client){ 0 };
	c->session =
		session_new(&office, &(struct peer){ .send = on_send, .end = on_end, .arg = c });
}

static void client_close(struct client *c)
{
	session_gone(c->session);
	c->gone = true;
	writer_fini(&c->last);
}

/* What the session will have to answer, as far as the bytes hold messages. */
static void expect(struct client *c, struct bytes bytes)
{
	struct skim s;
	skim_init(&s, LIMIT_MESSAGE_BYTES);
	while (c->open_count < REQUESTS_MAX && skim_feed(&s, bytes.p, bytes.n, NULL) == OK) {
		struct reader rd = reader_of(bytes);
		uint32_t parts = read_type(&rd) == PACK_ARRAY ? read_array(&rd) : 0;
		uint64_t type = read_uint(&rd), id = read_uint(&rd);
		if (rd.err == OK && parts == 4 && type == 0)
			c->open[c->open_count++] = (uint32_t)id;
		bytes.p += s.at;
		bytes.n -= s.at;
		skim_init(&s, LIMIT_MESSAGE_BYTES);
	}
}

static void drain(void)
{
	while (!commit_idle(commit)) {
		office_answer(&office);
		sched_yield();
	}
	office_answer(&office);
}

/* Requests of our own. */

/* Sends a request whose answer must be a result. */
static struct wire_answer ask(struct client *c, struct bytes request)
{
	struct wire_answer answer;
	expect(c, request);
	ptrdiff_t used = session_feed(c->session, request.p, request.n);
	assert(used == (ptrdiff_t)request.n);
	drain();
	assert(c->open_count == 0);
	bool good = wire_open(writer_bytes(&c->last), &answer);
	assert(good);
	if (answer.error.n > 0)
		fprintf(stderr, "refused: %.*s\n", (int)answer.error.n, answer.error.p);
	assert(answer.error.n == 0);
	return answer;
}

static void write_hello(struct writer *w)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct hello q = { .proto = PROTOCOL_MAJOR };
	record_write_wire(&params, record_hello(), &q, NULL, NULL);
	wire_request(w, 1, "hello", writer_bytes(&params));
}

static void greet(struct client *c, uint8_t challenge[static 32])
{
	AUTO(writer_fini) struct writer request = { 0 };
	write_hello(&request);
	struct wire_answer answer = ask(c, writer_bytes(&request));
	struct reader rd = reader_of(wire_field(answer.result, "challenge"));
	struct bytes b = read_bin(&rd);
	assert(b.n == 32);
	memcpy(challenge, b.p, 32);
}

static void sign_login(const uint8_t challenge[static 32], uint8_t sig[static 64])
{
	uint8_t message[56];
	login_message(reg.reg, challenge, message);
	crypto_sign_detached(sig, NULL, message, sizeof(message), reg.officer);
}

static void write_login(struct writer *w, const uint8_t challenge[static 32])
{
	AUTO(writer_fini) struct writer params = { 0 };
	uint8_t sig[64], id[KEY_ID_BYTES];
	sign_login(challenge, sig);
	key_id(reg.officer + 32, id);
	struct login q = { bytes_of(id, sizeof(id)), bytes_of(sig, sizeof(sig)) };
	record_write_wire(&params, record_login(), &q, NULL, NULL);
	wire_request(w, 2, "login", writer_bytes(&params));
}

static void login(struct client *c)
{
	AUTO(writer_fini) struct writer request = { 0 };
	uint8_t challenge[32];
	greet(c, challenge);
	write_login(&request, challenge);
	(void)ask(c, writer_bytes(&request));
	assert(session_state(c->session) == SESSION_IN);
}

/* A changing request, the same bytes each time it is made. */
static void write_action(
	struct writer *w, uint8_t number, const uint8_t *secret, enum cmd cmd, const void *record)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct fault f = { 0 };
	static const uint8_t salts[32] = { 1 };
	uint8_t rid[16] = { [6] = 0x70, [8] = 0x80, [15] = number };
	struct signing by = { secret, bytes_of(reg.reg, 16), { 0 }, salts };
	if (action_build(&params, &cmds[cmd], record, rid, &by, &f) != OK)
		bench_die(cmds[cmd].wire, &f);
	wire_request(w, number, cmds[cmd].wire, writer_bytes(&params));
}

/* What is in the register: requests that are done at the start, in this order. */

static void write_meeting(struct writer *w, uint8_t number)
{
	struct meeting_new meeting = { .unit = text_of("0000000"),
		.kind = text_of("dialogue_regular"),
		.day = day_of(2025, 3, 3),
		.venue = text_of("Nhà văn hóa"),
		.chair = text_of("Nguyễn Hữu Tường") };
	struct opinion_new opinions[4] = {
		{ .kind = text_of("PHAN_ANH"), .topic = text_of("roads") },
		{ .kind = text_of("KN"), .topic = text_of("land") },
		{ .kind = text_of("KIEN_NGHI"), .topic = text_of("water") },
	};
	for (size_t i = 0; i < COUNT(opinions); i++) {
		opinions[i].words = text_of("Đường ngập\nmỗi khi mưa");
		opinions[i].speaker = text_of("Lê Thị Bảy");
	}
	struct meeting_record q = { { &meeting, 1 }, { opinions, 4 }, 4, 1 };
	write_action(w, number, reg.officer, CMD_meeting_record, &q);
}

static void write_draft(struct writer *w, uint8_t number)
{
	struct meeting_number q = { text_of(MEETING) };
	write_action(w, number, reg.officer, CMD_conclusion_draft, &q);
}

static void write_items(struct writer *w, uint8_t number)
{
	static const uint32_t ordinals[] = { 1, 2, 3 };
	struct item_new item = { .opinions = { ordinals, 3 },
		.how = text_of("direction"),
		.unit = text_of("0000000"),
		.due = day_of(2025, 5, 5),
		.words = text_of("Xem xét, trả lời") };
	struct conclusion_put q = { text_of(MEETING), 1, 1, { &item, 1 } };
	write_action(w, number, reg.officer, CMD_conclusion_put, &q);
}

static void write_classify(struct writer *w, uint8_t number)
{
	struct case_classify q = {
		.number = text_of(MEETING), .topic = text_of("roads"), .day = day_of(2025, 3, 4)
	};
	write_action(w, number, reg.officer, CMD_case_classify, &q);
}

static void write_accept(struct writer *w, uint8_t number)
{
	struct case_accept q = { .number = text_of(MEETING), .day = day_of(2025, 3, 4) };
	write_action(w, number, reg.officer, CMD_case_accept, &q);
}

static void write_resolve(struct writer *w, uint8_t number)
{
	struct case_resolve q = { .number = text_of(MEETING),
		.outcome = text_of("done"),
		.text = text_of("Đã làm xong"),
		.day = day_of(2025, 3, 5) };
	write_action(w, number, reg.officer, CMD_case_resolve, &q);
}

static void (*const history[])(struct writer *, uint8_t) = { write_meeting, write_draft,
	write_items, write_classify, write_accept, write_resolve };

/* Never done: there is no such invitation, and no such case. */

static void write_enrol(struct writer *w, uint8_t number)
{
	uint8_t public[32], secret[64];
	static const uint8_t seed[32] = { 7 };
	crypto_sign_seed_keypair(public, secret, seed);
	struct enrol q = { bytes_of(seed, 32), bytes_of(public, 32), bytes_of(public, 32) };
	write_action(w, number, secret, CMD_enrol, &q);
}

static void write_accept_nothing(struct writer *w, uint8_t number)
{
	struct case_accept q = { .number = text_of("0000000/2025/77") };
	write_action(w, number, reg.officer, CMD_case_accept, &q);
}

/* It would be done, but for its signature, which is not of the key that it names. */
static void write_forged(struct writer *w, uint8_t number)
{
	uint8_t secret[SECRET_BYTES];
	struct case_classify q = { .number = text_of("0000000/2025/2"),
		.topic = text_of("roads"),
		.day = day_of(2025, 3, 4) };
	memcpy(secret, reg.officer, sizeof(secret));
	secret[0] ^= 1;
	write_action(w, number, secret, CMD_case_classify, &q);
}

static void write_cancel(struct writer *w, uint8_t number)
{
	write_array(w, 3);
	write_uint(w, 2);
	write_string(w, "$/cancel");
	write_array(w, 1);
	write_uint(w, number);
}

/* Inputs that need keys. */

static void write_input(const char *name, uint8_t state, const struct writer *w)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", getenv("HOIAM_SEEDS"), name);
	FILE *file = fopen(path, "wb");
	if (file == NULL || fputc(state, file) == EOF || fwrite(w->p, 1, w->n, file) != w->n ||
		fclose(file) != 0)
		bench_die(path, NULL);
}

static void write_value(struct writer *w, enum kind kind, const char *text)
{
	if (kind == KIND_CODES)
		write_array(w, 1);
	if (kind == KIND_UINT)
		write_uint(w, 1);
	else if (kind == KIND_BIN)
		write_bin(w, bytes_of(reg.house, 32));
	else
		write_string(w, text);
}

/* Each reading command, about what there is. */
static void write_reading_input(const struct cmd_row *cmd)
{
	static const char *const values[][2] = { { "meeting", MEETING }, { "number", MEETING },
		{ "unit", "00" }, { "rate", "ontime" }, { "by", "unit" }, { "from", "2025-01-01" },
		{ "to", "2025-12-31" }, { "at", "2025-12-31" }, { "source", "other" },
		{ "file", "" }, { "officer", "" } };
	AUTO(writer_fini) struct writer fields = { 0 }, params = { 0 }, w = { 0 };
	size_t count = 0;
	for (size_t i = 0; i < COUNT(values); i++) {
		const struct field *field = record_field(cmd->record(), text_of(values[i][0]));
		if (field == NULL)
			continue;
		write_string(&fields, values[i][0]);
		write_value(&fields, field->kind, values[i][1]);
		count++;
	}
	write_map(&params, count);
	write_raw(&params, fields.p, fields.n);
	wire_request(&w, 9, cmd->wire, writer_bytes(&params));
	write_input(cmd->wire, 2, &w);
}

static void write_inputs(const uint8_t challenge[static 32])
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_login(&w, challenge);
	write_input("login", 1, &w);
	w.p[w.n - 1] ^= 1;
	write_input("login_forged", 1, &w);
	writer_reset(&w);
	write_hello(&w);
	write_login(&w, challenge);
	write_input("hello_login", 0, &w);
	writer_reset(&w);
	write_enrol(&w, 100);
	write_input("enrol", 1, &w);
	writer_reset(&w);
	write_accept_nothing(&w, 101);
	write_input("change", 5, &w);
	write_cancel(&w, 101);
	write_cancel(&w, 7);
	write_input("change_cancelled", 2, &w);
	write_input("change_gone", 11 * 3 + 2, &w);
	writer_reset(&w);
	write_forged(&w, 102);
	write_input("change_forged", 2, &w);
	writer_reset(&w);
	write_accept(&w, 1);
	write_input("change_other", 2, &w);
	writer_reset(&w);
	for (size_t i = 0; i < COUNT(history); i++)
		history[i](&w, (uint8_t)(i + 1));
	write_input("change_again", 8, &w);
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (cmds[i].mode == CMD_READ)
			write_reading_input(&cmds[i]);
}

/* The office. */

static uint64_t size_of_register(void)
{
	struct txn *txn;
	struct position tail;
	if (txn_begin(&txn, reg.db, false, NULL) != OK || journal_tail(txn, &tail, NULL) != OK)
		bench_die("tail", NULL);
	txn_abort(txn);
	return tail.size;
}

static void forget_folder(const char *dir)
{
	static const char *const names[] = { "data.mdb", "lock.mdb" };
	char path[4096];
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	rmdir(dir);
}

static void make_history(void)
{
	struct client c;
	uint8_t challenge[32];
	client_open(&c);
	login(&c);
	for (size_t i = 0; i < COUNT(history); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		history[i](&w, (uint8_t)(i + 1));
		(void)ask(&c, writer_bytes(&w));
	}
	client_close(&c);
	register_size = size_of_register();
	chance = START_OF_CHANCE;
	client_open(&c);
	greet(&c, challenge);
	client_close(&c);
	sign_login(challenge, login_sig);
	if (getenv("HOIAM_SEEDS") != NULL)
		write_inputs(challenge);
}

static void open_office(void)
{
	const char *temp = getenv("TMPDIR");
	char dir[4000];
	struct fault f = { 0 };
	if (randombytes_set_implementation(&made_chance) != 0 || sodium_init() < 0)
		bench_die("sodium", NULL);
	snprintf(dir, sizeof(dir), "%s/fuzz-session-XXXXXX", temp == NULL ? "/tmp" : temp);
	if (mkdtemp(dir) == NULL)
		bench_die("folder", NULL);
	reg.seed = 1;
	log_set_level(LOG_ERROR);
	bench_make(&reg, dir, 3, DB_SCRATCH);
	bench_close(&reg);
	conf_defaults(&conf);
	if (db_open(&reg.db, dir, DB_WRITE, &f) != OK ||
		commit_start(&commit, reg.db, &conf, &f) != OK ||
		office_open(&office, reg.db, commit, &conf, reg.house, &f) != OK)
		bench_die("office", &f);
	forget_folder(dir); /* the store is open: its files need no names any more */
	make_history();
}

/* In pieces; what is not consumed is kept and comes again with more. false: refused. */
static bool feed(struct client *c, const uint8_t *p, size_t n, size_t piece)
{
	size_t from = 0, have = 0;
	while (from + have < n) {
		have += piece < n - from - have ? piece : n - from - have;
		/* a copy of its own: one byte too many is seen by the sanitizer */
		uint8_t *copy = xmalloc(have);
		memcpy(copy, p + from, have);
		ptrdiff_t used = session_feed(c->session, copy, have);
		free(copy);
		if (used < 0)
			return false;
		assert((size_t)used <= have);
		from += (size_t)used;
		have -= (size_t)used;
		assert(have <= LIMIT_MESSAGE_BYTES);
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct client c;
	uint8_t challenge[32];
	if (!ready)
		open_office();
	ready = true;
	if (size < 1)
		return 0;
	chance = START_OF_CHANCE;
	size_t how = data[0] / 3u;
	client_open(&c);
	if (data[0] % 3 == 1)
		greet(&c, challenge);
	else if (data[0] % 3 == 2)
		login(&c);
	expect(&c, bytes_of(data + 1, size - 1));
	bool may = data[0] % 3 == 2 || memmem(data, size, login_sig, sizeof(login_sig)) != NULL;
	bool all = feed(&c, data + 1, size - 1, 1 + how * 13);
	assert(may || session_state(c.session) != SESSION_IN);
	if (how % 4 != 3) {
		drain();
		assert(session_open_requests(c.session) == 0);
		assert(!all || c.open_count == 0 || size > REQUESTS_MAX);
	}
	client_close(&c);
	drain();
	assert(size_of_register() == register_size);
	return 0;
}
