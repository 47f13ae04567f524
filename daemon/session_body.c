/* session_body.c: bodies in and out, a window at a time. */
#include "daemon/session_body.h"

#include "daemon/body.h"
#include "daemon/clock.h"

#include <stdlib.h>

/* A body on its way out: its parts are looked up anew each time, so that no reader of the store
 * waits for a client. */
struct body_out {
	uint32_t msgid;
	uint64_t seq;         /* of its entry */
	uint64_t sent, acked; /* parts */
	uint64_t left;        /* bytes */
	struct writer answer;
};

static void say(struct session *s, const char *method, uint32_t msgid, uint64_t number,
	const struct bytes *part)
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_array(&w, 3);
	write_uint(&w, 2);
	write_string(&w, method);
	write_array(&w, part == NULL ? 2 : 3);
	write_uint(&w, msgid);
	write_uint(&w, number);
	if (part != NULL)
		write_bin(&w, *part);
	s->peer.send(s->peer.arg, writer_bytes(&w));
}

/* In. */

void session_body_done(struct office *o, const struct job *job)
{
	if (job != NULL && job->body != NULL)
		o->bodies--;
}

static struct text hash_of(const struct job *job)
{
	struct text hash = { 0 };
	const struct field *f = record_field(job->action.cmd->record(), text_of("sha256"));
	memcpy(&hash, (const char *)job->request + f->offset, sizeof(hash));
	return hash;
}

enum err session_body_begin(struct session *s, struct job *job, struct fault *f)
{
	struct office *o = s->office;
	if (s->in != NULL || o->bodies >= o->conf->bodies_max)
		return fail(f, E_BUSY, NULL, NULL);
	enum err err = body_begin(&job->body, db_path(o->db),
		record_body(job->action.cmd->record(), job->request), hash_of(job), f);
	if (err != OK)
		return err;
	s->in = job;
	s->in_at = clock_boot();
	o->bodies++;
	say(s, "$/ack", job->msgid, 0, NULL);
	return OK;
}

static void refuse_in(struct session *s, struct fault *f)
{
	struct job *job = s->in;
	s->in = NULL;
	session_answer_error(s, job->msgid, f);
	session_body_done(s->office, job);
	job_free(job);
}

static void submit_in(struct session *s)
{
	struct fault f = { 0 };
	struct job *job = s->in;
	enum err err = body_bytes(job->body, &job->action.body, &f);
	if (err == OK)
		err = session_submit(s, job, &f);
	if (err == OK)
		s->in = NULL;
	else
		refuse_in(s, &f);
}

ptrdiff_t session_body_chunk(struct session *s, struct reader *rd)
{
	struct fault f = { 0 };
	bool whole;
	uint32_t n = read_array(rd);
	uint64_t msgid = read_uint(rd), number = read_uint(rd);
	struct bytes part = read_bin(rd);
	if (rd->err != OK || n != 3)
		return -1;
	if (s->in == NULL || s->in->msgid != msgid)
		return 0; /* of a body that was refused meanwhile */
	if (body_take(s->in->body, number, part, &whole, &f) != OK) {
		refuse_in(s, &f);
		return 0;
	}
	s->in_at = clock_boot();
	say(s, "$/ack", s->in->msgid, body_parts(s->in->body), NULL);
	if (whole)
		submit_in(s);
	return 0;
}

/* Out. */

static void end_out(struct session *s)
{
	if (s->out == NULL)
		return;
	writer_fini(&s->out->answer);
	free(s->out);
	s->out = NULL;
}

static bool may_send(const struct session *s)
{
	const struct body_out *out = s->out;
	bool full = s->peer.full != NULL && s->peer.full(s->peer.arg);
	return out->left > 0 && !full && out->sent < out->acked + LIMIT_CHUNK_WINDOW;
}

/* E_NOT_FOUND when the body was destroyed meanwhile. */
static enum err send_parts(struct session *s, struct fault *f)
{
	struct body_out *out = s->out;
	struct bytes part;
	while (may_send(s)) {
		if (!journal_body(s->office->snapshot, out->seq, (uint32_t)out->sent, &part) ||
			part.n > out->left)
			return fail(f, E_NOT_FOUND, "entry", "a file with this step");
		out->left -= part.n;
		say(s, "$/chunk", out->msgid, out->sent++, &part);
	}
	return OK;
}

/* Parts that may go, and the answer behind the last. */
static void go_on(struct session *s)
{
	struct fault f = { 0 };
	struct body_out *out = s->out;
	enum err err = send_parts(s, &f);
	if (err == OK && out->left > 0)
		return;
	if (err == OK)
		s->peer.send(s->peer.arg, writer_bytes(&out->answer));
	else
		session_answer_error(s, out->msgid, &f);
	end_out(s);
}

enum err session_body_send(struct session *s, uint32_t msgid, const struct body_place *at,
	struct bytes answer, struct fault *f)
{
	if (s->out != NULL)
		return fail(f, E_BUSY, NULL, NULL);
	s->out = xcalloc(1, sizeof(*s->out));
	s->out->msgid = msgid;
	s->out->seq = at->seq;
	s->out->left = at->size;
	write_raw(&s->out->answer, answer.p, answer.n);
	go_on(s);
	return OK;
}

ptrdiff_t session_body_ack(struct session *s, struct reader *rd)
{
	uint32_t n = read_array(rd);
	uint64_t msgid = read_uint(rd), count = read_uint(rd);
	if (rd->err != OK || n != 2)
		return -1;
	if (s->out == NULL || s->out->msgid != msgid)
		return 0;
	if (count < s->out->acked || count > s->out->sent)
		return -1;
	s->out->acked = count;
	session_drained(s);
	return 0;
}

void session_drained(struct session *s)
{
	struct fault f = { 0 };
	if (s->out == NULL)
		return;
	if (office_look(s->office, &f) == OK) {
		go_on(s);
		office_look_away(s->office);
	} else {
		session_answer_error(s, s->out->msgid, &f);
		end_out(s);
	}
}

/* Both. */

int64_t session_body_since(const struct session *s)
{
	return s->in == NULL ? 0 : s->in_at;
}

bool session_body_open(const struct session *s, uint64_t msgid)
{
	return (s->in != NULL && s->in->msgid == msgid) ||
	       (s->out != NULL && s->out->msgid == msgid);
}

void session_body_cancel(struct session *s, uint64_t msgid)
{
	struct fault f = { 0 };
	(void)fail(&f, E_CANCELLED, NULL, NULL);
	if (s->in != NULL && s->in->msgid == msgid) {
		refuse_in(s, &f);
	} else if (s->out != NULL && s->out->msgid == msgid) {
		end_out(s);
		session_answer_error(s, (uint32_t)msgid, &f);
	}
}

void session_body_drop(struct session *s)
{
	session_body_done(s->office, s->in);
	job_free(s->in);
	s->in = NULL;
	end_out(s);
}
