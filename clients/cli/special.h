/*
 * special.h: commands that the client composes out of the daemon's, or that need a file.
 *
 * A function gets what follows noun and verb (options of the program are taken out already), uses
 * the session, and returns the exit code, as session_end gives it. To add one: the function in
 * special_<noun>.c, its name here, a row in special.c.
 */
#ifndef HOIAM_CLIENTS_CLI_SPECIAL_H
#define HOIAM_CLIENTS_CLI_SPECIAL_H

struct session;

enum special_page { NO_PAGE, MINUTES_PAGE, CONCLUSION_PAGE };

/* The sets of option.def. */
enum special_options {
	NO_OPTIONS,
	PAPER_OPTIONS,
	HANDOVER_OPTIONS,
	SIGNING_OPTIONS,
	ISSUING_OPTIONS,
	CHECK_OPTIONS
};

struct special {
	const char *noun;
	const char *verb; /* NULL: the noun alone */
	int (*run)(struct session *s, int argc, char **argv);
	const char *usage; /* what follows "hoiam noun verb" */
	const char *wire;  /* command of cmd.def whose fields it takes and whose right it needs; or
			      NULL */
	const char *help;
	enum special_page page; /* its file is a page of this kind */
	enum special_options options;
};

extern const struct special specials[];
extern const unsigned special_count;

/* The row for these words, NULL if there is none. */
const struct special *special_of(const char *noun, const char *verb);

int special_enrol(struct session *s, int argc, char **argv);
int special_officer_invite(struct session *s, int argc, char **argv);
int special_officer_handover(struct session *s, int argc, char **argv);
int special_person_add(struct session *s, int argc, char **argv);
int special_recover(struct session *s, int argc, char **argv);
int special_whoami(struct session *s, int argc, char **argv);
int special_import_cases(struct session *s, int argc, char **argv);
int special_export_cases(struct session *s, int argc, char **argv);
int special_export_journal(struct session *s, int argc, char **argv);
int special_watch(struct session *s, int argc, char **argv);
int special_unit_import(struct session *s, int argc, char **argv);
int special_policy_adopt(struct session *s, int argc, char **argv);
int special_clock_accept(struct session *s, int argc, char **argv);
int special_case_attach(struct session *s, int argc, char **argv);
int special_case_attachment(struct session *s, int argc, char **argv);
int special_rate(struct session *s, int argc, char **argv);
int special_meeting_record(struct session *s, int argc, char **argv);
int special_status(struct session *s, int argc, char **argv);
int special_minutes_sign(struct session *s, int argc, char **argv);
int special_conclusion_draft(struct session *s, int argc, char **argv);
int special_conclusion_check(struct session *s, int argc, char **argv);
int special_conclusion_issue(struct session *s, int argc, char **argv);
int special_paper(struct session *s, int argc, char **argv);
int special_paper_make(struct session *s, int argc, char **argv);
int special_check(struct session *s, int argc, char **argv);
int special_desk(struct session *s, int argc, char **argv);

#endif
