/*
 * commit.h: the commit thread. Jobs gather while the last commit is on its way to the disk, and a
 * few threads verify their signatures meanwhile; then they are decided in the order in which they
 * came, applied and made durable together, and only then answered.
 */
#ifndef HOIAM_DAEMON_COMMIT_H
#define HOIAM_DAEMON_COMMIT_H

#include "daemon/conf.h"
#include "daemon/ledger.h"

struct body_in;
struct session;

enum job_check { JOB_WAITS, JOB_BEING_CHECKED, JOB_CHECKED };

/* One changing request on its way. Made on the loop thread, its signature verified on any of the
 * checking threads, decided on the commit thread, answered on the loop thread. */
struct job {
	struct job *next;
	struct session *session;
	uint32_t msgid;
	uint8_t *params_own;  /* what action borrows */
	struct body_in *body; /* what action.body borrows; NULL: none */
	struct arena arena;
	struct action action;
	void *request;                /* what the action asks, in the arena */
	uint8_t public[PUBLIC_BYTES]; /* that must have signed it */
	enum job_check check;         /* under the lock of the commit thread */
	enum err err;                 /* the outcome; */
	struct fault fault;
	uint64_t seq;          /* and the header of its entry when it was done */
	bool begun, cancelled; /* under the lock of the commit thread: at most one of them */
};

void job_free(struct job *job);

struct commit;

/* Start the threads. */
enum err commit_start(struct commit **to, struct db *db, const struct conf *conf, struct fault *f);

/* Finish what is queued, scrub and end the threads; jobs that are done can still be taken. */
void commit_stop(struct commit *c);
void commit_free(struct commit *c);

/* Queue a job, whose signature nobody has verified yet; takes it over. E_BUSY (job stays the
 * caller's) when queue_max are waiting. */
enum err commit_submit(struct commit *c, struct job *job);

/* Scrub the store (db.h) when the thread comes to it, between two batches. */
void commit_scrub(struct commit *c);

/*
 * Whoever asked no longer wants a job that was submitted and not yet taken back. One that is not
 * being decided yet comes back as E_CANCELLED, nothing done; any other as if nobody had said so.
 */
void commit_cancel(struct commit *c, struct job *job);

/* A descriptor that is readable when jobs are done. */
int commit_descriptor(const struct commit *c);

/* Jobs that are done, oldest first; NULL if none. The caller answers and frees them. */
struct job *commit_take(struct commit *c);

/* Jobs handed over and not yet taken back. */
bool commit_idle(struct commit *c);

/* Set when a commit failed in a way that no retry mends: the daemon must end. */
bool commit_broken(struct commit *c);

/* Whether changes are refused because the clock is not believed (clock.h). */
bool commit_clock_jumped(struct commit *c);

#endif
