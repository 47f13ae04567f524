/*
 * invite.h: an invitation to enrol a key, as text:
 *   hoiam invitation 1
 *   register: 32 hexadecimal digits
 *   house: 64 hexadecimal digits
 *   secret: 64 hexadecimal digits
 *   until: YYYY-MM-DD
 */
#ifndef HOIAM_PROTO_INVITE_H
#define HOIAM_PROTO_INVITE_H

#include "proto/pack.h"

#define INVITATION_BYTES_MAX 4096u

struct invitation {
	uint8_t reg[16];
	uint8_t house[32]; /* Ed25519 public key of the house */
	uint8_t secret[32];
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
