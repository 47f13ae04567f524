/*
 * journal.h: the one seam between the domain code and the place where the truth lives. Called on
 * the commit thread only; knows no event loop; synchronous. The local home puts the entries into
 * the same LMDB transaction as the views, so that one commit makes both durable. A shared home
 * (a database of several machines) is to stand behind the same calls: append gathers, seal sends.
 */
#ifndef HOIAM_STORE_JOURNAL_H
#define HOIAM_STORE_JOURNAL_H

#include "proto/record.h"
#include "proto/tree.h"
#include "store/db.h"

struct journal;

/* The end of the journal: `size` leaves, whose RFC 6962 root is `root`; epoch is raised by own().
 */
struct position {
	uint64_t epoch, size;
	int64_t at; /* time of the last entry */
	uint8_t root[32];
};

/* The stored end: epoch u64, time u64, frontier, then this many bytes of tree_leaf() over them. */
enum { POSITION_CHECK_BYTES = 8 };

/*
 * A row of `rid`: header seq u64, then the first bytes of tree_leaf() over the leaf hashes of the
 * entry, one after the other. It lets verify name an entry that changed.
 */
enum { RID_CHECK_BYTES = 8 };

enum event_code {
#define EVENT(code, name, help) EVENT_##name = code,
#include "proto/event.def"
};

/* The record and name of an event, NULL when the code is not known. */
const struct record *event_record(uint64_t code);
const char *event_name(uint64_t code);

/* One entry on its way in or out. */
struct entry {
	struct ev_entry header;     /* at, key, sig, head; count = events */
	struct bytes rid;           /* 16 bytes */
	struct bytes *events;       /* leaves: msgpack [code, fields] */
	const struct group *groups; /* words; on their way in only */
	size_t group_count;
	struct bytes body; /* an attached file; on its way in only */
};

/* Write one leaf: [code, record in DISK form]. */
void leaf_write(struct writer *w, enum event_code code, const void *event);

/* Open the home; "local" is the store itself. */
enum err journal_open(struct journal **to, struct db *db, struct fault *f);
void journal_close(struct journal *j);

/*
 * Become the one writer: raises the epoch by a write and hands back the end. Always a write: it is
 * the fence against an older owner.
 */
enum err journal_own(struct journal *j, struct position *tail, struct fault *f);

/*
 * Append one entry behind `expect_size` leaves in the view's write transaction; header seq = the
 * size before. E_CONFLICT when the end is elsewhere. Durable once the transaction of journal_seal
 * is committed.
 */
enum err journal_append(struct journal *j, struct txn *txn, uint64_t expect_size,
	const struct entry *entry, struct fault *f);

/* Write the end of the journal into the transaction (once a batch, before its commit). */
void journal_seal(struct journal *j, struct txn *txn);

/* Forget what was appended since the last seal: its transaction was aborted. */
enum err journal_rewind(struct journal *j, struct txn *txn, struct fault *f);

/* The end as this transaction sees it; with the root. */
enum err journal_tail(struct txn *txn, struct position *to, struct fault *f);

/* The same without the root, which costs a hash for each level of the tree. */
enum err journal_last(struct txn *txn, struct position *to, struct fault *f);

/* The end as the writer has it, appended but not sealed included; without the root. */
struct position journal_end(const struct journal *j);

/* The leaf at seq; false when there is none. */
bool journal_leaf(struct txn *txn, uint64_t seq, struct bytes *leaf);

/* Code and fields of a leaf; E_CORRUPT when it is none. */
enum err leaf_open(struct bytes leaf, uint64_t *code, struct reader *fields, struct fault *f);

/* The header at seq and its events (borrowing the store, arrays in `a`). E_NOT_FOUND, E_CORRUPT. */
enum err journal_read(
	struct txn *txn, uint64_t seq, struct entry *to, struct arena *a, struct fault *f);

/* The header of the entry that an event stands in. */
bool journal_header_of(struct txn *txn, uint64_t event_seq, uint64_t *header_seq);

/* Header seq of a request number; false when it was never used. */
bool journal_find_rid(struct txn *txn, struct bytes rid, uint64_t *seq);

/* Words of a group: salt and bytes; false when destroyed or never there. group counts from 0. */
bool journal_words(struct txn *txn, uint64_t seq, uint16_t group, struct group *to);

/* Remove words for good, and a body that came with them; verify knows them by their entry. */
void journal_destroy_words(struct txn *txn, uint64_t seq, uint16_t group);

/*
 * One part of the body that came with the entry at seq, parts counted from 0, each of
 * BODY_PART_BYTES but the last; false behind the last, or when the body was destroyed. Borrows the
 * store.
 */
enum {
	BODY_CHECK_BYTES =
		8, /* of tree_leaf() over a part stand before it: verify names the part */
	BODY_PART_BYTES = 12 * 4096 - 16 - BODY_CHECK_BYTES, /* fills whole pages of the store */
};
bool journal_body(struct txn *txn, uint64_t seq, uint32_t part, struct bytes *to);

/* The bytes of a part out of its row; false when they do not fit their check. */
bool journal_body_open(struct bytes row, struct bytes *to);

#endif
