/* spell.c: how far a word is from another. */
#include "clients/cli/spell.h"

#include <string.h>

/* Levenshtein, one row at a time. */
size_t spell_distance(const char *a, const char *b)
{
	size_t row[SPELL_MAX + 1], n = strlen(b);
	if (n > SPELL_MAX || strlen(a) > SPELL_MAX)
		return SPELL_MAX;
	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		size_t corner = row[0];
		row[0] = i + 1;
		for (size_t j = 1; j <= n; j++) {
			size_t best = corner + (a[i] != b[j - 1]);
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			corner = row[j];
			row[j] = best;
		}
	}
	return row[n];
}
