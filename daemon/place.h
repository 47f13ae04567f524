/*
 * place.h: a folder that appears whole or not at all: its files are made in a folder of their own,
 * synced, and only then put in place. data.mdb comes last: it makes the folder a register.
 */
#ifndef HOIAM_DAEMON_PLACE_H
#define HOIAM_DAEMON_PLACE_H

#include "proto/err.h"

enum { PLACE_PATH_MAX = 3800, PLACE_FILE_MAX = PLACE_PATH_MAX + 300 };

struct place {
	char path[PLACE_PATH_MAX + 1];  /* without slashes at its end */
	char temp[PLACE_PATH_MAX + 20]; /* where the files are made */
	bool inside;                    /* temp is a folder of path, which was there, empty */
};

/*
 * Nothing is at `path`, or an empty folder: that one is kept, with its owner and mode, for who
 * makes the files may have no right to make folders beside it. E_EXISTS: a register is there.
 * E_FILE: not an empty folder; `own` and others may write there; no folder can be made.
 */
enum err place_open(struct place *p, const char *path, bool own, struct fault *f);

/* Sync what was made, put it in place, sync that. The lock file of a store stays behind. */
enum err place_keep(struct place *p, struct fault *f);

/* Remove what was made and is not in place. */
void place_drop(struct place *p);

#endif
