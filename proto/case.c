/* case.c: the tables of states and steps. */
#include "proto/case.h"

#include <strings.h>

static const struct state_row states[] = {
#define STATE(code, name, flags, vi, en) [code] = { #name, flags, vi, en },
#include "proto/case.def"
};

#define SAME 0
static const struct step_row *rows(void)
{
	/* Inside the table of steps, states stand without their prefix. */
	enum {
#define STATE(code, name, flags, vi, en) name = 1 << code,
#include "proto/case.def"
	};
	static const struct step_row table[] = {
#define STEP(code, verb, right, from, to, mark)                                                    \
	[code] = { #verb, RIGHT_##right, from,                                                     \
		(enum case_state)((to) == 0 ? 0 : __builtin_ctz((unsigned)(to) | 1u << 31)),       \
		mark },
#include "proto/case.def"
	};
	return table;
}

const struct state_row *state_row(enum case_state state)
{
	return &states[state];
}

const struct step_row *step_row(enum case_step step)
{
	return &rows()[step];
}

enum case_state state_of(struct text name)
{
	for (unsigned i = 1; i < STATE_COUNT; i++)
		if (strlen(states[i].name) == name.n &&
			strncasecmp(states[i].name, name.p, name.n) == 0)
			return (enum case_state)i;
	return STATE_NONE;
}

enum case_step step_of(struct text verb)
{
	for (unsigned i = 1; i < STEP_COUNT; i++)
		if (rows()[i].verb != NULL && text_is(verb, rows()[i].verb))
			return (enum case_step)i;
	return STEP_NONE;
}
