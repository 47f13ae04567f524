/*
 * fuzz_action.c: params of a changing command: opened, verified and read. Opening takes any bytes,
 * also those that no skim has passed.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>

#include "proto/action.h"

static const uint8_t public[PUBLIC_BYTES] = { 1, 2, 3 };

static void try_read(struct action *action, struct arena *a)
{
	struct fault f = { 0 };
	assert(action->cmd != NULL);
	assert(action->groups.n <= LIMIT_OPINIONS_ACTION + 1);
	assert(action->head.rid.n == 16 && action->head.reg.n == 16);
	void *value = arena_alloc(a, 1, action->cmd->record()->size);
	enum err err = action_read(action, value, a, &f);
	if (err != OK) {
		assert(f.err == err);
		return;
	}
	assert(record_check(action->cmd->record(), value, &f) == OK);
	/* The head alone says the same. */
	struct action alone = { 0 };
	err = action_open_head(action->head_bytes, &alone, a, &f);
	assert(err == OK && alone.cmd == action->cmd);
	assert(bytes_equal(alone.args, action->args));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena a;
	struct fault f = { 0 };
	struct action action;
	enum err err = action_open(bytes_of(data, size), (struct text){ 0 }, &action, &a, &f);
	if (err == OK) {
		assert(action_verify(action.head_bytes, action.sig, public, &f) == E_SIGNATURE);
		try_read(&action, &a);
		action_fini(&action);
	} else {
		assert(f.err == err);
		assert(action.groups.v == NULL);
	}
	arena_reset(&a);
	return 0;
}
