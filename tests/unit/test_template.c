/* test_template.c: templates, good and bad; what becomes of values; papers as plain text and HTML.
 */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "clients/paper/html.h"
#include "clients/paper/plain.h"
#include "clients/paper/template.h"
#include "proto/text.h"

static struct values *some_values(struct arena *a)
{
	struct values *v = values_new(a);
	values_put(v, "unit", text_of("Ủy ban nhân dân xã Thanh Hòa"));
	values_put(v, "nothing", text_of(""));
	values_put(v, "words", text_of("Một.\n\nHai {{unit}} **ba** //tư// | .end"));
	values_list(v, "none");
	for (unsigned i = 1; i <= 2; i++) {
		struct values *entry = values_add(v, "opinions");
		values_put(entry, "n", arena_format(a, "%u", i));
		values_put(entry, "name", text_of(i == 1 ? "Lê Thị Bảy" : ""));
	}
	return v;
}

static enum err fill(const char *page, const struct values *v, struct document *d, struct arena *a,
	struct fault *f)
{
	const struct template *t;
	enum err err = template_read(text_of(page), "page.txt", &t, a, f);
	return err != OK ? err : template_fill(t, v, d, a, f);
}

static struct text plain_of(const char *page, const struct values *v, struct arena *a)
{
	struct document d;
	struct fault f = { 0 };
	if (fill(page, v, &d, a, &f) != OK)
		fprintf(stderr, "%s:%lld: %s\n", f.field, (long long)f.at, f.what);
	assert_int_equal(f.err, OK);
	return plain_form(&d, a);
}

static void becomes(const char *page, const char *want)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct text got = plain_of(page, some_values(&a), &a);
	if (!text_is(got, want))
		fprintf(stderr, "%.*s\nis not\n%s\n", (int)got.n, got.p, want);
	assert_true(text_is(got, want));
}

static void refused(const char *page, int64_t line, const char *part)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct document d;
	struct fault f = { 0 };
	assert_int_equal(fill(page, some_values(&a), &d, &a, &f), E_LINE);
	if (f.at != line || strstr(f.what, part) == NULL)
		fprintf(stderr, "%s: line %lld: %s\n", page, (long long)f.at, f.what);
	assert_string_equal(f.field, "page.txt");
	assert_int_equal(f.at, line);
	assert_non_null(strstr(f.what, part));
	assert_int_equal(fill(page, some_values(&a), &d, &a, NULL), E_LINE);
}

static void tags_take_values(void **state)
{
	(void)state;
	becomes("{{unit}}, {{ unit }}{{! not said }}.\n",
		"Ủy ban nhân dân xã Thanh Hòa, Ủy ban nhân dân xã Thanh Hòa.\n");
	becomes("{{#opinions}}\n{{n}}. {{#name}}by {{name}}{{/name}}{{^name}}nobody{{/name}}\n"
		"{{/opinions}}\n{{^opinions}}\nno words\n{{/opinions}}\n",
		"1. by Lê Thị Bảy\n2. nobody\n");
	becomes("{{#none}}\nx\n{{/none}}\n{{^none}}\nempty\n{{/none}}\n", "empty\n");
	becomes("{{#opinions}}{{n}}, {{/opinions}}end\n", "1, 2, end\n");
}

static void a_line_whose_tags_come_to_nothing_is_left_out(void **state)
{
	(void)state;
	becomes("a\n{{nothing}}\n**{{nothing}}** {{#none}}x{{/none}}\nb {{nothing}}\n", "a\nb\n");
}

static void values_are_never_markup(void **state)
{
	(void)state;
	becomes("> {{words}}\n", "> Một.\n\nHai {{unit}} **ba** //tư// | .end\n");
	becomes(".table 1 1\n.row {{unit}} | {{words}}\n.end\n",
		"──────────────────────────────────────┼───────────────────────────────────────\n"
		"Ủy ban nhân dân xã Thanh Hòa          │Một.\n"
		"                                      │Hai {{unit}} **ba** //tư// | .end\n"
		"──────────────────────────────────────┼───────────────────────────────────────\n");
}

static void signs_lose_their_meaning_behind_a_backslash(void **state)
{
	(void)state;
	becomes("\\.title \\*\\* \\{{unit}} \\\\ https:\\//a\n",
		".title ** {{unit}} \\ https://a\n");
	becomes(".table 1\n.row a \\| b\n.end\n",
		"──────────────────────────────────────────────────────────────────────────────\n"
		"a | b\n"
		"──────────────────────────────────────────────────────────────────────────────\n");
}

static void lines_are_set_as_they_say(void **state)
{
	(void)state;
	becomes(".title THÔNG BÁO\n.rule\n.right đến\n.item điểm\n.space 2\n.left x\n",
		"                                  THÔNG BÁO\n"
		"                               ────────────────\n"
		"                                                                           đến\n"
		"    điểm\n\n\nx\n");
}

/* Cells begin where the one before ended: words in the order in which they are read. */
static void cells_side_by_side_keep_the_order_of_reading(void **state)
{
	(void)state;
	becomes(".columns 1 1\n.left a \\\n.left b\n.left c\n.next\n.left x\n.left y\n.end\n",
		"a\n"
		"b                                       x\n"
		"c                                       y\n");
	becomes(".columns 1 1\nmột hai ba bốn năm sáu bảy tám chín mười mười một\n.left x\n.next\n"
		".left phải\n.end\n",
		" một hai ba bốn năm sáu bảy tám chín\n"
		"            mười mười một               phải\n"
		"x\n");
}

static void long_words_are_broken_by_cells(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct values *v = values_new(&a);
	char word[400];
	for (size_t i = 0; i + 3 <= sizeof(word); i += 3)
		memcpy(word + i, "ế", 3);
	values_put(v, "word", (struct text){ word, 399 });
	struct text got = plain_of("{{word}}\n{{word}} x\n", v, &a);
	for (size_t at = 0; at < got.n;) {
		const char *end = memchr(got.p + at, '\n', got.n - at);
		struct text line = { got.p + at, (size_t)(end - got.p) - at };
		assert_true(text_width(line) <= PLAIN_WIDTH && line.n > 0);
		assert_int_equal(text_check(line, TEXT_LINE, "line", NULL), OK);
		at += line.n + 1;
	}
}

static void faults_are_told_with_their_line(void **state)
{
	(void)state;
	refused("a\n{{unti}}\n", 2, "unti: no such name");
	refused("{{#unit}}\nx\n", 1, "unit: never closed");
	refused("x\n{{/unit}}\n", 2, "not open");
	refused("{{#unit}}\n{{/opinions}}\n", 2, "not open");
	refused("{{#unit}}x\n", 1, "not closed on its line");
	refused("{{unit\n", 1, "without }}");
	refused("{{> other}}\n", 1, "not a name");
	refused("{{{unit}}}\n", 1, "not a name");
	refused(".titel x\n", 1, "no such word");
	refused(".page sideways\n", 1, "portrait or landscape");
	refused(".columns 1 1\nx\n.end\n", 3, "fewer columns");
	refused(".columns 1\nx\n.next\ny\n.end\n", 3, "more columns");
	refused(".columns 1\nx\n", 1, "never closed");
	refused(".columns\n.end\n", 1, "a number is missing");
	refused(".columns 1 zwei\n.end\n", 1, "numbers from 1");
	refused(".table 1\nx\n.end\n", 2, "every line is a .row");
	refused(".table 1 1\n.row x\n.end\n", 2, "not as many cells");
	refused(".row x\n", 1, "only in a table");
	refused(".next\n", 1, "not open");
	refused("{{#unit}}\n.columns 1\n{{/unit}}\n.end\n", 3, "not open");
	refused(".columns 1\n.table 1\n.end\n.end\n", 2, "no tables within");
	refused(".space 90\n", 1, "not possible here");
	refused("{{#unit}}{{#unit}}{{#unit}}{{#unit}}{{#unit}}{{#unit}}{{#unit}}{{#unit}}{{#unit}}"
		"\n",
		1, "nested too deeply");
}

static void limits_hold(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(xfree) char *large = xcalloc(TEMPLATE_BYTES_MAX + 2, 1);
	const struct template *t;
	struct document d;
	struct fault f = { 0 };
	memset(large, '\n', TEMPLATE_BYTES_MAX + 1);
	assert_int_equal(template_read(text_of(large), "x", &t, &a, &f), E_TOO_LARGE);
	memset(large, 'x', TEMPLATE_LINE_MAX + 1);
	large[TEMPLATE_LINE_MAX + 1] = '\0';
	assert_int_equal(template_read(text_of(large), "x", &t, &a, &f), E_LINE);
	assert_int_equal(template_read(text_of("a\xff"), "x", &t, &a, &f), E_UTF8);
	/* a list within itself multiplies */
	struct values *v = values_new(&a);
	for (unsigned i = 0; i < 1000; i++)
		values_put(values_add(v, "list"), "n", text_of(""));
	assert_int_equal(fill("{{#list}}\n{{#list}}\n{{#list}}\n{{/list}}\n{{/list}}\n"
			      "{{/list}}\n",
				 v, &d, &a, &f),
		E_TOO_MANY);
}

static void a_value_with_an_invisible_sign_is_refused(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct values *v = values_new(&a);
	struct document d;
	struct fault f = { 0 };
	values_put(v, "name",
		text_of("a\u202e"
			"b"));
	assert_int_equal(fill("{{name}}\n", v, &d, &a, &f), E_INVISIBLE);
	assert_string_equal(f.field, "name");
}

static void a_mark_joins_the_letter_before_it(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct values *v = values_new(&a);
	values_put(v, "mark", text_of("\u0301"));
	assert_true(text_is(plain_of("e{{mark}}\n", v, &a), "é\n"));
}

static struct text html_of(
	const char *page, const struct values *v, const struct footing *below, struct arena *a)
{
	AUTO(writer_fini) struct writer w = { 0 };
	struct document d;
	enum err err = fill(page, v, &d, a, NULL);
	assert_int_equal(err, OK);
	html_write(&d, text_of("a <title>"), below, &w);
	return arena_text(a, (struct text){ (const char *)w.p, w.n });
}

static bool holds(struct text t, const char *part)
{
	return memmem(t.p, t.n, part, strlen(part)) != NULL;
}

static void html_escapes_every_word(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct values *v = values_new(&a);
	const struct footing below = { text_of("AB\"<"), text_of("<i>"), text_of("</footer>&") };
	values_put(v, "x", text_of("<script>alert('1')</script> \"&amp;\" </p>"));
	struct text got = html_of("**{{x}}** <b>\n.table 1\n.row {{x}}\n.end\n", v, &below, &a);
	assert_false(holds(got, "<script"));
	assert_true(holds(got, "<b>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; "
			       "&quot;&amp;amp;&quot; &lt;/p&gt;</b> &lt;b&gt;"));
	assert_true(holds(got, "<title>a &lt;title&gt;</title>"));
	assert_true(holds(got, "&lt;/footer&gt;&amp;"));
	assert_false(holds(got, "://"));
	assert_true(holds(got, "size: A4 portrait"));
	assert_true(holds(got, "default-src 'none'"));
}

static void pages_are_numbered_and_end_at_empty_lines(void **state)
{
	(void)state;
	AUTO(writer_fini) struct writer form = { 0 };
	AUTO(writer_fini) struct writer out = { 0 };
	const struct footing below = { text_of("0123-4567-89AB"), text_of("Mã:"), text_of("s") };
	for (unsigned i = 1; i <= 130; i++) {
		char line[32];
		int n = snprintf(line, sizeof(line), i % 10 == 0 ? "\n" : "line %u\n", i);
		write_raw(&form, line, (size_t)n);
	}
	plain_write((struct text){ (const char *)form.p, form.n }, &below, true, &out);
	struct text got = { (const char *)out.p, out.n };
	assert_true(holds(got, "1/3\n"));
	assert_true(holds(got, "line 49\n\n\f"));
	assert_true(holds(got, "3/3\n"));
	assert_true(holds(got, "Mã: 0123-4567-89AB\ns\n"));
	assert_true(holds(got, "█"));
	size_t lines = 0;
	for (size_t i = 0; i < got.n; i++) {
		lines = got.p[i] == '\f' ? 0 : lines + (got.p[i] == '\n');
		assert_true(lines <= PLAIN_PAGE_LINES);
	}
}

static void the_hash_is_of_the_form(void **state)
{
	(void)state;
	char hex[PLAIN_SHA256_HEX + 1];
	plain_hash(text_of("abc"), hex); /* FIPS 180-2, B.1 */
	assert_string_equal(
		hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tags_take_values),
		cmocka_unit_test(a_line_whose_tags_come_to_nothing_is_left_out),
		cmocka_unit_test(values_are_never_markup),
		cmocka_unit_test(signs_lose_their_meaning_behind_a_backslash),
		cmocka_unit_test(lines_are_set_as_they_say),
		cmocka_unit_test(cells_side_by_side_keep_the_order_of_reading),
		cmocka_unit_test(long_words_are_broken_by_cells),
		cmocka_unit_test(faults_are_told_with_their_line),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(a_value_with_an_invisible_sign_is_refused),
		cmocka_unit_test(a_mark_joins_the_letter_before_it),
		cmocka_unit_test(html_escapes_every_word),
		cmocka_unit_test(pages_are_numbered_and_end_at_empty_lines),
		cmocka_unit_test(the_hash_is_of_the_form),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
