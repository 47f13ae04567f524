/* link.c: one connection, one call. */
#include "clients/link.h"

#include "clients/i18n.h"
#include "clients/keyfile.h"
#include "clients/line.h"
#include "clients/link_wire.h"

#include <assert.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

enum {
	CALL_MS = 60000,
	PAUSE_FIRST_MS = 10, /* and twice as long each time, up to */
	PAUSE_LAST_MS = 1000,
};

struct link {
	struct line line;
	uint32_t id;
	struct greeting greeting;
	const struct keyfile *key;
	struct text behalf;      /* unit; empty: none */
	bool greeted, logged_in; /* what a new line must do to be as this one */
	int64_t patience_ms;
	struct writer out;
	const struct link_body *body;
	uint64_t sent; /* parts of it, on this line */
};

/* Bodies. */

static void notify(struct writer *w, const char *method, uint32_t id, uint64_t number, size_t n)
{
	write_array(w, 3);
	write_uint(w, 2);
	write_string(w, method);
	write_array(w, n);
	write_uint(w, id);
	write_uint(w, number);
}

/* The server has so many parts: the next ones may go. */
static enum err send_parts(struct link *link, uint64_t acked, int64_t deadline, struct fault *f)
{
	while (link->sent < acked + LIMIT_CHUNK_WINDOW) {
		AUTO(writer_fini) struct writer w = { 0 };
		struct bytes part = { 0 };
		enum err err = link->body->part(link->body->arg, link->sent, &part, f);
		if (err != OK || part.n == 0)
			return err;
		notify(&w, "$/chunk", link->id, link->sent++, 3);
		write_bin(&w, part);
		err = line_send(&link->line, writer_bytes(&w), deadline, f);
		if (err != OK)
			return err;
	}
	return OK;
}

static enum err take_part(
	struct link *link, uint64_t number, struct bytes part, int64_t deadline, struct fault *f)
{
	AUTO(writer_fini) struct writer w = { 0 };
	enum err err = link->body->put(link->body->arg, number, part, f);
	if (err != OK)
		return err;
	notify(&w, "$/ack", link->id, number + 1, 2);
	return line_send(&link->line, writer_bytes(&w), deadline, f);
}

/* A message that is a notification about our body; *mine: it was one. */
static enum err take_notice(
	struct link *link, struct bytes message, int64_t deadline, bool *mine, struct fault *f)
{
	struct reader rd = reader_of(message);
	uint32_t n = read_array(&rd);
	*mine = read_uint(&rd) == 2 && n == 3;
	if (!*mine || rd.err != OK)
		return OK;
	struct text method = read_text(&rd);
	n = read_array(&rd);
	uint64_t id = read_uint(&rd), number = read_uint(&rd);
	bool ack = text_is(method, "$/ack") && n == 2;
	bool chunk = text_is(method, "$/chunk") && n == 3;
	struct bytes part = chunk ? read_bin(&rd) : (struct bytes){ 0 };
	if (rd.err != OK || id != link->id || link->body == NULL)
		return OK;
	if (ack && link->body->part != NULL)
		return send_parts(link, number, deadline, f);
	return chunk && link->body->put != NULL ? take_part(link, number, part, deadline, f) : OK;
}

/* The answer to the last call, past what comes and goes before it; the time counts from the last
 * that did. */
static enum err receive_answer(struct link *link, struct bytes *answer, struct fault *f)
{
	bool notice = true;
	enum err err = OK;
	link->sent = 0;
	while (err == OK && notice) {
		int64_t deadline = line_now() + CALL_MS;
		err = line_receive(&link->line, deadline, answer, f);
		if (err == OK)
			err = take_notice(link, *answer, deadline, &notice, f);
	}
	return err;
}

void link_set_body(struct link *link, const struct link_body *body)
{
	link->body = body;
}

enum err link_call(struct link *link, const char *method, struct bytes params, struct bytes *result,
	struct fault *f)
{
	if (link->line.fd < 0)
		return fail(f, E_CUT, link->line.path, NULL);
	struct bytes answer = { 0 };
	struct writer *w = &link->out;
	writer_reset(w);
	write_array(w, 4);
	write_uint(w, 0);
	write_uint(w, ++link->id);
	write_string(w, method);
	write_array(w, 1);
	write_raw(w, params.p, params.n);
	enum err err = line_send(&link->line, writer_bytes(w), line_now() + CALL_MS, f);
	if (err == OK)
		err = receive_answer(link, &answer, f);
	if (err == OK && !line_is_empty(&link->line))
		err = fail(f, E_TRAILING, "answer", NULL);
	if (err != OK) {
		line_hang_up(&link->line); /* what comes later would be taken for the next answer */
		return err;
	}
	return answer_open(answer, link->id, result, f);
}

/* Hello and login. */

static enum err say_hello(struct link *link, struct fault *f)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct hello hello = { .proto = PROTOCOL_MAJOR,
		.program = text_of("hoiam " HOIAM_VERSION) };
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	struct bytes result = { 0 };
	struct greeting greeting;
	enum err err = link_call(link, "hello", writer_bytes(&params), &result, f);
	if (err == E_CUT)
		return line_unreachable(&link->line, N_("the server closed the line"), f);
	if (err == OK)
		err = greeting_read(result, &greeting, f);
	if (err != OK)
		return err;
	if (link->greeted && memcmp(link->greeting.reg, greeting.reg, sizeof(greeting.reg)) != 0)
		return fail(f, E_REGISTER, NULL, NULL);
	link->greeting = greeting;
	link->greeted = true;
	return OK;
}

static enum err log_in(struct link *link, struct fault *f)
{
	const struct greeting *g = &link->greeting;
	if (memcmp(g->reg, keyfile_reg(link->key), 16) != 0 ||
		memcmp(g->house, keyfile_house(link->key), 32) != 0)
		return fail(f, E_REGISTER, NULL, NULL);
	uint8_t message[56 + NOISE_HASH_BYTES], sig[SIG_BYTES];
	size_t n = 56;
	login_message(g->reg, g->challenge, message);
	if (link->line.device != NULL) {
		memcpy(message + n, channel_hash(&link->line.channel), NOISE_HASH_BYTES);
		n += NOISE_HASH_BYTES;
	}
	crypto_sign_detached(sig, NULL, message, n, keyfile_secret(link->key));
	AUTO(writer_fini) struct writer params = { 0 };
	struct login login = { .key = bytes_of(keyfile_id(link->key), KEY_ID_BYTES),
		.sig = bytes_of(sig, sizeof(sig)) };
	record_write_wire(&params, record_login(), &login, NULL, NULL);
	struct bytes result = { 0 };
	return link_call(link, "login", writer_bytes(&params), &result, f);
}

/* A line as the one before was: greeted, and logged in if that was. */
static enum err bring_up(struct link *link, struct fault *f)
{
	if (link->line.fd >= 0)
		return OK;
	enum err err = line_connect(&link->line, f);
	if (err == OK)
		err = say_hello(link, f);
	if (err == OK && link->logged_in)
		err = log_in(link, f);
	if (err != OK)
		line_hang_up(&link->line);
	return err;
}

/* Trying. */

struct tries {
	int64_t deadline;
	unsigned n;
};

static struct tries tries_of(const struct link *link)
{
	return (struct tries){ .deadline = line_now() + link->patience_ms };
}

/* Nothing was done that trying again would do twice, and the next time may go better. */
static bool may_pass(enum err err)
{
	return err == E_CUT || err == E_UNREACHABLE || err == E_STOPPING || err == E_BUSY;
}

/* Another try after this error, when its time has come? A broken line gets one at once. */
static bool try_again(struct tries *t, enum err err)
{
	unsigned n = t->n++;
	if (!may_pass(err))
		return false;
	if (err == E_CUT && n == 0)
		return true;
	int64_t pause = n < 7 ? (int64_t)PAUSE_FIRST_MS << n : PAUSE_LAST_MS;
	if (line_now() + pause >= t->deadline)
		return false;
	(void)poll(NULL, 0, (int)pause);
	return true;
}

enum err link_read(struct link *link, const char *method, struct bytes params, struct bytes *result,
	struct fault *f)
{
	struct tries tries = tries_of(link);
	enum err err;
	do {
		err = bring_up(link, f);
		if (err == OK)
			err = link_call(link, method, params, result, f);
	} while (try_again(&tries, err));
	return err;
}

static enum err open_link(struct link **out, struct link *made, const char *path, struct fault *f)
{
	AUTO(link_close) struct link *link = made;
	link->line.fd = -1;
	link->line.path = xstrndup(path, strlen(path));
	struct tries tries = tries_of(link);
	enum err err;
	do {
		err = bring_up(link, f);
	} while (try_again(&tries, err));
	if (err != OK)
		return err;
	*out = link;
	link = NULL;
	return OK;
}

enum err link_open_patient(
	struct link **out, const char *path, int64_t patience_ms, struct fault *f)
{
	struct link *link = xcalloc(1, sizeof(*link));
	link->patience_ms = patience_ms;
	return open_link(out, link, path, f);
}

enum err link_open_line(struct link **out, const char *server, const struct keyfile *device,
	bool enrolling, int64_t patience_ms, struct fault *f)
{
	if (!keyfile_has_line(device))
		return fail(f, E_CHANNEL, NULL,
			N_("this key came by an invitation that names no encrypted line"));
	struct link *link = xcalloc(1, sizeof(*link));
	link->line.device = device;
	link->line.enrolling = enrolling;
	link->patience_ms = patience_ms;
	return open_link(out, link, server, f);
}

const uint8_t *link_channel(const struct link *link)
{
	return link->line.device == NULL ? NULL : channel_hash(&link->line.channel);
}

enum err link_open(struct link **out, const char *path, struct fault *f)
{
	return link_open_patient(out, path, 0, f);
}

void link_close(struct link *link)
{
	if (link == NULL)
		return;
	line_fini(&link->line);
	writer_fini(&link->out);
	free(link);
}

const struct greeting *link_greeting(const struct link *link)
{
	return &link->greeting;
}

void link_sign_as(struct link *link, const struct keyfile *key)
{
	link->key = key;
}

void link_set_behalf(struct link *link, struct text unit)
{
	link->behalf = unit;
}

enum err link_login(struct link *link, const struct keyfile *key, struct fault *f)
{
	struct tries tries = tries_of(link);
	enum err err;
	link_sign_as(link, key);
	link->logged_in = false;
	do {
		err = bring_up(link, f);
		if (err == OK)
			err = log_in(link, f);
	} while (link->patience_ms > 0 && try_again(&tries, err));
	link->logged_in = err == OK;
	return err;
}

/* Actions. */

static enum err cut(const struct link *link, const uint8_t *rid, struct fault *f)
{
	char hex[2 * RID_BYTES + 1];
	return fail(f, E_CUT, link->line.path, sodium_bin2hex(hex, sizeof(hex), rid, RID_BYTES));
}

/* The same request number gives the same salts, so that a repeated request is the same to the byte.
 */
static void repeat_seed(const struct keyfile *key, const uint8_t *rid, uint8_t out[static 32])
{
	crypto_generichash(out, 32, rid, RID_BYTES, keyfile_secret(key), 32);
}

/* Sends the same bytes until they are answered; E_CUT when it cannot be known what became of them.
 */
static enum err act(struct link *link, const char *method, struct bytes params, const uint8_t *rid,
	struct bytes *result, struct fault *f)
{
	struct tries tries = tries_of(link);
	struct fault last = { 0 };
	enum err err, up = OK;
	do {
		if (tries.n > 0)
			up = bring_up(link, NULL);
		err = up == OK ? link_call(link, method, params, result, &last) : E_CUT;
	} while ((up == OK || may_pass(up)) && try_again(&tries, err));
	if (err == E_CUT)
		return cut(link, rid, f);
	if (err != OK && f != NULL)
		*f = last;
	return err;
}

void link_new_rid(uint8_t rid[static RID_BYTES])
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	rid_make(rid, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
}

enum err link_act(struct link *link, const struct cmd_row *cmd, const void *record,
	const uint8_t *rid, struct bytes *result, struct fault *f)
{
	assert(link->key != NULL);
	uint8_t fresh[RID_BYTES];
	if (rid == NULL) {
		link_new_rid(fresh);
		rid = fresh;
	}
	AUTO(writer_fini) struct writer params = { 0 };
	uint8_t seed[32];
	struct signing by = { .secret = keyfile_secret(link->key),
		.reg = bytes_of(keyfile_reg(link->key), 16),
		.behalf = link->behalf,
		.salt_seed = rid == fresh ? NULL : seed };
	if (by.salt_seed != NULL)
		repeat_seed(link->key, rid, seed);
	enum err err = action_build(&params, cmd, record, rid, &by, f);
	if (err != OK)
		return err;
	return act(link, cmd->wire, writer_bytes(&params), rid, result, f);
}
