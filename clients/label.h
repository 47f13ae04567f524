/*
 * label.h: what codes are called in Vietnamese. Codes of the policy have the labels of the policy
 * in force, all others the words of the catalogue. In English codes are shown as they are typed.
 */
#ifndef HOIAM_CLIENTS_LABEL_H
#define HOIAM_CLIENTS_LABEL_H

#include "clients/reply.h"

struct label {
	struct text list, code, vi;
};

/* Zero-initialised knows no policy: its codes stay as they are. */
struct labels {
	struct arena arena;
	struct label *v;
	size_t n;
	bool asked; /* the server was asked for the policy, with or without success */
};

void labels_fini(struct labels *labels);

/* Takes the terms of the policy (copied) from what policy.show answered. */
void labels_take(struct labels *labels, const struct reply *policy);

/*
 * The label of a value that stands in `field` of a table or an event, `value` itself when there is
 * none. Lists of flags and sentences of the server are taken apart. Lives in `a`, or as long as
 * `labels`, which may be NULL.
 */
struct text label_of(const struct labels *labels, struct text table, struct text field,
	struct text value, struct arena *a);

/* A sentence of the server with something in it, "item 2 of version 1 of the conclusion", in
 * Vietnamese; others, and days, as tables show them. */
struct text label_sentence(const struct labels *labels, struct text t, struct arena *a);

/* What an event of the journal says, in either language. */
struct text label_event(struct text name);

/* Does the field hold a code of the policy, whose label may be of any length? */
bool label_is_of_policy(struct text field);

/* The word of the catalogue for "field|code", `code` itself when there is none. */
struct text label_word(const char *field, struct text code, struct arena *a);

#endif
