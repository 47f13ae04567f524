/* conclusion_page.h: the conclusion of a meeting as a page in plain text (page.h, page.def). */
#ifndef HOIAM_CLIENTS_CONCLUSION_PAGE_H
#define HOIAM_CLIENTS_CONCLUSION_PAGE_H

#include "proto/record.h"

/* A conclusion as its page says it. */
struct conclusion_page {
	struct text meeting;
	uint64_t version;
	uint8_t hash[32]; /* of the opinions as drafted */
	bool has_hash;
	struct list items;    /* of item_new, those with something in them */
	const int64_t *lines; /* where each of them begins, for what the server says of it */
};

/*
 * Reads a page. Items pass record_check; an item in which nothing is written but the opinions is
 * left out: the gate names what is forgotten. All lives in `a`.
 * E_TOO_LARGE; else E_LINE with `name`, the line and a sentence.
 */
enum err conclusion_page_read(struct text file, const char *name, struct conclusion_page *to,
	struct arena *a, struct fault *f);

/* An opinion to be covered, as the editor sees it. Texts may be empty. */
struct conclusion_opinion {
	uint32_t ordinal;
	struct text number; /* of its case */
	struct text speaker;
	struct text topic;
	struct text summary;
	struct text words;
};

/* What a page is written from. */
struct conclusion_page_source {
	struct text meeting;
	uint64_t version;
	const uint8_t *hash; /* 32 bytes, or NULL */
	const struct conclusion_opinion *opinions;
	size_t opinion_count;
	const struct item_new *items; /* those that the draft has already */
	size_t item_count;
};

/*
 * Writes the page that an editor fills in: the grammar in a few comments, the heads, the items of
 * the draft under the opinions that they name, and for each opinion that none of them names an
 * empty item. Words of items must be in the form of text_normalise: they are read back the same.
 * Set w->limit to PAGE_BYTES_MAX and look at w->over: a longer page could not be read.
 */
void conclusion_page_write(
	struct writer *w, const struct conclusion_page_source *from, bool vietnamese);

#endif
