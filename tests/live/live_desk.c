/* live_desk.c: the desk's requests over a real line: lists that go on when their daemon does not.
 */
#include "tests/lib/test.h"

#include "clients/desk/fetch.h"
#include "clients/keyfile.h"
#include "clients/link.h"
#include "tests/lib/daemon.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>

static int make(void **state)
{
	assert_true(sodium_init() >= 0);
	*state = test_daemon_make();
	return 0;
}

static int end(void **state)
{
	test_daemon_close(*state);
	return 0;
}

/* The desk stands open for hours: what its list knows of the next page is no longer good then. */
static void a_list_is_read_again_when_its_place_is_lost(void **state)
{
	enum { MEETINGS = 6, PAGE = 100 };
	struct test_daemon *d = *state;
	char path[4096];
	struct session session = { .logged_in = true };
	AUTO(keyfile_free) struct keyfile *key = NULL;
	struct desk desk = { 0 };
	test_daemon_store_open(d);
	for (int i = 0; i < MEETINGS; i++) {
		AUTO(arena_fini) struct arena a = { 0 };
		struct meeting_record q;
		bench_meeting(&d->r, &q, &a);
		bench_act(&d->r, CMD_meeting_record, &q);
	}
	test_daemon_store_close(d);
	test_daemon_start(d, NULL);
	snprintf(path, sizeof(path), "%s/a.key", d->dir);
	test_daemon_enrol(d, path);
	assert_int_equal(keyfile_load(&key, path, bytes_of("x", 1), NULL), OK);
	assert_int_equal(link_open(&session.link, d->socket, NULL), OK);
	assert_int_equal(link_login(session.link, key, NULL), OK);
	desk_init(&desk, 80, 24);
	assert_int_equal(desk.at, LIST_CASES);
	assert_int_equal(fetch_more(&session, &desk, NULL), OK);
	assert_int_equal(desk_list(&desk)->row_count, PAGE);
	assert_int_equal(fetch_more(&session, &desk, NULL), OK);
	assert_int_equal(desk_list(&desk)->row_count, 2 * PAGE);
	list_move(desk_list(&desk), 150);
	assert_int_equal(test_daemon_stop(d, SIGTERM), 0);
	test_daemon_start(d, NULL);
	assert_int_equal(fetch_more(&session, &desk, NULL), OK);
	assert_int_equal(desk_list(&desk)->row_count, 2 * PAGE);
	assert_int_equal(desk_list(&desk)->cursor, 150);
	assert_int_equal(fetch_more(&session, &desk, NULL), OK);
	assert_int_equal(desk_list(&desk)->row_count, MEETINGS * OPINIONS);
	assert_false(list_has_more(desk_list(&desk)));
	desk_fini(&desk);
	session_fini(&session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_list_is_read_again_when_its_place_is_lost, make, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
