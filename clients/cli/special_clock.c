/* special_clock.c: hoiam clock accept: the administrator's machine says what time it is. */
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/i18n.h"

#include <time.h>

/* `now` is the administrator's own time, not the server's, which is in doubt. */
static enum err accept(struct session *s, int argc, char **argv, struct outcome *outcome)
{
	const struct cmd_row *cmd = session_cmd("clock.accept");
	struct clock_accept record;
	struct timespec t;
	enum err err = session_parse(s, cmd->record(), argc, argv, &record);
	if (err != OK && !(err == E_MISSING && strcmp(s->fault.field, "now") == 0))
		return err;
	clock_gettime(CLOCK_REALTIME, &t);
	record.now = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
	err = record_check(cmd->record(), &record, &s->fault);
	return err != OK ? err : session_act(s, cmd, &record, outcome);
}

int special_clock_accept(struct session *s, int argc, char **argv)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	enum err err = accept(s, argc, argv, &outcome);
	if (err == OK)
		session_show(s, &outcome);
	return session_end(s, err);
}
