/*
 * template.h: the page that an office edits, and the document that becomes of it.
 *
 * Tags are those of mustache (mustache(5)) without partials, other delimiters and unescaped tags:
 *   {{name}}               the text of this name; lines of it become lines of the same kind
 *   {{#name}} … {{/name}}  once for each entry of a list; once for a text that is not empty
 *   {{^name}} … {{/name}}  once if there is no entry, and for an empty text
 *   {{! words }}           a comment
 * A section tag alone on its line takes whole lines, any other ends on its line.
 *
 * Each line is a line of the paper; an empty one leaves a line free. A dot and a word at the start
 * of a line say how it is set:
 *   .page landscape        the page lies on its side
 *   .title .center .right .left .head .item .small   with the words of the line behind
 *   .rule                  a short line
 *   .space N               N empty lines
 *   .columns N N … / .next / .end     lines side by side; the numbers are widths; a line that ends
 *                          in a backslash stands in one row with the next
 *   .table N N … / .heads A | B / .row A | B / .end
 * **bold**, //italic//; a backslash before any of these signs takes its meaning away.
 *
 * What a value says is never read as a tag or as a sign of the above. A name that the paper does
 * not know is an error, so that a mistyped one is not a silent gap. A line in which every tag comes
 * to nothing, and that has no other words, is left out.
 */
#ifndef HOIAM_CLIENTS_PAPER_TEMPLATE_H
#define HOIAM_CLIENTS_PAPER_TEMPLATE_H

#include "clients/paper/document.h"
#include "clients/paper/values.h"
#include "proto/err.h"

#define TEMPLATE_BYTES_MAX (128u * 1024)
#define TEMPLATE_DEPTH     8u
#define TEMPLATE_LINE_MAX  2000u                /* bytes of one line */
#define PAPER_WORDS_MAX    (8u * 1024u * 1024u) /* bytes of words of a paper */
#define PAPER_PARTS_MAX    400000u              /* lines, cells and runs of a paper */

struct template;

/*
 * Reads a template; `file` must live as long as it. E_LINE with `name`, the line and a sentence;
 * E_TOO_LARGE, and what text_check finds, with `name`.
 */
enum err template_read(struct text file, const char *name, const struct template **to,
	struct arena *a, struct fault *f);

/*
 * Fills it. E_LINE where it asks for a name that there is not; E_TOO_LARGE; what text_check finds
 * in a value, with its name.
 */
enum err template_fill(const struct template *t, const struct values *v, struct document *to,
	struct arena *a, struct fault *f);

#endif
