/*
 * report.h: reading: one snapshot, the reader's rights, and the tables of the reply
 * (proto/report.def). A report sees what the reader's grants let it see and nothing more; lists and
 * single records go through the same functions.
 */
#ifndef HOIAM_DAEMON_REPORT_H
#define HOIAM_DAEMON_REPORT_H

#include "daemon/authz.h"
#include "daemon/house.h"
#include "daemon/report/cursor.h"
#include "proto/cmd.h"
#include "proto/report.h"

/* A body that goes out with the reply: the entry that it came with, and its bytes; 0: none. */
struct body_place {
	uint64_t seq, size;
};

struct report {
	struct txn *txn; /* a read transaction */
	struct arena *arena;
	const struct house *house;
	const struct cmd_row *cmd;
	int64_t now;
	uint32_t today; /* in the policy's zone */
	uint32_t officer;
	struct grants grants;
	bool clock_jumped;           /* the daemon only reads */
	const uint8_t *house_secret; /* Ed25519, 64 bytes */
	struct bytes key;            /* id of the session's key */
	const struct cursor_seal *seal;
	struct fault *fault;
	struct body_place body;
	/* the reply in the making */
	struct writer tables, rows;
	size_t table_count, row_count, cell_count;
	enum table_name table;
	uint8_t next[CURSOR_PLACE_MAX]; /* where this page ended */
	size_t next_n;
};

/* One function per reading command. */
typedef enum err report_fn(struct report *r, const void *request);

/* clang-format off */
#define CMD(id, wire, mode, right, record, function, help) CMD_##mode##_DECLARE(function)
#define CMD_OPEN_DECLARE(function)
#define CMD_WRITE_DECLARE(function)
#define CMD_AUTO_DECLARE(function)
#define CMD_READ_DECLARE(function) enum err report_##function(struct report *r, const void *request);
#include "proto/cmd.def"
#undef CMD
#undef CMD_OPEN_DECLARE
#undef CMD_WRITE_DECLARE
#undef CMD_AUTO_DECLARE
#undef CMD_READ_DECLARE
/* clang-format on */

/* The function of a reading command; NULL for others. */
report_fn *report_function(enum cmd cmd);

/* Run a reading command whose params are the record's WIRE map; the reply goes to `w`. `after`
 * comes sealed and `next` goes out sealed (cursor.h): the command itself has plain places. */
enum err report_run(struct report *r, struct bytes params, struct writer *w);
void report_fini(struct report *r);

/*
 * Tables: table_begin, then for each row row_begin and one cell per column in the table's order
 * (asserted), then table_end.
 */
void table_begin(struct report *r, enum table_name name);
void row_begin(struct report *r);
void table_end(struct report *r);

struct writer *cell_value(struct report *r); /* one cell is one value, written here */
void cell_none(struct report *r);
void cell_count(struct report *r, uint64_t v);
void cell_int(struct report *r, int64_t v);
void cell_text(struct report *r, struct text v); /* nil when empty */
void cell_string(struct report *r, const char *v);
void cell_day(struct report *r, uint32_t day); /* nil for none */
void cell_time(struct report *r, int64_t us);
void cell_unit(struct report *r, uint64_t unit);
void cell_term(struct report *r, uint64_t term);
void cell_state(struct report *r, uint64_t state);
void cell_number(struct report *r, struct num number);
void cell_hex(struct report *r, struct bytes b);

/* The next page begins after this key of the list's own making, at most CURSOR_PLACE_MAX
 * bytes. */
void report_next(struct report *r, const void *key, size_t n);

/* Rows asked for: limit, or 100 when 0. */
size_t report_limit(uint64_t limit);

/* May the reader see something of unit a (or of b, when not 0)? */
bool report_sees(const struct report *r, enum right right, uint32_t a, uint32_t b);

/* The words of a row into the WORDS fields of `to`, when the reader may read those of units a or b.
 */
void report_words(struct report *r, uint64_t seq, uint64_t group, uint32_t a, uint32_t b,
	const struct record *record, void *to);

/* Name and address of a person of the register, where there is no name and the reader may read it.
 */
void report_known(struct report *r, struct text person, struct text *name, struct text *address);

/* A meeting or case by its typed number; E_NOT_FOUND also when it may not be seen. */
enum err report_meeting(
	struct report *r, struct text number, struct num *key, struct row_meeting *to);
enum err report_case(struct report *r, struct text number, struct num *key, struct row_case *to);

/*
 * Units that the reader may see with this right, and that lie in the tree of `code` (all when
 * empty) on `day`. Ids in ascending order in the arena. E_NOT_FOUND for a code that is not there or
 * not visible.
 */
enum err report_units(
	struct report *r, enum right right, struct text code, uint32_t day, struct uints *to);

/* The units that a count is over, and whether some were left out for want of the right. */
struct scope {
	struct uints units;
	bool part;
};

/* As report_units. */
enum err report_scope(
	struct report *r, enum right right, struct text code, uint32_t day, struct scope *to);

/*
 * How a scope is told: what was asked for, "(all)" or "(part)" when that was no unit; and, when it
 * is a part, the topmost of its units on that day, else nothing. In the arena.
 */
struct text scope_name(struct text code, const struct scope *scope);
struct text scope_units(struct report *r, const struct scope *scope, uint32_t day);

#endif
