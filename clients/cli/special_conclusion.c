/*
 * special_conclusion.c: `conclusion draft | check | issue`: the page in an editor or a file, its
 * items on the server, and the hash over them that the officer signs.
 */
#include "clients/cli/args.h"
#include "clients/cli/special.h"
#include "clients/cli/stored_conclusion.h"
#include "clients/conclusion_page.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "clients/page.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PUT_ITEMS = LIMIT_ITEMS_ACTION, PUT_HEAD = 48 * 1024, PUT_WORDS = 180 * 1024 };

/* The page. */

/* Does an opinion still wait for a conclusion? */
static bool uncovered(const struct table *t, size_t row)
{
	struct text flags = cell_as_text(table_cell(t, row, "flags"));
	bool dead = memmem(flags.p, flags.n, "voided", 6) != NULL;
	/* one that was split says so; a part of one says "part" */
	dead |= memmem(flags.p, flags.n, "split", 5) != NULL;
	return !dead && cell_as_text(table_cell(t, row, "covered")).n == 0;
}

static enum err fetch_opinions(struct session *s, struct conclusion_page_source *to)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct opinion_list q = { .meeting = to->meeting };
	enum err err = session_read(s, session_cmd("opinion.list"), &q, &reply);
	if (err != OK)
		return err;
	const struct table *t = reply_table(&reply, "opinion_list");
	const struct labels *labels = session_labels(s);
	struct text list = text_of("opinion_list"), topic = text_of("topic");
	size_t n = t == NULL ? 0 : t->row_count;
	struct conclusion_opinion *v = arena_alloc(&s->arena, n, sizeof(*v));
	for (size_t i = 0; i < n; i++) {
		if (!uncovered(t, i))
			continue;
		v[to->opinion_count++] = (struct conclusion_opinion){
			.ordinal = (uint32_t)cell_as_number(table_cell(t, i, "ordinal"), 0),
			.number = arena_text(&s->arena, cell_as_text(table_cell(t, i, "number"))),
			.speaker = arena_text(&s->arena, cell_as_text(table_cell(t, i, "speaker"))),
			.topic = arena_text(&s->arena,
				label_of(labels, list, topic,
					cell_as_text(table_cell(t, i, "topic")), &s->arena)),
			.summary = arena_text(&s->arena, cell_as_text(table_cell(t, i, "summary"))),
			.words = arena_text(&s->arena, cell_as_text(table_cell(t, i, "words"))),
		};
	}
	to->opinions = v;
	return OK;
}

static enum err write_page(
	struct session *s, const struct stored_conclusion *stored, struct writer *w)
{
	uint8_t hash[32];
	size_t n;
	struct item_new *items = arena_alloc(&s->arena, stored->count, sizeof(*items));
	for (size_t i = 0; i < stored->count; i++)
		items[i] = stored->items[i].item;
	struct conclusion_page_source from = { .meeting = stored->meeting,
		.version = stored->version,
		.items = items,
		.item_count = stored->count };
	if (sodium_hex2bin(hash, sizeof(hash), stored->basis.p, stored->basis.n, NULL, &n, NULL) ==
			0 &&
		n == sizeof(hash))
		from.hash = hash;
	enum err err = fetch_opinions(s, &from);
	if (err != OK)
		return err;
	w->limit = PAGE_BYTES_MAX;
	conclusion_page_write(w, &from, i18n_vietnamese());
	return w->over ? fail_number(&s->fault, E_TOO_LARGE, "page", (int64_t)w->n, PAGE_BYTES_MAX)
		       : OK;
}

/* The version at hand: the draft that is there, or a new one. */
static enum err open_draft(struct session *s, struct text meeting, struct stored_conclusion *to)
{
	AUTO(outcome_fini) struct outcome o = { 0 };
	struct meeting_number q = { meeting };
	enum err err = session_act(s, session_cmd("conclusion.draft"), &q, &o);
	if (err == OK || err == E_EXISTS)
		err = stored_conclusion_get(s, meeting, 0, to);
	return err;
}

/* Checking: the page's items go to the server, which runs the gate. */

static enum err put_part(struct session *s, const struct conclusion_page *page, uint64_t version,
	size_t from, size_t *n)
{
	AUTO(outcome_fini) struct outcome o = { 0 };
	struct item_new *v = page->items.v;
	size_t head = 0, words = 0;
	for (*n = 0; from + *n < page->items.n && *n < PUT_ITEMS; (*n)++) {
		head += 160 + 5 * v[from + *n].opinions.n;
		words += 128 + v[from + *n].words.n;
		if (*n > 0 && (head > PUT_HEAD || words > PUT_WORDS))
			break;
	}
	struct conclusion_put q = { page->meeting, version, from + 1,
		{ *n == 0 ? NULL : v + from, *n } };
	return session_act(s, session_cmd("conclusion.put"), &q, &o);
}

static const char *head_name(enum head_id id)
{
	return i18n_vietnamese() ? head_row(id)->vi : head_row(id)->en;
}

/*
 * Point to the line of the item that the server speaks of: "items[k]…", where the first of them is
 * the page's item `from`, counted from 0. The user hears of the page's number, and of what the page
 * calls the field.
 */
static void point_to_line(
	struct session *s, const char *path, const struct conclusion_page *page, size_t from)
{
	size_t k = 0;
	int n = 0;
	char field[sizeof(s->fault.field)];
	if (sscanf(s->fault.field, "items[%zu]%n", &k, &n) != 1 || k == 0 ||
		k > page->items.n - from)
		return;
	const char *rest = s->fault.field + n;
	enum head_id head =
		rest[0] == '.' ? page_head_of(PAGE_CONCLUSION, true, rest + 1) : HEAD_NONE;
	n = snprintf(field, sizeof(field), "%.80s:%lld: \"%s %zu\"", path,
		(long long)page->lines[from + k - 1], head_name(HEAD_ITEM), from + k);
	if (rest[0] != '\0')
		snprintf(field + n, sizeof(field) - (size_t)n, ", \"%.50s\"",
			head == HEAD_NONE ? rest : head_name(head));
	memcpy(s->fault.field, field, sizeof(field));
}

static enum err put_all(
	struct session *s, const char *path, const struct conclusion_page *page, uint64_t version)
{
	size_t from = 0, n = 0;
	do {
		enum err err = put_part(s, page, version, from, &n);
		if (err != OK) {
			point_to_line(s, path, page, from);
			return err;
		}
		from += n;
	} while (from < page->items.n);
	return OK;
}

static enum err act_step(struct session *s, const char *wire, struct conclusion_step *q,
	struct stored_conclusion *stored)
{
	uint8_t content[32];
	AUTO(outcome_fini) struct outcome o = { 0 };
	enum err err = stored_conclusion_content(s, stored, content);
	if (err != OK)
		return err;
	q->meeting = stored->meeting;
	q->version = stored->version;
	q->content = bytes_of(content, sizeof(content));
	err = session_act(s, session_cmd(wire), q, &o);
	if (err == OK)
		session_show(s, &o);
	return err;
}

static enum err read_page(struct session *s, const char *path, struct conclusion_page *page)
{
	struct bytes file;
	enum err err = file_read(path, PAGE_BYTES_MAX, &s->arena, &file, &s->fault);
	if (err == OK)
		err = conclusion_page_read((struct text){ (const char *)file.p, file.n }, path,
			page, &s->arena, &s->fault);
	return err;
}

/* Opinions came or went since the page was written: the gate will tell, the officer should know. */
static void warn_if_stale(
	const struct conclusion_page *page, const struct stored_conclusion *stored)
{
	char hex[65];
	sodium_bin2hex(hex, sizeof(hex), page->hash, sizeof(page->hash));
	if (page->has_hash && stored->basis.n == 64 && memcmp(hex, stored->basis.p, 64) != 0)
		fprintf(stderr, "hoiam: %s\n",
			_("the opinions of the meeting have changed since this page was drafted"));
}

static bool covers(const struct conclusion_page *page, uint32_t ordinal)
{
	const struct item_new *items = page->items.v;
	for (size_t i = 0; i < page->items.n; i++)
		for (size_t k = 0; k < items[i].opinions.n; k++)
			if (items[i].opinions.v[k] == ordinal)
				return true;
	return false;
}

/* What passed the gate is not given up for a page that would not: the gate's question, asked before
 * anything is changed. */
static enum err keep_checked(struct session *s, const struct conclusion_page *page)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct opinion_list q = { .meeting = page->meeting };
	struct fault missing = { 0 };
	enum err err = session_read(s, session_cmd("opinion.list"), &q, &reply);
	const struct table *t = err == OK ? reply_table(&reply, "opinion_list") : NULL;
	(void)fail(&missing, E_GATE, NULL, NULL);
	for (size_t i = 0; t != NULL && i < t->row_count; i++) {
		uint32_t ordinal = (uint32_t)cell_as_number(table_cell(t, i, "ordinal"), 0);
		if (uncovered(t, i) && !covers(page, ordinal))
			fault_list_add(&missing, ordinal);
	}
	if (missing.total == 0)
		return err;
	s->fault = missing;
	return E_GATE;
}

/* Bring the page to the server and through the gate. */
static enum err check_page(struct session *s, const char *path, const struct conclusion_page *page,
	struct stored_conclusion *stored)
{
	struct conclusion_step q = { 0 };
	uint64_t version = page->version != 0 ? page->version : stored->version;
	if (text_is(stored->state, "ISSUED") && version <= stored->version && page->version != 0)
		return fail_text(&s->fault, E_STATE, "conclusion", stored->state);
	warn_if_stale(page, stored);
	bool there = version == stored->version && stored->state.n > 0 &&
		     stored_conclusion_equals(stored, &page->items);
	if (there &&
		text_is(stored->state, "SIGNED")) /* it was checked, and stays as it was signed */
		return fail_text(&s->fault, E_STATE, "conclusion", stored->state);
	bool passed = version == stored->version && text_is(stored->state, "CHECKED");
	enum err err = passed && !there ? keep_checked(s, page) : OK;
	if (err == OK && !there)
		err = put_all(s, path, page, version);
	if (err == OK && !there)
		err = stored_conclusion_get(s, page->meeting, version, stored);
	if (err == OK && !stored_conclusion_equals(stored, &page->items))
		err = fail_text(&s->fault, E_STALE, path, page->meeting);
	if (err != OK)
		return err;
	err = act_step(s, "conclusion.check", &q, stored);
	if (err != OK)
		point_to_line(s, path, page, 0);
	return err;
}

/* The editor. */

static enum err run_editor(struct session *s, const char *path)
{
	const char *editor = getenv("VISUAL");
	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0')
		editor = "vi";
	pid_t child = fork();
	if (child == 0) {
		/* $EDITOR may hold arguments: the shell splits it; the path is one word. */
		execl("/bin/sh", "sh", "-c", "exec $0 \"$1\"", editor, path, (char *)NULL);
		_exit(127);
	}
	int status = 0;
	if (child < 0 || waitpid(child, &status, 0) < 0 || !WIFEXITED(status) ||
		WEXITSTATUS(status) != 0)
		return fail(&s->fault, E_FILE, editor, N_("the editor did not end well"));
	return OK;
}

/* Edit the page in a file of its own, then check it; the file stays when the gate refuses it. */
static enum err edit_page(struct session *s, struct writer *w, struct stored_conclusion *stored)
{
	char path[] = "/tmp/hoiam-conclusion-XXXXXX";
	struct conclusion_page page;
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, w->p, w->n) != (ssize_t)w->n)
		return file_fail(&s->fault, path);
	close(fd);
	enum err err = run_editor(s, path);
	if (err == OK)
		err = read_page(s, path, &page);
	if (err == OK)
		err = check_page(s, path, &page, stored);
	if (err == OK)
		unlink(path);
	else
		fprintf(stderr, "hoiam: %s %s\n", _("the page is kept in"), path);
	return err;
}

static enum err draft(struct session *s, const char *meeting, const char *out)
{
	AUTO(writer_fini) struct writer w = { 0 };
	struct stored_conclusion stored;
	enum err err = open_draft(s, text_of(meeting), &stored);
	if (err == OK)
		err = write_page(s, &stored, &w);
	if (err != OK)
		return err;
	if (out != NULL) {
		err = file_create(out, writer_bytes(&w), &s->fault);
		if (err == OK)
			printf("%s\n", out);
		return err;
	}
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return edit_page(s, &w, &stored);
	return fwrite(w.p, 1, w.n, stdout) == w.n ? OK : file_fail(&s->fault, "stdout");
}

int special_conclusion_draft(struct session *s, int argc, char **argv)
{
	const char *out = args_take(&argc, argv, "out");
	if (argc != 1)
		return session_end(s,
			session_usage(s, _("usage: hoiam conclusion draft MEETING [--out FILE]")));
	return session_end(s, draft(s, argv[0], out));
}

/* The conclusion as it stands; who may not read its words hears of the command that was typed. */
static enum err get_stored(
	struct session *s, struct text meeting, const char *wire, struct stored_conclusion *to)
{
	enum err err = stored_conclusion_get(s, meeting, 0, to);
	if (err == E_NOT_ALLOWED)
		snprintf(s->fault.what, sizeof(s->fault.what), "%s", wire);
	return err;
}

static enum err check(struct session *s, const char *path)
{
	struct conclusion_page page;
	struct stored_conclusion stored;
	enum err err = read_page(s, path, &page);
	if (err == OK)
		err = get_stored(s, page.meeting, "conclusion.check", &stored);
	return err != OK ? err : check_page(s, path, &page, &stored);
}

int special_conclusion_check(struct session *s, int argc, char **argv)
{
	if (argc != 1)
		return session_end(s, session_usage(s, _("usage: hoiam conclusion check FILE")));
	return session_end(s, check(s, argv[0]));
}

/* Issue what was checked; a page that says something else goes through the gate first. */
static enum err issue(struct session *s, const char *path, struct conclusion_step *q)
{
	struct conclusion_page page;
	struct stored_conclusion stored;
	enum err err = read_page(s, path, &page);
	if (err == OK)
		err = get_stored(s, page.meeting, "conclusion.issue", &stored);
	if (err != OK)
		return err;
	bool ready = text_is(stored.state, "CHECKED") || text_is(stored.state, "SIGNED");
	bool same = page.version == 0 || page.version == stored.version;
	if (!ready || !same || !stored_conclusion_equals(&stored, &page.items))
		err = check_page(s, path, &page, &stored);
	return err != OK ? err : act_step(s, "conclusion.issue", q, &stored);
}

int special_conclusion_issue(struct session *s, int argc, char **argv)
{
	const char *day = args_take(&argc, argv, "day"),
		   *document = args_take(&argc, argv, "document");
	struct conclusion_step q = { .document = text_of(document) };
	struct args args = { .record = record_conclusion_step(),
		.to = &q,
		.arena = &s->arena,
		.today = session_today,
		.with = s };
	if (argc != 1)
		return session_end(s, session_usage(s, _("usage: hoiam conclusion issue FILE "
							 "[--day DAY] [--document NUMBER]")));
	if (day != NULL && args_value(&args, record_field(record_conclusion_step(), text_of("day")),
				   &q, text_of(day), &s->fault) != OK)
		return session_end(s, s->fault.err);
	return session_end(s, issue(s, argv[0], &q));
}
