/* err.h: what can go wrong, and the note that says where and why. */
#ifndef HOIAM_PROTO_ERR_H
#define HOIAM_PROTO_ERR_H

#include "proto/base.h"

enum [[nodiscard]] err{ OK = 0,
#define ERR(name, code, exit, blame, text) name,
#include "proto/err.def"
#undef ERR
	ERR_COUNT };

enum blame { CALLER, SERVER };

#define FAULT_LIST_MAX 64

/*
 * The note of one failure. The functions that take a fault fill it when they return an error and
 * leave it alone otherwise; a NULL fault is allowed everywhere.
 */
struct fault {
	enum err err;
	char field[160]; /* path of the field, file or object at fault */
	char what[240];  /* the value or the reason */
	int64_t at;      /* byte offset, line, count */
	int64_t limit;
	uint32_t list[FAULT_LIST_MAX]; /* ordinals; the first FAULT_LIST_MAX of total */
	size_t list_count;
	uint64_t total;
	const char *file; /* origin of a SERVER error */
	int line;
	int cause; /* code of the library that failed */
};

struct err_row {
	const char *name;
	int code;
	int exit;
	enum blame blame;
	const char *text;
};

/* The row of an error; err must not be OK. */
const struct err_row *err_row(enum err err);

/* The error with this wire code, E_INTERNAL when there is none. */
enum err err_of_code(int64_t code);

/* Note an error and return it. field and what may be NULL. what is cut to fit and made printable.
 */
enum err fail(struct fault *f, enum err err, const char *field, const char *what);
enum err fail_text(struct fault *f, enum err err, const char *field, struct text what);
enum err fail_number(struct fault *f, enum err err, const char *field, int64_t at, int64_t limit);

/* Note a SERVER error with its origin and the failing library's code; returns err. */
enum err fail_server(struct fault *f, enum err err, int cause, const char *file, int line);
#define FAIL_SERVER(f, err, cause) fail_server((f), (err), (cause), __FILE__, __LINE__)

/* Note an ordinal for {list}; those past FAULT_LIST_MAX are counted only. */
void fault_list_add(struct fault *f, uint32_t ordinal);

/* Put "prefix." (or "prefix[i].") before the field of a noted fault. */
void fault_within(struct fault *f, const char *prefix, int64_t index);

/*
 * The error's sentence in `format` (err_row()->text or its translation) with the placeholders
 * filled; always terminated, cut at n.
 */
void fault_format(const struct fault *f, const char *format, char *out, size_t n);

#endif
