/* label.c: codes into labels. */
#include "clients/label.h"

#include "clients/i18n.h"
#include "proto/case.h"
#include "proto/role.h"

void labels_fini(struct labels *labels)
{
	arena_fini(&labels->arena);
	*labels = (struct labels){ 0 };
}

void labels_take(struct labels *labels, const struct reply *policy)
{
	const struct table *t = reply_table(policy, "policy_terms");
	size_t rows = t == NULL ? 0 : t->row_count;
	labels_fini(labels);
	labels->asked = true;
	labels->v = arena_alloc(&labels->arena, rows, sizeof(*labels->v));
	for (size_t i = 0; i < rows; i++)
		labels->v[labels->n++] = (struct label){
			.list = arena_text(&labels->arena, cell_as_text(table_cell(t, i, "list"))),
			.code = arena_text(&labels->arena, cell_as_text(table_cell(t, i, "code"))),
			.vi = arena_text(&labels->arena, cell_as_text(table_cell(t, i, "vi"))),
		};
}

static struct text in_list(const struct labels *labels, const char *list, struct text code)
{
	for (size_t i = 0; labels != NULL && i < labels->n; i++)
		if (text_is(labels->v[i].list, list) && text_equal(labels->v[i].code, code))
			return labels->v[i].vi;
	return (struct text){ 0 };
}

struct text label_word(const char *field, struct text code, struct arena *a)
{
	const char *key = arena_format(a, "%s|%.*s", field, (int)code.n, code.p).p;
	const char *word = _(key);
	return word == key ? code : text_of(word);
}

/* Codes of the policy: the lists that a field takes them from, by the table it stands in. */

static const struct source {
	const char *field, *table, *list; /* table: the name of the table or the event begins so */
} sources[] = {
	{ "kind", "unit_", "unit_kinds" },
	{ "kind", "meeting_", "meeting_kinds" },
	{ "kind", "opinion_", "kinds" },
	{ "kind", "case_", "kinds" },
	{ "kind", "rate_", "kinds" },
	{ "level", "", "levels" },
	{ "topic", "", "topics" },
	{ "outcome", "", "outcomes" },
	{ "ground", "", "grounds" },
	{ "voided", "visit_", "grounds" },
	{ "voided", "crowd_", "grounds" },
	{ "voided", "document_", "grounds" },
	{ "feedback", "", "feedback" },
	{ "kind", "register_", "kinds" },
	{ "result", "register_", "outcomes" },
	{ "result", "register_", "grounds" },
	{ "group", "", "kinds" },
	{ "group", "", "topics" },
	{ "term", "", "outcomes" },
	{ "term", "", "grounds" },
	{ "term", "", "feedback" },
};

static bool begins(struct text t, const char *with)
{
	size_t n = strlen(with);
	return t.n >= n && memcmp(t.p, with, n) == 0;
}

bool label_is_of_policy(struct text field)
{
	for (size_t i = 0; i < COUNT(sources); i++)
		if (text_is(field, sources[i].field))
			return true;
	return false;
}

static struct text of_policy(
	const struct labels *labels, struct text table, struct text field, struct text code)
{
	for (size_t i = 0; i < COUNT(sources); i++) {
		bool here = table.n == 0 || begins(table, sources[i].table);
		struct text found = { 0 };
		if (here && text_is(field, sources[i].field))
			found = in_list(labels, sources[i].list, code);
		if (found.n > 0)
			return found;
	}
	return (struct text){ 0 };
}

/* What an event says; NULL when it is not known. */
static const char *event_help(struct text name)
{
	static const struct {
		const char *name, *help;
	} events[] = {
#define EVENT(code, name, help) { #name, help },
#include "proto/event.def"
	};
	for (size_t i = 0; i < COUNT(events); i++)
		if (text_is(name, events[i].name))
			return events[i].help;
	return NULL;
}

struct text label_event(struct text name)
{
	const char *help = event_help(name);
	return help == NULL ? name : text_of(_(help));
}

/* Sentences that the server makes: a template whose %s are what stood there; the first of them may
 * be a code of a list of the policy. */

static const struct sentence {
	const char *template, *list;
} sentences[] = {
	{ N_("no: kind is not %s"), "kinds" },
	{ N_("no: topic is not %s"), "topics" },
	{ N_("no: place is not within %s"), NULL },
	{ N_("yes: %s, %s"), NULL },
	{ N_("no rule matches"), NULL },
	{ N_("no kind yet"), NULL },
	{ N_("no limit"), NULL },
	{ N_("item %s of version %s of the conclusion"), NULL },
	{ N_("case %s, merged into this one"), NULL },
	{ N_("as %s has it"), NULL },
	{ N_("%s: %s working days from %s, policy %s version %s"), "kinds" },
	{ N_("%s: %s days from %s, policy %s version %s"), "kinds" },
	{ N_("Monday to Friday, no days off"), NULL },
	{ N_("part of %s"), NULL },
	{ N_("%s is at hand"), NULL },
	{ N_("%s would come next"), NULL },
	{ N_("%s was attested first"), NULL },
	{ N_("%s > people %s"), NULL },
	{ N_("%s days"), NULL },
	{ N_("%s working days"), NULL },
};

enum { HOLES_MAX = 5 };

/* What stands in the holes of the template; the text between them must be that of `t`. */
static bool take_holes(struct text t, const char *template, struct text holes[static HOLES_MAX])
{
	size_t n = 0;
	const char *at = t.p, *end = t.p + t.n;
	for (;;) {
		const char *hole = strstr(template, "%s");
		size_t literal = hole == NULL ? strlen(template) : (size_t)(hole - template);
		if ((size_t)(end - at) < literal || memcmp(at, template, literal) != 0)
			return false;
		at += literal;
		if (hole == NULL)
			return at == end;
		template = hole + 2;
		const char *next = strstr(template, "%s");
		size_t after = next == NULL ? strlen(template) : (size_t)(next - template);
		const char *stop =
			after == 0 ? end : memmem(at, (size_t)(end - at), template, after);
		if (stop == NULL || n == HOLES_MAX)
			return false;
		holes[n++] = (struct text){ at, (size_t)(stop - at) };
		at = stop;
	}
}

static struct text fill_holes(const char *template, const struct text *holes, struct arena *a)
{
	struct text all = text_of("");
	for (size_t n = 0;; n++) {
		const char *hole = strstr(template, "%s");
		if (hole == NULL)
			return arena_format(a, "%.*s%s", (int)all.n, all.p, template);
		all = arena_format(a, "%.*s%.*s%.*s", (int)all.n, all.p, (int)(hole - template),
			template, (int)holes[n].n, holes[n].p);
		template = hole + 2;
	}
}

static struct text as_day(struct text t, struct arena *a)
{
	bool day = t.n == 10 && t.p[4] == '-' && t.p[7] == '-';
	return !day ? t : arena_format(a, "%.2s/%.2s/%.4s", t.p + 8, t.p + 5, t.p);
}

struct text label_sentence(const struct labels *labels, struct text t, struct arena *a)
{
	if (!i18n_vietnamese())
		return t;
	for (size_t i = 0; t.n > 0 && i < COUNT(sentences); i++) {
		const struct sentence *s = &sentences[i];
		struct text holes[HOLES_MAX] = { 0 };
		if (!take_holes(t, s->template, holes))
			continue;
		struct text named =
			s->list == NULL ? (struct text){ 0 } : in_list(labels, s->list, holes[0]);
		holes[0] = named.n > 0 ? named : holes[0];
		for (size_t k = 0; k < HOLES_MAX; k++)
			if (holes[k].n > 0)
				holes[k] = label_word("then", as_day(holes[k], a), a);
		return fill_holes(_(s->template), holes, a);
	}
	return as_day(t, a);
}

/* "late,part of 3", "late declined", "30 days, refer": one after the other. */
static struct text flags_of(
	const struct labels *labels, struct text t, char between, struct arena *a)
{
	struct text all = text_of("");
	while (t.n > 0) {
		if (t.p[0] == ' ') {
			t.p++;
			t.n--;
			continue;
		}
		const char *end = memchr(t.p, between, t.n);
		struct text one = { t.p, end == NULL ? t.n : (size_t)(end - t.p) };
		struct text shown = label_sentence(labels, label_word("flag", one, a), a);
		all = arena_format(a, "%.*s%s%.*s", (int)all.n, all.p, all.n == 0 ? "" : ", ",
			(int)shown.n, shown.p);
		size_t taken = one.n + (end != NULL);
		t.p += taken;
		t.n -= taken;
	}
	return all;
}

/* "1/2 direction": version, item, and how it is covered. */
static struct text cover_of(struct text t, struct arena *a)
{
	const char *space = t.n == 0 ? NULL : memchr(t.p, ' ', t.n);
	if (space == NULL)
		return t;
	size_t n = (size_t)(space + 1 - t.p);
	struct text how = label_word("how", (struct text){ space + 1, t.n - n }, a);
	return arena_format(a, "%.*s%.*s", (int)n, t.p, (int)how.n, how.p);
}

static struct text role_label(struct text code)
{
	const struct role *role = role_of(code);
	return role == NULL ? code : text_of(_(role->label));
}

/* Words of the catalogue: fields whose values are "field|value" there. */
static const char *const worded[] = { "step", "how", "then", "line", "gate", "due by", "term",
	"group", "unit", "rate", "style", "channel", "what", "clock", "paper", "signature",
	"standing", "condition", "representative", "refused", "own", "good", "signer" };

struct text label_of(const struct labels *labels, struct text table, struct text field,
	struct text value, struct arena *a)
{
	if (value.n == 0 || !i18n_vietnamese())
		return value;
	if (begins(table, "policy_")) /* codes are what these tables are for */
		return text_is(field, "rule") ? flags_of(labels, value, ',', a) : value;
	struct text found = of_policy(labels, table, field, value);
	if (found.n > 0)
		return found;
	if (text_is(field, "role"))
		return role_label(value);
	if (text_is(field, "event"))
		return label_event(value);
	if (text_is(field, "flags"))
		return flags_of(labels, value, text_is(table, "rate_why") ? ' ' : ',', a);
	if (text_is(field, "covered"))
		return cover_of(value, a);
	if (text_is(table, "case_explain") || text_is(field, "calendar"))
		value = label_sentence(labels, value, a);
	for (size_t i = 0; i < COUNT(worded); i++)
		if (text_is(field, worded[i]))
			return label_word(worded[i], value, a);
	return value;
}
