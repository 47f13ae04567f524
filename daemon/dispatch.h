/* dispatch.h: from a request to the function of its command. */
#ifndef HOIAM_DAEMON_DISPATCH_H
#define HOIAM_DAEMON_DISPATCH_H

#include "daemon/session.h"

/* Run a request, or queue it for the commit thread; its answer goes to the session. */
void dispatch(struct session *s, uint32_t msgid, struct text method, struct bytes params);

#endif
