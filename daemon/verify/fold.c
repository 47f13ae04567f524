/* fold.c: the events of an entry, one after the other; numbers and codes. */
#include "daemon/verify/fold.h"

#include "proto/day.h"
#include "store/key.h"

#include <assert.h>
#include <stdlib.h>

struct fold *fold_new(void)
{
	return xcalloc(1, sizeof(struct fold));
}

void fold_free(struct fold *f)
{
	for (size_t i = 0; i < f->series_count; i++)
		free(f->series[i].v);
	for (size_t i = 0; i < f->meeting_count; i++)
		fold_meeting_fini(&f->meetings[i]);
	for (size_t i = 0; i < f->unit_count; i++)
		free((void *)(uintptr_t)f->units[i].code.p);
	for (size_t i = 0; i < f->term_count; i++)
		free((void *)(uintptr_t)f->terms[i].p);
	for (size_t i = 0; i < f->paper_count; i++)
		free((void *)(uintptr_t)f->papers[i].code.p);
	for (size_t i = 0; i < f->crowd_count; i++)
		free(f->crowds[i].withdrew);
	free(f->crowds);
	map_fini(&f->crowd_of_case);
	map_fini(&f->documents);
	map_fini(&f->voided);
	map_fini(&f->paper_by_code);
	map_fini(&f->stamps);
	map_fini(&f->scans);
	free(f->papers);
	map_fini(&f->series_by_key);
	for (size_t i = 0; i < f->import_count; i++)
		free((void *)(uintptr_t)f->imports[i].source.p);
	map_fini(&f->unit_by_code);
	map_fini(&f->origins);
	free(f->imports);
	free(f->series);
	free(f->meetings);
	free(f->cases);
	free(f->units);
	free(f->terms);
	free(f->grants);
	free(f->admins);
	free(f);
}

struct text fold_unit(const struct fold *f, uint64_t unit)
{
	return unit >= 1 && unit <= f->unit_count ? f->units[unit - 1].code : (struct text){ 0 };
}

struct text fold_term(const struct fold *f, uint64_t term)
{
	return term >= 1 && term <= f->term_count ? f->terms[term - 1] : (struct text){ 0 };
}

uint32_t fold_day(const struct fold *f, int64_t at)
{
	return day_of_time(at, f->zone == 0 ? 0 : (int)f->zone - 1440);
}

/* Numbers. */

static bool series_find(const struct fold *f, unsigned noun, struct num number, uint32_t *index)
{
	struct key key = key_of_counter((enum noun)noun, number.series, number.year);
	return map_get(&f->series_by_key, key_bytes(&key), index);
}

bool fold_find(const struct fold *f, unsigned noun, struct num number, uint32_t *index)
{
	uint32_t at;
	if (!series_find(f, noun, number, &at) || number.n == 0 || number.n > f->series[at].n)
		return false;
	*index = f->series[at].v[number.n - 1];
	return true;
}

bool fold_number(struct audit *a, uint64_t seq, unsigned noun, const char *field, struct num number,
	uint32_t index)
{
	struct fold *f = a->fold;
	uint32_t at;
	if (!series_find(f, noun, number, &at)) {
		struct key key = key_of_counter((enum noun)noun, number.series, number.year);
		AUDIT_GROW(f->series, f->series_count, f->series_room);
		at = (uint32_t)f->series_count++;
		f->series[at] = (struct fold_series){ 0 };
		map_put(&f->series_by_key, key_bytes(&key), at);
	}
	struct fold_series *s = &f->series[at];
	if (number.n != s->n + 1) {
		audit_fail_at(a, seq, field, "number %u/%u/%u where %zu is the next", number.series,
			number.year, number.n, s->n + 1);
		return false;
	}
	AUDIT_GROW(s->v, s->n, s->room);
	s->v[s->n++] = index;
	return true;
}

bool fold_number_fits(const struct fold *f, struct num number, uint64_t unit, uint32_t day)
{
	int year, month, day_of_month;
	day_split(day, &year, &month, &day_of_month);
	return unit >= 1 && unit <= f->unit_count && f->units[unit - 1].series == number.series &&
	       year == number.year;
}

struct fold_case *fold_case(struct audit *a, const struct event *e, struct num number)
{
	uint32_t index;
	if (fold_find(a->fold, NOUN_CASE, number, &index))
		return &a->fold->cases[index];
	audit_fail_at(a, e->seq, "case_number", "no such case");
	return NULL;
}

struct fold_meeting *fold_meeting(struct audit *a, const struct event *e, struct num number)
{
	uint32_t index;
	if (fold_find(a->fold, NOUN_MEETING, number, &index))
		return &a->fold->meetings[index];
	audit_fail_at(a, e->seq, "meeting", "no such meeting");
	return NULL;
}

static void destroyed(struct audit *a, const struct event *e)
{
	words_destroyed(a, e->seq, e->fields);
}

static void header_among(struct audit *a, const struct event *e)
{
	audit_fail_at(a, e->seq, "code", "a header among the events");
	a->unsafe = true;
}

/* Which file tells an event again. */
typedef void fold_fn(struct audit *a, const struct event *e);

static fold_fn *const folds[] = {
	[EVENT_meeting_opened] = fold_meeting_event,
	[EVENT_opinion_recorded] = fold_meeting_event,
	[EVENT_opinion_voided] = fold_meeting_event,
	[EVENT_minutes_closed] = fold_meeting_event,
	[EVENT_conclusion_drafted] = fold_conclusion,
	[EVENT_item_put] = fold_conclusion,
	[EVENT_conclusion_checked] = fold_conclusion,
	[EVENT_conclusion_signed] = fold_conclusion,
	[EVENT_conclusion_issued] = fold_conclusion,
	[EVENT_opinion_covered] = fold_conclusion,
	[EVENT_registration_added] = fold_people,
	[EVENT_registration_marked] = fold_people,
	[EVENT_tally_signed] = fold_people,
	[EVENT_person_added] = fold_visitor,
	[EVENT_person_amended] = fold_visitor,
	[EVENT_visit_added] = fold_visitor,
	[EVENT_crowd_formed] = fold_visitor,
	[EVENT_crowd_bound] = fold_visitor,
	[EVENT_visit_voided] = fold_visitor,
	[EVENT_crowd_voided] = fold_visitor,
	[EVENT_document_voided] = fold_visitor,
	[EVENT_member_added] = fold_visitor,
	[EVENT_member_withdrew] = fold_visitor,
	[EVENT_document_received] = fold_visitor,
	[EVENT_minutes_read] = fold_visitor,
	[EVENT_minutes_objected] = fold_visitor,
	[EVENT_minutes_signed] = fold_visitor,
	[EVENT_paper_made] = fold_paper_event,
	[EVENT_paper_stamped] = fold_paper_event,
	[EVENT_paper_attested] = fold_paper_event,
	[EVENT_stamp_cancelled] = fold_paper_event,
	[EVENT_case_reopened] = fold_case_reopened,
	[EVENT_case_moved] = fold_case_moved,
	[EVENT_case_imported] = fold_case_imported,
	[EVENT_register_opened] = fold_officers,
	[EVENT_officer_handed] = fold_officers,
	[EVENT_draft_handed] = fold_officers,
	[EVENT_recovery_proposed] = fold_officers,
	[EVENT_recovery_used] = fold_officers,
	[EVENT_import_done] = fold_import_done,
	[EVENT_words_destroyed] = destroyed,
	[EVENT_entry] = header_among,
	[EVENT_unit_added] = fold_house,
	[EVENT_unit_ended] = fold_house,
	[EVENT_officer_added] = fold_house,
	[EVENT_grant_added] = fold_house,
	[EVENT_grant_ended] = fold_house,
	[EVENT_invited] = fold_house,
	[EVENT_key_enrolled] = fold_house,
	[EVENT_key_revoked] = fold_house,
	[EVENT_policy_adopted] = fold_house,
	[EVENT_term_added] = fold_house,
	[EVENT_clock_accepted] = fold_house,
};

/* clang-format off */
#define EVENT(code, name, help) static_assert((code) < COUNT(folds), "no fold of " #name);
#include "proto/event.def"
/* clang-format on */

static void take(struct audit *a, const struct event *e)
{
	assert(folds[e->code] != NULL);
	folds[e->code](a, e);
}

void fold_entry(struct audit *a)
{
	for (size_t i = 0; i < a->entry.count; i++)
		take(a, &a->entry.events[i]);
	fold_covered_all(a);
	fold_handed_all(a);
	a->fold->before = a->entry.header.at;
}
