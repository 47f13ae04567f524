/* map.h: a hash table from short keys to numbers, for what verify counts by itself. */
#ifndef HOIAM_DAEMON_VERIFY_MAP_H
#define HOIAM_DAEMON_VERIFY_MAP_H

#include "proto/limits.h"
#include "proto/base.h"

#define MAP_KEY_BYTES LIMIT_CODE

struct map_slot {
	uint8_t key[MAP_KEY_BYTES];
	uint32_t value;
	bool used;
};

/* Zero-initialised is empty and ready. Keys are at most MAP_KEY_BYTES (asserted); those of one map
 * are all of one length, or have no zero byte. */
struct map {
	struct map_slot *v;
	size_t n, room;
};

bool map_get(const struct map *m, struct bytes key, uint32_t *value);
void map_put(struct map *m, struct bytes key, uint32_t value);
void map_fini(struct map *m);

#endif
