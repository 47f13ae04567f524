/*
 * test_protocol.c: the worked exchange of hoiam-protocol(7): each message is one, the signatures in
 * it verify, its words fit their commitments, and its parts are those of its messages.
 */
#include "tests/lib/test.h"

#include <sodium.h>
#include <stdio.h>

#include "clients/file.h"
#include "clients/link_wire.h"
#include "clients/reply.h"
#include "proto/action.h"
#include "tests/lib/wire.h"

struct manual {
	struct arena arena;
	struct text text;
	uint8_t public[PUBLIC_BYTES];
};

static int make(void **state)
{
	static struct manual manual;
	struct bytes content;
	manual = (struct manual){ 0 };
	assert_int_equal(file_read(HOIAM_SOURCE_ROOT "/docs/hoiam-protocol.7.in", 1 << 20,
				 &manual.arena, &content, NULL),
		OK);
	manual.text = (struct text){ (const char *)content.p, content.n };
	*state = &manual;
	return 0;
}

static int end(void **state)
{
	arena_fini(&((struct manual *)*state)->arena);
	return 0;
}

/* The bytes after the comment with this name: lines of hexadecimal digits between .Bd and .Ed. */
static struct bytes block(struct manual *manual, const char *name)
{
	char comment[64];
	snprintf(comment, sizeof(comment), ".\\\" exchange: %s\n.Bd -literal\n", name);
	const char *from = memmem(manual->text.p, manual->text.n, comment, strlen(comment));
	assert_non_null(from);
	from += strlen(comment);
	const char *till = memmem(from, (size_t)(manual->text.p + manual->text.n - from), ".Ed", 3);
	assert_non_null(till);
	size_t room = (size_t)(till - from), n = 0;
	const char *stop = NULL;
	uint8_t *out = arena_alloc(&manual->arena, room, 1);
	assert_int_equal(sodium_hex2bin(out, room, from, room, "\n", &n, &stop), 0);
	assert_ptr_equal(stop, till);
	assert_true(n > 0);
	return bytes_of(out, n);
}

static void assert_same(struct bytes a, struct bytes b)
{
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
}

/* The one map of a request. */
static struct bytes params_of(struct bytes request, uint32_t id, const char *method)
{
	assert_int_equal(skim_whole(request, LIMIT_MESSAGE_BYTES, NULL), OK);
	struct reader rd = reader_of(request);
	assert_int_equal(read_array(&rd), 4);
	assert_int_equal(read_uint(&rd), 0);
	assert_int_equal(read_uint(&rd), id);
	assert_true(text_is(read_text(&rd), method));
	assert_int_equal(read_array(&rd), 1);
	struct bytes params = read_any(&rd);
	assert_int_equal(rd.err, OK);
	assert_int_equal(rd.at, rd.n);
	return params;
}

static struct bytes result_of(struct manual *manual, const char *name, uint32_t id)
{
	struct bytes answer = block(manual, name), result;
	assert_int_equal(skim_whole(answer, LIMIT_MESSAGE_BYTES, NULL), OK);
	assert_int_equal(answer_open(answer, id, &result, NULL), OK);
	return result;
}

static struct bytes bin_of(struct bytes map, const char *name)
{
	struct reader rd = reader_of(wire_field(map, name));
	struct bytes b = read_bin(&rd);
	assert_int_equal(rd.err, OK);
	return b;
}

static void make_key(struct manual *manual)
{
	uint8_t secret[SECRET_BYTES], id[KEY_ID_BYTES];
	struct bytes seed = block(manual, "seed");
	assert_int_equal(seed.n, crypto_sign_SEEDBYTES);
	crypto_sign_seed_keypair(manual->public, secret, seed.p);
	key_id(manual->public, id);
	assert_same(block(manual, "public"), bytes_of(manual->public, sizeof(manual->public)));
	assert_same(block(manual, "key"), bytes_of(id, sizeof(id)));
}

static void its_login_is_signed_over_its_challenge(void **state)
{
	struct manual *manual = *state;
	struct greeting g;
	uint8_t message[56];
	make_key(manual);
	(void)params_of(block(manual, "hello request"), 1, "hello");
	assert_int_equal(greeting_read(result_of(manual, "hello answer", 1), &g, NULL), OK);
	login_message(g.reg, g.challenge, message);
	assert_same(block(manual, "login message"), bytes_of(message, sizeof(message)));
	struct bytes login = params_of(block(manual, "login request"), 2, "login");
	struct bytes sig = bin_of(login, "sig");
	assert_int_equal(sig.n, SIG_BYTES);
	assert_int_equal(
		crypto_sign_verify_detached(sig.p, message, sizeof(message), manual->public), 0);
	assert_same(bin_of(login, "key"), block(manual, "key"));
	(void)result_of(manual, "login answer", 2);
}

static void its_reading_gives_a_table(void **state)
{
	struct manual *manual = *state;
	(void)params_of(block(manual, "reading request"), 3, "whoami");
	struct bytes result = result_of(manual, "reading answer", 3);
	struct reader rd = reader_of(wire_field(result, "tables"));
	assert_int_equal(read_array(&rd), 1);
	struct reader name = reader_of(wire_field(read_any(&rd), "name"));
	assert_true(text_is(read_text(&name), "whoami"));
	assert_int_equal(rd.err, OK);
}

/* The two groups of words, as the page shows them apart. */
static void assert_groups(struct manual *manual, const struct action *action)
{
	static const char *const salts[] = { "salt 1", "salt 2" };
	static const char *const words[] = { "words 1", "words 2" };
	assert_int_equal(action->groups.n, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_same(block(manual, salts[i]), bytes_of(action->groups.v[i].salt, 32));
		assert_same(block(manual, words[i]), action->groups.v[i].words);
	}
}

static void its_change_is_signed_and_its_words_fit(void **state)
{
	struct manual *manual = *state;
	struct action action;
	struct meeting_record q;
	struct fault f;
	make_key(manual);
	struct bytes params = params_of(block(manual, "change request"), 4, "meeting.record");
	assert_int_equal(
		action_open(params, text_of("meeting.record"), &action, &manual->arena, &f), OK);
	assert_same(block(manual, "head"), action.head_bytes);
	assert_same(block(manual, "key"), action.key);
	assert_int_equal(action_verify(action.head_bytes, action.sig, manual->public, &f), OK);
	struct bytes encoding = block(manual, "encoding");
	assert_int_equal(
		crypto_sign_verify_detached(action.sig.p, encoding.p, encoding.n, manual->public),
		0);
	assert_int_equal(action_read(&action, &q, &manual->arena, &f), OK);
	assert_int_equal(q.opinions.n, 2);
	assert_groups(manual, &action);
	action_fini(&action);
}

static void its_answer_tells_two_cases(void **state)
{
	struct manual *manual = *state;
	struct bytes result = result_of(manual, "change answer", 4);
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	struct fault f;
	unsigned recorded = 0;
	assert_int_equal(outcome_read(&outcome, result, &f), OK);
	assert_int_equal(outcome.event_count, 4);
	for (size_t i = 0; i < outcome.event_count; i++)
		recorded += text_is(outcome.events[i].name, "opinion_recorded");
	assert_int_equal(recorded, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(its_login_is_signed_over_its_challenge, make, end),
		cmocka_unit_test_setup_teardown(its_reading_gives_a_table, make, end),
		cmocka_unit_test_setup_teardown(its_change_is_signed_and_its_words_fit, make, end),
		cmocka_unit_test_setup_teardown(its_answer_tells_two_cases, make, end),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
