/*
 * session_body.h: bodies of one session: one on its way in, one on its way out. Out: at most
 * LIMIT_CHUNK_WINDOW parts that the client has not acknowledged; the answer follows the last part.
 */
#ifndef HOIAM_DAEMON_SESSION_BODY_H
#define HOIAM_DAEMON_SESSION_BODY_H

#include "daemon/report/report.h"
#include "daemon/session_private.h"

/*
 * A change whose record has a body: takes over `job` and says that the parts may come; when all are
 * there it is submitted. E_BUSY (job stays the caller's) while another body comes on this session,
 * or bodies_max come or wait for the disk on all. Errors of body_begin.
 */
enum err session_body_begin(struct session *s, struct job *job, struct fault *f);

/* The job is answered, or is not to be: its body, if it has one, takes no place any more. */
void session_body_done(struct office *o, const struct job *job);

/* The body goes out, then `answer`, a whole message; E_BUSY while another does on this session. */
enum err session_body_send(struct session *s, uint32_t msgid, const struct body_place *at,
	struct bytes answer, struct fault *f);

/* "$/chunk" [msgid, number, bin] and "$/ack" [msgid, count]; -1: close the line. */
ptrdiff_t session_body_chunk(struct session *s, struct reader *rd);
ptrdiff_t session_body_ack(struct session *s, struct reader *rd);

/* Whether a request with this number waits for a body; and its end when the client cancels it. */
bool session_body_open(const struct session *s, uint64_t msgid);
void session_body_cancel(struct session *s, uint64_t msgid);

/* The peer is gone. */
void session_body_drop(struct session *s);

#endif
