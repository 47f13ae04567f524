/*
 * model.h: a small model of meetings, conclusions, cases and rates, written from the text of the
 * rules and not from the daemon: what must be accepted, what must be refused and why, and what then
 * holds. It speaks of the register of tests/lib/house.h. Everything is an index from 1; 0 is none.
 */
#ifndef HOIAM_TESTS_LIB_MODEL_H
#define HOIAM_TESTS_LIB_MODEL_H

#include "proto/case.h"
#include "proto/err.h"

enum {
	MODEL_MEETINGS = 4,
	MODEL_OPINIONS = 64, /* of one meeting */
	MODEL_CASES = 200,
	MODEL_VERSIONS = 12,
	MODEL_ITEMS = 24,  /* of one version */
	MODEL_LIST = 8,    /* opinions or items of one action, ordinals of one item */
	MODEL_DAYS = 48,   /* days on which one case changed */
	MODEL_PEOPLE = 40, /* registered at one meeting */
	MODEL_PAPERS = 48,
	MODEL_OBJECTIONS = 24,
	MODEL_DOCUMENTS = 24, /* of one case */
	MODEL_NUMBERS = 200,  /* no paper bears a higher one */
	MODEL_COMINGS = 40,   /* persons; visits; crowds */
	MODEL_MEMBERS = 32,   /* of one crowd */
};

/* People: all over the whole register, but for the leader of 98101. */
enum model_who {
	WHO_CLERK,
	WHO_PROCESSOR,
	WHO_SECOND,
	WHO_HANDLER,
	WHO_LEADER,
	WHO_SUPERIOR,
	WHO_FRONT,
	WHO_RECORDS,
	WHO_ADMIN, /* the only one over the whole register */
	WHO_COUNT
};

/* Codes that actions carry; the last of each list is in no policy and no tree. */
enum model_unit {
	UNIT_98101 = 1,
	UNIT_98103, /* one until 2025-07-01, another from then on */
	UNIT_98101_KT,
	UNIT_98_KT,
	UNIT_98102,
	UNIT_98,
	UNIT_OUTSIDE, /* has no hoiam */
	UNIT_ENDED,
	UNIT_FUTURE,
	UNIT_UNKNOWN,
	UNIT_NAMES
};
enum model_kind { KIND_KN = 1, KIND_TC, KIND_KIEN_NGHI, KIND_PHAN_ANH, KIND_UNKNOWN, KIND_NAMES };
enum model_topic { TOPIC_LAND = 1, TOPIC_ROADS, TOPIC_WATER, TOPIC_UNKNOWN, TOPIC_NAMES };
enum model_outcome { OUTCOME_DONE = 1, OUTCOME_WILL_DO, OUTCOME_UNKNOWN, OUTCOME_NAMES };
enum model_ground { GROUND_ERROR = 1, GROUND_NOT_OURS, GROUND_UNKNOWN, GROUND_NAMES };
enum model_word { WORD_SATISFIED = 1, WORD_POOR, WORD_UNREACHED, WORD_UNKNOWN, WORD_NAMES };
enum model_id { ID_FIRST = 1, ID_SECOND, ID_THIRD, ID_BAD, ID_NAMES };
enum model_capacity {
	CAPACITY_KT = 1,
	CAPACITY_TUQ, /* with a mandate */
	CAPACITY_UNKNOWN,
	CAPACITY_NAMES
};
enum model_meeting_kind {
	MEETING_GATED = 1,
	MEETING_GATED_TOO,
	MEETING_UNGATED,
	MEETING_UNKNOWN,
	MEETING_NAMES
};
extern const char *const model_units[UNIT_NAMES],
	*const model_kinds[KIND_NAMES],
		*const model_topics[TOPIC_NAMES],
			*const model_outcomes[OUTCOME_NAMES],
				*const model_grounds[GROUND_NAMES],
					*const model_words[WORD_NAMES],
						*const model_capacities[CAPACITY_NAMES],
							*const model_ids[ID_NAMES],
								*const model_meeting_kinds
									[MEETING_NAMES];

enum model_verb {
	DO_OPEN,
	DO_RECORD,
	DO_ADD,
	DO_VOID,
	DO_SPLIT,
	DO_CLOSE_MINUTES,
	DO_READ,
	DO_OBJECT,
	DO_SIGN_MINUTES,
	DO_WITNESS,
	DO_REGISTER,
	DO_MARK,
	DO_TALLY,
	DO_DRAFT,
	DO_PUT,
	DO_CHECK,
	DO_SIGN,
	DO_ISSUE,
	DO_CLASSIFY,
	DO_ACCEPT,
	DO_REFER,
	DO_ACKNOWLEDGE,
	DO_RETURN,
	DO_RECALL,
	DO_RESOLVE,
	DO_NOTIFY,
	DO_DONE,
	DO_CLOSE,
	DO_GUIDE,
	DO_NOT_ACCEPT,
	DO_FILE,
	DO_MERGE,
	DO_ROUTE,
	DO_ASSIGN,
	DO_FEEDBACK,
	DO_REOPEN,
	DO_PRINT,
	DO_STAMP,
	DO_CANCEL,
	DO_ATTEST,
	DO_RECEIVE,
	DO_VOID_DOCUMENT,
	DO_PERSON,
	DO_AMEND,
	DO_VISIT,
	DO_VOID_VISIT,
	DO_CROWD,
	DO_BIND,
	DO_JOIN,
	DO_WITHDRAW,
	DO_VOID_CROWD,
	DO_HANDOVER,
	DO_END_ROLE,
	DO_REVOKE,
	DO_RECOVER,
	DO_COUNT
};

enum model_person { PERSON_WAITS = 1, PERSON_SPOKE, PERSON_WROTE, PERSON_LEFT, PERSON_NAMES };
extern const char *const model_persons[PERSON_NAMES + 1]; /* the last is no state */

enum model_how { HOW_DIRECTION = 1, HOW_ANSWER, HOW_DECLINE };
enum model_content {
	CONTENT_RIGHT,
	CONTENT_WRONG,
	CONTENT_CHECKED
}; /* as it was at the last check */

struct model_new {
	unsigned kind, topic, place;
	bool words, custodian, paper;
};

struct model_item {
	unsigned how, unit, ground;
	uint32_t due;
	unsigned n;
	uint32_t ordinals[MODEL_LIST];
};

/* One action with its arguments, those of its verb; the others are zero. */
struct model_act {
	enum model_verb verb;
	enum model_who who;
	uint32_t today;
	unsigned meeting, number,
		into; /* meetings and cases; one too high: a number not given yet */
	unsigned unit, kind, topic, place, ground, outcome;
	uint32_t day, promise, first, count, ordinal;
	bool closed, custodian, paper, document, words, channel;
	unsigned n; /* opinions or items */
	struct model_new opinions[MODEL_LIST];
	unsigned version;
	struct model_item items[MODEL_LIST];
	enum model_content content;
	unsigned as; /* of people; PERSON_NAMES is unknown */
	bool spoke[MODEL_LIST], nameless[MODEL_LIST];
	uint32_t people[MODEL_LIST], speakers, unheard;
	unsigned giver, taker; /* people, from 1; WHO_COUNT + 1 is unknown */
	unsigned word, behalf;
	unsigned printed, text; /* a paper, from 1; what is printed on a new one */
	unsigned capacity;
	unsigned which, id;             /* a person or a crowd, from 1; an identity number */
	bool reason;                    /* why there is none */
	bool dispatch, mandate, signer; /* signer: one or another */
	unsigned scan;                  /* the paper that it is of, or of none: 0 */
};

/* What must come of an action: `any` of the errors in the set, OK when the set is empty. */
struct model_answer {
	uint64_t set[2];
	uint32_t list[MODEL_OPINIONS]; /* E_GATE: exactly these ordinals */
	unsigned n;
};

bool model_allows(const struct model_answer *answer, enum err err);

/* What a rate may look at, of one case, as it was known from a day on. */
struct model_fact {
	uint32_t known;
	unsigned state, kind, topic, flags;
	uint32_t mark[CASE_MARKS];
};

struct model_case {
	unsigned unit; /* code of the register */
	bool older;    /* of the first unit that bore this code */
	uint32_t year, n;
	unsigned meeting, place, with; /* with: code of the unit responsible */
	bool with_older;
	uint32_t ordinal, day;
	struct model_fact now;
	bool due_kept; /* an item's or a merged case's: classifying leaves it */
	unsigned lead, proposed;
	enum model_who proposer;
	unsigned returned, referred, words;
	unsigned crowd;                             /* the last that came with it */
	unsigned documents, papers, void_documents; /* papers: whose words are kept; void: bits */
	unsigned owner, custodian;                  /* people, from 1 */
	unsigned word, previous, next;
	struct model_fact past[MODEL_DAYS]; /* past[past_n - 1] is how it stands */
	unsigned past_n;
};

struct model_opinion {
	unsigned number, parent, how, version;
	bool voided, split, late;
};

struct model_version {
	unsigned state; /* 1 draft, 2 checked, 3 signed, 4 issued */
	struct model_item items[MODEL_ITEMS];
	unsigned n;
	unsigned generation, checked; /* of the items: now, at the last check */
	unsigned printed;             /* the paper that it was signed on */
};

struct model_objection {
	uint32_t ordinal;
	bool kept;
};

/* A person, from 1, and which opinions were live then, a bit each. */
struct model_signature {
	unsigned who;
	uint64_t live;
};

struct model_meeting {
	unsigned unit, kind;
	bool older, gated, closed;
	uint32_t day, year, n, closed_count;
	struct model_opinion opinions[MODEL_OPINIONS + 1];
	unsigned count;
	struct model_version versions[MODEL_VERSIONS + 1];
	unsigned version, issued, drafter;
	uint32_t read;
	struct model_objection objections[MODEL_OBJECTIONS];
	unsigned objection_count;
	struct model_signature clerk, witness;
	struct {
		unsigned as;
		uint32_t ordinal;
	} people[MODEL_PEOPLE + 1];
	unsigned registered;
	bool counted;
	uint32_t speakers, unheard; /* as the Front counted */
};

/* A notice of a version as it was checked, or a dispatch of a case. */
struct model_paper {
	bool dispatch, kept, mandate, signer; /* kept: what it says */
	unsigned unit, text, meeting, version, generation, number, to;
	uint32_t day, n, stamped;
	unsigned next, stamper, attester, second, capacity, scan; /* people from 1 */
};

/* A number that stays in its series. */
struct model_cancelled {
	bool dispatch;
	unsigned unit, printed;
	uint32_t n;
};

struct model_person_kept {
	unsigned unit, n, id;
	uint32_t year;
};

struct model_visit {
	unsigned unit, n, meeting, ground;
	bool older, voided;
	uint32_t day, year, people;
};

struct model_crowd {
	unsigned unit, n, meeting, number;
	bool older, voided;
	uint32_t day, year, people;
	unsigned members, representatives, withdrawn, kept, before; /* kept: groups of words */
	bool speaks[MODEL_MEMBERS + 1], gone[MODEL_MEMBERS + 1];
};

struct model {
	struct model_meeting meetings[MODEL_MEETINGS + 1];
	unsigned meeting_count;
	struct model_case cases[MODEL_CASES + 1];
	unsigned case_count;
	struct model_paper papers[MODEL_PAPERS + 1];
	unsigned paper_count;
	struct model_cancelled cancelled[MODEL_PAPERS + 1];
	unsigned cancelled_count;
	struct model_person_kept persons[MODEL_COMINGS + 1];
	struct model_visit visits[MODEL_COMINGS + 1];
	struct model_crowd crowds[MODEL_COMINGS + 1];
	unsigned person_count, visit_count, crowd_count;
	unsigned words, generation;                /* groups of words kept in all */
	bool revoked[WHO_COUNT], ended[WHO_COUNT]; /* keys, roles */
	unsigned sheets, proposer, proposed_token, proposed_name;
	uint32_t proposed_on;
	uint32_t today;
};

void model_init(struct model *m);

/* What must come of the action; done in the model when it is to be accepted. */
void model_do(struct model *m, const struct model_act *act, struct model_answer *answer);

/* Whether there is room for whatever the action may add. */
bool model_has_room(const struct model *m, const struct model_act *act);

/* Is a case not over? Does this person (from 1) write a draft of the meeting? */
bool model_works_on(const struct model_case *c);
bool model_drafts(const struct model_meeting *meeting, unsigned who);

/* How many of those registered at a meeting are in a state. */
unsigned model_people(const struct model_meeting *meeting, unsigned as);

/* The last paper of a version, or of a case, in whose place no other came; 0: none. */
unsigned model_paper_of(const struct model *m, unsigned meeting, unsigned version, unsigned number);

/* Live opinions of a meeting; those of them that an issued conclusion covers. */
unsigned model_live(const struct model_meeting *meeting);
unsigned model_included(const struct model_meeting *meeting);

/* How a case was known at the end of a day; NULL before it was. */
const struct model_fact *model_known(const struct model_case *c, uint32_t known_at);

/* How a meeting or case is called: "98101/2026/1"; one not given yet when the index is too high. */
void model_meeting_name(const struct model *m, unsigned number, char out[static 40]);
void model_case_name(const struct model *m, unsigned number, char out[static 40]);

/* The same of persons, visits and crowds. */
void model_person_name(const struct model *m, unsigned number, char out[static 40]);
void model_visit_name(const struct model *m, unsigned number, char out[static 40]);
void model_crowd_name(const struct model *m, unsigned number, char out[static 40]);

/*
 * An action made from a seed, as one might come next: mostly sensible, often not. The same seed and
 * model give the same action. `today` is the model's or some days later.
 */
void model_make(const struct model *m, uint64_t seed, struct model_act *act);

/* The next number of a seed. */
uint64_t model_random(uint64_t *seed);

enum model_rate { ASK_INCLUSION, ASK_SUBMITTED, ASK_RESOLUTION, ASK_ONTIME, ASK_COUNT };

struct model_ask {
	enum model_rate rate;
	uint32_t from, to, as_of, known_at; /* all inclusive */
};

/* A rate over all units, of gated kinds alone where the rate is of opinions. */
void model_rate(const struct model *m, const struct model_ask *ask, uint64_t *num, uint64_t *den);

#endif
