/*
 * html.h: a paper as one HTML file for a browser's printer: A4, no script, nothing from outside,
 * every word escaped. Its words are those of plain_form in the same order, then those of the
 * footing; page numbers "page/pages" stand in the margin.
 */
#ifndef HOIAM_CLIENTS_PAPER_HTML_H
#define HOIAM_CLIENTS_PAPER_HTML_H

#include "clients/paper/document.h"
#include "proto/pack.h"

void html_write(
	const struct document *d, struct text title, const struct footing *below, struct writer *w);

#endif
