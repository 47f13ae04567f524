/* fuzz_template.c: any bytes as a template and as what it is filled with; what becomes of it is
 * compared with itself and with the bytes. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>

#include "clients/paper/compare.h"
#include "clients/paper/html.h"
#include "clients/paper/plain.h"
#include "clients/paper/template.h"

/* The template, a line with a bar of its own, then the words. */
static struct text take_words(struct text *file)
{
	const char *bar = memmem(file->p, file->n, "\n|\n", 3);
	struct text words = { 0 };
	if (bar != NULL) {
		size_t n = (size_t)(bar - file->p);
		words = (struct text){ bar + 3, file->n - n - 3 };
		file->n = n + 1;
	}
	return words;
}

static void lay_out(const struct document *d, struct text file, struct arena *a)
{
	AUTO(writer_fini) struct writer html = { 0 };
	AUTO(writer_fini) struct writer pages = { 0 };
	const struct footing below = { text_of("0123-4567-89AB"), text_of("Code:"), { 0 } };
	struct comparison c;
	struct text form = plain_form(d, a);
	html_write(d, text_of("fuzz"), &below, &html);
	plain_write(form, &below, true, &pages);
	enum err err = compare_papers(
		form, (struct text){ (const char *)pages.p, pages.n }, &below, &c, a, NULL);
	assert(err == OK && c.faults == 0);
	err = compare_papers(form, file, &below, &c, a, NULL);
	assert(err == OK || err == E_UTF8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct text file = { (const char *)data, size }, words = take_words(&file);
	const struct template *t;
	struct document d;
	struct fault f = { 0 };
	enum err err = template_read(file, "page", &t, &a, &f);
	if (err != OK) {
		assert(f.err == err && (err != E_LINE || (f.at > 0 && f.what[0] != '\0')));
		return 0;
	}
	struct values *v = values_new(&a);
	values_put(v, "a", words);
	values_put(v, "b", text_of(""));
	values_list(v, "none");
	for (unsigned i = 0; i < 3; i++)
		values_put(values_add(v, "list"), "c", text_of(i == 1 ? "" : "x"));
	if (template_fill(t, v, &d, &a, &f) == OK)
		lay_out(&d, file, &a);
	return 0;
}
