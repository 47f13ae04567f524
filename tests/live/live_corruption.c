/*
 * live_corruption.c: what verify finds: one byte flipped in each table at seeded places, files cut
 * short, pages of garbage; and copies: made while a writer is at work, restored, verified.
 */
#include "tests/lib/test.h"

#include "daemon/backup.h"
#include "daemon/verify/verify.h"
#include "store/dump.h"
#include "tests/lib/workload.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ACTIONS = 450, PLACES = 100, PAGE = 4096 };

/* A house whose store is closed, and the bytes of its file when all was well. */
struct victim {
	struct test_house *house;
	char file[200];
	uint8_t *bytes;
	size_t n;
	struct workload w;
};

/* Files. */

static uint8_t *read_file(const char *path, size_t *n)
{
	struct stat st;
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	*n = (size_t)st.st_size;
	uint8_t *bytes = xmalloc(*n);
	assert_int_equal(fread(bytes, 1, *n, file), *n);
	fclose(file);
	return bytes;
}

static void write_file(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void remove_folder(const char *path)
{
	static const char *const names[] = { "data.mdb", "lock.mdb", "house.key", "hoiamd.conf" };
	char file[300];
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		unlink(file);
	}
	rmdir(path);
}

/* A path beside the house, with nothing there. */
static void beside(const struct victim *v, const char *name, char out[static 200])
{
	snprintf(out, 200, "%s.%s", v->house->path, name);
	remove_folder(out);
}

static int victim_open(void **state)
{
	struct victim *v = xcalloc(1, sizeof(*v));
	char key[200];
	v->house = test_house_open();
	v->w.seed = 5;
	workload_run(&v->w, v->house, ACTIONS);
	workload_close_store(v->house);
	snprintf(v->file, sizeof(v->file), "%s/data.mdb", v->house->path);
	snprintf(key, sizeof(key), "%s/house.key", v->house->path);
	write_file(key, v->house->secret, sizeof(v->house->secret));
	v->bytes = read_file(v->file, &v->n);
	*state = v;
	return 0;
}

static int victim_close(void **state)
{
	struct victim *v = *state;
	char key[200];
	snprintf(key, sizeof(key), "%s/house.key", v->house->path);
	unlink(key);
	write_file(v->file, v->bytes, v->n);
	workload_open_store(v->house);
	test_house_close(v->house);
	free(v->bytes);
	free(v);
	return 0;
}

/* Lines of verify; freed by the caller. */
__attribute__((noinline)) static char *verified(const char *path, bool apart, enum err *err)
{
	char *lines = NULL;
	size_t n;
	struct fault f = { 0 };
	FILE *out = open_memstream(&lines, &n);
	assert_non_null(out);
	*err = apart ? verify_store(path, out, &f) : verify_here(path, out, &f);
	fclose(out);
	return lines;
}

/* Flipping. */

struct flip {
	enum store table;
	uint8_t key[64], fresh[64]; /* before, after */
	size_t key_n;
	size_t at; /* byte of the key and the value behind it */
	uint8_t by;
};

static void pick_row(
	struct victim *v, struct txn *txn, enum store table, struct bytes *key, struct bytes *value)
{
	uint64_t rows = db_table_pages(txn, table).rows;
	if (rows == 0)
		print_error("the workload filled no row of %s\n", store_name(table));
	assert_true(rows > 0);
	uint64_t skip = workload_random(&v->w, rows);
	AUTO(scan_close) struct scan s;
	scan_open(&s, txn, table, (struct bytes){ 0 });
	for (uint64_t i = 0; i <= skip; i++)
		assert_true(scan_next(&s, key, value));
}

static struct flip flip(struct victim *v, enum store table)
{
	struct flip f = { .table = table };
	struct db *db;
	struct txn *txn;
	struct bytes key, value;
	assert_int_equal(db_open(&db, v->house->path, DB_WRITE, NULL), OK);
	assert_int_equal(txn_begin(&txn, db, true, NULL), OK);
	pick_row(v, txn, table, &key, &value);
	f.key_n = key.n;
	f.at = workload_random(&v->w, key.n + value.n);
	f.by = (uint8_t)(1 + workload_random(&v->w, 255));
	uint8_t *bytes = xmalloc(key.n + value.n);
	memcpy(bytes, key.p, key.n);
	if (value.n > 0)
		memcpy(bytes + key.n, value.p, value.n);
	memcpy(f.key, bytes, key.n);
	bytes[f.at] ^= f.by;
	memcpy(f.fresh, bytes, key.n);
	size_t n = value.n;
	txn_del(txn, table, bytes_of(f.key, f.key_n));
	txn_put(txn, table, bytes_of(bytes, f.key_n), bytes_of(bytes + f.key_n, n));
	free(bytes);
	assert_int_equal(txn_commit(txn, NULL), OK);
	db_close(db);
	return f;
}

static bool has(const char *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool has(const char *lines, const char *format, ...)
{
	char wanted[DUMP_KEY_BYTES + 64];
	va_list list;
	va_start(list, format);
	vsnprintf(wanted, sizeof(wanted), format, list);
	va_end(list);
	return strstr(lines, wanted) != NULL;
}

/* A leaf that only the tree accounts for is named by the part of the tree that it lies in. */
static bool in_range(const char *lines, uint64_t seq)
{
	static const char what[] = "verify: meta position root: one of entry ";
	for (const char *at = strstr(lines, what); at != NULL; at = strstr(at + 1, what)) {
		char *end;
		uint64_t first = strtoull(at + sizeof(what) - 1, &end, 10);
		uint64_t last = *end == '-' ? strtoull(end + 1, NULL, 10) : 0;
		if (first <= seq && seq <= last)
			return true;
	}
	return false;
}

/* 2: table and key are named, 1: the part of the journal, 0: neither. */
static int named(const struct flip *f, const char *lines)
{
	char key[DUMP_KEY_BYTES], fresh[DUMP_KEY_BYTES];
	const char *table = store_name(f->table);
	dump_key(f->table, bytes_of(f->key, f->key_n), key);
	dump_key(f->table, bytes_of(f->fresh, f->key_n), fresh);
	if (f->table == STORE_meta)
		return has(lines, "verify: meta ") ? 2 : 0;
	if (has(lines, "verify: %s %s ", table, key) || has(lines, "verify: %s %s ", table, fresh))
		return 2;
	return f->table == STORE_entry && in_range(lines, get_u64(f->key));
}

static void check_flip(struct victim *v, enum store table, unsigned counts[static 3])
{
	enum err err;
	struct flip f = flip(v, table);
	char *lines = verified(v->house->path, false, &err);
	int how = named(&f, lines);
	if (err != E_CORRUPT || how == 0)
		print_message("%s: byte %zu of a key of %zu, by %02x: %d\n%s", store_name(table),
			f.at, f.key_n, f.by, err, lines);
	assert_int_equal(err, E_CORRUPT);
	assert_int_not_equal(how, 0);
	counts[how]++;
	free(lines);
	write_file(v->file, v->bytes, v->n);
}

static void a_flipped_byte_is_named_in_every_table(void **state)
{
	struct victim *v = *state;
	for (unsigned table = 0; table < STORE_COUNT; table++) {
		unsigned counts[3] = { 0 };
		for (unsigned i = 0; i < PLACES; i++)
			check_flip(v, (enum store)table, counts);
		print_message("%-10s %u named by key, %u by the part of the tree\n",
			store_name((enum store)table), counts[2], counts[1]);
	}
}

static void well(struct victim *v)
{
	enum err err;
	char *lines = verified(v->house->path, true, &err);
	print_message("%s", lines);
	assert_int_equal(err, OK);
	assert_non_null(strstr(lines, "all well"));
	free(lines);
}

static void what_is_well_is_said_to_be(void **state)
{
	well(*state);
}

/* Words. */

static void words_that_are_gone_without_an_entry_are_missed(void **state)
{
	struct victim *v = *state;
	struct db *db;
	struct txn *txn;
	struct bytes key, value;
	enum err err;
	char where[DUMP_KEY_BYTES];
	assert_int_equal(db_open(&db, v->house->path, DB_WRITE, NULL), OK);
	assert_int_equal(txn_begin(&txn, db, true, NULL), OK);
	pick_row(v, txn, STORE_words, &key, &value);
	dump_key(STORE_words, key, where);
	uint8_t copy[16];
	memcpy(copy, key.p, key.n);
	txn_del(txn, STORE_words, bytes_of(copy, key.n));
	assert_int_equal(txn_commit(txn, NULL), OK);
	db_close(db);
	char *lines = verified(v->house->path, false, &err);
	assert_int_equal(err, E_CORRUPT);
	assert_true(has(lines, "verify: words %s words: gone", where));
	free(lines);
	write_file(v->file, v->bytes, v->n);
}

/* Pages. */

/* Bytes up to the last page in use: behind it the writer keeps the file longer. */
static size_t bytes_in_use(const struct victim *v)
{
	size_t n = v->n;
	while (n > 0 && v->bytes[n - 1] == 0)
		n--;
	return (n + PAGE - 1) / PAGE * PAGE;
}

static void a_file_cut_short_is_told_as_such(void **state)
{
	struct victim *v = *state;
	const size_t whole = bytes_in_use(v);
	for (unsigned i = 0; i < 60; i++) {
		enum err err;
		size_t n = i == 0 ? 0 : i == 1 ? whole - 1 : workload_random(&v->w, whole);
		write_file(v->file, v->bytes, n);
		char *lines = verified(v->house->path, true, &err);
		if (err == OK || strstr(lines, "ended the process") != NULL)
			print_message("cut at %zu: %d %s", n, err, lines);
		assert_int_not_equal(err, OK);
		assert_null(strstr(lines, "ended the process"));
		free(lines);
	}
	write_file(v->file, v->bytes, v->n);
}

/* A compacted copy has no page that is free. */
static void compacted(struct victim *v, char path[static 200])
{
	struct db *db;
	beside(v, "compact", path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(db_open(&db, v->house->path, DB_READ, NULL), OK);
	assert_int_equal(db_copy(db, path, NULL), OK);
	db_close(db);
}

static void garbage(struct victim *v, uint8_t *page)
{
	for (size_t i = 0; i < PAGE; i++)
		page[i] = (uint8_t)workload_random(&v->w, 256);
}

static void a_page_of_garbage_is_found(void **state)
{
	struct victim *v = *state;
	char path[200], file[220];
	size_t n;
	compacted(v, path);
	snprintf(file, sizeof(file), "%s/data.mdb", path);
	uint8_t *good = read_file(file, &n), *bad = xmalloc(n);
	unsigned ended = 0;
	for (unsigned i = 0; i < PLACES; i++) {
		enum err err;
		size_t page = 2 + workload_random(&v->w, n / PAGE - 2);
		memcpy(bad, good, n);
		garbage(v, bad + page * PAGE);
		write_file(file, bad, n);
		char *lines = verified(path, true, &err);
		if (err == OK)
			print_message("page %zu: %s", page, lines);
		assert_int_not_equal(err, OK);
		ended += strstr(lines, "ended the process") != NULL;
		free(lines);
	}
	print_message("%u of %d ended the process that read them\n", ended, PLACES);
	free(good);
	free(bad);
	remove_folder(path);
}

/* Copies. */

static pid_t writer(struct victim *v)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid != 0)
		return pid;
	workload_open_store(v->house);
	for (unsigned i = 0; i < 1000000; i++)
		workload_run(&v->w, v->house, 50);
	_exit(0);
}

/* Into a place that is not there yet, or an empty folder. */
static void restored(struct victim *v, const char *copy, bool folder)
{
	char back[200];
	struct fault f = { 0 };
	struct stat st;
	char key[220];
	beside(v, "back", back);
	if (folder)
		assert_int_equal(mkdir(back, 0700), 0);
	enum err err = restore_store(copy, back, stdout, &f);
	if (err != OK)
		print_message("%s %s\n", f.field, f.what);
	assert_int_equal(err, OK);
	snprintf(key, sizeof(key), "%s/house.key", back);
	assert_int_equal(stat(key, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(restore_store(copy, back, stdout, &f), E_EXISTS);
	remove_folder(back);
}

static void a_copy_made_under_load_is_whole(void **state)
{
	struct victim *v = *state;
	char copy[200];
	struct fault f = { 0 };
	int status;
	pid_t pid = writer(v);
	for (unsigned i = 0; i < 5; i++) {
		usleep(100000);
		well(v);
		beside(v, "copy", copy);
		enum err err = backup_store(v->house->path, copy, stdout, &f);
		if (err != OK)
			print_message("%s %s\n", f.field, f.what);
		assert_int_equal(err, OK);
		assert_int_equal(backup_store(v->house->path, copy, stdout, &f), E_EXISTS);
		restored(v, copy, i % 2);
	}
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	remove_folder(copy);
	write_file(v->file, v->bytes, v->n);
}

static void a_damaged_copy_is_not_put_in_place(void **state)
{
	struct victim *v = *state;
	char copy[200], back[200], file[220];
	struct fault f = { 0 };
	struct stat st;
	size_t n;
	beside(v, "copy", copy);
	beside(v, "back", back);
	assert_int_equal(backup_store(v->house->path, copy, stdout, &f), OK);
	snprintf(file, sizeof(file), "%s/data.mdb", copy);
	uint8_t *bytes = read_file(file, &n);
	garbage(v, bytes + (2 + workload_random(&v->w, n / PAGE - 2)) * PAGE);
	write_file(file, bytes, n);
	free(bytes);
	assert_int_not_equal(restore_store(copy, back, stdout, &f), OK);
	assert_int_equal(stat(back, &st), -1);
	remove_folder(copy);
	assert_int_equal(restore_store(copy, back, stdout, &f), E_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_well_is_said_to_be),
		cmocka_unit_test(words_that_are_gone_without_an_entry_are_missed),
		cmocka_unit_test(a_file_cut_short_is_told_as_such),
		cmocka_unit_test(a_page_of_garbage_is_found),
		cmocka_unit_test(a_damaged_copy_is_not_put_in_place),
		cmocka_unit_test(a_copy_made_under_load_is_whole),
		cmocka_unit_test(a_flipped_byte_is_named_in_every_table),
	};
	return cmocka_run_group_tests(tests, victim_open, victim_close);
}
