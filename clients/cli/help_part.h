/* help_part.h: what help.c and help_table.c share. Texts live in the session's arena. */
#ifndef HOIAM_CLIENTS_CLI_HELP_PART_H
#define HOIAM_CLIENTS_CLI_HELP_PART_H

#include "clients/cli/help.h"

/* "case" and "not_accept" of case.not_accept; the verb is NULL where there is none. */
struct text help_noun(const struct cmd_row *cmd);
const char *help_verb(const struct cmd_row *cmd);

/* "case not-accept": an underscore is typed as a dash. */
const char *help_spelled(struct session *s, struct text noun, const char *verb);
const char *help_dashed(struct session *s, const char *name);

/* The row of special.c for exactly these words, NULL if there is none. */
const struct special *help_special(struct text noun, const char *verb);

/* Of these commands a file holds the fields, or there are none. */
bool help_from_file(const struct special *special);

/* Is the field given at the command line? What stands for its value, and for a field without name.
 */
bool help_gives(const struct field *f);
const char *help_value(const struct field *f);
const char *help_upper(struct session *s, const char *name);

/* Text of a manual that no macro and no escape may hide in. */
void help_put_text(const char *text);

/* The lists of hoiam-protocol(7), see help.h; false for any other form. */
bool help_protocol(const char *form);

#endif
