/* test_replay.c: views are made from the journal alone: any batch, the same dump; and the first
 * place where two dumps differ is named. */
#include "tests/lib/test.h"

#include "store/dump.h"
#include "store/replay.h"
#include "tests/lib/workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ACTIONS = 3000 };

struct scratch {
	char path[160];
	struct db *db;
};

static void scratch_open(struct scratch *s)
{
	const char *temp = getenv("TMPDIR");
	snprintf(s->path, sizeof(s->path), "%s/replay.XXXXXX", temp == NULL ? "/tmp" : temp);
	assert_non_null(mkdtemp(s->path));
	assert_int_equal(db_open(&s->db, s->path, DB_SCRATCH, NULL), OK);
}

static void scratch_close(struct scratch *s)
{
	char file[200];
	db_close(s->db);
	snprintf(file, sizeof(file), "%s/data.mdb", s->path);
	unlink(file);
	snprintf(file, sizeof(file), "%s/lock.mdb", s->path);
	unlink(file);
	rmdir(s->path);
}

static int house_open(void **state)
{
	struct test_house *h = test_house_open();
	struct workload w = { .seed = 11 };
	workload_run(&w, h, ACTIONS);
	print_message("%llu actions, %llu refused\n", (unsigned long long)w.done,
		(unsigned long long)w.refused);
	*state = h;
	return 0;
}

static int house_close(void **state)
{
	test_house_close(*state);
	return 0;
}

static struct txn *read_of(struct db *db)
{
	struct txn *txn;
	assert_int_equal(txn_begin(&txn, db, false, NULL), OK);
	return txn;
}

static void replayed(
	struct test_house *h, uint64_t batch, enum replay_what what, struct scratch *to)
{
	struct replay how = { .batch = batch, .what = what };
	struct txn *from = read_of(h->db);
	scratch_open(to);
	assert_int_equal(replay(from, to->db, &how, NULL), OK);
	txn_abort(from);
}

static void same_dump(struct test_house *h, struct db *db)
{
	uint8_t one[32], other[32];
	struct difference d = { 0 };
	struct txn *a = read_of(h->db), *b = read_of(db);
	if (!dump_compare(a, b, &d))
		print_message("%s %s\n", store_name(d.table), d.field);
	assert_true(dump_compare(a, b, &d));
	assert_int_equal(dump_hash(a, one, NULL), OK);
	assert_int_equal(dump_hash(b, other, NULL), OK);
	assert_memory_equal(one, other, 32);
	txn_abort(a);
	txn_abort(b);
}

static void batches_of_any_size_make_the_same_dump(void **state)
{
	static const uint64_t sizes[] = { 1, 7, 1000 };
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct scratch s;
		replayed(*state, sizes[i], REPLAY_VIEWS, &s);
		same_dump(*state, s.db);
		scratch_close(&s);
	}
}

static void same_table(struct txn *a, struct txn *b, enum store table)
{
	struct difference d = { .table = STORE_COUNT };
	assert_true(dump_compare_table(a, b, table, &d));
}

static void a_whole_replay_has_the_same_journal(void **state)
{
	struct test_house *h = *state;
	struct scratch s;
	struct position one, other;
	replayed(h, 7, REPLAY_WORDS, &s);
	same_dump(h, s.db);
	struct txn *a = read_of(h->db), *b = read_of(s.db);
	assert_int_equal(journal_tail(a, &one, NULL), OK);
	assert_int_equal(journal_tail(b, &other, NULL), OK);
	assert_int_equal(one.size, other.size);
	assert_int_equal(one.at, other.at);
	assert_memory_equal(one.root, other.root, 32);
	same_table(a, b, STORE_entry);
	same_table(a, b, STORE_rid);
	same_table(a, b, STORE_words);
	txn_abort(a);
	txn_abort(b);
	scratch_close(&s);
}

static void put_row(
	struct db *db, enum store table, struct key key, const struct record *r, const void *row)
{
	struct txn *txn;
	assert_int_equal(txn_begin(&txn, db, true, NULL), OK);
	row_put(txn, table, key, r, row);
	assert_int_equal(txn_commit(txn, NULL), OK);
}

static struct difference differs(struct test_house *h, struct db *db)
{
	struct difference d = { 0 };
	struct txn *a = read_of(h->db), *b = read_of(db);
	assert_false(dump_compare(a, b, &d));
	txn_abort(a);
	txn_abort(b);
	return d;
}

static void the_field_that_differs_is_named(void **state)
{
	struct test_house *h = *state;
	char key[DUMP_KEY_BYTES];
	struct scratch s;
	replayed(h, 1000, REPLAY_VIEWS, &s);
	struct row_term term = { text_of("topics"), text_of("mud") };
	put_row(s.db, STORE_term, key_of_u32(3), record_row_term(), &term);
	struct difference d = differs(h, s.db);
	assert_int_equal(d.table, STORE_term);
	assert_string_equal(d.field, "list");
	dump_key(d.table, bytes_of(d.key, d.key_n), key);
	assert_string_equal(key, "3");
	scratch_close(&s);
}

static void a_row_too_many_is_named(void **state)
{
	struct test_house *h = *state;
	char key[DUMP_KEY_BYTES];
	struct scratch s;
	replayed(h, 1000, REPLAY_VIEWS, &s);
	struct row_case c = { .unit = 1, .state = STATE_RECORDED };
	struct num number = { 3, 999999, 2026 };
	put_row(s.db, STORE_case, key_of_num(number), record_row_case(), &c);
	struct difference d = differs(h, s.db);
	assert_int_equal(d.table, STORE_case);
	assert_true(d.only_b);
	dump_key(d.table, bytes_of(d.key, d.key_n), key);
	assert_string_equal(key, "3/2026/999999");
	scratch_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(batches_of_any_size_make_the_same_dump),
		cmocka_unit_test(a_whole_replay_has_the_same_journal),
		cmocka_unit_test(the_field_that_differs_is_named),
		cmocka_unit_test(a_row_too_many_is_named),
	};
	return cmocka_run_group_tests(tests, house_open, house_close);
}
