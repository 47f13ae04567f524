/*
 * args.h: the words of a command line as a record. POS fields stand in order, others as --name
 * VALUE or --name=VALUE (an underscore may be a dash), after the last POS field also as name:value.
 * --name-file FILE reads a TEXT field from a file ("-": standard input), and gives a field that
 * is OF_FILE the SHA-256 of the file. CODES are a,b,c; UINTS are 1,2,5-7; BIN is hexadecimal; days
 * are YYYY-MM-DD, DD/MM/YYYY or "today".
 *
 * Where a record has exactly one LIST, the fields of its entries are given in the same way and make
 * one entry; a field that the entry has already begins the next entry. Or --LIST FILE.csv, with the
 * name of the list, reads its entries from a table whose first row names the fields.
 */
#ifndef HOIAM_CLIENTS_CLI_ARGS_H
#define HOIAM_CLIENTS_CLI_ARGS_H

#include "proto/record.h"

struct filling; /* args_part.h */

struct args {
	const struct record *record;
	void *to; /* a zeroed struct of the record; what it points to will live in the arena */
	struct arena *arena;
	bool no_stdin; /* standard input is taken */
	/* What "today" is; may be NULL. */
	enum err (*today)(void *with, uint32_t *day, struct fault *f);
	void *with;
	/* Reads the entries of the one LIST from a table; NULL: no tables here. */
	enum err (*table)(struct filling *to, const char *path);
};

/*
 * Fills the record; record_check is the caller's. E_KEY_UNKNOWN, E_KEY_TWICE, E_USAGE, E_TOO_MANY,
 * and those of one value: E_TYPE, E_RANGE, E_DAY, E_UTF8, E_FILE. The field is named in each.
 */
enum err args_fill(const struct args *args, int argc, char **argv, struct fault *f);

/* One value from text into its field of `record`, not of args->to. Errors as above. */
enum err args_value(const struct args *args, const struct field *f, void *record, struct text value,
	struct fault *fault);

/* The one LIST of a record, NULL when it has none or several. */
const struct field *args_list(const struct record *record);

/*
 * Takes "--name VALUE" (or --name=VALUE) out of argv, for options that no record has. NULL when it
 * is not there.
 */
const char *args_take(int *argc, char **argv, const char *name);

#endif
