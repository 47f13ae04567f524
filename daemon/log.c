/* log.c: lines to stderr; the service manager stamps them. */
#include "daemon/log.h"

#include "proto/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1024, ESCAPED_MAX_BYTES = 4 * LINE_MAX_BYTES + 1 };

static enum log_level shown = LOG_INFO;

void log_set_level(enum log_level level)
{
	shown = level;
}

/* A line that would not be let into the register either is told in ASCII alone. */
static size_t escape(struct text line, char out[static ESCAPED_MAX_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	bool plain = text_check(line, TEXT_LINE, NULL, NULL) == OK;
	size_t n = 0;
	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];
		if (plain || (c >= 0x20 && c < 0x7f)) {
			out[n++] = line.p[i];
			continue;
		}
		out[n++] = '\\';
		out[n++] = 'x';
		out[n++] = digits[c >> 4];
		out[n++] = digits[c & 15];
	}
	return n;
}

void log_line(enum log_level level, const char *who, const char *format, ...)
{
	static const char *const names[] = { "error", "info", "debug" };
	char line[LINE_MAX_BYTES], out[ESCAPED_MAX_BYTES];
	va_list args;
	if (level > shown)
		return;
	int head = snprintf(line, sizeof(line), "%s %.40s ", names[level], who);
	va_start(args, format);
	(void)vsnprintf(line + head, sizeof(line) - (size_t)head, format, args);
	va_end(args);
	size_t n = escape(text_of(line), out);
	out[n++] = '\n';
	(void)!write(STDERR_FILENO, out, n);
}
