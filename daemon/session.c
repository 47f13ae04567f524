/* session.c: MessagePack-RPC, hello and login, and the way of a request. */
#include "daemon/session.h"

#include "daemon/dispatch.h"
#include "daemon/house_key.h"
#include "daemon/log.h"
#include "daemon/reply.h"
#include "daemon/report/cursor.h"
#include "daemon/session_body.h"
#include "daemon/session_private.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEPT_BYTES = 65536 }; /* of a buffer, from one answer to the next */

enum err office_open(struct office *o, struct db *db, struct commit *commit,
	const struct conf *conf, const uint8_t house_secret[static 64], struct fault *f)
{
	*o = (struct office){ .db = db,
		.commit = commit,
		.conf = conf,
		.seal = cursor_seal_new(),
		.house_secret = house_secret };
	house_channel(house_secret, &o->channel_key);
	key_id(house_secret + PUBLIC_BYTES, o->house_key); /* the second half is the public key */
	enum err err = txn_begin(&o->snapshot, db, false, f);
	if (err == OK)
		txn_reset(o->snapshot);
	return err;
}

void office_close(struct office *o)
{
	sodium_memzero(&o->channel_key, sizeof(o->channel_key));
	txn_abort(o->snapshot);
	house_fini(&o->house);
	arena_fini(&o->arena);
	arena_fini(&o->held.arena);
	writer_wipe(&o->answer);
	writer_wipe(&o->tables);
	writer_wipe(&o->rows);
	cursor_seal_free(o->seal);
	o->seal = NULL;
}

enum err office_look(struct office *o, struct fault *f)
{
	arena_reset(&o->arena);
	enum err err = txn_renew(o->snapshot, f);
	if (err != OK || txn_snapshot(o->snapshot) == o->seen)
		return err;
	o->seen = 0;
	err = house_refresh(&o->house, o->snapshot, f);
	if (err == OK)
		err = journal_last(o->snapshot, &o->end, f);
	if (err == OK)
		o->seen = txn_snapshot(o->snapshot);
	else
		txn_reset(o->snapshot);
	return err;
}

void office_look_away(struct office *o)
{
	txn_reset(o->snapshot);
}

bool office_knows(void *office, const uint8_t client[static NOISE_KEY_BYTES],
	enum channel_pattern pattern, uint8_t psk[static NOISE_KEY_BYTES])
{
	static const uint8_t no_token[32];
	struct office *o = office;
	struct row_channel channel;
	struct row_key row = { 0 };
	struct key at = { .n = NOISE_KEY_BYTES }, id = { .n = KEY_ID_BYTES };
	memcpy(at.p, client, NOISE_KEY_BYTES);
	if (pattern == CHANNEL_ENROL)
		return true;
	if (office_look(o, NULL) != OK)
		return false;
	bool known = row_get(o->snapshot, STORE_channel, at, record_row_channel(), &channel,
			     &o->arena) &&
		     channel.key.n == KEY_ID_BYTES;
	/* Who is not known takes as long: the house's own key stands in, and a psk is made. */
	memcpy(id.p, known ? channel.key.p : o->house_key, KEY_ID_BYTES);
	bool good = row_get(o->snapshot, STORE_key, id, record_row_key(), &row, &o->arena) &&
		    row.revoked == 0 && row.token.n == 32;
	known = known && good;
	house_psk(o->house_secret, row.token.n == 32 ? row.token.p : no_token, psk);
	office_look_away(o);
	return known;
}

struct session *session_new(struct office *o, const struct peer *peer)
{
	struct session *s = xcalloc(1, sizeof(*s));
	s->office = o;
	s->peer = *peer;
	skim_init(&s->skim, LIMIT_HELLO_BYTES);
	s->next = o->sessions;
	if (s->next != NULL)
		s->next->before = &s->next;
	s->before = &o->sessions;
	o->sessions = s;
	return s;
}

static void session_free(struct session *s)
{
	free(s->open);
	free(s);
}

void session_gone(struct session *s)
{
	*s->before = s->next;
	if (s->next != NULL)
		s->next->before = s->before;
	s->gone = true;
	session_body_drop(s);
	if (s->open_count == 0)
		session_free(s);
}

enum session_state session_state(const struct session *s)
{
	return s->state;
}

size_t session_open_requests(const struct session *s)
{
	return s->open_count;
}

/* Open requests: their numbers, so that no two live ones are the same. */

static struct job *find_open(const struct session *s, uint64_t msgid)
{
	for (size_t i = 0; i < s->open_count; i++)
		if (s->open[i]->msgid == msgid)
			return s->open[i];
	return NULL;
}

enum err session_submit(struct session *s, struct job *job, struct fault *f)
{
	struct office *o = s->office;
	if (o->stopping)
		return fail(f, E_STOPPING, NULL, NULL);
	if (s->open_count >= o->conf->requests_open_max || commit_submit(o->commit, job) != OK)
		return fail(f, E_BUSY, NULL, NULL);
	if (s->open == NULL)
		s->open = xcalloc((size_t)o->conf->requests_open_max, sizeof(struct job *));
	s->open[s->open_count++] = job;
	return OK;
}

void session_request_done(struct session *s, const struct job *job)
{
	for (size_t i = 0; i < s->open_count; i++)
		if (s->open[i] == job) {
			s->open[i] = s->open[--s->open_count];
			break;
		}
	if (s->gone && s->open_count == 0)
		session_free(s);
}

/* Messages. */

static ptrdiff_t refuse(struct session *s, const char *why)
{
	s->office->refused++;
	log_debug("session", "refused=\"%s\"", why);
	return -1;
}

/* params: an array of one map, or empty. */
static enum err take_params(struct reader *rd, struct bytes *params, struct fault *f)
{
	static const uint8_t empty_map[] = { 0x80 };
	*params = bytes_of(empty_map, 1);
	if (read_type(rd) != PACK_ARRAY)
		return fail(f, E_FRAME, NULL, "params must be an array");
	uint32_t n = read_array(rd);
	if (n > 1)
		return fail(f, E_FRAME, NULL, "params must hold one map");
	if (n == 1 && read_type(rd) != PACK_MAP)
		return fail(f, E_FRAME, NULL, "params must hold a map");
	if (n == 1)
		*params = read_any(rd);
	return OK;
}

static ptrdiff_t take_request(struct session *s, struct reader *rd)
{
	struct fault f = { 0 };
	struct bytes params;
	uint64_t msgid = read_uint(rd);
	if (rd->err != OK || msgid > UINT32_MAX)
		return refuse(s, "msgid");
	struct text method = read_text(rd);
	if (rd->err != OK || method.n > LIMIT_CODE)
		return refuse(s, "method");
	if (find_open(s, msgid) != NULL || session_body_open(s, msgid))
		return refuse(s, "msgid lives");
	enum err err = take_params(rd, &params, &f);
	if (err != OK)
		session_answer_error(s, (uint32_t)msgid, &f);
	else
		dispatch(s, (uint32_t)msgid, method, params);
	return 0;
}

/* "$/cancel" [msgid]; of one that is not open here nothing is said. */
static ptrdiff_t take_cancel(struct session *s, struct reader *rd)
{
	if (read_array(rd) != 1 || read_type(rd) != PACK_UINT)
		return 0;
	uint64_t msgid = read_uint(rd);
	struct job *job = rd->err == OK ? find_open(s, msgid) : NULL;
	if (job != NULL)
		commit_cancel(s->office->commit, job);
	else if (rd->err == OK)
		session_body_cancel(s, msgid);
	return 0;
}

/* [2, name, params]; of a name that is not known nothing is said. */
static ptrdiff_t take_notification(struct session *s, struct reader *rd)
{
	static const struct {
		const char *name;
		ptrdiff_t (*take)(struct session *s, struct reader *rd);
	} notifications[] = {
		{ "$/cancel", take_cancel },
		{ "$/chunk", session_body_chunk },
		{ "$/ack", session_body_ack },
	};
	struct text name = read_type(rd) == PACK_TEXT ? read_text(rd) : (struct text){ 0 };
	for (size_t i = 0; i < COUNT(notifications); i++)
		if (text_is(name, notifications[i].name) && read_type(rd) == PACK_ARRAY)
			return notifications[i].take(s, rd);
	return 0;
}

static ptrdiff_t take_message(struct session *s, struct bytes message)
{
	struct reader rd = reader_of(message);
	if (read_type(&rd) != PACK_ARRAY)
		return refuse(s, "no array");
	uint32_t n = read_array(&rd);
	uint64_t type = read_uint(&rd);
	if (rd.err != OK)
		return refuse(s, "type");
	if (type == 2 && n == 3)
		return take_notification(s, &rd);
	if (type != 0 || n != 4)
		return refuse(s, "type");
	return take_request(s, &rd);
}

static size_t message_limit(const struct session *s)
{
	return s->state == SESSION_NEW ? LIMIT_HELLO_BYTES : (size_t)s->office->conf->message_bytes;
}

ptrdiff_t session_feed(struct session *s, const uint8_t *p, size_t n)
{
	size_t used = 0;
	while (used < n && !(s->peer.full != NULL && s->peer.full(s->peer.arg))) {
		struct fault f;
		enum err err = skim_feed(&s->skim, p + used, n - used, &f);
		if (err == E_TRUNCATED)
			break;
		if (err != OK)
			return refuse(s, err_row(err)->name);
		struct bytes message = { p + used, s->skim.at };
		ptrdiff_t rc = take_message(s, message);
		if (rc < 0 || s->ended)
			return -1;
		used += message.n;
		skim_init(&s->skim, message_limit(s));
	}
	return (ptrdiff_t)used;
}

/* Answers. */

static void write_detail(struct writer *w, const struct fault *f)
{
	write_map(w, 6);
	write_string(w, "field");
	write_string(w, f->field);
	write_string(w, "what");
	write_string(w, f->what);
	write_string(w, "at");
	write_int(w, f->at);
	write_string(w, "limit");
	write_int(w, f->limit);
	write_string(w, "list");
	write_array(w, f->list_count);
	for (size_t i = 0; i < f->list_count; i++)
		write_uint(w, f->list[i]);
	write_string(w, "total");
	write_uint(w, f->total);
}

/* What went wrong inside goes to the log, once, and out as "internal". */
static void hide(struct fault *f)
{
	static uint64_t log_id;
	if (f->err == OK)
		f->err = E_INTERNAL;
	if (err_row(f->err)->blame == CALLER)
		return;
	enum err shown = f->err == E_FULL ? E_FULL : E_INTERNAL;
	log_error("dispatch", "id=%llu err=%s cause=%d at=%s:%d what=\"%s\"",
		(unsigned long long)++log_id, err_row(f->err)->name, f->cause,
		f->file == NULL ? "" : f->file, f->line, f->what);
	char what[32];
	snprintf(what, sizeof(what), "log id %llu", (unsigned long long)log_id);
	(void)fail(f, shown, NULL, what);
}

void session_answer_error(struct session *s, uint32_t msgid, struct fault *f)
{
	AUTO(writer_fini) struct writer w = { 0 };
	hide(f);
	const struct err_row *row = err_row(f->err);
	write_array(&w, 4);
	write_uint(&w, 1);
	write_uint(&w, msgid);
	write_array(&w, 3);
	write_int(&w, row->code);
	write_string(&w, row->name);
	write_detail(&w, f);
	write_nil(&w);
	s->peer.send(s->peer.arg, writer_bytes(&w));
}

void session_answer_begin(struct writer *w, uint32_t msgid)
{
	writer_reset(w);
	write_array(w, 4);
	write_uint(w, 1);
	write_uint(w, msgid);
	write_nil(w);
}

void office_trim(struct office *o)
{
	struct writer *all[] = { &o->answer, &o->tables, &o->rows };
	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i]->room > KEPT_BYTES)
			writer_fini(all[i]);
}

/* Sessions of a key that is no longer good end at once. */
static void end_sessions_of(struct office *o, struct bytes key)
{
	for (struct session *s = o->sessions, *next; s != NULL; s = next) {
		next = s->next;
		if (s->state == SESSION_IN && bytes_equal(bytes_of(s->key, sizeof(s->key)), key)) {
			s->ended = true;
			s->peer.end(s->peer.arg);
		}
	}
}

/* The answer to a change is made from its entry, the same whenever it is asked for. */
static enum err reply_job(
	struct office *o, const struct job *job, struct writer *w, struct fault *f)
{
	struct entry entry;
	enum err err = office_look(o, f);
	if (err != OK)
		return err;
	err = journal_read(o->snapshot, job->seq, &entry, &o->arena, f);
	if (err == OK)
		err = reply_entry(w, &o->house, job->seq, &entry, &o->arena, f);
	office_look_away(o);
	return err;
}

static void answer_job(struct office *o, struct job *job)
{
	struct writer *w = &o->answer;
	struct session *s = job->session;
	enum err err = job->err;
	session_answer_begin(w, job->msgid);
	if (!s->gone && err == OK)
		err = reply_job(o, job, w, &job->fault);
	if (!s->gone && err == OK)
		s->peer.send(s->peer.arg, writer_bytes(w));
	if (!s->gone && err != OK)
		session_answer_error(s, job->msgid, &job->fault);
	session_request_done(s, job);
	session_body_done(o, job);
	if (job->err == OK && job->action.cmd->cmd == CMD_key_revoke)
		end_sessions_of(o, ((const struct key_revoke *)job->request)->key);
}

void office_answer(struct office *o)
{
	for (struct job *job = commit_take(o->commit), *next; job != NULL; job = next) {
		next = job->next;
		answer_job(o, job);
		job_free(job);
	}
}
