/* policy.c: the policy in force, as a table of its words and one of its routes. */
#include "daemon/report/report.h"

static bool yes(struct text t)
{
	return text_is(t, "yes");
}

static void add(struct report *r, struct text *rule, struct text part)
{
	bool first = rule->n == 0;
	*rule = arena_format(r->arena, "%.*s%s%.*s", (int)rule->n, first ? "" : rule->p,
		first ? "" : ", ", (int)part.n, part.p);
}

/* What the policy says of a term beyond its labels, in few words. */
static struct text rule_of(struct report *r, const struct policy_term *t)
{
	struct text rule = { 0 };
	if (yes(t->gated))
		add(r, &rule, text_of("gated"));
	if (yes(t->promise))
		add(r, &rule, text_of("promise"));
	if (t->days != 0)
		add(r, &rule,
			arena_format(r->arena, "%llu %s", (unsigned long long)t->days,
				yes(t->working) ? "working days" : "days"));
	if (t->forward.n > 0)
		add(r, &rule, t->forward);
	if (yes(t->once))
		add(r, &rule, text_of("once"));
	if (yes(t->sealed))
		add(r, &rule, text_of("sealed"));
	if (yes(t->outside))
		add(r, &rule, text_of("outside"));
	if (yes(t->reopen))
		add(r, &rule, text_of("reopen"));
	return rule;
}

static void terms(struct report *r, const char *list, const struct list *terms)
{
	const struct policy_term *v = terms->v;
	for (size_t i = 0; i < terms->n; i++) {
		row_begin(r);
		cell_string(r, list);
		cell_text(r, v[i].code);
		cell_text(r, v[i].vi);
		cell_text(r, v[i].en);
		cell_text(r, rule_of(r, &v[i]));
	}
}

static void papers(struct report *r, const struct list *papers)
{
	const struct policy_paper *v = papers->v;
	table_begin(r, TABLE_policy_papers);
	for (size_t i = 0; i < papers->n; i++) {
		row_begin(r);
		cell_text(r, v[i].id);
		cell_text(r, v[i].paper);
		cell_text(r, v[i].unit_kind);
		cell_text(r, v[i].mark);
	}
	table_end(r);
}

enum err report_policy_show(struct report *r, const void *request)
{
	(void)request;
	const struct policy *p = &r->house->policy;
	const struct policy_route *routes = p->routes.v;
	table_begin(r, TABLE_policy_terms);
	terms(r, "levels", &p->levels);
	terms(r, "unit_kinds", &p->unit_kinds);
	terms(r, "meeting_kinds", &p->meeting_kinds);
	terms(r, "kinds", &p->kinds);
	terms(r, "topics", &p->topics);
	terms(r, "outcomes", &p->outcomes);
	terms(r, "grounds", &p->grounds);
	terms(r, "feedback", &p->feedback);
	table_end(r);
	table_begin(r, TABLE_policy_routes);
	for (size_t i = 0; i < p->routes.n; i++) {
		row_begin(r);
		cell_text(r, routes[i].id);
		cell_text(r, routes[i].kind);
		cell_text(r, routes[i].topic);
		cell_text(r, routes[i].place);
		cell_text(r, routes[i].then);
		cell_text(r, routes[i].to);
	}
	table_end(r);
	papers(r, &p->papers);
	return OK;
}
