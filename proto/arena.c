/* arena.c: a chain of blocks, each twice the size of the one before. */
#include "proto/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_FIRST = 4096, BLOCK_LARGEST = 1 << 20 };

struct arena_block {
	struct arena_block *before;
	size_t used, room;
	alignas(max_align_t) uint8_t memory[];
};

static void grow(struct arena *a, size_t need)
{
	size_t room = a->last == NULL ? BLOCK_FIRST : a->last->room * 2;
	if (room > BLOCK_LARGEST)
		room = BLOCK_LARGEST;
	if (room < need)
		room = need;
	struct arena_block *block = xmalloc(sizeof(*block) + room);
	*block = (struct arena_block){ .before = a->last, .room = room };
	a->last = block;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2)
		abort();
	bytes = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (a->last == NULL || a->last->room - a->last->used < bytes)
		grow(a, bytes);
	void *at = a->last->memory + a->last->used;
	a->last->used += bytes;
	memset(at, 0, bytes);
	return at;
}

struct text arena_text(struct arena *a, struct text t)
{
	char *copy = arena_alloc(a, t.n + 1, 1);
	if (t.n > 0)
		memcpy(copy, t.p, t.n);
	return (struct text){ copy, t.n };
}

struct bytes arena_bytes(struct arena *a, struct bytes b)
{
	uint8_t *copy = arena_alloc(a, b.n + 1, 1);
	if (b.n > 0)
		memcpy(copy, b.p, b.n);
	return (struct bytes){ copy, b.n };
}

struct text arena_format(struct arena *a, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		n = 0;
	char *out = arena_alloc(a, (size_t)n + 1, 1);
	vsnprintf(out, (size_t)n + 1, format, again);
	va_end(again);
	return (struct text){ out, (size_t)n };
}

void arena_reset(struct arena *a)
{
	struct arena_block *keep = a->last;
	if (keep == NULL)
		return;
	while (keep->before != NULL) {
		struct arena_block *before = keep->before;
		keep->before = before->before;
		free(before);
	}
	keep->used = 0;
}

void arena_fini(struct arena *a)
{
	while (a->last != NULL) {
		struct arena_block *before = a->last->before;
		free(a->last);
		a->last = before;
	}
}
