/* house_key.h: the daemon's own Ed25519 key, in DIR/house.key: it opens the register and signs what
 * nobody decides. */
#ifndef HOIAM_DAEMON_HOUSE_KEY_H
#define HOIAM_DAEMON_HOUSE_KEY_H

#include "proto/crockford.h"
#include "proto/noise.h"

/* Write a secret key (64 bytes) to DIR/house.key, mode 0600, synced. E_FILE. */
enum err house_key_write(const char *dir, const uint8_t secret[static 64], struct fault *f);

/* Read it. E_KEY_FILE when it is not there, not of the right form, or open to others. */
enum err house_key_read(const char *dir, uint8_t secret[static 64], struct fault *f);

/* The X25519 pair of the daemon's end of encrypted lines, made of the house key. */
void house_channel(const uint8_t secret[static 64], struct noise_key *to);

/*
 * The key that daemon and device share before they have met, for Noise_XKpsk3: made of the house
 * key and the token of the invitation, so that the daemon keeps none of them, and who invites can
 * put it into the invitation. 32 bytes.
 */
void house_psk(const uint8_t secret[static 64], const uint8_t token[static 32],
	uint8_t psk[static NOISE_KEY_BYTES]);

/*
 * The secret on the receipt of a case: HMAC-SHA-256, under a key made of the house key, over the
 * case's number as it is stored; the first sixty bits as twelve signs (crockford.h). It stands in
 * no entry of the journal.
 */
void house_receipt(
	const uint8_t secret[static 64], struct bytes number, char out[static CROCKFORD_SIGNS + 1]);

/* A new file of mode 0600 with these bytes, synced; never over one that is there. E_FILE. */
enum err secret_file_write(const char *path, struct bytes content, struct fault *f);

#endif
