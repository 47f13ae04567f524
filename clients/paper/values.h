/* values.h: what a template is filled with: named texts and lists of entries, in a tree. */
#ifndef HOIAM_CLIENTS_PAPER_VALUES_H
#define HOIAM_CLIENTS_PAPER_VALUES_H

#include "proto/arena.h"

struct values;

/* No names yet. All lives in `a`, which must outlive it; texts are copied, names are borrowed. */
struct values *values_new(struct arena *a);

/* A name with its text, which may be empty; the last one put counts. */
void values_put(struct values *v, const char *name, struct text text);

/* A name that is a list, empty until the first values_add. */
void values_list(struct values *v, const char *name);

/* One more entry of a list, with names of its own beside those of `v`. */
struct values *values_add(struct values *v, const char *name);

/* Is there such a name, in the entry or around it? */
bool values_has(const struct values *v, struct text name);

/* Its text; empty of a list and where there is no such name. */
struct text values_text(const struct values *v, struct text name);

/*
 * The first entry of a list, NULL when it has none; the entry after one. A text that is not empty
 * is like a list of one entry without names of its own: *itself.
 */
const struct values *values_first(const struct values *v, struct text name, bool *itself);
const struct values *values_next(const struct values *entry);

#endif
