/* session_requests.c: requests for fuzz_session. */
#include "tests/fuzz/session_requests.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "proto/day.h"
#include "tests/lib/wire.h"

#define MEETING "0000000/2025/1"

static const struct bench_register *reg;

void session_begin(const struct bench_register *r)
{
	reg = r;
}

void session_hello(struct writer *w)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct hello q = { .proto = PROTOCOL_MAJOR };
	record_write_wire(&params, record_hello(), &q, NULL, NULL);
	wire_request(w, 1, "hello", writer_bytes(&params));
}

void session_sign(const uint8_t challenge[static 32], uint8_t sig[static 64])
{
	uint8_t message[56];
	login_message(reg->reg, challenge, message);
	crypto_sign_detached(sig, NULL, message, sizeof(message), reg->officer);
}

void session_login(struct writer *w, const uint8_t challenge[static 32])
{
	AUTO(writer_fini) struct writer params = { 0 };
	uint8_t sig[64], id[KEY_ID_BYTES];
	session_sign(challenge, sig);
	key_id(reg->officer + 32, id);
	struct login q = { bytes_of(id, sizeof(id)), bytes_of(sig, sizeof(sig)) };
	record_write_wire(&params, record_login(), &q, NULL, NULL);
	wire_request(w, 2, "login", writer_bytes(&params));
}

/* A changing request, the same bytes each time it is made. */
static void write_action(
	struct writer *w, uint8_t number, const uint8_t *secret, enum cmd cmd, const void *record)
{
	AUTO(writer_fini) struct writer params = { 0 };
	struct fault f = { 0 };
	static const uint8_t salts[32] = { 1 };
	uint8_t rid[16] = { [6] = 0x70, [8] = 0x80, [15] = number };
	struct signing by = { secret, bytes_of(reg->reg, 16), { 0 }, salts };
	if (action_build(&params, &cmds[cmd], record, rid, &by, &f) != OK)
		bench_die(cmds[cmd].wire, &f);
	wire_request(w, number, cmds[cmd].wire, writer_bytes(&params));
}

/* What is in the register: requests that are done at the start, in this order. */

static void write_meeting(struct writer *w, uint8_t number)
{
	struct meeting_new meeting = { .unit = text_of("0000000"),
		.kind = text_of("dialogue_regular"),
		.day = day_of(2025, 3, 3),
		.venue = text_of("Nhà văn hóa"),
		.chair = text_of("Nguyễn Hữu Tường") };
	struct opinion_new opinions[4] = {
		{ .kind = text_of("PHAN_ANH"), .topic = text_of("roads") },
		{ .kind = text_of("KN"), .topic = text_of("land") },
		{ .kind = text_of("KIEN_NGHI"), .topic = text_of("water") },
	};
	for (size_t i = 0; i < COUNT(opinions); i++) {
		opinions[i].words = text_of("Đường ngập\nmỗi khi mưa");
		opinions[i].speaker = text_of("Lê Thị Bảy");
	}
	struct meeting_record q = { { &meeting, 1 }, { opinions, 4 }, 4, 1 };
	write_action(w, number, reg->officer, CMD_meeting_record, &q);
}

static void write_draft(struct writer *w, uint8_t number)
{
	struct meeting_number q = { text_of(MEETING) };
	write_action(w, number, reg->officer, CMD_conclusion_draft, &q);
}

static void write_items(struct writer *w, uint8_t number)
{
	static const uint32_t ordinals[] = { 1, 2, 3 };
	struct item_new item = { .opinions = { ordinals, 3 },
		.how = text_of("direction"),
		.unit = text_of("0000000"),
		.due = day_of(2025, 5, 5),
		.words = text_of("Xem xét, trả lời") };
	struct conclusion_put q = { text_of(MEETING), 1, 1, { &item, 1 } };
	write_action(w, number, reg->officer, CMD_conclusion_put, &q);
}

static void write_classify(struct writer *w, uint8_t number)
{
	struct case_classify q = {
		.number = text_of(MEETING), .topic = text_of("roads"), .day = day_of(2025, 3, 4)
	};
	write_action(w, number, reg->officer, CMD_case_classify, &q);
}

static void write_accept(struct writer *w, uint8_t number)
{
	struct case_accept q = { .number = text_of(MEETING), .day = day_of(2025, 3, 4) };
	write_action(w, number, reg->officer, CMD_case_accept, &q);
}

static void write_resolve(struct writer *w, uint8_t number)
{
	struct case_resolve q = { .number = text_of(MEETING),
		.outcome = text_of("done"),
		.text = text_of("Đã làm xong"),
		.day = day_of(2025, 3, 5) };
	write_action(w, number, reg->officer, CMD_case_resolve, &q);
}

static void (*const history[SESSION_HISTORY])(struct writer *, uint8_t) = { write_meeting,
	write_draft, write_items, write_classify, write_accept, write_resolve };

/* Never done: there is no such invitation, and no such case. */

static void write_enrol(struct writer *w, uint8_t number)
{
	uint8_t public[32], secret[64];
	static const uint8_t seed[32] = { 7 };
	crypto_sign_seed_keypair(public, secret, seed);
	struct enrol q = { bytes_of(seed, 32), bytes_of(public, 32), bytes_of(public, 32) };
	write_action(w, number, secret, CMD_enrol, &q);
}

static void write_accept_nothing(struct writer *w, uint8_t number)
{
	struct case_accept q = { .number = text_of("0000000/2025/77") };
	write_action(w, number, reg->officer, CMD_case_accept, &q);
}

/* It would be done, but for its signature, which is not of the key that it names. */
static void write_forged(struct writer *w, uint8_t number)
{
	uint8_t secret[SECRET_BYTES];
	struct case_classify q = { .number = text_of("0000000/2025/2"),
		.topic = text_of("roads"),
		.day = day_of(2025, 3, 4) };
	memcpy(secret, reg->officer, sizeof(secret));
	secret[0] ^= 1;
	write_action(w, number, secret, CMD_case_classify, &q);
}

static void write_cancel(struct writer *w, uint8_t number)
{
	write_array(w, 3);
	write_uint(w, 2);
	write_string(w, "$/cancel");
	write_array(w, 1);
	write_uint(w, number);
}

void session_history(struct writer *w, size_t i)
{
	history[i](w, (uint8_t)(i + 1));
}

/* Inputs that need keys. */

static void write_input(const char *name, uint8_t state, const struct writer *w)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", getenv("HOIAM_SEEDS"), name);
	FILE *file = fopen(path, "wb");
	if (file == NULL || fputc(state, file) == EOF || fwrite(w->p, 1, w->n, file) != w->n ||
		fclose(file) != 0)
		bench_die(path, NULL);
}

static void write_value(struct writer *w, enum kind kind, const char *text)
{
	if (kind == KIND_CODES)
		write_array(w, 1);
	if (kind == KIND_UINT)
		write_uint(w, 1);
	else if (kind == KIND_BIN)
		write_bin(w, bytes_of(reg->house, 32));
	else
		write_string(w, text);
}

/* Each reading command, about what there is. */
static void write_reading_input(const struct cmd_row *cmd)
{
	static const char *const values[][2] = { { "meeting", MEETING }, { "number", MEETING },
		{ "unit", "00" }, { "rate", "ontime" }, { "by", "unit" }, { "from", "2025-01-01" },
		{ "to", "2025-12-31" }, { "at", "2025-12-31" }, { "source", "other" },
		{ "file", "" }, { "officer", "" } };
	AUTO(writer_fini) struct writer fields = { 0 }, params = { 0 }, w = { 0 };
	size_t count = 0;
	for (size_t i = 0; i < COUNT(values); i++) {
		const struct field *field = record_field(cmd->record(), text_of(values[i][0]));
		if (field == NULL)
			continue;
		write_string(&fields, values[i][0]);
		write_value(&fields, field->kind, values[i][1]);
		count++;
	}
	write_map(&params, count);
	write_raw(&params, fields.p, fields.n);
	wire_request(&w, 9, cmd->wire, writer_bytes(&params));
	write_input(cmd->wire, 2, &w);
}

void session_inputs(const uint8_t challenge[static 32])
{
	AUTO(writer_fini) struct writer w = { 0 };
	session_login(&w, challenge);
	write_input("login", 1, &w);
	w.p[w.n - 1] ^= 1;
	write_input("login_forged", 1, &w);
	writer_reset(&w);
	session_hello(&w);
	session_login(&w, challenge);
	write_input("hello_login", 0, &w);
	writer_reset(&w);
	write_enrol(&w, 100);
	write_input("enrol", 1, &w);
	writer_reset(&w);
	write_accept_nothing(&w, 101);
	write_input("change", 5, &w);
	write_cancel(&w, 101);
	write_cancel(&w, 7);
	write_input("change_cancelled", 2, &w);
	write_input("change_gone", 11 * 3 + 2, &w);
	writer_reset(&w);
	write_forged(&w, 102);
	write_input("change_forged", 2, &w);
	writer_reset(&w);
	write_accept(&w, 1);
	write_input("change_other", 2, &w);
	writer_reset(&w);
	for (size_t i = 0; i < COUNT(history); i++)
		history[i](&w, (uint8_t)(i + 1));
	write_input("change_again", 8, &w);
	for (size_t i = 0; i < CMD_COUNT; i++)
		if (cmds[i].mode == CMD_READ)
			write_reading_input(&cmds[i]);
}
