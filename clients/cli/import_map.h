/*
 * import_map.h: how the rows of a table become cases or units of this register: a map (record
 * import_map of record.def, as YAML) bound to the columns of one table.
 */
#ifndef HOIAM_CLIENTS_CLI_IMPORT_MAP_H
#define HOIAM_CLIENTS_CLI_IMPORT_MAP_H

#include "clients/cli/args.h"
#include "proto/limits.h"

/* One field of a row and the cells that it is made of. */
struct map_source {
	const struct field *field; /* of the kind's record */
	size_t column;             /* SIZE_MAX: a fixed value */
	struct text value;
};

struct map_value {
	const struct field *field;
	struct text cell; /* as text_fold spells it; "*": all others */
	struct text value;
};

/* What a table is a table of: the record of its rows, the fields that a map must give a column or a
 * value, and one that no table fills (or NULL). */
struct import_kind {
	const struct record *(*record)(void);
	const char *needed[4];
	const char *own;
};
extern const struct import_kind import_of_cases, import_of_units;

struct import_binding {
	const struct import_kind *kind;
	struct import_map map;
	struct map_source *sources;
	size_t source_count;
	struct map_value *values;
	size_t value_count;
	size_t column_count; /* of the table */
	struct text *columns;
	struct arena *arena; /* of all this */
};

/*
 * Read a map. source and unit, when not NULL, stand in place of what the map says: the same map
 * serves many offices. E_LINE and the others of yaml_read; E_MISSING when a field that is needed
 * has no column; E_KEY_UNKNOWN for a field that no row has; E_USAGE for a column that has neither
 * name nor value, or both.
 */
struct import_names {
	const struct import_kind *kind;
	const char *source, *unit;
};
enum err import_map_read(struct import_binding *b, struct text yaml, const char *file,
	const struct import_names *names, struct arena *a, struct fault *f);

/* Bind it to the first row of a table. E_NOT_FOUND with the column that is not there. */
enum err import_map_bind(struct import_binding *b, const struct texts *header, struct fault *f);

/*
 * A row of the table as the kind's record (zeroed first); texts live in args->arena. E_LINE when
 * the number of cells is not that of the first row; else what is wrong with which field.
 */
enum err import_map_row(const struct import_binding *b, const struct texts *cells,
	const struct args *args, void *to, struct fault *f);

/* The name of the column that fills a field, NULL when none does. */
const char *import_map_column(const struct import_binding *b, const char *field);

#endif
