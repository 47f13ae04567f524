/* report.c: the tables that replies are made of. */
#include "proto/report.h"

/* clang-format off */
#define TABLE(name, title) static const struct column columns_##name[] = {
#define COLUMN(name, kind, heading) { #name, COLUMN_##kind, heading },
#define TABLE_END(name) };
#include "proto/report.def"
#undef TABLE
#undef COLUMN
#undef TABLE_END

static const struct table_shape shapes[] = {
#define TABLE(name, title) { #name, title, columns_##name, COUNT(columns_##name) },
#define COLUMN(name, kind, heading)
#define TABLE_END(name)
#include "proto/report.def"
#undef TABLE
#undef COLUMN
#undef TABLE_END
};
/* clang-format on */

const struct table_shape *table_shape(enum table_name name)
{
	return &shapes[name];
}

const struct table_shape *table_shape_of(struct text name)
{
	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (text_is(name, shapes[i].name))
			return &shapes[i];
	return NULL;
}
