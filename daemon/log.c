/* log.c: lines to stderr; the service manager stamps them. */
#include "daemon/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static enum log_level shown = LOG_INFO;

void log_set_level(enum log_level level)
{
	shown = level;
}

void log_line(enum log_level level, const char *who, const char *format, ...)
{
	static const char *const names[] = { "error", "info", "debug" };
	char line[1024];
	va_list args;
	if (level > shown)
		return;
	int head = snprintf(line, sizeof(line), "%s %s ", names[level], who);
	va_start(args, format);
	int body = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, format, args);
	va_end(args);
	size_t n = (size_t)head + (body > 0 ? (size_t)body : 0);
	if (n > sizeof(line) - 2)
		n = sizeof(line) - 2;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[n] = '\n';
	(void)!write(STDERR_FILENO, line, n + 1);
}
