/* log.h: one line a fact, to stderr: level, who, key=value. Never a word of a citizen, never a
 * secret. */
#ifndef HOIAM_DAEMON_LOG_H
#define HOIAM_DAEMON_LOG_H

enum log_level { LOG_ERROR, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);

/* At most a kilobyte; control bytes and what hides are escaped as \xNN, so that nobody forges a
 * line. */
void log_line(enum log_level level, const char *who, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(who, ...) log_line(LOG_ERROR, (who), __VA_ARGS__)
#define log_info(who, ...)  log_line(LOG_INFO, (who), __VA_ARGS__)
#define log_debug(who, ...) log_line(LOG_DEBUG, (who), __VA_ARGS__)

#endif
