/* stored_conclusion.h: a version of a conclusion as the server keeps it, and the hash that its
 * signer signs. */
#ifndef HOIAM_CLIENTS_CLI_STORED_CONCLUSION_H
#define HOIAM_CLIENTS_CLI_STORED_CONCLUSION_H

#include "clients/cli/session.h"

struct stored_item {
	struct item_new item;
	uint8_t salt[32], w[32]; /* of its words */
};

struct stored_conclusion {
	struct text meeting; /* its whole number */
	uint64_t version;
	struct text state; /* DRAFT, CHECKED, SIGNED, ISSUED; empty: there is no version yet */
	struct text basis; /* hash of the opinions, hexadecimal */
	struct stored_item *items;
	size_t count;
};

/* Fetch a version, 0 for the last. */
enum err stored_conclusion_get(
	struct session *s, struct text meeting, uint64_t version, struct stored_conclusion *to);

/* Does the server hold exactly these items? */
bool stored_conclusion_equals(const struct stored_conclusion *stored, const struct list *items);

/*
 * The hash over the items, computed here: that of the server is never signed unseen. E_WORDS when
 * an item's words are not what its commitment says.
 */
enum err stored_conclusion_content(
	struct session *s, const struct stored_conclusion *stored, uint8_t out[static 32]);

#endif
