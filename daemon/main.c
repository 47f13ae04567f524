/* main.c: hoiamd: init, run, verify, backup, restore. hoiamd(8). */
#include "daemon/backup.h"
#include "daemon/conf.h"
#include "daemon/house_key.h"
#include "daemon/init.h"
#include "daemon/listener.h"
#include "daemon/log.h"
#include "daemon/server.h"
#include "daemon/verify/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

struct arguments {
	const char *socket, *config, *policy, *recovery_out;
	bool show_config;
	int argc;
	char **argv; /* what is not an option */
};

static int tell(const struct fault *f)
{
	char line[640];
	fault_format(f, err_row(f->err)->text, line, sizeof(line));
	fprintf(stderr, "hoiamd: %s%s%s [%s]\n", line,
		err_row(f->err)->blame == SERVER && f->what[0] != '\0' ? ": " : "",
		err_row(f->err)->blame == SERVER ? f->what : "", err_row(f->err)->name);
	return err_row(f->err)->exit;
}

/* init */

static int run_init(const struct arguments *a)
{
	struct fault f = { 0 };
	struct init_options options = { a->argv[0], a->recovery_out, a->policy };
	if (init_register(&options, &f) != OK)
		return tell(&f);
	printf("The register is made. Start it with: hoiamd run %s\n", a->argv[0]);
	if (a->recovery_out != NULL)
		printf("Print %s, keep it in a safe, delete the file.\n", a->recovery_out);
	printf("The first administrator enrols with:\n%s/admin.invitation\n", a->argv[0]);
	return 0;
}

/* run */

static enum err read_conf(const struct arguments *a, const char *dir, struct conf *conf,
	struct arena *arena, struct fault *f)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/hoiamd.conf", dir);
	enum err err = conf_read(conf, a->config != NULL ? a->config : path, arena, f);
	if (err == E_NOT_FOUND && a->config == NULL)
		return OK;
	if (err == E_NOT_FOUND)
		return fail(f, E_FILE, a->config, strerror(ENOENT));
	return err;
}

/* The folder is the daemon's own, and no second daemon has it. */
static enum err take_folder(const char *dir, struct fault *f)
{
	char path[4096];
	struct stat st;
	if (stat(dir, &st) != 0)
		return fail(f, E_FILE, dir, strerror(errno));
	if (st.st_mode & 022)
		return fail(f, E_FILE, dir, "others may write here; its mode must be 0700");
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	if (access(path, F_OK) != 0)
		return fail(f, E_NOT_FOUND, dir, "a register (hoiamd init makes one)");
	snprintf(path, sizeof(path), "%s/daemon.lock", dir);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(f, E_FILE, path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) /* kept until the process ends */
		return fail(f, E_EXISTS, dir, "a daemon at work on this register");
	return OK;
}

static enum err pick_socket(
	const struct arguments *a, const struct conf *conf, char *path, size_t n, struct fault *f)
{
	const char *env = getenv("HOIAM_SOCKET");
	int length;
	if (a->socket != NULL)
		length = snprintf(path, n, "%s", a->socket);
	else if (env != NULL && *env != '\0')
		length = snprintf(path, n, "%s", env);
	else if (conf->socket.n > 0)
		length = snprintf(path, n, "%.*s", (int)conf->socket.n, conf->socket.p);
	else
		length = snprintf(path, n, "%s/hoiamd.sock", a->argv[0]);
	if (length > SOCKET_PATH_MAX)
		return fail_number(f, E_LONG, path, length, SOCKET_PATH_MAX);
	return OK;
}

/* No core with secrets in it, no reading of the process by others. */
static void harden(void)
{
	struct rlimit none = { 0, 0 };
	umask(0077);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

static enum err serve(const struct arguments *a, const struct conf *conf, struct fault *f)
{
	char socket[8192];
	uint8_t secret[64];
	struct db *db = NULL;
	const char *dir = a->argv[0];
	log_set_level(text_is(conf->log_level, "debug")   ? LOG_DEBUG
		      : text_is(conf->log_level, "error") ? LOG_ERROR
							  : LOG_INFO);
	enum err err = pick_socket(a, conf, socket, sizeof(socket), f);
	if (err == OK)
		err = take_folder(dir, f);
	if (err == OK)
		err = house_key_read(dir, secret, f);
	if (err == OK)
		err = db_open(&db, dir, DB_WRITE, f);
	if (err == OK) {
		struct server_options options = { dir, socket, conf, secret };
		err = server_run(&options, db, f);
	}
	db_close(db);
	sodium_memzero(secret, sizeof(secret));
	return err;
}

static int run_run(const struct arguments *a)
{
	AUTO(arena_fini) struct arena arena = { 0 };
	struct fault f = { 0 };
	struct conf conf;
	enum err err = read_conf(a, a->argv[0], &conf, &arena, &f);
	if (err != OK)
		return tell(&f);
	if (a->show_config) {
		conf_show(&conf, stdout);
		return 0;
	}
	harden();
	return serve(a, &conf, &f) == OK ? 0 : tell(&f);
}

/* verify, backup, restore */

static int run_verify(const struct arguments *a)
{
	struct fault f = { 0 };
	enum err err = verify_store(a->argv[0], stdout, &f);
	if (err == OK)
		return 0;
	return err == E_CORRUPT ? 1 : tell(&f);
}

static int run_backup(const struct arguments *a)
{
	struct fault f = { 0 };
	umask(0077);
	return backup_store(a->argv[0], a->argv[1], stdout, &f) == OK ? 0 : tell(&f);
}

static int run_restore(const struct arguments *a)
{
	struct fault f = { 0 };
	umask(0077);
	return restore_store(a->argv[0], a->argv[1], stdout, &f) == OK ? 0 : tell(&f);
}

static int run_version(const struct arguments *a)
{
	(void)a;
	printf("hoiamd %s\n", HOIAM_VERSION);
	return 0;
}

static const struct {
	const char *name;
	int arguments;
	int (*run)(const struct arguments *a);
	const char *usage, *help;
} commands[] = {
	{ "init", 1, run_init, "DIR [--recovery-out FILE] [--policy FILE]", "make a register" },
	{ "run", 1, run_run, "DIR [--socket PATH] [--config FILE] [--show-config]",
		"serve it until SIGTERM" },
	{ "verify", 1, run_verify, "DIR", "check everything in it against what was signed" },
	{ "backup", 2, run_backup, "DIR OUT", "copy it, also while it is served" },
	{ "restore", 2, run_restore, "BACKUP DIR", "verify a backup and put it in place" },
	{ "version", 0, run_version, "", "print the version" },
};

static int usage(FILE *out)
{
	fputs("usage:\n", out);
	for (size_t i = 0; i < COUNT(commands); i++)
		fprintf(out, "  hoiamd %s %-*s %s\n", commands[i].name,
			(int)(56 - strlen(commands[i].name)), commands[i].usage, commands[i].help);
	return out == stdout ? 0 : EXIT_USAGE;
}

static bool parse(struct arguments *a, int argc, char **argv)
{
	static const struct option options[] = { { "socket", required_argument, NULL, 's' },
		{ "config", required_argument, NULL, 'c' },
		{ "policy", required_argument, NULL, 'p' },
		{ "recovery-out", required_argument, NULL, 'r' },
		{ "show-config", no_argument, NULL, 'S' }, { "help", no_argument, NULL, 'h' },
		{ 0 } };
	for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		if (c == 's')
			a->socket = optarg;
		else if (c == 'c')
			a->config = optarg;
		else if (c == 'p')
			a->policy = optarg;
		else if (c == 'r')
			a->recovery_out = optarg;
		else if (c == 'S')
			a->show_config = true;
		else
			return false;
	}
	a->argc = argc - optind;
	a->argv = argv + optind;
	return true;
}

int main(int argc, char **argv)
{
	struct arguments a = { 0 };
	if (sodium_init() < 0) {
		fputs("hoiamd: no random numbers to be had from this system\n", stderr);
		return 1;
	}
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (!parse(&a, argc - 1, argv + 1))
		return usage(stderr);
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return a.argc == commands[i].arguments ? commands[i].run(&a)
							       : usage(stderr);
	return usage(stderr);
}
