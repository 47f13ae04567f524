/* test_conf.c: settings: defaults, files good and bad, showing; lines of the log. */
#include "tests/lib/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/conf.h"
#include "daemon/log.h"
#include "proto/yaml.h"

/* clang-format off */
#define VALUE_UINT(value) { NULL, (value) }
#define VALUE_TEXT(value) { (value), 0 }
static const struct {
	const char *name;
	enum kind kind;
	struct { const char *string; uint64_t number; } standard;
	uint64_t min, max;
	size_t offset;
} settings[] = {
#define SETTING(id, name, kind, max, standard, min, help)                                          \
	{ #name, KIND_##kind, VALUE_##kind(standard), min, max, offsetof(struct conf, name) },
#include "daemon/conf.def"
#undef SETTING
};
/* clang-format on */

static enum err parse(struct conf *conf, const char *yaml, struct arena *a, struct fault *f)
{
	*f = (struct fault){ 0 };
	return conf_parse(conf, text_of(yaml), "x.conf", a, f);
}

static void assert_refused(const char *yaml, int64_t line, const char *what)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct fault f;
	struct conf conf;
	assert_int_equal(parse(&conf, yaml, &a, &f), E_LINE);
	assert_string_equal(f.field, "x.conf");
	assert_int_equal(f.at, line);
	if (what != NULL)
		assert_string_equal(f.what, what);
}

static void assert_good(const char *yaml, struct conf *conf, struct arena *a)
{
	struct fault f;
	enum err err = parse(conf, yaml, a, &f);
	if (err != OK)
		print_error("%s: %s:%" PRId64 ": %s\n", yaml, f.field, f.at, f.what);
	assert_int_equal(err, OK);
}

static const uint64_t *number_of(const struct conf *conf, size_t i)
{
	return (const uint64_t *)(const void *)((const char *)conf + settings[i].offset);
}

static const struct text *text_in(const struct conf *conf, size_t i)
{
	return (const struct text *)(const void *)((const char *)conf + settings[i].offset);
}

static void assert_same(const struct conf *a, const struct conf *b)
{
	for (size_t i = 0; i < COUNT(settings); i++)
		if (settings[i].kind == KIND_UINT)
			assert_int_equal(*number_of(a, i), *number_of(b, i));
		else
			assert_true(text_equal(*text_in(a, i), *text_in(b, i)));
}

static void defaults_are_those_of_the_table_and_within_its_limits(void **state)
{
	(void)state;
	struct conf conf;
	conf_defaults(&conf);
	assert_int_equal(COUNT(settings), SETTING_COUNT);
	for (size_t i = 0; i < COUNT(settings); i++) {
		assert_int_equal(conf.origin[i], CONF_DEFAULT);
		if (settings[i].kind != KIND_UINT) {
			assert_true(text_is(*text_in(&conf, i), settings[i].standard.string));
			continue;
		}
		assert_int_equal(*number_of(&conf, i), settings[i].standard.number);
		assert_in_range(settings[i].standard.number, settings[i].min, settings[i].max);
		assert_true(settings[i].min > 0);
	}
	assert_int_equal(conf_socket_mode(&conf), 0660);
}

static void a_file_goes_over_the_defaults(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct conf conf;
	assert_good("# ours\nidle_ms: 5000\nsocket: /run/hoiam/sổ.sock\nsocket_mode: 0600 # own\n"
		    "log_level: \"debug\"\n",
		&conf, &a);
	assert_int_equal(conf.idle_ms, 5000);
	assert_true(text_is(conf.socket, "/run/hoiam/sổ.sock"));
	assert_int_equal(conf_socket_mode(&conf), 0600);
	assert_true(text_is(conf.log_level, "debug"));
	assert_int_equal(conf.queue_max, 4096);
	assert_int_equal(conf.origin[SETTING_idle_ms], CONF_FILE);
	assert_int_equal(conf.origin[SETTING_queue_max], CONF_DEFAULT);
}

static void a_file_may_say_nothing(void **state)
{
	(void)state;
	static const char *const files[] = { "", "\n \n", "# a: b\r\n\r\n  # c", "idle_ms:\n",
		"idle_ms: ''\n", "{}" };
	struct conf defaults;
	conf_defaults(&defaults);
	for (size_t i = 0; i < COUNT(files); i++) {
		AUTO(arena_fini) struct arena a = { 0 };
		struct conf conf;
		assert_good(files[i], &conf, &a);
		assert_same(&conf, &defaults);
		assert_int_equal(conf.origin[SETTING_idle_ms], CONF_DEFAULT);
	}
}

static void every_number_keeps_its_limits(void **state)
{
	(void)state;
	char yaml[200], what[200];
	for (size_t i = 0; i < COUNT(settings); i++) {
		AUTO(arena_fini) struct arena a = { 0 };
		struct conf conf;
		const uint64_t good[] = { settings[i].min, settings[i].max },
			       bad[] = { 0, settings[i].min - 1, settings[i].max + 1 };
		if (settings[i].kind != KIND_UINT)
			continue;
		for (size_t k = 0; k < COUNT(bad); k++) {
			snprintf(yaml, sizeof(yaml), "\n%s: %" PRIu64 "\n", settings[i].name,
				bad[k]);
			snprintf(what, sizeof(what),
				"%s: a number from %" PRIu64 " to %" PRIu64 " is wanted",
				settings[i].name, settings[i].min, settings[i].max);
			assert_refused(yaml, 2, what);
		}
		for (size_t k = 0; k < COUNT(good); k++) {
			/* its neighbour goes along */
			snprintf(yaml, sizeof(yaml), "{%s: %" PRIu64 "%s}", settings[i].name,
				good[k],
				i == SETTING_output_stop_bytes   ? ", output_drop_bytes: 67108864"
				: i == SETTING_output_drop_bytes ? ", output_stop_bytes: 4096"
								 : "");
			assert_good(yaml, &conf, &a);
			assert_int_equal(*number_of(&conf, i), good[k]);
		}
	}
}

static void what_is_wrong_is_told_with_its_line(void **state)
{
	(void)state;
	assert_refused("# x\nidle_ms: 10\nidle: 10\n", 3, "idle: no such field here");
	assert_refused("idle_ms: 10\nhello_ms: 10\nidle_ms: 20\n", 3, "idle_ms: given twice");
	assert_refused("idle_ms: 1e5\n", 1, "idle_ms: a whole number is wanted");
	assert_refused("idle_ms: 0x10\n", 1, "idle_ms: a whole number is wanted");
	assert_refused("idle_ms: -1\n", 1, "idle_ms: a whole number is wanted");
	assert_refused(
		"idle_ms: 9999999999999999999999999\n", 1, "idle_ms: the number is too long");
	assert_refused("idle_ms: [10]\n", 1, "idle_ms: one value is wanted");
	assert_refused("idle_ms: {a: 1}\n", 1, "idle_ms: one value is wanted");
	assert_refused("- idle_ms\n", 1, "a mapping is wanted");
	assert_refused("idle_ms\n", 1, "a mapping is wanted");
	assert_refused("\n\"log_level\" : loud\n", 2, "log_level: error, info or debug is wanted");
	assert_refused("{idle_ms: 9}\n", 1, "idle_ms: a number from 10 to 86400000 is wanted");
	assert_refused("idle_ms: 'b\n", 2, NULL);
}

static void modes_are_octal(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct conf conf;
	assert_good("socket_mode: 777", &conf, &a);
	assert_int_equal(conf_socket_mode(&conf), 0777);
	assert_refused("socket_mode: 0680", 1, "socket_mode: an octal mode is wanted, as 0660");
	assert_refused("socket_mode: rw", 1, "socket_mode: an octal mode is wanted, as 0660");
	assert_refused("socket_mode: 1777", 1, "socket_mode: an octal mode up to 0777 is wanted");
	assert_refused("socket_mode: 00660", 1, "socket_mode: at most 4 bytes are wanted");
}

static void the_two_marks_of_a_slow_peer_stand_in_order(void **state)
{
	(void)state;
	assert_refused(
		"\noutput_drop_bytes: 5000\n", 2, "output_drop_bytes: less than output_stop_bytes");
	assert_refused("\n\noutput_stop_bytes: 2000000\n", 3,
		"output_stop_bytes: more than output_drop_bytes");
}

static void what_makes_yaml_large_is_refused(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	assert_refused("idle_ms: &a 10\n", 1, "anchors and aliases are not used here");
	assert_refused("idle_ms: *a\n", 1, "anchors and aliases are not used here");
	assert_refused("idle_ms: !!int 10\n", 1, "tags are not used here");
	assert_refused("idle_ms: 10\n---\nidle_ms: 20\n", 2, "one document only");
	char *large = arena_alloc(&a, YAML_BYTES_MAX + 2, 1);
	memset(large, 'a', YAML_BYTES_MAX + 1);
	struct fault f;
	struct conf conf;
	assert_int_equal(parse(&conf, large, &a, &f), E_TOO_LARGE);
}

static void paths_hold_nothing_that_hides(void **state)
{
	(void)state;
	assert_refused("\n\nsocket: \"a\\tb\"\n", 3, "socket: control character U+0009 at byte 1");
	assert_refused("socket: \"a\\u202eb\"\n", 1,
		"socket: invisible or direction-changing character U+202E at byte 1");
	assert_refused("socket: \"a\xff\"\n", 1, NULL);
}

static void what_is_shown_is_a_file_that_gives_it_again(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct conf conf, again;
	char *shown = NULL;
	size_t n = 0;
	assert_good("idle_ms: 5000\nlisten: '[::1]:4600'\nlog_level: error\nsocket: 'a \"b\" \\c # "
		    "d.sock'\n",
		&conf, &a);
	FILE *out = open_memstream(&shown, &n);
	conf_show(&conf, out);
	fclose(out);
	assert_non_null(strstr(shown, "\nidle_ms: 5000 # file\n"));
	assert_non_null(strstr(shown, "\nhello_ms: 10000 # default\n"));
	assert_good(shown, &again, &a);
	assert_same(&conf, &again);
	for (size_t i = 0; i < SETTING_COUNT; i++)
		assert_int_equal(again.origin[i], CONF_FILE);
	free(shown);
}

static void a_file_that_is_not_there_is_told_apart(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct conf conf;
	struct fault f;
	assert_int_equal(conf_read(&conf, "/nowhere/hoiamd.conf", &a, &f), E_NOT_FOUND);
	assert_int_equal(conf.idle_ms, 900000);
	assert_int_equal(conf_read(&conf, "/", &a, &f), E_FILE);
}

/* The log. */

static int log_pipe[2], log_saved;

static void log_open(void)
{
	int rc = pipe(log_pipe);
	assert_int_equal(rc, 0);
	log_saved = dup(STDERR_FILENO);
	dup2(log_pipe[1], STDERR_FILENO);
}

static void log_close(char *out, size_t n)
{
	dup2(log_saved, STDERR_FILENO);
	close(log_saved);
	close(log_pipe[1]);
	ssize_t got = read(log_pipe[0], out, n - 1);
	close(log_pipe[0]);
	out[got < 0 ? 0 : got] = '\0';
}

static void a_line_of_the_log_stays_one_line(void **state)
{
	(void)state;
	char out[8192];
	log_open();
	log_info("test", "path=\"%s\" n=%d", "/sổ/a\nerror forged\x1b[2J\x7f", 7);
	log_info("test", "path=%s", "/sổ/a");
	log_debug("test", "not=shown");
	log_close(out, sizeof(out));
	assert_string_equal(out,
		"info test path=\"/s\\xe1\\xbb\\x95/a\\x0aerror forged\\x1b[2J\\x7f\" n=7\n"
		"info test path=/sổ/a\n");
}

static void the_level_says_what_is_shown_and_long_lines_are_cut(void **state)
{
	(void)state;
	char out[8192], longer[2000];
	memset(longer, '\n', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	log_open();
	log_set_level(LOG_DEBUG);
	log_debug("test", "shown=yes");
	log_set_level(LOG_ERROR);
	log_info("test", "shown=no");
	log_error("test", "%s", longer);
	log_set_level(LOG_INFO);
	log_close(out, sizeof(out));
	const char *second = strchr(out, '\n');
	assert_non_null(second);
	assert_memory_equal(out, "debug test shown=yes\n", 21);
	assert_memory_equal(second + 1, "error test \\x0a\\x0a", 19);
	assert_ptr_equal(strchr(second + 1, '\n'), out + strlen(out) - 1);
	assert_in_range(strlen(out), 4000, 4200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_table_and_within_its_limits),
		cmocka_unit_test(a_file_goes_over_the_defaults),
		cmocka_unit_test(a_file_may_say_nothing),
		cmocka_unit_test(every_number_keeps_its_limits),
		cmocka_unit_test(what_is_wrong_is_told_with_its_line),
		cmocka_unit_test(modes_are_octal),
		cmocka_unit_test(the_two_marks_of_a_slow_peer_stand_in_order),
		cmocka_unit_test(what_makes_yaml_large_is_refused),
		cmocka_unit_test(paths_hold_nothing_that_hides),
		cmocka_unit_test(what_is_shown_is_a_file_that_gives_it_again),
		cmocka_unit_test(a_file_that_is_not_there_is_told_apart),
		cmocka_unit_test(a_line_of_the_log_stays_one_line),
		cmocka_unit_test(the_level_says_what_is_shown_and_long_lines_are_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
