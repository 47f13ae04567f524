/* house.h: what a thread keeps in memory of the views: the unit tree, the policy in force, its
 * terms. */
#ifndef HOIAM_DAEMON_HOUSE_H
#define HOIAM_DAEMON_HOUSE_H

#include "store/journal.h"
#include "store/units.h"

struct house {
	struct row_state state;
	struct units units;
	struct policy policy;   /* zeroed before one is adopted */
	struct row_term *terms; /* terms[id - 1] */
	size_t term_count;
	uint64_t policy_version;
	int zone;                  /* minutes east of UTC */
	struct arena arena;        /* of state */
	struct arena policy_arena; /* of policy and terms */
};

/* Bring the caches up to what the transaction sees. Cheap when nothing changed. */
enum err house_refresh(struct house *h, struct txn *txn, struct fault *f);
void house_fini(struct house *h);

/* Number of a term; 0 when the list has no such code. Lists are named as in record `policy`. */
uint32_t term_id(const struct house *h, const char *list, struct text code);

/* Code of a term; empty for 0 and unknown ones. */
struct text term_code(const struct house *h, uint64_t id);

/* Row of a list of the policy in force, NULL if the code does not stand in it. */
const struct policy_term *policy_find(const struct list *terms, struct text code);

/* The kind of a case by its term; NULL when it has none or the policy no longer lists it. */
const struct policy_term *policy_kind(const struct house *h, uint64_t term);

/* Whether a unit is an outside body, by its kind in the policy in force; false for 0. */
bool unit_outside(const struct house *h, uint64_t unit);

/* Codes of units; empty for 0. */
struct text unit_code(const struct house *h, uint64_t id);

/* "98101/2026/17" in the arena; empty for none. */
struct text number_format(const struct house *h, struct num number, struct arena *a);

/*
 * A number as text. "n" or "year/n" take what is missing from `unit` (0: not clear) and `today`.
 * E_NUMBER, E_NOT_FOUND for an unknown unit.
 */
enum err number_parse(const struct house *h, struct text t, uint32_t unit, uint32_t today,
	const char *field, struct num *to, struct fault *f);

/* The rule of the routing table for a case of this kind, topic and place; NULL if none matches. */
const struct policy_route *route_find(
	const struct house *h, uint64_t kind, uint64_t topic, uint32_t place, uint32_t day);

/* Due day of a kind for a case received on a day; 0 when the kind has no limit. */
uint32_t due_of(const struct policy_term *kind, uint32_t received);

#endif
