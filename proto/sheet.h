/*
 * sheet.h: the recovery sheet of a register, as text to be printed and kept in a safe:
 *   hoiam recovery sheet 1
 *   register: 32 hexadecimal digits
 *   house: 64 hexadecimal digits
 *   secret: 64 hexadecimal digits
 *   an empty line, and words for who finds it
 */
#ifndef HOIAM_PROTO_SHEET_H
#define HOIAM_PROTO_SHEET_H

#include "proto/pack.h"

#define SHEET_BYTES_MAX 2048u

struct sheet {
	uint8_t reg[16];
	uint8_t house[32]; /* Ed25519 public key of the house */
	uint8_t secret[32];
};

/* The hash under which the secret stands in the register: SHA-256("hoiam/r1" ‖ secret). */
void sheet_token(const uint8_t secret[static 32], uint8_t out[static 32]);

/* Adds the text to `w`. The caller wipes what holds it. */
void sheet_format(struct writer *w, const struct sheet *sheet);

/* Reads the text, as it was printed or typed off: lines may end in CR LF, digits may be capital,
 * and what follows the empty line is not looked at. E_LINE with field "sheet" and the line. */
enum err sheet_parse(struct text t, struct sheet *to, struct fault *f);

#endif
