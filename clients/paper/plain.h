/*
 * plain.h: a paper as plain text: what its check code is over, and what a screen or a line printer
 * shows.
 *
 * The form that is hashed is UTF-8 in normal form C (UAX #15), 78 cells wide (a landscape page
 * 132), width as text_width counts it; lines end in LF and have no space at their end; no
 * empty line stands at the start or at the end, and never more than four together. Cells stand side
 * by side, but each begins on the line where the one before it ends, so that the words come in the
 * order in which they are read, from wherever one copies them. Lines between cells are box-drawing
 * characters, which are no words.
 */
#ifndef HOIAM_CLIENTS_PAPER_PLAIN_H
#define HOIAM_CLIENTS_PAPER_PLAIN_H

#include "clients/paper/document.h"
#include "proto/err.h"
#include "proto/pack.h"

#define PLAIN_WIDTH      78u
#define PLAIN_WIDTH_WIDE 132u
#define PLAIN_PAGE_LINES 60u
#define PLAIN_SHA256_HEX 64u

/* The form that is hashed, in the arena. */
struct text plain_form(const struct document *d, struct arena *a);

/* Its SHA-256 as small hexadecimal digits, terminated. */
void plain_hash(struct text form, char out[static PLAIN_SHA256_HEX + 1]);

/*
 * The same with what stands below it (html.h has the same words): for a screen, or, where `pages`
 * is set, in pages of PLAIN_PAGE_LINES lines with a form feed between them and "page/pages" above
 * each.
 */
void plain_write(struct text form, const struct footing *below, bool pages, struct writer *w);

#endif
