/*
 * length.c: the file of a store holds all pages that LMDB counts, and some more. A file cut short
 * would end the process by SIGBUS at the first page that is missing, so it is looked at before.
 * LMDB itself may leave a file short: pages that were taken at its end and given back within one
 * transaction are never written. The writer therefore keeps the file longer than its pages by up to
 * SLACK_BYTES; nobody ever makes it shorter.
 */
#include "store/db_private.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { SLACK_BYTES = 1024 * 1024 };

static uint64_t bytes_of_pages(struct db *db)
{
	MDB_envinfo info;
	MDB_stat stat_;
	mdb_env_info(db->env, &info);
	mdb_env_stat(db->env, &stat_);
	return ((uint64_t)info.me_last_pgno + 1) * stat_.ms_psize;
}

enum err db_check_length(struct db *db, const char *file, struct fault *f)
{
	struct stat st;
	if (stat(file, &st) != 0)
		return fail(f, E_STORAGE, file, "no such file");
	if ((uint64_t)st.st_size < bytes_of_pages(db))
		return fail(f, E_CORRUPT, file, "data.mdb is shorter than its pages");
	return OK;
}

/* A full disk is told by the next commit, not by this. */
void db_keep_length(struct db *db)
{
	struct stat st;
	int fd;
	uint64_t need = bytes_of_pages(db) + SLACK_BYTES / 2;
	if (mdb_env_get_fd(db->env, &fd) != 0 || fstat(fd, &st) != 0 ||
		(uint64_t)st.st_size >= need)
		return;
	/* It only ever grows, and what is there stays, whoever else writes. */
	(void)!fallocate(fd, 0, (off_t)need, SLACK_BYTES / 2);
}
