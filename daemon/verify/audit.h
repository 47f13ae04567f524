/* audit.h: verifying at work: what has been seen so far, and the entry at hand. */
#ifndef HOIAM_DAEMON_VERIFY_AUDIT_H
#define HOIAM_DAEMON_VERIFY_AUDIT_H

#include "daemon/verify/map.h"
#include "proto/action.h"
#include "store/journal.h"

#include <stdio.h>

/* One event of the entry at hand. */
struct event {
	uint64_t seq, code;
	struct bytes leaf;
	const struct record *record;
	void *fields; /* of record->size bytes; NULL: not readable */
};

/* The entry at hand. */
struct audited {
	uint64_t seq; /* of the header */
	struct ev_entry header;
	bool header_ok, head_ok, whole; /* readable: header; head; all events */
	struct action action;           /* the head taken apart */
	uint32_t officer;               /* who signed; 0 the house */
	struct event *events;
	size_t count, room;
	struct bytes *w; /* commitments of the head, in its order */
	size_t w_count, w_room;
};

/* A key of an officer, or of the house (officer 0). */
struct audit_key {
	uint8_t public[PUBLIC_BYTES];
	uint32_t officer;
	bool revoked;
};

struct audit_invite {
	uint32_t officer;
	int64_t until;
	bool used;
};

struct keys {
	struct map by_id, by_token;
	struct audit_key *v;
	size_t n, room;
	struct audit_invite *invites;
	size_t invite_count, invite_room;
	uint8_t reg[16], house[KEY_ID_BYTES];
	bool opened;
};

/* Words that a head commits to and that are not there: their end must be in the journal. */
struct missing_words {
	uint64_t seq;
	uint16_t group;
	bool destroyed;
};

struct words {
	struct scan scan; /* of the table, in step with the entries */
	struct bytes key, value;
	bool open, there;
	struct map missing_by_key;
	struct missing_words *missing;
	size_t n, room;
	uint64_t groups; /* commitments seen */
};

/* The table of bodies, in step with the entries. */
struct bodies {
	struct scan scan;
	struct bytes key, value;
	bool open, there;
};

struct fold;

struct audit {
	FILE *out;
	bool progress;
	struct txn *txn;
	struct arena arena; /* of the entry at hand */
	struct audited entry;
	struct writer hashes; /* of its leaves */
	uint64_t failures;
	bool unsafe; /* an entry that apply could not stand: no replay */
	uint64_t entries, leaves;
	int64_t at; /* of the last entry */
	struct frontier frontier;
	struct keys keys;
	struct words words;
	struct bodies bodies;
	struct fold *fold;
};

void audit_init(struct audit *a, struct txn *txn, FILE *out);
void audit_fini(struct audit *a);

/* A failure in a table, at a key or place, of a field. */
void audit_fail(struct audit *a, const char *table, const char *where, const char *field,
	const char *format, ...) __attribute__((format(printf, 5, 6)));

/* A failure of the journal's leaf at seq. */
void audit_fail_at(struct audit *a, uint64_t seq, const char *field, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* How far it is, on a terminal. */
void audit_progress(struct audit *a, const char *what, uint64_t done);

/* Room for one more of an array that grows. */
#define AUDIT_GROW(v, n, room)                                                                     \
	do {                                                                                       \
		if ((n) == (room)) {                                                               \
			(room) = (room)*2 + 16;                                                    \
			(v) = xrealloc((v), (room) * sizeof(*(v)));                                \
		}                                                                                  \
	} while (0)

/* walk.c: every leaf in order, and each entry through all that follows here. */
void walk_journal(struct audit *a);

/* leaf.c: bytes of headers and events: strict form, limits, references that exist. */
void leaf_header(struct audit *a, uint64_t seq, struct bytes leaf);
void leaf_events(struct audit *a);

/* head.c: the head's commitments; the head against the events: what was signed became a fact. */
void head_collect(struct audit *a);
void head_check(struct audit *a);

/* keys.c: who signed, with which key, as things stood then. */
void keys_check(struct audit *a);
void keys_fini(struct keys *k);

/* words.c: the words against their commitments. */
void words_check(struct audit *a);
void words_destroyed(struct audit *a, uint64_t seq, const struct ev_words_destroyed *ev);
void words_end(struct audit *a);
void words_close(struct words *w);
void words_fini(struct words *w);

/* bodies.c: attached files against the hash in their words; they run in step with the entries, too.
 */
void bodies_check(struct audit *a);
void bodies_end(struct audit *a);
void bodies_close(struct bodies *b);

/* tables.c: request numbers and the end of the journal. */
void tables_rid(struct audit *a);
void tables_end(struct audit *a);

/* views.c: replay into a scratch store in the folder `temp`, and compare. */
enum err views_check(struct audit *a, const char *temp, struct fault *f);

#endif
