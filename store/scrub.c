/*
 * scrub.c: LMDB never writes over a page that an older snapshot may read: what is deleted stays in
 * the pages that it stood in until they are used again. Here the free ones are filled with zeros.
 */
#include "store/db_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PAGE_MAX = 65536 };

/* mdb_reader_list tells its readers in lines: pid, thread, transaction ("-": none). */
static int oldest_of_line(const char *line, void *arg)
{
	size_t *oldest = arg;
	const char *last = strrchr(line, ' ');
	char *end;
	if (last == NULL)
		return 0;
	unsigned long long id = strtoull(last, &end, 10);
	if (end != last + 1 && id != 0 && id < *oldest)
		*oldest = (size_t)id;
	return 0;
}

/* Fill one page unless it is zeros already. */
static int clean_page(int fd, uint64_t page, size_t size)
{
	static const uint8_t zeros[PAGE_MAX];
	uint8_t bytes[PAGE_MAX];
	off_t at = (off_t)(page * size);
	ssize_t got = pread(fd, bytes, size, at);
	if (got == 0) /* never written */
		return 0;
	if (got != (ssize_t)size)
		return EIO;
	if (memcmp(bytes, zeros, size) == 0)
		return 0;
	return pwrite(fd, zeros, size, at) == (ssize_t)size ? 0 : EIO;
}

/* A row of the table of free pages: how many, and their numbers. */
static int clean_row(int fd, MDB_val row, size_t size)
{
	size_t count, page;
	int rc = 0;
	memcpy(&count, row.mv_data, sizeof(count));
	if (row.mv_size / sizeof(size_t) <= count)
		return MDB_CORRUPTED;
	for (size_t i = 1; rc == 0 && i <= count; i++) {
		memcpy(&page, (const uint8_t *)row.mv_data + i * sizeof(page), sizeof(page));
		rc = clean_page(fd, page, size);
	}
	return rc;
}

/* Pages freed by transaction N are read by snapshots before N only. *left: some must wait. */
static int clean_free(MDB_cursor *cursor, int fd, size_t size, size_t oldest, bool *left)
{
	MDB_val key, row;
	int rc;
	while ((rc = mdb_cursor_get(cursor, &key, &row, MDB_NEXT)) == 0) {
		size_t freed;
		memcpy(&freed, key.mv_data, sizeof(freed));
		if (freed > oldest) {
			*left = true;
			continue;
		}
		rc = clean_row(fd, row, size);
		if (rc != 0)
			return rc;
	}
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* The writer's lock is held: no page is taken into use meanwhile. */
static int clean(struct db *db, bool *left)
{
	MDB_stat st;
	MDB_txn *reader;
	MDB_cursor *cursor;
	int fd;
	size_t oldest = SIZE_MAX;
	int rc = mdb_env_get_fd(db->env, &fd);
	if (rc == 0)
		rc = mdb_txn_begin(db->env, NULL, MDB_RDONLY, &reader);
	if (rc != 0)
		return rc;
	mdb_reader_list(db->env, oldest_of_line, &oldest); /* this reader is one of them */
	mdb_env_stat(db->env, &st);
	rc = mdb_cursor_open(reader, FREE_DBI, &cursor);
	if (rc == 0) {
		rc = st.ms_psize > PAGE_MAX ? EINVAL
					    : clean_free(cursor, fd, st.ms_psize, oldest, left);
		mdb_cursor_close(cursor);
	}
	mdb_txn_abort(reader);
	return rc == 0 && fdatasync(fd) != 0 ? errno : rc;
}

enum err db_scrub(struct db *db, struct fault *f)
{
	struct txn *writer;
	bool left = false;
	if (!atomic_load(&db->erased))
		return OK;
	enum err err = txn_begin(&writer, db, true, f);
	if (err != OK)
		return err;
	int rc = clean(db, &left);
	if (rc == 0 && !left)
		atomic_store(&db->erased, false);
	txn_abort(writer);
	if (rc != 0)
		return FAIL_MDB(f, rc);
	return left ? fail(f, E_BUSY, NULL, NULL) : OK;
}
