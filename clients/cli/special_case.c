/* special_case.c: `case attach` and `case attachment`: a file to the server and back. */
#include "clients/cli/args.h"
#include "clients/cli/session.h"
#include "clients/cli/special.h"
#include "clients/file.h"
#include "clients/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* A file on its way, in either direction: one part of it is in memory. */
struct carried {
	int fd;
	const char *path;
	uint64_t size;
	crypto_hash_sha256_state hash;
	uint8_t buffer[LIMIT_CHUNK_BYTES];
};

static void carried_close(struct carried *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* To the server. */

/* A part of a file of c->size bytes: all of it, or the file is not what it was. */
static enum err read_part(void *arg, uint64_t number, struct bytes *part, struct fault *f)
{
	struct carried *c = arg;
	ssize_t n;
	uint64_t at = number * sizeof(c->buffer), left = at < c->size ? c->size - at : 0;
	size_t want = left < sizeof(c->buffer) ? (size_t)left : sizeof(c->buffer);
	do {
		n = pread(c->fd, c->buffer, want, (off_t)at);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return file_fail(f, c->path);
	*part = bytes_of(c->buffer, (size_t)n);
	return (size_t)n == want ? OK : fail(f, E_FILE, c->path, N_("it became shorter meanwhile"));
}

/* Opens it and takes its hash, in constant memory. */
static enum err open_file(struct carried *c, const char *path, struct fault *f)
{
	struct stat st;
	c->path = path;
	c->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (c->fd < 0 || fstat(c->fd, &st) != 0)
		return file_fail(f, path);
	if (!S_ISREG(st.st_mode))
		return fail(f, E_FILE, path, N_("not a plain file"));
	if (st.st_size == 0)
		return fail(f, E_BLANK, path, NULL);
	if (st.st_size > (off_t)LIMIT_BODY_BYTES)
		return fail_number(f, E_TOO_LARGE, path, (int64_t)st.st_size, LIMIT_BODY_BYTES);
	c->size = (uint64_t)st.st_size;
	crypto_hash_sha256_init(&c->hash);
	for (uint64_t i = 0; i * sizeof(c->buffer) < c->size; i++) {
		struct bytes part;
		enum err err = read_part(c, i, &part, f);
		if (err != OK)
			return err;
		crypto_hash_sha256_update(&c->hash, part.p, part.n);
	}
	return OK;
}

static char *option(struct session *s, const char *name, const char *value)
{
	size_t n = strlen(name) + strlen(value) + 4;
	char *word = arena_alloc(&s->arena, n, 1);
	snprintf(word, n, "--%s=%s", name, value);
	return word;
}

/* The words of the record: what the user gave, and what the file is. */
static enum err fill_attach(struct session *s, struct carried *c, int argc, char **argv,
	const char *name, struct case_attach *to)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char *words[64], hex[2 * sizeof(hash) + 1], size[24];
	int n = 0;
	if (argc < 2)
		return session_usage(s, _("give the number of the case and a file"));
	if (argc > 60)
		return session_usage(s, _("too many words"));
	enum err err = open_file(c, argv[1], &s->fault);
	if (err != OK)
		return err;
	const char *slash = strrchr(argv[1], '/');
	if (name == NULL)
		name = slash == NULL ? argv[1] : slash + 1;
	crypto_hash_sha256_final(&c->hash, hash);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	words[n++] = argv[0];
	for (int i = 2; i < argc; i++)
		words[n++] = argv[i];
	snprintf(size, sizeof(size), "%" PRIu64, c->size);
	words[n++] = option(s, "name", name);
	words[n++] = option(s, "sha256", hex);
	words[n++] = option(s, "size", size);
	return session_parse(s, record_case_attach(), n, words, to);
}

int special_case_attach(struct session *s, int argc, char **argv)
{
	AUTO(outcome_fini) struct outcome outcome = { 0 };
	struct carried *c = arena_alloc(&s->arena, 1, sizeof(*c));
	const struct link_body body = { .part = read_part, .arg = c };
	const char *name = args_take(&argc, argv, "name");
	struct case_attach record;
	c->fd = -1;
	enum err err = fill_attach(s, c, argc, argv, name, &record);
	if (err == OK)
		err = session_login(s);
	if (err == OK) {
		link_set_body(s->link, &body);
		err = session_act(s, session_cmd("case.attach"), &record, &outcome);
		link_set_body(s->link, NULL);
	}
	carried_close(c);
	if (err == OK)
		session_show(s, &outcome);
	return session_end(s, err);
}

/* And back: into a file of our own beside PATH, which gets its name when all of it is there. */

static enum err write_part(void *arg, uint64_t number, struct bytes part, struct fault *f)
{
	struct carried *c = arg;
	if (number == 0) {
		if (ftruncate(c->fd, 0) != 0 || lseek(c->fd, 0, SEEK_SET) != 0)
			return file_fail(f, c->path);
		crypto_hash_sha256_init(&c->hash);
		c->size = 0;
	}
	for (size_t at = 0; at < part.n;) {
		ssize_t put = write(c->fd, part.p + at, part.n - at);
		if (put < 0 && errno != EINTR)
			return file_fail(f, c->path);
		at += put < 0 ? 0 : (size_t)put;
	}
	crypto_hash_sha256_update(&c->hash, part.p, part.n);
	c->size += part.n;
	return OK;
}

static enum err create_file(struct session *s, struct carried *c, const char *path, struct fault *f)
{
	if (access(path, F_OK) == 0)
		return fail_text(f, E_EXISTS, "out", text_of(path));
	c->path = arena_format(&s->arena, "%s.part-%ld", path, (long)getpid()).p;
	c->fd = open(c->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return c->fd >= 0 ? OK : file_fail(f, c->path);
}

/* What came must be what was signed. */
static enum err check_file(struct carried *c, const struct table *t, struct fault *f)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(hash) + 1];
	crypto_hash_sha256_final(&c->hash, hash);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	if (!text_is(cell_as_text(table_cell(t, 0, "sha256")), hex))
		return fail(f, E_BODY, "sha256", N_("another hash"));
	return fsync(c->fd) == 0 ? OK : file_fail(f, c->path);
}

static enum err fetch_file(struct session *s, struct carried *c,
	const struct case_attachment *record, struct reply *reply)
{
	const struct link_body body = { .put = write_part, .arg = c };
	enum err err = session_login(s);
	if (err != OK)
		return err;
	crypto_hash_sha256_init(&c->hash);
	link_set_body(s->link, &body);
	err = session_read(s, session_cmd("case.attachment"), record, reply);
	link_set_body(s->link, NULL);
	return err == OK ? check_file(c, reply_table(reply, "case_attachment"), &s->fault) : err;
}

int special_case_attachment(struct session *s, int argc, char **argv)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	struct carried *c = arena_alloc(&s->arena, 1, sizeof(*c));
	struct case_attachment record;
	const char *path = args_take(&argc, argv, "out");
	if (path == NULL)
		return session_end(s, fail(&s->fault, E_MISSING, "out", NULL));
	c->fd = -1;
	enum err err = session_parse(s, record_case_attachment(), argc, argv, &record);
	if (err == OK)
		err = create_file(s, c, path, &s->fault);
	bool begun = err == OK;
	if (err == OK)
		err = fetch_file(s, c, &record, &reply);
	carried_close(c);
	if (err == OK)
		err = file_rename(c->path, path, &s->fault);
	else if (begun)
		unlink(c->path);
	if (err == OK)
		printf(_("%llu bytes in %s\n"), (unsigned long long)c->size, path);
	return session_end(s, err);
}
