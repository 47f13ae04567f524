/* basis.h: hashes over the opinions of a meeting: what was signed, and what was drafted from. */
#ifndef HOIAM_DAEMON_BASIS_H
#define HOIAM_DAEMON_BASIS_H

#include "store/journal.h"
#include "store/row.h"

/*
 * What who signs the minutes of a meeting signs: SHA-256 over "hoiam/m1\n" and, for each opinion
 * that is neither voided nor split, its ordinal (4 bytes, big-endian) and the place in the journal
 * of the entry that recorded it (8 bytes): that entry commits to the words. E_CORRUPT.
 */
enum err minutes_content(struct txn *txn, struct num meeting, struct arena *a,
	uint8_t out[static 32], struct fault *f);

/* What a conclusion is drafted from: as above, with whether words are there. */
enum err conclusion_basis(struct txn *txn, struct num meeting, struct arena *a,
	uint8_t out[static 32], struct fault *f);

#endif
