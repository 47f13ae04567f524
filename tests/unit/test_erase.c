/*
 * test_erase.c: words that were destroyed do not stay in the free pages of the store's file,
 * whether they were short or filled pages of their own.
 */
#include "tests/lib/test.h"

#include "tests/lib/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "Ông ấy nhận tiền ở quán nước"

enum { LONG_WORDS = 12000 };

/* Whether the file holds the bytes anywhere. */
static bool on_disk(const struct test_house *h, const char *words)
{
	char path[200];
	snprintf(path, sizeof(path), "%s/data.mdb", h->path);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size_t n = (size_t)ftell(file);
	uint8_t *bytes = xmalloc(n);
	rewind(file);
	assert_int_equal(fread(bytes, 1, n, file), n);
	fclose(file);
	bool found = memmem(bytes, n, words, strlen(words)) != NULL;
	free(bytes);
	return found;
}

/* Cases 98101/2026/1 to 6, of which 2 has long words, all with their own beginning. */
static void record_six(struct test_house *h)
{
	struct opinion_new v[6];
	for (unsigned i = 0; i < COUNT(v); i++) {
		v[i] = test_opinion_new("PHAN_ANH", "water");
		char *words = arena_alloc(&h->arena, 1, LONG_WORDS + 1);
		int n = snprintf(words, LONG_WORDS, "%s lần %u", SECRET, i + 1);
		if (i == 1)
			memset(words + n, 'a', LONG_WORDS - (size_t)n);
		v[i].words = text_of(words);
	}
	test_record_at(
		h, test_officer(h, "receptionist", "98101"), "98101", "2026-03-01", v, COUNT(v));
}

static void seal(struct test_house *h, const char *number)
{
	const struct test_officer *leader = test_officer(h, "leader", "98101");
	struct case_classify q = { .number = text_of(number),
		.kind = text_of("TC"),
		.custodian = leader->number,
		.paper = text_of("tủ 3") };
	test_must(h, leader, CMD_case_classify, &q);
}

/* Changes around: pages are copied, freed and used again with old words in them. */
static void go_on(struct test_house *h)
{
	for (int i = 0; i < 20; i++)
		(void)test_record(h, test_officer(h, "receptionist", "98101"), "dialogue_regular",
			"2026-02-20", 3, false);
}

static void destroyed_words_leave_the_free_pages(void **state)
{
	(void)state;
	struct fault f = { 0 };
	AUTO(test_house_close) struct test_house *h = test_house_open();
	record_six(h);
	go_on(h);
	assert_true(on_disk(h, SECRET " lần 1"));
	assert_true(on_disk(h, SECRET " lần 2a"));
	seal(h, "98101/2026/1");
	seal(h, "98101/2026/2");
	assert_true(on_disk(h, SECRET " lần 1") || on_disk(h, SECRET " lần 2a"));
	assert_int_equal(db_scrub(h->db, &f), OK);
	assert_false(on_disk(h, SECRET " lần 1"));
	assert_false(on_disk(h, SECRET " lần 2"));
	assert_true(on_disk(h, SECRET " lần 3"));
	assert_true(on_disk(h, SECRET " lần 6"));
	go_on(h);
	assert_false(on_disk(h, SECRET " lần 1"));
}

static void a_reader_of_an_older_snapshot_is_waited_for(void **state)
{
	(void)state;
	struct fault f = { 0 };
	struct txn *reader;
	struct bytes key, value;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	record_six(h);
	assert_int_equal(db_scrub(h->db, &f), OK);
	assert_int_equal(txn_begin(&reader, h->db, false, &f), OK);
	seal(h, "98101/2026/1");
	assert_int_equal(db_scrub(h->db, &f), E_BUSY);
	bool found = false;
	struct scan s;
	scan_open(&s, reader, STORE_words, (struct bytes){ 0 });
	while (scan_next(&s, &key, &value))
		found |= memmem(value.p, value.n, SECRET " lần 1", strlen(SECRET " lần 1")) != NULL;
	scan_close(&s);
	assert_true(found);
	txn_abort(reader);
	assert_int_equal(db_scrub(h->db, &f), OK);
	assert_int_equal(txn_begin(&reader, h->db, false, &f), OK);
	assert_int_equal(db_scrub(h->db, &f), OK); /* nothing is due */
	txn_abort(reader);
}

static off_t size_of(const char *path)
{
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* LMDB may count pages at the file's end that it never wrote: the writer keeps the file longer, so
 * that a store is never taken for one that was cut. A file that lacks pages is; nobody makes it
 * longer or shorter then. */
static void a_file_is_longer_than_its_pages(void **state)
{
	(void)state;
	char copy[200], path[220];
	struct fault f = { 0 };
	struct db *again;
	AUTO(test_house_close) struct test_house *h = test_house_open();
	record_six(h);
	for (int i = 0; i < 4; i++) {
		go_on(h);
		assert_int_equal(db_scrub(h->db, &f), OK);
	}
	seal(h, "98101/2026/2");
	assert_int_equal(db_scrub(h->db, &f), OK);
	assert_int_equal(db_open(&again, h->path, DB_READ, &f), OK);
	db_close(again);

	snprintf(copy, sizeof(copy), "%s/copy", h->path);
	snprintf(path, sizeof(path), "%s/data.mdb", copy);
	assert_int_equal(mkdir(copy, 0700), 0);
	assert_int_equal(db_copy(h->db, copy, &f), OK); /* without free pages */
	off_t cut = size_of(path) - 4096;
	assert_int_equal(truncate(path, cut), 0);
	assert_int_equal(db_open(&again, copy, DB_READ, &f), E_CORRUPT);
	assert_int_equal(size_of(path), cut);
	unlink(path);
	snprintf(path, sizeof(path), "%s/lock.mdb", copy);
	unlink(path);
	rmdir(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destroyed_words_leave_the_free_pages),
		cmocka_unit_test(a_reader_of_an_older_snapshot_is_waited_for),
		cmocka_unit_test(a_file_is_longer_than_its_pages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
