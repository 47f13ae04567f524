/*
 * special_meeting.c: `meeting record FILE`: minutes in plain text become a meeting and its
 * opinions. What does not fit one action goes in several; their request numbers are made from the
 * file, so that the same command again goes on where it broke off, and never records anything
 * twice.
 */
#include "clients/cli/session.h"
#include "clients/cli/special.h"
#include "clients/file.h"
#include "clients/i18n.h"
#include "clients/minutes.h"
#include "clients/page.h"
#include "proto/day.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

/* Room that a part leaves for what stands around the opinions. */
enum {
	PART_REGISTERED = 100,
	PART_OPINIONS = LIMIT_OPINIONS_ACTION,
	PART_HEAD = 48 * 1024,
	PART_WORDS = 180 * 1024
};
enum { OPINION_HEAD = 120, OPINION_WORDS = 160 };

struct recording {
	struct session *s;
	struct meeting_record minutes;
	struct list registered;
	size_t done;        /* opinions sent */
	uint32_t part;      /* of the next action */
	struct text number; /* of the meeting, once it has one */
	struct text file;
	const char *path;
};

/* A UUIDv7 (RFC 9562, 5.7) made of the file, the officer's key and the part. */
static void part_rid(const struct recording *r, uint8_t out[static 16])
{
	const struct meeting_new *m = r->minutes.meeting.v;
	uint8_t hash[32], part[4];
	crypto_generichash_state state;
	put_u32(part, r->part);
	crypto_generichash_init(&state, NULL, 0, sizeof(hash));
	crypto_generichash_update(&state, m->source.p, m->source.n);
	crypto_generichash_update(&state, keyfile_id(r->s->key), KEY_ID_BYTES);
	crypto_generichash_update(&state, part, sizeof(part));
	crypto_generichash_final(&state, hash, sizeof(hash));
	uint64_t ms = (uint64_t)(time_of_day(m->day, 0) / 1000);
	memcpy(out, hash, 16);
	put_u16(out, (uint16_t)(ms >> 32));
	put_u32(out + 2, (uint32_t)ms);
	out[6] = (uint8_t)(0x70 | (out[6] & 0x0f));
	out[8] = (uint8_t)(0x80 | (out[8] & 0x3f));
}

static size_t words_of(const struct opinion_new *o)
{
	return OPINION_WORDS + o->words.n + o->spoken.n + o->summary.n + o->speaker.n +
	       o->address.n + o->location.n + o->person.n + o->witness.n + o->interpreter.n;
}

static size_t head_of(const struct opinion_new *o)
{
	return OPINION_HEAD + o->kind.n + o->topic.n + o->place.n + o->language.n + o->paper.n;
}

/* The opinions that still fit one action. */
static struct list next_part(const struct recording *r, size_t head, size_t words)
{
	const struct opinion_new *all = r->minutes.opinions.v;
	size_t n = 0, left = r->minutes.opinions.n - r->done;
	while (n < left && n < PART_OPINIONS) {
		head += head_of(&all[r->done + n]);
		words += words_of(&all[r->done + n]);
		if (n > 0 && (head > PART_HEAD || words > PART_WORDS))
			break;
		n++;
	}
	return (struct list){
		n == 0 ? NULL : (char *)r->minutes.opinions.v + r->done * sizeof(*all), n
	};
}

/* The line of a field of the page, and what the page calls it: of the meeting (entry 0) or of an
 * opinion; the line in which that begins if the field is not there, 0 if that is not there, too. */
static int64_t find_line(
	const struct recording *r, uint32_t entry, const char *field, const char **label)
{
	struct page_reader page;
	struct page_head h;
	int64_t line = 0;
	*label = NULL;
	enum err err = page_open(&page, PAGE_MINUTES, r->file, r->path, &r->s->arena, NULL);
	if (err == OK && entry == 0)
		line = page.part_line;
	while (err == OK && page_peek(&page) != HEAD_NONE && page.entries <= entry) {
		err = page_next(&page, &h, NULL);
		if (err != OK || page.entries != entry)
			continue;
		if (h.id == HEAD_OPINION)
			line = h.line;
		if (strcmp(head_row(h.id)->field, field) != 0)
			continue;
		*label = page_label(&page, h.id);
		return h.line;
	}
	enum head_id absent = page_head_of(PAGE_MINUTES, entry > 0, field);
	if (line > 0 && absent != HEAD_NONE)
		*label = page_label(&page, absent);
	return line;
}

/* The server speaks of opinions[2].kind: the second of this part. The user hears the file's line.
 */
static void point_to_line(struct recording *r)
{
	struct fault *f = &r->s->fault;
	char name[sizeof(f->field)], place[sizeof(f->field)];
	const char *dot = strrchr(f->field, '.'), *label;
	unsigned long k = 0;
	bool opinion = sscanf(f->field, "opinions[%lu]", &k) == 1;
	if (!opinion && strncmp(f->field, "meeting", 7) != 0)
		return;
	memcpy(name, dot == NULL ? f->field : dot + 1,
		strlen(dot == NULL ? f->field : dot + 1) + 1);
	int64_t line = find_line(r, opinion ? (uint32_t)(r->done + k) : 0, name, &label);
	if (line == 0)
		return;
	snprintf(place, sizeof(place),
		label == NULL ? "%.80s:%lld: %.60s" : "%.80s:%lld: \"%.60s\"", r->path,
		(long long)line, label == NULL ? name : label);
	memcpy(f->field, place, sizeof(place));
}

static enum err act(struct recording *r, const char *wire, const void *record, struct outcome *o)
{
	uint8_t rid[16];
	part_rid(r, rid);
	enum err err = session_act_again(r->s, session_cmd(wire), record, rid, o);
	r->part++;
	if (err == OK)
		session_show(r->s, o);
	else
		point_to_line(r);
	return err;
}

/* The meeting and its first opinions; closes the minutes when that is all. Who asked to speak is
 * registered while they are open. */
static enum err send_first(struct recording *r)
{
	AUTO(outcome_fini) struct outcome o = { 0 };
	const struct meeting_new *m = r->minutes.meeting.v;
	struct meeting_record q = { .meeting = r->minutes.meeting };
	q.opinions = next_part(r, 1024, m->attendance.n + 2048);
	if (q.opinions.n == r->minutes.opinions.n && r->registered.n == 0) {
		q.count = r->minutes.count;
		q.closed = r->minutes.closed;
	}
	enum err err = act(r, "meeting.record", &q, &o);
	if (err != OK)
		return err;
	const struct event *opened = outcome_event(&o, "meeting_opened");
	if (opened != NULL)
		r->number = arena_text(&r->s->arena, cell_as_text(event_field(opened, "meeting")));
	r->done = q.opinions.n;
	return OK;
}

static enum err send_registered(struct recording *r)
{
	struct registration_new *all = r->registered.v;
	enum err err = OK;
	for (size_t at = 0; err == OK && at < r->registered.n; at += PART_REGISTERED) {
		AUTO(outcome_fini) struct outcome o = { 0 };
		size_t left = r->registered.n - at;
		struct registration_add q = { r->number, at + 1,
			{ &all[at], left < PART_REGISTERED ? left : PART_REGISTERED } };
		err = act(r, "registration.add", &q, &o);
	}
	return err;
}

static enum err send_rest(struct recording *r)
{
	bool whole = r->part == 1 && r->done == r->minutes.opinions.n;
	while (r->done < r->minutes.opinions.n) {
		AUTO(outcome_fini) struct outcome o = { 0 };
		struct opinion_add q = { r->number, r->done + 1, next_part(r, 256, 256) };
		enum err err = act(r, "opinion.add", &q, &o);
		if (err != OK)
			return err;
		r->done += q.opinions.n;
	}
	if (whole || !r->minutes.closed)
		return OK;
	AUTO(outcome_fini) struct outcome o = { 0 };
	struct minutes_close q = { r->number, r->minutes.count };
	return act(r, "minutes.close", &q, &o);
}

static enum err record(struct session *s, const char *path)
{
	struct bytes file = { 0 };
	struct recording r = { .s = s };
	enum err err = file_read(path, PAGE_BYTES_MAX, &s->arena, &file, &s->fault);
	r.file = (struct text){ (const char *)file.p, file.n };
	r.path = path;
	if (err == OK)
		err = minutes_read(r.file, path, &r.minutes, &r.registered, &s->arena, &s->fault);
	if (err == OK)
		err = session_login(s);
	if (err == OK)
		err = send_first(&r);
	if (err == OK)
		err = send_registered(&r);
	return err != OK ? err : send_rest(&r);
}

int special_meeting_record(struct session *s, int argc, char **argv)
{
	if (argc != 1)
		return session_end(s, session_usage(s, _("usage: hoiam meeting record FILE")));
	return session_end(s, record(s, argv[0]));
}
