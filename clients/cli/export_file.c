/* export_file.c: rows of an export into a file that can be gone on with. */
#include "clients/cli/export_file.h"

#include "clients/file.h"
#include "clients/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* What an earlier run left. */

struct found {
	uint64_t lines, end; /* whole lines, and where the last of them ends */
	uint64_t line;       /* where the line begins that is being looked at */
	uint64_t last[2];    /* where the last line begins, and the one before it */
	bool quoted, broken;
};

static void look_at(struct found *to, bool csv, uint64_t at, char c)
{
	to->broken = c == '\0'; /* blocks that never reached the disk */
	if (csv && c == '"')
		to->quoted = !to->quoted;
	if (c != '\n' || to->quoted)
		return;
	to->last[1] = to->last[0];
	to->last[0] = to->line;
	to->line = to->end = at + 1;
	to->lines++;
}

static void find_rows(FILE *part, bool csv, struct found *to)
{
	char bytes[1 << 14];
	uint64_t at = 0;
	rewind(part);
	for (size_t n; !to->broken && (n = fread(bytes, 1, sizeof(bytes), part)) > 0;)
		for (size_t i = 0; i < n && !to->broken; i++)
			look_at(to, csv, at++, bytes[i]);
}

/* The first cell of a line; of JSON the value of the first name, which goes to `name`. */
static bool first_cell(const char *line, bool csv, char *name, char *cell, size_t room)
{
	size_t n;
	if (csv) {
		n = strcspn(line, ",\n");
	} else {
		int used = 0;
		if (sscanf(line, "{\"%31[a-z]\":%n", name, &used) != 1 || used == 0)
			return false;
		line += used;
		line += *line == '"';
		n = strcspn(line, "\",}\n");
	}
	if (n == 0 || n >= room)
		return false;
	memcpy(cell, line, n);
	cell[n] = '\0';
	return true;
}

static enum err read_last(struct export_file *to, struct found *found)
{
	char line[sizeof(to->last) + 64] = "", name[32] = "";
	if (fseeko(to->out, (off_t)found->last[0], SEEK_SET) != 0)
		return file_fail(to->fault, to->part);
	line[fread(line, 1, sizeof(line) - 1, to->out)] = '\0';
	if (!first_cell(line, to->csv, name, to->last, sizeof(to->last)))
		return fail(to->fault, E_CONFLICT, to->part,
			N_("not a part of this export; remove it, or name another file"));
	if (strcmp(name, "rows") != 0)
		return OK;
	/* The trailer stands, but the file was not given its name: it is written again. */
	found->end = found->last[0];
	found->last[0] = found->last[1];
	to->last[0] = '\0';
	return --found->lines == 0 ? OK : read_last(to, found);
}

static enum err hash_rows(struct export_file *to, uint64_t left)
{
	uint8_t bytes[1 << 14];
	rewind(to->out);
	while (left > 0) {
		size_t want = left < sizeof(bytes) ? (size_t)left : sizeof(bytes);
		size_t n = fread(bytes, 1, want, to->out);
		if (n == 0)
			return file_fail(to->fault, to->part);
		crypto_hash_sha256_update(&to->hash, bytes, n);
		left -= n;
	}
	return OK;
}

/* Behind the last whole row; what comes after it was cut off. */
static enum err go_on(struct export_file *to)
{
	struct found found = { 0 };
	enum err err = OK;
	find_rows(to->out, to->csv, &found);
	if (ferror(to->out))
		return file_fail(to->fault, to->part);
	if (found.lines > (to->csv ? 1 : 0))
		err = read_last(to, &found);
	if (err == OK)
		err = hash_rows(to, found.end);
	if (err != OK)
		return err;
	to->begun = found.lines > 0;
	to->rows = to->csv && to->begun ? found.lines - 1 : found.lines;
	if (fseeko(to->out, (off_t)found.end, SEEK_SET) != 0 ||
		ftruncate(fileno(to->out), (off_t)found.end) != 0)
		return file_fail(to->fault, to->part);
	return OK;
}

/* Opening. */

static enum err check_ask(struct export_file *to, const uint8_t *asked, struct arena *a)
{
	struct bytes before = { 0 };
	struct stat about;
	if (fstat(fileno(to->out), &about) != 0)
		return file_fail(to->fault, to->part);
	if (about.st_size == 0)
		return file_replace(to->ask, bytes_of(asked, EXPORT_ASK_BYTES), to->fault);
	bool known = access(to->ask, F_OK) == 0;
	enum err err = known ? file_read(to->ask, 4096, a, &before, to->fault) : OK;
	if (err == OK &&
		(before.n != EXPORT_ASK_BYTES || memcmp(before.p, asked, EXPORT_ASK_BYTES) != 0))
		err = fail(to->fault, E_CONFLICT, to->part,
			N_("not a part of this export; remove it, or name another file"));
	return err == OK ? go_on(to) : err;
}

enum err export_open(struct export_file *to, const char *path, bool csv,
	const uint8_t asked[static EXPORT_ASK_BYTES], struct arena *a, struct fault *f)
{
	*to = (struct export_file){ .path = path, .csv = csv, .fault = f, .out = stdout };
	crypto_hash_sha256_init(&to->hash);
	if (path == NULL)
		return OK;
	to->out = NULL;
	to->part = arena_format(a, "%s.part", path).p;
	to->ask = arena_format(a, "%s.part.ask", path).p;
	if (access(path, F_OK) == 0)
		return fail(f, E_EXISTS, "out", path);
	int fd = open(to->part, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return file_fail(f, to->part);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		return fail(f, E_CONFLICT, to->part, N_("another run is writing it"));
	}
	to->out = fdopen(fd, "r+");
	if (to->out == NULL) {
		close(fd);
		return file_fail(f, to->part);
	}
	return check_ask(to, asked, a);
}

/* Writing. */

static enum err put(struct export_file *to, struct bytes b)
{
	if (b.n > 0 && (fwrite(b.p, 1, b.n, to->out) != b.n || fflush(to->out) != 0))
		return file_fail(to->fault, to->path == NULL ? "stdout" : to->part);
	return OK;
}

enum err export_add(struct export_file *to, struct bytes rows, uint64_t count)
{
	crypto_hash_sha256_update(&to->hash, rows.p, rows.n);
	to->rows += count;
	to->begun = to->begun || rows.n > 0;
	return put(to, rows);
}

static void hash_so_far(const struct export_file *to, char out[static 65])
{
	crypto_hash_sha256_state state = to->hash;
	uint8_t hash[crypto_hash_sha256_BYTES];
	crypto_hash_sha256_final(&state, hash);
	sodium_bin2hex(out, 65, hash, sizeof(hash));
}

/* As sha256sum --check reads it. */
static enum err put_sum(struct export_file *to, const char *hash)
{
	AUTO(arena_fini) struct arena a = { 0 };
	const char *slash = strrchr(to->path, '/');
	struct text sum = arena_format(&a, "# rows=%" PRIu64 "\n%s  %s\n", to->rows, hash,
		slash == NULL ? to->path : slash + 1);
	return file_replace(
		arena_format(&a, "%s.sha256", to->path).p, bytes_of(sum.p, sum.n), to->fault);
}

static enum err put_trailer(struct export_file *to)
{
	char hash[65], line[160];
	hash_so_far(to, hash);
	if (to->csv && to->path != NULL)
		return put_sum(to, hash);
	if (to->csv) {
		fprintf(stderr, "rows=%" PRIu64 " sha256=%s\n", to->rows, hash);
		return OK;
	}
	int n = snprintf(
		line, sizeof(line), "{\"rows\":%" PRIu64 ",\"sha256\":\"%s\"}\n", to->rows, hash);
	return put(to, bytes_of(line, (size_t)n));
}

enum err export_finish(struct export_file *to)
{
	enum err err = put_trailer(to);
	if (err != OK || to->path == NULL)
		return err;
	if (fsync(fileno(to->out)) != 0)
		return file_fail(to->fault, to->part);
	err = file_rename(to->part, to->path, to->fault);
	if (err == OK)
		(void)unlink(to->ask);
	return err;
}

void export_close(struct export_file *to)
{
	if (to->path != NULL && to->out != NULL)
		fclose(to->out);
	to->out = NULL;
}
