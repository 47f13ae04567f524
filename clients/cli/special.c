/* special.c: the table of commands that the client composes. */
#include "clients/cli/special.h"

#include "clients/i18n.h"

#include <stddef.h>
#include <string.h>

#define PAPER_USAGE                                                                                \
	"[--html FILE] [--text FILE] [--capacity CODE] [--post POST] [--signer NAME] [--receiver " \
	"TEXT]… [--preview] …"
#define RATE_USAGE "--from DAY --to DAY [--unit CODE] [--by unit|kind|topic|month] [--as-of DAY] …"

const struct special specials[] = {
	{ "enrol", NULL, special_enrol, "INVITATION --as NAME", NULL,
		N_("make keys and enrol them with an invitation"), NO_PAGE, NO_OPTIONS },
	{ "whoami", NULL, special_whoami, "[--channel]", "whoami",
		N_("who am I, and what may I do; --channel: the name of the encrypted line"),
		NO_PAGE, NO_OPTIONS },
	{ "status", NULL, special_status, "[NUMBER SECRET|-]", "status",
		N_("size and head of the journal, clock, policy; with the number and the secret of "
		   "a "
		   "receipt, how its case stands"),
		NO_PAGE, NO_OPTIONS },
	{ "officer", "invite", special_officer_invite,
		"--role ROLE --name NAME --out FILE [--unit CODE] [--at HOST:PORT] | --officer N "
		"--out FILE",
		"officer.invite",
		N_("invite an officer to enrol a key, or a known one to enrol a second device; the "
		   "invitation goes to a file"),
		NO_PAGE, NO_OPTIONS },
	{ "officer", "handover", special_officer_handover,
		"A B [--day DAY] [--reason TEXT] [--out FILE]", "officer.handover",
		N_("hand all that an officer has in hand over to another, and print the minutes of "
		   "it; the officer himself may, too"),
		NO_PAGE, HANDOVER_OPTIONS },
	{ "person", "add", special_person_add,
		"[--unit CODE] --name NAME (--id ID | --reason TEXT) …", "person.add",
		N_("keep a person who comes to speak, and tell who of that name is known already"),
		NO_PAGE, NO_OPTIONS },
	{ "recover", NULL, special_recover, "SHEET [--name NAME --out FILE | --yes]", "recover",
		N_("replace a lost last administrator with the recovery sheet; two leaders agree"),
		NO_PAGE, NO_OPTIONS },
	{ "unit", "import", special_unit_import, "FILE.csv [--map FILE.map]", "unit.add",
		N_("add units from a table: code,name,kind,level,parent,from,until"), NO_PAGE,
		NO_OPTIONS },
	{ "import", "cases", special_import_cases,
		"FILE.csv[.gz] --map FILE.map [--source NAME] [--unit CODE]", "import.cases",
		N_("take over cases of another register from a table"), NO_PAGE, NO_OPTIONS },
	{ "export", "cases", special_export_cases,
		"[--unit CODE] [--from DAY] [--to DAY] [--format jsonl|csv] [--out FILE]",
		"export.cases", N_("cases as JSON Lines or CSV, of any number"), NO_PAGE,
		NO_OPTIONS },
	{ "export", "journal", special_export_journal,
		"[--from N] [--unit CODE] [--verb VERB] [--format jsonl|csv] [--out FILE]",
		"journal.list", N_("events of the journal as JSON Lines or CSV"), NO_PAGE,
		NO_OPTIONS },
	{ "watch", NULL, special_watch, "[--from N] [--unit CODE] [--verb VERB] [--count N]",
		"journal.list", N_("events of the journal as they come"), NO_PAGE, NO_OPTIONS },
	{ "policy", "adopt", special_policy_adopt, "FILE.yaml", "policy.adopt",
		N_("adopt a policy pack from a file"), NO_PAGE, NO_OPTIONS },
	{ "clock", "accept", special_clock_accept, "[--reason TEXT]", "clock.accept",
		N_("accept the server's clock after a jump"), NO_PAGE, NO_OPTIONS },
	{ "meeting", "record", special_meeting_record, "FILE", "meeting.record",
		N_("record a meeting from its minutes"), MINUTES_PAGE, NO_OPTIONS },
	{ "minutes", "sign", special_minutes_sign, "MEETING [--front 1]", "minutes.sign",
		N_("sign closed minutes, as who kept them or for the Front"), NO_PAGE,
		SIGNING_OPTIONS },
	{ "conclusion", "draft", special_conclusion_draft, "MEETING [--out FILE]",
		"conclusion.draft",
		N_("write the page of a conclusion, with every opinion that it must cover"),
		CONCLUSION_PAGE, NO_OPTIONS },
	{ "conclusion", "check", special_conclusion_check, "FILE", "conclusion.check",
		N_("check that a conclusion forgets no opinion"), CONCLUSION_PAGE, NO_OPTIONS },
	{ "conclusion", "issue", special_conclusion_issue, "FILE [--day DAY] [--document NUMBER]",
		"conclusion.issue",
		N_("sign and issue a conclusion; one that two persons attested on paper, the "
		   "records clerk issues too"),
		CONCLUSION_PAGE, ISSUING_OPTIONS },
	{ "case", "attach", special_case_attach, "NUMBER FILE [--name NAME] [--day DAY]",
		"case.attach", N_("attach a photograph, a scan or another file to a case"), NO_PAGE,
		NO_OPTIONS },
	{ "case", "attachment", special_case_attachment, "NUMBER ENTRY --out FILE",
		"case.attachment",
		N_("a file that is attached to a case; case show prints its entry"), NO_PAGE,
		NO_OPTIONS },
	{ "rate", "inclusion", special_rate, RATE_USAGE, "rate.show",
		N_("opinions that issued conclusions cover, of all"), NO_PAGE, NO_OPTIONS },
	{ "rate", "submitted", special_rate, RATE_USAGE, "rate.show",
		N_("opinions that were handed to a responsible unit, of all"), NO_PAGE,
		NO_OPTIONS },
	{ "rate", "resolution", special_rate, RATE_USAGE, "rate.show",
		N_("cases that were answered, of all accepted"), NO_PAGE, NO_OPTIONS },
	{ "rate", "ontime", special_rate, RATE_USAGE, "rate.show",
		N_("cases that were answered in time, of all that had a limit"), NO_PAGE,
		NO_OPTIONS },
	{ "paper", "receipt", special_paper, "CASE " PAPER_USAGE, "paper.make",
		N_("receipt slip (02/TCD): what was handed in, and by whom"), NO_PAGE,
		PAPER_OPTIONS },
	{ "paper", "minutes", special_paper, "MEETING " PAPER_USAGE, "paper.make",
		N_("minutes of a meeting, to be read back and signed"), NO_PAGE, PAPER_OPTIONS },
	{ "paper", "draft", special_paper, "MEETING [--version N] " PAPER_USAGE, "paper.make",
		N_("draft of a conclusion beside the opinions that it must cover"), NO_PAGE,
		PAPER_OPTIONS },
	{ "paper", "notice", special_paper, "MEETING [--version N] " PAPER_USAGE, "paper.make",
		N_("notice of conclusion"), NO_PAGE, PAPER_OPTIONS },
	{ "paper", "dispatch", special_paper, "CASE [--to UNIT] " PAPER_USAGE, "paper.make",
		N_("transfer of a case to the body that it goes to"), NO_PAGE, PAPER_OPTIONS },
	{ "paper", "refusal", special_paper, "VISIT " PAPER_USAGE, "paper.make",
		N_("notice of refusal to receive (01/TCD)"), NO_PAGE, PAPER_OPTIONS },
	{ "paper", "register", special_paper, "UNIT --from DAY --until DAY " PAPER_USAGE,
		"paper.make", N_("register of reception (03/TCD) of some days"), NO_PAGE,
		PAPER_OPTIONS },
	{ "paper", "make", special_paper_make, "KIND NUMBER FILE …", "paper.make",
		N_("keep the plain text of a paper that was made elsewhere, under its check code"),
		NO_PAGE, NO_OPTIONS },
	{ "paper", "text", special_check, "CODE", "paper.text",
		N_("what a paper must say, by its check code"), NO_PAGE, CHECK_OPTIONS },
	{ "check", NULL, special_check, "CODE [FILE]", "paper.text",
		N_("what a paper must say, by its check code, or where a text differs from it"),
		NO_PAGE, CHECK_OPTIONS },
	{ "desk", NULL, special_desk, "[--unit CODE]", NULL,
		N_("pending cases and unfinished conclusions on a full screen"), NO_PAGE,
		NO_OPTIONS },
};

const unsigned special_count = sizeof(specials) / sizeof(specials[0]);

const struct special *special_of(const char *noun, const char *verb)
{
	for (unsigned i = 0; i < special_count; i++) {
		if (strcmp(specials[i].noun, noun) != 0)
			continue;
		if (specials[i].verb == NULL)
			return &specials[i];
		if (verb != NULL && strcmp(specials[i].verb, verb) == 0)
			return &specials[i];
	}
	return NULL;
}
