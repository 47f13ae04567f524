/*
 * paper_part.h: what a paper is made from: what was typed, what the daemon answers, values for its
 * template. Names of values are listed in hoiam(1), "TEMPLATES OF PAPERS".
 */
#ifndef HOIAM_CLIENTS_CLI_PAPER_PART_H
#define HOIAM_CLIENTS_CLI_PAPER_PART_H

#include "clients/cli/session.h"
#include "clients/paper/values.h"
#include "proto/paper.h"

/* One paper on its way. All in it lives in the session's arena. */
struct paper_job {
	struct session *s;
	enum paper paper;
	struct paper_make record; /* what will be kept */
	struct values *values;
	struct reply policy, units; /* as they came */
	struct text unit;           /* code of the unit that sends it */
};

/* What stands before a check code. */
#define PAPER_LABEL "Mã kiểm tra:"

void paper_job_fini(struct paper_job *job);

/* Reads policy and units; the values that every paper has are put by paper_common. */
enum err paper_open(struct paper_job *job);

/* Values of the unit that sends it: its names, its head, its series of numbers. */
void paper_common(struct paper_job *job, struct text unit);

/* What a code of the policy is called in Vietnamese, the code itself where it is not known. */
struct text paper_term(const struct paper_job *job, const char *list, struct text code);

/* The name of a unit, its code where it is not known; of codes with commas between them, all names.
 */
struct text paper_unit_name(const struct paper_job *job, struct text code);
struct text paper_unit_names(const struct paper_job *job, struct text codes);

/* A day as it stands on papers: 22/11/2026; other text as it is. */
struct text paper_day(const struct paper_job *job, struct text iso);

/* The first letter small, or all letters capitals. */
struct text paper_small(const struct paper_job *job, struct text t);
struct text paper_capitals(const struct paper_job *job, struct text t);

/* A value from a cell, or from a (what, value) table. */
void paper_put(struct paper_job *job, struct values *v, const char *name, const struct cell *cell);
void paper_put_fact(
	struct paper_job *job, const char *name, const struct table *facts, const char *what);

/* Values of each kind, from the daemon; record.of is set, and what else the record needs is. */
enum err paper_fill_minutes(struct paper_job *job);
enum err paper_fill_draft(struct paper_job *job);
enum err paper_fill_notice(struct paper_job *job);
enum err paper_fill_receipt(struct paper_job *job);
enum err paper_fill_dispatch(struct paper_job *job);
enum err paper_fill_refusal(struct paper_job *job);
enum err paper_fill_register(struct paper_job *job);

#endif
