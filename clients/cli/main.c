/* main.c: hoiam, the command line. */
#include "clients/cli/command.h"
#include "clients/i18n.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <sodium.h>

static int run(struct session *s, int argc, char **argv)
{
	enum err err = options_take(&argc, argv, &s->options, &s->fault);
	if (err != OK)
		return session_end(s, err);
	if (argc == 1 && strcmp(argv[0], "-") == 0 && !s->options.help)
		return batch_run(s, stdin);
	return command_run(s, argc, argv);
}

/* libsodium asks this before it aborts, as it does where it finds no source of chance. */
static void no_chance(void)
{
	fputs("hoiam: no random numbers to be had from this system\n", stderr);
	_exit(1);
}

int main(int argc, char **argv)
{
	i18n_start();
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is told by the write that fails */
	sodium_set_misuse_handler(no_chance);
	if (sodium_init() < 0)
		no_chance();
	sodium_set_misuse_handler(NULL); /* from here on an abort is a bug of ours */
	struct session s = {
		.options.format = isatty(STDOUT_FILENO) ? FORMAT_TERMINAL : FORMAT_TABS,
	};
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		printf("hoiam %s\n", HOIAM_VERSION);
	int rc = argc == 2 && strcmp(argv[1], "--version") == 0 ? 0 : run(&s, argc - 1, argv + 1);
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)) && errno != EPIPE)
		rc = session_end(&s, fail(&s.fault, E_FILE, "stdout", strerror(errno)));
	session_fini(&s);
	return rc;
}
