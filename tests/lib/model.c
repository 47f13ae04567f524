/* model.c: the model of people, units and meetings; of conclusions and cases in files of their own.
 */
#include "tests/lib/model_private.h"

#include <assert.h>
#include <stdio.h>

const char *const model_units[UNIT_NAMES] = { "", "98101", "98103", "98101-KT", "98-KT", "98102",
	"98", "EVN", "985", "98199", "nowhere" };
const char *const model_kinds[KIND_NAMES] = { "", "KN", "TC", "KIEN_NGHI", "PHAN_ANH", "OTHER" };
const char *const model_topics[TOPIC_NAMES] = { "", "land", "roads", "water", "moon" };
const char *const model_outcomes[OUTCOME_NAMES] = { "", "done", "will_do", "forgotten" };
const char *const model_words[WORD_NAMES] = { "", "satisfied", "unsatisfied", "unreached",
	"bored" };
const char *const model_ids[ID_NAMES] = { "", "042201000001", "042201000002", "C1234567", "12" };
const char *const model_capacities[CAPACITY_NAMES] = { "", "KT", "TUQ", "XX" };
const char *const model_grounds[GROUND_NAMES] = { "", "error", "not_ours", "whim" };
const char *const model_meeting_kinds[MEETING_NAMES] = { "", "dialogue_regular", "dialogue_adhoc",
	"regular_reception", "picnic" };

/* Answers. */

void refuse(struct model_answer *answer, enum err err)
{
	answer->set[err / 64] |= 1ull << err % 64;
}

bool accepted(const struct model_answer *answer)
{
	return (answer->set[0] | answer->set[1]) == 0;
}

bool model_allows(const struct model_answer *answer, enum err err)
{
	if (err == OK)
		return accepted(answer);
	return answer->set[err / 64] & 1ull << err % 64;
}

/* People. */

enum {
	MAY_RECORD = 1,
	MAY_CHECK = 2,
	MAY_PROCESS = 4,
	MAY_HANDLE = 8,
	MAY_DECIDE = 16,
	MAY_NOTIFY = 32,
	MAY_ALL = 63,
	MAY_COUNT = 64, /* the Front alone */
	MAY_PRINT = 128,
	MAY_STAMP = 256,
	MAY_ENTER = 512, /* what an outside body did */
};

static const unsigned may[WHO_COUNT] = {
	[WHO_CLERK] = MAY_RECORD | MAY_CHECK | MAY_NOTIFY | MAY_PRINT | MAY_ENTER,
	[WHO_PROCESSOR] = MAY_PROCESS | MAY_CHECK | MAY_NOTIFY | MAY_PRINT | MAY_ENTER,
	[WHO_SECOND] = MAY_PROCESS | MAY_CHECK | MAY_NOTIFY | MAY_PRINT | MAY_ENTER,
	[WHO_HANDLER] = MAY_HANDLE,
	[WHO_LEADER] = MAY_ALL | MAY_PRINT | MAY_ENTER,
	[WHO_SUPERIOR] = MAY_ALL | MAY_PRINT | MAY_ENTER,
	[WHO_FRONT] = MAY_COUNT,
	[WHO_RECORDS] = MAY_CHECK | MAY_NOTIFY | MAY_PRINT | MAY_STAMP | MAY_ENTER,
};

/* Whose act a verb is: the column "Who" of the table of transitions. */
static const unsigned needs[DO_COUNT] = {
	[DO_OPEN] = MAY_RECORD,
	[DO_RECORD] = MAY_RECORD,
	[DO_ADD] = MAY_RECORD,
	[DO_VOID] = MAY_RECORD,
	[DO_SPLIT] = MAY_PROCESS,
	[DO_CLOSE_MINUTES] = MAY_RECORD,
	[DO_READ] = MAY_RECORD,
	[DO_OBJECT] = MAY_RECORD,
	[DO_SIGN_MINUTES] = MAY_RECORD,
	[DO_WITNESS] = MAY_COUNT,
	[DO_REGISTER] = MAY_RECORD,
	[DO_MARK] = MAY_RECORD,
	[DO_TALLY] = MAY_COUNT,
	[DO_DRAFT] = MAY_CHECK,
	[DO_PUT] = MAY_CHECK,
	[DO_CHECK] = MAY_CHECK,
	[DO_SIGN] = MAY_DECIDE,
	[DO_ISSUE] = MAY_DECIDE,
	[DO_CLASSIFY] = MAY_PROCESS,
	[DO_ACCEPT] = MAY_DECIDE,
	[DO_REFER] = MAY_DECIDE,
	[DO_ACKNOWLEDGE] = MAY_HANDLE,
	[DO_RETURN] = MAY_HANDLE,
	[DO_RECALL] = MAY_DECIDE,
	[DO_RESOLVE] = MAY_HANDLE,
	[DO_NOTIFY] = MAY_NOTIFY,
	[DO_DONE] = MAY_HANDLE,
	[DO_CLOSE] = MAY_DECIDE,
	[DO_GUIDE] = MAY_PROCESS,
	[DO_NOT_ACCEPT] = MAY_DECIDE,
	[DO_FILE] = MAY_DECIDE,
	[DO_MERGE] = MAY_PROCESS,
	[DO_ROUTE] = MAY_PROCESS,
	[DO_ASSIGN] = MAY_PROCESS,
	[DO_FEEDBACK] = MAY_NOTIFY,
	[DO_REOPEN] = MAY_PROCESS,
	[DO_PRINT] = MAY_PRINT,
	[DO_STAMP] = MAY_STAMP,
	[DO_CANCEL] = MAY_STAMP,
	[DO_ATTEST] = MAY_PRINT,
	[DO_RECEIVE] = MAY_RECORD,
	[DO_VOID_DOCUMENT] = MAY_RECORD,
	[DO_PERSON] = MAY_RECORD,
	[DO_AMEND] = MAY_RECORD,
	[DO_VISIT] = MAY_RECORD,
	[DO_VOID_VISIT] = MAY_RECORD,
	[DO_CROWD] = MAY_RECORD,
	[DO_BIND] = MAY_RECORD,
	[DO_JOIN] = MAY_RECORD,
	[DO_WITHDRAW] = MAY_RECORD,
	[DO_VOID_CROWD] = MAY_RECORD,
};

bool reaches(enum model_who who, unsigned unit)
{
	return who != WHO_LEADER || unit == UNIT_98101 || unit == UNIT_98101_KT;
}

static bool permitted_to(const struct model *m, enum model_who who, unsigned wanted, unsigned unit,
	unsigned with, struct model_answer *to)
{
	if (m->ended[who] || (!reaches(who, unit) && !reaches(who, with)))
		refuse(to, E_NOT_FOUND);
	else if ((may[who] & wanted) == 0)
		refuse(to, E_NOT_ALLOWED);
	return accepted(to);
}

/* What was signed by hand is issued by who stamps too. */
static unsigned needed(const struct model *m, const struct model_act *act)
{
	const struct model_meeting *at =
		&m->meetings[act->meeting <= m->meeting_count ? act->meeting : 0];
	bool there = act->verb == DO_ISSUE && act->version <= at->version;
	const struct model_version *v = there ? &at->versions[act->version] : NULL;
	bool by_hand = v != NULL && v->state == 3 && v->printed != 0;
	return needs[act->verb] | (by_hand ? MAY_STAMP : 0);
}

bool permitted(const struct model *m, const struct model_act *act, unsigned unit, unsigned with,
	struct model_answer *to)
{
	return permitted_to(m, act->who, needed(m, act), unit, with, to);
}

/* On behalf of whom is asked first of all: of an outside body by who handles, else of a unit that
 * one may do the same for. */
void check_behalf(const struct model *m, const struct model_act *act, struct model_answer *to)
{
	bool handles = needs[act->verb] == MAY_HANDLE;
	standing(act->behalf, act->today, to);
	if (act->behalf == UNIT_OUTSIDE && !handles)
		refuse(to, E_ONLY_WITH);
	if (act->behalf != 0 && act->behalf != UNIT_OUTSIDE &&
		(m->ended[act->who] || !reaches(act->who, act->behalf) ||
			(may[act->who] & needs[act->verb]) == 0))
		refuse(to, E_NOT_ALLOWED);
}

bool permitted_step(const struct model *m, const struct model_act *act, const struct model_case *c,
	struct model_answer *to)
{
	struct model_answer of_case = { 0 };
	bool outside = needs[act->verb] == MAY_HANDLE && c->with == UNIT_OUTSIDE;
	bool may_do = outside ? permitted_to(m, act->who, MAY_ENTER, c->unit, 0, &of_case)
			      : permitted(m, act, c->unit, c->with, &of_case);
	to->set[0] |= of_case.set[0];
	to->set[1] |= of_case.set[1];
	if (may_do && outside && act->behalf == 0)
		refuse(to, E_BEHALF);
	else if (may_do && (outside || act->behalf == UNIT_OUTSIDE) && act->behalf != c->with)
		refuse(to, E_CONFLICT);
	if (may_do && outside && !act->document)
		refuse(to, E_MISSING);
	return accepted(to);
}

void may_record(const struct model *m, const struct model_act *act, struct model_answer *to)
{
	if (m->ended[act->who] || !reaches(act->who, act->unit) ||
		(may[act->who] & needs[act->verb]) == 0)
		refuse(to, E_NOT_ALLOWED);
}

bool stamps(const struct model *m, unsigned who)
{
	return (may[who - 1] & MAY_STAMP) && !m->ended[who - 1];
}

bool can_work(const struct model *m, unsigned who, enum work work, unsigned unit)
{
	static const unsigned wanted[] = { [WORK_CASE] = MAY_PROCESS | MAY_HANDLE,
		[WORK_CUSTODY] = MAY_ALL | MAY_COUNT,
		[WORK_DRAFT] = MAY_CHECK };
	return !m->revoked[who - 1] && !m->ended[who - 1] && (may[who - 1] & wanted[work]) &&
	       reaches((enum model_who)(who - 1), unit);
}

bool decides(enum model_who who)
{
	return may[who] & MAY_DECIDE;
}

/* Units and days. */

enum { DAY_2025_07 = 739433, DAY_2026 = 739617, DAY_2030 = 741078 };

void standing(unsigned unit, uint32_t day, struct model_answer *to)
{
	if (unit == UNIT_UNKNOWN)
		refuse(to, E_NOT_FOUND);
	if ((unit == UNIT_ENDED && day >= DAY_2025_07) || (unit == UNIT_FUTURE && day < DAY_2030))
		refuse(to, E_ENDED);
}

bool is_older(unsigned unit, uint32_t day)
{
	return unit == UNIT_98103 && day < DAY_2025_07;
}

uint32_t year_of(uint32_t day)
{
	return day < DAY_2026 ? 2025 : 2026;
}

uint32_t due_day(unsigned kind, uint32_t received)
{
	if (kind == KIND_KN || kind == KIND_TC)
		return received + 30;
	if (kind != KIND_PHAN_ANH)
		return 0;
	for (unsigned left = 15; left > 0;)
		if (++received % 7 != 0 && received % 7 != 6) /* day 1 was a Monday */
			left--;
	return received;
}

/* The day given, today if none; not after today, not before the earliest that makes sense. */
uint32_t the_day(const struct model_act *act, uint32_t earliest, struct model_answer *to)
{
	uint32_t day = act->day == 0 ? act->today : act->day;
	if (day > act->today)
		refuse(to, E_FUTURE);
	if (day < earliest)
		refuse(to, E_RANGE);
	return day;
}

/* Opinions. */

unsigned model_live(const struct model_meeting *meeting)
{
	unsigned n = 0;
	for (unsigned i = 1; i <= meeting->count; i++)
		n += !meeting->opinions[i].voided && !meeting->opinions[i].split;
	return n;
}

unsigned model_included(const struct model_meeting *meeting)
{
	unsigned n = 0;
	for (unsigned i = 1; i <= meeting->count; i++) {
		const struct model_opinion *o = &meeting->opinions[i];
		n += !o->voided && !o->split && o->version != 0;
	}
	return n;
}

static void check_opinions(const struct model_act *act, uint32_t day, struct model_answer *to)
{
	for (unsigned i = 0; i < act->n; i++) {
		const struct model_new *o = &act->opinions[i];
		bool stub = o->kind == KIND_TC;
		if (o->kind == KIND_UNKNOWN || o->topic == TOPIC_UNKNOWN)
			refuse(to, E_VALUE);
		standing(o->place, day, to);
		if (stub && o->words)
			refuse(to, E_SEALED);
		if (stub ? !o->custodian || !o->paper : !o->words)
			refuse(to, E_MISSING);
		if (!stub && (o->custodian || o->paper))
			refuse(to, E_ONLY_WITH);
	}
}

static void add_opinion(
	struct model *m, unsigned meeting, const struct model_new *new, bool late, unsigned parent)
{
	struct model_meeting *at = &m->meetings[meeting];
	unsigned number = ++m->case_count, n = 1;
	for (unsigned i = 1; i < number; i++)
		n += m->cases[i].unit == at->unit && m->cases[i].year == at->year;
	if (at->count == 0)
		at->gated = at->kind != MEETING_UNGATED;
	at->opinions[++at->count] =
		(struct model_opinion){ .number = number, .late = late, .parent = parent };
	struct model_case *c = &m->cases[number];
	*c = (struct model_case){ .unit = at->unit,
		.older = at->older,
		.year = at->year,
		.n = n,
		.meeting = meeting,
		.place = new->place,
		.with = at->unit,
		.with_older = at->older,
		.ordinal = at->count,
		.day = at->day,
		.words = new->words };
	c->now.state = STATE_RECORDED;
	c->now.kind = new->kind;
	c->now.topic = new->topic;
	c->now.flags = CASE_OPINION | (at->gated ? CASE_GATED : 0) | (late ? CASE_LATE : 0) |
		       (new->kind == KIND_TC ? CASE_SEALED : 0);
	c->now.mark[MARK_DUE] = due_day(new->kind, at->day);
	c->custodian = new->kind == KIND_TC ? WHO_LEADER + 1 : 0;
	m->words += new->words;
}

static void add_opinions(
	struct model *m, const struct model_act *act, unsigned meeting, bool late, unsigned parent)
{
	for (unsigned i = 0; i < act->n; i++)
		add_opinion(m, meeting, &act->opinions[i], late, parent);
}

/* Meetings. */

static void do_open(struct model *m, const struct model_act *act, struct model_answer *to)
{
	standing(act->unit, act->day, to);
	may_record(m, act, to);
	if (act->unit == UNIT_OUTSIDE)
		refuse(to, E_OUTSIDE);
	if (act->day > act->today)
		refuse(to, E_FUTURE);
	if (act->kind == MEETING_UNKNOWN)
		refuse(to, E_VALUE);
	check_opinions(act, act->day, to);
	if ((act->closed || act->count != 0) && act->count != act->n)
		refuse(to, E_MINUTES_COUNT);
	if (!accepted(to))
		return;
	struct model_meeting *meeting = &m->meetings[++m->meeting_count];
	*meeting = (struct model_meeting){ .unit = act->unit,
		.kind = act->kind,
		.older = is_older(act->unit, act->day),
		.day = act->day,
		.year = year_of(act->day) };
	for (unsigned i = 1; i <= m->meeting_count; i++)
		meeting->n +=
			m->meetings[i].unit == act->unit && m->meetings[i].year == meeting->year;
	add_opinions(m, act, m->meeting_count, false, 0);
	meeting->closed = act->closed;
	meeting->closed_count = act->closed ? act->count : 0;
}

static void do_add(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	if (act->first != 0 && act->first != meeting->count + 1)
		refuse(to, E_CONFLICT);
	check_opinions(act, meeting->day, to);
	if (accepted(to))
		add_opinions(m, act, act->meeting, meeting->closed, 0);
}

/* The opinion named, when it is there and live. */
static struct model_opinion *live(
	struct model_meeting *meeting, uint32_t ordinal, struct model_answer *to)
{
	struct model_opinion *o = &meeting->opinions[ordinal <= meeting->count ? ordinal : 0];
	if (ordinal == 0 || ordinal > meeting->count)
		refuse(to, E_NOT_FOUND);
	else if (o->voided || o->split)
		refuse(to, E_STATE);
	return o;
}

static void end_case(struct model_case *c, uint32_t day)
{
	c->now.state = STATE_VOIDED;
	c->now.mark[MARK_VOIDED] = day;
}

static void do_void(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	struct model_opinion *o = live(meeting, act->ordinal, to);
	uint32_t day = the_day(act, meeting->day, to);
	if (act->ground == GROUND_UNKNOWN)
		refuse(to, E_VALUE);
	if (!accepted(to))
		return;
	o->voided = true;
	end_case(&m->cases[o->number], day);
}

static void do_split(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	struct model_opinion *o = live(meeting, act->ordinal, to);
	struct model_case *c = &m->cases[o->number];
	if (act->n < 2)
		refuse(to, E_MISSING);
	if (!waiting(c))
		refuse(to, E_STATE);
	check_opinions(act, meeting->day, to);
	if (!accepted(to))
		return;
	o->split = true;
	end_case(c, act->today);
	c->now.flags |= CASE_SPLIT;
	add_opinions(m, act, act->meeting, o->late, act->ordinal);
	for (unsigned i = 0; i < act->n; i++)
		if (act->opinions[i].kind == KIND_TC)
			forget_words(m, c);
}

/* What the clerk counts on paper: an opinion recorded by error is not there, one that was split is
 * there once. */
static unsigned on_paper(const struct model_meeting *meeting)
{
	unsigned n = 0;
	for (unsigned i = 1; i <= meeting->count; i++)
		n += !meeting->opinions[i].voided && meeting->opinions[i].parent == 0;
	return n;
}

static void do_close_minutes(struct model *m, const struct model_act *act, struct model_answer *to)
{
	struct model_meeting *meeting = &m->meetings[act->meeting];
	if (meeting->closed)
		refuse(to, E_NOTHING);
	if (act->count != on_paper(meeting))
		refuse(to, E_MINUTES_COUNT);
	if (!accepted(to))
		return;
	meeting->closed = true;
	meeting->closed_count = act->count;
}

/* All. */

static do_verb *const of_meetings[DO_COUNT] = {
	[DO_ADD] = do_add,
	[DO_VOID] = do_void,
	[DO_SPLIT] = do_split,
	[DO_CLOSE_MINUTES] = do_close_minutes,
	[DO_READ] = do_read,
	[DO_OBJECT] = do_object,
	[DO_SIGN_MINUTES] = do_sign_minutes,
	[DO_WITNESS] = do_sign_minutes,
	[DO_REGISTER] = do_register,
	[DO_MARK] = do_mark,
	[DO_TALLY] = do_tally,
	[DO_DRAFT] = do_draft,
	[DO_PUT] = do_put,
	[DO_CHECK] = do_check,
	[DO_SIGN] = do_sign,
	[DO_ISSUE] = do_issue,
};

void model_init(struct model *m)
{
	memset(m, 0, offsetof(struct model, meetings[1]));
	m->meeting_count = m->case_count = m->paper_count = m->cancelled_count = 0;
	m->person_count = m->visit_count = m->crowd_count = 0;
	memset(&m->words, 0, sizeof(*m) - offsetof(struct model, words));
}

void model_do(struct model *m, const struct model_act *act, struct model_answer *answer)
{
	*answer = (struct model_answer){ 0 };
	m->today = act->today;
	if (m->revoked[act->who]) { /* seen before anything but the form of the request */
		refuse(answer, act->verb == DO_REFER && !act->document ? E_MISSING : E_KEY);
	} else if (act->verb >= DO_HANDOVER) {
		do_house(m, act, answer);
	} else if (act->verb == DO_RECEIVE || act->verb == DO_VOID_DOCUMENT) {
		do_document(m, act, answer);
	} else if (act->verb >= DO_PERSON) {
		do_visitors(m, act, answer);
	} else if (act->verb >= DO_PRINT) {
		do_paper(m, act, answer);
	} else if (act->verb == DO_OPEN || act->verb == DO_RECORD) {
		do_open(m, act, answer);
	} else if (of_meetings[act->verb] != NULL) {
		if (act->meeting == 0 || act->meeting > m->meeting_count)
			refuse(answer, E_NOT_FOUND);
		else if (permitted(m, act, m->meetings[act->meeting].unit, 0, answer))
			of_meetings[act->verb](m, act, answer);
	} else {
		do_case(m, act, answer);
	}
	if (accepted(answer))
		remember(m);
}

bool model_has_room(const struct model *m, const struct model_act *act)
{
	const struct model_meeting *meeting =
		&m->meetings[act->meeting <= m->meeting_count ? act->meeting : 0];
	if (act->verb == DO_OPEN || act->verb == DO_RECORD)
		return m->meeting_count < MODEL_MEETINGS && m->case_count + act->n <= MODEL_CASES;
	if (act->verb == DO_FEEDBACK || act->verb == DO_REOPEN)
		return m->case_count < MODEL_CASES;
	if (act->verb == DO_JOIN && act->which <= m->crowd_count)
		return m->crowds[act->which].members + act->n <= MODEL_MEMBERS;
	if (act->verb == DO_RECEIVE && act->number <= m->case_count)
		return m->cases[act->number].documents + act->n < MODEL_DOCUMENTS;
	if (act->verb >= DO_PERSON && act->verb < DO_HANDOVER)
		return m->person_count < MODEL_COMINGS && m->visit_count < MODEL_COMINGS &&
		       m->crowd_count < MODEL_COMINGS;
	if (act->verb == DO_PRINT)
		return m->paper_count < MODEL_PAPERS;
	if (act->verb == DO_CANCEL)
		return m->cancelled_count < MODEL_PAPERS;
	if (act->meeting == 0 || act->meeting > m->meeting_count)
		return true;
	if (act->verb == DO_OBJECT)
		return meeting->objection_count < MODEL_OBJECTIONS;
	if (act->verb == DO_REGISTER)
		return meeting->registered + act->n <= MODEL_PEOPLE &&
		       m->words + act->n <= UINT16_MAX;
	return m->case_count + act->n <= MODEL_CASES && meeting->count + act->n <= MODEL_OPINIONS &&
	       meeting->version < MODEL_VERSIONS &&
	       meeting->versions[meeting->version].n + act->n <= MODEL_ITEMS;
}

/* One that is not there is called by a number that is not given yet. */
static void call(bool there, unsigned unit, uint32_t year, unsigned n, char out[static 40])
{
	if (there)
		snprintf(out, 40, "%s/%u/%u", model_units[unit], year, n);
	else
		snprintf(out, 40, "98101/2026/999");
}

void model_meeting_name(const struct model *m, unsigned number, char out[static 40])
{
	const struct model_meeting *at = &m->meetings[number <= m->meeting_count ? number : 0];
	call(number != 0 && number <= m->meeting_count, at->unit, at->year, at->n, out);
}

void model_person_name(const struct model *m, unsigned number, char out[static 40])
{
	const struct model_person_kept *at = &m->persons[number <= m->person_count ? number : 0];
	call(number != 0 && number <= m->person_count, at->unit, at->year, at->n, out);
}

void model_visit_name(const struct model *m, unsigned number, char out[static 40])
{
	const struct model_visit *at = &m->visits[number <= m->visit_count ? number : 0];
	call(number != 0 && number <= m->visit_count, at->unit, at->year, at->n, out);
}

void model_crowd_name(const struct model *m, unsigned number, char out[static 40])
{
	const struct model_crowd *at = &m->crowds[number <= m->crowd_count ? number : 0];
	call(number != 0 && number <= m->crowd_count, at->unit, at->year, at->n, out);
}

void model_case_name(const struct model *m, unsigned number, char out[static 40])
{
	const struct model_case *at = &m->cases[number <= m->case_count ? number : 0];
	call(number != 0 && number <= m->case_count, at->unit, at->year, at->n, out);
}
