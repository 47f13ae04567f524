/*
 * body.h: bodies on their way: a file that comes with a change, or that is read, in parts of at
 * most LIMIT_CHUNK_BYTES. Coming in, the bytes lie in a nameless file in the store's folder,
 * whatever their number, until all are there and are what was announced; a line that breaks leaves
 * nothing.
 */
#ifndef HOIAM_DAEMON_BODY_H
#define HOIAM_DAEMON_BODY_H

#include "proto/base.h"
#include "proto/err.h"

struct body_in;

/*
 * A body of `size` bytes (1 to LIMIT_BODY_BYTES) with this SHA-256 (64 hexadecimal digits) is to
 * come; `folder` holds it. E_TYPE for a hash that is none, E_STORAGE, E_FULL.
 */
enum err body_begin(struct body_in **to, const char *folder, uint64_t size, struct text sha256,
	struct fault *f);

/*
 * The part with this number, counted from 0. *whole: it was the last and all is as announced.
 * E_BODY for a part out of order, empty, too large or too much, or another hash at the end;
 * E_STORAGE, E_FULL.
 */
enum err body_take(
	struct body_in *b, uint64_t number, struct bytes part, bool *whole, struct fault *f);

/* Parts that came so far. */
uint64_t body_parts(const struct body_in *b);

/* All bytes of a whole body, mapped until body_free. E_STORAGE. */
enum err body_bytes(struct body_in *b, struct bytes *to, struct fault *f);

void body_free(struct body_in *b);

#endif
