/*
 * scope.c: the units that a reader may ask about. In a register of ten thousand units few lie in a
 * commune: those whose chain of parents' codes may lead there are found by hashes of the codes, on
 * whatever day; only they are then asked where they lie on the day, and whether the reader sees
 * them.
 */
#include "daemon/report/report.h"

enum { PARENT_BITS = 16, DEPTH_MAX = 32 };

struct closure {
	uint16_t *parents;                     /* hash of each unit's parent code */
	uint8_t codes[(1 << PARENT_BITS) / 8]; /* hashes of the codes that are in */
	bool *in;
};

static uint16_t hash_code(struct text code)
{
	uint32_t hash = 2166136261u; /* FNV-1a, folded */
	for (size_t i = 0; i < code.n; i++)
		hash = (hash ^ (uint8_t)code.p[i]) * 16777619u;
	return (uint16_t)(hash >> 16 ^ hash);
}

static void closure_add(struct closure *c, const struct unit *unit)
{
	uint16_t hash = hash_code(unit->code);
	c->codes[hash / 8] |= (uint8_t)(1u << hash % 8);
	c->in[unit->id - 1] = true;
}

/* Children of those that are in, until there are no more; units mostly come after their parents. */
static void closure_grow(struct closure *c, const struct units *units)
{
	bool grown = true;
	for (size_t i = 0; i < units->n; i++)
		c->parents[i] = hash_code(units->v[i].parent);
	for (unsigned depth = 0; grown && depth < DEPTH_MAX; depth++) {
		grown = false;
		for (size_t i = 0; i < units->n; i++) {
			uint16_t hash = c->parents[i];
			if (c->in[i] || (c->codes[hash / 8] >> hash % 8 & 1) == 0)
				continue;
			closure_add(c, &units->v[i]);
			grown = true;
		}
	}
}

/* The roots: the unit asked for, or those of the reader's grants. false: all units. */
static bool closure_seed(struct closure *c, const struct report *r, const struct unit *root)
{
	const struct units *units = &r->house->units;
	if (root != NULL) {
		closure_add(c, root);
		return true;
	}
	for (size_t i = 0; i < r->grants.n; i++) {
		const struct unit *unit = unit_get(units, r->grants.v[i].unit);
		if (unit == NULL)
			return false;
		closure_add(c, unit);
	}
	return true;
}

enum err report_units(
	struct report *r, enum right right, struct text code, uint32_t day, struct uints *to)
{
	const struct units *units = &r->house->units;
	const struct unit *root = code.n == 0 ? NULL : unit_on(units, code, day);
	if (code.n > 0 && root == NULL)
		return fail_text(r->fault,
			unit_of_code(units, code) == NULL ? E_NOT_FOUND : E_ENDED, "unit", code);
	struct closure *c = arena_alloc(r->arena, 1, sizeof(*c));
	c->in = arena_alloc(r->arena, units->n, sizeof(*c->in));
	c->parents = arena_alloc(r->arena, units->n, sizeof(*c->parents));
	uint32_t *v = arena_alloc(r->arena, units->n, sizeof(*v));
	bool all = !closure_seed(c, r, root);
	if (!all)
		closure_grow(c, units);
	size_t n = 0;
	for (uint32_t id = 1; id <= units->n; id++)
		if ((all || c->in[id - 1]) &&
			unit_within(units, id, root == NULL ? 0 : root->id, day) &&
			report_sees(r, right, id, 0))
			v[n++] = id;
	*to = (struct uints){ v, n };
	return n == 0 && code.n > 0 ? fail_text(r->fault, E_NOT_FOUND, "unit", code) : OK;
}

static bool covers(const struct report *r, const struct grant *g, enum right right)
{
	return (g->rights & (unsigned)right) != 0 && g->from <= r->today &&
	       (g->until == 0 || r->today < g->until);
}

/* The units of the grants, none twice; of those that lie in the tree of `root` when there is one.
 */
static struct text held_codes(struct report *r, enum right right, uint32_t root, uint32_t day)
{
	const struct units *units = &r->house->units;
	struct text out = { 0 };
	for (size_t i = 0; i < r->grants.n; i++) {
		const struct grant *g = &r->grants.v[i];
		const struct unit *unit = unit_get(units, g->unit);
		bool twice = false;
		for (size_t k = 0; k < i; k++)
			twice |=
				r->grants.v[k].unit == g->unit && covers(r, &r->grants.v[k], right);
		if (unit == NULL || twice || !covers(r, g, right) ||
			(root != 0 && !unit_within(units, unit->id, root, day)))
			continue;
		out = out.n == 0 ? unit->code
				 : arena_format(r->arena, "%.*s, %.*s", (int)out.n, out.p,
					   (int)unit->code.n, unit->code.p);
	}
	return out;
}

struct text report_scope(struct report *r, enum right right, struct text code, uint32_t day)
{
	const struct units *units = &r->house->units;
	const struct unit *root = code.n == 0 ? NULL : unit_on(units, code, day);
	uint32_t id = root == NULL ? 0 : root->id;
	if (authz(&r->grants, right, units, id, r->today))
		return code.n == 0 ? text_of("(all)") : code;
	struct text held = held_codes(r, right, id, day);
	if (code.n == 0)
		return held;
	return arena_format(r->arena, "%.*s: %.*s", (int)code.n, code.p, (int)held.n, held.p);
}
