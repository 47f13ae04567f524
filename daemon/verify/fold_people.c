/* fold_people.c: who asked to speak, and the Front's count, told again from the events. */
#include "daemon/verify/fold.h"

/* What the head calls the state. */
static bool head_says(const struct audit *a, uint64_t state)
{
	static const char *const names[] = { "", "waiting", "heard", "written", "withdrawn" };
	struct reader rd = reader_of(a->entry.action.args);
	for (uint32_t n = read_map(&rd); n > 0 && rd.err == OK; n--) {
		struct text key = read_text(&rd);
		struct reader value = reader_of(read_any(&rd));
		if (text_is(key, "state"))
			return state < COUNT(names) && text_is(read_text(&value), names[state]);
	}
	return false;
}

static void registered(
	struct audit *a, const struct event *e, const struct ev_registration_added *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	if (ev->number != m->registered + 1) {
		audit_fail_at(a, e->seq, "number", "%llu where %zu is the next",
			(unsigned long long)ev->number, m->registered + 1);
		return;
	}
	if (m->closed)
		audit_fail_at(a, e->seq, "meeting", "its minutes are closed");
	AUDIT_GROW(m->people, m->registered, m->people_room);
	m->people[m->registered++] = ev->heard ? PERSON_HEARD : PERSON_WAITING;
}

static void marked(struct audit *a, const struct event *e, const struct ev_registration_marked *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	if (ev->number == 0 || ev->number > m->registered) {
		audit_fail_at(a, e->seq, "number", "no such registration");
		return;
	}
	uint8_t *state = &m->people[ev->number - 1];
	bool spoke =
		*state == PERSON_HEARD || ev->state == PERSON_HEARD || ev->state == PERSON_WAITING;
	if (ev->state < PERSON_WAITING || ev->state > PERSON_WITHDRAWN || !head_says(a, ev->state))
		audit_fail_at(a, e->seq, "state", "not what the head says");
	if (m->closed && spoke)
		audit_fail_at(a, e->seq, "state", "the minutes are closed");
	if ((ev->state == PERSON_WRITTEN) != (ev->ordinal != 0) || ev->ordinal > m->count)
		audit_fail_at(a, e->seq, "ordinal", "no opinion that was handed in");
	*state = (uint8_t)ev->state;
}

static void counted(struct audit *a, const struct event *e, const struct ev_tally_signed *ev)
{
	struct fold_meeting *m = fold_meeting(a, e, ev->meeting);
	if (m == NULL)
		return;
	if (m->issued != 0)
		audit_fail_at(a, e->seq, "meeting", "its conclusion was out");
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not who signed");
	m->counted = true;
	m->speakers = (uint32_t)ev->speakers;
	m->unheard = (uint32_t)ev->unheard;
}

void fold_people(struct audit *a, const struct event *e)
{
	if (e->code == EVENT_registration_added)
		registered(a, e, e->fields);
	else if (e->code == EVENT_registration_marked)
		marked(a, e, e->fields);
	else
		counted(a, e, e->fields);
}
