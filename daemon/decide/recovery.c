/* recovery.c: a new administrator when the last one's key is lost: the sheet that was made with the
 * register, and two leaders who sign the same. */
#include "daemon/decide/decide.h"
#include "proto/sheet.h"

static const int64_t proposal_us = 7 * 86400LL * 1000000;

/* The secret of the sheet in force, from a leader in force. */
static enum err check_sheet(struct decision *d, const struct recovery_agree *q)
{
	uint8_t token[32];
	struct row_invite invite;
	struct key key = { .n = 32 };
	if (!authz_anywhere(&d->grants, RIGHT_DECIDE, d->today))
		return fail(d->fault, E_NOT_ALLOWED, NULL, d->cmd->wire);
	if (d->house->state.recovery.n == 0)
		return fail(d->fault, E_NO_SHEET, NULL, NULL);
	sheet_token(q->secret.p, token);
	if (!bytes_equal(d->house->state.recovery, bytes_of(token, sizeof(token))))
		return fail(d->fault, E_SHEET, "secret", NULL);
	if (bytes_equal(q->recovery, bytes_of(token, sizeof(token))))
		return fail(d->fault, E_EXISTS, "recovery", "this sheet");
	memcpy(key.p, q->token.p, 32);
	if (row_get(d->txn, STORE_invite, key, record_row_invite(), &invite, d->arena))
		return fail(d->fault, E_EXISTS, "token", "this invitation");
	return decide_said(d, q->name, "name");
}

/* Does this sign what stands proposed? Another is a proposal of its own. */
static bool is_proposed(const struct decision *d, const struct recovery_agree *q)
{
	const struct row_state *state = &d->house->state;
	return state->proposer != 0 && state->proposed_until >= d->at &&
	       bytes_equal(state->token, q->token) && bytes_equal(state->next, q->recovery);
}

/* The second leader sees the name and signs it again, with a salt of his own. */
static enum err check_name(struct decision *d, struct text name)
{
	const struct row_state *state = &d->house->state;
	struct recovery_agree proposed = { 0 };
	struct group found;
	if (state->proposed_group != 0 && journal_words(d->txn, state->proposed_seq,
						  (uint16_t)(state->proposed_group - 1), &found))
		(void)record_read_words(found.words, record_recovery_agree(), &proposed, NULL);
	return text_equal(proposed.name, name)
		       ? OK
		       : fail(d->fault, E_CONFLICT, "name", "another was proposed");
}

static enum err emit_administrator(
	struct decision *d, const struct recovery_agree *q, struct words_ref words)
{
	uint64_t officer = d->house->state.officers + 1;
	struct ev_officer_added added = { officer, words.w, words.group };
	struct ev_grant_added grant = {
		.officer = officer, .grant = 1, .role = text_of("admin"), .from = d->today
	};
	struct ev_invited invited = { q->token, officer, d->at + proposal_us };
	struct ev_recovery_used used = { q->recovery, d->house->state.proposer, d->officer };
	enum err err = decide_emit(d, EVENT_officer_added, &added);
	if (err == OK)
		err = decide_emit(d, EVENT_grant_added, &grant);
	if (err == OK)
		err = decide_emit(d, EVENT_invited, &invited);
	return err != OK ? err : decide_emit(d, EVENT_recovery_used, &used);
}

enum err decide_recovery_agree(struct decision *d, const void *request)
{
	const struct recovery_agree *q = request;
	struct words_ref words = decide_words(d, record_recovery_agree(), q);
	enum err err = check_sheet(d, q);
	if (err != OK)
		return err;
	if (!is_proposed(d, q)) {
		struct ev_recovery_proposed ev = { q->token, q->recovery, d->officer,
			d->at + proposal_us, words.w, words.group };
		return decide_emit(d, EVENT_recovery_proposed, &ev);
	}
	if (d->house->state.proposer == d->officer)
		return fail(d->fault, E_SECOND_PERSON, NULL, NULL);
	err = check_name(d, q->name);
	return err != OK ? err : emit_administrator(d, q, words);
}
