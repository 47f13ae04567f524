/* init.h: making a new register. */
#ifndef HOIAM_DAEMON_INIT_H
#define HOIAM_DAEMON_INIT_H

#include "proto/err.h"

#include <stdio.h>

struct init_options {
	const char *dir;
	const char *recovery_out; /* file for the recovery sheet; NULL for none */
	const char *policy; /* policy pack; NULL for the one that was installed, if there is one */
};

/* Days for which the first administrator's invitation is good. */
enum { INIT_INVITATION_DAYS = 30 };

/*
 * Make a register in folder `dir`, which must not be there or be empty: store, house.key,
 * admin.invitation. The first two entries are the genesis and the policy, signed by the house. All
 * is made in a folder of its own first: `dir` holds a register or none. Says on `out` what was made
 * and what comes next; the last line is the path of the invitation. E_EXISTS, E_FILE, E_LINE and
 * others for the policy.
 */
enum err init_register(const struct init_options *options, FILE *out, struct fault *f);

#endif
