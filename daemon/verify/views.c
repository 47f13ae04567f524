/* views.c: the views that are stored against those that the journal makes. */
#include "daemon/verify/audit.h"

#include "store/dump.h"
#include "store/replay.h"
#include "store/row.h"

#include <unistd.h>

enum { BATCH = 1000 };

static void progress(void *arg, uint64_t size)
{
	struct audit *a = arg;
	if (a->progress)
		fprintf(stderr, "\rverify: replayed %llu of %llu\033[K", (unsigned long long)size,
			(unsigned long long)a->leaves);
}

/* A row about a case is named by the case's last event as well. */
static void fail_row(struct audit *a, struct txn *made, const struct difference *d)
{
	char where[DUMP_KEY_BYTES];
	struct num number;
	struct row_case c = { 0 };
	struct bytes key = bytes_of(d->key, d->key_n);
	dump_key(d->table, key, where);
	const char *why = d->only_a   ? "the entries make no such row"
			  : d->only_b ? "the row that the entries make is missing"
				      : "not what the entries make of it";
	if (dump_case(d->table, key, &number) &&
		row_get(made, STORE_case, key_of_num(number), record_row_case(), &c, &a->arena))
		audit_fail(a, store_name(d->table), where, d->field, "%s (seq %llu)", why,
			(unsigned long long)c.last);
	else
		audit_fail(a, store_name(d->table), where, d->field, "%s", why);
}

static enum err compare(struct audit *a, struct db *made, struct fault *f)
{
	enum store tables[STORE_COUNT];
	size_t count = dump_tables(tables);
	struct txn *txn;
	enum err err = txn_begin(&txn, made, false, f);
	if (err != OK)
		return err;
	for (unsigned table = 0; table < STORE_COUNT; table++) /* made of the same words */
		if (store_class((enum store)table) == STORE_LOCAL)
			tables[count++] = (enum store)table;
	for (size_t i = 0; i < count; i++) {
		struct difference d;
		if (!dump_compare_table(a->txn, txn, tables[i], &d))
			fail_row(a, txn, &d);
	}
	return txn_commit(txn, f);
}

enum err views_check(struct audit *a, const char *temp, struct fault *f)
{
	struct db *made;
	struct replay how = { .batch = BATCH, .progress = progress, .arg = a };
	enum err err = db_open(&made, temp, DB_SCRATCH, f);
	if (err != OK)
		return err;
	struct fault why = { 0 };
	err = replay(a->txn, made, &how, &why);
	if (err == E_CORRUPT || err == E_TOO_NEW) {
		audit_fail_at(a, (uint64_t)why.at, "replay", "cannot be applied: %s", why.what);
		err = OK;
	} else if (err == OK) {
		err = compare(a, made, f);
	} else if (f != NULL) {
		*f = why;
	}
	db_close(made);
	return err;
}
