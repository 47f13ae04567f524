/* dispatch.c: hello and login here, readings on a snapshot, changes to the commit thread. */
#include "daemon/dispatch.h"

#include "daemon/clock.h"
#include "daemon/report/report.h"
#include "daemon/session_body.h"
#include "proto/day.h"

#include <sodium.h>
#include <stdlib.h>

/* hello */

static void write_hello(struct session *s, struct writer *w)
{
	const struct office *o = s->office;
	write_map(w, 10);
	write_string(w, "proto");
	write_array(w, 2);
	write_uint(w, PROTOCOL_MAJOR);
	write_uint(w, PROTOCOL_MINOR);
	write_string(w, "reg");
	write_bin(w, o->house.state.reg);
	write_string(w, "house");
	write_bin(w, o->house.state.house);
	write_string(w, "channel");
	write_bin(w, bytes_of(o->channel_key.public, NOISE_KEY_BYTES));
	write_string(w, "challenge");
	write_bin(w, bytes_of(s->challenge, sizeof(s->challenge)));
	write_string(w, "message_bytes");
	write_uint(w, o->conf->message_bytes);
	write_string(w, "requests");
	write_uint(w, o->conf->requests_open_max);
	write_string(w, "time");
	write_int(w, clock_wall());
	write_string(w, "zone");
	if (o->house.policy_version == 0)
		write_nil(w);
	else
		write_text(w, o->house.policy.zone);
	write_string(w, "size");
	write_uint(w, o->end.size);
}

static enum err hello(struct session *s, struct bytes params, struct writer *w, struct fault *f)
{
	struct hello q;
	struct reader rd = reader_of(params);
	if (s->state != SESSION_NEW)
		return fail(f, E_ORDER, NULL, "a new connection");
	enum err err = record_read_wire(&rd, record_hello(), &q, NULL, &s->office->arena, f);
	if (err != OK)
		return err;
	if (q.proto != PROTOCOL_MAJOR)
		return fail(f, E_PROTOCOL, "proto", "1.0");
	randombytes_buf(s->challenge, sizeof(s->challenge));
	s->state = SESSION_GREETED;
	write_hello(s, w);
	return OK;
}

/* login */

static bool find_key(struct office *o, struct bytes id, struct row_key *row)
{
	struct key key = { .n = KEY_ID_BYTES };
	memcpy(key.p, id.p, KEY_ID_BYTES);
	return row_get(o->snapshot, STORE_key, key, record_row_key(), row, &o->arena) &&
	       row->revoked == 0 && row->officer != 0 && row->public.n == PUBLIC_BYTES;
}

static bool is_channel_of(const struct channel *channel, struct bytes key)
{
	return bytes_equal(bytes_of(channel_peer(channel), NOISE_KEY_BYTES), key);
}

static enum err login(struct session *s, struct bytes params, struct writer *w, struct fault *f)
{
	struct login q;
	struct row_key row;
	uint8_t message[56 + NOISE_HASH_BYTES];
	size_t signed_bytes = 56;
	struct office *o = s->office;
	const struct channel *channel = s->peer.channel;
	struct reader rd = reader_of(params);
	if (s->state != SESSION_GREETED)
		return fail(
			f, E_ORDER, NULL, s->state == SESSION_IN ? "a new connection" : "hello");
	enum err err = record_read_wire(&rd, record_login(), &q, NULL, &o->arena, f);
	if (err != OK)
		return err;
	bool known = find_key(o, q.key, &row);
	static const uint8_t nobody[PUBLIC_BYTES] = { 1 };
	login_message(o->house.state.reg.p, s->challenge, message);
	if (channel !=
		NULL) { /* the device is the one that made the line, and speaks on this one */
		memcpy(message + signed_bytes, channel_hash(channel), NOISE_HASH_BYTES);
		signed_bytes += NOISE_HASH_BYTES;
		known = known && is_channel_of(channel, row.channel);
	}
	int rc = crypto_sign_verify_detached(
		q.sig.p, message, signed_bytes, known ? row.public.p : nobody);
	if (rc != 0 || !known) {
		randombytes_buf(s->challenge, sizeof(s->challenge));
		s->state = SESSION_NEW; /* a new hello, a new challenge */
		return fail(f, E_KEY, NULL, NULL);
	}
	memcpy(s->key, q.key.p, KEY_ID_BYTES);
	memcpy(s->public, row.public.p, PUBLIC_BYTES);
	s->officer = (uint32_t)row.officer;
	s->state = SESSION_IN;
	write_map(w, 1);
	write_string(w, "officer");
	write_uint(w, s->officer);
	return OK;
}

/* Reading. */

static const struct grants *held_grants(struct office *o, uint32_t officer)
{
	struct held *held = &o->held;
	if (held->snapshot == o->seen && held->officer == officer)
		return &held->grants;
	arena_reset(&held->arena);
	grants_load(&held->grants, o->snapshot, officer, &held->arena);
	held->snapshot = o->seen;
	held->officer = officer;
	return &held->grants;
}

/* *body: what goes out before the answer. */
static enum err read_command(struct session *s, const struct cmd_row *cmd, struct bytes params,
	struct writer *w, struct body_place *body, struct fault *f)
{
	struct office *o = s->office;
	int64_t now = clock_wall();
	struct report r = { .txn = o->snapshot,
		.arena = &o->arena,
		.house = &o->house,
		.cmd = cmd,
		.now = now > o->end.at ? now : o->end.at, /* as the writer has it */
		.clock_jumped = commit_clock_jumped(o->commit),
		.house_secret = o->house_secret,
		.officer = s->officer,
		.seal = o->seal,
		.key = bytes_of(s->key, sizeof(s->key)),
		.fault = f };
	r.today = day_of_time(r.now, o->house.zone);
	const struct grants *grants = held_grants(o, s->officer);
	memcpy(r.grants.v, grants->v, grants->n * sizeof(grants->v[0]));
	r.grants.n = grants->n;
	writer_reset(&o->tables);
	writer_reset(&o->rows);
	r.tables = o->tables;
	r.rows = o->rows;
	enum err err = report_run(&r, params, w);
	*body = r.body;
	o->tables = r.tables;
	o->rows = r.rows;
	return err;
}

/* Changing. */

/* The public key that must have signed: the session's own, a known one, or the one that enrols. */
static enum err public_of(
	struct session *s, struct job *job, uint8_t public[static PUBLIC_BYTES], struct fault *f)
{
	struct row_key row;
	if (job->action.cmd->cmd == CMD_enrol) {
		const struct enrol *q = job->request;
		if (s->peer.channel != NULL && !is_channel_of(s->peer.channel, q->channel))
			return fail(f, E_KEY, "channel", NULL);
		memcpy(public, q->public.p, PUBLIC_BYTES);
		return OK;
	}
	if (bytes_equal(job->action.key, bytes_of(s->key, sizeof(s->key)))) {
		memcpy(public, s->public, PUBLIC_BYTES);
		return OK;
	}
	if (!find_key(s->office, job->action.key, &row))
		return fail(f, E_KEY, NULL, NULL);
	memcpy(public, row.public.p, PUBLIC_BYTES);
	return OK;
}

/* All that needs no writer and is soon done: what is asked, its words against their commitments,
 * who must have signed it. */
static enum err open_job(struct session *s, struct job *job, struct text method,
	struct bytes params, struct fault *f)
{
	struct action *action = &job->action;
	job->params_own = xmalloc(params.n);
	memcpy(job->params_own, params.p, params.n);
	enum err err =
		action_open(bytes_of(job->params_own, params.n), method, action, &job->arena, f);
	if (err != OK)
		return err;
	job->request = arena_alloc(&job->arena, 1, action->cmd->record()->size);
	err = action_read(action, job->request, &job->arena, f);
	if (err == OK)
		err = public_of(s, job, job->public, f);
	return err;
}

/* A body is waited for, unless the request was done before: then its answer is there. */
static enum err pass_on(struct session *s, struct job *job, struct fault *f)
{
	uint64_t seq;
	bool body = record_body(job->action.cmd->record(), job->request) > 0;
	if (!body || journal_find_rid(s->office->snapshot, job->action.head.rid, &seq))
		return session_submit(s, job, f);
	/* No byte is taken in that nobody signed for. */
	enum err err = action_verify(job->action.head_bytes, job->action.sig, job->public, f);
	return err == OK ? session_body_begin(s, job, f) : err;
}

static enum err submit(
	struct session *s, uint32_t msgid, struct text method, struct bytes params, struct fault *f)
{
	if (s->open_count >= s->office->conf->requests_open_max)
		return fail(f, E_BUSY, NULL, NULL);
	if (s->office->stopping)
		return fail(f, E_STOPPING, NULL, NULL);
	struct job *job = xcalloc(1, sizeof(*job));
	job->session = s;
	job->msgid = msgid;
	enum err err = open_job(s, job, method, params, f);
	if (err == OK)
		err = pass_on(s, job, f);
	if (err != OK)
		job_free(job);
	return err;
}

/* Receipts that do not open, told apart by nobody: so many on one line. */
enum { WRONG_MAX = 5 };

/* What a session may ask in its state. */
static enum err check_state(const struct session *s, const struct cmd_row *cmd, struct fault *f)
{
	const struct channel *channel = s->peer.channel;
	if (channel != NULL && cmd != NULL && cmd->cmd != CMD_hello &&
		(channel_pattern(channel) == CHANNEL_ENROL) != (cmd->cmd == CMD_enrol))
		return fail(f, E_ORDER, NULL,
			cmd->cmd == CMD_enrol ? "a line for enrolling"
					      : "the line of an enrolled device");
	if (cmd != NULL && cmd->cmd == CMD_case_status && s->wrong >= WRONG_MAX)
		return fail(f, E_ORDER, NULL, "a new connection");
	if (cmd == NULL || cmd->mode == CMD_OPEN || s->state == SESSION_IN)
		return OK;
	bool early = cmd->cmd == CMD_enrol || cmd->cmd == CMD_case_status;
	if (early && s->state == SESSION_GREETED)
		return OK;
	return fail(f, E_ORDER, NULL, s->state == SESSION_NEW ? "hello" : "login");
}

void dispatch(struct session *s, uint32_t msgid, struct text method, struct bytes params)
{
	struct fault f = { 0 };
	struct body_place body = { 0 };
	struct writer *w = &s->office->answer;
	const struct cmd_row *cmd = cmd_of(method);
	enum err err = check_state(s, cmd, &f);
	if (err == OK && (cmd == NULL || cmd->mode == CMD_AUTO))
		err = fail_text(&f, E_VERB, NULL, method);
	if (err == OK)
		err = office_look(s->office, &f);
	if (err != OK) {
		session_answer_error(s, msgid, &f);
		return;
	}
	session_answer_begin(w, msgid);
	if (cmd->cmd == CMD_hello)
		err = hello(s, params, w, &f);
	else if (cmd->cmd == CMD_login)
		err = login(s, params, w, &f);
	else if (cmd->mode == CMD_READ)
		err = read_command(s, cmd, params, w, &body, &f);
	else
		err = submit(s, msgid, method, params, &f);
	if (err == OK && body.size > 0)
		err = session_body_send(s, msgid, &body, writer_bytes(w), &f);
	office_look_away(s->office);
	if (err == E_SECRET)
		s->wrong++;
	if (err != OK)
		session_answer_error(s, msgid, &f);
	else if (cmd->mode != CMD_WRITE && body.size == 0)
		s->peer.send(s->peer.arg, writer_bytes(w));
	office_trim(s->office);
}
