/*
 * db.h: the only place that knows LMDB: environment, transactions with a sticky error, scans.
 * Keys are at most 511 bytes and big-endian; no duplicates, no growth, no flags that lose data.
 */
#ifndef HOIAM_STORE_DB_H
#define HOIAM_STORE_DB_H

#include "proto/err.h"

enum store {
#define STORE(name, class, help) STORE_##name,
#include "store/table.def"
#undef STORE
	STORE_COUNT
};

enum store_class { STORE_JOURNAL, STORE_VIEW, STORE_LOCAL };

const char *store_name(enum store table);
enum store_class store_class(enum store table);

struct db;
struct txn;

enum db_mode {
	DB_READ,   /* beside a running daemon or none */
	DB_WRITE,  /* the one writer; must exist */
	DB_CREATE, /* a folder without a store */
	DB_SCRATCH /* as DB_CREATE, never synced: thrown away by who made it */
};

/* Open the store in folder `path`. E_NOT_FOUND, E_EXISTS (DB_CREATE), E_CORRUPT (shorter than its
 * pages), E_STORAGE. */
enum err db_open(struct db **to, const char *path, enum db_mode mode, struct fault *f);
void db_close(struct db *db);

/* The folder that the store is in. */
const char *db_path(const struct db *db);

/* A consistent copy into the existing empty folder `path`, compacted; may run beside a writer. */
enum err db_copy(struct db *db, const char *path, struct fault *f);

/* Free the slots of readers that died. */
void db_check_readers(struct db *db);

/* Called for every change and before every commit of a writer; for benches that replay the same
 * bytes elsewhere. */
enum trace_what { TRACE_PUT, TRACE_APPEND, TRACE_DEL, TRACE_COMMIT };
typedef void db_trace(
	void *arg, enum store table, struct bytes key, struct bytes value, enum trace_what what);
void db_set_trace(struct db *db, db_trace *trace, void *arg);

/* Pages that one table fills. */
struct db_pages {
	uint64_t leaf, branch, overflow;
	uint64_t rows;
};
struct db_pages db_table_pages(struct txn *txn, enum store table);

/*
 * A transaction. Its first failure sticks: later calls do nothing, reads find nothing, and
 * txn_commit returns it. The pointer stays valid until commit or abort.
 */
enum err txn_begin(struct txn **to, struct db *db, bool write, struct fault *f);
enum err txn_commit(struct txn *txn, struct fault *f);
void txn_abort(struct txn *txn);
enum err txn_error(const struct txn *txn);

/* A read transaction made fresh again, cheaper than abort and begin. */
enum err txn_renew(struct txn *txn, struct fault *f);
void txn_reset(struct txn *txn);

/* What it sees: the same number, the same rows. Never 0. */
uint64_t txn_snapshot(const struct txn *txn);

/* The value, valid until the next write of this transaction. false: not there. */
bool txn_get(struct txn *txn, enum store table, struct bytes key, struct bytes *value);
void txn_put(struct txn *txn, enum store table, struct bytes key, struct bytes value);
/* As put, for keys that only grow. */
void txn_append(struct txn *txn, enum store table, struct bytes key, struct bytes value);
/* Deleting what is not there does nothing. */
void txn_del(struct txn *txn, enum store table, struct bytes key);

/* Delete a value and write over it where it stood. The older copies of its page are free pages once
 * this is committed: see db_scrub. */
void txn_erase(struct txn *txn, enum store table, struct bytes key);

/*
 * Fill the free pages with zeros when something was erased since the last time, or since the store
 * was opened. Takes the writer's turn: not inside a write transaction. E_BUSY: a reader still looks
 * at a snapshot that has it; ask again later. What stays: LMDB uses its page buffers again without
 * clearing them, so that a piece of what was erased may lie in the unused middle of a page of
 * another table until that page is written again. Only a key that can be thrown away mends that.
 */
enum err db_scrub(struct db *db, struct fault *f);

/* Walk rows whose key begins with a prefix (empty: all), from a key on, in either direction. */
struct scan {
	void *cursor;
	struct txn *txn;
	uint8_t prefix[64];
	size_t prefix_n;
	bool begun, backward;
	uint8_t from[128];
	size_t from_n;
	bool skip_equal;
};

void scan_open(struct scan *s, struct txn *txn, enum store table, struct bytes prefix);
/* Start at the first key >= from (backward: <=); `after`: strictly beyond it. Before the first
 * scan_next. */
void scan_from(struct scan *s, struct bytes from, bool after);
void scan_backward(struct scan *s);
bool scan_next(struct scan *s, struct bytes *key, struct bytes *value);
void scan_close(struct scan *s);

static inline void scan_close_auto(struct scan *s)
{
	scan_close(s);
}

#endif
