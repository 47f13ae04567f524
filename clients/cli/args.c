/* args.c: command lines into records. */
#include "clients/cli/args.h"
#include "clients/cli/args_part.h"

#include "clients/cli/spell.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "proto/day.h"
#include "proto/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#define AT_MUT(type, record, field) ((type *)((char *)(record) + (field)->offset))

/* One value. */

static bool number_of(struct text t, uint64_t *to)
{
	uint64_t v = 0;
	if (t.n == 0 || t.n > 18)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
		v = v * 10 + (uint64_t)(t.p[i] - '0');
	}
	*to = v;
	return true;
}

static enum err uint_value(const struct field *f, uint64_t *to, struct text t, struct fault *fault)
{
	if (!number_of(t, to))
		return fail(fault, E_TYPE, f->name, N_("a whole number"));
	if (f->max > 0 && *to > f->max)
		return fail_number(fault, E_RANGE, f->name, (int64_t)*to, f->max);
	return OK;
}

static enum err day_value(const struct args *args, const struct field *f, uint32_t *to,
	struct text t, struct fault *fault)
{
	if (text_is(t, "today") && args->today != NULL)
		return args->today(args->with, to, fault);
	*to = day_parse(t);
	return *to != DAY_NONE ? OK : fail_text(fault, E_DAY, f->name, t);
}

static enum err text_value(const struct args *args, const struct field *f, struct text *to,
	struct text t, struct fault *fault)
{
	AUTO(xfree) char *composed = NULL;
	size_t n = 0;
	enum err err = text_normalise(t, &composed, &n, f->name, fault);
	if (err == OK)
		*to = arena_text(args->arena, (struct text){ composed, n });
	return err;
}

static enum err bin_value(const struct args *args, const struct field *f, struct bytes *to,
	struct text t, struct fault *fault)
{
	size_t room = t.n / 2 + 1, n = 0;
	uint8_t *out = arena_alloc(args->arena, room, 1);
	const char *end = NULL;
	if (sodium_hex2bin(out, room, t.p, t.n, NULL, &n, &end) != 0 || end != t.p + t.n)
		return fail(fault, E_TYPE, f->name, N_("hexadecimal digits"));
	*to = (struct bytes){ out, n };
	return OK;
}

/* The part before a comma; *rest goes behind it. */
static struct text take_part(struct text *rest)
{
	const char *comma = rest->n == 0 ? NULL : memchr(rest->p, ',', rest->n);
	size_t n = comma == NULL ? rest->n : (size_t)(comma - rest->p);
	struct text part = { rest->p, n };
	size_t taken = comma == NULL ? n : n + 1;
	rest->p += taken;
	rest->n -= taken;
	while (part.n > 0 && part.p[0] == ' ') {
		part.p++;
		part.n--;
	}
	while (part.n > 0 && part.p[part.n - 1] == ' ')
		part.n--;
	return part;
}

static enum err codes_value(const struct args *args, const struct field *f, struct texts *to,
	struct text t, struct fault *fault)
{
	struct text *v = arena_alloc(args->arena, f->max, sizeof(*v));
	size_t n = 0;
	while (t.n > 0) {
		struct text part = take_part(&t);
		if (n == f->max)
			return fail_number(fault, E_TOO_MANY, f->name, (int64_t)n + 1, f->max);
		if (part.n == 0)
			return fail(fault, E_BLANK, f->name, NULL);
		v[n++] = part;
	}
	*to = (struct texts){ v, n };
	return OK;
}

/* "5" or "5-7". */
static bool range_of(struct text part, uint64_t *from, uint64_t *to)
{
	const char *dash = part.n == 0 ? NULL : memchr(part.p, '-', part.n);
	if (dash == NULL) {
		bool good = number_of(part, from);
		*to = *from;
		return good;
	}
	size_t n = (size_t)(dash - part.p);
	return number_of((struct text){ part.p, n }, from) &&
	       number_of((struct text){ dash + 1, part.n - n - 1 }, to) && *from <= *to;
}

static enum err uints_value(const struct args *args, const struct field *f, struct uints *to,
	struct text t, struct fault *fault)
{
	uint32_t *v = arena_alloc(args->arena, f->max, sizeof(*v));
	size_t n = 0;
	while (t.n > 0) {
		uint64_t from = 0, last = 0;
		if (!range_of(take_part(&t), &from, &last) || last > UINT32_MAX)
			return fail(fault, E_TYPE, f->name, N_("numbers such as 1,2,5-7"));
		if (last - from >= f->max - n)
			return fail_number(
				fault, E_TOO_MANY, f->name, (int64_t)(last - from), f->max);
		for (uint64_t i = from; i <= last; i++)
			v[n++] = (uint32_t)i;
	}
	*to = (struct uints){ v, n };
	return OK;
}

enum err args_value(const struct args *args, const struct field *f, void *record, struct text value,
	struct fault *fault)
{
	switch (f->kind) {
	case KIND_UINT:
		return uint_value(f, AT_MUT(uint64_t, record, f), value, fault);
	case KIND_DAY:
		return day_value(args, f, AT_MUT(uint32_t, record, f), value, fault);
	case KIND_CODE:
		*AT_MUT(struct text, record, f) = value;
		return OK;
	case KIND_TEXT:
		return text_value(args, f, AT_MUT(struct text, record, f), value, fault);
	case KIND_BIN:
		return bin_value(args, f, AT_MUT(struct bytes, record, f), value, fault);
	case KIND_UINTS:
		return uints_value(args, f, AT_MUT(struct uints, record, f), value, fault);
	case KIND_CODES:
		return codes_value(args, f, AT_MUT(struct texts, record, f), value, fault);
	case KIND_TIME:
	case KIND_NUM:
	case KIND_LIST:
		break;
	}
	return fail(fault, E_KEY_UNKNOWN, f->name, NULL);
}

const struct field *args_list(const struct record *record)
{
	const struct field *found = NULL;
	for (size_t i = 0; i < record->count; i++) {
		if (record->fields[i].kind != KIND_LIST)
			continue;
		if (found != NULL)
			return NULL;
		found = &record->fields[i];
	}
	return found;
}

enum err args_add_entry(struct filling *to)
{
	size_t size = to->entry->size;
	if (to->count == to->list->max)
		return fail_number(to->fault, E_TOO_MANY, to->list->name, (int64_t)to->count + 1,
			to->list->max);
	if (to->count == to->room) {
		size_t room = to->room == 0 ? 4 : to->room * 2;
		char *larger = arena_alloc(to->args->arena, room, size);
		if (to->count > 0)
			memcpy(larger, to->entries, to->count * size);
		to->entries = larger;
		to->room = room;
	}
	to->count++;
	to->entry_seen = 0;
	*AT_MUT(struct list, to->args->to, to->list) = (struct list){ to->entries, to->count };
	return OK;
}

enum err args_set(struct filling *to, const struct field *f, bool in_entry, struct text value)
{
	uint64_t bit = (uint64_t)1 << f->id;
	if (!in_entry) {
		if (to->seen & bit)
			return fail(to->fault, E_KEY_TWICE, f->name, NULL);
		to->seen |= bit;
		return args_value(to->args, f, to->args->to, value, to->fault);
	}
	if (to->count == 0 || (to->entry_seen & bit)) {
		enum err err = args_add_entry(to);
		if (err != OK)
			return err;
	}
	assert(to->entries != NULL);
	to->entry_seen |= bit;
	void *entry = to->entries + (to->count - 1) * to->entry->size;
	return args_value(to->args, f, entry, value, to->fault);
}

static bool begins_same(struct text given, const char *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (given.p[i] != name[i] && !(given.p[i] == '-' && name[i] == '_'))
			return false;
	return true;
}

static bool same_name(struct text given, const char *name)
{
	return given.n == strlen(name) && begins_same(given, name, given.n);
}

const struct field *args_field_in(const struct record *r, struct text name)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->fields[i].kind != KIND_LIST && r->fields[i].kind != KIND_TIME &&
			same_name(name, r->fields[i].name))
			return &r->fields[i];
	return NULL;
}

static const struct field *find_field(const struct filling *to, struct text name, bool *in_entry)
{
	const struct field *f = args_field_in(to->args->record, name);
	*in_entry = f == NULL && to->entry != NULL;
	return *in_entry ? args_field_in(to->entry, name) : f;
}

/* What a file may give: its text, or its hash. */
static bool may_be_file(const struct field *f)
{
	return f->kind == KIND_TEXT || (f->flags & OF_FILE);
}

static enum err hash_of_file(
	struct filling *to, const struct field *f, bool in_entry, const char *path)
{
	uint8_t hash[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof(hash) + 1];
	enum err err = file_sha256(path, hash, to->fault);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return err != OK ? err : args_set(to, f, in_entry, text_of(hex));
}

static enum err from_file(
	struct filling *to, const struct field *f, bool in_entry, const char *path)
{
	if (to->args->no_stdin && strcmp(path, "-") == 0)
		return fail(to->fault, E_USAGE, NULL,
			_("standard input holds the commands; name a file"));
	if (f->flags & OF_FILE)
		return hash_of_file(to, f, in_entry, path);
	struct bytes content;
	/* Decomposed text may be some times longer than what is kept. */
	enum err err = file_read(path, (size_t)f->max * 4, to->args->arena, &content, to->fault);
	if (err != OK)
		return err;
	while (content.n > 0 &&
		(content.p[content.n - 1] == '\n' || content.p[content.n - 1] == '\r'))
		content.n--;
	return args_set(to, f, in_entry, (struct text){ (const char *)content.p, content.n });
}

enum { NEAR_ENOUGH = 2 };

/* Less than half of the letters may be wrong, two at most: as many as change places. */
static bool is_near(struct text given, const char *name)
{
	char word[SPELL_MAX + 1];
	if (given.n > SPELL_MAX)
		return false;
	for (size_t i = 0; i <= given.n; i++)
		word[i] = (char)(i == given.n ? '\0' : given.p[i] == '-' ? '_' : given.p[i]);
	size_t far = spell_distance(word, name);
	return far <= NEAR_ENOUGH && 2 * far < strlen(name);
}

/* A field whose name begins as the given one does, or the other way round, or that differs in a
 * letter or two; NULL if none. */
static const struct field *near_in(const struct record *r, struct text name)
{
	for (size_t i = 0; r != NULL && name.n > 0 && i < r->count; i++) {
		const struct field *f = &r->fields[i];
		size_t n = strlen(f->name) < name.n ? strlen(f->name) : name.n;
		if (args_field_in(r, text_of(f->name)) == f &&
			(begins_same(name, f->name, n) || is_near(name, f->name)))
			return f;
	}
	return NULL;
}

static const struct field *near_field(const struct filling *to, struct text name)
{
	const struct field *near = near_in(to->args->record, name);
	return near != NULL ? near : near_in(to->entry, name);
}

/* "--word" or "-words": no field; the one that may be meant stands beside it. */
static enum err unknown_option(struct filling *to, const char *given, struct text name)
{
	struct arena *a = to->args->arena;
	const struct field *near = near_field(to, name);
	size_t n = (size_t)(name.p + name.n - given);
	struct text shown = arena_format(a, near == NULL ? "%.*s" : "%.*s (--%s?)", (int)n, given,
		near == NULL ? "" : near->name);
	return fail_text(to->fault, E_KEY_UNKNOWN, shown.p, name);
}

/* --name VALUE, --name=VALUE, --name-file FILE; *i goes past what was taken. */
static enum err take_option(struct filling *to, int argc, char **argv, int *i)
{
	const char *equals = strchr(argv[*i], '=');
	struct text name = { argv[*i] + 2,
		equals == NULL ? strlen(argv[*i]) - 2 : (size_t)(equals - argv[*i]) - 2 };
	bool in_entry = false;
	const struct field *f = find_field(to, name, &in_entry);
	bool file = false;
	if (f == NULL && name.n > 5 && memcmp(name.p + name.n - 5, "-file", 5) == 0) {
		f = find_field(to, (struct text){ name.p, name.n - 5 }, &in_entry);
		file = f != NULL && may_be_file(f);
	}
	bool table = f == NULL && to->args->table != NULL && to->list != NULL &&
		     same_name(name, to->list->name);
	if (!table && (f == NULL || (!file && name.n != strlen(f->name))))
		return unknown_option(to, argv[*i], name);
	const char *value = equals == NULL ? NULL : equals + 1;
	if (value == NULL) {
		if (*i + 1 >= argc)
			return fail(to->fault, E_USAGE, NULL,
				arena_format(to->args->arena, _("%s needs a value"), argv[*i]).p);
		value = argv[++*i];
	}
	if (table)
		return to->args->table(to, value);
	return file ? from_file(to, f, in_entry, value) : args_set(to, f, in_entry, text_of(value));
}

static const struct field *next_positional(const struct record *r, uint64_t seen)
{
	for (size_t i = 0; i < r->count; i++)
		if ((r->fields[i].flags & POS) && (seen & (uint64_t)1 << r->fields[i].id) == 0)
			return &r->fields[i];
	return NULL;
}

static enum err take_word(struct filling *to, const char *word)
{
	const struct field *f = next_positional(to->args->record, to->seen);
	if (f != NULL)
		return args_set(to, f, false, text_of(word));
	if (to->entry != NULL) {
		f = next_positional(to->entry, to->count == 0 ? 0 : to->entry_seen);
		if (f != NULL)
			return args_set(to, f, true, text_of(word));
	}
	const char *colon = strchr(word, ':');
	bool in_entry = false;
	f = colon == NULL
		    ? NULL
		    : find_field(to, (struct text){ word, (size_t)(colon - word) }, &in_entry);
	if (f != NULL)
		return args_set(to, f, in_entry, text_of(colon + 1));
	struct text name = { word, colon == NULL ? 0 : (size_t)(colon - word) };
	f = near_field(to, name);
	if (f != NULL)
		return fail_text(to->fault, E_KEY_UNKNOWN,
			arena_format(to->args->arena, "%.*s (%s:?)", (int)name.n, name.p, f->name)
				.p,
			name);
	return fail(to->fault, E_USAGE, NULL,
		arena_format(to->args->arena, _("'%s' is one word too many"), word).p);
}

enum err args_fill(const struct args *args, int argc, char **argv, struct fault *f)
{
	struct filling to = { .args = args, .fault = f };
	to.list = args_list(args->record);
	to.entry = to.list == NULL ? NULL : to.list->of();
	bool words_only = false;
	for (int i = 0; i < argc; i++) {
		if (!words_only && strcmp(argv[i], "--") == 0) {
			words_only = true;
			continue;
		}
		bool option = !words_only && strncmp(argv[i], "--", 2) == 0;
		bool short_one =
			!words_only && argv[i][0] == '-' && argv[i][1] >= 'a' && argv[i][1] <= 'z';
		enum err err = option      ? take_option(&to, argc, argv, &i)
			       : short_one ? unknown_option(&to, argv[i], text_of(argv[i] + 1))
					   : take_word(&to, argv[i]);
		if (err != OK)
			return err;
	}
	return OK;
}

const char *args_take(int *argc, char **argv, const char *name)
{
	size_t n = strlen(name);
	for (int i = 0; i < *argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, name, n) != 0)
			continue;
		bool joined = argv[i][2 + n] == '=';
		if (!joined && (argv[i][2 + n] != '\0' || i + 1 == *argc))
			continue;
		const char *value = joined ? argv[i] + 3 + n : argv[i + 1];
		int taken = joined ? 1 : 2;
		memmove(argv + i, argv + i + taken, (size_t)(*argc - i - taken) * sizeof(*argv));
		*argc -= taken;
		return value;
	}
	return NULL;
}
