/* paper.c: the table of papers. */
#include "proto/paper.h"

#include <assert.h>

static const struct paper_row rows[] = {
	{ "", 0, false, "" },
#define PAPER(code, name, subject, numbered, help) { #name, PAPER_OF_##subject, numbered, help },
#include "proto/paper.def"
};

const struct paper_row *paper_row(enum paper paper)
{
	assert(paper > PAPER_NONE && paper < PAPER_COUNT);
	return &rows[paper];
}

enum paper paper_of(struct text name)
{
	for (unsigned i = 1; i < PAPER_COUNT; i++)
		if (text_is(name, rows[i].name))
			return (enum paper)i;
	return PAPER_NONE;
}

bool paper_capacity(struct text code)
{
	static const char *const codes[] = { "KT", "TL", "TUQ", "TM", "Q" };
	for (size_t i = 0; i < COUNT(codes); i++)
		if (text_is(code, codes[i]))
			return true;
	return false;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool paper_code(struct text sha256, char out[static CROCKFORD_SIGNS + 1])
{
	uint8_t bytes[32] = { 0 };
	for (size_t i = 0; i < sha256.n; i++) {
		int v = digit(sha256.p[i]);
		if (v < 0 || i >= 64)
			return false;
		bytes[i / 2] |= (uint8_t)(i % 2 == 0 ? v << 4 : v);
	}
	if (sha256.n != 64)
		return false;
	crockford_encode(bytes, out);
	return true;
}
