/* base.c: allocation that ends the process when memory is gone; LMDB makes that safe. */
#include "proto/base.h"

#include <stdio.h>
#include <stdlib.h>

static void *check(void *block)
{
	if (block == NULL) {
		fputs("hoiam: out of memory\n", stderr);
		abort();
	}
	return block;
}

void *xmalloc(size_t size)
{
	return check(malloc(size == 0 ? 1 : size));
}

void *xcalloc(size_t count, size_t size)
{
	return check(calloc(count == 0 ? 1 : count, size == 0 ? 1 : size));
}

void *xrealloc(void *old_own, size_t size)
{
	return check(realloc(old_own, size == 0 ? 1 : size));
}

char *xstrndup(const char *from, size_t n)
{
	char *copy = xmalloc(n + 1);
	if (n > 0)
		memcpy(copy, from, n);
	copy[n] = '\0';
	return copy;
}
