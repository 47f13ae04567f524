/* action.c: signed actions: build, open, verify. */
#include "proto/action.h"

#include "proto/rid.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define ACTION_TYPE "application/vnd.hoiam.action+msgpack;v=1"

void key_id(const uint8_t public[static PUBLIC_BYTES], uint8_t out[static KEY_ID_BYTES])
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256(hash, public, PUBLIC_BYTES);
	memcpy(out, hash, KEY_ID_BYTES);
}

void invitation_token(const uint8_t secret[static 32], uint8_t out[static 32])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"hoiam/i1", 8);
	crypto_hash_sha256_update(&state, secret, 32);
	crypto_hash_sha256_final(&state, out);
}

void login_message(
	const uint8_t reg[static 16], const uint8_t challenge[static 32], uint8_t out[static 56])
{
	memcpy(out, "hoiam/l1", 8);
	memcpy(out + 8, reg, 16);
	memcpy(out + 24, challenge, 32);
}

/* DSSE PAE: "DSSEv1" SP len(type) SP type SP len(body) SP body. */
static struct bytes encode(struct bytes head, struct arena *a)
{
	char front[128];
	int n = snprintf(front, sizeof(front), "DSSEv1 %zu %s %zu ", sizeof(ACTION_TYPE) - 1,
		ACTION_TYPE, head.n);
	uint8_t *out = arena_alloc(a, (size_t)n + head.n, 1);
	memcpy(out, front, (size_t)n);
	if (head.n > 0)
		memcpy(out + n, head.p, head.n);
	return (struct bytes){ out, (size_t)n + head.n };
}

void action_sign(struct bytes head, const uint8_t *secret, uint8_t sig[static SIG_BYTES])
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct bytes message = encode(head, &a);
	crypto_sign_detached(sig, NULL, message.p, message.n, secret);
}

enum err action_verify(struct bytes head, struct bytes sig,
	const uint8_t public[static PUBLIC_BYTES], struct fault *f)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct bytes message = encode(head, &a);
	if (sig.n != SIG_BYTES ||
		crypto_sign_verify_detached(sig.p, message.p, message.n, public) != 0)
		return fail(f, E_SIGNATURE, NULL, NULL);
	return OK;
}

/* Building. */

static void write_head(
	struct writer *w, const struct cmd_row *cmd, const uint8_t *rid, const struct signing *by)
{
	write_map(w, by->behalf.n > 0 ? 5 : 4);
	write_string(w, "verb");
	write_string(w, cmd->wire);
	write_string(w, "rid");
	write_bin(w, bytes_of(rid, 16));
	write_string(w, "reg");
	write_bin(w, by->reg);
	if (by->behalf.n > 0) {
		write_string(w, "behalf");
		write_text(w, by->behalf);
	}
	write_string(w, "args");
}

static void write_params(
	struct writer *w, struct bytes head, const uint8_t *secret, const struct groups *groups)
{
	uint8_t sig[SIG_BYTES], id[KEY_ID_BYTES];
	action_sign(head, secret, sig);
	key_id(secret + 32, id); /* the second half of a secret key is the public key */
	write_map(w, 4);
	write_string(w, "head");
	write_bin(w, head);
	write_string(w, "sig");
	write_bin(w, bytes_of(sig, sizeof(sig)));
	write_string(w, "key");
	write_bin(w, bytes_of(id, sizeof(id)));
	write_string(w, "words");
	write_array(w, groups->n);
	for (size_t i = 0; i < groups->n; i++) {
		write_array(w, 2);
		write_bin(w, bytes_of(groups->v[i].salt, sizeof(groups->v[i].salt)));
		write_bin(w, groups->v[i].words);
	}
}

enum err action_build(struct writer *w, const struct cmd_row *cmd, const void *record,
	const uint8_t rid[static 16], const struct signing *by, struct fault *f)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer head = { 0 };
	struct groups groups = { .salt_seed = by->salt_seed };
	write_head(&head, cmd, rid, by);
	record_write_wire(&head, cmd->record(), record, &groups, &a);
	size_t before = w->n;
	write_params(w, writer_bytes(&head), by->secret, &groups);
	groups_fini(&groups);
	if (head.n > LIMIT_HEAD_BYTES)
		return fail_number(f, E_TOO_LARGE, cmd->wire, (int64_t)head.n, LIMIT_HEAD_BYTES);
	if (w->n - before > LIMIT_MESSAGE_BYTES - 256)
		return fail_number(f, E_TOO_LARGE, cmd->wire, (int64_t)(w->n - before),
			LIMIT_MESSAGE_BYTES - 256);
	return OK;
}

/* Opening. */

static enum err read_groups(struct reader *rd, struct groups *g, struct fault *f)
{
	uint32_t n = read_array(rd);
	if (rd->err == OK && n > LIMIT_OPINIONS_ACTION + 1)
		return fail_number(f, E_TOO_MANY, "words", n, LIMIT_OPINIONS_ACTION + 1);
	if (rd->err != OK)
		return fail(f, E_TYPE, "words", "a list of groups");
	g->v = xcalloc(n, sizeof(*g->v));
	g->n = g->room = n;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t two = read_array(rd);
		struct bytes salt = read_bin(rd);
		g->v[i].words = read_bin(rd);
		if (rd->err != OK || two != 2 || salt.n != 32)
			return fail(f, E_TYPE, "words", "[salt, words]");
		memcpy(g->v[i].salt, salt.p, 32);
	}
	return OK;
}

static enum err read_params(struct bytes params, struct action *to, struct fault *f)
{
	struct reader rd = reader_of(params);
	uint32_t n = read_map(&rd);
	unsigned seen = 0;
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		struct text name = read_text(&rd);
		unsigned bit = text_is(name, "head")    ? 1u
			       : text_is(name, "sig")   ? 2u
			       : text_is(name, "key")   ? 4u
			       : text_is(name, "words") ? 8u
							: 0u;
		if (rd.err != OK)
			break;
		if (bit == 0)
			return fail_text(f, E_KEY_UNKNOWN, "params", name);
		if (seen & bit)
			return fail_text(f, E_KEY_TWICE, "params", name);
		seen |= bit;
		enum err err = OK;
		if (bit == 1)
			to->head_bytes = read_bin(&rd);
		else if (bit == 2)
			to->sig = read_bin(&rd);
		else if (bit == 4)
			to->key = read_bin(&rd);
		else
			err = read_groups(&rd, &to->groups, f);
		if (err != OK)
			return err;
	}
	if (rd.err != OK)
		return fail(f, E_TYPE, "params", "a map of head, sig, key, words");
	if (rd.at != rd.n)
		return fail(f, E_TRAILING, "params", NULL);
	if ((seen & 7u) != 7u || to->sig.n != SIG_BYTES || to->key.n != KEY_ID_BYTES)
		return fail(f, E_MISSING, "head, sig, key", NULL);
	return OK;
}

static enum err check_head(struct action *to, struct fault *f)
{
	enum err err = record_check(record_head(), &to->head, f);
	if (err != OK)
		return err;
	if (!rid_valid(to->head.rid))
		return fail(f, E_TYPE, "rid", "a UUID of version 7");
	if (to->args.n == 0)
		return fail(f, E_MISSING, "args", NULL);
	to->cmd = cmd_of(to->head.verb);
	if (to->cmd == NULL || (to->cmd->mode != CMD_WRITE && to->cmd->mode != CMD_AUTO))
		return fail_text(f, E_VERB, "verb", to->head.verb);
	return OK;
}

enum err action_open_head(struct bytes head, struct action *to, struct arena *a, struct fault *f)
{
	to->head_bytes = head;
	if (head.n > LIMIT_HEAD_BYTES)
		return fail_number(f, E_TOO_LARGE, "head", (int64_t)head.n, LIMIT_HEAD_BYTES);
	enum err err = skim_whole(head, LIMIT_HEAD_BYTES, f);
	if (err != OK)
		return err;
	/* The head is the record `head` with the verb's own map beside it as "args". */
	struct reader rd = reader_of(head);
	AUTO(writer_fini) struct writer rest = { 0 };
	uint32_t n = read_map(&rd);
	if (rd.err != OK || n == 0 || n > 5)
		return fail(f, E_TYPE, "head", "a map");
	write_map(&rest, n - 1);
	for (uint32_t i = 0; i < n; i++) {
		struct text name = read_text(&rd);
		struct bytes value = read_any(&rd);
		if (rd.err != OK)
			return fail(f, E_TYPE, "head", "a map of names");
		if (text_is(name, "args") && to->args.n == 0) {
			to->args = value;
			continue;
		}
		write_text(&rest, name);
		write_raw(&rest, value.p, value.n);
	}
	if (to->args.n == 0)
		return fail(f, E_MISSING, "args", NULL);
	struct bytes kept = arena_bytes(a, writer_bytes(&rest));
	rd = reader_of(kept);
	err = record_read_wire(&rd, record_head(), &to->head, NULL, a, f);
	return err != OK ? err : check_head(to, f);
}

enum err action_open(struct bytes params, struct text method, struct action *to, struct arena *a,
	struct fault *f)
{
	*to = (struct action){ 0 };
	enum err err = read_params(params, to, f);
	if (err == OK)
		err = action_open_head(to->head_bytes, to, a, f);
	if (err == OK && method.n > 0 && !text_equal(method, to->head.verb))
		err = fail_text(f, E_VERB, "verb", to->head.verb);
	if (err != OK)
		action_fini(to);
	return err;
}

void action_fini(struct action *action)
{
	groups_fini(&action->groups);
}

enum err action_read(struct action *action, void *to, struct arena *a, struct fault *f)
{
	struct reader rd = reader_of(action->args);
	action->groups.next = 0;
	enum err err = record_read_wire(&rd, action->cmd->record(), to, &action->groups, a, f);
	if (err != OK)
		return err;
	if (action->groups.next != action->groups.n)
		return fail(f, E_WORDS, "words", NULL);
	return OK;
}
