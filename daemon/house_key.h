/* house_key.h: the daemon's own Ed25519 key, in DIR/house.key: it opens the register and signs what
 * nobody decides. */
#ifndef HOIAM_DAEMON_HOUSE_KEY_H
#define HOIAM_DAEMON_HOUSE_KEY_H

#include "proto/err.h"

/* Write a secret key (64 bytes) to DIR/house.key, mode 0600, synced. E_FILE. */
enum err house_key_write(const char *dir, const uint8_t secret[static 64], struct fault *f);

/* Read it. E_KEY_FILE when it is not there, not of the right form, or open to others. */
enum err house_key_read(const char *dir, uint8_t secret[static 64], struct fault *f);

/* A new file of mode 0600 with these bytes, synced; never over one that is there. E_FILE. */
enum err secret_file_write(const char *path, struct bytes content, struct fault *f);

#endif
