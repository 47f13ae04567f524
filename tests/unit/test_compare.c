/* test_compare.c: a paper beside what it must say: what is the same, what differs, what was filled
 * in. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "clients/paper/compare.h"

static struct comparison compared(
	const char *kept, const char *given, const char *code, struct arena *a)
{
	const struct footing footing = { .code = text_of(code), .label = text_of("Mã:") };
	struct comparison c;
	enum err err = compare_papers(text_of(kept), text_of(given), &footing, &c, a, NULL);
	assert_int_equal(err, OK);
	return c;
}

static void equal(const char *kept, const char *given)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct comparison c = compared(kept, given, "", &a);
	if (c.count > 0)
		fprintf(stderr, "%.*s | %.*s\n", (int)c.v->kept.n, c.v->kept.p, (int)c.v->given.n,
			c.v->given.p);
	assert_int_equal(c.count, 0);
	assert_int_equal(c.faults, 0);
}

/* One difference, in these words and lines. */
static struct difference differs(
	const char *kept, const char *given, const char *was, const char *is, struct arena *a)
{
	struct comparison c = compared(kept, given, "", a);
	assert_int_equal(c.count, 1);
	assert_true(text_is(c.v->kept, was));
	assert_true(text_is(c.v->given, is));
	assert_int_equal(c.faults, !c.v->filled);
	return c.v[0];
}

static void white_space_and_pages_do_not_count(void **state)
{
	(void)state;
	equal("", "");
	equal("a b c\n", "a\n  b\tc");
	equal("a b\n", "a\f\n  2/5\n\nb\n");
	equal("│a│b│\n────┼\n", "a b\n");
	equal("a 2/5 b\n", "a 2/5 b\n");
	equal("a 2/5 b\n", "a\n2/5\nb\n");
	equal("2/5 b\n", "2/5\n2/5 b\n");
	/* decomposed: the same letters */
	equal("Tiếp", "Tie\u0302\u0301p");
}

static void a_word_broken_at_the_end_of_a_line_is_the_same(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	equal("x abcdefgh y\n", "x abcd\nefgh y\n");
	equal("x abcd\nefgh y\n", "x abcdefgh y\n");
	/* and of a page */
	equal("x 98101/2026/4 y\n", "x\n98101/202\n6/4\n2/4\ny\n");
	equal("x 98101/2026/4 y\n", "x\n98101/202\n2/4\n6/4\ny\n");
	(void)differs("x 12 y", "x 1 2 y", "12", "1 2", &a);
	(void)differs("x 1 2 y", "x 12 y", "1 2", "12", &a);
}

static void one_sign_is_found(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct difference d = differs("Giao Phòng\nHạn: 15/12/2026 trước\n",
		"Giao Phòng Hạn:\n16/12/2026 trước", "15/12/2026", "16/12/2026", &a);
	assert_int_equal(d.kept_line, 2);
	assert_int_equal(d.given_line, 2);
	assert_true(text_is(d.before, "Giao Phòng Hạn:"));
	assert_true(text_is(d.after, "trước"));
	assert_true(text_is(compare_mark(d.kept, d.given, &a), "1[5]/12/2026"));
	assert_true(text_is(compare_mark(d.given, d.kept, &a), "1[6]/12/2026"));
	assert_true(text_is(compare_mark(text_of("Kinh tế"), text_of("Kinh tê"), &a), "Kinh t[ế]"));
	assert_true(text_is(compare_mark(text_of("a"), text_of(""), &a), "[a]"));
	(void)differs("a b c", "a c", "b", "", &a);
	(void)differs("a c", "a b c", "", "b", &a);
	(void)differs("a b c", "a b", "c", "", &a);
}

static void blanks_may_be_filled_in(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	assert_true(differs("Số: ……/TB-UBND\nx", "Số: 12/TB-UBND x", "……/TB-UBND", "12/TB-UBND", &a)
			    .filled);
	assert_true(differs("(……, ngày", "(Thanh Hòa, ngày", "(……,", "(Thanh Hòa,", &a).filled);
	assert_true(differs("a ....... b", "a x y b", ".......", "x y", &a).filled);
	assert_false(differs("a ... b", "a x b", "...", "x", &a).filled);
	assert_false(differs("……/TB-UBND", "12/TB-ĐU", "……/TB-UBND", "12/TB-ĐU", &a).filled);
}

static void what_stands_below_the_code_is_counted(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct comparison c = compared(
		"a b\n", "a b\nMã: 0123-4567-89AB\nbí mật\n██▀\n3/3\n", "0123-4567-89AB", &a);
	assert_int_equal(c.count, 0);
	assert_int_equal(c.below, 2);
	c = compared("a b\n", "a b x Mã: 0123-4567-89AB", "0123-4567-89AB", &a);
	assert_int_equal(c.faults, 1);
	assert_true(text_is(c.v->given, "x"));
	c = compared("a b\n", "a b\nMã: 0123-4567-89AC\n", "0123-4567-89AB", &a);
	assert_int_equal(c.faults, 1);
}

static void papers_too_different_are_told_in_one(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	size_t n = 0, room = COMPARE_EDITS_MAX * 16;
	AUTO(xfree) char *kept = xcalloc(room, 1);
	AUTO(xfree) char *given = xcalloc(room, 1);
	for (unsigned i = 0; i < COMPARE_EDITS_MAX; i++) {
		snprintf(given + n, room - n, "g%u ", i);
		n += (size_t)snprintf(kept + n, room - n, "k%u ", i);
	}
	struct comparison c = compared(kept, given, "", &a);
	assert_true(c.rough);
	assert_int_equal(c.count, 1);
	assert_int_equal(c.faults, 1);
}

/* What is told, put into the paper, gives the other text. */
static void any_change_is_told_whole(void **state)
{
	(void)state;
	uint64_t seed = 1;
	for (unsigned round = 0; round < 3000; round++) {
		AUTO(arena_fini) struct arena a = { 0 };
		char kept[80], given[80];
		size_t sizes[2];
		for (unsigned side = 0; side < 2; side++) {
			size_t n = 0;
			char *to = side == 0 ? kept : given;
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			sizes[side] = seed >> 60;
			for (size_t i = 0; i < sizes[side]; i++) {
				seed = seed * 6364136223846793005u + 1442695040888963407u;
				to[n++] = (char)('a' + (seed >> 62));
				to[n++] = ' ';
			}
			to[n] = '\0';
		}
		struct comparison c = compared(kept, given, "", &a);
		long more = 0;
		for (size_t i = 0; i < c.count; i++)
			more += (long)((c.v[i].given.n + 1) / 2) - (long)((c.v[i].kept.n + 1) / 2);
		assert_int_equal(more, (long)sizes[1] - (long)sizes[0]);
		assert_int_equal(c.count == 0, strcmp(kept, given) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(white_space_and_pages_do_not_count),
		cmocka_unit_test(a_word_broken_at_the_end_of_a_line_is_the_same),
		cmocka_unit_test(one_sign_is_found),
		cmocka_unit_test(blanks_may_be_filled_in),
		cmocka_unit_test(what_stands_below_the_code_is_counted),
		cmocka_unit_test(papers_too_different_are_told_in_one),
		cmocka_unit_test(any_change_is_told_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
