/* steps.h: the events of a case, from the last back to the first. */
#ifndef HOIAM_DAEMON_REPORT_STEPS_H
#define HOIAM_DAEMON_REPORT_STEPS_H

#include "daemon/report/report.h"

enum { STEPS_MAX = 500 };

/* One event of a case, of whatever kind it is. */
struct step {
	uint64_t seq, prev;  /* of the event, and of the one before it; 0: the first */
	enum case_step step; /* of a case_moved, else STEP_NONE */
	const char *name;
	bool first; /* the case was made by it */
	uint32_t day;
	uint64_t state, unit, term, group, behalf;
	struct text code; /* what stands in the place of a term */
	struct text document;
	uint64_t size; /* of a file that was attached */
};

/* The events from `last` back, the last first, in the arena; the newest STEPS_MAX of them. */
size_t steps_read(struct report *r, uint64_t last, struct step **to);

/* The table case_steps of steps that steps_read gave, the first event first. */
void steps_table(struct report *r, const struct row_case *c, const struct step *v, size_t n);

#endif
