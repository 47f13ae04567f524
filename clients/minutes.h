/* minutes.h: the minutes of a meeting from a page in plain text (page.h, page.def). */
#ifndef HOIAM_CLIENTS_MINUTES_H
#define HOIAM_CLIENTS_MINUTES_H

#include "proto/record.h"

/*
 * Reads the minutes in `file`: a list of one meeting, whose source is the hash of the page in
 * normal form; its opinions in order, up to LIMIT_OPINIONS_MEETING, so that the caller splits what
 * is more than LIMIT_OPINIONS_ACTION; count, and closed = 1, when the page says how many they are.
 * `registered` is who asked to speak, of registration_new. All have passed record_check. All lives
 * in `a`. E_TOO_LARGE; else E_LINE with `name`, the line and a sentence; a count that is not the
 * number of opinions in the page among them.
 */
enum err minutes_read(struct text file, const char *name, struct meeting_record *to,
	struct list *registered, struct arena *a, struct fault *f);

#endif
