/*
 * test_golden.c: events as they stand in journals for all time: tests/golden holds the bytes that
 * some version wrote, and every later one reads them. --write adds files for events that have none;
 * --seeds FOLDER writes inputs for the fuzzer of records.
 */
#include "tests/lib/test.h"

#include <sodium.h>
#include <stdio.h>

#include "proto/cmd.h"
#include "tests/lib/fill.h"

struct event {
	uint64_t code;
	const struct record *(*record)(void);
};

/* clang-format off */
static const struct event events[] = {
#define EVENT(code, name, help) { code, record_ev_##name },
#include "proto/event.def"
};
/* clang-format on */

static void write_event(struct writer *w, const struct event *event, const void *value)
{
	write_array(w, 2);
	write_uint(w, event->code);
	record_write_disk(w, event->record(), value);
}

/* Golden bytes: [code, {id: value}] of every event, with values that follow from the field. */

static void golden_field(const struct field *f, void *record, struct arena *a)
{
	void *at = (char *)record + f->offset;
	uint64_t n = f->id * 1000u + 7;
	switch (f->kind) {
	case KIND_UINT:
		*(uint64_t *)at = f->max > 0 && n > f->max ? f->max : n;
		break;
	case KIND_DAY:
		*(uint32_t *)at = 739000u + f->id;
		break;
	case KIND_TIME:
		*(int64_t *)at = 1795280400000000 + f->id;
		break;
	case KIND_CODE:
		*(struct text *)at = arena_format(a, "code-%u", f->id);
		break;
	case KIND_TEXT:
		*(struct text *)at = arena_format(a, "Tổ dân phố %u", f->id);
		break;
	case KIND_BIN: {
		size_t size = (f->flags & EXACT) ? f->max : 40;
		uint8_t *bytes = arena_alloc(a, size, 1);
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)(f->id * 16 + i);
		*(struct bytes *)at = (struct bytes){ bytes, size };
		break;
	}
	case KIND_NUM:
		*(struct num *)at = (struct num){ 70000u + f->id, 300u + f->id, 2026 };
		break;
	case KIND_UINTS: {
		static const uint32_t numbers[] = { 1, 300, 70000 };
		*(struct uints *)at = (struct uints){ numbers, 3 };
		break;
	}
	case KIND_CODES:
	case KIND_LIST:
		assert_true(false); /* no event has these; they would need a rule here */
	}
}

static struct text golden_path(const struct record *r, struct arena *a)
{
	return arena_format(a, HOIAM_SOURCE_ROOT "/tests/golden/%s.hex", r->name);
}

/* The bytes of the file, 32 to a line in hex; none when it is not there. */
static struct bytes golden_load(const struct record *r, struct arena *a)
{
	FILE *file = fopen(golden_path(r, a).p, "r");
	if (file == NULL)
		return (struct bytes){ 0 };
	uint8_t *out = arena_alloc(a, LIMIT_EVENT_BYTES, 1);
	size_t n = 0;
	unsigned byte;
	while (n < LIMIT_EVENT_BYTES && fscanf(file, "%2x", &byte) == 1)
		out[n++] = (uint8_t)byte;
	assert_true(feof(file));
	fclose(file);
	return (struct bytes){ out, n };
}

/* Fields that the file does not have came later, and are empty. */
static void expect_golden_values(
	const struct record *r, const void *got, size_t fields, struct arena *a)
{
	void *wanted = arena_alloc(a, 1, r->size);
	size_t filled = 0;
	for (size_t i = 0; i < r->count; i++) {
		if (field_is_empty(&r->fields[i], got))
			continue;
		golden_field(&r->fields[i], wanted, a);
		filled++;
	}
	const char *differs = "";
	(void)fill_equal(r, got, wanted, &differs);
	assert_string_equal(differs, "");
	assert_int_equal(filled, fields);
}

static void events_written_by_any_version_are_read(void **state)
{
	(void)state;
	size_t read = 0;
	for (size_t i = 0; i < COUNT(events); i++) {
		AUTO(arena_fini) struct arena a = { 0 };
		AUTO(writer_fini) struct writer again = { 0 };
		const struct record *r = events[i].record();
		void *got = arena_alloc(&a, 1, r->size);
		struct bytes file = golden_load(r, &a);
		if (file.n == 0)
			print_error("%s has no file; write it with --write\n", r->name);
		struct reader rd = reader_of(file);
		assert_int_equal(read_array(&rd), 2);
		assert_int_equal(read_uint(&rd), events[i].code);
		struct reader head = rd;
		assert_int_equal(record_read_disk(&rd, r, got, &a, NULL), OK);
		assert_int_equal(rd.at, rd.n);
		expect_golden_values(r, got, read_map(&head), &a);
		write_event(&again, &events[i], got);
		assert_true(bytes_equal(writer_bytes(&again), file));
		read++;
	}
	assert_true(read >= 25);
}

/* A file that is there is never written again. */
static int write_golden(void)
{
	for (size_t i = 0; i < COUNT(events); i++) {
		AUTO(arena_fini) struct arena a = { 0 };
		const struct record *r = events[i].record();
		if (golden_load(r, &a).n > 0)
			continue;
		void *value = arena_alloc(&a, 1, r->size);
		for (size_t k = 0; k < r->count; k++)
			golden_field(&r->fields[k], value, &a);
		AUTO(writer_fini) struct writer w = { 0 };
		write_event(&w, &events[i], value);
		FILE *file = fopen(golden_path(r, &a).p, "wx");
		if (file == NULL)
			return 1;
		for (size_t k = 0; k < w.n; k++)
			fprintf(file, "%02x%s", w.p[k], k % 32 == 31 || k + 1 == w.n ? "\n" : "");
		if (fclose(file) != 0)
			return 1;
	}
	return 0;
}

static int write_seed(const char *folder, const char *name, uint8_t cmd, struct bytes b)
{
	AUTO(arena_fini) struct arena a = { 0 };
	FILE *file = fopen(arena_format(&a, "%s/%s", folder, name).p, "wb");
	if (file == NULL)
		return 1;
	bool good = fwrite(&cmd, 1, 1, file) == 1 && fwrite(b.p, 1, b.n, file) == b.n;
	return fclose(file) != 0 || !good;
}

/* Requests without words, words alone, and events, each behind the byte that picks a command. */
static int write_seeds(const char *folder)
{
	static const enum cmd requests[] = { CMD_hello, CMD_unit_add, CMD_meeting_list,
		CMD_policy_adopt, CMD_rate_show, CMD_case_refer, CMD_login };
	static const struct record *(*const chosen[])(void) = { record_ev_entry,
		record_ev_unit_added, record_ev_opinion_recorded, record_ev_item_put,
		record_ev_case_moved };
	AUTO(arena_fini) struct arena a = { 0 };
	AUTO(writer_fini) struct writer w = { 0 };
	struct fill fill = { .arena = &a };
	int failed = 0;
	for (size_t i = 0; i < COUNT(requests) + COUNT(chosen); i++) {
		bool request = i < COUNT(requests);
		enum cmd cmd = request ? requests[i] : CMD_status;
		const struct record *r =
			request ? cmds[cmd].record() : chosen[i - COUNT(requests)]();
		void *value = arena_alloc(&a, 1, r->size);
		fill.least = cmd == CMD_policy_adopt;
		fill_record(&fill, r, value);
		writer_reset(&w);
		if (request)
			record_write_wire(&w, r, value, NULL, &a);
		else
			record_write_disk(&w, r, value);
		failed |= write_seed(
			folder, request ? cmds[cmd].wire : r->name, (uint8_t)cmd, writer_bytes(&w));
	}
	struct groups groups = { 0 };
	const struct opinion_new opinion = { .words = text_of("Đường ngập.\nĐã ba năm."),
		.speaker = text_of("bà Lê Thị Ý"),
		.summary = text_of("đường ngập") };
	record_write_wire(&w, record_opinion_new(), &opinion, &groups, &a);
	failed |= write_seed(folder, "words", CMD_opinion_add, groups.v[0].words);
	groups_fini(&groups);
	return failed;
}

int main(int argc, char **argv)
{
	if (sodium_init() < 0)
		return 1;
	if (argc == 2 && strcmp(argv[1], "--write") == 0)
		return write_golden();
	if (argc == 3 && strcmp(argv[1], "--seeds") == 0)
		return write_seeds(argv[2]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_written_by_any_version_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
