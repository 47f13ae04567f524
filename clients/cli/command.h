/* command.h: from words to a command, and `hoiam -`. */
#ifndef HOIAM_CLIENTS_CLI_COMMAND_H
#define HOIAM_CLIENTS_CLI_COMMAND_H

#include "clients/cli/session.h"

#include <stdio.h>

/* noun, verb and what follows them, options taken out. Returns the exit code. */
int command_run(struct session *s, int argc, char **argv);

/* A command of cmd.def with the words for its record: asks or acts, and prints. */
int command_generic(struct session *s, const struct cmd_row *cmd, int argc, char **argv);

/*
 * Takes the program's own options out of argv, wherever they stand before "--": --as, --socket,
 * --rid, --json, --csv, --table, --help. E_USAGE when one lacks its value.
 */
enum err options_take(int *argc, char **argv, struct options *to, struct fault *f);

/*
 * Commands from `in`, one a line: words as in a shell ('…', "…", \), # comments. Stops at the first
 * that fails, with its exit code; typed at a terminal they go on, until the end or "exit", and the
 * exit code is that of the last.
 */
int batch_run(struct session *s, FILE *in);

#endif
