/* fetch.h: what the desk shows, from the server. */
#ifndef HOIAM_CLIENTS_DESK_FETCH_H
#define HOIAM_CLIENTS_DESK_FETCH_H

#include "clients/cli/session.h"
#include "clients/desk/desk.h"

/*
 * Each returns an error noted in s->fault; when the line broke it is given up, desk->cut is set,
 * and the next fetch_who connects again.
 */

/* Connects and logs in, if need be; the header's name, body (`unit`, when given) and size of the
 * journal. */
enum err fetch_who(struct session *s, struct desk *desk, const char *unit);

/* The next page of the list in front. `unit`: only this unit and those below it; NULL: all. */
enum err fetch_more(struct session *s, struct desk *desk, const char *unit);

/* The list in front again, as far as the cursor stood. */
enum err fetch_again(struct session *s, struct desk *desk, const char *unit);

/* What is under the cursor, into desk->sheet. */
enum err fetch_sheet(struct session *s, struct desk *desk);

#endif
