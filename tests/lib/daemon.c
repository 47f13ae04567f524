/* daemon.c: a daemon of the test's own. */
#include "tests/lib/test.h"

#include "tests/lib/daemon.h"

#include "clients/keyfile.h"
#include "daemon/house_key.h"
#include "proto/rid.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMUNES = 12, PATIENCE_MS = 10000 };

static const char *program(void)
{
	const char *path = getenv("HOIAMD_PROGRAM");
	assert_non_null(path);
	return path;
}

struct test_daemon *test_daemon_make(void)
{
	struct test_daemon *d = xcalloc(1, sizeof(*d));
	const char *temp = getenv("TMPDIR");
	d->r.seed = 1;
	snprintf(d->dir, sizeof(d->dir), "%s/daemon-XXXXXX", temp == NULL ? "/tmp" : temp);
	assert_non_null(mkdtemp(d->dir));
	/* a socket's path has at most 107 bytes, a build folder may lie deep */
	snprintf(d->socket, sizeof(d->socket), "/tmp/hoiam.XXXXXX");
	assert_non_null(mkdtemp(d->socket));
	snprintf(d->socket + strlen(d->socket), sizeof(d->socket) - strlen(d->socket), "/s");
	bench_make(&d->r, d->dir, COMMUNES, DB_CREATE);
	bench_close(&d->r);
	assert_int_equal(house_key_write(d->dir, d->r.house, NULL), OK);
	return d;
}

void test_daemon_store_open(struct test_daemon *d)
{
	assert_int_equal(d->pid, 0);
	assert_int_equal(db_open(&d->r.db, d->dir, DB_WRITE, NULL), OK);
	assert_int_equal(ledger_open(&d->r.ledger, d->r.db, NULL), OK);
	assert_int_equal(ledger_begin(d->r.ledger, NULL), OK);
}

void test_daemon_store_close(struct test_daemon *d)
{
	assert_int_equal(ledger_commit(d->r.ledger, NULL), OK);
	bench_close(&d->r);
}

static void write_settings(const struct test_daemon *d, const char *settings)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/hoiamd.conf", d->dir);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(settings == NULL ? "" : settings, file);
	fclose(file);
	if (settings == NULL)
		unlink(path);
}

static int log_descriptor(const struct test_daemon *d)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/daemon.log", d->dir);
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static pid_t start(const struct test_daemon *d, const char *settings)
{
	write_settings(d, settings);
	int log = log_descriptor(d);
	assert_true(log >= 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(log, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
		unsetenv("HOIAM_SOCKET");
		execl(program(), "hoiamd", "run", d->dir, d->by_settings ? NULL : "--socket",
			d->socket, (char *)NULL);
		_exit(127);
	}
	close(log);
	return pid;
}

static int ended(pid_t pid)
{
	int status = 0;
	while (waitpid(pid, &status, 0) < 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void test_daemon_start(struct test_daemon *d, const char *settings)
{
	assert_int_equal(d->pid, 0);
	d->pid = start(d, settings);
	int fd = wire_dial(d->socket);
	assert_true(fd >= 0);
	close(fd);
}

int test_daemon_refuses(struct test_daemon *d, const char *settings)
{
	pid_t pid = start(d, settings);
	siginfo_t info = { 0 };
	double end = bench_seconds() + PATIENCE_MS / 1e3;
	while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		info.si_pid == 0 && bench_seconds() < end)
		usleep(2000);
	if (info.si_pid == 0)
		kill(pid, SIGKILL); /* it serves */
	return ended(pid);
}

int test_daemon_stop(struct test_daemon *d, int signal)
{
	pid_t pid = d->pid;
	assert_int_not_equal(pid, 0);
	d->pid = 0;
	kill(pid, signal);
	return ended(pid);
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void remove_tree(const char *path)
{
	assert_int_equal(nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

void test_daemon_close(struct test_daemon *d)
{
	if (d->pid != 0)
		(void)test_daemon_stop(d, SIGKILL);
	*strrchr(d->socket, '/') = '\0';
	remove_tree(d->dir);
	remove_tree(d->socket);
	free(d);
}

bool test_daemon_logged(const struct test_daemon *d, const char *words)
{
	char line[4096];
	bool found = false;
	snprintf(line, sizeof(line), "%s/daemon.log", d->dir);
	FILE *file = fopen(line, "r");
	while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
		found = strstr(line, words) != NULL;
	if (file != NULL)
		fclose(file);
	return found;
}

bool test_daemon_logs(const struct test_daemon *d, const char *words)
{
	double end = bench_seconds() + PATIENCE_MS / 1e3;
	bool found = false;
	while (!(found = test_daemon_logged(d, words)) && bench_seconds() < end)
		usleep(20000);
	return found;
}

void test_daemon_assert_refuses(
	struct test_daemon *d, const char *settings, int code, const char *words)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/daemon.log", d->dir);
	unlink(path);
	int got = test_daemon_refuses(d, settings);
	if (got != code || !test_daemon_logged(d, words))
		print_error("%s: exit code %d, \"%s\" wanted\n", settings, got, words);
	assert_int_equal(got, code);
	assert_true(test_daemon_logged(d, words));
}

uint64_t test_daemon_rows(const struct test_daemon *d, enum store table)
{
	struct db *db;
	struct txn *txn;
	assert_int_equal(db_open(&db, d->dir, DB_READ, NULL), OK);
	assert_int_equal(txn_begin(&txn, db, false, NULL), OK);
	uint64_t rows = db_table_pages(txn, table).rows;
	txn_abort(txn);
	db_close(db);
	return rows;
}

/* Is a thread, by the folder of its process, asleep (proc(5): the state stands behind the name)? */
static bool sleeps(const char *tasks, const char *thread)
{
	char path[352], line[256] = "";
	snprintf(path, sizeof(path), "%s/%s/stat", tasks, thread);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		return true;
	size_t n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	const char *name_end = memrchr(line, ')', n);
	return name_end != NULL && name_end[2] == 'S';
}

static bool all_sleep(pid_t pid)
{
	char path[64];
	bool all = true;
	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	DIR *tasks = opendir(path);
	assert_non_null(tasks);
	for (const struct dirent *e = readdir(tasks); e != NULL; e = readdir(tasks))
		all = all && (e->d_name[0] == '.' || sleeps(path, e->d_name));
	closedir(tasks);
	return all;
}

/* One thread may wake another while they are looked at: so several looks. */
void test_daemon_rest(const struct test_daemon *d)
{
	enum { LOOKS = 5 };
	int waited = 0;
	for (int n = 0; n < LOOKS; n = all_sleep(d->pid) ? n + 1 : 0) {
		usleep(1000);
		assert_true(waited++ < PATIENCE_MS);
	}
}

void test_hold_begin(struct test_hold *h, const struct test_daemon *d)
{
	assert_int_equal(db_open(&h->db, d->dir, DB_WRITE, NULL), OK);
	assert_int_equal(txn_begin(&h->txn, h->db, true, NULL), OK);
}

void test_hold_end(struct test_hold *h)
{
	txn_abort(h->txn);
	db_close(h->db);
}

void test_daemon_verify(const struct test_daemon *d)
{
	int log = log_descriptor(d);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(log, STDOUT_FILENO);
		execl(program(), "hoiamd", "verify", d->dir, (char *)NULL);
		_exit(127);
	}
	close(log);
	assert_int_equal(ended(pid), 0);
}

/* Lines. */

void test_line_open(struct test_line *l, const struct test_daemon *d)
{
	struct timeval patience = { PATIENCE_MS / 1000, 0 };
	l->fd = wire_dial(d->socket);
	l->id = 0;
	l->have = l->used = 0;
	l->answer = (struct wire_answer){ 0 };
	assert_true(l->fd >= 0);
	setsockopt(l->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
}

void test_line_send_params(struct test_line *l, const char *method, struct bytes params)
{
	AUTO(writer_fini) struct writer w = { 0 };
	wire_request(&w, ++l->id, method, params);
	(void)wire_send(l->fd, writer_bytes(&w)); /* a cut line shows at the answer */
}

void test_line_greet(struct test_line *l, const struct test_daemon *d)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	test_line_open(l, d);
	record_write_wire(&params, record_hello(), &hello, NULL, NULL);
	test_line_send_params(l, "hello", writer_bytes(&params));
	assert_true(test_line_answer(l));
	assert_int_equal(l->answer.error.n, 0);
}

bool test_line_login_as(struct test_line *l, const struct test_daemon *d, const uint8_t *secret)
{
	test_line_open(l, d);
	l->id = 1;
	return wire_login(l->fd, secret, NULL);
}

void test_line_login(struct test_line *l, const struct test_daemon *d)
{
	assert_true(test_line_login_as(l, d, d->r.officer));
}

void test_line_close(struct test_line *l)
{
	close(l->fd);
}

void test_line_send_as(struct test_line *l, struct test_daemon *d, const uint8_t *secret,
	enum cmd cmd, const void *record)
{
	AUTO(writer_fini) struct writer params = { 0 };
	if (cmds[cmd].mode == CMD_WRITE)
		bench_build_as(&d->r, secret, cmd, record, &params);
	else
		record_write_wire(&params, cmds[cmd].record(), record, NULL, NULL);
	test_line_send_params(l, cmds[cmd].wire, writer_bytes(&params));
}

void test_line_send(struct test_line *l, struct test_daemon *d, enum cmd cmd, const void *record)
{
	test_line_send_as(l, d, d->r.officer, cmd, record);
}

/* The next whole message; empty: none came. */
static struct bytes next_message(struct test_line *l)
{
	struct skim s;
	memmove(l->bytes, l->bytes + l->used, l->have - l->used);
	l->have -= l->used;
	l->used = 0;
	skim_init(&s, sizeof(l->bytes));
	while (skim_feed(&s, l->bytes, l->have, NULL) != OK) {
		ssize_t got = read(l->fd, l->bytes + l->have, sizeof(l->bytes) - l->have);
		if (got <= 0)
			return (struct bytes){ 0 };
		l->have += (size_t)got;
	}
	l->used = s.at;
	return bytes_of(l->bytes, l->used);
}

bool test_line_answer(struct test_line *l)
{
	struct bytes message = next_message(l);
	return message.n > 0 && wire_open(message, &l->answer);
}

bool test_line_notice(struct test_line *l, struct test_notice *to)
{
	struct reader rd = reader_of(next_message(l));
	*to = (struct test_notice){ 0 };
	if (read_array(&rd) != 3 || read_uint(&rd) != 2)
		return false;
	to->method = read_text(&rd);
	uint32_t n = read_array(&rd);
	to->id = read_uint(&rd);
	to->number = read_uint(&rd);
	if (n == 3)
		to->part = read_bin(&rd);
	return rd.err == OK;
}

void test_line_notify(
	struct test_line *l, const char *method, uint64_t id, uint64_t number, struct bytes part)
{
	AUTO(writer_fini) struct writer w = { 0 };
	write_array(&w, 3);
	write_uint(&w, 2);
	write_string(&w, method);
	write_array(&w, part.p == NULL ? 2 : 3);
	write_uint(&w, id);
	write_uint(&w, number);
	if (part.p != NULL)
		write_bin(&w, part);
	(void)wire_send(l->fd, writer_bytes(&w));
}

const char *test_line_call_as(struct test_line *l, struct test_daemon *d, const uint8_t *secret,
	enum cmd cmd, const void *record)
{
	static char name[64];
	test_line_send_as(l, d, secret, cmd, record);
	if (!test_line_answer(l))
		return "cut";
	snprintf(name, sizeof(name), "%.*s", (int)l->answer.error.n, l->answer.error.p);
	return name;
}

const char *test_line_call(
	struct test_line *l, struct test_daemon *d, enum cmd cmd, const void *record)
{
	return test_line_call_as(l, d, d->r.officer, cmd, record);
}

bool test_line_closes(struct test_line *l, int ms)
{
	double end = bench_seconds() + ms / 1e3;
	for (;;) {
		int left = (int)((end - bench_seconds()) * 1000);
		struct pollfd p = { .fd = l->fd, .events = POLLIN };
		if (left <= 0 || poll(&p, 1, left) == 0)
			return false;
		if (read(l->fd, l->bytes, sizeof(l->bytes)) <= 0)
			return true;
	}
}

void test_daemon_invite(struct test_daemon *d, struct invitation *to)
{
	uint8_t token[32];
	struct noise_key house;
	struct test_line l;
	*to = (struct invitation){ .has_line = true };
	memcpy(to->reg, d->r.reg, sizeof(to->reg));
	memcpy(to->house, d->r.house + 32, sizeof(to->house));
	randombytes_buf(to->secret, sizeof(to->secret));
	invitation_token(to->secret, token);
	house_channel(d->r.house, &house);
	memcpy(to->channel, house.public, sizeof(to->channel));
	house_psk(d->r.house, token, to->psk);
	struct officer_invite invite = { .role = text_of("leader"),
		.name = text_of("Nguyen Van An"),
		.token = bytes_of(token, sizeof(token)) };
	test_line_login(&l, d);
	assert_string_equal(test_line_call(&l, d, CMD_officer_invite, &invite), "");
	test_line_close(&l);
}

void test_daemon_enrol(struct test_daemon *d, const char *keyfile)
{
	struct test_line l;
	struct invitation invitation;
	test_daemon_invite(d, &invitation);
	AUTO(keyfile_free) struct keyfile *key = keyfile_new(&invitation);
	struct enrol enrol = { bytes_of(invitation.secret, 32), bytes_of(keyfile_public(key), 32),
		bytes_of(keyfile_channel(key), 32) };
	const struct key_level quick = { 1, 8192 };
	test_line_greet(&l, d);
	assert_string_equal(test_line_call_as(&l, d, keyfile_secret(key), CMD_enrol, &enrol), "");
	test_line_close(&l);
	assert_int_equal(keyfile_save(key, keyfile, bytes_of("x", 1), quick, NULL), OK);
}
