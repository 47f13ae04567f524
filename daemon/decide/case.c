/* case.c: the steps of a case: one function over the table of steps, and the guards that single
 * steps have. */
#include "daemon/decide/decide.h"

#include <stdio.h>

enum { RETURNS_BEFORE_SUPERIOR = 2 };

/* A step at work: the case as it is, and the event that is being made. */
struct stepping {
	struct num number;
	struct row_case c;
	struct case_args args;
	const struct step_row *row;
	struct ev_case_moved ev;
	bool reopens; /* a new case takes this one up */
};

static const struct policy_term *kind_of(struct decision *d, uint64_t kind)
{
	return policy_kind(d->house, kind);
}

static bool yes(struct text t)
{
	return text_is(t, "yes");
}

struct ev_case_moved decide_step(
	struct decision *d, struct num number, const struct row_case *c, enum case_step step)
{
	const struct step_row *row = step_row(step);
	return (struct ev_case_moved){ .case_number = number,
		.step = step,
		.state = row->to == STATE_NONE ? c->state : (uint64_t)row->to,
		.day = d->today,
		.unit = c->with,
		.kind = c->kind,
		.topic = c->topic,
		.place = c->place,
		.due = c->due,
		.owner = c->owner,
		.officer = d->officer,
		.behalf = d->behalf,
		.prev = c->last };
}

/* Fill the event with the case as it is; steps then change what they change. */
static void begin(struct decision *d, struct stepping *s, enum case_step step)
{
	s->row = step_row(step);
	s->ev = decide_step(d, s->number, &s->c, step);
	s->ev.document = s->args.document;
}

/* Who worked on a case does not go with it to another unit. */
static enum err emit(struct decision *d, struct stepping *s)
{
	if (s->ev.unit != s->c.with)
		s->ev.owner = 0;
	return decide_emit(d, EVENT_case_moved, &s->ev);
}

static enum err check_state(struct decision *d, const struct stepping *s)
{
	if (s->row->from & 1u << s->c.state)
		return OK;
	return fail(d->fault, E_STATE, "number", state_row((enum case_state)s->c.state)->name);
}

/* What an outside body did comes on paper: a clerk of the register enters it on its behalf. */
static enum err may_for_outside(struct decision *d, struct stepping *s)
{
	struct text with = unit_code(d->house, s->c.with);
	enum err err =
		decide_may(d, RIGHT_BEHALF, (uint32_t)s->c.unit, 0, "number", s->args.number);
	if (err == OK && d->behalf == 0)
		err = fail_text(d->fault, E_BEHALF, "number", with);
	if (err == OK && d->behalf != s->c.with)
		err = fail_text(d->fault, E_CONFLICT, "behalf", with);
	if (err == OK && s->args.document.n == 0)
		err = fail(d->fault, E_MISSING, "document", NULL);
	return err;
}

static enum err load(struct decision *d, struct stepping *s, enum right right)
{
	enum err err = decide_policy(d);
	if (err == OK)
		err = decide_case(d, s->args.number, "number", &s->number, &s->c);
	if (err != OK)
		return err;
	if (right == RIGHT_HANDLE && unit_outside(d->house, s->c.with))
		return may_for_outside(d, s);
	err = decide_may(
		d, right, (uint32_t)s->c.unit, (uint32_t)s->c.with, "number", s->args.number);
	if (err == OK && unit_outside(d->house, d->behalf))
		err = fail_text(d->fault, E_CONFLICT, "behalf", unit_code(d->house, s->c.with));
	return err;
}

static enum err check_day(struct decision *d, struct stepping *s)
{
	enum err err = decide_day(d, s->args.day, "day", &s->ev.day);
	if (err == OK && s->ev.day < s->c.day)
		err = fail(d->fault, E_RANGE, "day", "before the case was received");
	return err;
}

/* Classifying. */

/* Words that are there are destroyed; others were before. */
enum err decide_destroy_group(struct decision *d, uint64_t seq, uint64_t group)
{
	struct group found;
	if (group == 0 || !journal_words(d->txn, seq, (uint16_t)(group - 1), &found))
		return OK;
	struct ev_words_destroyed ev = { seq, group };
	return decide_emit(d, EVENT_words_destroyed, &ev);
}

/*
 * A case that an import moved to another unit began anew there, under another number: the event
 * before its first one voids the number that it had. 0: the case was new.
 */
static uint64_t moved_from(
	struct decision *d, uint64_t first, const struct ev_case_imported *imported)
{
	struct bytes leaf;
	struct reader fields;
	struct ev_case_imported before;
	uint64_t code;
	bool there =
		first > 0 && journal_leaf(d->txn, first - 1, &leaf) &&
		leaf_open(leaf, &code, &fields, NULL) == OK && code == EVENT_case_imported &&
		record_read_disk(&fields, record_ev_case_imported(), &before, d->arena, NULL) == OK;
	return there && before.state == STATE_VOIDED && text_equal(before.key, imported->key) &&
			       text_equal(before.source, imported->source)
		       ? first - 1
		       : 0;
}

/* The case's event before this one, whose words are destroyed; 0: it was the first. */
static enum err destroy_words_of(struct decision *d, uint64_t *seq)
{
	struct bytes leaf;
	struct reader fields;
	struct ev_case_moved moved = { 0 };
	struct ev_opinion_covered covered;
	struct ev_opinion_voided voided;
	struct ev_case_imported imported;
	uint64_t code, header, at = *seq;
	*seq = 0;
	if (!journal_leaf(d->txn, at, &leaf))
		return FAIL_SERVER(d->fault, E_CORRUPT, 0);
	enum err err = leaf_open(leaf, &code, &fields, d->fault);
	if (err == OK && code == EVENT_opinion_covered) {
		err = record_read_disk(
			&fields, record_ev_opinion_covered(), &covered, d->arena, d->fault);
		*seq = covered.prev;
	} else if (err == OK && code == EVENT_opinion_voided) {
		err = record_read_disk(
			&fields, record_ev_opinion_voided(), &voided, d->arena, d->fault);
		*seq = voided.prev;
	} else if (err == OK && code == EVENT_case_moved) {
		err = record_read_disk(&fields, record_ev_case_moved(), &moved, d->arena, d->fault);
		*seq = moved.prev;
	} else if (err == OK && code == EVENT_case_reopened) {
		return OK; /* the first of its chain; its words are those of another */
	} else if (err == OK && code == EVENT_case_imported) {
		err = record_read_disk(
			&fields, record_ev_case_imported(), &imported, d->arena, d->fault);
		*seq = imported.prev != 0 ? imported.prev : moved_from(d, at, &imported);
		moved.group = imported.group;
	}
	if (err != OK || moved.group == 0 || !journal_header_of(d->txn, at, &header))
		return err;
	return decide_destroy_group(d, header, moved.group);
}

/* The words of every event of a case, from the last to the first. */
static enum err destroy_words(struct decision *d, const struct row_case *c)
{
	bool imported = c->source.n > 0; /* its first words came with one of its events */
	enum err err = imported ? OK : decide_destroy_group(d, c->seq, c->group);
	for (uint64_t seq = c->last; err == OK && seq != 0;)
		err = destroy_words_of(d, &seq);
	return err;
}

/* The opinion that this one is a part of holds the same words. */
static bool parent_of(
	struct decision *d, const struct row_case *c, struct num *number, struct row_case *parent)
{
	struct row_opinion o;
	uint32_t ordinal = (uint32_t)c->ordinal;
	if (!row_get(d->txn, STORE_opinion, key_of_num_u32(c->meeting, ordinal),
		    record_row_opinion(), &o, d->arena) ||
		o.parent == 0)
		return false;
	ordinal = (uint32_t)o.parent;
	if (!row_get(d->txn, STORE_opinion, key_of_num_u32(c->meeting, ordinal),
		    record_row_opinion(), &o, d->arena))
		return false;
	*number = o.number;
	return row_get(
		d->txn, STORE_case, key_of_num(o.number), record_row_case(), parent, d->arena);
}

/* A case, its papers and what was handed in with it. */
static enum err destroy_case(
	struct decision *d, struct num number, const struct row_case *c, bool whole)
{
	enum err err = destroy_words(d, c);
	if (err == OK)
		err = decide_destroy_papers(d, number, c, whole);
	if (err == OK)
		err = decide_destroy_documents(d, number);
	if (err == OK)
		err = decide_destroy_crowds(d, c);
	return err != OK ? err : decide_destroy_objections(d, c);
}

/* A case and the opinions that it is a part of, which hold the same words. */
static enum err destroy_whole(
	struct decision *d, struct num number, const struct row_case *c, bool whole)
{
	struct row_case at = *c, parent;
	enum err err = destroy_case(d, number, c, whole);
	while (err == OK && parent_of(d, &at, &number, &parent)) {
		err = destroy_case(d, number, &parent, false);
		at = parent;
	}
	return err;
}

/* The cases that this one takes up, and that take it up, tell the same matter. */
static enum err destroy_chain(struct decision *d, struct num from, bool back)
{
	struct row_case c;
	enum err err = OK;
	for (struct num at = from; err == OK && at.n != 0; at = back ? c.previous : c.next) {
		if (!row_get(d->txn, STORE_case, key_of_num(at), record_row_case(), &c, d->arena))
			return FAIL_SERVER(d->fault, E_CORRUPT, 0);
		err = destroy_whole(d, at, &c, true);
	}
	return err;
}

enum err decide_destroy_words(struct decision *d, struct num number, const struct row_case *c)
{
	enum err err = destroy_whole(d, number, c, true);
	if (err == OK)
		err = destroy_chain(d, c->previous, true);
	return err != OK ? err : destroy_chain(d, c->next, false);
}

static enum err seal(struct decision *d, struct stepping *s)
{
	s->ev.custodian = s->args.custodian;
	s->ev.paper = s->args.paper;
	return (s->c.flags & CASE_SEALED) ? OK : decide_destroy_words(d, s->number, &s->c);
}

static enum err step_classify(struct decision *d, struct stepping *s)
{
	const struct policy *p = &d->house->policy;
	enum err err = decide_term(d, "kinds", &p->kinds, s->args.kind, "kind", &s->ev.kind);
	if (err == OK)
		err = decide_term(d, "topics", &p->topics, s->args.topic, "topic", &s->ev.topic);
	if (err == OK)
		err = decide_unit_opt(d, s->args.place, d->today, "place", &s->ev.place);
	if (err != OK)
		return err;
	const struct policy_term *kind = kind_of(d, s->ev.kind);
	if (kind == NULL)
		return fail(d->fault, E_MISSING, "kind", NULL);
	if (s->c.due_by <= 1)
		s->ev.due = due_of(kind, s->c.day);
	s->ev.policy = d->house->policy_version;
	err = decide_sealed(d, kind->code, s->args.custodian, s->args.paper, false);
	if (err != OK)
		return err;
	if (yes(kind->sealed))
		return seal(d, s);
	if (s->c.flags & CASE_SEALED)
		return fail(d->fault, E_SECOND_PERSON, "kind", NULL);
	return OK;
}

/* Referring. */

/* The unit above the case's own, as it is, or was when that ended; 0: the whole register. */
static uint32_t superior(const struct decision *d, const struct row_case *c)
{
	const struct units *units = &d->house->units;
	const struct unit *own = unit_get(units, (uint32_t)c->unit);
	if (own == NULL)
		return 0;
	bool ended = own->until != 0 && own->until <= d->today;
	const struct unit *above = unit_on(units, own->parent, ended ? own->until - 1 : d->today);
	return above == NULL ? 0 : above->id;
}

static enum err may_refer(struct decision *d, struct stepping *s)
{
	const struct policy_term *kind = kind_of(d, s->c.kind);
	if (kind != NULL && yes(kind->once) && s->c.referred_times > 0)
		return fail(d->fault, E_ONCE, "number", "refer");
	if (s->c.returned < RETURNS_BEFORE_SUPERIOR ||
		authz(&d->grants, RIGHT_DECIDE, &d->house->units, superior(d, &s->c), d->today))
		return OK;
	return fail_number(
		d->fault, E_BOUNCED, "number", (int64_t)s->c.returned, RETURNS_BEFORE_SUPERIOR);
}

/* Send to a unit: any that stands; sending gives no sight of it. */
static enum err target(struct decision *d, struct stepping *s, struct text code)
{
	const struct unit *unit;
	enum err err = decide_unit(d, code, d->today, "to", &unit);
	if (err == OK)
		s->ev.to = unit->id;
	return err;
}

static enum err step_refer(struct decision *d, struct stepping *s)
{
	enum err err = target(d, s, s->args.to);
	if (err == OK && s->ev.to == s->c.with)
		err = fail_text(d->fault, E_NOTHING, "to", s->args.to);
	if (err == OK && s->args.document.n == 0)
		err = fail(d->fault, E_MISSING, "document", NULL);
	if (err == OK)
		err = may_refer(d, s);
	s->ev.unit = s->ev.to;
	return err;
}

static enum err step_return(struct decision *d, struct stepping *s)
{
	s->ev.unit = s->c.unit;
	return decide_term(
		d, "grounds", &d->house->policy.grounds, s->args.ground, "ground", &s->ev.term);
}

/* Sent to the wrong body: who sent it takes it back, as long as it is not acknowledged there. */
static enum err step_recall(struct decision *d, struct stepping *s)
{
	if (!authz(&d->grants, RIGHT_DECIDE, &d->house->units, (uint32_t)s->c.unit, d->today))
		return fail(d->fault, E_NOT_ALLOWED, "number", d->cmd->wire);
	if (s->c.acknowledged != 0)
		return fail(d->fault, E_CONFLICT, "number",
			"acknowledged there; it is for them to return it");
	return step_return(d, s);
}

static enum err step_ground(struct decision *d, struct stepping *s)
{
	return decide_term(
		d, "grounds", &d->house->policy.grounds, s->args.ground, "ground", &s->ev.term);
}

static enum err step_guide(struct decision *d, struct stepping *s)
{
	return target(d, s, s->args.to);
}

static enum err step_acknowledge(struct decision *d, struct stepping *s)
{
	return s->c.acknowledged == 0 ? OK
				      : fail_text(d->fault, E_NOTHING, "number", s->args.number);
}

/* Answering. */

static enum err step_resolve(struct decision *d, struct stepping *s)
{
	const struct policy *p = &d->house->policy;
	enum err err =
		decide_term(d, "outcomes", &p->outcomes, s->args.outcome, "outcome", &s->ev.term);
	if (err != OK)
		return err;
	bool promise = yes(policy_find(&p->outcomes, s->args.outcome)->promise);
	if (promise && s->args.promise == 0)
		return fail(d->fault, E_MISSING, "promise", NULL);
	if (!promise && s->args.promise != 0)
		return fail(d->fault, E_ONLY_WITH, "promise", "an outcome that promises");
	if ((s->c.flags & CASE_SEALED) == 0)
		err = decide_said(d, s->args.text, "text");
	if (err != OK)
		return err;
	/* Answered on the spot, without being accepted: by the head alone; for others it is early.
	 */
	if (s->c.state == STATE_CLASSIFIED &&
		decide_may(d, RIGHT_DECIDE, (uint32_t)s->c.unit, (uint32_t)s->c.with, "number",
			s->args.number) != OK)
		err = fail(d->fault, E_STATE, "number", state_row(STATE_CLASSIFIED)->name);
	s->ev.promise = s->args.promise;
	return err;
}

static enum err step_notify(struct decision *d, struct stepping *s)
{
	static const char *const channels[] = { "paper", "spoken", "phone", "post", "posted" };
	for (size_t i = 0; i < COUNT(channels); i++)
		if (text_is(s->args.channel, channels[i])) {
			s->ev.channel = s->args.channel;
			return OK;
		}
	return fail_text(d->fault, E_VALUE, "channel", s->args.channel);
}

static enum err step_done(struct decision *d, struct stepping *s)
{
	return s->c.done == 0 ? OK : fail_text(d->fault, E_NOTHING, "number", s->args.number);
}

/* "Answered" is not "done": a promise must be kept before the case is closed. */
static enum err step_close(struct decision *d, struct stepping *s)
{
	if ((s->c.flags & CASE_PROMISE) && s->c.done == 0)
		return fail(d->fault, E_ORDER, "number", "case.done");
	return OK;
}

static bool is_sha256(struct text t)
{
	size_t n = 0;
	while (n < t.n && ((t.p[n] >= '0' && t.p[n] <= '9') || (t.p[n] >= 'a' && t.p[n] <= 'f')))
		n++;
	return n == 64 && n == t.n;
}

/* Files stay few enough to be listed, and their words say what their bytes must be. */
static enum err step_attach(struct decision *d, struct stepping *s)
{
	if (s->c.attached >= LIMIT_ATTACHMENTS)
		return fail_number(d->fault, E_TOO_MANY, "number", (int64_t)s->c.attached + 1,
			LIMIT_ATTACHMENTS);
	if (!is_sha256(s->args.sha256))
		return fail(d->fault, E_TYPE, "sha256", "64 hexadecimal digits");
	if (d->body_bytes != s->args.size)
		return fail(d->fault, E_BODY, "size", "no bytes came");
	s->ev.size = s->args.size;
	return OK;
}

static enum err step_assign(struct decision *d, struct stepping *s)
{
	s->ev.owner = s->args.owner;
	return decide_owner(d, &s->c, s->number, s->args.owner, "owner");
}

/* What the citizen says of the answer. A poor word takes the case up again, once. */
static enum err step_feedback(struct decision *d, struct stepping *s)
{
	const struct list *words = &d->house->policy.feedback;
	enum err err = decide_term(d, "feedback", words, s->args.word, "word", &s->ev.term);
	if (err == OK)
		s->reopens = yes(policy_find(words, s->args.word)->reopen) && s->c.next.n == 0;
	return err;
}

static enum err step_reopen(struct decision *d, struct stepping *s)
{
	s->reopens = true;
	if (s->c.next.n != 0)
		return fail_text(
			d->fault, E_EXISTS, "number", number_format(d->house, s->c.next, d->arena));
	bool sealed = s->c.flags & CASE_SEALED; /* nothing is said of those */
	return sealed ? OK : decide_said(d, s->args.words, "words");
}

/*
 * The second instance is a new unit of work: the first keeps its number and its counts (domain.md
 * 3.4, trap 4). Its words are those of the first.
 */
static enum err reopen(struct decision *d, const struct stepping *s)
{
	const struct policy_term *kind = kind_of(d, s->c.kind);
	struct ev_case_reopened ev = { .case_number = s->ev.lead,
		.previous = s->number,
		.unit = s->c.unit,
		.day = s->ev.day,
		.state = s->c.kind == 0 ? STATE_RECORDED : STATE_CLASSIFIED,
		.kind = s->c.kind,
		.topic = s->c.topic,
		.place = s->c.place,
		.due = due_of(kind, s->ev.day),
		.policy = d->house->policy_version };
	return decide_emit(d, EVENT_case_reopened, &ev);
}

static enum err step_plain(struct decision *d, struct stepping *s)
{
	(void)d;
	(void)s;
	return OK;
}

typedef enum err step_fn(struct decision *d, struct stepping *s);

static step_fn *const steps[STEP_COUNT] = {
	[STEP_classify] = step_classify,
	[STEP_accept] = step_plain,
	[STEP_refer] = step_refer,
	[STEP_acknowledge] = step_acknowledge,
	[STEP_return] = step_return,
	[STEP_recall] = step_recall,
	[STEP_resolve] = step_resolve,
	[STEP_notify] = step_notify,
	[STEP_done] = step_done,
	[STEP_close] = step_close,
	[STEP_guide] = step_guide,
	[STEP_not_accept] = step_ground,
	[STEP_file] = step_ground,
	[STEP_attach] = step_attach,
	[STEP_feedback] = step_feedback,
	[STEP_reopen] = step_reopen,
	[STEP_assign] = step_assign,
};

static enum err take_words(struct decision *d, struct stepping *s, const void *request)
{
	struct words_ref words = decide_words(d, d->cmd->record(), request);
	if (words.group != 0 && (s->c.flags & CASE_SEALED))
		return fail_text(d->fault, E_SEALED, "text", term_code(d->house, s->c.kind));
	s->ev.w = words.w;
	s->ev.group = words.group;
	return OK;
}

enum err decide_case_step(struct decision *d, const void *request)
{
	struct stepping s = { 0 };
	enum case_step step = step_of(text_of(strchr(d->cmd->wire, '.') + 1));
	record_project(d->cmd->record(), request, record_case_args(), &s.args);
	enum err err = load(d, &s, step_row(step)->right);
	if (err != OK)
		return err;
	begin(d, &s, step);
	err = check_state(d, &s);
	if (err == OK)
		err = check_day(d, &s);
	if (err == OK)
		err = steps[step](d, &s);
	if (err == OK)
		err = take_words(d, &s, request);
	if (err == OK && s.reopens)
		s.ev.lead = decide_number(
			d, NOUN_CASE, unit_get(&d->house->units, (uint32_t)s.c.unit), s.ev.day);
	if (err == OK)
		err = emit(d, &s);
	return err == OK && s.reopens ? reopen(d, &s) : err;
}

enum err decide_referral_attested(
	struct decision *d, const struct row_paper *p, struct text code, bool second)
{
	struct stepping s = { .args = { .number = number_format(d->house, p->of, d->arena),
				      .to = unit_code(d->house, p->to),
				      .document = p->document,
				      .day = p->stamped } };
	enum err err = load(d, &s, RIGHT_PAPER);
	if (err != OK)
		return err;
	begin(d, &s, STEP_refer);
	s.ev.attested = code;
	err = check_state(d, &s);
	if (err == OK)
		err = check_day(d, &s);
	if (err == OK)
		err = step_refer(d, &s);
	return err == OK && second ? emit(d, &s) : err;
}

/* Merging: one proposes, a second person signs the same. */

static enum err check_lead(
	struct decision *d, const struct stepping *s, struct num lead, const struct row_case *c)
{
	enum case_phase phase = state_row((enum case_state)c->state)->phase;
	if (num_equal(lead, s->number))
		return fail(d->fault, E_CONFLICT, "into", "the same case");
	if (phase != OPEN)
		return fail(d->fault, E_STATE, "into", state_row((enum case_state)c->state)->name);
	if ((c->flags & CASE_SEALED) || (s->c.flags & CASE_SEALED))
		return fail_text(d->fault, E_SEALED, "into", term_code(d->house, c->kind));
	return OK;
}

/* The lead keeps the earlier due day of both (domain.md 3.3). */
static enum err join(struct decision *d, const struct stepping *merged, struct num lead,
	const struct row_case *c)
{
	uint32_t due = merged->c.due;
	if (due == 0 || (c->due != 0 && c->due <= due))
		return OK;
	struct stepping s = { .number = lead, .c = *c };
	begin(d, &s, STEP_join);
	s.ev.day = merged->ev.day;
	s.ev.due = due;
	s.ev.lead = merged->number;
	return emit(d, &s);
}

enum err decide_case_merge(struct decision *d, const void *request)
{
	struct stepping s = { 0 };
	const struct case_merge *q = request;
	struct num lead;
	struct row_case c;
	record_project(record_case_merge(), q, record_case_args(), &s.args);
	enum err err = load(d, &s, RIGHT_PROCESS);
	if (err == OK)
		err = decide_case(d, q->into, "into", &lead, &c);
	if (err == OK)
		err = decide_may(
			d, RIGHT_PROCESS, (uint32_t)c.unit, (uint32_t)c.with, "into", q->into);
	if (err != OK)
		return err;
	bool second = s.c.proposer != 0 && num_equal(s.c.lead, lead);
	begin(d, &s, second ? STEP_merge : STEP_propose);
	err = check_state(d, &s);
	if (err == OK)
		err = check_lead(d, &s, lead, &c);
	if (err == OK)
		err = check_day(d, &s);
	if (err == OK && s.ev.day < c.day)
		err = fail(d->fault, E_RANGE, "day", "before the case was received");
	if (err == OK && second && s.c.proposer == d->officer)
		err = fail(d->fault, E_SECOND_PERSON, "number", NULL);
	s.ev.lead = lead;
	if (err == OK)
		err = emit(d, &s);
	return err == OK && second ? join(d, &s, lead, &c) : err;
}

/* Routing. */

/* A rule that names a unit which is not there is no fault of who asked. */
static enum err route_target(
	struct decision *d, struct stepping *s, const struct policy_route *rule)
{
	enum err err = target(d, s, s->args.to);
	if (err != E_NOT_FOUND && err != E_ENDED)
		return err;
	return fail(d->fault, E_POLICY, "routes",
		arena_format(d->arena, "%.*s: %.*s", (int)rule->id.n, rule->id.p, (int)rule->to.n,
			rule->to.p)
			.p);
}

enum err decide_case_route(struct decision *d, const void *request)
{
	struct stepping s = { 0 };
	const struct case_route *q = request;
	record_project(record_case_route(), q, record_case_args(), &s.args);
	enum err err = load(d, &s, RIGHT_PROCESS);
	if (err != OK)
		return err;
	uint32_t place = (uint32_t)(s.c.place != 0 ? s.c.place : s.c.unit);
	const struct policy_route *rule =
		route_find(d->house, s.c.kind, s.c.topic, place, d->today);
	if (rule == NULL)
		return fail(d->fault, E_POLICY, "routes", "no rule matches this case");
	begin(d, &s, step_of(rule->then));
	err = check_state(d, &s);
	if (err == OK)
		err = check_day(d, &s);
	bool own = text_is(rule->to, "@own");
	s.args.to = own ? unit_code(d->house, s.c.unit) : rule->to;
	if (err == OK && s.ev.step == STEP_accept) {
		if (own) /* the unit itself: another may bear its code by now */
			s.ev.to = s.c.unit;
		else
			err = route_target(d, &s, rule);
		s.ev.unit = s.ev.to;
	} else if (err == OK) {
		err = own ? OK : route_target(d, &s, rule);
		err = err != OK ? err : steps[s.ev.step](d, &s);
	}
	s.ev.rule = rule->id;
	return err != OK ? err : emit(d, &s);
}
