/*
 * history.h: a random history under way: the register, the model beside it, and what went wrong.
 * history_ask.c makes requests from the model's actions; history_same.c compares what stands.
 */
#ifndef HOIAM_TESTS_LIB_HISTORY_H
#define HOIAM_TESTS_LIB_HISTORY_H

#include "tests/lib/house.h"
#include "tests/lib/model.h"

struct run {
	struct test_house *h;
	struct model *m;
	const struct test_officer *who[WHO_COUNT];
	uint32_t units[UNIT_NAMES], older; /* older: the first 98103 */
	uint64_t kinds[KIND_NAMES], topics[TOPIC_NAMES], words_said[WORD_NAMES];
	uint64_t officers;                       /* who were there before */
	uint64_t words;                          /* groups of words that were there before */
	uint8_t checked[MODEL_MEETINGS + 1][32]; /* content when last checked */
	uint8_t checking[32];                    /* content that is being checked */
	uint64_t done, refused, gated, issued, handed, recovered, attested, by_hand, taken_up;
	bool quiet;
	char problem[600];
};

/* What went wrong: the first is kept. Returns false. */
__attribute__((format(printf, 2, 3))) bool history_wrong(struct run *r, const char *format, ...);

/* The command of an action, and its request; the request lives in the register's arena. */
enum cmd history_cmd(enum model_verb verb);
const void *history_ask(struct run *r, const struct model_act *act);

/* An officer's number; a person counts from 1, 0 is none and one too many is unknown. */
uint64_t history_officer(const struct run *r, unsigned person);

/* The check code of a paper on which this text is printed. */
struct text history_code(struct run *r, unsigned text);

/* The hash of the recovery sheet that is in force after so many were used. */
struct bytes history_sheet(struct run *r, unsigned sheets);

/* Meeting n of the model as the register numbers it. */
struct num history_meeting(const struct run *r, const struct model_meeting *m);

/* How many rows a table has. */
uint64_t history_rows(struct run *r, enum store table);

/* Does every row stand as the model has it, and every rate? `seed` chooses what rates are asked. */
bool history_same(struct run *r, uint64_t seed);

#endif
