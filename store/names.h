/*
 * names.h: what is looked up by words: persons by folded name and by identity number, and what a
 * person came with. These tables are of this machine alone (LOCAL): they hold words, so they are no
 * part of the canonical dump, and a row goes when the words that it was made of are destroyed.
 * `words` is the store that they are read from.
 */
#ifndef HOIAM_STORE_NAMES_H
#define HOIAM_STORE_NAMES_H

#include "store/row.h"

enum name_what { NAME_ID = 1, NAME_NAME = 2 };

enum { NAME_KEY_BYTES = 40 }; /* of a folded name, or of an identity number */

/* The start of what is looked up: folded, and cut to NAME_KEY_BYTES; 0: nothing is left. */
size_t name_fold(enum name_what what, struct text t, char out[static NAME_KEY_BYTES]);

/* unit, what, the folded text and, when it is the whole of it, a zero; what a key begins with. */
struct key key_of_name(uint32_t unit, enum name_what what, const char *folded, size_t n);

/* The person of a key of the table. */
struct num name_person(struct bytes key);

/* Make a person findable by the words that came as this group with the header at seq, or not any
 * more. */
void names_add(struct txn *txn, struct txn *words, uint32_t unit, struct num person, uint64_t seq,
	uint64_t group, struct arena *a);
void names_remove(struct txn *txn, struct txn *words, uint32_t unit, struct num person,
	uint64_t seq, uint64_t group, struct arena *a);

/* A person of the register, whose number is among the words of the group, came with this. */
void coming_add(struct txn *txn, struct txn *words, uint64_t seq, uint64_t group, enum noun noun,
	struct num number);
void coming_remove(struct txn *txn, struct txn *words, uint64_t seq, uint64_t group);

/* What the keys of one person begin with; and what they tell. */
struct key key_of_coming(struct text person);
void coming_read(struct bytes key, enum noun *noun, struct num *number);

#endif
