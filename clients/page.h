/*
 * page.h: pages in plain text: heads with their values, in and out.
 *
 * A page is UTF-8 text. Lines that begin with '#' at the very start are comments. A head is a line
 * "Key: value" whose key, compared without case and marks, is in page.def for this kind of page,
 * and that is the first line, or follows a head, a blank line or a quotation. Lines up to the next
 * head are the text of a head of form BLOCK; blank ones at its start and end are dropped. A line
 * that begins with '\' is text without it. A line that begins with '>' is a quotation for the
 * reader and is passed over; but in the text of minutes, where it would be lost, it is refused.
 */
#ifndef HOIAM_CLIENTS_PAGE_H
#define HOIAM_CLIENTS_PAGE_H

#include "proto/record.h"

#define PAGE_BYTES_MAX 67108864u /* a whole page: 64 MiB */
#define PAGE_KEY_BYTES 64u       /* a key as it is written */

enum page_kind { PAGE_MINUTES, PAGE_CONCLUSION };
enum page_part { PART_FIRST, PART_ENTRY, PART_LAST };
enum head_form { FORM_LINE, FORM_BLOCK, FORM_START };

/* clang-format off */
enum head_id {
#define HEAD(id, page, part, form, field, vi, en, help) HEAD_##id,
#define ALIAS(id, key)
#include "clients/page.def"
#undef HEAD
#undef ALIAS
	HEAD_NONE
};

enum {
	HEAD_KEYS = 0
#define HEAD(id, page, part, form, field, vi, en, help) + 2
#define ALIAS(id, key) + 1
#include "clients/page.def"
#undef HEAD
#undef ALIAS
};
/* clang-format on */

struct head_row {
	enum page_kind page;
	enum page_part part;
	enum head_form form;
	const char *field;
	const char *vi;
	const char *en;
	const char *help;
};

/* The row of a head; id must not be HEAD_NONE. */
const struct head_row *head_row(enum head_id id);

/* The first head that fills this field: in an entry, or outside of them; HEAD_NONE if none does. */
enum head_id page_head_of(enum page_kind kind, bool entry, const char *field);

/* A key as text_fold spells it. */
struct page_key {
	enum head_id id;
	bool vietnamese;
	size_t n;
	char folded[32];
};

/* The keys of one kind of page. */
struct page_keys {
	size_t n;
	struct page_key v[HEAD_KEYS];
};

/* A page that is being read. */
struct page_reader {
	enum page_kind kind;
	const char *name;
	char *text; /* in the arena; changed where it was read */
	size_t n;
	size_t at;               /* always at a head or at the end */
	int64_t line;            /* the number of the line at `at` */
	uint8_t source[32];      /* SHA-256 of the page in normal form */
	bool vietnamese;         /* the language of its first key; faults name heads in it */
	bool ended;              /* a LAST head stood after the entries */
	enum page_part part;     /* PART_FIRST or PART_ENTRY */
	uint32_t entries;        /* begun so far */
	int64_t part_line;       /* where the page or the entry begins */
	int64_t seen[HEAD_NONE]; /* lines of the heads in this part */
	struct page_keys keys;
};

struct page_head {
	enum head_id id;
	int64_t line;
	struct text value; /* trimmed, or the lines of a BLOCK as they are */
};

/*
 * Begins to read. `file` is not needed afterwards, `name` is; the page and its values live in `a`.
 * Every fault here and below is E_LINE with the name in `field`, the line in `at` and a sentence in
 * `what`, but E_TOO_LARGE for a file of more than PAGE_BYTES_MAX. Refused here: what is not UTF-8,
 * a page that does not begin with its title.
 */
enum err page_open(struct page_reader *p, enum page_kind kind, struct text file, const char *name,
	struct arena *a, struct fault *f);

/* The next head; HEAD_NONE at the end. */
enum head_id page_peek(const struct page_reader *p);

/* Is there another head before the next entry or the end? */
bool page_within(const struct page_reader *p);

/*
 * Takes the next head, of which there must be one. Refused: a head of another part, a second one of
 * a kind in a part, an entry whose number is not the next, text under a head of one line, and
 * characters that text_check refuses.
 */
enum err page_next(struct page_reader *p, struct page_head *h, struct fault *f);

/*
 * Puts the value of a head into the field that page.def names, by its kind: codes with commas;
 * numbers and ranges as 1, 2, 5-7; days as day_parse reads them. An empty value is none. Lists live
 * in `a`.
 */
enum err page_set(const struct page_reader *p, const struct page_head *h, const struct record *r,
	void *to, struct arena *a, struct fault *f);

/* record_check of what this part has filled; points to the head at fault, else to the part's. */
enum err page_check(
	const struct page_reader *p, const struct record *r, const void *record, struct fault *f);

/* 1 to 18 digits and nothing else. */
bool page_number(struct text t, uint64_t *out);

/* The key of a head in the language of the page. */
const char *page_label(const struct page_reader *p, enum head_id id);

/* Notes E_LINE; `format` is translated already. */
enum err page_fail(const struct page_reader *p, int64_t line, struct fault *f, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/* A page that is being written. */
struct page_pen {
	struct writer *w;
	bool vietnamese;
	struct page_keys keys;
};

struct page_pen page_pen_of(struct writer *w, enum page_kind kind, bool vietnamese);

/* "Key: value"; the value must be one line without blanks around it, or empty. */
void page_write_line(struct page_pen *pen, enum head_id id, struct text value);

/* "Key:" and lines of text under it, so written that page_next gives the same text. */
void page_write_block(struct page_pen *pen, enum head_id id, struct text value);

/* Lines with '>' before each. */
void page_write_quote(struct page_pen *pen, struct text value);

#endif
