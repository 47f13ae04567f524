/* recovery.c: what two leaders must see to replace a lost last administrator. */
#include "daemon/report/officer.h"

static void recovery_row(struct report *r)
{
	const struct row_state *state = &r->house->state;
	struct recovery_agree words = { 0 };
	struct group found;
	row_begin(r);
	cell_string(r, state->recovery.n > 0 ? "yes" : "no");
	if (state->proposer == 0 || state->proposed_until < r->now) {
		for (unsigned i = 0; i < 5; i++)
			cell_none(r);
		return;
	}
	if (state->proposed_group != 0 && journal_words(r->txn, state->proposed_seq,
						  (uint16_t)(state->proposed_group - 1), &found))
		(void)record_read_words(found.words, record_recovery_agree(), &words, NULL);
	cell_count(r, state->proposer);
	cell_text(r, words.name);
	cell_time(r, state->proposed_until);
	cell_hex(r, state->token);
	cell_hex(r, state->next);
}

enum err report_recovery_show(struct report *r, const void *request)
{
	const struct recovery_show *q = request;
	if (q->token.n > 0 && bytes_equal(q->token, r->house->state.token))
		return fail(r->fault, E_EXISTS, "token", "this invitation");
	table_begin(r, TABLE_recovery);
	recovery_row(r);
	table_end(r);
	return q->token.n == 0 ? OK : officer_line(r, q->token);
}
