/* help_protocol.c: the tables that both ends agree on, for hoiam-protocol(7): lists of mdoc(7). */
#include "clients/cli/help_part.h"

#include "proto/case.h"
#include "proto/report.h"

#include <inttypes.h>
#include <stdio.h>

static void begin(void)
{
	printf(".Bl -tag -width Ds -compact\n");
}

static void end(void)
{
	printf(".El\n");
}

/* Text with its end: a full stop. */
static void put_sentence(const char *text)
{
	help_put_text(text);
	printf(".\n");
}

/* Commands. */

static void put_command(const struct cmd_row *cmd)
{
	static const char *const modes[] = { "Open", "Reading", "Changing", "" };
	const char *record = cmd->record()->name;
	printf(".It Li %s\n%s; ", cmd->wire, modes[cmd->mode]);
	if (cmd->right != RIGHT_NONE)
		printf("right %s; ", right_name(cmd->right));
	if (strcmp(record, "nothing") == 0)
		printf("no fields: ");
	else
		printf("fields of %s: ", record);
	put_sentence(cmd->help);
}

static void commands(void)
{
	begin();
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (cmds[i].mode != CMD_AUTO)
			put_command(&cmds[i]);
	end();
}

/* Records: those of the commands, each once, with those that stand in their lists. */

struct names {
	const struct record *v[2 * CMD_COUNT];
	size_t n;
};

static void add_record(struct names *to, const struct record *r)
{
	for (size_t i = 0; i < to->n; i++)
		if (to->v[i] == r)
			return;
	if (to->n == COUNT(to->v))
		return;
	to->v[to->n++] = r;
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].kind == KIND_LIST)
			add_record(to, r->fields[i].of());
}

static void put_most(uint32_t max, const char *of)
{
	if (max != 0)
		printf(", at most %" PRIu32 "%s", max, of);
}

/* The one value that a field of an event refers to, as it is told. */
static const char *referred(const struct field *f)
{
	return f->flags & UNIT     ? "code of a unit"
	       : f->flags & TERM   ? "code of the policy"
	       : f->flags & STATE  ? "state of a case"
	       : f->flags & PERSON ? "waiting, heard, written or withdrawn"
	       : f->flags & STEP   ? "step of a case"
				   : NULL;
}

static void put_kind(const struct field *f)
{
	static const char *const names[] = { "whole number", "day", "time", "code", "text", "bytes",
		"number of a meeting or case", "list of whole numbers", "list of codes",
		"list of maps" };
	if (f->kind == KIND_UINT && referred(f) != NULL)
		printf("%s", referred(f));
	else if (f->kind == KIND_UINTS && referred(f) != NULL)
		printf("list: %s", referred(f));
	else
		printf("%s", names[f->kind]);
	if (f->kind == KIND_UINT && referred(f) == NULL)
		put_most(f->max, "");
	else if (f->kind == KIND_CODE || f->kind == KIND_TEXT)
		put_most(f->max, " bytes");
	else if (f->kind == KIND_BIN && (f->flags & EXACT))
		printf(", exactly %" PRIu32, f->max);
	else if (f->kind == KIND_BIN || f->kind == KIND_UINTS || f->kind == KIND_CODES ||
		 f->kind == KIND_LIST)
		put_most(f->max, "");
	if (f->kind == KIND_LIST)
		printf(", each %s", f->of()->name);
	if (f->flags & BLOCK)
		printf(", may have several lines");
}

static void put_fields(const struct record *r, bool request)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		printf(".It Li %s\n", f->name);
		put_kind(f);
		if (request && (f->flags & REQ))
			printf("; required");
		if (f->flags & WORDS)
			printf("; words");
		printf(": ");
		put_sentence(f->help);
	}
}

static void put_record(const struct record *r, const char *name, bool request)
{
	printf(".It Sy %s\n", name);
	help_put_text(r->help);
	printf("\n");
	begin();
	put_fields(r, request);
	end();
}

static void requests(void)
{
	struct names all = { .n = 0 };
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (cmds[i].mode != CMD_AUTO && cmds[i].record() != record_nothing())
			add_record(&all, cmds[i].record());
	printf(".Bl -tag -width Ds\n");
	for (size_t i = 0; i < all.n; i++)
		put_record(all.v[i], all.v[i]->name, true);
	end();
}

static void events(void)
{
	static const struct {
		const char *name;
		const struct record *(*record)(void);
	} all[] = {
/* clang-format off */
#define EVENT(code, name, help) { #name, record_ev_##name },
#include "proto/event.def"
		/* clang-format on */
	};
	printf(".Bl -tag -width Ds\n");
	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i].record != record_ev_entry)
			put_record(all[i].record(), all[i].name, false);
	end();
}

/* Tables of replies. */

static void tables(void)
{
	static const char *const kinds[] = { "text", "whole number", "day", "time", "share",
		"hundredths", "ten thousandths", "code", "words", "map" };
	printf(".Bl -tag -width Ds\n");
	for (enum table_name t = 0; t < TABLE_COUNT; t++) {
		const struct table_shape *shape = table_shape(t);
		printf(".It Sy %s\n", shape->name);
		for (size_t i = 0; i < shape->count; i++)
			printf(".Li %s\n(%s)%s\n", shape->columns[i].name,
				kinds[shape->columns[i].kind], i + 1 < shape->count ? "," : ".");
	}
	end();
}

/* Errors, rights, states. */

static void errors(void)
{
	begin();
	for (enum err e = OK + 1; e < ERR_COUNT; e++) {
		const struct err_row *row = err_row(e);
		printf(".It Li %d %s\nExit %d: ", row->code, row->name, row->exit);
		put_sentence(row->text);
	}
	end();
}

static void rights(void)
{
	static const char *const helps[] = {
#define RIGHT(name, help) help,
#include "proto/role.def"
	};
	begin();
	for (size_t i = 0; i < COUNT(helps); i++) {
		enum right right = (enum right)(1u << i);
		printf(".It Li %s\n", right_name(right));
		help_put_text(helps[i]);
		printf(": the roles");
		const char *before = " ";
		for (size_t k = 0; k < role_count; k++) {
			if ((roles[k].rights & (unsigned)right) == 0)
				continue;
			printf("%s%s", before, roles[k].code);
			before = ", ";
		}
		printf(".\n");
	}
	end();
}

static void states(void)
{
	static const char *const phases[] = { "", "waits for an answer", "answered",
		"over without an answer" };
	begin();
	for (enum case_state s = STATE_NONE + 1; s < STATE_COUNT; s++)
		printf(".It Li %s\n%s: %s.\n", state_row(s)->name, state_row(s)->en,
			phases[state_row(s)->phase]);
	end();
}

static void put_from(unsigned from)
{
	const char *before = " ";
	for (enum case_state s = STATE_NONE + 1; s < STATE_COUNT; s++) {
		if ((from & 1u << s) == 0)
			continue;
		printf("%s%s", before, state_row(s)->name);
		before = ", ";
	}
}

static void steps(void)
{
	begin();
	for (enum case_step s = STEP_NONE + 1; s < STEP_COUNT; s++) {
		const struct step_row *row = step_row(s);
		if (row->verb == NULL)
			continue;
		printf(".It Li %s\nfrom", row->verb);
		put_from(row->from);
		if (row->to == STATE_NONE)
			printf("; the state stays.\n");
		else
			printf(" to %s.\n", state_row(row->to)->name);
	}
	end();
}

/* Bounds that both ends keep. */
static void limits(void)
{
	static const struct {
		unsigned value;
		const char *help;
	} all[] = {
		{ LIMIT_HELLO_BYTES, "bytes of a message before hello" },
		{ LIMIT_MESSAGE_BYTES, "bytes of a message, if the server was not set to less" },
		{ LIMIT_HEAD_BYTES, "bytes of a head" },
		{ LIMIT_DEPTH - 1, "arrays and maps that are not empty inside one another, the "
				   "message itself among them" },
		{ LIMIT_NODES, "values in one message, keys counted" },
		{ LIMIT_CODE, "bytes of the name of a command" },
		{ LIMIT_OPINIONS_ACTION + 1, "groups of words in one request" },
		{ LIMIT_OPINIONS_MEETING, "opinions of one meeting" },
		{ LIMIT_ITEMS_CONCLUSION, "items of one conclusion" },
		{ LIMIT_GRANTS, "roles of one officer" },
		{ LIMIT_PAGE, "rows of one page of a list" },
	};
	begin();
	for (size_t i = 0; i < COUNT(all); i++)
		printf(".It %u\n%s\n", all[i].value, all[i].help);
	end();
}

bool help_protocol(const char *form)
{
	static const struct {
		const char *form;
		void (*print)(void);
	} forms[] = {
		{ "--commands", commands },
		{ "--requests", requests },
		{ "--events", events },
		{ "--tables", tables },
		{ "--errors", errors },
		{ "--rights", rights },
		{ "--states", states },
		{ "--steps", steps },
		{ "--limits", limits },
	};
	for (size_t i = 0; i < COUNT(forms); i++)
		if (strcmp(form, forms[i].form) == 0) {
			forms[i].print();
			return true;
		}
	return false;
}
