/*
 * invite.h: an invitation to enrol a key, as text:
 *   hoiam invitation 1
 *   register: 32 hexadecimal digits
 *   house: 64 hexadecimal digits
 *   secret: 64 hexadecimal digits
 *   channel: 64 hexadecimal digits
 *   psk: 64 hexadecimal digits
 *   server: HOST:PORT
 *   until: YYYY-MM-DD
 * channel and psk stand there together or not at all; without them the key that enrols speaks to
 * the daemon's own machine only.
 */
#ifndef HOIAM_PROTO_INVITE_H
#define HOIAM_PROTO_INVITE_H

#include "proto/pack.h"

#define INVITATION_BYTES_MAX 4096u
#define SERVER_BYTES_MAX     255u /* HOST:PORT */

struct invitation {
	uint8_t reg[16];
	uint8_t house[32]; /* Ed25519 public key of the house */
	uint8_t secret[32];
	bool has_line;
	uint8_t channel[32]; /* X25519 public key of the daemon's end of encrypted lines */
	uint8_t psk[32];     /* that device and daemon share */
	char server[SERVER_BYTES_MAX + 1]; /* where it listens; empty: not told */
	uint32_t until_day; /* the last day it is good, see day.h; 0 is not written */
};

/* Adds the text to `w`. The caller wipes what holds it. */
void invite_format(struct writer *w, const struct invitation *invitation);

/*
 * Reads the text; lines may end in CR LF. E_LINE with field "invitation" and the line: another
 * first line, an unknown, double or missing line, a value of another form.
 */
enum err invite_parse(struct text t, struct invitation *to, struct fault *f);

#endif
