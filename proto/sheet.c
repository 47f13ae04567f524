/* sheet.c: recovery sheets as text. */
#include "proto/sheet.h"

#include <sodium.h>

#define FIRST_LINE "hoiam recovery sheet 1"

void sheet_token(const uint8_t secret[static 32], uint8_t out[static 32])
{
	crypto_hash_sha256_state state;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const uint8_t *)"hoiam/r1", 8);
	crypto_hash_sha256_update(&state, secret, 32);
	crypto_hash_sha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

static void put(struct writer *w, const char *string)
{
	write_raw(w, string, strlen(string));
}

static void put_hex(struct writer *w, const char *key, const uint8_t *p, size_t n)
{
	char hex[65];
	put(w, key);
	put(w, sodium_bin2hex(hex, sizeof(hex), p, n));
	put(w, "\n");
	sodium_memzero(hex, sizeof(hex));
}

void sheet_format(struct writer *w, const struct sheet *sheet)
{
	put(w, FIRST_LINE "\n");
	put_hex(w, "register: ", sheet->reg, sizeof(sheet->reg));
	put_hex(w, "house: ", sheet->house, sizeof(sheet->house));
	put_hex(w, "secret: ", sheet->secret, sizeof(sheet->secret));
	put(w, "\n"
	       "Print this, keep it in a safe, delete the file. The register holds a hash of the\n"
	       "secret: whoever has this sheet can prove it when no administrator is left.\n");
}

static struct text take_line(struct text *rest)
{
	if (rest->n == 0)
		return *rest;
	const char *end = memchr(rest->p, '\n', rest->n);
	size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
	struct text line = { rest->p, n };
	rest->p += end == NULL ? n : n + 1;
	rest->n -= end == NULL ? n : n + 1;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool take_hex(struct text line, const char *key, uint8_t *to, size_t n)
{
	size_t made = 0, key_n = strlen(key);
	const char *end = NULL;
	return line.n == key_n + 2 * n && memcmp(line.p, key, key_n) == 0 &&
	       sodium_hex2bin(to, n, line.p + key_n, 2 * n, NULL, &made, &end) == 0 && made == n;
}

enum err sheet_parse(struct text t, struct sheet *to, struct fault *f)
{
	const struct {
		const char *key;
		uint8_t *to;
		size_t n;
	} lines[] = { { "register: ", to->reg, sizeof(to->reg) },
		{ "house: ", to->house, sizeof(to->house) },
		{ "secret: ", to->secret, sizeof(to->secret) } };
	enum err err = OK;
	if (t.n > SHEET_BYTES_MAX || !text_is(take_line(&t), FIRST_LINE))
		err = fail(f, E_LINE, "sheet", "not a recovery sheet of hoiam");
	if (err != OK && f != NULL)
		f->at = 1;
	for (size_t i = 0; err == OK && i < COUNT(lines); i++) {
		if (take_hex(take_line(&t), lines[i].key, lines[i].to, lines[i].n))
			continue;
		err = fail(f, E_LINE, "sheet", "missing or damaged");
		if (f != NULL)
			f->at = (int64_t)i + 2;
	}
	return err;
}
