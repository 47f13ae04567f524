/* template_part.h: a template as it is read, for its filling. */
#ifndef HOIAM_CLIENTS_PAPER_TEMPLATE_PART_H
#define HOIAM_CLIENTS_PAPER_TEMPLATE_PART_H

#include "clients/paper/template.h"

enum node_kind {
	/* in a line */
	NODE_LITERAL,
	NODE_FIELD,
	NODE_BOLD,   /* begins or ends */
	NODE_ITALIC, /* likewise */
	/* in a line or around lines */
	NODE_SECTION,
	NODE_INVERTED,
	/* of lines */
	NODE_LINE,
	NODE_SPACE,
	NODE_COLUMNS, /* of NODE_COLUMN */
	NODE_COLUMN,
	NODE_TABLE, /* of NODE_ROW */
	NODE_ROW,   /* of NODE_CELL */
	NODE_CELL
};

struct node {
	enum node_kind kind;
	enum para_style style;
	int64_t line;
	struct text text; /* the literal, the name */
	unsigned count;   /* of SPACE, of columns */
	unsigned widths[GRID_COLUMNS_MAX];
	bool tags;  /* of LINE: there is a tag in it */
	bool joins; /* of LINE in a column: the next one stands in the same row */
	bool heads; /* of ROW */
	struct node *first, *last, *next;
};

struct template
{
	const char *name;
	bool landscape;
	struct node root;
};

/* Notes E_LINE with the line and a sentence, "word: sentence" when there is a word. */
enum err template_bad(
	const char *name, int64_t line, struct text word, const char *sentence, struct fault *f);

#endif
