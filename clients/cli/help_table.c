/* help_table.c: all commands at once, for the manual page and for completion. */
#include "clients/cli/help_part.h"

#include "clients/cli/args.h"
#include "clients/cli/special.h"
#include "clients/page.h"

#include <stdio.h>

/* A command as one types it. */
struct entry {
	struct text noun;
	const char *verb;
	const struct special *special; /* or NULL */
	const struct cmd_row *cmd;     /* whose fields it takes; NULL: none */
};

struct entries {
	struct entry *v;
	size_t n;
};

static struct entries collect(struct session *s)
{
	struct entries all = { arena_alloc(&s->arena, CMD_COUNT + special_count, sizeof(*all.v)),
		0 };
	for (size_t i = 0; i < CMD_COUNT; i++) {
		const struct cmd_row *cmd = &cmds[i];
		if (!help_shows(cmd))
			continue;
		struct text noun = help_noun(cmd);
		all.v[all.n++] = (struct entry){ noun, help_verb(cmd),
			help_special(noun, help_verb(cmd)), cmd };
	}
	size_t of_tables = all.n;
	for (unsigned i = 0; i < special_count; i++) {
		struct entry e = { text_of(specials[i].noun), specials[i].verb, &specials[i],
			NULL };
		bool known = false;
		for (size_t k = 0; k < of_tables; k++)
			known = known || all.v[k].special == &specials[i];
		if (specials[i].wire != NULL)
			e.cmd = cmd_of(text_of(specials[i].wire));
		if (!known)
			all.v[all.n++] = e;
	}
	return all;
}

/* Is entry i the first of its noun? */
static bool is_first(const struct entries *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (text_equal(all->v[k].noun, all->v[i].noun))
			return false;
	return true;
}

/* Calls `put` for every command, noun after noun. */
static void for_each(struct session *s, const struct entries *all,
	void (*begin)(const struct entry *e), void (*put)(struct session *s, const struct entry *e),
	void (*end)(void))
{
	for (size_t i = 0; i < all->n; i++) {
		if (!is_first(all, i))
			continue;
		begin(&all->v[i]);
		for (size_t k = i; k < all->n; k++)
			if (text_equal(all->v[k].noun, all->v[i].noun))
				put(s, &all->v[k]);
		end();
	}
}

/* The manual: sections of mdoc(7). */

void help_put_text(const char *text)
{
	if (text[0] == '.' || text[0] == '\'')
		printf("\\&");
	for (; *text != '\0'; text++)
		printf(*text == '\\' ? "\\e" : "%c", *text);
}

static void mdoc_begin(const struct entry *e)
{
	printf(".Ss %.*s\n.Bl -tag -width Ds\n", (int)e->noun.n, e->noun.p);
}

static void mdoc_end(void)
{
	printf(".El\n");
}

static void mdoc_words(struct session *s, const struct record *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].flags & POS)
			printf(" Ar %s", help_upper(s, r->fields[i].name));
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (help_gives(f) && (f->flags & REQ) && !(f->flags & POS))
			printf(" Fl \\-%s Ar %s", help_dashed(s, f->name), help_value(f));
	}
}

static void mdoc_usage(struct session *s, const struct entry *e)
{
	printf(".It Cm %s", help_spelled(s, e->noun, e->verb));
	if (e->special != NULL) {
		if (e->special->usage[0] != '\0')
			printf(" Ar \"%s\"", e->special->usage);
	} else {
		const struct record *r = e->cmd->record();
		const struct field *list = args_list(r);
		mdoc_words(s, r);
		if (list != NULL)
			mdoc_words(s, list->of());
	}
	printf("\n");
}

static void mdoc_roles(const struct cmd_row *cmd)
{
	const char *before = "For the ";
	for (size_t i = 0; i < role_count; i++) {
		if ((roles[i].rights & (unsigned)cmd->right) == 0)
			continue;
		printf("%s%s", before, roles[i].label);
		before = ", ";
	}
	printf(".\n");
}

static void mdoc_fields(struct session *s, const struct record *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if (!help_gives(f))
			continue;
		if (f->flags & POS)
			printf(".It Ar %s\n", help_upper(s, f->name));
		else
			printf(".It Fl \\-%s Ar %s\n", help_dashed(s, f->name), help_value(f));
		help_put_text(f->help);
		printf("%s\n", f->flags & REQ ? " (required)" : "");
	}
}

static bool has_fields(const struct record *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (help_gives(&r->fields[i]))
			return true;
	return args_list(r) != NULL;
}

static void mdoc_command(struct session *s, const struct entry *e)
{
	const char *help = e->special != NULL ? e->special->help : e->cmd->help;
	mdoc_usage(s, e);
	printf("%c", help[0] >= 'a' && help[0] <= 'z' ? help[0] - 'a' + 'A' : help[0]);
	help_put_text(help + 1);
	printf(".\n");
	if (e->cmd != NULL && e->cmd->right != RIGHT_NONE)
		mdoc_roles(e->cmd);
	if (e->cmd == NULL || help_from_file(e->special) || !has_fields(e->cmd->record()))
		return;
	const struct field *list = args_list(e->cmd->record());
	printf(".Bl -tag -width Ds -compact\n");
	mdoc_fields(s, e->cmd->record());
	if (list != NULL)
		mdoc_fields(s, list->of());
	printf(".El\n");
}

/* The heads of pages. */

static void mdoc_heads(enum page_kind page)
{
	static const char *const forms[] = {
		[FORM_LINE] = "", [FORM_BLOCK] = "Lines of text follow.\n", [FORM_START] = ""
	};
	printf(".Bl -tag -width Ds -compact\n");
	for (enum head_id id = 0; id < HEAD_NONE; id++) {
		const struct head_row *row = head_row(id);
		if (row->page != page)
			continue;
		printf(".It Li \"%s\" , Li \"%s\"\n", row->vi, row->en);
		help_put_text(row->help);
		printf(".\n%s", forms[row->form]);
	}
	printf(".El\n");
}

/* Completion: "noun verb --flag …" a line. */

static void words_nothing(void)
{
}

static void words_begin(const struct entry *e)
{
	(void)e;
}

static void words_fields(struct session *s, const struct record *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (help_gives(&r->fields[i]) && !(r->fields[i].flags & POS))
			printf(" --%s", help_dashed(s, r->fields[i].name));
}

/* Flags that a usage names and no record has. */
static void words_usage(const char *usage)
{
	for (const char *p = strstr(usage, "--"); p != NULL; p = strstr(p + 2, "--")) {
		size_t n = strcspn(p, " ]|");
		printf(" %.*s", (int)n, p);
	}
}

static void words_command(struct session *s, const struct entry *e)
{
	printf("%s", help_spelled(s, e->noun, e->verb));
	if (e->special != NULL)
		words_usage(e->special->usage);
	if (e->cmd != NULL && !help_from_file(e->special)) {
		const struct field *list = args_list(e->cmd->record());
		words_fields(s, e->cmd->record());
		if (list != NULL)
			words_fields(s, list->of());
	}
	printf("\n");
}

bool help_tables(struct session *s, const char *form)
{
	struct entries all = collect(s);
	if (strcmp(form, "--mdoc") == 0)
		for_each(s, &all, mdoc_begin, mdoc_command, mdoc_end);
	else if (strcmp(form, "--words") == 0)
		for_each(s, &all, words_begin, words_command, words_nothing);
	else if (strcmp(form, "--minutes") == 0)
		mdoc_heads(PAGE_MINUTES);
	else if (strcmp(form, "--conclusion") == 0)
		mdoc_heads(PAGE_CONCLUSION);
	else
		return help_protocol(form);
	return true;
}
