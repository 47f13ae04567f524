/* rid.h: request numbers, UUIDs of version 7 (RFC 9562 section 5.7), which sort by time. */
#ifndef HOIAM_PROTO_RID_H
#define HOIAM_PROTO_RID_H

#include "proto/base.h"

#define RID_BYTES 16u

/*
 * Makes a new number from a point of time (µs since 1970, not negative: asserted) and 74 random
 * bits of libsodium. Those of one millisecond are in no order among themselves.
 */
void rid_make(uint8_t out[static RID_BYTES], int64_t now_us);

/* Is this 16 bytes with version 7 and variant 10? */
bool rid_valid(struct bytes rid);

/* The time in a valid number, ms since 1970. */
int64_t rid_ms(const uint8_t rid[static RID_BYTES]);

#endif
