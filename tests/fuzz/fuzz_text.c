/* fuzz_text.c: text of any bytes: checked, normalised, folded, measured, cut. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "proto/text.h"

static void try_check(struct text t)
{
	enum err line = text_check(t, TEXT_LINE, "t", NULL);
	enum err block = text_check(t, TEXT_BLOCK, "t", NULL);
	enum err code = text_check(t, TEXT_CODE, "t", NULL);
	struct fault f = { 0 };
	enum err again = text_check(t, TEXT_LINE, "t", &f);
	assert(again == line && f.err == line);
	assert(line == OK || (f.at >= 0 && (size_t)f.at <= t.n));
	/* A line is a block, a code is a line, and neither is not UTF-8. */
	assert(line != OK || block == OK);
	assert(code != OK || line == OK);
	assert(line == E_CONTROL || block == line);
}

/* Is in normal form C what utf8proc's own way, on no helper of ours, leaves as it is? */
static void try_form(struct text t)
{
	enum err err = text_check(t, TEXT_BLOCK, "t", NULL);
	if (err != OK && err != E_NOT_NFC)
		return;
	utf8proc_uint8_t *form = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)t.p, (utf8proc_ssize_t)t.n,
		&form, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	assert(n >= 0);
	bool same = text_equal(t, (struct text){ (const char *)form, (size_t)n });
	assert(same == (err == OK));
	free(form);
}

static void try_normalise(struct text t)
{
	char *once = NULL, *twice = NULL;
	size_t n = 0, m = 0;
	struct fault f = { 0 };
	enum err err = text_normalise(t, &once, &n, "t", &f);
	if (err != OK) {
		assert(err == E_UTF8 && f.err == err && once == NULL && n == 0);
		assert(text_check(t, TEXT_BLOCK, "t", NULL) != OK);
		return;
	}
	struct text normal = { once, n };
	assert(once[n] == '\0');
	err = text_check(normal, TEXT_BLOCK, "t", NULL);
	assert(err != E_NOT_NFC && err != E_UTF8);
	err = text_normalise(normal, &twice, &m, "t", NULL);
	/* CR CR LF loses one CR each time; text_check takes neither. */
	bool again = n > 1 && memmem(once, n, "\r\n", 2) != NULL;
	assert(err == OK && (again || text_equal(normal, (struct text){ twice, m })));
	free(once);
	free(twice);
}

static void try_fold(struct text t)
{
	size_t n = text_fold(t, NULL, 0);
	char *key = xmalloc(n + 1);
	key[n] = '#';
	size_t same = text_fold(t, key, n);
	assert(same == n && key[n] == '#');
	assert(text_check((struct text){ key, n }, TEXT_BLOCK, "key", NULL) != E_UTF8);
	assert(n == 0 || (key[0] != ' ' && key[n - 1] != ' '));
	if (n > 0) {
		char *less = xmalloc(n - 1);
		same = text_fold(t, less, n - 1);
		assert(same == n);
		free(less);
	}
	free(key);
}

static void try_cut(struct text t)
{
	size_t width = text_width(t);
	assert(width <= 2 * t.n);
	assert(text_cut(t, width) == t.n);
	size_t before = 0;
	for (size_t cells = 0; cells <= 20; cells++) {
		size_t n = text_cut(t, cells);
		assert(n <= t.n && n >= before);
		assert(text_width((struct text){ t.p, n }) <= cells);
		before = n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text t = { (const char *)data, size };
	try_check(t);
	try_form(t);
	try_normalise(t);
	try_fold(t);
	try_cut(t);
	return 0;
}
