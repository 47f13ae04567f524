/* text.h: what text may enter the register, its one spelling, its width on a screen, its folded
 * key. */
#ifndef HOIAM_PROTO_TEXT_H
#define HOIAM_PROTO_TEXT_H

#include "proto/err.h"

enum text_rule {
	TEXT_LINE,  /* one line: no control character */
	TEXT_BLOCK, /* lines: newline and tab too */
	TEXT_CODE   /* [A-Za-z0-9._/-], and '*' or '@' as the first character */
};

/*
 * Checks text that came from outside against a rule. Lengths, the empty text among them, are the
 * caller's to judge. The note holds field, the byte offset in `at`, and in `what` the character as
 * "U+202E".
 *   E_UTF8       not UTF-8 (RFC 3629 section 3: overlong form, surrogate, above U+10FFFF, cut);
 *                noncharacters pass
 *   E_CONTROL    a control character of ASCII or of Latin-1 (C0, DEL, C1) that the rule forbids
 *   E_INVISIBLE  zero width, direction change, separator, soft hyphen, annotation or tag character
 *   E_CODE       TEXT_CODE alone: another character; what is the whole text
 *   E_NOT_NFC    not in normal form C (UAX #15); at is where its normal form differs first
 * The first fault from the left is told, but those of form (E_CODE, E_NOT_NFC) after the others.
 * Work is in proportion to t.n (times its logarithm) for any content.
 */
enum err text_check(struct text t, enum text_rule rule, const char *field, struct fault *f);

/*
 * Spells text in normal form C (UAX #15), with U+00A0 as a space and CR LF as LF. Nothing else is
 * changed: text_check judges the result. *out_own is terminated heap text of *out_n bytes that the
 * caller frees; NULL and 0 after E_UTF8, the one error, which is noted as text_check does.
 */
enum err text_normalise(
	struct text in, char **out_own, size_t *out_n, const char *field, struct fault *f);

/*
 * The cells of a terminal that the text takes: 2 for wide characters, 0 for combining marks and
 * controls, 1 for a byte that is not UTF-8.
 */
size_t text_width(struct text t);

/* The bytes from the start that fit in `cells` and end where a grapheme cluster does (UAX #29). */
size_t text_cut(struct text t, size_t cells);

/*
 * The key under which spellings with and without Vietnamese marks are the same: decomposed, without
 * the five tones, circumflex, breve and horn, đ (and the look-alikes Ð ð Ɖ) as d, in lower case,
 * white space as one space and none at the ends. Other punctuation stays. Returns the bytes of the
 * whole key; out holds them, not terminated, only when that is at most room. out may be NULL when
 * room is 0. Bytes that are not UTF-8 become U+FFFD.
 */
size_t text_fold(struct text in, char *out, size_t room);

/*
 * The text with other letters, by the simple mappings of Unicode (UAX #44): all of them capitals,
 * or the first one small or a capital. Terminated heap text of *out_n bytes that the caller frees;
 * bytes that are not UTF-8 become U+FFFD.
 */
enum text_case { TEXT_CAPITALS, TEXT_SMALL_FIRST, TEXT_CAPITAL_FIRST };
char *text_recase(struct text in, enum text_case how, size_t *out_n);

#endif
