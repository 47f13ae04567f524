/* work.c: a heap of the next case of each unit. */
#include "daemon/report/work.h"

/* Move the head to the first case of its unit, or the one beyond `after`; false: there is none. */
static bool advance(struct work_head *head, struct txn *txn, struct bytes after)
{
	struct key from = key_of_u32(head->unit);
	struct bytes key, value;
	AUTO(scan_close) struct scan s;
	scan_open(&s, txn, STORE_work, key_bytes(&from));
	if (after.n > 0) {
		memcpy(from.p + from.n, after.p, after.n);
		from.n += after.n;
		scan_from(&s, key_bytes(&from), true);
	}
	if (!scan_next(&s, &key, &value) || key.n != 4 + WORK_PLACE_BYTES)
		return false;
	memcpy(head->place, key.p + 4, WORK_PLACE_BYTES);
	return true;
}

static bool sooner(const struct work_head *a, const struct work_head *b)
{
	return memcmp(a->place, b->place, WORK_PLACE_BYTES) < 0;
}

/* Let the head at `i` sink below all that are sooner. */
static void sink(struct work *w, size_t i)
{
	for (;;) {
		size_t least = i, left = 2 * i + 1;
		for (size_t child = left; child < left + 2 && child < w->n; child++)
			if (sooner(&w->heads[child], &w->heads[least]))
				least = child;
		if (least == i)
			return;
		struct work_head t = w->heads[i];
		w->heads[i] = w->heads[least];
		w->heads[least] = t;
		i = least;
	}
}

void work_open(struct work *w, struct txn *txn, const struct uints *units, struct bytes after,
	struct arena *a)
{
	*w = (struct work){ txn, arena_alloc(a, units->n, sizeof(*w->heads)), 0 };
	for (size_t i = 0; i < units->n; i++) {
		w->heads[w->n].unit = units->v[i];
		w->n += advance(&w->heads[w->n], txn, after);
	}
	for (size_t i = w->n / 2; i-- > 0;)
		sink(w, i);
}

bool work_next(struct work *w, uint8_t place[static WORK_PLACE_BYTES])
{
	if (w->n == 0)
		return false;
	memcpy(place, w->heads[0].place, WORK_PLACE_BYTES);
	if (!advance(&w->heads[0], w->txn, bytes_of(place, WORK_PLACE_BYTES)))
		w->heads[0] = w->heads[--w->n];
	sink(w, 0);
	return true;
}
