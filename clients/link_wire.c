/* link_wire.c: taking answers apart. */
#include "clients/link_wire.h"

#include "proto/day.h"

#include <stdio.h>

/* Errors: [code, name, { field, what, at, limit, list, total }]. */

static void read_ordinals(struct reader *rd, struct fault *f)
{
	uint32_t n = read_array(rd);
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		uint64_t ordinal = read_uint(rd);
		if (rd->err == OK && ordinal <= UINT32_MAX)
			fault_list_add(f, (uint32_t)ordinal);
	}
}

static void read_note(struct reader *rd, struct text name, struct text *field, struct text *what,
	struct fault *numbers)
{
	if (read_type(rd) == PACK_NIL)
		read_nil(rd);
	else if (text_is(name, "field"))
		*field = read_text(rd);
	else if (text_is(name, "what"))
		*what = read_text(rd);
	else if (text_is(name, "at"))
		numbers->at = read_int(rd);
	else if (text_is(name, "limit"))
		numbers->limit = read_int(rd);
	else if (text_is(name, "list"))
		read_ordinals(rd, numbers);
	else if (text_is(name, "total"))
		numbers->total = read_uint(rd);
	else
		(void)read_any(rd);
}

static enum err read_error(struct reader *rd, struct fault *f)
{
	struct fault numbers = { 0 };
	struct text field = { 0 }, what = { 0 };
	uint64_t total = 0;
	uint32_t parts = read_array(rd);
	int64_t code = read_int(rd);
	struct text name = read_text(rd);
	uint32_t n = parts > 2 && read_type(rd) == PACK_MAP ? read_map(rd) : 0;
	for (uint32_t i = 0; i < n && rd->err == OK; i++) {
		struct text key = read_text(rd);
		read_note(rd, key, &field, &what, &numbers);
		if (text_is(key, "total"))
			total = numbers.total;
	}
	if (rd->err != OK || parts < 2)
		return fail(f, E_FRAME, NULL, "the server's error cannot be read");
	enum err err = err_of_code(code);
	char place[sizeof(numbers.field)];
	snprintf(place, sizeof(place), "%.*s", (int)(field.n < 159 ? field.n : 159),
		field.p == NULL ? "" : field.p);
	if (f == NULL)
		return err;
	/* A code of a later version: its name is all that can be said. */
	(void)fail_text(f, err, place, err == E_INTERNAL && what.n == 0 ? name : what);
	f->at = numbers.at;
	f->limit = numbers.limit;
	memcpy(f->list, numbers.list, sizeof(f->list));
	f->list_count = numbers.list_count;
	f->total = total > numbers.list_count ? total : numbers.list_count;
	return err;
}

enum err answer_open(struct bytes answer, uint32_t id, struct bytes *result, struct fault *f)
{
	struct reader rd = reader_of(answer);
	uint32_t n = read_array(&rd);
	uint64_t type = read_uint(&rd);
	bool numbered = read_type(&rd) == PACK_UINT;
	uint64_t got = numbered ? read_uint(&rd) : 0;
	if (!numbered)
		(void)read_any(&rd);
	if (rd.err != OK || n != 4 || type != 1)
		return fail(f, E_FRAME, NULL, "not an answer");
	if (read_type(&rd) != PACK_NIL)
		return read_error(&rd, f);
	read_nil(&rd);
	*result = read_any(&rd);
	if (rd.err != OK || rd.at != rd.n || got != id)
		return fail(f, E_FRAME, NULL, "not an answer to what was asked");
	return OK;
}

/* The greeting. */

static bool take(struct reader *rd, uint8_t *to, size_t n)
{
	struct bytes b = read_bin(rd);
	if (rd->err != OK || b.n != n)
		return false;
	memcpy(to, b.p, n);
	return true;
}

static bool take_zone(struct reader *rd, struct greeting *to)
{
	if (read_type(rd) == PACK_NIL) {
		read_nil(rd);
		return true;
	}
	to->has_zone = zone_parse(read_text(rd), &to->zone_minutes) == OK;
	return to->has_zone;
}

/* Reads one value; its bit when it is one of those that must be there and is as it should be. */
static unsigned take_value(
	struct reader *rd, struct text name, struct greeting *to, uint64_t *major)
{
	if (text_is(name, "proto")) {
		uint32_t n = read_array(rd);
		*major = read_uint(rd);
		for (uint32_t i = 1; i < n && rd->err == OK; i++)
			(void)read_any(rd);
		return 1;
	}
	if (text_is(name, "reg"))
		return take(rd, to->reg, sizeof(to->reg)) ? 2 : 0;
	if (text_is(name, "house"))
		return take(rd, to->house, sizeof(to->house)) ? 4 : 0;
	if (text_is(name, "challenge"))
		return take(rd, to->challenge, sizeof(to->challenge)) ? 8 : 0;
	if (text_is(name, "time")) {
		to->time = read_int(rd);
		return 16;
	}
	if (text_is(name, "zone"))
		return take_zone(rd, to) ? 32 : 0;
	if (text_is(name, "size"))
		to->size = read_uint(rd);
	else
		(void)read_any(rd);
	return 0;
}

enum err greeting_read(struct bytes result, struct greeting *to, struct fault *f)
{
	struct reader rd = reader_of(result);
	uint64_t major = 0;
	unsigned seen = 0;
	*to = (struct greeting){ 0 };
	uint32_t n = read_map(&rd);
	for (uint32_t i = 0; i < n && rd.err == OK; i++) {
		struct text name = read_text(&rd);
		if (rd.err == OK)
			seen |= take_value(&rd, name, to, &major);
	}
	if (rd.err == OK && (seen & 1u) && major != PROTOCOL_MAJOR)
		return fail_number(f, E_PROTOCOL, NULL, (int64_t)major, PROTOCOL_MAJOR);
	if (rd.err != OK || seen != 63u)
		return fail(f, E_FRAME, NULL, "the server's greeting cannot be read");
	return OK;
}
