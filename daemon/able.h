/* able.h: whether an officer can take work: roles in force and a key that is good. */
#ifndef HOIAM_DAEMON_ABLE_H
#define HOIAM_DAEMON_ABLE_H

#include "daemon/authz.h"

/* An officer as who works: the roles, and how many keys are good. */
struct able {
	uint32_t officer;
	struct grants grants;
	uint64_t keys;
};

/* As the transaction sees the officer; nobody (0) and unknown ones have no key. */
void able_load(struct able *to, struct txn *txn, uint32_t officer, struct arena *a);

/*
 * Whether this officer can take work of a kind over a unit on a day: a case with HANDLE or PROCESS,
 * the paper of a sealed case with SEE, a draft with CHECK; none of them without a good key.
 */
bool able_to(const struct able *a, enum in_hand what, const struct units *units, uint32_t unit,
	uint32_t day);

/* The owner of a case, when he can work on it on the day; 0: it is in its unit's queue. `a` is
 * loaded again when it holds another officer. */
uint32_t able_owner(struct able *a, struct txn *txn, const struct row_case *c,
	const struct units *units, uint32_t day, struct arena *arena);

#endif
