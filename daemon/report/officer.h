/* officer.h: of officers, what more than one report tells. */
#ifndef HOIAM_DAEMON_REPORT_OFFICER_H
#define HOIAM_DAEMON_REPORT_OFFICER_H

#include "daemon/report/report.h"

/* The name, whoever reads. */
struct text officer_name(struct report *r, uint32_t officer);

/*
 * The table officer_line of an invitation that the register has not heard of, by its token: for who
 * writes it. E_EXISTS when it has.
 */
enum err officer_line(struct report *r, struct bytes token);

#endif
