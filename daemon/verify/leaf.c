/* leaf.c: the bytes of headers and events. */
#include "daemon/verify/audit.h"
#include "daemon/verify/fold.h"

#include "proto/case.h"
#include "proto/day.h"
#include "proto/paper.h"

/* Encoding again must give the same bytes: shortest forms, fields in the table's order, no zeros.
 */
static bool is_strict(uint64_t code, const void *fields, struct bytes leaf)
{
	AUTO(writer_fini) struct writer w = { 0 };
	leaf_write(&w, (enum event_code)code, fields);
	return bytes_equal(writer_bytes(&w), leaf);
}

/* Decode and check one leaf; NULL after saying why not. */
static void *decode(struct audit *a, uint64_t seq, struct bytes leaf, uint64_t *code)
{
	struct reader rd;
	struct fault f = { 0 };
	if (leaf_open(leaf, code, &rd, &f) != OK) {
		audit_fail_at(a, seq, "leaf", "%s", f.what);
		return NULL;
	}
	const struct record *r = event_record(*code);
	if (r == NULL) {
		audit_fail_at(a, seq, "code", "an event of unknown kind");
		return NULL;
	}
	void *fields = arena_alloc(&a->arena, 1, r->size);
	if (record_read_disk(&rd, r, fields, &a->arena, &f) != OK) {
		audit_fail_at(a, seq, "fields", "not those of %s", event_name(*code));
		return NULL;
	}
	if (record_check(r, fields, &f) != OK) {
		audit_fail_at(a, seq, f.field, "%s", err_row(f.err)->name);
		return NULL;
	}
	if (!is_strict(*code, fields, leaf)) {
		audit_fail_at(a, seq, "leaf", "not in the strict form");
		return NULL;
	}
	return fields;
}

void leaf_header(struct audit *a, uint64_t seq, struct bytes leaf)
{
	struct audited *e = &a->entry;
	uint64_t code;
	e->seq = seq;
	e->header_ok = e->head_ok = e->whole = false;
	e->header = (struct ev_entry){ 0 };
	e->action = (struct action){ 0 };
	e->officer = 0;
	e->count = e->w_count = 0;
	const struct ev_entry *header = decode(a, seq, leaf, &code);
	if (header != NULL && code != EVENT_entry)
		audit_fail_at(a, seq, "code", "no header where one should be");
	if (header == NULL || code != EVENT_entry) {
		a->unsafe = true;
		return;
	}
	e->header = *header;
	e->header_ok = true;
	if (e->header.at < a->at)
		audit_fail_at(a, seq, "at", "before the entry before it");
	a->at = e->header.at;
	struct fault f = { 0 };
	e->head_ok = action_open_head(e->header.head, &e->action, &a->arena, &f) == OK;
	if (!e->head_ok) {
		audit_fail_at(a, seq, "head", "%s %s", err_row(f.err)->name, f.field);
		a->unsafe = true;
	}
}

/* References. */

static bool ref_ok(struct audit *a, const struct field *f, uint64_t v)
{
	if (v == 0)
		return true;
	if (f->flags & UNIT)
		return fold_unit(a->fold, v).n > 0;
	if (f->flags & TERM)
		return fold_term(a->fold, v).n > 0;
	if (f->flags & STATE)
		return v < STATE_COUNT;
	if (f->flags & PAPER)
		return v < PAPER_COUNT;
	if (f->flags & PERSON)
		return v <= PERSON_WITHDRAWN;
	return (f->flags & STEP) == 0 || v < STEP_COUNT;
}

static bool field_ok(struct audit *a, const struct field *f, const void *fields)
{
	const char *at = (const char *)fields + f->offset;
	uint64_t number;
	struct uints many;
	if (f->kind == KIND_UINT) {
		memcpy(&number, at, sizeof(number));
		return ref_ok(a, f, number);
	}
	if (f->kind != KIND_UINTS || (f->flags & UNIT) == 0)
		return true;
	memcpy(&many, at, sizeof(many));
	for (size_t i = 0; i < many.n; i++)
		if (many.v[i] == 0 || !ref_ok(a, f, many.v[i]))
			return false;
	return true;
}

static void check_refs(struct audit *a, struct event *e)
{
	for (size_t i = 0; i < e->record->count; i++) {
		const struct field *f = &e->record->fields[i];
		if (field_ok(a, f, e->fields))
			continue;
		audit_fail_at(a, e->seq, f->name, "names what the journal does not know");
		e->fields = NULL;
		return;
	}
}

static void decode_event(struct audit *a, struct event *e)
{
	if (e->leaf.n > LIMIT_EVENT_BYTES)
		audit_fail_at(
			a, e->seq, "leaf", "%zu bytes, more than an event may have", e->leaf.n);
	e->fields = decode(a, e->seq, e->leaf, &e->code);
	if (e->fields == NULL)
		return;
	e->record = event_record(e->code);
	check_refs(a, e);
}

void leaf_events(struct audit *a)
{
	struct audited *e = &a->entry;
	if (e->header_ok && e->header.count != e->count)
		audit_fail_at(a, e->seq, "count", "says %llu, %zu events follow",
			(unsigned long long)e->header.count, e->count);
	e->whole = e->header_ok && e->header.count == e->count;
	for (size_t i = 0; i < e->count; i++) {
		decode_event(a, &e->events[i]);
		e->whole &= e->events[i].fields != NULL;
	}
	if (!e->whole)
		a->unsafe = true;
}
