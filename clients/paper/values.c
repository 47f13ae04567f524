/* values.c: names in the order they were put; few of them, so they are looked for one by one. */
#include "clients/paper/values.h"

struct value {
	const char *name;
	struct text text;
	struct values *first, *last;
	struct value *next;
};

struct values {
	struct arena *arena;
	const struct values *around;
	struct value *first;
	struct values *next; /* entry of the same list */
};

struct values *values_new(struct arena *a)
{
	struct values *v = arena_alloc(a, 1, sizeof(*v));
	v->arena = a;
	return v;
}

static struct value *own(const struct values *v, struct text name)
{
	for (struct value *i = v->first; i != NULL; i = i->next)
		if (text_is(name, i->name))
			return i;
	return NULL;
}

static const struct value *find(const struct values *v, struct text name)
{
	const struct value *found = NULL;
	for (; v != NULL && found == NULL; v = v->around)
		found = own(v, name);
	return found;
}

static struct value *make(struct values *v, const char *name)
{
	struct value *i = own(v, text_of(name));
	if (i != NULL)
		return i;
	i = arena_alloc(v->arena, 1, sizeof(*i));
	i->name = name;
	i->next = v->first;
	v->first = i;
	return i;
}

void values_put(struct values *v, const char *name, struct text text)
{
	make(v, name)->text = arena_text(v->arena, text);
}

void values_list(struct values *v, const char *name)
{
	(void)make(v, name);
}

struct values *values_add(struct values *v, const char *name)
{
	struct value *list = make(v, name);
	struct values *entry = values_new(v->arena);
	entry->around = v;
	if (list->last == NULL)
		list->first = entry;
	else
		list->last->next = entry;
	list->last = entry;
	return entry;
}

bool values_has(const struct values *v, struct text name)
{
	return find(v, name) != NULL;
}

struct text values_text(const struct values *v, struct text name)
{
	const struct value *i = find(v, name);
	return i == NULL ? (struct text){ 0 } : i->text;
}

const struct values *values_first(const struct values *v, struct text name, bool *itself)
{
	const struct value *i = find(v, name);
	*itself = i != NULL && i->first == NULL && i->text.n > 0;
	return i == NULL ? NULL : i->first;
}

const struct values *values_next(const struct values *entry)
{
	return entry->next;
}
