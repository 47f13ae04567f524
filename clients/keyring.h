/* keyring.h: where key files are, which one is meant, and how its passphrase is asked for. */
#ifndef HOIAM_CLIENTS_KEYRING_H
#define HOIAM_CLIENTS_KEYRING_H

#include "proto/arena.h"
#include "proto/err.h"

#define PASSPHRASE_BYTES_MAX 1000u

/*
 * $XDG_CONFIG_HOME/hoiam/NAME.key, ~/.config when that is not set, in `a`; the folder is made,
 * mode 0700, when `make`. E_USAGE for a name that is no plain word of a file name.
 */
enum err keyring_path(
	const char *name, bool make, struct arena *a, const char **path, struct fault *f);

/*
 * The name to use when none was given: that of the one key there is. E_USAGE when there is none or
 * more than one.
 */
enum err keyring_only(struct arena *a, const char **name, struct fault *f);

/* A passphrase in guarded memory. Zero-initialised is empty. */
struct passphrase {
	uint8_t *p;
	size_t n;
};

/*
 * The first line of the file that HOIAM_PASSPHRASE_FILE names (refused when others may read it),
 * else asked for on the terminal without echo, twice when `fresh`. `name` is shown. E_PASSPHRASE,
 * E_KEY_FILE.
 */
enum err passphrase_get(struct passphrase *to, const char *name, bool fresh, struct fault *f);
void passphrase_fini(struct passphrase *passphrase);

static inline void passphrase_fini_auto(struct passphrase *passphrase)
{
	passphrase_fini(passphrase);
}

#endif
