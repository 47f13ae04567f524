/* spell.h: words that may have been meant. */
#ifndef HOIAM_CLIENTS_CLI_SPELL_H
#define HOIAM_CLIENTS_CLI_SPELL_H

#include <stddef.h>

#define SPELL_MAX 60u /* letters; of longer words nothing is said */

/* Letters to change, add or drop to make b of a; SPELL_MAX when one of them is too long. */
size_t spell_distance(const char *a, const char *b);

#endif
