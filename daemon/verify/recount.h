/*
 * recount.h: every rate once more, counted one case after the other from what the events made of
 * it. Shares nothing with the fact rows, their scan and the rates over them, but the names of the
 * lines. All is taken as known and done by the day of the last entry.
 */
#ifndef HOIAM_DAEMON_VERIFY_RECOUNT_H
#define HOIAM_DAEMON_VERIFY_RECOUNT_H

#include "daemon/verify/fold.h"

/* The lines of the rates. */
enum recount_line {
	INCLUSION,
	INCLUSION_DECLINED,
	INCLUSION_ON_SPOT,
	INCLUSION_LATE,
	INCLUSION_UNGATED,
	INCLUSION_VOIDED,
	INCLUSION_SPLIT,
	INCLUSION_MEETINGS,
	INCLUSION_HEARD,
	INCLUSION_UNHEARD,
	INCLUSION_FRONT_MEETINGS,
	INCLUSION_FRONT,
	INCLUSION_FRONT_UNHEARD,
	SUBMITTED,
	SUBMITTED_REFERRED,
	SUBMITTED_ACCEPTED,
	SUBMITTED_ON_SPOT,
	SUBMITTED_ACKNOWLEDGED,
	SUBMITTED_UNGATED,
	COHORT,
	COHORT_WITHIN_30,
	COHORT_WITHIN_60,
	COHORT_WITHIN_90,
	COHORT_DONE,
	COHORT_ENDED,
	COHORT_VOIDED,
	PERIOD,
	PERIOD_CARRIED,
	PERIOD_ACCEPTED,
	PERIOD_DONE,
	PERIOD_ENDED,
	PERIOD_VOIDED,
	PERIOD_BALANCE,
	ONTIME,
	ONTIME_NO_LIMIT,
	ONTIME_STRICT,
	RECOUNT_LINES
};

struct recount_name {
	const char *command, *style, *line;
};
extern const struct recount_name recount_names[RECOUNT_LINES];

struct recount {
	uint32_t from, until; /* days, half-open */
	uint32_t today;       /* day of the last entry */
	uint64_t in[RECOUNT_LINES], of[RECOUNT_LINES];
};

/* Count the lines of every rate for the days from, until, today that the caller set. */
void recount(struct recount *r, const struct fold *f);

/*
 * The windows that are compared: all days, then every calendar year in which a case was received,
 * accepted or settled. Heap, freed by the caller.
 */
struct recount *recount_windows(const struct fold *f, uint32_t today, size_t *count);

/* recount_compare.c: recount for all windows and compare with the rates over the fact rows. */
enum err recount_check(struct audit *a, struct fault *f);

#endif
