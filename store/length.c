/*
 * length.c: whether the file holds all pages that are in use. A file cut short would end the
 * process by SIGBUS at the first page that is missing. But a good file may end before the last page
 * that LMDB counts: pages taken and given back within one transaction are never written. Then all
 * that are missing stand among the free ones.
 */
#include "store/db_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* How many of the pages from `first` on stand in a row of the table of free pages. */
static uint64_t count_row(MDB_val row, uint64_t first)
{
	size_t count, page;
	uint64_t n = 0;
	memcpy(&count, row.mv_data, sizeof(count));
	if (row.mv_size / sizeof(size_t) <= count)
		return 0;
	for (size_t i = 1; i <= count; i++) {
		memcpy(&page, (const uint8_t *)row.mv_data + i * sizeof(page), sizeof(page));
		n += page >= first;
	}
	return n;
}

static int count_free(struct db *db, uint64_t first, uint64_t *n)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	MDB_val key, row;
	*n = 0;
	int rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &txn);
	if (rc != 0)
		return rc;
	rc = mdb_cursor_open(txn, FREE_DBI, &cursor);
	if (rc == 0) {
		while ((rc = mdb_cursor_get(cursor, &key, &row, MDB_NEXT)) == 0)
			*n += count_row(row, first);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(txn);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/*
 * The file is made as long as its pages first, so that one that is really missing is read as
 * zeros, which LMDB refuses, and not as a signal; it gets its length back when the store is bad.
 */
static enum err look(struct db *db, int fd, uint64_t have, uint64_t need, size_t page)
{
	uint64_t first = have / page, free_pages;
	if (ftruncate(fd, (off_t)need) != 0)
		return E_CORRUPT;
	int rc = count_free(db, first, &free_pages);
	if (rc == 0 && free_pages == need / page - first)
		return OK;
	return ftruncate(fd, (off_t)have) == 0 ? E_CORRUPT : E_STORAGE;
}

enum err db_check_length(struct db *db, const char *file, struct fault *f)
{
	MDB_envinfo info;
	MDB_stat stat_;
	struct stat st;
	mdb_env_info(db->env, &info);
	mdb_env_stat(db->env, &stat_);
	if (stat(file, &st) != 0)
		return fail(f, E_STORAGE, file, "no such file");
	uint64_t need = ((uint64_t)info.me_last_pgno + 1) * stat_.ms_psize;
	if ((uint64_t)st.st_size >= need)
		return OK;
	int fd = open(file, O_RDWR | O_CLOEXEC);
	enum err err =
		fd < 0 ? E_CORRUPT : look(db, fd, (uint64_t)st.st_size, need, stat_.ms_psize);
	if (fd >= 0)
		close(fd);
	return err == OK ? OK : fail(f, err, file, "data.mdb is shorter than its pages");
}
