/* cmd.c: the table of commands. */
#include "proto/cmd.h"

const struct cmd_row cmds[CMD_COUNT] = {
#define CMD(id, wire, mode, right, record, function, help)                                         \
	[CMD_##id] = { CMD_##id, wire, CMD_##mode, RIGHT_##right, record_##record, help },
#include "proto/cmd.def"
#undef CMD
};

const struct cmd_row *cmd_of(struct text wire)
{
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (text_is(wire, cmds[i].wire))
			return &cmds[i];
	return NULL;
}
