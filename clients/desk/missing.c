/* missing.c: hoiam desk where it was built without ncurses. */
#include "clients/cli/session.h"
#include "clients/cli/special.h"
#include "clients/i18n.h"

int special_desk(struct session *s, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return session_end(s, session_usage(s, _("this hoiam was built without the desk; instead: "
						 "hoiam case list state:pending")));
}
