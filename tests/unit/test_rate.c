/*
 * test_rate.c: rates: the vector of domain.md 3.4, sums over random rows against counting by hand,
 * the scan's filter, and the reports on a tree of units that changed.
 */
#include "tests/lib/test.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clients/reply.h"
#include "daemon/report/report.h"
#include "proto/day.h"
#include "store/rate.h"
#include "store/scan.h"

enum { ROUNDS = 2000, ASKS_PER_ROUND = 100, CASES_MAX = 14, ROWS_MAX = 3 * CASES_MAX };

/* A store of its own for each test. */

struct place {
	char path[200];
	struct db *db;
	struct txn *txn;
};

static struct place place_open(void)
{
	struct place p;
	const char *dir = getenv("TMPDIR");
	snprintf(p.path, sizeof(p.path), "%s/rate.XXXXXX", dir == NULL ? "/tmp" : dir);
	assert_non_null(mkdtemp(p.path));
	assert_int_equal(db_open(&p.db, p.path, DB_SCRATCH, NULL), OK);
	assert_int_equal(txn_begin(&p.txn, p.db, true, NULL), OK);
	return p;
}

static void place_close(struct place *p)
{
	char file[240];
	txn_abort(p->txn);
	db_close(p->db);
	snprintf(file, sizeof(file), "%s/data.mdb", p->path);
	unlink(file);
	snprintf(file, sizeof(file), "%s/lock.mdb", p->path);
	unlink(file);
	rmdir(p->path);
}

static uint64_t seed = 88172645463325252u;

static uint32_t random_below(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)((seed >> 11) % n);
}

/* The tally of a rate over everything in the filter. */
static struct rate_sum total(struct txn *txn, enum rate rate, const struct fact_filter *filter,
	const struct rate_window *w)
{
	AUTO(rate_tally_fini) struct rate_tally t = { .rate = rate, .window = *w };
	assert_int_equal(fact_scan(txn, filter, rate_tally_add, &t), OK);
	rate_tally_end(&t);
	return t.all;
}

#define assert_line(sum, line, n, m)                                                               \
	do {                                                                                       \
		assert_int_equal((sum).in[line], n);                                               \
		assert_int_equal((sum).of[line], m);                                               \
	} while (0)

/* The vector. */

enum { MEETING_DAY = 1000, ISSUED = 1010, SUPPLEMENT = 1020 };

static struct row_case opinion(void)
{
	return (struct row_case){ .unit = 1,
		.day = MEETING_DAY,
		.meeting = { 1, 1, 2026 },
		.flags = CASE_OPINION | CASE_GATED,
		.state = STATE_RECORDED };
}

static struct rate_sum vector_at(struct place *p, uint32_t as_of, uint32_t known_at)
{
	struct rate_window w = { MEETING_DAY, MEETING_DAY + 1, as_of + 1 };
	struct fact_filter all = { .before = as_of + 1, .known_at = known_at };
	return total(p->txn, RATE_inclusion, &all, &w);
}

static void put(struct place *p, struct row_case *c, uint32_t n, uint32_t known)
{
	fact_update(p->txn, (struct num){ 1, n, 2026 }, c, c, known);
}

static void the_vector_of_the_domain_comes_out(void **state)
{
	(void)state;
	uint64_t tenths = 0;
	struct place p = place_open();
	struct row_case o[9]; /* o1 o2 o3 o4 o5 o6 o2a o2b o7 */
	for (unsigned i = 0; i < 6; i++) {
		o[i] = opinion();
		put(&p, &o[i], i + 1, MEETING_DAY);
	}
	o[1].voided = MEETING_DAY + 2;
	o[1].flags |= CASE_SPLIT;
	o[6] = o[7] = opinion();
	o[4].state = STATE_MERGED;
	o[4].ended = MEETING_DAY + 2;
	o[5].voided = MEETING_DAY + 3;
	for (unsigned i = 1; i < 8; i++)
		put(&p, &o[i], i + 1, MEETING_DAY + 3);
	struct rate_sum s = vector_at(&p, MEETING_DAY + 5, MEETING_DAY + 5);
	assert_line(s, LINE_inclusion_inclusion, 0, 6);
	assert_int_equal(s.in[LINE_inclusion_voided], 1);
	assert_int_equal(s.in[LINE_inclusion_split], 1);

	/* the gate would have stopped this: o2b is forgotten */
	for (unsigned i = 0; i < 7; i++) {
		if (i != 1 && i != 5)
			o[i].included = ISSUED;
		put(&p, &o[i], i + 1, ISSUED);
	}
	assert_line(vector_at(&p, ISSUED, ISSUED), LINE_inclusion_inclusion, 5, 6);
	assert_line(vector_at(&p, ISSUED, ISSUED), LINE_inclusion_meetings, 0, 1);
	o[7].included = ISSUED;
	put(&p, &o[7], 8, ISSUED);
	assert_line(vector_at(&p, ISSUED, ISSUED), LINE_inclusion_inclusion, 6, 6);
	assert_line(vector_at(&p, ISSUED, ISSUED), LINE_inclusion_meetings, 1, 1);

	o[8] = opinion();
	o[8].flags |= CASE_LATE;
	put(&p, &o[8], 9, ISSUED + 1);
	s = vector_at(&p, ISSUED + 1, ISSUED + 1);
	assert_line(s, LINE_inclusion_inclusion, 6, 7);
	assert_line(s, LINE_inclusion_late, 1, 7);
	assert_line(s, LINE_inclusion_meetings, 0, 1);
	assert_true(rate_share(6, 7, &tenths));
	assert_int_equal(tenths, 857);
	o[8].included = SUPPLEMENT;
	put(&p, &o[8], 9, SUPPLEMENT);
	s = vector_at(&p, SUPPLEMENT, SUPPLEMENT);
	assert_line(s, LINE_inclusion_inclusion, 7, 7);
	assert_line(s, LINE_inclusion_meetings, 1, 1);

	/* looking back: until what day, and as known when */
	assert_line(vector_at(&p, SUPPLEMENT - 1, SUPPLEMENT), LINE_inclusion_inclusion, 6, 7);
	assert_line(vector_at(&p, SUPPLEMENT, SUPPLEMENT - 1), LINE_inclusion_inclusion, 6, 7);
	assert_line(vector_at(&p, SUPPLEMENT, ISSUED), LINE_inclusion_inclusion, 6, 6);
	assert_line(vector_at(&p, SUPPLEMENT, MEETING_DAY), LINE_inclusion_inclusion, 0, 6);
	assert_line(vector_at(&p, MEETING_DAY, SUPPLEMENT), LINE_inclusion_inclusion, 0, 8);
	place_close(&p);
}

static void shares_round_half_up_and_nothing_of_nothing_has_none(void **state)
{
	(void)state;
	uint64_t tenths = 7;
	assert_false(rate_share(0, 0, &tenths));
	assert_int_equal(tenths, 7);
	static const uint64_t rows[][3] = { { 1, 3, 333 }, { 2, 3, 667 }, { 1, 2000, 1 },
		{ 1, 2001, 0 }, { 1999, 2000, 1000 }, { 5, 5, 1000 }, { 0, 9, 0 }, { 1, 16, 63 },
		{ 18108, 22068, 821 }, { 12323, 16125, 764 } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(rate_share(rows[i][0], rows[i][1], &tenths));
		assert_int_equal(tenths, rows[i][2]);
	}
}

/* Counting by hand: the rows in a plain array, the definitions as counts of sets of days. */

struct hand {
	struct fact rows[ROWS_MAX];
	size_t n;
};

struct question {
	struct rate_window w;
	uint32_t known_at;
	uint64_t units;
	bool all;
};

/* The newest row of each case that was known on the day: by looking at all the others. */
static bool is_newest(const struct hand *h, size_t i, uint32_t known_at)
{
	if (h->rows[i].known > known_at)
		return false;
	for (size_t k = 0; k < h->n; k++)
		if (h->rows[k].number.n == h->rows[i].number.n && h->rows[k].known <= known_at &&
			h->rows[k].known > h->rows[i].known)
			return false;
	return true;
}

/* The day of a mark as seen at the cut-off; far away when it has not come. */
static int64_t seen(const struct fact *f, enum case_mark mark, const struct question *q)
{
	return f->mark[mark] == 0 || f->mark[mark] >= q->w.before ? INT64_MAX : f->mark[mark];
}

static bool between(int64_t day, int64_t from, int64_t until)
{
	return day >= from && day < until;
}

static void hand_opinion(
	const struct fact *f, const struct question *q, bool submitted, struct rate_sum *s)
{
	bool gated = f->flags & CASE_GATED, split = f->flags & CASE_SPLIT;
	bool voided = seen(f, MARK_VOIDED, q) != INT64_MAX;
	bool spot = (f->flags & CASE_ON_SPOT) && seen(f, MARK_SETTLED, q) != INT64_MAX;
	bool referred = seen(f, MARK_REFERRED, q) != INT64_MAX;
	bool accepted = seen(f, MARK_ACCEPTED, q) != INT64_MAX;
	bool included = seen(f, MARK_INCLUDED, q) != INT64_MAX;
	bool live = !split && !voided;
	if (!(f->flags & CASE_OPINION) || !between(f->day, q->w.from, q->w.until))
		return;
	if (submitted) {
		bool yes = spot || referred || accepted;
		s->of[0] += live && gated, s->in[0] += live && gated && yes;
		s->of[1] += live && gated, s->in[1] += live && gated && referred;
		s->of[2] += live && gated, s->in[2] += live && gated && accepted;
		s->of[3] += live && gated, s->in[3] += live && gated && spot;
		s->of[4] += live && gated && referred;
		s->in[4] += live && gated && referred && seen(f, MARK_ACKNOWLEDGED, q) != INT64_MAX;
		s->of[5] += live && !gated, s->in[5] += live && !gated && yes;
		return;
	}
	s->of[0] += live && gated, s->in[0] += live && gated && included;
	s->of[1] += live && gated && included;
	s->in[1] += live && gated && included && (f->flags & CASE_DECLINED);
	s->of[2] += live && gated, s->in[2] += live && gated && spot;
	s->of[3] += live && gated, s->in[3] += live && gated && (f->flags & CASE_LATE);
	s->of[4] += live && !gated, s->in[4] += live && !gated && included;
	s->in[5] += gated && !split && voided;
	s->in[6] += gated && split;
}

static void hand_cohort(const struct fact *f, const struct question *q, struct rate_sum *s)
{
	int64_t a = seen(f, MARK_ACCEPTED, q), z = seen(f, MARK_SETTLED, q);
	bool voided = seen(f, MARK_VOIDED, q) != INT64_MAX;
	bool ended = seen(f, MARK_ENDED, q) != INT64_MAX;
	if (a == INT64_MAX || !between(a, q->w.from, q->w.until))
		return;
	bool stays = !voided && !ended, settled = z != INT64_MAX;
	for (int i = 0; i < 4; i++) {
		s->of[i] += stays;
		s->in[i] += stays && settled && (i == 0 || z - a <= 30 * (int64_t)i);
	}
	bool promised = stays && settled && (f->flags & CASE_PROMISE);
	s->of[4] += promised;
	s->in[4] += promised && seen(f, MARK_DONE, q) != INT64_MAX;
	s->in[5] += ended && !voided;
	s->in[6] += voided;
}

/* Walks the days: open at each midnight or not. */
static void hand_period(const struct fact *f, const struct question *q, struct rate_sum *s)
{
	static const enum case_mark closings[] = { MARK_VOIDED, MARK_ENDED, MARK_SETTLED };
	int64_t end = q->w.until < q->w.before ? q->w.until : q->w.before;
	int64_t a = seen(f, MARK_ACCEPTED, q), first = INT64_MAX;
	enum case_mark why = MARK_NONE;
	if (a >= end)
		return;
	for (int i = 2; i >= 0; i--) {
		int64_t day = seen(f, closings[i], q);
		if (day >= end)
			continue;
		why = closings[i];
		if (day < a)
			day = a;
		if (day < first)
			first = day;
	}
	if (first < q->w.from)
		return;
	s->in[a < q->w.from ? 1 : 2]++;
	bool stays = why == MARK_NONE || why == MARK_SETTLED;
	bool promised = why == MARK_SETTLED && (f->flags & CASE_PROMISE);
	s->of[0] += stays;
	s->in[0] += why == MARK_SETTLED;
	s->of[3] += promised;
	s->in[3] += promised && seen(f, MARK_DONE, q) != INT64_MAX;
	s->in[4] += why == MARK_ENDED;
	s->in[5] += why == MARK_VOIDED;
	s->of[6] += why == MARK_NONE;
	s->in[6] += why == MARK_NONE;
}

static void hand_ontime(const struct fact *f, const struct question *q, struct rate_sum *s)
{
	int64_t z = seen(f, MARK_SETTLED, q);
	uint32_t due = f->mark[MARK_DUE];
	if (seen(f, MARK_VOIDED, q) != INT64_MAX)
		return;
	if (between(z, q->w.from, q->w.until)) {
		bool early = due != 0 && z <= due;
		s->of[0] += due != 0, s->in[0] += early;
		s->of[1]++, s->in[1] += due == 0;
		s->of[2] += due != 0, s->in[2] += early;
	}
	if (z == INT64_MAX && seen(f, MARK_ENDED, q) == INT64_MAX)
		s->of[2] += seen(f, MARK_DUE, q) != INT64_MAX;
}

/* Meetings: a table of all that may be. */
static void hand_meetings(
	const struct hand *h, const bool *in, const struct question *q, struct rate_sum *s)
{
	for (uint32_t unit = 0; unit < 8; unit++)
		for (uint32_t day = q->w.from; day < q->w.until; day++)
			for (uint32_t n = 0; n < 4; n++) {
				struct rate_sum one = { 0 };
				for (size_t i = 0; i < h->n; i++)
					if (in[i] && h->rows[i].unit == unit &&
						h->rows[i].day == day && h->rows[i].meeting_n == n)
						hand_opinion(&h->rows[i], q, false, &one);
				s->of[7] += one.of[0] > 0;
				s->in[7] += one.of[0] > 0 && one.in[0] == one.of[0];
			}
}

static struct rate_sum count_by_hand(const struct hand *h, enum rate rate, const struct question *q)
{
	struct rate_sum s = { 0 };
	bool in[ROWS_MAX];
	for (size_t i = 0; i < h->n; i++) {
		const struct fact *f = &h->rows[i];
		in[i] = is_newest(h, i, q->known_at) && f->day < q->w.before &&
			(q->all || (q->units >> f->unit & 1));
		if (!in[i])
			continue;
		if (rate == RATE_inclusion || rate == RATE_submitted)
			hand_opinion(f, q, rate == RATE_submitted, &s);
		else if (rate == RATE_cohort)
			hand_cohort(f, q, &s);
		else if (rate == RATE_period)
			hand_period(f, q, &s);
		else
			hand_ontime(f, q, &s);
	}
	if (rate == RATE_inclusion)
		hand_meetings(h, in, q, &s);
	return s;
}

static uint32_t some_day(void)
{
	return random_below(3) == 0 ? 0 : 100 + random_below(random_below(4) == 0 ? 120 : 12);
}

/* A case with up to three rows, each known later than the one before. */
static void random_case(struct place *p, struct hand *h, uint32_t n)
{
	struct row_case c = { .unit = 1 + random_below(6),
		.day = 100 + random_below(12),
		.meeting = { 1, random_below(4), 2026 },
		.kind = random_below(4),
		.topic = random_below(3) };
	uint32_t known = 100 + random_below(4);
	for (uint32_t rows = 1 + random_below(3); rows > 0; rows--) {
		struct fact f = { .unit = (uint32_t)c.unit, .day = c.day, .known = known };
		c.flags = random_below(256) | (random_below(3) ? CASE_OPINION | CASE_GATED : 0);
		if (random_below(4))
			c.flags &= ~(unsigned)CASE_SPLIT;
		for (unsigned m = 0; m < CASE_MARKS; m++)
			f.mark[m] = *case_mark(&c, (enum case_mark)m) =
				m == MARK_VOIDED && random_below(3) ? 0 : some_day();
		f.number.n = n;
		f.flags = (uint16_t)c.flags;
		f.meeting_n = c.meeting.n;
		fact_update(p->txn, (struct num){ 1, n, 2026 }, &c, &c, known);
		h->rows[h->n++] = f;
		known += 1 + random_below(5);
	}
}

static struct question random_question(void)
{
	struct question q = { .known_at = 99 + random_below(20),
		.units = random_below(256),
		.all = random_below(4) == 0 };
	q.w.from = 98 + random_below(14);
	q.w.until = q.w.from + 1 + random_below(10);
	q.w.before = random_below(2) ? 240 : 99 + random_below(20);
	return q;
}

static void check_round(struct place *p, const struct hand *h)
{
	for (unsigned i = 0; i < ASKS_PER_ROUND; i++) {
		struct question q = random_question();
		enum rate rate = (enum rate)random_below(RATE_COUNT);
		struct fact_filter filter = { .units = q.all ? NULL : &q.units,
			.unit_count = 7,
			.before = q.w.before,
			.known_at = q.known_at };
		struct rate_sum hand = count_by_hand(h, rate, &q);
		struct rate_sum scan = total(p->txn, rate, &filter, &q.w);
		assert_memory_equal(&scan, &hand, sizeof(hand));
	}
}

static void remove_rows(struct place *p, const struct hand *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct fact *f = &h->rows[i];
		struct key key = key_of_fact(
			f->unit, f->day, (struct num){ 1, f->number.n, 2026 }, f->known);
		txn_del(p->txn, STORE_fact, key_bytes(&key));
	}
}

static void sums_are_those_counted_by_hand(void **state)
{
	(void)state;
	struct place p = place_open();
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct hand h = { .n = 0 };
		for (uint32_t n = random_below(CASES_MAX + 1); n > 0; n--)
			random_case(&p, &h, n);
		check_round(&p, &h);
		remove_rows(&p, &h);
	}
	assert_int_equal(txn_error(p.txn), OK);
	place_close(&p);
}

/* The filter over many rows, so that the walk jumps. */

struct seen_rows {
	uint64_t n, sum;
	uint64_t stop;
};

static bool see(void *arg, const struct fact *f)
{
	struct seen_rows *s = arg;
	s->n++;
	s->sum = ((s->sum * 31 + f->unit) * 31 + f->day) * 31 + f->number.n;
	return s->n != s->stop;
}

static void the_walk_jumps_to_the_same_rows(void **state)
{
	(void)state;
	enum { UNITS = 300, DAYS = 40, PER_DAY = 3 };
	struct place p = place_open();
	for (uint32_t unit = 1; unit <= UNITS; unit++)
		for (uint32_t i = 0; i < DAYS * PER_DAY; i++) {
			struct row_case c = { .unit = unit, .day = 10 + i / PER_DAY };
			fact_update(p.txn, (struct num){ unit, i + 1, 2026 }, &c, &c, 5 + i % 7);
		}
	for (unsigned ask = 0; ask < 300; ask++) {
		uint64_t units[UNITS / 64 + 1] = { 0 };
		struct seen_rows want = { 0 }, got = { 0 };
		uint32_t from = random_below(60), before = random_below(60);
		uint32_t known_at = 3 + random_below(10), few = 1 + random_below(UNITS);
		for (uint32_t i = 0; i < few; i++)
			unit_set_add(units, 1 + random_below(UNITS));
		for (uint32_t unit = 1; unit <= UNITS; unit++)
			for (uint32_t i = 0; i < DAYS * PER_DAY; i++) {
				struct fact f = { .unit = unit, .day = 10 + i / PER_DAY };
				f.number.n = i + 1;
				if (unit_set_has(units, unit) && f.day >= from && f.day < before &&
					5 + i % 7 <= known_at)
					see(&want, &f);
			}
		struct fact_filter filter = { .units = units,
			.unit_count = UNITS,
			.from = from,
			.before = before,
			.known_at = known_at };
		assert_int_equal(fact_scan(p.txn, &filter, see, &got), OK);
		assert_memory_equal(&got, &want, sizeof(got));
	}
	struct seen_rows one = { .stop = 1 };
	struct fact_filter all = { .before = UINT32_MAX, .known_at = 1000 };
	assert_int_equal(fact_scan(p.txn, &all, see, &one), OK);
	assert_int_equal(one.n, 1);
	place_close(&p);
}

/* Reports: 98 with 985 (until 2025-07-01) and in it 98103; then another 98103 right below 98; 97.
 */

struct desk {
	struct place place;
	struct house house;
	struct arena arena;
	struct cursor_seal *seal;
	struct writer reply;
	struct report report;
	struct fault fault;
};

static const struct {
	const char *code, *parent, *from, *until;
} tree[] = {
	{ "98", "", "2000-01-01", "" },
	{ "985", "98", "2000-01-01", "2025-07-01" },
	{ "98103", "985", "2000-01-01", "2025-07-01" },
	{ "98103", "98", "2025-07-01", "" },
	{ "97", "", "2000-01-01", "" },
	{ "97101", "97", "2000-01-01", "" },
	{ "98199", "98", "2030-01-01", "" },
};

static uint32_t day(const char *iso)
{
	return day_parse(text_of(iso));
}

static void desk_open(struct desk *d)
{
	assert_true(sodium_init() >= 0);
	*d = (struct desk){ .place = place_open(), .seal = cursor_seal_new() };
	struct txn *txn = d->place.txn;
	for (uint32_t i = 0; i < COUNT(tree); i++) {
		struct row_unit u = { .series = i + 1,
			.code = text_of(tree[i].code),
			.parent = text_of(tree[i].parent),
			.from = day(tree[i].from),
			.until = day(tree[i].until) };
		row_put(txn, STORE_unit, key_of_u32(i + 1), record_row_unit(), &u);
	}
	struct row_state state = { .units = COUNT(tree), .tree_seq = 1 };
	row_put(txn, STORE_state, (struct key){ .n = 1 }, record_row_state(), &state);
	assert_int_equal(house_refresh(&d->house, txn, &d->fault), OK);
}

static void desk_close(struct desk *d)
{
	house_fini(&d->house);
	arena_fini(&d->arena);
	writer_fini(&d->reply);
	place_close(&d->place);
	cursor_seal_free(d->seal);
}

static enum err ask(struct desk *d, enum cmd cmd, uint32_t grant_unit, const struct rate_ask *q)
{
	AUTO(writer_fini) struct writer params = { 0 };
	record_write_wire(&params, record_rate_ask(), q, NULL, NULL);
	struct report r = { .txn = d->place.txn,
		.arena = &d->arena,
		.house = &d->house,
		.cmd = &cmds[cmd],
		.today = day("2026-08-01"),
		.seal = d->seal,
		.fault = &d->fault };
	r.grants.v[0] = (struct grant){
		.number = 1, .rights = UINT32_MAX, .unit = grant_unit, .from = day("2000-01-01")
	};
	r.grants.n = 1;
	writer_reset(&d->reply);
	enum err err = report_run(&r, writer_bytes(&params), &d->reply);
	report_fini(&r);
	return err;
}

static const char *cell_as_word(struct desk *d, const struct cell *cell)
{
	if (cell->kind == CELL_NUMBER)
		return arena_format(&d->arena, "%lld", (long long)cell->number).p;
	return cell->kind == CELL_NIL
		       ? "-"
		       : arena_format(&d->arena, "%.*s", (int)cell->text.n, cell->text.p).p;
}

/* The rows of a table, a line each; *next: where the next page begins. */
static const char *text_of_table(struct desk *d, uint32_t table, struct bytes *next)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	size_t room = 1 << 16, n = 0;
	char *to = arena_alloc(&d->arena, room, 1);
	assert_int_equal(reply_add(&reply, writer_bytes(&d->reply), &d->fault), OK);
	const struct table *t = &reply.tables[table];
	for (size_t i = 0; i < t->row_count * t->column_count; i++)
		n += (size_t)snprintf(to + n, room - n, "%s%c", cell_as_word(d, &t->cells[i]),
			(i + 1) % t->column_count == 0 ? '\n' : ' ');
	*next = arena_bytes(&d->arena, reply.next);
	return to;
}

static const char *table_text(struct desk *d, struct bytes *next)
{
	return text_of_table(d, 0, next);
}

static struct rate_ask asking(const char *rate, const char *unit, const char *from, const char *to)
{
	return (struct rate_ask){
		.rate = text_of(rate), .unit = text_of(unit), .from = day(from), .to = day(to)
	};
}

static void assert_shows(struct desk *d, const struct rate_ask *q, const char *want)
{
	struct bytes next;
	assert_int_equal(ask(d, CMD_rate_show, 0, q), OK);
	assert_string_equal(table_text(d, &next), want);
	assert_int_equal(next.n, 0);
}

/* An accepted case, settled or not. */
static void accepted(struct desk *d, uint32_t unit, uint32_t n, const char *on, uint32_t settled)
{
	struct row_case c = { .unit = unit,
		.day = day(on),
		.accepted = day(on),
		.settled = settled == 0 ? 0 : day(on) + settled,
		.state = STATE_ACCEPTED,
		.due = day(on) + 10 };
	fact_update(d->place.txn, (struct num){ unit, n, 2025 }, &c, &c, day(on));
}

static void a_rate_is_read_on_the_tree_of_its_last_day(void **state)
{
	(void)state;
	struct desk d;
	desk_open(&d);
	accepted(&d, 3, 1, "2025-06-01", 5);
	accepted(&d, 3, 2, "2025-06-02", 0);
	accepted(&d, 4, 1, "2025-08-01", 20);
	accepted(&d, 6, 1, "2025-08-01", 0);
	struct rate_ask q = asking("resolution", "98103", "2025-01-01", "2025-06-30");
	q.by = text_of("unit");
	assert_shows(&d, &q,
		"(all) resolution 1 2 500\n(all) within_30 1 2 500\n(all) within_60 1 2 500\n"
		"(all) within_90 1 2 500\n(all) done 0 0 -\n(all) ended 0 - -\n(all) voided 0 - -\n"
		"98103 resolution 1 2 500\n98103 within_30 1 2 500\n98103 within_60 1 2 500\n"
		"98103 within_90 1 2 500\n");
	q = asking("resolution", "98103", "2025-01-01", "2025-12-31");
	assert_shows(&d, &q,
		"(all) resolution 1 1 1000\n(all) within_30 1 1 1000\n(all) within_60 1 1 1000\n"
		"(all) within_90 1 1 1000\n(all) done 0 0 -\n(all) ended 0 - -\n(all) voided 0 - "
		"-\n");
	q = asking("ontime", "98", "2025-01-01", "2025-12-31");
	q.by = text_of("unit");
	assert_shows(&d, &q,
		"(all) ontime 1 2 500\n(all) no_limit 0 2 0\n(all) strict 1 3 333\n"
		"98103 ontime 0 1 0\n98103 no_limit 0 1 0\n98103 strict 0 1 0\n"
		"98103@2000-01-01 ontime 1 1 1000\n98103@2000-01-01 no_limit 0 1 0\n"
		"98103@2000-01-01 strict 1 2 500\n");
	q = asking("resolution", "", "2025-07-01", "2025-12-31");
	q.style = text_of("period");
	q.by = text_of("month");
	assert_shows(&d, &q,
		"(all) resolution 1 3 333\n(all) carried 1 - -\n(all) accepted 2 - -\n"
		"(all) done 0 0 -\n(all) ended 0 - -\n(all) voided 0 - -\n(all) balance 2 2 1000\n"
		"(carried) resolution 0 1 0\n(carried) carried 1 - -\n(carried) balance 1 1 1000\n"
		"2025-08 resolution 1 2 500\n2025-08 accepted 2 - -\n2025-08 balance 1 1 1000\n");
	desk_close(&d);
}

static void a_rate_holds_what_the_reader_may_see(void **state)
{
	(void)state;
	struct desk d;
	struct bytes next;
	desk_open(&d);
	accepted(&d, 3, 1, "2025-06-01", 5);
	accepted(&d, 4, 1, "2025-08-01", 20);
	accepted(&d, 6, 1, "2025-08-01", 0);
	struct rate_ask q = asking("resolution", "", "2025-01-01", "2025-12-31");
	assert_int_equal(ask(&d, CMD_rate_show, 5, &q), OK);
	assert_memory_equal(table_text(&d, &next), "(all) resolution 0 1 0\n", 23);
	assert_int_equal(ask(&d, CMD_rate_show, 1, &q), OK);
	assert_memory_equal(table_text(&d, &next), "(all) resolution 2 2 1000\n", 26);
	assert_int_equal(ask(&d, CMD_rate_why, 5, &q), OK);
	assert_string_equal(table_text(&d, &next), "97101/2025/1 0 - - 2025-08-01 - 2025-08-01 - "
						   "2025-08-11 -\n");
	q.unit = text_of("98");
	assert_int_equal(ask(&d, CMD_rate_show, 5, &q), E_NOT_FOUND);
	assert_int_equal(ask(&d, CMD_rate_show, 4, &q), OK); /* less than all of it */
	desk_close(&d);
}

/* What the report says that it is over: a reader of a part does not hand on a figure of the whole.
 */
static void a_part_is_called_a_part(void **state)
{
	(void)state;
	static const struct {
		uint32_t grant;
		const char *unit, *told;
	} cases[] = {
		{ 0, "", "unit (all)\nfrom" },
		{ 0, "98", "unit 98\nfrom" },
		{ 1, "", "unit (part)\nunits counted 98\nfrom" },
		{ 1, "98", "unit 98\nfrom" },
		{ 5, "", "unit (part)\nunits counted 97\nfrom" },
		{ 5, "97101", "unit 97101\nfrom" },
		{ 4, "98", "unit 98\nunits counted 98103\nfrom" },
		{ 4, "98103", "unit 98103\nfrom" },
	};
	struct desk d;
	struct bytes next;
	desk_open(&d);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct rate_ask q = asking("resolution", cases[i].unit, "2025-01-01", "2025-12-31");
		assert_int_equal(ask(&d, CMD_rate_show, cases[i].grant, &q), OK);
		assert_non_null(strstr(text_of_table(&d, 1, &next), cases[i].told));
	}
	desk_close(&d);
}

/* The same units as the list that all reports share, for every root, day and grant. */
static void the_scope_is_that_of_all_reports(void **state)
{
	(void)state;
	static const char *const days[] = { "2024-01-01", "2025-06-30", "2025-07-01",
		"2026-07-31" };
	struct desk d;
	desk_open(&d);
	for (uint32_t unit = 1; unit <= COUNT(tree); unit++)
		accepted(&d, unit, 1, "2001-01-01", 1);
	for (uint32_t grant = 0; grant <= COUNT(tree); grant++)
		for (size_t root = 0; root <= COUNT(tree); root++)
			for (size_t on = 0; on < COUNT(days); on++) {
				struct bytes next;
				struct rate_ask q =
					asking("resolution", root == 0 ? "" : tree[root - 1].code,
						"2001-01-01", days[on]);
				struct report r = { .arena = &d.arena,
					.house = &d.house,
					.today = day("2026-08-01"),
					.fault = &d.fault };
				r.grants.v[0] =
					(struct grant){ .rights = UINT32_MAX, .unit = grant };
				r.grants.n = 1;
				struct uints want = { 0 };
				enum err err = report_units(&r, RIGHT_RATE, q.unit, q.to, &want);
				size_t lines = 0;
				assert_int_equal(ask(&d, CMD_rate_why, grant, &q), err);
				if (err != OK)
					continue;
				for (const char *p = table_text(&d, &next); *p != '\0'; p++)
					lines += *p == '\n';
				assert_int_equal(lines, want.n);
			}
	desk_close(&d);
}

static void why_lists_each_case_of_the_denominator_once(void **state)
{
	(void)state;
	enum { CASES = 57 };
	struct desk d;
	struct bytes next = { 0 };
	unsigned rows = 0, counted = 0;
	desk_open(&d);
	for (uint32_t n = 1; n <= CASES; n++)
		accepted(&d, n % 2 ? 4 : 6, n, "2025-08-01", n % 3);
	struct rate_ask q = asking("resolution", "", "2025-08-01", "2025-08-31");
	q.limit = 10;
	do {
		q.after = next;
		assert_int_equal(ask(&d, CMD_rate_why, 0, &q), OK);
		const char *p = table_text(&d, &next);
		for (; *p != '\0'; p = strchr(p, '\n') + 1) {
			rows++;
			counted += strchr(p, ' ')[1] == '1';
		}
	} while (next.n > 0);
	assert_int_equal(rows, CASES);
	assert_int_equal(counted, CASES - CASES / 3);
	desk_close(&d);
}

static void what_cannot_be_asked_is_refused_by_name(void **state)
{
	(void)state;
	struct desk d;
	desk_open(&d);
	struct rate_ask good = asking("resolution", "98", "2025-01-01", "2025-12-31"), q;
	assert_int_equal(ask(&d, CMD_rate_show, 0, &good), OK);
	q = good, q.rate = text_of("joy");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_VALUE);
	assert_string_equal(d.fault.field, "rate");
	q = good, q.style = text_of("baroque");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_VALUE);
	assert_string_equal(d.fault.field, "style");
	q = good, q.by = text_of("moon");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_VALUE);
	assert_string_equal(d.fault.field, "by");
	q = good, q.to = good.from - 1;
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_USAGE);
	q = good, q.as_of = day("2026-08-02");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_FUTURE);
	q = good, q.known_at = day("2026-08-02");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_FUTURE);
	assert_string_equal(d.fault.field, "known_at");
	q = good, q.unit = text_of("985");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_ENDED);
	q = good, q.unit = text_of("99");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_NOT_FOUND);
	q = good, q.by = text_of("month"), q.from = day("1800-01-01");
	assert_int_equal(ask(&d, CMD_rate_show, 0, &q), E_TOO_MANY);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vector_of_the_domain_comes_out),
		cmocka_unit_test(shares_round_half_up_and_nothing_of_nothing_has_none),
		cmocka_unit_test(sums_are_those_counted_by_hand),
		cmocka_unit_test(the_walk_jumps_to_the_same_rows),
		cmocka_unit_test(a_rate_is_read_on_the_tree_of_its_last_day),
		cmocka_unit_test(a_rate_holds_what_the_reader_may_see),
		cmocka_unit_test(a_part_is_called_a_part),
		cmocka_unit_test(the_scope_is_that_of_all_reports),
		cmocka_unit_test(why_lists_each_case_of_the_denominator_once),
		cmocka_unit_test(what_cannot_be_asked_is_refused_by_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
