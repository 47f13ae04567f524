/* keyfile.c: sealing and opening key files. */
#include "clients/keyfile.h"

#include "clients/file.h"
#include "clients/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

/*
 * The file: a header that is authenticated, and the sealed secrets. Numbers are big-endian.
 *   0 magic, 8 algorithm, 12 passes, 16 memory, 24 salt, 40 nonce, 64 register, 80 house key,
 *   112 Ed25519 public key, 144 X25519 public key, 176 X25519 public key of the daemon (zeros: no
 *   encrypted lines), 208 where it listens (256, ended by a zero), 464 sealed (64 + 32 + 32 + 16)
 */
enum {
	AT_ALGORITHM = 8,
	AT_PASSES = 12,
	AT_MEMORY = 16,
	AT_SALT = 24,
	AT_NONCE = 40,
	AT_REG = 64,
	AT_HOUSE = 80,
	AT_PUBLIC = 112,
	AT_CHANNEL = 144,
	AT_SERVER_KEY = 176,
	AT_SERVER = 208,
	AT_SEALED = 464,
};

static const char magic[8] = "hoiamk2\n";

struct secrets {
	uint8_t sign[crypto_sign_SECRETKEYBYTES];
	uint8_t channel[crypto_box_SECRETKEYBYTES];
	uint8_t psk[NOISE_KEY_BYTES];
};

struct keyfile {
	struct secrets *secrets; /* guarded */
	struct noise_key *line;  /* guarded: the pair of channel */
	uint8_t reg[16], house[32], public[PUBLIC_BYTES], channel[32], id[KEY_ID_BYTES];
	uint8_t server_key[32];
	char server[SERVER_BYTES_MAX + 1];
};

_Static_assert(AT_SEALED + sizeof(struct secrets) + crypto_aead_xchacha20poly1305_ietf_ABYTES ==
		       KEYFILE_BYTES,
	"the layout above");

static void *guarded(size_t n)
{
	void *p = sodium_malloc(n);
	if (p == NULL)
		abort();
	return p;
}

struct key_level keyfile_level(void)
{
	const char *wanted = getenv("HOIAM_KEY_LEVEL");
	if (wanted != NULL && strcmp(wanted, "interactive") == 0)
		return (struct key_level){ crypto_pwhash_OPSLIMIT_INTERACTIVE,
			crypto_pwhash_MEMLIMIT_INTERACTIVE };
	return (struct key_level){ crypto_pwhash_OPSLIMIT_MODERATE,
		crypto_pwhash_MEMLIMIT_MODERATE };
}

static struct keyfile *key_alloc(const uint8_t *reg, const uint8_t *house)
{
	struct keyfile *key = xcalloc(1, sizeof(*key));
	key->secrets = guarded(sizeof(*key->secrets));
	key->line = guarded(sizeof(*key->line));
	memcpy(key->reg, reg, sizeof(key->reg));
	memcpy(key->house, house, sizeof(key->house));
	return key;
}

static void pair_line(struct keyfile *key)
{
	memcpy(key->line->secret, key->secrets->channel, NOISE_KEY_BYTES);
	memcpy(key->line->public, key->channel, NOISE_KEY_BYTES);
}

struct keyfile *keyfile_new(const struct invitation *invitation)
{
	struct keyfile *key = key_alloc(invitation->reg, invitation->house);
	memcpy(key->server_key, invitation->channel, sizeof(key->server_key));
	memcpy(key->server, invitation->server, sizeof(key->server));
	memcpy(key->secrets->psk, invitation->psk, sizeof(key->secrets->psk));
	crypto_sign_keypair(key->public, key->secrets->sign);
	crypto_box_keypair(key->channel, key->secrets->channel);
	key_id(key->public, key->id);
	pair_line(key);
	return key;
}

void keyfile_free(struct keyfile *key)
{
	if (key == NULL)
		return;
	sodium_free(key->secrets);
	sodium_free(key->line);
	free(key);
}

/* The key that seals, 32 bytes in guarded memory; NULL when there is no memory for it. */
static uint8_t *stretch(struct bytes passphrase, const uint8_t *file)
{
	uint8_t *sealing = guarded(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
	if (crypto_pwhash(sealing, crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
		    (const char *)passphrase.p, passphrase.n, file + AT_SALT,
		    get_u32(file + AT_PASSES), get_u64(file + AT_MEMORY),
		    crypto_pwhash_ALG_ARGON2ID13) == 0)
		return sealing;
	sodium_free(sealing);
	return NULL;
}

static void write_header(uint8_t *file, const struct keyfile *key, struct key_level level)
{
	memcpy(file, magic, sizeof(magic));
	put_u32(file + AT_ALGORITHM, crypto_pwhash_ALG_ARGON2ID13);
	put_u32(file + AT_PASSES, level.passes);
	put_u64(file + AT_MEMORY, level.memory_bytes);
	randombytes_buf(file + AT_SALT, crypto_pwhash_SALTBYTES);
	randombytes_buf(file + AT_NONCE, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
	memcpy(file + AT_REG, key->reg, sizeof(key->reg));
	memcpy(file + AT_HOUSE, key->house, sizeof(key->house));
	memcpy(file + AT_PUBLIC, key->public, sizeof(key->public));
	memcpy(file + AT_CHANNEL, key->channel, sizeof(key->channel));
	memcpy(file + AT_SERVER_KEY, key->server_key, sizeof(key->server_key));
	memcpy(file + AT_SERVER, key->server, sizeof(key->server));
}

enum err keyfile_save(const struct keyfile *key, const char *path, struct bytes passphrase,
	struct key_level level, struct fault *f)
{
	uint8_t file[KEYFILE_BYTES] = { 0 };
	write_header(file, key, level);
	uint8_t *sealing = stretch(passphrase, file);
	if (sealing == NULL)
		return fail(f, E_KEY_FILE, path, N_("not enough memory to seal it"));
	crypto_aead_xchacha20poly1305_ietf_encrypt(file + AT_SEALED, NULL,
		(const uint8_t *)key->secrets, sizeof(*key->secrets), file, AT_SEALED, NULL,
		file + AT_NONCE, sealing);
	sodium_free(sealing);
	return file_replace(path, bytes_of(file, sizeof(file)), f);
}

static const char *look_at_file(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return N_("not a regular file");
	if (st->st_uid != geteuid())
		return N_("the file belongs to another user");
	if ((st->st_mode & 07177) != 0)
		return N_("others may read it; its mode must be 0600");
	if (st->st_size != KEYFILE_BYTES)
		return N_("not a key file, or cut short");
	return NULL;
}

static const char *look_at_header(const uint8_t *file)
{
	if (memcmp(file, magic, sizeof(magic)) != 0)
		return N_("not a key file");
	if (get_u32(file + AT_ALGORITHM) != crypto_pwhash_ALG_ARGON2ID13)
		return N_("sealed in a way that is not known here");
	uint32_t passes = get_u32(file + AT_PASSES);
	uint64_t memory = get_u64(file + AT_MEMORY);
	if (passes == 0 || passes > KEYFILE_PASSES_MAX)
		return N_("asks for a number of passes that is refused");
	if (memory < crypto_pwhash_MEMLIMIT_MIN || memory > KEYFILE_MEMORY_MAX)
		return N_("asks for an amount of memory that is refused");
	return NULL;
}

static enum err read_whole(int fd, uint8_t *file, const char *path, struct fault *f)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return fail(f, E_KEY_FILE, path, strerror(errno));
	const char *wrong = look_at_file(&st);
	if (wrong != NULL)
		return fail(f, E_KEY_FILE, path, wrong);
	for (size_t at = 0; at < KEYFILE_BYTES;) {
		ssize_t got = read(fd, file + at, KEYFILE_BYTES - at);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return fail(
				f, E_KEY_FILE, path, got < 0 ? strerror(errno) : N_("cut short"));
		at += (size_t)got;
	}
	wrong = look_at_header(file);
	return wrong == NULL ? OK : fail(f, E_KEY_FILE, path, wrong);
}

static enum err read_file(const char *path, uint8_t *file, struct fault *f)
{
	/* O_NONBLOCK: a FIFO must not hold us up before it is seen to be one. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return fail(f, E_NOT_FOUND, "key", path);
	if (fd < 0)
		return fail(f, E_KEY_FILE, path,
			errno == ELOOP ? N_("a symbolic link") : strerror(errno));
	enum err err = read_whole(fd, file, path, f);
	close(fd);
	return err;
}

enum err keyfile_look(const char *path, struct fault *f)
{
	uint8_t file[KEYFILE_BYTES] = { 0 };
	return read_file(path, file, f);
}

static enum err unseal(struct keyfile *key, const uint8_t *file, struct bytes passphrase,
	const char *path, struct fault *f)
{
	uint8_t *sealing = stretch(passphrase, file);
	if (sealing == NULL)
		return fail(f, E_KEY_FILE, path, N_("not enough memory to open it"));
	int rc = crypto_aead_xchacha20poly1305_ietf_decrypt((uint8_t *)key->secrets, NULL, NULL,
		file + AT_SEALED, KEYFILE_BYTES - AT_SEALED, file, AT_SEALED, file + AT_NONCE,
		sealing);
	sodium_free(sealing);
	if (rc != 0)
		return fail(f, E_PASSPHRASE, path, NULL);
	memcpy(key->public, file + AT_PUBLIC, sizeof(key->public));
	memcpy(key->channel, file + AT_CHANNEL, sizeof(key->channel));
	memcpy(key->server_key, file + AT_SERVER_KEY, sizeof(key->server_key));
	memcpy(key->server, file + AT_SERVER, sizeof(key->server));
	key->server[SERVER_BYTES_MAX] = '\0';
	pair_line(key);
	key_id(key->public, key->id);
	return OK;
}

enum err keyfile_load(
	struct keyfile **out, const char *path, struct bytes passphrase, struct fault *f)
{
	uint8_t file[KEYFILE_BYTES] = { 0 };
	enum err err = read_file(path, file, f);
	if (err != OK)
		return err;
	AUTO(keyfile_free) struct keyfile *key = key_alloc(file + AT_REG, file + AT_HOUSE);
	err = unseal(key, file, passphrase, path, f);
	if (err != OK)
		return err;
	*out = key;
	key = NULL;
	return OK;
}

const uint8_t *keyfile_secret(const struct keyfile *key)
{
	return key->secrets->sign;
}

const uint8_t *keyfile_public(const struct keyfile *key)
{
	return key->public;
}

const uint8_t *keyfile_channel(const struct keyfile *key)
{
	return key->channel;
}

const uint8_t *keyfile_reg(const struct keyfile *key)
{
	return key->reg;
}

const uint8_t *keyfile_house(const struct keyfile *key)
{
	return key->house;
}

const uint8_t *keyfile_id(const struct keyfile *key)
{
	return key->id;
}

bool keyfile_has_line(const struct keyfile *key)
{
	return !sodium_is_zero(key->server_key, sizeof(key->server_key));
}

const struct noise_key *keyfile_line(const struct keyfile *key)
{
	return key->line;
}

const uint8_t *keyfile_server_key(const struct keyfile *key)
{
	return key->server_key;
}

const uint8_t *keyfile_psk(const struct keyfile *key)
{
	return key->secrets->psk;
}

const char *keyfile_server(const struct keyfile *key)
{
	return key->server;
}
