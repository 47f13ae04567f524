/* help.c: usage texts from the tables. */
#include "clients/cli/help.h"

#include "clients/cli/args.h"
#include "clients/cli/help_part.h"
#include "clients/cli/spell.h"
#include "clients/cli/special.h"
#include "clients/i18n.h"
#include "clients/page.h"
#include "proto/text.h"

#include <stdio.h>

enum { NEAR_ENOUGH = 3, LABEL_WIDTH = 24 };

bool help_shows(const struct cmd_row *cmd)
{
	return cmd->mode == CMD_READ || cmd->mode == CMD_WRITE;
}

struct text help_noun(const struct cmd_row *cmd)
{
	const char *dot = strchr(cmd->wire, '.');
	return dot == NULL ? text_of(cmd->wire)
			   : (struct text){ cmd->wire, (size_t)(dot - cmd->wire) };
}

const char *help_verb(const struct cmd_row *cmd)
{
	const char *dot = strchr(cmd->wire, '.');
	return dot == NULL ? NULL : dot + 1;
}

bool help_is_noun(const char *noun)
{
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (help_shows(&cmds[i]) && help_verb(&cmds[i]) != NULL &&
			text_is(help_noun(&cmds[i]), noun))
			return true;
	for (unsigned i = 0; i < special_count; i++)
		if (specials[i].verb != NULL && strcmp(specials[i].noun, noun) == 0)
			return true;
	return false;
}

const char *help_spelled(struct session *s, struct text noun, const char *verb)
{
	struct text all = verb == NULL
				  ? arena_format(&s->arena, "%.*s", (int)noun.n, noun.p)
				  : arena_format(&s->arena, "%.*s %s", (int)noun.n, noun.p, verb);
	char *out = arena_alloc(&s->arena, all.n + 1, 1);
	for (size_t i = 0; i < all.n; i++)
		out[i] = (char)(all.p[i] == '_' ? '-' : all.p[i]);
	return out;
}

const struct special *help_special(struct text noun, const char *verb)
{
	for (unsigned i = 0; i < special_count; i++) {
		bool same_verb = verb == NULL || specials[i].verb == NULL
					 ? verb == specials[i].verb
					 : strcmp(verb, specials[i].verb) == 0;
		if (same_verb && text_is(noun, specials[i].noun))
			return &specials[i];
	}
	return NULL;
}

static void put_row(const char *label, const char *text)
{
	size_t width = text_width(text_of(label));
	int gap = width < LABEL_WIDTH ? (int)(LABEL_WIDTH - width) : 1;
	printf("  %s%*s %s\n", label, gap, "", text[0] == '\0' ? "" : _(text));
}

/* Commands. */

static void list_noun(struct session *s, struct text noun)
{
	for (size_t i = 0; i < CMD_COUNT; i++) {
		const struct cmd_row *cmd = &cmds[i];
		if (!help_shows(cmd) || !text_equal(help_noun(cmd), noun))
			continue;
		const struct special *special = help_special(noun, help_verb(cmd));
		put_row(help_spelled(s, noun, help_verb(cmd)),
			special != NULL ? special->help : cmd->help);
	}
	for (unsigned i = 0; i < special_count; i++) {
		const struct special *special = &specials[i];
		const char *wire =
			special->verb == NULL
				? special->noun
				: arena_format(&s->arena, "%s.%s", special->noun, special->verb).p;
		if (text_is(noun, special->noun) && cmd_of(text_of(wire)) == NULL)
			put_row(help_spelled(s, noun, special->verb), special->help);
	}
}

/* Is row i the first that shows this noun? */
static bool is_first(size_t row)
{
	for (size_t i = 0; i < row; i++)
		if (help_shows(&cmds[i]) && text_equal(help_noun(&cmds[i]), help_noun(&cmds[row])))
			return false;
	return true;
}

static bool in_cmds(const char *noun)
{
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (help_shows(&cmds[i]) && text_is(help_noun(&cmds[i]), noun))
			return true;
	return false;
}

int help_list(struct session *s, const char *noun)
{
	if (noun != NULL) {
		printf(_("hoiam %s VERB …\n\n"), noun);
		list_noun(s, text_of(noun));
		printf(_("\nhoiam help %s VERB tells the fields of a command.\n"), noun);
		return 0;
	}
	printf("%s\n\n",
		_("hoiam [--as NAME] [--socket PATH|--server HOST:PORT] [--json|--csv|--table] "
		  "NOUN VERB [WORDS] [--field VALUE …]"));
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (help_shows(&cmds[i]) && is_first(i))
			list_noun(s, help_noun(&cmds[i]));
	for (unsigned i = 0; i < special_count; i++)
		if (!in_cmds(specials[i].noun) &&
			help_special(text_of(specials[i].noun), specials[i].verb) == &specials[i])
			put_row(help_spelled(s, text_of(specials[i].noun), specials[i].verb),
				specials[i].help);
	printf("\n%s\n%s\n", _("hoiam help NOUN VERB tells the fields of a command."),
		_("hoiam - runs commands from standard input, one a line."));
	return 0;
}

/* One command. */

const char *help_value(const struct field *f)
{
	switch (f->kind) {
	case KIND_UINT:
		return "N";
	case KIND_DAY:
		return _("DAY");
	case KIND_CODE:
		return _("CODE");
	case KIND_TEXT:
		return _("TEXT");
	case KIND_BIN:
		return f->flags & OF_FILE ? _("FILE") : _("HEX");
	case KIND_UINTS:
		return "1,2,5-7";
	case KIND_CODES:
		return _("CODE,CODE");
	case KIND_TIME:
	case KIND_NUM:
	case KIND_LIST:
		break;
	}
	return "";
}

const char *help_dashed(struct session *s, const char *name)
{
	return help_spelled(s, text_of(name), NULL);
}

const char *help_upper(struct session *s, const char *name)
{
	char *out = arena_alloc(&s->arena, strlen(name) + 1, 1);
	for (size_t i = 0; name[i] != '\0'; i++)
		out[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' : name[i]);
	return out;
}

bool help_gives(const struct field *f)
{
	return f->kind != KIND_LIST && f->kind != KIND_TIME && strcmp(f->name, "unused") != 0 &&
	       (strcmp(f->name, "token") != 0 || (f->flags & POS)); /* the client makes it */
}

static const char *option(struct session *s, const struct field *f)
{
	return arena_format(&s->arena, f->flags & OF_FILE ? "--%s-file %s" : "--%s %s",
		help_dashed(s, f->name), help_value(f))
		.p;
}

static void put_words(struct session *s, const struct record *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].flags & POS)
			printf(" %s", help_upper(s, r->fields[i].name));
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (help_gives(f) && (f->flags & REQ) && !(f->flags & POS))
			printf(" %s", option(s, f));
	}
}

static void put_fields(struct session *s, const struct record *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (!help_gives(f))
			continue;
		const char *label = f->flags & POS ? help_upper(s, f->name) : option(s, f);
		put_row(label, f->help);
	}
}

static void put_roles(const struct cmd_row *cmd)
{
	if (cmd->right == RIGHT_NONE)
		return;
	printf("%s", _("\nFor: "));
	const char *comma = "";
	for (size_t i = 0; i < role_count; i++) {
		if ((roles[i].rights & (unsigned)cmd->right) == 0)
			continue;
		printf("%s%s", comma, _(roles[i].label));
		comma = ", ";
	}
	printf("\n");
}

static void put_record(struct session *s, const struct record *r, bool usage)
{
	const struct field *list = args_list(r);
	if (usage) {
		put_words(s, r);
		if (list != NULL)
			put_words(s, list->of());
		printf(" …\n\n");
		return;
	}
	put_fields(s, r);
	if (list != NULL) {
		put_fields(s, list->of());
		printf("%s", _("\nA field that is given again begins the next entry.\n"));
	}
}

/* The heads of the page that a command reads or writes, in the user's language and the other. */
static void put_heads(struct session *s, enum special_page of)
{
	enum page_kind page = of == MINUTES_PAGE ? PAGE_MINUTES : PAGE_CONCLUSION;
	bool vietnamese = i18n_vietnamese();
	printf("\n%s\n", _("The file is a page in plain text, with these heads:"));
	for (enum head_id id = 0; id < HEAD_NONE; id++) {
		const struct head_row *row = head_row(id);
		if (row->page == page)
			put_row(arena_format(&s->arena, "%s:", vietnamese ? row->vi : row->en).p,
				row->help);
	}
	printf("\n%s\n", vietnamese ? _("The English heads are understood too.")
				    : _("The Vietnamese heads are understood too."));
}

/* What a composed command takes by itself. */
static void put_options(enum special_options set)
{
	static const struct {
		enum special_options set;
		const char *words, *help;
	} options[] = {
#define OPTION(set, words, help) { set, words, help },
#include "clients/cli/option.def"
	};
	printf("\n");
	for (size_t i = 0; i < COUNT(options); i++)
		if (options[i].set == set)
			put_row(options[i].words, options[i].help);
}

/* Where a body without hoiam may have acted, a clerk enters it (see decide_behalf). */
static void put_behalf(const struct cmd_row *cmd)
{
	if (cmd->right == RIGHT_HANDLE && text_is(help_noun(cmd), "case"))
		put_row("--behalf UNIT",
			N_("the outside body that did it on paper, which a clerk enters; with "
			   "--document"));
}

bool help_from_file(const struct special *special)
{
	return special != NULL && special->usage[0] != '-' && special->usage[0] != '[';
}

int help_command(struct session *s, const struct special *special, const struct cmd_row *cmd)
{
	if (special != NULL && special->wire != NULL)
		cmd = cmd_of(text_of(special->wire));
	const char *name = special != NULL ? help_spelled(s, text_of(special->noun), special->verb)
					   : help_spelled(s, help_noun(cmd), help_verb(cmd));
	const char *text = special != NULL ? special->help : cmd->help;
	printf("hoiam %s", name);
	if (special != NULL)
		printf(" %s\n\n", special->usage);
	else
		put_record(s, cmd->record(), true);
	printf("%s\n", _(text));
	if (cmd != NULL)
		put_roles(cmd);
	if (special != NULL && special->options != NO_OPTIONS)
		put_options(special->options);
	if (special != NULL && special->page != NO_PAGE)
		put_heads(s, special->page);
	if (cmd == NULL || help_from_file(special))
		return 0;
	printf("\n");
	put_record(s, cmd->record(), false);
	put_behalf(cmd);
	return 0;
}

/* Spelling. */

const char *help_near(struct session *s, const char *noun, const char *verb)
{
	const char *given = help_spelled(s, text_of(noun), verb), *found = NULL;
	size_t least = NEAR_ENOUGH + 1;
	for (size_t i = 0; i < CMD_COUNT + special_count; i++) {
		if (i < CMD_COUNT && !help_shows(&cmds[i]))
			continue;
		const char *name =
			i < CMD_COUNT ? help_spelled(s, help_noun(&cmds[i]), help_verb(&cmds[i]))
				      : help_spelled(s, text_of(specials[i - CMD_COUNT].noun),
						specials[i - CMD_COUNT].verb);
		size_t far = spell_distance(given, name);
		if (far < least) {
			least = far;
			found = name;
		}
	}
	return found;
}
