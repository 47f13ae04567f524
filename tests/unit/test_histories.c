/*
 * test_histories.c: random histories of meetings, conclusions and cases against the model of
 * tests/lib/model.h: what is accepted, what is refused and why, which opinions the gate names, and,
 * at the end of each, every meeting, opinion, case, list, number and rate. A history runs in a
 * transaction that is then thrown away.
 *
 * HOIAM_HISTORIES: how many, HOIAM_SEED: where to begin. A failure prints its seed and the shortest
 * part of the history that still fails: HOIAM_SEED=<it> HOIAM_HISTORIES=1 runs it again.
 */
#include "tests/lib/test.h"

#include "proto/day.h"
#include "tests/lib/history.h"

#include <stdio.h>
#include <stdlib.h>

enum { ACTS_MAX = 40, HISTORIES = 20000 };

/* One action: the model says what must come, the register says what does. */

static const char *err_name(enum err err)
{
	return err == OK ? "OK" : err_row(err)->name;
}

static const char *err_names(struct run *r, const struct model_answer *want)
{
	struct text out = text_of(model_allows(want, OK) ? "OK" : "");
	for (unsigned i = 1; i < 128; i++)
		if (want->set[i / 64] & 1ull << i % 64)
			out = arena_format(&r->h->arena, "%s %s", out.n == 0 ? "" : out.p,
				err_name((enum err)i));
	return out.p;
}

static bool same_ordinals(struct run *r, const struct model_answer *want, const struct fault *f)
{
	bool same = f->total == want->n && f->list_count == want->n;
	for (unsigned i = 0; same && i < want->n; i++)
		same = f->list[i] == want->list[i];
	r->gated++;
	return same || history_wrong(r, "the gate names %u ordinals, %u are missing",
			       (unsigned)f->total, want->n);
}

static bool do_act(struct run *r, const struct model_act *act)
{
	struct model_answer want;
	struct fault f = { 0 };
	uint64_t size = ledger_end(r->h->ledger).size;
	r->h->now = test_time("2026-03-02", 9) +
		    (int64_t)(act->today - test_day("2026-03-02")) * 86400 * 1000000;
	const void *request = history_ask(r, act);
	enum err err = test_act(r->h, r->who[act->who], history_cmd(act->verb), request, &f);
	model_do(r->m, act, &want);
	r->done++;
	r->refused += err != OK;
	r->issued += err == OK && act->verb == DO_ISSUE;
	r->handed += err == OK && act->verb == DO_HANDOVER;
	r->attested += err == OK && act->verb == DO_ATTEST;
	if (!model_allows(&want, err))
		return history_wrong(r, "%s: %s (%s %s), not one of %s",
			cmds[history_cmd(act->verb)].wire, err_name(err), f.field, f.what,
			err_names(r, &want));
	if (err != OK && ledger_end(r->h->ledger).size != size)
		return history_wrong(r, "a refusal has written");
	if (err == OK && act->verb == DO_CHECK && act->content == CONTENT_RIGHT)
		memcpy(r->checked[act->meeting], r->checking, 32);
	if (err == OK && act->verb == DO_DRAFT)
		memset(r->checked[act->meeting], 0, 32);
	return err != E_GATE || same_ordinals(r, &want, &f);
}
/* A history. */

static void print_act(const struct run *r, const struct model_act *act)
{
	static const char *const people[] = { "clerk", "processor", "second", "handler", "leader",
		"superior", "front", "records", "admin" };
	char day[11], today[11];
	if (r->quiet)
		return;
	printf("  %s: meeting %u case %u into %u version %u", cmds[history_cmd(act->verb)].wire,
		act->meeting, act->number, act->into, act->version);
	day_format(act->today, today);
	day_format(act->day, day);
	printf(", %s on %s, day %s, ordinal %u, count %u, closed %d, first %u, n %u, unit %s, "
	       "place %s, content %u, words %d, "
	       "giver %u, taker %u\n",
		people[act->who], today, day, act->ordinal, act->count, act->closed, act->first,
		act->n, model_units[act->unit], model_units[act->place], act->content, act->words,
		act->giver, act->taker);
	for (unsigned i = 0; i < act->n && act->verb == DO_PUT; i++) {
		printf("    %u:", act->items[i].how);
		for (unsigned k = 0; k < act->items[i].n; k++)
			printf(" %u", act->items[i].ordinals[k]);
		printf("\n");
	}
}

/* Do the actions of these seeds; 0 is none. */
static bool history(struct run *r, const uint64_t *seeds, size_t n)
{
	bool good = true;
	r->problem[0] = '\0';
	arena_reset(&r->h->arena);
	model_init(r->m);
	r->m->today = test_day("2026-03-02");
	test_begin(r->h);
	for (size_t i = 0; good && i < n; i++) {
		struct model_act act;
		if (seeds[i] == 0)
			continue;
		model_make(r->m, seeds[i], &act);
		if (!model_has_room(r->m, &act))
			continue;
		print_act(r, &act);
		good = do_act(r, &act);
	}
	good = good && history_same(r, seeds[0]);
	r->recovered += r->m->sheets;
	for (unsigned i = 1; i <= r->m->case_count; i++)
		r->taken_up += r->m->cases[i].previous != 0;
	for (unsigned i = 1; i <= r->m->meeting_count; i++)
		for (unsigned k = 1; k <= r->m->meetings[i].issued; k++)
			r->by_hand += r->m->meetings[i].versions[k].printed != 0;
	test_abort(r->h);
	return good;
}

/* Leave out what can be left out. */
static void shrink(struct run *r, uint64_t *seeds, size_t n)
{
	for (bool again = true; again;) {
		again = false;
		for (size_t i = n; i-- > 0;) {
			uint64_t kept = seeds[i];
			if (kept == 0)
				continue;
			seeds[i] = 0;
			if (history(r, seeds, n))
				seeds[i] = kept;
			else
				again = true;
		}
	}
	r->quiet = false;
	(void)history(r, seeds, n);
	printf("  %s\n", r->problem);
}

static bool run_one(struct run *r, uint64_t seed)
{
	uint64_t seeds[ACTS_MAX], from = seed;
	size_t n = 5 + model_random(&from) % (ACTS_MAX - 4);
	for (size_t i = 0; i < n; i++)
		seeds[i] = model_random(&from) | 1;
	if (history(r, seeds, n))
		return true;
	printf("history with HOIAM_SEED=%llu: %s\n", (unsigned long long)seed, r->problem);
	shrink(r, seeds, n);
	return false;
}

static void open_run(struct run *r)
{
	r->h = test_house_open();
	r->m = xcalloc(1, sizeof(*r->m));
	r->quiet = true;
	r->who[WHO_CLERK] = test_officer(r->h, "receptionist", "");
	r->who[WHO_PROCESSOR] = test_officer(r->h, "processor", "");
	r->who[WHO_SECOND] = test_officer_new(r->h, "processor", "");
	r->who[WHO_HANDLER] = test_officer(r->h, "handler", "");
	r->who[WHO_LEADER] = test_officer(r->h, "leader", "98101");
	r->who[WHO_SUPERIOR] = test_officer(r->h, "leader", "");
	r->who[WHO_FRONT] = test_officer(r->h, "front", "");
	r->who[WHO_RECORDS] = test_officer(r->h, "records_clerk", "");
	r->who[WHO_ADMIN] = test_officer(r->h, "admin", "");
	struct unit_new body = { .code = text_of(model_units[UNIT_OUTSIDE]),
		.name = text_of("Điện lực"),
		.kind = text_of("body"),
		.level = text_of("province"),
		.from = test_day("2020-01-01") };
	test_must(r->h, r->who[WHO_ADMIN], CMD_unit_add, &(struct unit_add){ { &body, 1 } });
	r->older = test_unit(r->h, "98103", "2025-01-01");
	r->units[UNIT_ENDED] = test_unit(r->h, model_units[UNIT_ENDED], "2025-01-01");
	for (unsigned i = UNIT_98101; i < UNIT_ENDED; i++)
		r->units[i] = test_unit(r->h, model_units[i], "2026-01-01");
	for (unsigned i = 1; i < KIND_UNKNOWN; i++)
		r->kinds[i] = test_term(r->h, "kinds", model_kinds[i]);
	for (unsigned i = 1; i < TOPIC_UNKNOWN; i++)
		r->topics[i] = test_term(r->h, "topics", model_topics[i]);
	for (unsigned i = 1; i < WORD_UNKNOWN; i++)
		r->words_said[i] = test_term(r->h, "feedback", model_words[i]);
	test_begin(r->h);
	r->words = history_rows(r, STORE_words);
	r->officers = history_rows(r, STORE_officer);
	test_abort(r->h);
}

static void random_histories_agree_with_the_model(void **state)
{
	(void)state;
	const char *count = getenv("HOIAM_HISTORIES"), *first = getenv("HOIAM_SEED");
	uint64_t n = count == NULL ? HISTORIES : strtoull(count, NULL, 10);
	uint64_t seed = first == NULL ? 1 : strtoull(first, NULL, 10);
	struct run r = { 0 };
	bool good = true;
	open_run(&r);
	for (uint64_t i = 0; good && i < n; i++)
		good = run_one(&r, seed + i);
	printf("%llu histories, %llu actions, %llu refused, %llu by the gate, %llu issued, "
	       "%llu of them signed on paper, %llu attested, %llu handed over, %llu recovered, "
	       "%llu taken up again\n",
		(unsigned long long)n, (unsigned long long)r.done, (unsigned long long)r.refused,
		(unsigned long long)r.gated, (unsigned long long)r.issued,
		(unsigned long long)r.by_hand, (unsigned long long)r.attested,
		(unsigned long long)r.handed, (unsigned long long)r.recovered,
		(unsigned long long)r.taken_up);
	test_house_close(r.h);
	free(r.m);
	assert_true(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_histories_agree_with_the_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
