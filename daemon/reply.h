/* reply.h: the answer to a changing command: its entry, told in the user's terms. */
#ifndef HOIAM_DAEMON_REPLY_H
#define HOIAM_DAEMON_REPLY_H

#include "daemon/house.h"

enum { REPLY_EVENTS_MAX = 500 };

/* { seq, at, count, events: [{ event, fields … }] }; the first REPLY_EVENTS_MAX events. */
enum err reply_entry(struct writer *w, const struct house *h, uint64_t seq,
	const struct entry *entry, struct arena *a, struct fault *f);

/* One field of an event or row as a user reads it: numbers, codes, names of states, days. */
void reply_field(struct writer *w, const struct house *h, const struct field *field,
	const void *record, struct arena *a);

#endif
