/* args_part.h: what the files that read a command line share. */
#ifndef HOIAM_CLIENTS_CLI_ARGS_PART_H
#define HOIAM_CLIENTS_CLI_ARGS_PART_H

#include "clients/cli/args.h"

/* Where a value goes: the record itself, or the last entry of its one list. */
struct filling {
	const struct args *args;
	const struct field *list; /* NULL: none */
	const struct record *entry;
	char *entries;
	size_t count, room;
	uint64_t seen, entry_seen; /* bits of field ids */
	struct fault *fault;
};

/* One more entry of the list, empty. E_TOO_MANY. */
enum err args_add_entry(struct filling *to);

/* A field that a word or a column may name, an underscore as a dash too; NULL if there is none. */
const struct field *args_field_in(const struct record *r, struct text name);

/* A value into a field, of the record or of the last entry. */
enum err args_set(struct filling *to, const struct field *f, bool in_entry, struct text value);

/* The rows of a table as entries of the list: the first row names their fields. What is wrong with
 * a cell is told with the file's name and the line. */
enum err args_table(struct filling *to, const char *path);

#endif
