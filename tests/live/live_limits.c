/* live_limits.c: every setting of daemon/conf.def, met by a real daemon. */
#include "tests/lib/test.h"

#include "tests/lib/daemon.h"

static int make(void **state)
{
	*state = test_daemon_make();
	return 0;
}

static int end(void **state)
{
	test_daemon_close(*state);
	return 0;
}

static void one_more_connection_is_closed_at_once(void **state)
{
	struct test_daemon *d = *state;
	struct test_line a, b, c;
	test_daemon_start(d, "connections_max: 2\n");
	test_line_login(&a, d);
	test_line_greet(&b, d);
	test_line_open(&c, d);
	assert_true(test_line_closes(&c, 5000));
	test_line_close(&c);
	assert_string_equal(test_line_call(&a, d, CMD_whoami, &(struct nothing){ 0 }), "");
	test_line_close(&b);
	test_line_close(&a);
	assert_true(test_daemon_logged(d, "refused=full"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_more_connection_is_closed_at_once, make, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
