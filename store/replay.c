/* replay.c: entries out of one store, in batches into another. */
#include "store/replay.h"

#include "proto/action.h"
#include "store/apply.h"

#include <assert.h>

struct replaying {
	struct txn *from, *to;
	struct db *db;
	struct journal *journal; /* NULL when only views are made */
	bool words;
	struct txn *words_in; /* views alone are made with the words of the first store */
	struct arena arena;
};

/* Rows as they are: groups that were destroyed leave holes. */
static void copy_rows(struct replaying *r, enum store table, uint64_t seq)
{
	struct key prefix = key_of_seq(seq);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, r->from, table, key_bytes(&prefix));
	while (scan_next(&s, &key, &value))
		txn_append(r->to, table, key, value);
}

static enum err append(struct replaying *r, uint64_t seq, struct entry *entry, struct fault *f)
{
	struct action action = { 0 };
	enum err err = action_open_head(entry->header.head, &action, &r->arena, f);
	entry->rid = action.head.rid;
	if (err == OK)
		err = journal_append(r->journal, r->to, seq, entry, f);
	if (err == OK && r->words) {
		copy_rows(r, STORE_words, seq);
		copy_rows(r, STORE_body, seq);
	}
	return err;
}

/* One entry; *next is where the one behind it begins. */
static enum err take(struct replaying *r, uint64_t seq, uint64_t *next, struct fault *f)
{
	struct entry entry;
	arena_reset(&r->arena);
	enum err err = journal_read(r->from, seq, &entry, &r->arena, f);
	if (err == OK && r->journal != NULL)
		err = append(r, seq, &entry, f);
	if (err == OK)
		err = apply_all(r->to, r->words_in, seq, &entry, &r->arena, f);
	if (err != OK && f != NULL)
		f->at = (int64_t)seq;
	*next = seq + 1 + entry.header.count;
	return err;
}

static enum err take_batch(struct replaying *r, uint64_t count, uint64_t *seq, struct fault *f)
{
	struct bytes leaf;
	enum err err = txn_begin(&r->to, r->db, true, f);
	if (err != OK)
		return err;
	r->words_in = r->journal == NULL ? r->from : r->to;
	for (uint64_t i = 0; err == OK && i < count && journal_leaf(r->from, *seq, &leaf); i++)
		err = take(r, *seq, seq, f);
	if (err == OK && r->journal != NULL)
		journal_seal(r->journal, r->to);
	if (err == OK)
		return txn_commit(r->to, f);
	txn_abort(r->to);
	return err;
}

enum err replay(struct txn *from, struct db *to, const struct replay *how, struct fault *f)
{
	struct replaying r = { .from = from, .db = to, .words = how->what == REPLAY_WORDS };
	struct bytes leaf;
	uint64_t seq = 0;
	assert(how->batch > 0);
	enum err err = how->what == REPLAY_VIEWS ? OK : journal_open(&r.journal, to, f);
	while (err == OK && journal_leaf(from, seq, &leaf)) {
		err = take_batch(&r, how->batch, &seq, f);
		if (err == OK && how->progress != NULL)
			how->progress(how->arg, seq);
	}
	journal_close(r.journal);
	arena_fini(&r.arena);
	return err != OK ? err : txn_error(from);
}
