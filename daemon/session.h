/*
 * session.h: one client: frames, hello, login, requests and their answers. Bytes in, bytes out; no
 * descriptor, so that tests and fuzzers drive the real thing.
 */
#ifndef HOIAM_DAEMON_SESSION_H
#define HOIAM_DAEMON_SESSION_H

#include "daemon/authz.h"
#include "daemon/commit.h"
#include "daemon/house.h"
#include "proto/channel.h"

struct cursor_seal;

/* The grants of an officer in one snapshot: requests come in runs from the same one. */
struct held {
	uint64_t snapshot; /* 0: none */
	uint32_t officer;
	struct grants grants;
	struct arena arena; /* of their texts */
};

/* What all sessions of a daemon share, on the loop thread. */
struct office {
	struct db *db;
	struct txn *snapshot; /* a read transaction, fresh for each request */
	struct house house;
	struct position end;                /* of the journal, without its root */
	uint64_t seen;                      /* the snapshot that house and end are of; 0: none */
	struct arena arena;                 /* of the request at work */
	struct held held;                   /* the grants that were looked at last */
	struct writer answer, tables, rows; /* of the answer at work: memory that is used again */
	struct commit *commit;
	struct cursor_seal *seal; /* of the places in lists that it gives out */
	const struct conf *conf;
	struct session *sessions; /* all that live */
	size_t bodies;            /* on their way in, or waiting for the disk */
	uint64_t refused;         /* protocol errors since the start */
	bool stopping;
	const uint8_t *house_secret;     /* Ed25519, 64 bytes */
	uint8_t house_key[KEY_ID_BYTES]; /* its id */
	struct noise_key channel_key;    /* of the daemon's end of encrypted lines */
};

enum err office_open(struct office *o, struct db *db, struct commit *commit,
	const struct conf *conf, const uint8_t house_secret[static 64], struct fault *f);
void office_close(struct office *o);

/* Answer the jobs that are done; ends the sessions of keys that were revoked. */
void office_answer(struct office *o);

/* How a session speaks and ends. end() frees the peer's side; the session is gone when it returns.
 */
struct peer {
	void (*send)(void *arg, struct bytes bytes);
	void (*end)(void *arg);
	bool (*full)(void *arg); /* no further request now: feed the rest later; NULL: never */
	const struct channel *channel; /* NULL: a line in clear, on this machine */
	void *arg;
};

enum session_state { SESSION_NEW, SESSION_GREETED, SESSION_IN };

struct session *session_new(struct office *o, const struct peer *peer);

/*
 * For a channel in the making: is this the channel key of a device that is enrolled and not
 * revoked? Fills in the key that it shares with the daemon. Any key may enrol.
 */
bool office_knows(void *office, const uint8_t client[static NOISE_KEY_BYTES],
	enum channel_pattern pattern, uint8_t psk[static NOISE_KEY_BYTES]);

/* The peer is gone: forget it. Answers still on their way are dropped. */
void session_gone(struct session *s);

/*
 * Bytes from the peer, from the first that was not consumed before. Returns how many are consumed
 * now; -1: a protocol error, close the line.
 */
ptrdiff_t session_feed(struct session *s, const uint8_t *p, size_t n);

/* The peer that was full is not any more: a body that waits for that goes on. */
void session_drained(struct session *s);

enum session_state session_state(const struct session *s);

/* When something of a body on its way in came last, by the boot clock; 0: there is none. */
int64_t session_body_since(const struct session *s);

/* Requests that wait for the commit thread. */
size_t session_open_requests(const struct session *s);

#endif
