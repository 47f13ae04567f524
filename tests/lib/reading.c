/* reading.c: taking replies apart, and a meeting to read of. */
#include "tests/lib/reading.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Taking apart. */

static const char *kept(struct test_house *h, struct text t)
{
	return arena_format(&h->arena, "%.*s", (int)t.n, t.n == 0 ? "" : t.p).p;
}

static const char *read_one(struct test_house *h, struct reader *rd);

/* "[1,2]", "{name=value,name=value}". */
static const char *read_many(struct test_house *h, struct reader *rd, bool map)
{
	const char *all = map ? "{" : "[";
	uint32_t n = map ? read_map(rd) : read_array(rd);
	for (uint32_t i = 0; i < n; i++) {
		const char *name = map ? kept(h, read_text(rd)) : "";
		all = arena_format(&h->arena, "%s%s%s%s%s", all, i == 0 ? "" : ",", name,
			map ? "=" : "", read_one(h, rd))
			      .p;
	}
	return arena_format(&h->arena, "%s%s", all, map ? "}" : "]").p;
}

static const char *read_one(struct test_house *h, struct reader *rd)
{
	if (read_type(rd) == PACK_MAP || read_type(rd) == PACK_ARRAY)
		return read_many(h, rd, read_type(rd) == PACK_MAP);
	if (read_type(rd) == PACK_BIN) {
		(void)read_bin(rd);
		return "bytes";
	}
	if (read_type(rd) == PACK_TEXT)
		return kept(h, read_text(rd));
	if (read_type(rd) == PACK_NIL) {
		read_nil(rd);
		return "-";
	}
	return arena_format(&h->arena, "%lld", (long long)read_int(rd)).p;
}

/* What all rows have alike: by column, NULL where they are not. */
static const char **read_same(struct test_house *h, struct reader *rd, const struct test_table *t)
{
	const char **same = arena_alloc(&h->arena, t->column_count, sizeof(*same));
	uint32_t n = read_map(rd);
	for (uint32_t i = 0; i < n; i++) {
		const char *name = kept(h, read_text(rd));
		size_t c = 0;
		while (strcmp(t->columns[c], name) != 0)
			c++;
		assert(c < t->column_count);
		same[c] = read_one(h, rd);
	}
	return same;
}

static void read_table(struct test_house *h, struct reader *rd, struct test_table *t)
{
	uint32_t fields = read_map(rd);
	assert(fields == 3 || fields == 4);
	(void)read_text(rd);
	t->name = kept(h, read_text(rd));
	(void)read_text(rd);
	t->column_count = read_array(rd);
	t->columns = arena_alloc(&h->arena, t->column_count, sizeof(*t->columns));
	for (size_t i = 0; i < t->column_count; i++)
		t->columns[i] = kept(h, read_text(rd));
	const char **same = NULL;
	if (text_is(read_text(rd), "same")) {
		same = read_same(h, rd, t);
		(void)read_text(rd);
	}
	t->row_count = read_array(rd);
	t->cells = arena_alloc(&h->arena, t->row_count * t->column_count, sizeof(*t->cells));
	for (size_t i = 0; i < t->row_count; i++) {
		(void)read_array(rd);
		for (size_t c = 0; c < t->column_count; c++)
			t->cells[i * t->column_count + c] =
				same != NULL && same[c] != NULL ? same[c] : read_one(h, rd);
	}
}

static void read_reply(struct test_house *h, struct bytes bytes, struct test_reply *to)
{
	struct reader rd = reader_of(bytes);
	*to = (struct test_reply){ 0 };
	(void)read_map(&rd);
	(void)read_text(&rd);
	to->table_count = read_array(&rd);
	assert(to->table_count <= TEST_TABLES_MAX);
	for (size_t i = 0; i < to->table_count; i++)
		read_table(h, &rd, &to->tables[i]);
	(void)read_text(&rd);
	if (read_type(&rd) == PACK_BIN)
		to->next = arena_bytes(&h->arena, read_bin(&rd));
	else
		read_nil(&rd);
	assert(rd.err == OK);
	assert(rd.at == rd.n);
}

enum err test_read(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct test_reply *to)
{
	enum err err = test_ask(h, by, cmd, record, NULL);
	if (err == OK)
		read_reply(h, writer_bytes(&h->reply), to);
	return err;
}

static const struct test_table *table_of(const struct test_reply *reply, const char *name)
{
	for (size_t i = 0; i < reply->table_count; i++)
		if (strcmp(reply->tables[i].name, name) == 0)
			return &reply->tables[i];
	fprintf(stderr, "no table %s\n", name);
	abort();
}

const char *test_rows(struct test_house *h, const struct test_reply *reply, const char *table)
{
	AUTO(writer_fini) struct writer w = { 0 };
	const struct test_table *t = table_of(reply, table);
	for (size_t i = 0; i < t->row_count * t->column_count; i++) {
		write_raw(&w, t->cells[i], strlen(t->cells[i]));
		write_raw(&w, (i + 1) % t->column_count == 0 ? "\n" : "|", 1);
	}
	return kept(h, (struct text){ (const char *)w.p, w.n });
}

const char *test_cell(
	const struct test_reply *reply, const char *table, size_t row, const char *column)
{
	const struct test_table *t = table_of(reply, table);
	assert(row < t->row_count);
	for (size_t c = 0; c < t->column_count; c++)
		if (strcmp(t->columns[c], column) == 0)
			return t->cells[row * t->column_count + c];
	fprintf(stderr, "no column %s\n", column);
	abort();
}

static void must_read(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct test_reply *to)
{
	enum err err = test_read(h, by, cmd, record, to);
	if (err == OK)
		return;
	fprintf(stderr, "%s %s %s: %s\n", by->role, by->unit, cmds[cmd].wire, err_row(err)->name);
	abort();
}

const char *test_shown(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, const char *table)
{
	struct test_reply reply;
	must_read(h, by, cmd, record, &reply);
	return test_rows(h, &reply, table);
}

const char *test_fact(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, const char *what)
{
	struct test_reply reply;
	must_read(h, by, cmd, record, &reply);
	const struct test_table *t = &reply.tables[0];
	for (size_t i = 0; i < t->row_count; i++)
		if (strcmp(t->cells[2 * i], what) == 0)
			return t->cells[2 * i + 1];
	return NULL;
}

size_t test_lines(const char *text)
{
	size_t n = 0;
	for (; *text != '\0'; text++)
		n += *text == '\n';
	return n;
}

/* A meeting. */

const uint32_t test_ordinals[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
const struct meeting_number test_first_meeting = { { "98101/2026/1", 12 } };
const struct opinion_list test_first_opinions = { .meeting = { "98101/2026/1", 12 } };
const struct conclusion_show test_first_conclusion = { .meeting = { "98101/2026/1", 12 } };

struct case_number test_case_number(const char *number)
{
	return (struct case_number){ text_of(number) };
}

struct opinion_new test_opinion_new(const char *kind, const char *topic)
{
	return (struct opinion_new){ .kind = text_of(kind),
		.topic = text_of(topic),
		.words = text_of(TEST_WORDS "\nMưa là ngập"),
		.summary = text_of(TEST_SUMMARY),
		.speaker = text_of(TEST_SPEAKER) };
}

void test_record_at(struct test_house *h, const struct test_officer *by, const char *unit,
	const char *day, struct opinion_new *v, size_t n)
{
	struct meeting_new meeting = { .unit = text_of(unit),
		.kind = text_of("dialogue_regular"),
		.day = test_day(day),
		.venue = text_of(TEST_VENUE),
		.attendance = text_of(TEST_SPEAKER) };
	struct meeting_record q = {
		.meeting = { &meeting, 1 }, .opinions = { v, n }, .count = n, .closed = 1
	};
	test_must(h, by, CMD_meeting_record, &q);
}

struct test_house *test_house_filled(void)
{
	struct test_house *h = test_house_open();
	struct opinion_new v[] = { test_opinion_new("PHAN_ANH", "roads"),
		test_opinion_new("KN", "land"),
		{ .kind = text_of("TC"),
			.topic = text_of("water"),
			.place = text_of("98101-CA"),
			.custodian = test_officer(h, "custodian", "98101")->number,
			.paper = text_of("tủ 3") },
		test_opinion_new(NULL, NULL) };
	test_record_at(
		h, test_officer(h, "receptionist", "98101"), "98101", "2026-03-01", v, COUNT(v));
	return h;
}

struct item_new test_direction(const uint32_t *opinions, size_t n)
{
	return (struct item_new){ .opinions = { opinions, n },
		.how = text_of("direction"),
		.unit = text_of("98101-KT"),
		.due = test_day("2026-04-01"),
		.words = text_of(TEST_ITEM) };
}

void test_conclude(struct test_house *h, const char *meeting, uint32_t version,
	struct item_new *items, size_t n)
{
	const struct test_officer *leader = test_officer(h, "leader", "98101");
	uint8_t content[32];
	struct meeting_number draft = { text_of(meeting) };
	struct conclusion_put put = { text_of(meeting), version, 1, { items, n } };
	test_must(h, leader, CMD_conclusion_draft, &draft);
	test_must(h, leader, CMD_conclusion_put, &put);
	test_content(h, test_number(h, meeting), version, content);
	struct conclusion_step step = { .meeting = text_of(meeting),
		.version = version,
		.content = bytes_of(content, sizeof(content)) };
	test_must(h, leader, CMD_conclusion_check, &step);
	step.document = text_of("12/TB-UBND");
	test_must(h, leader, CMD_conclusion_issue, &step);
}
