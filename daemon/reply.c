/* reply.c: events in the user's terms. */
#include "daemon/reply.h"

#include "proto/day.h"

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
		write_text(w, VALUE(struct text));
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

static enum err write_event(struct writer *w, const struct house *h, struct bytes leaf,
	struct arena *a, struct fault *f)
{
	uint64_t code;
	struct reader fields;
	enum err err = leaf_open(leaf, &code, &fields, f);
	const struct record *r = err == OK ? event_record(code) : NULL;
	if (r == NULL)
		return err != OK ? err : fail(f, E_TOO_NEW, NULL, "event");
	void *ev = arena_alloc(a, 1, r->size);
	err = record_read_disk(&fields, r, ev, a, f);
	if (err != OK)
		return err;
	size_t count = 1;
	for (size_t i = 0; i < r->count; i++)
		count += !field_is_empty(&r->fields[i], ev);
	write_map(w, count);
	write_string(w, "event");
	write_string(w, event_name(code));
	for (size_t i = 0; i < r->count; i++) {
		if (field_is_empty(&r->fields[i], ev))
			continue;
		write_string(w, r->fields[i].name);
		reply_field(w, h, &r->fields[i], ev, a);
	}
	return OK;
}

enum err reply_entry(struct writer *w, const struct house *h, uint64_t seq,
	const struct entry *entry, struct arena *a, struct fault *f)
{
	size_t shown =
		entry->header.count < REPLY_EVENTS_MAX ? entry->header.count : REPLY_EVENTS_MAX;
	write_map(w, 4);
	write_string(w, "seq");
	write_uint(w, seq);
	write_string(w, "at");
	write_int(w, entry->header.at);
	write_string(w, "count");
	write_uint(w, entry->header.count);
	write_string(w, "events");
	write_array(w, shown);
	for (size_t i = 0; i < shown; i++) {
		enum err err = write_event(w, h, entry->events[i], a, f);
		if (err != OK)
			return err;
	}
	return OK;
}
