/*
 * document.h: a paper as typed blocks, before it is laid out: lines in styles, and grids of cells.
 * A template that was filled becomes one; plain.h and html.h lay it out, both with the same words
 * in the same order: block by block, row by row, cell by cell.
 */
#ifndef HOIAM_CLIENTS_PAPER_DOCUMENT_H
#define HOIAM_CLIENTS_PAPER_DOCUMENT_H

#include "proto/arena.h"

enum para_style {
	PARA_TEXT,   /* running text: first line set in, both sides even */
	PARA_LEFT,   /* a line that begins at the margin */
	PARA_ITEM,   /* set in, as a part of what stands above */
	PARA_HEAD,   /* bold, stays with what follows */
	PARA_TITLE,  /* bold, large, in the middle */
	PARA_CENTER, /* in the middle */
	PARA_RIGHT,
	PARA_SMALL,
	PARA_RULE, /* a short line in the middle, without words */
	PARA_BLANK /* an empty line */
};

struct run {
	struct text text; /* one line */
	bool bold, italic;
	struct run *next;
};

struct para {
	enum para_style style;
	bool joins; /* in columns, while they are filled: the next one stands in the same row */
	struct run *first;
	struct para *next;
};

struct cell_of_paper {
	struct para *first;
};

struct row_of_paper {
	struct cell_of_paper *cells; /* as many as the grid has columns */
	bool heads;
	struct row_of_paper *next;
};

#define GRID_COLUMNS_MAX 16u

struct grid {
	unsigned columns;
	unsigned widths[GRID_COLUMNS_MAX]; /* in parts of their sum */
	unsigned sum;
	bool ruled; /* a table with lines; else columns side by side, kept on one page */
	struct row_of_paper *first;
};

/* A line or a grid. */
struct block {
	struct para *para;
	struct grid *grid;
	struct block *next;
};

struct document {
	bool landscape;
	struct block *first;
};

/* What stands below the paper and is no part of what it says: its check code as a person reads it
 * and as a QR code, and a line for the one who receives it. */
struct footing {
	struct text code;   /* XXXX-XXXX-XXXX; empty: no footing at all */
	struct text label;  /* what stands before the code */
	struct text secret; /* the line; empty: none */
};

#endif
