/*
 * test_desk.c: the desk without its terminal: lines, lists, texts, what a key does, what the screen
 * shows, and what is fetched from a server, which here is a thread with made answers.
 */
#include "tests/lib/test.h"

#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "clients/cli/special.h"
#include "clients/desk/fetch.h"
#include "proto/text.h"
#include "tests/lib/wire.h"

#define SUMMARY "Đường ngập trước trường"

/* Answers. */

/* NULL: nil; "#5": the number. */
enum { CELLS = 16 }; /* of a row, at most */

static void put_cell(struct writer *w, const char *cell)
{
	if (cell == NULL)
		write_nil(w);
	else if (cell[0] == '#')
		write_int(w, strtoll(cell + 1, NULL, 10));
	else
		write_string(w, cell);
}

/* A table without its rows; columns with one space between. */
static size_t begin_table(struct writer *w, const char *name, const char *columns, size_t rows)
{
	size_t count = 1;
	for (const char *p = columns; *p != '\0'; p++)
		count += *p == ' ';
	write_map(w, 3);
	write_string(w, "name");
	write_string(w, name);
	write_string(w, "columns");
	write_array(w, count);
	for (const char *p = columns; p != NULL; p = strchr(p, ' ')) {
		p += *p == ' ';
		write_text(w, (struct text){ p, strcspn(p, " ") });
	}
	write_string(w, "rows");
	write_array(w, rows);
	return count;
}

static void put_table(struct writer *w, const char *name, const char *columns,
	const char *const *cells, size_t rows)
{
	size_t count = begin_table(w, name, columns, rows);
	for (size_t i = 0; i < rows; i++) {
		write_array(w, count);
		for (size_t c = 0; c < count; c++)
			put_cell(w, cells[i * count + c]);
	}
}

/* next: 0 for none. */
static void begin_page(struct writer *w, size_t tables, size_t next)
{
	uint8_t place[2] = { (uint8_t)(next >> 8), (uint8_t)next };
	write_map(w, next > 0 ? 2 : 1);
	if (next > 0) {
		write_string(w, "next");
		write_bin(w, bytes_of(place, 2));
	}
	write_string(w, "tables");
	write_array(w, tables);
}

/* Rows from..to of `all`; the case of row i is due in i - 3 days, each tenth has no limit. */
static void put_cases(struct writer *w, size_t from, size_t to, size_t all)
{
	char number[32], left[32];
	begin_page(w, 1, to < all ? to : 0);
	(void)begin_table(
		w, "case_list", "number state kind topic unit day due left summary", to - from);
	for (size_t i = from; i < to; i++) {
		snprintf(number, sizeof(number), "98101/2026/%zu", i + 1);
		snprintf(left, sizeof(left), "#%d", (int)i - 3);
		const char *const row[] = { number, "RECORDED", "PHAN_ANH",
			i % 2 == 0 ? "roads" : "water", "98101", "2026-03-01", "2026-03-20",
			i % 10 == 9 ? NULL : left, i % 2 == 0 ? SUMMARY : "Cống tắc" };
		write_array(w, COUNT(row));
		for (size_t c = 0; c < COUNT(row); c++)
			put_cell(w, row[c]);
	}
}

#define MEETING_COLUMNS "meeting day kind state opinions live included version"

static void put_meetings(struct writer *w)
{
	static const char *const rows[] = { "98101/2026/1", "2026-03-01", "dialogue_regular",
		"RECORDED", "#4", "#4", "#2", "#1", "98101/2026/2", "2026-03-02", "dialogue_adhoc",
		"OPEN", "#1", "#1", "#0", NULL };
	begin_page(w, 1, 0);
	put_table(w, "meeting_list", MEETING_COLUMNS, rows, 2);
}

static void put_case(struct writer *w)
{
	static const char *const facts[] = { "number", "98101/2026/1", "state", "RECORDED", "words",
		"Đường ngập\nmỗi khi mưa", "speaker", "Lê Thị Bảy", "outcome", NULL };
	static const char *const steps[] = { "#7", "#1772416800000000", "2026-03-01", "recorded",
		"RECORDED", "98101", NULL, NULL, "#2", "một\nhai", "#8", NULL, "2026-03-02",
		"accept", "ACCEPTED", "98101", NULL, "15/UB", "#2", "Nhận" };
	begin_page(w, 3, 0);
	put_table(w, "case_facts", "what value", facts, 5);
	put_table(w, "case_steps", "seq at day step state unit term document officer words", steps,
		2);
	put_table(w, "case_merged", "number", NULL, 0);
}

static void put_conclusion(struct writer *w)
{
	static const char *const facts[] = { "98101/2026/1", "#1", "DRAFT", "#1", "abc", "def",
		NULL, NULL };
	static const char *const items[] = { "#1", "1,2", "direction", "98101", "2026-04-01", NULL,
		"Giao phòng kinh tế", "aa", "bb" };
	begin_page(w, 2, 0);
	put_table(w, "conclusion_facts", "meeting version state items content basis day document",
		facts, 1);
	put_table(
		w, "conclusion_items", "item opinions how unit due ground words salt w", items, 1);
}

static void put_opinions(struct writer *w, size_t from, size_t all)
{
	const char *const row[] = { "#1", "98101/2026/1", "RECORDED", SUMMARY };
	begin_page(w, 1, from + 1 < all ? from + 1 : 0);
	put_table(w, "opinion_list", "ordinal number state words", row, 1);
}

static void put_facts(
	struct writer *w, const char *table, const char *columns, const char *const *cells)
{
	begin_page(w, 1, 0);
	put_table(w, table, columns, cells, 1);
}

/* The server. */

struct server {
	pthread_t thread;
	int listener;
	char dir[64], path[80];
	uint8_t reg[16], house[32];
	size_t cases, opinions; /* that it has */
	const char *post, *size_at;
	const char *cut_at; /* a method at which it closes the line, once; */
	bool deaf;          /* and listens no more */
	const char *refuse; /* a method that it refuses */
	enum err with;      /* so */
	char asked[400];    /* methods, in their order */
	char unit[64];      /* asked for last */
};

static void put_hello(struct writer *w, const struct server *it)
{
	static const uint8_t challenge[32] = { 5 };
	write_map(w, 7);
	write_string(w, "proto");
	write_array(w, 1);
	write_uint(w, PROTOCOL_MAJOR);
	write_string(w, "reg");
	write_bin(w, bytes_of(it->reg, sizeof(it->reg)));
	write_string(w, "house");
	write_bin(w, bytes_of(it->house, sizeof(it->house)));
	write_string(w, "challenge");
	write_bin(w, bytes_of(challenge, sizeof(challenge)));
	write_string(w, "time");
	write_int(w, 1772416800000000);
	write_string(w, "zone");
	write_string(w, "+07:00");
	write_string(w, "size");
	write_uint(w, 41);
}

static void put_answer(
	struct server *it, const char *method, size_t after, size_t limit, struct writer *w)
{
	const char *const me[CELLS] = { "#2", "Nguyễn Hữu Tường", "leader", "98101", it->post };
	const char *const size[CELLS] = { "size", it->size_at };
	static const char *const venue[CELLS] = { "venue", "Nhà văn hóa" };
	if (strcmp(method, "hello") == 0)
		put_hello(w, it);
	else if (strcmp(method, "whoami") == 0)
		put_facts(w, "whoami", "officer name role unit post", me);
	else if (strcmp(method, "status") == 0)
		put_facts(w, "status", "what value", size);
	else if (strcmp(method, "case.list") == 0)
		put_cases(
			w, after, after + limit < it->cases ? after + limit : it->cases, it->cases);
	else if (strcmp(method, "meeting.list") == 0)
		put_meetings(w);
	else if (strcmp(method, "case.show") == 0)
		put_case(w);
	else if (strcmp(method, "meeting.show") == 0)
		put_facts(w, "meeting_facts", "what value", venue);
	else if (strcmp(method, "conclusion.show") == 0)
		put_conclusion(w);
	else if (strcmp(method, "opinion.list") == 0)
		put_opinions(w, after, it->opinions);
	else
		write_nil(w);
}

static void put_error(struct writer *w, enum err err)
{
	write_array(w, 3);
	write_int(w, err_row(err)->code);
	write_string(w, err_row(err)->name);
	write_map(w, 0);
	write_nil(w);
}

/* false: the line is to be closed. */
static bool serve_request(struct server *it, int fd, struct bytes message)
{
	AUTO(writer_fini) struct writer w = { 0 };
	char method[40];
	struct reader rd = reader_of(message);
	(void)read_array(&rd);
	(void)read_uint(&rd);
	uint64_t id = read_uint(&rd);
	struct text name = read_text(&rd);
	(void)read_array(&rd);
	struct bytes params = read_any(&rd);
	snprintf(method, sizeof(method), "%.*s", (int)name.n, name.p);
	size_t n = strlen(it->asked);
	snprintf(it->asked + n, sizeof(it->asked) - n, "%s ", method);
	if (it->cut_at != NULL && strcmp(it->cut_at, method) == 0)
		return false;
	struct reader limit = reader_of(wire_field(params, "limit")),
		      after = reader_of(wire_field(params, "after")),
		      unit = reader_of(wire_field(params, "unit"));
	struct bytes place = read_bin(&after);
	struct text code = read_text(&unit);
	snprintf(it->unit, sizeof(it->unit), "%.*s", (int)code.n, code.p == NULL ? "" : code.p);
	write_array(&w, 4);
	write_uint(&w, 1);
	write_uint(&w, id);
	if (it->refuse != NULL && strcmp(it->refuse, method) == 0)
		put_error(&w, it->with);
	else {
		write_nil(&w);
		put_answer(it, method, place.n < 2 ? 0 : (size_t)(place.p[0] << 8 | place.p[1]),
			read_uint(&limit), &w);
	}
	return wire_send(fd, writer_bytes(&w));
}

static void *serve(void *arg)
{
	struct server *it = arg;
	static uint8_t buf[65536];
	for (int fd; (fd = accept(it->listener, NULL, NULL)) >= 0; close(fd)) {
		size_t n = wire_receive(fd, buf, sizeof(buf));
		while (n > 0 && serve_request(it, fd, bytes_of(buf, n)))
			n = wire_receive(fd, buf, sizeof(buf));
		if (n > 0)
			it->cut_at = NULL;
		if (n > 0 && it->deaf)
			unlink(it->path);
	}
	return NULL;
}

static void server_start(struct server *it)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	unlink(it->path);
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", it->path);
	it->deaf = false;
	it->cut_at = NULL;
	it->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(it->listener >= 0);
	assert_int_equal(bind(it->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(it->listener, 8), 0);
	assert_int_equal(pthread_create(&it->thread, NULL, serve, it), 0);
}

/* The client's line must be closed before, or cut. */
static void server_stop(struct server *it)
{
	shutdown(it->listener, SHUT_RDWR);
	pthread_join(it->thread, NULL);
	close(it->listener);
	unlink(it->path);
}

/* A desk at a server, with the officer's key at hand. */
struct scene {
	struct server server;
	struct session session;
	struct desk desk;
};

static struct keyfile *key_of(const struct server *it)
{
	struct invitation invitation = { .has_line = false };
	memcpy(invitation.reg, it->reg, sizeof(invitation.reg));
	memcpy(invitation.house, it->house, sizeof(invitation.house));
	return keyfile_new(&invitation);
}

static void scene_open(struct scene *s)
{
	*s = (struct scene){ .server = { .cases = 3, .opinions = 1, .size_at = "1234" } };
	snprintf(s->server.dir, sizeof(s->server.dir), "/tmp/test-desk-XXXXXX");
	assert_non_null(mkdtemp(s->server.dir));
	snprintf(s->server.path, sizeof(s->server.path), "%s/s", s->server.dir);
	server_start(&s->server);
	s->session.options.socket = s->server.path;
	s->session.key = key_of(&s->server);
	desk_init(&s->desk, 110, 30);
}

static void scene_close(struct scene *s)
{
	session_fini(&s->session);
	server_stop(&s->server);
	rmdir(s->server.dir);
	desk_fini(&s->desk);
}

static void asked(struct scene *s, const char *methods)
{
	assert_string_equal(s->server.asked, methods);
	s->server.asked[0] = '\0';
}

/* Pages as long as the desk wants them; how many. */
static int fill(struct scene *s)
{
	int pages = 0;
	for (; desk_wants(&s->desk) == DESK_MORE; pages++)
		assert_int_equal(fetch_more(&s->session, &s->desk, NULL), OK);
	desk_rest(&s->desk);
	return pages;
}

/* The screen, a line each; every line fits and may stand on a terminal. */

static struct desk_line lines[300];

static const char *screen(struct desk *desk)
{
	static char all[100000];
	AUTO(arena_fini) struct arena a = { 0 };
	size_t column = 0, n = 0;
	size_t y = desk_view(desk, lines, &column, &a);
	assert_true(y < desk->height || desk->height == 0);
	assert_true(column < desk->width || desk->width == 0);
	for (size_t i = 0; i < desk->height; i++) {
		struct text t = lines[i].text;
		assert_true(text_width(t) <= desk->width);
		enum err err = text_check(t, TEXT_LINE, "line", NULL);
		assert_true(err == OK || err == E_NOT_NFC); /* the filter is as it was typed */
		n += (size_t)snprintf(all + n, sizeof(all) - n, "%.*s\n", (int)t.n, t.p);
	}
	all[n] = '\0';
	return all;
}

static void shows(struct desk *desk, const char *words)
{
	const char *all = screen(desk);
	if (strstr(all, words) == NULL)
		print_error("not shown: %s\n%s", words, all);
	assert_non_null(strstr(all, words));
}

static void hides(struct desk *desk, const char *words)
{
	assert_null(strstr(screen(desk), words));
}

/* Presses keys of ASCII one after the other; the last one's wish. */
static enum desk_wish press(struct desk *desk, const char *keys)
{
	enum desk_wish wish = DESK_NOTHING;
	for (; *keys != '\0'; keys++)
		wish = desk_press(desk, (uint8_t)*keys);
	return wish;
}

/* A desk with so many cases loaded, of `all`. */
static void desk_filled(struct desk *desk, size_t count, size_t all)
{
	AUTO(writer_fini) struct writer w = { 0 };
	desk_init(desk, 110, 30);
	put_cases(&w, 0, count, all);
	assert_int_equal(reply_add(&desk->lists[0].reply, writer_bytes(&w), NULL), OK);
	list_take(&desk->lists[0]);
	desk_resize(desk, 110, 30);
}

static const char *number(struct desk *desk)
{
	static char out[LIMIT_NUMBER + 1];
	struct text t = list_number(desk_list(desk));
	snprintf(out, sizeof(out), "%.*s", (int)t.n, t.p);
	return out;
}

/* Lines. */

static void a_line_is_cut_to_its_cells(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t width;
		const char *want;
	} cases[] = {
		{ "Tổ dân phố 7", 12, "Tổ dân phố 7" },
		{ "Tổ dân phố 7", 11, "Tổ dân phố…" },
		{ "Tổ dân phố 7", 2, "T…" },
		{ "Tổ dân phố 7", 1, "…" },
		{ "Tổ dân phố 7", 0, "" },
		{ "漢字漢字", 8, "漢字漢字" },
		{ "漢字漢字", 6, "漢字…" },
		{ "漢字漢字", 4, "漢…" },
		{ "ệệệệ", 3, "ệệ…" },
	};
	AUTO(arena_fini) struct arena a = { 0 };
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct line_pen pen;
		line_begin(&pen, cases[i].width);
		line_put(&pen, text_of(cases[i].text));
		struct text line = line_end(&pen, &a);
		assert_true(text_is(line, cases[i].want));
		assert_true(text_width(line) <= cases[i].width);
	}
}

static void fields_stand_under_each_other(void **state)
{
	(void)state;
	AUTO(arena_fini) struct arena a = { 0 };
	struct line_pen pen;
	line_begin(&pen, 20);
	line_field(&pen, text_of("Đường"), 7, false);
	line_field(&pen, text_of("-3"), 5, true);
	line_field(&pen, text_of("12345678"), 5, true);
	line_to(&pen, 19);
	line_field(&pen, text_of("xyz"), 9, false);
	line_put(&pen, text_of("no room"));
	assert_true(text_is(line_end(&pen, &a), "Đường     -31234…  …"));
}

/* Lists. */

static void a_list_shows_its_days_and_counts_them(void **state)
{
	(void)state;
	struct desk desk;
	desk_filled(&desk, 12, 12);
	shows(&desk, "pending 12, due today 1, overdue 3");
	shows(&desk, "[Pending cases]  Unfinished conclusions");
	shows(&desk, ">   -3  98101/2026/1");
	shows(&desk, "\n     0  98101/2026/4");
	shows(&desk, "\n    +1  98101/2026/5");
	shows(&desk, "PHAN_ANH  roads  " SUMMARY);
	shows(&desk, "1/12\n");
	assert_int_equal(lines[3].look, LOOK_OVERDUE);
	assert_int_equal(lines[6].look, LOOK_TODAY);
	assert_int_equal(lines[7].look, LOOK_PLAIN);
	assert_int_equal(lines[12].look, LOOK_PLAIN);
	assert_true(lines[3].chosen);
	assert_false(lines[4].chosen);
	desk_fini(&desk);
}

static void columns_go_where_there_is_no_room(void **state)
{
	(void)state;
	struct desk desk;
	desk_filled(&desk, 2, 2);
	desk_resize(&desk, 60, 10);
	shows(&desk, "98101/2026/1");
	shows(&desk, "Đường");
	hides(&desk, "PHAN_ANH");
	desk_resize(&desk, 24, 6);
	shows(&desk, "98101/2026/1");
	hides(&desk, "Đường");
	shows(&desk, "2/0/2");
	desk_resize(&desk, 19, 30);
	shows(&desk, "too small");
	desk_resize(&desk, 3, 2);
	shows(&desk, "too\n");
	desk_resize(&desk, 30, 0);
	(void)screen(&desk);
	desk_resize(&desk, 220, 60);
	shows(&desk, SUMMARY);
	desk_fini(&desk);
}

static void keys_move_the_cursor(void **state)
{
	(void)state;
	static const struct {
		uint32_t key;
		const char *number;
	} steps[] = {
		{ 'j', "98101/2026/2" },
		{ DESK_KEY_DOWN, "98101/2026/3" },
		{ 'k', "98101/2026/2" },
		{ DESK_KEY_UP, "98101/2026/1" },
		{ 'k', "98101/2026/1" },
		{ ' ', "98101/2026/26" },
		{ DESK_KEY_PAGE_DOWN, "98101/2026/51" },
		{ DESK_KEY_PAGE_UP, "98101/2026/26" },
		{ 4, "98101/2026/38" },
		{ 21, "98101/2026/26" },
		{ 'G', "98101/2026/90" },
		{ 'j', "98101/2026/90" },
		{ 'g', "98101/2026/1" },
		{ DESK_KEY_END, "98101/2026/90" },
		{ DESK_KEY_HOME, "98101/2026/1" },
		{ 'x', "98101/2026/1" },
	};
	struct desk desk;
	desk_filled(&desk, 90, 90);
	for (size_t i = 0; i < COUNT(steps); i++) {
		assert_int_equal(desk_press(&desk, steps[i].key), DESK_NOTHING);
		assert_string_equal(number(&desk), steps[i].number);
		shows(&desk, steps[i].number); /* the cursor is always on the screen */
		size_t column;
		AUTO(arena_fini) struct arena a = { 0 };
		assert_true(lines[desk_view(&desk, lines, &column, &a)].chosen);
	}
	press(&desk, "G");
	desk_resize(&desk, 80, 8);
	assert_string_equal(number(&desk), "98101/2026/90");
	shows(&desk, "98101/2026/90");
	desk_resize(&desk, 80, 200);
	shows(&desk, "98101/2026/1 ");
	desk_fini(&desk);
}

static void keys_of_a_list_have_their_wishes(void **state)
{
	(void)state;
	struct desk desk;
	desk_filled(&desk, 5, 5);
	assert_int_equal(press(&desk, "r"), DESK_REFRESH);
	assert_int_equal(press(&desk, "l"), DESK_OPEN);
	assert_int_equal(desk_press(&desk, DESK_KEY_ENTER), DESK_OPEN);
	assert_int_equal(desk_press(&desk, DESK_KEY_RIGHT), DESK_OPEN);
	assert_int_equal(press(&desk, "h"), DESK_NOTHING);
	assert_int_equal(desk_press(&desk, DESK_KEY_NONE), DESK_NOTHING);
	desk_press(&desk, DESK_KEY_TAB);
	shows(&desk, "[Unfinished conclusions]");
	shows(&desk, "not loaded");
	assert_int_equal(press(&desk, "l"), DESK_NOTHING);
	assert_int_equal(desk_wants(&desk), DESK_MORE);
	desk.cut = true;
	assert_int_equal(desk_wants(&desk), DESK_NOTHING);
	hides(&desk, "not loaded");
	desk_press(&desk, DESK_KEY_TAB);
	assert_int_equal(press(&desk, "q"), DESK_QUIT);
	desk_fini(&desk);
}

static void a_notice_stays_until_the_next_key(void **state)
{
	(void)state;
	struct desk desk;
	desk_filled(&desk, 1, 1);
	shows(&desk, "enter open  q quit");
	assert_int_equal(lines[29].look, LOOK_FOOTER);
	desk_say(&desk, true, "không được phép");
	desk_press(&desk, DESK_KEY_NONE);
	shows(&desk, "không được phép");
	assert_int_equal(lines[29].look, LOOK_ALARM);
	press(&desk, "j");
	hides(&desk, "không được phép");
	desk.cut = true;
	shows(&desk, "the line to the server is cut");
	assert_int_equal(lines[29].look, LOOK_ALARM);
	desk_fini(&desk);
}

static void the_filter_knows_no_marks(void **state)
{
	(void)state;
	struct desk desk;
	size_t column;
	AUTO(arena_fini) struct arena a = { 0 };
	desk_filled(&desk, 12, 12);
	press(&desk, "/truong duong");
	shows(&desk, "/truong duong");
	shows(&desk, "1/6\n");
	assert_int_equal(desk_view(&desk, lines, &column, &a), 29);
	assert_int_equal(column, strlen("/truong duong"));
	hides(&desk, "Cống");
	desk_press(&desk, DESK_KEY_ENTER);
	shows(&desk, "/truong duong  esc shows all");
	assert_string_equal(number(&desk), "98101/2026/1");
	press(&desk, "j");
	assert_string_equal(number(&desk), "98101/2026/3");
	desk_press(&desk, DESK_KEY_ESCAPE);
	shows(&desk, "Cống");
	press(&desk, "/zzz");
	shows(&desk, "nothing fits the filter");
	shows(&desk, "0/0");
	assert_string_equal(number(&desk), "");
	desk_press(&desk, DESK_KEY_ESCAPE);
	shows(&desk, "1/12");
	desk_fini(&desk);
}

static void the_filter_is_typed_and_rubbed_out_by_characters(void **state)
{
	(void)state;
	struct desk desk;
	static const uint32_t typed[] = { 'C', 0x1ed1, 'n', 'g', 0x1f6a7, 0xdf };
	desk_filled(&desk, 12, 12);
	press(&desk, "/");
	for (size_t i = 0; i < COUNT(typed); i++)
		desk_press(&desk, typed[i]);
	assert_string_equal(desk.lists[0].filter, "Cống🚧ß");
	desk_press(&desk, 1);
	desk_press(&desk, 0x85);
	desk_press(&desk, DESK_KEY_LEFT);
	desk_press(&desk, DESK_KEY_BACKSPACE);
	assert_string_equal(desk.lists[0].filter, "Cống🚧");
	desk_press(&desk, 127);
	assert_string_equal(desk.lists[0].filter, "Cống");
	shows(&desk, "1/6");
	press(&desk, "\b\b\b");
	assert_string_equal(desk.lists[0].filter, "C");
	press(&desk, "\b\b");
	assert_string_equal(desk.lists[0].filter, "");
	press(&desk, "abc\x15");
	assert_string_equal(desk.lists[0].filter, "");
	/* As long as it may be, of what grows most when it is folded. */
	for (size_t i = 0; i < 200; i++)
		desk_press(&desk, i < 30 ? 0x1d160 : 0x390);
	assert_int_equal(desk.lists[0].filter_bytes, LIST_FILTER_MAX);
	(void)screen(&desk);
	desk_press(&desk, DESK_KEY_DOWN);
	assert_int_equal(desk.mode, DESK_LIST);
	desk_fini(&desk);
}

static void the_filter_stays_when_more_rows_come(void **state)
{
	(void)state;
	struct desk desk;
	AUTO(writer_fini) struct writer w = { 0 };
	desk_filled(&desk, 10, 30);
	press(&desk, "/cong");
	desk_press(&desk, DESK_KEY_ENTER);
	shows(&desk, "1/5+");
	shows(&desk, "pending 10+, due today 1+, overdue 3");
	assert_int_equal(desk_wants(&desk), DESK_MORE);
	put_cases(&w, 10, 30, 30);
	assert_int_equal(reply_add(&desk.lists[0].reply, writer_bytes(&w), NULL), OK);
	list_take(&desk.lists[0]);
	shows(&desk, "1/15\n");
	assert_int_equal(desk_wants(&desk), DESK_NOTHING);
	desk_fini(&desk);
}

/* Texts. */

static void a_text_is_broken_between_words(void **state)
{
	(void)state;
	struct sheet sheet = { 0 };
	AUTO(arena_fini) struct arena a = { 0 };
	static const char *const want[] = { "  đường trước", "    trường bị", "    ngập",
		"abcdefghijklmn", "opqrst", "", "漢字" };
	sheet_add(&sheet, (struct sheet_line){ text_of("đường trước trường bị ngập"), 2, 4, 0 });
	sheet_add_block(&sheet, text_of("abcdefghijklmnopqrst\n\n漢字"), 0);
	sheet_wrap(&sheet, 14);
	assert_int_equal(sheet.row_count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_true(text_is(sheet_row(&sheet, i, &a).text, want[i]));
	assert_int_equal(sheet_row(&sheet, COUNT(want), &a).text.n, 0);
	for (size_t width = 1; width < 40; width++) {
		sheet_wrap(&sheet, width);
		for (size_t i = 0; i < sheet.row_count; i++)
			assert_true(text_width(sheet_row(&sheet, i, &a).text) <= width);
	}
	sheet_wrap(&sheet, 0);
	assert_int_equal(sheet.width, 39);
	sheet_fini(&sheet);
}

static void the_place_that_is_read_stays_when_the_width_changes(void **state)
{
	(void)state;
	struct sheet sheet = { 0 };
	AUTO(arena_fini) struct arena a = { 0 };
	for (int i = 0; i < 300; i++) {
		struct text line = arena_format(&a, "%03d đường trước trường bị ngập", i);
		sheet_add(&sheet, (struct sheet_line){ line, 0, 0, LOOK_PLAIN });
	}
	sheet_wrap(&sheet, 80);
	sheet_move(&sheet, 150, 20);
	sheet_wrap(&sheet, 15);
	assert_memory_equal(sheet_row(&sheet, sheet.top, &a).text.p, "150", 3);
	assert_int_equal(sheet.top, 300);
	sheet_wrap(&sheet, 80);
	assert_int_equal(sheet.top, 150);
	sheet_move(&sheet, INT32_MAX, 20);
	assert_int_equal(sheet.top, 280);
	sheet_move(&sheet, 0, 50);
	assert_int_equal(sheet.top, 250);
	sheet_move(&sheet, -INT32_MAX, 50);
	assert_int_equal(sheet.top, 0);
	sheet_fini(&sheet);
}

static void control_characters_do_not_reach_the_screen(void **state)
{
	(void)state;
	struct sheet sheet = { 0 };
	AUTO(arena_fini) struct arena a = { 0 };
	sheet_add(&sheet, (struct sheet_line){ text_of("a\x1b[31mb\tc\x7f"), 0, 0, LOOK_PLAIN });
	sheet_wrap(&sheet, 40);
	struct text t = sheet_row(&sheet, 0, &a).text;
	assert_int_equal(text_check(t, TEXT_LINE, "line", NULL), OK);
	assert_int_equal(t.p[0], 'a');
	sheet_fini(&sheet);
}

static void help_is_read_over_what_was_there(void **state)
{
	(void)state;
	struct desk desk;
	desk_filled(&desk, 3, 3);
	press(&desk, "?");
	shows(&desk, "Keys of the desk");
	shows(&desk, "q back");
	desk_resize(&desk, 40, 10);
	press(&desk, " j");
	hides(&desk, "Keys of the desk");
	press(&desk, "G");
	size_t rows = desk.help.row_count;
	assert_int_equal(desk.help.top, rows - 8);
	assert_int_equal(press(&desk, "r"), DESK_NOTHING);
	press(&desk, "?");
	assert_int_equal(desk.mode, DESK_LIST);
	desk_show_sheet(&desk, false);
	press(&desk, "?q");
	assert_int_equal(desk.mode, DESK_SHEET);
	assert_int_equal(press(&desk, "r"), DESK_REFRESH);
	shows(&desk, "q back  ? help  r refresh");
	desk_press(&desk, DESK_KEY_LEFT);
	assert_int_equal(desk.mode, DESK_LIST);
	desk_fini(&desk);
}

/* With a server. */

static void the_header_says_who_sits_there(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	assert_int_equal(fetch_who(&s.session, &s.desk, NULL), OK);
	asked(&s, "hello login whoami status ");
	assert_string_equal(s.desk.who, "Nguyễn Hữu Tường, head of a body, 98101");
	assert_int_equal(s.desk.journal, 1234);
	shows(&s.desk, "Nguyễn Hữu Tường, head of a body, 98101");
	assert_int_equal(fill(&s), 1);
	shows(&s.desk, "pending 3, due today 0, overdue 3   journal 1234");
	s.server.post = "Chủ tịch";
	s.server.size_at = "#77";
	assert_int_equal(fetch_who(&s.session, &s.desk, "98"), OK);
	assert_string_equal(s.desk.who, "Nguyễn Hữu Tường, Chủ tịch, 98");
	assert_int_equal(s.desk.journal, 77);
	s.server.refuse = "status";
	s.server.with = E_NOT_ALLOWED;
	assert_int_equal(fetch_who(&s.session, &s.desk, NULL), OK);
	assert_int_equal(s.desk.journal, 41);
	desk_resize(&s.desk, 50, 10);
	hides(&s.desk, "journal");
	scene_close(&s);
}

static void pages_come_as_one_goes_down(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	s.server.cases = 730;
	assert_int_equal(fill(&s), 1);
	shows(&s.desk, "1/100+");
	for (int i = 0; i < 80; i++)
		press(&s.desk, "j");
	assert_int_equal(fill(&s), 1);
	shows(&s.desk, "81/200+");
	press(&s.desk, "G");
	assert_int_equal(fill(&s), 6);
	shows(&s.desk, "730/730\n");
	assert_string_equal(number(&s.desk), "98101/2026/730");
	asked(&s, "hello login case.list case.list case.list case.list case.list case.list "
		  "case.list case.list ");
	assert_int_equal(fetch_again(&s.session, &s.desk, "98101"), OK);
	assert_string_equal(number(&s.desk), "98101/2026/730");
	assert_string_equal(s.server.unit, "98101");
	s.server.cases = 20;
	assert_int_equal(fetch_again(&s.session, &s.desk, NULL), OK);
	shows(&s.desk, "20/20\n");
	s.server.cases = 0;
	assert_int_equal(fetch_again(&s.session, &s.desk, NULL), OK);
	shows(&s.desk, "no case waits for an answer");
	scene_close(&s);
}

static void a_case_is_read(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	fill(&s);
	assert_int_equal(press(&s.desk, "l"), DESK_OPEN);
	assert_int_equal(fetch_sheet(&s.session, &s.desk), OK);
	desk_show_sheet(&s.desk, false);
	asked(&s, "hello login case.list case.show ");
	shows(&s.desk, "\nCase\n");
	assert_int_equal(lines[0].look, LOOK_HEADER);
	assert_int_equal(lines[1].look, LOOK_TITLE);
	shows(&s.desk, "words    Đường ngập\n           mỗi khi mưa\n");
	shows(&s.desk, "speaker  Lê Thị Bảy\n");
	shows(&s.desk, "\nSteps\n");
	shows(&s.desk, "Document: 15/UB");
	shows(&s.desk, "Words:\n      một\n      hai\n");
	shows(&s.desk, "Words: Nhận");
	hides(&s.desk, "case_merged");
	press(&s.desk, "q");
	shows(&s.desk, "[Pending cases]");
	scene_close(&s);
}

static void a_meeting_is_read_with_its_conclusion(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	desk_press(&s.desk, DESK_KEY_TAB);
	fill(&s);
	shows(&s.desk, "RECORDED");
	assert_true(list_has_conclusion(desk_list(&s.desk)));
	assert_int_equal(fetch_sheet(&s.session, &s.desk), OK);
	asked(&s, "hello login meeting.list meeting.show conclusion.show opinion.list ");
	desk_show_sheet(&s.desk, false);
	shows(&s.desk, "Nhà văn hóa");
	shows(&s.desk, "Words: Giao phòng kinh tế");
	shows(&s.desk, "Words: " SUMMARY);
	hides(&s.desk, "aa");
	hides(&s.desk, "def");
	press(&s.desk, "qj");
	assert_false(list_has_conclusion(desk_list(&s.desk)));
	s.server.opinions = 30;
	assert_int_equal(fetch_sheet(&s.session, &s.desk), OK);
	desk_show_sheet(&s.desk, false);
	press(&s.desk, "G");
	shows(&s.desk, "and more: hoiam opinion list 98101/2026/2");
	assert_null(strstr(s.server.asked, "conclusion.show"));
	scene_close(&s);
}

static void a_conclusion_that_is_gone_does_no_harm(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	desk_press(&s.desk, DESK_KEY_TAB);
	fill(&s);
	s.server.refuse = "conclusion.show";
	s.server.with = E_NO_DRAFT;
	assert_int_equal(fetch_sheet(&s.session, &s.desk), OK);
	s.server.with = E_NOT_ALLOWED;
	desk_show_sheet(&s.desk, false);
	assert_int_equal(fetch_sheet(&s.session, &s.desk), E_NOT_ALLOWED);
	shows(&s.desk, "Nhà văn hóa"); /* the text that was there stays */
	assert_false(s.desk.cut);
	s.server.refuse = "meeting.list";
	assert_int_equal(fetch_again(&s.session, &s.desk, NULL), E_NOT_ALLOWED);
	assert_int_equal(fetch_more(&s.session, &s.desk, NULL), E_NOT_ALLOWED);
	assert_string_equal(number(&s.desk), "98101/2026/1");
	scene_close(&s);
}

static void a_line_that_breaks_is_made_again(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	assert_int_equal(fill(&s), 1);
	s.server.cut_at = "case.show"; /* for once: the session tries again by itself */
	assert_int_equal(fetch_sheet(&s.session, &s.desk), OK);
	assert_false(s.desk.cut);
	asked(&s, "hello login case.list case.show hello login case.show ");
	s.server.deaf = true;
	s.server.cut_at = "case.show";
	assert_int_equal(fetch_sheet(&s.session, &s.desk), E_UNREACHABLE);
	assert_true(s.desk.cut);
	assert_string_equal(number(&s.desk), "98101/2026/1");
	shows(&s.desk, "the line to the server is cut");
	assert_int_equal(fetch_who(&s.session, &s.desk, NULL), E_UNREACHABLE);
	assert_true(s.desk.cut);
	server_stop(&s.server);
	server_start(&s.server);
	assert_int_equal(fetch_who(&s.session, &s.desk, NULL), OK);
	assert_false(s.desk.cut);
	assert_int_equal(fetch_again(&s.session, &s.desk, NULL), OK);
	hides(&s.desk, "is cut");
	scene_close(&s);
}

static void a_text_that_is_read_again_stays_where_it_was(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	fill(&s);
	assert_int_equal(fetch_sheet(&s.session, &s.desk), OK);
	desk_show_sheet(&s.desk, false);
	desk_resize(&s.desk, 40, 8);
	press(&s.desk, "jj");
	assert_int_equal(s.desk.sheet.top, 2);
	assert_int_equal(fetch_sheet(&s.session, &s.desk), OK);
	desk_show_sheet(&s.desk, true);
	assert_int_equal(s.desk.sheet.top, 2);
	scene_close(&s);
}

static void a_server_that_goes_between_two_requests_does_no_harm(void **state)
{
	(void)state;
	struct scene s;
	scene_open(&s);
	fill(&s);
	s.server.cut_at = "status";
	s.server.deaf = true;
	assert_int_equal(fetch_who(&s.session, &s.desk, NULL), E_UNREACHABLE);
	assert_true(s.desk.cut);
	shows(&s.desk, "the line to the server is cut");
	scene_close(&s);
}

static void without_a_terminal_there_is_no_desk(void **state)
{
	(void)state;
	struct session s = { 0 };
	char word[] = "now";
	char *words[] = { word, NULL };
	setenv("TERM", "dumb", 1);
	assert_int_equal(special_desk(&s, 0, NULL), err_row(E_USAGE)->exit);
	assert_non_null(strstr(s.fault.what, "case list"));
	assert_int_equal(special_desk(&s, 1, words), err_row(E_USAGE)->exit);
	session_fini(&s);
}

static void a_long_name_is_cut_behind_a_whole_character(void **state)
{
	(void)state;
	static struct desk desk;
	char name[3 * sizeof(desk.who)];
	for (size_t before = 0; before < 3; before++) {
		memset(name, 'x', before);
		for (size_t i = before; i + 3 <= sizeof(name); i += 3)
			memcpy(name + i, "ế", 3);
		desk_name(&desk, (struct text){ name, sizeof(name) - 3 });
		assert_true(strlen(desk.who) + 3 >= sizeof(desk.who) - 1);
		assert_int_equal(strlen(desk.who) % 3, before);
	}
	desk_name(&desk, text_of("Lò Văn Ín"));
	assert_string_equal(desk.who, "Lò Văn Ín");
}

int main(void)
{
	if (sodium_init() < 0)
		return 1;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_name_is_cut_behind_a_whole_character),
		cmocka_unit_test(a_line_is_cut_to_its_cells),
		cmocka_unit_test(fields_stand_under_each_other),
		cmocka_unit_test(a_list_shows_its_days_and_counts_them),
		cmocka_unit_test(columns_go_where_there_is_no_room),
		cmocka_unit_test(keys_move_the_cursor),
		cmocka_unit_test(keys_of_a_list_have_their_wishes),
		cmocka_unit_test(a_notice_stays_until_the_next_key),
		cmocka_unit_test(the_filter_knows_no_marks),
		cmocka_unit_test(the_filter_is_typed_and_rubbed_out_by_characters),
		cmocka_unit_test(the_filter_stays_when_more_rows_come),
		cmocka_unit_test(a_text_is_broken_between_words),
		cmocka_unit_test(the_place_that_is_read_stays_when_the_width_changes),
		cmocka_unit_test(control_characters_do_not_reach_the_screen),
		cmocka_unit_test(help_is_read_over_what_was_there),
		cmocka_unit_test(the_header_says_who_sits_there),
		cmocka_unit_test(pages_come_as_one_goes_down),
		cmocka_unit_test(a_case_is_read),
		cmocka_unit_test(a_meeting_is_read_with_its_conclusion),
		cmocka_unit_test(a_conclusion_that_is_gone_does_no_harm),
		cmocka_unit_test(a_line_that_breaks_is_made_again),
		cmocka_unit_test(a_text_that_is_read_again_stays_where_it_was),
		cmocka_unit_test(a_server_that_goes_between_two_requests_does_no_harm),
		cmocka_unit_test(without_a_terminal_there_is_no_desk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
