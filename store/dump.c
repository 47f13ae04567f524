/* dump.c: views side by side. */
#include "store/dump.h"

#include "proto/tree.h"
#include "store/fact.h"

#include <stdio.h>

size_t dump_tables(enum store to[static STORE_COUNT])
{
	size_t n = 0;
	for (unsigned table = 0; table < STORE_COUNT; table++) {
		if (store_class((enum store)table) != STORE_VIEW)
			continue;
		size_t at = n++;
		for (; at > 0 && strcmp(store_name(to[at - 1]), store_name((enum store)table)) > 0;
			at--)
			to[at] = to[at - 1];
		to[at] = (enum store)table;
	}
	return n;
}

/* A row in the dump: [table, key, value]. */
static void add_row(struct frontier *tree, struct writer *w, enum store table, struct bytes key,
	struct bytes value)
{
	uint8_t leaf[32];
	writer_reset(w);
	write_array(w, 3);
	write_string(w, store_name(table));
	write_bin(w, key);
	write_bin(w, value);
	tree_leaf(writer_bytes(w), leaf);
	frontier_add(tree, leaf);
}

enum err dump_hash(struct txn *txn, uint8_t out[static 32], struct fault *f)
{
	enum store tables[STORE_COUNT];
	size_t count = dump_tables(tables);
	struct frontier tree = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	for (size_t i = 0; i < count; i++) {
		struct bytes key, value;
		AUTO(scan_close) struct scan s;
		scan_open(&s, txn, tables[i], (struct bytes){ 0 });
		while (scan_next(&s, &key, &value))
			add_row(&tree, &w, tables[i], key, value);
	}
	frontier_root(&tree, out);
	enum err err = txn_error(txn);
	return err == OK ? OK : fail(f, err, "views", NULL);
}

/* Which field differs. */

static const char *fact_field(struct bytes key, struct bytes a, struct bytes b)
{
	static const char *const marks[CASE_MARKS] = {
		[MARK_ACCEPTED] = "accepted",
		[MARK_REFERRED] = "referred",
		[MARK_ACKNOWLEDGED] = "acknowledged",
		[MARK_SETTLED] = "settled",
		[MARK_DONE] = "done",
		[MARK_ENDED] = "ended",
		[MARK_INCLUDED] = "included",
		[MARK_VOIDED] = "voided",
		[MARK_DUE] = "due",
	};
	struct fact fa, fb;
	if (!fact_read(key, a, &fa) || !fact_read(key, b, &fb))
		return "row";
	if (fa.until != fb.until)
		return "until";
	if (fa.kind != fb.kind)
		return "kind";
	if (fa.topic != fb.topic)
		return "topic";
	if (fa.flags != fb.flags)
		return "flags";
	if (fa.state != fb.state)
		return "state";
	if (fa.meeting_n != fb.meeting_n)
		return "meeting";
	for (unsigned m = 0; m < CASE_MARKS; m++)
		if (fa.mark[m] != fb.mark[m])
			return marks[m];
	return "row";
}

static const char *name_of(const struct record *r, uint64_t id)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].id == id)
			return r->fields[i].name;
	return "row";
}

/* Both are maps by field id, in rising order; either may be damaged. */
static const char *row_field(const struct record *r, struct bytes a, struct bytes b)
{
	struct reader ra = reader_of(a), rb = reader_of(b);
	uint32_t na = read_map(&ra), nb = read_map(&rb);
	uint64_t last = 0;
	for (uint32_t i = 0; i < na && i < nb; i++) {
		uint64_t ia = read_uint(&ra), ib = read_uint(&rb);
		if (ra.err != OK || rb.err != OK)
			return name_of(r, ra.err == OK ? ia : rb.err == OK ? ib : last);
		if (ia != ib)
			return name_of(r, ib > last && ib < ia ? ib : ia > last ? ia : ib);
		struct bytes va = read_any(&ra), vb = read_any(&rb);
		if (ra.err != OK || rb.err != OK || !bytes_equal(va, vb))
			return name_of(r, ia);
		last = ia;
	}
	uint64_t more = na > nb ? read_uint(&ra) : na < nb ? read_uint(&rb) : 0;
	return ra.err != OK || rb.err != OK ? "row" : name_of(r, more);
}

static const char *field_of(enum store table, struct bytes key, struct bytes a, struct bytes b)
{
	const struct record *r = row_record(table);
	if (r != NULL)
		return row_field(r, a, b);
	return table == STORE_fact ? fact_field(key, a, b) : "row";
}

/* Comparing. */

struct side {
	struct scan scan;
	struct bytes key, value;
	bool there;
};

static void step(struct side *s)
{
	s->there = scan_next(&s->scan, &s->key, &s->value);
}

static int order(struct bytes a, struct bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);
	return c != 0 ? c : a.n < b.n ? -1 : a.n > b.n ? 1 : 0;
}

static bool differ(struct difference *to, enum store table, struct bytes key, const char *field)
{
	*to = (struct difference){ .table = table, .field = field };
	to->key_n = key.n < sizeof(to->key) ? key.n : sizeof(to->key);
	if (to->key_n > 0)
		memcpy(to->key, key.p, to->key_n);
	return false;
}

static bool compare_rows(struct side *a, struct side *b, enum store table, struct difference *to)
{
	int c = !a->there ? 1 : !b->there ? -1 : order(a->key, b->key);
	if (c == 0)
		return bytes_equal(a->value, b->value) ||
		       differ(to, table, a->key, field_of(table, a->key, a->value, b->value));
	(void)differ(to, table, c < 0 ? a->key : b->key, "key");
	to->only_a = c < 0;
	to->only_b = c > 0;
	return false;
}

bool dump_compare_table(struct txn *a, struct txn *b, enum store table, struct difference *to)
{
	struct side sa = { 0 }, sb = { 0 };
	bool same = true;
	scan_open(&sa.scan, a, table, (struct bytes){ 0 });
	scan_open(&sb.scan, b, table, (struct bytes){ 0 });
	step(&sa);
	step(&sb);
	while (same && (sa.there || sb.there)) {
		same = compare_rows(&sa, &sb, table, to);
		step(&sa);
		step(&sb);
	}
	scan_close(&sa.scan);
	scan_close(&sb.scan);
	return same;
}

bool dump_compare(struct txn *a, struct txn *b, struct difference *to)
{
	enum store tables[STORE_COUNT];
	size_t count = dump_tables(tables);
	for (size_t i = 0; i < count; i++)
		if (!dump_compare_table(a, b, tables[i], to))
			return false;
	return true;
}

/* Keys: b, s, u, q are whole numbers of 1, 2, 4, 8 bytes, n a register number, x other bytes. */

static const char *const shapes[STORE_COUNT] = {
	[STORE_meta] = "x",
	[STORE_entry] = "q",
	[STORE_words] = "qs",
	[STORE_body] = "qu",
	[STORE_rid] = "x",
	[STORE_state] = "b",
	[STORE_unit] = "u",
	[STORE_officer] = "u",
	[STORE_key] = "x",
	[STORE_channel] = "x",
	[STORE_grant] = "uu",
	[STORE_invite] = "x",
	[STORE_term] = "u",
	[STORE_policy] = "u",
	[STORE_counter] = "bus",
	[STORE_meeting] = "n",
	[STORE_opinion] = "nu",
	[STORE_conclusion] = "nu",
	[STORE_item] = "nuu",
	[STORE_case] = "n",
	[STORE_fact] = "uunu",
	[STORE_work] = "uun",
	[STORE_origin] = "x",
	[STORE_import] = "x",
	[STORE_registration] = "nu",
	[STORE_hearing] = "uunu",
	[STORE_todo] = "un",
	[STORE_paper] = "x",
	[STORE_paper_of] = "x",
	[STORE_stamp] = "usbu",
	[STORE_outgoing] = "x",
	[STORE_scan] = "x",
	[STORE_objection] = "nu",
	[STORE_person] = "n",
	[STORE_visit] = "n",
	[STORE_crowd] = "n",
	[STORE_member] = "nu",
	[STORE_document] = "nu",
	[STORE_reception] = "uubn",
	[STORE_name] = "x",
	[STORE_coming] = "x",
	[STORE_in_hand] = "ubun",
};

static size_t shape_bytes(char part)
{
	return part == 'b'   ? 1
	       : part == 's' ? 2
	       : part == 'u' ? 4
	       : part == 'q' ? 8
			     : NUM_KEY_BYTES;
}

static uint64_t whole(const uint8_t *p, size_t n)
{
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

static void write_hex(struct bytes key, char out[static DUMP_KEY_BYTES])
{
	size_t n = key.n < 128 ? key.n : 128;
	memcpy(out, "-", 2); /* no bytes */
	for (size_t i = 0; i < n; i++)
		snprintf(out + 2 * i, 3, "%02x", key.p[i]);
}

void dump_key(enum store table, struct bytes key, char out[static DUMP_KEY_BYTES])
{
	const char *shape = shapes[table];
	size_t want = 0, n = 0;
	for (const char *part = shape; *part != '\0'; part++)
		want += shape_bytes(*part);
	if (*shape == 'x' || want != key.n) {
		write_hex(key, out);
		return;
	}
	for (const uint8_t *p = key.p; *shape != '\0'; p += shape_bytes(*shape++)) {
		const char *comma = n > 0 ? "," : "";
		size_t room = DUMP_KEY_BYTES - n;
		if (*shape == 'n') {
			struct num number = key_get_num(p);
			n += (size_t)snprintf(out + n, room, "%s%u/%u/%u", comma, number.series,
				number.year, number.n);
		} else {
			n += (size_t)snprintf(out + n, room, "%s%llu", comma,
				(unsigned long long)whole(p, shape_bytes(*shape)));
		}
	}
}

bool dump_case(enum store table, struct bytes key, struct num *number)
{
	size_t at = table == STORE_case ? 0 : 8;
	if ((table != STORE_case && table != STORE_fact && table != STORE_work) ||
		key.n < at + NUM_KEY_BYTES)
		return false;
	*number = key_get_num(key.p + at);
	return true;
}
