/* work.h: the work lists of many units as one: cases that wait for an answer, soonest due first. */
#ifndef HOIAM_DAEMON_REPORT_WORK_H
#define HOIAM_DAEMON_REPORT_WORK_H

#include "store/scan.h"

enum { WORK_PLACE_BYTES = 4 + NUM_KEY_BYTES }; /* due day, case: the order, and a place in it */

struct work_head {
	uint32_t unit;
	uint8_t place[WORK_PLACE_BYTES]; /* of the unit's next case */
};

struct work {
	struct txn *txn;
	struct work_head *heads; /* a heap, the soonest at the root; in the arena */
	size_t n;
};

/*
 * Begin beyond `after`, a place (empty: at the first). One look into the table for each unit, and
 * one more for each case that is given out: nothing grows with the register.
 */
void work_open(struct work *w, struct txn *txn, const struct uints *units, struct bytes after,
	struct arena *a);

/* The next case and its place; false: there is none. A day of UINT32_MAX: without a due day. */
bool work_next(struct work *w, uint8_t place[static WORK_PLACE_BYTES]);

static inline uint32_t work_due(const uint8_t *place)
{
	return get_u32(place);
}

static inline struct num work_case(const uint8_t *place)
{
	return key_get_num(place + 4);
}

#endif
