/* head.c: what was signed against what became a fact, field by field, by the names they share. */
#include "daemon/verify/audit.h"
#include "daemon/verify/fold.h"

#include "proto/day.h"

/* Commitments: every "w" of the head, in the order of its bytes. */

static void note_w(struct audit *a, struct bytes w)
{
	struct audited *e = &a->entry;
	AUDIT_GROW(e->w, e->w_count, e->w_room);
	e->w[e->w_count++] = w;
}

static void collect(struct audit *a, struct reader *rd, unsigned depth)
{
	enum pack_type type = read_type(rd);
	if (depth > LIMIT_DEPTH || (type != PACK_ARRAY && type != PACK_MAP)) {
		(void)read_any(rd);
		return;
	}
	bool map = type == PACK_MAP;
	uint32_t n = map ? read_map(rd) : read_array(rd);
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		struct text name = map ? read_text(rd) : (struct text){ 0 };
		if (text_is(name, "w") && read_type(rd) == PACK_BIN)
			note_w(a, read_bin(rd));
		else
			collect(a, rd, depth + 1);
	}
}

/* Values. */

static const void *value_of(const struct field *f, const void *fields)
{
	return (const char *)fields + f->offset;
}

static bool code_equal(struct audit *a, const struct field *f, uint64_t number, struct text code)
{
	return text_equal(
		f->flags & UNIT ? fold_unit(a->fold, number) : fold_term(a->fold, number), code);
}

static bool uint_equal(
	struct audit *a, const struct field *f, const void *fields, struct reader value)
{
	uint64_t number;
	memcpy(&number, value_of(f, fields), sizeof(number));
	if ((f->flags & (UNIT | TERM)) && read_type(&value) == PACK_TEXT) {
		struct text code = read_text(&value);
		return code.n == 0 || code_equal(a, f, number, code);
	}
	if ((f->flags & (UNIT | TERM | STATE | STEP)) || read_type(&value) != PACK_UINT)
		return true;
	uint64_t signed_ = read_uint(&value);
	return signed_ == 0 || signed_ == number;
}

static bool uints_equal(
	struct audit *a, const struct field *f, const void *fields, struct reader value)
{
	struct uints have;
	memcpy(&have, value_of(f, fields), sizeof(have));
	if (read_type(&value) != PACK_ARRAY)
		return true;
	uint32_t n = read_array(&value);
	bool same = n == have.n;
	for (uint32_t i = 0; same && i < n; i++)
		same = f->flags & UNIT ? code_equal(a, f, have.v[i], read_text(&value))
				       : read_uint(&value) == have.v[i];
	return same;
}

/* Whether a field of an event is what the head's value of that name says; true when the two are of
 * other kinds, or the head leaves it open. */
static bool says(struct audit *a, const struct field *f, const void *fields, struct reader value)
{
	struct text t;
	struct bytes b;
	uint32_t day;
	enum pack_type type = read_type(&value);
	switch (f->kind) {
	case KIND_UINT:
		return uint_equal(a, f, fields, value);
	case KIND_UINTS:
		return uints_equal(a, f, fields, value);
	case KIND_DAY:
		memcpy(&day, value_of(f, fields), sizeof(day));
		return type != PACK_TEXT || day_parse(read_text(&value)) == day;
	case KIND_CODE:
	case KIND_TEXT:
		memcpy(&t, value_of(f, fields), sizeof(t));
		return type != PACK_TEXT || text_equal(read_text(&value), t);
	case KIND_BIN:
		memcpy(&b, value_of(f, fields), sizeof(b));
		return type != PACK_BIN || bytes_equal(read_bin(&value), b);
	case KIND_TIME:
	case KIND_NUM:
	case KIND_CODES:
	case KIND_LIST:
		return true;
	}
	return true;
}

/* A case's outcome and ground both stand as `term`. */
static const struct field *field_of(const struct event *e, struct text name)
{
	bool term = e->code == EVENT_case_moved &&
		    (text_is(name, "ground") || text_is(name, "outcome") || text_is(name, "word"));
	return record_field(e->record, term ? text_of("term") : name);
}

/* A step that a paper signed by hand does: the words beside it are the attestation's. */
static bool attested(const struct event *e)
{
	const struct ev_case_moved *ev = e->fields;
	return e->code == EVENT_case_moved && ev->attested.n > 0;
}

/* One event against the map of the head that it came from. Its words must be those beside them.
 * The ids of its fields that the map has, a bit each. */
static uint64_t compare(struct audit *a, const struct event *e, struct reader map)
{
	const struct field *w = record_field(e->record, text_of("w"));
	bool words = false;
	uint64_t said = 0;
	uint32_t n = read_map(&map);
	for (uint32_t i = 0; i < n && map.err == OK; i++) {
		const struct field *f = field_of(e, read_text(&map));
		struct bytes value = read_any(&map);
		if (f == NULL || map.err != OK || (f == w && attested(e)))
			continue;
		words |= f == w;
		said |= UINT64_C(1) << f->id;
		if (!says(a, f, e->fields, reader_of(value)))
			audit_fail_at(a, e->seq, f->name, "not what the head says");
	}
	if (w != NULL && !words && !field_is_empty(w, e->fields))
		audit_fail_at(a, e->seq, "w", "the head has no such words");
	return said;
}

/* Events that come from the entries of a list, one each. */
static const char *list_of(uint64_t code)
{
	switch (code) {
	case EVENT_unit_added:
		return "units";
	case EVENT_policy_adopted:
		return "policy";
	case EVENT_meeting_opened:
		return "meeting";
	case EVENT_opinion_recorded:
		return "opinions";
	case EVENT_item_put:
		return "items";
	case EVENT_registration_added:
		return "registrations";
	case EVENT_member_added:
		return "members";
	case EVENT_document_received:
		return "documents";
	default:
		return NULL;
	}
}

/* The list of this name in the arguments; false when there is none. */
static bool find_list(struct bytes args, const char *name, struct reader *to)
{
	struct reader rd = reader_of(args);
	uint32_t n = read_map(&rd);
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		bool found = text_is(read_text(&rd), name);
		if (found && read_type(&rd) == PACK_ARRAY) {
			*to = rd;
			return true;
		}
		(void)read_any(&rd);
	}
	return false;
}

/* Compare all events of one code with the entries of their list. */
static void compare_list(struct audit *a, uint64_t code, struct reader list)
{
	struct audited *e = &a->entry;
	uint32_t n = read_array(&list), used = 0;
	for (size_t i = 0; i < e->count; i++) {
		if (e->events[i].code != code)
			continue;
		if (used++ == n) {
			audit_fail_at(a, e->events[i].seq, "event", "not in the head");
			return;
		}
		(void)compare(a, &e->events[i], reader_of(read_any(&list)));
	}
	if (used < n)
		audit_fail_at(a, e->seq, "count", "the head holds more than became events");
}

/* Imports: rows that say what is known already become no event, so each event looks for its line.
 */

static uint64_t line_of(struct reader map)
{
	uint32_t n = read_map(&map);
	for (uint32_t i = 0; i < n && map.err == OK; i++) {
		if (text_is(read_text(&map), "line") && read_type(&map) == PACK_UINT)
			return read_uint(&map);
		(void)read_any(&map);
	}
	return 0;
}

/* What the row does not say the case does not have. */
static void compare_row(struct audit *a, const struct event *e, struct reader map)
{
	const struct record *row = record_import_row();
	uint64_t said = compare(a, e, map);
	for (size_t i = 0; i < row->count; i++) {
		const struct field *f = record_field(e->record, text_of(row->fields[i].name));
		if (f != NULL && !field_is_empty(f, e->fields) &&
			(said & UINT64_C(1) << f->id) == 0)
			audit_fail_at(a, e->seq, f->name, "the head does not say this");
	}
}

static void compare_rows(struct audit *a)
{
	struct audited *e = &a->entry;
	struct reader rows;
	if (!find_list(e->action.args, "rows", &rows))
		rows = (struct reader){ 0 };
	uint32_t left = rows.n == 0 ? 0 : read_array(&rows);
	for (size_t i = 0; i < e->count; i++) {
		const struct event *event = &e->events[i];
		const struct ev_case_imported *ev = event->fields;
		if (event->code != EVENT_case_imported || ev->state == STATE_VOIDED)
			continue;
		struct bytes row = { 0 };
		while (left > 0 && line_of(reader_of(row)) != ev->line) {
			row = read_any(&rows);
			left--;
		}
		if (line_of(reader_of(row)) == ev->line)
			compare_row(a, event, reader_of(row));
		else
			audit_fail_at(a, event->seq, "line", "not in the head");
	}
}

/* The group that an event names is the one whose commitment it repeats. */
static void check_group(struct audit *a, const struct event *e)
{
	const struct field *fw = record_field(e->record, text_of("w"));
	const struct field *fg = record_field(e->record, text_of("group"));
	struct bytes w;
	uint64_t group;
	if (fw == NULL || fg == NULL)
		return;
	memcpy(&w, value_of(fw, e->fields), sizeof(w));
	memcpy(&group, value_of(fg, e->fields), sizeof(group));
	if (group == 0 && w.n == 0)
		return;
	if (group == 0 || group > a->entry.w_count)
		audit_fail_at(a, e->seq, "group", "no such words in the head");
	else if (!bytes_equal(w, a->entry.w[group - 1]))
		audit_fail_at(a, e->seq, "w", "not the commitment that the head has there");
}

void head_collect(struct audit *a)
{
	struct reader args = reader_of(a->entry.action.args);
	collect(a, &args, 0);
}

void head_check(struct audit *a)
{
	struct audited *e = &a->entry;
	struct reader list;
	uint64_t done = 0; /* bit per code below 64 whose list was compared */
	for (size_t i = 0; i < e->count; i++) {
		const struct event *event = &e->events[i];
		const char *name = list_of(event->code);
		check_group(a, event);
		if (event->code == EVENT_case_imported)
			continue;
		if (name == NULL || !find_list(e->action.args, name, &list)) {
			(void)compare(a, event, reader_of(e->action.args));
			continue;
		}
		if ((done & (uint64_t)1 << event->code) == 0)
			compare_list(a, event->code, list);
		done |= (uint64_t)1 << event->code;
	}
	compare_rows(a);
}
