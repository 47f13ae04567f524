/*
 * link.h: one connection to the daemon, one call at a time (MessagePack-RPC over a Unix socket,
 * docs/design.md). Every call has a deadline. A line that was cut is made again: at once, and then
 * for as long as the link's patience lasts, with longer and longer pauses.
 */
#ifndef HOIAM_CLIENTS_LINK_H
#define HOIAM_CLIENTS_LINK_H

#include "proto/cmd.h"
#include "proto/rid.h"

struct keyfile;
struct link;

/* What the daemon said to hello. */
struct greeting {
	uint8_t reg[16], house[32], challenge[32];
	int64_t time; /* of the server, µs since 1970 */
	bool has_zone;
	int zone_minutes; /* 0 without a zone */
	uint64_t size;    /* leaves of the journal */
};

/*
 * Connects and says hello. E_UNREACHABLE with the path: too long for a socket, nobody there, no
 * answer; E_PROTOCOL; errors of the server.
 */
enum err link_open(struct link **out, const char *path, struct fault *f);

/* The same, trying for so long; the link keeps this patience for all that follows. */
enum err link_open_patient(
	struct link **out, const char *path, int64_t patience_ms, struct fault *f);

/*
 * The same over TCP to HOST:PORT, inside Noise with the keys of `device`, which is borrowed until
 * link_close; `enrolling`: on the line of a device that is not enrolled yet. E_CHANNEL.
 */
enum err link_open_line(struct link **out, const char *server, const struct keyfile *device,
	bool enrolling, int64_t patience_ms, struct fault *f);

/* The hash of the handshake, 32 bytes; NULL on a Unix socket. */
const uint8_t *link_channel(const struct link *link);

void link_close(struct link *link);
DEFINE_AUTO(struct link *, link_close)

const struct greeting *link_greeting(const struct link *link);

/* Sign actions with this key from now on, without login. The key is borrowed until link_close. */
void link_sign_as(struct link *link, const struct keyfile *key);

/* The unit on whose behalf actions are signed from now on; empty: none. Borrowed until link_close.
 */
void link_set_behalf(struct link *link, struct text unit);

/* link_sign_as and login. E_REGISTER when the key is for another register or another house. */
enum err link_login(struct link *link, const struct keyfile *key, struct fault *f);

/*
 * One call. *result borrows the link's memory until the next call. An error of the server comes
 * back with its fields; E_CUT when the line breaks, E_UNREACHABLE when there is no answer in time.
 */
enum err link_call(struct link *link, const char *method, struct bytes params, struct bytes *result,
	struct fault *f);

/* A reading call, made once more on a new line (hello, login) whenever the line breaks. */
enum err link_read(struct link *link, const char *method, struct bytes params, struct bytes *result,
	struct fault *f);

/* A new request number, of now. */
void link_new_rid(uint8_t rid[static RID_BYTES]);

/*
 * Build, sign and send a changing command; rid NULL: a new one, with random salts. With a given
 * one the salts are made of it and the key: the same record is the same request again. When the
 * line breaks it connects again and sends the same bytes, which the daemon does once only; when
 * that does not help E_CUT, with the request's number in `what` for another try.
 */
enum err link_act(struct link *link, const struct cmd_row *cmd, const void *record,
	const uint8_t *rid, struct bytes *result, struct fault *f);

/*
 * Bodies travel in parts of at most LIMIT_CHUNK_BYTES, beside the next calls that need one.
 *   part: the part with this number, to be sent; empty: it is behind the last. An error of it ends
 *     the line, and so the request, which the server then never heard to its end.
 *   put: a part that came, numbered from 0; number 0 again begins anew, on a new line.
 * Both may be called more than once for a part; the struct is borrowed until it is set to NULL.
 */
struct link_body {
	enum err (*part)(void *arg, uint64_t number, struct bytes *part, struct fault *f);
	enum err (*put)(void *arg, uint64_t number, struct bytes part, struct fault *f);
	void *arg;
};
void link_set_body(struct link *link, const struct link_body *body);

#endif
