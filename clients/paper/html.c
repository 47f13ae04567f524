/* html.c: a document as HTML. */
#include "clients/paper/html.h"

#include "clients/paper/qr.h"

#include <stdio.h>

enum { QR_MM = 20 };

/* Margins of a page are those that Decree 30/2020/NĐ-CP, annex I, lays down for papers of the
 * administration: 20 mm above and below, 30 mm at the left, 15 mm at the right; 13 to 14 points. */
static const char rules[] =
	"@page { size: A4 %s; margin: 20mm 15mm 20mm 30mm;\n"
	"  @top-center { content: counter(page) \"/\" counter(pages);\n"
	"    font: 11pt \"Times New Roman\", \"Liberation Serif\", \"Tinos\", serif; } }\n"
	"* { box-sizing: border-box; }\n"
	"html { font: %s/1.3 \"Times New Roman\", \"Liberation Serif\", \"Tinos\", serif;\n"
	"  color: #000; background: #fff; font-variant-ligatures: none; }\n"
	"body { margin: 0; overflow-wrap: anywhere; }\n"
	"p { margin: 0 0 3pt; orphans: 2; widows: 2; min-height: 1lh; }\n"
	".text { text-align: justify; text-indent: 1cm; }\n"
	".item { margin-left: 1cm; text-align: justify; }\n"
	".head { font-weight: bold; break-after: avoid; }\n"
	".title { font-weight: bold; font-size: 1.08em; text-align: center; break-after: avoid; }\n"
	".center { text-align: center; text-wrap: balance; }\n"
	".right { text-align: right; }\n"
	".small { font-size: .85em; }\n"
	".rule { width: 4cm; margin: 2pt auto 4pt; border-top: .75pt solid #000; min-height: 0;\n"
	"  height: 0; }\n"
	"table { width: 100%%; table-layout: fixed; border-collapse: collapse; }\n"
	"td { vertical-align: top; padding: 0 2pt; }\n"
	"td p { margin: 0; min-height: 0; text-indent: 0; }\n"
	".beside { break-inside: avoid; }\n"
	".beside td { height: 1lh; }\n"
	".table { margin: 4pt .5pt; width: calc(100%% - 1pt); font-size: .92em; }\n"
	".table tr { break-inside: avoid; }\n"
	".table td { border: .5pt solid #000; padding: 1pt 3pt; height: 1.4lh; }\n"
	".table .heads p { font-weight: bold; }\n"
	"footer { margin-top: 8pt; padding-top: 3pt; border-top: .5pt solid #000; font-size: "
	"10pt;\n"
	"  break-inside: avoid; break-before: avoid; display: flex; gap: 6mm; align-items: center; "
	"}\n"
	"@media screen { body { width: %s; margin: 10mm auto; } }\n";

static void put(struct writer *w, const char *s)
{
	write_raw(w, s, strlen(s));
}

static void put_escaped(struct writer *w, struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		switch (t.p[i]) {
		case '&':
			put(w, "&amp;");
			break;
		case '<':
			put(w, "&lt;");
			break;
		case '>':
			put(w, "&gt;");
			break;
		case '"':
			put(w, "&quot;");
			break;
		case '\'':
			put(w, "&#39;");
			break;
		default:
			write_raw(w, t.p + i, 1);
		}
	}
}

static const char *class_of(enum para_style style)
{
	switch (style) {
	case PARA_TEXT:
		return "text";
	case PARA_ITEM:
		return "item";
	case PARA_HEAD:
		return "head";
	case PARA_TITLE:
		return "title";
	case PARA_CENTER:
		return "center";
	case PARA_RIGHT:
		return "right";
	case PARA_SMALL:
		return "small";
	case PARA_RULE:
		return "rule";
	case PARA_LEFT:
	case PARA_BLANK:
		break;
	}
	return "left";
}

static void put_para(struct writer *w, const struct para *p)
{
	put(w, "<p class=\"");
	put(w, class_of(p->style));
	put(w, "\">");
	for (const struct run *r = p->first; r != NULL; r = r->next) {
		put(w, r->bold ? "<b>" : "");
		put(w, r->italic ? "<i>" : "");
		put_escaped(w, r->text);
		put(w, r->italic ? "</i>" : "");
		put(w, r->bold ? "</b>" : "");
	}
	put(w, "</p>\n");
}

static void put_row(struct writer *w, const struct grid *g, const struct row_of_paper *row)
{
	put(w, row->heads ? "<tr class=\"heads\">" : "<tr>");
	for (unsigned i = 0; i < g->columns; i++) {
		put(w, "<td>");
		for (const struct para *p = row->cells[i].first; p != NULL; p = p->next)
			put_para(w, p);
		put(w, "</td>");
	}
	put(w, "</tr>\n");
}

static void put_grid(struct writer *w, const struct grid *g)
{
	char part[64];
	put(w, g->ruled ? "<table class=\"table\"><colgroup>"
			: "<table class=\"beside\"><colgroup>");
	for (unsigned i = 0; i < g->columns; i++) {
		unsigned hundredths = g->widths[i] * 10000 / g->sum;
		snprintf(part, sizeof(part), "<col style=\"width: %u.%02u%%\">", hundredths / 100,
			hundredths % 100);
		put(w, part);
	}
	put(w, "</colgroup><tbody>\n");
	for (const struct row_of_paper *row = g->first; row != NULL; row = row->next)
		put_row(w, g, row);
	put(w, "</tbody></table>\n");
}

static void put_footing(struct writer *w, const struct footing *below)
{
	if (below->code.n == 0)
		return;
	put(w, "<footer><div>");
	qr_svg(below->code, QR_MM, w);
	put(w, "</div><div>\n<p>");
	put_escaped(w, below->label);
	put(w, " <b>");
	put_escaped(w, below->code);
	put(w, "</b></p>\n");
	if (below->secret.n > 0) {
		put(w, "<p>");
		put_escaped(w, below->secret);
		put(w, "</p>\n");
	}
	put(w, "</div></footer>\n");
}

void html_write(
	const struct document *d, struct text title, const struct footing *below, struct writer *w)
{
	char css[sizeof(rules) + 100];
	snprintf(css, sizeof(css), rules, d->landscape ? "landscape" : "portrait",
		d->landscape ? "10pt" : "13pt", d->landscape ? "252mm" : "165mm");
	put(w, "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n"
	       "<meta http-equiv=\"Content-Security-Policy\" "
	       "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<title>");
	put_escaped(w, title);
	put(w, "</title>\n<style>\n");
	put(w, css);
	put(w, "</style>\n</head>\n<body>\n");
	for (const struct block *b = d->first; b != NULL; b = b->next)
		if (b->para != NULL)
			put_para(w, b->para);
		else
			put_grid(w, b->grid);
	put_footing(w, below);
	put(w, "</body>\n</html>\n");
}
