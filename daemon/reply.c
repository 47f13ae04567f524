/* reply.c: events in the user's terms. */
#include "daemon/reply.h"

#include "daemon/table.h"
#include "proto/crockford.h"
#include "proto/day.h"
#include "proto/paper.h"
#include "store/hearing.h"

static void write_code(struct writer *w, struct text code)
{
	if (code.n == 0)
		write_nil(w);
	else
		write_text(w, code);
}

static void write_referred(
	struct writer *w, const struct house *h, const struct field *f, uint64_t v)
{
	if (f->flags & UNIT)
		write_code(w, unit_code(h, v));
	else if (f->flags & TERM)
		write_code(w, term_code(h, v));
	else if (f->flags & STATE)
		write_string(
			w, v < STATE_COUNT && v > 0 ? state_row((enum case_state)v)->name : "");
	else if (f->flags & PERSON)
		write_string(w, registration_state_name(v));
	else if (f->flags & PAPER)
		write_string(w, v < PAPER_COUNT && v > 0 ? paper_row((enum paper)v)->name : "");
	else if (f->flags & STEP)
		write_string(w, v < STEP_COUNT && v > 0 ? step_row((enum case_step)v)->verb : "");
	else
		write_uint(w, v);
}

#define VALUE(type) (*(const type *)((const char *)record + field->offset))

void reply_field(struct writer *w, const struct house *h, const struct field *field,
	const void *record, struct arena *a)
{
	char iso[11];
	switch (field->kind) {
	case KIND_UINT:
		write_referred(w, h, field, VALUE(uint64_t));
		break;
	case KIND_DAY:
		day_format(VALUE(uint32_t), iso);
		write_string(w, iso);
		break;
	case KIND_TIME:
		write_int(w, VALUE(int64_t));
		break;
	case KIND_CODE:
	case KIND_TEXT:
		write_text(w, field->flags & DASHED ? crockford_text(VALUE(struct text), a)
						    : VALUE(struct text));
		break;
	case KIND_BIN:
		write_bin(w, VALUE(struct bytes));
		break;
	case KIND_NUM:
		write_text(w, number_format(h, VALUE(struct num), a));
		break;
	case KIND_UINTS:
		write_array(w, VALUE(struct uints).n);
		for (size_t i = 0; i < VALUE(struct uints).n; i++)
			write_referred(w, h, field, VALUE(struct uints).v[i]);
		break;
	case KIND_CODES:
	case KIND_LIST:
		write_nil(w); /* no event has one */
		break;
	}
}

static enum err read_event(
	struct bytes leaf, uint64_t *code, void **ev, struct arena *a, struct fault *f)
{
	struct reader fields;
	enum err err = leaf_open(leaf, code, &fields, f);
	const struct record *r = err == OK ? event_record(*code) : NULL;
	if (r == NULL)
		return err != OK ? err : fail(f, E_TOO_NEW, NULL, "event");
	*ev = arena_alloc(a, 1, r->size);
	return record_read_disk(&fields, r, *ev, a, f);
}

/* Whether a client is told the field: somebody has it, and it did not come from there. */
static bool is_told(const struct field *f, void *const *events, size_t n)
{
	bool some = false;
	for (size_t k = 0; k < n && !some; k++)
		some = !field_is_empty(f, events[k]);
	return some && (f->flags & SENT) == 0;
}

/* Events of one kind that follow each other: a table. */
static void write_run(struct writer *w, const struct house *h, uint64_t code, void *const *events,
	size_t n, struct arena *a)
{
	AUTO(writer_fini) struct writer rows = { 0 };
	const struct record *r = event_record(code);
	const struct field *told[LIMIT_FIELDS];
	const char *columns[LIMIT_FIELDS];
	size_t count = 0;
	for (size_t i = 0; i < r->count; i++) {
		if (!is_told(&r->fields[i], events, n))
			continue;
		columns[count] = r->fields[i].name;
		told[count++] = &r->fields[i];
	}
	for (size_t k = 0; k < n; k++) {
		write_array(&rows, count);
		for (size_t i = 0; i < count; i++)
			if (field_is_empty(told[i], events[k]))
				write_nil(&rows);
			else
				reply_field(&rows, h, told[i], events[k], a);
	}
	table_write(w, event_name(code), columns, count, writer_bytes(&rows), n);
}

static size_t count_runs(const uint64_t *codes, size_t n)
{
	size_t runs = 0;
	for (size_t i = 0; i < n; i++)
		runs += i == 0 || codes[i] != codes[i - 1];
	return runs;
}

static enum err write_events(struct writer *w, const struct house *h, const struct entry *entry,
	struct arena *a, struct fault *f)
{
	uint64_t codes[LIMIT_EVENTS_ANSWER];
	void *events[LIMIT_EVENTS_ANSWER];
	size_t n = entry->header.count < LIMIT_EVENTS_ANSWER ? entry->header.count
							     : LIMIT_EVENTS_ANSWER;
	for (size_t i = 0; i < n; i++) {
		enum err err = read_event(entry->events[i], &codes[i], &events[i], a, f);
		if (err != OK)
			return err;
	}
	write_array(w, count_runs(codes, n));
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && codes[to] == codes[from]; to++)
			;
		write_run(w, h, codes[from], events + from, to - from, a);
	}
	return OK;
}

enum err reply_entry(struct writer *w, const struct house *h, uint64_t seq,
	const struct entry *entry, struct arena *a, struct fault *f)
{
	write_map(w, 4);
	write_string(w, "seq");
	write_uint(w, seq);
	write_string(w, "at");
	write_int(w, entry->header.at);
	write_string(w, "count");
	write_uint(w, entry->header.count);
	write_string(w, "events");
	return write_events(w, h, entry, a, f);
}
