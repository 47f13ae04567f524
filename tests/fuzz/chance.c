/* chance.c: randomness that is the same in each run. */
#include "tests/fuzz/chance.h"

#include <sodium.h>
#include <stdlib.h>

static _Atomic uint64_t chance;

static const char *chance_name(void)
{
	return "made";
}

static uint32_t chance_32(void)
{
	uint64_t z = chance++ * 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	return (uint32_t)(z >> 32);
}

static void chance_bytes(void *to, size_t n)
{
	uint8_t *out = to;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)chance_32();
}

static struct randombytes_implementation made_chance = {
	.implementation_name = chance_name,
	.random = chance_32,
	.buf = chance_bytes,
};

void chance_start(void)
{
	if (randombytes_set_implementation(&made_chance) != 0 || sodium_init() < 0)
		abort();
}

void chance_set(uint64_t start)
{
	chance = start;
}
