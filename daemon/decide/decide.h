/*
 * decide.h: deciding: rights, rules, numbers, routes, due days. A decision reads views, writes
 * nothing, and yields the events of one entry; what it refuses leaves no trace.
 */
#ifndef HOIAM_DAEMON_DECIDE_H
#define HOIAM_DAEMON_DECIDE_H

#include "daemon/authz.h"
#include "daemon/house.h"
#include "proto/action.h"

/* What one request decides in. */
struct decision {
	struct txn *txn;
	struct arena *arena; /* of this request */
	const struct house *house;
	const struct cmd_row *cmd;
	int64_t now;      /* of the clock */
	int64_t before;   /* time of the entry before */
	int64_t at;       /* time of the entry */
	uint32_t today;   /* its day in the policy's zone */
	uint64_t seq;     /* of the header that will be written */
	uint32_t officer; /* 0 before enrolment */
	uint32_t behalf;  /* unit on whose behalf this is done; 0: none */
	struct grants grants;
	const struct groups *groups; /* words that came along, in the head's order */
	size_t next_group;
	struct bytes key;    /* id of the signing key */
	uint64_t body_bytes; /* of the body that came along */
	struct writer leaves;
	struct {
		size_t from, n;
	} * events;
	size_t event_count, event_room;
	struct fault *fault;
};

/* One event of the entry: its leaf is kept in d->leaves. E_TOO_LARGE past LIMIT_EVENT_BYTES. */
enum err decide_emit(struct decision *d, enum event_code code, const void *event);

/* The group of words of a record that action_read filled: commitment, and group + 1; zeros without
 * words. */
struct words_ref {
	struct bytes w;
	uint64_t group;
};
struct words_ref decide_words(struct decision *d, const struct record *r, const void *record);

/*
 * May the officer do this to something of unit a (or of unit b, when not 0)? E_NOT_FOUND with
 * `what` when it may not even be seen, E_NOT_ALLOWED when it may be seen.
 */
enum err decide_may(struct decision *d, enum right right, uint32_t a, uint32_t b, const char *field,
	struct text what);

/*
 * What the head says of on whose behalf this is done. A unit of this register: the officer must
 * hold the command's right over that very unit. An outside body: only a step of a case that is with
 * it, which case.c judges. E_NOT_FOUND, E_ENDED, E_NOT_ALLOWED, E_ONLY_WITH.
 */
enum err decide_behalf(struct decision *d, struct text behalf);

/* May the officer do this in the unit, or with the whole register (0)? Units are known to everyone:
 * E_NOT_ALLOWED when not, with command, unit and, when the unit ended, the day after its last. */
enum err decide_may_unit(struct decision *d, enum right right, uint32_t unit, const char *field);

/* 0 stands for today; E_FUTURE after today. */
enum err decide_day(struct decision *d, uint32_t given, const char *field, uint32_t *day);

/* E_MISSING without words, E_BLANK when they are white space. */
enum err decide_said(struct decision *d, struct text words, const char *field);

/* The unit that bears a code on a day: E_NOT_FOUND if there never was one, E_ENDED if not then. */
enum err decide_unit(struct decision *d, struct text code, uint32_t day, const char *field,
	const struct unit **to);

/* As decide_unit; no code is the unit where all roles of the officer lie, E_MISSING if they do not
 * lie in one. */
enum err decide_own_unit(struct decision *d, struct text code, uint32_t day, const char *field,
	const struct unit **to);

/* As decide_unit, 0 for no code. */
enum err decide_unit_opt(
	struct decision *d, struct text code, uint32_t day, const char *field, uint64_t *to);

/* Term of a list of the policy in force; E_VALUE. 0 for no code. */
enum err decide_term(struct decision *d, const char *list, const struct list *terms,
	struct text code, const char *field, uint64_t *to);

/* Next free number of a register. */
struct num decide_number(struct decision *d, enum noun noun, const struct unit *unit, uint32_t day);

/* Load a meeting or case by the number a user typed, checking that it may be seen. */
enum err decide_meeting(
	struct decision *d, struct text number, struct num *key, struct row_meeting *to);
/* The same, with a right over its unit. */
enum err decide_meeting_for(struct decision *d, struct text number, enum right right,
	struct num *key, struct row_meeting *to);
enum err decide_case(struct decision *d, struct text number, const char *field, struct num *key,
	struct row_case *to);

/* An officer who is known. E_NOT_FOUND */
enum err decide_officer(
	struct decision *d, uint64_t officer, const char *field, struct row_officer *to);

/* May the administrator who signs change something of that officer? E_NOT_ALLOWED, E_NOT_FOUND */
enum err decide_may_touch(struct decision *d, uint32_t officer, const char *field);

/* A step of a case, of today, that changes nothing yet. */
struct ev_case_moved decide_step(
	struct decision *d, struct num number, const struct row_case *c, enum case_step step);

/* May a case go to this owner (0: to its unit's queue)? E_NOT_FOUND, E_UNABLE, E_NOTHING when it is
 * there. */
enum err decide_owner(struct decision *d, const struct row_case *c, struct num number,
	uint64_t owner, const char *field);

/* Policy is needed for anything that carries its codes. E_ORDER */
enum err decide_policy(struct decision *d);

/* One function per writing command. */
typedef enum err decide_fn(struct decision *d, const void *request);

/* clang-format off */
#define CMD(id, wire, mode, right, record, function, help) CMD_##mode##_DECLARE(function)
#define CMD_OPEN_DECLARE(function)
#define CMD_READ_DECLARE(function)
#define CMD_AUTO_DECLARE(function)
#define CMD_WRITE_DECLARE(function) enum err decide_##function(struct decision *d, const void *request);
#include "proto/cmd.def"
#undef CMD
#undef CMD_OPEN_DECLARE
#undef CMD_READ_DECLARE
#undef CMD_AUTO_DECLARE
#undef CMD_WRITE_DECLARE
/* clang-format on */

/* The function of a writing command; NULL for others. */
decide_fn *decide_function(enum cmd cmd);

void decision_fini(struct decision *d);

/* How somebody signed: E_VALUE; E_MISSING for a witness without a name, where names are given. */
enum err decide_signature(
	struct decision *d, struct text signature, struct text witness, bool named);

/* The number of a person among words, in full ("98101/2026/7"): *known is 1 when there is one.
 * E_NUMBER, E_NOT_FOUND. */
enum err decide_known(struct decision *d, struct text person, uint64_t *known);

/* Opinions: shared by meeting.record, opinion.add and opinion.split. */
struct opinion_place {
	struct num meeting;
	const struct unit *unit;
	uint32_t day;
	bool gated, late;
	uint64_t first;  /* ordinal of the first */
	uint64_t parent; /* ordinal it was split from */
};
enum err decide_opinions(
	struct decision *d, const struct opinion_place *at, const struct list *opinions);

/*
 * A sealed kind is a stub: who keeps the paper, where it lies, and no word; other kinds have
 * neither keeper nor place. E_SEALED, E_MISSING, E_NOT_FOUND, E_ONLY_WITH.
 */
enum err decide_sealed(
	struct decision *d, struct text kind, uint64_t custodian, struct text paper, bool words);

/* Words of a case and of the opinions that it is a part of are destroyed, with the papers that tell
 * them: it is to be sealed. */
enum err decide_destroy_words(struct decision *d, struct num number, const struct row_case *c);

/* One group of words that came with an entry; 0, or destroyed before: nothing to do. */
enum err decide_destroy_group(struct decision *d, uint64_t seq, uint64_t group);

/* The names of documents that were handed in with a case (visitor.c). */
enum err decide_destroy_documents(struct decision *d, struct num number);

/* The words of the crowds that came with a case, also of those entered by error (visitor.c). */
enum err decide_destroy_crowds(struct decision *d, const struct row_case *c);

/* The objections to the minutes that are about its opinion (minutes.c). */
enum err decide_destroy_objections(struct decision *d, const struct row_case *c);

/* What papers of a case say; of the whole house: also those of its meeting, and of its register on
 * its day (paper.c). */
enum err decide_destroy_papers(
	struct decision *d, struct num number, const struct row_case *c, bool whole);

/* Does a paper of this kind, of this thing, bear a number? */
bool decide_paper_numbered(
	struct decision *d, struct num of, unsigned paper, struct text *document);

/* A version of a conclusion is there, and holds these items when they are given: E_NOT_FOUND of
 * "version"; E_STATE, E_STALE of `field`. */
enum err decide_paper_holds(struct decision *d, struct num meeting, uint64_t version,
	struct bytes content, const char *field);

/*
 * What a leader signed by hand, as two persons attest: the conclusion of a notice is signed, the
 * case of a dispatch is referred. Every guard of the same step by key is asked, by both persons;
 * only the second one's attestation makes the event.
 */
enum err decide_conclusion_attested(
	struct decision *d, const struct row_paper *p, struct text code, bool second);
enum err decide_referral_attested(
	struct decision *d, const struct row_paper *p, struct text code, bool second);

/* The gate (gate.c): E_GATE, E_GATE_VOID, E_GATE_UNKNOWN with the ordinals in the fault. */
enum err gate_check(
	struct decision *d, struct num meeting, const struct row_meeting *m, uint32_t version);

/* SHA-256 over the items of a version, as their signer computes it. */
void conclusion_content(struct decision *d, struct num meeting, uint32_t version, uint32_t items,
	uint8_t out[static 32]);

#endif
