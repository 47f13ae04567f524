/*
 * paper.h: kinds of papers (paper.def) and their check codes: the first sixty bits of SHA-256 over
 * a paper's plain text, as twelve signs (crockford.h).
 */
#ifndef HOIAM_PROTO_PAPER_H
#define HOIAM_PROTO_PAPER_H

#include "proto/base.h"
#include "proto/crockford.h"

enum paper {
	PAPER_NONE = 0,
#define PAPER(code, name, subject, numbered, help) PAPER_##name = code,
#include "proto/paper.def"
	PAPER_COUNT
};

enum paper_subject {
	PAPER_OF_CASE = 1,
	PAPER_OF_MEETING,
	PAPER_OF_CONCLUSION,
	PAPER_OF_VISIT,
	PAPER_OF_UNIT
};

struct paper_row {
	const char *name;
	enum paper_subject subject;
	bool numbered;
	const char *help;
};

/* 1..PAPER_COUNT-1 (asserted). */
const struct paper_row *paper_row(enum paper paper);

/* The kind of this name; PAPER_NONE if there is none. */
enum paper paper_of(struct text name);

/* In what capacity a paper is signed, as it stands before the signer's post: KT (for the head, by a
 * deputy), TL (by order), TUQ (by authority given), TM (for a body that decides together), Q
 * (acting). */
bool paper_capacity(struct text code);

/* Check code of a paper whose SHA-256 is written as 64 small hexadecimal digits; false if it is
 * not. */
bool paper_code(struct text sha256, char out[static CROCKFORD_SIGNS + 1]);

#endif
