/*
 * live_line.c: list A of the hostile inputs (the line, keys and channel) by its numbers 1 to 27. A
 * row is tried here on a real daemon over TCP, or names the test that does it, which must be there,
 * or says why hoiam has no such thing. Every number has a row.
 */
#include "tests/lib/test.h"

#include "tests/live/line_rows.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>

enum { LAST = 27 };

static const char plain[] = TCP_SETTINGS "hello_ms: 60000\nhandshake_ms: 30000\nidle_ms: 600000\n";
static const char slow[] = TCP_SETTINGS "handshake_ms: 1000\nlog_level: debug\n";
static const char slow_frames[] =
	TCP_SETTINGS "handshake_ms: 30000\nhello_ms: 60000\nframe_ms: 1000\nlog_level: debug\n";

/* Exactly one of: what is tried; a test elsewhere; a reason. */
struct row {
	unsigned number;
	const char *what;
	const char *settings;
	line_row *run;
	const char *file, *test;
	const char *none;
};

#define HERE(number, what, settings, run)                                                          \
	{                                                                                          \
		number, what, settings, run, NULL, NULL, NULL                                      \
	}
#define THERE(number, what, file, test)                                                            \
	{                                                                                          \
		number, what, NULL, NULL, file, test, NULL                                         \
	}
#define NOT_HERE(number, what, why)                                                                \
	{                                                                                          \
		number, what, NULL, NULL, NULL, NULL, why                                          \
	}
#define TEST_CHANNEL "tests/unit/test_channel.c"
#define TEST_FRAMES  "tests/unit/test_channel_frames.c"
#define TEST_KEYFILE "tests/unit/test_keyfile.c"
#define LIVE_CHANNEL "tests/live/live_channel.c"
#define LIVE_KEYS    "tests/live/live_keys.c"
#define LIVE_ACTIONS "tests/live/live_actions.c"
#define LIVE_LIMITS  "tests/live/live_limits.c"

/* clang-format off */
static const struct row rows[] = {
	HERE(1, "connect, say nothing", slow, line_silent),
	THERE(1, "connect, say nothing or half a greeting", LIVE_LIMITS, "handshake_ms_is_kept"),
	HERE(2, "a byte now and then in the preamble", slow, line_slow_preamble),
	HERE(2, "a byte now and then in message 1", slow, line_slow_first),
	HERE(2, "a frame's header or body that does not end", slow_frames, line_slow_frame),
	HERE(3, "each bit of the preamble", plain, line_preamble_bits),
	HERE(3, "the other pattern in the preamble", plain, line_other_pattern),
	HERE(4, "message 1 of other lengths", plain, line_first_lengths),
	HERE(5, "points of low order as e, with the tag that would fit", plain, line_low_order),
	THERE(5, "points of low order from both sides", TEST_CHANNEL, "an_ephemeral_key_of_low_order_is_refused"),
	HERE(6, "points that are not canonical as e", plain, line_not_canonical),
	THERE(6, "Wycheproof's X25519", "tests/unit/test_noise.c", "x25519_gives_what_wycheproof_says"),
	HERE(7, "replayed message 1", plain, line_replayed_first),
	HERE(7, "replayed message 3", plain, line_replayed_third),
	HERE(7, "replayed session", plain, line_replayed_session),
	HERE(8, "wrong psk, unknown, revoked, pending", plain, line_strangers),
	THERE(8, "what a server says and looks up", TEST_CHANNEL, "every_stranger_is_refused_alike"),
	HERE(9, "the client's key is the server's", plain, line_servers_key),
	HERE(9, "e is the client's static key", plain, line_ephemeral_is_static),
	HERE(10, "message 2 sent back as message 3", plain, line_reflected),
	HERE(10, "an answer sent back as a request", plain, line_reflected_frame),
	HERE(11, "frames dropped, reordered, doubled", plain, line_frames_moved),
	HERE(11, "a bit of a frame", plain, line_frames_flipped),
	HERE(11, "a frame cut short", plain, line_frames_cut),
	THERE(11, "each bit of a frame", TEST_FRAMES, "no_bit_of_a_frame_may_change"),
	HERE(12, "frames of 0 to 15 bytes", plain, line_frame_lengths),
	HERE(13, "long frames, padding alone, padding that is not zero, n past the end", plain, line_payloads),
	NOT_HERE(14, "rekey at its boundary", "there is no rekey: a session ends after session_ms"),
	THERE(14, "a session ends in its place", LIVE_LIMITS, "session_ms_is_kept"),
	THERE(15, "the last nonce", TEST_FRAMES, "a_channel_ends_before_its_nonces_do"),
	THERE(15, "the last nonce", "tests/unit/test_noise.c", "the_last_nonce_is_never_used"),
	HERE(16, "10,000 half open", plain, line_half_open),
	HERE(17, "a half closed line", plain, line_half_closed),
	THERE(17, "FIN and RST in the middle", LIVE_CHANNEL, "sudden_ends_do_no_harm"),
	THERE(18, "HTTP, TLS, SSH", LIVE_CHANNEL, "other_protocols_are_shown_the_door"),
	HERE(19, "invitations unknown and used", plain, line_tokens),
	HERE(19, "two with one invitation", plain, line_token_race),
	THERE(19, "an invitation that ran out", LIVE_KEYS, "an_invitation_runs_out"),
	THERE(19, "an invitation for another role", LIVE_KEYS, "who_is_invited_may_do_what_the_role_allows"),
	HERE(20, "other commands while enrolling", plain, line_enrol_state),
	THERE(21, "a key file cut", TEST_KEYFILE, "a_cut_or_longer_file_is_refused"),
	THERE(21, "a key file with a flipped bit", TEST_KEYFILE, "every_flipped_bit_is_seen"),
	THERE(21, "a key file open to others", TEST_KEYFILE, "a_file_open_to_others_is_refused"),
	THERE(21, "a key file that costs a terabyte, or nothing", TEST_KEYFILE, "a_costly_file_is_refused_before_it_costs"),
	THERE(21, "a wrong passphrase", TEST_KEYFILE, "another_passphrase_does_not_open_it"),
	THERE(21, "a key file that is a link, a FIFO", TEST_KEYFILE, "a_link_a_fifo_a_folder_are_refused"),
	THERE(22, "no random numbers", "tests/live/live_chance.c", "without_random_numbers_nothing_starts"),
	HERE(23, "malleable, short and long signatures", plain, line_signatures),
	THERE(23, "Wycheproof's Ed25519", "tests/unit/test_ed25519.c", "every_case_of_wycheproof_gets_its_verdict"),
	HERE(24, "another register, another verb, a number used, old, future", plain, line_actions),
	THERE(24, "another register", LIVE_ACTIONS, "an_action_for_another_register_is_refused"),
	THERE(24, "days of the future", "tests/unit/test_import.c", "bad_rows_are_named"),
	NOT_HERE(25, "wraps moved to another case", "nothing is sealed to a role: no HPKE"),
	NOT_HERE(26, "a field's ciphertext in another field", "no field is stored encrypted"),
	THERE(27, "files of a case cut, with parts swapped or changed", "tests/live/live_bodies.c", "what_is_not_as_announced_leaves_nothing"),
};
/* clang-format on */

static struct test_daemon *daemon_at_work;
static const char *settings_at_work;

static void need_daemon(const char *settings)
{
	if (daemon_at_work == NULL)
		daemon_at_work = test_daemon_make();
	if (settings_at_work == settings)
		return;
	if (settings_at_work != NULL)
		assert_int_equal(test_daemon_stop(daemon_at_work, SIGTERM), 0);
	test_daemon_start(daemon_at_work, settings);
	settings_at_work = settings;
}

/* Whether the file defines a test of this name. */
static bool is_there(const char *file, const char *test)
{
	char line[1024], wanted[256];
	bool found = false;
	snprintf(line, sizeof(line), "%s/%s", HOIAM_SOURCE_ROOT, file);
	snprintf(wanted, sizeof(wanted), "static void %s(void **state)", test);
	FILE *in = fopen(line, "r");
	while (in != NULL && !found && fgets(line, sizeof(line), in) != NULL)
		found = strstr(line, wanted) != NULL;
	if (in != NULL)
		fclose(in);
	return found;
}

static void row_holds(void **state)
{
	const struct row *row = *state;
	if (row->none != NULL) {
		print_message("A %u: %s: not in hoiam: %s\n", row->number, row->what, row->none);
		return;
	}
	if (row->test != NULL) {
		bool found = is_there(row->file, row->test);
		print_message("A %u: %s: %s%s\n", row->number, row->what,
			found ? "" : "MISSING: ", row->test);
		assert_true(found);
		return;
	}
	need_daemon(row->settings);
	const char *said = row->run(daemon_at_work);
	print_message("A %u: %s: %s\n", row->number, row->what, said);
	if (row->settings == plain)
		line_well(daemon_at_work);
}

static void every_number_has_a_row(void **state)
{
	unsigned here = 0, there = 0, none = 0;
	(void)state;
	for (unsigned number = 1; number <= LAST; number++) {
		size_t i = 0;
		while (i < COUNT(rows) && rows[i].number != number)
			i++;
		assert_true(i < COUNT(rows));
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		here += rows[i].run != NULL;
		there += rows[i].test != NULL;
		none += rows[i].none != NULL;
	}
	print_message("list A: numbers 1 to %d; %u rows tried here, %u by tests named, %u not in "
		      "hoiam\n",
		LAST, here, there, none);
}

/* The register is whole, whatever was sent. */
static void the_register_is_whole(void **state)
{
	(void)state;
	need_daemon(plain);
	line_well(daemon_at_work);
	assert_int_equal(test_daemon_stop(daemon_at_work, SIGTERM), 0);
	test_daemon_verify(daemon_at_work);
	assert_false(test_daemon_logged(daemon_at_work, "error "));
}

int main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 2];
	for (size_t i = 0; i < COUNT(rows); i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].what,
			.test_func = row_holds,
			.initial_state = (void *)(uintptr_t)&rows[i] };
	tests[COUNT(rows)] = (struct CMUnitTest)cmocka_unit_test(the_register_is_whole);
	tests[COUNT(rows) + 1] = (struct CMUnitTest)cmocka_unit_test(every_number_has_a_row);
	int failed = cmocka_run_group_tests_name("list A", tests, NULL, NULL);
	if (daemon_at_work != NULL)
		test_daemon_close(daemon_at_work);
	return failed;
}
