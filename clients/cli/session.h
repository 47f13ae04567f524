/*
 * session.h: what one run of hoiam has at hand: options, the line to the daemon, the officer's key.
 * Functions note what went wrong in session->fault; session_end tells it.
 */
#ifndef HOIAM_CLIENTS_CLI_SESSION_H
#define HOIAM_CLIENTS_CLI_SESSION_H

#include "clients/keyfile.h"
#include "clients/label.h"
#include "clients/link.h"
#include "clients/reply.h"
#include "proto/cmd.h"

enum format { FORMAT_TERMINAL, FORMAT_TABS, FORMAT_CSV, FORMAT_JSON };

#define SOCKET_DEFAULT "/run/hoiam/hoiamd.sock"

struct options {
	const char *as;     /* NULL: HOIAM_AS, or the only key */
	const char *socket; /* NULL: HOIAM_SOCKET, or SOCKET_DEFAULT */
	const char *server; /* HOST:PORT; NULL: HOIAM_SERVER, or what the key file says when no
			       socket is named */
	const char *rid;    /* NULL: a new request number */
	const char *behalf; /* unit on whose behalf a change is signed; NULL: none */
	enum format format;
	bool help;
};

struct session {
	struct options options;
	const char *noun, *verb;   /* of the command that runs; verb may be NULL */
	const struct cmd_row *cmd; /* its row, or that whose fields it takes; may be NULL */
	struct link *link;         /* NULL until session_connect */
	struct keyfile *key;       /* NULL until session_login */
	bool logged_in;
	struct labels labels;
	struct arena arena; /* of the command that runs */
	struct fault fault; /* of the last failure */
	int64_t line;       /* of `hoiam -`, 0 outside of it */
	bool typed;         /* `hoiam -` at a terminal */
};

void session_fini(struct session *s);

/* The socket's path and the name of the key that will be used. */
const char *session_socket(const struct session *s);
enum err session_key_name(struct session *s, const char **name);

/* Where to by an encrypted line, with a key that says where its daemon listens (or NULL); NULL: to
 * a Unix socket. */
const char *session_server(const struct session *s, const struct keyfile *key);

/* Connects, unless there is a line already; opens the key first when the line needs it. */
enum err session_connect(struct session *s);

/* Connects, opens the key (asking for its passphrase) and logs in, unless that is done. */
enum err session_login(struct session *s);

/* Today, on the server's clock and in the zone of its policy. `session` is a struct session. */
enum err session_today(void *session, uint32_t *day, struct fault *f);

/* The words of a command line into a record (zeroed first) and its checks. */
enum err session_parse(struct session *s, const struct record *r, int argc, char **argv, void *to);

/* One page of a reading command into `reply`, added to what is there. Logs in. */
enum err session_page(
	struct session *s, const struct cmd_row *cmd, const void *record, struct reply *reply);

/*
 * The whole reply, page after page, in place of what was there; one page only when the record's
 * `limit` is set. At most SESSION_PAGES_MAX pages: E_TOO_MANY.
 */
#define SESSION_PAGES_MAX 400
enum err session_read(
	struct session *s, const struct cmd_row *cmd, const void *record, struct reply *reply);

/*
 * The labels of the policy, asked for once and only where they are shown: in Vietnamese, after the
 * login; NULL when there are none. A failure to get them is not told and leaves the fault as it
 * was.
 */
const struct labels *session_labels(struct session *s);

/* Where the record of the page after `reply` begins: a copy of it in the session's arena. */
const void *session_after(
	struct session *s, const struct record *r, const void *record, const struct reply *reply);

/* Has the record a `limit` that is set? */
bool session_limited(const struct record *r, const void *record);

/* A changing command, signed. Logs in. --rid, when given, is used once. E_CUT tells the number,
 * with which the same record is the same request again. */
enum err session_act(
	struct session *s, const struct cmd_row *cmd, const void *record, struct outcome *outcome);

/*
 * The same with a request number of its own (16 bytes; NULL: a new one): the same number with the
 * same record is done once, and gets the same answer.
 */
enum err session_act_again(struct session *s, const struct cmd_row *cmd, const void *record,
	const uint8_t *rid, struct outcome *outcome);

/* Shows what a changing command did, in the format of the options. */
void session_show(struct session *s, const struct outcome *outcome);

/* The row of cmd.def with this wire name, which must exist. */
const struct cmd_row *session_cmd(const char *wire);

/*
 * Ends a command: OK gives 0; an error is told on stderr from s->fault, in one line, and gives the
 * exit code of err.def.
 */
int session_end(struct session *s, enum err err);

/*
 * The sentence in which s->fault is told, without its code: commands, states and roles as the user
 * reads them, and, where the program knows it, what to do next. sentence.c.
 */
void session_sentence(struct session *s, char *out, size_t room);

/* A usage error in the user's words, for session_end. */
enum err session_usage(struct session *s, const char *sentence);

#endif
