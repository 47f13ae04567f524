/*
 * keyfile.h: an officer's keys in a file: Ed25519 and X25519 secret keys, sealed by
 * XChaCha20-Poly1305 under a key that Argon2id makes of a passphrase. In memory they are in guarded
 * pages, wiped when freed.
 */
#ifndef HOIAM_CLIENTS_KEYFILE_H
#define HOIAM_CLIENTS_KEYFILE_H

#include "proto/action.h"
#include "proto/invite.h"
#include "proto/noise.h"

#define KEYFILE_BYTES      608u
#define KEYFILE_PASSES_MAX 10u
#define KEYFILE_MEMORY_MAX ((uint64_t)1024 * 1024 * 1024)

struct keyfile;

/* What Argon2id costs; stored in the file. */
struct key_level {
	uint32_t passes;
	uint64_t memory_bytes;
};

/* MODERATE of libsodium; INTERACTIVE when the environment's HOIAM_KEY_LEVEL is "interactive". */
struct key_level keyfile_level(void);

/* New keys for the register of an invitation, in memory, with what it says of encrypted lines. */
struct keyfile *keyfile_new(const struct invitation *invitation);
void keyfile_free(struct keyfile *key);
DEFINE_AUTO(struct keyfile *, keyfile_free)

/* Seals into a file of mode 0600 that takes the place of one of this name. */
enum err keyfile_save(const struct keyfile *key, const char *path, struct bytes passphrase,
	struct key_level level, struct fault *f);

/*
 * Is this a key file that may be opened? E_NOT_FOUND, or E_KEY_FILE: a link, no regular file,
 * another's, open to others (mode not 0600), of another size or form, or asking for more than
 * KEYFILE_PASSES_MAX or KEYFILE_MEMORY_MAX. Looks before any memory is taken.
 */
enum err keyfile_look(const char *path, struct fault *f);

/* Unseals. Errors of keyfile_look; E_PASSPHRASE also when a byte of the file is not as written. */
enum err keyfile_load(
	struct keyfile **out, const char *path, struct bytes passphrase, struct fault *f);

/* Borrowed views, good as long as the key. */
const uint8_t *keyfile_secret(const struct keyfile *key);  /* SECRET_BYTES, Ed25519 */
const uint8_t *keyfile_public(const struct keyfile *key);  /* 32 */
const uint8_t *keyfile_channel(const struct keyfile *key); /* 32, X25519 public */
const uint8_t *keyfile_reg(const struct keyfile *key);     /* 16 */
const uint8_t *keyfile_house(const struct keyfile *key);   /* 32 */
const uint8_t *keyfile_id(const struct keyfile *key);      /* KEY_ID_BYTES */

/* Encrypted lines: may this key make one, with which keys, and where to. */
bool keyfile_has_line(const struct keyfile *key);
const struct noise_key *keyfile_line(const struct keyfile *key);
const uint8_t *keyfile_server_key(const struct keyfile *key); /* X25519 of the daemon's end */
const uint8_t *keyfile_psk(const struct keyfile *key);
const char *keyfile_server(const struct keyfile *key); /* HOST:PORT; empty: not told */

#endif
