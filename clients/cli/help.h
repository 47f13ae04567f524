/* help.h: usage texts from the tables. */
#ifndef HOIAM_CLIENTS_CLI_HELP_H
#define HOIAM_CLIENTS_CLI_HELP_H

#include "clients/cli/session.h"

struct special;

/* Is the command for users (not hello, login, or the daemon's own)? */
bool help_shows(const struct cmd_row *cmd);

/* Is this a noun that has verbs? */
bool help_is_noun(const char *noun);

/* All commands, or those of a noun; NULL: all. Returns the exit code. */
int help_list(struct session *s, const char *noun);

/* One command: usage, right, roles, fields. Either may be NULL, not both. */
int help_command(struct session *s, const struct special *special, const struct cmd_row *cmd);

/*
 * What is made of the tables when hoiam is built: --mdoc, a section of the manual for each noun;
 * --minutes and --conclusion, its lists of heads; --words, a line for each command with its flags;
 * --commands, --requests, --events, --tables, --errors, --rights, --states, --steps, --limits, the
 * lists of the protocol's page. false for any other form.
 */
bool help_tables(struct session *s, const char *form);

/* "noun verb" of the command that is spelled most nearly so, NULL when none is near. */
const char *help_near(struct session *s, const char *noun, const char *verb);

#endif
