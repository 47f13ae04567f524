/*
 * bench_intake.c: meetings of 44 opinions of 400 bytes over Noise, from 16 connections, signed and
 * durable, against bare LMDB doing the same puts with the same bytes in the same commits on a copy
 * of the same store. What the clients sign and seal is made before the clock starts. Rounds
 * alternate; the median ratio is what counts. Then the pages that single changes write.
 *
 *   bench_intake FOLDER [changes that fill the store] [meetings a round] [rounds] [connections]
 *
 * The stores are FOLDER/a and its copy FOLDER/b. When bench_fill has made FOLDER/a, it is used as
 * it is, and both go on from run to run.
 */
#include "daemon/commit.h"
#include "daemon/conf.h"
#include "daemon/server.h"
#include "proto/action.h"
#include "proto/day.h"
#include "tests/bench/load.h"
#include "tests/bench/secure.h"
#include "tests/lib/wire.h"

#include <lmdb.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, ROUNDS_MAX = 50 };

struct options {
	const char *folder;
	uint64_t fill;
	unsigned meetings, rounds, connections;
};

/* What the daemon's process writes down: every put and every commit. */

static FILE *trace_file;

static void on_trace(
	void *arg, enum store table, struct bytes key, struct bytes value, enum trace_what what)
{
	uint32_t head[4] = { (uint32_t)table, (uint32_t)what, (uint32_t)key.n, (uint32_t)value.n };
	(void)arg;
	fwrite(head, sizeof(head), 1, trace_file);
	if (key.n > 0)
		fwrite(key.p, key.n, 1, trace_file);
	if (value.n > 0)
		fwrite(value.p, value.n, 1, trace_file);
	if (what == TRACE_COMMIT)
		fflush(trace_file);
}

static pid_t start_daemon(const struct options *o, const struct bench_register *r,
	const char *store, const char *trace)
{
	char path[4096], log[4096];
	snprintf(path, sizeof(path), "%s/bench.sock", o->folder);
	snprintf(log, sizeof(log), "%s/log", o->folder);
	unlink(path);
	unlink(log);
	pid_t child = fork();
	if (child != 0)
		return child;
	if (freopen(log, "w", stderr) == NULL)
		bench_die(log, NULL);
	setvbuf(stderr, NULL, _IOLBF, 0);
	struct db *db;
	struct fault f = { 0 };
	struct conf conf;
	conf_defaults(&conf);
	conf.listen = text_of("127.0.0.1:0");
	trace_file = fopen(trace, "wb");
	if (trace_file == NULL || db_open(&db, store, DB_WRITE, &f) != OK)
		bench_die("daemon", &f);
	setvbuf(trace_file, NULL, _IOFBF, 8 << 20);
	db_set_trace(db, on_trace, NULL);
	struct server_options options = { store, path, &conf, r->house };
	if (server_run(&options, db, &f) != OK)
		bench_die("daemon", &f);
	db_close(db);
	fclose(trace_file);
	_exit(0);
}

/* The port that the daemon tells in its log, waited for. */
static unsigned port_of(const struct options *o)
{
	static const char words[] = "listening=tcp host=127.0.0.1 port=";
	char line[4096];
	for (int i = 0; i < 3000; i++, usleep(10000)) {
		snprintf(line, sizeof(line), "%s/log", o->folder);
		FILE *file = fopen(line, "r");
		const char *at = NULL;
		while (file != NULL && at == NULL && fgets(line, sizeof(line), file) != NULL)
			at = strchr(line, '\n') == NULL ? NULL : strstr(line, words);
		if (file != NULL)
			fclose(file);
		if (at != NULL)
			return (unsigned)strtoul(at + sizeof(words) - 1, NULL, 10);
	}
	bench_die("the daemon does not listen", NULL);
}

/* The clients: one request on the way per connection. Each has its requests sealed, in their order.
 */

struct client {
	struct secure line;
	struct writer sealed;
	size_t *ends;
	unsigned count, sent;
};

struct intake {
	unsigned count, answered, connections;
	struct client clients[CONNECTIONS_MAX];
};

static void check_answer(struct bytes message)
{
	struct wire_answer answer;
	if (wire_open(message, &answer) && answer.error.n == 0)
		return;
	fprintf(stderr, "bench: refused: %.*s\n", (int)answer.error.n, answer.error.p);
	exit(1);
}

static void send_next(struct client *c)
{
	size_t from = c->sent == 0 ? 0 : c->ends[c->sent - 1];
	if (c->sent == c->count)
		return;
	if (!wire_send(c->line.fd, bytes_of(c->sealed.p + from, c->ends[c->sent] - from)))
		bench_die("send", NULL);
	c->sent++;
}

/* false: the answer is not whole yet. */
static bool take_answer(struct client *c)
{
	struct skim s;
	secure_receive(&c->line);
	skim_init(&s, LIMIT_MESSAGE_BYTES);
	if (skim_feed(&s, c->line.plain.p, c->line.plain.n, NULL) != OK)
		return false;
	check_answer(writer_bytes(&c->line.plain));
	writer_reset(&c->line.plain);
	return true;
}

static double run_load(struct intake *l)
{
	struct pollfd polls[CONNECTIONS_MAX];
	double begin = bench_seconds();
	for (unsigned i = 0; i < l->connections; i++) {
		polls[i] = (struct pollfd){ .fd = l->clients[i].line.fd, .events = POLLIN };
		send_next(&l->clients[i]);
	}
	while (l->answered < l->count) {
		poll(polls, l->connections, -1);
		for (unsigned i = 0; i < l->connections; i++) {
			if ((polls[i].revents & POLLIN) == 0 || !take_answer(&l->clients[i]))
				continue;
			l->answered++;
			send_next(&l->clients[i]);
		}
	}
	return bench_seconds() - begin;
}

/* Bare LMDB: the same puts into the same tables with the same commits. */

struct bare {
	MDB_env *env;
	MDB_dbi dbi[STORE_COUNT];
};

static void check_mdb(int rc, const char *what)
{
	if (rc == 0)
		return;
	fprintf(stderr, "bench: bare: %s: %s\n", what, mdb_strerror(rc));
	exit(1);
}

static void bare_open(struct bare *b, const char *path)
{
	MDB_txn *txn;
	check_mdb(mdb_env_create(&b->env), "create");
	mdb_env_set_mapsize(b->env, (size_t)1 << 40);
	mdb_env_set_maxdbs(b->env, STORE_COUNT + 8);
	check_mdb(mdb_env_open(b->env, path, MDB_NOTLS, 0600), "open");
	check_mdb(mdb_txn_begin(b->env, NULL, 0, &txn), "begin");
	for (unsigned i = 0; i < STORE_COUNT; i++)
		check_mdb(mdb_dbi_open(txn, store_name((enum store)i), 0, &b->dbi[i]), "table");
	check_mdb(mdb_txn_commit(txn), "commit");
}

struct replay {
	uint8_t *p;
	size_t n;
	double seconds;
	uint64_t commits, puts;
};

static uint8_t *slurp(const char *path, size_t *n)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	if (file == NULL || fstat(fileno(file), &st) != 0)
		bench_die(path, NULL);
	uint8_t *p = xmalloc((size_t)st.st_size);
	*n = fread(p, 1, (size_t)st.st_size, file);
	fclose(file);
	return p;
}

static void bare_one(struct bare *b, MDB_txn *txn, const uint32_t head[4], const uint8_t *p)
{
	MDB_val key = { head[2], (void *)(uintptr_t)p };
	MDB_val value = { head[3], (void *)(uintptr_t)(p + head[2]) };
	int rc = head[1] == TRACE_DEL ? mdb_del(txn, b->dbi[head[0]], &key, NULL)
				      : mdb_put(txn, b->dbi[head[0]], &key, &value,
						head[1] == TRACE_APPEND ? MDB_APPEND : 0);
	if (rc != 0 && rc != MDB_NOTFOUND)
		check_mdb(rc, "put");
}

static void bare_run(struct bare *b, struct replay *r)
{
	MDB_txn *txn = NULL;
	double begin = bench_seconds();
	for (size_t at = 0; at + 16 <= r->n;) {
		uint32_t head[4];
		memcpy(head, r->p + at, sizeof(head));
		at += sizeof(head);
		if (txn == NULL)
			check_mdb(mdb_txn_begin(b->env, NULL, 0, &txn), "begin");
		if (head[1] == TRACE_COMMIT) {
			check_mdb(mdb_txn_commit(txn), "commit");
			txn = NULL;
			r->commits++;
			continue;
		}
		bare_one(b, txn, head, r->p + at);
		r->puts++;
		at += head[2] + head[3];
	}
	r->seconds = bench_seconds() - begin;
}

/* One round. */

static void make_request(struct bench_register *r, struct client *c, unsigned id)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer params = { 0 }, request = { 0 };
	struct meeting_record q;
	bench_meeting(r, &q, &a);
	bench_build(r, CMD_meeting_record, &q, &params);
	wire_request(&request, id, "meeting.record", writer_bytes(&params));
	secure_seal(&c->line, writer_bytes(&request), &c->sealed);
	c->ends[c->count++] = c->sealed.n;
}

static void open_clients(struct intake *l, struct bench_register *r, unsigned port)
{
	for (unsigned i = 0; i < l->connections; i++) {
		struct client *c = &l->clients[i];
		secure_open(&c->line, r, port);
		c->ends = xcalloc(l->count / l->connections + 1, sizeof(*c->ends));
	}
	for (unsigned i = 0; i < l->count; i++)
		make_request(r, &l->clients[i % l->connections], 100 + i);
}

static void close_clients(struct intake *l)
{
	for (unsigned i = 0; i < l->connections; i++) {
		secure_close(&l->clients[i].line);
		writer_fini(&l->clients[i].sealed);
		free(l->clients[i].ends);
	}
	free(l);
}

static double one_round(
	const struct options *o, struct bench_register *r, const char *a, const char *b)
{
	char trace[4096];
	struct intake *l = xcalloc(1, sizeof(*l));
	l->count = o->meetings;
	l->connections = o->connections;
	snprintf(trace, sizeof(trace), "/dev/shm/hoiam-bench-%d",
		(int)getpid()); /* not on the disk that is timed */
	pid_t child = start_daemon(o, r, a, trace);
	open_clients(l, r, port_of(o));
	double ours = run_load(l);
	close_clients(l);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	struct bare bare;
	struct replay replay = { 0 };
	bare_open(&bare, b);
	replay.p = slurp(trace, &replay.n);
	bare_run(&bare, &replay);
	mdb_env_close(bare.env);
	free(replay.p);
	unlink(trace);
	printf("round: hoiam %.0f meetings/s (%.0f opinions/s), bare LMDB %.0f meetings/s, "
	       "%llu commits, %llu puts, ratio %.3f\n",
		o->meetings / ours, o->meetings * OPINIONS / ours, o->meetings / replay.seconds,
		(unsigned long long)replay.commits, (unsigned long long)replay.puts,
		replay.seconds / ours);
	fflush(stdout);
	return replay.seconds / ours;
}

/* The page budget: what single changes write, each in a commit of its own. */

static uint64_t bytes_written(void)
{
	FILE *io = fopen("/proc/self/io", "r");
	char line[128];
	unsigned long long v = 0;
	while (io != NULL && fgets(line, sizeof(line), io) != NULL)
		if (sscanf(line, "wchar: %llu", &v) == 1)
			break;
	if (io != NULL)
		fclose(io);
	return v;
}

static uint64_t appended, scattered;

/* Entries, words and request numbers only grow at their end; meta is one row. */
static void count_changes(
	void *arg, enum store table, struct bytes key, struct bytes value, enum trace_what what)
{
	(void)arg;
	if (what == TRACE_COMMIT)
		return;
	if (what == TRACE_APPEND || table == STORE_rid || table == STORE_meta)
		appended += key.n + value.n + 8;
	else
		scattered++;
}

static void page_budget(struct bench_register *r, const char *path, uint64_t filled)
{
	enum { CHANGES = 500 };
	struct fault f;
	if (db_open(&r->db, path, DB_WRITE, &f) != OK || ledger_open(&r->ledger, r->db, &f) != OK)
		bench_die("open", &f);
	db_set_trace(r->db, count_changes, NULL);
	uint64_t before = bytes_written(), done = 0;
	int year, month, day;
	day_split(day_of_time(r->now, 420), &year, &month, &day);
	for (unsigned i = 0; i < CHANGES * 4 && done < CHANGES; i++) {
		AUTO(arena_fini) struct arena a = { 0 };
		struct row_case c;
		uint32_t commune = (uint32_t)bench_random(r, r->communes);
		struct num number = { commune + 11,
			1 + (uint32_t)bench_random(r, filled / r->communes), (uint16_t)year };
		if (ledger_begin(r->ledger, &f) != OK)
			bench_die("begin", &f);
		bool there = row_get(ledger_txn(r->ledger), STORE_case, key_of_num(number),
			record_row_case(), &c, &a);
		if (there && c.state == STATE_RECORDED) {
			struct case_classify q = { .number = arena_format(&a, "%02u%05u/%d/%u",
							   commune % 10, commune, year, number.n),
				.kind = text_of("KN"),
				.topic = text_of("land") };
			bench_act(r, CMD_case_classify, &q);
			done++;
		}
		if (!there || ledger_commit(r->ledger, &f) != OK)
			ledger_abort(r->ledger);
	}
	double pages = (double)(bytes_written() - before) / 4096 / (double)done;
	printf("page budget: %llu single changes: %.1f leaf pages dirtied a change beyond the "
	       "appends "
	       "(one a put at most), %.0f bytes appended; %.1f pages written in all, branches, "
	       "free "
	       "list and head included\n",
		(unsigned long long)done, (double)scattered / (double)done,
		(double)appended / (double)done, pages);
	bench_close(r);
}

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void copy_store(const char *from, const char *to)
{
	char command[9000];
	mkdir(to, 0700);
	snprintf(command, sizeof(command), "cp '%s/data.mdb' '%s/data.mdb'", from, to);
	if (system(command) != 0) /* NOLINT(cert-env33-c): a bench, paths of its own */
		bench_die("copy", NULL);
}

static void prepare(const struct options *o, struct bench_register *r, const char *a, const char *b)
{
	char keys[4096], data[4096];
	snprintf(keys, sizeof(keys), "%s/bench.keys", a);
	snprintf(data, sizeof(data), "%s/data.mdb", b);
	if (access(keys, R_OK) == 0) {
		bench_keys_read(r, a);
	} else {
		double begin = bench_seconds();
		mkdir(a, 0700);
		bench_make(r, a, 2000, DB_SCRATCH);
		bench_fill(r, o->fill);
		printf("filled: %llu opinions in %.1f s, without a line, in batches\n",
			(unsigned long long)o->fill, bench_seconds() - begin);
		bench_close(r);
	}
	if (access(data, R_OK) != 0)
		copy_store(a, b);
	sync();
}

int main(int argc, char **argv)
{
	struct options o = { argc > 1 ? argv[1] : NULL, 1000000, 800, 5, 16 };
	char a[4000], b[4000];
	double ratios[ROUNDS_MAX];
	struct bench_register r = { .seed = 1 };
	if (argc > 2)
		o.fill = strtoull(argv[2], NULL, 10);
	if (argc > 3)
		o.meetings = (unsigned)strtoul(argv[3], NULL, 10);
	if (argc > 4)
		o.rounds = (unsigned)strtoul(argv[4], NULL, 10);
	if (argc > 5)
		o.connections = (unsigned)strtoul(argv[5], NULL, 10);
	if (o.folder == NULL || o.rounds > ROUNDS_MAX || o.connections > CONNECTIONS_MAX) {
		fputs("usage: bench_intake FOLDER [changes] [meetings] [rounds] [connections]\n",
			stderr);
		return 2;
	}
	snprintf(a, sizeof(a), "%s/a", o.folder);
	snprintf(b, sizeof(b), "%s/b", o.folder);
	prepare(&o, &r, a, b);
	for (unsigned i = 0; i < o.rounds; i++)
		ratios[i] = one_round(&o, &r, a, b);
	qsort(ratios, o.rounds, sizeof(*ratios), order);
	double median = ratios[o.rounds / 2];
	printf("intake: median ratio to bare LMDB %.3f (min %.3f, max %.3f), bar 0.5: %s\n", median,
		ratios[0], ratios[o.rounds - 1], median >= 0.5 ? "met" : "MISSED");
	if (o.fill > 0)
		page_budget(&r, a, o.fill);
	return 0;
}
