/* map.c: open addressing, at most half full. */
#include "daemon/verify/map.h"

#include <assert.h>
#include <stdlib.h>

/* FNV-1a. */
static size_t hash(const uint8_t key[static MAP_KEY_BYTES])
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < MAP_KEY_BYTES; i++)
		h = (h ^ key[i]) * 0x100000001b3u;
	return (size_t)(h ^ h >> 32);
}

static void pad(struct bytes key, uint8_t out[static MAP_KEY_BYTES])
{
	assert(key.n <= MAP_KEY_BYTES);
	memset(out, 0, MAP_KEY_BYTES);
	if (key.n > 0)
		memcpy(out, key.p, key.n);
}

/* The slot of a key, or the free one where it would stand. */
static struct map_slot *find(const struct map *m, const uint8_t key[static MAP_KEY_BYTES])
{
	size_t at = hash(key) & (m->room - 1);
	while (m->v[at].used && memcmp(m->v[at].key, key, MAP_KEY_BYTES) != 0)
		at = (at + 1) & (m->room - 1);
	return &m->v[at];
}

static void grow(struct map *m)
{
	struct map bigger = { .n = m->n, .room = m->room == 0 ? 64 : m->room * 2 };
	bigger.v = xcalloc(bigger.room, sizeof(*bigger.v));
	for (size_t i = 0; i < m->room; i++)
		if (m->v[i].used)
			*find(&bigger, m->v[i].key) = m->v[i];
	free(m->v);
	*m = bigger;
}

bool map_get(const struct map *m, struct bytes key, uint32_t *value)
{
	uint8_t padded[MAP_KEY_BYTES];
	if (m->n == 0)
		return false;
	pad(key, padded);
	const struct map_slot *slot = find(m, padded);
	if (slot->used)
		*value = slot->value;
	return slot->used;
}

void map_put(struct map *m, struct bytes key, uint32_t value)
{
	uint8_t padded[MAP_KEY_BYTES];
	if (m->n * 2 >= m->room)
		grow(m);
	pad(key, padded);
	struct map_slot *slot = find(m, padded);
	m->n += !slot->used;
	memcpy(slot->key, padded, MAP_KEY_BYTES);
	slot->value = value;
	slot->used = true;
}

void map_fini(struct map *m)
{
	free(m->v);
	*m = (struct map){ 0 };
}
