/* paper.c: papers: kept under their check codes, stamped with number and date, and, where a leader
 * signs by hand, attested by two persons. */
#include "daemon/decide/decide.h"

#include "proto/day.h"
#include "proto/paper.h"

#include <stdio.h>

/* What a paper is of. */

static enum err only_with(
	struct decision *d, bool given, bool wanted, const char *field, const char *with)
{
	if (given && !wanted)
		return fail(d->fault, E_ONLY_WITH, field, with);
	return wanted && !given ? fail(d->fault, E_MISSING, field, NULL) : OK;
}

/* Which fields go with which paper. */
static enum err check_fields(struct decision *d, const struct paper_make *q, enum paper paper)
{
	bool conclusion = paper_row(paper)->subject == PAPER_OF_CONCLUSION;
	bool unit = paper_row(paper)->subject == PAPER_OF_UNIT;
	enum err err = only_with(d, q->version != 0, conclusion, "version", "draft, notice");
	if (err == OK)
		err = only_with(d, q->content.n != 0, paper == PAPER_notice, "content", "notice");
	if (err == OK)
		err = only_with(d, q->to.n != 0, paper == PAPER_dispatch, "to", "dispatch");
	if (err == OK)
		err = only_with(d, q->from != 0, unit, "from", "register");
	return err != OK ? err : only_with(d, q->until != 0, unit, "until", "register");
}

/* A case that was referred goes where it is; any other may go to any unit. */
static enum err dispatch_to(
	struct decision *d, const struct row_case *c, struct text to, struct ev_paper_made *ev)
{
	const struct unit *unit;
	enum err err = decide_unit(d, to, d->today, "to", &unit);
	if (err != OK)
		return err;
	ev->to = unit->id;
	if (c->state == STATE_REFERRED && c->with != unit->id)
		return fail_text(d->fault, E_CONFLICT, "to", unit_code(d->house, c->with));
	return OK;
}

static enum err of_case(
	struct decision *d, const struct paper_make *q, enum paper paper, struct ev_paper_made *ev)
{
	struct row_case c;
	enum err err = decide_case(d, q->of, "of", &ev->of, &c);
	if (err == OK)
		err = decide_may(d, RIGHT_PAPER, (uint32_t)c.unit, (uint32_t)c.with, "of", q->of);
	if (err == OK && (c.flags & CASE_SEALED))
		err = fail_text(d->fault, E_SEALED, "of", term_code(d->house, c.kind));
	ev->unit = c.unit;
	return err == OK && paper == PAPER_dispatch ? dispatch_to(d, &c, q->to, ev) : err;
}

enum err decide_paper_holds(struct decision *d, struct num meeting, uint64_t version,
	struct bytes content, const char *field)
{
	enum { CHECKED = 2 };
	struct row_conclusion c;
	char shown[24];
	snprintf(shown, sizeof(shown), "%llu", (unsigned long long)version);
	if (!row_get(d->txn, STORE_conclusion, key_of_num_u32(meeting, (uint32_t)version),
		    record_row_conclusion(), &c, d->arena))
		return fail(d->fault, E_NOT_FOUND, "version", shown);
	if (content.n == 0)
		return OK;
	if (c.state < CHECKED)
		return fail(d->fault, E_STATE, field, "DRAFT");
	return bytes_equal(c.content, content) ? OK : fail(d->fault, E_STALE, field, NULL);
}

static enum err of_meeting(struct decision *d, const struct paper_make *q, struct ev_paper_made *ev)
{
	struct row_meeting m;
	enum err err = decide_meeting(d, q->of, &ev->of, &m);
	if (err == OK)
		err = decide_may(d, RIGHT_PAPER, (uint32_t)m.unit, 0, "meeting", q->of);
	ev->unit = m.unit;
	ev->version = q->version;
	ev->content = q->content;
	if (err != OK || q->version == 0)
		return err;
	return decide_paper_holds(d, ev->of, q->version, q->content, "content");
}

static enum err of_visit(struct decision *d, const struct paper_make *q, struct ev_paper_made *ev)
{
	struct row_visit v;
	enum err err = number_parse(
		d->house, q->of, grants_home(&d->grants), d->today, "of", &ev->of, d->fault);
	if (err == OK &&
		!row_get(d->txn, STORE_visit, key_of_num(ev->of), record_row_visit(), &v, d->arena))
		err = fail_text(d->fault, E_NOT_FOUND, "of", q->of);
	if (err == OK)
		err = decide_may(d, RIGHT_PAPER, (uint32_t)v.unit, 0, "of", q->of);
	if (err != OK)
		return err;
	ev->unit = v.unit;
	if (v.voided != 0)
		return fail(d->fault, E_STATE, "of", "VOIDED");
	return v.ground != 0 ? OK : fail(d->fault, E_ONLY_WITH, "of", "a ground");
}

static enum err of_unit(struct decision *d, const struct paper_make *q, struct ev_paper_made *ev)
{
	const struct unit *unit;
	uint32_t day;
	enum err err = decide_unit(d, q->of, q->until, "of", &unit);
	if (err == OK)
		err = decide_may(d, RIGHT_PAPER, unit->id, 0, "of", q->of);
	if (err == OK)
		err = decide_day(d, q->until, "until", &day);
	if (err == OK && q->until < q->from)
		err = fail(d->fault, E_RANGE, "until", "before the first day");
	if (err != OK)
		return err;
	ev->unit = unit->id;
	ev->from = q->from;
	ev->until = q->until;
	return OK;
}

static enum err take_subject(
	struct decision *d, const struct paper_make *q, enum paper paper, struct ev_paper_made *ev)
{
	switch (paper_row(paper)->subject) {
	case PAPER_OF_CASE:
		return of_case(d, q, paper, ev);
	case PAPER_OF_MEETING:
	case PAPER_OF_CONCLUSION:
		return of_meeting(d, q, ev);
	case PAPER_OF_VISIT:
		return of_visit(d, q, ev);
	case PAPER_OF_UNIT:
		return of_unit(d, q, ev);
	}
	return OK;
}

/* Papers of one thing. */

static bool paper_get(struct decision *d, struct text code, struct row_paper *to)
{
	return row_get(d->txn, STORE_paper, key_of_text(code), record_row_paper(), to, d->arena);
}

/* Walks over the papers of a kind that are of one thing. */
struct papers {
	struct scan scan;
	struct key prefix;
	struct text code; /* of the one at hand: good until the next is asked for */
	struct row_paper row;
};

static inline void papers_close_auto(struct papers *p)
{
	scan_close(&p->scan);
}

static void papers_open(struct papers *p, struct decision *d, struct num of, unsigned paper)
{
	p->prefix = key_of_paper_of(of, paper, (struct text){ 0 });
	scan_open(&p->scan, d->txn, STORE_paper_of, key_bytes(&p->prefix));
}

static bool papers_next(struct papers *p, struct decision *d)
{
	struct bytes key, value;
	while (scan_next(&p->scan, &key, &value)) {
		p->code = (struct text){ (const char *)key.p + p->prefix.n, key.n - p->prefix.n };
		p->row = (struct row_paper){ 0 };
		if (paper_get(d, p->code, &p->row))
			return true;
	}
	return false;
}

bool decide_paper_numbered(struct decision *d, struct num of, unsigned paper, struct text *document)
{
	AUTO(papers_close) struct papers all;
	papers_open(&all, d, of, paper);
	while (papers_next(&all, d)) {
		*document = all.row.document;
		if (all.row.n != 0)
			return true;
	}
	return false;
}

/* Of the same kind, of the same thing, to the same, over the same days. */
static bool same_subject(const struct row_paper *p, const struct ev_paper_made *ev)
{
	return p->unit == ev->unit && p->version == ev->version && p->to == ev->to &&
	       p->from == ev->from && p->until == ev->until;
}

/* Another of the same that is not stamped, and whose place none took: there is one at most. */
static struct text paper_in_hand(struct decision *d, const struct ev_paper_made *ev)
{
	const struct unit *unit = unit_get(&d->house->units, (uint32_t)ev->unit);
	struct num of = ev->of.n != 0 ? ev->of : (struct num){ .series = unit->series };
	struct text found = { 0 };
	AUTO(papers_close) struct papers all;
	papers_open(&all, d, of, (unsigned)ev->paper);
	while (papers_next(&all, d))
		if (all.row.next.n == 0 && all.row.n == 0 && same_subject(&all.row, ev) &&
			!text_equal(all.code, ev->check_code))
			found = arena_text(d->arena, all.code);
	return found;
}

/* The text is kept already: it may be bound anew when it is a notice whose conclusion was written
 * anew, and came to say the same. */
static enum err same_text(struct decision *d, const struct row_paper *known,
	const struct ev_paper_made *ev, const char *shown)
{
	bool same = known->paper == ev->paper && num_equal(known->of, ev->of) &&
		    same_subject(known, ev);
	if (!same || known->paper != PAPER_notice || bytes_equal(known->content, ev->content))
		return fail_text(d->fault, E_EXISTS, "code", text_of(shown));
	return decide_destroy_group(d, known->seq, known->group);
}

enum err decide_paper_make(struct decision *d, const void *request)
{
	const struct paper_make *q = request;
	enum paper paper = paper_of(q->paper);
	struct ev_paper_made ev = { .paper = paper, .day = d->today, .officer = d->officer };
	struct row_paper known;
	char code[CROCKFORD_SIGNS + 1], shown[CROCKFORD_SHOWN + 1];
	if (paper == PAPER_NONE)
		return fail_text(d->fault, E_VALUE, "paper", q->paper);
	enum err err = decide_policy(d);
	if (err == OK)
		err = check_fields(d, q, paper);
	if (err == OK)
		err = take_subject(d, q, paper, &ev);
	if (err == OK && !paper_code(q->sha256, code))
		err = fail(d->fault, E_TYPE, "sha256", "64 hexadecimal digits");
	if (err == OK && d->body_bytes != q->size)
		err = fail(d->fault, E_BODY, "size", "no bytes came");
	if (err != OK)
		return err;
	ev.check_code = text_of(code);
	crockford_show(code, shown);
	if (paper_get(d, ev.check_code, &known))
		err = same_text(d, &known, &ev, shown);
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_paper_make(), q);
	ev.w = words.w;
	ev.group = words.group;
	ev.size = q->size;
	ev.prev = paper_in_hand(d, &ev);
	return decide_emit(d, EVENT_paper_made, &ev);
}

/* By its code, to those who may work on papers of its unit. */
static enum err take_paper(struct decision *d, struct text typed, enum right right,
	struct text *code, struct row_paper *p)
{
	char signs[CROCKFORD_SIGNS + 1];
	if (!crockford_read(typed, signs))
		return fail(d->fault, E_TYPE, "code", "12 signs");
	*code = arena_text(d->arena, text_of(signs));
	if (!paper_get(d, *code, p))
		return fail_text(d->fault, E_NOT_FOUND, "code", typed);
	enum err err = decide_may(d, right, (uint32_t)p->unit, 0, "code", typed);
	if (err == OK && !paper_row((enum paper)p->paper)->numbered)
		err = fail_text(
			d->fault, E_VALUE, "code", text_of(paper_row((enum paper)p->paper)->name));
	return err;
}

/* Stamping. */

/* A paper that no longer says what the register says is not stamped. */
static enum err still_true(struct decision *d, const struct row_paper *p)
{
	struct row_case c;
	struct row_visit v;
	if (p->paper == PAPER_refusal &&
		row_get(d->txn, STORE_visit, key_of_num(p->of), record_row_visit(), &v, d->arena) &&
		v.voided != 0)
		return fail(d->fault, E_STATE, "code", "VOIDED");
	if (p->paper == PAPER_notice)
		return decide_paper_holds(d, p->of, p->version, p->content, "code");
	if (p->paper != PAPER_dispatch)
		return OK;
	(void)row_get(d->txn, STORE_case, key_of_num(p->of), record_row_case(), &c, d->arena);
	bool there = c.state == STATE_REFERRED && c.with == p->to;
	return there || (step_row(STEP_refer)->from & 1u << c.state)
		       ? OK
		       : fail(d->fault, E_STATE, "code", state_row((enum case_state)c.state)->name);
}

static bool taken(struct decision *d, const struct row_paper *p, uint32_t series, uint16_t year,
	uint32_t n, struct text *code)
{
	struct bytes value;
	struct key key = key_of_stamp(series, year, (unsigned)p->paper, n);
	if (!txn_get(d->txn, STORE_stamp, key_bytes(&key), &value))
		return false;
	*code = arena_text(d->arena, (struct text){ (const char *)value.p, value.n });
	return true;
}

/* The next free number of the series. */
static uint32_t next_free(
	struct decision *d, const struct row_paper *p, uint32_t series, uint16_t year)
{
	struct row_counter counter;
	struct text code;
	struct key key = key_of_counter((enum noun)(NOUN_PAPER + p->paper), series, year);
	(void)row_get(d->txn, STORE_counter, key, record_row_counter(), &counter, d->arena);
	uint32_t n = (uint32_t)counter.n + 1;
	while (taken(d, p, series, year, n, &code))
		n++;
	return n;
}

static const struct policy_paper *rule_of(struct decision *d, const struct row_paper *p)
{
	const struct unit *unit = unit_get(&d->house->units, (uint32_t)p->unit);
	const struct policy_paper *v = d->house->policy.papers.v;
	for (size_t i = 0; i < d->house->policy.papers.n; i++)
		if ((text_is(v[i].paper, "*") ||
			    text_is(v[i].paper, paper_row((enum paper)p->paper)->name)) &&
			(text_is(v[i].unit_kind, "*") || text_equal(v[i].unit_kind, unit->kind)))
			return &v[i];
	return NULL;
}

/* The number as it is written: {n} and {year} of the mark. */
static struct text write_number(struct decision *d, struct text mark, uint32_t n, int year)
{
	struct text out = { 0 };
	for (size_t i = 0; i < mark.n;) {
		struct text rest = { mark.p + i, mark.n - i };
		bool number = rest.n >= 3 && memcmp(rest.p, "{n}", 3) == 0;
		bool of_year = rest.n >= 6 && memcmp(rest.p, "{year}", 6) == 0;
		if (number || of_year)
			out = arena_format(d->arena, "%.*s%u", (int)out.n, out.n > 0 ? out.p : "",
				number ? n : (unsigned)year);
		else
			out = arena_format(
				d->arena, "%.*s%c", (int)out.n, out.n > 0 ? out.p : "", rest.p[0]);
		i += number ? 3 : of_year ? 6 : 1;
	}
	return out;
}

static enum err give_number(struct decision *d, const struct paper_stamp *q,
	const struct row_paper *p, struct ev_paper_stamped *ev)
{
	int year, month, day;
	struct text code;
	const struct policy_paper *rule = rule_of(d, p);
	const struct unit *unit = unit_get(&d->house->units, (uint32_t)p->unit);
	day_split(ev->day, &year, &month, &day);
	ev->n = q->n != 0 ? q->n : next_free(d, p, unit->series, (uint16_t)year);
	ev->document = write_number(
		d, rule == NULL ? text_of("{n}/{year}") : rule->mark, (uint32_t)ev->n, year);
	if (!taken(d, p, unit->series, (uint16_t)year, (uint32_t)ev->n, &code))
		return OK;
	return fail_text(d->fault, E_EXISTS, "n", ev->document);
}

enum err decide_paper_stamp(struct decision *d, const void *request)
{
	const struct paper_stamp *q = request;
	struct row_paper p = { 0 };
	struct ev_paper_stamped ev = { .officer = d->officer };
	enum err err = decide_policy(d);
	if (err == OK)
		err = take_paper(d, q->code, RIGHT_STAMP, &ev.check_code, &p);
	if (err != OK)
		return err;
	if (p.next.n > 0)
		return fail_text(d->fault, E_REPLACED, "code", crockford_text(p.next, d->arena));
	if (p.n != 0)
		return fail_text(d->fault, E_EXISTS, "code", p.document);
	err = still_true(d, &p);
	if (err == OK)
		err = decide_day(d, q->day, "day", &ev.day);
	if (err == OK && ev.day < p.day)
		err = fail(d->fault, E_RANGE, "day", "before the paper was made");
	if (err == OK)
		err = give_number(d, q, &p, &ev);
	return err != OK ? err : decide_emit(d, EVENT_paper_stamped, &ev);
}

/* A number entered by error stays in its series, seen by everyone, and is not given again. Without
 * it the paper is as others that are not stamped: one that was made since takes its place. */
enum err decide_paper_cancel(struct decision *d, const void *request)
{
	const struct paper_cancel *q = request;
	struct row_paper p = { 0 };
	struct ev_stamp_cancelled ev = { .reason = q->reason, .officer = d->officer };
	enum err err = take_paper(d, q->code, RIGHT_STAMP, &ev.check_code, &p);
	if (err == OK && p.n == 0)
		err = fail(d->fault, E_UNSTAMPED, "code", NULL);
	if (err == OK && p.second != 0)
		err = fail(d->fault, E_ATTESTED, "code", NULL);
	if (err == OK)
		err = decide_said(d, q->reason, "reason");
	if (err != OK)
		return err;
	const struct ev_paper_made subject = { .check_code = ev.check_code,
		.paper = p.paper,
		.of = p.of,
		.unit = p.unit,
		.version = p.version,
		.to = p.to,
		.from = p.from,
		.until = p.until };
	ev.n = p.n;
	ev.next = paper_in_hand(d, &subject);
	return decide_emit(d, EVENT_stamp_cancelled, &ev);
}

/* Attesting. */

static enum err check_capacity(struct decision *d, const struct paper_attest *q)
{
	bool ordered = text_is(q->capacity, "TL") || text_is(q->capacity, "TUQ");
	if (q->capacity.n > 0 && !paper_capacity(q->capacity))
		return fail_text(d->fault, E_VALUE, "capacity", q->capacity);
	if (ordered && q->mandate.n == 0)
		return fail(d->fault, E_MISSING, "mandate", NULL);
	return decide_said(d, q->signer, "signer");
}

static bool stamps(struct decision *d, uint32_t officer, const struct row_paper *p)
{
	struct grants grants;
	grants_load(&grants, d->txn, officer, d->arena);
	return authz(&grants, RIGHT_STAMP, &d->house->units, (uint32_t)p->unit, d->today);
}

/* The second says what the first said. */
/* Both persons say the same of a field. */
static enum err same(struct decision *d, const char *field, struct text first, struct text second)
{
	if (text_equal(first, second))
		return OK;
	if (first.n == 0)
		return fail(d->fault, E_CONFLICT, field, "none was attested first");
	return fail_text(d->fault, E_CONFLICT, field,
		arena_format(d->arena, "%.*s was attested first", (int)first.n, first.p));
}

static enum err same_words(
	struct decision *d, const struct paper_attest *q, const struct row_paper *p)
{
	struct group group;
	struct paper_attest first = { 0 };
	if (p->signed_group == 0 ||
		!journal_words(d->txn, p->signed_seq, (uint16_t)(p->signed_group - 1), &group) ||
		record_read_words(group.words, record_paper_attest(), &first, NULL) != OK)
		return OK;
	enum err err = same(d, "signer", first.signer, q->signer);
	return err != OK ? err : same(d, "post", first.post, q->post);
}

/* One scan is of one paper. */
static enum err check_scan(struct decision *d, struct bytes scan)
{
	struct bytes value;
	if (!txn_get(d->txn, STORE_scan, scan, &value))
		return OK;
	struct text code = { (const char *)value.p, value.n };
	return fail_text(d->fault, E_EXISTS, "scan", crockford_text(code, d->arena));
}

static enum err check_second(
	struct decision *d, const struct paper_attest *q, const struct row_paper *p)
{
	if (p->second != 0)
		return fail(d->fault, E_NOTHING, "code", NULL);
	if (p->attester == d->officer)
		return fail(d->fault, E_SECOND_PERSON, "code", NULL);
	enum err err = same(d, "capacity", p->capacity, q->capacity);
	if (err == OK)
		err = same(d, "mandate", p->mandate, q->mandate);
	if (err != OK)
		return err;
	if (!bytes_equal(p->scan, q->scan))
		return fail(d->fault, E_CONFLICT, "scan", "another file was attested first");
	if (!stamps(d, (uint32_t)p->attester, p) && !stamps(d, d->officer, p))
		return fail(d->fault, E_NO_CLERK, "code", NULL);
	return same_words(d, q, p);
}

/* What the leader's signature does: on paper as by key, through the same gate and guards. */
static enum err take_effect(
	struct decision *d, const struct row_paper *p, struct text code, bool second)
{
	switch ((enum paper)p->paper) {
	case PAPER_notice:
		return decide_conclusion_attested(d, p, code, second);
	case PAPER_dispatch:
		return decide_referral_attested(d, p, code, second);
	case PAPER_NONE:
	case PAPER_receipt:
	case PAPER_minutes:
	case PAPER_draft:
	case PAPER_refusal:
	case PAPER_register:
	case PAPER_COUNT:
		break;
	}
	return OK;
}

enum err decide_paper_attest(struct decision *d, const void *request)
{
	const struct paper_attest *q = request;
	struct row_paper p = { 0 };
	struct ev_paper_attested ev = { .capacity = q->capacity,
		.mandate = q->mandate,
		.scan = q->scan,
		.officer = d->officer };
	enum err err = take_paper(d, q->code, RIGHT_PAPER, &ev.check_code, &p);
	if (err == OK)
		err = check_capacity(d, q);
	if (err == OK && p.n == 0)
		err = fail(d->fault, E_UNSTAMPED, "code", NULL);
	if (err == OK)
		err = p.attester != 0 ? check_second(d, q, &p) : check_scan(d, q->scan);
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_paper_attest(), q);
	ev.w = words.w;
	ev.group = words.group;
	ev.second = p.attester != 0;
	err = decide_emit(d, EVENT_paper_attested, &ev);
	return err != OK ? err : take_effect(d, &p, ev.check_code, ev.second);
}

/* Sealing. */

static enum err destroy_of(struct decision *d, struct num of, enum paper paper, uint32_t day)
{
	AUTO(papers_close) struct papers all;
	papers_open(&all, d, of, paper);
	while (papers_next(&all, d)) {
		const struct row_paper *p = &all.row;
		bool tells = p->from == 0 || (p->from <= day && day <= p->until);
		enum err err = tells ? decide_destroy_group(d, p->seq, p->group) : OK;
		if (err != OK)
			return err;
	}
	return txn_error(d->txn);
}

enum err decide_destroy_papers(
	struct decision *d, struct num number, const struct row_case *c, bool whole)
{
	struct num unit = { .series = number.series };
	enum err err = OK;
	for (unsigned i = 1; err == OK && i < PAPER_COUNT; i++) {
		enum paper_subject subject = paper_row((enum paper)i)->subject;
		bool of_meeting = subject == PAPER_OF_MEETING || subject == PAPER_OF_CONCLUSION;
		if (subject == PAPER_OF_CASE)
			err = destroy_of(d, number, (enum paper)i, c->day);
		else if (subject == PAPER_OF_UNIT && whole)
			err = destroy_of(d, unit, (enum paper)i, c->day);
		else if (of_meeting && whole && c->meeting.n != 0)
			err = destroy_of(d, c->meeting, (enum paper)i, c->day);
	}
	return err;
}
