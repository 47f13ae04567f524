/* special_rate.c: hoiam rate NAME …, short for hoiam rate show NAME …. */
#include "clients/cli/command.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"

int special_rate(struct session *s, int argc, char **argv)
{
	char **longer = arena_alloc(&s->arena, (size_t)argc + 2, sizeof(*longer));
	struct text verb = arena_text(&s->arena, text_of(s->verb));
	longer[0] = arena_alloc(&s->arena, verb.n + 1, 1);
	memcpy(longer[0], verb.p, verb.n);
	memcpy(longer + 1, argv, (size_t)argc * sizeof(*longer));
	return command_generic(s, session_cmd("rate.show"), argc + 1, longer);
}
