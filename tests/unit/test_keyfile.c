/* test_keyfile.c: key files kept and opened, hostile ones refused; invitations as text. */
#include "tests/lib/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "clients/file.h"
#include "clients/keyfile.h"
#include "clients/keyring.h"
#include "proto/day.h"
#include "proto/invite.h"

/* The least that libsodium takes, so that tests do not wait. */
static const struct key_level quick = { 1, 8192 };
static const uint8_t reg[16] = { 1, 2, 3 };
static const uint8_t house[32] = { 4, 5, 6 };
static const struct invitation invitation = { .reg = { 1, 2, 3 },
	.house = { 4, 5, 6 },
	.has_line = true,
	.channel = { 7 },
	.psk = { 8 },
	.server = "hoiam.example:4600" };

static char folder[256], path[300];

static struct bytes words(const char *passphrase)
{
	return bytes_of(passphrase, strlen(passphrase));
}

static int set_up(void **state)
{
	(void)state;
	const char *temp = getenv("TMPDIR");
	snprintf(folder, sizeof(folder), "%s/keyfile-XXXXXX", temp == NULL ? "/tmp" : temp);
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/a.key", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

/* A good file of its bytes in `file`. */
static void make(uint8_t file[static KEYFILE_BYTES])
{
	AUTO(keyfile_free) struct keyfile *key = keyfile_new(&invitation);
	assert_int_equal(keyfile_save(key, path, words("bí mật"), quick, NULL), OK);
	int fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, file, KEYFILE_BYTES), KEYFILE_BYTES);
	close(fd);
}

static void put(const uint8_t *file, size_t n)
{
	assert_int_equal(file_replace(path, bytes_of(file, n), NULL), OK);
}

static void assert_refused(enum err err, const char *what)
{
	struct fault f = { 0 };
	struct keyfile *key = NULL;
	assert_int_equal(keyfile_load(&key, path, words("bí mật"), &f), err);
	assert_null(key);
	assert_string_equal(f.field, path);
	if (what != NULL)
		assert_string_equal(f.what, what);
}

static void a_key_comes_back_as_it_was(void **state)
{
	(void)state;
	AUTO(keyfile_free) struct keyfile *made = keyfile_new(&invitation);
	assert_int_equal(keyfile_save(made, path, words("bí mật"), quick, NULL), OK);
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	AUTO(keyfile_free) struct keyfile *read = NULL;
	assert_int_equal(keyfile_load(&read, path, words("bí mật"), NULL), OK);
	assert_memory_equal(keyfile_secret(read), keyfile_secret(made), SECRET_BYTES);
	assert_memory_equal(keyfile_public(read), keyfile_public(made), PUBLIC_BYTES);
	assert_memory_equal(keyfile_channel(read), keyfile_channel(made), 32);
	assert_memory_equal(keyfile_id(read), keyfile_id(made), KEY_ID_BYTES);
	assert_true(keyfile_has_line(read));
	assert_memory_equal(keyfile_line(read), keyfile_line(made), sizeof(struct noise_key));
	assert_memory_equal(keyfile_server_key(read), invitation.channel, 32);
	assert_memory_equal(keyfile_psk(read), invitation.psk, 32);
	assert_string_equal(keyfile_server(read), invitation.server);
	assert_memory_equal(keyfile_reg(read), reg, 16);
	assert_memory_equal(keyfile_house(read), house, 32);
	uint8_t id[KEY_ID_BYTES];
	key_id(keyfile_public(read), id);
	assert_memory_equal(keyfile_id(read), id, KEY_ID_BYTES);
}

static void another_passphrase_does_not_open_it(void **state)
{
	(void)state;
	uint8_t file[KEYFILE_BYTES];
	make(file);
	struct keyfile *key = NULL;
	assert_int_equal(keyfile_load(&key, path, words("bí mậ"), NULL), E_PASSPHRASE);
	assert_int_equal(keyfile_load(&key, path, words(""), NULL), E_PASSPHRASE);
	assert_null(key);
}

static void a_cut_or_longer_file_is_refused(void **state)
{
	(void)state;
	uint8_t file[KEYFILE_BYTES + 1] = { 0 };
	make(file);
	for (size_t n = 0; n < KEYFILE_BYTES; n += n < 170 ? 13 : 1) {
		put(file, n);
		assert_refused(E_KEY_FILE, "not a key file, or cut short");
	}
	put(file, KEYFILE_BYTES + 1);
	assert_refused(E_KEY_FILE, "not a key file, or cut short");
}

static void every_flipped_bit_is_seen(void **state)
{
	(void)state;
	uint8_t file[KEYFILE_BYTES];
	make(file);
	for (size_t i = 0; i < KEYFILE_BYTES; i++) {
		uint8_t bit = (uint8_t)(1u << i % 8);
		file[i] ^= bit;
		put(file, sizeof(file));
		struct keyfile *key = NULL;
		enum err err = keyfile_load(&key, path, words("bí mật"), NULL);
		assert_null(key);
		assert_true(err == E_PASSPHRASE || err == E_KEY_FILE);
		file[i] ^= bit;
	}
}

static void a_file_open_to_others_is_refused(void **state)
{
	(void)state;
	static const mode_t modes[] = { 0644, 0640, 0604, 0602, 0660, 0700, 04600 };
	uint8_t file[KEYFILE_BYTES];
	make(file);
	for (size_t i = 0; i < COUNT(modes); i++) {
		assert_int_equal(chmod(path, modes[i]), 0);
		assert_refused(E_KEY_FILE, "others may read it; its mode must be 0600");
	}
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(keyfile_look(path, NULL), OK);
}

static void a_costly_file_is_refused_before_it_costs(void **state)
{
	(void)state;
	static const struct {
		uint32_t passes;
		uint64_t memory;
		const char *what;
	} rows[] = {
		{ 1, 1ull << 40, "asks for an amount of memory that is refused" },
		{ 1, KEYFILE_MEMORY_MAX + 1, "asks for an amount of memory that is refused" },
		{ 1, 0, "asks for an amount of memory that is refused" },
		{ 1, UINT64_MAX, "asks for an amount of memory that is refused" },
		{ 0, 8192, "asks for a number of passes that is refused" },
		{ 11, 8192, "asks for a number of passes that is refused" },
		{ UINT32_MAX, 8192, "asks for a number of passes that is refused" },
	};
	uint8_t file[KEYFILE_BYTES];
	make(file);
	for (size_t i = 0; i < COUNT(rows); i++) {
		put_u32(file + 12, rows[i].passes);
		put_u64(file + 16, rows[i].memory);
		put(file, sizeof(file));
		assert_refused(E_KEY_FILE, rows[i].what);
	}
}

static void a_link_a_fifo_a_folder_are_refused(void **state)
{
	(void)state;
	char other[320];
	uint8_t file[KEYFILE_BYTES];
	make(file);
	snprintf(other, sizeof(other), "%s/other", folder);
	assert_int_equal(rename(path, other), 0);
	assert_int_equal(symlink(other, path), 0);
	assert_refused(E_KEY_FILE, "a symbolic link");
	unlink(path);
	unlink(other);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(E_KEY_FILE, "not a regular file");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_refused(E_KEY_FILE, "not a regular file");
	rmdir(path);
	struct fault f;
	assert_int_equal(keyfile_look(path, &f), E_NOT_FOUND);
}

static void the_only_key_is_found_by_itself(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	const char *name = NULL, *where = NULL;
	struct fault f = { 0 };
	char inner[320];
	setenv("XDG_CONFIG_HOME", folder, 1);
	assert_int_equal(keyring_only(&a, &name, &f), E_USAGE);
	assert_int_equal(keyring_path("clerk", true, &a, &where, &f), OK);
	snprintf(inner, sizeof(inner), "%s/hoiam/clerk.key", folder);
	assert_string_equal(where, inner);
	assert_int_equal(file_create(where, words("x"), &f), OK);
	assert_int_equal(file_create(where, words("x"), &f), E_EXISTS);
	assert_int_equal(keyring_only(&a, &name, &f), OK);
	assert_string_equal(name, "clerk");
	assert_int_equal(keyring_path("../clerk", false, &a, &where, &f), E_USAGE);
	assert_int_equal(keyring_path("", false, &a, &where, &f), E_USAGE);
	assert_int_equal(keyring_path(".x", false, &a, &where, &f), E_USAGE);
	unlink(inner);
	snprintf(inner, sizeof(inner), "%s/hoiam", folder);
	struct stat st;
	assert_int_equal(stat(inner, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	rmdir(inner);
}

static void a_passphrase_file_is_for_nobody_else(void **state)
{
	(void)state;
	AUTO(passphrase_fini) struct passphrase got = { 0 };
	struct fault f;
	assert_int_equal(file_create(path, words("một hai\r\nba\n"), NULL), OK);
	setenv("HOIAM_PASSPHRASE_FILE", path, 1);
	assert_int_equal(passphrase_get(&got, "x", true, &f), OK);
	assert_true(bytes_equal(bytes_of(got.p, got.n), words("một hai")));
	passphrase_fini(&got);
	assert_int_equal(chmod(path, 0644), 0);
	assert_int_equal(passphrase_get(&got, "x", true, &f), E_KEY_FILE);
	passphrase_fini(&got);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(file_replace(path, words("\nx"), NULL), OK);
	assert_int_equal(passphrase_get(&got, "x", true, &f), E_KEY_FILE);
	unsetenv("HOIAM_PASSPHRASE_FILE");
}

static void the_level_follows_the_environment(void **state)
{
	(void)state;
	unsetenv("HOIAM_KEY_LEVEL");
	assert_int_equal(keyfile_level().memory_bytes, 256 * 1024 * 1024);
	setenv("HOIAM_KEY_LEVEL", "interactive", 1);
	assert_int_equal(keyfile_level().memory_bytes, 64 * 1024 * 1024);
	unsetenv("HOIAM_KEY_LEVEL");
}

static void an_invitation_comes_back_as_it_was(void **state)
{
	(void)state;
	struct invitation made = { .until_day = day_of(2026, 11, 25) }, read;
	randombytes_buf(made.reg, sizeof(made.reg));
	randombytes_buf(made.house, sizeof(made.house));
	randombytes_buf(made.secret, sizeof(made.secret));
	AUTO(writer_fini) struct writer w = { 0 };
	invite_format(&w, &made);
	struct text t = { (const char *)w.p, w.n };
	assert_int_equal(invite_parse(t, &read, NULL), OK);
	assert_memory_equal(&made, &read, sizeof(made));
	struct fault f;
	for (size_t n = 0; n + 12 < w.n - 6; n++) /* until is the one line that may lack */
		if (t.p[n] != '\n' || n < 200)
			assert_int_equal(
				invite_parse((struct text){ t.p, n < 200 ? n : 200 }, &read, &f),
				E_LINE);
	assert_int_equal(invite_parse(text_of("hoiam invitation 1\nfoo: 1\n"), &read, &f), E_LINE);
	assert_int_equal(f.at, 2);
	assert_int_equal(invite_parse(text_of("hoiam invitation 2\n"), &read, &f), E_LINE);
	assert_int_equal(f.at, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_key_comes_back_as_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			another_passphrase_does_not_open_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cut_or_longer_file_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(every_flipped_bit_is_seen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_file_open_to_others_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_costly_file_is_refused_before_it_costs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_link_a_fifo_a_folder_are_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_only_key_is_found_by_itself, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_passphrase_file_is_for_nobody_else, set_up, tear_down),
		cmocka_unit_test(the_level_follows_the_environment),
		cmocka_unit_test(an_invitation_comes_back_as_it_was),
	};
	return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
