/* low_order.h: the points of X25519 that give zero with every secret, and a first message that
 * would fit one if that zero were taken. */
#ifndef HOIAM_TESTS_LIB_LOW_ORDER_H
#define HOIAM_TESTS_LIB_LOW_ORDER_H

#include "proto/noise.h"

#define LOW_POINTS 14u

/* One of LOW_POINTS: those of order 1, 2, 4 and 8, and 0, 1 and -1 as they are written above the
 * prime; each also with its highest bit set, which nobody looks at. */
void low_point(size_t i, uint8_t to[static NOISE_KEY_BYTES]);

/*
 * The tag behind the first 32 bytes of message 1 of XKpsk3, as it were if the shared secret was
 * zero: so that it is the point that is refused, not the tag.
 */
void low_seal(const uint8_t server[static NOISE_KEY_BYTES], uint8_t message[static 48]);

#endif
