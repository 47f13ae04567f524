/* reply.c: reading answers into tables and events. */
#include "clients/reply.h"

#include "proto/limits.h"
#include "proto/pack.h"

#include <inttypes.h>
#include <stdio.h>

#include <sodium.h>

enum { COLUMNS_MAX = 64, TABLES_MAX = 32 };

static const struct cell nil;

struct text cell_as_text(const struct cell *cell)
{
	return cell->kind == CELL_TEXT ? cell->text : text_of("");
}

int64_t cell_as_number(const struct cell *cell, int64_t otherwise)
{
	return cell->kind == CELL_NUMBER ? cell->number : otherwise;
}

/* One value. Texts borrow the page, which is in the arena already. */

static struct cell text_cell(struct text t)
{
	return (struct cell){ .kind = CELL_TEXT, .text = t };
}

static struct cell read_cell(struct reader *rd, struct arena *a);

static void add_cell(struct writer *to, const struct cell *cell)
{
	char number[24];
	if (to->n > 0)
		write_raw(to, ",", 1);
	if (cell->kind == CELL_NUMBER)
		write_raw(to, number,
			(size_t)snprintf(number, sizeof(number), "%" PRId64, cell->number));
	else
		write_raw(to, cell->text.p, cell->text.n);
}

static struct cell read_list_cell(struct reader *rd, struct arena *a)
{
	AUTO(writer_fini) struct writer all = { 0 };
	uint32_t n = read_array(rd);
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		if (read_type(rd) == PACK_ARRAY || read_type(rd) == PACK_MAP)
			rd->err = E_TYPE;
		struct cell one = rd->err == OK ? read_cell(rd, a) : nil;
		add_cell(&all, &one);
	}
	struct bytes kept = arena_bytes(a, writer_bytes(&all));
	return text_cell((struct text){ (const char *)kept.p, kept.n });
}

static struct cell read_cell(struct reader *rd, struct arena *a)
{
	switch (read_type(rd)) {
	case PACK_NIL:
		read_nil(rd);
		return nil;
	case PACK_BOOL:
		return (struct cell){ .kind = CELL_NUMBER, .number = read_bool(rd) };
	case PACK_UINT:
	case PACK_INT:
		return (struct cell){ .kind = CELL_NUMBER, .number = read_int(rd) };
	case PACK_TEXT:
		return text_cell(read_text(rd));
	case PACK_BIN: {
		struct bytes b = read_bin(rd);
		char *hex = arena_alloc(a, 2 * b.n + 1, 1);
		sodium_bin2hex(hex, 2 * b.n + 1, b.p, b.n);
		return text_cell((struct text){ hex, 2 * b.n });
	}
	case PACK_ARRAY:
		return read_list_cell(rd, a);
	case PACK_MAP: {
		struct bytes b = read_any(rd);
		return (struct cell){ .kind = CELL_MAP, .text = { (const char *)b.p, b.n } };
	}
	case PACK_FLOAT:
	case PACK_EXT:
	case PACK_BAD:
		break;
	}
	rd->err = rd->err == OK ? E_TYPE : rd->err;
	return nil;
}

bool cell_fields(
	const struct cell *map, size_t *at, struct text *name, struct cell *value, struct arena *a)
{
	if (map->kind != CELL_MAP)
		return false;
	struct reader rd = { .p = (const uint8_t *)map->text.p, .n = map->text.n, .at = *at };
	if (*at == 0)
		(void)read_map(&rd);
	if (rd.err != OK || rd.at >= rd.n)
		return false;
	*name = read_text(&rd);
	*value = read_cell(&rd, a);
	*at = rd.at;
	return rd.err == OK;
}

/* Tables. */

static struct cell *add_row(struct table *t, struct arena *a)
{
	if (t->row_count == t->row_room) {
		size_t room = t->row_room == 0 ? 64 : t->row_room * 2;
		struct cell *larger = arena_alloc(a, room * t->column_count, sizeof(*larger));
		if (t->row_count > 0)
			memcpy(larger, t->cells, t->row_count * t->column_count * sizeof(*larger));
		t->cells = larger;
		t->row_room = room;
	}
	return t->cells + t->row_count++ * t->column_count;
}

static void read_columns(struct reader *rd, struct table *t, struct arena *a)
{
	uint32_t n = read_array(rd);
	if (rd->err == OK && (n == 0 || n > COLUMNS_MAX))
		rd->err = E_TYPE;
	if (rd->err != OK)
		return;
	t->columns = arena_alloc(a, n, sizeof(*t->columns));
	t->column_count = n;
	for (uint32_t i = 0; i < n; i++)
		t->columns[i] = read_text(rd);
}

/* What all rows of a table have alike in some columns. */
struct same {
	uint64_t set; /* a bit for each column */
	uint32_t count;
	struct cell cells[COLUMNS_MAX];
};

static void read_same(struct reader *rd, const struct table *t, struct same *same, struct arena *a)
{
	uint32_t n = read_map(rd);
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		size_t c = 0;
		struct text name = read_text(rd);
		while (c < t->column_count && !text_equal(t->columns[c], name))
			c++;
		if (rd->err == OK && (c == t->column_count || (same->set >> c & 1)))
			rd->err = E_TYPE;
		if (rd->err != OK)
			return;
		same->set |= (uint64_t)1 << c;
		same->count++;
		same->cells[c] = read_cell(rd, a);
	}
}

static void read_row(struct reader *rd, struct table *t, const struct same *same, struct arena *a)
{
	uint32_t width = read_array(rd);
	if (rd->err == OK && (width == 0 || width + same->count != t->column_count))
		rd->err = E_TYPE;
	if (rd->err != OK)
		return;
	struct cell *row = add_row(t, a);
	for (size_t c = 0; c < t->column_count; c++)
		row[c] = same->set >> c & 1 ? same->cells[c] : read_cell(rd, a);
}

/* Few bytes may say many cells: they are bounded as if each had come by itself. */
static void read_rows(struct reader *rd, struct table *t, const struct same *same, struct arena *a)
{
	uint32_t n = read_array(rd);
	if (rd->err == OK && (uint64_t)n * t->column_count > LIMIT_MESSAGE_BYTES)
		rd->err = E_TYPE;
	for (uint32_t i = 0; i < n && rd->err == OK; i++)
		read_row(rd, t, same, a);
}

/* A table; its rows go to `into` when that has the same name and columns. */
static struct table read_table(struct reader *rd, struct table *into, struct arena *a)
{
	struct table t = { 0 };
	struct same same = { 0 };
	uint32_t n = read_map(rd);
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		struct text key = read_text(rd);
		if (text_is(key, "name"))
			t.name = read_text(rd);
		else if (text_is(key, "columns"))
			read_columns(rd, &t, a);
		else if (text_is(key, "same"))
			read_same(rd, &t, &same, a);
		else if (text_is(key, "rows") && t.column_count > 0)
			read_rows(rd,
				into != NULL && text_equal(into->name, t.name) &&
						into->column_count == t.column_count
					? into
					: &t,
				&same, a);
		else
			(void)read_any(rd);
	}
	if (rd->err == OK && t.column_count == 0)
		rd->err = E_TYPE;
	t.shape = table_shape_of(t.name);
	return t;
}

static void read_tables(struct reader *rd, struct reply *reply)
{
	uint32_t n = read_array(rd);
	if (rd->err == OK && n > TABLES_MAX)
		rd->err = E_TYPE;
	if (rd->err != OK)
		return;
	bool first = reply->tables == NULL;
	struct table *last =
		first || reply->table_count == 0 ? NULL : &reply->tables[reply->table_count - 1];
	if (first)
		reply->tables = arena_alloc(&reply->arena, n + 1, sizeof(*reply->tables));
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		struct table t = read_table(rd, last, &reply->arena);
		if (first)
			reply->tables[reply->table_count++] = t;
	}
}

enum err reply_add(struct reply *reply, struct bytes page, struct fault *f)
{
	struct reader rd = reader_of(arena_bytes(&reply->arena, page));
	reply->next = (struct bytes){ 0 };
	uint32_t n = read_map(&rd);
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		struct text key = read_text(&rd);
		if (text_is(key, "tables"))
			read_tables(&rd, reply);
		else if (text_is(key, "next") && read_type(&rd) == PACK_BIN)
			reply->next = read_bin(&rd);
		else
			(void)read_any(&rd);
	}
	/* Who could not ask for the next page would take the list for whole. */
	if (rd.err != OK || rd.at != rd.n || reply->next.n > LIMIT_CURSOR)
		return fail(f, E_FRAME, NULL, "the server's tables cannot be read");
	return OK;
}

void reply_reset(struct reply *reply)
{
	struct arena kept = reply->arena;
	arena_reset(&kept);
	*reply = (struct reply){ .arena = kept };
}

void reply_fini(struct reply *reply)
{
	arena_fini(&reply->arena);
	*reply = (struct reply){ 0 };
}

const struct table *reply_table(const struct reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->table_count; i++)
		if (text_is(reply->tables[i].name, name))
			return &reply->tables[i];
	return NULL;
}

const struct cell *table_cell(const struct table *table, size_t row, const char *column)
{
	if (table == NULL || row >= table->row_count)
		return &nil;
	for (size_t i = 0; i < table->column_count; i++)
		if (text_is(table->columns[i], column))
			return &table->cells[row * table->column_count + i];
	return &nil;
}

const struct cell *table_fact(const struct table *table, const char *what)
{
	for (size_t i = 0; table != NULL && i < table->row_count; i++)
		if (text_is(cell_as_text(table_cell(table, i, "what")), what))
			return table_cell(table, i, "value");
	return &nil;
}

const struct column *table_column(const struct table *table, size_t column)
{
	const struct table_shape *shape = table->shape;
	for (size_t i = 0; shape != NULL && i < shape->count; i++)
		if (text_is(table->columns[column], shape->columns[i].name))
			return &shape->columns[i];
	return NULL;
}

/* Events. */

static void add_event(struct outcome *to, const struct table *t, size_t row)
{
	struct event *e = &to->events[to->event_count++];
	e->name = t->name;
	e->fields = arena_alloc(&to->arena, t->column_count, sizeof(*e->fields));
	for (size_t c = 0; c < t->column_count; c++) {
		const struct cell *cell = &t->cells[row * t->column_count + c];
		if (cell->kind != CELL_NIL)
			e->fields[e->field_count++] = (struct event_field){ t->columns[c], *cell };
	}
}

/* Tables of events of one kind each; an event has no field that is nil. */
static void read_events(struct reader *rd, struct outcome *to)
{
	uint32_t n = read_array(rd);
	if (rd->err == OK && n > LIMIT_EVENTS_ANSWER)
		rd->err = E_TYPE;
	if (rd->err != OK)
		return;
	to->event_count = 0;
	to->events = arena_alloc(&to->arena, LIMIT_EVENTS_ANSWER, sizeof(*to->events));
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		struct table t = read_table(rd, NULL, &to->arena);
		if (rd->err == OK && to->event_count + t.row_count > LIMIT_EVENTS_ANSWER)
			rd->err = E_TYPE;
		for (size_t k = 0; k < t.row_count && rd->err == OK; k++)
			add_event(to, &t, k);
	}
}

enum err outcome_read(struct outcome *outcome, struct bytes result, struct fault *f)
{
	struct arena kept = outcome->arena;
	arena_reset(&kept);
	*outcome = (struct outcome){ .arena = kept };
	outcome->raw = arena_bytes(&outcome->arena, result);
	struct reader rd = reader_of(outcome->raw);
	uint32_t n = read_map(&rd);
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		struct text key = read_text(&rd);
		if (text_is(key, "seq"))
			outcome->seq = read_uint(&rd);
		else if (text_is(key, "at"))
			outcome->at = read_int(&rd);
		else if (text_is(key, "count"))
			outcome->count = read_uint(&rd);
		else if (text_is(key, "events"))
			read_events(&rd, outcome);
		else
			(void)read_any(&rd);
	}
	if (rd.err != OK || rd.at != rd.n)
		return fail(f, E_FRAME, NULL, "the server's answer cannot be read");
	return OK;
}

void outcome_fini(struct outcome *outcome)
{
	arena_fini(&outcome->arena);
	*outcome = (struct outcome){ 0 };
}

const struct cell *event_field(const struct event *event, const char *name)
{
	for (size_t i = 0; event != NULL && i < event->field_count; i++)
		if (text_is(event->fields[i].name, name))
			return &event->fields[i].value;
	return &nil;
}

const struct event *outcome_event(const struct outcome *outcome, const char *name)
{
	for (size_t i = 0; i < outcome->event_count; i++)
		if (text_is(outcome->events[i].name, name))
			return &outcome->events[i];
	return NULL;
}
