/* minutes.c: the minutes of a meeting from a page in plain text. */
#include "clients/minutes.h"

#include "clients/i18n.h"
#include "clients/page.h"

struct reading {
	struct page_reader page;
	struct meeting_record *to;
	struct arena *arena;
	struct fault *fault;
	struct opinion_new *opinions;
	size_t n, room;
	struct list registered;
	int64_t count_line; /* 0 when there is no count */
};

static enum err take_count(struct reading *in, const struct page_head *h)
{
	in->count_line = h->line;
	in->to->closed = 1;
	if (page_number(h->value, &in->to->count))
		return OK;
	return page_fail(&in->page, h->line, in->fault, _("\"%s\": a number is needed"),
		page_label(&in->page, h->id));
}

/* Who asked to speak, a line each. */

static struct text trim(struct text t)
{
	while (t.n > 0 && (t.p[0] == ' ' || t.p[0] == '\t')) {
		t.p++;
		t.n--;
	}
	while (t.n > 0 && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t'))
		t.n--;
	return t;
}

/* What stands before the next sign; *rest goes behind it. */
static struct text before(struct text *rest, char sign)
{
	const char *at = rest->n == 0 ? NULL : memchr(rest->p, sign, rest->n);
	size_t n = at == NULL ? rest->n : (size_t)(at - rest->p);
	struct text part = { rest->p, n };
	n += at != NULL;
	rest->p += n;
	rest->n -= n;
	return trim(part);
}

/* "NAME; MATTER; x" */
static bool read_registration(struct text line, struct registration_new *to)
{
	struct text rest = line;
	struct fault ignored = { 0 };
	*to = (struct registration_new){ .name = before(&rest, ';') };
	to->subject = before(&rest, ';');
	struct text mark = before(&rest, ';');
	to->heard = text_is(mark, "x") || text_is(mark, "X");
	return to->name.n > 0 && rest.n == 0 && (mark.n == 0 || to->heard) &&
	       record_check(record_registration_new(), to, &ignored) == OK;
}

static size_t lines_of(struct text t)
{
	size_t n = 1;
	for (size_t i = 0; i < t.n; i++)
		n += t.p[i] == '\n';
	return n;
}

static enum err take_registered(struct reading *in, const struct page_head *h)
{
	struct text rest = h->value;
	struct registration_new *all = arena_alloc(in->arena, lines_of(rest), sizeof(*all));
	size_t n = 0;
	while (rest.n > 0) {
		struct text line = before(&rest, '\n');
		if (line.n == 0)
			continue;
		if (!read_registration(line, &all[n++]))
			return page_fail(&in->page, h->line, in->fault,
				_("\"%s\": \"%.*s\" is not: name; matter; x when heard"),
				page_label(&in->page, h->id), (int)(line.n < 80 ? line.n : 80),
				line.p);
	}
	in->registered = (struct list){ all, n };
	return OK;
}

/* All heads up to the next opinion, into one record. */
static enum err take_part(struct reading *in, const struct record *r, void *to)
{
	enum err err = OK;
	while (err == OK && page_within(&in->page)) {
		struct page_head h;
		err = page_next(&in->page, &h, in->fault);
		if (err == OK && h.id == HEAD_TOTAL)
			err = take_count(in, &h);
		else if (err == OK && h.id == HEAD_REGISTERED)
			err = take_registered(in, &h);
		else if (err == OK)
			err = page_set(&in->page, &h, r, to, in->arena, in->fault);
	}
	return err != OK ? err : page_check(&in->page, r, to, in->fault);
}

static enum err take_meeting(struct reading *in)
{
	struct meeting_new *meeting = arena_alloc(in->arena, 1, sizeof(*meeting));
	struct bytes source = bytes_of(in->page.source, sizeof(in->page.source));
	meeting->source = arena_bytes(in->arena, source);
	in->to->meeting = (struct list){ meeting, 1 };
	return take_part(in, record_meeting_new(), meeting);
}

static struct opinion_new *add_opinion(struct reading *in)
{
	if (in->n == in->room) {
		in->room = in->room * 2 + 16;
		struct opinion_new *more = arena_alloc(in->arena, in->room, sizeof(*more));
		if (in->n > 0)
			memcpy(more, in->opinions, in->n * sizeof(*more));
		in->opinions = more;
	}
	return &in->opinions[in->n++];
}

static enum err take_opinion(struct reading *in)
{
	struct page_head start;
	enum err err = page_next(&in->page, &start, in->fault);
	return err != OK ? err : take_part(in, record_opinion_new(), add_opinion(in));
}

static enum err check_count(const struct reading *in)
{
	if (in->count_line == 0 || in->to->count == in->n)
		return OK;
	return page_fail(&in->page, in->count_line, in->fault,
		_("\"%s\" is %llu, but the page holds %zu opinions"),
		page_label(&in->page, HEAD_TOTAL), (unsigned long long)in->to->count, in->n);
}

enum err minutes_read(struct text file, const char *name, struct meeting_record *to,
	struct list *registered, struct arena *a, struct fault *f)
{
	struct reading in = { .to = to, .arena = a, .fault = f };
	*to = (struct meeting_record){ 0 };
	enum err err = page_open(&in.page, PAGE_MINUTES, file, name, a, f);
	if (err == OK)
		err = take_meeting(&in);
	while (err == OK && page_peek(&in.page) != HEAD_NONE)
		err = take_opinion(&in);
	to->opinions = (struct list){ in.opinions, in.n };
	*registered = in.registered;
	return err != OK ? err : check_count(&in);
}
