/*
 * scope.c: the units that a reader may ask about. In a register of ten thousand units few lie in a
 * commune: those whose chain of parents' codes may lead there are found by hashes of the codes, on
 * whatever day; only they are then asked where they lie on the day, and whether the reader sees
 * them.
 */
#include "daemon/report/report.h"

enum { PARENT_BITS = 16, DEPTH_MAX = 32, NAMED_MAX = 100 };

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

/* Whether a unit that the closure has not, and that the reader so cannot see, lies in the scope. */
static bool any_beyond(
	const struct closure *c, const struct units *units, const struct unit *root, uint32_t day)
{
	for (uint32_t id = 1; root == NULL && id <= units->n; id++)
		if (!c->in[id - 1] && unit_within(units, id, 0, day))
			return true;
	return false;
}

enum err report_scope(
	struct report *r, enum right right, struct text code, uint32_t day, struct scope *to)
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
	bool part = !all && any_beyond(c, units, root, day);
	for (uint32_t id = 1; id <= units->n; id++) {
		if (!(all || c->in[id - 1]) ||
			!unit_within(units, id, root == NULL ? 0 : root->id, day))
			continue;
		if (report_sees(r, right, id, 0))
			v[n++] = id;
		else
			part = true;
	}
	*to = (struct scope){ { v, n }, part };
	return n == 0 && code.n > 0 ? fail_text(r->fault, E_NOT_FOUND, "unit", code) : OK;
}

enum err report_units(
	struct report *r, enum right right, struct text code, uint32_t day, struct uints *to)
{
	struct scope scope = { 0 };
	enum err err = report_scope(r, right, code, day, &scope);
	*to = scope.units;
	return err;
}

/* Telling. */

struct text scope_name(struct text code, const struct scope *scope)
{
	return code.n > 0 ? code : text_of(scope->part ? "(part)" : "(all)");
}

/* Whether the unit above, on the day or on the unit's last, is in the scope too. */
static bool has_parent(
	const struct units *units, const bool *in, const struct unit *unit, uint32_t day)
{
	bool ended = unit->until != 0 && unit->until <= day;
	const struct unit *above = unit_on(units, unit->parent, ended ? unit->until - 1 : day);
	return above != NULL && in[above->id - 1];
}

struct text scope_units(struct report *r, const struct scope *scope, uint32_t day)
{
	const struct units *units = &r->house->units;
	bool *in = arena_alloc(r->arena, units->n, sizeof(*in));
	struct text all = { 0 };
	size_t named = 0;
	for (size_t i = 0; i < scope->units.n; i++)
		in[scope->units.v[i] - 1] = true;
	for (size_t i = 0; scope->part && i < scope->units.n && named <= NAMED_MAX; i++) {
		const struct unit *unit = unit_get(units, scope->units.v[i]);
		if (has_parent(units, in, unit, day))
			continue;
		struct text code = named++ < NAMED_MAX ? unit->code : text_of("…");
		all = arena_format(r->arena, "%.*s%s%.*s", (int)all.n, all.n == 0 ? "" : all.p,
			all.n == 0 ? "" : ", ", (int)code.n, code.p);
	}
	return all;
}
