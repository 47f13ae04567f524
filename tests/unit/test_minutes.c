/* test_minutes.c: minutes in plain text: all heads, opinions, count, faults by line. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>
#include <sodium.h>

#include "clients/minutes.h"
#include "clients/page.h"
#include "proto/day.h"
#include "proto/text.h"
#include "tests/lib/fill.h"
#include "tests/lib/shared.h"

static struct list registered;

#define FIRST   "Biên bản: 98101\nHình thức: dialogue\nNgày: 10/11/2026\n"
#define OPINION "\nÝ kiến: 1\nNội dung:\n"

static void refused(const char *page, int64_t line, const char *part)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record to;
	struct fault f = { 0 };
	assert_int_equal(
		minutes_read(text_of(page), "minutes.txt", &to, &registered, &a, &f), E_LINE);
	if (f.at != line || strstr(f.what, part) == NULL)
		fprintf(stderr, "line %lld, not %lld: %s (not: %s)\n", (long long)f.at,
			(long long)line, f.what, part);
	assert_string_equal(f.field, "minutes.txt");
	assert_int_equal(f.at, line);
	assert_non_null(strstr(f.what, part));
	assert_int_equal(
		minutes_read(text_of(page), "minutes.txt", &to, &registered, &a, NULL), E_LINE);
}

static struct meeting_record taken(struct text page, struct arena *a)
{
	struct meeting_record to;
	struct fault f;
	enum err err = minutes_read(page, "minutes.txt", &to, &registered, a, &f);
	if (err != OK)
		fprintf(stderr, "minutes.txt:%lld: %s\n", (long long)f.at, f.what);
	assert_int_equal(err, OK);
	assert_int_equal(to.meeting.n, 1);
	return to;
}

static struct text file_of(const char *path, struct arena *a)
{
	size_t room = 1u << 20;
	char *text = arena_alloc(a, room, 1);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	size_t n = fread(text, 1, room, file);
	assert_int_equal(fclose(file), 0);
	return (struct text){ text, n };
}

static void assert_text(struct text got, const char *want)
{
	if (!text_is(got, want))
		fprintf(stderr, "{%.*s} is not {%s}\n", (int)got.n, got.p, want);
	assert_true(text_is(got, want));
}

static void assert_all(const struct meeting_record *r)
{
	const struct meeting_new *m = r->meeting.v;
	const struct opinion_new *o = r->opinions.v;
	assert_text(m->unit, "98101");
	assert_text(m->kind, "dialogue");
	assert_int_equal(m->day, day_of(2026, 11, 10));
	assert_text(m->venue, "hall");
	assert_int_equal(m->heads.n, 2);
	assert_text(m->heads.v[1], "98101");
	assert_text(m->chair, "A");
	assert_text(m->points, "B");
	assert_text(m->attendance, "C\nD");
	assert_int_equal(r->opinions.n, 2);
	assert_text(o->speaker, "E");
	assert_text(o->address, "F");
	assert_text(o->kind, "KN");
	assert_text(o->topic, "land");
	assert_text(o->place, "98102");
	assert_text(o->location, "G");
	assert_text(o->language, "mww");
	assert_text(o->spoken, "H\n\nI");
	assert_text(o->summary, "J");
	assert_text(o->words, "K");
	assert_int_equal(o[1].custodian, 12);
	assert_text(o[1].paper, "L");
	assert_int_equal(r->count, 2);
	assert_int_equal(r->closed, 1);
}

static void who_asked_to_speak_stands_one_a_line(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	(void)taken(text_of(FIRST "Đăng ký:\nLò Thị Mai; Sổ đỏ; x\n\n Vàng A Páo ;Đường lầy\n"
				  "Y Bhuăt\n" OPINION "lời\n"),
		&a);
	const struct registration_new *v = registered.v;
	assert_int_equal(registered.n, 3);
	assert_text(v[0].name, "Lò Thị Mai");
	assert_text(v[0].subject, "Sổ đỏ");
	assert_int_equal(v[0].heard, 1);
	assert_text(v[1].name, "Vàng A Páo");
	assert_text(v[1].subject, "Đường lầy");
	assert_int_equal(v[1].heard, 0);
	assert_text(v[2].name, "Y Bhuăt");
	refused(FIRST "Đăng ký:\nA; b; c; d\n" OPINION "lời\n", 4, "\"A; b; c; d\"");
	refused(FIRST "Đăng ký:\n; b\n" OPINION "lời\n", 4, "name; matter; x");
	refused(FIRST "Đăng ký:\nA; b; no\n" OPINION "lời\n", 4, "name; matter; x");
}

static void every_head_in_vietnamese(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record r = taken(
		text_of(FIRST
			"Địa điểm: hall\nChủ trì: 98101-DU , 98101\nNgười chủ trì: A\n"
			"Điểm cầu: B\nThành phần: C\nD\n\nÝ kiến: 1\nNgười nói: E\nĐịa chỉ: F\n"
			"Loại: KN\nLĩnh vực: land\nNơi thuộc: 98102\nNơi: G\nNgôn ngữ: mww\n"
			"Nguyên văn:\nH\n\nI\n\nTóm tắt: J\nNội dung:\nK\n\nÝ kiến: 2\n"
			"Người giữ: 12\nNơi để: L\n\nSố ý kiến: 2\n"),
		&a);
	assert_all(&r);
}

static void every_head_in_english(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record r = taken(
		text_of("Minutes: 98101\nKind: dialogue\nDay: 2026-11-10\nPlace: hall\n"
			"Heads: 98101-DU,98101\nChair: A\nPoints: B\nCount: "
			"2\nAttendance:\nC\nD\n\n"
			"Opinion: 1\nSpeaker: E\nAddress: F\nSort: KN\nTopic: land\nWithin: 98102\n"
			"Location: G\nLanguage: mww\nSpoken:\nH\n\nI\n\nSummary: J\nWords: K\n\n"
			"Opinion: 2\nCustodian: 12\nPaper: L\n"),
		&a);
	assert_all(&r);
}

static void the_count_closes_also_at_none(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record r = taken(text_of(FIRST), &a);
	assert_int_equal(r.closed, 0);
	assert_int_equal(r.opinions.n, 0);
	r = taken(text_of(FIRST "Số ý kiến: 0\n"), &a);
	assert_int_equal(r.closed, 1);
	assert_int_equal(r.count, 0);
}

static void the_source_is_the_hash_of_the_normal_form(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	const char *plain = FIRST "Địa điểm: Ngập\n";
	struct meeting_record r = taken(text_of(plain), &a);
	const struct meeting_new *m = r.meeting.v;
	uint8_t hash[32];
	crypto_hash_sha256(hash, (const uint8_t *)plain, strlen(plain));
	assert_int_equal(m->source.n, 32);
	assert_memory_equal(m->source.p, hash, 32);
	r = taken(text_of("\xef\xbb\xbf"
			  "Biên bản: 98101\r\nHình thức: dialogue\r\nNgày:\xc2\xa0"
			  "10/11/2026\nĐịa điểm: Nga\xcc\xa3\xcc\x82p\n"),
		&a);
	m = r.meeting.v;
	assert_memory_equal(m->source.p, hash, 32);
}

static void heads_are_known_only_where_they_may_stand(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record r =
		taken(text_of(FIRST OPINION
			      "a\nĐịa chỉ: b\n\n\\Địa chỉ: c\n\nGhi chú: d\n\nChỉ đạo: e\n"),
			&a);
	const struct opinion_new *o = r.opinions.v;
	assert_text(o->words, "a\nĐịa chỉ: b\n\nĐịa chỉ: c\n\nGhi chú: d\n\nChỉ đạo: e");
	assert_text(o->address, "");
}

static void faults_name_the_line(void **state)
{
	(void)state;
	refused("", 1, "must begin with \"Biên bản: …\" (or \"Minutes: …\")");
	refused("Kết luận: 98101/2026/1\n", 1, "must begin with");
	refused("# a\n\nBiên bản: 98101\nNgày: 10/11/2026\n", 3, "\"Hình thức\": missing");
	refused("Minutes:\nKind: a\nDay: 2026-11-10\n", 1, "\"Minutes\": missing");
	refused("Minutes: 98101\nKind: a\n", 1, "\"Day\": missing");
	refused("Minutes: 98101\nKind: a b\nDay: 2026-11-10\n", 2, "\"Kind\": 'a b' is not a code");
	refused(FIRST "Chủ trì: A,,B\n\nxã\n", 6, "\"Chủ trì\" takes one line");
	refused(FIRST "Chủ trì: A, Đảng ủy\n", 4, "\"Chủ trì\": 'Đảng ủy' is not a code");
	refused(FIRST "Chủ trì: 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n", 4, "too many parts");
	refused(FIRST "Địa điểm: a\tb\n", 4, "\"Địa điểm\": control character U+0009");
	refused(FIRST "Người nói: A\n", 4, "belongs below \"Ý kiến: 1\"");
	refused(FIRST OPINION "a\n\nNgày: 11/11/2026\n", 9, "belongs above \"Ý kiến: 1\"");
	refused(FIRST "Ý kiến: 2\n", 4, "\"Ý kiến: 1\" must come next");
	refused(FIRST "Ý kiến: 01x\n", 4, "\"Ý kiến: 1\" must come next");
	refused(FIRST OPINION "a\n\nÝ kiến: 1\n", 9, "\"Ý kiến: 2\" must come next");
	refused(FIRST OPINION "a\n\nNội dung: b\n", 9, "stands twice, first on line 6");
	refused(FIRST OPINION "a\n> b\n", 8, "would be lost");
	refused(FIRST OPINION "a\n\nLoại: đơn\n", 9,
		"\"Loại\": 'đơn' is not a code (letters, digits, . _ - /): hoiam policy show");
	refused(FIRST OPINION "a\n\nNgười giữ: ông A\n", 9, "\"Người giữ\": a number");
	refused(FIRST OPINION "a\n\nNgười giữ: 4294967296\n", 9,
		"\"Người giữ\": 4294967296 is out");
	refused(FIRST OPINION "a\nb\xe2\x80\xae\n", 8, "\"Nội dung\": invisible");
	refused(FIRST OPINION "a\rb\n", 7, "control character U+000D at byte 1");
	refused(FIRST OPINION "a\n\nSố ý kiến: 2\n", 9, "\"Số ý kiến\" is 2, but the page holds 1");
	refused(FIRST OPINION "a\n\nSố ý kiến:\n", 9, "\"Số ý kiến\": a number is needed");
	refused(FIRST OPINION "a\n\nSố ý kiến: 1\nÝ kiến: 2\n", 10, "after the end of the page");
	refused(FIRST OPINION "a\n\nSố ý kiến: 1\nhết\n", 10, "\"Số ý kiến\" takes one line");
	refused(FIRST "Số ý kiến: 1\n" OPINION "a\n\nSố ý kiến: 1\n", 10, "stands twice");
}

static void opinions_are_numbered_to_their_limit(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	write_raw(&w, FIRST, strlen(FIRST));
	for (unsigned i = 1; i <= LIMIT_OPINIONS_MEETING + 1; i++) {
		char opinion[64];
		int n = snprintf(opinion, sizeof(opinion), "\nÝ kiến: %u\nNội dung: %u\n", i, i);
		write_raw(&w, opinion, (size_t)n);
		struct text page = { (const char *)w.p, w.n };
		if (i == LIMIT_OPINIONS_ACTION + 1 || i == LIMIT_OPINIONS_MEETING)
			assert_int_equal(taken(page, &a).opinions.n, i);
	}
	refused(arena_format(&a, "%.*s", (int)w.n, (const char *)w.p).p,
		5 + 3 * LIMIT_OPINIONS_MEETING, "more than 20000 of \"Ý kiến\"");
}

static void the_minutes_of_the_demonstration_read(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct meeting_record r =
		taken(file_of(HOIAM_SOURCE_ROOT "/data/demo/minutes-1.txt", &a), &a);
	assert_int_equal(r.opinions.n, 18);
	assert_int_equal(r.count, 18);
	const struct opinion_new *o = r.opinions.v;
	assert_text(o[10].language, "mww");
	assert_true(o[10].spoken.n > 100);
	assert_non_null(strstr(arena_format(&a, "%.*s", (int)o[13].words.n, o[13].words.p).p,
		"\n\nĐịa chỉ: ghi trong văn bản"));
	r = taken(file_of(HOIAM_SOURCE_ROOT "/data/demo/minutes-2.txt", &a), &a);
	assert_int_equal(r.opinions.n, 13);
	assert_int_equal(r.closed, 1);
}

/* Words of an opinion that are written as page_write_block does: the same, or refused. */
static bool try_words(struct text given)
{
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	AUTO(xfree) char *normal = NULL;
	size_t n = 0;
	assert_int_equal(text_normalise(given, &normal, &n, NULL, NULL), OK);
	struct text words = { normal, n };
	struct page_pen pen = page_pen_of(&w, PAGE_MINUTES, true);
	write_raw(&w, FIRST, strlen(FIRST));
	page_write_line(&pen, HEAD_OPINION, text_of("1"));
	page_write_block(&pen, HEAD_WORDS, words);
	write_raw(&w, "\n", 1);
	page_write_line(&pen, HEAD_SPEAKER, text_of("A"));
	struct text page = { (const char *)w.p, w.n };
	if (text_check(words, TEXT_BLOCK, NULL, NULL) != OK) {
		struct meeting_record to;
		struct fault f;
		assert_int_equal(
			minutes_read(page, "minutes.txt", &to, &registered, &a, &f), E_LINE);
		assert_int_equal(f.at, 6);
		assert_non_null(strstr(f.what, "\"Nội dung\": "));
		return false;
	}
	struct meeting_record r = taken(page, &a);
	const struct opinion_new *o = r.opinions.v;
	assert_int_equal(r.opinions.n, 1);
	assert_text(o->speaker, "A");
	assert_true(text_equal(o->words, words));
	return true;
}

static void naughty_strings_come_back_equal_or_are_refused(void **state)
{
	(void)state;
	const char *path = shared_path("vectors/text/blns.json");
	if (path == NULL)
		skip();
	json_t *list = json_load_file(path, 0, NULL);
	size_t passed = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *string = json_array_get(list, i);
		passed += try_words(
			(struct text){ json_string_value(string), json_string_length(string) });
	}
	assert_in_range(passed, 400, json_array_size(list) - 10);
	json_decref(list);
}

static void made_words_come_back_equal(void **state)
{
	(void)state;
	static const char *const pieces[] = { "", " ", "\\", ">", "#", "Nội dung: a", "ý kiến: 2",
		"Số ý kiến: 1", "Ghi chú: b", "đường ngập", "\\Nơi: c", "\t", "🙂" };
	AUTO(arena_fini) struct arena a = { 0 };
	struct fill by = { .seed = 41, .arena = &a };
	for (size_t i = 0; i < 3000; i++) {
		char made[256];
		size_t n = 0;
		for (size_t k = fill_random(&by) % 8 + 1; k > 0; k--) {
			const char *piece = pieces[fill_random(&by) % COUNT(pieces)];
			n += (size_t)snprintf(made + n, sizeof(made) - n, "%s\n", piece);
		}
		assert_true(try_words((struct text){ made, n - fill_random(&by) % 2 }));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_asked_to_speak_stands_one_a_line),
		cmocka_unit_test(every_head_in_vietnamese),
		cmocka_unit_test(every_head_in_english),
		cmocka_unit_test(the_count_closes_also_at_none),
		cmocka_unit_test(the_source_is_the_hash_of_the_normal_form),
		cmocka_unit_test(heads_are_known_only_where_they_may_stand),
		cmocka_unit_test(faults_name_the_line),
		cmocka_unit_test(opinions_are_numbered_to_their_limit),
		cmocka_unit_test(the_minutes_of_the_demonstration_read),
		cmocka_unit_test(naughty_strings_come_back_equal_or_are_refused),
		cmocka_unit_test(made_words_come_back_equal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
