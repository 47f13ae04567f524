/* conclusion.c: conclusions: draft, items, check, sign, issue. */
#include "daemon/decide/decide.h"

#include <sodium.h>
#include <stdio.h>

enum { DRAFT = 1, CHECKED, SIGNED, ISSUED };
enum { DIRECTION = 1, ANSWER, DECLINE };
static const char *const hows[] = { "", "direction", "answer", "decline" };

/* A meeting and the version of its conclusion at hand. */
struct hand {
	struct num meeting;
	struct row_meeting m;
	struct row_conclusion c;
	uint32_t version;
};

static enum err take_meeting(
	struct decision *d, struct text number, enum right right, struct hand *h)
{
	enum err err = decide_policy(d);
	return err != OK ? err : decide_meeting_for(d, number, right, &h->meeting, &h->m);
}

/* The version named must be the last one, and not issued. */
static enum err take_version(
	struct decision *d, struct text number, uint64_t version, enum right right, struct hand *h)
{
	enum err err = take_meeting(d, number, right, h);
	if (err != OK)
		return err;
	if (h->m.version == 0 || h->m.version == h->m.issued)
		return fail_text(d->fault, E_NO_DRAFT, "meeting", number);
	if (version != h->m.version)
		return fail(d->fault, E_CONFLICT, "version",
			arena_format(d->arena, "%u is at hand", (unsigned)h->m.version).p);
	h->version = (uint32_t)version;
	(void)row_get(d->txn, STORE_conclusion, key_of_num_u32(h->meeting, h->version),
		record_row_conclusion(), &h->c, d->arena);
	return OK;
}

enum err decide_conclusion_draft(struct decision *d, const void *request)
{
	const struct meeting_number *q = request;
	struct hand h;
	enum err err = take_meeting(d, q->meeting, RIGHT_CHECK, &h);
	if (err != OK)
		return err;
	if (h.m.version != h.m.issued)
		return fail_text(d->fault, E_EXISTS, "meeting", text_of("a draft"));
	if (h.m.live == 0 || (h.m.issued != 0 && h.m.included == h.m.live))
		return fail_text(d->fault, E_NOTHING, "meeting", q->meeting);
	struct ev_conclusion_drafted ev = { h.meeting, h.m.version + 1, d->officer };
	return decide_emit(d, EVENT_conclusion_drafted, &ev);
}

/* An item as its writer gave it, as an event without meeting, version and number. */
static enum err decide_item(struct decision *d, const struct item_new *q, struct ev_item_put *ev)
{
	ev->how = 0;
	for (unsigned i = DIRECTION; i <= DECLINE; i++)
		if (text_is(q->how, hows[i]))
			ev->how = i;
	if (ev->how == 0)
		return fail_text(d->fault, E_VALUE, "how", q->how);
	if (ev->how == DIRECTION && q->unit.n == 0)
		return fail(d->fault, E_MISSING, "unit", NULL);
	if (ev->how == DIRECTION && q->due == 0)
		return fail(d->fault, E_MISSING, "due", NULL);
	if (ev->how == DECLINE && q->ground.n == 0)
		return fail(d->fault, E_MISSING, "ground", NULL);
	if (ev->how != DIRECTION && (q->unit.n != 0 || q->due != 0))
		return fail(d->fault, E_ONLY_WITH, q->unit.n != 0 ? "unit" : "due", "a direction");
	if (ev->how != DECLINE && q->ground.n != 0)
		return fail(d->fault, E_ONLY_WITH, "ground", "a decline");
	enum err err = decide_said(d, q->words, "words");
	if (err == OK)
		err = decide_unit_opt(d, q->unit, d->today, "unit", &ev->unit);
	if (err == OK)
		err = decide_term(
			d, "grounds", &d->house->policy.grounds, q->ground, "ground", &ev->ground);
	struct words_ref words = decide_words(d, record_item_new(), q);
	ev->w = words.w;
	ev->group = words.group;
	ev->due = q->due;
	ev->opinions = q->opinions;
	return err;
}

static enum err put_items(struct decision *d, const struct conclusion_put *q, const struct hand *h)
{
	const struct item_new *v = q->items.v;
	for (size_t i = 0; i < q->items.n; i++) {
		struct ev_item_put ev = {
			.meeting = h->meeting, .version = h->version, .item = q->first + i
		};
		enum err err = decide_item(d, &v[i], &ev);
		if (err == OK && v[i].due != 0 && v[i].due < h->m.day)
			err = fail(d->fault, E_RANGE, "due", "before the meeting");
		if (err == OK)
			err = decide_emit(d, EVENT_item_put, &ev);
		if (err == OK)
			continue;
		fault_within(d->fault, "items", (int64_t)i);
		return err;
	}
	return OK;
}

/* Who may sign may take the signature back; others may not, as long as the gate passes what was
 * signed. */
static bool signature_holds(struct decision *d, const struct hand *h)
{
	uint32_t unit = (uint32_t)h->m.unit;
	if (h->c.state != SIGNED ||
		authz(&d->grants, RIGHT_DECIDE, &d->house->units, unit, d->today))
		return false;
	return gate_check(d, h->meeting, &h->m, h->version) == OK;
}

enum err decide_conclusion_put(struct decision *d, const void *request)
{
	const struct conclusion_put *q = request;
	struct hand h;
	enum err err = take_version(d, q->meeting, q->version, RIGHT_CHECK, &h);
	if (err != OK)
		return err;
	if (signature_holds(d, &h))
		return fail(d->fault, E_STATE, "conclusion", "SIGNED");
	if (q->first != 1 && (h.c.state != DRAFT || q->first != h.c.items + 1))
		return fail(d->fault, E_CONFLICT, "first",
			arena_format(d->arena, "%u would come next", (unsigned)h.c.items + 1).p);
	if (q->first + q->items.n > LIMIT_ITEMS_CONCLUSION)
		return fail_number(d->fault, E_TOO_MANY, "items", (int64_t)(q->first + q->items.n),
			LIMIT_ITEMS_CONCLUSION);
	if (q->first == 1) {
		/* who began it goes on being asked for it */
		struct ev_conclusion_drafted ev = { h.meeting, h.version,
			h.c.drafter != 0 ? h.c.drafter : d->officer };
		err = decide_emit(d, EVENT_conclusion_drafted, &ev);
	}
	return err != OK ? err : put_items(d, q, &h);
}

/* Content. */

static void hash_item(crypto_hash_sha256_state *state, struct decision *d, uint32_t number,
	const struct row_item *item)
{
	struct text unit = unit_code(d->house, item->unit),
		    ground = term_code(d->house, item->ground);
	char line[512];
	int n = snprintf(line, sizeof(line), "%u|%s|%.*s|%u|%.*s|", number, hows[item->how],
		(int)unit.n, unit.p, item->due, (int)ground.n, ground.p);
	crypto_hash_sha256_update(state, (const uint8_t *)line, (size_t)n);
	for (size_t i = 0; i < item->opinions.n; i++) {
		n = snprintf(line, sizeof(line), "%u,", item->opinions.v[i]);
		crypto_hash_sha256_update(state, (const uint8_t *)line, (size_t)n);
	}
	crypto_hash_sha256_update(state, item->w.p, item->w.n);
	crypto_hash_sha256_update(state, (const uint8_t *)"\n", 1);
}

void conclusion_content(struct decision *d, struct num meeting, uint32_t version, uint32_t items,
	uint8_t out[static 32])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"hoiam/c1\n", 9);
	for (uint32_t i = 1; i <= items; i++) {
		struct row_item item;
		(void)row_get(d->txn, STORE_item, key_of_item(meeting, version, i),
			record_row_item(), &item, d->arena);
		hash_item(&state, d, i, &item);
	}
	crypto_hash_sha256_final(&state, out);
}

/* Steps: each runs the gate again and compares what is signed with what is stored. */
static enum err take_step(struct decision *d, const struct conclusion_step *q, enum right right,
	unsigned states, struct hand *h)
{
	uint8_t content[32];
	static const char *const names[] = { "", "DRAFT", "CHECKED", "SIGNED", "ISSUED" };
	enum err err = take_version(d, q->meeting, q->version, right, h);
	if (err != OK)
		return err;
	err = gate_check(d, h->meeting, &h->m, h->version);
	if (err != OK)
		return err;
	if ((states & 1u << h->c.state) == 0)
		return fail(d->fault, E_STATE, "conclusion", names[h->c.state]);
	conclusion_content(d, h->meeting, h->version, (uint32_t)h->c.items, content);
	if (!bytes_equal(q->content, bytes_of(content, sizeof(content))))
		return fail_text(d->fault, E_STALE, "content", q->meeting);
	return OK;
}

enum err decide_conclusion_check(struct decision *d, const void *request)
{
	const struct conclusion_step *q = request;
	struct hand h;
	enum err err = take_step(d, q, RIGHT_CHECK, 1u << DRAFT | 1u << CHECKED, &h);
	if (err != OK)
		return err;
	struct ev_conclusion_checked ev = { h.meeting, h.version, q->content };
	return decide_emit(d, EVENT_conclusion_checked, &ev);
}

static const struct text by_key = { 0 };

static enum err emit_signed(
	struct decision *d, const struct hand *h, struct bytes content, struct text paper)
{
	struct ev_conclusion_signed ev = { h->meeting, h->version, content, d->officer, paper };
	return decide_emit(d, EVENT_conclusion_signed, &ev);
}

enum err decide_conclusion_sign(struct decision *d, const void *request)
{
	const struct conclusion_step *q = request;
	struct hand h;
	enum err err = take_step(d, q, RIGHT_DECIDE, 1u << CHECKED, &h);
	return err != OK ? err : emit_signed(d, &h, q->content, by_key);
}

enum err decide_conclusion_attested(
	struct decision *d, const struct row_paper *p, struct text code, bool second)
{
	struct hand h;
	const struct conclusion_step q = { .meeting = number_format(d->house, p->of, d->arena),
		.version = p->version,
		.content = p->content };
	enum err err = take_step(d, &q, RIGHT_PAPER, 1u << CHECKED, &h);
	return err == OK && second ? emit_signed(d, &h, p->content, code) : err;
}

/* One opinion that an item covers: what becomes of its case. */
static enum err cover(struct decision *d, const struct hand *h, uint32_t number,
	const struct row_item *item, uint32_t ordinal, uint32_t day)
{
	struct row_opinion o;
	struct row_case c;
	if (!row_get(d->txn, STORE_opinion, key_of_num_u32(h->meeting, ordinal),
		    record_row_opinion(), &o, d->arena) ||
		!row_get(d->txn, STORE_case, key_of_num(o.number), record_row_case(), &c, d->arena))
		return FAIL_SERVER(d->fault, E_CORRUPT, 0);
	bool open = state_row((enum case_state)c.state)->phase == OPEN;
	bool ours =
		open && c.state != STATE_REFERRED; /* one that was referred stays where it went */
	struct ev_opinion_covered ev = { .meeting = h->meeting,
		.ordinal = ordinal,
		.case_number = o.number,
		.version = h->version,
		.item = number,
		.how = item->how,
		.unit = ours ? item->unit : 0,
		.due = open ? item->due : 0,
		.day = day,
		.state = item->how == ANSWER && open ? STATE_RESOLVED : 0,
		.prev = c.last };
	return decide_emit(d, EVENT_opinion_covered, &ev);
}

/* The first item that names an opinion decides. */
static enum err cover_all(struct decision *d, const struct hand *h, uint32_t day)
{
	uint8_t *seen = arena_alloc(d->arena, h->m.count / 8 + 1, 1);
	for (uint32_t i = 1; i <= h->c.items; i++) {
		struct row_item item;
		(void)row_get(d->txn, STORE_item, key_of_item(h->meeting, h->version, i),
			record_row_item(), &item, d->arena);
		for (size_t k = 0; k < item.opinions.n; k++) {
			uint32_t ordinal = item.opinions.v[k];
			if (seen[ordinal / 8] & 1u << ordinal % 8)
				continue;
			seen[ordinal / 8] |= (uint8_t)(1u << ordinal % 8);
			enum err err = cover(d, h, i, &item, ordinal, day);
			if (err != OK)
				return err;
		}
	}
	return OK;
}

/* What was signed by hand goes out as it was stamped, by whom stamps; else a leader issues. */
static enum right issuing_right(struct decision *d, const struct conclusion_step *q)
{
	struct fault ignored = { 0 }, *fault = d->fault;
	struct row_conclusion c = { 0 };
	struct row_meeting m = { 0 };
	struct num meeting;
	d->fault = &ignored;
	if (decide_meeting(d, q->meeting, &meeting, &m) == OK)
		(void)row_get(d->txn, STORE_conclusion,
			key_of_num_u32(meeting, (uint32_t)q->version), record_row_conclusion(), &c,
			d->arena);
	d->fault = fault;
	bool by_hand = c.state == SIGNED && c.paper.n > 0;
	return by_hand && authz(&d->grants, RIGHT_STAMP, &d->house->units, (uint32_t)m.unit,
				  d->today)
		       ? RIGHT_STAMP
		       : RIGHT_DECIDE;
}

/* Number and date of a paper are those of its stamp. */
static enum err stamp_of(
	struct decision *d, const struct row_conclusion *c, struct ev_conclusion_issued *ev)
{
	struct row_paper p;
	if (c->paper.n == 0)
		return OK;
	(void)row_get(d->txn, STORE_paper, key_of_text(c->paper), record_row_paper(), &p, d->arena);
	if (ev->document.n > 0 && !text_equal(ev->document, p.document))
		return fail_text(d->fault, E_CONFLICT, "document", p.document);
	ev->document = p.document;
	if (ev->day == 0)
		ev->day = p.stamped;
	return OK;
}

enum err decide_conclusion_issue(struct decision *d, const void *request)
{
	const struct conclusion_step *q = request;
	struct hand h;
	enum err err = take_step(d, q, issuing_right(d, q), 1u << CHECKED | 1u << SIGNED, &h);
	if (err != OK)
		return err;
	struct ev_conclusion_issued ev = { h.meeting, h.version, q->day, q->document };
	err = stamp_of(d, &h.c, &ev);
	if (err == OK)
		err = decide_day(d, ev.day, "day", &ev.day);
	if (err == OK && ev.day < h.m.day)
		err = fail(d->fault, E_RANGE, "day", "before the meeting");
	if (err == OK && h.c.state == CHECKED)
		err = emit_signed(d, &h, q->content, by_key);
	if (err == OK)
		err = decide_emit(d, EVENT_conclusion_issued, &ev);
	return err != OK ? err : cover_all(d, &h, ev.day);
}
