/* compare.c: Myers, An O(ND) Difference Algorithm and Its Variations (1986), over words. */
#include "clients/paper/compare.h"

#include "proto/text.h"

#include <stdlib.h>

enum { AROUND = 4, SHOWN_WORDS = 60 };

struct word {
	struct text t;
	uint64_t hash;
	size_t line;
	bool new_line; /* the first of its line */
	bool number;   /* alone on its line, and of the form n/m */
	bool first;    /* of its page */
};

struct words {
	struct word *v;
	size_t n;
};

/* Bytes of white space, or of a box-drawing or block character (U+2500..U+259F), at `at`. */
static size_t space_at(struct text t, size_t at)
{
	const uint8_t *p = (const uint8_t *)t.p + at;
	if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
		return 1;
	bool box = t.n - at >= 3 && p[0] == 0xe2 &&
		   (p[1] == 0x94 || p[1] == 0x95 || p[1] == 0x96) && (p[1] != 0x96 || p[2] <= 0x9f);
	return box ? 3 : 0;
}

static bool page_number(struct text t)
{
	size_t i = 0, slash;
	while (i < t.n && t.p[i] >= '0' && t.p[i] <= '9')
		i++;
	if (i == 0 || i >= t.n || t.p[i] != '/')
		return false;
	for (slash = i++; i < t.n; i++)
		if (t.p[i] < '0' || t.p[i] > '9')
			return false;
	return i > slash + 1;
}

static uint64_t hash_of(struct text t)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a */
	for (size_t i = 0; i < t.n; i++)
		h = (h ^ (uint8_t)t.p[i]) * 0x100000001b3u;
	return h;
}

static struct words split(struct text t, struct arena *a)
{
	struct words w = { 0 };
	size_t room = 0, line = 1, step;
	for (size_t at = 0; at < t.n; at += step) {
		step = space_at(t, at);
		room += step == 0 && (at == 0 || space_at(t, at - 1) > 0 ||
					     (at >= 3 && space_at(t, at - 3) == 3));
		step = step == 0 ? 1 : step;
	}
	w.v = arena_alloc(a, room, sizeof(*w.v));
	bool fresh = true, first = true;
	for (size_t at = 0; at < t.n;) {
		step = space_at(t, at);
		if (step > 0) {
			line += t.p[at] == '\n';
			fresh = fresh || t.p[at] == '\n' || t.p[at] == '\f';
			first = first || t.p[at] == '\f';
			at += step;
			continue;
		}
		size_t from = at;
		while (at < t.n && space_at(t, at) == 0)
			at++;
		struct text word = { t.p + from, at - from };
		bool alone = fresh && (at == t.n || t.p[at] == '\n' || t.p[at] == '\r');
		w.v[w.n++] = (struct word){ word, hash_of(word), line, fresh,
			alone && page_number(word), first };
		fresh = first = false;
	}
	return w;
}

static bool same(const struct word *a, const struct word *b)
{
	return a->hash == b->hash && text_equal(a->t, b->t);
}

/* Which words of each have no partner in the other. */
struct marks {
	bool *kept, *given;
};

/* The part of both between what they share at their start and at their end. */
struct span {
	const struct word *a, *b;
	long n, m;
};

static long slide(const struct span *s, long x, long k)
{
	while (x < s->n && x - k < s->m && same(&s->a[x], &s->b[x - k]))
		x++;
	return x;
}

/* No point on this diagonal. */
#define NOWHERE (-1L)

/*
 * Where the furthest path of the next round comes onto diagonal k: down from the diagonal above, or
 * right from the one below; NOWHERE when both leave the grid.
 */
static long enter(const struct span *s, const long *last, long k, bool *down)
{
	long below = last[k + 1], right = last[k - 1];
	below = below != NOWHERE && below - k <= s->m ? below : NOWHERE;
	right = right != NOWHERE && right < s->n ? right + 1 : NOWHERE;
	*down = below > right;
	return *down ? below : right;
}

/* Back from the end through the furthest points of each round. */
static void trace(const struct span *s, long *const *rounds, long d, const struct marks *m)
{
	long k = s->n - s->m;
	for (; d > 0; d--) {
		bool down;
		long x = enter(s, rounds[d - 1], k, &down);
		if (down)
			m->given[x - k - 1] = true;
		else
			m->kept[x - 1] = true;
		k += down ? 1 : -1;
	}
}

/* The furthest points after d edits; two places more at either side can be read. */
static long *next_round(const struct span *s, const long *last, long d)
{
	long *v = (long *)xmalloc((size_t)(2 * d + 5) * sizeof(*v)) + d + 2;
	bool down;
	for (long k = -d - 2; k <= d + 2; k++) {
		bool here = k >= -d && k <= d && ((k + d) & 1) == 0;
		long x = !here ? NOWHERE : d == 0 ? 0 : enter(s, last, k, &down);
		v[k] = x == NOWHERE ? NOWHERE : slide(s, x, k);
	}
	return v;
}

/* false when more than COMPARE_EDITS_MAX words differ. */
static bool find_edits(const struct span *s, const struct marks *m)
{
	long *rounds[COMPARE_EDITS_MAX + 1];
	long d = 0, end = s->n - s->m;
	bool found = false;
	for (; d <= (long)COMPARE_EDITS_MAX && !found; d++) {
		rounds[d] = next_round(s, d == 0 ? NULL : rounds[d - 1], d);
		found = end >= -d && end <= d && rounds[d][end] == s->n;
	}
	if (found)
		trace(s, rounds, d - 1, m);
	while (d-- > 0)
		free(rounds[d] - d - 2);
	return found;
}

/* What is said of a run of words that differ. */

static struct text join(const struct word *v, size_t n, struct arena *a)
{
	size_t bytes = 0, shown = n < SHOWN_WORDS ? n : SHOWN_WORDS;
	for (size_t i = 0; i < shown; i++)
		bytes += v[i].t.n + 1;
	char *out = arena_alloc(a, bytes + 8, 1);
	bytes = 0;
	for (size_t i = 0; i < shown; i++) {
		if (i > 0)
			out[bytes++] = ' ';
		memcpy(out + bytes, v[i].t.p, v[i].t.n);
		bytes += v[i].t.n;
	}
	if (shown < n) {
		memcpy(out + bytes, " …", 4);
		bytes += 4;
	}
	return (struct text){ out, bytes };
}

/* A run of words on one side. */
struct part {
	const struct word *v;
	size_t n;
};

/* Where a comparison sign by sign stands: in the i-th word of the paper, and the j-th of the other.
 */
struct walk {
	const struct part *a, *b;
	size_t i, in_i, j, in_j;
	unsigned tries; /* left, of page numbers that may stand in the middle of a word */
};

/* Moves over a word border; false when it is one that only a new line excuses and does not. */
static bool border(const struct part *p, size_t *word, size_t *at, bool alone)
{
	if (*word >= p->n || *at < p->v[*word].t.n)
		return true;
	++*word;
	*at = 0;
	return !alone || *word >= p->n || p->v[*word].new_line;
}

/* The same signs, and where only one of them has a space, it is the end of a line. */
static bool broken_from(struct walk w)
{
	const struct part *a = w.a, *b = w.b;
	while (w.j < b->n) {
		if (w.in_j == 0 && b->v[w.j].number && w.tries > 0) {
			struct walk past = w;
			past.j++;
			past.tries--;
			if (broken_from(past))
				return true;
		}
		if (w.i >= a->n || a->v[w.i].t.p[w.in_i++] != b->v[w.j].t.p[w.in_j++])
			return false;
		bool end_a = w.in_i == a->v[w.i].t.n, end_b = w.in_j == b->v[w.j].t.n;
		if (!border(a, &w.i, &w.in_i, end_a && !end_b) ||
			!border(b, &w.j, &w.in_j, end_b && !end_a))
			return false;
	}
	return w.i == a->n;
}

static bool broken_only(const struct part *a, const struct part *b)
{
	return broken_from((struct walk){ .a = a, .b = b, .tries = 3 });
}

/* Bytes of a blank at `at`: "…" and dots, at least one of the former or four of the latter. */
static size_t blank_at(struct text t, size_t at)
{
	size_t n = 0;
	bool ellipsis = false;
	while (at + n < t.n) {
		bool e = t.n - at - n >= 3 && memcmp(t.p + at + n, "…", 3) == 0;
		if (!e && t.p[at + n] != '.')
			break;
		ellipsis = ellipsis || e;
		n += e ? 3 : 1;
	}
	return ellipsis || n >= 4 ? n : 0;
}

/* Is `t` the pattern with its blanks filled in? */
static bool fits(struct text pattern, struct text t)
{
	size_t p = 0, i = 0, star = SIZE_MAX, star_i = 0, n;
	while (i < t.n) {
		n = p < pattern.n ? blank_at(pattern, p) : 0;
		if (n > 0) {
			p += n;
			star = p;
			star_i = i;
		} else if (p < pattern.n && pattern.p[p] == t.p[i]) {
			p++;
			i++;
		} else if (star != SIZE_MAX) {
			p = star;
			i = ++star_i;
		} else {
			return false;
		}
	}
	while (p < pattern.n && (n = blank_at(pattern, p)) > 0)
		p += n;
	return p == pattern.n && star != SIZE_MAX;
}

/* A page number, or the same words beside one: which of them found a partner is chance. */
static bool is_page_number(const struct words *w, size_t i)
{
	const struct word *v = w->v;
	return v[i].number || (i > 0 && v[i - 1].number && same(&v[i], &v[i - 1])) ||
	       (i + 1 < w->n && v[i + 1].number && same(&v[i], &v[i + 1]));
}

struct teller {
	struct words kept, given;
	struct comparison *to;
	struct arena *arena;
	size_t room;
};

static size_t line_at(const struct words *w, size_t i)
{
	return w->n == 0 ? 1 : w->v[i < w->n ? i : w->n - 1].line;
}

static bool page_numbers(const struct words *w, size_t from, size_t to)
{
	while (from < to && is_page_number(w, from))
		from++;
	return from == to;
}

static void tell(struct teller *t, size_t i, size_t i_end, size_t j, size_t j_end)
{
	struct part kept = { t->kept.v + i, i_end - i }, given = { t->given.v + j, j_end - j };
	struct comparison *to = t->to;
	if (broken_only(&kept, &given) || (i == i_end && page_numbers(&t->given, j, j_end)))
		return;
	if (to->count == t->room) {
		struct difference *more = arena_alloc(t->arena, t->room * 2 + 8, sizeof(*more));
		if (to->count > 0)
			memcpy(more, to->v, to->count * sizeof(*more));
		to->v = more;
		t->room = t->room * 2 + 8;
	}
	size_t before = i < AROUND ? i : AROUND, left = t->kept.n - i_end;
	struct difference d = { .kept_line = line_at(&t->kept, i),
		.given_line = line_at(&t->given, j),
		.kept = join(kept.v, kept.n, t->arena),
		.given = join(given.v, given.n, t->arena),
		.before = join(kept.v - before, before, t->arena),
		.after = join(t->kept.v + i_end, left < AROUND ? left : AROUND, t->arena) };
	d.filled = !to->rough && kept.n < SHOWN_WORDS && given.n < SHOWN_WORDS &&
		   fits(d.kept, d.given);
	to->faults += !d.filled;
	to->v[to->count++] = d;
}

static void tell_all(struct teller *t, const struct marks *m)
{
	size_t i = 0, j = 0;
	while (i < t->kept.n || j < t->given.n) {
		size_t from_i = i, from_j = j;
		while (i < t->kept.n && m->kept[i])
			i++;
		while (j < t->given.n && m->given[j])
			j++;
		if (i > from_i || j > from_j)
			tell(t, from_i, i, from_j, j);
		else {
			i++;
			j++;
		}
	}
}

static void compare_words(struct teller *t)
{
	size_t n = t->kept.n, m = t->given.n, head = 0, tail = 0;
	while (head < n && head < m && same(&t->kept.v[head], &t->given.v[head]))
		head++;
	while (tail < n - head && tail < m - head &&
		same(&t->kept.v[n - tail - 1], &t->given.v[m - tail - 1]))
		tail++;
	struct marks marks = { arena_alloc(t->arena, n + 1, 1), arena_alloc(t->arena, m + 1, 1) };
	struct marks inner = { marks.kept + head, marks.given + head };
	struct span span = { t->kept.v + head, t->given.v + head, (long)(n - head - tail),
		(long)(m - head - tail) };
	if (find_edits(&span, &inner)) {
		tell_all(t, &marks);
		return;
	}
	t->to->rough = true;
	tell(t, head, n - tail, head, m - tail);
}

static void drop_end(struct text *t, struct text end)
{
	while (t->n > 0 && space_at(*t, t->n - 1) > 0)
		t->n--;
	if (end.n > 0 && t->n >= end.n && memcmp(t->p + t->n - end.n, end.p, end.n) == 0)
		t->n -= end.n;
}

/* The text before the last check code and what stands before that, and how many words follow. */
static struct text cut_footing(
	struct text t, const struct footing *footing, struct arena *a, size_t *below)
{
	struct text code = footing->code;
	size_t at = SIZE_MAX;
	*below = 0;
	for (const char *p = t.p; code.n > 0 && p != NULL;) {
		p = memmem(p, t.n - (size_t)(p - t.p), code.p, code.n);
		if (p != NULL)
			at = (size_t)(p++ - t.p);
	}
	if (at == SIZE_MAX)
		return t;
	size_t behind = at + code.n;
	struct words rest = split((struct text){ t.p + behind, t.n - behind }, a);
	for (size_t i = 0; i < rest.n; i++)
		*below += !rest.v[i].number;
	t.n = at;
	drop_end(&t, footing->label);
	return t;
}

static enum err normal(
	struct text t, const char *field, struct text *to, struct arena *a, struct fault *f)
{
	AUTO(xfree) char *out = NULL;
	size_t n = 0;
	if (t.n > COMPARE_BYTES_MAX)
		return fail_number(f, E_TOO_LARGE, field, (int64_t)t.n, COMPARE_BYTES_MAX);
	enum err err = text_normalise(t, &out, &n, field, f);
	if (err == OK)
		*to = arena_text(a, (struct text){ out, n });
	return err;
}

/* Without the page numbers at the heads of pages. */
static struct words without_numbers(const struct words *from, struct arena *a)
{
	struct words to = { arena_alloc(a, from->n + 1, sizeof(*to.v)), 0 };
	for (size_t i = 0; i < from->n; i++)
		if (!from->v[i].number || !from->v[i].first)
			to.v[to.n++] = from->v[i];
	return to;
}

/* What stands at the head of a page may be its number or its first word: what agrees better is
 * right. */
static void compare_both(struct teller *t)
{
	struct comparison as_it_is;
	compare_words(t);
	if (t->to->faults == 0)
		return;
	as_it_is = *t->to;
	*t->to = (struct comparison){ .below = as_it_is.below };
	t->room = 0;
	t->given = without_numbers(&t->given, t->arena);
	compare_words(t);
	if (t->to->faults >= as_it_is.faults)
		*t->to = as_it_is;
}

enum err compare_papers(struct text kept, struct text given, const struct footing *footing,
	struct comparison *to, struct arena *a, struct fault *f)
{
	struct teller t = { .to = to, .arena = a };
	*to = (struct comparison){ 0 };
	enum err err = normal(kept, "paper", &kept, a, f);
	if (err == OK)
		err = normal(given, "text", &given, a, f);
	if (err != OK)
		return err;
	given = cut_footing(given, footing, a, &to->below);
	t.kept = split(kept, a);
	t.given = split(given, a);
	compare_both(&t);
	return OK;
}

/* Signs that both have, from the start or from the end, in whole characters. */
static bool inside(struct text t, size_t at)
{
	return at < t.n && ((uint8_t)t.p[at] & 0xc0) == 0x80;
}

struct text compare_mark(struct text words, struct text other, struct arena *a)
{
	size_t head = 0, tail = 0, least = words.n < other.n ? words.n : other.n;
	while (head < least && words.p[head] == other.p[head])
		head++;
	while (head > 0 && (inside(words, head) || inside(other, head)))
		head--;
	while (tail < least - head && words.p[words.n - tail - 1] == other.p[other.n - tail - 1])
		tail++;
	while (tail > 0 && (inside(words, words.n - tail) || inside(other, other.n - tail)))
		tail--;
	return arena_format(a, "%.*s[%.*s]%.*s", (int)head, head == 0 ? "" : words.p,
		(int)(words.n - head - tail), words.n == 0 ? "" : words.p + head, (int)tail,
		tail == 0 ? "" : words.p + words.n - tail);
}
