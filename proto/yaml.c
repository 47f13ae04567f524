/* yaml.c: records from YAML by libyaml's events. */
#include "proto/yaml.h"

#include "proto/day.h"
#include "proto/text.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

#define AT_MUT(type, record, field) ((type *)((char *)(record) + (field)->offset))

struct parsing {
	yaml_parser_t parser;
	yaml_event_t event; /* the last, owned */
	bool has_event;
	const char *file;
	struct arena *arena;
	struct fault *fault;
};

static enum err refuse_line(struct parsing *in, size_t line, const char *what)
{
	enum err err = fail(in->fault, E_LINE, in->file, what);
	if (in->fault != NULL)
		in->fault->at = (int64_t)line + 1;
	return err;
}

/* A reason, with the name of the field before it, at the last event's line. */
static enum err refuse(struct parsing *in, const char *name, const char *why)
{
	char what[200];
	snprintf(what, sizeof(what), "%.80s%s%s", name == NULL ? "" : name,
		name == NULL ? "" : ": ", why);
	return refuse_line(in, in->event.start_mark.line, what);
}

static struct text scalar(const struct parsing *in)
{
	return (struct text){ (const char *)in->event.data.scalar.value,
		in->event.data.scalar.length };
}

static enum err check_plain(struct parsing *in)
{
	const yaml_event_t *e = &in->event;
	bool anchor = false, tag = false;
	if (e->type == YAML_SCALAR_EVENT) {
		anchor = e->data.scalar.anchor != NULL;
		tag = e->data.scalar.tag != NULL;
	} else if (e->type == YAML_SEQUENCE_START_EVENT) {
		anchor = e->data.sequence_start.anchor != NULL;
		tag = e->data.sequence_start.tag != NULL;
	} else if (e->type == YAML_MAPPING_START_EVENT) {
		anchor = e->data.mapping_start.anchor != NULL;
		tag = e->data.mapping_start.tag != NULL;
	}
	if (e->type == YAML_ALIAS_EVENT || anchor)
		return refuse(in, NULL, "anchors and aliases are not used here");
	return tag ? refuse(in, NULL, "tags are not used here") : OK;
}

static enum err next(struct parsing *in)
{
	if (in->has_event)
		yaml_event_delete(&in->event);
	in->has_event = yaml_parser_parse(&in->parser, &in->event) != 0;
	if (in->has_event)
		return check_plain(in);
	in->event = (yaml_event_t){ 0 };
	const char *problem = in->parser.problem;
	size_t line = in->parser.problem_mark.line;
	return refuse_line(in, line == 0 ? in->parser.mark.line : line,
		problem != NULL ? problem : "not YAML");
}

static enum err next_is(
	struct parsing *in, yaml_event_type_t type, const char *name, const char *wanted)
{
	enum err err = next(in);
	if (err != OK || in->event.type == type)
		return err;
	return refuse(in, name, wanted);
}

/* Scalars. */

static enum err read_uint_scalar(struct parsing *in, const char *name, uint64_t *to)
{
	struct text t = scalar(in);
	uint64_t v = 0;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '9' || t.n > 18)
			return refuse(in, name, "a whole number is wanted");
		v = v * 10 + (uint64_t)(t.p[i] - '0');
	}
	if (t.n == 0)
		return refuse(in, name, "a whole number is wanted");
	*to = v;
	return OK;
}

static enum err read_text_scalar(struct parsing *in, const char *name, struct text *to)
{
	AUTO(xfree) char *composed = NULL;
	size_t n = 0;
	if (text_normalise(scalar(in), &composed, &n, name, NULL) != OK)
		return refuse(in, name, "not valid UTF-8");
	*to = arena_text(in->arena, (struct text){ composed, n });
	return OK;
}

static enum err read_bin_scalar(struct parsing *in, const char *name, struct bytes *to)
{
	struct text t = scalar(in);
	uint8_t *out = arena_alloc(in->arena, t.n / 2 + 1, 1);
	size_t n = 0;
	const char *end = NULL;
	if (sodium_hex2bin(out, t.n / 2 + 1, t.p, t.n, NULL, &n, &end) != 0 || end != t.p + t.n)
		return refuse(in, name, "hexadecimal digits are wanted");
	*to = (struct bytes){ out, n };
	return OK;
}

static enum err read_day_scalar(struct parsing *in, const char *name, uint32_t *to)
{
	struct text t = scalar(in);
	*to = t.n == 10 && t.p[4] == '-' ? day_parse(t) : DAY_NONE;
	return *to != DAY_NONE ? OK : refuse(in, name, "a day is wanted, YYYY-MM-DD");
}

static enum err read_scalar(struct parsing *in, const struct field *f, void *record)
{
	if (in->event.type != YAML_SCALAR_EVENT)
		return refuse(in, f->name, "one value is wanted");
	uint64_t v = 0;
	enum err err = OK;
	switch (f->kind) {
	case KIND_UINT:
		return read_uint_scalar(in, f->name, AT_MUT(uint64_t, record, f));
	case KIND_TIME:
		err = read_uint_scalar(in, f->name, &v);
		*AT_MUT(int64_t, record, f) = (int64_t)v;
		return err;
	case KIND_DAY:
		return read_day_scalar(in, f->name, AT_MUT(uint32_t, record, f));
	case KIND_CODE:
		*AT_MUT(struct text, record, f) = arena_text(in->arena, scalar(in));
		return OK;
	case KIND_TEXT:
		return read_text_scalar(in, f->name, AT_MUT(struct text, record, f));
	case KIND_BIN:
		return read_bin_scalar(in, f->name, AT_MUT(struct bytes, record, f));
	case KIND_NUM:
	case KIND_UINTS:
	case KIND_CODES:
	case KIND_LIST:
		break;
	}
	return refuse(in, f->name, "not used here");
}

/* Sequences. A row's `max` bounds each; memory doubles as entries come. */

struct growing {
	char *v;
	size_t n, room, size;
};

static void *grow(struct parsing *in, struct growing *g)
{
	if (g->n == g->room) {
		size_t room = g->room == 0 ? 8 : g->room * 2;
		char *larger = arena_alloc(in->arena, room, g->size);
		if (g->n > 0)
			memcpy(larger, g->v, g->n * g->size);
		g->v = larger;
		g->room = room;
	}
	return g->v + g->n++ * g->size;
}

static enum err read_mapping(struct parsing *in, const struct record *r, void *to);

static enum err read_entry(struct parsing *in, const struct field *f, void *entry)
{
	if (f->kind == KIND_LIST) {
		if (in->event.type != YAML_MAPPING_START_EVENT)
			return refuse(in, f->name, "a list of mappings is wanted");
		return read_mapping(in, f->of(), entry);
	}
	if (in->event.type != YAML_SCALAR_EVENT)
		return refuse(in, f->name, "a list of single values is wanted");
	if (f->kind == KIND_CODES) {
		*(struct text *)entry = arena_text(in->arena, scalar(in));
		return OK;
	}
	uint64_t v = 0;
	enum err err = read_uint_scalar(in, f->name, &v);
	if (err == OK && v > UINT32_MAX)
		return refuse(in, f->name, "the number is too large");
	*(uint32_t *)entry = (uint32_t)v;
	return err;
}

static enum err read_sequence(struct parsing *in, const struct field *f, void *record)
{
	struct growing g = { .size = f->kind == KIND_LIST    ? f->of()->size
				     : f->kind == KIND_CODES ? sizeof(struct text)
							     : sizeof(uint32_t) };
	if (in->event.type != YAML_SEQUENCE_START_EVENT)
		return refuse(in, f->name, "a list is wanted");
	for (;;) {
		enum err err = next(in);
		if (err != OK)
			return err;
		if (in->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		if (g.n == f->max)
			return refuse(in, f->name, "too many entries");
		err = read_entry(in, f, grow(in, &g));
		if (err != OK)
			return err;
	}
	if (f->kind == KIND_LIST)
		*AT_MUT(struct list, record, f) = (struct list){ g.v, g.n };
	else if (f->kind == KIND_CODES)
		*AT_MUT(struct texts, record, f) =
			(struct texts){ (struct text *)(void *)g.v, g.n };
	else
		*AT_MUT(struct uints, record, f) = (struct uints){ (uint32_t *)(void *)g.v, g.n };
	return OK;
}

static enum err read_key(
	struct parsing *in, const struct record *r, uint64_t *seen, const struct field **field)
{
	if (in->event.type != YAML_SCALAR_EVENT)
		return refuse(in, NULL, "a key is wanted");
	struct text name = scalar(in);
	const struct field *f = record_field(r, name);
	if (f == NULL) {
		struct text shown =
			arena_format(in->arena, "%.*s", (int)(name.n < 60 ? name.n : 60), name.p);
		return refuse(in, shown.p, "no such field here");
	}
	uint64_t bit = (uint64_t)1 << f->id;
	if (*seen & bit)
		return refuse(in, f->name, "given twice");
	*seen |= bit;
	*field = f;
	return OK;
}

/* The mapping's start was read; leaves its end as the last event. */
static enum err read_mapping(struct parsing *in, const struct record *r, void *to)
{
	uint64_t seen = 0;
	memset(to, 0, r->size);
	for (;;) {
		const struct field *f = NULL;
		enum err err = next(in);
		if (err != OK || in->event.type == YAML_MAPPING_END_EVENT)
			return err;
		err = read_key(in, r, &seen, &f);
		if (err == OK)
			err = next(in);
		if (err != OK)
			return err;
		assert(f != NULL);
		bool many = f->kind == KIND_LIST || f->kind == KIND_CODES || f->kind == KIND_UINTS;
		err = many ? read_sequence(in, f, to) : read_scalar(in, f, to);
		if (err != OK)
			return err;
	}
}

static enum err read_document(struct parsing *in, const struct record *r, void *to)
{
	enum err err = next_is(in, YAML_STREAM_START_EVENT, NULL, "not YAML");
	if (err == OK)
		err = next_is(in, YAML_DOCUMENT_START_EVENT, NULL, "empty");
	if (err == OK && (in->event.data.document_start.version_directive != NULL ||
				 in->event.data.document_start.tag_directives.start !=
					 in->event.data.document_start.tag_directives.end))
		err = refuse(in, NULL, "directives are not used here");
	if (err == OK)
		err = next_is(in, YAML_MAPPING_START_EVENT, NULL, "a mapping is wanted");
	if (err == OK)
		err = read_mapping(in, r, to);
	if (err == OK)
		err = next_is(in, YAML_DOCUMENT_END_EVENT, NULL, "the document should end here");
	if (err == OK)
		err = next_is(in, YAML_STREAM_END_EVENT, NULL, "one document only");
	return err;
}

enum err yaml_read(struct text yaml, const char *file, const struct record *r, void *to,
	struct arena *a, struct fault *f)
{
	if (yaml.n > YAML_BYTES_MAX)
		return fail_number(f, E_TOO_LARGE, file, (int64_t)yaml.n, (int64_t)YAML_BYTES_MAX);
	struct parsing in = { .file = file, .arena = a, .fault = f };
	if (!yaml_parser_initialize(&in.parser))
		abort();
	yaml_parser_set_encoding(&in.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&in.parser, (const unsigned char *)yaml.p, yaml.n);
	enum err err = read_document(&in, r, to);
	if (in.has_event)
		yaml_event_delete(&in.event);
	yaml_parser_delete(&in.parser);
	return err != OK ? err : record_check(r, to, f);
}
