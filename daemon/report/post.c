/* post.c: who is head of each unit, and which of them has none. */
#include "daemon/able.h"
#include "daemon/report/officer.h"

#include <stdlib.h>

/* A role of a unit: of a head, or of any other. */
struct post {
	uint32_t unit, officer, number;
};

struct posts {
	struct report *r;
	struct post *v; /* by unit */
	size_t n, room;
};

static int order(const void *a, const void *b)
{
	const struct post *pa = a, *pb = b;
	if (pa->unit != pb->unit)
		return pa->unit < pb->unit ? -1 : 1;
	if (pa->officer != pb->officer)
		return pa->officer < pb->officer ? -1 : 1;
	return pa->number < pb->number ? -1 : pa->number > pb->number;
}

/* Roles have no index by unit: there are some for each person, and this is asked seldom. */
static void posts_load(struct posts *p)
{
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, p->r->txn, STORE_grant, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value)) {
		struct row_grant row;
		struct reader rd = reader_of(value);
		if (record_read_disk(&rd, record_row_grant(), &row, p->r->arena, NULL) != OK)
			continue;
		if (p->n == p->room) {
			p->room = p->room * 2 + 64;
			p->v = xrealloc(p->v, p->room * sizeof(*p->v));
		}
		p->v[p->n++] =
			(struct post){ (uint32_t)row.unit, get_u32(key.p), get_u32(key.p + 4) };
	}
	if (p->n > 0)
		qsort(p->v, p->n, sizeof(*p->v), order);
}

static bool is_head(const struct grant *g)
{
	return (g->rights & RIGHT_DECIDE) != 0;
}

static bool in_force(const struct report *r, const struct grant *g)
{
	return g->from <= r->today && (g->until == 0 || r->today < g->until);
}

/* The grant of a post, with its holder loaded; NULL when it cannot be read. */
static const struct grant *grant_of(struct report *r, const struct post *post, struct able *holder)
{
	if (holder->officer != post->officer)
		able_load(holder, r->txn, post->officer, r->arena);
	for (size_t i = 0; i < holder->grants.n; i++)
		if (holder->grants.v[i].number == post->number)
			return &holder->grants.v[i];
	return NULL;
}

static void held_row(struct report *r, uint32_t officer, const struct grant *g)
{
	bool named =
		report_sees(r, RIGHT_READ, g->unit, 0) || report_sees(r, RIGHT_ADMIN, g->unit, 0);
	row_begin(r);
	cell_unit(r, g->unit);
	cell_string(r, g->acting.n > 0 ? "acting" : "held");
	cell_count(r, officer);
	cell_text(r, named ? officer_name(r, officer) : (struct text){ 0 });
	cell_text(r, g->acting);
	cell_text(r, g->post);
	cell_day(r, g->from);
	cell_day(r, g->until);
}

static void vacant_row(struct report *r, uint32_t unit, struct text post, uint32_t since)
{
	row_begin(r);
	cell_unit(r, unit);
	cell_string(r, "vacant");
	for (unsigned i = 0; i < 3; i++)
		cell_none(r);
	cell_text(r, post);
	cell_day(r, since);
	cell_none(r);
}

/* A unit that gave numbers holds a register. */
static bool has_register(struct report *r, uint32_t unit)
{
	static const enum noun nouns[] = { NOUN_CASE, NOUN_MEETING };
	const struct unit *u = unit_get(&r->house->units, unit);
	bool found = false;
	for (size_t i = 0; u != NULL && i < COUNT(nouns) && !found; i++) {
		struct key prefix = { .n = 0 };
		struct bytes key, value;
		key_u8(&prefix, (uint8_t)nouns[i]);
		key_u32(&prefix, u->series);
		AUTO(scan_close) struct scan s;
		scan_open(&s, r->txn, STORE_counter, key_bytes(&prefix));
		found = scan_next(&s, &key, &value);
	}
	return found;
}

/*
 * The heads of one unit who can act; where there is none, that the post is vacant: it was held, or
 * the unit has people or a register. Since when, where a day tells.
 */
static size_t unit_rows(struct report *r, const struct post *v, size_t n, uint32_t unit)
{
	struct able holder = { 0 };
	struct text last = { 0 };
	size_t rows = 0;
	uint32_t since = 0;
	bool lived_in = false;
	for (size_t i = 0; i < n; i++) {
		const struct grant *g = grant_of(r, &v[i], &holder);
		if (g == NULL || g->from > r->today)
			continue;
		lived_in = true;
		if (!is_head(g))
			continue;
		if (in_force(r, g) && holder.keys > 0) {
			held_row(r, v[i].officer, g);
			rows++;
		}
		last = g->post;
		since = g->until > r->today ? 0 : g->until > since ? g->until : since;
	}
	if (rows > 0 || (!lived_in && !has_register(r, unit)))
		return rows;
	vacant_row(r, unit, last, since);
	return 1;
}

static void all_rows(struct posts *p, const struct uints *units, uint32_t after, size_t left)
{
	struct report *r = p->r;
	size_t at = 0, rows = 0;
	for (size_t i = 0; i < units->n; i++) {
		uint32_t unit = units->v[i];
		const struct unit *u = unit_get(&r->house->units, unit);
		if (unit <= after || u == NULL || !unit_stands(u, r->today))
			continue;
		if (rows >= left) {
			struct key next = key_of_u32(units->v[i] - 1);
			report_next(r, next.p, next.n);
			break;
		}
		while (at < p->n && p->v[at].unit < unit)
			at++;
		size_t from = at;
		while (at < p->n && p->v[at].unit == unit)
			at++;
		rows += unit_rows(r, p->v + from, at - from, unit);
	}
}

enum err report_post_list(struct report *r, const void *request)
{
	const struct post_list *q = request;
	struct posts p = { .r = r };
	struct uints units;
	enum err err = report_units(r, RIGHT_POSTS, q->unit, r->today, &units);
	if (err != OK)
		return err;
	posts_load(&p);
	table_begin(r, TABLE_post_list);
	all_rows(&p, &units, q->after.n == 4 ? get_u32(q->after.p) : 0, report_limit(q->limit));
	table_end(r);
	free(p.v);
	return OK;
}
