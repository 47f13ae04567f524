/* sentence.c: what went wrong, in a sentence: with the words of who typed, and what to do next. */
#include "clients/cli/args.h"
#include "clients/cli/help.h"
#include "clients/cli/help_part.h"
#include "clients/cli/print.h"
#include "clients/cli/session.h"
#include "clients/i18n.h"
#include "clients/label.h"
#include "clients/page.h"
#include "proto/case.h"
#include "proto/day.h"
#include "proto/role.h"

#include <stdio.h>

struct sentence {
	struct session *session;
	char *out;
	size_t room, n;
};

static void add(struct sentence *to, const char *between, const char *more)
{
	if (to->n < to->room)
		to->n += (size_t)snprintf(to->out + to->n, to->room - to->n, "%s%s", between, more);
}

/* What stands in a fault, in the user's words. */

/* "case.done" as it is typed; other things that are needed stay as they are. */
static void spell_command(struct session *s, struct fault *f)
{
	const struct cmd_row *cmd = strchr(f->what, '.') == NULL ? NULL : cmd_of(text_of(f->what));
	if (cmd != NULL)
		snprintf(f->what, sizeof(f->what), "hoiam %s",
			help_spelled(s, help_noun(cmd), help_verb(cmd)));
}

/* "98101 2025-07-01": the unit in which it may not be done, and the day on which it was no more. */
static void add_place(struct sentence *to, const char *place)
{
	struct printer p = { .format = FORMAT_TERMINAL, .vietnamese = i18n_vietnamese() };
	struct arena *a = &to->session->arena;
	char unit[LIMIT_CODE + 1] = "", day[11] = "";
	if (sscanf(place, "%40s %10s", unit, day) < 2) {
		add(to, "", arena_format(a, _(" in %s, where you have no role for it"), unit).p);
		return;
	}
	struct text until = print_day(&p, text_of(day), a);
	add(to, "",
		arena_format(a,
			_(" in the unit %s that was until %.*s; that takes a role over the whole "
			  "register"),
			unit, (int)until.n, until.p)
			.p);
}

/* "case.classify 98101" as it is typed, where, and whose it is. */
static void name_command(struct session *s, struct fault *f)
{
	const char *space = strchr(f->what, ' ');
	size_t wire = space == NULL ? strlen(f->what) : (size_t)(space - f->what);
	const struct cmd_row *cmd = cmd_of((struct text){ f->what, wire });
	if (cmd == NULL)
		return;
	char what[sizeof(f->what)];
	struct sentence to = { s, what, sizeof(what), 0 };
	add(&to, "", help_spelled(s, help_noun(cmd), help_verb(cmd)));
	if (space != NULL)
		add_place(&to, space + 1);
	const char *before = _("\nFor: ") + 1;
	bool some = false;
	for (size_t i = 0; i < role_count; i++) {
		if ((roles[i].rights & (unsigned)cmd->right) == 0)
			continue;
		if (!some)
			add(&to, ". ", "");
		add(&to, some ? ", " : before, _(roles[i].label));
		some = true;
	}
	memcpy(f->what, what, sizeof(what));
}

static const char *state_label(enum case_state state)
{
	return i18n_vietnamese() ? state_row(state)->vi : state_row(state)->name;
}

/* States of cases have their own names: those of meetings and conclusions share some codes. */
static void name_state(struct fault *f)
{
	enum case_state state = state_of(text_of(f->what));
	bool other = strcmp(f->field, "meeting") == 0 || strcmp(f->field, "conclusion") == 0;
	char code[sizeof(f->what)];
	memcpy(code, f->what, sizeof(code));
	snprintf(f->what, sizeof(f->what), "%s",
		state == STATE_NONE || other ? _(code) : state_label(state));
}

/* What to do next. */

static void add_rid(struct sentence *to, const struct fault *f)
{
	if (f->what[0] != '\0')
		add(to, ": --rid ", f->what);
}

static void add_policy(struct sentence *to, const struct fault *f)
{
	(void)f;
	add(to, ": ", "hoiam policy show");
}

static void add_route(struct sentence *to, const struct fault *f)
{
	(void)f;
	add(to, "; ", _("the policy names it: see hoiam-policy(5), hoiam policy show"));
}

static void add_roles(struct sentence *to, const struct fault *f)
{
	(void)f;
	for (size_t i = 0; i < role_count; i++)
		add(to, i == 0 ? ": " : ", ", roles[i].code);
}

/* The states that the step which was refused leaves. */
static void add_from(struct sentence *to, const struct fault *f)
{
	(void)f;
	const struct cmd_row *cmd = to->session->cmd;
	const char *dot = cmd == NULL ? NULL : strchr(cmd->wire, '.');
	bool of_case = dot != NULL && strncmp(cmd->wire, "case.", 5) == 0;
	enum case_step step = !of_case                        ? STEP_NONE
			      : strcmp(dot + 1, "route") == 0 ? STEP_accept /* or what is like it */
							      : step_of(text_of(dot + 1));
	const char *between = "; ";
	for (enum case_state state = STATE_NONE + 1; step != STEP_NONE && state < STATE_COUNT;
		state++) {
		if ((step_row(step)->from >> state & 1) == 0)
			continue;
		if (between[0] == ';')
			add(to, between, _("possible in:"));
		add(to, between[0] == ';' ? " " : between, state_label(state));
		between = ", ";
	}
}

/* The field of the command or of its list that has the last part of this name; NULL if none. */
static const struct field *field_of(const struct session *s, const char *path)
{
	const struct record *r = s->cmd == NULL ? NULL : s->cmd->record();
	const struct field *list = r == NULL ? NULL : args_list(r);
	const char *dot = strrchr(path, '.');
	struct text name = text_of(dot == NULL ? path : dot + 1);
	const struct field *field = r == NULL ? NULL : record_field(r, name);
	return field != NULL || list == NULL ? field : record_field(list->of(), name);
}

/* What the field at fault is for. */
/* A hash that may be made of a file. */
static void add_file(struct sentence *to, const struct fault *f)
{
	const struct field *field = field_of(to->session, f->field);
	if (field == NULL || (field->flags & OF_FILE) == 0)
		return;
	add(to, ": --", field->name);
	add(to, "-file ", _("FILE"));
}

static void add_help(struct sentence *to, const struct fault *f)
{
	const struct field *field = field_of(to->session, f->field);
	if (field == NULL || field->help[0] == '\0' || strcmp(field->help, field->name) == 0)
		return;
	add(to, " (", _(field->help));
	add(to, ")", "");
	add_file(to, f);
}

/* Those of a case; of other things each command says which there are. */
static void add_states(struct sentence *to, const struct fault *f)
{
	const struct cmd_row *cmd = to->session->cmd;
	if (cmd == NULL || strncmp(cmd->wire, "case.", 5) != 0) {
		add_help(to, f);
		return;
	}
	for (enum case_state state = STATE_NONE + 1; state < STATE_COUNT; state++)
		add(to, state == STATE_NONE + 1 ? ": " : ", ", state_row(state)->name);
}

/* Those fields as they are typed, or the heads of the page at fault. */
static void add_custodian(struct sentence *to, const struct fault *f)
{
	bool vi = i18n_vietnamese(), page = f->field[0] != '\0' && strchr(f->field, '"') != NULL;
	const struct head_row *custodian = head_row(HEAD_CUSTODIAN), *paper = head_row(HEAD_PAPER);
	if (!page && field_of(to->session, "custodian") == NULL)
		return;
	add(to, "; ", _("say who keeps the paper, and where: "));
	add(to, "", !page ? custodian->field : vi ? custodian->vi : custodian->en);
	add(to, ", ", !page ? paper->field : vi ? paper->vi : paper->en);
}

/* The first row that fits is used. A field ends with the name; '"' is any head of a page. */
struct hint {
	enum err err;
	const char *field; /* NULL: any */
	void (*add)(struct sentence *to, const struct fault *f);
};

static const struct hint hints[] = {
	{ E_CUT, NULL, add_rid },
	{ E_POLICY, "routes", add_route },
	{ E_SEALED, NULL, add_custodian },
	{ E_STATE, "number", add_from },
	{ E_VALUE, "role", add_roles },
	{ E_VALUE, "state", add_states },
	{ E_VALUE, "kind", add_policy },
	{ E_VALUE, "topic", add_policy },
	{ E_VALUE, "ground", add_policy },
	{ E_VALUE, "outcome", add_policy },
	{ E_VALUE, "level", add_policy },
	{ E_VALUE, "\"", add_policy },
	{ E_CODE, "kind", add_policy },
	{ E_CODE, "topic", add_policy },
	{ E_CODE, "ground", add_policy },
	{ E_CODE, "outcome", add_policy },
	{ E_CODE, "level", add_policy },
	{ E_CODE, "\"", add_policy },
	{ E_MISSING, "ground", add_policy },
	{ E_MISSING, "outcome", add_policy },
	{ E_TYPE, "scan", add_file },
	{ E_VALUE, NULL, add_help },
	{ E_MISSING, NULL, add_help },
};

static bool is_of(const struct hint *hint, const struct fault *f)
{
	if (hint->err != f->err || hint->field == NULL)
		return hint->err == f->err;
	const char *column = strstr(f->field, " ("); /* of a table that is taken over */
	size_t n = column == NULL ? strlen(f->field) : (size_t)(column - f->field);
	size_t m = strlen(hint->field);
	if (n < m || strncmp(f->field + n - m, hint->field, m) != 0)
		return false;
	return n == m || hint->field[0] == '"' || f->field[n - m - 1] == '.';
}

/*
 * Reasons of our own are marked for translation, and may stand behind a field ("days: a whole
 * number is wanted"); others are not found and stay. Days are shown as in tables.
 */
static void name_reason(struct session *s, struct fault *f)
{
	struct printer p = { .format = FORMAT_TERMINAL, .vietnamese = i18n_vietnamese() };
	const char *colon = strstr(s->fault.what, ": ");
	const char *whole = _(s->fault.what);
	struct text day = print_day(&p, text_of(s->fault.what), &s->arena);
	if (whole != s->fault.what)
		snprintf(f->what, sizeof(f->what), "%s", whole);
	else if (f->err == E_CONFLICT)
		snprintf(f->what, sizeof(f->what), "%s",
			label_sentence(NULL, text_of(s->fault.what), &s->arena).p);
	else if (f->err == E_LINE && colon != NULL && colon[2] != '\0')
		snprintf(f->what, sizeof(f->what), "%.*s: %s", (int)(colon - s->fault.what),
			s->fault.what, _(colon + 2));
	else
		snprintf(f->what, sizeof(f->what), "%.*s", (int)day.n, day.p);
}

void session_sentence(struct session *s, char *out, size_t room)
{
	struct fault shown = s->fault;
	const char *text = _(err_row(shown.err)->text);
	if (shown.what[0] != '\0' && shown.err != E_STATE)
		name_reason(s, &shown);
	if (shown.err == E_NOT_ALLOWED)
		name_command(s, &shown);
	if (shown.err == E_ORDER)
		spell_command(s, &shown);
	if (shown.err == E_STATE)
		name_state(&shown);
	if (shown.err == E_RANGE && shown.limit == 0)
		text = "{field}: {what}"; /* a reason, not a number past a limit */
	fault_format(&shown, text, out, room);
	struct sentence to = { s, out, room, strlen(out) };
	for (size_t i = 0; i < COUNT(hints); i++)
		if (is_of(&hints[i], &shown)) {
			hints[i].add(&to, &shown);
			break;
		}
}
