/* recount.c: the definitions of docs/rates.md, said plainly. */
#include "daemon/verify/recount.h"

#include "proto/day.h"

#include <stdlib.h>

const struct recount_name recount_names[RECOUNT_LINES] = {
	[INCLUSION] = { "inclusion", "", "inclusion" },
	[INCLUSION_DECLINED] = { "inclusion", "", "declined" },
	[INCLUSION_ON_SPOT] = { "inclusion", "", "on_spot" },
	[INCLUSION_LATE] = { "inclusion", "", "late" },
	[INCLUSION_UNGATED] = { "inclusion", "", "ungated" },
	[INCLUSION_VOIDED] = { "inclusion", "", "voided" },
	[INCLUSION_SPLIT] = { "inclusion", "", "split" },
	[INCLUSION_MEETINGS] = { "inclusion", "", "meetings" },
	[INCLUSION_HEARD] = { "inclusion", "", "heard" },
	[INCLUSION_UNHEARD] = { "inclusion", "", "unheard" },
	[INCLUSION_FRONT_MEETINGS] = { "inclusion", "", "front_meetings" },
	[INCLUSION_FRONT] = { "inclusion", "", "front" },
	[INCLUSION_FRONT_UNHEARD] = { "inclusion", "", "front_unheard" },
	[SUBMITTED] = { "submitted", "", "submitted" },
	[SUBMITTED_REFERRED] = { "submitted", "", "referred" },
	[SUBMITTED_ACCEPTED] = { "submitted", "", "accepted" },
	[SUBMITTED_ON_SPOT] = { "submitted", "", "on_spot" },
	[SUBMITTED_ACKNOWLEDGED] = { "submitted", "", "acknowledged" },
	[SUBMITTED_UNGATED] = { "submitted", "", "ungated" },
	[COHORT] = { "resolution", "cohort", "resolution" },
	[COHORT_WITHIN_30] = { "resolution", "cohort", "within_30" },
	[COHORT_WITHIN_60] = { "resolution", "cohort", "within_60" },
	[COHORT_WITHIN_90] = { "resolution", "cohort", "within_90" },
	[COHORT_DONE] = { "resolution", "cohort", "done" },
	[COHORT_ENDED] = { "resolution", "cohort", "ended" },
	[COHORT_VOIDED] = { "resolution", "cohort", "voided" },
	[PERIOD] = { "resolution", "period", "resolution" },
	[PERIOD_CARRIED] = { "resolution", "period", "carried" },
	[PERIOD_ACCEPTED] = { "resolution", "period", "accepted" },
	[PERIOD_DONE] = { "resolution", "period", "done" },
	[PERIOD_ENDED] = { "resolution", "period", "ended" },
	[PERIOD_VOIDED] = { "resolution", "period", "voided" },
	[PERIOD_BALANCE] = { "resolution", "period", "balance" },
	[ONTIME] = { "ontime", "", "ontime" },
	[ONTIME_NO_LIMIT] = { "ontime", "", "no_limit" },
	[ONTIME_STRICT] = { "ontime", "", "strict" },
};

static void add(struct recount *r, enum recount_line line, bool in, bool of)
{
	r->in[line] += in;
	r->of[line] += of;
}

static bool within(const struct recount *r, uint32_t day)
{
	return day != 0 && r->from <= day && day < r->until;
}

/* Opinions of the meetings held in the window. */

static bool is_submitted(const struct fold_case *c)
{
	return c->mark[MARK_REFERRED] != 0 || c->mark[MARK_ACCEPTED] != 0 ||
	       ((c->flags & CASE_ON_SPOT) && c->mark[MARK_SETTLED] != 0);
}

static void count_live(struct recount *r, const struct fold_case *c)
{
	bool included = c->version != 0, referred = c->mark[MARK_REFERRED] != 0;
	bool on_spot = (c->flags & CASE_ON_SPOT) && c->mark[MARK_SETTLED] != 0;
	add(r, INCLUSION, included, 1);
	add(r, INCLUSION_ON_SPOT, on_spot, 1);
	add(r, INCLUSION_LATE, (c->flags & CASE_LATE) != 0, 1);
	if (included)
		add(r, INCLUSION_DECLINED, (c->flags & CASE_DECLINED) != 0, 1);
	add(r, SUBMITTED, is_submitted(c), 1);
	add(r, SUBMITTED_REFERRED, referred, 1);
	add(r, SUBMITTED_ACCEPTED, c->mark[MARK_ACCEPTED] != 0, 1);
	add(r, SUBMITTED_ON_SPOT, on_spot, 1);
	if (referred)
		add(r, SUBMITTED_ACKNOWLEDGED, c->mark[MARK_ACKNOWLEDGED] != 0, 1);
}

static void count_opinion(struct recount *r, const struct fold_case *c)
{
	if (c->meeting == 0 || !within(r, c->day) || c->day > r->today)
		return;
	bool gated = (c->flags & CASE_GATED) != 0;
	if (gated && c->dead == 2)
		add(r, INCLUSION_SPLIT, 1, 0);
	if (gated && c->dead == 1)
		add(r, INCLUSION_VOIDED, 1, 0);
	if (c->dead != 0)
		return;
	if (gated) {
		count_live(r, c);
		return;
	}
	add(r, INCLUSION_UNGATED, c->version != 0, 1);
	add(r, SUBMITTED_UNGATED, is_submitted(c), 1);
}

static void count_meeting(struct recount *r, const struct fold *f, const struct fold_meeting *m)
{
	size_t live = 0, included = 0;
	for (size_t i = 0; i < m->count; i++) {
		const struct fold_case *c = &f->cases[m->cases[i]];
		live += c->dead == 0;
		included += c->dead == 0 && c->version != 0;
	}
	if (m->gated && live > 0 && within(r, m->day) && m->day <= r->today)
		add(r, INCLUSION_MEETINGS, included == live, 1);
}

static void count_people(struct recount *r, const struct fold_meeting *m)
{
	if (!within(r, m->day) || m->day > r->today)
		return;
	for (size_t i = 0; i < m->registered; i++) {
		add(r, INCLUSION_HEARD, m->people[i] == PERSON_HEARD, 1);
		add(r, INCLUSION_UNHEARD, m->people[i] == PERSON_WAITING, 0);
	}
	add(r, INCLUSION_FRONT_MEETINGS, m->counted, 0);
	r->in[INCLUSION_FRONT] += m->speakers;
	r->in[INCLUSION_FRONT_UNHEARD] += m->unheard;
}

/* Cases accepted in the window. */

static void count_cohort(struct recount *r, const struct fold_case *c)
{
	static const struct {
		enum recount_line line;
		uint32_t days;
	} ages[] = { { COHORT_WITHIN_30, 30 }, { COHORT_WITHIN_60, 60 }, { COHORT_WITHIN_90, 90 } };
	uint32_t accepted = c->mark[MARK_ACCEPTED], settled = c->mark[MARK_SETTLED];
	if (!within(r, accepted))
		return;
	if (c->dead != 0) {
		add(r, COHORT_VOIDED, 1, 0);
		return;
	}
	if (c->mark[MARK_ENDED] != 0) {
		add(r, COHORT_ENDED, 1, 0);
		return;
	}
	add(r, COHORT, settled != 0, 1);
	for (size_t i = 0; i < COUNT(ages); i++)
		add(r, ages[i].line, settled != 0 && settled <= accepted + ages[i].days, 1);
	if (settled != 0 && (c->flags & CASE_PROMISE))
		add(r, COHORT_DONE, c->mark[MARK_DONE] != 0, 1);
}

/* Cases found open in the window, and those that came in. */

/* The day on which a mark closed a case accepted on a day; 0: not before `end`. */
static uint32_t closed_on(uint32_t mark, uint32_t accepted, uint32_t end)
{
	if (mark == 0 || mark >= end)
		return 0;
	return mark > accepted ? mark : accepted;
}

static void count_period(struct recount *r, const struct fold_case *c)
{
	uint32_t end = r->until <= r->today ? r->until : r->today + 1;
	uint32_t accepted = c->mark[MARK_ACCEPTED];
	if (accepted == 0 || accepted >= end)
		return;
	uint32_t settled = closed_on(c->mark[MARK_SETTLED], accepted, end);
	uint32_t ended = closed_on(c->mark[MARK_ENDED], accepted, end);
	uint32_t voided = closed_on(c->mark[MARK_VOIDED], accepted, end);
	if ((settled != 0 && settled < r->from) || (ended != 0 && ended < r->from) ||
		(voided != 0 && voided < r->from))
		return;
	add(r, accepted < r->from ? PERIOD_CARRIED : PERIOD_ACCEPTED, 1, 0);
	if (voided != 0)
		add(r, PERIOD_VOIDED, 1, 0);
	else if (ended != 0)
		add(r, PERIOD_ENDED, 1, 0);
	else
		add(r, PERIOD, settled != 0, 1);
	if (voided == 0 && ended == 0 && settled != 0 && (c->flags & CASE_PROMISE))
		add(r, PERIOD_DONE, c->mark[MARK_DONE] != 0, 1);
	if (voided == 0 && ended == 0 && settled == 0)
		add(r, PERIOD_BALANCE, 1, 1); /* still open: both sides agree */
}

static void count_ontime(struct recount *r, const struct fold_case *c)
{
	uint32_t settled = c->mark[MARK_SETTLED], due = c->mark[MARK_DUE];
	if (c->dead != 0)
		return;
	if (settled != 0 && within(r, settled)) {
		add(r, ONTIME_NO_LIMIT, due == 0, 1);
		if (due != 0) {
			add(r, ONTIME, settled <= due, 1);
			add(r, ONTIME_STRICT, settled <= due, 1);
		}
	}
	if (settled == 0 && c->mark[MARK_ENDED] == 0 && due != 0 && due <= r->today)
		add(r, ONTIME_STRICT, 0, 1);
}

void recount(struct recount *r, const struct fold *f)
{
	for (size_t i = 0; i < f->case_count; i++) {
		count_opinion(r, &f->cases[i]);
		count_cohort(r, &f->cases[i]);
		count_period(r, &f->cases[i]);
		count_ontime(r, &f->cases[i]);
	}
	for (size_t i = 0; i < f->meeting_count; i++) {
		count_meeting(r, f, &f->meetings[i]);
		count_people(r, &f->meetings[i]);
	}
}

/* Windows. */

enum { YEARS = 10000 };

static void see(bool years[static YEARS], uint32_t day)
{
	int year, month, day_of_month;
	day_split(day, &year, &month, &day_of_month);
	years[year] = day != 0;
}

struct recount *recount_windows(const struct fold *f, uint32_t today, size_t *count)
{
	bool *years = xcalloc(YEARS, sizeof(*years));
	size_t n = 1;
	for (size_t i = 0; i < f->case_count; i++) {
		see(years, f->cases[i].day);
		see(years, f->cases[i].mark[MARK_ACCEPTED]);
		see(years, f->cases[i].mark[MARK_SETTLED]);
	}
	for (size_t i = 0; i < f->meeting_count; i++)
		if (f->meetings[i].registered > 0 || f->meetings[i].counted)
			see(years, f->meetings[i].day);
	for (int year = 1; year < YEARS; year++)
		n += years[year];
	struct recount *to = xcalloc(n, sizeof(*to));
	to[0] = (struct recount){ .from = 1, .until = DAY_LAST + 1, .today = today };
	*count = 1;
	for (int year = 1; year < YEARS; year++)
		if (years[year])
			to[(*count)++] = (struct recount){ .from = day_of(year, 1, 1),
				.until = day_of(year, 12, 31) + 1,
				.today = today };
	free(years);
	return to;
}
