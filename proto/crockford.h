/*
 * crockford.h: sixty bits as twelve signs that people read aloud and type: Crockford's base 32
 * (www.crockford.com/base32.html), without the check symbol.
 */
#ifndef HOIAM_PROTO_CROCKFORD_H
#define HOIAM_PROTO_CROCKFORD_H

#include "proto/arena.h"

enum { CROCKFORD_SIGNS = 12, CROCKFORD_SHOWN = CROCKFORD_SIGNS + 2 };

/* The first sixty bits of eight bytes. */
void crockford_encode(const uint8_t bytes[static 8], char out[static CROCKFORD_SIGNS + 1]);

/*
 * What a person typed, as twelve signs: small letters are capitals, O is 0, I and L are 1, spaces
 * and dashes are nothing. false for anything else.
 */
bool crockford_read(struct text typed, char out[static CROCKFORD_SIGNS + 1]);

/* XXXX-XXXX-XXXX */
void crockford_show(const char signs[static CROCKFORD_SIGNS], char out[static CROCKFORD_SHOWN + 1]);

/* The same of a text, in `a`; none for what is not twelve signs. */
struct text crockford_text(struct text code, struct arena *a);

#endif
