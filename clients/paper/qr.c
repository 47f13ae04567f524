/* qr.c: QR codes as text and as SVG. */
#include "clients/paper/qr.h"

#include <assert.h>
#include <stdio.h>

#include <qrencode.h>

enum { CODE_MAX = 64, QUIET = 2, QUIET_SVG = 4 };

static void qr_free_auto(QRcode **qr)
{
	QRcode_free(*qr);
}

/* Read-only tables of the library aside, it keeps nothing between calls. */
static QRcode *encode(struct text code)
{
	char string[CODE_MAX + 1];
	assert(code.n <= CODE_MAX);
	memcpy(string, code.p, code.n);
	string[code.n] = '\0';
	return QRcode_encodeString(string, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
}

static bool dark(const QRcode *qr, int x, int y)
{
	if (x < 0 || y < 0 || x >= qr->width || y >= qr->width)
		return false;
	return (qr->data[y * qr->width + x] & 1) != 0;
}

void qr_blocks(struct text code, struct writer *w)
{
	static const char *const signs[] = { " ", "▀", "▄", "█" };
	AUTO(qr_free) QRcode *qr = encode(code);
	for (int y = -QUIET; qr != NULL && y < qr->width + QUIET; y += 2) {
		for (int x = -QUIET; x < qr->width + QUIET; x++) {
			unsigned i = (dark(qr, x, y) ? 1u : 0u) | (dark(qr, x, y + 1) ? 2u : 0u);
			write_raw(w, signs[i], strlen(signs[i]));
		}
		while (w->n > 0 && w->p[w->n - 1] == ' ')
			w->n--;
		write_raw(w, "\n", 1);
	}
}

void qr_svg(struct text code, unsigned mm, struct writer *w)
{
	char part[200];
	AUTO(qr_free) QRcode *qr = encode(code);
	if (qr == NULL)
		return;
	int size = qr->width + 2 * QUIET_SVG;
	int n = snprintf(part, sizeof(part),
		"<svg viewBox=\"0 0 %d %d\" width=\"%umm\" height=\"%umm\" "
		"shape-rendering=\"crispEdges\"><path d=\"",
		size, size, mm, mm);
	write_raw(w, part, (size_t)n);
	for (int y = 0; y < qr->width; y++)
		for (int x = 0; x < qr->width; x++) {
			int from = x;
			while (dark(qr, x, y))
				x++;
			if (x == from)
				continue;
			n = snprintf(part, sizeof(part), "M%d %dh%dv1h-%dz", from + QUIET_SVG,
				y + QUIET_SVG, x - from, x - from);
			write_raw(w, part, (size_t)n);
		}
	write_raw(w, "\"/></svg>", 9);
}
