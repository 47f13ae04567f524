/*
 * verify.h: hoiamd verify DIR: is everything in a store what the signed entries make of it? Runs
 * beside a running daemon, on one snapshot. It trusts the codec, the hash and the signature of
 * proto; what apply, the journal and the rates do is done again here by code of its own.
 */
#ifndef HOIAM_DAEMON_VERIFY_VERIFY_H
#define HOIAM_DAEMON_VERIFY_VERIFY_H

#include "proto/err.h"

#include <stdio.h>

/*
 * Verify the store in folder `path`. Each failure is a line on `out`,
 *   verify: TABLE SEQ-or-KEY FIELD: reason
 * and the last line sums up. OK: all is well. E_CORRUPT: there were failures. Other errors (no such
 * store, no room for the scratch store) mean that it could not be verified; nothing then says that
 * it is damaged. The scratch store is made in TMPDIR, in the folder itself when that is not set.
 *
 * The work is done in a process of its own: pages that are garbage may end it, and that too is a
 * line and E_CORRUPT.
 */
enum err verify_store(const char *path, FILE *out, struct fault *f);

/* The same in this process, which must not have the store open. */
enum err verify_here(const char *path, FILE *out, struct fault *f);

#endif
