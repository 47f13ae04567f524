/* db_private.h: the inside of db.h, for the files that know LMDB. */
#ifndef HOIAM_STORE_DB_PRIVATE_H
#define HOIAM_STORE_DB_PRIVATE_H

#include "store/db.h"

#include <lmdb.h>
#include <stdatomic.h>

struct db {
	MDB_env *env;
	MDB_dbi dbi[STORE_COUNT];
	db_trace *trace;
	void *trace_arg;
	atomic_bool erased; /* free pages may hold what was erased */
};

struct txn {
	struct db *db;
	MDB_txn *mdb;
	bool write;
	bool erased;
	enum err err;
	struct fault fault;
};

/* E_CORRUPT when the file of an open environment lacks pages; the writer keeps it long enough, from
 * when it opens the store and after each commit (length.c). */
enum err db_check_length(struct db *db, const char *file, struct fault *f);
void db_keep_length(struct db *db);

enum { FREE_DBI = 0 }; /* LMDB's own table: transaction -> pages it gave back */

enum err db_fail(struct fault *f, int rc, const char *file, int line);

#define FAIL_MDB(f, rc) db_fail(f, rc, __FILE__, __LINE__)

#endif
