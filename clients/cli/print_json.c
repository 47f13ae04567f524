/* print_json.c: answers as JSON. */
#include "clients/cli/print_json.h"

#include "proto/pack.h"

#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

enum { FLAGS = JSON_COMPACT | JSON_ENCODE_ANY };

/* Text that is not UTF-8 cannot come through the skim; null then, rather than nothing. */
static json_t *json_text(struct text t)
{
	json_t *made = json_stringn(t.n == 0 ? "" : t.p, t.n);
	return made != NULL ? made : json_null();
}

static void dump(FILE *out, json_t *own)
{
	json_dumpf(own, out, FLAGS);
	json_decref(own);
}

/* Any MessagePack: bytes as hexadecimal text. The nesting was bounded when it came in. */
static json_t *json_any(struct reader *rd);

static json_t *json_cell(const struct cell *cell)
{
	switch (cell->kind) {
	case CELL_NIL:
		return json_null();
	case CELL_NUMBER:
		return json_integer(cell->number);
	case CELL_TEXT:
		return json_text(cell->text);
	case CELL_MAP: {
		struct reader rd = { .p = (const uint8_t *)cell->text.p, .n = cell->text.n };
		return json_any(&rd);
	}
	}
	return json_null();
}

static void set(json_t *object, struct text key, json_t *value_own)
{
	AUTO(xfree) char *name = xstrndup(key.p, key.n);
	json_object_set_new_nocheck(object, name, value_own);
}

struct text print_map_json(const struct cell *map, struct arena *a)
{
	json_t *made = json_cell(map);
	AUTO(xfree) char *line = json_dumps(made, FLAGS);
	json_decref(made);
	return line == NULL ? text_of("") : arena_text(a, text_of(line));
}

void print_row_json(FILE *out, const struct table *t, size_t row)
{
	json_t *object = json_object();
	for (size_t c = 0; c < t->column_count; c++)
		set(object, t->columns[c], json_cell(&t->cells[row * t->column_count + c]));
	dump(out, object);
}

static void print_rows(FILE *out, const struct table *t)
{
	for (size_t i = 0; i < t->row_count; i++) {
		fputs(i == 0 ? "\n" : ",\n", out);
		print_row_json(out, t, i);
	}
}

void print_page_json(FILE *out, const struct reply *reply, size_t page)
{
	if (page > 0) {
		const struct table *last =
			reply->table_count == 0 ? NULL : &reply->tables[reply->table_count - 1];
		if (last == NULL || last->row_count == 0)
			return;
		fputs(",", out);
		print_rows(out, last);
		return;
	}
	fputs("{", out);
	for (size_t i = 0; i < reply->table_count; i++) {
		if (i > 0)
			fputs("],\n", out);
		dump(out, json_text(reply->tables[i].name));
		fputs(":[", out);
		print_rows(out, &reply->tables[i]);
	}
	if (reply->table_count == 0)
		fputs("\"tables\":[", out);
}

void print_end_json(FILE *out)
{
	fputs("]}\n", out);
}

static json_t *json_many(struct reader *rd, bool map)
{
	json_t *made = map ? json_object() : json_array();
	uint32_t n = map ? read_map(rd) : read_array(rd);
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		if (!map) {
			json_array_append_new(made, json_any(rd));
			continue;
		}
		struct text key = read_text(rd);
		if (rd->err == OK)
			set(made, key, json_any(rd));
	}
	return made;
}

static json_t *json_bytes(struct bytes b)
{
	AUTO(xfree) char *hex = xmalloc(2 * b.n + 1);
	sodium_bin2hex(hex, 2 * b.n + 1, b.p, b.n);
	return json_string(hex);
}

static json_t *json_any(struct reader *rd)
{
	switch (read_type(rd)) {
	case PACK_BOOL:
		return json_boolean(read_bool(rd));
	case PACK_UINT:
	case PACK_INT:
		return json_integer(read_int(rd));
	case PACK_TEXT:
		return json_text(read_text(rd));
	case PACK_BIN:
		return json_bytes(read_bin(rd));
	case PACK_ARRAY:
		return json_many(rd, false);
	case PACK_MAP:
		return json_many(rd, true);
	case PACK_NIL:
	case PACK_FLOAT:
	case PACK_EXT:
	case PACK_BAD:
		break;
	}
	(void)read_any(rd);
	return json_null();
}

/* One event as an object: fields that are nil are not there. */
static json_t *unfold_row(json_t *name, const json_t *columns, const json_t *same, json_t *row)
{
	json_t *event = json_object();
	json_object_set(event, "event", name);
	for (size_t i = 0, at = 0; i < json_array_size(columns); i++) {
		const char *column = json_string_value(json_array_get(columns, i));
		json_t *cell = column == NULL ? NULL : json_object_get(same, column);
		if (cell == NULL)
			cell = json_array_get(row, at++);
		if (column != NULL && cell != NULL && !json_is_null(cell))
			json_object_set(event, column, cell);
	}
	return event;
}

static void unfold(const json_t *table, json_t *events)
{
	const json_t *rows = json_object_get(table, "rows");
	for (size_t i = 0; i < json_array_size(rows); i++)
		json_array_append_new(
			events, unfold_row(json_object_get(table, "name"),
					json_object_get(table, "columns"),
					json_object_get(table, "same"), json_array_get(rows, i)));
}

void print_outcome_json(FILE *out, const struct outcome *outcome)
{
	struct reader rd = reader_of(outcome->raw);
	json_t *answer = json_any(&rd), *events = json_array();
	const json_t *tables = json_object_get(answer, "events");
	for (size_t i = 0; i < json_array_size(tables); i++)
		unfold(json_array_get(tables, i), events);
	json_object_set_new(answer, "events", events);
	dump(out, answer);
	fputs("\n", out);
}

void print_fault_json(FILE *out, const struct fault *f, const char *sentence, int64_t line)
{
	const struct err_row *row = err_row(f->err);
	json_t *list = json_array();
	for (size_t i = 0; i < f->list_count; i++)
		json_array_append_new(list, json_integer(f->list[i]));
	json_t *object = json_object();
	json_object_set_new(object, "error", json_string(row->name));
	json_object_set_new(object, "code", json_integer(row->code));
	json_object_set_new(object, "exit", json_integer(row->exit));
	json_object_set_new(object, "message", json_text(text_of(sentence)));
	json_object_set_new(object, "field", json_text(text_of(f->field)));
	json_object_set_new(object, "what", json_text(text_of(f->what)));
	json_object_set_new(object, "at", json_integer(f->at));
	json_object_set_new(object, "limit", json_integer(f->limit));
	json_object_set_new(object, "list", list);
	json_object_set_new(object, "total", json_integer((json_int_t)f->total));
	if (line > 0)
		json_object_set_new(object, "line", json_integer(line));
	dump(out, object);
	fputs("\n", out);
}
