/*
 * test_action.c: signed actions from their building to the reading of their words, and what an
 * action is refused for. --seeds FOLDER writes some for the fuzzer.
 */
#include "tests/lib/test.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/action.h"
#include "proto/rid.h"
#include "tests/lib/fill.h"

/* An officer and an action of theirs. */
struct scene {
	struct arena arena;
	struct fill fill;
	uint8_t public[PUBLIC_BYTES], secret[SECRET_BYTES], rid[16], reg[16];
	struct signing by;
	const struct cmd_row *cmd;
	void *value, *back;
	struct writer params;
	struct action action;
	struct fault fault;
};

static void scene_init(struct scene *s, const struct cmd_row *cmd)
{
	static const uint8_t seed[crypto_sign_SEEDBYTES] = "a seed of thirty-two bytes, so.";
	*s = (struct scene){ .cmd = cmd };
	s->fill = (struct fill){ .seed = cmd->cmd, .arena = &s->arena, .words = true };
	crypto_sign_seed_keypair(s->public, s->secret, seed);
	rid_make(s->rid, 1795280400000000);
	memset(s->reg, 0x52, sizeof(s->reg));
	s->by.secret = s->secret;
	s->by.reg = bytes_of(s->reg, sizeof(s->reg));
	s->value = arena_alloc(&s->arena, 1, cmd->record()->size);
	s->back = arena_alloc(&s->arena, 1, cmd->record()->size);
	fill_record(&s->fill, cmd->record(), s->value);
}

static void scene_fini(struct scene *s)
{
	action_fini(&s->action);
	writer_fini(&s->params);
	arena_fini(&s->arena);
}

static void build(struct scene *s)
{
	writer_reset(&s->params);
	assert_int_equal(action_build(&s->params, s->cmd, s->value, s->rid, &s->by, &s->fault), OK);
}

/* Opens bytes as the scene's action; what is refused is noted and leaves nothing to free. */
static enum err open_bytes(struct scene *s, struct bytes b, const char *method)
{
	action_fini(&s->action);
	s->fault = (struct fault){ 0 };
	enum err err = action_open(b, text_of(method), &s->action, &s->arena, &s->fault);
	assert_int_equal(s->fault.err, err);
	if (err != OK)
		assert_null(s->action.groups.v);
	return err;
}

static enum err open_built(struct scene *s)
{
	return open_bytes(s, writer_bytes(&s->params), s->cmd->wire);
}

static enum err verify(struct scene *s)
{
	return action_verify(s->action.head_bytes, s->action.sig, s->public, NULL);
}

static enum err read_action(struct scene *s)
{
	s->fault = (struct fault){ 0 };
	enum err err = action_read(&s->action, s->back, &s->arena, &s->fault);
	assert_int_equal(s->fault.err, err);
	return err;
}

/* An opened action of a command with at least two groups of words. */
static void scene_with_words(struct scene *s)
{
	scene_init(s, &cmds[CMD_meeting_record]);
	while (s->action.groups.n < 3) {
		fill_record(&s->fill, s->cmd->record(), s->value);
		build(s);
		assert_int_equal(open_built(s), OK);
	}
}

static bool is_action(const struct cmd_row *cmd)
{
	return cmd->mode == CMD_WRITE || cmd->mode == CMD_AUTO;
}

static void every_changing_command_comes_back(void **state)
{
	(void)state;
	size_t commands = 0;
	for (size_t i = 0; i < CMD_COUNT; i++) {
		if (!is_action(&cmds[i]))
			continue;
		struct scene s;
		scene_init(&s, &cmds[i]);
		s.by.behalf = text_of(i % 2 ? "P1" : "");
		for (unsigned round = 0; round < 10; round++) {
			fill_record(&s.fill, s.cmd->record(), s.value);
			build(&s);
			assert_int_equal(
				skim_whole(writer_bytes(&s.params), LIMIT_MESSAGE_BYTES, NULL), OK);
			assert_int_equal(open_built(&s), OK);
			assert_int_equal(verify(&s), OK);
			assert_ptr_equal(s.action.cmd, &cmds[i]);
			assert_true(bytes_equal(s.action.head.rid, bytes_of(s.rid, 16)));
			assert_true(bytes_equal(s.action.head.reg, s.by.reg));
			assert_true(text_equal(s.action.head.behalf, s.by.behalf));
			uint8_t id[KEY_ID_BYTES];
			key_id(s.public, id);
			assert_true(bytes_equal(s.action.key, bytes_of(id, sizeof(id))));
			assert_int_equal(read_action(&s), OK);
			const char *differs = "";
			(void)fill_equal(s.cmd->record(), s.value, s.back, &differs);
			assert_string_equal(differs, "");
			/* Reading it again, as a writer that tries again does. */
			assert_int_equal(read_action(&s), OK);
			assert_int_equal(open_bytes(&s, writer_bytes(&s.params), ""), OK);
		}
		scene_fini(&s);
		commands++;
	}
	print_message("%zu commands\n", commands);
	assert_true(commands >= 30);
}

/* A client that tries again sends the same bytes when its salts come from a seed. */
static void salts_are_fresh_unless_they_have_a_seed(void **state)
{
	(void)state;
	struct scene s;
	scene_with_words(&s);
	struct bytes before = arena_bytes(&s.arena, writer_bytes(&s.params));
	build(&s);
	assert_false(bytes_equal(writer_bytes(&s.params), before));
	uint8_t seed[32] = { 1 };
	s.by.salt_seed = seed;
	build(&s);
	assert_int_equal(open_built(&s), OK);
	assert_int_equal(read_action(&s), OK);
	for (size_t i = 1; i < s.action.groups.n; i++)
		assert_memory_not_equal(
			s.action.groups.v[i - 1].salt, s.action.groups.v[i].salt, 32);
	before = arena_bytes(&s.arena, writer_bytes(&s.params));
	build(&s);
	assert_true(bytes_equal(writer_bytes(&s.params), before));
	seed[31] ^= 1;
	build(&s);
	assert_false(bytes_equal(writer_bytes(&s.params), before));
	scene_fini(&s);
}

static void a_head_alone_is_read_as_an_entry_holds_it(void **state)
{
	(void)state;
	struct scene s;
	scene_with_words(&s);
	struct action alone = { 0 };
	assert_int_equal(action_open_head(s.action.head_bytes, &alone, &s.arena, &s.fault), OK);
	assert_ptr_equal(alone.cmd, s.cmd);
	assert_true(bytes_equal(alone.args, s.action.args));
	assert_true(bytes_equal(alone.head.rid, s.action.head.rid));
	assert_int_equal(alone.groups.n, 0);
	scene_fini(&s);
}

/* What is signed, spelled out from the specifications. */

static void the_signature_is_over_the_encoding_of_dsse(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	build(&s);
	assert_int_equal(open_built(&s), OK);
	static const char type[] = "application/vnd.hoiam.action+msgpack;v=1";
	struct text front =
		arena_format(&s.arena, "DSSEv1 40 %s %zu ", type, s.action.head_bytes.n);
	assert_int_equal(strlen(type), 40);
	AUTO(writer_fini) struct writer w = { 0 };
	write_raw(&w, front.p, front.n);
	write_raw(&w, s.action.head_bytes.p, s.action.head_bytes.n);
	assert_int_equal(crypto_sign_verify_detached(s.action.sig.p, w.p, w.n, s.public), 0);
	scene_fini(&s);
}

static void hashes_and_the_login_message_are_as_they_are_written_down(void **state)
{
	(void)state;
	uint8_t secret[32], wanted[32], got[32], text[40], message[56], reg[16];
	memset(secret, 9, sizeof(secret));
	memset(reg, 3, sizeof(reg));
	memcpy(text, "hoiam/i1", 8);
	memcpy(text + 8, secret, 32);
	crypto_hash_sha256(wanted, text, sizeof(text));
	invitation_token(secret, got);
	assert_memory_equal(got, wanted, 32);
	crypto_hash_sha256(wanted, secret, 32);
	uint8_t id[KEY_ID_BYTES];
	key_id(secret, id);
	assert_memory_equal(id, wanted, KEY_ID_BYTES);
	login_message(reg, secret, message);
	assert_memory_equal(message, "hoiam/l1", 8);
	assert_memory_equal(message + 8, reg, 16);
	assert_memory_equal(message + 24, secret, 32);
}

/* Bits. */

static void any_flipped_bit_of_the_head_is_noticed(void **state)
{
	(void)state;
	struct scene s;
	scene_with_words(&s);
	assert_int_equal(verify(&s), OK);
	struct bytes params = arena_bytes(&s.arena, writer_bytes(&s.params));
	size_t offset = (size_t)((const uint8_t *)memmem(params.p, params.n, s.action.head_bytes.p,
					 s.action.head_bytes.n) -
				 params.p);
	size_t n = s.action.head_bytes.n, opened = 0;
	for (size_t bit = 0; bit < n * 8; bit++) {
		uint8_t *at = (uint8_t *)(uintptr_t)params.p + offset + bit / 8;
		*at ^= (uint8_t)(1 << bit % 8);
		if (open_bytes(&s, params, "") == OK) {
			assert_int_equal(verify(&s), E_SIGNATURE);
			opened++;
		}
		*at ^= (uint8_t)(1 << bit % 8);
	}
	assert_true(opened > 100);
	assert_int_equal(open_bytes(&s, params, ""), OK);
	assert_int_equal(verify(&s), OK);
	scene_fini(&s);
}

static void any_flipped_bit_of_signature_or_key_is_noticed(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	build(&s);
	assert_int_equal(open_built(&s), OK);
	uint8_t sig[SIG_BYTES], public[PUBLIC_BYTES];
	struct fault f;
	for (size_t bit = 0; bit < sizeof(sig) * 8; bit++) {
		memcpy(sig, s.action.sig.p, sizeof(sig));
		sig[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(action_verify(s.action.head_bytes, bytes_of(sig, sizeof(sig)),
					 s.public, &f),
			E_SIGNATURE);
		assert_int_equal(f.err, E_SIGNATURE);
	}
	for (size_t bit = 0; bit < sizeof(public) * 8; bit++) {
		memcpy(public, s.public, sizeof(public));
		public[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(action_verify(s.action.head_bytes, s.action.sig, public, NULL),
			E_SIGNATURE);
	}
	for (size_t n = 0; n < sizeof(sig); n++)
		assert_int_equal(action_verify(s.action.head_bytes, bytes_of(s.action.sig.p, n),
					 s.public, NULL),
			E_SIGNATURE);
	assert_int_equal(
		action_verify(bytes_of(NULL, 0), s.action.sig, s.public, NULL), E_SIGNATURE);
	scene_fini(&s);
}

static void no_strict_prefix_is_an_action(void **state)
{
	(void)state;
	struct scene s;
	scene_with_words(&s);
	for (size_t n = 0; n < s.params.n; n++) {
		uint8_t *cut = xmalloc(n);
		memcpy(cut, s.params.p, n);
		assert_int_not_equal(open_bytes(&s, bytes_of(cut, n), ""), OK);
		free(cut);
	}
	scene_fini(&s);
}

static void what_follows_an_action_is_refused(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	build(&s);
	write_nil(&s.params);
	assert_int_equal(open_built(&s), E_TRAILING);
	scene_fini(&s);
}

/* Other heads, well signed. */

/* A head of these parts; NULL and empty ones are left out. */
struct parts {
	const char *verb;
	struct bytes rid, reg, args;
	size_t args_count;
	const char *extra;
};

static enum err open_parts(struct scene *s, const struct parts *parts, const char *method)
{
	AUTO(writer_fini) struct writer head = { 0 };
	size_t n = (parts->verb != NULL) + (parts->rid.n > 0) + (parts->reg.n > 0) +
		   parts->args_count + (parts->extra != NULL);
	write_map(&head, n);
	if (parts->verb != NULL) {
		write_string(&head, "verb");
		write_string(&head, parts->verb);
	}
	if (parts->rid.n > 0) {
		write_string(&head, "rid");
		write_bin(&head, parts->rid);
	}
	if (parts->reg.n > 0) {
		write_string(&head, "reg");
		write_bin(&head, parts->reg);
	}
	for (size_t i = 0; i < parts->args_count; i++) {
		write_string(&head, "args");
		write_raw(&head, parts->args.p, parts->args.n);
	}
	if (parts->extra != NULL) {
		write_string(&head, parts->extra);
		write_string(&head, "P1");
	}
	uint8_t sig[SIG_BYTES], id[KEY_ID_BYTES];
	action_sign(writer_bytes(&head), s->secret, sig);
	key_id(s->public, id);
	writer_reset(&s->params);
	write_map(&s->params, 3);
	write_string(&s->params, "head");
	write_bin(&s->params, writer_bytes(&head));
	write_string(&s->params, "sig");
	write_bin(&s->params, bytes_of(sig, sizeof(sig)));
	write_string(&s->params, "key");
	write_bin(&s->params, bytes_of(id, sizeof(id)));
	return open_bytes(s, writer_bytes(&s->params), method);
}

static void expect_parts(
	struct scene *s, const struct parts *parts, enum err wanted, const char *field)
{
	enum err err = open_parts(s, parts, "case.close");
	if (err != wanted || (err != OK && strcmp(s->fault.field, field) != 0))
		print_error("wanted %s %s, got %s %s\n", err_row(wanted)->name, field,
			err_row(err)->name, s->fault.field);
	assert_int_equal(err, wanted);
	if (err != OK)
		assert_string_equal(s->fault.field, field);
}

static void a_head_has_its_parts_and_no_others(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	uint8_t rid[16];
	memcpy(rid, s.rid, 16);
	const struct parts good = { "case.close", bytes_of(rid, 16), bytes_of(s.reg, 16),
		bytes_of("\x81\xa6number\xa9P1/2026/1", 18), 1, NULL };
	struct parts p = good;
	expect_parts(&s, &p, OK, "");
	assert_int_equal(read_action(&s), OK);
	p.verb = NULL;
	expect_parts(&s, &p, E_MISSING, "verb");
	p = good;
	p.rid.n = 0;
	expect_parts(&s, &p, E_MISSING, "rid");
	p.rid.n = 15;
	expect_parts(&s, &p, E_LONG, "rid");
	p = good;
	p.reg.n = 0;
	expect_parts(&s, &p, E_MISSING, "reg");
	p = good;
	p.args_count = 0;
	expect_parts(&s, &p, E_MISSING, "args");
	p.args_count = 2;
	expect_parts(&s, &p, E_KEY_UNKNOWN, "args");
	p = good;
	p.extra = "behalf";
	expect_parts(&s, &p, OK, "");
	assert_true(text_is(s.action.head.behalf, "P1"));
	p.extra = "time";
	expect_parts(&s, &p, E_KEY_UNKNOWN, "time");
	p.extra = "w";
	expect_parts(&s, &p, E_KEY_UNKNOWN, "w");
	p = good;
	p.args = bytes_of("\x90", 1);
	expect_parts(&s, &p, OK, "");
	assert_int_equal(read_action(&s), E_TYPE);
	p.args = bytes_of("\x81\xa6numbes\xa9P1/2026/1", 18);
	expect_parts(&s, &p, OK, "");
	assert_int_equal(read_action(&s), E_KEY_UNKNOWN);
	scene_fini(&s);
}

static void a_verb_is_one_that_changes_and_the_one_that_was_called(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	const struct parts good = { "case.close", bytes_of(s.rid, 16), bytes_of(s.reg, 16),
		bytes_of("\x80", 1), 1, NULL };
	assert_int_equal(open_parts(&s, &good, "case.done"), E_VERB);
	assert_int_equal(open_parts(&s, &good, "case.clos"), E_VERB);
	assert_int_equal(open_parts(&s, &good, "case.close"), OK);
	assert_int_equal(open_parts(&s, &good, ""), OK);
	static const char *const bad[] = { "case.show", "hello", "login", "case.closed",
		"Case.close", "case.close/", "nothing" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct parts p = good;
		p.verb = bad[i];
		assert_int_equal(open_parts(&s, &p, ""), E_VERB);
		assert_string_equal(s.fault.field, "verb");
		assert_string_equal(s.fault.what, bad[i]);
	}
	scene_fini(&s);
}

static void a_request_number_is_a_uuid_of_version_7(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	uint8_t rid[16];
	const struct parts parts = { "case.close", bytes_of(rid, 16), bytes_of(s.reg, 16),
		bytes_of("\x80", 1), 1, NULL };
	for (unsigned version = 0; version < 16; version++)
		for (unsigned variant = 0; variant < 4; variant++) {
			memcpy(rid, s.rid, 16);
			rid[6] = (uint8_t)(version << 4 | (rid[6] & 15));
			rid[8] = (uint8_t)(variant << 6 | (rid[8] & 63));
			if (version == 7 && variant == 2)
				expect_parts(&s, &parts, OK, "");
			else
				expect_parts(&s, &parts, E_TYPE, "rid");
		}
	memset(rid, 0, sizeof(rid));
	expect_parts(&s, &parts, E_TYPE, "rid");
	scene_fini(&s);
}

/* The same act for another register is another head, and its signature fits no other. */
static void an_action_is_for_one_register(void **state)
{
	(void)state;
	struct scene here, there;
	scene_init(&here, &cmds[CMD_case_close]);
	scene_init(&there, &cmds[CMD_case_close]);
	memset(there.reg, 0x53, sizeof(there.reg));
	memcpy(there.rid, here.rid, 16);
	build(&here);
	build(&there);
	assert_int_equal(open_built(&here), OK);
	assert_int_equal(open_built(&there), OK);
	assert_false(bytes_equal(here.action.head.reg, there.action.head.reg));
	assert_true(bytes_equal(here.action.args, there.action.args));
	assert_int_equal(action_verify(there.action.head_bytes, here.action.sig, here.public, NULL),
		E_SIGNATURE);
	scene_fini(&here);
	scene_fini(&there);
}

/* Params. */

/* Params of the built action with one key's value replaced, doubled or left out. */
enum change { AS_IS, LEFT_OUT, DOUBLED, REPLACED, RENAMED };

static enum err open_changed(struct scene *s, const char *key, enum change change, struct bytes by)
{
	AUTO(writer_fini) struct writer w = { 0 };
	struct reader rd = reader_of(writer_bytes(&s->params));
	size_t n = read_map(&rd);
	write_map(&w, n + (change == DOUBLED) - (change == LEFT_OUT));
	for (size_t i = 0; i < n; i++) {
		struct text name = read_text(&rd);
		struct bytes value = read_any(&rd);
		enum change here = text_is(name, key) ? change : AS_IS;
		if (here == LEFT_OUT)
			continue;
		for (size_t k = 0; k < (here == DOUBLED ? 2u : 1u); k++) {
			write_text(&w, here == RENAMED ? text_of("other") : name);
			if (here == REPLACED)
				value = by;
			write_raw(&w, value.p, value.n);
		}
	}
	assert_int_equal(rd.err, OK);
	enum err err = open_bytes(s, arena_bytes(&s->arena, writer_bytes(&w)), s->cmd->wire);
	return err;
}

static void params_have_their_parts_and_no_others(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	build(&s);
	static const char *const keys[] = { "head", "sig", "key", "words" };
	static const struct bytes none = { 0 };
	for (size_t i = 0; i < COUNT(keys); i++) {
		assert_int_equal(open_changed(&s, keys[i], DOUBLED, none), E_KEY_TWICE);
		assert_int_equal(open_changed(&s, keys[i], RENAMED, none), E_KEY_UNKNOWN);
		assert_int_equal(
			open_changed(&s, keys[i], LEFT_OUT, none), i == 3 ? OK : E_MISSING);
		static const char *const wrong[] = { "\xc0", "\x01", "\xa1x", "\xc3", "\x80" };
		for (size_t k = 0; k < COUNT(wrong); k++) {
			struct bytes by = bytes_of(wrong[k], strlen(wrong[k]));
			assert_int_equal(open_changed(&s, keys[i], REPLACED, by), E_TYPE);
		}
	}
	AUTO(writer_fini) struct writer w = { 0 };
	for (size_t n = 0; n < 80; n++) {
		writer_reset(&w);
		write_bin(&w, bytes_of(s.params.p, n));
		assert_int_equal(open_changed(&s, "sig", REPLACED, writer_bytes(&w)),
			n == SIG_BYTES ? OK : E_MISSING);
		assert_int_equal(open_changed(&s, "key", REPLACED, writer_bytes(&w)),
			n == KEY_ID_BYTES ? OK : E_MISSING);
	}
	assert_int_equal(open_bytes(&s, bytes_of("\x90", 1), ""), E_TYPE);
	assert_int_equal(open_bytes(&s, bytes_of("\x80", 1), ""), E_MISSING);
	assert_int_equal(open_bytes(&s, bytes_of("\xdf\xff\xff\xff\xff", 5), ""), E_TYPE);
	scene_fini(&s);
}

/* Words. */

static void groups_are_those_of_the_head_in_its_order(void **state)
{
	(void)state;
	struct scene s;
	scene_with_words(&s);
	struct groups *g = &s.action.groups;
	assert_int_equal(read_action(&s), OK);
	g->n--;
	assert_int_equal(read_action(&s), E_WORDS);
	g->n++;
	struct group first = g->v[0];
	g->v[0] = g->v[1];
	g->v[1] = first;
	assert_int_equal(read_action(&s), E_WORDS);
	assert_string_equal(s.fault.field, "meeting[1].w");
	g->v[1] = g->v[0];
	g->v[0] = first;
	assert_int_equal(read_action(&s), OK);
	g->v = xrealloc(g->v, (g->n + 1) * sizeof(*g->v));
	g->v[g->n++] = first;
	assert_int_equal(read_action(&s), E_WORDS);
	assert_string_equal(s.fault.field, "words");
	g->n--;
	assert_int_equal(read_action(&s), OK);
	scene_fini(&s);
}

static void words_of_another_action_do_not_fit(void **state)
{
	(void)state;
	struct scene one, other;
	scene_with_words(&one);
	scene_with_words(&other);
	/* The same words, under other salts. */
	struct groups kept = one.action.groups;
	one.action.groups = other.action.groups;
	assert_int_equal(read_action(&one), E_WORDS);
	one.action.groups = kept;
	assert_int_equal(read_action(&one), OK);
	scene_fini(&one);
	scene_fini(&other);
}

static void groups_are_a_list_of_salt_and_words(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	build(&s);
	static const struct {
		uint32_t count, inner;
		size_t salt;
		enum err err;
	} rows[] = { { 1, 2, 32, OK }, { 1, 2, 31, E_TYPE }, { 1, 2, 33, E_TYPE },
		{ 1, 1, 32, E_TYPE }, { 1, 3, 32, E_TYPE },
		{ LIMIT_OPINIONS_ACTION + 1, 2, 32, OK },
		{ LIMIT_OPINIONS_ACTION + 2, 2, 32, E_TOO_MANY } };
	static const uint8_t salt[33];
	for (size_t i = 0; i < COUNT(rows); i++) {
		AUTO(writer_fini) struct writer w = { 0 };
		write_array(&w, rows[i].count);
		for (uint32_t k = 0; k < rows[i].count; k++) {
			write_array(&w, rows[i].inner);
			write_bin(&w, bytes_of(salt, rows[i].salt));
			for (uint32_t m = 1; m < rows[i].inner; m++)
				write_bin(&w, bytes_of("\x80", 1));
		}
		assert_int_equal(
			open_changed(&s, "words", REPLACED, writer_bytes(&w)), rows[i].err);
		if (rows[i].err == OK)
			assert_int_equal(read_action(&s), E_WORDS);
	}
	/* Counts that are not there cost no memory. */
	assert_int_equal(open_changed(&s, "words", REPLACED, bytes_of("\xdc\x01\x2d", 3)), E_TYPE);
	scene_fini(&s);
}

/* Sizes. */

static size_t head_size(const struct writer *params)
{
	struct reader rd = reader_of(writer_bytes(params));
	(void)read_map(&rd);
	assert_true(text_is(read_text(&rd), "head"));
	return read_bin(&rd).n;
}

static void a_head_ends_at_its_limit(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_policy_adopt]);
	/* 200 topics of 260 bytes or so are below the limit; labels twice as long are above it. */
	struct policy policy;
	s.fill.least = true;
	fill_record(&s.fill, record_policy(), &policy);
	struct policy_term *topics = arena_alloc(&s.arena, 200, sizeof(*topics));
	char *label = arena_alloc(&s.arena, LIMIT_NAME, 1);
	memset(label, 'x', LIMIT_NAME);
	*(struct policy_adopt *)s.value = (struct policy_adopt){ .policy = { &policy, 1 } };
	policy.topics = (struct list){ topics, 200 };
	for (size_t n = 1; n <= LIMIT_NAME; n++) {
		for (size_t i = 0; i < 200; i++)
			topics[i] = (struct policy_term){
				.code = text_of("topic"), .vi = { label, n }, .en = { label, n }
			};
		writer_reset(&s.params);
		enum err err = action_build(&s.params, s.cmd, s.value, s.rid, &s.by, &s.fault);
		bool fits = head_size(&s.params) <= LIMIT_HEAD_BYTES;
		if (n == 1 || n == LIMIT_NAME)
			assert_int_equal(fits, n == 1);
		assert_int_equal(err, fits ? OK : E_TOO_LARGE);
		assert_int_equal(open_built(&s), err);
		if (err != OK) {
			assert_int_equal(s.fault.limit, LIMIT_HEAD_BYTES);
			assert_string_equal(s.fault.field, "head");
		}
	}
	scene_fini(&s);
}

static void a_head_of_the_limit_is_opened_and_one_byte_more_is_not(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	AUTO(writer_fini) struct writer args = { 0 };
	uint8_t *zeros = xcalloc(LIMIT_HEAD_BYTES, 1);
	struct parts p = { "case.close", bytes_of(s.rid, 16), bytes_of(s.reg, 16), { 0 }, 1, NULL };
	write_bin(&args, bytes_of(zeros, 60000));
	p.args = writer_bytes(&args);
	assert_int_equal(open_parts(&s, &p, ""), OK);
	size_t more = LIMIT_HEAD_BYTES - s.action.head_bytes.n;
	for (size_t over = 0; over < 2; over++) {
		writer_reset(&args);
		write_bin(&args, bytes_of(zeros, 60000 + more + over));
		p.args = writer_bytes(&args);
		assert_int_equal(open_parts(&s, &p, ""), over ? E_TOO_LARGE : OK);
		if (!over)
			assert_int_equal(s.action.head_bytes.n, LIMIT_HEAD_BYTES);
	}
	free(zeros);
	scene_fini(&s);
}

static void a_message_ends_at_its_limit(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_opinion_add]);
	char *words = arena_alloc(&s.arena, LIMIT_TEXT, 1);
	memset(words, 'x', LIMIT_TEXT);
	struct opinion_new opinions[9] = { 0 };
	struct opinion_add *value = s.value;
	*value = (struct opinion_add){ .meeting = text_of("P1/2026/1"),
		.opinions = { opinions, 1 } };
	for (size_t i = 0; i < COUNT(opinions); i++)
		opinions[i].words = (struct text){ words, LIMIT_TEXT };
	enum err err = OK;
	while (err == OK) {
		writer_reset(&s.params);
		err = action_build(&s.params, s.cmd, value, s.rid, &s.by, &s.fault);
		if (err == OK) {
			assert_true(s.params.n <= LIMIT_MESSAGE_BYTES - 256);
			assert_int_equal(open_built(&s), OK);
			assert_int_equal(read_action(&s), OK);
			value->opinions.n++;
		}
	}
	assert_int_equal(err, E_TOO_LARGE);
	assert_int_equal(value->opinions.n, 8);
	assert_true(s.params.n > LIMIT_MESSAGE_BYTES - 256);
	scene_fini(&s);
}

/* A head as deep and as wide as msgpack may be within the limits of a message. */
static void a_hostile_head_is_refused(void **state)
{
	(void)state;
	struct scene s;
	scene_init(&s, &cmds[CMD_case_close]);
	static const struct {
		uint8_t head[8], n;
		enum err err;
	} bad[] = {
		{ { 0xc0 }, 1, E_TYPE },
		{ { 0x80 }, 1, E_TYPE },
		{ { 0x86 }, 1, E_TRUNCATED },
		{ { 0xdf, 0xff, 0xff, 0xff, 0xff }, 5, E_TOO_MANY },
		{ { 0x81, 0x01, 0x01 }, 3, E_TYPE },
		{ { 0x81, 0xa1, 'x', 0x01, 0x01 }, 5, E_TRAILING },
		{ { 0x81, 0xa1, 'x', 0xcb }, 4, E_FRAME },
		{ { 0x81, 0xa1, 0xff, 0x01 }, 4, E_UTF8 },
	};
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct action action = { 0 };
		assert_int_equal(action_open_head(bytes_of(bad[i].head, bad[i].n), &action,
					 &s.arena, &s.fault),
			bad[i].err);
		assert_int_equal(s.fault.err, bad[i].err);
	}
	scene_fini(&s);
}

/* Params of some changing commands, one file each. */
static int write_seeds(const char *folder)
{
	static const enum cmd chosen[] = { CMD_genesis, CMD_enrol, CMD_unit_add, CMD_officer_invite,
		CMD_clock_accept, CMD_policy_adopt, CMD_meeting_record, CMD_opinion_add,
		CMD_conclusion_put, CMD_case_refer, CMD_case_resolve };
	for (size_t i = 0; i < COUNT(chosen); i++) {
		struct scene s;
		scene_init(&s, &cmds[chosen[i]]);
		s.fill.least = i % 2;
		fill_record(&s.fill, s.cmd->record(), s.value);
		s.by.behalf = text_of(i % 4 == 0 ? "P1" : "");
		s.by.salt_seed = s.public;
		build(&s);
		FILE *file = fopen(arena_format(&s.arena, "%s/%s", folder, s.cmd->wire).p, "wb");
		if (file == NULL)
			return 1;
		size_t written = fwrite(s.params.p, 1, s.params.n, file);
		if (fclose(file) != 0 || written != s.params.n)
			return 1;
		scene_fini(&s);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return 1;
	if (argc == 3 && strcmp(argv[1], "--seeds") == 0)
		return write_seeds(argv[2]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_changing_command_comes_back),
		cmocka_unit_test(salts_are_fresh_unless_they_have_a_seed),
		cmocka_unit_test(a_head_alone_is_read_as_an_entry_holds_it),
		cmocka_unit_test(the_signature_is_over_the_encoding_of_dsse),
		cmocka_unit_test(hashes_and_the_login_message_are_as_they_are_written_down),
		cmocka_unit_test(any_flipped_bit_of_the_head_is_noticed),
		cmocka_unit_test(any_flipped_bit_of_signature_or_key_is_noticed),
		cmocka_unit_test(no_strict_prefix_is_an_action),
		cmocka_unit_test(what_follows_an_action_is_refused),
		cmocka_unit_test(a_head_has_its_parts_and_no_others),
		cmocka_unit_test(a_verb_is_one_that_changes_and_the_one_that_was_called),
		cmocka_unit_test(a_request_number_is_a_uuid_of_version_7),
		cmocka_unit_test(an_action_is_for_one_register),
		cmocka_unit_test(params_have_their_parts_and_no_others),
		cmocka_unit_test(groups_are_those_of_the_head_in_its_order),
		cmocka_unit_test(words_of_another_action_do_not_fit),
		cmocka_unit_test(groups_are_a_list_of_salt_and_words),
		cmocka_unit_test(a_head_ends_at_its_limit),
		cmocka_unit_test(a_head_of_the_limit_is_opened_and_one_byte_more_is_not),
		cmocka_unit_test(a_message_ends_at_its_limit),
		cmocka_unit_test(a_hostile_head_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
