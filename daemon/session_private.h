/* session_private.h: the inside of a session, for session.c and dispatch.c. */
#ifndef HOIAM_DAEMON_SESSION_PRIVATE_H
#define HOIAM_DAEMON_SESSION_PRIVATE_H

#include "daemon/session.h"

struct session {
	struct session *next, **before;
	struct office *office;
	struct peer peer;
	enum session_state state;
	bool gone;  /* the peer left; kept for its open requests only */
	bool ended; /* we ended it while a message was being read */
	struct skim skim;
	struct job *in;       /* whose body is on its way in; NULL: none */
	int64_t in_at;        /* boot clock: when something of it came last */
	struct body_out *out; /* on its way out; NULL: none */
	struct job **open;    /* that wait for the commit thread */
	size_t open_count;
	uint8_t challenge[32];
	uint8_t key[KEY_ID_BYTES];
	uint8_t public[PUBLIC_BYTES];
	uint32_t officer;
	unsigned wrong; /* receipts that did not open */
};

/* A fresh snapshot and caches that fit it, until looked away from. */
enum err office_look(struct office *o, struct fault *f);
void office_look_away(struct office *o);

/* Hand a job to the commit thread. E_BUSY, E_STOPPING: it stays the caller's. */
enum err session_submit(struct session *s, struct job *job, struct fault *f);

void session_request_done(struct session *s, const struct job *job);

/* An answer that is no error: its result goes behind this. */
void session_answer_begin(struct writer *w, uint32_t msgid);

/* Large buffers are not kept from one answer to the next. */
void office_trim(struct office *o);

void session_answer_error(struct session *s, uint32_t msgid, struct fault *f);

#endif
