/* audit.c: lines and counts of what verifying finds. */
#include "daemon/verify/audit.h"

#include "daemon/verify/fold.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINES_MAX = 1000, PROGRESS_STEP = 1 << 14 };

void audit_init(struct audit *a, struct txn *txn, FILE *out)
{
	*a = (struct audit){ .txn = txn, .out = out, .at = INT64_MIN };
	a->progress = isatty(STDERR_FILENO) == 1;
	a->fold = fold_new();
}

void audit_fini(struct audit *a)
{
	if (a->progress)
		fputs("\r\033[K", stderr);
	free(a->entry.events);
	free(a->entry.w);
	writer_fini(&a->hashes);
	keys_fini(&a->keys);
	words_fini(&a->words);
	fold_free(a->fold);
	arena_fini(&a->arena);
}

__attribute__((format(printf, 5, 0))) static void line(struct audit *a, const char *table,
	const char *where, const char *field, const char *format, va_list list)
{
	/* once the pages failed, rows seem to be missing: that is said by itself at the end */
	if (a->txn != NULL && txn_error(a->txn) != OK)
		return;
	if (a->failures++ >= LINES_MAX)
		return;
	fprintf(a->out, "verify: %s %s %s: ", table, where, field);
	vfprintf(a->out, format, list);
	fputc('\n', a->out);
}

void audit_fail(struct audit *a, const char *table, const char *where, const char *field,
	const char *format, ...)
{
	va_list list;
	va_start(list, format);
	line(a, table, where, field, format, list);
	va_end(list);
}

void audit_fail_at(struct audit *a, uint64_t seq, const char *field, const char *format, ...)
{
	char where[24];
	va_list list;
	snprintf(where, sizeof(where), "%llu", (unsigned long long)seq);
	va_start(list, format);
	line(a, "entry", where, field, format, list);
	va_end(list);
}

void audit_progress(struct audit *a, const char *what, uint64_t done)
{
	if (a->progress && done % PROGRESS_STEP == 0)
		fprintf(stderr, "\rverify: %s %llu\033[K", what, (unsigned long long)done);
}
