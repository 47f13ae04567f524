/* house_key.c: files that hold secrets. */
#include "daemon/house_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "hoiam house key 1\n"
enum { HEAD_BYTES = sizeof(HEAD) - 1, KEY_FILE_BYTES = HEAD_BYTES + 64 };

enum err secret_file_write(const char *path, struct bytes content, struct fault *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(f, E_FILE, path, strerror(errno));
	bool whole = write(fd, content.p, content.n) == (ssize_t)content.n && fsync(fd) == 0;
	if (close(fd) == 0 && whole)
		return OK;
	unlink(path);
	return fail(f, E_FILE, path, strerror(errno));
}

enum err house_key_write(const char *dir, const uint8_t secret[static 64], struct fault *f)
{
	char path[4096];
	uint8_t content[KEY_FILE_BYTES];
	snprintf(path, sizeof(path), "%s/house.key", dir);
	memcpy(content, HEAD, HEAD_BYTES);
	memcpy(content + HEAD_BYTES, secret, 64);
	enum err err = secret_file_write(path, bytes_of(content, sizeof(content)), f);
	sodium_memzero(content, sizeof(content));
	return err;
}

enum err house_key_read(const char *dir, uint8_t secret[static 64], struct fault *f)
{
	char path[4096];
	uint8_t content[KEY_FILE_BYTES + 1];
	struct stat st;
	snprintf(path, sizeof(path), "%s/house.key", dir);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return fail(f, E_KEY_FILE, path, strerror(errno));
	ssize_t n = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? read(fd, content, sizeof(content))
							       : -1;
	close(fd);
	if (n != KEY_FILE_BYTES || memcmp(content, HEAD, HEAD_BYTES) != 0)
		return fail(f, E_KEY_FILE, path, "not a house key");
	if (st.st_mode & 077)
		return fail(f, E_KEY_FILE, path, "open to others; its mode must be 0600");
	memcpy(secret, content + HEAD_BYTES, 64);
	sodium_memzero(content, sizeof(content));
	return OK;
}

/* Keys made of the house key's seed, each under its own name. */
static void derive(const uint8_t secret[static 64], const char *name, struct bytes more,
	uint8_t out[static 32])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, secret, crypto_sign_SEEDBYTES, 32);
	crypto_generichash_update(&state, (const uint8_t *)name, strlen(name));
	crypto_generichash_update(&state, more.p, more.n);
	crypto_generichash_final(&state, out, 32);
	sodium_memzero(&state, sizeof(state));
}

void house_channel(const uint8_t secret[static 64], struct noise_key *to)
{
	uint8_t made[NOISE_KEY_BYTES];
	derive(secret, "hoiam/n1", (struct bytes){ 0 }, made);
	noise_key_make(to, made);
	sodium_memzero(made, sizeof(made));
}

void house_psk(const uint8_t secret[static 64], const uint8_t token[static 32],
	uint8_t psk[static NOISE_KEY_BYTES])
{
	derive(secret, "hoiam/p1", bytes_of(token, 32), psk);
}

void house_receipt(
	const uint8_t secret[static 64], struct bytes number, char out[static CROCKFORD_SIGNS + 1])
{
	uint8_t key[crypto_auth_hmacsha256_KEYBYTES], mac[crypto_auth_hmacsha256_BYTES];
	derive(secret, "hoiam/s1", (struct bytes){ 0 }, key);
	crypto_auth_hmacsha256(mac, number.p, number.n, key);
	crockford_encode(mac, out);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(mac, sizeof(mac));
}
