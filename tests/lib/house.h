/*
 * house.h: a register in a scratch store, with units, a policy and officers, for tests that decide
 * without sockets or threads. What fails inside is the test's end: these functions assert.
 *
 * Units (all from 2000-01-01 unless said): 98 the province; 98-KT its office; 98101 and 98102 its
 * communes; 98101-KT, 98101-CA, 98102-KT their offices; 985 a district of the province, ended on
 * 2025-07-01, with 98501 a commune in it that went on below 98; 98103 until 2025-07-01 below 985,
 * and another 98103 from that day below 97; 98199 below 98, from 2030-01-01; 97 another province
 * and 97101 its commune.
 *
 * Policy: meeting kinds dialogue_regular and dialogue_adhoc (gated), regular_reception (not);
 * kinds KN (30 days), TC (sealed, referred once, 30 days), KIEN_NGHI (no limit), PHAN_ANH (15
 * working days); topics land, roads, water; outcomes done, explained, will_do (promises); grounds
 * error, not_ours, double, no_reason; routes: PHAN_ANH on roads is accepted by 98101-KT, KN on land
 * goes to 98-KT, TC is referred to 98, water is guided to 98102, all in 98101 is accepted @own.
 */
#ifndef HOIAM_TESTS_LIB_HOUSE_H
#define HOIAM_TESTS_LIB_HOUSE_H

#include "daemon/ledger.h"

struct cursor_seal;

struct test_officer {
	uint8_t secret[SECRET_BYTES];
	uint8_t key[KEY_ID_BYTES];
	uint32_t number; /* the officer's */
	char role[24], unit[24];
};

enum { TEST_OFFICERS_MAX = 256 };

/* What a recovery sheet of the register has the secret of: 32 bytes of this. */
enum { TEST_SHEET_BYTE = 0x5e };

struct test_house {
	char path[128];
	struct db *db;
	struct ledger *ledger;
	int64_t now;         /* of the next action; a test may set it */
	bool verify;         /* signatures are verified before deciding; off at first */
	struct text behalf;  /* unit on whose behalf actions are signed; test_behalf sets it */
	bool batch;          /* between test_begin and its end */
	struct writer reply; /* to the last action that was not refused */
	struct arena arena;  /* of what the helpers below hand out; a test may reset it */
	uint8_t secret[SECRET_BYTES], reg[16];
	struct cursor_seal *seal; /* of places in lists; a test may take another */
	uint64_t actions;         /* done so far: makes request numbers */
	struct test_officer *officers[TEST_OFFICERS_MAX];
	size_t officer_count;
};

/* A fresh register, every role over each of 98, 98-KT, 98101, 98101-KT, 98101-CA, 98102, and over
 * the whole register (unit ""). Its time is 2026-03-02 09:00 +07:00. */
struct test_house *test_house_open(void);
void test_house_close(struct test_house *h);
DEFINE_AUTO(struct test_house *, test_house_close)

/* Close the store and open it again. Not in a batch. */
void test_house_reopen(struct test_house *h);

/* The first officer of this role over this unit. */
const struct test_officer *test_officer(
	const struct test_house *h, const char *role, const char *unit);

/* One more person, invited and enrolled; test_officer does not find it while there is another. */
const struct test_officer *test_officer_new(
	struct test_house *h, const char *role, const char *unit);

/* One transaction over the actions between. */
void test_begin(struct test_house *h);
void test_commit(struct test_house *h);
void test_abort(struct test_house *h);

/*
 * A real signed action, decided; in a batch of its own, committed unless refused, when none is
 * open. record: the command's. f may be NULL; when OK it is left alone.
 * A body that belongs to it is of zeros.
 */
enum err test_act(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct fault *f);

/* Actions from here on are signed on behalf of this unit; "": of none. */
void test_behalf(struct test_house *h, const char *unit);

/* test_act that must not be refused; prints the fault if it is. */
void test_must(
	struct test_house *h, const struct test_officer *by, enum cmd cmd, const void *record);

/* A reading command with its record, as the open batch sees things, or as committed; the reply goes
 * to h->reply. */
enum err test_ask(struct test_house *h, const struct test_officer *by, enum cmd cmd,
	const void *record, struct fault *f);

/* The point of time at which an hour of a day begins in +07:00. */
int64_t test_time(const char *day, int hour);

/* "2026-03-02" as a day. */
uint32_t test_day(const char *day);

/* "98101/2026/1" as a number. Numbers as text live in h->arena. */
struct num test_number(struct test_house *h, const char *number);
struct text test_number_text(struct test_house *h, struct num number);

/* The number of a unit that bears the code on a day. */
uint32_t test_unit(struct test_house *h, const char *code, const char *day);

/* The number of a term, 0 when there is none. */
uint32_t test_term(struct test_house *h, const char *list, const char *code);

/* Rows as the open batch sees them, or as committed. Texts live in h->arena. false: not there. */
bool test_row(
	struct test_house *h, enum store table, struct key key, const struct record *r, void *to);
struct row_meeting test_meeting(struct test_house *h, struct num number);
struct row_case test_case(struct test_house *h, struct num number);
struct row_opinion test_opinion(struct test_house *h, struct num meeting, uint32_t ordinal);
struct row_conclusion test_conclusion(struct test_house *h, struct num meeting, uint32_t version);

/* The transaction of the open batch, or a read transaction that test_txn_end closes. */
struct txn *test_txn(struct test_house *h);
void test_txn_end(struct test_house *h, struct txn *txn);

/* The hash over the items of a conclusion, as who signs it computes it. */
void test_content(
	struct test_house *h, struct num meeting, uint32_t version, uint8_t out[static 32]);

/* SHA-256 over every row of every table, and the size of the journal. */
struct test_state {
	uint8_t hash[32];
	uint64_t size;
};
struct test_state test_state(struct test_house *h);

/* Opinions with made words, kind and topic as given (NULL: none); in h->arena. */
struct list test_opinions(struct test_house *h, size_t count, const char *kind, const char *topic);

/* A meeting of 98101 with so many opinions, its minutes closed when `closed`; its number. */
struct num test_record(struct test_house *h, const struct test_officer *by, const char *kind,
	const char *day, size_t count, bool closed);

#endif
