/* invitation.c: invitations: secret, line, file. */
#include "clients/cli/invitation.h"

#include "clients/file.h"

#include <sodium.h>
#include <stdlib.h>

void invitation_begin(struct session *s, struct invitation *to)
{
	const struct greeting *g = link_greeting(s->link);
	memcpy(to->reg, g->reg, sizeof(to->reg));
	memcpy(to->house, g->house, sizeof(to->house));
	randombytes_buf(to->secret, sizeof(to->secret));
}

static bool take_hex(const struct cell *cell, uint8_t to[static 32])
{
	struct text t = cell_as_text(cell);
	size_t n = 0;
	return sodium_hex2bin(to, 32, t.p, t.n, NULL, &n, NULL) == 0 && n == 32;
}

void invitation_take_line(const struct reply *reply, struct invitation *to)
{
	const struct table *t = reply_table(reply, "officer_line");
	to->has_line = take_hex(table_cell(t, 0, "channel"), to->channel) &&
		       take_hex(table_cell(t, 0, "psk"), to->psk);
}

enum err invitation_write(struct session *s, const char *out, const struct invitation *invitation)
{
	/* Room for all of it from the start, so that no copy of the secret is left behind. */
	struct writer w = { .p = sodium_malloc(INVITATION_BYTES_MAX),
		.room = INVITATION_BYTES_MAX,
		.limit = INVITATION_BYTES_MAX };
	if (w.p == NULL)
		abort();
	invite_format(&w, invitation);
	enum err err = file_create(out, writer_bytes(&w), &s->fault);
	sodium_free(w.p);
	return err;
}
