/* arena.h: memory that is freed all at once, for what one request decodes and builds. */
#ifndef HOIAM_PROTO_ARENA_H
#define HOIAM_PROTO_ARENA_H

#include "proto/base.h"

struct arena_block;

/* Zero-initialised is empty and ready. */
struct arena {
	struct arena_block *last;
};

/* Zeroed memory for count × size, aligned for any type, valid until arena_reset or arena_fini. */
[[nodiscard]] void *arena_alloc(struct arena *a, size_t count, size_t size);

/* A copy of the text or bytes, valid as long as the arena. */
struct text arena_text(struct arena *a, struct text t);
struct bytes arena_bytes(struct arena *a, struct bytes b);

/* printf into the arena; terminated as well as counted. */
struct text arena_format(struct arena *a, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Forget everything but keep one block for the next use. */
void arena_reset(struct arena *a);
void arena_fini(struct arena *a);

static inline void arena_fini_auto(struct arena *a)
{
	arena_fini(a);
}

#endif
