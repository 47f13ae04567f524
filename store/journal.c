/* journal.c: the local home of the journal: entries beside the views, in one transaction. */
#include "store/journal.h"

#include "store/key.h"

#include <stdlib.h>

struct journal {
	struct db *db;
	struct frontier frontier;
	uint64_t epoch;
	int64_t at;
};

static const struct {
	const char *name;
	const struct record *(*record)(void);
} events[] = {
/* clang-format off */
#define EVENT(code, name, help) [code] = { #name, record_ev_##name },
#include "proto/event.def"
	/* clang-format on */
};

const struct record *event_record(uint64_t code)
{
	return code < COUNT(events) && events[code].record != NULL ? events[code].record() : NULL;
}

const char *event_name(uint64_t code)
{
	return code < COUNT(events) ? events[code].name : NULL;
}

void leaf_write(struct writer *w, enum event_code code, const void *event)
{
	write_array(w, 2);
	write_uint(w, code);
	record_write_disk(w, event_record(code), event);
}

enum err leaf_open(struct bytes leaf, uint64_t *code, struct reader *fields, struct fault *f)
{
	*fields = reader_of(leaf);
	uint32_t two = read_array(fields);
	*code = read_uint(fields);
	if (fields->err != OK || two != 2)
		return fail(f, E_CORRUPT, "entry", "a leaf that is not [code, fields]");
	return OK;
}

/* The end of the journal, as stored: epoch, time, frontier, and the first bytes of their hash:
 * nothing else in the store would bear out the epoch. */

static const struct bytes position_key = { (const uint8_t *)"position", 8 };

static void hash_of_position(struct bytes value, uint8_t out[static POSITION_CHECK_BYTES])
{
	uint8_t hash[TREE_HASH_BYTES];
	tree_leaf(value, hash);
	memcpy(out, hash, POSITION_CHECK_BYTES);
}

static enum err load(struct txn *txn, struct journal *to, struct fault *f)
{
	struct bytes value;
	uint8_t check[POSITION_CHECK_BYTES];
	to->frontier.size = 0;
	to->epoch = 0;
	to->at = 0;
	if (!txn_get(txn, STORE_meta, position_key, &value))
		return txn_error(txn);
	if (value.n < 24 + POSITION_CHECK_BYTES)
		return fail(f, E_CORRUPT, "meta", "position");
	value.n -= POSITION_CHECK_BYTES;
	hash_of_position(value, check);
	if (memcmp(check, value.p + value.n, sizeof(check)) != 0)
		return fail(f, E_CORRUPT, "meta", "position does not fit its hash");
	to->epoch = get_u64(value.p);
	to->at = (int64_t)get_u64(value.p + 8);
	return frontier_read(bytes_of(value.p + 16, value.n - 16), &to->frontier, f);
}

void journal_seal(struct journal *j, struct txn *txn)
{
	uint8_t value[16 + FRONTIER_BYTES_MAX + POSITION_CHECK_BYTES];
	put_u64(value, j->epoch);
	put_u64(value + 8, (uint64_t)j->at);
	size_t n = 16 + frontier_write(&j->frontier, value + 16);
	hash_of_position(bytes_of(value, n), value + n);
	txn_put(txn, STORE_meta, position_key, bytes_of(value, n + POSITION_CHECK_BYTES));
}

enum err journal_rewind(struct journal *j, struct txn *txn, struct fault *f)
{
	return load(txn, j, f);
}

static enum err read_end(struct txn *txn, struct position *to, bool root, struct fault *f)
{
	struct journal j = { 0 };
	enum err err = load(txn, &j, f);
	if (err != OK)
		return err;
	*to = (struct position){ .epoch = j.epoch, .size = j.frontier.size, .at = j.at };
	if (root)
		frontier_root(&j.frontier, to->root);
	return OK;
}

enum err journal_tail(struct txn *txn, struct position *to, struct fault *f)
{
	return read_end(txn, to, true, f);
}

enum err journal_last(struct txn *txn, struct position *to, struct fault *f)
{
	return read_end(txn, to, false, f);
}

struct position journal_end(const struct journal *j)
{
	return (struct position){ .epoch = j->epoch, .size = j->frontier.size, .at = j->at };
}

enum err journal_open(struct journal **to, struct db *db, struct fault *f)
{
	struct txn *txn;
	enum err err = txn_begin(&txn, db, false, f);
	if (err != OK)
		return err;
	struct journal *j = xcalloc(1, sizeof(*j));
	j->db = db;
	err = load(txn, j, f);
	txn_abort(txn);
	if (err != OK) {
		journal_close(j);
		return err;
	}
	*to = j;
	return OK;
}

void journal_close(struct journal *j)
{
	free(j);
}

enum err journal_own(struct journal *j, struct position *tail, struct fault *f)
{
	struct txn *txn;
	enum err err = txn_begin(&txn, j->db, true, f);
	if (err != OK)
		return err;
	err = load(txn, j, f);
	if (err == OK) {
		j->epoch++;
		journal_seal(j, txn);
		err = journal_tail(txn, tail, f);
	}
	if (err != OK) {
		txn_abort(txn);
		return err;
	}
	return txn_commit(txn, f);
}

/* Appending. */

static void append_leaf(
	struct journal *j, struct txn *txn, struct bytes leaf, struct writer *hashes)
{
	uint8_t hash[TREE_HASH_BYTES];
	struct key key = key_of_seq(j->frontier.size);
	txn_append(txn, STORE_entry, key_bytes(&key), leaf);
	tree_leaf(leaf, hash);
	frontier_add(&j->frontier, hash);
	write_raw(hashes, hash, sizeof(hash));
}

static void append_words(struct txn *txn, uint64_t seq, const struct group *groups, size_t count)
{
	struct writer w = { 0 };
	for (size_t i = 0; i < count; i++) {
		struct key key = key_of_words(seq, (uint16_t)i);
		writer_reset(&w);
		write_raw(&w, groups[i].salt, sizeof(groups[i].salt));
		write_raw(&w, groups[i].words.p, groups[i].words.n);
		txn_append(txn, STORE_words, key_bytes(&key), writer_bytes(&w));
	}
	writer_fini(&w);
}

static void append_part(struct txn *txn, struct key key, struct bytes part)
{
	uint8_t row[BODY_CHECK_BYTES + BODY_PART_BYTES], hash[TREE_HASH_BYTES];
	tree_leaf(part, hash);
	memcpy(row, hash, BODY_CHECK_BYTES);
	memcpy(row + BODY_CHECK_BYTES, part.p, part.n);
	txn_append(txn, STORE_body, key_bytes(&key), bytes_of(row, BODY_CHECK_BYTES + part.n));
}

static void append_body(struct txn *txn, uint64_t seq, struct bytes body)
{
	uint32_t part = 0;
	for (size_t at = 0; at < body.n; at += BODY_PART_BYTES) {
		size_t left = body.n - at;
		append_part(txn, key_of_body(seq, part++),
			bytes_of(body.p + at, left < BODY_PART_BYTES ? left : BODY_PART_BYTES));
	}
}

enum err journal_append(struct journal *j, struct txn *txn, uint64_t expect_size,
	const struct entry *entry, struct fault *f)
{
	uint64_t seq = j->frontier.size;
	if (seq != expect_size)
		return fail_number(f, E_CONFLICT, "journal", (int64_t)seq, (int64_t)expect_size);
	AUTO(writer_fini) struct writer w = { 0 }, hashes = { 0 };
	uint8_t hash[TREE_HASH_BYTES];
	leaf_write(&w, EVENT_entry, &entry->header);
	append_leaf(j, txn, writer_bytes(&w), &hashes);
	for (size_t i = 0; i < entry->header.count; i++)
		append_leaf(j, txn, entry->events[i], &hashes);
	struct key value = key_of_seq(seq);
	tree_leaf(writer_bytes(&hashes), hash);
	memcpy(value.p + value.n, hash, RID_CHECK_BYTES);
	value.n += RID_CHECK_BYTES;
	txn_put(txn, STORE_rid, entry->rid, key_bytes(&value));
	append_words(txn, seq, entry->groups, entry->group_count);
	append_body(txn, seq, entry->body);
	j->at = entry->header.at;
	return txn_error(txn);
}

/* Reading. */

bool journal_leaf(struct txn *txn, uint64_t seq, struct bytes *leaf)
{
	struct key key = key_of_seq(seq);
	return txn_get(txn, STORE_entry, key_bytes(&key), leaf);
}

enum err journal_read(
	struct txn *txn, uint64_t seq, struct entry *to, struct arena *a, struct fault *f)
{
	struct bytes leaf;
	uint64_t code;
	struct reader fields;
	*to = (struct entry){ 0 };
	if (!journal_leaf(txn, seq, &leaf))
		return fail(f, E_NOT_FOUND, "entry", NULL);
	enum err err = leaf_open(leaf, &code, &fields, f);
	if (err == OK && code != EVENT_entry)
		err = fail(f, E_CORRUPT, "entry", "no header where one should be");
	if (err == OK)
		err = record_read_disk(&fields, record_ev_entry(), &to->header, a, f);
	if (err != OK)
		return err;
	if (to->header.count > LIMIT_ITEMS_CONCLUSION * 2)
		return fail(f, E_CORRUPT, "entry", "count of events");
	to->events = arena_alloc(a, to->header.count, sizeof(*to->events));
	for (size_t i = 0; i < to->header.count; i++)
		if (!journal_leaf(txn, seq + 1 + i, &to->events[i]))
			return fail(f, E_CORRUPT, "entry", "an event is missing");
	return OK;
}

bool journal_header_of(struct txn *txn, uint64_t event_seq, uint64_t *header_seq)
{
	struct key from = key_of_seq(event_seq);
	struct bytes key, leaf;
	AUTO(scan_close) struct scan s;
	scan_open(&s, txn, STORE_entry, (struct bytes){ 0 });
	scan_from(&s, key_bytes(&from), false);
	scan_backward(&s);
	for (uint64_t seq = event_seq; scan_next(&s, &key, &leaf); seq--) {
		if (key.n != from.n || get_u64(key.p) != seq)
			return false; /* a leaf is missing */
		if (leaf.n > 1 && leaf.p[0] == 0x92 && leaf.p[1] == EVENT_entry) {
			*header_seq = seq;
			return true;
		}
	}
	return false;
}

bool journal_find_rid(struct txn *txn, struct bytes rid, uint64_t *seq)
{
	struct bytes value;
	if (!txn_get(txn, STORE_rid, rid, &value) || value.n != 8 + RID_CHECK_BYTES)
		return false;
	*seq = get_u64(value.p);
	return true;
}

bool journal_words(struct txn *txn, uint64_t seq, uint16_t group, struct group *to)
{
	struct key key = key_of_words(seq, group);
	struct bytes value;
	if (!txn_get(txn, STORE_words, key_bytes(&key), &value) || value.n < 32)
		return false;
	memcpy(to->salt, value.p, 32);
	to->words = bytes_of(value.p + 32, value.n - 32);
	return true;
}

void journal_destroy_words(struct txn *txn, uint64_t seq, uint16_t group)
{
	struct key key = key_of_words(seq, group);
	txn_erase(txn, STORE_words, key_bytes(&key));
	struct bytes part;
	for (uint32_t i = 0;; i++) {
		key = key_of_body(seq, i);
		if (!txn_get(txn, STORE_body, key_bytes(&key), &part))
			return;
		txn_erase(txn, STORE_body, key_bytes(&key));
	}
}

bool journal_body_open(struct bytes row, struct bytes *to)
{
	uint8_t hash[TREE_HASH_BYTES];
	if (row.n <= BODY_CHECK_BYTES || row.n > BODY_CHECK_BYTES + BODY_PART_BYTES)
		return false;
	*to = bytes_of(row.p + BODY_CHECK_BYTES, row.n - BODY_CHECK_BYTES);
	tree_leaf(*to, hash);
	return memcmp(hash, row.p, BODY_CHECK_BYTES) == 0;
}

bool journal_body(struct txn *txn, uint64_t seq, uint32_t part, struct bytes *to)
{
	struct key key = key_of_body(seq, part);
	struct bytes row;
	return txn_get(txn, STORE_body, key_bytes(&key), &row) && journal_body_open(row, to);
}
