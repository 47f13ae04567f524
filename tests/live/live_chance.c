/*
 * live_chance.c: a system without random numbers (list A of the hostile inputs, number 22): the
 * kernel refuses getrandom(2) and every plain open for reading, which is how libsodium opens its
 * devices. Nothing starts, nothing is made, and a sentence says why.
 */
#include "tests/lib/test.h"

#include "proto/base.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

#define NUMBER ((uint32_t)offsetof(struct seccomp_data, nr))
#define FLAGS  ((uint32_t)offsetof(struct seccomp_data, args[2]))
#define REFUSE (SECCOMP_RET_ERRNO | EIO)

/* Programs and libraries are opened with O_CLOEXEC: those still are. */
static bool take_chance_away(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, NUMBER),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, FLAGS),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, O_RDONLY, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, REFUSE),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { COUNT(filter), filter };
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

static const char *temp_path(char path[static 4096], const char *name)
{
	const char *temp = getenv("TMPDIR");
	snprintf(
		path, 4096, "%s/chance-%ld-%s", temp == NULL ? "/tmp" : temp, (long)getpid(), name);
	return path;
}

/* The exit code, -1 for a signal, 77 when the kernel takes no such filter; what it said. */
static int run(const char *const argv[], bool chance, char said[static 256])
{
	char path[4096];
	int status = 0;
	int out = open(temp_path(path, "said"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(out >= 0);
	unlink(path);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
		if (!chance && !take_chance_away())
			_exit(77);
		if (argv[0] != NULL)
			execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	ssize_t n = pread(out, said, 255, 0);
	said[n < 0 ? 0 : n] = '\0';
	close(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void without_random_numbers_nothing_starts(void **state)
{
	char dir[4096], said[256];
	const char *daemon = getenv("HOIAMD_PROGRAM"), *client = getenv("HOIAM_PROGRAM");
	assert_non_null(daemon);
	assert_non_null(client);
	temp_path(dir, "register");
	const char *const commands[][5] = { { daemon, "init", dir, NULL },
		{ daemon, "run", dir, NULL }, { client, "--socket", "/nowhere", "whoami", NULL } };
	(void)state;
	if (SANITIZED) {
		print_message("skipped: a sanitizer opens files of its own\n");
		skip();
	}
	for (size_t i = 0; i < COUNT(commands); i++) {
		int code = run(commands[i], false, said);
		if (code == 77) {
			print_message("skipped: no filter of system calls to be had\n");
			skip();
		}
		print_message("%s: exit code %d: %s", commands[i][1], code, said);
		assert_int_equal(code, 1);
		assert_non_null(strstr(said, "no random numbers"));
	}
	assert_int_equal(access(dir, F_OK), -1);
	assert_int_equal(run((const char *const[]){ daemon, "--version", NULL }, true, said), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(
		without_random_numbers_nothing_starts) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
