/* clock.c: judging the wall clock by the boot clock and the journal. */
#include "daemon/clock.h"

#include <time.h>

static const int64_t day = 86400LL * 1000000;
enum { GAP_DAYS = 31 };

static int64_t now(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_wall(void)
{
	return now(CLOCK_REALTIME);
}

int64_t clock_boot(void)
{
	return now(CLOCK_BOOTTIME);
}

void clock_start(struct clock_state *state, int64_t wall, int64_t boot, int64_t last)
{
	state->wall = wall;
	state->boot = boot;
	state->at_start = CLOCK_GOOD;
	if (last != 0 && (wall - last > GAP_DAYS * day || last - wall > day))
		state->at_start = CLOCK_JUMPED;
}

enum clock_verdict clock_judge(const struct clock_state *state, int64_t wall, int64_t boot)
{
	int64_t drift = (wall - state->wall) - (boot - state->boot);
	if (state->at_start != CLOCK_GOOD || drift > day || drift < -day)
		return CLOCK_JUMPED;
	return CLOCK_GOOD;
}
