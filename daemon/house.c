/* house.c: caches of units and policy, and the small look-ups over them. */
#include "daemon/house.h"

#include "proto/action.h"
#include "proto/day.h"

#include <stdlib.h>

static void load_terms(struct house *h, struct txn *txn)
{
	h->term_count = h->state.terms;
	h->terms = arena_alloc(&h->policy_arena, h->term_count, sizeof(*h->terms));
	for (uint32_t id = 1; id <= h->term_count; id++)
		(void)row_get(txn, STORE_term, key_of_u32(id), record_row_term(), &h->terms[id - 1],
			&h->policy_arena);
}

/* The text of the policy is the head of the entry that adopted it. */
static enum err load_policy(struct house *h, struct txn *txn, struct fault *f)
{
	struct entry entry;
	struct action action = { 0 };
	struct policy_adopt adopt;
	arena_reset(&h->policy_arena);
	h->policy = (struct policy){ 0 };
	enum err err = journal_read(txn, h->state.policy_seq, &entry, &h->policy_arena, f);
	if (err != OK)
		return err;
	struct bytes head = arena_bytes(&h->policy_arena, entry.header.head);
	err = action_open_head(head, &action, &h->policy_arena, f);
	if (err == OK)
		err = action_read(&action, &adopt, &h->policy_arena, f);
	if (err != OK || adopt.policy.n != 1)
		return fail(f, E_CORRUPT, "policy", "the adopted policy cannot be read");
	memcpy(&h->policy, adopt.policy.v, sizeof(h->policy));
	load_terms(h, txn);
	h->policy_version = h->state.policy;
	return OK;
}

enum err house_refresh(struct house *h, struct txn *txn, struct fault *f)
{
	arena_reset(&h->arena);
	state_get(txn, &h->state, &h->arena);
	h->zone = h->state.zone == 0 ? 0 : (int)h->state.zone - 1440;
	units_refresh(&h->units, txn, &h->state);
	if (h->state.policy != h->policy_version)
		return load_policy(h, txn, f);
	return OK;
}

void house_fini(struct house *h)
{
	units_fini(&h->units);
	arena_fini(&h->arena);
	arena_fini(&h->policy_arena);
	*h = (struct house){ 0 };
}

uint32_t term_id(const struct house *h, const char *list, struct text code)
{
	for (size_t i = 0; i < h->term_count; i++)
		if (text_is(h->terms[i].list, list) && text_equal(h->terms[i].code, code))
			return (uint32_t)i + 1;
	return 0;
}

struct text term_code(const struct house *h, uint64_t id)
{
	return id >= 1 && id <= h->term_count ? h->terms[id - 1].code : (struct text){ 0 };
}

const struct policy_term *policy_find(const struct list *terms, struct text code)
{
	const struct policy_term *v = terms->v;
	for (size_t i = 0; i < terms->n; i++)
		if (text_equal(v[i].code, code))
			return &v[i];
	return NULL;
}

const struct policy_term *policy_kind(const struct house *h, uint64_t term)
{
	struct text code = term_code(h, term);
	return code.n == 0 ? NULL : policy_find(&h->policy.kinds, code);
}

bool unit_outside(const struct house *h, uint64_t id)
{
	const struct unit *unit = id <= UINT32_MAX ? unit_get(&h->units, (uint32_t)id) : NULL;
	const struct policy_term *kind =
		unit == NULL ? NULL : policy_find(&h->policy.unit_kinds, unit->kind);
	return kind != NULL && text_is(kind->outside, "yes");
}

struct text unit_code(const struct house *h, uint64_t id)
{
	const struct unit *unit = id <= UINT32_MAX ? unit_get(&h->units, (uint32_t)id) : NULL;
	return unit == NULL ? (struct text){ 0 } : unit->code;
}

/* A slash and a number in decimal: every row of a list has one, printf would cost more than all
 * else. */
static size_t put_number(char *out, size_t at, uint32_t v)
{
	char digits[10];
	size_t n = 0;
	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	out[at++] = '/';
	while (n > 0)
		out[at++] = digits[--n];
	return at;
}

struct text number_format(const struct house *h, struct num number, struct arena *a)
{
	if (number.n == 0)
		return (struct text){ 0 };
	struct text code = unit_code(h, number.series);
	char *out = arena_alloc(a, code.n + 1 + 5 + 1 + 10 + 1, 1);
	size_t n = code.n;
	if (n > 0)
		memcpy(out, code.p, n);
	n = put_number(out, n, number.year);
	n = put_number(out, n, number.n);
	return (struct text){ out, n };
}

/* Digits at the end of t, cut off it with the slash before them; false when there are none. */
static bool cut_digits(struct text *t, uint32_t *value)
{
	size_t n = t->n;
	uint64_t v = 0, scale = 1;
	while (n > 0 && t->n - n < 10 && t->p[n - 1] >= '0' && t->p[n - 1] <= '9') {
		v += (uint64_t)(t->p[n - 1] - '0') * scale;
		scale *= 10;
		n--;
	}
	if (n == t->n || v > UINT32_MAX || (n > 0 && t->p[n - 1] != '/'))
		return false;
	t->n = n > 0 ? n - 1 : 0;
	*value = (uint32_t)v;
	return true;
}

enum err number_parse(const struct house *h, struct text t, uint32_t unit, uint32_t today,
	const char *field, struct num *to, struct fault *f)
{
	struct text rest = t;
	uint32_t n, year;
	int now, month, day;
	day_split(today, &now, &month, &day);
	year = (uint32_t)now;
	if (!cut_digits(&rest, &n) || n == 0)
		return fail_text(f, E_NUMBER, field, t);
	if (rest.n > 0 && !cut_digits(&rest, &year))
		return fail_text(f, E_NUMBER, field, t);
	if (year < LIMIT_YEAR_FIRST || year > LIMIT_YEAR_LAST)
		return fail_text(f, E_NUMBER, field, t);
	const struct unit *owner =
		rest.n > 0 ? unit_of_code(&h->units, rest) : unit_get(&h->units, unit);
	if (owner == NULL)
		return fail_text(f, rest.n > 0 ? E_NOT_FOUND : E_NUMBER, field, t);
	*to = (struct num){ .series = owner->series, .year = (uint16_t)year, .n = n };
	return OK;
}

static bool matches(struct text pattern, struct text code)
{
	return text_is(pattern, "*") || text_equal(pattern, code);
}

const struct policy_route *route_find(
	const struct house *h, uint64_t kind, uint64_t topic, uint32_t place, uint32_t day)
{
	const struct policy_route *v = h->policy.routes.v;
	for (size_t i = 0; i < h->policy.routes.n; i++) {
		if (!matches(v[i].kind, term_code(h, kind)) ||
			!matches(v[i].topic, term_code(h, topic)))
			continue;
		if (text_is(v[i].place, "*"))
			return &v[i];
		const struct unit *root = unit_on(&h->units, v[i].place, day);
		if (root != NULL && unit_within(&h->units, place, root->id, day))
			return &v[i];
	}
	return NULL;
}

uint32_t due_of(const struct policy_term *kind, uint32_t received)
{
	if (kind == NULL || kind->days == 0)
		return 0;
	if (text_is(kind->working, "yes"))
		return day_add_working(received, (unsigned)kind->days);
	return received + (uint32_t)kind->days;
}
