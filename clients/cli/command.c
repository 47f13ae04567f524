/* command.c: finding the command that the words name, and running it. */
#include "clients/cli/command.h"

#include "clients/cli/args.h"
#include "clients/cli/help.h"
#include "clients/cli/print.h"
#include "clients/cli/special.h"
#include "clients/i18n.h"

#include <stdlib.h>

/* Options. */

static const char **place_of(struct options *o, struct text name)
{
	return text_is(name, "as")       ? &o->as
	       : text_is(name, "socket") ? &o->socket
	       : text_is(name, "server") ? &o->server
	       : text_is(name, "rid")    ? &o->rid
	       : text_is(name, "behalf") ? &o->behalf
					 : NULL;
}

static bool take_flag(const char *arg, struct options *to)
{
	if (strcmp(arg, "--json") == 0)
		to->format = FORMAT_JSON;
	else if (strcmp(arg, "--csv") == 0)
		to->format = FORMAT_CSV;
	else if (strcmp(arg, "--table") == 0)
		to->format = FORMAT_TERMINAL;
	else if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)
		to->help = true;
	else
		return false;
	return true;
}

enum err options_take(int *argc, char **argv, struct options *to, struct fault *f)
{
	int kept = 0, i = 0;
	for (; i < *argc && strcmp(argv[i], "--") != 0; i++) {
		bool option = strncmp(argv[i], "--", 2) == 0;
		const char *equals = option ? strchr(argv[i], '=') : NULL;
		struct text name = { option ? argv[i] + 2 : "",
			!option          ? 0
			: equals == NULL ? strlen(argv[i]) - 2
					 : (size_t)(equals - argv[i]) - 2 };
		const char **place = place_of(to, name);
		if (take_flag(argv[i], to))
			continue;
		if (place == NULL) {
			argv[kept++] = argv[i];
			/* The value of another option is not looked at. */
			if (option && equals == NULL && i + 1 < *argc &&
				strncmp(argv[i + 1], "--", 2) != 0)
				argv[kept++] = argv[++i];
			continue;
		}
		if (equals == NULL && i + 1 >= *argc)
			return fail(f, E_USAGE, NULL, _("an option lacks its value"));
		*place = equals != NULL ? equals + 1 : argv[++i];
	}
	while (i < *argc)
		argv[kept++] = argv[i++];
	*argc = kept;
	return OK;
}

/* Commands of cmd.def. */

static enum err ask(struct session *s, const struct cmd_row *cmd, const void *record)
{
	AUTO(reply_fini) struct reply page = { 0 };
	struct printer p = { 0 };
	for (;;) {
		enum err err = session_page(s, cmd, record, &page);
		if (err != OK)
			return err;
		if (p.out == NULL)
			p = printer_of(s);
		print_page(&p, &page);
		if (session_limited(cmd->record(), record))
			break;
		record = session_after(s, cmd->record(), record, &page);
		if (record == NULL)
			break;
		reply_reset(&page);
	}
	print_end(&p);
	return OK;
}

/* opinions[1].topic is plainly topic where one opinion was given. */
static void name_plainly(struct session *s, const struct record *r, const void *record)
{
	char first[80];
	struct list entries;
	const struct field *list = args_list(r);
	char *field = s->fault.field;
	if (list == NULL)
		return;
	memcpy(&entries, (const char *)record + list->offset, sizeof(entries));
	size_t n = (size_t)snprintf(first, sizeof(first), "%s[1].", list->name);
	if (entries.n == 1 && strncmp(field, first, n) == 0)
		memmove(field, field + n, strlen(field + n) + 1);
}

static enum err act(struct session *s, const struct cmd_row *cmd, const void *record)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	enum err err = session_act(s, cmd, record, &outcome);
	if (err == OK)
		session_show(s, &outcome);
	return err;
}

int command_generic(struct session *s, const struct cmd_row *cmd, int argc, char **argv)
{
	const struct record *r = cmd->record();
	void *record = arena_alloc(&s->arena, 1, r->size);
	enum err err = session_parse(s, r, argc, argv, record);
	if (err == OK)
		err = cmd->mode == CMD_WRITE ? act(s, cmd, record) : ask(s, cmd, record);
	if (err != OK)
		name_plainly(s, r, record);
	return session_end(s, err);
}

/* "case.not_accept" for the words case not-accept; NULL when there is no such command. */
static const struct cmd_row *find_cmd(struct session *s, const char *noun, const char *verb)
{
	struct text wire = verb == NULL ? arena_format(&s->arena, "%s", noun)
					: arena_format(&s->arena, "%s.%s", noun, verb);
	char *plain = arena_alloc(&s->arena, wire.n + 1, 1);
	for (size_t i = 0; i < wire.n; i++)
		plain[i] = (char)(wire.p[i] == '-' ? '_' : wire.p[i]);
	const struct cmd_row *cmd = cmd_of(text_of(plain));
	return cmd != NULL && help_shows(cmd) ? cmd : NULL;
}

static int unknown(struct session *s, const char *noun, const char *verb)
{
	const char *near = help_near(s, noun, verb);
	const char *said = verb == NULL ? noun : arena_format(&s->arena, "%s %s", noun, verb).p;
	if (near != NULL)
		said = arena_format(&s->arena, _("%s; near to it: hoiam %s"), said, near).p;
	else if (help_is_noun(noun))
		said = arena_format(&s->arena, "%s; %s", said,
			arena_format(&s->arena, _("what about it? hoiam help %s lists all"), noun)
				.p)
			       .p;
	return session_end(s, fail(&s->fault, E_VERB, NULL, said));
}

int command_run(struct session *s, int argc, char **argv)
{
	if (argc > 0 && strcmp(argv[0], "help") == 0) {
		s->options.help = true;
		argc--;
		argv++;
		if (argc == 1 && help_tables(s, argv[0]))
			return 0;
	}
	const char *noun = argc > 0 ? argv[0] : NULL;
	const char *verb = argc > 1 ? argv[1] : NULL;
	if (noun == NULL || (verb == NULL && help_is_noun(noun))) {
		if (s->options.help)
			return help_list(s, noun);
		return session_end(s,
			session_usage(s,
				noun == NULL
					? _("usage: hoiam NOUN VERB …; hoiam help lists all")
					: arena_format(&s->arena,
						  _("what about it? hoiam help %s lists all"), noun)
						  .p));
	}
	const struct special *special = special_of(noun, verb);
	const struct cmd_row *cmd = find_cmd(s, noun, NULL);
	int words = cmd != NULL || (special != NULL && special->verb == NULL) ? 1 : 2;
	if (cmd == NULL && verb != NULL)
		cmd = find_cmd(s, noun, verb);
	if (special == NULL && cmd == NULL)
		return unknown(s, noun, verb);
	if (s->options.help)
		return help_command(s, special, cmd);
	s->noun = noun;
	s->verb = words == 2 ? verb : NULL;
	s->cmd = cmd == NULL && special->wire != NULL ? cmd_of(text_of(special->wire)) : cmd;
	if (special != NULL)
		return special->run(s, argc - words, argv + words);
	return command_generic(s, cmd, argc - words, argv + words);
}
