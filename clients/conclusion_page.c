/* conclusion_page.c: the conclusion of a meeting as a page in plain text. */
#include "clients/conclusion_page.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "clients/i18n.h"
#include "clients/page.h"
#include "proto/day.h"
#include "proto/text.h"

/* What an item does with its opinions, and the head of its words. */
static const struct {
	enum head_id head;
	const char *how;
} hows[] = {
	{ HEAD_DIRECTION, "direction" },
	{ HEAD_ANSWER, "answer" },
	{ HEAD_DECLINE, "decline" },
};

/* Reading. */

struct reading {
	struct page_reader page;
	struct conclusion_page *to;
	struct arena *arena;
	struct fault *fault;
	struct item_new *items;
	int64_t *lines;
	size_t n, room;
};

static enum err refuse(struct reading *in, const struct page_head *h, const char *why)
{
	return page_fail(
		&in->page, h->line, in->fault, "\"%s\": %s", page_label(&in->page, h->id), why);
}

static enum err take_number(struct reading *in, const struct page_head *h)
{
	struct text number = h->value;
	if (number.n == 0 || number.n > LIMIT_NUMBER ||
		text_check(number, TEXT_CODE, NULL, NULL) != OK)
		return refuse(in, h, _("the number of a meeting is needed, such as 98101/2026/1"));
	in->to->meeting = number;
	return OK;
}

static enum err take_version(struct reading *in, const struct page_head *h)
{
	uint64_t most = record_field(record_conclusion_put(), text_of("version"))->max;
	uint64_t version = 0;
	if (!page_number(h->value, &version) || version == 0 || version > most)
		return refuse(in, h, _("the number of a version is needed, such as 1"));
	in->to->version = version;
	return OK;
}

static enum err take_hash(struct reading *in, const struct page_head *h)
{
	size_t n = 0;
	uint8_t *to = in->to->hash;
	if (h->value.n == 0)
		return OK;
	if (h->value.n != 2 * sizeof(in->to->hash) ||
		sodium_hex2bin(to, sizeof(in->to->hash), h->value.p, h->value.n, NULL, &n, NULL) !=
			0)
		return refuse(in, h, _("64 digits of hex are needed, or nothing"));
	in->to->has_hash = true;
	return OK;
}

static enum err take_first(struct reading *in)
{
	enum err err = OK;
	while (err == OK && page_within(&in->page)) {
		struct page_head h;
		err = page_next(&in->page, &h, in->fault);
		if (err != OK)
			return err;
		err = h.id == HEAD_VERSION ? take_version(in, &h)
		      : h.id == HEAD_HASH  ? take_hash(in, &h)
					   : take_number(in, &h);
	}
	if (err == OK && in->to->version == 0)
		return page_fail(&in->page, in->page.part_line, in->fault, _("\"%s\": missing"),
			page_label(&in->page, HEAD_VERSION));
	return err;
}

/* The words of an item; which head they stand under says what it does. */
static enum err take_words(struct reading *in, const struct page_head *h, struct item_new *item)
{
	if (h->value.n == 0)
		return OK;
	const struct page_reader *p = &in->page;
	if (item->how.n > 0)
		return page_fail(p, h->line, in->fault,
			_("an item takes one of \"%s\", \"%s\" and \"%s\""),
			page_label(p, HEAD_DIRECTION), page_label(p, HEAD_ANSWER),
			page_label(p, HEAD_DECLINE));
	for (size_t i = 0; i < COUNT(hows); i++)
		if (hows[i].head == h->id)
			item->how = text_of(hows[i].how);
	item->words = h->value;
	return OK;
}

static enum err take_heads(struct reading *in, struct item_new *item)
{
	enum err err = OK;
	while (err == OK && page_within(&in->page)) {
		struct page_head h;
		err = page_next(&in->page, &h, in->fault);
		if (err != OK)
			return err;
		err = head_row(h.id)->form == FORM_BLOCK
			      ? take_words(in, &h, item)
			      : page_set(&in->page, &h, record_item_new(), item, in->arena,
					in->fault);
	}
	return err;
}

static void *grown(struct arena *a, const void *from, size_t n, size_t room, size_t size)
{
	void *to = arena_alloc(a, room, size);
	if (n > 0)
		memcpy(to, from, n * size);
	return to;
}

static void add_item(struct reading *in, const struct item_new *item)
{
	if (in->n == in->room) {
		in->room = in->room * 2 + 16;
		in->items = grown(in->arena, in->items, in->n, in->room, sizeof(*in->items));
		in->lines = grown(in->arena, in->lines, in->n, in->room, sizeof(*in->lines));
	}
	in->items[in->n] = *item;
	in->lines[in->n++] = in->page.part_line;
}

static enum err take_item(struct reading *in)
{
	struct page_reader *p = &in->page;
	struct page_head start;
	struct item_new item = { 0 };
	enum err err = page_next(p, &start, in->fault);
	if (err == OK)
		err = take_heads(in, &item);
	if (err != OK)
		return err;
	if (item.how.n == 0 && item.unit.n == 0 && item.due == 0 && item.ground.n == 0)
		return OK;
	if (item.how.n == 0)
		return page_fail(p, start.line, in->fault,
			_("nothing is written under \"%s\", \"%s\" or \"%s\""),
			page_label(p, HEAD_DIRECTION), page_label(p, HEAD_ANSWER),
			page_label(p, HEAD_DECLINE));
	err = page_check(p, record_item_new(), &item, in->fault);
	if (err == OK)
		add_item(in, &item);
	return err;
}

enum err conclusion_page_read(struct text file, const char *name, struct conclusion_page *to,
	struct arena *a, struct fault *f)
{
	struct reading in = { .to = to, .arena = a, .fault = f };
	*to = (struct conclusion_page){ 0 };
	enum err err = page_open(&in.page, PAGE_CONCLUSION, file, name, a, f);
	if (err == OK)
		err = take_first(&in);
	while (err == OK && page_peek(&in.page) != HEAD_NONE)
		err = take_item(&in);
	to->items = (struct list){ in.items, in.n };
	to->lines = in.lines;
	return err;
}

/* Writing. */

static const char *const help_vi[] = {
	"Dự thảo thông báo kết luận. Mỗi mục trả lời một hay nhiều ý kiến.",
	"Dòng đầu mục \"Khóa: giá trị\" đứng ngay sau một đầu mục khác hoặc sau một dòng trống.",
	"Mỗi mục ghi một trong ba: Chỉ đạo (kèm Giao, Hạn); Trả lời; Không tiếp thu (kèm Căn cứ).",
	"Lời viết ngay dưới đầu mục ấy, bao nhiêu dòng cũng được.",
	"Ý kiến: 1, 2, 5-7. Giao: mã đơn vị. Hạn: 31/12/2026. Căn cứ: mã trong chính sách.",
	"Mục không ghi gì thì được bỏ qua; giữ số thứ tự các mục liền nhau.",
	"Dòng bắt đầu bằng > là lời ý kiến để đọc, không thuộc kết luận.",
	"Dòng của lời mà giống đầu mục, hay bắt đầu bằng \\ > #, thì viết thêm \\ ở trước.",
};

static const char *const help_en[] = {
	"Draft of a conclusion. Each item deals with one opinion or several.",
	"A head \"Key: value\" stands right after another head or after a blank line.",
	"An item has one of: Direction (with Responsible, Due); Answer; Decline (with Ground).",
	"Its words stand under that head, in as many lines as they need.",
	"Opinions: 1, 2, 5-7. Responsible: code of a unit. Due: 2026-12-31. Ground: a code.",
	"An item in which nothing is written is left out; keep the numbers of items without gaps.",
	"Lines that begin with > show the opinions and are not part of the conclusion.",
	"Before a line of words that looks like a head, or begins with \\ > #, write \\.",
};

struct writing {
	struct page_pen pen;
	const struct conclusion_page_source *from;
	uint32_t items;
	uint32_t *waiting; /* by ordinal: place among the opinions, from 1; 0 once shown */
};

static void put(struct writing *out, const char *string)
{
	write_raw(out->pen.w, string, strlen(string));
}

static void put_text(struct writing *out, struct text t)
{
	write_raw(out->pen.w, t.p, t.n);
}

static void write_number(struct writing *out, enum head_id id, uint64_t number)
{
	char shown[24];
	snprintf(shown, sizeof(shown), "%" PRIu64, number);
	page_write_line(&out->pen, id, text_of(shown));
}

static void write_heads(struct writing *out)
{
	const struct conclusion_page_source *from = out->from;
	const char *const *help = out->pen.vietnamese ? help_vi : help_en;
	_Static_assert(COUNT(help_vi) == COUNT(help_en), "the same in both languages");
	for (size_t i = 0; i < COUNT(help_vi); i++) {
		put(out, "# ");
		put(out, help[i]);
		put(out, "\n");
	}
	char hex[2 * 32 + 1] = "";
	if (from->hash != NULL)
		sodium_bin2hex(hex, sizeof(hex), from->hash, 32);
	page_write_line(&out->pen, HEAD_CONCLUSION, from->meeting);
	write_number(out, HEAD_VERSION, from->version);
	page_write_line(&out->pen, HEAD_HASH, text_of(hex));
}

/* The opinion of this ordinal if it is there and was not shown yet. */
static const struct conclusion_opinion *take_waiting(struct writing *out, uint32_t ordinal)
{
	uint32_t place = ordinal <= LIMIT_OPINIONS_MEETING ? out->waiting[ordinal] : 0;
	if (place == 0)
		return NULL;
	out->waiting[ordinal] = 0;
	return &out->from->opinions[place - 1];
}

/* Shows an opinion; true if this is the first time. */
static bool write_opinion(struct writing *out, uint32_t number)
{
	const struct conclusion_opinion *o = take_waiting(out, number);
	if (o == NULL)
		return false;
	const struct head_row *row = head_row(HEAD_OPINION);
	const struct text facts[] = { o->number, o->speaker, o->topic };
	char ordinal[16];
	snprintf(ordinal, sizeof(ordinal), " %" PRIu32, o->ordinal);
	put(out, "\n> ");
	put(out, out->pen.vietnamese ? row->vi : row->en);
	put(out, ordinal);
	for (size_t i = 0; i < COUNT(facts); i++) {
		put(out, facts[i].n > 0 ? " | " : "");
		put_text(out, facts[i]);
	}
	put(out, "\n");
	page_write_quote(&out->pen, o->summary);
	put(out, o->summary.n > 0 && o->words.n > 0 ? ">\n" : "");
	page_write_quote(&out->pen, o->words);
	return true;
}

static void start_item(struct writing *out)
{
	put(out, "\n");
	write_number(out, HEAD_ITEM, ++out->items);
}

/* 1, 2, 5-7: three or more in a row as a range. */
static void write_ordinals(struct writing *out, struct uints list)
{
	struct writer line = { 0 };
	for (size_t i = 0, next; i < list.n; i = next) {
		char shown[32];
		for (next = i + 1; next < list.n && list.v[next] == list.v[next - 1] + 1;)
			next++;
		if (next - i < 3)
			next = i + 1;
		int n = snprintf(shown, sizeof(shown), "%s%" PRIu32, i == 0 ? "" : ", ", list.v[i]);
		if (next - i > 1)
			n += snprintf(shown + n, sizeof(shown) - (size_t)n, "-%" PRIu32,
				list.v[next - 1]);
		write_raw(&line, shown, (size_t)n);
	}
	struct bytes all = writer_bytes(&line);
	page_write_line(&out->pen, HEAD_OPINIONS, (struct text){ (const char *)all.p, all.n });
	writer_fini(&line);
}

static struct text shown_day(struct writing *out, uint32_t day, char room[static 16])
{
	int year;
	int month;
	int day_of_month;
	day_split(day, &year, &month, &day_of_month);
	if (day == DAY_NONE)
		room[0] = '\0';
	else if (out->pen.vietnamese)
		snprintf(room, 16, "%02u/%02u/%04u", (unsigned)day_of_month % 100,
			(unsigned)month % 100, (unsigned)year % 10000);
	else
		day_format(day, room);
	return text_of(room);
}

static void write_item(struct writing *out, const struct item_new *item)
{
	char due[16];
	enum head_id head = HEAD_DIRECTION;
	for (size_t i = 0; i < COUNT(hows); i++)
		if (text_is(item->how, hows[i].how))
			head = hows[i].head;
	for (size_t i = 0; i < item->opinions.n; i++)
		(void)write_opinion(out, item->opinions.v[i]);
	start_item(out);
	write_ordinals(out, item->opinions);
	if (item->unit.n > 0 || head == HEAD_DIRECTION)
		page_write_line(&out->pen, HEAD_RESPONSIBLE, item->unit);
	if (item->due != DAY_NONE || head == HEAD_DIRECTION)
		page_write_line(&out->pen, HEAD_DUE, shown_day(out, item->due, due));
	if (item->ground.n > 0 || head == HEAD_DECLINE)
		page_write_line(&out->pen, HEAD_GROUND, item->ground);
	page_write_block(&out->pen, head, item->words);
}

static void write_empty_item(struct writing *out, uint32_t ordinal)
{
	start_item(out);
	write_number(out, HEAD_OPINIONS, ordinal);
	page_write_line(&out->pen, HEAD_RESPONSIBLE, (struct text){ 0 });
	page_write_line(&out->pen, HEAD_DUE, (struct text){ 0 });
	page_write_block(&out->pen, HEAD_DIRECTION, (struct text){ 0 });
}

void conclusion_page_write(
	struct writer *w, const struct conclusion_page_source *from, bool vietnamese)
{
	AUTO(xfree) uint32_t *waiting = xcalloc(LIMIT_OPINIONS_MEETING + 1, sizeof(*waiting));
	struct writing out = {
		.pen = page_pen_of(w, PAGE_CONCLUSION, vietnamese), .from = from, .waiting = waiting
	};
	for (size_t i = 0; i < from->opinion_count; i++)
		if (from->opinions[i].ordinal <= LIMIT_OPINIONS_MEETING)
			waiting[from->opinions[i].ordinal] = (uint32_t)i + 1;
	write_heads(&out);
	for (size_t i = 0; i < from->item_count; i++)
		write_item(&out, &from->items[i]);
	for (size_t i = 0; i < from->opinion_count; i++)
		if (write_opinion(&out, from->opinions[i].ordinal))
			write_empty_item(&out, from->opinions[i].ordinal);
}
