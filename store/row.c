/* row.c: rows of the views through the one codec. */
#include "store/row.h"

#include <stdlib.h>

/* clang-format off */
#define RECORD(name, help) RECORD_BODY(name, help)
#define FIELD(id, name, kind, max, flags, help) FIELD_BODY(id, name, kind, max, flags, help)
#define END(name) END_BODY(name)
#include "store/row.def"
#undef RECORD
#undef FIELD
#undef END
/* clang-format on */

bool row_get(struct txn *txn, enum store table, struct key key, const struct record *r, void *to,
	struct arena *a)
{
	struct bytes value;
	memset(to, 0, r->size);
	if (!txn_get(txn, table, key_bytes(&key), &value))
		return false;
	struct reader rd = reader_of(arena_bytes(a, value));
	return record_read_disk(&rd, r, to, a, NULL) == OK;
}

void row_put(
	struct txn *txn, enum store table, struct key key, const struct record *r, const void *from)
{
	struct writer w = { 0 };
	record_write_disk(&w, r, from);
	txn_put(txn, table, key_bytes(&key), writer_bytes(&w));
	writer_fini(&w);
}

/* Tables whose rows have a record; the others hold bytes of their own form, or keys alone. */
static const struct record *(*const records[STORE_COUNT])(void) = {
	[STORE_state] = record_row_state,
	[STORE_unit] = record_row_unit,
	[STORE_officer] = record_row_officer,
	[STORE_key] = record_row_key,
	[STORE_channel] = record_row_channel,
	[STORE_grant] = record_row_grant,
	[STORE_invite] = record_row_invite,
	[STORE_term] = record_row_term,
	[STORE_policy] = record_row_policy,
	[STORE_counter] = record_row_counter,
	[STORE_meeting] = record_row_meeting,
	[STORE_registration] = record_row_registration,
	[STORE_hearing] = record_row_hearing,
	[STORE_opinion] = record_row_opinion,
	[STORE_conclusion] = record_row_conclusion,
	[STORE_item] = record_row_item,
	[STORE_case] = record_row_case,
	[STORE_origin] = record_row_origin,
	[STORE_import] = record_row_import,
	[STORE_objection] = record_row_objection,
	[STORE_person] = record_row_person,
	[STORE_visit] = record_row_visit,
	[STORE_crowd] = record_row_crowd,
	[STORE_member] = record_row_member,
	[STORE_document] = record_row_document,
	[STORE_paper] = record_row_paper,
};

const struct record *row_record(enum store table)
{
	return records[table] == NULL ? NULL : records[table]();
}

uint32_t *case_mark(struct row_case *c, enum case_mark mark)
{
	switch (mark) {
	case MARK_ACCEPTED:
		return &c->accepted;
	case MARK_REFERRED:
		return &c->referred;
	case MARK_ACKNOWLEDGED:
		return &c->acknowledged;
	case MARK_SETTLED:
		return &c->settled;
	case MARK_DONE:
		return &c->done;
	case MARK_ENDED:
		return &c->ended;
	case MARK_INCLUDED:
		return &c->included;
	case MARK_VOIDED:
		return &c->voided;
	case MARK_DUE:
		return &c->due;
	case MARK_NONE:
		break;
	}
	abort(); /* MARK_NONE names no day */
}

void state_get(struct txn *txn, struct row_state *to, struct arena *a)
{
	(void)row_get(txn, STORE_state, (struct key){ .n = 1 }, record_row_state(), to, a);
}
