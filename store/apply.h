/*
 * apply.h: what an entry does to the views. Reads the entry and views made by earlier entries,
 * nothing else: no clock, no policy, no configuration, no word. Cannot refuse; errors are those of
 * the store, or an entry of a newer version.
 */
#ifndef HOIAM_STORE_APPLY_H
#define HOIAM_STORE_APPLY_H

#include "store/journal.h"
#include "store/row.h"

/* Rows that many events of one entry touch are kept until its end. */
struct apply {
	struct txn *txn;
	struct txn *words; /* where words are read, for what is looked up by them (names.h) alone */
	struct arena *arena;
	uint64_t header; /* seq of the entry's header */
	uint64_t seq;    /* of the event at work */
	int64_t at;
	struct bytes key; /* who signed */
	struct row_state state;
	bool state_dirty;
	struct num meeting_number;
	struct row_meeting meeting;
	bool meeting_loaded, meeting_waited, meeting_heard;
	struct key counter_key;
	uint32_t counter;
	bool counter_loaded;
};

/* Apply the entry whose header stands at seq. Its words, if they are there, are in `words`. */
enum err apply_all(struct txn *txn, struct txn *words, uint64_t seq, const struct entry *entry,
	struct arena *a, struct fault *f);

/* For the apply_* files: the row of a meeting, to change in place; the day from which facts are
 * known. */
struct row_meeting *apply_meeting(struct apply *a, struct num number);
uint32_t apply_today(const struct apply *a);
void apply_count(struct apply *a, enum noun noun, struct num number);

/* One function per event. */
/* clang-format off */
#define EVENT(code, name, help) void apply_##name(struct apply *a, const struct ev_##name *ev);
#include "proto/event.def"
/* clang-format on */

#endif
