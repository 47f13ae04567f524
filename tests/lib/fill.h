/* fill.h: records filled with made values, and whether two of them are the same. */
#ifndef HOIAM_TESTS_LIB_FILL_H
#define HOIAM_TESTS_LIB_FILL_H

#include "proto/record.h"

/* Where values come from: the same seed, the same values. */
struct fill {
	uint64_t seed;
	struct arena *arena; /* holds texts and lists */
	bool words;          /* WORDS fields too */
	bool least;          /* REQ fields alone, lists of one */
};

/* The next number of the seed. */
uint64_t fill_random(struct fill *by);

/* Fills *to (zeroed first) with values that keep every rule of record.def. */
void fill_record(struct fill *by, const struct record *r, void *to);

/* One field alone; it is not empty afterwards. */
void fill_field(struct fill *by, const struct field *f, void *to);

/* One line of Vietnamese in normal form C, 1..max bytes. */
struct text fill_text(struct fill *by, size_t max, bool block);

/* The bytes of a field's value in its struct. */
size_t fill_size(enum kind kind);

/* Makes a field empty. */
void fill_clear(const struct field *f, void *record);

/* The same value of every field, lists included; the name of the first other one in *differs. */
bool fill_equal(const struct record *r, const void *a, const void *b, const char **differs);

#endif
