/* conf.h: the settings of the daemon, from conf.def: one YAML file, hoiamd.conf(5). */
#ifndef HOIAM_DAEMON_CONF_H
#define HOIAM_DAEMON_CONF_H

#include "proto/record.h"

#include <stdio.h>

enum conf_origin { CONF_DEFAULT, CONF_FILE, CONF_ENVIRONMENT, CONF_COMMAND_LINE };

/* clang-format off */
enum setting {
#define SETTING(id, name, kind, max, standard, min, help) SETTING_##name,
#include "daemon/conf.def"
#undef SETTING
	SETTING_COUNT
};

struct conf {
#define SETTING(id, name, kind, max, standard, min, help) STRUCT_##kind name;
#include "daemon/conf.def"
#undef SETTING
	enum conf_origin origin[SETTING_COUNT];
};
/* clang-format on */

/* The settings that stand when no file says otherwise. */
void conf_defaults(struct conf *conf);

/*
 * Read a file over the defaults; texts live in `a`. A setting without a value keeps its default.
 *   E_LINE       what is wrong, with file, line and setting
 *   E_NOT_FOUND  there is no such file
 *   E_FILE, E_TOO_LARGE
 */
enum err conf_read(struct conf *conf, const char *path, struct arena *a, struct fault *f);

/* The same of a text; `file` is its name in the faults. */
enum err conf_parse(
	struct conf *conf, struct text yaml, const char *file, struct arena *a, struct fault *f);

/* All settings as a file that gives them again: what each means, its limits, where it comes from.
 */
void conf_show(const struct conf *conf, FILE *out);

/* socket_mode as a number. */
unsigned conf_socket_mode(const struct conf *conf);

#endif
