/* minutes.c: minutes as a paper that people hear and sign: read back, objected to, signed by who
 * kept them and, where it was there, by the Front. */
#include "daemon/decide/decide.h"

#include "daemon/basis.h"

#include <stdio.h>

enum err decide_minutes_read(struct decision *d, const void *request)
{
	const struct minutes_read *q = request;
	struct ev_minutes_read ev = { .day = d->today };
	struct row_meeting m;
	enum err err = decide_meeting_for(d, q->meeting, RIGHT_RECORD, &ev.meeting, &m);
	ev.count = err == OK ? m.count : 0;
	return err != OK ? err : decide_emit(d, EVENT_minutes_read, &ev);
}

/* The opinion that an objection is about: of one that is sealed nothing more is said. */
static enum err check_about(
	struct decision *d, struct num meeting, const struct row_meeting *m, uint64_t ordinal)
{
	struct row_opinion o;
	struct row_case c;
	char shown[24];
	snprintf(shown, sizeof(shown), "%llu", (unsigned long long)ordinal);
	if (ordinal > m->count)
		return fail(d->fault, E_NOT_FOUND, "ordinal", shown);
	bool sealed = ordinal != 0 &&
		      row_get(d->txn, STORE_opinion, key_of_num_u32(meeting, (uint32_t)ordinal),
			      record_row_opinion(), &o, d->arena) &&
		      row_get(d->txn, STORE_case, key_of_num(o.number), record_row_case(), &c,
			      d->arena) &&
		      (c.flags & CASE_SEALED) != 0;
	return sealed ? fail_text(d->fault, E_SEALED, "ordinal", term_code(d->house, c.kind)) : OK;
}

enum err decide_minutes_object(struct decision *d, const void *request)
{
	const struct minutes_object *q = request;
	struct ev_minutes_objected ev = { .ordinal = q->ordinal, .refused = q->refused };
	struct row_meeting m;
	enum err err = decide_meeting_for(d, q->meeting, RIGHT_RECORD, &ev.meeting, &m);
	if (err == OK)
		err = check_about(d, ev.meeting, &m, q->ordinal);
	if (err == OK)
		err = decide_said(d, q->name, "name");
	if (err == OK)
		err = decide_said(d, q->words, "words");
	if (err != OK)
		return err;
	struct words_ref words = decide_words(d, record_minutes_object(), q);
	ev.n = m.objections + 1;
	ev.w = words.w;
	ev.group = words.group;
	return decide_emit(d, EVENT_minutes_objected, &ev);
}

enum err decide_minutes_sign(struct decision *d, const void *request)
{
	const struct minutes_sign *q = request;
	struct ev_minutes_signed ev = {
		.content = q->content, .front = q->front, .officer = d->officer
	};
	struct row_meeting m;
	uint8_t content[32];
	enum err err = decide_meeting_for(
		d, q->meeting, q->front ? RIGHT_TALLY : RIGHT_RECORD, &ev.meeting, &m);
	if (err == OK && !m.closed)
		err = fail(d->fault, E_MINUTES_OPEN,
			number_format(d->house, ev.meeting, d->arena).p, NULL);
	if (err == OK)
		err = minutes_content(d->txn, ev.meeting, d->arena, content, d->fault);
	if (err != OK)
		return err;
	if (!bytes_equal(q->content, bytes_of(content, sizeof(content))))
		return fail(d->fault, E_STALE, "content", NULL);
	if (bytes_equal(q->front ? m.witness_content : m.clerk_content, q->content) &&
		(q->front ? m.witness : m.clerk) == d->officer)
		return fail(d->fault, E_NOTHING, "meeting", NULL);
	return decide_emit(d, EVENT_minutes_signed, &ev);
}

enum err decide_destroy_objections(struct decision *d, const struct row_case *c)
{
	struct bytes key, value;
	struct key prefix = key_of_num(c->meeting);
	if (c->meeting.n == 0)
		return OK;
	AUTO(scan_close) struct scan s;
	scan_open(&s, d->txn, STORE_objection, key_bytes(&prefix));
	while (scan_next(&s, &key, &value)) {
		struct row_objection row;
		struct reader rd = reader_of(value);
		enum err err =
			record_read_disk(&rd, record_row_objection(), &row, d->arena, d->fault);
		if (err == OK && row.ordinal == c->ordinal)
			err = decide_destroy_group(d, row.seq, row.group);
		if (err != OK)
			return err;
	}
	return txn_error(d->txn);
}
