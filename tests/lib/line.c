/* line.c: an encrypted line between a client and a server that a test owns. */
#include "tests/lib/line.h"

#include "tests/lib/test.h"

#include <sodium.h>

static bool find(void *arg, const uint8_t client[static NOISE_KEY_BYTES],
	enum channel_pattern pattern, uint8_t psk[static NOISE_KEY_BYTES])
{
	struct line *s = arg;
	s->looked_up++;
	if (!s->known_for[pattern] || memcmp(client, s->known, NOISE_KEY_BYTES) != 0)
		return false;
	if (pattern == CHANNEL_PSK)
		memcpy(psk, s->psk, NOISE_KEY_BYTES);
	return true;
}

static void line_end_fini(struct line_end *end)
{
	channel_fini(&end->channel);
	writer_fini(&end->plain);
	writer_fini(&end->out);
}

void line_fini(struct line *s)
{
	line_end_fini(&s->client);
	line_end_fini(&s->server);
}

void line_init(struct line *s, uint8_t seed_byte)
{
	*s = (struct line){ .known_for = { false, true, true } };
	uint8_t seed[randombytes_SEEDBYTES] = { seed_byte };
	uint8_t drawn[5][NOISE_KEY_BYTES];
	randombytes_buf_deterministic(drawn, sizeof(drawn), seed);
	noise_key_make(&s->client_key, drawn[0]);
	noise_key_make(&s->server_key, drawn[1]);
	memcpy(s->psk, drawn[2], sizeof(s->psk));
	memcpy(s->ephemerals, &drawn[3], sizeof(s->ephemerals));
	sodium_memzero(drawn, sizeof(drawn));
	memcpy(s->known, s->client_key.public, sizeof(s->known));
}

void line_start_client(struct line *s, enum channel_pattern pattern)
{
	line_end_fini(&s->client);
	assert_int_equal(channel_start(&s->client.channel,
				 &(struct channel_client){ .own = &s->client_key,
					 .server = s->server_key.public,
					 .psk = pattern == CHANNEL_PSK ? s->psk : NULL,
					 .ephemeral = s->ephemerals[0] },
				 &s->client.out, NULL),
		OK);
}

void line_start_server(struct line *s)
{
	line_end_fini(&s->server);
	channel_accept(&s->server.channel, &(struct channel_server){ .own = &s->server_key,
						   .find = find,
						   .arg = s,
						   .ephemeral = s->ephemerals[1] });
}

enum err line_feed(struct line_end *to, struct bytes in, size_t *used)
{
	struct channel_io io = { &to->plain, &to->out };
	struct fault f = { 0 };
	enum err err;
	size_t took;
	*used = 0;
	do {
		struct bytes rest = *used == 0 ? in : bytes_of(in.p + *used, in.n - *used);
		err = channel_receive(&to->channel, rest, &took, &io, &f);
		assert_true(took <= CHANNEL_STEP_BYTES + CHANNEL_FRAME_BYTES);
		*used += took;
		assert_true(*used <= in.n);
	} while (err == OK && took > 0 && *used < in.n);
	assert_int_equal(f.err, err);
	if (err == OK) {
		assert_true(in.n - *used < CHANNEL_FRAME_BYTES);
		return err;
	}
	assert_int_equal(err, E_CHANNEL);
	assert_int_equal(to->channel.state, CHANNEL_FAILED);
	assert_null(to->channel.handshake);
	assert_true(sodium_is_zero((const uint8_t *)&to->channel, sizeof(to->channel)) == 1);
	return err;
}

struct writer line_take(struct line_end *from)
{
	struct writer out = from->out;
	from->out = (struct writer){ 0 };
	return out;
}

enum err line_pass(struct line_end *from, struct line_end *to)
{
	AUTO(writer_fini) struct writer out = line_take(from);
	size_t used;
	enum err err = line_feed(to, writer_bytes(&out), &used);
	if (err == OK && used < out.n)
		return E_TRUNCATED;
	return err;
}

void line_shake_hands(struct line *s, enum channel_pattern pattern)
{
	line_start_client(s, pattern);
	line_start_server(s);
	assert_int_equal(line_pass(&s->client, &s->server), OK);
	assert_int_equal(line_pass(&s->server, &s->client), OK);
	assert_true(channel_is_open(&s->client.channel));
	assert_false(channel_is_open(&s->server.channel));
	assert_int_equal(line_pass(&s->client, &s->server), OK);
	assert_true(channel_is_open(&s->server.channel));
}

void line_say(struct line_end *from, const void *data, size_t n)
{
	assert_int_equal(channel_send(&from->channel, bytes_of(data, n), &from->out, NULL), OK);
}
