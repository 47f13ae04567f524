/* print_event.c: what changing commands did, event by event. */
#include "clients/cli/print.h"

#include "clients/cli/print_json.h"
#include "clients/cli/print_part.h"
#include "clients/i18n.h"

static const struct event_row {
	const char *name;
	const struct record *(*record)(void);
} event_rows[] = {
#define EVENT(code, name, help) { #name, record_ev_##name },
#include "proto/event.def"
};

static const struct event_row *event_row(struct text name)
{
	for (size_t i = 0; i < COUNT(event_rows); i++)
		if (text_is(name, event_rows[i].name))
			return &event_rows[i];
	return NULL;
}

static bool is_time(const struct event *e, const struct event_field *f)
{
	const struct event_row *row = event_row(e->name);
	const struct field *known = row == NULL ? NULL : record_field(row->record(), f->name);
	return known != NULL && known->kind == KIND_TIME;
}

bool print_is_inner(struct text name)
{
	static const char *const inner[] = { "w", "group", "prev", "policy", "flags", "content",
		"source", "token", "public", "channel", "series", "rule", "zone", "sig", "head",
		"reg" };
	for (size_t i = 0; i < COUNT(inner); i++)
		if (text_is(name, inner[i]))
			return true;
	return false;
}

static struct text event_value(const struct printer *p, const struct event *e,
	const struct event_field *f, struct arena *a)
{
	static const struct column time = { .name = "", .kind = COLUMN_TIME };
	if (is_time(e, f))
		return print_cell(p, &time, &f->value, false, a);
	return print_tame(print_field(p, e->name, f->name, &f->value, a), a);
}

static void print_event(const struct printer *p, const struct event *e)
{
	AUTO(arena_fini) struct arena a = { 0 };
	bool terminal = p->format == FORMAT_TERMINAL;
	struct text name = terminal ? label_event(e->name) : print_tame(e->name, &a);
	fwrite(name.p, 1, name.n, p->out);
	bool some = false;
	for (size_t i = 0; i < e->field_count; i++) {
		const struct event_field *f = &e->fields[i];
		if (f->value.kind == CELL_NIL || (terminal && print_is_inner(f->name)))
			continue;
		struct text value = event_value(p, e, f, &a), key = print_tame(f->name, &a);
		key = terminal ? label_word("field", key, &a) : key;
		const char *before = !terminal ? "\t" : some ? ", " : ": ";
		fprintf(p->out, "%s%.*s%s%.*s", before, (int)key.n, key.p, terminal ? " " : "=",
			(int)value.n, value.p);
		some = true;
	}
	fputs("\n", p->out);
}

/* The opinions of a recording: ordinal and case, one table. */
static void print_recorded(struct printer *p, const struct outcome *o)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct text columns[] = { text_of("ordinal"), text_of("number") };
	struct table t = {
		.name = text_of("opinion_list"), .columns = columns, .column_count = COUNT(columns)
	};
	t.shape = table_shape_of(t.name);
	t.cells = arena_alloc(&a, o->event_count * COUNT(columns), sizeof(*t.cells));
	for (size_t i = 0; i < o->event_count; i++) {
		if (!text_is(o->events[i].name, "opinion_recorded"))
			continue;
		struct cell *row = &t.cells[COUNT(columns) * t.row_count++];
		row[0] = *event_field(&o->events[i], "ordinal");
		row[1] = *event_field(&o->events[i], "case_number");
	}
	if (t.row_count > 0)
		print_one_table(p, &t, false, true);
}

static void print_events_csv(const struct printer *p, const struct outcome *o)
{
	AUTO(arena_fini) struct arena a = { 0 };
	fputs("event,number,field,value\n", p->out);
	for (size_t i = 0; i < o->event_count; i++) {
		for (size_t k = 0; k < o->events[i].field_count; k++) {
			const struct event_field *f = &o->events[i].fields[k];
			print_csv_cell(p->out, o->events[i].name, true);
			fprintf(p->out, ",%zu,", i + 1);
			print_csv_cell(p->out, f->name, true);
			fputs(",", p->out);
			print_csv_cell(p->out, print_cell(p, NULL, &f->value, true, &a),
				f->value.kind == CELL_TEXT);
			fputs("\n", p->out);
		}
	}
}

void print_outcome(struct printer *p, const struct outcome *outcome)
{
	if (p->format == FORMAT_JSON) {
		print_outcome_json(p->out, outcome);
		return;
	}
	if (p->format == FORMAT_CSV) {
		print_events_csv(p, outcome);
		return;
	}
	bool terminal = p->format == FORMAT_TERMINAL;
	for (size_t i = 0; i < outcome->event_count; i++)
		if (!terminal || !text_is(outcome->events[i].name, "opinion_recorded"))
			print_event(p, &outcome->events[i]);
	if (!terminal)
		return;
	print_recorded(p, outcome);
	if (outcome->count > outcome->event_count)
		fprintf(p->out, _("and %llu more\n"),
			(unsigned long long)(outcome->count - outcome->event_count));
}
