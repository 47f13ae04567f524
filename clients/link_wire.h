/* link_wire.h: what answers look like: the envelope, the greeting, errors. No I/O. */
#ifndef HOIAM_CLIENTS_LINK_WIRE_H
#define HOIAM_CLIENTS_LINK_WIRE_H

#include "clients/link.h"

/*
 * Takes an answer apart: *result borrows its bytes, or the server's error with its fields.
 * E_FRAME when it is no answer to `id`.
 */
enum err answer_open(struct bytes answer, uint32_t id, struct bytes *result, struct fault *f);

/* The reply to hello. E_PROTOCOL for another major version, E_FRAME for anything that is missing.
 */
enum err greeting_read(struct bytes result, struct greeting *to, struct fault *f);

#endif
