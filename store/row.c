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

const struct record *row_record(enum store table)
{
	switch (table) {
	case STORE_state:
		return record_row_state();
	case STORE_unit:
		return record_row_unit();
	case STORE_officer:
		return record_row_officer();
	case STORE_key:
		return record_row_key();
	case STORE_channel:
		return record_row_channel();
	case STORE_grant:
		return record_row_grant();
	case STORE_invite:
		return record_row_invite();
	case STORE_term:
		return record_row_term();
	case STORE_policy:
		return record_row_policy();
	case STORE_counter:
		return record_row_counter();
	case STORE_meeting:
		return record_row_meeting();
	case STORE_registration:
		return record_row_registration();
	case STORE_hearing:
		return record_row_hearing();
	case STORE_opinion:
		return record_row_opinion();
	case STORE_conclusion:
		return record_row_conclusion();
	case STORE_item:
		return record_row_item();
	case STORE_case:
		return record_row_case();
	case STORE_origin:
		return record_row_origin();
	case STORE_import:
		return record_row_import();
	case STORE_objection:
		return record_row_objection();
	case STORE_person:
		return record_row_person();
	case STORE_visit:
		return record_row_visit();
	case STORE_crowd:
		return record_row_crowd();
	case STORE_member:
		return record_row_member();
	case STORE_document:
		return record_row_document();
	case STORE_paper:
		return record_row_paper();
	case STORE_meta:
	case STORE_entry:
	case STORE_words:
	case STORE_body:
	case STORE_rid:
	case STORE_fact:
	case STORE_work:
	case STORE_todo:
	case STORE_paper_of:
	case STORE_stamp:
	case STORE_outgoing:
	case STORE_reception:
	case STORE_name:
	case STORE_coming:
	case STORE_in_hand:
	case STORE_COUNT:
		return NULL;
	}
	return NULL;
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
