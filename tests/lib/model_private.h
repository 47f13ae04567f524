/* model_private.h: what the files of the model share. */
#ifndef HOIAM_TESTS_LIB_MODEL_PRIVATE_H
#define HOIAM_TESTS_LIB_MODEL_PRIVATE_H

#include "tests/lib/model.h"

/* Put an error into the set. */
void refuse(struct model_answer *answer, enum err err);

bool accepted(const struct model_answer *answer);

/* May this be done to something of this unit, that another may be responsible for (0: none)? What
 * may not be seen is not found, and nothing more is said. */
bool permitted(const struct model *m, const struct model_act *act, unsigned unit, unsigned with,
	struct model_answer *to);

/* May this be recorded in a unit? Units are known to everyone. */
void may_record(const struct model *m, const struct model_act *act, struct model_answer *to);

void check_behalf(const struct model *m, const struct model_act *act, struct model_answer *to);

/* The same for a step of a case that an outside body may have: a clerk of the case's unit enters
 * what that did on paper. */
bool permitted_step(const struct model *m, const struct model_act *act, const struct model_case *c,
	struct model_answer *to);

/* Is this person the head of a body? Does this person (from 1) stamp papers? */
bool decides(enum model_who who);
bool stamps(const struct model *m, unsigned who);

/* Can this person (from 1) take work over a unit: a role for it, and a key? */
enum work { WORK_CASE, WORK_CUSTODY, WORK_DRAFT };
bool can_work(const struct model *m, unsigned who, enum work work, unsigned unit);

/* A unit named (0: none) must stand on a day. */
void standing(unsigned unit, uint32_t day, struct model_answer *to);
bool reaches(enum model_who who, unsigned unit);
bool is_older(unsigned unit, uint32_t day);
uint32_t year_of(uint32_t day);

/* Day by which a case of a kind is due; 0: no limit. */
uint32_t due_day(unsigned kind, uint32_t received);

uint32_t the_day(const struct model_act *act, uint32_t earliest, struct model_answer *to);

typedef void do_verb(struct model *m, const struct model_act *act, struct model_answer *to);

do_verb do_register, do_mark, do_tally;
do_verb do_read, do_object, do_sign_minutes, do_document;
do_verb do_draft, do_put, do_check, do_sign, do_issue, do_paper, do_visitors;

/* Any verb of cases; of the house. */
do_verb do_case, do_house, do_assign;

/* A denunciation: the words of the case go, those of the opinions that it is a part of, of the
 * cases that it takes up and that take it up, and of the papers that tell them. */
void forget_words(struct model *m, struct model_case *c);
void forget_papers(struct model *m, unsigned meeting, unsigned number);
void forget_crowds(struct model *m, const struct model_case *c);
void forget_objections(struct model *m, const struct model_case *c);

/* What a step needs, on a day, and what it does: for one that a paper does in its place. */
void can_refer(const struct model *m, const struct model_act *act, unsigned number,
	unsigned to_unit, uint32_t day, struct model_answer *to);
void be_referred(struct model *m, unsigned number, unsigned to_unit, uint32_t day);

/* The version at hand as far as it may be signed: of this content, past the gate. */
struct model_version *signable(struct model_meeting *meeting, unsigned version, unsigned generation,
	struct model_answer *to);

/* Does the case wait for an answer? */
bool waiting(const struct model_case *c);

/* Note how every case stands at the end of today. */
void remember(struct model *m);

#endif
