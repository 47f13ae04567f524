/*
 * fold.h: the register as the events alone make it: a second telling of what apply does, in plain
 * arrays. It checks what deciding promised (dense numbers, steps, the gate) and is what the rates
 * are recounted from.
 */
#ifndef HOIAM_DAEMON_VERIFY_FOLD_H
#define HOIAM_DAEMON_VERIFY_FOLD_H

#include "daemon/verify/audit.h"
#include "proto/case.h"

struct fold_case {
	struct num number;
	uint32_t unit, day;
	uint32_t meeting; /* index + 1 */
	uint32_t ordinal;
	uint32_t version; /* of the conclusion that covers it */
	uint32_t with, owner, custodian;
	uint64_t paper;    /* first bytes of a hash of where it lies */
	uint64_t last;     /* seq of its last event */
	uint64_t recorded; /* header that recorded it as an opinion */
	uint32_t mark[CASE_MARKS];
	struct num lead;
	uint32_t proposer;
	uint16_t kind, topic, flags;
	uint8_t state;
	uint8_t dead;  /* 1 voided, 2 split */
	bool part;     /* of an opinion that was split */
	bool imported; /* its last event is a row of another register */
	bool taken_up; /* by a new case */
};

struct fold_item {
	uint32_t how;
	uint32_t from, n; /* its ordinals in the meeting's list */
};

enum { CONCLUSION_NONE, CONCLUSION_DRAFT, CONCLUSION_CHECKED, CONCLUSION_SIGNED };

/* What became of one who asked to speak. */
enum { PERSON_WAITING = 1, PERSON_HEARD, PERSON_WRITTEN, PERSON_WITHDRAWN };

struct fold_meeting {
	struct num number;
	uint32_t unit, day, kind;
	bool gated, closed;
	uint32_t *cases; /* index of the case of each ordinal */
	size_t count, room;
	uint32_t version; /* last begun */
	uint32_t issued;  /* last issued */
	uint32_t drafter; /* of the version that is begun */
	int state;        /* of the version that is begun and not issued */
	uint8_t content[32];
	struct fold_item *items;
	size_t item_count, item_room;
	uint32_t *ordinals; /* of all items */
	size_t ordinal_count, ordinal_room;
	uint32_t *due; /* item + 1 that must cover an ordinal now, while it is being issued */
	size_t due_count;
	uint8_t *people; /* state of each registration */
	size_t registered, people_room;
	bool counted; /* by the Front */
	uint32_t speakers, unheard;
	uint32_t objections;
};

struct fold_crowd {
	struct num number, matter; /* matter: its case, n 0 for none */
	uint32_t people, day;
	bool *withdrew; /* of each member */
	size_t n, room;
};

/* A paper under its check code. */
struct fold_paper {
	struct text code; /* owned */
	struct num of;
	uint32_t unit, version, to, n;
	uint32_t attester, second;
	uint8_t content[32], scan[32];
	uint8_t paper;
	bool replaced;
};

/* Numbers given in one series and year. */
struct fold_series {
	uint32_t *v; /* index of the case or meeting of each number */
	size_t n, room;
};

struct fold_unit {
	struct text code; /* owned */
	uint32_t series, from;
};

/* A role over the whole register that may administer it. */
struct fold_admin {
	uint32_t officer, grant, from, until;
};

/* Recovery: the sheet in force, and what a leader proposed. */
struct fold_recovery {
	uint8_t hash[32], token[32], next[32];
	bool has_sheet;
	uint32_t proposer; /* 0: nothing stands */
	int64_t until;
};

/* The handover that the entry at hand does. */
struct fold_handing {
	uint32_t giver, taker; /* 0: none */
	uint64_t cases, custody, drafts;
};

/* How far a file is taken over. */
struct fold_import {
	uint8_t file[32];
	struct text source; /* owned */
	uint64_t next;
};

struct fold {
	struct map series_by_key, unit_by_code;
	struct map origins;   /* hash of register and key -> index of the case */
	struct map documents; /* case -> last document */
	struct map voided;    /* noun, number, document: what was entered by error at the counter */
	struct fold_crowd *crowds;
	size_t crowd_count, crowd_room;
	struct map crowd_of_case;         /* case -> index of the last that came with it */
	struct map paper_by_code, stamps; /* stamps: key of the table of that name */
	struct map scans;                 /* scan -> index of the paper + 1; 0: of none now */
	struct fold_paper *papers;
	size_t paper_count, paper_room;
	struct fold_import *imports;
	size_t import_count, import_room;
	struct fold_series *series;
	size_t series_count, series_room;
	struct fold_case *cases;
	size_t case_count, case_room;
	struct fold_meeting *meetings;
	size_t meeting_count, meeting_room;
	struct fold_unit *units;
	size_t unit_count, unit_room;
	struct text *terms; /* owned codes */
	size_t term_count, term_room;
	struct fold_admin *admins;
	size_t admin_count, admin_room;
	struct fold_recovery recovery;
	struct fold_handing handing;
	uint32_t *grants; /* of each officer */
	size_t officer_count, officer_room;
	uint64_t policy, zone;
	int64_t before;     /* time of the entry before */
	uint32_t reopening; /* index + 1 of the case that a new one takes up, just now */
	uint32_t issuing;   /* index + 1 of the meeting whose conclusion this entry issues */
};

struct fold *fold_new(void);
void fold_free(struct fold *f);

/* Take the events of the entry at hand. */
void fold_entry(struct audit *a);

/* Codes; empty when there is no such number. */
struct text fold_unit(const struct fold *f, uint64_t unit);
struct text fold_term(const struct fold *f, uint64_t term);

/* The day of a point of time in the register's zone. */
uint32_t fold_day(const struct fold *f, int64_t at);

/* For the files of the fold. */

/* Index of a numbered thing; false when there is none. noun: of store/key.h. */
bool fold_find(const struct fold *f, unsigned noun, struct num number, uint32_t *index);

/* Give the next number of its series to `index`; a failure when it is not the next one. */
bool fold_number(struct audit *a, uint64_t seq, unsigned noun, const char *field, struct num number,
	uint32_t index);

/* Whether the number's series and year are those of a unit and a day. */
bool fold_number_fits(const struct fold *f, struct num number, uint64_t unit, uint32_t day);

struct fold_case *fold_case(struct audit *a, const struct event *e, struct num number);
struct fold_meeting *fold_meeting(struct audit *a, const struct event *e, struct num number);

/* fold_house.c */
void fold_house(struct audit *a, const struct event *e);

bool fold_officer(struct audit *a, const struct event *e, const char *field, uint64_t officer);

/* fold_officer.c; fold_handed_all: at the end of an entry. */
void fold_officers(struct audit *a, const struct event *e);
void fold_handed_all(struct audit *a);
void fold_admin_added(struct audit *a, const struct ev_grant_added *ev);
void fold_admin_ended(struct audit *a, const struct event *e, const struct ev_grant_ended *ev);
void fold_admin_revoked(struct audit *a, const struct event *e, const struct ev_key_revoked *ev);

/* The hash under which a place of paper is remembered. */
uint64_t fold_paper(struct text paper);

/* fold_meeting.c */
void fold_meeting_event(struct audit *a, const struct event *e);
void fold_people(struct audit *a, const struct event *e);
void fold_visitor(struct audit *a, const struct event *e);
void fold_meeting_fini(struct fold_meeting *m);

/* fold_paper.c: events of papers; the paper of a check code, NULL (a failure) when there is none
 * that two persons attest. */
void fold_paper_event(struct audit *a, const struct event *e);
const struct fold_paper *fold_attested(struct audit *a, const struct event *e, struct text code);

/* fold_conclusion.c; fold_covered_all: at the end of an entry that issued a conclusion. */
void fold_conclusion(struct audit *a, const struct event *e);
void fold_covered_all(struct audit *a);

/* fold_case.c */
void fold_case_reopened(struct audit *a, const struct event *e);
void fold_case_moved(struct audit *a, const struct event *e);

/* fold_import.c */
void fold_case_imported(struct audit *a, const struct event *e);
void fold_import_done(struct audit *a, const struct event *e);

#endif
