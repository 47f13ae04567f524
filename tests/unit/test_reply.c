/* test_reply.c: pages of tables as they come from a server. */
#include "tests/lib/test.h"

#include "clients/reply.h"
#include "proto/limits.h"
#include "proto/pack.h"

/* A page without tables whose next one begins at a place of so many bytes. */
static enum err add(struct reply *reply, size_t place, struct fault *f)
{
	static const uint8_t zeros[LIMIT_CURSOR + 1];
	AUTO(writer_fini) struct writer w = { 0 };
	write_map(&w, 1);
	write_string(&w, "next");
	write_bin(&w, bytes_of(zeros, place));
	return reply_add(reply, writer_bytes(&w), f);
}

/* Who could not ask for the rest would take the list for whole: an export with its trailer. */
static void a_place_that_cannot_be_asked_for_is_an_error(void **state)
{
	(void)state;
	AUTO(reply_fini) struct reply reply = { 0 };
	struct fault f = { 0 };
	assert_int_equal(add(&reply, LIMIT_CURSOR, &f), OK);
	assert_int_equal(reply.next.n, LIMIT_CURSOR);
	assert_int_equal(add(&reply, LIMIT_CURSOR + 1, &f), E_FRAME);
	assert_int_equal(add(&reply, 0, &f), OK);
	assert_int_equal(reply.next.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_place_that_cannot_be_asked_for_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
