/* body.c: the parts of a body, in order, into a nameless file. */
#include "daemon/body.h"

#include "proto/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct body_in {
	int fd;
	uint64_t size, taken, parts;
	uint8_t want[32];
	crypto_hash_sha256_state hash;
	void *map;
};

static enum err failed(struct fault *f)
{
	return FAIL_SERVER(f, errno == ENOSPC || errno == EDQUOT ? E_FULL : E_STORAGE, errno);
}

/* A file without a name; where the file system has none of that, one whose name goes at once. */
static int nameless(const char *folder)
{
	char path[4096];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	int n = snprintf(path, sizeof(path), "%s/body-XXXXXX", folder);
	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

enum err body_begin(
	struct body_in **to, const char *folder, uint64_t size, struct text sha256, struct fault *f)
{
	uint8_t want[32];
	size_t n = 0;
	const char *end = NULL;
	if (sha256.n != 64 ||
		sodium_hex2bin(want, sizeof(want), sha256.p, sha256.n, NULL, &n, &end) != 0 ||
		n != sizeof(want))
		return fail(f, E_TYPE, "sha256", "64 hexadecimal digits");
	int fd = nameless(folder);
	if (fd < 0)
		return failed(f);
	struct body_in *b = xcalloc(1, sizeof(*b));
	b->fd = fd;
	b->size = size;
	memcpy(b->want, want, sizeof(want));
	crypto_hash_sha256_init(&b->hash);
	*to = b;
	return OK;
}

static enum err append(struct body_in *b, struct bytes part, struct fault *f)
{
	for (size_t at = 0; at < part.n;) {
		ssize_t put = write(b->fd, part.p + at, part.n - at);
		if (put < 0 && errno != EINTR)
			return failed(f);
		at += put < 0 ? 0 : (size_t)put;
	}
	return OK;
}

/* What all parts together are. */
static enum err check_hash(struct body_in *b, struct fault *f)
{
	uint8_t got[32];
	crypto_hash_sha256_final(&b->hash, got);
	return memcmp(got, b->want, sizeof(got)) == 0 ? OK
						      : fail(f, E_BODY, "sha256", "another hash");
}

enum err body_take(
	struct body_in *b, uint64_t number, struct bytes part, bool *whole, struct fault *f)
{
	*whole = false;
	if (number != b->parts)
		return fail(f, E_BODY, "chunk", "out of order");
	if (part.n == 0 || part.n > LIMIT_CHUNK_BYTES)
		return fail_number(f, E_TOO_LARGE, "chunk", (int64_t)part.n, LIMIT_CHUNK_BYTES);
	if (part.n > b->size - b->taken)
		return fail(f, E_BODY, "size", "more bytes");
	enum err err = append(b, part, f);
	if (err != OK)
		return err;
	crypto_hash_sha256_update(&b->hash, part.p, part.n);
	b->taken += part.n;
	b->parts++;
	if (b->taken < b->size)
		return OK;
	*whole = true;
	return check_hash(b, f);
}

uint64_t body_parts(const struct body_in *b)
{
	return b->parts;
}

enum err body_bytes(struct body_in *b, struct bytes *to, struct fault *f)
{
	if (b->map == NULL) {
		void *map = mmap(NULL, b->size, PROT_READ, MAP_PRIVATE, b->fd, 0);
		if (map == MAP_FAILED)
			return failed(f);
		b->map = map;
	}
	*to = bytes_of(b->map, b->size);
	return OK;
}

void body_free(struct body_in *b)
{
	if (b == NULL)
		return;
	if (b->map != NULL)
		munmap(b->map, b->size);
	close(b->fd);
	free(b);
}
