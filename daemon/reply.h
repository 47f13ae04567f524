/* reply.h: the answer to a changing command: its entry, told in the user's terms. */
#ifndef HOIAM_DAEMON_REPLY_H
#define HOIAM_DAEMON_REPLY_H

#include "daemon/house.h"

/*
 * { seq, at, count, events: [table…] }: the first LIMIT_EVENTS_ANSWER events in their order; those
 * of one kind that follow each other are one table (table.h) of that name, a row each. What all of
 * them lack, and what is marked SENT, is no column of it.
 */
enum err reply_entry(struct writer *w, const struct house *h, uint64_t seq,
	const struct entry *entry, struct arena *a, struct fault *f);

/* One field of an event or row as a user reads it: numbers, codes, names of states, days. */
void reply_field(struct writer *w, const struct house *h, const struct field *field,
	const void *record, struct arena *a);

#endif
