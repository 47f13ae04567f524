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
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/log.h"
#include "daemon/session.h"
#include "tests/fuzz/chance.h"
#include "tests/fuzz/session_requests.h"
#include "tests/lib/wire.h"

enum { REQUESTS_MAX = 4096, START_OF_CHANCE = 1 << 20 };

static struct bench_register reg;
static struct conf conf;
static struct commit *commit;
static struct office office;
static uint64_t register_size;
static uint8_t login_sig[64]; /* over the first challenge of an input: the one login there is */

/* A session with what was asked of it and not yet answered. */
struct client {
	struct session *session;
	struct writer last; /* answer */
	uint32_t open[REQUESTS_MAX];
	size_t open_count;
	bool gone;
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

static void greet(struct client *c, uint8_t challenge[static 32])
{
	AUTO(writer_fini) struct writer request = { 0 };
	session_hello(&request);
	struct wire_answer answer = ask(c, writer_bytes(&request));
	struct reader rd = reader_of(wire_field(answer.result, "challenge"));
	struct bytes b = read_bin(&rd);
	assert(b.n == 32);
	memcpy(challenge, b.p, 32);
}

static void login(struct client *c)
{
	AUTO(writer_fini) struct writer request = { 0 };
	uint8_t challenge[32];
	greet(c, challenge);
	session_login(&request, challenge);
	(void)ask(c, writer_bytes(&request));
	assert(session_state(c->session) == SESSION_IN);
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
	for (size_t i = 0; i < SESSION_HISTORY; i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		session_history(&w, i);
		(void)ask(&c, writer_bytes(&w));
	}
	client_close(&c);
	register_size = size_of_register();
	chance_set(START_OF_CHANCE);
	client_open(&c);
	greet(&c, challenge);
	client_close(&c);
	session_sign(challenge, login_sig);
	if (getenv("HOIAM_SEEDS") != NULL)
		session_inputs(challenge);
}

static void open_office(void)
{
	const char *temp = getenv("TMPDIR");
	char dir[4000];
	struct fault f = { 0 };
	chance_start();
	session_begin(&reg);
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
	chance_set(START_OF_CHANCE);
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
