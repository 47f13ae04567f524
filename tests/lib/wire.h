/* wire.h: the line to a daemon as a test wants it: bytes, one at a time or many, without the client
 * library. */
#ifndef HOIAM_TESTS_LIB_WIRE_H
#define HOIAM_TESTS_LIB_WIRE_H

#include "proto/action.h"

/* Connect to a Unix socket, trying for ten seconds; -1 when nobody answers. */
int wire_dial(const char *path);

/* false: the line is cut. */
bool wire_send(int fd, struct bytes b);

/* One whole message into buf; its length, 0 when the line is cut. Bytes behind it are lost: one
 * answer at a time. */
size_t wire_receive(int fd, uint8_t *buf, size_t room);

/* [0, id, method, [params]] */
void wire_request(struct writer *w, uint32_t id, const char *method, struct bytes params);

/* An answer taken apart. error: name of the error, empty when there is none. result borrows the
 * message. */
struct wire_answer {
	uint32_t id;
	struct text error;
	struct bytes result, detail;
};
bool wire_open(struct bytes message, struct wire_answer *to);

/* A value of a msgpack map by its key; empty when it is not there. */
struct bytes wire_field(struct bytes map, const char *name);

/* A cell of the table of that name under a key of an answer ("tables", "events"); empty: none. */
struct bytes wire_cell(
	struct bytes result, const char *key, const char *table, size_t row, const char *column);

/* hello, and login with an Ed25519 key; false when refused. The register's id goes to reg (16
 * bytes) when not NULL. */
bool wire_login(int fd, const uint8_t *secret, uint8_t *reg);

#endif
