/* case.h: states and steps of a case, and the days that rates count, from case.def. */
#ifndef HOIAM_PROTO_CASE_H
#define HOIAM_PROTO_CASE_H

#include "proto/base.h"
#include "proto/role.h"

enum case_state {
	STATE_NONE = 0,
#define STATE(code, name, flags, vi, en) STATE_##name = code,
#include "proto/case.def"
	STATE_COUNT
};

enum case_phase { OPEN = 1, SETTLED, ENDED };

/* The days of a case that rates look at; each is set once and may be taken back by a later step. */
enum case_mark {
	MARK_ACCEPTED,
	MARK_REFERRED,
	MARK_ACKNOWLEDGED,
	MARK_SETTLED,
	MARK_DONE,
	MARK_ENDED,
	MARK_INCLUDED,
	MARK_VOIDED,
	MARK_DUE,
	CASE_MARKS,
	MARK_NONE = CASE_MARKS
};

enum case_step {
	STEP_NONE = 0,
#define STEP(code, verb, right, from, to, mark) STEP_##verb = code,
#include "proto/case.def"
	STEP_COUNT
};

/* Flags of opinions and cases, in entries and in fact rows. */
enum case_flags {
	CASE_OPINION = 1,   /* born of an opinion */
	CASE_GATED = 2,     /* of a meeting whose kind is gated */
	CASE_LATE = 4,      /* recorded after its minutes were closed */
	CASE_SEALED = 8,    /* a stub: no words are kept */
	CASE_DECLINED = 16, /* its item declines it with a reason */
	CASE_ON_SPOT = 32,  /* answered on the spot */
	CASE_PROMISE = 64,  /* the answer promises something still to be done */
	CASE_SPLIT = 128,   /* no longer live because it was split */
};

struct state_row {
	const char *name;
	enum case_phase phase;
	const char *vi, *en;
};

struct step_row {
	const char *verb;
	enum right right;
	unsigned from;      /* bit per state */
	enum case_state to; /* STATE_NONE: as before */
	enum case_mark mark;
};

/* Row of a state or step; code in range. */
const struct state_row *state_row(enum case_state state);
const struct step_row *step_row(enum case_step step);

/* By name: "ACCEPTED" in any case of letters; STATE_NONE if there is none. */
enum case_state state_of(struct text name);

/* By verb: "accept"; STEP_NONE if there is none. */
enum case_step step_of(struct text verb);

#endif
