/*
 * rate.h: what every rate counts, as pure functions over one fact row, and their sums. The
 * definitions stand in docs/rates.md under this version; whoever changes one raises it.
 */
#ifndef HOIAM_STORE_RATE_H
#define HOIAM_STORE_RATE_H

#include "store/hearing.h"

#define RATES_VERSION "rates/2"

enum rate {
#define RATE(name, command, style, help) RATE_##name,
#include "store/rate.def"
	RATE_COUNT,
	RATE_NONE = RATE_COUNT
};

/* clang-format off */
#define RATE(name, command, style, help) enum {
#define LINE(rate, name, kind, in, of) LINE_##rate##_##name,
#define RATE_END(name) RATE_LINES_##name };
#include "store/rate.def"
/* clang-format on */

#define RATE_LINES_MAX 16

struct rate_line {
	const char *name;
	bool share;          /* false: a number without a denominator */
	const char *in, *of; /* what the numerator, or the number, and the denominator count */
};

struct rate_row {
	const char *command, *style, *help;
	const struct rate_line *lines;
	size_t count;
};

const struct rate_row *rate_row(enum rate rate);

/* By command and style; the empty style is the first there is. RATE_NONE if there is none. */
enum rate rate_of(struct text command, struct text style);

/*
 * Days are counted in [from, until). An event counts when its day is before `before`; so does what
 * was received.
 */
struct rate_window {
	uint32_t from, until, before;
};

/* Where one case counts: a bit per line of the rate. */
struct verdict {
	unsigned of; /* in the denominator */
	unsigned in; /* in the numerator, or in the number of a line without denominator */
};

struct verdict rate_judge(enum rate rate, const struct fact *fact, const struct rate_window *w);

/* The day by which a case belongs to a month; 0: outside the window (carried over, still open). */
uint32_t rate_day(enum rate rate, const struct fact *fact, const struct rate_window *w);

/* Tenths of a percent, rounded half up; false for 0/0. */
bool rate_share(uint64_t in, uint64_t of, uint64_t *tenths);

/* Sums. */

struct rate_sum {
	uint64_t in[RATE_LINES_MAX], of[RATE_LINES_MAX];
};

enum rate_by { BY_NONE, BY_UNIT, BY_KIND, BY_TOPIC, BY_MONTH };

/*
 * A rate in the making: give rate_tally_add to fact_scan. The caller sets the first block and keeps
 * the arrays: groups[0] takes what has no group; the group of a unit, kind or topic is its id, of a
 * month its place in `months` + 1.
 */
struct rate_tally {
	enum rate rate;
	enum rate_by by;
	struct rate_window window;
	struct rate_sum *groups; /* zeroed; NULL only with BY_NONE */
	size_t group_count;      /* groups[0] included */
	const uint32_t *months;  /* first days, ascending; group_count - 1 of them */

	struct rate_sum all;        /* good after rate_tally_end */
	struct meeting_sum *counts; /* meetings of the unit and day at work */
	size_t count, room;
	uint32_t unit, day;
	size_t group;
};

bool rate_tally_add(void *tally, const struct fact *fact);

/* Whether a rate counts people heard as well, and one row of them: for hearing_scan. */
bool rate_hears(enum rate rate);
bool rate_tally_hear(void *tally, uint32_t unit, uint32_t day, const struct row_hearing *row);
void rate_tally_end(struct rate_tally *t);
void rate_tally_fini(struct rate_tally *t);

static inline void rate_tally_fini_auto(struct rate_tally *t)
{
	rate_tally_fini(t);
}

#endif
