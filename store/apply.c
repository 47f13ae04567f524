/* apply.c: the events of an entry, one after the other, and the rows that they share. */
#include "store/apply.h"

#include "proto/day.h"
#include "store/hearing.h"

typedef void apply_event(struct apply *a, const void *ev);

/* clang-format off */
#define EVENT(code, name, help)                                                                    \
	static void run_##name(struct apply *a, const void *ev)                                    \
	{                                                                                          \
		apply_##name(a, ev);                                                               \
	}
#include "proto/event.def"

static apply_event *const table[] = {
#define EVENT(code, name, help) [code] = run_##name,
#include "proto/event.def"
};
/* clang-format on */

/* The meeting at work. */

static bool waits(const struct row_meeting *m)
{
	return m->gated && m->included < m->live;
}

static void meeting_flush(struct apply *a)
{
	if (!a->meeting_loaded)
		return;
	struct row_meeting *m = &a->meeting;
	if (a->meeting_heard)
		hearing_update(a->txn, a->meeting_number, m, apply_today(a), a->arena);
	a->meeting_heard = false;
	row_put(a->txn, STORE_meeting, key_of_num(a->meeting_number), record_row_meeting(), m);
	struct key todo = key_of_todo((uint32_t)m->unit, a->meeting_number);
	if (waits(m) && !a->meeting_waited)
		txn_put(a->txn, STORE_todo, key_bytes(&todo), (struct bytes){ 0 });
	if (!waits(m) && a->meeting_waited)
		txn_del(a->txn, STORE_todo, key_bytes(&todo));
	a->meeting_loaded = false;
}

struct row_meeting *apply_meeting(struct apply *a, struct num number)
{
	if (a->meeting_loaded && num_equal(a->meeting_number, number))
		return &a->meeting;
	meeting_flush(a);
	(void)row_get(a->txn, STORE_meeting, key_of_num(number), record_row_meeting(), &a->meeting,
		a->arena);
	a->meeting_number = number;
	a->meeting_loaded = true;
	a->meeting_waited = waits(&a->meeting);
	return &a->meeting;
}

/* Numbers given. */

static void counter_flush(struct apply *a)
{
	if (!a->counter_loaded)
		return;
	struct row_counter row = { .n = a->counter };
	row_put(a->txn, STORE_counter, a->counter_key, record_row_counter(), &row);
	a->counter_loaded = false;
}

void apply_count(struct apply *a, enum noun noun, struct num number)
{
	struct key key = key_of_counter(noun, number.series, number.year);
	if (a->counter_loaded && !bytes_equal(key_bytes(&key), key_bytes(&a->counter_key)))
		counter_flush(a);
	a->counter_key = key;
	a->counter = number.n;
	a->counter_loaded = true;
}

uint32_t apply_today(const struct apply *a)
{
	int zone = a->state.zone == 0 ? 0 : (int)a->state.zone - 1440;
	return day_of_time(a->at, zone);
}

static enum err apply_leaf(struct apply *a, struct bytes leaf, struct fault *f)
{
	uint64_t code;
	struct reader fields;
	enum err err = leaf_open(leaf, &code, &fields, f);
	if (err != OK)
		return err;
	const struct record *r = event_record(code);
	if (r == NULL || code == EVENT_entry)
		return fail(f, E_TOO_NEW, "event", "an event of unknown kind");
	void *ev = arena_alloc(a->arena, 1, r->size);
	err = record_read_disk(&fields, r, ev, a->arena, f);
	if (err != OK)
		return err;
	table[code](a, ev);
	return txn_error(a->txn);
}

enum err apply_all(struct txn *txn, struct txn *words, uint64_t seq, const struct entry *entry,
	struct arena *arena, struct fault *f)
{
	struct apply a = { .txn = txn,
		.words = words,
		.arena = arena,
		.header = seq,
		.at = entry->header.at,
		.key = entry->header.key };
	state_get(txn, &a.state, arena);
	for (size_t i = 0; i < entry->header.count; i++) {
		a.seq = seq + 1 + i;
		enum err err = apply_leaf(&a, entry->events[i], f);
		if (err != OK)
			return err;
	}
	meeting_flush(&a);
	counter_flush(&a);
	if (a.state_dirty)
		row_put(txn, STORE_state, (struct key){ .n = 1 }, record_row_state(), &a.state);
	return txn_error(txn);
}
