/* steps.c: the chain of a case's events in the journal, and the table of it. */
#include "daemon/report/steps.h"

#include "daemon/report/facts.h"
#include "proto/action.h"

static void take_moved(struct report *r, struct step *to, const struct ev_case_moved *ev)
{
	to->step = ev->step < STEP_COUNT ? (enum case_step)ev->step : STEP_NONE;
	to->name = to->step == STEP_NONE ? "" : step_row(to->step)->verb;
	to->prev = ev->prev;
	to->day = ev->day;
	to->state = ev->state;
	to->unit = ev->to != 0 ? ev->to : ev->unit;
	to->term = ev->term;
	to->group = ev->group;
	to->code = ev->lead.n != 0 ? number_format(r->house, ev->lead, r->arena) : ev->channel;
	if (ev->step == STEP_assign && ev->owner != 0)
		to->code = arena_format(r->arena, "%llu", (unsigned long long)ev->owner);
	else if (ev->step == STEP_entrust)
		to->code = arena_format(r->arena, "%llu", (unsigned long long)ev->custodian);
	to->document = ev->document;
	to->behalf = ev->behalf;
	to->size = ev->size;
}

static void take_covered(struct report *r, struct step *to, const struct ev_opinion_covered *ev)
{
	static const char *const hows[] = { "", "direction", "answer", "decline" };
	struct row_conclusion c;
	to->name = "covered";
	to->prev = ev->prev;
	to->day = ev->day;
	to->state = ev->state;
	to->unit = ev->unit;
	to->code = text_of(ev->how < COUNT(hows) ? hows[ev->how] : "");
	if (row_get(r->txn, STORE_conclusion, key_of_num_u32(ev->meeting, (uint32_t)ev->version),
		    record_row_conclusion(), &c, r->arena))
		to->document = c.document;
}

static void take_voided(struct step *to, const struct ev_opinion_voided *ev)
{
	to->name = ev->split ? "split" : "voided";
	to->prev = ev->prev;
	to->day = ev->day;
	to->state = STATE_VOIDED;
	to->term = ev->ground;
}

static void take_recorded(struct step *to, const struct ev_opinion_recorded *ev)
{
	to->name = "recorded";
	to->first = true;
	to->day = ev->day;
	to->state = STATE_RECORDED;
	to->unit = ev->unit;
}

static void take_reopened(struct report *r, struct step *to, const struct ev_case_reopened *ev)
{
	to->name = "reopened";
	to->first = true;
	to->day = ev->day;
	to->state = ev->state;
	to->unit = ev->unit;
	to->code = number_format(r->house, ev->previous, r->arena);
}

static void take_imported(struct step *to, const struct ev_case_imported *ev)
{
	to->name = "imported";
	to->prev = ev->prev;
	to->day = ev->settled != 0 ? ev->settled : ev->accepted != 0 ? ev->accepted : ev->received;
	to->state = ev->state;
	to->unit = ev->unit;
	to->term = ev->outcome;
}

static bool read_step(struct report *r, uint64_t seq, struct step *to)
{
	struct bytes leaf;
	struct reader fields;
	uint64_t code;
	*to = (struct step){ .seq = seq };
	if (!journal_leaf(r->txn, seq, &leaf) || leaf_open(leaf, &code, &fields, NULL) != OK)
		return false;
	const struct record *record = event_record(code);
	void *ev = record == NULL ? NULL : arena_alloc(r->arena, 1, record->size);
	if (ev == NULL || record_read_disk(&fields, record, ev, r->arena, NULL) != OK)
		return false;
	if (code == EVENT_case_moved)
		take_moved(r, to, ev);
	else if (code == EVENT_opinion_covered)
		take_covered(r, to, ev);
	else if (code == EVENT_opinion_voided)
		take_voided(to, ev);
	else if (code == EVENT_case_imported)
		take_imported(to, ev);
	else if (code == EVENT_opinion_recorded)
		take_recorded(to, ev);
	else if (code == EVENT_case_reopened)
		take_reopened(r, to, ev);
	return to->name != NULL;
}

/* Most cases have few steps. */
static struct step *grow(struct report *r, const struct step *old, size_t *room)
{
	size_t had = *room;
	*room = had == 0 ? 8 : had * 4;
	struct step *v = arena_alloc(r->arena, *room, sizeof(*v));
	if (had > 0)
		memcpy(v, old, had * sizeof(*v));
	return v;
}

size_t steps_read(struct report *r, uint64_t last, struct step **to)
{
	struct step *v = NULL, one;
	size_t n = 0, room = 0;
	for (uint64_t seq = last; seq != 0 && n < STEPS_MAX && read_step(r, seq, &one);
		seq = one.prev) {
		if (n == room)
			v = grow(r, v, &room);
		v[n++] = one;
	}
	*to = v;
	return n;
}

static bool header_at(struct report *r, uint64_t seq, struct ev_entry *to)
{
	struct bytes leaf;
	struct reader fields;
	uint64_t code;
	return journal_leaf(r->txn, seq, &leaf) && leaf_open(leaf, &code, &fields, NULL) == OK &&
	       code == EVENT_entry &&
	       record_read_disk(&fields, record_ev_entry(), to, r->arena, NULL) == OK;
}

/*
 * The header of the entry that a step stands in, without the entry's other events. The entry that
 * holds the words of the case is that of its first step: it need not be searched.
 */
static uint64_t read_header(
	struct report *r, uint64_t seq, const struct row_case *c, struct ev_entry *to)
{
	uint64_t header = 0;
	if (c->seq < seq && header_at(r, c->seq, to) && seq - c->seq <= to->count)
		return c->seq;
	*to = (struct ev_entry){ 0 };
	if (journal_header_of(r->txn, seq, &header))
		(void)header_at(r, header, to);
	return header;
}

static void cell_officer(struct report *r, struct bytes key_id)
{
	struct row_key row;
	struct key key = { .n = KEY_ID_BYTES };
	if (key_id.n == KEY_ID_BYTES)
		memcpy(key.p, key_id.p, KEY_ID_BYTES);
	if (row_get(r->txn, STORE_key, key, record_row_key(), &row, r->arena) && row.officer != 0)
		cell_count(r, row.officer);
	else
		cell_none(r);
}

/* The words of a step: `text` of an answer, `words` of all else. */
static struct text words_of(
	struct report *r, const struct step *s, uint64_t header, const struct row_case *c)
{
	struct case_args words = { 0 };
	report_words(r, header, s->group, (uint32_t)c->unit, (uint32_t)c->with, record_case_args(),
		&words);
	struct text t = words.text.n > 0 ? words.text : words.name.n > 0 ? words.name : words.words;
	/* One reply holds the whole case: past its size, words are told by their first line. */
	return r->rows.n < PAGE_BYTES ? t : first_line(r, t);
}

static void put_step(struct report *r, const struct step *s, const struct row_case *c)
{
	struct ev_entry entry;
	uint64_t header = read_header(r, s->seq, c, &entry);
	row_begin(r);
	cell_count(r, s->seq);
	cell_time(r, entry.at);
	cell_day(r, s->day);
	cell_string(r, s->name);
	cell_state(r, s->state);
	cell_unit(r, s->unit);
	cell_text(r, s->code.n > 0 ? s->code : term_code(r->house, s->term));
	cell_text(r, s->document);
	cell_officer(r, entry.key);
	cell_text(r, words_of(r, s, header, c));
	cell_unit(r, s->behalf);
}

void steps_table(struct report *r, const struct row_case *c, const struct step *v, size_t n)
{
	table_begin(r, TABLE_case_steps);
	while (n-- > 0)
		put_step(r, &v[n], c);
	table_end(r);
}
