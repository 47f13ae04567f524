/*
 * test_channel_secrets.c: the memory of this process is searched for the secrets of handshakes and
 * channels that have ended.
 */
#include "tests/lib/test.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include <sodium.h>

#include "tests/lib/line.h"

static const struct bytes nothing = { 0 };

/* A key as it must not be found in memory; kept changed, so that this is not what is found. */
struct needle {
	const char *name;
	uint8_t hidden[NOISE_KEY_BYTES];
};

static void hide(struct needle *needle, const char *name, const uint8_t *key)
{
	needle->name = name;
	for (size_t i = 0; i < NOISE_KEY_BYTES; i++)
		needle->hidden[i] = key[i] ^ 0x5a;
}

static size_t count_in(const uint8_t *p, size_t n, const struct needle *needle)
{
	size_t found = 0;
	uint8_t first = needle->hidden[0] ^ 0x5a;
	for (size_t at = 0; at + NOISE_KEY_BYTES <= n; at++) {
		const uint8_t *hit = memchr(p + at, first, n - NOISE_KEY_BYTES + 1 - at);
		if (hit == NULL)
			break;
		at = (size_t)(hit - p);
		size_t i = 0;
		while (i < NOISE_KEY_BYTES && (hit[i] ^ 0x5a) == needle->hidden[i])
			i++;
		found += i == NOISE_KEY_BYTES;
	}
	return found;
}

/* Our window on the memory; what it shows is not looked at again. */
static uint8_t window[1 << 20];

static size_t count_range(int memory, uintptr_t from, uintptr_t to, const struct needle *needle)
{
	size_t found = 0;
	while (to > from && to - from >= NOISE_KEY_BYTES) {
		size_t n = to - from < sizeof(window) ? to - from : sizeof(window);
		ssize_t got = pread(memory, window, n, (off_t)from);
		if (got < (ssize_t)NOISE_KEY_BYTES)
			break;
		found += count_in(window, (size_t)got, needle);
		from += (size_t)got - (NOISE_KEY_BYTES - 1);
	}
	return found;
}

/* How often the key stands in the memory of this process, its freed blocks with it. */
static size_t count_everywhere(const struct needle *needle)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	int memory = open("/proc/self/mem", O_RDONLY);
	assert_non_null(maps);
	assert_true(memory >= 0);
	uintptr_t own = (uintptr_t)window;
	uintptr_t own_end = own + sizeof(window);
	size_t found = 0;
	char line[512];
	while (fgets(line, sizeof(line), maps) != NULL) {
		uintptr_t from;
		uintptr_t to;
		char rights[8];
		assert_int_equal(
			sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %7s", &from, &to, rights), 3);
		/* A sanitizer's maps of the memory are larger than all that we have. */
		if (rights[0] != 'r' || rights[1] != 'w' || to - from >= (uintptr_t)1 << 30)
			continue;
		if (from < own_end && own < to) {
			found += count_range(memory, from, own, needle);
			from = own_end;
		}
		found += count_range(memory, from, to, needle);
	}
	fclose(maps);
	close(memory);
	sodium_memzero(window, sizeof(window));
	return found;
}

enum { CLIENT_E, SERVER_E, PSK, CHAINING_KEY, HANDSHAKE_KEY, CLIENT_SENDS, SERVER_SENDS, NEEDLES };

static void the_psk(void *arg, const uint8_t peer[static NOISE_KEY_BYTES],
	const uint8_t peer_ephemeral[static NOISE_KEY_BYTES], uint8_t psk[static NOISE_KEY_BYTES])
{
	(void)peer;
	(void)peer_ephemeral;
	memcpy(psk, arg, NOISE_KEY_BYTES);
}

/* The secrets of the handshake that the scene's keys make, from a handshake of our own. */
static void hide_secrets(struct line *s, struct needle needles[static NEEDLES])
{
	static const uint8_t greeting[] = { 'H', 'O', 'I', 'A', 'M', 1, 1, 0 };
	struct noise sides[2];
	for (size_t i = 0; i < 2; i++)
		noise_init(&sides[i], &(struct noise_setup){ .pattern = &noise_xkpsk3,
					      .initiator = i == 0,
					      .prologue = bytes_of(greeting, sizeof(greeting)),
					      .own = i == 0 ? &s->client_key : &s->server_key,
					      .peer = i == 0 ? s->server_key.public : NULL,
					      .ephemeral = s->ephemerals[i],
					      .psk = the_psk,
					      .psk_arg = s->psk });
	hide(&needles[CLIENT_E], "the client's ephemeral secret", sides[0].e.secret);
	hide(&needles[SERVER_E], "the server's ephemeral secret", sides[1].e.secret);
	hide(&needles[PSK], "psk", s->psk);
	for (size_t m = 0; m < 3; m++) {
		AUTO(writer_fini) struct writer out = { 0 };
		AUTO(writer_fini) struct writer plain = { 0 };
		assert_int_equal(noise_write(&sides[m % 2], nothing, &out, NULL), OK);
		assert_int_equal(
			noise_read(&sides[1 - m % 2], writer_bytes(&out), &plain, NULL), OK);
	}
	hide(&needles[CHAINING_KEY], "chaining key", sides[0].ck);
	hide(&needles[HANDSHAKE_KEY], "last key of the handshake", sides[0].cipher.key);
	struct noise_session session;
	noise_split(&sides[0], &session);
	noise_fini(&sides[1]);
	hide(&needles[CLIENT_SENDS], "key of what the client sends", session.send.key);
	hide(&needles[SERVER_SENDS], "key of what the server sends", session.receive.key);
	sodium_memzero(&session, sizeof(session));
}

static void expect_count(const struct needle *needle, size_t want)
{
	size_t count = count_everywhere(needle);
	if (count != want)
		print_error("%s: %zu times\n", needle->name, count);
	assert_int_equal(count, want);
}

static void no_secret_of_a_handshake_outlives_it(void **state)
{
	(void)state;
	AUTO(line_fini) struct line s;
	line_init(&s, 22);
	struct needle needles[NEEDLES];
	hide_secrets(&s, needles);
	expect_count(&needles[CLIENT_E], 1); /* in the scene */
	expect_count(&needles[CHAINING_KEY], 0);
	line_start_client(&s, CHANNEL_PSK);
	expect_count(&needles[CLIENT_E], 2);
	expect_count(&needles[PSK], 2);
	line_start_server(&s);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	expect_count(&needles[SERVER_E], 2);
	assert_int_equal(line_pass(&s.server, &s.client), OK);
	assert_int_equal(line_pass(&s.client, &s.server), OK);
	assert_true(channel_is_open(&s.server.channel));
	sodium_memzero(s.ephemerals, sizeof(s.ephemerals));
	sodium_memzero(s.psk, sizeof(s.psk));
	for (size_t i = 0; i < CLIENT_SENDS; i++)
		expect_count(&needles[i], 0);
	/* Once on each side, until the channel ends. */
	expect_count(&needles[CLIENT_SENDS], 2);
	expect_count(&needles[SERVER_SENDS], 2);
	channel_fini(&s.client.channel);
	expect_count(&needles[CLIENT_SENDS], 1);
	size_t used;
	assert_int_equal(line_feed(&s.server, bytes_of("\xff\xff", 2), &used), E_CHANNEL);
	expect_count(&needles[CLIENT_SENDS], 0);
	expect_count(&needles[SERVER_SENDS], 0);
}

/* A handshake that is given up, and one that fails, at each of its messages. */
static void no_secret_of_a_handshake_that_ends_early_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < 6; i++) {
		size_t messages = i / 2;
		AUTO(line_fini) struct line s;
		line_init(&s, (uint8_t)(30 + i));
		struct needle needles[NEEDLES];
		hide_secrets(&s, needles);
		line_start_client(&s, CHANNEL_PSK);
		line_start_server(&s);
		struct line_end *ends[] = { &s.client, &s.server };
		for (size_t m = 0; m < messages; m++)
			assert_int_equal(line_pass(ends[m % 2], ends[1 - m % 2]), OK);
		struct line_end *from = ends[messages % 2];
		if (i % 2 == 1) {
			from->out.p[from->out.n - 1] ^= 1;
			assert_int_equal(line_pass(from, ends[1 - messages % 2]), E_CHANNEL);
		}
		channel_fini(&s.client.channel);
		channel_fini(&s.server.channel);
		sodium_memzero(s.ephemerals, sizeof(s.ephemerals));
		sodium_memzero(s.psk, sizeof(s.psk));
		for (size_t k = 0; k < NEEDLES; k++)
			expect_count(&needles[k], 0);
	}
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_secret_of_a_handshake_outlives_it),
		cmocka_unit_test(no_secret_of_a_handshake_that_ends_early_stays),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
