/*
 * cursor.h: the place where a page ended, as it goes out (`next`) and comes back (`after`): sealed,
 * so that nobody reads or makes one, and good for the same officer, command and filter only, for
 * ten minutes. Lists themselves know plain places alone (report_next).
 */
#ifndef HOIAM_DAEMON_CURSOR_H
#define HOIAM_DAEMON_CURSOR_H

#include "proto/limits.h"
#include "proto/pack.h"

#include <stddef.h>

struct report;

#define CURSOR_PLACE_MAX 64u
#define CURSOR_LIFE_US   ((int64_t)10 * 60 * 1000000)

/* The key that seals: made at random, in guarded memory, gone with the process. */
struct cursor_seal;
struct cursor_seal *cursor_seal_new(void);
void cursor_seal_free(struct cursor_seal *seal);

/*
 * Put the plain place into the request's `after`, when it has one. E_CURSOR when it was not sealed
 * here, for this officer, command and request (any page size), or not in the last ten minutes.
 */
enum err cursor_open(const struct report *r, void *request);

/* The place that report_next noted, sealed; nil when there is none. */
void cursor_write(const struct report *r, const void *request, struct writer *w);

#endif
