/* authz.h: the one function that decides every right. */
#ifndef HOIAM_DAEMON_AUTHZ_H
#define HOIAM_DAEMON_AUTHZ_H

#include "proto/role.h"
#include "store/units.h"

struct grant {
	uint32_t number;
	unsigned rights;
	uint32_t unit;        /* 0: the whole register */
	uint32_t from, until; /* [from, until), until 0 = open */
	struct text role, post, acting;
};

struct grants {
	struct grant v[LIMIT_GRANTS];
	size_t n;
};

/* Grants of an officer, as the transaction sees them. */
void grants_load(struct grants *to, struct txn *txn, uint32_t officer, struct arena *a);

/*
 * Whether these grants give `right` over `unit` on `day`, on the unit tree as of that day
 * (unit_within). unit 0: over the whole register. RIGHT_NONE: any grant that holds on the day.
 */
bool authz(const struct grants *grants, enum right right, const struct units *units, uint32_t unit,
	uint32_t day);

/* Whether any grant gives the right over anything on the day. */
bool authz_anywhere(const struct grants *grants, enum right right, uint32_t day);

/* The unit meant by a bare number: that of the officer's only grant; 0 if not clear. */
uint32_t grants_home(const struct grants *grants);

#endif
