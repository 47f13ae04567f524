/*
 * special_person.c: `person add`: tells first who of that name the register knows already, so that
 * nobody is kept twice who comes without an identity number.
 */
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"

#include "clients/i18n.h"

#include <stdio.h>

enum { KNOWN_SHOWN = 5 };

static void tell_row(const struct table *t, size_t row)
{
	static const char *const columns[] = { "name", "birth", "address" };
	struct text person = cell_as_text(table_cell(t, row, "person"));
	fprintf(stderr, "hoiam: %s %.*s", _("already known:"), (int)person.n, person.p);
	for (size_t i = 0; i < COUNT(columns); i++) {
		struct text value = cell_as_text(table_cell(t, row, columns[i]));
		if (value.n > 0)
			fprintf(stderr, ", %.*s", (int)value.n, value.p);
	}
	fprintf(stderr, "\n");
}

/* That nobody could be looked up is no reason not to keep a person. */
static void tell_known(struct session *s, const struct person_add *q)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct fault before = s->fault;
	const struct person_find find = { .name = q->name, .unit = q->unit, .limit = KNOWN_SHOWN };
	if (session_read(s, session_cmd("person.find"), &find, &reply) == OK) {
		const struct table *t = reply_table(&reply, "person_list");
		for (size_t i = 0; t != NULL && i < t->row_count; i++)
			tell_row(t, i);
	}
	s->fault = before;
}

int special_person_add(struct session *s, int argc, char **argv)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	const struct cmd_row *cmd = session_cmd("person.add");
	struct person_add q;
	enum err err = session_parse(s, cmd->record(), argc, argv, &q);
	if (err == OK) {
		tell_known(s, &q);
		err = session_act(s, cmd, &q, &outcome);
	}
	if (err == OK)
		session_show(s, &outcome);
	return session_end(s, err);
}
