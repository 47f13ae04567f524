/* decide.c: what all decisions share. */
#include "daemon/decide/decide.h"

#include "proto/day.h"

#include <stdlib.h>

static decide_fn *const functions[CMD_COUNT] = {
/* clang-format off */
#define CMD(id, wire, mode, right, record, function, help) CMD_##mode##_ROW(id, function)
#define CMD_OPEN_ROW(id, function)
#define CMD_READ_ROW(id, function)
#define CMD_AUTO_ROW(id, function)
#define CMD_WRITE_ROW(id, function) [CMD_##id] = decide_##function,
#include "proto/cmd.def"
#undef CMD
	/* clang-format on */
};

decide_fn *decide_function(enum cmd cmd)
{
	return functions[cmd];
}

void decision_fini(struct decision *d)
{
	writer_fini(&d->leaves);
	free(d->events);
	d->events = NULL;
}

enum err decide_emit(struct decision *d, enum event_code code, const void *event)
{
	size_t from = d->leaves.n;
	leaf_write(&d->leaves, code, event);
	if (d->leaves.n - from > LIMIT_EVENT_BYTES)
		return fail_number(d->fault, E_TOO_LARGE, event_name(code),
			(int64_t)(d->leaves.n - from), LIMIT_EVENT_BYTES);
	if (d->event_count == d->event_room) {
		d->event_room = d->event_room * 2 + 16;
		d->events = xrealloc(d->events, d->event_room * sizeof(*d->events));
	}
	d->events[d->event_count].from = from;
	d->events[d->event_count++].n = d->leaves.n - from;
	return OK;
}

/* The words of a record borrow its group's bytes: that is how the group is known, whatever its
 * place. */
static bool holds(const struct group *g, struct text t)
{
	const char *from = (const char *)g->words.p;
	return t.p >= from && t.p < from + g->words.n;
}

struct words_ref decide_words(struct decision *d, const struct record *r, const void *record)
{
	struct text words = { 0 };
	for (size_t i = 0; i < r->count && words.n == 0; i++)
		if (r->fields[i].flags & WORDS)
			memcpy(&words, (const char *)record + r->fields[i].offset, sizeof(words));
	size_t n = d->groups == NULL || words.n == 0 ? 0 : d->groups->n;
	for (size_t k = 0; k < n; k++) {
		size_t i = (d->next_group + k) % n;
		if (!holds(&d->groups->v[i], words))
			continue;
		d->next_group = i + 1;
		return (struct words_ref){ bytes_of(d->groups->v[i].commit, 32), i + 1 };
	}
	return (struct words_ref){ 0 };
}

enum err decide_may(struct decision *d, enum right right, uint32_t a, uint32_t b, const char *field,
	struct text what)
{
	const struct units *units = &d->house->units;
	if (authz(&d->grants, right, units, a, d->today) ||
		(b != 0 && authz(&d->grants, right, units, b, d->today)))
		return OK;
	if (authz(&d->grants, RIGHT_SEE, units, a, d->today) ||
		(b != 0 && authz(&d->grants, RIGHT_SEE, units, b, d->today)))
		return fail(d->fault, E_NOT_ALLOWED, field, d->cmd->wire);
	return fail_text(d->fault, E_NOT_FOUND, field, what);
}

enum err decide_behalf(struct decision *d, struct text behalf)
{
	const struct unit *unit;
	bool step = strncmp(d->cmd->wire, "case.", 5) == 0 && d->cmd->right == RIGHT_HANDLE;
	if (behalf.n == 0)
		return OK;
	enum err err = decide_unit(d, behalf, d->today, "behalf", &unit);
	if (err != OK)
		return err;
	d->behalf = unit->id;
	if (unit_outside(d->house, unit->id))
		return step ? OK
			    : fail(d->fault, E_ONLY_WITH, "behalf",
				      "acknowledge, return, resolve, done");
	return authz(&d->grants, d->cmd->right, &d->house->units, unit->id, d->today)
		       ? OK
		       : fail_text(d->fault, E_NOT_ALLOWED, "behalf",
				 arena_format(d->arena, "%s %.*s", d->cmd->wire, (int)behalf.n,
					 behalf.p));
}

enum err decide_may_unit(struct decision *d, enum right right, uint32_t unit, const char *field)
{
	if (authz(&d->grants, right, &d->house->units, unit, d->today))
		return OK;
	const struct unit *u = unit == 0 ? NULL : unit_get(&d->house->units, unit);
	if (u == NULL)
		return fail(d->fault, E_NOT_ALLOWED, field, d->cmd->wire);
	char until[11] = "";
	if (u->until != 0)
		day_format(u->until, until);
	return fail_text(d->fault, E_NOT_ALLOWED, field,
		arena_format(d->arena, "%s %.*s%s%s", d->cmd->wire, (int)u->code.n, u->code.p,
			u->until == 0 ? "" : " ", until));
}

enum err decide_day(struct decision *d, uint32_t given, const char *field, uint32_t *day)
{
	*day = given == 0 ? d->today : given;
	if (*day <= d->today)
		return OK;
	char iso[11];
	day_format(*day, iso);
	return fail(d->fault, E_FUTURE, field, iso);
}

enum err decide_said(struct decision *d, struct text words, const char *field)
{
	size_t i = 0;
	while (i < words.n && (words.p[i] == ' ' || words.p[i] == '\t' || words.p[i] == '\n'))
		i++;
	if (words.n == 0)
		return fail(d->fault, E_MISSING, field, NULL);
	return i < words.n ? OK : fail(d->fault, E_BLANK, field, NULL);
}

enum err decide_unit(struct decision *d, struct text code, uint32_t day, const char *field,
	const struct unit **to)
{
	*to = unit_on(&d->house->units, code, day);
	if (*to != NULL)
		return OK;
	bool ever = unit_of_code(&d->house->units, code) != NULL;
	return fail_text(d->fault, ever ? E_ENDED : E_NOT_FOUND, field, code);
}

enum err decide_own_unit(struct decision *d, struct text code, uint32_t day, const char *field,
	const struct unit **to)
{
	if (code.n == 0)
		code = unit_code(d->house, grants_home(&d->grants));
	return code.n == 0 ? fail(d->fault, E_MISSING, field, NULL)
			   : decide_unit(d, code, day, field, to);
}

enum err decide_unit_opt(
	struct decision *d, struct text code, uint32_t day, const char *field, uint64_t *to)
{
	const struct unit *unit;
	if (code.n == 0)
		return OK;
	enum err err = decide_unit(d, code, day, field, &unit);
	if (err == OK)
		*to = unit->id;
	return err;
}

enum err decide_term(struct decision *d, const char *list, const struct list *terms,
	struct text code, const char *field, uint64_t *to)
{
	if (code.n == 0)
		return OK;
	uint32_t id = policy_find(terms, code) == NULL ? 0 : term_id(d->house, list, code);
	if (id == 0)
		return fail_text(d->fault, E_VALUE, field, code);
	*to = id;
	return OK;
}

struct num decide_number(struct decision *d, enum noun noun, const struct unit *unit, uint32_t day)
{
	int year, month, day_of_month;
	struct row_counter counter;
	day_split(day, &year, &month, &day_of_month);
	struct key key = key_of_counter(noun, unit->series, (uint16_t)year);
	(void)row_get(d->txn, STORE_counter, key, record_row_counter(), &counter, d->arena);
	return (struct num){ unit->series, (uint32_t)counter.n + 1, (uint16_t)year };
}

enum err decide_meeting(
	struct decision *d, struct text number, struct num *key, struct row_meeting *to)
{
	enum err err = number_parse(
		d->house, number, grants_home(&d->grants), d->today, "meeting", key, d->fault);
	if (err != OK)
		return err;
	if (!row_get(d->txn, STORE_meeting, key_of_num(*key), record_row_meeting(), to, d->arena))
		return fail_text(
			d->fault, E_NOT_FOUND, "meeting", number_format(d->house, *key, d->arena));
	return OK;
}

enum err decide_meeting_for(struct decision *d, struct text number, enum right right,
	struct num *key, struct row_meeting *to)
{
	enum err err = decide_meeting(d, number, key, to);
	return err != OK ? err : decide_may(d, right, (uint32_t)to->unit, 0, "meeting", number);
}

enum err decide_case(struct decision *d, struct text number, const char *field, struct num *key,
	struct row_case *to)
{
	enum err err = number_parse(
		d->house, number, grants_home(&d->grants), d->today, field, key, d->fault);
	if (err != OK)
		return err;
	if (!row_get(d->txn, STORE_case, key_of_num(*key), record_row_case(), to, d->arena))
		return fail_text(
			d->fault, E_NOT_FOUND, field, number_format(d->house, *key, d->arena));
	return OK;
}

enum err decide_policy(struct decision *d)
{
	return d->house->policy_version != 0 ? OK : fail(d->fault, E_ORDER, NULL, "policy.adopt");
}
