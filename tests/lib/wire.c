/* wire.c: the line to a daemon, by hand. */
#include "tests/lib/wire.h"

#include <sodium.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int wire_dial(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	for (int i = 0; i < 1000; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
			return fd;
		if (fd >= 0)
			close(fd);
		usleep(10000);
	}
	return -1;
}

bool wire_send(int fd, struct bytes b)
{
	while (b.n > 0) {
		ssize_t n = send(fd, b.p, b.n, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		b.p += n;
		b.n -= (size_t)n;
	}
	return true;
}

size_t wire_receive(int fd, uint8_t *buf, size_t room)
{
	struct skim s;
	size_t n = 0;
	skim_init(&s, room);
	for (;;) {
		ssize_t got = read(fd, buf + n, room - n);
		if (got <= 0)
			return 0;
		n += (size_t)got;
		if (skim_feed(&s, buf, n, NULL) == OK)
			return s.at;
	}
}

void wire_request(struct writer *w, uint32_t id, const char *method, struct bytes params)
{
	write_array(w, 4);
	write_uint(w, 0);
	write_uint(w, id);
	write_string(w, method);
	write_array(w, 1);
	write_raw(w, params.p, params.n);
}

bool wire_open(struct bytes message, struct wire_answer *to)
{
	struct reader rd = reader_of(message);
	*to = (struct wire_answer){ 0 };
	uint32_t four = read_array(&rd);
	uint64_t type = read_uint(&rd);
	to->id = (uint32_t)read_uint(&rd);
	if (rd.err != OK || four != 4 || type != 1)
		return false;
	if (read_type(&rd) == PACK_NIL) {
		read_nil(&rd);
		to->result = read_any(&rd);
		return rd.err == OK;
	}
	(void)read_array(&rd);
	(void)read_int(&rd);
	to->error = read_text(&rd);
	to->detail = read_any(&rd);
	return rd.err == OK;
}

struct bytes wire_field(struct bytes map, const char *name)
{
	struct reader rd = reader_of(map);
	uint32_t n = read_map(&rd);
	for (uint32_t i = 0; i < n; i++) {
		struct text key = read_text(&rd);
		struct bytes value = read_any(&rd);
		if (rd.err == OK && text_is(key, name))
			return value;
	}
	return (struct bytes){ 0 };
}

static struct bytes find_table(struct bytes result, const char *key, const char *name)
{
	struct reader rd = reader_of(wire_field(result, key));
	uint32_t n = read_array(&rd);
	for (uint32_t i = 0; i < n; i++) {
		struct bytes table = read_any(&rd);
		struct reader its = reader_of(wire_field(table, "name"));
		if (rd.err == OK && text_is(read_text(&its), name))
			return table;
	}
	return (struct bytes){ 0 };
}

static struct text title_of(struct bytes packed)
{
	struct reader rd = reader_of(packed);
	return read_text(&rd);
}

static bool has_key(struct bytes map, struct text key)
{
	struct reader rd = reader_of(map);
	uint32_t n = map.n == 0 ? 0 : read_map(&rd);
	bool found = false;
	for (uint32_t i = 0; i < n && !found; i++) {
		found = text_equal(read_text(&rd), key);
		(void)read_any(&rd);
	}
	return found;
}

/* What all rows have alike stands under "same" and not in the row. */
struct bytes wire_cell(
	struct bytes result, const char *key, const char *name, size_t row, const char *column)
{
	struct bytes table = find_table(result, key, name), same = wire_field(table, "same");
	struct reader columns = reader_of(wire_field(table, "columns"));
	struct reader rows = reader_of(wire_field(table, "rows"));
	struct bytes cells = { 0 };
	uint32_t n = read_array(&rows), count = read_array(&columns);
	if (row >= n)
		return cells;
	for (size_t i = 0; i <= row; i++)
		cells = read_any(&rows);
	struct reader rd = reader_of(cells);
	(void)read_array(&rd);
	for (uint32_t c = 0; c < count; c++) {
		struct text title = title_of(read_any(&columns));
		struct bytes cell = has_key(same, title) ? wire_field(same, column) : read_any(&rd);
		if (text_is(title, column))
			return cell;
	}
	return (struct bytes){ 0 };
}

static struct bytes bin(struct bytes value)
{
	struct reader rd = reader_of(value);
	return read_bin(&rd);
}

static bool call(int fd, const char *method, const struct record *r, const void *q, uint8_t *buf,
	size_t room, struct wire_answer *answer)
{
	AUTO(writer_fini) struct writer w = { 0 }, params = { 0 };
	record_write_wire(&params, r, q, NULL, NULL);
	wire_request(&w, 1, method, writer_bytes(&params));
	if (!wire_send(fd, writer_bytes(&w)))
		return false;
	size_t n = wire_receive(fd, buf, room);
	return n > 0 && wire_open(bytes_of(buf, n), answer) && answer->error.n == 0;
}

bool wire_login(int fd, const uint8_t *secret, uint8_t *reg)
{
	uint8_t buf[4096], message[56], sig[64], id[8], known[16];
	struct wire_answer answer;
	struct hello hello = { .proto = PROTOCOL_MAJOR };
	if (!call(fd, "hello", record_hello(), &hello, buf, sizeof(buf), &answer))
		return false;
	struct bytes name = bin(wire_field(answer.result, "reg"));
	struct bytes challenge = bin(wire_field(answer.result, "challenge"));
	if (name.n != 16 || challenge.n != 32)
		return false;
	memcpy(known, name.p, 16);
	if (reg != NULL)
		memcpy(reg, known, 16);
	login_message(known, challenge.p, message);
	crypto_sign_detached(sig, NULL, message, sizeof(message), secret);
	key_id(secret + 32, id);
	struct login login = { bytes_of(id, 8), bytes_of(sig, 64) };
	return call(fd, "login", record_login(), &login, buf, sizeof(buf), &answer);
}
