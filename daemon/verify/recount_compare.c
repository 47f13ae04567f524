/* recount_compare.c: the rates over the fact rows against those counted from the entries. */
#include "daemon/verify/recount.h"

#include "proto/day.h"
#include "store/rate.h"
#include "store/scan.h"

#include <stdlib.h>

/* Every rate of every window, in one walk. */
struct tallies {
	struct rate_tally *v;
	size_t n;
};

static bool add(void *arg, const struct fact *fact)
{
	struct tallies *t = arg;
	for (size_t i = 0; i < t->n; i++)
		(void)rate_tally_add(&t->v[i], fact);
	return true;
}

static bool hear(void *arg, uint32_t unit, uint32_t day, const struct row_hearing *row)
{
	struct tallies *t = arg;
	for (size_t i = 0; i < t->n; i++)
		if (rate_hears(t->v[i].rate))
			(void)rate_tally_hear(&t->v[i], unit, day, row);
	return true;
}

static enum err scan(struct audit *a, struct tallies *t, uint32_t today, struct fault *f)
{
	struct fact_filter all = { .before = UINT32_MAX, .known_at = today };
	enum err err = fact_scan(a->txn, &all, add, t);
	if (err == OK)
		err = hearing_scan(a->txn, &all, hear, t);
	for (size_t i = 0; i < t->n; i++)
		rate_tally_end(&t->v[i]);
	return err == OK ? OK : fail(f, err, "fact", NULL);
}

static enum recount_line find(const struct rate_row *rate, const char *line)
{
	unsigned i = 0;
	while (i < RECOUNT_LINES && (strcmp(recount_names[i].line, line) != 0 ||
					    strcmp(recount_names[i].command, rate->command) != 0 ||
					    strcmp(recount_names[i].style, rate->style) != 0))
		i++;
	return (enum recount_line)i;
}

static void compare(struct audit *a, const struct recount *r, const struct rate_tally *t)
{
	const struct rate_row *rate = rate_row(t->rate);
	char from[11], until[11], where[64];
	day_format(r->from, from);
	day_format(r->until - 1, until);
	snprintf(where, sizeof(where), "%s%s%s,%s,%s", rate->command, *rate->style ? "-" : "",
		rate->style, from, until);
	for (size_t i = 0; i < rate->count; i++) {
		enum recount_line line = find(rate, rate->lines[i].name);
		uint64_t in = line < RECOUNT_LINES ? r->in[line] : 0;
		uint64_t of = line < RECOUNT_LINES ? r->of[line] : 0;
		if (t->all.in[i] != in || t->all.of[i] != of)
			audit_fail(a, "rate", where, rate->lines[i].name,
				"%llu of %llu, counted from the entries %llu of %llu",
				(unsigned long long)t->all.in[i], (unsigned long long)t->all.of[i],
				(unsigned long long)in, (unsigned long long)of);
	}
}

enum err recount_check(struct audit *a, struct fault *f)
{
	uint32_t today = fold_day(a->fold, a->at);
	size_t windows;
	struct recount *r = recount_windows(a->fold, today, &windows);
	struct tallies t = { .n = windows * RATE_COUNT };
	t.v = xcalloc(t.n, sizeof(*t.v));
	for (size_t i = 0; i < t.n; i++) {
		t.v[i].rate = (enum rate)(i % RATE_COUNT);
		t.v[i].window = (struct rate_window){ r[i / RATE_COUNT].from,
			r[i / RATE_COUNT].until, today + 1 };
	}
	enum err err = scan(a, &t, today, f);
	for (size_t i = 0; err == OK && i < windows; i++) {
		recount(&r[i], a->fold);
		for (size_t k = 0; k < RATE_COUNT; k++)
			compare(a, &r[i], &t.v[i * RATE_COUNT + k]);
	}
	for (size_t i = 0; i < t.n; i++)
		rate_tally_fini(&t.v[i]);
	free(t.v);
	free(r);
	return err;
}
