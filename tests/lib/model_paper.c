/* model_paper.c: the model of papers: notices of conclusions and dispatches of cases, their stamps,
 * and two persons who attest that a leader signed by hand. */
#include "tests/lib/model_private.h"

unsigned model_paper_of(const struct model *m, unsigned meeting, unsigned version, unsigned number)
{
	for (unsigned i = m->paper_count; i > 0; i--) {
		const struct model_paper *p = &m->papers[i];
		if (p->next == 0 && p->meeting == meeting && p->version == version &&
			p->number == number)
			return i;
	}
	return 0;
}

void forget_papers(struct model *m, unsigned meeting, unsigned number)
{
	for (unsigned i = 1; i <= m->paper_count; i++) {
		struct model_paper *p = &m->papers[i];
		if (!p->kept || p->meeting != meeting || p->number != number)
			continue;
		p->kept = false;
		m->words--;
	}
}

static bool same_subject(const struct model_paper *a, const struct model_paper *b)
{
	return a->dispatch == b->dispatch && a->meeting == b->meeting && a->version == b->version &&
	       a->number == b->number && a->to == b->to;
}

/* Making. */

/* Does what it says of the conclusion stand as it was checked? */
static void holds(const struct model *m, const struct model_paper *p, struct model_answer *to)
{
	const struct model_version *v = &m->meetings[p->meeting].versions[p->version];
	if (v->state < 2)
		refuse(to, E_STATE);
	if (v->checked != p->generation)
		refuse(to, E_STALE);
}

static bool of_version(const struct model *m, const struct model_act *act, struct model_paper *p,
	struct model_answer *to)
{
	static const unsigned no_content = (unsigned)-2;
	const struct model_meeting *at = &m->meetings[act->meeting];
	if (act->meeting == 0 || act->meeting > m->meeting_count) {
		refuse(to, E_NOT_FOUND);
		return false;
	}
	if (!permitted(m, act, at->unit, 0, to))
		return false;
	if (act->version > at->version) {
		refuse(to, E_NOT_FOUND);
		return false;
	}
	p->unit = at->unit;
	p->meeting = act->meeting;
	p->version = act->version;
	p->generation = act->content == CONTENT_RIGHT     ? at->versions[act->version].generation
			: act->content == CONTENT_CHECKED ? at->versions[at->version].checked
							  : no_content;
	holds(m, p, to);
	return true;
}

static bool of_case(const struct model *m, const struct model_act *act, struct model_paper *p,
	struct model_answer *to)
{
	const struct model_case *c = &m->cases[act->number];
	if (act->number == 0 || act->number > m->case_count) {
		refuse(to, E_NOT_FOUND);
		return false;
	}
	if (!permitted(m, act, c->unit, c->with, to))
		return false;
	standing(act->unit, act->today, to);
	if (c->now.flags & CASE_SEALED)
		refuse(to, E_SEALED);
	if (c->now.state == STATE_REFERRED && (c->with != act->unit || c->with_older))
		refuse(to, E_CONFLICT);
	p->unit = c->unit;
	p->number = act->number;
	p->to = act->unit;
	return true;
}

static unsigned with_text(const struct model *m, unsigned text)
{
	for (unsigned i = 1; i <= m->paper_count; i++)
		if (m->papers[i].text == text)
			return i;
	return 0;
}

/* The same words once more, of a conclusion that was written anew and came to say the same: that
 * paper is good again, under its number, for two who attest it now. */
static void print_again(struct model *m, struct model_paper *known, const struct model_paper *p)
{
	m->words += !known->kept;
	known->kept = true;
	known->generation = p->generation;
	known->day = p->day;
	known->next = known->attester = known->second = known->capacity = 0;
}

/* What was printed and not stamped is replaced by what is printed of the same after it. */
static void do_print(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_paper p = {
		.dispatch = act->dispatch, .kept = true, .text = act->text, .day = act->today
	};
	if (!(act->dispatch ? of_case : of_version)(m, act, &p, to))
		return;
	unsigned at = with_text(m, act->text);
	struct model_paper *known = &m->papers[at];
	if (at != 0 &&
		(p.dispatch || !same_subject(known, &p) || known->generation == p.generation))
		refuse(to, E_EXISTS);
	if (!accepted(to))
		return;
	if (at == 0)
		at = m->paper_count + 1;
	for (unsigned i = 1; i <= m->paper_count; i++) {
		struct model_paper *before = &m->papers[i];
		if (i != at && before->next == 0 && before->n == 0 && same_subject(before, &p))
			before->next = at;
	}
	if (at <= m->paper_count) {
		print_again(m, known, &p);
		return;
	}
	m->papers[++m->paper_count] = p;
	m->words++;
}

/* Stamping. */

/* Does a paper of its unit and kind bear this number; did one bear it? */
static bool bears(const struct model *m, const struct model_paper *p, uint32_t n)
{
	for (unsigned i = 1; i <= m->paper_count; i++) {
		const struct model_paper *other = &m->papers[i];
		if (other->n == n && other->unit == p->unit && other->dispatch == p->dispatch)
			return true;
	}
	return false;
}

static bool bore(const struct model *m, const struct model_paper *p, uint32_t n)
{
	for (unsigned i = 1; i <= m->cancelled_count; i++) {
		const struct model_cancelled *other = &m->cancelled[i];
		if (other->n == n && other->unit == p->unit && other->dispatch == p->dispatch)
			return true;
	}
	return false;
}

/* Behind the highest that stands, and none that was given. */
static uint32_t next_number(const struct model *m, const struct model_paper *p)
{
	uint32_t n = MODEL_NUMBERS;
	while (n > 0 && !bears(m, p, n))
		n--;
	for (n++; bore(m, p, n);)
		n++;
	return n;
}

static void do_stamp(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_paper *p = &m->papers[act->printed];
	const struct model_case *c = &m->cases[p->number];
	uint32_t day = the_day(act, p->day, to);
	if (p->next != 0)
		refuse(to, E_REPLACED);
	if (p->n != 0)
		refuse(to, E_EXISTS);
	if (!p->dispatch)
		holds(m, p, to);
	else if (c->now.state != STATE_CLASSIFIED &&
		 (c->now.state != STATE_REFERRED || c->with != p->to || c->with_older))
		refuse(to, E_STATE);
	if (act->count != 0 && (bears(m, p, act->count) || bore(m, p, act->count)))
		refuse(to, E_EXISTS);
	if (!accepted(to))
		return;
	p->n = act->count != 0 ? act->count : next_number(m, p);
	p->stamped = day;
	p->stamper = act->who + 1;
}

/* A number is taken back, not given again; nothing may stand on it. */
static void do_cancel(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_paper *p = &m->papers[act->printed];
	if (p->n == 0)
		refuse(to, E_UNSTAMPED);
	if (p->second != 0)
		refuse(to, E_ATTESTED);
	if (!act->words)
		refuse(to, E_BLANK);
	if (!accepted(to))
		return;
	m->cancelled[++m->cancelled_count] =
		(struct model_cancelled){ p->dispatch, p->unit, act->printed, p->n };
	p->n = p->stamped = p->stamper = p->attester = p->capacity = 0;
	for (unsigned i = 1; i <= m->paper_count; i++) {
		const struct model_paper *since = &m->papers[i];
		if (since != p && since->next == 0 && since->n == 0 && same_subject(since, p))
			p->next = i;
	}
}

/* Attesting. */

/* One scan is of one paper. */
static bool scan_of_another(const struct model *m, const struct model_act *act)
{
	for (unsigned i = 1; i <= m->paper_count; i++)
		if (m->papers[i].attester != 0 && m->papers[i].scan == act->scan)
			return true;
	return false;
}

/* Two persons, one of them who stamps, say the same. */
static void check_second(const struct model *m, const struct model_act *act,
	const struct model_paper *p, struct model_answer *to)
{
	if (p->second != 0)
		refuse(to, E_NOTHING);
	if (p->attester == act->who + 1)
		refuse(to, E_SECOND_PERSON);
	if (p->capacity != act->capacity || p->mandate != act->mandate || p->scan != act->scan ||
		p->signer != act->signer)
		refuse(to, E_CONFLICT);
	if (!stamps(m, p->attester) && !stamps(m, act->who + 1))
		refuse(to, E_NO_CLERK);
}

static void do_attest(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_paper *p = &m->papers[act->printed];
	struct model_version *v = NULL;
	if (act->capacity == CAPACITY_UNKNOWN)
		refuse(to, E_VALUE);
	if (act->capacity == CAPACITY_TUQ && !act->mandate)
		refuse(to, E_MISSING);
	if (p->n == 0)
		refuse(to, E_UNSTAMPED);
	if (p->attester != 0)
		check_second(m, act, p, to);
	else if (scan_of_another(m, act))
		refuse(to, E_EXISTS);
	if (p->dispatch)
		can_refer(m, act, p->number, p->to, p->stamped, to);
	else if (accepted(to)) /* what the gate names is told when nothing else is wrong */
		v = signable(&m->meetings[p->meeting], p->version, p->generation, to);
	if (!accepted(to))
		return;
	m->words++;
	if (p->attester == 0) {
		p->attester = act->who + 1;
		p->capacity = act->capacity;
		p->mandate = act->mandate;
		p->scan = act->scan;
		p->signer = act->signer;
		return;
	}
	p->second = act->who + 1;
	if (p->dispatch) {
		be_referred(m, p->number, p->to, p->stamped);
	} else {
		v->state = 3;
		v->printed = act->printed;
	}
}

void do_paper(struct model *m, const struct model_act *act, struct model_answer *to)
{
	if (act->verb == DO_PRINT)
		do_print(m, act, to);
	else if (act->printed == 0 || act->printed > m->paper_count)
		refuse(to, E_NOT_FOUND);
	else if (permitted(m, act, m->papers[act->printed].unit, 0, to))
		(act->verb == DO_STAMP           ? do_stamp
			: act->verb == DO_CANCEL ? do_cancel
						 : do_attest)(m, act, to);
}
