/* desk_part.h: what desk.c and desk_view.c share. */
#ifndef HOIAM_CLIENTS_DESK_DESK_PART_H
#define HOIAM_CLIENTS_DESK_DESK_PART_H

#include "clients/desk/desk.h"

enum {
	LIST_AROUND = 4, /* header, names of the lists, headings, footer */
	SHEET_AROUND = 2 /* header, footer */
};

/* The keys, as a text. */
void desk_fill_help(struct sheet *help);

#endif
