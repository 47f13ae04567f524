/* fetch.c: the desk's requests. */
#include "clients/desk/fetch.h"

#include "clients/i18n.h"
#include "proto/text.h"

#include <stdio.h>
#include <stdlib.h>

/* Pages of one request; one reads on for more of a list, and with `hoiam` for more of a text. */
enum { PAGES_MAX = 20, PAGE_ROWS = 100 };

static bool is_broken(enum err err)
{
	return err == E_CUT || err == E_UNREACHABLE || err == E_FRAME;
}

/* A broken line is given up, the key is kept for the next one. */
static enum err judge(struct session *s, struct desk *desk, enum err err)
{
	if (!is_broken(err))
		return err;
	link_close(s->link);
	s->link = NULL;
	s->logged_in = false;
	desk->cut = true;
	return err;
}

/* The header. */

static void tell_who(struct desk *desk, const struct table *t, const char *unit)
{
	struct text name = cell_as_text(table_cell(t, 0, "name"));
	struct text post = cell_as_text(table_cell(t, 0, "post"));
	struct text role = cell_as_text(table_cell(t, 0, "role"));
	const struct role *row = role_of(role);
	struct text body = unit != NULL ? text_of(unit) : cell_as_text(table_cell(t, 0, "unit"));
	const char *label = row == NULL ? "" : _(row->label);
	if (post.n == 0)
		post = text_of(label);
	char all[3 * LIMIT_NAME];
	snprintf(all, sizeof(all), "%.*s%s%.*s%s%.*s", (int)name.n, name.p, name.n > 0 ? ", " : "",
		(int)post.n, post.p, body.n > 0 ? ", " : "", (int)body.n, body.p);
	desk_name(desk, text_of(all));
}

/* What the greeting said, when the status is refused. An error: the line broke. */
static enum err journal_size(struct session *s, int64_t *to)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct nothing none = { 0 };
	enum err err = session_page(s, session_cmd("status"), &none, &reply);
	if (is_broken(err) || s->link == NULL)
		return err;
	*to = (int64_t)link_greeting(s->link)->size;
	const struct cell *size = table_fact(reply_table(&reply, "status"), "size");
	struct text digits = arena_text(&reply.arena, cell_as_text(size));
	if (size->kind == CELL_NUMBER)
		*to = size->number;
	else if (digits.n > 0)
		*to = strtoll(digits.p, NULL, 10);
	return OK;
}

enum err fetch_who(struct session *s, struct desk *desk, const char *unit)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct nothing none = { 0 };
	desk->cut = false;
	enum err err = session_page(s, session_cmd("whoami"), &none, &reply);
	if (err != OK)
		return judge(s, desk, err);
	tell_who(desk, reply_table(&reply, "whoami"), unit);
	desk_label(desk, session_labels(s));
	return judge(s, desk, journal_size(s, &desk->journal));
}

/* Lists. */

static enum err next_page(struct session *s, struct desk_list *list, const char *unit)
{
	struct text tree = text_of(unit);
	struct case_list cases = { .unit = tree,
		.state = text_of("pending"),
		.limit = PAGE_ROWS,
		.after = list->reply.next };
	struct meeting_list meetings = { .unit = tree,
		.state = text_of("unfinished"),
		.limit = PAGE_ROWS,
		.after = list->reply.next };
	enum err err =
		list->kind == LIST_CASES
			? session_page(s, session_cmd("case.list"), &cases, &list->reply)
			: session_page(s, session_cmd("meeting.list"), &meetings, &list->reply);
	if (err == OK)
		list_take(list);
	return err;
}

enum err fetch_again(struct session *s, struct desk *desk, const char *unit)
{
	struct desk_list *list = desk_list(desk),
			 fresh = { .kind = list->kind, .labels = list->labels };
	enum err err = next_page(s, &fresh, unit);
	for (int pages = 1; err == OK && pages < PAGES_MAX && list_has_more(&fresh) &&
			    fresh.row_count <= list->cursor;
		pages++)
		err = next_page(s, &fresh, unit);
	if (err != OK) {
		list_fini(&fresh);
		return judge(s, desk, err);
	}
	list_follow(&fresh, list);
	list_fini(list);
	*list = fresh;
	desk_rest(desk);
	return OK;
}

/* Where the page before ended is forgotten after a while: then the list is read once more. */
enum err fetch_more(struct session *s, struct desk *desk, const char *unit)
{
	enum err err = next_page(s, desk_list(desk), unit);
	if (err == E_CURSOR)
		return fetch_again(s, desk, unit);
	if (err != OK)
		desk_rest(desk);
	return judge(s, desk, err);
}

/* Texts. */

struct text_request {
	struct session *session;
	struct sheet *sheet;
	struct text number;
	const struct labels *labels;
};

/* All pages of a reading command, or the first PAGES_MAX of them. */
static enum err add_pages(struct text_request *to, const char *wire, const void *record)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct session *s = to->session;
	const struct cmd_row *cmd = session_cmd(wire);
	enum err err = session_page(s, cmd, record, &reply);
	for (int pages = 1; err == OK && pages < PAGES_MAX; pages++) {
		const void *next = session_after(s, cmd->record(), record, &reply);
		if (next == NULL)
			break;
		err = session_page(s, cmd, next, &reply);
	}
	if (err != OK)
		return err;
	sheet_add_reply(to->sheet, &reply, link_greeting(s->link)->zone_minutes, to->labels);
	if (reply.next.n > 0)
		sheet_add_block(to->sheet,
			arena_format(&reply.arena, _("… and more: hoiam %s %s %.*s"),
				strcmp(wire, "opinion.list") == 0 ? "opinion" : "conclusion",
				strcmp(wire, "opinion.list") == 0 ? "list" : "show",
				(int)to->number.n, to->number.p),
			2);
	return OK;
}

static enum err add_meeting(struct text_request *to, bool has_conclusion)
{
	const struct meeting_number meeting = { .meeting = to->number };
	const struct conclusion_show conclusion = { .meeting = to->number };
	const struct opinion_list opinions = { .meeting = to->number };
	enum err err = add_pages(to, "meeting.show", &meeting);
	if (err == OK && has_conclusion)
		err = add_pages(to, "conclusion.show", &conclusion);
	if (err == E_NOT_FOUND || err == E_NO_DRAFT)
		err = OK;
	return err != OK ? err : add_pages(to, "opinion.list", &opinions);
}

enum err fetch_sheet(struct session *s, struct desk *desk)
{
	struct sheet fresh = { .top = desk->sheet.top };
	struct text number = list_number(desk_list(desk));
	struct text_request to = { s, &fresh, arena_text(&fresh.arena, number), desk->labels };
	const struct case_number one = { .number = to.number };
	enum err err = desk->at == LIST_CASES
			       ? add_pages(&to, "case.show", &one)
			       : add_meeting(&to, list_has_conclusion(desk_list(desk)));
	if (err != OK) {
		sheet_fini(&fresh);
		return judge(s, desk, err);
	}
	sheet_fini(&desk->sheet);
	desk->sheet = fresh;
	return OK;
}
