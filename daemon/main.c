/* main.c: hoiamd: init, run, verify, backup, restore. hoiamd(8). */
#include "daemon/backup.h"
#include "daemon/conf.h"
#include "daemon/house_key.h"
#include "daemon/init.h"
#include "daemon/listener.h"
#include "daemon/log.h"
#include "daemon/server.h"
#include "daemon/verify/verify.h"
#include "store/rate.h"
#include "store/row.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

/* A sanitizer looks for leaks from outside of the process. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif !defined(SANITIZED)
#define SANITIZED false
#endif
static const bool sanitized = SANITIZED;

struct arguments {
	const char *socket, *config, *policy, *recovery_out;
	bool show_config;
	int argc;
	char **argv; /* what is not an option */
};

static int tell(const struct fault *f)
{
	char line[640];
	const struct err_row *row = err_row(f->err);
	fault_format(f, row->text, line, sizeof(line));
	bool more = row->blame == SERVER && strstr(line, f->what) == NULL;
	fprintf(stderr, "hoiamd: %s%s%s [%s]\n", line, more ? ": " : "", more ? f->what : "",
		row->name);
	return row->exit;
}

/* init */

static int run_init(const struct arguments *a)
{
	struct fault f = { 0 };
	struct init_options options = { a->argv[0], a->recovery_out, a->policy };
	return init_register(&options, stdout, &f) == OK ? 0 : tell(&f);
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
		return fail(f, E_FILE, dir, "another daemon is at work on this register");
	return OK;
}

/* The command line goes before the environment, that before the file. */
static void pick_socket(const struct arguments *a, struct conf *conf, struct arena *arena)
{
	const char *named = getenv("HOIAM_SOCKET");
	enum conf_origin *origin = &conf->origin[SETTING_socket];
	if (a->socket != NULL) {
		conf->socket = text_of(a->socket);
		*origin = CONF_COMMAND_LINE;
	} else if (named != NULL && named[0] != '\0') {
		conf->socket = text_of(named);
		*origin = CONF_ENVIRONMENT;
	} else if (conf->socket.n == 0) {
		conf->socket = arena_format(arena, "%s/hoiamd.sock", a->argv[0]);
	}
}

/* The register's own key: one that was put here from another would sign for nobody. */
static enum err check_key(struct db *db, const uint8_t secret[static 64], struct fault *f)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct row_state state;
	struct txn *txn;
	enum err err = txn_begin(&txn, db, false, f);
	if (err != OK)
		return err;
	state_get(txn, &state, &a);
	if (!bytes_equal(state.house, bytes_of(secret + 32, 32)))
		err = fail(f, E_KEY_FILE, "house.key", "not the key of this register");
	txn_abort(txn);
	return err;
}

/* No core with secrets in it, no reading of the process by others. */
static void harden(void)
{
	struct rlimit none = { 0, 0 };
	umask(0077);
	setrlimit(RLIMIT_CORE, &none);
	if (!sanitized)
		prctl(PR_SET_DUMPABLE, 0);
}

static enum err serve_with(
	const char *dir, const struct conf *conf, uint8_t secret[static 64], struct fault *f)
{
	struct db *db = NULL;
	enum err err = house_key_read(dir, secret, f);
	if (err == OK)
		err = db_open(&db, dir, DB_WRITE, f);
	if (err == OK)
		err = check_key(db, secret, f);
	if (err == OK) {
		struct server_options options = { dir, conf->socket.p, conf, secret };
		err = server_run(&options, db, f);
	}
	db_close(db);
	return err;
}

static enum err serve(const char *dir, const struct conf *conf, struct fault *f)
{
	uint8_t secret[64];
	log_set_level(text_is(conf->log_level, "debug")   ? LOG_DEBUG
		      : text_is(conf->log_level, "error") ? LOG_ERROR
							  : LOG_INFO);
	if (conf->socket.n > SOCKET_PATH_MAX)
		return fail_number(
			f, E_LONG, conf->socket.p, (int64_t)conf->socket.n, SOCKET_PATH_MAX);
	enum err err = take_folder(dir, f);
	if (err != OK)
		return err;
	if (sodium_mlock(secret, sizeof(secret)) != 0)
		return fail(f, E_FILE, "house.key",
			"no memory can be locked to hold it; raise the limit of locked memory");
	err = serve_with(dir, conf, secret, f);
	sodium_munlock(secret, sizeof(secret)); /* wipes */
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
	pick_socket(a, &conf, &arena);
	if (a->show_config) {
		conf_show(&conf, stdout);
		return 0;
	}
	harden();
	return serve(a->argv[0], &conf, &f) == OK ? 0 : tell(&f);
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

static const struct command {
	const char *name;
	int arguments;
	const char *options; /* those it knows, by letter */
	int (*run)(const struct arguments *a);
	const char *usage, *help;
} commands[] = {
	{ "init", 1, "rp", run_init, "DIR [--recovery-out FILE] [--policy FILE]",
		"make a register" },
	{ "run", 1, "scS", run_run, "DIR [--socket PATH] [--config FILE] [--show-config]",
		"serve it until SIGTERM" },
	{ "verify", 1, "", run_verify, "DIR", "check everything in it against what was signed" },
	{ "backup", 2, "", run_backup, "DIR OUT", "copy it, also while it is served" },
	{ "restore", 2, "", run_restore, "BACKUP DIR", "verify a backup and put it in place" },
	{ "version", 0, "", run_version, "", "print the version" },
};

static int usage(FILE *out)
{
	fputs("usage:\n", out);
	for (size_t i = 0; i < COUNT(commands); i++)
		fprintf(out, "  hoiamd %s %-*s %s\n", commands[i].name,
			(int)(56 - strlen(commands[i].name)), commands[i].usage, commands[i].help);
	return out == stdout ? 0 : EXIT_USAGE;
}

/* help --settings: the table of hoiamd.conf(5), items of mdoc(7). */

static void item_UINT(
	const char *name, uint64_t max, uint64_t standard, uint64_t min, const char *help)
{
	printf(".It Cm %s Pq %" PRIu64 " to %" PRIu64 " , default %" PRIu64 "\n%s\n", name, min,
		max, standard, help);
}

static void item_TEXT(
	const char *name, uint64_t max, const char *standard, uint64_t min, const char *help)
{
	(void)max;
	(void)min;
	printf(".It Cm %s%s%s\n%s\n", name, standard[0] != '\0' ? " Pq default " : "", standard,
		help);
}

static int settings(void)
{
/* clang-format off */
#define SETTING(id, name, kind, max, standard, min, help)                                          \
	item_##kind(#name, max, standard, min, help);
#include "daemon/conf.def"
#undef SETTING
	/* clang-format on */
	return 0;
}

/* help --rates: the lines of each rate for hoiam-protocol(7). */
static int rates(void)
{
	puts(".Bl -tag -width Ds");
	for (enum rate i = 0; i < RATE_COUNT; i++) {
		const struct rate_row *row = rate_row(i);
		printf(".It Sy %s%s%s\n%s\n.Bl -tag -width Ds -compact\n", row->command,
			row->style[0] == '\0' ? "" : ", ", row->style, row->help);
		for (size_t k = 0; k < row->count; k++)
			printf(".It Li %s\n%s%s%s.\n", row->lines[k].name, row->lines[k].in,
				row->lines[k].share ? "; of " : "", row->lines[k].of);
		puts(".El");
	}
	puts(".El");
	return 0;
}

static int usage_of(const struct command *command, FILE *out)
{
	fprintf(out, "usage: hoiamd %s %s\n", command->name, command->usage);
	return out == stdout ? 0 : EXIT_USAGE;
}

static void take_option(struct arguments *a, int letter)
{
	if (letter == 's')
		a->socket = optarg;
	else if (letter == 'c')
		a->config = optarg;
	else if (letter == 'p')
		a->policy = optarg;
	else if (letter == 'r')
		a->recovery_out = optarg;
	else
		a->show_config = true;
}

/* argv[0] is the command's name. */
static int run_command(const struct command *command, int argc, char **argv)
{
	static const struct option options[] = { { "socket", required_argument, NULL, 's' },
		{ "config", required_argument, NULL, 'c' },
		{ "policy", required_argument, NULL, 'p' },
		{ "recovery-out", required_argument, NULL, 'r' },
		{ "show-config", no_argument, NULL, 'S' }, { "help", no_argument, NULL, 'h' },
		{ 0 } };
	struct arguments a = { 0 };
	opterr = 0;
	for (int c, at = 0; (c = getopt_long(argc, argv, "", options, &at)) != -1;) {
		if (c == 'h')
			return usage_of(command, stdout);
		if (c == '?' || strchr(command->options, c) == NULL) {
			fprintf(stderr,
				"hoiamd %s: %s: no option of this, or its value is missing\n",
				command->name, c == '?' ? argv[optind - 1] : options[at].name);
			return usage_of(command, stderr);
		}
		take_option(&a, c);
	}
	a.argc = argc - optind;
	a.argv = argv + optind;
	return a.argc == command->arguments ? command->run(&a) : usage_of(command, stderr);
}

/* libsodium asks this before it aborts, as it does where it finds no source of chance. */
static void no_chance(void)
{
	fputs("hoiamd: no random numbers to be had from this system\n", stderr);
	_exit(1);
}

int main(int argc, char **argv)
{
	sodium_set_misuse_handler(no_chance);
	if (sodium_init() < 0)
		no_chance();
	sodium_set_misuse_handler(NULL); /* from here on an abort is a bug of ours */
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "help") == 0 && argc > 2 && strcmp(argv[2], "--settings") == 0)
		return settings();
	if (strcmp(argv[1], "help") == 0 && argc > 2 && strcmp(argv[2], "--rates") == 0)
		return rates();
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return usage(stdout);
	if (strcmp(argv[1], "--version") == 0)
		return run_version(NULL);
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		int rc = run_command(&commands[i], argc - 1, argv + 1);
		return fflush(stdout) == 0 ? rc : 1;
	}
	fprintf(stderr, "hoiamd: %s: no such command\n", argv[1]);
	return usage(stderr);
}
