/*
 * compare.h: what a paper must say beside what it says: word by word, whatever the lines and pages.
 *
 * White space, form feeds and box-drawing or block characters lie between words and are not
 * compared. A word that is broken at the end of a line is the same word. A line of the other text
 * that is a page number ("2/5") is left out where the paper has none. A run of dots or of "…" in
 * the paper is a blank that is filled in by hand: what stands there is told, and is no fault.
 */
#ifndef HOIAM_CLIENTS_PAPER_COMPARE_H
#define HOIAM_CLIENTS_PAPER_COMPARE_H

#include "clients/paper/document.h"
#include "proto/err.h"

#define COMPARE_BYTES_MAX (16u * 1024 * 1024)
#define COMPARE_EDITS_MAX 2000u /* words that may differ and still be told one by one */

struct difference {
	size_t kept_line, given_line; /* where it begins, from 1 */
	struct text kept, given;   /* the words, with a space between them; either may be empty */
	struct text before, after; /* a few words of the paper around them */
	bool filled;               /* a blank that was filled in */
};

struct comparison {
	struct difference *v;
	size_t count;
	size_t faults; /* those that are not blanks filled in */
	size_t below;  /* words of the other text below the check code */
	bool rough; /* too different to be told word by word: the one difference spans them all */
};

/*
 * `kept` is the text of the paper. Of `given`, what stands from the last check code of the footing
 * on, with the label before it, is not compared (an empty code: all is). Both are brought into
 * normal form C. E_UTF8; E_TOO_LARGE.
 */
enum err compare_papers(struct text kept, struct text given, const struct footing *footing,
	struct comparison *to, struct arena *a, struct fault *f);

/* `words` with brackets around what `other` does not have: "1[5]/12". */
struct text compare_mark(struct text words, struct text other, struct arena *a);

#endif
