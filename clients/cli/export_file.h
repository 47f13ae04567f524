/*
 * export_file.h: where the rows of an export go: standard output, or FILE by way of FILE.part. A
 * FILE.part that an earlier run left is gone on with behind its last whole row; FILE.part.ask says
 * what was asked for, so that rows of two different exports never stand in one file.
 */
#ifndef HOIAM_CLIENTS_CLI_EXPORT_FILE_H
#define HOIAM_CLIENTS_CLI_EXPORT_FILE_H

#include "proto/arena.h"
#include "proto/err.h"

#include <stdio.h>

#include <sodium.h>

enum { EXPORT_ASK_BYTES = 32 };

struct export_file {
	FILE *out;
	const char *path; /* NULL: standard output */
	const char *part, *ask;
	bool csv;
	bool begun;     /* something stands in it already */
	char last[128]; /* first cell of the last row that an earlier run wrote; else empty */
	uint64_t rows;
	crypto_hash_sha256_state hash; /* over all that was written */
	struct fault *fault;
};

/*
 * path NULL: standard output. `asked`: a hash of all that makes the rows what they are. E_EXISTS:
 * there is a FILE; E_CONFLICT: FILE.part is of another export, or another run writes it; E_FILE.
 */
enum err export_open(struct export_file *to, const char *path, bool csv,
	const uint8_t asked[static EXPORT_ASK_BYTES], struct arena *a, struct fault *f);

/* Whole rows, `count` of them; E_FILE. */
enum err export_add(struct export_file *to, struct bytes rows, uint64_t count);

/*
 * The trailer: in JSON Lines the last line, {"rows":N,"sha256":"…"} over all bytes before it; of
 * CSV it stands in FILE.sha256, or on standard error. Then FILE is there, synced.
 */
enum err export_finish(struct export_file *to);

/* Lets go; what was written of an unfinished file stays in FILE.part. */
void export_close(struct export_file *to);

#endif
