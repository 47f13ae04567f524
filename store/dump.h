/*
 * dump.h: the canonical dump of the views: tables by name, rows by key. Two stores with the same
 * journal have the same dump.
 */
#ifndef HOIAM_STORE_DUMP_H
#define HOIAM_STORE_DUMP_H

#include "store/db.h"

#define DUMP_KEY_BYTES 512 /* of the longest key as dump_key writes it, cut there */

/* The tables of class VIEW by name; returns how many. */
size_t dump_tables(enum store to[static STORE_COUNT]);

/* The hash of the dump: the root of a tree of proto/tree.h whose leaves are its rows. */
enum err dump_hash(struct txn *txn, uint8_t out[static 32], struct fault *f);

/* Where two dumps differ. */
struct difference {
	enum store table;
	uint8_t key[64]; /* cut at 64 */
	size_t key_n;
	bool only_a, only_b; /* a row that the other does not have */
	const char *field;   /* whose value differs; "row" for the whole of it */
};

/* Whether the rows of one table are the same; the first that is not goes to *to. */
bool dump_compare_table(struct txn *a, struct txn *b, enum store table, struct difference *to);

/* Whether the dumps are the same; the first difference goes to *to. Look at txn_error of both. */
bool dump_compare(struct txn *a, struct txn *b, struct difference *to);

/* The number of the case that a row of this table is about; false if there is none. */
bool dump_case(enum store table, struct bytes key, struct num *number);

/* A key as people read it: "12/2026/7,3", hexadecimal where it is no number. Always terminated. */
void dump_key(enum store table, struct bytes key, char out[static DUMP_KEY_BYTES]);

#endif
