/* paper.c: papers: one by its check code, what it must say, and lists of them. */
#include "daemon/report/facts.h"
#include "proto/paper.h"

#include <sodium.h>

static bool paper_get(struct report *r, struct text code, struct row_paper *to)
{
	return row_get(r->txn, STORE_paper, key_of_text(code), record_row_paper(), to, r->arena);
}

/* A notice whose conclusion was written again tells nothing any more, whatever stamp it bears. */
static bool overtaken(struct report *r, const struct row_paper *p)
{
	struct row_conclusion c = { 0 };
	if (p->paper != PAPER_notice)
		return false;
	(void)row_get(r->txn, STORE_conclusion, key_of_num_u32(p->of, (uint32_t)p->version),
		record_row_conclusion(), &c, r->arena);
	return !bytes_equal(c.content, p->content);
}

static const char *paper_state(struct report *r, const struct row_paper *p)
{
	return p->next.n != 0 || overtaken(r, p) ? "replaced"
	       : p->second != 0                  ? "attested"
	       : p->n != 0                       ? "stamped"
						 : "made";
}

static struct text hex(struct report *r, struct bytes b)
{
	char *out = arena_alloc(r->arena, 2 * b.n + 1, 1);
	sodium_bin2hex(out, 2 * b.n + 1, b.p, b.n);
	return text_of(out);
}

/* What a paper is of, as its maker named it. */
static struct text of_what(struct report *r, const struct row_paper *p)
{
	return p->of.n == 0 ? unit_code(r->house, p->unit)
			    : number_format(r->house, p->of, r->arena);
}

/* The unit that a paper goes to sees it once it is stamped. */
static uint32_t receiver(const struct row_paper *p)
{
	return p->n == 0 ? 0 : (uint32_t)p->to;
}

static void facts_of_signing(struct report *r, const struct row_paper *p)
{
	struct paper_attest words = { 0 };
	fact_text(r, "number", p->document);
	fact_day(r, "stamped", p->stamped);
	if (p->stamper != 0)
		fact_count(r, "stamped by", p->stamper);
	if (p->attester == 0)
		return;
	report_words(r, p->signed_seq, p->signed_group, (uint32_t)p->unit, receiver(p),
		record_paper_attest(), &words);
	fact_text(r, "signed by hand", words.signer);
	fact_text(r, "post", words.post);
	fact_text(r, "capacity", p->capacity);
	fact_text(r, "mandate", p->mandate);
	fact_text(r, "scan", hex(r, p->scan));
	fact_count(r, "attested by", p->attester);
	if (p->second != 0)
		fact_count(r, "and by", p->second);
}

static void paper_facts(struct report *r, struct text code, const struct row_paper *p)
{
	table_begin(r, TABLE_paper_facts);
	fact_text(r, "check code", crockford_text(code, r->arena));
	fact_text(r, "paper", text_of(paper_row((enum paper)p->paper)->name));
	fact_text(r, "of", of_what(r, p));
	fact_text(r, "unit", unit_code(r->house, p->unit));
	if (p->version != 0)
		fact_count(r, "version", p->version);
	fact_text(r, "to", unit_code(r->house, p->to));
	fact_day(r, "from", p->from);
	fact_day(r, "until", p->until);
	fact_text(r, "state", text_of(paper_state(r, p)));
	fact_day(r, "made", p->day);
	fact_count(r, "made by", p->officer);
	fact_text(r, "replaced by", crockford_text(p->next, r->arena));
	facts_of_signing(r, p);
	table_end(r);
}

/* By its code, where one of this right looks at its unit, or at the one that it went to. */
static enum err take_paper(struct report *r, struct text typed, enum right right, struct text *code,
	struct row_paper *p)
{
	char signs[CROCKFORD_SIGNS + 1];
	if (!crockford_read(typed, signs))
		return fail(r->fault, E_TYPE, "code", "12 signs");
	*code = arena_text(r->arena, text_of(signs));
	if (!paper_get(r, *code, p) || !report_sees(r, RIGHT_SEE, (uint32_t)p->unit, receiver(p)))
		return fail_text(r->fault, E_NOT_FOUND, "code", typed);
	return report_sees(r, right, (uint32_t)p->unit, receiver(p))
		       ? OK
		       : fail(r->fault, E_NOT_ALLOWED, "code", r->cmd->wire);
}

enum err report_paper_show(struct report *r, const void *request)
{
	const struct paper_code *q = request;
	struct text code = { 0 };
	struct row_paper p = { 0 };
	enum err err = take_paper(r, q->code, RIGHT_SEE, &code, &p);
	if (err == OK)
		paper_facts(r, code, &p);
	return err;
}

enum err report_paper_text(struct report *r, const void *request)
{
	const struct paper_code *q = request;
	struct paper_make words = { 0 };
	struct text code = { 0 };
	struct row_paper p = { 0 };
	enum err err = take_paper(r, q->code, RIGHT_READ, &code, &p);
	if (err != OK)
		return err;
	report_words(
		r, p.seq, p.group, (uint32_t)p.unit, receiver(&p), record_paper_make(), &words);
	if (words.sha256.n == 0) /* destroyed */
		return fail(r->fault, E_NOT_FOUND, "code", "what this paper says");
	r->body = (struct body_place){ p.seq, p.size };
	paper_facts(r, code, &p);
	return OK;
}

/* paper.list */

struct paper_walk {
	struct report *r;
	const struct paper_list *q;
	enum paper paper; /* wanted; PAPER_NONE: any */
	struct num of;    /* wanted; n 0: any */
	size_t left, walked;
	uint8_t at[CURSOR_PLACE_MAX]; /* unit, then key of the last paper passed */
	size_t at_n;
	bool full;
};

static bool wanted(
	const struct paper_walk *w, uint32_t unit, const struct row_paper *p, struct text state)
{
	const struct paper_list *q = w->q;
	if (p->unit != unit || (w->paper != PAPER_NONE && p->paper != w->paper))
		return false;
	if ((q->from != 0 && p->stamped < q->from) || (q->to != 0 && p->stamped > q->to))
		return false;
	return q->state.n == 0 || text_equal(q->state, state);
}

/* A number that was cancelled stands by itself beside the one that the paper bears now. */
static struct text as_it_went_out(
	struct report *r, struct bytes key, struct bytes value, struct row_paper *p)
{
	struct row_outgoing out = { 0 };
	struct reader rd = reader_of(arena_bytes(r->arena, value));
	if (record_read_disk(&rd, record_row_outgoing(), &out, r->arena, NULL) != OK ||
		out.cancelled.n == 0)
		return (struct text){ 0 };
	p->stamped = get_u32(key.p + 4);
	p->document = out.document;
	return out.cancelled;
}

static void paper_line(struct report *r, struct text code, const struct row_paper *p,
	struct text state, struct text cancelled)
{
	row_begin(r);
	cell_text(r, crockford_text(code, r->arena));
	cell_string(r, paper_row((enum paper)p->paper)->name);
	cell_text(r, of_what(r, p));
	if (p->version == 0)
		cell_none(r);
	else
		cell_count(r, p->version);
	cell_unit(r, p->to);
	cell_day(r, p->day);
	cell_text(r, state);
	cell_text(r, p->document);
	cell_day(r, p->stamped);
	cell_text(r, cancelled);
}

static bool look_at(struct paper_walk *w, uint32_t unit, struct bytes key, struct bytes value)
{
	struct row_paper p = { 0 };
	struct text code = { (const char *)key.p + key.n - CROCKFORD_SIGNS, CROCKFORD_SIGNS };
	if (!paper_get(w->r, code, &p))
		return true;
	struct text cancelled =
		value.n > 0 ? as_it_went_out(w->r, key, value, &p) : (struct text){ 0 };
	struct text state = text_of(cancelled.n > 0 ? "cancelled" : paper_state(w->r, &p));
	if (wanted(w, unit, &p, state)) {
		if (w->left == 0)
			return false;
		paper_line(w->r, arena_text(w->r->arena, code), &p, state, cancelled);
		w->left--;
	}
	put_u32(w->at, unit);
	memcpy(w->at + 4, key.p, key.n);
	w->at_n = 4 + key.n;
	return ++w->walked < WALK_MAX;
}

/* Stamped ones lie by day of the stamp, all of them by what they are of. */
static void walk_unit(struct paper_walk *w, const struct unit *u, struct bytes from)
{
	bool stamped = w->q->from != 0 || w->q->to != 0 || text_is(w->q->state, "cancelled");
	struct key prefix = key_of_u32(stamped ? u->id : u->series), start = prefix;
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	if (!stamped && w->of.n != 0)
		prefix = key_of_num(w->of);
	scan_open(&s, w->r->txn, stamped ? STORE_outgoing : STORE_paper_of, key_bytes(&prefix));
	if (stamped && w->q->from != 0 && from.n == 0) {
		key_u32(&start, w->q->from);
		scan_from(&s, key_bytes(&start), false);
	}
	if (from.n > 0)
		scan_from(&s, from, true);
	while (!w->full && scan_next(&s, &key, &value))
		w->full = !look_at(w, u->id, key, value);
}

static enum err read_filters(struct paper_walk *w)
{
	static const char *const states[] = { "made", "replaced", "stamped", "attested",
		"cancelled" };
	const struct paper_list *q = w->q;
	struct report *r = w->r;
	bool known = q->state.n == 0;
	w->paper = paper_of(q->paper);
	if (q->paper.n != 0 && w->paper == PAPER_NONE)
		return fail_text(r->fault, E_VALUE, "paper", q->paper);
	for (size_t i = 0; i < COUNT(states); i++)
		known |= text_is(q->state, states[i]);
	if (!known)
		return fail_text(r->fault, E_VALUE, "state", q->state);
	return q->of.n == 0 ? OK
			    : number_parse(r->house, q->of, grants_home(&r->grants), r->today, "of",
				      &w->of, r->fault);
}

enum err report_paper_list(struct report *r, const void *request)
{
	const struct paper_list *q = request;
	struct paper_walk w = { .r = r, .q = q, .left = report_limit(q->limit) };
	uint32_t first = q->after.n > 4 ? get_u32(q->after.p) : 0;
	struct uints units;
	enum err err = read_filters(&w);
	if (err == OK)
		err = report_units(r, RIGHT_SEE, q->unit, r->today, &units);
	if (err != OK)
		return err;
	table_begin(r, TABLE_paper_list);
	for (size_t i = 0; i < units.n && !w.full; i++) {
		struct bytes from = { 0 };
		const struct unit *u = unit_get(&r->house->units, units.v[i]);
		if (units.v[i] < first || (w.of.n != 0 && u->series != w.of.series))
			continue;
		if (units.v[i] == first)
			from = bytes_of(q->after.p + 4, q->after.n - 4);
		walk_unit(&w, u, from);
	}
	table_end(r);
	if (w.full)
		report_next(r, w.at, w.at_n);
	return OK;
}
