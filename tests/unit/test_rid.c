/* test_rid.c: request numbers are UUIDs of version 7 that carry their time. */
#include "tests/lib/test.h"

#include <sodium.h>

#include "proto/rid.h"

static void a_new_number_is_valid_and_carries_its_time(void **state)
{
	(void)state;
	for (int64_t ms = 0; ms < 1000; ms++) {
		uint8_t rid[RID_BYTES];
		int64_t at = ms * 1795280400777;
		at %= (int64_t)1 << 48;
		rid_make(rid, at * 1000 + 999);
		assert_true(rid_valid(bytes_of(rid, sizeof(rid))));
		assert_int_equal(rid_ms(rid), at);
	}
}

static void the_example_of_the_standard_is_read(void **state)
{
	(void)state;
	/* RFC 9562 appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F */
	static const uint8_t rid[] = { 0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3, 0x98, 0xc4,
		0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f };
	assert_true(rid_valid(bytes_of(rid, sizeof(rid))));
	assert_int_equal(rid_ms(rid), 1645557742000);
}

static void numbers_sort_by_their_time(void **state)
{
	(void)state;
	uint8_t before[RID_BYTES];
	rid_make(before, 255999);
	for (int64_t ms = 256; ms < 70000; ms += 255) {
		uint8_t after[RID_BYTES];
		rid_make(after, ms * 1000);
		assert_true(memcmp(before, after, sizeof(after)) < 0);
		memcpy(before, after, sizeof(after));
	}
}

static void every_random_bit_takes_both_values(void **state)
{
	(void)state;
	uint8_t ones[RID_BYTES] = { 0 };
	uint8_t zeros[RID_BYTES] = { 0 };
	for (int round = 0; round < 200; round++) {
		uint8_t rid[RID_BYTES];
		rid_make(rid, 0);
		for (size_t i = 0; i < sizeof(rid); i++) {
			ones[i] |= rid[i];
			zeros[i] |= (uint8_t)~rid[i];
		}
	}
	int both = 0;
	for (size_t i = 0; i < RID_BYTES; i++)
		both += __builtin_popcount(ones[i] & zeros[i]);
	assert_int_equal(both, 74);
}

static void other_versions_variants_and_lengths_are_not_valid(void **state)
{
	(void)state;
	uint8_t rid[RID_BYTES + 1] = { 0 };
	rid_make(rid, 1795280400000000);
	assert_false(rid_valid(bytes_of(rid, 15)));
	assert_false(rid_valid(bytes_of(rid, 17)));
	assert_false(rid_valid(bytes_of(NULL, 0)));
	for (unsigned version = 0; version < 16; version++) {
		rid[6] = (uint8_t)(version << 4 | 3);
		assert_int_equal(rid_valid(bytes_of(rid, RID_BYTES)), version == 7);
	}
	rid[6] = 0x70;
	for (unsigned variant = 0; variant < 4; variant++) {
		rid[8] = (uint8_t)(variant << 6 | 0x3f);
		assert_int_equal(rid_valid(bytes_of(rid, RID_BYTES)), variant == 2);
	}
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_number_is_valid_and_carries_its_time),
		cmocka_unit_test(the_example_of_the_standard_is_read),
		cmocka_unit_test(numbers_sort_by_their_time),
		cmocka_unit_test(every_random_bit_takes_both_values),
		cmocka_unit_test(other_versions_variants_and_lengths_are_not_valid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
