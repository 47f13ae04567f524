/*
 * backup.h: hoiamd backup DIR OUT and hoiamd restore BACKUP DIR. A backup is a folder of the same
 * files as a store's: data.mdb (compacted, one consistent state), house.key, hoiamd.conf when there
 * is one. Whoever holds it holds the house's key: keep it as safe as the register.
 */
#ifndef HOIAM_DAEMON_BACKUP_H
#define HOIAM_DAEMON_BACKUP_H

#include "proto/err.h"

#include <stdio.h>

/*
 * Copy the store in folder `dir`, whose daemon may be at work, to `to`, which must not be there or
 * be empty. All is on the disk and has been looked at before `to` appears, whole or not at all.
 * Says on `out` what was kept. E_EXISTS, E_NOT_FOUND (no store), E_FILE.
 */
enum err backup_store(const char *dir, const char *to, FILE *out, struct fault *f);

/*
 * Put a backup into `dir`, which must not be there or be empty, after verifying all of the copy
 * (verify.h; its lines go to `out`). E_CORRUPT: it was damaged, and nothing was put in place.
 */
enum err restore_store(const char *backup, const char *dir, FILE *out, struct fault *f);

#endif
