/* conf.h: the settings of the daemon, from conf.def: one YAML file, hoiamd.conf(5). */
#ifndef HOIAM_DAEMON_CONF_H
#define HOIAM_DAEMON_CONF_H

#include "proto/record.h"

#include <stdio.h>

/* clang-format off */
struct conf {
#define SETTING(id, name, kind, max, standard, min, help) STRUCT_##kind name;
#include "daemon/conf.def"
#undef SETTING
};
/* clang-format on */

/* The settings that stand when no file says otherwise. */
void conf_defaults(struct conf *conf);

/*
 * Read a file over the defaults; texts live in `a`. E_FILE, E_LINE, and errors of single fields
 * with the setting named. A file that is not there is E_NOT_FOUND.
 */
enum err conf_read(struct conf *conf, const char *path, struct arena *a, struct fault *f);

/* All settings as a file that gives them again, with what each means. */
void conf_show(const struct conf *conf, FILE *out);

/* socket_mode as a number. */
unsigned conf_socket_mode(const struct conf *conf);

#endif
