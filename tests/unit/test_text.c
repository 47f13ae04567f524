/* test_text.c: what text is refused and where, normal form C, widths, cuts, folded keys. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <utf8proc.h>

#include "proto/text.h"
#include "tests/lib/shared.h"

#define TEXT(literal) ((struct text){ (literal), sizeof(literal) - 1 })

static void assert_passes(struct text t, enum text_rule rule)
{
	struct fault f = { .at = -7 };
	assert_int_equal(text_check(t, rule, "words", &f), OK);
	assert_int_equal(f.at, -7);
	assert_int_equal(text_check(t, rule, "words", NULL), OK);
}

static void assert_refused(
	struct text t, enum text_rule rule, enum err err, int64_t at, const char *what)
{
	struct fault f = { .at = -7 };
	assert_int_equal(text_check(t, rule, "words", &f), err);
	assert_int_equal(f.err, err);
	assert_int_equal(f.at, at);
	assert_string_equal(f.field, "words");
	assert_string_equal(f.what, what);
	assert_int_equal(text_check(t, rule, NULL, NULL), err);
}

static void vietnamese_passes(void **state)
{
	(void)state;
	assert_passes(
		TEXT("Đường vào tổ dân phố 3 bị ngập; đề nghị xử lý trước 15/12."), TEXT_LINE);
	assert_passes(TEXT("plain ASCII ~"), TEXT_LINE);
	assert_passes(TEXT("“ngoặc” – … € 漢字 🙂"), TEXT_LINE);
	assert_passes((struct text){ NULL, 0 }, TEXT_LINE);
	assert_passes((struct text){ NULL, 0 }, TEXT_CODE);
}

static void the_last_code_point_and_noncharacters_pass(void **state)
{
	(void)state;
	assert_passes(TEXT("\xf4\x8f\xbf\xbf"), TEXT_LINE);
	assert_passes(TEXT("\xef\xbf\xbe\xef\xb7\x90"), TEXT_LINE);
}

static void an_overlong_form_is_refused(void **state)
{
	(void)state;
	assert_refused(TEXT("a\xc0\x80"), TEXT_LINE, E_UTF8, 1, "");
	assert_refused(TEXT("ab\xc1\xbf"), TEXT_LINE, E_UTF8, 2, "");
	assert_refused(TEXT("\xe0\x9f\xbf"), TEXT_BLOCK, E_UTF8, 0, "");
	assert_refused(TEXT("\xc3\xa1\xf0\x8f\xbf\xbf"), TEXT_CODE, E_UTF8, 2, "");
}

static void a_surrogate_is_refused(void **state)
{
	(void)state;
	assert_refused(TEXT("a\xed\xa0\x80"), TEXT_LINE, E_UTF8, 1, "");
	assert_refused(TEXT("a\xed\xbf\xbf"), TEXT_LINE, E_UTF8, 1, "");
}

static void a_number_past_the_last_code_point_is_refused(void **state)
{
	(void)state;
	assert_refused(TEXT("a\xf4\x90\x80\x80"), TEXT_LINE, E_UTF8, 1, "");
	assert_refused(TEXT("a\xf8\x88\x80\x80\x80"), TEXT_LINE, E_UTF8, 1, "");
	assert_refused(TEXT("\xff"), TEXT_LINE, E_UTF8, 0, "");
}

static void a_cut_or_stray_byte_is_refused(void **state)
{
	(void)state;
	assert_refused(TEXT("ti\xe1\xba"), TEXT_LINE, E_UTF8, 2, "");
	assert_refused(TEXT("ti\xe1"), TEXT_LINE, E_UTF8, 2, "");
	assert_refused(TEXT("ti\xc3"), TEXT_LINE, E_UTF8, 2, "");
	assert_refused(TEXT("ti\xf0\x9f\x99"), TEXT_LINE, E_UTF8, 2, "");
	assert_refused(TEXT("ti\x80"), TEXT_LINE, E_UTF8, 2, "");
	assert_refused(TEXT("ti\xe1\xbax"), TEXT_LINE, E_UTF8, 2, "");
}

/* An encoder of its own, so that the decoder is not checked against itself; surrogates too. */
static size_t encode(uint32_t point, char out[static 4])
{
	static const uint8_t lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
	for (size_t i = n; i > 1; i--, point >>= 6)
		out[i - 1] = (char)(0x80 | (point & 0x3f));
	out[0] = (char)(n == 1 ? point : lead[n] | point);
	return n;
}

static bool is_normal(struct text t)
{
	char *out;
	size_t n;
	assert_int_equal(text_normalise(t, &out, &n, NULL, NULL), OK);
	bool same = text_equal(t, (struct text){ out, n });
	free(out);
	return same;
}

static void every_code_point_gets_its_verdict(void **state)
{
	(void)state;
	size_t controls = 0;
	size_t hidden = 0;
	size_t surrogates = 0;
	for (uint32_t point = 0; point <= 0x10ffff; point++) {
		char bytes[4];
		struct text t = { bytes, encode(point, bytes) };
		enum err err = text_check(t, TEXT_LINE, "words", NULL);
		controls += err == E_CONTROL;
		hidden += err == E_INVISIBLE;
		surrogates += err == E_UTF8;
		assert_true(err != E_UTF8 || (point >= 0xd800 && point <= 0xdfff));
		if (err == OK || err == E_NOT_NFC)
			assert_int_equal(err == OK, point == 0xa0 || is_normal(t));
	}
	assert_int_equal(surrogates, 2048);
	assert_int_equal(controls, 32 + 1 + 32);
	assert_int_equal(hidden, 1 + 1 + 1 + 5 + 7 + 5 + 10 + 1 + 3 + 128);
}

static void a_control_is_refused_in_a_line(void **state)
{
	(void)state;
	assert_refused((struct text){ "a\0b", 3 }, TEXT_LINE, E_CONTROL, 1, "U+0000");
	assert_refused(TEXT("\x1b[31m"), TEXT_LINE, E_CONTROL, 0, "U+001B");
	assert_refused(TEXT("đ\x7f"), TEXT_LINE, E_CONTROL, 2, "U+007F");
	assert_refused(TEXT("a\xc2\x85"), TEXT_LINE, E_CONTROL, 1, "U+0085");
	assert_refused(TEXT("a\xc2\x9f"), TEXT_BLOCK, E_CONTROL, 1, "U+009F");
	assert_refused(TEXT("a\n"), TEXT_LINE, E_CONTROL, 1, "U+000A");
	assert_refused(TEXT("a\tb"), TEXT_LINE, E_CONTROL, 1, "U+0009");
	assert_refused(TEXT("a\n"), TEXT_CODE, E_CONTROL, 1, "U+000A");
}

static void a_block_may_have_newlines_and_tabs_only(void **state)
{
	(void)state;
	assert_passes(TEXT("một\n\thai\n"), TEXT_BLOCK);
	assert_refused(TEXT("a\r\n"), TEXT_BLOCK, E_CONTROL, 1, "U+000D");
	assert_refused(TEXT("a\n\v"), TEXT_BLOCK, E_CONTROL, 2, "U+000B");
}

static void an_invisible_character_is_named(void **state)
{
	(void)state;
	assert_refused(TEXT("đơn\xe2\x80\xae"), TEXT_LINE, E_INVISIBLE, 5, "U+202E");
	assert_refused(TEXT("\xef\xbb\xbf"), TEXT_BLOCK, E_INVISIBLE, 0, "U+FEFF");
	assert_refused(TEXT("a\xf3\xa0\x80\x81"), TEXT_LINE, E_INVISIBLE, 1, "U+E0001");
	assert_refused(TEXT("a\xc2\xad"), TEXT_CODE, E_INVISIBLE, 1, "U+00AD");
}

static void the_first_fault_from_the_left_is_told(void **state)
{
	(void)state;
	assert_refused(TEXT("e\xcc\x81\xe2\x80\x8b\x01\xff"), TEXT_LINE, E_INVISIBLE, 3, "U+200B");
	assert_refused(TEXT("\x01\xe2\x80\x8b"), TEXT_LINE, E_CONTROL, 0, "U+0001");
}

static void text_that_is_not_composed_is_refused(void **state)
{
	(void)state;
	assert_refused(TEXT("tie\xcc\x82n"), TEXT_LINE, E_NOT_NFC, 2, "");
	assert_refused(TEXT("đo\xcc\x9b\xcc\x80"), TEXT_BLOCK, E_NOT_NFC, 2, "");
	/* The ANGSTROM SIGN, whose normal form has other bytes; and one with the same lead byte. */
	assert_refused(TEXT("a\xe2\x84\xab"), TEXT_LINE, E_NOT_NFC, 1, "");
	assert_refused(TEXT("a\xe2\x80\x80"), TEXT_LINE, E_NOT_NFC, 1, "");
	/* Marks that no composition takes up must stand in order of their class. */
	assert_passes(TEXT("x\xcc\xa3\xcc\x81"), TEXT_LINE);
	assert_refused(TEXT("x\xcc\x81\xcc\xa3"), TEXT_LINE, E_NOT_NFC, 1, "");
}

static void a_code_is_letters_digits_and_four_signs(void **state)
{
	(void)state;
	assert_passes(TEXT("x2.dong-A_1/Z.9"), TEXT_CODE);
	assert_passes(TEXT("*"), TEXT_CODE);
	assert_passes(TEXT("@chair"), TEXT_CODE);
	assert_refused(TEXT("a*"), TEXT_CODE, E_CODE, 0, "a*");
	assert_refused(TEXT("a@b"), TEXT_CODE, E_CODE, 0, "a@b");
	assert_refused(TEXT("a b"), TEXT_CODE, E_CODE, 0, "a b");
	assert_refused(TEXT("đ"), TEXT_CODE, E_CODE, 0, "đ");
	assert_refused(TEXT("a[`{"), TEXT_CODE, E_CODE, 0, "a[`{");
	assert_refused(TEXT("a\\"), TEXT_CODE, E_CODE, 0, "a\\");
	assert_refused(TEXT("e\xcc\x81"), TEXT_CODE, E_CODE, 0, "e\xcc\x81");
	const char *signs = " !\"#$%&'()+,:;<=>?[\\]^`{|}~";
	for (const char *p = signs; *p != '\0'; p++)
		assert_int_equal(text_check((struct text){ p, 1 }, TEXT_CODE, "c", NULL), E_CODE);
}

static void assert_normal(struct text in, struct text wanted)
{
	char *out;
	size_t n;
	assert_int_equal(text_normalise(in, &out, &n, "words", NULL), OK);
	assert_int_equal(n, wanted.n);
	if (n > 0)
		assert_memory_equal(out, wanted.p, n);
	assert_int_equal(out[n], '\0');
	free(out);
}

static void normalising_composes_and_settles_spaces(void **state)
{
	(void)state;
	assert_normal(TEXT("tie\xcc\x82\xcc\x81ng"), TEXT("tiếng"));
	assert_normal(TEXT("tiê\xcc\x81ng Viê\xcc\xa3t"), TEXT("tiếng Việt"));
	assert_normal(TEXT("10\xc2\xa0km\r\nhai\r\rba\n"), TEXT("10 km\nhai\r\rba\n"));
	assert_normal(TEXT("\r\r\n"), TEXT("\r\n"));
	assert_normal((struct text){ NULL, 0 }, TEXT(""));
	assert_normal((struct text){ "a\0b", 3 }, (struct text){ "a\0b", 3 });
	assert_normal(TEXT("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), TEXT("한"));
	/* Composition exclusions stay apart. */
	assert_normal(TEXT("\xe0\xa5\x98"), TEXT("\xe0\xa4\x95\xe0\xa4\xbc"));
	/* The longest expansion by bytes, and marks that come apart into marks. */
	assert_normal(TEXT("\xcd\x84\xcd\x84"), TEXT("\xcc\x88\xcc\x81\xcc\x88\xcc\x81"));
}

static void normalising_refuses_what_is_not_utf8(void **state)
{
	(void)state;
	char *out = &(char){ 'x' };
	size_t n = 9;
	struct fault f;
	assert_int_equal(text_normalise(TEXT("ab\xed\xa0\x80"), &out, &n, "words", &f), E_UTF8);
	assert_null(out);
	assert_int_equal(n, 0);
	assert_int_equal(f.at, 2);
	assert_string_equal(f.field, "words");
}

/* Alternating classes are what makes a simple ordering take the square of the length. */
static struct text fill(char *room, size_t n, struct text pattern)
{
	n -= n % pattern.n;
	for (size_t i = 0; i < n; i++)
		room[i] = pattern.p[i % pattern.n];
	return (struct text){ room, n };
}

static void a_hostile_run_of_marks_takes_no_time(void **state)
{
	(void)state;
	static char marks[256 * 1024];
	clock_t start = clock();
	struct text t = fill(marks, sizeof(marks), TEXT("\xcc\x81\xcc\xa3"));
	assert_refused(t, TEXT_LINE, E_NOT_NFC, 0, "");
	t = fill(marks, sizeof(marks), TEXT("\xe0\xbd\xb3"));
	assert_refused(t, TEXT_LINE, E_NOT_NFC, 0, "");
	assert_true(clock() - start < 2 * CLOCKS_PER_SEC);
}

/* "0061 0300" as UTF-8; returns the length. */
static size_t read_points(const char *hex, char *out)
{
	size_t n = 0;
	for (char *end; *hex != '\0'; hex = end) {
		unsigned long point = strtoul(hex, &end, 16);
		if (end == hex)
			break;
		n += encode((uint32_t)point, out + n);
	}
	return n;
}

static void check_conformance_line(char *line)
{
	char buffer[5][256];
	struct text column[5];
	char *rest = line;
	for (size_t i = 0; i < 5; i++) {
		const char *hex = strsep(&rest, ";");
		assert_non_null(hex);
		column[i] = (struct text){ buffer[i], read_points(hex, buffer[i]) };
	}
	/* NormalizationTest.txt: c2 == toNFC(c1) == toNFC(c2) == toNFC(c3), c4 == toNFC(c4, c5) */
	for (size_t i = 0; i < 5; i++) {
		struct text nfc = column[i < 3 ? 1 : 3];
		assert_normal(column[i], nfc);
		if (text_check(column[i], TEXT_BLOCK, NULL, NULL) != OK)
			assert_int_equal(text_check(column[i], TEXT_BLOCK, NULL, NULL), E_NOT_NFC);
		bool passes = text_check(column[i], TEXT_BLOCK, NULL, NULL) == OK;
		assert_int_equal(passes, text_equal(column[i], nfc));
	}
}

static void the_unicode_normalization_test_holds(void **state)
{
	(void)state;
	const char *path = shared_path("vectors/text/NormalizationTest-vietnamese.txt");
	if (path == NULL)
		skip();
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char line[4096];
	size_t count = 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#' || line[0] == '@')
			continue;
		check_conformance_line(line);
		count++;
	}
	fclose(file);
	printf("NormalizationTest: %zu lines\n", count);
	assert_true(count > 1000);
}

static void assert_fold(struct text in, struct text wanted)
{
	char out[512];
	memset(out, '#', sizeof(out));
	size_t n = text_fold(in, out, sizeof(out));
	assert_int_equal(n, wanted.n);
	if (n > 0)
		assert_memory_equal(out, wanted.p, n);
	assert_int_equal(out[n], '#');
}

static void check_name_line(char *line)
{
	char *rest = line;
	const char *column[9];
	for (size_t i = 0; i < 9; i++)
		column[i] = strsep(&rest, ",\r\n");
	assert_non_null(column[8]);
	struct text nfc = text_of(column[0]);
	char buffer[512];
	struct text nfd = { buffer, read_points(column[2], buffer) };
	assert_int_equal(nfc.n, strtoul(column[1], NULL, 10));
	assert_int_equal(nfd.n, strtoul(column[3], NULL, 10));
	assert_normal(nfd, nfc);
	assert_normal(nfc, nfc);
	assert_passes(nfc, TEXT_LINE);
	assert_int_equal(text_width(nfc), strtoul(column[4], NULL, 10));
	assert_int_equal(text_width(nfd), text_width(nfc));
	char lower[512];
	struct text key = { lower, strlen(column[6]) };
	for (size_t i = 0; i < key.n; i++) {
		char c = column[6][i];
		lower[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
	}
	assert_fold(nfc, key);
	assert_fold(nfd, key);
	assert_fold(text_of(column[7]), key);
	assert_fold(text_of(column[8]), key);
}

static void every_place_name_has_one_spelling_one_width_one_key(void **state)
{
	(void)state;
	const char *path = shared_path("data/names/normalization-pairs.csv");
	if (path == NULL)
		skip();
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char line[4096];
	size_t count = 0;
	assert_non_null(fgets(line, sizeof(line), file));
	while (fgets(line, sizeof(line), file) != NULL) {
		check_name_line(line);
		count++;
	}
	fclose(file);
	printf("normalization-pairs: %zu names\n", count);
	assert_true(count > 2900);
}

static void width_counts_cells(void **state)
{
	(void)state;
	assert_int_equal(text_width(TEXT("")), 0);
	assert_int_equal(text_width(TEXT("tiếng Việt")), 10);
	assert_int_equal(text_width(TEXT("e\xcc\x82\xcc\x81")), 1);
	assert_int_equal(text_width(TEXT("漢字")), 4);
	assert_int_equal(text_width(TEXT("a\xff\xfe")), 3);
	assert_int_equal(text_width(TEXT("a\nb")), 2);
}

static void a_cut_keeps_clusters_whole(void **state)
{
	(void)state;
	assert_int_equal(text_cut(TEXT("tiếng"), 0), 0);
	assert_int_equal(text_cut(TEXT("tiếng"), 2), 2);
	assert_int_equal(text_cut(TEXT("tiếng"), 3), 5);
	assert_int_equal(text_cut(TEXT("tiếng"), 5), 7);
	assert_int_equal(text_cut(TEXT("tiếng"), 99), 7);
	assert_int_equal(text_cut(TEXT("ae\xcc\x82\xcc\x81z"), 1), 1);
	assert_int_equal(text_cut(TEXT("ae\xcc\x82\xcc\x81z"), 2), 6);
	assert_int_equal(text_cut(TEXT("漢字"), 3), 3);
	assert_int_equal(text_cut(TEXT("漢字"), 1), 0);
	/* Two flags of two letters each: never half a flag. */
	struct text flags = TEXT("🇻🇳🇻🇳");
	for (size_t cells = 0; cells < text_width(flags); cells++)
		assert_int_equal(text_cut(flags, cells) % 8, 0);
	assert_int_equal(text_cut(flags, text_width(flags)), flags.n);
	assert_int_equal(text_cut(TEXT(""), 5), 0);
	assert_int_equal(text_cut(TEXT("a\xff\xff"), 2), 2);
}

static void folding_drops_marks_case_and_spare_space(void **state)
{
	(void)state;
	assert_fold(TEXT("Đường Điện Biên Phủ"), TEXT("duong dien bien phu"));
	assert_fold(TEXT("QÐ ðđƉɖ"), TEXT("qd dddd"));
	assert_fold(TEXT("  Nội\t\xc2\xa0 dung \n"), TEXT("noi dung"));
	assert_fold(TEXT("hòa hoà THỦY"), TEXT("hoa hoa thuy"));
	assert_fold(TEXT("ăâêôơư ĂÂÊÔƠƯ"), TEXT("aaeoou aaeoou"));
	assert_fold(TEXT("số-1: (a)"), TEXT("so-1: (a)"));
	/* Marks of other languages stay. */
	assert_fold(TEXT("ü"), TEXT("u\xcc\x88"));
	assert_fold(TEXT("a\xff"), TEXT("a\xef\xbf\xbd"));
	assert_fold(TEXT("\xcc\x81"), TEXT(""));
	assert_fold(TEXT(""), TEXT(""));
}

static void folding_tells_the_room_it_needs(void **state)
{
	(void)state;
	char out[8] = "#######";
	assert_int_equal(text_fold(TEXT("Nội dung"), NULL, 0), 8);
	assert_int_equal(text_fold(TEXT("Nội dung"), out, 3), 8);
	assert_int_equal(out[3], '#');
	assert_int_equal(text_fold(TEXT("abcß"), out, 4), 5);
	assert_int_equal(out[4], '#');
}

static void letters_are_changed_by_unicode(void **state)
{
	(void)state;
	static const struct {
		const char *in, *capitals, *small, *capital;
	} rows[] = {
		{ "", "", "", "" },
		{ "Ủy ban xã Đông", "ỦY BAN XÃ ĐÔNG", "ủy ban xã Đông", "Ủy ban xã Đông" },
		{ "ưỡng ệ", "ƯỠNG Ệ", "ưỡng ệ", "Ưỡng ệ" },
		{ "x\xff", "X\xef\xbf\xbd", "x\xef\xbf\xbd", "X\xef\xbf\xbd" },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *want[] = { rows[i].capitals, rows[i].small, rows[i].capital };
		for (unsigned how = TEXT_CAPITALS; how <= TEXT_CAPITAL_FIRST; how++) {
			size_t n;
			AUTO(xfree)
			char *got = text_recase(text_of(rows[i].in), (enum text_case)how, &n);
			assert_string_equal(got, want[how]);
			assert_int_equal(n, strlen(want[how]));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vietnamese_passes),
		cmocka_unit_test(the_last_code_point_and_noncharacters_pass),
		cmocka_unit_test(an_overlong_form_is_refused),
		cmocka_unit_test(a_surrogate_is_refused),
		cmocka_unit_test(a_number_past_the_last_code_point_is_refused),
		cmocka_unit_test(a_cut_or_stray_byte_is_refused),
		cmocka_unit_test(every_code_point_gets_its_verdict),
		cmocka_unit_test(a_control_is_refused_in_a_line),
		cmocka_unit_test(a_block_may_have_newlines_and_tabs_only),
		cmocka_unit_test(an_invisible_character_is_named),
		cmocka_unit_test(the_first_fault_from_the_left_is_told),
		cmocka_unit_test(text_that_is_not_composed_is_refused),
		cmocka_unit_test(a_code_is_letters_digits_and_four_signs),
		cmocka_unit_test(normalising_composes_and_settles_spaces),
		cmocka_unit_test(normalising_refuses_what_is_not_utf8),
		cmocka_unit_test(a_hostile_run_of_marks_takes_no_time),
		cmocka_unit_test(the_unicode_normalization_test_holds),
		cmocka_unit_test(every_place_name_has_one_spelling_one_width_one_key),
		cmocka_unit_test(width_counts_cells),
		cmocka_unit_test(a_cut_keeps_clusters_whole),
		cmocka_unit_test(folding_drops_marks_case_and_spare_space),
		cmocka_unit_test(folding_tells_the_room_it_needs),
		cmocka_unit_test(letters_are_changed_by_unicode),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
