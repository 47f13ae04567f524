/* text.c: checks and spellings of Unicode text, on utf8proc's tables. */
#include "proto/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <utf8proc.h>

#define REPLACEMENT 0xfffd

/* A code point while it is sorted: combining class, place, value, from the high bits down. */
#define KEY_CLASS_SHIFT 53
#define KEY_PLACE_SHIFT 21
#define KEY_VALUE_MASK  0x1fffffu

struct range {
	int32_t first;
	int32_t last;
};

/* In order. */
static const struct range invisible[] = {
	{ 0x00ad, 0x00ad },
	{ 0x061c, 0x061c },
	{ 0x180e, 0x180e },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202e },
	{ 0x2060, 0x2064 },
	{ 0x2066, 0x206f },
	{ 0xfeff, 0xfeff },
	{ 0xfff9, 0xfffb },
	{ 0xe0000, 0xe007f },
};

static bool is_invisible(int32_t point)
{
	for (size_t i = 0; i < COUNT(invisible); i++)
		if (point <= invisible[i].last)
			return point >= invisible[i].first;
	return false;
}

static bool is_control(int32_t point, enum text_rule rule)
{
	if (rule == TEXT_BLOCK && (point == '\n' || point == '\t'))
		return false;
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

/* Below the first combining mark, and the Vietnamese letters: always in normal form C. */
static bool is_settled(int32_t point)
{
	return point < 0x0300 || (point >= 0x1ea0 && point <= 0x1ef9);
}

/* The code point at `at` < t.n, or -1 with a step of one byte. */
static int32_t decode(struct text t, size_t at, size_t *step)
{
	int32_t point = -1;
	const uint8_t *from = (const uint8_t *)t.p + at;
	ptrdiff_t n = utf8proc_iterate(from, (ptrdiff_t)(t.n - at), &point);
	*step = n > 0 ? (size_t)n : 1;
	return n > 0 ? point : -1;
}

static int32_t decode_or_replace(struct text t, size_t at, size_t *step)
{
	int32_t point = decode(t, at, step);
	return point < 0 ? REPLACEMENT : point;
}

static enum err fail_at(struct fault *f, enum err err, const char *field, size_t at, int32_t point)
{
	char what[16] = "";
	if (point >= 0)
		snprintf(what, sizeof(what), "U+%04X", (unsigned)point);
	enum err same = fail(f, err, field, what);
	if (f != NULL)
		f->at = (int64_t)at;
	return same;
}

static size_t printable_ascii(struct text t)
{
	size_t i = 0;
	while (i < t.n && t.p[i] >= 0x20 && t.p[i] < 0x7f)
		i++;
	return i;
}

static bool is_code(struct text t)
{
	static const char others[] = "._/-";
	for (size_t i = 0; i < t.n; i++) {
		char c = t.p[i];
		bool fits = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    (c >= '0' && c <= '9') || memchr(others, c, sizeof(others) - 1) ||
			    (i == 0 && (c == '*' || c == '@'));
		if (!fits)
			return false;
	}
	return true;
}

static int compare_keys(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a;
	uint64_t right = *(const uint64_t *)b;
	return (left > right) - (left < right);
}

/*
 * Puts each run of marks in canonical order. utf8proc's own ordering takes the square of a run's
 * length, which is too long for a text that someone made for it.
 */
static void order_marks(uint64_t *key, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t end = i;
		bool ordered = true;
		for (; end < n && key[end] >> KEY_CLASS_SHIFT != 0; end++)
			ordered = ordered && (end == i || key[end - 1] < key[end]);
		if (!ordered)
			qsort(key + i, end - i, sizeof(*key), compare_keys);
		i = end + 1;
	}
}

/* The canonical decomposition of valid UTF-8, with room for one more; the caller frees. */
static int32_t *decompose(struct text t, size_t *count)
{
	/* No code point becomes more than 1.5 times as many code points as it has bytes. */
	assert(t.n < UINT32_MAX / 2);
	uint64_t *key = xcalloc(2 * t.n + 1, sizeof(*key));
	size_t n = 0;
	size_t step;
	for (size_t at = 0; at < t.n; at += step) {
		int32_t parts[8];
		int32_t point = decode_or_replace(t, at, &step);
		ptrdiff_t made = utf8proc_decompose_char(
			point, parts, COUNT(parts), UTF8PROC_DECOMPOSE, NULL);
		assert(made > 0 && (size_t)made <= COUNT(parts));
		for (ptrdiff_t i = 0; i < made; i++, n++) {
			uint64_t class = (uint64_t)utf8proc_get_property(parts[i])->combining_class;
			assert(n < 2 * t.n);
			key[n] = class << KEY_CLASS_SHIFT | (uint64_t)n << KEY_PLACE_SHIFT |
				 (uint64_t)parts[i];
		}
	}
	order_marks(key, n);
	int32_t *points = xcalloc(n + 1, sizeof(*points));
	for (size_t i = 0; i < n; i++)
		points[i] = (int32_t)(key[i] & KEY_VALUE_MASK);
	free(key);
	*count = n;
	return points;
}

/* Composes and encodes in place: the result is the same block, terminated, of *n bytes. */
static char *compose(int32_t *points_own, size_t count, size_t *n)
{
	ptrdiff_t made =
		utf8proc_reencode(points_own, (ptrdiff_t)count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	assert(made >= 0);
	*n = (size_t)made;
	return xrealloc(points_own, *n + 1);
}

static enum err check_composed(struct text t, const char *field, struct fault *f)
{
	size_t count;
	size_t n;
	int32_t *points = decompose(t, &count);
	AUTO(xfree) char *composed = compose(points, count, &n);
	if (text_equal(t, (struct text){ composed, n }))
		return OK;
	size_t at = 0;
	while (at < t.n && at < n && t.p[at] == composed[at])
		at++;
	while (at > 0 && at < t.n && ((uint8_t)t.p[at] & 0xc0) == 0x80)
		at--;
	return fail_at(f, E_NOT_NFC, field, at, -1);
}

enum err text_check(struct text t, enum text_rule rule, const char *field, struct fault *f)
{
	assert(t.p != NULL || t.n == 0);
	bool settled = true;
	size_t step;
	for (size_t at = printable_ascii(t); at < t.n; at += step) {
		int32_t point = decode(t, at, &step);
		if (point < 0)
			return fail_at(f, E_UTF8, field, at, -1);
		if (is_control(point, rule))
			return fail_at(f, E_CONTROL, field, at, point);
		if (is_invisible(point))
			return fail_at(f, E_INVISIBLE, field, at, point);
		settled = settled && is_settled(point);
	}
	if (rule == TEXT_CODE)
		return is_code(t) ? OK : fail_text(f, E_CODE, field, t);
	return settled ? OK : check_composed(t, field, f);
}

/* No-break spaces become spaces, CR LF becomes LF; returns the new count. */
static size_t plain_spaces(int32_t *points, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (points[i] == '\r' && i + 1 < count && points[i + 1] == '\n')
			continue;
		points[kept++] = points[i] == 0xa0 ? ' ' : points[i];
	}
	return kept;
}

static char *copy(struct text t)
{
	char *out = xmalloc(t.n + 1);
	if (t.n > 0)
		memcpy(out, t.p, t.n);
	out[t.n] = '\0';
	return out;
}

enum err text_normalise(
	struct text in, char **out_own, size_t *out_n, const char *field, struct fault *f)
{
	assert(in.p != NULL || in.n == 0);
	*out_own = NULL;
	*out_n = 0;
	bool settled = true; /* it is what it would become */
	size_t step;
	for (size_t at = printable_ascii(in); at < in.n; at += step) {
		int32_t point = decode(in, at, &step);
		if (point < 0)
			return fail_at(f, E_UTF8, field, at, -1);
		settled = settled && is_settled(point) && point != 0xa0 && point != '\r';
	}
	if (settled) {
		*out_own = copy(in);
		*out_n = in.n;
		return OK;
	}
	size_t count;
	int32_t *points = decompose(in, &count);
	*out_own = compose(points, plain_spaces(points, count), out_n);
	return OK;
}

static size_t point_width(int32_t point)
{
	int width = utf8proc_charwidth(point);
	return width > 0 ? (size_t)width : 0;
}

size_t text_width(struct text t)
{
	size_t cells = 0;
	size_t step;
	for (size_t at = 0; at < t.n; at += step)
		cells += point_width(decode_or_replace(t, at, &step));
	return cells;
}

size_t text_cut(struct text t, size_t cells)
{
	size_t whole = 0; /* bytes of the clusters that fit */
	size_t used = 0;
	int32_t before = 0;
	int32_t state = 0;
	size_t step;
	for (size_t at = 0; at < t.n; at += step) {
		int32_t point = decode_or_replace(t, at, &step);
		if (at > 0 && utf8proc_grapheme_break_stateful(before, point, &state))
			whole = at;
		used += point_width(point);
		if (used > cells)
			return whole;
		before = point;
	}
	return t.n;
}

/* What a part of a decomposition is in a key; 0 for a mark that is dropped. */
static int32_t fold_point(int32_t point)
{
	switch (point) {
	case 0x0300:
	case 0x0301:
	case 0x0302:
	case 0x0303:
	case 0x0306:
	case 0x0309:
	case 0x031b:
	case 0x0323:
		return 0;
	case 0x00d0:
	case 0x00f0:
	case 0x0110:
	case 0x0111:
	case 0x0189:
	case 0x0256:
		return 'd';
	default:
		return utf8proc_tolower(point);
	}
}

static bool is_space(int32_t point)
{
	return (point >= '\t' && point <= '\r') || point == 0x85 ||
	       (utf8proc_category(point) >= UTF8PROC_CATEGORY_ZS &&
		       utf8proc_category(point) <= UTF8PROC_CATEGORY_ZP);
}

struct fold {
	char *out;
	size_t room;
	size_t n;
	bool gap; /* white space since the last character */
};

static void fold_put(struct fold *fold, int32_t point)
{
	uint8_t bytes[4];
	size_t n = (size_t)utf8proc_encode_char(point, bytes);
	if (n <= fold->room && fold->n <= fold->room - n)
		memcpy(fold->out + fold->n, bytes, n);
	fold->n += n;
}

static void fold_add(struct fold *fold, int32_t point)
{
	if (is_space(point)) {
		fold->gap = true;
		return;
	}
	int32_t folded = fold_point(point);
	if (folded == 0)
		return;
	if (fold->gap && fold->n > 0)
		fold_put(fold, ' ');
	fold->gap = false;
	fold_put(fold, folded);
}

size_t text_fold(struct text in, char *out, size_t room)
{
	struct fold fold = { .out = out, .room = room };
	size_t step;
	for (size_t at = 0; at < in.n; at += step) {
		int32_t parts[8];
		int32_t point = decode_or_replace(in, at, &step);
		ptrdiff_t n = utf8proc_decompose_char(
			point, parts, COUNT(parts), UTF8PROC_DECOMPOSE, NULL);
		for (ptrdiff_t i = 0; i < n; i++)
			fold_add(&fold, parts[i]);
	}
	return fold.n;
}

char *text_recase(struct text in, enum text_case how, size_t *out_n)
{
	char *out = xmalloc(in.n * 4 + 1);
	size_t n = 0, step;
	for (size_t at = 0; at < in.n; at += step) {
		int32_t point = decode_or_replace(in, at, &step);
		if (how == TEXT_CAPITALS || (how == TEXT_CAPITAL_FIRST && at == 0))
			point = utf8proc_toupper(point);
		else if (how == TEXT_SMALL_FIRST && at == 0)
			point = utf8proc_tolower(point);
		n += (size_t)utf8proc_encode_char(point, (utf8proc_uint8_t *)out + n);
	}
	out[n] = '\0';
	*out_n = n;
	return out;
}
