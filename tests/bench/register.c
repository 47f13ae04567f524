/* register.c: a register filled with synthetic traffic. */
#include "tests/bench/register.h"

#include "proto/day.h"
#include "proto/rid.h"
#include "proto/yaml.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCH = 64, PROVINCES = 10, START_DAYS_AGO = 20 };

void bench_die(const char *what, const struct fault *f)
{
	char line[512] = "";
	if (f != NULL)
		fault_format(f, err_row(f->err)->text, line, sizeof(line));
	fprintf(stderr, "bench: %s: %s\n", what, line);
	exit(1);
}

double bench_seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* SplitMix64. */
uint64_t bench_random(struct bench_register *r, uint64_t below)
{
	uint64_t z = (r->seed += 0x9e3779b97f4a7c15u);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (z ^ (z >> 31)) % below;
}

static void build(struct bench_register *r, const uint8_t *secret, enum cmd cmd, const void *record,
	struct writer *w)
{
	uint8_t rid[16];
	struct fault f;
	struct signing by = { .secret = secret, .reg = bytes_of(r->reg, 16) };
	rid_make(rid, r->now / 1000 * 1000);
	if (action_build(w, &cmds[cmd], record, rid, &by, &f) != OK)
		bench_die("build", &f);
}

static void act_as(
	struct bench_register *r, const uint8_t *secret, enum cmd cmd, const void *record)
{
	AUTO(writer_fini) struct writer params = { 0 }, reply = { 0 };
	AUTO(arena_fini) struct arena a = { 0 };
	struct action action;
	struct fault f = { 0 };
	build(r, secret, cmd, record, &params);
	if (action_open(writer_bytes(&params), (struct text){ 0 }, &action, &a, &f) != OK ||
		ledger_do(r->ledger, &action, r->now, &reply, &f) != OK)
		bench_die(cmds[cmd].wire, &f);
	action_fini(&action);
	r->now += 1000;
}

void bench_act(struct bench_register *r, enum cmd cmd, const void *record)
{
	act_as(r, r->officer, cmd, record);
}

void bench_build_as(struct bench_register *r, const uint8_t *secret, enum cmd cmd,
	const void *record, struct writer *w)
{
	build(r, secret, cmd, record, w);
	r->now += 1000;
}

void bench_build(struct bench_register *r, enum cmd cmd, const void *record, struct writer *w)
{
	bench_build_as(r, r->officer, cmd, record, w);
}

static void begin(struct bench_register *r)
{
	struct fault f;
	if (ledger_begin(r->ledger, &f) != OK)
		bench_die("begin", &f);
}

static void commit(struct bench_register *r)
{
	struct fault f;
	if (ledger_commit(r->ledger, &f) != OK)
		bench_die("commit", &f);
}

static void enrol(struct bench_register *r, const uint8_t secret[static 32], uint8_t key[static 64])
{
	uint8_t public[32];
	crypto_sign_keypair(public, key);
	noise_key_make(&r->channel, NULL);
	invitation_token(secret, r->token);
	struct enrol q = { bytes_of(secret, 32), bytes_of(public, 32),
		bytes_of(r->channel.public, 32) };
	act_as(r, key, CMD_enrol, &q);
}

static void adopt_policy(struct bench_register *r)
{
	static char text[65536];
	AUTO(arena_fini) struct arena a = { 0 };
	struct policy policy;
	struct fault f;
	FILE *file = fopen(HOIAM_SOURCE_ROOT "/data/policy/vn-commune.yaml", "r");
	size_t n = file == NULL ? 0 : fread(text, 1, sizeof(text), file);
	if (file != NULL)
		fclose(file);
	if (yaml_read((struct text){ text, n }, "policy", record_policy(), &policy, &a, &f) != OK)
		bench_die("policy", &f);
	struct policy_adopt q = { { &policy, 1 } };
	bench_act(r, CMD_policy_adopt, &q);
}

static void add_unit(
	struct bench_register *r, const char *code, const char *parent, const char *level)
{
	struct unit_new unit = { text_of(code), text_of(code), text_of("peoples_committee"),
		text_of(level), text_of(parent), day_of(2000, 1, 1), 0 };
	struct unit_add q = { { &unit, 1 } };
	bench_act(r, CMD_unit_add, &q);
}

static void add_units(struct bench_register *r)
{
	char code[32], parent[32];
	for (unsigned i = 0; i < PROVINCES; i++) {
		snprintf(code, sizeof(code), "%02u", i);
		add_unit(r, code, "", "province");
	}
	for (unsigned i = 0; i < r->communes; i++) {
		snprintf(parent, sizeof(parent), "%02u", i % PROVINCES);
		snprintf(code, sizeof(code), "%02u%05u", i % PROVINCES, i);
		add_unit(r, code, parent, "commune");
	}
}

static void add_roles(struct bench_register *r)
{
	static const char *const names[] = { "receptionist", "processor", "handler", "leader" };
	for (size_t i = 0; i < COUNT(names); i++) {
		struct grant_add q = {
			.officer = 1, .role = text_of(names[i]), .from = day_of(2000, 1, 1)
		};
		bench_act(r, CMD_grant_add, &q);
	}
}

void bench_make(struct bench_register *r, const char *path, uint32_t communes, enum db_mode mode)
{
	struct fault f;
	uint8_t secret[32], public[32];
	struct genesis g = { .secret = r->house };
	if (sodium_init() < 0)
		abort();
	r->communes = communes;
	if (r->now == 0)
		r->now = ((int64_t)time(NULL) - START_DAYS_AGO * 86400LL) * 1000000;
	crypto_sign_keypair(public, r->house);
	randombytes_buf(r->reg, sizeof(r->reg));
	randombytes_buf(secret, sizeof(secret));
	memcpy(g.reg, r->reg, 16);
	invitation_token(secret, g.token);
	g.invitation_until = r->now + 1000000000;
	if (db_open(&r->db, path, mode, &f) != OK || ledger_open(&r->ledger, r->db, &f) != OK)
		bench_die("open", &f);
	begin(r);
	if (ledger_genesis(r->ledger, &g, r->now, &f) != OK)
		bench_die("genesis", &f);
	enrol(r, secret, r->officer);
	adopt_policy(r);
	add_units(r);
	add_roles(r);
	commit(r);
}

/* Letters of a length, different each time. */
static struct text letters(struct bench_register *r, struct arena *a, size_t n)
{
	char *out = arena_alloc(a, n + 8, 1);
	for (size_t i = 0; i < n; i += 8) {
		uint64_t v = bench_random(r, UINT64_MAX);
		for (size_t k = 0; k < 8; k++, v >>= 8)
			out[i + k] = (v & 0x1f) == 0 && i > 0 ? ' ' : (char)('a' + (v & 0xff) % 26);
	}
	out[0] = 'a';
	out[n - 1] = 'z';
	return (struct text){ out, n };
}

void bench_meeting(struct bench_register *r, struct meeting_record *to, struct arena *a)
{
	static const char *const kinds[] = { "KIEN_NGHI", "PHAN_ANH", "KN" };
	static const char *const topics[] = { "land", "roads", "environment", "water",
		"education" };
	struct meeting_new *m = arena_alloc(a, 1, sizeof(*m));
	struct opinion_new *o = arena_alloc(a, OPINIONS, sizeof(*o));
	uint32_t commune = (uint32_t)bench_random(r, r->communes);
	m->unit = arena_format(a, "%02u%05u", commune % PROVINCES, commune);
	m->kind = text_of("dialogue_regular");
	m->day = day_of_time(r->now, 420) - (uint32_t)bench_random(r, 90);
	m->chair = letters(r, a, 24);
	for (size_t i = 0; i < OPINIONS; i++) {
		o[i].kind = text_of(kinds[bench_random(r, COUNT(kinds))]);
		o[i].topic = text_of(topics[bench_random(r, COUNT(topics))]);
		o[i].words = letters(r, a, OPINION_BYTES - 60);
		o[i].speaker = letters(r, a, 20);
		o[i].summary = letters(r, a, 40);
	}
	*to = (struct meeting_record){ { m, 1 }, { o, OPINIONS }, OPINIONS, 1 };
}

void bench_fill(struct bench_register *r, uint64_t changes)
{
	AUTO(arena_fini) struct arena a = { 0 };
	uint64_t meetings = changes / OPINIONS;
	/* The last one is of today at the latest: a daemon does not believe a journal of tomorrow.
	 */
	int64_t step = ((int64_t)time(NULL) * 1000000 - r->now) / (int64_t)(meetings + 1) - 2000;
	if (step > 30 * 1000000LL)
		step = 30 * 1000000LL;
	for (uint64_t i = 0; i < meetings; i += BATCH) {
		begin(r);
		for (uint64_t k = i; k < i + BATCH && k < meetings; k++) {
			struct meeting_record q;
			arena_reset(&a);
			bench_meeting(r, &q, &a);
			bench_act(r, CMD_meeting_record, &q);
			r->now += step;
		}
		commit(r);
	}
}

void bench_close(struct bench_register *r)
{
	ledger_close(r->ledger);
	db_close(r->db);
	r->ledger = NULL;
	r->db = NULL;
}
