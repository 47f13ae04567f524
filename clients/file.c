/* file.c: whole files in and out. */
#include "clients/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sodium.h>

enum { PATH_ROOM = 4096 };

enum err file_fail(struct fault *f, const char *path)
{
	return fail(f, E_FILE, path, strerror(errno));
}

enum err file_read_fd(
	int fd, const char *name, size_t limit, struct arena *a, struct bytes *out, struct fault *f)
{
	size_t room = 0, n = 0;
	uint8_t *p = NULL;
	for (;;) {
		if (n == room) {
			size_t larger = room == 0 ? 8192 : room * 2;
			uint8_t *moved = xmalloc(larger);
			if (n > 0) {
				memcpy(moved, p, n);
				sodium_memzero(p, n); /* it may hold secrets */
			}
			free(p);
			p = moved;
			room = larger;
		}
		ssize_t got = read(fd, p + n, room - n);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || n + (size_t)got > limit) {
			n += got > 0 ? (size_t)got : 0;
			enum err err = got < 0 ? file_fail(f, name) : OK;
			if (got > 0)
				err = fail_number(f, E_TOO_LARGE, name, (int64_t)n, (int64_t)limit);
			if (err == OK)
				*out = arena_bytes(a, (struct bytes){ p, n });
			sodium_memzero(p, n);
			free(p);
			return err;
		}
		n += (size_t)got;
	}
}

enum err file_read(
	const char *path, size_t limit, struct arena *a, struct bytes *out, struct fault *f)
{
	if (strcmp(path, "-") == 0)
		return file_read_fd(STDIN_FILENO, "-", limit, a, out, f);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_fail(f, path);
	enum err err = file_read_fd(fd, path, limit, a, out, f);
	close(fd);
	return err;
}

enum err file_sha256(const char *path, uint8_t out[static 32], struct fault *f)
{
	uint8_t part[16384];
	crypto_hash_sha256_state state;
	bool given = strcmp(path, "-") == 0;
	int fd = given ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : 1;
	crypto_hash_sha256_init(&state);
	while (got > 0 || (got < 0 && fd >= 0 && errno == EINTR)) {
		got = read(fd, part, sizeof(part));
		if (got > 0)
			crypto_hash_sha256_update(&state, part, (size_t)got);
	}
	enum err err = got < 0 ? file_fail(f, path) : OK;
	if (fd >= 0 && !given)
		close(fd);
	crypto_hash_sha256_final(&state, out);
	return err;
}

static enum err write_all(int fd, const char *path, struct bytes content, struct fault *f)
{
	for (size_t at = 0; at < content.n;) {
		ssize_t put = write(fd, content.p + at, content.n - at);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return file_fail(f, path);
		at += (size_t)put;
	}
	return fsync(fd) == 0 ? OK : file_fail(f, path);
}

enum err file_create(const char *path, struct bytes content, struct fault *f)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? fail(f, E_EXISTS, "file", path) : file_fail(f, path);
	enum err err = write_all(fd, path, content, f);
	if (close(fd) != 0 && err == OK)
		err = file_fail(f, path);
	if (err != OK)
		unlink(path);
	return err;
}

static void sync_folder_of(const char *path)
{
	char folder[PATH_ROOM];
	const char *slash = strrchr(path, '/');
	int n = slash == NULL
			? snprintf(folder, sizeof(folder), ".")
			: snprintf(folder, sizeof(folder), "%.*s/", (int)(slash - path), path);
	int fd = n < 0 || (size_t)n >= sizeof(folder)
			 ? -1
			 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

enum err file_rename(const char *from, const char *to, struct fault *f)
{
	if (rename(from, to) != 0)
		return file_fail(f, to);
	sync_folder_of(to);
	return OK;
}

enum err file_replace(const char *path, struct bytes content, struct fault *f)
{
	char beside[PATH_ROOM];
	int n = snprintf(beside, sizeof(beside), "%s.tmp-%ld", path, (long)getpid());
	if (n < 0 || (size_t)n >= sizeof(beside))
		return fail(f, E_FILE, path, strerror(ENAMETOOLONG));
	enum err err = file_create(beside, content, f);
	if (err == OK)
		err = file_rename(beside, path, f);
	if (err != OK && err != E_EXISTS)
		unlink(beside);
	return err;
}

void file_forget(struct bytes content)
{
	void *copy;
	memcpy(&copy, &content.p, sizeof(copy)); /* the arena's, which we may write */
	if (content.n > 0)
		sodium_memzero(copy, content.n);
}
