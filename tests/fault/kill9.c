/*
 * kill9.c: kill -9 under load. Eight connections record meetings and add opinions; the daemon is
 * killed at a random moment and started again; what had no answer is sent again with the same
 * request number. At the end: nothing acknowledged is lost, nothing is doubled, the same request
 * number still gets the same answer, numbers are dense, and `hoiamd verify` finds nothing.
 *
 *   kill9 FOLDER [kills] [seed]        HOIAMD_PROGRAM names the daemon
 */
#include "daemon/house_key.h"
#include "tests/bench/register.h"
#include "tests/lib/wire.h"

#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS = 8, COMMUNES = 20, OPINIONS_EACH = 5 };

/* One request that was ever sent. */
struct sent {
	struct writer message;
	uint8_t answer[32]; /* hash of the result, once there is one */
	bool done;
	unsigned opinions;
	bool meeting;      /* it makes a meeting */
	struct sent *next; /* list of all */
};

struct run {
	struct bench_register r;
	char dir[4000], socket[4096];
	struct sent *all;
	struct sent *open[CONNECTIONS]; /* waits for its answer */
	char meetings[4096][40];        /* numbers of acknowledged meetings */
	unsigned meeting_count;
	unsigned acknowledged, resent, checked;
	uint32_t next_id;
};

static const char *daemon_program(void)
{
	const char *program = getenv("HOIAMD_PROGRAM");
	if (program == NULL)
		bench_die("HOIAMD_PROGRAM is not set", NULL);
	return program;
}

static pid_t start(struct run *run)
{
	const char *program = daemon_program();
	pid_t child = fork();
	if (child == 0) {
		execl(program, program, "run", run->dir, "--socket", run->socket, (char *)NULL);
		_exit(127);
	}
	return child;
}

static struct sent *make_sent(struct run *run, enum cmd cmd, const void *record, unsigned opinions)
{
	struct writer params = { 0 };
	struct sent *s = xcalloc(1, sizeof(*s));
	bench_build(&run->r, cmd, record, &params);
	wire_request(&s->message, ++run->next_id, cmds[cmd].wire, writer_bytes(&params));
	writer_fini(&params);
	s->opinions = opinions;
	s->meeting = cmd == CMD_meeting_record;
	s->next = run->all;
	run->all = s;
	return s;
}

static struct sent *new_request(struct run *run)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record q;
	bench_meeting(&run->r, &q, &a);
	q.opinions.n = OPINIONS_EACH;
	if (run->meeting_count > 0 && bench_random(&run->r, 2) == 0) {
		const char *number = run->meetings[bench_random(&run->r, run->meeting_count)];
		struct opinion_add add = { text_of(number), 0, q.opinions };
		return make_sent(run, CMD_opinion_add, &add, OPINIONS_EACH);
	}
	q.count = OPINIONS_EACH;
	q.closed = bench_random(&run->r, 2);
	return make_sent(run, CMD_meeting_record, &q, OPINIONS_EACH);
}

/* The number of the meeting in the first event of an answer. */
static void note_meeting(struct run *run, struct bytes result)
{
	struct reader number =
		reader_of(wire_cell(result, "events", "meeting_opened", 0, "meeting"));
	struct text t = read_text(&number);
	if (run->meeting_count < COUNT(run->meetings) && t.n > 0 && t.n < 40) {
		memcpy(run->meetings[run->meeting_count], t.p, t.n);
		run->meetings[run->meeting_count++][t.n] = '\0';
	}
}

static void take_answer(struct run *run, struct sent *s, struct bytes message)
{
	struct wire_answer answer;
	uint8_t hash[32];
	if (!wire_open(message, &answer) || answer.error.n > 0) {
		fprintf(stderr, "kill9: refused: %.*s\n", (int)answer.error.n, answer.error.p);
		exit(1);
	}
	crypto_hash_sha256(hash, answer.result.p, answer.result.n);
	if (s->done && memcmp(hash, s->answer, 32) != 0) {
		fputs("kill9: the same request number got another answer\n", stderr);
		exit(1);
	}
	if (!s->done && s->meeting)
		note_meeting(run, answer.result);
	run->acknowledged += !s->done;
	s->done = true;
	memcpy(s->answer, hash, 32);
}

/* What was sent already and is worth sending again: one that waits, or one that was answered. */
static struct sent *again(struct run *run, unsigned connection)
{
	if (run->open[connection] != NULL) {
		run->resent++;
		return run->open[connection];
	}
	if (run->all != NULL && bench_random(&run->r, 8) == 0) {
		struct sent *s = run->all;
		for (uint64_t skip = bench_random(&run->r, 50);
			skip > 0 && s != NULL && s->next != NULL; skip--)
			s = s->next;
		if (s != NULL && s->done) {
			run->checked++;
			return s;
		}
	}
	return NULL;
}

static bool send_one(struct run *run, int fd, unsigned connection)
{
	struct sent *s = again(run, connection);
	if (s == NULL)
		s = new_request(run);
	run->open[connection] = s;
	return wire_send(fd, writer_bytes(&s->message));
}

/* Load until `kill_at`, then kill; or until every request is answered when kill_at is 0. */
static void load(struct run *run, pid_t child, double kill_at)
{
	static uint8_t buf[LIMIT_MESSAGE_BYTES];
	struct pollfd polls[CONNECTIONS];
	for (unsigned i = 0; i < CONNECTIONS; i++) {
		polls[i] = (struct pollfd){ .fd = wire_dial(run->socket), .events = POLLIN };
		if (polls[i].fd < 0 || !wire_login(polls[i].fd, run->r.officer, NULL))
			bench_die("login", NULL);
		if (kill_at > 0 || run->open[i] != NULL)
			(void)send_one(run, polls[i].fd, i);
	}
	double begin = bench_seconds();
	unsigned waiting = CONNECTIONS;
	while (kill_at > 0 ? bench_seconds() - begin < kill_at : waiting > 0) {
		waiting = 0;
		poll(polls, CONNECTIONS, 5);
		for (unsigned i = 0; i < CONNECTIONS; i++) {
			if (polls[i].revents & POLLIN) {
				size_t n = wire_receive(polls[i].fd, buf, sizeof(buf));
				if (n == 0)
					bench_die("the daemon cut the line", NULL);
				take_answer(run, run->open[i], bytes_of(buf, n));
				run->open[i] = NULL;
				if (kill_at > 0)
					(void)send_one(run, polls[i].fd, i);
			}
			waiting += run->open[i] != NULL;
		}
	}
	kill(child, kill_at > 0 ? SIGKILL : SIGTERM);
	waitpid(child, NULL, 0);
	for (unsigned i = 0; i < CONNECTIONS; i++)
		close(polls[i].fd);
}

/* Count what is in the store and look for gaps. */
static void check_store(struct run *run, uint64_t meetings, uint64_t opinions)
{
	struct db *db;
	struct txn *txn;
	struct fault f;
	struct bytes key, value;
	struct scan s;
	uint64_t found = 0, cases = 0;
	if (db_open(&db, run->dir, DB_READ, &f) != OK || txn_begin(&txn, db, false, &f) != OK)
		bench_die("open", &f);
	scan_open(&s, txn, STORE_meeting, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value))
		found++;
	scan_close(&s);
	struct num before = { 0 };
	scan_open(&s, txn, STORE_case, (struct bytes){ 0 });
	for (; scan_next(&s, &key, &value); cases++) {
		struct num n = key_get_num(key.p);
		bool same = n.series == before.series && n.year == before.year;
		if (n.n != (same ? before.n + 1 : 1))
			bench_die("a case number is missing", NULL);
		before = n;
	}
	scan_close(&s);
	txn_abort(txn);
	db_close(db);
	printf("kill9: %llu meetings of %llu, %llu opinions of %llu\n", (unsigned long long)found,
		(unsigned long long)meetings, (unsigned long long)cases,
		(unsigned long long)opinions);
	if (found != meetings || cases != opinions)
		bench_die("lost or doubled", NULL);
}

static void verify(struct run *run)
{
	const char *program = daemon_program();
	pid_t child = fork();
	int status;
	if (child == 0) {
		execl(program, "hoiamd", "verify", run->dir, (char *)NULL);
		_exit(127);
	}
	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		bench_die("verify found something", NULL);
}

int main(int argc, char **argv)
{
	static struct run run = { .r.seed = 1 };
	unsigned kills = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 12;
	uint64_t meetings = 0, opinions = 0;
	if (argc < 2)
		return 2;
	if (argc > 3)
		run.r.seed = strtoull(argv[3], NULL, 10);
	snprintf(run.dir, sizeof(run.dir), "%s/kill9-XXXXXX", argv[1]);
	if (mkdtemp(run.dir) == NULL)
		bench_die("folder", NULL);
	snprintf(run.socket, sizeof(run.socket), "%s/s", run.dir);
	bench_make(&run.r, run.dir, COMMUNES, DB_CREATE);
	bench_close(&run.r);
	if (house_key_write(run.dir, run.r.house, NULL) != OK)
		bench_die("house.key", NULL);
	for (unsigned i = 0; i < kills; i++)
		load(&run, start(&run), 0.02 + (double)bench_random(&run.r, 200) / 1000);
	load(&run, start(&run), 0);
	for (struct sent *s = run.all; s != NULL; s = s->next) {
		meetings += s->meeting;
		opinions += s->opinions;
		if (!s->done)
			bench_die("a request was never answered", NULL);
	}
	printf("kill9: %u kills, %u acknowledged, %u sent again, %u answers compared\n", kills,
		run.acknowledged, run.resent, run.checked);
	check_store(&run, meetings, opinions);
	verify(&run);
	return 0;
}
