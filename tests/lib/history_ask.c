/* history_ask.c: from the actions of the model to requests. */
#include "tests/lib/history.h"

#include "daemon/basis.h"
#include "proto/crockford.h"
#include "proto/paper.h"
#include "proto/sheet.h"

static struct text name(struct run *r, const char *text)
{
	return arena_text(&r->h->arena, text_of(text));
}

static struct text meeting_name(struct run *r, const struct model_act *act)
{
	char out[40];
	model_meeting_name(r->m, act->meeting, out);
	return name(r, out);
}

static struct text case_name(struct run *r, unsigned number)
{
	char out[40];
	model_case_name(r->m, number, out);
	return name(r, out);
}

static struct text words(bool given)
{
	return text_of(given ? "Đường thôn Đông hỏng nặng" : NULL);
}

static uint64_t custodian(struct run *r, bool given)
{
	return given ? r->who[WHO_LEADER]->number : 0;
}

static struct text paper(bool given)
{
	return text_of(given ? "tủ 3" : NULL);
}

static struct list opinions(struct run *r, const struct model_act *act)
{
	struct opinion_new *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	for (unsigned i = 0; i < act->n; i++) {
		const struct model_new *o = &act->opinions[i];
		v[i] = (struct opinion_new){ .kind = text_of(model_kinds[o->kind]),
			.topic = text_of(model_topics[o->topic]),
			.place = text_of(model_units[o->place]),
			.custodian = custodian(r, o->custodian),
			.paper = paper(o->paper),
			.words = words(o->words) };
	}
	return (struct list){ v, act->n };
}

static struct list items(struct run *r, const struct model_act *act)
{
	struct item_new *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	static const char *const hows[] = { "", "direction", "answer", "decline" };
	for (unsigned i = 0; i < act->n; i++) {
		const struct model_item *item = &act->items[i];
		v[i] = (struct item_new){ .opinions = { item->ordinals, item->n },
			.how = text_of(hows[item->how]),
			.unit = text_of(model_units[item->unit]),
			.due = item->due,
			.ground = text_of(model_grounds[item->ground]),
			.words = text_of("Giao thực hiện") };
	}
	return (struct list){ v, act->n };
}

static void *keep(struct run *r, const void *record, size_t n)
{
	void *kept = arena_alloc(&r->h->arena, 1, n);
	memcpy(kept, record, n);
	return kept;
}

#define NEW(r, type, ...) keep((r), &(struct type){ __VA_ARGS__ }, sizeof(struct type))

static const void *ask_open(struct run *r, const struct model_act *act)
{
	return NEW(r, meeting_new, .unit = text_of(model_units[act->unit]),
		.kind = text_of(model_meeting_kinds[act->kind]), .day = act->day);
}

static const void *ask_record(struct run *r, const struct model_act *act)
{
	struct meeting_new *new = keep(r, ask_open(r, act), sizeof(*new));
	return NEW(r, meeting_record, .meeting = { new, 1 }, .opinions = opinions(r, act),
		.count = act->count, .closed = act->closed);
}

static const void *ask_add(struct run *r, const struct model_act *act)
{
	return NEW(r, opinion_add, .meeting = meeting_name(r, act), .first = act->first,
		.opinions = opinions(r, act));
}

static const void *ask_void(struct run *r, const struct model_act *act)
{
	return NEW(r, opinion_void, .meeting = meeting_name(r, act), .ordinal = act->ordinal,
		.ground = text_of(model_grounds[act->ground]), .day = act->day);
}

static const void *ask_split(struct run *r, const struct model_act *act)
{
	return NEW(r, opinion_split, .meeting = meeting_name(r, act), .ordinal = act->ordinal,
		.opinions = opinions(r, act));
}

static const void *ask_close_minutes(struct run *r, const struct model_act *act)
{
	return NEW(r, minutes_close, .meeting = meeting_name(r, act), .count = act->count);
}

static const void *ask_read(struct run *r, const struct model_act *act)
{
	return NEW(r, minutes_read, .meeting = meeting_name(r, act));
}

static const void *ask_object(struct run *r, const struct model_act *act)
{
	return NEW(r, minutes_object, .meeting = meeting_name(r, act), .ordinal = act->ordinal,
		.name = text_of("Lò Mẩy"), .words = text_of(act->words ? "Không đúng" : " "));
}

static const void *ask_sign_minutes(struct run *r, const struct model_act *act)
{
	uint8_t *content = arena_alloc(&r->h->arena, 32, 1);
	bool there = act->meeting != 0 && act->meeting <= r->m->meeting_count;
	memset(content, 7, 32);
	if (there && act->content == CONTENT_RIGHT)
		(void)minutes_content(test_txn(r->h),
			history_meeting(r, &r->m->meetings[act->meeting]), &r->h->arena, content,
			NULL);
	return NEW(r, minutes_sign, .meeting = meeting_name(r, act),
		.content = bytes_of(content, 32), .front = act->verb == DO_WITNESS);
}

static const void *ask_receive(struct run *r, const struct model_act *act)
{
	struct document_new *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	for (unsigned i = 0; i < act->n; i++)
		v[i] = (struct document_new){ .pages = 1,
			.condition = text_of("copy"),
			.name = text_of(act->nameless[i] ? " " : "Đơn") };
	return NEW(r, document_receive, .number = case_name(r, act->number),
		.documents = { v, act->n });
}

static const void *ask_void_document(struct run *r, const struct model_act *act)
{
	return NEW(r, document_void, .number = case_name(r, act->number), .n = act->ordinal,
		.ground = text_of(model_grounds[act->ground]));
}

static const void *ask_register(struct run *r, const struct model_act *act)
{
	struct registration_new *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	for (unsigned i = 0; i < act->n; i++)
		v[i] = (struct registration_new){
			.name = text_of(act->nameless[i] ? NULL : "Lò Mẩy"), .heard = act->spoke[i]
		};
	return NEW(r, registration_add, .meeting = meeting_name(r, act), .first = act->first,
		.registrations = { v, act->n });
}

static const void *ask_mark(struct run *r, const struct model_act *act)
{
	return NEW(r, registration_mark, .meeting = meeting_name(r, act),
		.numbers = { act->people, act->n }, .state = text_of(model_persons[act->as]),
		.ordinal = act->ordinal);
}

static const void *ask_tally(struct run *r, const struct model_act *act)
{
	return NEW(r, tally_sign, .meeting = meeting_name(r, act), .speakers = act->speakers,
		.unheard = act->unheard);
}

static const void *ask_draft(struct run *r, const struct model_act *act)
{
	return NEW(r, meeting_number, .meeting = meeting_name(r, act));
}

static const void *ask_put(struct run *r, const struct model_act *act)
{
	return NEW(r, conclusion_put, .meeting = meeting_name(r, act), .version = act->version,
		.first = act->first, .items = items(r, act));
}

static const void *ask_conclude(struct run *r, const struct model_act *act)
{
	uint8_t *content = arena_alloc(&r->h->arena, 32, 1);
	const struct model_meeting *at = &r->m->meetings[act->meeting];
	if (act->meeting != 0 && act->meeting <= r->m->meeting_count) {
		test_content(r->h, history_meeting(r, at), act->version, content);
		if (act->content == CONTENT_CHECKED)
			memcpy(content, r->checked[act->meeting], 32);
		else if (act->verb == DO_CHECK)
			memcpy(r->checking, content, 32);
	}
	content[31] ^= act->content == CONTENT_WRONG;
	return NEW(r, conclusion_step, .meeting = meeting_name(r, act), .version = act->version,
		.content = bytes_of(content, 32), .day = act->verb == DO_ISSUE ? act->day : 0);
}

static const void *ask_classify(struct run *r, const struct model_act *act)
{
	return NEW(r, case_classify, .number = case_name(r, act->number),
		.kind = text_of(model_kinds[act->kind]), .topic = text_of(model_topics[act->topic]),
		.place = text_of(model_units[act->place]),
		.custodian = custodian(r, act->custodian), .paper = paper(act->paper),
		.day = act->day);
}

static const void *ask_accept(struct run *r, const struct model_act *act)
{
	return NEW(r, case_accept, .number = case_name(r, act->number), .day = act->day);
}

static const void *ask_refer(struct run *r, const struct model_act *act)
{
	return NEW(r, case_refer, .number = case_name(r, act->number),
		.to = text_of(model_units[act->unit]),
		.document = text_of(act->document ? "12/CV" : NULL), .day = act->day);
}

static const void *ask_day(struct run *r, const struct model_act *act)
{
	return NEW(r, case_day, .number = case_name(r, act->number), .day = act->day,
		.document = text_of(act->document ? "12/CV" : NULL));
}

static const void *ask_return(struct run *r, const struct model_act *act)
{
	return NEW(r, case_return, .number = case_name(r, act->number),
		.ground = text_of(model_grounds[act->ground]), .words = words(act->words),
		.day = act->day, .document = text_of(act->document ? "12/CV" : NULL));
}

static const void *ask_resolve(struct run *r, const struct model_act *act)
{
	return NEW(r, case_resolve, .number = case_name(r, act->number),
		.outcome = text_of(model_outcomes[act->outcome]), .text = words(act->words),
		.promise = act->promise, .day = act->day,
		.document = text_of(act->document ? "12/CV" : NULL));
}

static const void *ask_notify(struct run *r, const struct model_act *act)
{
	return NEW(r, case_notify, .number = case_name(r, act->number),
		.channel = text_of(act->channel ? "paper" : "pigeon"), .day = act->day);
}

static const void *ask_guide(struct run *r, const struct model_act *act)
{
	return NEW(r, case_guide, .number = case_name(r, act->number),
		.to = text_of(model_units[act->unit]), .words = words(act->words), .day = act->day);
}

static const void *ask_ground(struct run *r, const struct model_act *act)
{
	return NEW(r, case_ground, .number = case_name(r, act->number),
		.ground = text_of(model_grounds[act->ground]), .words = words(act->words),
		.day = act->day);
}

static const void *ask_merge(struct run *r, const struct model_act *act)
{
	return NEW(r, case_merge, .number = case_name(r, act->number),
		.into = case_name(r, act->into), .day = act->day);
}

static const void *ask_route(struct run *r, const struct model_act *act)
{
	return NEW(r, case_route, .number = case_name(r, act->number),
		.document = text_of(act->document ? "12/CV" : NULL), .day = act->day);
}

uint64_t history_officer(const struct run *r, unsigned person)
{
	return person == 0 ? 0 : person > WHO_COUNT ? 9999 : r->who[person - 1]->number;
}

static const void *ask_feedback(struct run *r, const struct model_act *act)
{
	return NEW(r, case_feedback, .number = case_name(r, act->number),
		.word = text_of(model_words[act->word]), .words = words(act->words),
		.day = act->day);
}

static const void *ask_reopen(struct run *r, const struct model_act *act)
{
	return NEW(r, case_reopen, .number = case_name(r, act->number), .words = words(act->words),
		.day = act->day);
}

/* Papers: the check code is made from what is printed. */

static struct text printed(struct run *r, unsigned text)
{
	return arena_format(&r->h->arena, "%08x%056x", text, 7u);
}

struct text history_code(struct run *r, unsigned text)
{
	char code[CROCKFORD_SIGNS + 1];
	(void)paper_code(printed(r, text), code);
	return name(r, code);
}

static struct text code_named(struct run *r, const struct model_act *act)
{
	bool there = act->printed != 0 && act->printed <= r->m->paper_count;
	return history_code(r, there ? r->m->papers[act->printed].text : UINT32_MAX);
}

static const void *ask_print(struct run *r, const struct model_act *act)
{
	const struct conclusion_step *step = act->dispatch ? NULL : ask_conclude(r, act);
	return NEW(r, paper_make, .paper = text_of(act->dispatch ? "dispatch" : "notice"),
		.of = act->dispatch ? case_name(r, act->number) : meeting_name(r, act),
		.version = act->version,
		.content = act->dispatch ? (struct bytes){ 0 } : step->content,
		.to = text_of(act->dispatch ? model_units[act->unit] : ""),
		.sha256 = printed(r, act->text), .size = 1);
}

static const void *ask_stamp(struct run *r, const struct model_act *act)
{
	return NEW(r, paper_stamp, .code = code_named(r, act), .n = act->count, .day = act->day);
}

static const void *ask_cancel(struct run *r, const struct model_act *act)
{
	return NEW(r, paper_cancel, .code = code_named(r, act),
		.reason = text_of(act->words ? "Ghi nhầm số" : " "));
}

static struct bytes scan(struct run *r, unsigned paper)
{
	uint8_t *sha256 = arena_alloc(&r->h->arena, 32, 1);
	memset(sha256, (int)paper, 32);
	return bytes_of(sha256, 32);
}

static const void *ask_attest(struct run *r, const struct model_act *act)
{
	return NEW(r, paper_attest, .code = code_named(r, act),
		.capacity = text_of(model_capacities[act->capacity]),
		.mandate = text_of(act->mandate ? "5/GUQ" : NULL), .scan = scan(r, act->scan),
		.signer = text_of(act->signer ? "Lò Văn Ún" : "Vàng A Páo"));
}

/* People who come. */

static struct text person_name(struct run *r, unsigned person)
{
	char out[40];
	model_person_name(r->m, person, out);
	return name(r, person == 0 ? "" : out);
}

static struct text crowd_name(struct run *r, unsigned crowd)
{
	char out[40];
	model_crowd_name(r->m, crowd, out);
	return name(r, out);
}

static const void *ask_person(struct run *r, const struct model_act *act)
{
	return NEW(r, person_add, .unit = text_of(model_units[act->unit]),
		.name = text_of("Lò Mẩy"), .id = text_of(model_ids[act->id]),
		.reason = text_of(act->reason ? "Chưa được cấp" : NULL));
}

static const void *ask_amend(struct run *r, const struct model_act *act)
{
	return NEW(r, person_amend, .person = person_name(r, act->which + (act->which == 0)),
		.name = text_of("Lò Thị Mẩy"), .id = text_of(model_ids[act->id]),
		.reason = text_of(act->reason ? "Chưa được cấp" : NULL));
}

/* None, or one that may not be there. */
static struct text meeting_they_came_to(struct run *r, const struct model_act *act)
{
	return act->meeting == 0 ? (struct text){ 0 } : meeting_name(r, act);
}

static const void *ask_visit(struct run *r, const struct model_act *act)
{
	return NEW(r, visit_add, .unit = text_of(model_units[act->unit]), .day = act->day,
		.meeting = meeting_they_came_to(r, act), .people = act->count,
		.ground = text_of(model_grounds[act->ground]), .words = words(act->words),
		.person = person_name(r, act->which),
		.name = text_of(act->nameless[0] ? NULL : "Lò Mẩy"));
}

static struct list members(struct run *r, const struct model_act *act)
{
	struct crowd_member *v = arena_alloc(&r->h->arena, act->n, sizeof(*v));
	for (unsigned i = 0; i < act->n; i++)
		v[i] = (struct crowd_member){ .representative = act->spoke[i],
			.name = text_of(act->nameless[i] ? " " : "Lò Mẩy") };
	return (struct list){ v, act->n };
}

static const void *ask_crowd(struct run *r, const struct model_act *act)
{
	return NEW(r, crowd_form, .unit = text_of(model_units[act->unit]), .day = act->day,
		.meeting = meeting_they_came_to(r, act),
		.number = act->number == 0 ? (struct text){ 0 } : case_name(r, act->number),
		.people = act->count, .members = members(r, act), .place = text_of("cổng"));
}

static const void *ask_bind(struct run *r, const struct model_act *act)
{
	return NEW(r, crowd_bind, .crowd = crowd_name(r, act->which),
		.number = case_name(r, act->number));
}

static const void *ask_join(struct run *r, const struct model_act *act)
{
	return NEW(r, crowd_join, .crowd = crowd_name(r, act->which), .first = act->first,
		.members = members(r, act));
}

static const void *ask_withdraw(struct run *r, const struct model_act *act)
{
	return NEW(r, crowd_withdraw, .crowd = crowd_name(r, act->which),
		.members = { act->people, act->n }, .day = act->day);
}

static const void *ask_void_visit(struct run *r, const struct model_act *act)
{
	char out[40];
	model_visit_name(r->m, act->which, out);
	return NEW(r, visit_void, .visit = name(r, out),
		.ground = text_of(model_grounds[act->ground]));
}

static const void *ask_void_crowd(struct run *r, const struct model_act *act)
{
	return NEW(r, crowd_void, .crowd = crowd_name(r, act->which),
		.ground = text_of(model_grounds[act->ground]));
}

static const void *ask_assign(struct run *r, const struct model_act *act)
{
	return NEW(r, case_assign, .number = case_name(r, act->number),
		.owner = history_officer(r, act->taker), .day = act->day);
}

static const void *ask_handover(struct run *r, const struct model_act *act)
{
	return NEW(r, officer_handover, .giver = history_officer(r, act->giver),
		.taker = history_officer(r, act->taker), .day = act->day);
}

static const void *ask_end_role(struct run *r, const struct model_act *act)
{
	return NEW(r, grant_end, .officer = history_officer(r, act->giver), .grant = 1);
}

static const void *ask_revoke(struct run *r, const struct model_act *act)
{
	return NEW(r, key_revoke, .key = bytes_of(r->who[act->giver - 1]->key, KEY_ID_BYTES));
}

static struct bytes sheet_secret(struct run *r, unsigned sheets)
{
	uint8_t *secret = arena_alloc(&r->h->arena, 32, 1);
	memset(secret, TEST_SHEET_BYTE + (int)sheets, 32);
	return bytes_of(secret, 32);
}

struct bytes history_sheet(struct run *r, unsigned sheets)
{
	uint8_t *hash = arena_alloc(&r->h->arena, 32, 1);
	sheet_token(sheet_secret(r, sheets).p, hash);
	return bytes_of(hash, 32);
}

static const void *ask_recover(struct run *r, const struct model_act *act)
{
	uint8_t *token = arena_alloc(&r->h->arena, 32, 1);
	bool wrong = act->content == CONTENT_WRONG;
	memset(token, 0xa0 + (int)act->as, 32);
	token[0] = (uint8_t)r->m->sheets;
	return NEW(r, recovery_agree, .secret = sheet_secret(r, r->m->sheets + (wrong ? 7 : 0)),
		.token = bytes_of(token, 32), .recovery = history_sheet(r, r->m->sheets + 1),
		.name = text_of(act->outcome == 0 ? "Hà" : "Hoa"));
}

static const struct {
	enum cmd cmd;
	const void *(*request)(struct run *r, const struct model_act *act);
} asks[DO_COUNT] = {
	[DO_OPEN] = { CMD_meeting_open, ask_open },
	[DO_RECORD] = { CMD_meeting_record, ask_record },
	[DO_ADD] = { CMD_opinion_add, ask_add },
	[DO_VOID] = { CMD_opinion_void, ask_void },
	[DO_SPLIT] = { CMD_opinion_split, ask_split },
	[DO_CLOSE_MINUTES] = { CMD_minutes_close, ask_close_minutes },
	[DO_READ] = { CMD_minutes_read, ask_read },
	[DO_OBJECT] = { CMD_minutes_object, ask_object },
	[DO_SIGN_MINUTES] = { CMD_minutes_sign, ask_sign_minutes },
	[DO_WITNESS] = { CMD_minutes_sign, ask_sign_minutes },
	[DO_RECEIVE] = { CMD_document_receive, ask_receive },
	[DO_VOID_DOCUMENT] = { CMD_document_void, ask_void_document },
	[DO_REGISTER] = { CMD_registration_add, ask_register },
	[DO_MARK] = { CMD_registration_mark, ask_mark },
	[DO_TALLY] = { CMD_tally_sign, ask_tally },
	[DO_DRAFT] = { CMD_conclusion_draft, ask_draft },
	[DO_PUT] = { CMD_conclusion_put, ask_put },
	[DO_CHECK] = { CMD_conclusion_check, ask_conclude },
	[DO_SIGN] = { CMD_conclusion_sign, ask_conclude },
	[DO_ISSUE] = { CMD_conclusion_issue, ask_conclude },
	[DO_CLASSIFY] = { CMD_case_classify, ask_classify },
	[DO_ACCEPT] = { CMD_case_accept, ask_accept },
	[DO_REFER] = { CMD_case_refer, ask_refer },
	[DO_ACKNOWLEDGE] = { CMD_case_acknowledge, ask_day },
	[DO_RETURN] = { CMD_case_return, ask_return },
	[DO_RECALL] = { CMD_case_recall, ask_return },
	[DO_RESOLVE] = { CMD_case_resolve, ask_resolve },
	[DO_NOTIFY] = { CMD_case_notify, ask_notify },
	[DO_DONE] = { CMD_case_done, ask_day },
	[DO_CLOSE] = { CMD_case_close, ask_day },
	[DO_GUIDE] = { CMD_case_guide, ask_guide },
	[DO_NOT_ACCEPT] = { CMD_case_not_accept, ask_ground },
	[DO_FILE] = { CMD_case_file, ask_ground },
	[DO_MERGE] = { CMD_case_merge, ask_merge },
	[DO_ROUTE] = { CMD_case_route, ask_route },
	[DO_ASSIGN] = { CMD_case_assign, ask_assign },
	[DO_FEEDBACK] = { CMD_case_feedback, ask_feedback },
	[DO_REOPEN] = { CMD_case_reopen, ask_reopen },
	[DO_PRINT] = { CMD_paper_make, ask_print },
	[DO_STAMP] = { CMD_paper_stamp, ask_stamp },
	[DO_CANCEL] = { CMD_paper_cancel, ask_cancel },
	[DO_ATTEST] = { CMD_paper_attest, ask_attest },
	[DO_PERSON] = { CMD_person_add, ask_person },
	[DO_AMEND] = { CMD_person_amend, ask_amend },
	[DO_VISIT] = { CMD_visit_add, ask_visit },
	[DO_VOID_VISIT] = { CMD_visit_void, ask_void_visit },
	[DO_CROWD] = { CMD_crowd_form, ask_crowd },
	[DO_BIND] = { CMD_crowd_bind, ask_bind },
	[DO_JOIN] = { CMD_crowd_join, ask_join },
	[DO_WITHDRAW] = { CMD_crowd_withdraw, ask_withdraw },
	[DO_VOID_CROWD] = { CMD_crowd_void, ask_void_crowd },
	[DO_HANDOVER] = { CMD_officer_handover, ask_handover },
	[DO_END_ROLE] = { CMD_grant_end, ask_end_role },
	[DO_REVOKE] = { CMD_key_revoke, ask_revoke },
	[DO_RECOVER] = { CMD_recovery_agree, ask_recover },
};

enum cmd history_cmd(enum model_verb verb)
{
	return asks[verb].cmd;
}

const void *history_ask(struct run *r, const struct model_act *act)
{
	test_behalf(r->h, model_units[act->behalf]);
	return asks[act->verb].request(r, act);
}
