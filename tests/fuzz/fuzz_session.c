/*
 * fuzz_session.c: bytes of a client into a session of a real office over a small register, with its
 * commit thread. Nothing that comes is signed by anybody: the register must not change, and every
 * answer must be one.
 *
 * An input: one byte says how far the session is (0 new, 1 greeted, else logged in) and in what
 * pieces the rest comes.
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
#include "tests/bench/register.h"
#include "tests/lib/wire.h"

static struct bench_register reg;
static struct conf conf;
static struct commit *commit;
static struct office office;
static uint64_t register_size;

/* What a session says, and whether it was ended. */
struct client {
	struct writer last; /* answer */
	unsigned answers;
	bool ended;
};

static void on_send(void *arg, struct bytes bytes)
{
	struct client *c = arg;
	struct wire_answer answer;
	struct skim s;
	skim_init(&s, SIZE_MAX);
	assert(skim_feed(&s, bytes.p, bytes.n, NULL) == OK && s.at == bytes.n);
	assert(wire_open(bytes, &answer));
	c->answers++;
	writer_reset(&c->last);
	write_raw(&c->last, bytes.p, bytes.n);
}

static void on_end(void *arg)
{
	struct client *c = arg;
	c->ended = true;
}

static uint64_t size_of_register(void)
{
	struct txn *txn;
	struct position tail;
	if (txn_begin(&txn, reg.db, false, NULL) != OK || journal_tail(txn, &tail, NULL) != OK)
		bench_die("tail", NULL);
	txn_abort(txn);
	return tail.size;
}

static void open_office(void)
{
	const char *temp = getenv("TMPDIR");
	char dir[4000];
	struct fault f = { 0 };
	if (sodium_init() < 0)
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
	register_size = size_of_register();
	strcat(dir, "/data.mdb"); /* the store is open: its files need no names any more */
	unlink(dir);
	strcpy(strrchr(dir, '/'), "/lock.mdb");
	unlink(dir);
	*strrchr(dir, '/') = '\0';
	rmdir(dir);
}

/* One request by the session's own hand; its answer is in c->last. */
static void ask(struct session *s, struct client *c, const char *method, const struct record *r,
	const void *q, struct wire_answer *to)
{
	AUTO(writer_fini) struct writer params = { 0 }, message = { 0 };
	record_write_wire(&params, r, q, NULL, NULL);
	wire_request(&message, 1, method, writer_bytes(&params));
	ptrdiff_t used = session_feed(s, message.p, message.n);
	assert(used == (ptrdiff_t)message.n);
	bool good = wire_open(writer_bytes(&c->last), to) && to->error.n == 0;
	assert(good);
}

static struct bytes bin(struct bytes value)
{
	struct reader rd = reader_of(value);
	return read_bin(&rd);
}

static void greet(struct session *s, struct client *c, uint8_t challenge[static 32])
{
	struct wire_answer answer;
	struct hello q = { .proto = PROTOCOL_MAJOR };
	ask(s, c, "hello", record_hello(), &q, &answer);
	struct bytes b = bin(wire_field(answer.result, "challenge"));
	assert(b.n == 32);
	memcpy(challenge, b.p, 32);
}

static void login(struct session *s, struct client *c, const uint8_t challenge[static 32])
{
	uint8_t message[56], sig[64], id[KEY_ID_BYTES];
	struct wire_answer answer;
	login_message(reg.reg, challenge, message);
	crypto_sign_detached(sig, NULL, message, sizeof(message), reg.officer);
	key_id(reg.officer + 32, id);
	struct login q = { bytes_of(id, sizeof(id)), bytes_of(sig, sizeof(sig)) };
	ask(s, c, "login", record_login(), &q, &answer);
	assert(session_state(s) == SESSION_IN);
}

/* In pieces; what is not consumed is kept and comes again with more. */
static void feed(struct session *s, struct client *c, const uint8_t *p, size_t n, unsigned piece)
{
	size_t from = 0, have = 0;
	while (from + have < n && !c->ended) {
		have += piece < n - from - have ? piece : n - from - have;
		/* a copy of its own: one byte too many is seen by the sanitizer */
		uint8_t *copy = xmalloc(have);
		memcpy(copy, p + from, have);
		ptrdiff_t used = session_feed(s, copy, have);
		free(copy);
		if (used < 0)
			return;
		assert((size_t)used <= have);
		from += (size_t)used;
		have -= (size_t)used;
		if (have > LIMIT_MESSAGE_BYTES)
			return;
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct client c = { 0 };
	uint8_t challenge[32];
	if (!ready)
		open_office();
	ready = true;
	if (size < 1)
		return 0;
	struct session *s =
		session_new(&office, &(struct peer){ .send = on_send, .end = on_end, .arg = &c });
	if (data[0] % 3 > 0)
		greet(s, &c, challenge);
	if (data[0] % 3 > 1)
		login(s, &c, challenge);
	feed(s, &c, data + 1, size - 1, 1 + (data[0] / 3) * 13);
	drain();
	session_gone(s);
	assert(size_of_register() == register_size);
	writer_fini(&c.last);
	return 0;
}
