/* line.c: lines of the desk's screen. */
#include "clients/desk/line.h"

#include "proto/text.h"

void line_begin(struct line_pen *pen, size_t width)
{
	*pen = (struct line_pen){ .width = width };
}

static void put_cut(struct line_pen *pen, struct text text, size_t cells)
{
	size_t width = text_width(text);
	if (width <= cells) {
		write_raw(&pen->text, text.p, text.n);
		pen->cells += width;
		return;
	}
	if (cells == 0)
		return;
	struct text kept = { text.p, text_cut(text, cells - 1) };
	write_raw(&pen->text, kept.p, kept.n);
	write_raw(&pen->text, "…", strlen("…"));
	pen->cells += text_width(kept) + 1;
}

void line_put(struct line_pen *pen, struct text text)
{
	put_cut(pen, text, pen->width - pen->cells);
}

void line_to(struct line_pen *pen, size_t cell)
{
	for (; pen->cells < cell && pen->cells < pen->width; pen->cells++)
		write_raw(&pen->text, " ", 1);
}

void line_field(struct line_pen *pen, struct text text, size_t cells, bool right)
{
	size_t room = pen->width - pen->cells;
	size_t end = pen->cells + (cells < room ? cells : room);
	size_t width = text_width(text);
	if (right && width < end - pen->cells)
		line_to(pen, end - width);
	put_cut(pen, text, end - pen->cells);
	line_to(pen, end);
}

struct text line_end(struct line_pen *pen, struct arena *a)
{
	struct text line = arena_text(a, (struct text){ (const char *)pen->text.p, pen->text.n });
	writer_fini(&pen->text);
	return line;
}
