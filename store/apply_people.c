/* apply_people.c: who asked to speak, what became of it, and what the Front counted. */
#include "store/apply.h"
#include "store/hearing.h"

static uint64_t *count_of(struct row_meeting *m, uint64_t state)
{
	return state == REGISTRATION_HEARD       ? &m->heard
	       : state == REGISTRATION_WRITTEN   ? &m->written
	       : state == REGISTRATION_WITHDRAWN ? &m->withdrawn
						 : NULL;
}

static void move(struct row_meeting *m, uint64_t from, uint64_t to)
{
	uint64_t *count = count_of(m, from);
	if (count != NULL)
		(*count)--;
	count = count_of(m, to);
	if (count != NULL)
		(*count)++;
}

void apply_registration_added(struct apply *a, const struct ev_registration_added *ev)
{
	struct row_meeting *m = apply_meeting(a, ev->meeting);
	struct row_registration row = { .state = ev->heard ? REGISTRATION_HEARD
							   : REGISTRATION_WAITING,
		.seq = a->header,
		.group = ev->group,
		.slip = ev->slip,
		.people = ev->people };
	m->registered = ev->number;
	move(m, REGISTRATION_WAITING, row.state);
	a->meeting_heard = true;
	row_put(a->txn, STORE_registration, key_of_num_u32(ev->meeting, (uint32_t)ev->number),
		record_row_registration(), &row);
}

void apply_registration_marked(struct apply *a, const struct ev_registration_marked *ev)
{
	struct row_registration row;
	struct key key = key_of_num_u32(ev->meeting, (uint32_t)ev->number);
	if (!row_get(a->txn, STORE_registration, key, record_row_registration(), &row, a->arena))
		return;
	move(apply_meeting(a, ev->meeting), row.state, ev->state);
	a->meeting_heard = true;
	row.state = ev->state;
	row.ordinal = ev->ordinal;
	row_put(a->txn, STORE_registration, key, record_row_registration(), &row);
}

void apply_tally_signed(struct apply *a, const struct ev_tally_signed *ev)
{
	struct row_meeting *m = apply_meeting(a, ev->meeting);
	m->front = ev->officer;
	m->speakers = ev->speakers;
	m->slips = ev->slips;
	m->unheard = ev->unheard;
	a->meeting_heard = true;
}
