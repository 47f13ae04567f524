/* file.h: whole files in and out, with limits. */
#ifndef HOIAM_CLIENTS_FILE_H
#define HOIAM_CLIENTS_FILE_H

#include "proto/arena.h"
#include "proto/err.h"

/*
 * All of a file, pipe or device of at most `limit` bytes, in `a`; path "-" is standard input.
 * E_FILE with the path and the system's reason, E_TOO_LARGE.
 */
enum err file_read(
	const char *path, size_t limit, struct arena *a, struct bytes *out, struct fault *f);

/* The same from an open descriptor; `name` stands in the fault. */
enum err file_read_fd(int fd, const char *name, size_t limit, struct arena *a, struct bytes *out,
	struct fault *f);

/* SHA-256 of a file of any size; path "-" is standard input. E_FILE. */
enum err file_sha256(const char *path, uint8_t out[static 32], struct fault *f);

/* A new file, mode 0600, synced. E_EXISTS when there is one; nothing is left after a failure. */
enum err file_create(const char *path, struct bytes content, struct fault *f);

/* The file anew, mode 0600: written beside it, synced, renamed over it. */
enum err file_replace(const char *path, struct bytes content, struct fault *f);

/* Renames within a folder and syncs the folder. */
enum err file_rename(const char *from, const char *to, struct fault *f);

/* Notes E_FILE with the reason that errno holds. */
enum err file_fail(struct fault *f, const char *path);

/* Wipe what was read: the bytes are the arena's, and held a secret. */
void file_forget(struct bytes content);

#endif
