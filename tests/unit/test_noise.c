/*
 * test_noise.c: the handshakes against the vectors of cacophony and snow, the primitives below them
 * against Wycheproof, and what must be refused.
 */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "proto/noise.h"
#include "tests/lib/shared.h"

#define NAME_BYTES_MAX 64u

/* Patterns of sections 7.4, 7.5 and 18.1 of the specification, as they are written there. */
static const struct {
	const char *name;
	const char *initiator_known; /* pre-messages */
	const char *responder_known;
	const char *messages;
} patterns[] = {
	{ "N", "", "s", "e es" },
	{ "K", "s", "s", "e es ss" },
	{ "X", "", "s", "e es s ss" },
	{ "NN", "", "", "e, e ee" },
	{ "NK", "", "s", "e es, e ee" },
	{ "NX", "", "", "e, e ee s es" },
	{ "XN", "", "", "e, e ee, s se" },
	{ "XK", "", "s", "e es, e ee, s se" },
	{ "XX", "", "", "e, e ee s es, s se" },
	{ "KN", "s", "", "e, e ee se" },
	{ "KK", "s", "s", "e es ss, e ee se" },
	{ "KX", "s", "", "e, e ee se s es" },
	{ "IN", "", "", "e s, e ee se" },
	{ "IK", "", "s", "e es s ss, e ee se" },
	{ "IX", "", "", "e s, e ee se s es" },
	{ "NK1", "", "s", "e, e ee es" },
	{ "NX1", "", "", "e, e ee s, es" },
	{ "X1N", "", "", "e, e ee, s, se" },
	{ "X1K", "", "s", "e es, e ee, s, se" },
	{ "XK1", "", "s", "e, e ee es, s se" },
	{ "X1K1", "", "s", "e, e ee es, s, se" },
	{ "X1X", "", "", "e, e ee s es, s, se" },
	{ "XX1", "", "", "e, e ee s, es s se" },
	{ "X1X1", "", "", "e, e ee s, es s, se" },
	{ "K1N", "s", "", "e, e ee, se" },
	{ "K1K", "s", "s", "e es, e ee, se" },
	{ "KK1", "s", "s", "e, e ee se es" },
	{ "K1K1", "s", "s", "e, e ee es, se" },
	{ "K1X", "s", "", "e, e ee s es, se" },
	{ "KX1", "s", "", "e, e ee se s, es" },
	{ "K1X1", "s", "", "e, e ee s, se es" },
	{ "I1N", "", "", "e s, e ee, se" },
	{ "I1K", "", "s", "e es s, e ee, se" },
	{ "IK1", "", "s", "e s, e ee se es" },
	{ "I1K1", "", "s", "e s, e ee es, se" },
	{ "I1X", "", "", "e s, e ee s es, se" },
	{ "IX1", "", "", "e s, e ee se s, es" },
	{ "I1X1", "", "", "e s, e ee s, se es" },
};

/* Reading. */

static size_t unhex_text(const char *hex, uint8_t *room, size_t room_bytes)
{
	assert_non_null(hex);
	size_t n = 0;
	assert_int_equal(sodium_hex2bin(room, room_bytes, hex, strlen(hex), NULL, &n, NULL), 0);
	assert_int_equal(2 * n, strlen(hex));
	return n;
}

static struct bytes unhex(const json_t *object, const char *name, uint8_t *room, size_t room_bytes)
{
	const char *hex = json_string_value(json_object_get(object, name));
	return bytes_of(room, unhex_text(hex, room, room_bytes));
}

static json_t *load(const char *relative)
{
	const char *path = shared_path(relative);
	if (path == NULL)
		skip();
	json_t *root = json_load_file(path, 0, NULL);
	assert_non_null(root);
	return root;
}

/* From the name of a pattern to its tokens. */

static uint8_t token_of(struct text word)
{
	static const char *const names[] = { "", "e", "s", "ee", "es", "se", "ss", "psk" };
	for (size_t i = 1; i < COUNT(names); i++)
		if (text_is(word, names[i]))
			return (uint8_t)i;
	print_error("no token: %.*s\n", (int)word.n, word.p);
	assert_true(false);
	return NOISE_END;
}

static void put_token(uint8_t *tokens, bool first, uint8_t token)
{
	size_t n = 0;
	while (tokens[n] != NOISE_END)
		n++;
	assert_true(n + 1 < NOISE_TOKENS_MAX);
	if (first) {
		memmove(tokens + 1, tokens, n);
		tokens[0] = token;
	} else {
		tokens[n] = token;
	}
}

static void parse_messages(const char *text, struct noise_pattern *to)
{
	size_t message = 0;
	while (*text != '\0') {
		size_t n = strcspn(text, " ,");
		put_token(to->messages[message], false, token_of((struct text){ text, n }));
		text += n;
		if (*text == ',')
			message++;
		assert_true(message < NOISE_MESSAGES_MAX);
		text += strspn(text, ", ");
	}
}

/* Section 9.4: psk0 begins the first message, pskN ends the N-th. */
static bool parse_modifiers(const char *text, struct noise_pattern *to)
{
	while (*text != '\0') {
		text += *text == '+';
		if (strncmp(text, "psk", 3) != 0 || text[3] < '0' || text[3] > '9')
			return false;
		size_t at = (size_t)(text[3] - '0');
		put_token(to->messages[at == 0 ? 0 : at - 1], at == 0, NOISE_PSK);
		text += 4;
	}
	return true;
}

/* `name` is that of the pattern with its modifiers; it is borrowed. */
static bool pattern_of(const char *name, struct noise_pattern *to)
{
	size_t base = strspn(name, "NKXI1");
	for (size_t i = 0; i < COUNT(patterns); i++) {
		if (!text_equal((struct text){ name, base }, text_of(patterns[i].name)))
			continue;
		*to = (struct noise_pattern){ .name = name,
			.initiator_known = patterns[i].initiator_known[0] == 's',
			.responder_known = patterns[i].responder_known[0] == 's' };
		parse_messages(patterns[i].messages, to);
		return parse_modifiers(name + base, to);
	}
	return false;
}

/* One side of a vector. */

struct side {
	struct noise noise;
	struct noise_session session;
	struct noise_key own;
	uint8_t ephemeral[NOISE_KEY_BYTES];
	uint8_t peer[NOISE_KEY_BYTES];
	uint8_t prologue[256];
	uint8_t psks[4][NOISE_KEY_BYTES];
	size_t psk_count, psks_used;
};

static void next_psk(void *arg, const uint8_t peer[static NOISE_KEY_BYTES],
	const uint8_t peer_ephemeral[static NOISE_KEY_BYTES], uint8_t psk[static NOISE_KEY_BYTES])
{
	(void)peer;
	(void)peer_ephemeral;
	struct side *side = arg;
	assert_true(side->psks_used < side->psk_count);
	memcpy(psk, side->psks[side->psks_used++], NOISE_KEY_BYTES);
}

static const json_t *field(const json_t *vector, const char *who, const char *what)
{
	char name[32];
	snprintf(name, sizeof(name), "%s_%s", who, what);
	return json_object_get(vector, name);
}

static bool read_key(const json_t *hex, uint8_t to[static NOISE_KEY_BYTES])
{
	if (hex == NULL)
		return false;
	assert_int_equal(unhex_text(json_string_value(hex), to, NOISE_KEY_BYTES), NOISE_KEY_BYTES);
	return true;
}

static void side_init(struct side *side, const json_t *vector, const char *who,
	const struct noise_pattern *pattern)
{
	struct noise_setup setup = { .pattern = pattern, .psk = next_psk, .psk_arg = side };
	setup.initiator = strcmp(who, "init") == 0;
	setup.prologue = bytes_of(
		side->prologue, unhex_text(json_string_value(field(vector, who, "prologue")),
					side->prologue, sizeof(side->prologue)));
	uint8_t secret[NOISE_KEY_BYTES];
	if (read_key(field(vector, who, "static"), secret)) {
		noise_key_make(&side->own, secret);
		setup.own = &side->own;
	}
	if (read_key(field(vector, who, "remote_static"), side->peer))
		setup.peer = side->peer;
	if (read_key(field(vector, who, "ephemeral"), side->ephemeral))
		setup.ephemeral = side->ephemeral;
	size_t i;
	json_t *psk;
	json_array_foreach(field(vector, who, "psks"), i, psk)
	{
		assert_true(side->psk_count < COUNT(side->psks));
		assert_true(read_key(psk, side->psks[side->psk_count++]));
	}
	noise_init(&side->noise, &setup);
}

struct counts {
	size_t vectors, skipped, messages, tampered;
};

static bool is_zero(const void *p, size_t n)
{
	return sodium_is_zero(p, n) == 1;
}

/* Each bit of a copy of the reader's state: a changed message is refused and gives nothing. */
static void refuse_changed_handshake(
	const struct side *reader, struct bytes message, size_t bit, struct counts *counts)
{
	struct noise noise = reader->noise;
	struct side psks = *reader;
	noise.setup.psk_arg = &psks;
	AUTO(writer_fini) struct writer copy = { 0 };
	AUTO(writer_fini) struct writer plain = { 0 };
	write_raw(&copy, message.p, message.n);
	copy.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
	struct fault f = { 0 };
	assert_int_equal(noise_read(&noise, writer_bytes(&copy), &plain, &f), E_CHANNEL);
	assert_int_equal(f.err, E_CHANNEL);
	assert_int_equal(plain.n, 0);
	assert_true(is_zero(&noise, sizeof(noise)));
	counts->tampered++;
}

static bool is_sealed(const struct side *reader, const struct noise_pattern *pattern)
{
	const uint8_t *tokens = pattern->messages[reader->noise.next];
	bool mixed = reader->noise.cipher.keyed;
	for (size_t i = 0; tokens[i] != NOISE_END; i++)
		mixed = mixed || tokens[i] >= NOISE_EE;
	return mixed;
}

static void run_handshake_message(struct side *writer, struct side *reader, struct bytes payload,
	struct bytes want, const struct noise_pattern *pattern, struct counts *counts)
{
	AUTO(writer_fini) struct writer out = { 0 };
	AUTO(writer_fini) struct writer plain = { 0 };
	assert_int_equal(noise_write(&writer->noise, payload, &out, NULL), OK);
	assert_true(bytes_equal(writer_bytes(&out), want));
	if (is_sealed(reader, pattern)) {
		refuse_changed_handshake(reader, want, 8 * want.n - 1, counts);
		refuse_changed_handshake(reader, want, counts->messages % (8 * want.n), counts);
	}
	assert_int_equal(noise_read(&reader->noise, want, &plain, NULL), OK);
	assert_true(bytes_equal(writer_bytes(&plain), payload));
}

static void run_transport_message(struct noise_cipher *send, struct noise_cipher *receive,
	struct bytes payload, struct bytes want, struct counts *counts)
{
	static uint8_t text[1024];
	const struct bytes none = { 0 };
	assert_true(payload.n + NOISE_TAG_BYTES <= sizeof(text));
	assert_int_equal(want.n, payload.n + NOISE_TAG_BYTES);
	memcpy(text, payload.p, payload.n);
	assert_int_equal(noise_seal(send, none, text, payload.n, NULL), OK);
	assert_memory_equal(text, want.p, want.n);
	for (size_t bit = 0; bit < 8 * want.n; bit++) {
		memcpy(text, want.p, want.n);
		text[bit / 8] ^= (uint8_t)(1u << bit % 8);
		uint64_t nonce = receive->nonce;
		assert_int_equal(noise_unseal(receive, none, text, want.n, NULL), E_CHANNEL);
		assert_int_equal(receive->nonce, nonce);
		counts->tampered++;
	}
	memcpy(text, want.p, want.n);
	assert_int_equal(noise_unseal(receive, none, text, want.n, NULL), OK);
	assert_memory_equal(text, payload.p, payload.n);
}

static void split_both(struct side sides[2], const json_t *vector)
{
	for (size_t i = 0; i < 2; i++) {
		assert_true(noise_done(&sides[i].noise));
		noise_split(&sides[i].noise, &sides[i].session);
		assert_true(is_zero(&sides[i].noise, sizeof(sides[i].noise)));
		assert_int_equal(sides[i].psks_used, sides[i].psk_count);
	}
	assert_memory_equal(sides[0].session.hash, sides[1].session.hash, NOISE_HASH_BYTES);
	uint8_t hash[NOISE_HASH_BYTES];
	if (read_key(json_object_get(vector, "handshake_hash"), hash))
		assert_memory_equal(sides[0].session.hash, hash, NOISE_HASH_BYTES);
	static const struct noise_key nobody;
	for (size_t i = 0; i < 2; i++)
		if (memcmp(&sides[i].own, &nobody, sizeof(nobody)) != 0)
			assert_memory_equal(
				sides[1 - i].session.peer, sides[i].own.public, NOISE_KEY_BYTES);
}

static void run_vector(
	const json_t *vector, const struct noise_pattern *pattern, struct counts *counts)
{
	static struct side sides[2];
	static uint8_t payload[1024];
	static uint8_t text[1024];
	memset(sides, 0, sizeof(sides));
	side_init(&sides[0], vector, "init", pattern);
	side_init(&sides[1], vector, "resp", pattern);
	bool one_way = pattern->messages[1][0] == NOISE_END;
	bool split = false;
	size_t i;
	json_t *message;
	json_array_foreach(json_object_get(vector, "messages"), i, message)
	{
		size_t from = one_way ? 0 : i % 2;
		struct bytes plain = unhex(message, "payload", payload, sizeof(payload));
		struct bytes want = unhex(message, "ciphertext", text, sizeof(text));
		counts->messages++;
		if (!split && !noise_done(&sides[0].noise)) {
			run_handshake_message(
				&sides[from], &sides[1 - from], plain, want, pattern, counts);
			continue;
		}
		if (!split)
			split_both(sides, vector);
		split = true;
		run_transport_message(&sides[from].session.send, &sides[1 - from].session.receive,
			plain, want, counts);
	}
	assert_true(split);
	counts->vectors++;
}

/* The pattern's name in Noise_<pattern>_25519_ChaChaPoly_SHA256. */
static bool is_ours(const char *protocol, char name[static NAME_BYTES_MAX])
{
	static const char tail[] = "_25519_ChaChaPoly_SHA256";
	assert_int_equal(strncmp(protocol, "Noise_", 6), 0);
	const char *end = strstr(protocol, tail);
	if (end == NULL || strlen(end) != sizeof(tail) - 1)
		return false;
	size_t n = (size_t)(end - protocol) - 6;
	assert_true(n < NAME_BYTES_MAX);
	memcpy(name, protocol + 6, n);
	name[n] = '\0';
	return true;
}

static void run_file(const char *relative, size_t want)
{
	json_t *root = load(relative);
	struct counts counts = { 0 };
	size_t others = 0;
	size_t i;
	json_t *vector;
	json_array_foreach(json_object_get(root, "vectors"), i, vector)
	{
		char name[NAME_BYTES_MAX];
		struct noise_pattern pattern;
		const char *protocol = json_string_value(json_object_get(vector, "protocol_name"));
		assert_non_null(protocol);
		if (!is_ours(protocol, name)) {
			others++;
			continue;
		}
		if (pattern_of(name, &pattern)) {
			run_vector(vector, &pattern, &counts);
			continue;
		}
		printf("%s: skipped: the pattern is not in the table\n", protocol);
		counts.skipped++;
	}
	printf("%s: %zu vectors, %zu skipped, %zu of other suites; %zu messages, %zu changed ones "
	       "refused\n",
		relative, counts.vectors, counts.skipped, others, counts.messages, counts.tampered);
	assert_int_equal(counts.vectors, want);
	assert_int_equal(counts.skipped, 0);
	json_decref(root);
}

static void the_vectors_of_cacophony_are_met(void **state)
{
	(void)state;
	run_file("vectors/noise/cacophony.txt", 59);
}

static void the_vectors_of_snow_are_met(void **state)
{
	(void)state;
	run_file("vectors/noise/snow.txt", 51);
}

/* The two patterns of the program are those of the specification. */
static void the_patterns_of_the_program_are_those_of_the_table(void **state)
{
	(void)state;
	const struct noise_pattern *ours[] = { &noise_xk, &noise_xkpsk3 };
	for (size_t i = 0; i < COUNT(ours); i++) {
		struct noise_pattern pattern;
		assert_true(pattern_of(ours[i]->name, &pattern));
		assert_memory_equal(pattern.messages, ours[i]->messages, sizeof(pattern.messages));
		assert_int_equal(pattern.initiator_known, ours[i]->initiator_known);
		assert_int_equal(pattern.responder_known, ours[i]->responder_known);
	}
}

/* Wycheproof. List A number 6: points that are not canonical are taken as the standard has it. */
static void x25519_gives_what_wycheproof_says(void **state)
{
	(void)state;
	json_t *root = load("vectors/wycheproof/x25519_test.json");
	static const uint8_t zeros[NOISE_KEY_BYTES];
	size_t equal = 0;
	size_t refused = 0;
	size_t i;
	size_t k;
	json_t *group;
	json_t *test;
	json_array_foreach(json_object_get(root, "testGroups"), i, group)
	{
		json_array_foreach(json_object_get(group, "tests"), k, test)
		{
			uint8_t public[32];
			uint8_t secret[32];
			uint8_t want[32];
			uint8_t shared[32];
			assert_int_equal(unhex(test, "public", public, sizeof(public)).n, 32);
			assert_int_equal(unhex(test, "private", secret, sizeof(secret)).n, 32);
			assert_int_equal(unhex(test, "shared", want, sizeof(want)).n, 32);
			bool zero = memcmp(want, zeros, sizeof(zeros)) == 0;
			const char *result = json_string_value(json_object_get(test, "result"));
			assert_true(!zero || strcmp(result, "acceptable") == 0);
			enum err err = noise_dh(secret, public, shared, NULL);
			assert_int_equal(err, zero ? E_CHANNEL : OK);
			assert_memory_equal(shared, want, sizeof(want));
			refused += zero;
			equal += !zero;
		}
	}
	printf("wycheproof x25519: %zu equal, %zu refused as all zeros\n", equal, refused);
	assert_int_equal(
		equal + refused, json_integer_value(json_object_get(root, "numberOfTests")));
	assert_int_equal(refused, 31);
	json_decref(root);
}

/* The number within a nonce whose first 4 bytes are zero. */
static bool number_of(struct bytes nonce, uint64_t *number)
{
	static const uint8_t zeros[4];
	if (nonce.n != 12 || memcmp(nonce.p, zeros, sizeof(zeros)) != 0)
		return false;
	*number = 0;
	for (size_t i = 0; i < 8; i++)
		*number |= (uint64_t)nonce.p[4 + i] << (8 * i);
	return true;
}

/* libsodium alone, for the nonces that a Noise cipher never has. */
static bool opens(const struct noise_cipher *cipher, struct bytes nonce, struct bytes ad,
	struct bytes text, uint8_t *plain)
{
	return nonce.n == 12 && crypto_aead_chacha20poly1305_ietf_decrypt(plain, NULL, NULL, text.p,
					text.n, ad.p, ad.n, nonce.p, cipher->key) == 0;
}

struct aead_counts {
	size_t valid, invalid, through_noise;
};

static void check_aead(const json_t *test, struct aead_counts *counts)
{
	static uint8_t room[4][2048];
	static uint8_t text[2048];
	static uint8_t plain[2048];
	struct noise_cipher cipher = { .keyed = true };
	assert_int_equal(unhex(test, "key", cipher.key, sizeof(cipher.key)).n, 32);
	struct bytes nonce = unhex(test, "iv", room[0], sizeof(room[0]));
	struct bytes ad = unhex(test, "aad", room[1], sizeof(room[1]));
	struct bytes message = unhex(test, "msg", room[2], sizeof(room[2]));
	struct bytes sealed = unhex(test, "ct", room[3], sizeof(room[3]) - NOISE_TAG_BYTES);
	struct bytes tag = unhex(test, "tag", room[3] + sealed.n, NOISE_TAG_BYTES);
	sealed.n += tag.n;
	const char *result = json_string_value(json_object_get(test, "result"));
	bool valid = strcmp(result, "valid") == 0;
	assert_true(valid || strcmp(result, "invalid") == 0);
	bool opened = opens(&cipher, nonce, ad, sealed, plain);
	assert_int_equal(opened, valid);
	assert_true(!valid || memcmp(plain, message.p, message.n) == 0);
	counts->valid += valid;
	counts->invalid += !valid;
	uint64_t number;
	if (!number_of(nonce, &number) || number == UINT64_MAX)
		return;
	counts->through_noise++;
	cipher.nonce = number;
	memcpy(text, sealed.p, sealed.n);
	assert_int_equal(noise_unseal(&cipher, ad, text, sealed.n, NULL), valid ? OK : E_CHANNEL);
	if (!valid)
		return;
	assert_memory_equal(text, message.p, message.n);
	cipher.nonce = number;
	assert_int_equal(noise_seal(&cipher, ad, text, message.n, NULL), OK);
	assert_memory_equal(text, sealed.p, sealed.n);
}

static void chacha20_poly1305_gives_what_wycheproof_says(void **state)
{
	(void)state;
	json_t *root = load("vectors/wycheproof/chacha20_poly1305_test.json");
	struct aead_counts counts = { 0 };
	size_t i;
	size_t k;
	json_t *group;
	json_t *test;
	json_array_foreach(json_object_get(root, "testGroups"), i, group)
	{
		json_array_foreach(json_object_get(group, "tests"), k, test)
			check_aead(test, &counts);
	}
	printf("wycheproof chacha20-poly1305: %zu valid, %zu invalid; %zu of them through the "
	       "cipher state\n",
		counts.valid, counts.invalid, counts.through_noise);
	assert_int_equal(counts.valid + counts.invalid,
		json_integer_value(json_object_get(root, "numberOfTests")));
	assert_true(counts.valid > 0 && counts.invalid > 0);
	json_decref(root);
}

/* What is refused. */

/* The points of order 1, 2, 4 and 8, also above the prime and with the bit that is not looked at.
 */
static const char *const low_order[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000000",
	"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
	"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
};

static void points_of_low_order_are_refused(void **state)
{
	(void)state;
	struct noise_key own;
	noise_key_make(&own, NULL);
	for (size_t i = 0; i < 2 * COUNT(low_order); i++) {
		uint8_t point[NOISE_KEY_BYTES];
		uint8_t shared[NOISE_KEY_BYTES];
		unhex_text(low_order[i / 2], point, sizeof(point));
		point[31] |= (uint8_t)(i % 2 << 7);
		memset(shared, 0x55, sizeof(shared));
		assert_int_equal(noise_dh(own.secret, point, shared, NULL), E_CHANNEL);
		assert_true(is_zero(shared, sizeof(shared)));
		struct noise noise;
		noise_init(&noise, &(struct noise_setup){ .pattern = &noise_xk,
					   .initiator = true,
					   .own = &own,
					   .peer = point });
		AUTO(writer_fini) struct writer out = { 0 };
		write_raw(&out, "before", 6);
		assert_int_equal(noise_write(&noise, (struct bytes){ 0 }, &out, NULL), E_CHANNEL);
		assert_int_equal(out.n, 6);
		assert_true(is_zero(&noise, sizeof(noise)));
		assert_false(noise_done(&noise));
	}
}

/* List A number 15. */
static void the_last_nonce_is_never_used(void **state)
{
	(void)state;
	struct noise_cipher cipher = { .keyed = true, .nonce = UINT64_MAX - 1 };
	randombytes_buf(cipher.key, sizeof(cipher.key));
	struct noise_cipher other = cipher;
	const struct bytes none = { 0 };
	uint8_t text[64 + NOISE_TAG_BYTES] = { 1, 2, 3 };
	assert_int_equal(noise_seal(&cipher, none, text, 64, NULL), OK);
	assert_true(cipher.nonce == UINT64_MAX);
	assert_int_equal(noise_unseal(&other, none, text, sizeof(text), NULL), OK);
	assert_true(other.nonce == UINT64_MAX);
	uint8_t before[sizeof(text)];
	memcpy(before, text, sizeof(text));
	for (size_t i = 0; i < 3; i++) {
		struct fault f = { 0 };
		assert_int_equal(noise_seal(&cipher, none, text, 64, &f), E_CHANNEL);
		assert_int_equal(f.err, E_CHANNEL);
		assert_memory_equal(text, before, sizeof(text));
		assert_true(cipher.nonce == UINT64_MAX);
	}
	/* A text that is right for that nonce is not looked at. */
	uint8_t nonce[12] = { 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255 };
	crypto_aead_chacha20poly1305_ietf_encrypt(
		text, NULL, text, 64, NULL, 0, NULL, nonce, other.key);
	assert_int_equal(noise_unseal(&other, none, text, sizeof(text), NULL), E_CHANNEL);
	assert_true(other.nonce == UINT64_MAX);
}

static void a_text_shorter_than_its_tag_is_refused(void **state)
{
	(void)state;
	struct noise_cipher cipher = { .keyed = true };
	uint8_t text[NOISE_TAG_BYTES] = { 0 };
	for (size_t n = 0; n < NOISE_TAG_BYTES; n++)
		assert_int_equal(
			noise_unseal(&cipher, (struct bytes){ 0 }, text, n, NULL), E_CHANNEL);
}

/* A pair of XK, both sides at the beginning. */
static void pair(struct noise *client, struct noise *server, const struct noise_key *client_key,
	const struct noise_key *server_key)
{
	noise_init(client, &(struct noise_setup){ .pattern = &noise_xk,
				   .initiator = true,
				   .own = client_key,
				   .peer = server_key->public });
	noise_init(server, &(struct noise_setup){ .pattern = &noise_xk, .own = server_key });
}

static void a_message_of_any_other_length_is_refused(void **state)
{
	(void)state;
	struct noise_key keys[2];
	noise_key_make(&keys[0], NULL);
	noise_key_make(&keys[1], NULL);
	struct noise sides[2];
	pair(&sides[0], &sides[1], &keys[0], &keys[1]);
	const struct bytes none = { 0 };
	for (size_t m = 0; m < 3; m++) {
		AUTO(writer_fini) struct writer out = { 0 };
		assert_int_equal(noise_write(&sides[m % 2], none, &out, NULL), OK);
		AUTO(writer_fini) struct writer longer = { 0 };
		write_raw(&longer, out.p, out.n);
		write_raw(&longer, "", 1);
		for (size_t n = 0; n <= out.n + 1; n++) {
			struct noise copy = sides[1 - m % 2];
			AUTO(writer_fini) struct writer payload = { 0 };
			enum err err = noise_read(&copy, bytes_of(longer.p, n), &payload, NULL);
			assert_int_equal(err, n == out.n ? OK : E_CHANNEL);
			assert_int_equal(payload.n, 0);
		}
		AUTO(writer_fini) struct writer payload = { 0 };
		assert_int_equal(
			noise_read(&sides[1 - m % 2], writer_bytes(&out), &payload, NULL), OK);
	}
	assert_true(noise_done(&sides[0]) && noise_done(&sides[1]));
}

static void a_payload_that_makes_the_message_too_long_is_refused(void **state)
{
	(void)state;
	struct noise_key keys[2];
	noise_key_make(&keys[0], NULL);
	noise_key_make(&keys[1], NULL);
	static uint8_t payload[NOISE_MESSAGE_BYTES];
	for (size_t over = 0; over < 2; over++) {
		struct noise sides[2];
		pair(&sides[0], &sides[1], &keys[0], &keys[1]);
		AUTO(writer_fini) struct writer out = { 0 };
		AUTO(writer_fini) struct writer plain = { 0 };
		struct bytes most = bytes_of(payload, NOISE_MESSAGE_BYTES - 48 + over);
		enum err err = noise_write(&sides[0], most, &out, NULL);
		assert_int_equal(err, over == 0 ? OK : E_TOO_LARGE);
		assert_int_equal(out.n, over == 0 ? NOISE_MESSAGE_BYTES : 0);
		if (over == 0)
			assert_int_equal(
				noise_read(&sides[1], writer_bytes(&out), &plain, NULL), OK);
		else
			assert_true(is_zero(&sides[0], sizeof(sides[0])));
	}
}

/* Nothing is sealed in the first message of NN, so that only its length counts. */
static void a_message_that_is_too_long_is_not_read(void **state)
{
	(void)state;
	static uint8_t message[NOISE_MESSAGE_BYTES + 1] = { 9 };
	struct noise_pattern pattern;
	assert_true(pattern_of("NN", &pattern));
	for (size_t over = 0; over < 2; over++) {
		struct noise noise;
		noise_init(&noise, &(struct noise_setup){ .pattern = &pattern });
		AUTO(writer_fini) struct writer payload = { 0 };
		enum err err = noise_read(
			&noise, bytes_of(message, NOISE_MESSAGE_BYTES + over), &payload, NULL);
		assert_int_equal(err, over == 0 ? OK : E_CHANNEL);
		assert_int_equal(payload.n, over == 0 ? NOISE_MESSAGE_BYTES - NOISE_KEY_BYTES : 0);
		noise_fini(&noise);
	}
}

static void ephemeral_keys_are_fresh_unless_one_is_given(void **state)
{
	(void)state;
	struct noise_key keys[2];
	noise_key_make(&keys[0], NULL);
	noise_key_make(&keys[1], NULL);
	struct noise a;
	struct noise b;
	struct noise server;
	pair(&a, &server, &keys[0], &keys[1]);
	pair(&b, &server, &keys[0], &keys[1]);
	AUTO(writer_fini) struct writer out = { 0 };
	assert_int_equal(noise_write(&a, (struct bytes){ 0 }, &out, NULL), OK);
	assert_int_equal(noise_write(&b, (struct bytes){ 0 }, &out, NULL), OK);
	assert_int_equal(out.n, 96);
	assert_memory_not_equal(out.p, out.p + 48, 32);
	noise_fini(&a);
	noise_fini(&b);
	assert_true(is_zero(&a, sizeof(a)));
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(x25519_gives_what_wycheproof_says),
		cmocka_unit_test(chacha20_poly1305_gives_what_wycheproof_says),
		cmocka_unit_test(the_patterns_of_the_program_are_those_of_the_table),
		cmocka_unit_test(the_vectors_of_cacophony_are_met),
		cmocka_unit_test(the_vectors_of_snow_are_met),
		cmocka_unit_test(points_of_low_order_are_refused),
		cmocka_unit_test(the_last_nonce_is_never_used),
		cmocka_unit_test(a_text_shorter_than_its_tag_is_refused),
		cmocka_unit_test(a_message_of_any_other_length_is_refused),
		cmocka_unit_test(a_payload_that_makes_the_message_too_long_is_refused),
		cmocka_unit_test(a_message_that_is_too_long_is_not_read),
		cmocka_unit_test(ephemeral_keys_are_fresh_unless_one_is_given),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
