/* hint.c: what a user may do after an error. */
#include "clients/cli/hint.h"

#include "clients/cli/args.h"
#include "clients/cli/help_part.h"
#include "clients/i18n.h"
#include "proto/case.h"
#include "proto/role.h"

#include <stdio.h>

/* Is the field one that takes a code of the policy? */
static bool is_policy_code(const char *field)
{
	static const char *const names[] = { "kind", "topic", "ground", "outcome", "level" };
	const char *dot = strrchr(field, '.');
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(dot == NULL ? field : dot + 1, names[i]) == 0)
			return true;
	return false;
}

/* The row of the command that runs; NULL when it is one of the client's own. */
static const struct cmd_row *running(struct session *s)
{
	if (s->noun == NULL)
		return NULL;
	struct text wire = s->verb == NULL ? text_of(s->noun)
					   : arena_format(&s->arena, "%s.%s", s->noun, s->verb);
	char *plain = arena_alloc(&s->arena, wire.n + 1, 1);
	for (size_t i = 0; i < wire.n; i++)
		plain[i] = (char)(wire.p[i] == '-' ? '_' : wire.p[i]);
	return cmd_of(text_of(plain));
}

/* What the field at fault is for; NULL when it is none of the command. */
static const char *field_help(struct session *s, const char *field)
{
	const struct cmd_row *cmd = running(s);
	const struct record *r = cmd == NULL ? NULL : cmd->record();
	const struct field *list = r == NULL ? NULL : args_list(r);
	const char *dot = strrchr(field, '.');
	struct text name = text_of(dot == NULL ? field : dot + 1);
	const struct field *f = r == NULL ? NULL : record_field(r, name);
	if (f == NULL && list != NULL)
		f = record_field(list->of(), name);
	bool says_more = f != NULL && f->help[0] != '\0' && strcmp(f->help, f->name) != 0;
	return says_more ? _(f->help) : NULL;
}

static void add(char *out, size_t room, const char *between, const char *more)
{
	size_t n = strlen(out);
	snprintf(out + n, room - n, "%s%s", between, more);
}

/* All codes that a field takes, where they are few and the program's own; false: it is none such.
 */
static bool add_codes(const struct session *s, const char *field, char *out, size_t room)
{
	const char *between = ": ";
	bool role = strcmp(field, "role") == 0;
	bool state = strcmp(field, "state") == 0 && s->noun != NULL && strcmp(s->noun, "case") == 0;
	for (size_t i = 0; role && i < role_count; i++, between = ", ")
		add(out, room, between, roles[i].code);
	for (enum case_state i = STATE_NONE + 1; state && i < STATE_COUNT; i++, between = ", ")
		add(out, room, between, state_row(i)->name);
	return role || state;
}

/* The states that the step which was refused leaves. */
static void add_states(struct session *s, char *out, size_t room)
{
	if (s->noun == NULL || s->verb == NULL || strcmp(s->noun, "case") != 0 ||
		strcmp(s->fault.field, "number") != 0)
		return;
	const char *verb = strcmp(s->verb, "route") == 0 ? "accept" : s->verb;
	char between[80];
	snprintf(between, sizeof(between), "; %s ", _("possible in:"));
	for (enum case_step step = STEP_NONE + 1; step < STEP_COUNT; step++) {
		if (strcmp(help_spelled(s, text_of(step_row(step)->verb), NULL), verb) != 0)
			continue;
		for (enum case_state state = STATE_NONE + 1; state < STATE_COUNT; state++) {
			if ((step_row(step)->from >> state & 1) == 0)
				continue;
			add(out, room, between,
				i18n_vietnamese() ? state_row(state)->vi : state_row(state)->name);
			snprintf(between, sizeof(between), ", ");
		}
	}
}

/* What to do next. */
void hint_add(struct session *s, const struct fault *shown, char *out, size_t room)
{
	size_t n = strlen(shown->field);
	bool label = n > 0 && shown->field[n - 1] == '"'; /* a head of a page */
	const char *help = label ? NULL : field_help(s, shown->field);
	if (shown->err == E_CUT && shown->what[0] != '\0')
		add(out, room, ": --rid ", shown->what);
	else if (shown->err == E_POLICY && strcmp(shown->field, "routes") == 0)
		add(out, room, "; ",
			_("the policy names it: see hoiam-policy(5), hoiam policy show"));
	else if (shown->err == E_SEALED && field_help(s, "custodian") != NULL)
		add(out, room, "; ", _("say who keeps the paper, and where: custodian, paper"));
	else if (shown->err == E_STATE)
		add_states(s, out, room);
	else if ((shown->err == E_VALUE || shown->err == E_CODE) &&
		 (label || is_policy_code(shown->field)))
		add(out, room, ": ", "hoiam policy show");
	else if (shown->err == E_VALUE && add_codes(s, shown->field, out, room))
		return;
	else if ((shown->err == E_VALUE || shown->err == E_MISSING) && help != NULL) {
		add(out, room, " (", help);
		add(out, room, ")", "");
	}
}
