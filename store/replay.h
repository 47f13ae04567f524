/* replay.h: the entries of one store, applied again: the views of another made from nothing else.
 */
#ifndef HOIAM_STORE_REPLAY_H
#define HOIAM_STORE_REPLAY_H

#include "store/db.h"

enum replay_what {
	REPLAY_VIEWS,   /* the views alone */
	REPLAY_JOURNAL, /* entries, request numbers and views */
	REPLAY_WORDS    /* these and the words that are still there */
};

struct replay {
	uint64_t batch; /* entries in one transaction, at least 1 */
	enum replay_what what;
	void (*progress)(void *arg, uint64_t size); /* after each batch, leaves done; may be NULL */
	void *arg;
};

/*
 * Apply every entry that `from` sees to the fresh store `to`. The views come out the same whatever
 * the batch is. On an error fault.at is the seq of the entry's header; what was done before stays.
 */
enum err replay(struct txn *from, struct db *to, const struct replay *how, struct fault *f);

#endif
