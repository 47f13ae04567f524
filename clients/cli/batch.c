/*
 * batch.c: `hoiam -`: many commands, one opening of the key, one line to the daemon; from a file,
 * or typed.
 */
#include "clients/cli/command.h"

#include "clients/i18n.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { WORDS_MAX = 256, LINE_BYTES_MAX = 1024 * 1024 };

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* “ as word processors and some keyboards write it begins a quote that ” ends. */
static bool is_curly(const char *p, char last)
{
	return p[0] == '\xe2' && p[1] == '\x80' && p[2] == last;
}

static const char CURLY = 1, OPENS = '\x9c', CLOSES = '\x9d';

/* One word at *from, unquoted in place into *to; false when a quote does not end. */
static bool take_quoted(const char **from, char **to)
{
	char quote = '\0';
	for (const char *p = *from;; p++) {
		if (*p == '\0' || (quote == '\0' && is_blank(*p))) {
			*from = p;
			return quote == '\0';
		}
		if (quote == '\0' && (*p == '\'' || *p == '"')) {
			quote = *p;
			continue;
		}
		if (quote == '\0' ? is_curly(p, OPENS) : quote == CURLY && is_curly(p, CLOSES)) {
			quote = quote == '\0' ? CURLY : '\0';
			p += 2;
			continue;
		}
		if (*p == quote) {
			quote = '\0';
			continue;
		}
		bool escapes = *p == '\\' && p[1] != '\0' && p[1] != '\n' &&
			       (quote == '\0' || (quote == '"' && (p[1] == '"' || p[1] == '\\')));
		if (escapes)
			p++;
		*(*to)++ = *p;
	}
}

/* Cuts the line into words, which live in the arena. */
static enum err split(struct session *s, const char *line, char **words, int *count)
{
	char *out = arena_alloc(&s->arena, strlen(line) + WORDS_MAX + 1, 1);
	*count = 0;
	for (const char *p = line;;) {
		while (is_blank(*p))
			p++;
		if (*p == '\0' || *p == '#')
			return OK;
		if (*count == WORDS_MAX)
			return fail_number(&s->fault, E_TOO_MANY, "line", *count, WORDS_MAX);
		words[(*count)++] = out;
		if (!take_quoted(&p, &out))
			return session_usage(s, _("a quote does not end"));
		*out++ = '\0';
	}
}

static int run_line(struct session *s, const char *line)
{
	char *words[WORDS_MAX];
	int count = 0;
	enum err err = split(s, line, words, &count);
	if (err != OK || count == 0)
		return session_end(s, err);
	struct options before = s->options;
	int skip = count > 1 && strcmp(words[0], "hoiam") == 0; /* as one types it elsewhere */
	count -= skip;
	err = options_take(&count, words + skip, &s->options, &s->fault);
	bool other = s->options.as != before.as || s->options.socket != before.socket;
	if (err == OK && other && s->link != NULL)
		err = session_usage(s, _("one key and one socket for all lines"));
	int rc = err != OK ? session_end(s, err) : command_run(s, count, words + skip);
	s->options = before;
	return rc;
}

/* A person at a terminal: asked for the passphrase first, prompted, and left to try again. */
static bool is_last(const struct session *s, const char *line)
{
	return s->typed && (strcmp(line, "exit\n") == 0 || strcmp(line, "quit\n") == 0);
}

static void prompt(const struct session *s)
{
	if (s->typed)
		fputs("hoiam> ", stderr);
}

static int run_all(struct session *s, FILE *in, char **line)
{
	size_t room = 0;
	int rc = 0;
	while (rc == 0 || s->typed) {
		prompt(s);
		ssize_t n = getline(line, &room, in);
		if (n < 0 && s->typed)
			fputc('\n', stderr);
		if (n < 0 || is_last(s, *line))
			break;
		s->line++;
		if (n > LINE_BYTES_MAX || strlen(*line) != (size_t)n)
			rc = session_end(
				s, session_usage(s, _("the line is too long, or no text")));
		else
			rc = run_line(s, *line);
		arena_reset(&s->arena);
		fflush(stdout);
	}
	return rc;
}

int batch_run(struct session *s, FILE *in)
{
	char *line = NULL;
	s->typed = isatty(fileno(in));
	enum err err = s->typed ? session_login(s) : OK;
	int rc = err != OK ? session_end(s, err) : run_all(s, in, &line);
	if (rc == 0 && ferror(in))
		rc = session_end(s, fail(&s->fault, E_FILE, "-", strerror(errno)));
	free(line);
	return rc;
}
