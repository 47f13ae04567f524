/* cmd.h: the table of commands, from cmd.def. */
#ifndef HOIAM_PROTO_CMD_H
#define HOIAM_PROTO_CMD_H

#include "proto/record.h"
#include "proto/role.h"

#define PROTOCOL_MAJOR 1u
#define PROTOCOL_MINOR 0u

enum cmd {
#define CMD(id, wire, mode, right, record, function, help) CMD_##id,
#include "proto/cmd.def"
#undef CMD
	CMD_COUNT
};

enum cmd_mode { CMD_OPEN, CMD_READ, CMD_WRITE, CMD_AUTO };

struct cmd_row {
	enum cmd cmd;
	const char *wire; /* "meeting.record" */
	enum cmd_mode mode;
	enum right right;
	const struct record *(*record)(void);
	const char *help;
};

extern const struct cmd_row cmds[CMD_COUNT];

/* The command of this wire name, NULL if there is none. */
const struct cmd_row *cmd_of(struct text wire);

#endif
