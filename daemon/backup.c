/* backup.c: copies of a store: made in a place of their own, looked at, kept. */
#include "daemon/backup.h"

#include "daemon/place.h"
#include "daemon/verify/verify.h"
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The files of a store; the rest of its folder is of the moment. */
static const struct {
	const char *name;
	bool needed;
} files[] = { { "house.key", true }, { "hoiamd.conf", false } };

static enum err fail_file(struct fault *f, const char *path)
{
	return fail(f, E_FILE, path, strerror(errno));
}

static void join(char out[static PLACE_FILE_MAX], const char *dir, const char *name)
{
	snprintf(out, PLACE_FILE_MAX, "%s/%s", dir, name);
}

static bool is_there(const char *dir, const char *name)
{
	char path[PLACE_FILE_MAX];
	struct stat st;
	join(path, dir, name);
	return stat(path, &st) == 0;
}

/* Files. */

static enum err copy_bytes(int from, int to, const char *path, struct fault *f)
{
	char buffer[1 << 14];
	for (;;) {
		ssize_t n = read(from, buffer, sizeof(buffer));
		if (n == 0)
			return OK;
		if (n < 0)
			return fail_file(f, path);
		for (ssize_t done = 0; done < n;) {
			ssize_t w = write(to, buffer + done, (size_t)(n - done));
			if (w < 0)
				return fail_file(f, path);
			done += w;
		}
	}
}

static enum err copy_file(
	const char *from_dir, const char *to_dir, const char *name, struct fault *f)
{
	char from[PLACE_FILE_MAX], to[PLACE_FILE_MAX];
	join(from, from_dir, name);
	join(to, to_dir, name);
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in < 0)
		return fail_file(f, from);
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	enum err err = out < 0 ? fail_file(f, to) : copy_bytes(in, out, to, f);
	if (err == OK && fsync(out) != 0)
		err = fail_file(f, to);
	if (out >= 0)
		close(out);
	close(in);
	return err;
}

static enum err copy_files(const char *from, const char *to, struct fault *f)
{
	enum err err = OK;
	for (size_t i = 0; err == OK && i < COUNT(files); i++)
		if (files[i].needed || is_there(from, files[i].name))
			err = copy_file(from, to, files[i].name, f);
	return err;
}

/* The copy against the store it was made from: the end of the one lies on the way of the other. */
static enum err check_end(struct db *source, struct db *copy, struct position *end, struct fault *f)
{
	struct txn *from = NULL, *to = NULL;
	struct bytes a, b;
	enum err err = txn_begin(&from, source, false, f);
	if (err == OK)
		err = txn_begin(&to, copy, false, f);
	if (err == OK)
		err = journal_tail(to, end, f);
	if (err == OK && (end->size == 0 || !journal_leaf(from, end->size - 1, &a) ||
				 !journal_leaf(to, end->size - 1, &b) || !bytes_equal(a, b)))
		err = fail(f, E_CORRUPT, "data.mdb", "the copy does not end as the store did");
	txn_abort(to);
	txn_abort(from);
	return err;
}

static enum err copy_store(
	struct db *source, const struct place *p, struct position *end, struct fault *f)
{
	struct db *copy;
	enum err err = db_copy(source, p->temp, f);
	if (err == OK)
		err = db_open(&copy, p->temp, DB_READ, f);
	if (err != OK)
		return err;
	err = check_end(source, copy, end, f);
	db_close(copy);
	return err;
}

static void say(FILE *out, const char *what, const struct place *p, const struct position *end)
{
	fprintf(out, "%s %s: %llu leaves, root ", what, p->path, (unsigned long long)end->size);
	for (size_t i = 0; i < sizeof(end->root); i++)
		fprintf(out, "%02x", end->root[i]);
	fputc('\n', out);
}

enum err backup_store(const char *dir, const char *to, FILE *out, struct fault *f)
{
	struct place p;
	struct position end;
	struct db *source;
	enum err err = db_open(&source, dir, DB_READ, f);
	if (err != OK)
		return err;
	err = place_open(&p, to, false, f);
	if (err != OK) {
		db_close(source);
		return err;
	}
	err = copy_store(source, &p, &end, f);
	db_close(source);
	if (err == OK)
		err = copy_files(dir, p.temp, f);
	if (err == OK)
		err = place_keep(&p, f);
	if (err != OK)
		place_drop(&p);
	else
		say(out, "kept in", &p, &end);
	return err;
}

/* Restoring. */

static enum err tail_of(const char *dir, struct position *end, struct fault *f)
{
	struct db *db;
	struct txn *txn;
	enum err err = db_open(&db, dir, DB_READ, f);
	if (err != OK)
		return err;
	err = txn_begin(&txn, db, false, f);
	if (err == OK) {
		err = journal_tail(txn, end, f);
		txn_abort(txn);
	}
	db_close(db);
	return err;
}

enum err restore_store(const char *backup, const char *dir, FILE *out, struct fault *f)
{
	struct place p;
	struct position end;
	if (!is_there(backup, "data.mdb"))
		return fail(f, E_NOT_FOUND, backup, "a backup");
	enum err err = place_open(&p, dir, true, f);
	if (err != OK)
		return err;
	err = copy_file(backup, p.temp, "data.mdb", f);
	if (err == OK)
		err = copy_files(backup, p.temp, f);
	if (err == OK)
		err = verify_store(p.temp, out, f);
	if (err == OK)
		err = tail_of(p.temp, &end, f);
	if (err == OK)
		err = place_keep(&p, f);
	if (err != OK) {
		place_drop(&p);
		return err;
	}
	say(out, "restored to", &p, &end);
	fprintf(out, "begin with: hoiamd run %s\n", p.path);
	return OK;
}
