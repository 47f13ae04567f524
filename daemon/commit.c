/* commit.c: group commit: everything that waited goes to the disk at once. */
#include "daemon/commit.h"

#include "daemon/body.h"
#include "daemon/clock.h"
#include "daemon/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

enum {
	CHECKERS_MAX = 16,
	BATCH_BODY_BYTES = 32 * 1024 * 1024, /* well within one transaction of the store */
};

struct queue {
	struct job *first, **last;
	size_t count;
};

struct commit {
	struct db *db;
	struct ledger *ledger;
	const struct conf *conf;
	struct clock_state clock;
	pthread_t thread, checkers[CHECKERS_MAX];
	size_t checker_count;
	pthread_mutex_t lock;
	pthread_cond_t wake, check; /* of the commit thread; of the checkers */
	struct queue waiting, done;
	struct job *unchecked; /* the first of those that wait whose check has not begun */
	size_t busy;           /* in the batch at work */
	bool stop, stop_checking, broken, scrub;
	int descriptor;
};

void job_free(struct job *job)
{
	if (job == NULL)
		return;
	action_fini(&job->action);
	arena_fini(&job->arena);
	body_free(job->body);
	free(job->params_own);
	free(job);
}

static void queue_init(struct queue *q)
{
	*q = (struct queue){ 0 };
	q->last = &q->first;
}

static void queue_push(struct queue *q, struct job *job)
{
	job->next = NULL;
	*q->last = job;
	q->last = &job->next;
	q->count++;
}

/* At most n jobs off the front that are checked, as a list that ends behind so many bytes of files.
 */
static struct job *queue_take(struct queue *q, size_t n, size_t bytes, size_t *taken)
{
	struct job *first = q->first, **end = &q->first;
	size_t body_bytes = 0;
	*taken = 0;
	while (*end != NULL && (*end)->check == JOB_CHECKED && *taken < n && body_bytes < bytes) {
		body_bytes += (*end)->action.body.n;
		end = &(*end)->next;
		(*taken)++;
	}
	q->first = *end;
	*end = NULL;
	if (q->first == NULL)
		q->last = &q->first;
	q->count -= *taken;
	return *taken == 0 ? NULL : first;
}

/* Checking. */

static void check_job(struct commit *c, struct job *job)
{
	struct fault fault = { 0 };
	job->check = JOB_BEING_CHECKED;
	pthread_mutex_unlock(&c->lock);
	enum err err = action_verify(job->action.head_bytes, job->action.sig, job->public, &fault);
	pthread_mutex_lock(&c->lock);
	job->err = err;
	if (err != OK)
		job->fault = fault;
	job->check = JOB_CHECKED;
	if (c->waiting.first == job)
		pthread_cond_signal(&c->wake);
}

static void *checker_main(void *arg)
{
	struct commit *c = arg;
	pthread_mutex_lock(&c->lock);
	while (!c->stop_checking) {
		struct job *job = c->unchecked;
		if (job == NULL) {
			pthread_cond_wait(&c->check, &c->lock);
			continue;
		}
		c->unchecked = job->next;
		check_job(c, job);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static void stop_checkers(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	c->stop_checking = true;
	pthread_cond_broadcast(&c->check);
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < c->checker_count; i++)
		pthread_join(c->checkers[i], NULL);
	c->checker_count = 0;
}

/* Committing. */

static bool is_full(enum err err)
{
	return err == E_FULL;
}

/* Only the commit thread sets it, others look. */
static void set_clock(struct commit *c, const struct clock_state *to)
{
	pthread_mutex_lock(&c->lock);
	c->clock = *to;
	pthread_mutex_unlock(&c->lock);
}

/* From here on it can no longer be cancelled; false: it was. */
static bool begin_job(struct commit *c, struct job *job)
{
	pthread_mutex_lock(&c->lock);
	job->begun = !job->cancelled;
	pthread_mutex_unlock(&c->lock);
	return job->begun;
}

/* Decide and apply one job inside the open batch. */
static void do_job(struct commit *c, struct job *job)
{
	int64_t wall = clock_wall();
	if (job->err != OK) /* nobody signed it */
		return;
	if (!begin_job(c, job)) {
		job->err = fail(&job->fault, E_CANCELLED, NULL, NULL);
		return;
	}
	bool good = clock_judge(&c->clock, wall, clock_boot()) == CLOCK_GOOD;
	if (!good && job->action.cmd->cmd != CMD_clock_accept) {
		job->err = fail(&job->fault, E_READ_ONLY, NULL, NULL);
		return;
	}
	job->err =
		ledger_decide(c->ledger, &job->action, job->request, wall, &job->seq, &job->fault);
	if (job->err != OK || job->action.cmd->cmd != CMD_clock_accept)
		return;
	struct clock_state accepted;
	clock_start(&accepted, wall, clock_boot(), wall);
	set_clock(c, &accepted);
}

/* What nobody signed does not come near the disk. */
static bool any_signed(const struct job *jobs)
{
	while (jobs != NULL && jobs->err != OK)
		jobs = jobs->next;
	return jobs != NULL;
}

static void run_batch(struct commit *c, struct job *jobs)
{
	struct fault fault = { 0 };
	const struct clock_state before = c->clock;
	if (!any_signed(jobs))
		return;
	enum err err = ledger_begin(c->ledger, &fault);
	for (struct job *job = jobs; err == OK && job != NULL; job = job->next)
		do_job(c, job);
	if (err == OK)
		err = ledger_commit(c->ledger, &fault);
	if (err == OK)
		return;
	set_clock(c, &before); /* what was not written was not accepted */
	log_error("commit", "err=%s cause=%d at=%s:%d what=\"%s\"", err_row(err)->name, fault.cause,
		fault.file == NULL ? "" : fault.file, fault.line, fault.what);
	for (struct job *job = jobs; job != NULL; job = job->next) {
		job->err = err;
		job->fault = fault;
		job->fault.err = err;
	}
	if (!is_full(err))
		c->broken = true;
}

static void finish(struct commit *c, struct job *jobs)
{
	uint64_t one = 1;
	while (jobs != NULL) {
		struct job *next = jobs->next;
		queue_push(&c->done, jobs);
		jobs = next;
	}
	c->busy = 0;
	if (write(c->descriptor, &one, sizeof(one)) < 0)
		log_error("commit", "eventfd write failed");
}

/* Words that were destroyed must not stay in the file's free pages. */
static void scrub(struct commit *c)
{
	struct fault f = { 0 };
	enum err err = db_scrub(c->db, &f);
	if (err != OK && err != E_BUSY)
		log_error("store", "scrub=\"%s\" cause=%d", f.what, f.cause);
}

/* Under the lock, which it gives back meanwhile: the thread that waits for the store's one place
 * for a writer anyway waits for it here, too. */
static void scrub_if_asked(struct commit *c)
{
	if (!c->scrub)
		return;
	c->scrub = false;
	pthread_mutex_unlock(&c->lock);
	scrub(c);
	pthread_mutex_lock(&c->lock);
}

static void *commit_main(void *arg)
{
	struct commit *c = arg;
	pthread_mutex_lock(&c->lock);
	for (;;) {
		scrub_if_asked(c);
		const struct job *first = c->waiting.first;
		if (first == NULL && c->stop)
			break;
		if (first == NULL || first->check != JOB_CHECKED) {
			pthread_cond_wait(&c->wake, &c->lock);
			continue;
		}
		struct job *jobs = queue_take(
			&c->waiting, (size_t)c->conf->batch_max, BATCH_BODY_BYTES, &c->busy);
		pthread_mutex_unlock(&c->lock);
		run_batch(c, jobs);
		pthread_mutex_lock(&c->lock);
		finish(c, jobs);
	}
	pthread_mutex_unlock(&c->lock);
	scrub(c);
	return NULL;
}

static int start_threads(struct commit *c)
{
	int rc = 0;
	while (rc == 0 && c->checker_count < c->conf->check_threads) {
		rc = pthread_create(&c->checkers[c->checker_count], NULL, checker_main, c);
		c->checker_count += rc == 0;
	}
	if (rc == 0)
		rc = pthread_create(&c->thread, NULL, commit_main, c);
	if (rc != 0)
		stop_checkers(c);
	return rc;
}

enum err commit_start(struct commit **to, struct db *db, const struct conf *conf, struct fault *f)
{
	struct commit *c = xcalloc(1, sizeof(*c));
	c->db = db;
	c->conf = conf;
	queue_init(&c->waiting);
	queue_init(&c->done);
	enum err err = ledger_open(&c->ledger, db, f);
	if (err != OK) {
		free(c);
		return err;
	}
	int64_t wall = clock_wall();
	clock_start(&c->clock, wall, clock_boot(), ledger_end(c->ledger).at);
	if (clock_judge(&c->clock, wall, clock_boot()) != CLOCK_GOOD)
		log_error("clock", "jumped=yes serving=reads accept=\"hoiam clock accept\"");
	c->descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->wake, NULL);
	pthread_cond_init(&c->check, NULL);
	int rc = c->descriptor < 0 ? -1 : start_threads(c);
	if (rc != 0) {
		ledger_close(c->ledger);
		free(c);
		return FAIL_SERVER(f, E_INTERNAL, rc);
	}
	*to = c;
	return OK;
}

void commit_stop(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	c->stop = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	stop_checkers(c);
}

void commit_free(struct commit *c)
{
	if (c == NULL)
		return;
	ledger_close(c->ledger);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->wake);
	pthread_cond_destroy(&c->check);
	close(c->descriptor);
	free(c);
}

enum err commit_submit(struct commit *c, struct job *job)
{
	enum err err = OK;
	pthread_mutex_lock(&c->lock);
	if (c->waiting.count >= c->conf->queue_max) {
		err = E_BUSY;
	} else {
		queue_push(&c->waiting, job);
		if (c->unchecked == NULL)
			c->unchecked = job;
		pthread_cond_signal(&c->check);
	}
	pthread_mutex_unlock(&c->lock);
	return err;
}

void commit_scrub(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	c->scrub = true;
	pthread_cond_signal(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

void commit_cancel(struct commit *c, struct job *job)
{
	pthread_mutex_lock(&c->lock);
	job->cancelled = !job->begun;
	pthread_mutex_unlock(&c->lock);
}

int commit_descriptor(const struct commit *c)
{
	return c->descriptor;
}

struct job *commit_take(struct commit *c)
{
	uint64_t count;
	size_t taken;
	pthread_mutex_lock(&c->lock);
	(void)!read(c->descriptor, &count, sizeof(count));
	struct job *jobs = queue_take(&c->done, SIZE_MAX, SIZE_MAX, &taken);
	pthread_mutex_unlock(&c->lock);
	return jobs;
}

bool commit_idle(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	bool idle = c->waiting.first == NULL && c->busy == 0 && c->done.first == NULL;
	pthread_mutex_unlock(&c->lock);
	return idle;
}

bool commit_clock_jumped(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	struct clock_state state = c->clock;
	pthread_mutex_unlock(&c->lock);
	return clock_judge(&state, clock_wall(), clock_boot()) != CLOCK_GOOD;
}

bool commit_broken(struct commit *c)
{
	pthread_mutex_lock(&c->lock);
	bool broken = c->broken;
	pthread_mutex_unlock(&c->lock);
	return broken;
}
