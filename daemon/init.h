/* init.h: making a new register. */
#ifndef HOIAM_DAEMON_INIT_H
#define HOIAM_DAEMON_INIT_H

#include "proto/err.h"

struct init_options {
	const char *dir;
	const char *recovery_out; /* file for the recovery sheet; NULL for none */
	const char *policy;       /* policy pack; NULL for the one that was installed */
};

/* Days for which the first administrator's invitation is good. */
enum { INIT_INVITATION_DAYS = 30 };

/*
 * Make everything beside `dir` and rename it into place: store, house.key, admin.invitation; the
 * first two entries are the genesis and the policy, signed by the house. E_EXISTS when there is a
 * store, or a folder that is not empty.
 */
enum err init_register(const struct init_options *options, struct fault *f);

#endif
