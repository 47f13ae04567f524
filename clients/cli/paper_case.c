/* paper_case.c: values of papers of a case, of a visit, and of the register of reception. */
#include "clients/cli/paper_part.h"
#include "clients/i18n.h"
#include "proto/day.h"

#include <stdlib.h>

static void put_unit(struct paper_job *job, const char *name, struct text code)
{
	values_put(job->values, name, code.n == 0 ? code : paper_unit_name(job, code));
}

static void put_case(struct paper_job *job, const struct table *facts)
{
	static const struct {
		const char *name, *what;
	} names[] = { { "number", "number" }, { "received", "received" }, { "due", "due" },
		{ "speaker", "speaker" }, { "address", "address" }, { "location", "location" },
		{ "summary", "summary" }, { "words", "words" }, { "meeting", "meeting" } };
	struct text kind = paper_term(job, "kinds", cell_as_text(table_fact(facts, "kind")));
	paper_common(job, cell_as_text(table_fact(facts, "unit")));
	job->record.of = arena_text(&job->s->arena, cell_as_text(table_fact(facts, "number")));
	for (size_t i = 0; i < COUNT(names); i++)
		paper_put_fact(job, names[i].name, facts, names[i].what);
	values_put(job->values, "kind", kind);
	values_put(job->values, "kind_small", paper_small(job, kind));
	values_put(job->values, "topic",
		paper_term(job, "topics", cell_as_text(table_fact(facts, "topic"))));
}

/* The case, whose paper no words are kept of when it is sealed. */
static enum err read_case(struct paper_job *job, struct reply *reply, const struct table **facts)
{
	const struct case_number q = { job->record.of };
	enum err err = session_read(job->s, session_cmd("case.show"), &q, reply);
	*facts = err == OK ? reply_table(reply, "case_facts") : NULL;
	if (err == OK && cell_as_text(table_fact(*facts, "unit")).n == 0)
		err = fail_text(&job->s->fault, E_SEALED, "number",
			cell_as_text(table_fact(*facts, "kind")));
	return err;
}

/* One of these is set. */
static void put_condition(struct values *v, struct text code)
{
	static const char *const names[] = { "original", "copy", "certified" };
	for (size_t i = 0; i < COUNT(names); i++)
		values_put(v, names[i], text_of(text_is(code, names[i]) ? "1" : ""));
}

enum err paper_fill_receipt(struct paper_job *job)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	AUTO(reply_fini) struct reply papers = { 0 };
	const struct table *facts;
	enum err err = read_case(job, &reply, &facts);
	if (err != OK)
		return err;
	const struct case_number q = { job->record.of };
	err = session_read(job->s, session_cmd("document.list"), &q, &papers);
	if (err != OK)
		return err;
	put_case(job, facts);
	const struct table *t = reply_table(&papers, "document_list");
	paper_put_fact(job, "day", facts, "received"); /* or when the last of them came */
	values_list(job->values, "papers");
	for (size_t i = 0; t != NULL && i < t->row_count; i++) {
		if (cell_as_text(table_cell(t, i, "voided")).n > 0)
			continue;
		struct values *v = values_add(job->values, "papers");
		paper_put(job, v, "n", table_cell(t, i, "n"));
		paper_put(job, v, "name", table_cell(t, i, "name"));
		paper_put(job, v, "pages", table_cell(t, i, "pages"));
		paper_put(job, v, "copies", table_cell(t, i, "copies"));
		put_condition(v, cell_as_text(table_cell(t, i, "condition")));
		paper_put(job, job->values, "day", table_cell(t, i, "day"));
	}
	return OK;
}

enum err paper_fill_dispatch(struct paper_job *job)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct table *facts;
	enum err err = read_case(job, &reply, &facts);
	if (err != OK)
		return err;
	struct text with = cell_as_text(table_fact(facts, "responsible"));
	if (job->record.to.n == 0 && !text_equal(with, cell_as_text(table_fact(facts, "unit"))))
		job->record.to = arena_text(&job->s->arena, with);
	if (job->record.to.n == 0)
		return fail(&job->s->fault, E_MISSING, "to", NULL);
	put_case(job, facts);
	put_unit(job, "to", job->record.to);
	return OK;
}

enum err paper_fill_refusal(struct paper_job *job)
{
	AUTO(reply_fini) struct reply reply = { 0 };
	const struct visit_number q = { job->record.of };
	enum err err = session_read(job->s, session_cmd("visit.show"), &q, &reply);
	if (err != OK)
		return err;
	const struct table *facts = reply_table(&reply, "visit_facts");
	struct text ground = cell_as_text(table_fact(facts, "ground"));
	if (ground.n == 0)
		return fail(&job->s->fault, E_CONFLICT, "visit",
			N_("they were received: nothing was refused"));
	paper_common(job, cell_as_text(table_fact(facts, "unit")));
	job->record.of = arena_text(&job->s->arena, cell_as_text(table_fact(facts, "visit")));
	paper_put_fact(job, "number", facts, "visit");
	paper_put_fact(job, "day", facts, "day");
	paper_put_fact(job, "name", facts, "name");
	paper_put_fact(job, "address", facts, "address");
	paper_put_fact(job, "subject", facts, "subject");
	paper_put_fact(job, "words", facts, "words");
	values_put(job->values, "ground", paper_term(job, "grounds", ground));
	return OK;
}

/* What stands in "guided to" and "transferred to", with the number of the paper by which it was. */
static void put_sent(struct paper_job *job, struct values *v, const char *name,
	const struct table *t, size_t row)
{
	struct text unit = cell_as_text(table_cell(t, row, name));
	struct text document = cell_as_text(table_cell(t, row, "document"));
	if (unit.n > 0)
		unit = paper_unit_name(job, unit);
	if (unit.n > 0 && document.n > 0)
		unit = arena_format(&job->s->arena, "%.*s, %.*s", (int)unit.n, unit.p,
			(int)document.n, document.p);
	values_put(v, name, unit);
}

static void put_row(struct paper_job *job, struct values *v, const struct table *t, size_t row)
{
	static const char *const columns[] = { "number", "day", "name", "address", "id", "summary",
		"people" };
	struct text settled = cell_as_text(table_cell(t, row, "settled"));
	struct text result = cell_as_text(table_cell(t, row, "result"));
	struct text term = paper_term(job, "outcomes", result);
	for (size_t i = 0; i < COUNT(columns); i++)
		paper_put(job, v, columns[i], table_cell(t, row, columns[i]));
	values_put(v, "kind", paper_term(job, "kinds", cell_as_text(table_cell(t, row, "kind"))));
	values_put(v, "settled", settled.n == 0 ? settled : paper_unit_name(job, settled));
	values_put(v, "own",
		text_of(text_is(cell_as_text(table_cell(t, row, "own")), "yes") ? "x" : ""));
	put_sent(job, v, "guided", t, row);
	put_sent(job, v, "transferred", t, row);
	values_put(
		v, "result", text_equal(term, result) ? paper_term(job, "grounds", result) : term);
}

static void put_day(struct paper_job *job, const char *name, uint32_t day)
{
	char iso[11];
	day_format(day, iso);
	values_put(job->values, name, paper_day(job, text_of(iso)));
}

/* A line of the register: of a case, or of a visit or a crowd that none was made of. */
enum line_of { LINE_CASE, LINE_VISIT, LINE_CROWD };

struct line {
	struct text day;
	const struct table *of;
	size_t row;
	enum line_of what;
	bool joined; /* of a visit and its case: they are one line */
};

/* What only the line of a case has. */
static void put_none(struct values *v)
{
	static const char *const none[] = { "address", "id", "kind", "settled", "own", "guided",
		"transferred" };
	for (size_t i = 0; i < COUNT(none); i++)
		values_put(v, none[i], (struct text){ 0 });
}

static void put_visit(struct paper_job *job, struct values *v, const struct table *t, size_t row)
{
	struct arena *a = &job->s->arena;
	struct text ground = cell_as_text(table_cell(t, row, "ground"));
	struct text visit = cell_as_text(table_cell(t, row, "visit"));
	struct text label = paper_term(job, "grounds", ground);
	put_none(v);
	paper_put(job, v, "day", table_cell(t, row, "day"));
	paper_put(job, v, "name", table_cell(t, row, "name"));
	paper_put(job, v, "people", table_cell(t, row, "people"));
	paper_put(job, v, "summary", table_cell(t, row, "subject"));
	values_put(v, "number", arena_format(a, "Lượt %.*s", (int)visit.n, visit.p));
	values_put(v, "result",
		ground.n == 0 ? text_of("Đã tiếp")
			      : arena_format(a, "Từ chối tiếp: %.*s", (int)label.n, label.p));
}

static void put_crowd(struct paper_job *job, struct values *v, const struct table *t, size_t row)
{
	struct arena *a = &job->s->arena;
	struct text crowd = cell_as_text(table_cell(t, row, "crowd"));
	put_none(v);
	paper_put(job, v, "day", table_cell(t, row, "day"));
	paper_put(job, v, "people", table_cell(t, row, "people"));
	paper_put(job, v, "summary", table_cell(t, row, "subject"));
	values_put(v, "name", text_of("Đoàn đông người"));
	values_put(v, "number", arena_format(a, "Đoàn %.*s", (int)crowd.n, crowd.p));
	values_put(v, "result", text_of("Đã tiếp"));
}

static int by_day(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	int days = memcmp(x->day.p, y->day.p, x->day.n < y->day.n ? x->day.n : y->day.n);
	if (days != 0 || x->what != y->what)
		return days != 0 ? days : (int)x->what - (int)y->what;
	return x->row < y->row ? -1 : x->row > y->row;
}

static struct text cell_of(const struct line *line, const char *column)
{
	return cell_as_text(table_cell(line->of, line->row, column));
}

/* May the case have come with the visit? By the person, or by the name where one of them does not
 * know the person. */
static bool came_with(const struct line *of_case, const struct line *visit, bool by_person)
{
	struct text one = cell_of(of_case, "person"), other = cell_of(visit, "person");
	struct text name = cell_of(of_case, "name");
	if (by_person || (one.n > 0 && other.n > 0))
		return one.n > 0 && text_equal(one, other);
	return name.n > 0 && text_equal(name, cell_of(visit, "name"));
}

/*
 * Of the lines of one day: the visits that stand in the line of a case that came with them. A case
 * takes one visit with it: who came twice, or bears the same name, has a line more. Persons go
 * first, then names; nothing else leads from a visit to its case.
 */
static void join_day(struct line *lines, size_t n, bool by_person)
{
	for (size_t v = 0; v < n; v++) {
		struct line *visit = &lines[v];
		if (visit->what != LINE_VISIT || visit->joined || cell_of(visit, "ground").n > 0)
			continue;
		for (size_t c = 0; c < n && !visit->joined; c++)
			if (lines[c].what == LINE_CASE && !lines[c].joined &&
				came_with(&lines[c], visit, by_person))
				visit->joined = lines[c].joined = true;
	}
}

static void join_visits(struct line *lines, size_t n)
{
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from; to < n && text_equal(lines[to].day, lines[from].day);)
			to++;
		join_day(lines + from, to - from, true);
		join_day(lines + from, to - from, false);
	}
}

/* Is it in the register at all? A crowd with a case stands in its line. */
static bool counts(const struct line *line)
{
	return line->what == LINE_CASE ||
	       (cell_of(line, "voided").n == 0 &&
		       (line->what == LINE_VISIT || cell_of(line, "number").n == 0));
}

/* All in the order of their days, under one running number. */
static void put_lines(struct paper_job *job, const struct table *const tables[3])
{
	typedef void put_line(
		struct paper_job * job, struct values * v, const struct table *t, size_t row);
	static put_line *const puts[] = { put_row, put_visit, put_crowd };
	struct arena *a = &job->s->arena;
	size_t room = 0, n = 0, shown = 0;
	for (size_t i = 0; i < COUNT(puts); i++)
		room += tables[i] == NULL ? 0 : tables[i]->row_count;
	struct line *lines = arena_alloc(a, room, sizeof(*lines));
	for (size_t i = 0; i < COUNT(puts); i++)
		for (size_t k = 0; tables[i] != NULL && k < tables[i]->row_count; k++) {
			lines[n] = (struct line){ cell_as_text(table_cell(tables[i], k, "day")),
				tables[i], k, (enum line_of)i, false };
			n += counts(&lines[n]);
		}
	qsort(lines, n, sizeof(*lines), by_day);
	join_visits(lines, n);
	values_list(job->values, "rows");
	for (size_t i = 0; i < n; i++) {
		if (lines[i].what == LINE_VISIT && lines[i].joined)
			continue;
		struct values *row = values_add(job->values, "rows");
		values_put(row, "n", arena_format(a, "%zu", ++shown));
		puts[lines[i].what](job, row, lines[i].of, lines[i].row);
	}
	values_put(job->values, "row_count", arena_format(a, "%zu", shown));
}

enum err paper_fill_register(struct paper_job *job)
{
	AUTO(reply_fini) struct reply cases = { 0 };
	AUTO(reply_fini) struct reply visits = { 0 };
	AUTO(reply_fini) struct reply crowds = { 0 };
	const struct register_ask q = {
		.unit = job->record.of, .from = job->record.from, .to = job->record.until
	};
	const struct visit_list came = { .unit = q.unit, .from = q.from, .to = q.to };
	const struct crowd_list together = { .unit = q.unit, .from = q.from, .to = q.to };
	if (q.from == 0 || q.to == 0)
		return fail(&job->s->fault, E_MISSING, q.from == 0 ? "from" : "until", NULL);
	enum err err = session_read(job->s, session_cmd("register.list"), &q, &cases);
	if (err == OK)
		err = session_read(job->s, session_cmd("visit.list"), &came, &visits);
	if (err == OK)
		err = session_read(job->s, session_cmd("crowd.list"), &together, &crowds);
	if (err != OK)
		return err;
	const struct table *const tables[] = { reply_table(&cases, "register_list"),
		reply_table(&visits, "visit_list"), reply_table(&crowds, "crowd_list") };
	paper_common(job, job->record.of);
	put_day(job, "from", q.from);
	put_day(job, "until", q.to);
	put_lines(job, tables);
	return OK;
}
