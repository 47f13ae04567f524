/*
 * ledger.h: the writer: one batch is one transaction in which requests are decided, appended and
 * applied one after the other. Used by the commit thread alone, and by tests without any thread.
 */
#ifndef HOIAM_DAEMON_LEDGER_H
#define HOIAM_DAEMON_LEDGER_H

#include "daemon/house.h"
#include "proto/action.h"

struct ledger;

/* Take ownership of the journal of an open store (raises its epoch). */
enum err ledger_open(struct ledger **to, struct db *db, struct fault *f);
void ledger_close(struct ledger *l);

enum err ledger_begin(struct ledger *l, struct fault *f);

/*
 * Decide one action whose signature was verified and whose request was read (action_read), append
 * its entry and apply it: *seq is its header. A refusal has written nothing; an error of the store
 * fails the whole batch at ledger_commit. `now`: µs; the entry's time is max(now, last). The same
 * request number with the same head gives the entry that is there.
 */
enum err ledger_decide(struct ledger *l, const struct action *action, const void *request,
	int64_t now, uint64_t *seq, struct fault *f);

/*
 * action_read, ledger_decide and the reply in one, for one thread alone. The reply (see
 * docs/design.md, Wire) is written to `reply`. A refusal has written nothing; an error of the store
 * fails the whole batch at ledger_commit. `now`: µs; the entry's time is max(now, last). The same
 * request number with the same head gets the same reply again.
 */
enum err ledger_do(struct ledger *l, struct action *action, int64_t now, struct writer *reply,
	struct fault *f);

/* Make the batch durable. On an error nothing of it stands. */
enum err ledger_commit(struct ledger *l, struct fault *f);
void ledger_abort(struct ledger *l);

/* End of the journal as this batch has it. */
struct position ledger_end(const struct ledger *l);

/* The batch's transaction and caches, for tests that look inside before the commit. */
struct txn *ledger_txn(struct ledger *l);
struct house *ledger_house(struct ledger *l);

/* Append the first entry of a new register. secret: the house's Ed25519 key. */
struct genesis {
	const uint8_t *secret;
	uint8_t reg[16];
	uint8_t token[32];    /* of the first administrator's invitation */
	uint8_t recovery[32]; /* hash of the recovery secret, zeros if there is none */
	int64_t invitation_until;
};
enum err ledger_genesis(struct ledger *l, const struct genesis *g, int64_t now, struct fault *f);

/*
 * A command signed by the house itself, with the rights of an administrator: only the second entry
 * of a register may be one (the policy that it begins with). E_ORDER later.
 */
enum err ledger_house_act(struct ledger *l, const uint8_t *secret, enum cmd cmd, const void *record,
	int64_t now, struct fault *f);

#endif
