/* import_map.c: how the rows of a table become cases or units. */
#include "clients/cli/import_map.h"

#include "clients/i18n.h"
#include "proto/text.h"
#include "proto/yaml.h"

static struct text folded(struct arena *a, struct text t)
{
	size_t n = text_fold(t, NULL, 0);
	char *out = arena_alloc(a, n + 1, 1);
	(void)text_fold(t, out, n);
	return (struct text){ out, n };
}

const struct import_kind import_of_cases = { record_import_row, { "key", "unit", "received" },
	"line" };
const struct import_kind import_of_units = { record_unit_new, { "code", "name", "kind", "from" },
	NULL };

/* A field that a table may fill. */
static enum err find_field(
	const struct import_kind *kind, struct text name, const struct field **to, struct fault *f)
{
	*to = record_field(kind->record(), name);
	if (*to != NULL && (kind->own == NULL || strcmp((*to)->name, kind->own) != 0))
		return OK;
	return fail(f, E_KEY_UNKNOWN, name.p, NULL);
}

/* The unit of the command line goes before the map's. */
static void set_unit(struct import_binding *b, const char *unit)
{
	struct map_source *to = &b->sources[b->source_count++];
	*to = (struct map_source){ record_field(b->kind->record(), text_of("unit")), SIZE_MAX,
		text_of(unit) };
}

static enum err read_columns(struct import_binding *b, struct fault *f)
{
	const struct import_column *v = b->map.columns.v;
	b->sources = arena_alloc(b->arena, b->map.columns.n + 1, sizeof(*b->sources));
	for (size_t i = 0; i < b->map.columns.n; i++) {
		struct map_source *to = &b->sources[i];
		enum err err = find_field(b->kind, v[i].field, &to->field, f);
		if (err == OK && (v[i].column.n > 0) == (v[i].value.n > 0))
			err = fail(f, E_USAGE, "column", N_("a column or a value, one of them"));
		for (size_t k = 0; err == OK && k < i; k++)
			if (b->sources[k].field == to->field && to->field->kind != KIND_TEXT)
				err = fail_text(f, E_KEY_TWICE, "field", v[i].field);
		if (err != OK) {
			fault_within(f, "columns", (int64_t)i);
			return err;
		}
		to->column = SIZE_MAX;
		to->value = v[i].value;
		b->source_count++;
	}
	return OK;
}

static enum err read_values(struct import_binding *b, struct fault *f)
{
	const struct import_value *v = b->map.values.v;
	b->values = arena_alloc(b->arena, b->map.values.n, sizeof(*b->values));
	for (size_t i = 0; i < b->map.values.n; i++) {
		struct map_value *to = &b->values[i];
		enum err err = find_field(b->kind, v[i].field, &to->field, f);
		if (err != OK) {
			fault_within(f, "values", (int64_t)i);
			return err;
		}
		to->cell = folded(b->arena, v[i].cell);
		to->value = v[i].value;
		b->value_count++;
	}
	return OK;
}

static bool has_source(const struct import_binding *b, const char *field)
{
	for (size_t i = 0; i < b->source_count; i++)
		if (strcmp(b->sources[i].field->name, field) == 0)
			return true;
	return false;
}

enum err import_map_read(struct import_binding *b, struct text yaml, const char *file,
	const struct import_names *names, struct arena *a, struct fault *f)
{
	const char *const *needed = names->kind->needed;
	*b = (struct import_binding){ .kind = names->kind, .arena = a };
	enum err err = yaml_read(yaml, file, record_import_map(), &b->map, a, f);
	if (err == OK)
		err = read_columns(b, f);
	if (err == OK)
		err = read_values(b, f);
	if (err == OK && names->unit != NULL)
		set_unit(b, names->unit);
	if (names->source != NULL)
		b->map.source = text_of(names->source);
	for (size_t i = 0; err == OK && i < COUNT(names->kind->needed) && needed[i] != NULL; i++)
		if (!has_source(b, needed[i]))
			err = fail(f, E_MISSING,
				strcmp(needed[i], "unit") == 0 ? "--unit" : needed[i], NULL);
	return err;
}

enum err import_map_bind(struct import_binding *b, const struct texts *header, struct fault *f)
{
	const struct import_column *v = b->map.columns.v;
	b->column_count = header->n;
	b->columns = arena_alloc(b->arena, header->n, sizeof(*b->columns));
	for (size_t c = 0; c < header->n; c++)
		b->columns[c] = folded(b->arena, header->v[c]);
	for (size_t i = 0; i < b->map.columns.n; i++) {
		if (v[i].column.n == 0)
			continue;
		struct text name = folded(b->arena, v[i].column);
		for (size_t c = 0; c < header->n; c++)
			if (text_equal(b->columns[c], name))
				b->sources[i].column = c;
		if (b->sources[i].column == SIZE_MAX && !text_is(v[i].optional, "yes"))
			return fail_text(f, E_NOT_FOUND, "column", v[i].column);
	}
	return OK;
}

/* What a cell stands for. */
static struct text meaning(const struct import_binding *b, const struct field *field,
	struct text cell, struct arena *a)
{
	const struct map_value *others = NULL;
	if (b->value_count == 0)
		return cell;
	struct text key = folded(a, cell);
	for (size_t i = 0; i < b->value_count; i++) {
		const struct map_value *v = &b->values[i];
		if (v->field == field && text_is(v->cell, "*"))
			others = v;
		else if (v->field == field && text_equal(v->cell, key))
			return v->value;
	}
	return others != NULL && cell.n > 0 ? others->value : cell;
}

static struct text trimmed(struct text t)
{
	while (t.n > 0 && (t.p[0] == ' ' || t.p[0] == '\t'))
		t = (struct text){ t.p + 1, t.n - 1 };
	while (t.n > 0 && (t.p[t.n - 1] == ' ' || t.p[t.n - 1] == '\t'))
		t.n--;
	return t;
}

/* Several columns of one text stand one after the other. */
static struct text put_together(
	const struct field *field, struct text before, struct text t, struct arena *a)
{
	if (before.n == 0)
		return t;
	return arena_format(a, "%.*s%s%.*s", (int)before.n, before.p,
		field->flags & BLOCK ? "\n" : "; ", (int)t.n, t.p);
}

enum err import_map_row(const struct import_binding *b, const struct texts *cells,
	const struct args *args, void *to, struct fault *f)
{
	memset(to, 0, b->kind->record()->size);
	if (cells->n != b->column_count)
		return fail(
			f, E_LINE, NULL, N_("the number of cells is not that of the first line"));
	for (size_t i = 0; i < b->source_count; i++) {
		const struct map_source *s = &b->sources[i];
		struct text t =
			s->column == SIZE_MAX
				? s->value
				: meaning(b, s->field, trimmed(cells->v[s->column]), args->arena);
		if (t.n == 0)
			continue;
		struct text *at = (struct text *)(void *)((char *)to + s->field->offset);
		if (s->field->kind == KIND_TEXT && s->column != SIZE_MAX)
			t = put_together(s->field, *at, t, args->arena);
		enum err err = args_value(args, s->field, to, t, f);
		if (err != OK)
			return err;
	}
	return OK;
}

const char *import_map_column(const struct import_binding *b, const char *field)
{
	const struct import_column *v = b->map.columns.v;
	for (size_t i = 0; i < b->map.columns.n; i++)
		if (text_is(v[i].field, field) && v[i].column.n > 0)
			return arena_text(b->arena, v[i].column).p;
	return NULL;
}
