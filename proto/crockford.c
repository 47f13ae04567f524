/* crockford.c: sixty bits as twelve signs. */
#include "proto/crockford.h"

static const char signs[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void crockford_encode(const uint8_t bytes[static 8], char out[static CROCKFORD_SIGNS + 1])
{
	uint64_t v = get_u64(bytes);
	for (unsigned i = 0; i < CROCKFORD_SIGNS; i++)
		out[i] = signs[v >> (59 - 5 * i) & 31];
	out[CROCKFORD_SIGNS] = '\0';
}

/* The sign that is meant; 0 for none. */
static char meant(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	return c != '\0' && strchr(signs, c) != NULL ? c : '\0';
}

bool crockford_read(struct text typed, char out[static CROCKFORD_SIGNS + 1])
{
	size_t n = 0;
	for (size_t i = 0; i < typed.n; i++) {
		if (typed.p[i] == ' ' || typed.p[i] == '-')
			continue;
		char c = meant(typed.p[i]);
		if (c == '\0' || n == CROCKFORD_SIGNS)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return n == CROCKFORD_SIGNS;
}

void crockford_show(const char from[static CROCKFORD_SIGNS], char out[static CROCKFORD_SHOWN + 1])
{
	size_t n = 0;
	for (unsigned i = 0; i < CROCKFORD_SIGNS; i++) {
		if (i > 0 && i % 4 == 0)
			out[n++] = '-';
		out[n++] = from[i];
	}
	out[n] = '\0';
}

struct text crockford_text(struct text code, struct arena *a)
{
	char out[CROCKFORD_SHOWN + 1];
	if (code.n != CROCKFORD_SIGNS)
		return (struct text){ 0 };
	crockford_show(code.p, out);
	return arena_text(a, text_of(out));
}
