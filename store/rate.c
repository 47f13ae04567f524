/* rate.c: the definitions of docs/rates.md, one function each, and their sums. */
#include "store/rate.h"

#include <assert.h>
#include <stdlib.h>

enum { LINE_COUNT = false, LINE_SHARE = true };

/* clang-format off */
#define RATE(name, command, style, help) static const struct rate_line lines_##name[] = {
#define LINE(rate, name, kind, in, of) { #name, LINE_##kind, in, of },
#define RATE_END(name) }; static_assert(COUNT(lines_##name) <= RATE_LINES_MAX);
#include "store/rate.def"

static const struct rate_row rows[RATE_COUNT] = {
#define RATE(name, command, style, help) \
	[RATE_##name] = { command, style, help, lines_##name, COUNT(lines_##name) },
#include "store/rate.def"
};
/* clang-format on */

const struct rate_row *rate_row(enum rate rate)
{
	assert(rate < RATE_COUNT);
	return &rows[rate];
}

enum rate rate_of(struct text command, struct text style)
{
	for (unsigned i = 0; i < RATE_COUNT; i++)
		if (text_is(command, rows[i].command) &&
			(style.n == 0 || text_is(style, rows[i].style)))
			return (enum rate)i;
	return RATE_NONE;
}

/* Definitions. */

static bool on(uint32_t mark, uint32_t before)
{
	return mark != 0 && mark < before;
}

static bool inside(uint32_t day, const struct rate_window *w)
{
	return w->from <= day && day < w->until;
}

/* Count in the denominator of a line, and in its numerator if `in`. */
static void count(struct verdict *v, unsigned line, bool in)
{
	v->of |= 1u << line;
	v->in |= (unsigned)in << line;
}

/* Count in a line without a denominator. */
static void note(struct verdict *v, unsigned line)
{
	v->in |= 1u << line;
}

enum standing { OUTSIDE, LIVE, UNGATED, VOIDED, SPLIT };

/*
 * How an opinion stands in the cohort of the meetings held in the window. The parts of a split
 * opinion bear the day of the meeting and replace it whatever the day of the splitting: else both
 * would count for the days between.
 */
static enum standing standing_of(const struct fact *f, const struct rate_window *w)
{
	bool gated = (f->flags & CASE_GATED) != 0;
	if ((f->flags & CASE_OPINION) == 0 || !inside(f->day, w) || f->day >= w->before)
		return OUTSIDE;
	if (f->flags & CASE_SPLIT)
		return gated ? SPLIT : OUTSIDE;
	if (on(f->mark[MARK_VOIDED], w->before))
		return gated ? VOIDED : OUTSIDE;
	return gated ? LIVE : UNGATED;
}

static bool answered_on_spot(const struct fact *f, const struct rate_window *w)
{
	return (f->flags & CASE_ON_SPOT) != 0 && on(f->mark[MARK_SETTLED], w->before);
}

static struct verdict judge_inclusion(const struct fact *f, const struct rate_window *w)
{
	struct verdict v = { 0 };
	bool included = on(f->mark[MARK_INCLUDED], w->before);
	switch (standing_of(f, w)) {
	case OUTSIDE:
		break;
	case LIVE:
		count(&v, LINE_inclusion_inclusion, included);
		if (included)
			count(&v, LINE_inclusion_declined, (f->flags & CASE_DECLINED) != 0);
		count(&v, LINE_inclusion_on_spot, answered_on_spot(f, w));
		count(&v, LINE_inclusion_late, (f->flags & CASE_LATE) != 0);
		break;
	case UNGATED:
		count(&v, LINE_inclusion_ungated, included);
		break;
	case VOIDED:
		note(&v, LINE_inclusion_voided);
		break;
	case SPLIT:
		note(&v, LINE_inclusion_split);
		break;
	}
	return v;
}

static struct verdict judge_submitted(const struct fact *f, const struct rate_window *w)
{
	struct verdict v = { 0 };
	bool referred = on(f->mark[MARK_REFERRED], w->before);
	bool accepted = on(f->mark[MARK_ACCEPTED], w->before);
	bool on_spot = answered_on_spot(f, w);
	bool submitted = referred || accepted || on_spot;
	enum standing standing = standing_of(f, w);
	if (standing == UNGATED)
		count(&v, LINE_submitted_ungated, submitted);
	if (standing != LIVE)
		return v;
	count(&v, LINE_submitted_submitted, submitted);
	count(&v, LINE_submitted_referred, referred);
	count(&v, LINE_submitted_accepted, accepted);
	count(&v, LINE_submitted_on_spot, on_spot);
	if (referred)
		count(&v, LINE_submitted_acknowledged, on(f->mark[MARK_ACKNOWLEDGED], w->before));
	return v;
}

static struct verdict judge_cohort(const struct fact *f, const struct rate_window *w)
{
	struct verdict v = { 0 };
	uint32_t accepted = f->mark[MARK_ACCEPTED];
	if (!inside(accepted, w) || !on(accepted, w->before))
		return v;
	if (on(f->mark[MARK_VOIDED], w->before)) {
		note(&v, LINE_cohort_voided);
		return v;
	}
	if (on(f->mark[MARK_ENDED], w->before)) {
		note(&v, LINE_cohort_ended);
		return v;
	}
	bool settled = on(f->mark[MARK_SETTLED], w->before);
	uint32_t after = settled ? f->mark[MARK_SETTLED] : UINT32_MAX;
	count(&v, LINE_cohort_resolution, settled);
	count(&v, LINE_cohort_within_30, settled && after <= accepted + 30);
	count(&v, LINE_cohort_within_60, settled && after <= accepted + 60);
	count(&v, LINE_cohort_within_90, settled && after <= accepted + 90);
	if (settled && (f->flags & CASE_PROMISE))
		count(&v, LINE_cohort_done, on(f->mark[MARK_DONE], w->before));
	return v;
}

/*
 * The day an event closed an accepted case: never before it was accepted, so that whatever was
 * entered in the wrong order is open and closed in the same window. UINT32_MAX: not by `end`.
 */
static uint32_t closing(uint32_t mark, uint32_t accepted, uint32_t end)
{
	if (!on(mark, end))
		return UINT32_MAX;
	return mark < accepted ? accepted : mark;
}

static struct verdict judge_period(const struct fact *f, const struct rate_window *w)
{
	struct verdict v = { 0 };
	uint32_t end = w->until < w->before ? w->until : w->before;
	uint32_t accepted = f->mark[MARK_ACCEPTED];
	if (!on(accepted, end))
		return v;
	uint32_t settled = closing(f->mark[MARK_SETTLED], accepted, end);
	uint32_t ended = closing(f->mark[MARK_ENDED], accepted, end);
	uint32_t voided = closing(f->mark[MARK_VOIDED], accepted, end);
	if (settled < w->from || ended < w->from || voided < w->from)
		return v;
	note(&v, accepted < w->from ? LINE_period_carried : LINE_period_accepted);
	if (voided < end) {
		note(&v, LINE_period_voided);
	} else if (ended < end) {
		note(&v, LINE_period_ended);
	} else {
		count(&v, LINE_period_resolution, settled < end);
		if (settled < end && (f->flags & CASE_PROMISE))
			count(&v, LINE_period_done, on(f->mark[MARK_DONE], w->before));
	}
	/* found open at the end, from the days alone; rate_tally_end works the other side out */
	if (settled >= end && ended >= end && voided >= end)
		v.of |= 1u << LINE_period_balance;
	return v;
}

static struct verdict judge_ontime(const struct fact *f, const struct rate_window *w)
{
	struct verdict v = { 0 };
	uint32_t settled = f->mark[MARK_SETTLED], due = f->mark[MARK_DUE];
	if (f->day >= w->before || on(f->mark[MARK_VOIDED], w->before))
		return v;
	if (on(settled, w->before)) {
		if (!inside(settled, w))
			return v;
		count(&v, LINE_ontime_no_limit, due == 0);
		if (due != 0) {
			count(&v, LINE_ontime_ontime, settled <= due);
			count(&v, LINE_ontime_strict, settled <= due);
		}
	} else if (!on(f->mark[MARK_ENDED], w->before) && on(due, w->before)) {
		count(&v, LINE_ontime_strict, false);
	}
	return v;
}

struct verdict rate_judge(enum rate rate, const struct fact *fact, const struct rate_window *w)
{
	switch (rate) {
	case RATE_inclusion:
		return judge_inclusion(fact, w);
	case RATE_submitted:
		return judge_submitted(fact, w);
	case RATE_cohort:
		return judge_cohort(fact, w);
	case RATE_period:
		return judge_period(fact, w);
	case RATE_ontime:
		return judge_ontime(fact, w);
	case RATE_NONE:
		break;
	}
	return (struct verdict){ 0 };
}

uint32_t rate_day(enum rate rate, const struct fact *fact, const struct rate_window *w)
{
	uint32_t day = fact->day;
	if (rate == RATE_cohort || rate == RATE_period)
		day = fact->mark[MARK_ACCEPTED];
	if (rate == RATE_ontime)
		day = on(fact->mark[MARK_SETTLED], w->before) ? fact->mark[MARK_SETTLED] : 0;
	return inside(day, w) ? day : 0;
}

bool rate_share(uint64_t in, uint64_t of, uint64_t *tenths)
{
	if (of == 0)
		return false;
	*tenths = (in * 2000 + of) / (of * 2);
	return true;
}

/* Sums. */

/* A meeting of the unit and day at work. */
struct meeting_sum {
	uint32_t number, live, included;
};

static void sum_verdict(struct rate_sum *to, struct verdict v)
{
	for (unsigned bits = v.of; bits != 0; bits &= bits - 1)
		to->of[__builtin_ctz(bits)]++;
	for (unsigned bits = v.in; bits != 0; bits &= bits - 1)
		to->in[__builtin_ctz(bits)]++;
}

static void sum_add(struct rate_sum *to, const struct rate_sum *from)
{
	for (unsigned i = 0; i < RATE_LINES_MAX; i++) {
		to->in[i] += from->in[i];
		to->of[i] += from->of[i];
	}
}

/* The place of the month that a day lies in, + 1; 0 for no day. */
static size_t month_of(const struct rate_tally *t, uint32_t day)
{
	size_t low = 0, high = t->group_count - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (t->months[middle] <= day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t group_of(const struct rate_tally *t, const struct fact *fact)
{
	size_t group = 0;
	switch (t->by) {
	case BY_NONE:
		break;
	case BY_UNIT:
		group = fact->unit;
		break;
	case BY_KIND:
		group = fact->kind;
		break;
	case BY_TOPIC:
		group = fact->topic;
		break;
	case BY_MONTH:
		group = month_of(t, rate_day(t->rate, fact, &t->window));
		break;
	}
	return group < t->group_count ? group : 0;
}

/* A meeting has opinions of many kinds and topics: it belongs to a group of units or months alone.
 */
static void meetings_end(struct rate_tally *t)
{
	struct rate_sum sum = { 0 };
	for (size_t i = 0; i < t->count; i++) {
		bool whole = t->counts[i].included == t->counts[i].live;
		sum.of[LINE_inclusion_meetings]++;
		sum.in[LINE_inclusion_meetings] += whole;
	}
	t->count = 0;
	if (t->by == BY_UNIT || t->by == BY_MONTH)
		sum_add(&t->groups[t->group], &sum);
	else
		sum_add(&t->all, &sum);
}

/* The opinions of one meeting mostly follow each other: look at the last one first. */
static struct meeting_sum *meeting_find(struct rate_tally *t, uint32_t number)
{
	for (size_t i = t->count; i > 0; i--)
		if (t->counts[i - 1].number == number)
			return &t->counts[i - 1];
	if (t->count == t->room) {
		t->room = t->room == 0 ? 16 : t->room * 2;
		t->counts = xrealloc(t->counts, t->room * sizeof(*t->counts));
	}
	t->counts[t->count] = (struct meeting_sum){ .number = number };
	return &t->counts[t->count++];
}

/* A meeting is of one unit and day, and the rows of a unit and day stand together. */
static void meeting_add(struct rate_tally *t, const struct fact *fact, size_t group, bool included)
{
	if (t->unit != fact->unit || t->day != fact->day) {
		meetings_end(t);
		t->unit = fact->unit;
		t->day = fact->day;
		t->group = group;
	}
	struct meeting_sum *meeting = meeting_find(t, fact->meeting_n);
	meeting->live++;
	meeting->included += included;
}

bool rate_tally_add(void *tally, const struct fact *fact)
{
	struct rate_tally *t = tally;
	struct verdict v = rate_judge(t->rate, fact, &t->window);
	if ((v.of | v.in) == 0)
		return true;
	size_t group = 0;
	if (t->by != BY_NONE)
		group = group_of(t, fact);
	sum_verdict(t->by == BY_NONE ? &t->all : &t->groups[group], v);
	if (t->rate == RATE_inclusion && (v.of & 1u << LINE_inclusion_inclusion) != 0)
		meeting_add(t, fact, group, v.in & 1u << LINE_inclusion_inclusion);
	return true;
}

bool rate_hears(enum rate rate)
{
	return rate == RATE_inclusion;
}

/* A meeting belongs to no kind and topic of cases: then it is told for the whole alone. */
static struct rate_sum *sum_of_meeting(struct rate_tally *t, uint32_t unit, uint32_t day)
{
	size_t group = t->by == BY_UNIT ? unit : t->by == BY_MONTH ? month_of(t, day) : 0;
	if (t->by != BY_UNIT && t->by != BY_MONTH)
		return &t->all;
	return &t->groups[group < t->group_count ? group : 0];
}

bool rate_tally_hear(void *tally, uint32_t unit, uint32_t day, const struct row_hearing *row)
{
	struct rate_tally *t = tally;
	if (!inside(day, &t->window) || day >= t->window.before)
		return true;
	struct rate_sum *to = sum_of_meeting(t, unit, day);
	to->in[LINE_inclusion_heard] += row->heard;
	to->of[LINE_inclusion_heard] += row->registered;
	to->in[LINE_inclusion_unheard] += hearing_unheard(row);
	to->in[LINE_inclusion_front_meetings] += row->counted;
	to->in[LINE_inclusion_front] += row->speakers;
	to->in[LINE_inclusion_front_unheard] += row->unheard;
	return true;
}

static void balance(struct rate_sum *s)
{
	s->in[LINE_period_balance] = s->in[LINE_period_carried] + s->in[LINE_period_accepted] -
				     s->in[LINE_period_resolution] - s->in[LINE_period_ended] -
				     s->in[LINE_period_voided];
}

void rate_tally_end(struct rate_tally *t)
{
	if (t->rate == RATE_inclusion)
		meetings_end(t);
	for (size_t i = 0; t->by != BY_NONE && i < t->group_count; i++) {
		if (t->rate == RATE_period)
			balance(&t->groups[i]);
		sum_add(&t->all, &t->groups[i]);
	}
	if (t->rate == RATE_period)
		balance(&t->all);
}

void rate_tally_fini(struct rate_tally *t)
{
	free(t->counts);
	t->counts = NULL;
	t->count = t->room = 0;
}
