/*
 * clock.h: is the wall clock to be believed? One that jumps by more than a day without the boot
 * clock agreeing, or that stands more than a month after the last entry (or a day before it) at the
 * start, is not: the daemon then reads only, until an administrator signs clock.accept.
 */
#ifndef HOIAM_DAEMON_CLOCK_H
#define HOIAM_DAEMON_CLOCK_H

#include <stdint.h>

enum clock_verdict { CLOCK_GOOD, CLOCK_JUMPED };

struct clock_state {
	int64_t wall, boot; /* µs when it was believed last */
	enum clock_verdict at_start;
};

/* µs since 1970; µs since the machine started, sleep included. */
int64_t clock_wall(void);
int64_t clock_boot(void);

/* Begin to judge. last: time of the last entry, 0 for none. */
void clock_start(struct clock_state *state, int64_t wall, int64_t boot, int64_t last);

/* Pure: what is to be said of this reading of both clocks. */
enum clock_verdict clock_judge(const struct clock_state *state, int64_t wall, int64_t boot);

#endif
