/*
 * line_times.c: how long a daemon takes to end the line of one who may not: unknown key, wrong psk,
 * revoked, invited only (list A of the hostile inputs, number 8). By hand:
 *
 *     line_times [ROUNDS]      HOIAMD_PROGRAM names the daemon; 1000 rounds if not said
 *
 * In each round every kind is tried once, in an order that changes, from the last byte of message 3
 * to the end of the line. Prints percentiles, and how often a kind was slower than another in the
 * same round: near one half where nothing is to be told apart.
 */
#include "tests/lib/test.h"

#include "tests/live/line_rows.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { KINDS = 6, ROUNDS_MAX = 100000 };

struct stranger {
	const char *name;
	const struct noise_key *own;
	const uint8_t *psk;
};

/* Seconds from the last message to the end. */
static double time_of(struct test_daemon *d, const struct stranger *s)
{
	struct half h;
	half_open(&h, d, s->own, s->psk, NULL);
	double begin = bench_seconds();
	assert_true(wire_send(h.fd, writer_bytes(&h.third)));
	assert_int_equal(line_rest(h.fd, NULL, 0), 0);
	double seconds = bench_seconds() - begin;
	half_close(&h);
	return seconds;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void tell(const struct stranger who[KINDS], double (*times)[KINDS], size_t rounds)
{
	double *sorted = xcalloc(rounds, sizeof(*sorted));
	printf("%zu rounds, microseconds\n%-22s %8s %8s %8s %8s %8s   slower than the first\n",
		rounds, "", "p5", "p25", "median", "p75", "p95");
	for (size_t k = 0; k < KINDS; k++) {
		size_t slower = 0;
		for (size_t i = 0; i < rounds; i++) {
			sorted[i] = times[i][k] * 1e6;
			slower += times[i][k] > times[i][0];
		}
		qsort(sorted, rounds, sizeof(*sorted), by_size);
		printf("%-22s %8.1f %8.1f %8.1f %8.1f %8.1f   %.3f\n", who[k].name,
			sorted[rounds / 20], sorted[rounds / 4], sorted[rounds / 2],
			sorted[rounds * 3 / 4], sorted[rounds * 19 / 20],
			k == 0 ? 0.5 : (double)slower / (double)rounds);
	}
	free(sorted);
}

static void enrol_and_revoke(struct test_daemon *d, const struct newcomer *n)
{
	struct test_line l;
	uint8_t id[KEY_ID_BYTES];
	struct enrol enrol = line_enrolment(n);
	test_line_greet(&l, d);
	assert_string_equal(test_line_call_as(&l, d, n->secret, CMD_enrol, &enrol), "");
	test_line_close(&l);
	key_id(n->secret + 32, id);
	test_line_login(&l, d);
	struct key_revoke q = { .key = bytes_of(id, sizeof(id)) };
	assert_string_equal(test_line_call(&l, d, CMD_key_revoke, &q), "");
	test_line_close(&l);
}

int main(int argc, char **argv)
{
	static double times[ROUNDS_MAX][KINDS];
	static const uint8_t other[NOISE_KEY_BYTES] = { 1 };
	size_t rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	rounds = rounds < 20 ? 20 : rounds > ROUNDS_MAX ? ROUNDS_MAX : rounds;
	struct test_daemon *d = test_daemon_make();
	struct newcomer pending, revoked;
	struct noise_key unknown;
	uint8_t psk[NOISE_KEY_BYTES];
	test_daemon_start(d, TCP_SETTINGS);
	line_psk(d, psk);
	noise_key_make(&unknown, NULL);
	line_invite(d, &pending);
	line_invite(d, &revoked);
	enrol_and_revoke(d, &revoked);
	const struct stranger who[KINDS] = { { "wrong psk", &d->r.channel, other },
		{ "unknown", &unknown, psk }, { "unknown, wrong psk", &unknown, other },
		{ "revoked", &revoked.channel, revoked.psk },
		{ "revoked, wrong psk", &revoked.channel, other },
		{ "invited only", &pending.channel, pending.psk } };
	for (size_t i = 0; i < rounds; i++)
		for (size_t k = 0; k < KINDS; k++) {
			size_t kind = (k + i) % KINDS;
			times[i][kind] = time_of(d, &who[kind]);
		}
	tell(who, times, rounds);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_close(d);
	return 0;
}
