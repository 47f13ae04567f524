/*
 * hoiam.h: a register of grievances from C: open a line, log in, ask and change.
 *
 *	cc example.c $(pkg-config --cflags --libs hoiam)
 *
 * A request is a command by its name, as `hoiam help` has it with a dot between ("meeting.record",
 * "rate.show"), and its fields, all given as text. A reply is tables of rows. docs/examples has a
 * whole program.
 *
 * Functions that can fail return 0, or the code of an error (hoiam-protocol); where a struct
 * hoiam_error is given, it then says what happened. It may be NULL everywhere. Texts are UTF-8 and
 * end in a zero byte. A line, with what was made from it, is for one thread at a time. No memory is
 * the one failure that ends the program.
 *
 * A line that breaks is made again, at once and then with longer and longer pauses (10 ms to 1 s)
 * for as long as its patience lasts, and the request at hand goes out once more. A change carries a
 * number of its own: the register does it once, however often it comes.
 */
#ifndef HOIAM_H
#define HOIAM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HOIAM_API __attribute__((visibility("default")))

struct hoiam;
struct hoiam_request;
struct hoiam_reply;

struct hoiam_error {
	int code;        /* 0: none */
	char name[32];   /* "E_GATE" */
	char field[160]; /* the field at fault, as hoiam_set has it; empty when there is none */
	char text[1024]; /* one sentence */
};

/*
 * Connect to the socket of a daemon; trying again for patience_ms milliseconds (0: once), which is
 * also the patience of all calls on this line. An answer is waited for a minute at most.
 */
HOIAM_API int hoiam_open(
	struct hoiam **out, const char *socket, unsigned patience_ms, struct hoiam_error *error);
HOIAM_API void hoiam_close(struct hoiam *line); /* NULL does nothing */

/*
 * The same over TCP to HOST:PORT, encrypted, with the keys of a device; logged in at once. keyfile
 * and its passphrase are as for hoiam_login. server NULL: where the invitation said.
 */
HOIAM_API int hoiam_open_server(struct hoiam **out, const char *server, const char *keyfile,
	const void *passphrase, size_t n, unsigned patience_ms, struct hoiam_error *error);

/* Log in with a key file that `hoiam enrol` made (mode 0600) and its passphrase of n bytes.
 * Once on a line. */
HOIAM_API int hoiam_login(struct hoiam *line, const char *keyfile, const void *passphrase, size_t n,
	struct hoiam_error *error);

/* A request without fields, and with a new number; NULL: there is no such command. */
HOIAM_API struct hoiam_request *hoiam_request(const char *command);
HOIAM_API void hoiam_request_free(struct hoiam_request *request); /* NULL does nothing */

/*
 * Set a field, in place of what was there. Days are "2026-03-01"; several codes or numbers
 * "a,b,c" and "1,2,5-7"; bytes hexadecimal. Fields of lists are "opinions[1].words" (the first),
 * "opinions[2].words" and so on, one after the other; "[1]" may be left out.
 */
HOIAM_API int hoiam_set(struct hoiam_request *request, const char *field, const char *value,
	struct hoiam_error *error);

/*
 * The number of a change (a UUID of version 7). Who must not lose one keeps it before the call;
 * after a crash the same fields under the same number, signed by the same key, are done once.
 */
HOIAM_API void hoiam_get_number(const struct hoiam_request *request, uint8_t number[16]);
HOIAM_API int hoiam_set_number(
	struct hoiam_request *request, const uint8_t number[16], struct hoiam_error *error);

/*
 * Send a request and wait for its reply, which the caller frees. When the line stays cut for longer
 * than its patience (E_CUT, E_UNREACHABLE) a change may have been done or not: the same request may
 * be sent again, now or on another line, and gets the same answer.
 */
HOIAM_API int hoiam_call(struct hoiam *line, const struct hoiam_request *request,
	struct hoiam_reply **out, struct hoiam_error *error);
HOIAM_API void hoiam_reply_free(struct hoiam_reply *reply); /* NULL does nothing */

/*
 * Lists come in pages: where the reply says that there is more, make this the request for the next
 * page and return 1; 0 at the end. E_CURSOR from the next call: ten minutes went by, or the daemon
 * was started again; a new request begins again.
 */
HOIAM_API int hoiam_next_page(struct hoiam_request *request, const struct hoiam_reply *reply);

/*
 * Rows of a table of the reply ("rate", "case_list"), 0 when there is none. Of a change, the events
 * of one name ("meeting_opened") are the rows of a table, and their fields its columns.
 */
HOIAM_API size_t hoiam_rows(const struct hoiam_reply *reply, const char *table);

/*
 * A cell, rows from 0. As text, numbers in digits: NULL when it is empty or there is none; good
 * until the reply is freed. As a number: `otherwise` when it is none.
 */
HOIAM_API const char *hoiam_text(
	struct hoiam_reply *reply, const char *table, size_t row, const char *column);
HOIAM_API int64_t hoiam_number(const struct hoiam_reply *reply, const char *table, size_t row,
	const char *column, int64_t otherwise);

#ifdef __cplusplus
}
#endif

#endif
