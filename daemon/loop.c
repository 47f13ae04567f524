/* loop.c: the loop thread: listener, connections, answers of the commit thread, signals, the clean
 * stop. */
#include "daemon/clock.h"
#include "daemon/conn.h"
#include "daemon/listener.h"
#include "daemon/log.h"
#include "daemon/server.h"

#include <event2/event.h>
#include <signal.h>

enum { STOP_PATIENCE_MS = 5000, TURN_MS = 20 };

struct server {
	struct event_base *base;
	struct commit *commit;
	struct office office;
	struct conns conns;
	struct listener *listener, *tcp;
	struct event *answers, *sweep, *readers, *term, *interrupt, *stopping;
	struct db *db;
	int64_t stop_at; /* boot clock: when patience ends */
};

static void turn(struct event *timer, uint64_t ms)
{
	struct timeval t = { (time_t)(ms / 1000), (suseconds_t)(ms % 1000 * 1000) };
	evtimer_add(timer, &t);
}

static void close_listeners(struct server *s)
{
	listener_close(s->listener);
	listener_close(s->tcp);
	s->listener = s->tcp = NULL;
}

static void begin_stop(struct server *s)
{
	if (s->office.stopping)
		return;
	s->office.stopping = true;
	s->stop_at = clock_boot() + (int64_t)STOP_PATIENCE_MS * 1000;
	close_listeners(s);
	conns_stop_reading(&s->conns);
	turn(s->stopping, 1);
	log_info("server", "stopping=yes"); /* and so it is: nobody new comes in */
}

static void on_answers(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;
	(void)fd;
	(void)what;
	office_answer(&s->office);
	if (commit_broken(s->commit))
		begin_stop(s);
}

static void on_sweep(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;
	(void)fd;
	(void)what;
	conns_sweep(&s->conns);
	turn(s->sweep, 1000);
}

static void on_readers(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;
	(void)fd;
	(void)what;
	db_check_readers(s->db);
	commit_scrub(s->commit);
	turn(s->readers, s->conns.conf->reader_check_ms);
}

static void on_signal(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	begin_stop(arg);
}

/* All that was taken is committed and said, or patience is over. */
static void on_stopping(evutil_socket_t fd, short what, void *arg)
{
	struct server *s = arg;
	(void)fd;
	(void)what;
	office_answer(&s->office);
	bool done = commit_idle(s->commit) && conns_flushed(&s->conns);
	if (done || clock_boot() > s->stop_at)
		event_base_loopbreak(s->base);
	else
		turn(s->stopping, TURN_MS);
}

static bool make_events(struct server *s)
{
	s->answers = event_new(
		s->base, commit_descriptor(s->commit), EV_READ | EV_PERSIST, on_answers, s);
	s->sweep = evtimer_new(s->base, on_sweep, s);
	s->readers = evtimer_new(s->base, on_readers, s);
	s->stopping = evtimer_new(s->base, on_stopping, s);
	s->term = evsignal_new(s->base, SIGTERM, on_signal, s);
	s->interrupt = evsignal_new(s->base, SIGINT, on_signal, s);
	if (s->answers == NULL || s->sweep == NULL || s->readers == NULL || s->stopping == NULL ||
		s->term == NULL || s->interrupt == NULL)
		return false;
	event_add(s->answers, NULL);
	event_add(s->term, NULL);
	event_add(s->interrupt, NULL);
	turn(s->sweep, 1000);
	turn(s->readers, s->conns.conf->reader_check_ms);
	return true;
}

static void free_events(struct server *s)
{
	struct event *all[] = { s->answers, s->sweep, s->readers, s->term, s->interrupt,
		s->stopping };
	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i] != NULL)
			event_free(all[i]);
}

static enum err serve(struct server *s, const struct server_options *options, struct fault *f)
{
	enum err err =
		office_open(&s->office, s->db, s->commit, options->conf, options->house_secret, f);
	if (err != OK) {
		commit_stop(s->commit);
		return err;
	}
	s->conns = (struct conns){ .base = s->base, .office = &s->office, .conf = options->conf };
	if (!make_events(s))
		err = FAIL_SERVER(f, E_INTERNAL, 0);
	if (err == OK && options->conf->listen.n > 0)
		err = listener_open_tcp(&s->tcp, &s->conns, options->conf->listen.p, f);
	if (err == OK)
		err = listener_open(&s->listener, &s->conns, options->socket, f);
	if (err == OK) {
		log_info("server", "listening=%s", options->socket);
		event_base_dispatch(s->base);
		if (commit_broken(s->commit))
			err = fail(f, E_STORAGE, NULL, "a commit failed");
	}
	close_listeners(s);
	conns_close(&s->conns);
	commit_stop(s->commit);
	office_answer(&s->office); /* to nobody: frees what was on its way */
	return err;
}

enum err server_run(const struct server_options *options, struct db *db, struct fault *f)
{
	struct server s = { .db = db };
	signal(SIGPIPE, SIG_IGN);
	s.base = event_base_new();
	if (s.base == NULL)
		return FAIL_SERVER(f, E_INTERNAL, 0);
	enum err err = commit_start(&s.commit, db, options->conf, f);
	if (err == OK)
		err = serve(&s, options, f);
	commit_free(s.commit);
	free_events(&s);
	office_close(&s.office);
	event_base_free(s.base);
	log_info("server", "stopped=yes");
	return err;
}
