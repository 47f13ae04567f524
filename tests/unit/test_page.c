/* test_page.c: the grammar of pages: heads, traps, escapes; conclusions written and read again. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "clients/conclusion_page.h"
#include "clients/minutes.h"
#include "clients/page.h"
#include "proto/text.h"
#include "tests/lib/fill.h"
#include "tests/lib/shared.h"

#define ROUNDS 4000u

static const char *const titles[] = { "Minutes: 98101\n", "Conclusion: 98101/2026/1\n" };

static struct text arena_writer(struct arena *a, const struct writer *w)
{
	return arena_text(a, (struct text){ (const char *)w->p, w->n });
}

static void assert_line(enum err err, const struct fault *f, int64_t line, const char *part)
{
	assert_int_equal(err, E_LINE);
	assert_string_equal(f->field, "page.txt");
	if (f->at != line || strstr(f->what, part) == NULL)
		fprintf(stderr, "line %lld, not %lld: %s (not: %s)\n", (long long)f->at,
			(long long)line, f->what, part);
	assert_int_equal(f->at, line);
	assert_non_null(strstr(f->what, part));
}

static void refused(const char *page, int64_t line, const char *part)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct conclusion_page to;
	struct fault f;
	assert_line(conclusion_page_read(text_of(page), "page.txt", &to, &a, &f), &f, line, part);
	assert_int_equal(conclusion_page_read(text_of(page), "page.txt", &to, &a, NULL), E_LINE);
}

static struct conclusion_page taken(struct text page, struct arena *a)
{
	struct conclusion_page to;
	struct fault f;
	enum err err = conclusion_page_read(page, "page.txt", &to, a, &f);
	if (err != OK)
		fprintf(stderr, "page.txt:%lld: %s\n%.*s\n", (long long)f.at, f.what, (int)page.n,
			page.p);
	assert_int_equal(err, OK);
	return to;
}

/* The words of the only item. */
static void words(const char *page, const char *want)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct conclusion_page to = taken(text_of(page), &a);
	assert_int_equal(to.items.n, 1);
	const struct item_new *item = to.items.v;
	if (!text_is(item->words, want))
		fprintf(stderr, "{%.*s} is not {%s}\n", (int)item->words.n, item->words.p, want);
	assert_true(text_is(item->words, want));
}

#define FIRST "Kết luận: 98101/2026/1\nBản: 1\n\nMục: 1\nÝ kiến: 1\n"

static void a_page_has_one_meaning_for_each_key(void **state)
{
	(void)state;
	for (enum page_kind kind = PAGE_MINUTES; kind <= PAGE_CONCLUSION; kind++) {
		struct page_pen pen = page_pen_of(NULL, kind, true);
		assert_true(pen.keys.n > 20);
		for (size_t i = 0; i < pen.keys.n; i++)
			for (size_t k = 0; k < i; k++)
				assert_true(pen.keys.v[i].n != pen.keys.v[k].n ||
					    memcmp(pen.keys.v[i].folded, pen.keys.v[k].folded,
						    pen.keys.v[i].n) != 0);
	}
}

static void every_field_of_the_table_is_in_its_record(void **state)
{
	(void)state;
	for (enum head_id id = 0; id < HEAD_NONE; id++) {
		const struct head_row *row = head_row(id);
		const struct record *r = row->page == PAGE_CONCLUSION ? record_item_new()
					 : row->part == PART_FIRST    ? record_meeting_new()
								      : record_opinion_new();
		if (row->field[0] == '\0')
			continue;
		const struct field *f = record_field(r, text_of(row->field));
		assert_non_null(f);
		assert_int_equal(row->form == FORM_BLOCK, (f->flags & BLOCK) != 0);
	}
}

/* The line "KEY: x" as text of a block, after a line of text or after a blank one. */
static void try_key(enum page_kind kind, const char *key, bool blank, bool escaped, bool head)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct text page = arena_format(&a, "%s%s: a%s\n%s%s: x\n", titles[kind],
		kind == PAGE_MINUTES ? "Attendance" : "Version: 1\nItem: 1\nAnswer",
		blank ? "\n" : "\nb", escaped ? "\\" : "", key);
	struct page_reader p;
	struct page_head h;
	assert_int_equal(page_open(&p, kind, page, "page.txt", &a, NULL), OK);
	enum head_id block = kind == PAGE_MINUTES ? HEAD_ATTENDANCE : HEAD_ANSWER;
	do
		assert_int_equal(page_next(&p, &h, NULL), OK);
	while (h.id != block);
	assert_int_equal(page_peek(&p) != HEAD_NONE, head);
	struct text tail = arena_format(&a, "%s: x", key);
	assert_int_equal(
		h.value.n > tail.n && memcmp(h.value.p + h.value.n - tail.n, tail.p, tail.n) == 0,
		!head);
}

static void every_key_is_a_head_after_a_blank_line_and_text_elsewhere(void **state)
{
	(void)state;
	for (enum page_kind kind = PAGE_MINUTES; kind <= PAGE_CONCLUSION; kind++)
		for (enum head_id id = 0; id < HEAD_NONE; id++) {
			const struct head_row *row = head_row(id);
			struct page_pen pen = page_pen_of(NULL, kind, true);
			const char *const keys[] = { row->vi, row->en };
			for (size_t k = 0; k < COUNT(keys); k++) {
				bool known = false;
				char folded[64];
				size_t n = text_fold(text_of(keys[k]), folded, sizeof(folded));
				for (size_t i = 0; i < pen.keys.n; i++)
					known = known || (pen.keys.v[i].n == n &&
								 memcmp(pen.keys.v[i].folded,
									 folded, n) == 0);
				assert_true(known || row->page != kind);
				try_key(kind, keys[k], true, false, known);
				try_key(kind, keys[k], true, true, false);
				try_key(kind, keys[k], false, false, false);
			}
		}
}

static void a_key_is_known_without_marks_case_or_exact_blanks(void **state)
{
	(void)state;
	words("KET LUAN:98101/2026/1\nban : 1\n  Muc: 1\nY  KIẾN:1\n\ncHi DaO: làm\n", "làm");
	words("kết luận: 98101/2026/1\nVersion: 1\nItem: 1\nOpinion: 1\nUnit: A\nDirection: do\n",
		"do");
}

static void a_key_without_a_colon_or_with_more_words_is_text(void **state)
{
	(void)state;
	words(FIRST "Trả lời:\na\n\nGiao\n\nXin giao: b\n\n Ghi chú: c\n",
		"a\n\nGiao\n\nXin giao: b\n\n Ghi chú: c");
}

static void blank_lines_are_kept_inside_and_dropped_around(void **state)
{
	(void)state;
	words(FIRST "Trả lời:\n\n \t\na\n\n  \nb  \n\n\n", "a\n\n  \nb  ");
	words(FIRST "Trả lời:   a \n\nb", "a\n\nb");
	words(FIRST "Trả lời:\n\\\n\\  \na\n\\\n\n", "\n  \na\n");
}

static void one_backslash_goes(void **state)
{
	(void)state;
	words(FIRST "Trả lời:\n\\Giao: b\n\n\\Mục: 2\n\\\\c\n\\> d\n\\# e\n# f\ng \\ h\n",
		"Giao: b\n\nMục: 2\n\\c\n> d\n# e\n# f\ng \\ h");
}

static void comments_stand_at_the_start_alone(void **state)
{
	(void)state;
	words("\xef\xbb\xbf# a\r\n\r\n#b\r\n" FIRST "Trả lời:\r\nx\r\ny\r\n", "x\ny");
	refused(FIRST "# a\n", 6, "takes one line");
	refused("# a\nb\n" FIRST, 2, "must begin with");
}

static void quotations_are_passed_over_and_a_head_may_follow(void **state)
{
	(void)state;
	words("> a\n" FIRST "> Giao: b\nTrả lời:\n> c\nx\n> d\ny\n> e\nCăn cứ: g\n", "x\ny");
}

static void text_is_put_into_normal_form(void **state)
{
	(void)state;
	words(FIRST
		"Tra\xcc\x89 lo\xcc\x9b\xcc\x80i:\nnga\xcc\xa3\xcc\x82p\xc2\xa0l\xe1\xbb\xa5t\n",
		"ngập lụt");
}

static void faults_name_the_line(void **state)
{
	(void)state;
	refused("", 1, "must begin with");
	refused("# a\n\n", 3, "must begin with");
	refused("Biên bản: 98101\n", 1, "must begin with \"Kết luận");
	refused("\n\nGiao: A\n", 3, "must begin with");
	refused("Kết luận: \n", 1, "number of a meeting");
	refused("Kết luận: a b\n", 1, "number of a meeting");
	refused("# a\nKết luận: 9/2026/1\nMã:\n", 2, "\"Bản\": missing");
	refused("Conclusion: 9/2026/1\n\nVersion: 0\n", 3, "\"Version\": the number");
	refused("Kết luận: 9/2026/1\nBản: 10001\n", 2, "\"Bản\": the number");
	refused("Kết luận: 9/2026/1\nBản: 1\nMã: 00\n", 3, "64 digits");
	refused("Kết luận: 9/2026/1\nBản: 1\nBản: 1\n", 3, "stands twice, first on line 2");
	refused("Kết luận: 9/2026/1\nBản: 1\nGiao: A\n", 3, "belongs below \"Mục: 1\"");
	refused(FIRST "Bản: 1\n", 6, "belongs above \"Mục: 1\"");
	refused(FIRST "Ý kiến: 1\n", 6, "stands twice, first on line 5");
	refused(FIRST "\nMục: 3\n", 7, "\"Mục: 2\" must come next");
	refused(FIRST "Mục: một\n", 6, "\"Mục: 2\" must come next");
	refused(FIRST "Giao: A\nphòng B\n", 7, "\"Giao\" takes one line");
	refused(FIRST "Hạn: 31/02/2026\nTrả lời: a\n", 6, "\"Hạn\": '31/02/2026' is not a day");
	refused(FIRST "Giao: Phòng A\nHạn:\nTrả lời: a\n", 6, "\"Giao\": 'Phòng A' is not a code");
	refused(FIRST "Giao: A\n", 4, "nothing is written");
	refused(FIRST "Trả lời: a\nChỉ đạo:\n\nb\n", 7, "an item takes one of");
	refused("Kết luận: 9/2026/1\nBản: 1\n\nMục: 1\nTrả lời: a\n", 4, "\"Ý kiến\": missing");
	refused(FIRST "Trả lời:\na\nb\x01\n", 8, "\"Trả lời\": control character U+0001 at byte 1");
	refused(FIRST "Trả lời:\na\xe2\x80\x8b\n\n", 7, "character U+200B at byte 1");
	refused(FIRST "Trả lời:\na\n\xff\n", 8, "not valid UTF-8");
	refused("# a\n# \xc3\n" FIRST, 2, "not valid UTF-8");
}

static void lists_of_opinions(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	const char *page = "Kết luận: 9/2026/1\nBản: 1\nMục: 1\n"
			   "Ý kiến: 3 , 5 - 7,10–11,1\nTrả lời: a\n";
	static const uint32_t want[] = { 3, 5, 6, 7, 10, 11, 1 };
	struct conclusion_page to = taken(text_of(page), &a);
	const struct item_new *item = to.items.v;
	assert_int_equal(item->opinions.n, COUNT(want));
	assert_memory_equal(item->opinions.v, want, sizeof(want));
	static const char *const bad[] = { "0", "a", "1,", ",1", "1,,2", "7-5", "5-", "-5", "1-2-3",
		"20001", "1-20001", "1 2", "1;2", "99999999999999999999", "5—7" };
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct text text = arena_format(
			&a, "Kết luận: 9/2026/1\nBản: 1\nMục: 1\nÝ kiến: %s\nTrả lời: a\n", bad[i]);
		refused(text.p, 4, "numbers of opinions are needed");
	}
	refused("Kết luận: 9/2026/1\nBản: 1\nMục: 1\nÝ kiến: 1-201\nTrả lời: a\n", 4, "too many");
}

static void an_item_with_nothing_but_opinions_is_left_out(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	const char *page = FIRST "Giao:\nHạn:\nChỉ đạo:\n\n> b\n\nMục: 2\nÝ kiến: 2\nGiao:\nHạn:\n"
				 "Chỉ đạo:\nTrả lời:\nb\n\nMục: 3\n\nMục: 4\nCăn cứ:\n";
	struct conclusion_page to = taken(text_of(page), &a);
	assert_int_equal(to.items.n, 1);
	const struct item_new *item = to.items.v;
	assert_true(text_is(item->how, "answer"));
	assert_true(text_is(item->words, "b"));
	assert_int_equal(item->opinions.v[0], 2);
	assert_int_equal(to.lines[0], 12);
	assert_false(to.has_hash);
}

static void a_long_text_is_refused_and_the_longest_passes(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	char *long_text = arena_alloc(&a, LIMIT_TEXT + 2, 1);
	memset(long_text, 'x', LIMIT_TEXT + 1);
	refused(arena_format(&a, FIRST "\nTrả lời:\n%s\n", long_text).p, 7,
		"\"Trả lời\": too long");
	long_text[LIMIT_TEXT] = '\0';
	struct conclusion_page to =
		taken(arena_format(&a, FIRST "\nTrả lời:\n%s\n", long_text), &a);
	assert_int_equal(((struct item_new *)to.items.v)->words.n, LIMIT_TEXT);
}

static void a_page_that_is_too_large_is_refused_unread(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct conclusion_page to;
	struct fault f;
	struct text page = { "x", PAGE_BYTES_MAX + 1 };
	assert_int_equal(conclusion_page_read(page, "page.txt", &to, &a, &f), E_TOO_LARGE);
	assert_string_equal(f.field, "page.txt");
	assert_int_equal(f.limit, PAGE_BYTES_MAX);
}

static void items_are_numbered_to_their_limit(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	struct page_pen pen = page_pen_of(&w, PAGE_CONCLUSION, false);
	page_write_line(&pen, HEAD_CONCLUSION, text_of("9/2026/1"));
	page_write_line(&pen, HEAD_VERSION, text_of("1"));
	char number[16];
	for (unsigned i = 1; i <= LIMIT_ITEMS_CONCLUSION + 1; i++) {
		snprintf(number, sizeof(number), "%u", i);
		page_write_line(&pen, HEAD_ITEM, text_of(number));
		page_write_line(&pen, HEAD_OPINIONS, text_of("1"));
		page_write_line(&pen, HEAD_ANSWER, text_of("a"));
		if (i == LIMIT_ITEMS_CONCLUSION)
			assert_int_equal(taken(arena_writer(&a, &w), &a).items.n, i);
	}
	struct text page = arena_format(&a, "%.*s", (int)w.n, (const char *)w.p);
	refused(page.p, 3 + 3 * LIMIT_ITEMS_CONCLUSION, "more than 20000 of \"Item\"");
}

/* Lines that a reader could take for something else. */
static const char *const pieces[] = { "", "", "", " ", "\t ", "\\", "\\\\", "\\>", ">", "> a", "#",
	"# a", "#Giao: b", "Giao: a", "GIAO : a", "Mục: 2", " mục: 3", "Ý kiến: 4",
	"Chỉ đạo:", "Trả lời: có", "Biên bản: 98101", "Direction: x", "Unit:", "Ghi chú: c",
	"Kính gửi: d", "ngập nước ở tổ 3", "  thụt vào", "đuôi  ", "\\Giao: e", ":", "a:b", "🙂",
	"漢字", "\xcc\x81 dấu rời", "- gạch", "\t" };

static struct text trap(struct fill *by)
{
	char *out = arena_alloc(by->arena, 400, 1);
	size_t n = 0;
	size_t count = fill_random(by) % 9 + 1;
	for (size_t i = 0; i < count; i++) {
		struct text piece = text_of(pieces[fill_random(by) % COUNT(pieces)]);
		if (i > 0)
			out[n++] = '\n';
		memcpy(out + n, piece.p, piece.n);
		n += piece.n;
	}
	if (n == 0)
		out[n++] = 'x';
	return (struct text){ out, n };
}

static struct uints ordinals(struct fill *by)
{
	size_t n = fill_random(by) % 12 + 1;
	uint32_t *v = arena_alloc(by->arena, n, sizeof(*v));
	for (size_t i = 0; i < n; i++) {
		bool run = i > 0 && fill_random(by) % 2 == 0 && v[i - 1] < LIMIT_OPINIONS_MEETING;
		v[i] = run ? v[i - 1] + 1
			   : (uint32_t)(fill_random(by) % LIMIT_OPINIONS_MEETING) + 1;
	}
	return (struct uints){ v, n };
}

static void make_item(struct fill *by, struct item_new *to)
{
	static const char *const hows[] = { "direction", "answer", "decline" };
	fill_record(by, record_item_new(), to);
	to->how = text_of(hows[fill_random(by) % COUNT(hows)]);
	to->opinions = ordinals(by);
	if (fill_random(by) % 4 != 0)
		to->words = trap(by);
}

static void make_source(struct fill *by, struct conclusion_page_source *to, uint8_t hash[static 32])
{
	size_t items = fill_random(by) % 4;
	size_t opinions = fill_random(by) % 4;
	struct item_new *v = arena_alloc(by->arena, items, sizeof(*v));
	struct conclusion_opinion *o = arena_alloc(by->arena, opinions, sizeof(*o));
	for (size_t i = 0; i < items; i++)
		make_item(by, &v[i]);
	for (size_t i = 0; i < opinions; i++)
		o[i] = (struct conclusion_opinion){ (uint32_t)i + 1, text_of("98101/2026/7"),
			fill_text(by, 30, false), text_of("land"), fill_text(by, 80, false),
			trap(by) };
	for (size_t i = 0; i < 32; i++)
		hash[i] = (uint8_t)fill_random(by);
	*to = (struct conclusion_page_source){ .meeting = text_of("98101/2026/12"),
		.version = fill_random(by) % 10000 + 1,
		.hash = fill_random(by) % 2 == 0 ? hash : NULL,
		.opinions = o,
		.opinion_count = opinions,
		.items = v,
		.item_count = items };
}

static void assert_same(
	const struct conclusion_page *got, const struct conclusion_page_source *from)
{
	const char *differs = "";
	struct list want = { (void *)(uintptr_t)from->items, from->item_count };
	assert_true(text_equal(got->meeting, from->meeting));
	assert_int_equal(got->version, from->version);
	assert_int_equal(got->has_hash, from->hash != NULL);
	if (got->has_hash)
		assert_memory_equal(got->hash, from->hash, 32);
	assert_int_equal(got->items.n, want.n);
	for (size_t i = 0; i < want.n; i++) {
		const struct item_new *item = (const struct item_new *)got->items.v + i;
		bool same = fill_equal(record_item_new(), item, &from->items[i], &differs);
		if (!same)
			fprintf(stderr, "%s:\n{%.*s}\n{%.*s}\n", differs, (int)item->words.n,
				item->words.p, (int)from->items[i].words.n, from->items[i].words.p);
		assert_true(same);
	}
}

static void what_is_written_is_read_again(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	struct fill by = { .seed = 14, .arena = &a, .words = true };
	for (size_t i = 0; i < ROUNDS; i++) {
		uint8_t hash[32];
		struct conclusion_page_source from;
		make_source(&by, &from, hash);
		writer_reset(&w);
		conclusion_page_write(&w, &from, i % 2 == 0);
		struct text page = { (const char *)w.p, w.n };
		struct conclusion_page got = taken(page, &a);
		assert_same(&got, &from);
		for (size_t k = 0; k < got.items.n; k++)
			assert_true(got.lines[k] > 11);
		arena_reset(&a);
	}
}

static void a_draft_is_written_like_this(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	uint32_t ordinals_2_to_4[] = { 2, 3, 4 };
	const struct item_new items[] = { { .opinions = { ordinals_2_to_4, 3 },
		.how = text_of("direction"),
		.unit = text_of("98101-KT"),
		.due = 739965,
		.words = text_of("Làm.\n\nGiao: rồi.") } };
	const struct conclusion_opinion opinions[] = {
		{ 1, text_of("98101/2026/7"), text_of("Bà A"), text_of("land"),
			text_of("Hỏi sổ đỏ."), text_of("Một.\n\nMục: 9") },
		{ 3, text_of("98101/2026/9"), { 0 }, { 0 }, { 0 }, text_of("Hai.") },
	};
	struct conclusion_page_source from = { text_of("98101/2026/1"), 2, NULL, opinions, 2, items,
		1 };
	conclusion_page_write(&w, &from, true);
	struct text page = arena_writer(&a, &w);
	const char *body = strstr(arena_format(&a, "%.*s", (int)page.n, page.p).p, "\nKết luận");
	assert_non_null(body);
	assert_string_equal(body + 1, "Kết luận: 98101/2026/1\nBản: 2\nMã:\n"
				      "\n> Ý kiến 3 | 98101/2026/9\n> Hai.\n"
				      "\nMục: 1\nÝ kiến: 2-4\nGiao: 98101-KT\nHạn: 15/12/2026\n"
				      "Chỉ đạo:\nLàm.\n\n\\Giao: rồi.\n"
				      "\n> Ý kiến 1 | 98101/2026/7 | Bà A | land\n> Hỏi sổ đỏ.\n>\n"
				      "> Một.\n>\n> Mục: 9\n"
				      "\nMục: 2\nÝ kiến: 1\nGiao:\nHạn:\nChỉ đạo:\n");
	struct conclusion_page got = taken(page, &a);
	assert_same(&got, &from);
	assert_int_equal(got.lines[0], 16);
}

/* A text as words of an item: written, read, the same; or refused as text_check does. */
static size_t try_words(struct text words_given)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	AUTO(xfree) char *normal = NULL;
	size_t n = 0;
	assert_int_equal(text_normalise(words_given, &normal, &n, NULL, NULL), OK);
	uint32_t one = 1;
	struct item_new item = {
		.opinions = { &one, 1 }, .how = text_of("answer"), .words = { normal, n }
	};
	struct conclusion_page_source from = { text_of("9/2026/1"), 1, NULL, NULL, 0, &item, 1 };
	struct conclusion_page to;
	struct fault why;
	struct fault f;
	conclusion_page_write(&w, &from, false);
	enum err want = text_check(item.words, TEXT_BLOCK, "words", &why);
	enum err err = conclusion_page_read(arena_writer(&a, &w), "page.txt", &to, &a, &f);
	if (want == OK) {
		assert_int_equal(err, OK);
		assert_same(&to, &from);
		return 1;
	}
	int64_t line = 16; /* of the first line of words */
	for (int64_t i = 0; i < why.at; i++)
		line += item.words.p[i] == '\n';
	assert_line(err, &f, line, why.what);
	return 0;
}

static void naughty_strings_come_back_equal_or_are_refused(void **state)
{
	(void)state;
	const char *path = shared_path("vectors/text/blns.json");
	if (path == NULL)
		skip();
	json_t *list = json_load_file(path, 0, NULL);
	assert_true(json_array_size(list) > 400);
	size_t passed = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *string = json_array_get(list, i);
		struct text t = { json_string_value(string), json_string_length(string) };
		passed += t.n == 0 ? 0 : try_words(t);
	}
	assert_in_range(passed, 400, json_array_size(list) - 10);
	json_decref(list);
}

static void the_conclusion_of_the_demonstration_reads(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	char *text = arena_alloc(&a, 1u << 20, 1);
	FILE *file = fopen(HOIAM_SOURCE_ROOT "/data/demo/conclusion-1-mended.txt", "rb");
	assert_non_null(file);
	size_t n = fread(text, 1, 1u << 20, file);
	assert_int_equal(fclose(file), 0);
	struct conclusion_page to = taken((struct text){ text, n }, &a);
	assert_int_equal(to.items.n, 14);
	assert_true(text_is(to.meeting, "98101/2026/1"));
	const struct item_new *items = to.items.v;
	assert_true(text_is(items[7].how, "answer"));
	assert_true(text_is(items[12].how, "decline"));
	assert_true(text_is(items[12].ground, "outside_scope"));
	assert_int_equal(items[1].opinions.n, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_has_one_meaning_for_each_key),
		cmocka_unit_test(every_field_of_the_table_is_in_its_record),
		cmocka_unit_test(every_key_is_a_head_after_a_blank_line_and_text_elsewhere),
		cmocka_unit_test(a_key_is_known_without_marks_case_or_exact_blanks),
		cmocka_unit_test(a_key_without_a_colon_or_with_more_words_is_text),
		cmocka_unit_test(blank_lines_are_kept_inside_and_dropped_around),
		cmocka_unit_test(one_backslash_goes),
		cmocka_unit_test(comments_stand_at_the_start_alone),
		cmocka_unit_test(quotations_are_passed_over_and_a_head_may_follow),
		cmocka_unit_test(text_is_put_into_normal_form),
		cmocka_unit_test(faults_name_the_line),
		cmocka_unit_test(lists_of_opinions),
		cmocka_unit_test(an_item_with_nothing_but_opinions_is_left_out),
		cmocka_unit_test(a_long_text_is_refused_and_the_longest_passes),
		cmocka_unit_test(a_page_that_is_too_large_is_refused_unread),
		cmocka_unit_test(items_are_numbered_to_their_limit),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_draft_is_written_like_this),
		cmocka_unit_test(naughty_strings_come_back_equal_or_are_refused),
		cmocka_unit_test(the_conclusion_of_the_demonstration_reads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
