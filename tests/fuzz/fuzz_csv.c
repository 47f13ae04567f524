/*
 * fuzz_csv.c: a table as a client reads it, of memory, of a file, of the same file under gzip, and
 * with the reads cut wherever the first byte says: the same rows, lines and faults each time. What
 * was read is written with all its cells in quotes and read again. Behind a row that is wrong the
 * reading goes on at the beginning of a line.
 *
 * The reader is built with a row of at most 512 bytes (tests/meson.build), so that rows reach their
 * limit, and files the reader's buffer.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <zlib.h>

#include "clients/csv.h"
#include "proto/pack.h"

enum { CUTS_MAX = 64 };

static struct arena arena; /* of one row */

/* A file without a name. */
static int file_of(struct bytes b)
{
	int fd = memfd_create("fuzz_csv", MFD_CLOEXEC);
	assert(fd >= 0);
	for (size_t at = 0; at < b.n;) {
		ssize_t n = write(fd, b.p + at, b.n - at);
		assert(n > 0);
		at += (size_t)n;
	}
	return fd;
}

static void zip(struct writer *w, struct bytes in)
{
	z_stream z = { 0 };
	int rc = deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 1, Z_DEFAULT_STRATEGY);
	assert(rc == Z_OK);
	size_t room = deflateBound(&z, in.n);
	uint8_t *out = xmalloc(room);
	z.next_in = (uint8_t *)(uintptr_t)in.p;
	z.avail_in = (unsigned)in.n;
	z.next_out = out;
	z.avail_out = (unsigned)room;
	rc = deflate(&z, Z_FINISH);
	assert(rc == Z_STREAM_END);
	write_raw(w, out, room - z.avail_out);
	deflateEnd(&z);
	free(out);
}

/* What a reading came to: rows, lines, faults, one behind the other. */

static void note_row(struct writer *to, const struct csv *csv, const struct texts *row)
{
	write_int(to, csv->line);
	write_array(to, row->n);
	for (size_t i = 0; i < row->n; i++)
		write_text(to, row->v[i]);
}

static void note_fault(struct writer *to, const struct fault *f)
{
	write_uint(to, f->err);
	write_int(to, f->at);
	write_string(to, f->what);
}

/* The reader's buffer as if it had held only the next so many bytes: the rest is read again. */
static void cut(struct csv *csv, size_t keep)
{
	if (csv->rest.n <= keep)
		return;
	long at = gztell(csv->stream) - (long)(csv->rest.n - keep);
	long now = gzseek(csv->stream, at, SEEK_SET);
	assert(now == at);
	csv->rest.n = keep;
	csv->ended = false;
}

/* piece 0: nothing is cut. */
static void read_rows(struct csv *csv, size_t piece, struct writer *to)
{
	struct texts row;
	struct fault f = { 0 };
	int64_t line = 0;
	enum err err = OK;
	for (unsigned i = 0; err == OK || err == E_LINE; i++) {
		if (piece > 0 && i < CUTS_MAX)
			cut(csv, piece + i % 3);
		arena_reset(&arena);
		err = csv_next(csv, &row, &arena, &f);
		if (err != OK) {
			assert(f.err == err && row.n == (err == E_LINE ? 1 : 0));
			note_fault(to, &f);
			assert(err != E_LINE || f.at == csv->line);
		}
		if (err == OK && row.n == 0)
			break;
		assert(row.n <= CSV_CELLS_MAX);
		assert(err == E_FILE || (csv->line > line && csv->next_line > csv->line));
		line = csv->line;
		if (err != E_FILE)
			note_row(to, csv, &row);
	}
}

static void read_file(struct bytes content, size_t piece, struct writer *to)
{
	char path[64];
	struct csv csv;
	int fd = file_of(content);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	enum err err = csv_open(&csv, path, NULL);
	assert(err == OK);
	read_rows(&csv, piece, to);
	csv_close(&csv);
	close(fd);
}

static void expect_same(const struct writer *a, const struct writer *b)
{
	assert(bytes_equal(writer_bytes(a), writer_bytes(b)));
}

/* Every row, also one that is wrong, ends where a line does. */
static void try_ends(struct text in)
{
	struct csv csv = csv_of(in, "f");
	struct texts row;
	enum err err;
	do {
		arena_reset(&arena);
		err = csv_next(&csv, &row, &arena, NULL);
		const char *at = csv.rest.p;
		assert(csv.rest.n == 0 || at == in.p || at[-1] == '\n');
	} while (err == E_LINE || row.n > 0);
}

static void quote(struct writer *w, const struct texts *row)
{
	for (size_t i = 0; i < row->n; i++) {
		write_raw(w, i == 0 ? "\"" : ",\"", i == 0 ? 1 : 2);
		for (size_t k = 0; k < row->v[i].n; k++) {
			const char *c = row->v[i].p + k;
			write_raw(w, c, 1);
			if (*c == '"')
				write_raw(w, c, 1);
		}
		write_raw(w, "\"", 1);
	}
	write_raw(w, "\r\n", 2);
}

/* The cells of rows without their lines; a line that is no row is one cell. */
static void note_cells(struct text in, struct writer *to, struct writer *quoted)
{
	struct csv csv = csv_of(in, "f");
	struct texts row;
	enum err err;
	do {
		arena_reset(&arena);
		err = csv_next(&csv, &row, &arena, NULL);
		csv.line = 0;
		if (row.n > 0)
			note_row(to, &csv, &row);
		if (row.n > 0 && quoted != NULL)
			quote(quoted, &row);
	} while (err == E_LINE || row.n > 0);
}

/* Quotes make a row longer: only of those that have room. */
static void try_quoted(struct text in)
{
	if (in.n > CSV_ROW_MAX / 4)
		return;
	AUTO(writer_fini) struct writer first = { 0 }, second = { 0 }, quoted = { 0 };
	note_cells(in, &first, &quoted);
	note_cells((struct text){ (const char *)quoted.p, quoted.n }, &second, NULL);
	expect_same(&first, &second);
}

static bool is_gzip(struct bytes b)
{
	return b.n >= 2 && b.p[0] == 0x1f && b.p[1] == 0x8b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(writer_fini) struct writer zipped = { 0 }, whole = { 0 }, other = { 0 };
	if (size == 0)
		return 0;
	struct bytes content = bytes_of(data + 1, size - 1);
	if (is_gzip(content)) { /* somebody's gzip, good or not */
		read_file(content, 0, &whole);
		return 0;
	}
	struct text text = { (const char *)content.p, content.n };
	struct csv csv = csv_of(text, "f");
	read_rows(&csv, 0, &whole);
	read_file(content, 0, &other);
	expect_same(&whole, &other);
	writer_reset(&other);
	read_file(content, 1 + data[0] % 16u, &other);
	expect_same(&whole, &other);
	writer_reset(&other);
	zip(&zipped, content);
	read_file(writer_bytes(&zipped), 0, &other);
	expect_same(&whole, &other);
	try_ends(text);
	try_quoted(text);
	return 0;
}
