/* load.c: many requests over many connections. */
#include "tests/bench/load.h"

#include "store/key.h"
#include "tests/lib/wire.h"

#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_ROOM = LIMIT_MESSAGE_BYTES * 2, PROVINCES = 10 /* of register.c */ };

void load_open(struct load *l, const char *socket, const uint8_t secret[static 64],
	unsigned connections, unsigned depth)
{
	*l = (struct load){ .connections = connections, .depth = depth };
	if (connections > LOAD_CONNECTIONS_MAX)
		bench_die("too many connections", NULL);
	for (unsigned i = 0; i < connections; i++) {
		struct load_line *line = &l->lines[i];
		line->fd = wire_dial(socket);
		line->in = xmalloc(IN_ROOM);
		if (line->fd < 0 || !wire_login(line->fd, secret, NULL))
			bench_die("login", NULL);
	}
}

void load_close(struct load *l)
{
	load_reset(l);
	for (unsigned i = 0; i < l->connections; i++) {
		close(l->lines[i].fd);
		free(l->lines[i].in);
		free(l->lines[i].ends);
		writer_fini(&l->lines[i].requests);
	}
}

void load_reset(struct load *l)
{
	for (unsigned i = 0; i < l->connections; i++) {
		struct load_line *line = &l->lines[i];
		writer_reset(&line->requests);
		line->count = line->sent = line->answered = 0;
	}
	l->answers = l->bytes = 0;
	l->seconds = 0;
}

void load_add(struct load *l, unsigned connection, const char *method, struct bytes params)
{
	struct load_line *line = &l->lines[connection];
	if (line->count == line->room) {
		line->room = line->room * 2 + 64;
		line->ends = xrealloc(line->ends, line->room * sizeof(*line->ends));
	}
	wire_request(&line->requests, 100 + line->count, method, params);
	line->ends[line->count++] = line->requests.n;
}

/* So many that `depth` are on the way, in one write. */
static void send_more(const struct load *l, struct load_line *line)
{
	unsigned until = line->answered + l->depth;
	if (until > line->count)
		until = line->count;
	if (until <= line->sent)
		return;
	size_t from = line->sent == 0 ? 0 : line->ends[line->sent - 1];
	size_t to = line->ends[until - 1];
	if (!wire_send(line->fd, bytes_of(line->requests.p + from, to - from)))
		bench_die("send", NULL);
	line->sent = until;
}

/* [1, id, nil, ...] is no error: looked at without taking the answer apart. */
static void check_answer(struct bytes message)
{
	struct wire_answer answer;
	size_t id = message.n < 3 || message.p[2] < 0x80 ? 1
		    : message.p[2] == 0xcc               ? 2
		    : message.p[2] == 0xcd               ? 3
							 : 5;
	if (message.n > 2 + id && message.p[0] == 0x94 && message.p[2 + id] == 0xc0)
		return;
	(void)wire_open(message, &answer);
	fprintf(stderr, "bench: refused: %.*s\n", (int)answer.error.n, answer.error.p);
	exit(1);
}

static void take_answers(struct load *l, struct load_line *line)
{
	ssize_t got = read(line->fd, line->in + line->in_n, IN_ROOM - line->in_n);
	size_t at = 0;
	if (got <= 0)
		bench_die("the line is cut", NULL);
	line->in_n += (size_t)got;
	for (;;) {
		struct skim s;
		skim_init(&s, LIMIT_MESSAGE_BYTES);
		if (at == line->in_n || skim_feed(&s, line->in + at, line->in_n - at, NULL) != OK)
			break;
		check_answer(bytes_of(line->in + at, s.at));
		at += s.at;
		line->answered++;
		l->answers++;
		l->bytes += s.at;
	}
	memmove(line->in, line->in + at, line->in_n - at);
	line->in_n -= at;
}

void load_run(struct load *l)
{
	struct pollfd polls[LOAD_CONNECTIONS_MAX];
	uint64_t wanted = 0;
	double begin = bench_seconds();
	for (unsigned i = 0; i < l->connections; i++) {
		polls[i] = (struct pollfd){ .fd = l->lines[i].fd, .events = POLLIN };
		wanted += l->lines[i].count;
		send_more(l, &l->lines[i]);
	}
	while (l->answers < wanted) {
		poll(polls, l->connections, -1);
		for (unsigned i = 0; i < l->connections; i++) {
			if (polls[i].revents == 0)
				continue;
			take_answers(l, &l->lines[i]);
			send_more(l, &l->lines[i]);
		}
	}
	l->seconds = bench_seconds() - begin;
}

/* Keys. */

static FILE *keys_file(const char *folder, const char *mode)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/bench.keys", folder);
	FILE *file = fopen(path, mode);
	if (file == NULL)
		bench_die(path, NULL);
	return file;
}

void bench_keys_write(const struct bench_register *r, const char *folder)
{
	struct bench_register kept = *r;
	kept.db = NULL;
	kept.ledger = NULL;
	FILE *file = keys_file(folder, "wb");
	bool good = fwrite(&kept, sizeof(kept), 1, file) == 1;
	if (fclose(file) != 0 || !good)
		bench_die("bench.keys", NULL);
}

void bench_keys_read(struct bench_register *r, const char *folder)
{
	FILE *file = keys_file(folder, "rb");
	if (sodium_init() < 0)
		abort();
	bool good = fread(r, sizeof(*r), 1, file) == 1;
	fclose(file);
	if (!good)
		bench_die("bench.keys", NULL);
}

/* Memory. */

unsigned long bench_resident(pid_t pid)
{
	char path[64], line[512];
	unsigned long total = 0, pss;
	bool map = false;
	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	FILE *smaps = fopen(path, "r");
	while (smaps != NULL && fgets(line, sizeof(line), smaps) != NULL) {
		if (strchr(line, '-') != NULL && strchr(line, ':') > strchr(line, '-'))
			map = strstr(line, "data.mdb") != NULL;
		if (sscanf(line, "Pss: %lu kB", &pss) == 1 && !map)
			total += pss;
	}
	if (smaps != NULL)
		fclose(smaps);
	return total;
}

/* Cases. */

static bool is_in(struct bytes value, enum case_state state)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct row_case c;
	struct reader rd = reader_of(value);
	return state == STATE_NONE ||
	       (record_read_disk(&rd, record_row_case(), &c, &a, NULL) == OK &&
		       c.state == (uint64_t)state);
}

struct num *bench_cases(const char *folder, enum case_state state, size_t *n)
{
	struct db *db;
	struct txn *txn;
	struct fault f;
	struct bytes key, value;
	struct num *v = NULL;
	size_t room = 0;
	*n = 0;
	if (db_open(&db, folder, DB_READ, &f) != OK || txn_begin(&txn, db, false, &f) != OK)
		bench_die("open", &f);
	struct scan s;
	scan_open(&s, txn, STORE_case, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		if (!is_in(value, state))
			continue;
		if (*n == room) {
			room = room * 2 + 1024;
			v = xrealloc(v, room * sizeof(*v));
		}
		v[(*n)++] = key_get_num(key.p);
	}
	scan_close(&s);
	txn_abort(txn);
	db_close(db);
	return v;
}

void bench_number(struct num number, char out[static BENCH_NUMBER])
{
	uint32_t commune = number.series - PROVINCES - 1;
	snprintf(out, BENCH_NUMBER, "%02u%05u/%u/%u", commune % PROVINCES, commune, number.year,
		number.n);
}

uint64_t bench_argument(int argc, char **argv, int at, uint64_t otherwise)
{
	return argc > at ? strtoull(argv[at], NULL, 10) : otherwise;
}
