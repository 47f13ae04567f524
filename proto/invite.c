/* invite.c: invitations as text. */
#include "proto/invite.h"

#include "proto/day.h"

#include <sodium.h>

#define FIRST_LINE "hoiam invitation 1"

static void put(struct writer *w, const char *string)
{
	write_raw(w, string, strlen(string));
}

static void put_hex(struct writer *w, const char *key, const uint8_t *p, size_t n)
{
	char hex[65];
	put(w, key);
	put(w, ": ");
	put(w, sodium_bin2hex(hex, sizeof(hex), p, n));
	put(w, "\n");
	sodium_memzero(hex, sizeof(hex));
}

void invite_format(struct writer *w, const struct invitation *invitation)
{
	put(w, FIRST_LINE "\n");
	put_hex(w, "register", invitation->reg, sizeof(invitation->reg));
	put_hex(w, "house", invitation->house, sizeof(invitation->house));
	put_hex(w, "secret", invitation->secret, sizeof(invitation->secret));
	if (invitation->has_line) {
		put_hex(w, "channel", invitation->channel, sizeof(invitation->channel));
		put_hex(w, "psk", invitation->psk, sizeof(invitation->psk));
	}
	if (invitation->server[0] != '\0') {
		put(w, "server: ");
		put(w, invitation->server);
		put(w, "\n");
	}
	if (invitation->until_day == DAY_NONE)
		return;
	char iso[11];
	day_format(invitation->until_day, iso);
	put(w, "until: ");
	put(w, iso);
	put(w, "\n");
}

static enum err refuse(struct fault *f, int64_t line, const char *what)
{
	enum err err = fail(f, E_LINE, "invitation", what);
	if (f != NULL)
		f->at = line;
	return err;
}

static struct text take_line(struct text *rest)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, '\n', rest->n);
	size_t n = end == NULL ? rest->n : (size_t)(end - rest->p);
	struct text line = { rest->p, n };
	size_t taken = end == NULL ? n : n + 1;
	rest->p += taken;
	rest->n -= taken;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool take_hex(struct text value, uint8_t *to, size_t n)
{
	size_t made = 0;
	const char *end = NULL;
	return value.n == 2 * n &&
	       sodium_hex2bin(to, n, value.p, value.n, NULL, &made, &end) == 0 && made == n &&
	       end == value.p + value.n;
}

/* HOST:PORT, without blanks or control characters. */
static bool take_server(struct text value, char to[static SERVER_BYTES_MAX + 1])
{
	if (value.n == 0 || value.n > SERVER_BYTES_MAX || memchr(value.p, ':', value.n) == NULL)
		return false;
	for (size_t i = 0; i < value.n; i++)
		if (value.p[i] <= ' ' || value.p[i] > '~')
			return false;
	memcpy(to, value.p, value.n);
	to[value.n] = '\0';
	return true;
}

/* The bit of the key that was read; 0 with *good unless key and value are as they should be. */
static unsigned take_value(struct text key, struct text value, struct invitation *to, bool *good)
{
	if (text_is(key, "register")) {
		*good = take_hex(value, to->reg, sizeof(to->reg));
		return 1;
	}
	if (text_is(key, "house")) {
		*good = take_hex(value, to->house, sizeof(to->house));
		return 2;
	}
	if (text_is(key, "secret")) {
		*good = take_hex(value, to->secret, sizeof(to->secret));
		return 4;
	}
	if (text_is(key, "until")) {
		to->until_day = day_parse(value);
		*good = to->until_day != DAY_NONE;
		return 8;
	}
	if (text_is(key, "channel")) {
		*good = take_hex(value, to->channel, sizeof(to->channel));
		return 16;
	}
	if (text_is(key, "psk")) {
		*good = take_hex(value, to->psk, sizeof(to->psk));
		return 32;
	}
	if (text_is(key, "server")) {
		*good = take_server(value, to->server);
		return 64;
	}
	*good = false;
	return 0;
}

enum err invite_parse(struct text t, struct invitation *to, struct fault *f)
{
	*to = (struct invitation){ 0 };
	if (t.n > INVITATION_BYTES_MAX || !text_is(take_line(&t), FIRST_LINE))
		return refuse(f, 1, "not an invitation of hoiam");
	unsigned seen = 0;
	for (int64_t number = 2; t.n > 0; number++) {
		struct text line = take_line(&t);
		const char *colon = line.n == 0 ? NULL : memchr(line.p, ':', line.n);
		if (line.n == 0)
			continue;
		size_t n = colon == NULL ? 0 : (size_t)(colon - line.p);
		if (n == 0 || line.n < n + 2 || line.p[n + 1] != ' ')
			return refuse(f, number, "'key: value' is wanted");
		bool good = false;
		struct text value = { line.p + n + 2, line.n - n - 2 };
		unsigned bit = take_value((struct text){ line.p, n }, value, to, &good);
		if (!good)
			return refuse(f, number, bit == 0 ? "unknown key" : "damaged value");
		if (seen & bit)
			return refuse(f, number, "given twice");
		seen |= bit;
	}
	if ((seen & 7u) != 7u)
		return refuse(f, 1, "register, house or secret is missing");
	if (((seen & 16u) != 0) != ((seen & 32u) != 0))
		return refuse(f, 1, "channel and psk stand together");
	to->has_line = (seen & 16u) != 0;
	return OK;
}
