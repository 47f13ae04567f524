/* verify.c: all checks over one snapshot, in a process of its own. */
#include "daemon/verify/verify.h"

#include "daemon/verify/audit.h"
#include "daemon/verify/fold.h"
#include "daemon/verify/recount.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEMP_PATH_MAX = 4000 };

/* A folder for the scratch store. */

static enum err temp_make(const char *path, char temp[static TEMP_PATH_MAX], struct fault *f)
{
	const char *where = getenv("TMPDIR");
	if (where == NULL || where[0] == '\0')
		where = path;
	if (strlen(where) > TEMP_PATH_MAX - 32)
		return fail(f, E_FILE, where, "the path is too long");
	snprintf(temp, TEMP_PATH_MAX, "%s/hoiam-verify.XXXXXX", where);
	return mkdtemp(temp) != NULL ? OK : fail(f, E_FILE, where, strerror(errno));
}

static void temp_remove(const char *temp)
{
	char file[TEMP_PATH_MAX + 16];
	static const char *const names[] = { "data.mdb", "lock.mdb" };
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(file, sizeof(file), "%s/%s", temp, names[i]);
		unlink(file);
	}
	rmdir(temp);
}

/* Verifying. */

static void sum_up(const struct audit *a, const char *path)
{
	fprintf(a->out,
		"%s: %llu entries, %llu leaves, %zu meetings, %zu cases, %llu words: ", path,
		(unsigned long long)a->entries, (unsigned long long)a->leaves,
		a->fold->meeting_count, a->fold->case_count, (unsigned long long)a->words.groups);
	if (a->failures == 0)
		fprintf(a->out, "all well\n");
	else
		fprintf(a->out, "%llu failures\n", (unsigned long long)a->failures);
}

static enum err check(struct audit *a, const char *temp, struct fault *f)
{
	walk_journal(a);
	tables_end(a);
	if (txn_error(a->txn) != OK)
		return OK; /* told by who ends the transaction */
	if (a->unsafe) {
		fprintf(a->out, "verify: the views were not compared: the journal is damaged\n");
		return OK;
	}
	enum err err = views_check(a, temp, f);
	if (err == OK && a->failures == 0 && txn_error(a->txn) == OK)
		err = recount_check(a, f);
	return txn_error(a->txn) == OK ? err : OK;
}

static enum err run(const char *path, const char *temp, FILE *out, struct fault *f)
{
	struct db *db;
	struct txn *txn;
	struct audit a;
	enum err err = db_open(&db, path, DB_READ, f);
	if (err != OK)
		return err;
	err = txn_begin(&txn, db, false, f);
	if (err != OK) {
		db_close(db);
		return err;
	}
	audit_init(&a, txn, out);
	err = check(&a, temp, f);
	struct fault broken = { 0 };
	words_close(&a.words);
	bodies_close(&a.bodies);
	a.txn = NULL;
	if (txn_commit(txn, &broken) != OK)
		audit_fail(&a, "data.mdb", "-", "pages", "%s", broken.what);
	sum_up(&a, path);
	if (err == OK && a.failures > 0)
		err = fail(f, E_CORRUPT, path, "see the lines above");
	audit_fini(&a);
	db_close(db);
	return err;
}

/* Structure that cannot be opened is a failure of the store, and told as one. */
static enum err run_told(const char *path, const char *temp, FILE *out, struct fault *f)
{
	struct fault local = { 0 };
	enum err err = run(path, temp, out, &local);
	if (err == E_CORRUPT && !text_is(text_of(local.what), "see the lines above"))
		fprintf(out, "verify: data.mdb - pages: %s\n", local.what);
	fflush(out);
	if (err != OK && f != NULL)
		*f = local;
	return err;
}

enum err verify_here(const char *path, FILE *out, struct fault *f)
{
	char temp[TEMP_PATH_MAX];
	enum err err = temp_make(path, temp, f);
	if (err != OK)
		return err;
	err = run_told(path, temp, out, f);
	temp_remove(temp);
	return err;
}

/* The child: lines, then the fault, through the pipe. */

struct tail {
	enum err err;
	struct fault fault;
};

/* Whoever catches these here would go on with what the parent was doing. */
static void default_signals(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE };
	for (size_t i = 0; i < COUNT(signals); i++)
		signal(signals[i], SIG_DFL);
}

static _Noreturn void child(const char *path, const char *temp, int lines, int result)
{
	struct rlimit none = { 0, 0 };
	struct tail tail = { .err = E_INTERNAL };
	setrlimit(RLIMIT_CORE, &none);
	default_signals();
	FILE *out = fdopen(lines, "w");
	if (out != NULL) {
		tail.err = run_told(path, temp, out, &tail.fault);
		fclose(out);
	}
	ssize_t n = write(result, &tail, sizeof(tail));
	_exit(n == (ssize_t)sizeof(tail) ? 0 : 1);
}

static void pass_lines(int lines, FILE *out)
{
	char buffer[4096];
	for (;;) {
		ssize_t n = read(lines, buffer, sizeof(buffer));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		fwrite(buffer, 1, (size_t)n, out);
	}
}

static enum err reap(pid_t pid, int result, const char *path, FILE *out, struct fault *f)
{
	struct tail tail;
	int status;
	ssize_t n = read(result, &tail, sizeof(tail));
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (n == (ssize_t)sizeof(tail)) {
		if (tail.err != OK && f != NULL)
			*f = tail.fault;
		return tail.err;
	}
	fprintf(out, "verify: data.mdb - pages: reading them ended the process\n");
	fflush(out);
	return fail(f, E_CORRUPT, path, "see the lines above");
}

static enum err run_apart(const char *path, const char *temp, FILE *out, struct fault *f)
{
	int lines[2], result[2];
	fflush(NULL);
	if (pipe(lines) != 0)
		return FAIL_SERVER(f, E_INTERNAL, errno);
	if (pipe(result) != 0) {
		close(lines[0]);
		close(lines[1]);
		return FAIL_SERVER(f, E_INTERNAL, errno);
	}
	pid_t pid = fork();
	if (pid == 0)
		child(path, temp, lines[1], result[1]);
	close(lines[1]);
	close(result[1]);
	enum err err = pid < 0 ? FAIL_SERVER(f, E_INTERNAL, errno) : OK;
	if (err == OK) {
		pass_lines(lines[0], out);
		err = reap(pid, result[0], path, out, f);
	}
	close(lines[0]);
	close(result[0]);
	return err;
}

enum err verify_store(const char *path, FILE *out, struct fault *f)
{
	char temp[TEMP_PATH_MAX];
	enum err err = temp_make(path, temp, f);
	if (err != OK)
		return err;
	err = run_apart(path, temp, out, f);
	temp_remove(temp);
	return err;
}
