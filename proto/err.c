/* err.c: the table of errors, and the note that is filled when one happens. */
#include "proto/err.h"

#include <inttypes.h>
#include <stdio.h>

static const struct err_row rows[] = {
	[OK] = { "OK", 0, 0, CALLER, "" },
#define ERR(name, code, exit, blame, text) [name] = { #name, code, exit, blame, text },
#include "proto/err.def"
#undef ERR
};

const struct err_row *err_row(enum err err)
{
	return &rows[err];
}

enum err err_of_code(int64_t code)
{
	for (size_t i = 1; i < ERR_COUNT; i++)
		if (rows[i].code == code)
			return (enum err)i;
	return E_INTERNAL;
}

/* Copy for display: cut at a character's border, control bytes replaced. */
static void copy_printable(char *to, size_t room, struct text from)
{
	size_t n = from.n < room - 1 ? from.n : room - 1;
	while (n > 0 && n < from.n && ((unsigned char)from.p[n] & 0xc0) == 0x80)
		n--;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)from.p[i];
		to[i] = c < 0x20 || c == 0x7f ? '?' : (char)c;
	}
	to[n] = '\0';
}

enum err fail_text(struct fault *f, enum err err, const char *field, struct text what)
{
	if (f == NULL)
		return err;
	*f = (struct fault){ .err = err };
	copy_printable(f->field, sizeof(f->field), text_of(field));
	copy_printable(f->what, sizeof(f->what), what);
	return err;
}

enum err fail(struct fault *f, enum err err, const char *field, const char *what)
{
	return fail_text(f, err, field, text_of(what));
}

enum err fail_number(struct fault *f, enum err err, const char *field, int64_t at, int64_t limit)
{
	if (f == NULL)
		return err;
	enum err same = fail(f, err, field, NULL);
	f->at = at;
	f->limit = limit;
	snprintf(f->what, sizeof(f->what), "%" PRId64, at);
	return same;
}

enum err fail_server(struct fault *f, enum err err, int cause, const char *file, int line)
{
	if (f == NULL)
		return err;
	*f = (struct fault){ .err = err, .file = file, .line = line, .cause = cause };
	return err;
}

void fault_list_add(struct fault *f, uint32_t ordinal)
{
	if (f == NULL)
		return;
	if (f->list_count < FAULT_LIST_MAX)
		f->list[f->list_count++] = ordinal;
	f->total++;
}

void fault_within(struct fault *f, const char *prefix, int64_t index)
{
	if (f == NULL)
		return;
	char inner[sizeof(f->field)];
	memcpy(inner, f->field, sizeof(inner));
	const char *dot = inner[0] == '\0' || inner[0] == '[' ? "" : ".";
	char place[sizeof(f->field)];
	if (index >= 0)
		snprintf(place, sizeof(place), "%.100s[%" PRId64 "]", prefix, index + 1);
	else
		snprintf(place, sizeof(place), "%.120s", prefix);
	snprintf(f->field, sizeof(f->field), "%.119s%s%.39s", place, dot, inner);
}

static void format_list(const struct fault *f, char *out, size_t n)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < f->list_count && used + 16 < n; i++)
		used += (size_t)snprintf(
			out + used, n - used, "%s%" PRIu32, i == 0 ? "" : ", ", f->list[i]);
	if (f->total > f->list_count && used + 16 < n)
		snprintf(out + used, n - used, ", …");
}

static void placeholder(const struct fault *f, struct text name, char *out, size_t n)
{
	if (text_is(name, "field"))
		snprintf(out, n, "%s", f->field);
	else if (text_is(name, "what"))
		snprintf(out, n, "%s", f->what);
	else if (text_is(name, "at"))
		snprintf(out, n, "%" PRId64, f->at);
	else if (text_is(name, "limit"))
		snprintf(out, n, "%" PRId64, f->limit);
	else if (text_is(name, "total"))
		snprintf(out, n, "%" PRIu64, f->total);
	else if (text_is(name, "list"))
		format_list(f, out, n);
	else
		snprintf(out, n, "?");
}

void fault_format(const struct fault *f, const char *format, char *out, size_t n)
{
	size_t used = 0;
	for (const char *p = format; *p != '\0' && used + 1 < n;) {
		const char *end = *p == '{' ? strchr(p, '}') : NULL;
		if (end == NULL) {
			out[used++] = *p++;
			continue;
		}
		char value[640];
		placeholder(f, (struct text){ p + 1, (size_t)(end - p - 1) }, value, sizeof(value));
		size_t room = n - 1 - used;
		size_t length = strlen(value) < room ? strlen(value) : room;
		memcpy(out + used, value, length);
		used += length;
		p = end + 1;
	}
	out[used] = '\0';
}
