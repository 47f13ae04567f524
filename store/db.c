/* db.c: LMDB behind transactions that keep their first error. */
#include "store/db_private.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READERS_MAX = 126, DIR_PATH_MAX = 4000 };
static const size_t map_bytes = (size_t)1 << 40;

static const struct {
	const char *name;
	enum store_class class;
} tables[STORE_COUNT] = {
#define STORE(name, class, help) [STORE_##name] = { #name, STORE_##class },
#include "store/table.def"
#undef STORE
};

const char *store_name(enum store table)
{
	return tables[table].name;
}

enum store_class store_class(enum store table)
{
	return tables[table].class;
}

static enum err err_of(int rc)
{
	if (rc == MDB_MAP_FULL || rc == ENOSPC)
		return E_FULL;
	if (rc == MDB_CORRUPTED || rc == MDB_INVALID || rc == MDB_PAGE_NOTFOUND)
		return E_CORRUPT;
	return E_STORAGE;
}

enum err db_fail(struct fault *f, int rc, const char *file, int line)
{
	enum err err = fail_server(f, err_of(rc), rc, file, line);
	if (f != NULL)
		snprintf(f->what, sizeof(f->what), "%s", mdb_strerror(rc));
	return err;
}

/* Opening. */

static int open_tables(struct db *db, bool create)
{
	MDB_txn *txn;
	int rc = mdb_txn_begin(db->env, NULL, create ? 0 : MDB_RDONLY, &txn);
	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < STORE_COUNT; i++)
		rc = mdb_dbi_open(txn, tables[i].name, create ? MDB_CREATE : 0, &db->dbi[i]);
	if (rc == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return rc;
}

static enum err open_env(struct db *db, const char *path, enum db_mode mode, struct fault *f)
{
	unsigned flags = MDB_NOTLS;
	if (mode == DB_READ)
		flags |= MDB_RDONLY;
	if (mode == DB_SCRATCH)
		flags |= MDB_NOSYNC;
	int rc = mdb_env_create(&db->env);
	if (rc == 0)
		rc = mdb_env_set_mapsize(db->env, map_bytes);
	if (rc == 0)
		rc = mdb_env_set_maxdbs(db->env, STORE_COUNT + 8);
	if (rc == 0)
		rc = mdb_env_set_maxreaders(db->env, READERS_MAX);
	if (rc == 0)
		rc = mdb_env_open(db->env, path, flags, 0600);
	return rc == 0 ? OK : FAIL_MDB(f, rc);
}

enum err db_open(struct db **to, const char *path, enum db_mode mode, struct fault *f)
{
	char file[DIR_PATH_MAX + 16];
	struct stat st;
	bool create = mode == DB_CREATE || mode == DB_SCRATCH;
	if (strlen(path) > DIR_PATH_MAX)
		return fail(f, E_STORAGE, "path", "too long");
	snprintf(file, sizeof(file), "%s/data.mdb", path);
	bool there = stat(file, &st) == 0;
	if (there && create)
		return fail(f, E_EXISTS, path, "a store");
	if (!there && !create)
		return fail(f, E_NOT_FOUND, path, "a store");
	struct db *db = xcalloc(1, sizeof(*db));
	db->erased = true; /* a crash may have come between erasing and scrubbing */
	enum err err = open_env(db, path, mode, f);
	if (err == OK)
		err = db_check_length(db, file, f);
	if (err == OK) {
		int rc = open_tables(db, create);
		if (rc != 0)
			err = FAIL_MDB(f, rc);
	}
	if (err == OK && mode != DB_READ)
		db_keep_length(db);
	if (err != OK) {
		db_close(db);
		return err;
	}
	*to = db;
	return OK;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	mdb_env_close(db->env);
	free(db);
}

const char *db_path(const struct db *db)
{
	const char *path = "";
	mdb_env_get_path(db->env, &path);
	return path;
}

enum err db_copy(struct db *db, const char *path, struct fault *f)
{
	int rc = mdb_env_copy2(db->env, path, MDB_CP_COMPACT);
	return rc == 0 ? OK : FAIL_MDB(f, rc);
}

void db_check_readers(struct db *db)
{
	mdb_reader_check(db->env, NULL);
}

void db_set_trace(struct db *db, db_trace *trace, void *arg)
{
	db->trace = trace;
	db->trace_arg = arg;
}

struct db_pages db_table_pages(struct txn *txn, enum store table)
{
	MDB_stat st = { 0 };
	mdb_stat(txn->mdb, txn->db->dbi[table], &st);
	return (struct db_pages){ st.ms_leaf_pages, st.ms_branch_pages, st.ms_overflow_pages,
		st.ms_entries };
}

/* Transactions. */

static void note(struct txn *txn, int rc, int line)
{
	if (txn->err == OK)
		txn->err = db_fail(&txn->fault, rc, __FILE__, line);
}

enum err txn_begin(struct txn **to, struct db *db, bool write, struct fault *f)
{
	struct txn *txn = xcalloc(1, sizeof(*txn));
	*txn = (struct txn){ .db = db, .write = write };
	int rc = mdb_txn_begin(db->env, NULL, write ? 0 : MDB_RDONLY, &txn->mdb);
	if (rc != 0) {
		free(txn);
		return FAIL_MDB(f, rc);
	}
	*to = txn;
	return OK;
}

enum err txn_commit(struct txn *txn, struct fault *f)
{
	enum err err = txn->err;
	if (err != OK) {
		if (f != NULL)
			*f = txn->fault;
		txn_abort(txn);
		return err;
	}
	if (txn->write && txn->db->trace != NULL)
		txn->db->trace(txn->db->trace_arg, STORE_COUNT, (struct bytes){ 0 },
			(struct bytes){ 0 }, TRACE_COMMIT);
	int rc = mdb_txn_commit(txn->mdb);
	if (rc == 0 && txn->erased)
		atomic_store(&txn->db->erased, true);
	if (rc == 0 && txn->write)
		db_keep_length(txn->db);
	free(txn);
	return rc == 0 ? OK : FAIL_MDB(f, rc);
}

void txn_abort(struct txn *txn)
{
	if (txn == NULL)
		return;
	mdb_txn_abort(txn->mdb);
	free(txn);
}

enum err txn_error(const struct txn *txn)
{
	return txn->err;
}

void txn_reset(struct txn *txn)
{
	assert(!txn->write);
	mdb_txn_reset(txn->mdb);
}

enum err txn_renew(struct txn *txn, struct fault *f)
{
	txn->err = OK;
	int rc = mdb_txn_renew(txn->mdb);
	return rc == 0 ? OK : FAIL_MDB(f, rc);
}

uint64_t txn_snapshot(const struct txn *txn)
{
	return (uint64_t)mdb_txn_id(txn->mdb) + 1;
}

static MDB_val val(struct bytes b)
{
	return (MDB_val){ .mv_size = b.n, .mv_data = (void *)(uintptr_t)b.p };
}

static struct bytes bytes_val(MDB_val v)
{
	return (struct bytes){ v.mv_data, v.mv_size };
}

bool txn_get(struct txn *txn, enum store table, struct bytes key, struct bytes *value)
{
	if (txn->err != OK)
		return false;
	MDB_val k = val(key), v;
	int rc = mdb_get(txn->mdb, txn->db->dbi[table], &k, &v);
	if (rc == 0) {
		*value = bytes_val(v);
		return true;
	}
	if (rc != MDB_NOTFOUND)
		note(txn, rc, __LINE__);
	return false;
}

static void put(
	struct txn *txn, enum store table, struct bytes key, struct bytes value, unsigned flags)
{
	if (txn->err != OK)
		return;
	assert(key.n <= 511);
	MDB_val k = val(key), v = val(value);
	int rc = mdb_put(txn->mdb, txn->db->dbi[table], &k, &v, flags);
	if (rc != 0)
		note(txn, rc, __LINE__);
	if (txn->db->trace != NULL)
		txn->db->trace(txn->db->trace_arg, table, key, value,
			flags == MDB_APPEND ? TRACE_APPEND : TRACE_PUT);
}

void txn_put(struct txn *txn, enum store table, struct bytes key, struct bytes value)
{
	put(txn, table, key, value, 0);
}

void txn_append(struct txn *txn, enum store table, struct bytes key, struct bytes value)
{
	put(txn, table, key, value, MDB_APPEND);
}

void txn_del(struct txn *txn, enum store table, struct bytes key)
{
	if (txn->err != OK)
		return;
	MDB_val k = val(key);
	int rc = mdb_del(txn->mdb, txn->db->dbi[table], &k, NULL);
	if (rc != 0 && rc != MDB_NOTFOUND)
		note(txn, rc, __LINE__);
	if (txn->db->trace != NULL)
		txn->db->trace(txn->db->trace_arg, table, key, (struct bytes){ 0 }, TRACE_DEL);
}

/* The same length is written over in place, so that no copy stays in the page that lives on. */
/* A row that is not on pages of its own, which db_scrub fills with zeros as a whole: LMDB keeps two
 * nodes at least on a page of 16 bytes' head, with 8 bytes before each and 2 for its place. */
static bool shares_a_page(const struct txn *txn, struct bytes key, struct bytes value)
{
	MDB_stat st;
	mdb_env_stat(txn->db->env, &st);
	return 8 + key.n + value.n <= (st.ms_psize - 16) / 2 - 2;
}

void txn_erase(struct txn *txn, enum store table, struct bytes key)
{
	struct bytes value;
	if (!txn_get(txn, table, key, &value))
		return;
	if (shares_a_page(txn, key, value)) {
		uint8_t *zeros = xcalloc(1, value.n + 1);
		txn_put(txn, table, key, bytes_of(zeros, value.n));
		free(zeros);
	}
	txn_del(txn, table, key);
	txn->erased = true;
}

/* Scans. */

void scan_open(struct scan *s, struct txn *txn, enum store table, struct bytes prefix)
{
	assert(prefix.n <= sizeof(s->prefix));
	memset(s, 0, sizeof(*s));
	s->txn = txn;
	s->prefix_n = prefix.n;
	if (prefix.n > 0)
		memcpy(s->prefix, prefix.p, prefix.n);
	if (txn->err != OK)
		return;
	MDB_cursor *cursor;
	int rc = mdb_cursor_open(txn->mdb, txn->db->dbi[table], &cursor);
	if (rc == 0)
		s->cursor = cursor;
	else
		note(txn, rc, __LINE__);
}

void scan_from(struct scan *s, struct bytes from, bool after)
{
	assert(!s->begun && from.n <= sizeof(s->from));
	s->from_n = from.n;
	if (from.n > 0)
		memcpy(s->from, from.p, from.n);
	s->skip_equal = after;
}

void scan_backward(struct scan *s)
{
	s->backward = true;
}

static bool key_is(MDB_val k, const uint8_t *p, size_t n)
{
	return k.mv_size == n && (n == 0 || memcmp(k.mv_data, p, n) == 0);
}

static int seek_forward(struct scan *s, MDB_val *k, MDB_val *v)
{
	bool from = s->from_n > 0;
	*k = val((struct bytes){ from ? s->from : s->prefix, from ? s->from_n : s->prefix_n });
	int rc = k->mv_size == 0 ? mdb_cursor_get(s->cursor, k, v, MDB_FIRST)
				 : mdb_cursor_get(s->cursor, k, v, MDB_SET_RANGE);
	if (rc == 0 && s->skip_equal && key_is(*k, s->from, s->from_n))
		rc = mdb_cursor_get(s->cursor, k, v, MDB_NEXT);
	return rc;
}

/* The last key <= from, or the last with the prefix. */
static int seek_backward(struct scan *s, MDB_val *k, MDB_val *v)
{
	uint8_t past[sizeof(s->from) + 1];
	size_t n = s->from_n > 0 ? s->from_n : s->prefix_n;
	if (n == 0)
		return mdb_cursor_get(s->cursor, k, v, MDB_LAST);
	memcpy(past, s->from_n > 0 ? s->from : s->prefix, n);
	if (s->from_n == 0) /* past all keys of the prefix */
		memset(past + n, 0xff, sizeof(past) - n);
	*k = val((struct bytes){ past, s->from_n == 0 ? sizeof(past) : n });
	int rc = mdb_cursor_get(s->cursor, k, v, MDB_SET_RANGE);
	if (rc == 0 && s->from_n > 0 && !s->skip_equal && key_is(*k, s->from, s->from_n))
		return 0;
	return rc == MDB_NOTFOUND ? mdb_cursor_get(s->cursor, k, v, MDB_LAST)
	       : rc == 0          ? mdb_cursor_get(s->cursor, k, v, MDB_PREV)
				  : rc;
}

bool scan_next(struct scan *s, struct bytes *key, struct bytes *value)
{
	if (s->cursor == NULL || s->txn->err != OK)
		return false;
	MDB_val k, v;
	int rc;
	if (!s->begun)
		rc = s->backward ? seek_backward(s, &k, &v) : seek_forward(s, &k, &v);
	else
		rc = mdb_cursor_get(s->cursor, &k, &v, s->backward ? MDB_PREV : MDB_NEXT);
	s->begun = true;
	if (rc != 0) {
		if (rc != MDB_NOTFOUND)
			note(s->txn, rc, __LINE__);
		return false;
	}
	if (k.mv_size < s->prefix_n || memcmp(k.mv_data, s->prefix, s->prefix_n) != 0)
		return false;
	*key = bytes_val(k);
	*value = bytes_val(v);
	return true;
}

void scan_close(struct scan *s)
{
	if (s->cursor != NULL)
		mdb_cursor_close(s->cursor);
	s->cursor = NULL;
}
