/* hoiam.c: the library for others, over link, args and reply. */
#include "clients/public/hoiam.h"

#include "clients/cli/args.h"
#include "clients/keyfile.h"
#include "clients/link.h"
#include "clients/reply.h"
#include "proto/rid.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <sodium.h>

struct hoiam {
	struct link *link;
	struct keyfile *key;
};

struct hoiam_request {
	const struct cmd_row *cmd;
	uint8_t number[RID_BYTES];
	struct arena arena;
	void *record; /* in the arena, with all that it points to */
};

struct hoiam_reply {
	struct reply tables;
	struct outcome events;
};

/* Errors. */

static int tell(enum err err, const struct fault *f, struct hoiam_error *to)
{
	if (err == OK)
		return 0;
	const struct err_row *row = err_row(err);
	if (to == NULL)
		return row->code;
	*to = (struct hoiam_error){ .code = row->code };
	snprintf(to->name, sizeof(to->name), "%s", row->name);
	snprintf(to->field, sizeof(to->field), "%s", f->field);
	/* a reason, not a number past a limit */
	bool reason = err == E_RANGE && f->limit == 0;
	fault_format(f, reason ? "{field}: {what}" : row->text, to->text, sizeof(to->text));
	return row->code;
}

/* Lines. */

int hoiam_open(struct hoiam **out, const char *socket, unsigned patience_ms, struct hoiam_error *e)
{
	struct fault f = { 0 };
	if (sodium_init() < 0)
		return tell(fail(&f, E_INTERNAL, NULL, NULL), &f, e);
	struct hoiam *line = xcalloc(1, sizeof(*line));
	enum err err = link_open_patient(&line->link, socket, patience_ms, &f);
	if (err == OK)
		*out = line;
	else
		hoiam_close(line);
	return tell(err, &f, e);
}

static enum err open_server(struct hoiam *line, const char *server, const char *keyfile,
	struct bytes passphrase, unsigned patience_ms, struct fault *f)
{
	enum err err = keyfile_load(&line->key, keyfile, passphrase, f);
	if (err != OK)
		return err;
	if (server == NULL)
		server = keyfile_server(line->key);
	err = link_open_line(&line->link, server, line->key, false, patience_ms, f);
	return err != OK ? err : link_login(line->link, line->key, f);
}

int hoiam_open_server(struct hoiam **out, const char *server, const char *keyfile,
	const void *passphrase, size_t n, unsigned patience_ms, struct hoiam_error *e)
{
	struct fault f = { 0 };
	if (sodium_init() < 0)
		return tell(FAIL_SERVER(&f, E_INTERNAL, 0), &f, e);
	struct hoiam *line = xcalloc(1, sizeof(*line));
	enum err err = open_server(line, server, keyfile, bytes_of(passphrase, n), patience_ms, &f);
	if (err == OK)
		*out = line;
	else
		hoiam_close(line);
	return tell(err, &f, e);
}

void hoiam_close(struct hoiam *line)
{
	if (line == NULL)
		return;
	link_close(line->link);
	keyfile_free(line->key);
	free(line);
}

int hoiam_login(struct hoiam *line, const char *keyfile, const void *passphrase, size_t n,
	struct hoiam_error *e)
{
	struct fault f = { 0 };
	AUTO(keyfile_free) struct keyfile *key = NULL;
	if (line->key != NULL)
		return tell(fail(&f, E_ORDER, NULL, "a new line"), &f, e);
	enum err err = keyfile_load(&key, keyfile, bytes_of(passphrase, n), &f);
	if (err == OK)
		err = link_login(line->link, key, &f);
	if (err == OK)
		line->key = TAKE(key);
	else
		link_sign_as(line->link, NULL);
	return tell(err, &f, e);
}

/* Requests. */

struct hoiam_request *hoiam_request(const char *command)
{
	const struct cmd_row *cmd = cmd_of(text_of(command));
	if (cmd == NULL || (cmd->mode != CMD_READ && cmd->mode != CMD_WRITE) || sodium_init() < 0)
		return NULL;
	struct hoiam_request *q = xcalloc(1, sizeof(*q));
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	rid_make(q->number, (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000);
	q->cmd = cmd;
	q->record = arena_alloc(&q->arena, 1, cmd->record()->size);
	return q;
}

void hoiam_request_free(struct hoiam_request *q)
{
	if (q == NULL)
		return;
	arena_fini(&q->arena);
	free(q);
}

/* The name before a "." or "[", or all; *rest goes behind it. */
static struct text take_name(const char **rest)
{
	size_t n = strcspn(*rest, ".[");
	struct text name = { *rest, n };
	*rest += n;
	return name;
}

/* "[12]." or "."; 0 when it is neither. */
static size_t take_index(const char **rest)
{
	size_t index = 1;
	if (**rest == '[') {
		char *end = NULL;
		unsigned long v =
			(*rest)[1] < '0' || (*rest)[1] > '9' ? 0 : strtoul(*rest + 1, &end, 10);
		if (v == 0 || *end != ']')
			return 0;
		index = v;
		*rest = end + 1;
	}
	if (**rest != '.')
		return 0;
	(*rest)++;
	return index;
}

/* The entry of this index, made if it is the one behind the last. */
static void *entry_of(struct arena *a, const struct field *list, void *record, size_t index)
{
	struct list *l = (struct list *)(void *)((char *)record + list->offset);
	size_t size = list->of()->size;
	if (index > l->n + 1 || index > list->max)
		return NULL;
	if (index == l->n + 1) {
		if ((l->n & (l->n - 1)) == 0) { /* none, or a power of two: all room is taken */
			char *larger = arena_alloc(a, l->n == 0 ? 1 : 2 * l->n, size);
			if (l->n > 0)
				memcpy(larger, l->v, l->n * size);
			l->v = larger;
		}
		l->n++;
	}
	return (char *)l->v + (index - 1) * size;
}

static enum err set_path(
	struct hoiam_request *q, const char *path, const char *value, struct fault *f)
{
	const struct record *r = q->cmd->record();
	void *record = q->record;
	const char *rest = path;
	const struct field *field = record_field(r, take_name(&rest));
	if (field != NULL && field->kind == KIND_LIST) {
		size_t index = take_index(&rest);
		if (index == 0)
			return fail(f, E_KEY_UNKNOWN, path, NULL);
		record = entry_of(&q->arena, field, record, index);
		if (record == NULL)
			return fail_number(f, E_TOO_MANY, path, (int64_t)index, field->max);
		r = field->of();
		field = record_field(r, take_name(&rest));
	}
	if (field == NULL || *rest != '\0')
		return fail(f, E_KEY_UNKNOWN, path, NULL);
	const struct args args = { .record = r, .to = record, .arena = &q->arena };
	enum err err = args_value(&args, field, record, arena_text(&q->arena, text_of(value)), f);
	if (err != OK && f != NULL)
		snprintf(f->field, sizeof(f->field), "%s", path);
	return err;
}

int hoiam_set(struct hoiam_request *q, const char *field, const char *value, struct hoiam_error *e)
{
	struct fault f = { 0 };
	return tell(set_path(q, field, value, &f), &f, e);
}

void hoiam_get_number(const struct hoiam_request *q, uint8_t number[16])
{
	memcpy(number, q->number, RID_BYTES);
}

int hoiam_set_number(struct hoiam_request *q, const uint8_t number[16], struct hoiam_error *e)
{
	struct fault f = { 0 };
	if (!rid_valid(bytes_of(number, RID_BYTES)))
		return tell(fail(&f, E_TYPE, "number", "a UUID of version 7"), &f, e);
	memcpy(q->number, number, RID_BYTES);
	return 0;
}

/* Calls. */

static enum err ask(
	struct link *link, const struct hoiam_request *q, struct reply *to, struct fault *f)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct bytes result = { 0 };
	record_write_wire(&params, q->cmd->record(), q->record, NULL, NULL);
	enum err err = link_read(link, q->cmd->wire, writer_bytes(&params), &result, f);
	return err != OK ? err : reply_add(to, result, f);
}

static enum err change(
	struct hoiam *line, const struct hoiam_request *q, struct outcome *to, struct fault *f)
{
	struct bytes result = { 0 };
	if (line->key == NULL)
		return fail(f, E_ORDER, NULL, "login");
	enum err err = link_act(line->link, q->cmd, q->record, q->number, &result, f);
	return err != OK ? err : outcome_read(to, result, f);
}

int hoiam_call(struct hoiam *line, const struct hoiam_request *q, struct hoiam_reply **out,
	struct hoiam_error *e)
{
	struct fault f = { 0 };
	struct hoiam_reply *reply = xcalloc(1, sizeof(*reply));
	enum err err = record_check(q->cmd->record(), q->record, &f);
	if (err == OK)
		err = q->cmd->mode == CMD_READ ? ask(line->link, q, &reply->tables, &f)
					       : change(line, q, &reply->events, &f);
	if (err == OK)
		*out = reply;
	else
		hoiam_reply_free(reply);
	return tell(err, &f, e);
}

void hoiam_reply_free(struct hoiam_reply *reply)
{
	if (reply == NULL)
		return;
	reply_fini(&reply->tables);
	outcome_fini(&reply->events);
	free(reply);
}

/* Replies. */

int hoiam_next_page(struct hoiam_request *q, const struct hoiam_reply *reply)
{
	const struct field *after = record_field(q->cmd->record(), text_of("after"));
	if (after == NULL || after->kind != KIND_BIN || reply->tables.next.n == 0)
		return 0;
	struct bytes at = arena_bytes(&q->arena, reply->tables.next);
	memcpy((char *)q->record + after->offset, &at, sizeof(at));
	return 1;
}

static const struct event *event_at(const struct outcome *o, const char *name, size_t row)
{
	for (size_t i = 0; i < o->event_count; i++)
		if (text_is(o->events[i].name, name) && row-- == 0)
			return &o->events[i];
	return NULL;
}

size_t hoiam_rows(const struct hoiam_reply *reply, const char *table)
{
	const struct table *t = reply_table(&reply->tables, table);
	size_t n = 0;
	if (t != NULL)
		return t->row_count;
	while (event_at(&reply->events, table, n) != NULL)
		n++;
	return n;
}

static const struct cell *cell_at(
	const struct hoiam_reply *reply, const char *table, size_t row, const char *column)
{
	static const struct cell none;
	const struct table *t = reply_table(&reply->tables, table);
	if (t != NULL)
		return table_cell(t, row, column);
	const struct event *event = event_at(&reply->events, table, row);
	return event == NULL ? &none : event_field(event, column);
}

const char *hoiam_text(struct hoiam_reply *reply, const char *table, size_t row, const char *column)
{
	const struct cell *cell = cell_at(reply, table, row, column);
	struct arena *a = &reply->tables.arena;
	if (cell->kind == CELL_NUMBER)
		return arena_format(a, "%" PRId64, cell->number).p;
	if (cell->kind != CELL_TEXT || cell->text.n == 0)
		return NULL;
	return arena_format(a, "%.*s", (int)cell->text.n, cell->text.p).p;
}

int64_t hoiam_number(const struct hoiam_reply *reply, const char *table, size_t row,
	const char *column, int64_t otherwise)
{
	return cell_as_number(cell_at(reply, table, row, column), otherwise);
}
