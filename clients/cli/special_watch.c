/*
 * special_watch.c: `watch`: events of the journal as they come. The journal only grows, so that a
 * place in it is all there is to remember: nothing is lost or shown twice, also when the daemon was
 * away for a while.
 */
#include "clients/cli/print_json.h"
#include "clients/cli/print_part.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/cli/args.h"
#include "clients/file.h"
#include "clients/i18n.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>

enum { PAUSE_MS = 1000, AWAY_MAX = 60 /* pauses that the daemon may be away */ };

struct watching {
	struct session *s;
	struct journal_list q;
	uint8_t after[64];
	struct printer printer;
	bool begun, first;
	uint64_t left; /* events to show; 0: no limit */
	unsigned away;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

/* A long wait for the server ends with it, too: the signal breaks no call, but the next pause. */
static void catch_signals(struct sigaction before[static 2], bool begin)
{
	static const int signals[] = { SIGINT, SIGTERM };
	struct sigaction on = { .sa_handler = stop };
	for (size_t i = 0; i < COUNT(signals); i++)
		if (begin)
			(void)sigaction(signals[i], &on, &before[i]);
		else
			(void)sigaction(signals[i], &before[i], NULL);
}

static enum err show(struct watching *w, const struct table *t)
{
	struct printer *p = &w->printer;
	struct table shown = *t;
	if (w->left > 0 && shown.row_count > w->left)
		shown.row_count = w->left;
	if (p->format == FORMAT_JSON) {
		for (size_t i = 0; i < shown.row_count; i++) {
			print_row_json(p->out, &shown, i);
			fputc('\n', p->out);
		}
	} else if (shown.row_count > 0 || p->format == FORMAT_CSV) {
		print_one_table(p, &shown, false, w->first);
		w->first = false;
	}
	if (w->left > 0) {
		w->left -= shown.row_count;
		stopped |= w->left == 0;
	}
	return fflush(p->out) == 0 ? OK : file_fail(&w->s->fault, "stdout");
}

/* The size of the journal: all that stands before it is there when it is asked for next. */
static enum err read_size(struct watching *w, struct reply *reply, uint64_t *size)
{
	const struct nothing nothing = { 0 };
	reply_reset(reply);
	enum err err = session_page(w->s, session_cmd("status"), &nothing, reply);
	struct text t = cell_as_text(table_fact(reply_table(reply, "status"), "size"));
	*size = 0;
	for (size_t i = 0; i < t.n && t.p[i] >= '0' && t.p[i] <= '9'; i++)
		*size = *size * 10 + (uint64_t)(t.p[i] - '0');
	reply_reset(reply);
	return err;
}

/* Pages until there is no more. Then all before `size` was looked at, and all that was shown. */
static enum err catch_up(struct watching *w, struct reply *page, uint64_t size)
{
	for (bool more = true; more && !stopped;) {
		reply_reset(page);
		enum err err = session_page(w->s, session_cmd("journal.list"), &w->q, page);
		const struct table *t = reply_table(page, "journal_list");
		if (err == OK && t != NULL)
			err = show(w, t);
		if (err != OK)
			return err;
		size_t rows = t == NULL ? 0 : t->row_count;
		int64_t last = rows == 0 ? -1 : cell_as_number(table_cell(t, rows - 1, "seq"), -1);
		if (last >= 0 && (uint64_t)last >= size)
			size = (uint64_t)last + 1;
		more = page->next.n > 0 && page->next.n <= sizeof(w->after);
		if (more)
			memcpy(w->after, page->next.p, page->next.n);
		w->q.after = bytes_of(w->after, more ? page->next.n : 0);
	}
	w->q.from = size > w->q.from ? size : w->q.from;
	return OK;
}

static bool is_away(enum err err)
{
	return err == E_CUT || err == E_UNREACHABLE || err == E_STOPPING || err == E_BUSY;
}

static enum err look(struct watching *w, struct reply *page)
{
	uint64_t size;
	enum err err = read_size(w, page, &size);
	if (err != OK)
		return err;
	if (!w->begun)
		w->printer = printer_of(w->s);
	if (!w->begun && w->q.from == 0 && w->q.after.n == 0)
		w->q.from = size;
	w->begun = true;
	w->away = 0;
	return catch_up(w, page, size);
}

static enum err watch(struct watching *w)
{
	AUTO(reply_fini) struct reply page = { 0 };
	while (!stopped) {
		enum err err = look(w, &page);
		if (err != OK && (!w->begun || !is_away(err) || ++w->away == AWAY_MAX))
			return err;
		if (!stopped)
			(void)poll(NULL, 0, PAUSE_MS);
	}
	return OK;
}

static enum err read_count(struct watching *w, const char *count)
{
	char *end = NULL;
	if (count == NULL)
		return OK;
	w->left = strtoull(count, &end, 10);
	if (count[0] < '0' || count[0] > '9' || *end != '\0' || w->left == 0)
		return fail(&w->s->fault, E_TYPE, "count", N_("a whole number"));
	return OK;
}

int special_watch(struct session *s, int argc, char **argv)
{
	const char *count = args_take(&argc, argv, "count");
	struct watching w = { .s = s, .first = true };
	struct sigaction before[2];
	enum err err = read_count(&w, count);
	if (err == OK)
		err = session_parse(s, record_journal_list(), argc, argv, &w.q);
	if (err == OK) {
		stopped = 0;
		catch_signals(before, true);
		err = watch(&w);
		catch_signals(before, false);
	}
	if (err == E_FILE && errno == EPIPE)
		return 0; /* who reads has enough */
	return session_end(s, err);
}
