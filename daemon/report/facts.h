/* facts.h: rows of (what, value) tables, and pages over the keys of a table. */
#ifndef HOIAM_DAEMON_REPORT_FACTS_H
#define HOIAM_DAEMON_REPORT_FACTS_H

#include "daemon/report/report.h"

/* A row of a table with the columns what and value; empty values are left out. */
void fact_text(struct report *r, const char *what, struct text value);
void fact_count(struct report *r, const char *what, uint64_t value);
void fact_day(struct report *r, const char *what, uint32_t day);

/* The first line of the words, cut to LINE_CELLS; an ellipsis at its end when that is not all. */
struct text first_line(struct report *r, struct text t);
enum { LINE_CELLS = 72 };

/* E_VALUE for a code that no policy had in this list; none at all is good. */
enum err check_code(struct report *r, const char *list, struct text code, const char *field);

/* Rows that a page may walk over without showing them. */
enum { WALK_MAX = 10000 };

/* A page of long words also ends where the message would become too large. */
enum { PAGE_BYTES = 160 * 1024 };

/* State of a meeting: OPEN, RECORDED, CONCLUDED, INCOMPLETE. */
const char *meeting_state(const struct row_meeting *m);

/* conclusion_facts rows of the versions from..to. */
enum err conclusion_facts(struct report *r, struct num meeting, const struct row_meeting *m,
	uint32_t from, uint32_t to);

/* The crowd that a case came with, into *to; n 0: none, or it was entered by error. */
struct num crowd_of_case(struct report *r, const struct row_case *c, struct row_crowd *to);

#endif
