/*
 * hearing.h: rows of who asked to speak at a meeting and was heard, and of the Front's count: one
 * per meeting and knowledge interval, beside the fact rows of its cases (fact.h). A meeting at
 * which nobody was registered and the Front did not count has none.
 */
#ifndef HOIAM_STORE_HEARING_H
#define HOIAM_STORE_HEARING_H

#include "store/scan.h"

enum registration_state {
	REGISTRATION_WAITING = 1,
	REGISTRATION_HEARD,
	REGISTRATION_WRITTEN,
	REGISTRATION_WITHDRAWN,
	REGISTRATION_STATES
};

/* "waiting", "heard", "written", "withdrawn"; empty for 0. The state of a name; 0 if none. */
const char *registration_state_name(uint64_t state);
uint64_t registration_state_of(struct text name);

/* What a meeting's own row says of it, as the newest there is. */
struct row_hearing hearing_of(const struct row_meeting *m);

/* Registered, and neither heard nor written nor withdrawn. */
static inline uint64_t hearing_unheard(const struct row_hearing *h)
{
	return h->registered - h->heard - h->written - h->withdrawn;
}

/* Bring the row of a meeting up to date with its own row, which is not put yet; sets m->known. */
void hearing_update(
	struct txn *txn, struct num number, struct row_meeting *m, uint32_t known, struct arena *a);

/* false ends the walk. */
typedef bool hearing_fn(void *arg, uint32_t unit, uint32_t day, const struct row_hearing *row);

/* Call `fn` for each row in the filter that holds at its `known_at`, at most once for a meeting. */
enum err hearing_scan(struct txn *txn, const struct fact_filter *filter, hearing_fn *fn, void *arg);

#endif
