/*
 * test_tables.c: what the compiler cannot see of the tables: names and codes that are unique,
 * limits that can be met, steps that lead somewhere.
 */
#include "tests/lib/test.h"

#include <stdio.h>

#include "proto/case.h"
#include "proto/cmd.h"
#include "proto/report.h"
#include "proto/role.h"
#include "proto/text.h"

/* clang-format off */
static const struct {
	int code; /* of an event, -1 for other records */
	const struct record *(*record)(void);
} records[] = {
#define EVENT(code, name, help) { code, record_ev_##name },
#define RECORD(name, help) { -1, record_##name },
#define FIELD(id, name, kind, max, flags, help)
#define LIST(id, name, record, max, flags, help)
#define END(name)
#include "proto/record.def"
#undef EVENT
#undef RECORD
#undef FIELD
#undef LIST
#undef END
};

/* The code of each step, with the place it is written in. */
static const struct { int code; const char *verb; } steps[] = {
#define STEP(code, verb, right, from, to, mark) { code, #verb },
#include "proto/case.def"
};

static const struct { int code; const char *name; } states[] = {
#define STATE(code, name, flags, vi, en) { code, #name },
#include "proto/case.def"
};
/* clang-format on */

static void expect_same(const char *what, const char *a, const char *b, bool same)
{
	if (same)
		print_error("%s: %s and %s\n", what, a, b);
	assert_false(same);
}

static bool is_name(const char *name)
{
	return name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") == strlen(name);
}

/* Commands. */

static void every_command_has_a_name_of_its_own_and_is_found_by_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < CMD_COUNT; i++) {
		assert_int_equal(cmds[i].cmd, i);
		assert_true(is_name(cmds[i].wire));
		assert_true(strlen(cmds[i].wire) <= LIMIT_CODE);
		assert_ptr_equal(cmd_of(text_of(cmds[i].wire)), &cmds[i]);
		for (size_t k = 0; k < i; k++)
			expect_same("wire name", cmds[i].wire, cmds[k].wire,
				strcmp(cmds[i].wire, cmds[k].wire) == 0);
		assert_true(strlen(cmds[i].help) > 0);
		assert_in_range(cmds[i].record()->count, 1, LIMIT_FIELDS);
	}
	assert_null(cmd_of(text_of("")));
	assert_null(cmd_of(text_of("case")));
	assert_null(cmd_of(text_of("case.close ")));
}

static bool has_flag(const struct record *r, enum field_flags flag)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		if ((f->flags & flag) || (f->kind == KIND_LIST && has_flag(f->of(), flag)))
			return true;
	}
	return false;
}

static void words_are_sent_only_with_a_signature(void **state)
{
	(void)state;
	for (size_t i = 0; i < CMD_COUNT; i++) {
		bool is_signed = cmds[i].mode == CMD_WRITE || cmds[i].mode == CMD_AUTO;
		if (has_flag(cmds[i].record(), WORDS))
			assert_true(is_signed);
		if (cmds[i].mode == CMD_OPEN)
			assert_int_equal(cmds[i].right, RIGHT_NONE);
	}
}

/* Groups are counted by the records that can have words; a message takes so many. */
static size_t groups_most(const struct record *r)
{
	size_t most = 0;
	bool own = false;
	for (size_t i = 0; i < r->count; i++) {
		const struct field *f = &r->fields[i];
		own = own || (f->flags & WORDS);
		if (f->kind == KIND_LIST)
			most += f->max * groups_most(f->of());
	}
	return most + own;
}

static void no_command_can_need_more_groups_than_an_action_takes(void **state)
{
	(void)state;
	for (size_t i = 0; i < CMD_COUNT; i++)
		assert_true(groups_most(cmds[i].record()) <= LIMIT_OPINIONS_ACTION + 1);
}

/* Errors. */

static void every_error_has_a_code_of_its_own_an_exit_and_a_sentence(void **state)
{
	(void)state;
	for (enum err i = OK + 1; i < ERR_COUNT; i++) {
		const struct err_row *row = err_row(i);
		assert_in_range(row->exit, 1, 6);
		assert_in_range(row->code, 1, 999);
		assert_true(strlen(row->text) > 0);
		assert_memory_equal(row->name, "E_", 2);
		assert_int_equal(err_of_code(row->code), i);
		assert_int_equal(text_check(text_of(row->text), TEXT_LINE, "text", NULL), OK);
		for (enum err k = OK + 1; k < i; k++)
			expect_same(
				"code", row->name, err_row(k)->name, row->code == err_row(k)->code);
	}
	assert_int_equal(err_row(OK)->code, 0);
	assert_int_equal(err_row(OK)->exit, 0);
}

/* Records. */

static void check_field(const struct record *r, const struct field *f)
{
	assert_in_range(f->id, 1, LIMIT_FIELDS - 1);
	assert_true(is_name(f->name));
	assert_int_equal(text_check(text_of(f->help), TEXT_LINE, "help", NULL), OK);
	assert_ptr_equal(record_field(r, text_of(f->name)), f);
	assert_true(f->offset < r->size);
	bool text = f->kind == KIND_TEXT;
	bool number = f->kind == KIND_UINT || f->kind == KIND_UINTS;
	bool bounded = text || f->kind == KIND_CODE || f->kind == KIND_BIN || f->kind >= KIND_UINTS;
	if (bounded)
		assert_true(f->max > 0);
	assert_true(text || (f->flags & (WORDS | BLOCK)) == 0);
	assert_true(f->kind == KIND_BIN || (f->flags & EXACT) == 0);
	assert_true(number || (f->flags & (UNIT | TERM | STATE | STEP)) == 0);
	assert_int_equal(f->kind == KIND_LIST, f->of != NULL);
}

static void every_field_has_an_id_and_a_name_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(records); i++) {
		const struct record *r = records[i].record();
		assert_in_range(r->count, 1, LIMIT_FIELDS - 1);
		for (size_t k = 0; k < r->count; k++) {
			const struct field *f = &r->fields[k];
			check_field(r, f);
			/* Ascending: the canonical order of the disk form is that of the table. */
			if (k > 0)
				assert_true(f->id > f[-1].id);
			for (size_t m = 0; m < k; m++)
				expect_same(r->name, f->name, r->fields[m].name,
					strcmp(f->name, r->fields[m].name) == 0);
		}
	}
}

static void every_record_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(records); i++)
		for (size_t k = 0; k < i; k++)
			expect_same("record", records[i].record()->name, records[k].record()->name,
				strcmp(records[i].record()->name, records[k].record()->name) == 0);
}

/* "w" is the key of the commitment in the head: no record with words may have such a field. */
static void no_field_takes_the_place_of_the_commitment(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(records); i++) {
		const struct record *r = records[i].record();
		bool words = false;
		for (size_t k = 0; k < r->count; k++)
			words = words || (r->fields[k].flags & WORDS);
		if (words)
			assert_null(record_field(r, text_of("w")));
	}
}

static void every_event_has_a_code_of_its_own_and_no_words(void **state)
{
	(void)state;
	size_t events = 0;
	for (size_t i = 0; i < COUNT(records); i++) {
		if (records[i].code < 0)
			continue;
		const struct record *r = records[i].record();
		events++;
		assert_memory_equal(r->name, "ev_", 3);
		assert_false(has_flag(r, WORDS));
		assert_in_range(records[i].code, 0, 127); /* one byte of msgpack */
		for (size_t k = 0; k < i; k++)
			expect_same("event", r->name, records[k].record()->name,
				records[k].code == records[i].code);
		for (size_t k = 0; k < r->count; k++)
			assert_int_not_equal(r->fields[k].kind, KIND_LIST);
	}
	assert_true(events >= 25);
}

/* What a client sends can be written: register numbers stand as codes there. */
static void requests_hold_no_numbers_of_the_disk(void **state)
{
	(void)state;
	for (size_t i = 0; i < CMD_COUNT; i++) {
		const struct record *r = cmds[i].record();
		for (size_t k = 0; k < r->count; k++) {
			assert_int_not_equal(r->fields[k].kind, KIND_NUM);
			assert_int_equal(r->fields[k].flags & (UNIT | TERM | STATE | STEP), 0);
		}
	}
}

/* States and steps. */

static void states_and_steps_are_dense_and_found_by_name(void **state)
{
	(void)state;
	assert_int_equal(COUNT(states), STATE_COUNT - 1);
	assert_in_range(COUNT(steps), 1, STEP_COUNT - 1); /* a code that is gone has no row */
	for (size_t i = 0; i < COUNT(states); i++) {
		assert_int_equal(states[i].code, i + 1);
		assert_int_equal(state_of(text_of(states[i].name)), i + 1);
		const struct state_row *row = state_row((enum case_state)(i + 1));
		assert_in_range(row->phase, OPEN, ENDED);
		assert_int_equal(text_check(text_of(row->vi), TEXT_LINE, "vi", NULL), OK);
		assert_true(strlen(row->vi) > 0 && strlen(row->en) > 0);
		for (size_t k = 0; k < i; k++)
			expect_same("state", states[i].name, states[k].name,
				strcmp(states[i].name, states[k].name) == 0 ||
					strcmp(row->vi, state_row((enum case_state)(k + 1))->vi) ==
						0);
	}
	for (size_t i = 0; i < COUNT(steps); i++) {
		enum case_step code = (enum case_step)steps[i].code;
		assert_true(i == 0 || steps[i].code > steps[i - 1].code);
		assert_int_equal(step_of(text_of(steps[i].verb)), code);
		assert_string_equal(step_row(code)->verb, steps[i].verb);
		for (size_t k = 0; k < i; k++)
			expect_same("step", steps[i].verb, steps[k].verb,
				strcmp(steps[i].verb, steps[k].verb) == 0);
	}
	assert_int_equal(state_of(text_of("")), STATE_NONE);
	assert_int_equal(state_of(text_of("ACCEPTE")), STATE_NONE);
	assert_int_equal(step_of(text_of("")), STEP_NONE);
}

static void a_step_leaves_states_and_leads_to_one(void **state)
{
	(void)state;
	for (enum case_step i = STEP_NONE + 1; i < STEP_COUNT; i++) {
		const struct step_row *row = step_row(i);
		if (row->verb == NULL)
			continue;
		assert_true(row->to < STATE_COUNT);
		assert_true(row->from != 0);
		assert_int_equal(row->from & 1u << STATE_NONE, 0);
		assert_true(row->from < 1u << STATE_COUNT);
		assert_in_range(row->mark, 0, MARK_NONE);
		for (enum case_state k = STATE_NONE + 1; k < STATE_COUNT; k++)
			if (row->to != STATE_NONE && row->from & 1u << k)
				assert_int_not_equal(state_row(k)->phase, ENDED);
		assert_int_not_equal(row->right, RIGHT_NONE);
		assert_true(row->right < 1 << RIGHT_COUNT);
	}
}

/* Of VOIDED and RECORDED alone nothing is asked: opinions make the one and other commands the
 * other. */
static void every_state_can_be_reached(void **state)
{
	(void)state;
	unsigned reached = 1u << STATE_RECORDED | 1u << STATE_VOIDED;
	for (unsigned before = 0; before != reached;) {
		before = reached;
		for (enum case_step i = STEP_NONE + 1; i < STEP_COUNT; i++)
			if (step_row(i)->from & reached)
				reached |= 1u << step_row(i)->to;
	}
	for (enum case_state i = STATE_NONE + 1; i < STATE_COUNT; i++)
		assert_true(reached & 1u << i);
}

/* case.<verb> is a command with the right of the step; routing proposes and is named for what it
 * asks; a lead is joined when another case is merged; papers change hands with all an officer has.
 */
static void every_step_has_its_command(void **state)
{
	(void)state;
	for (enum case_step i = STEP_NONE + 1; i < STEP_COUNT; i++) {
		char wire[64];
		if (step_row(i)->verb == NULL || i == STEP_entrust)
			continue;
		snprintf(wire, sizeof(wire), "case.%s",
			i == STEP_propose ? "route"
			: i == STEP_join  ? "merge"
					  : step_row(i)->verb);
		const struct cmd_row *row = cmd_of(text_of(wire));
		assert_non_null(row);
		if (row == NULL)
			continue;
		assert_int_equal(row->mode, CMD_WRITE);
		assert_int_equal(row->right, step_row(i)->right);
		assert_non_null(record_field(row->record(), text_of("number")));
	}
}

/* Roles and rights. */

static void every_role_has_a_code_of_its_own_and_rights_that_exist(void **state)
{
	(void)state;
	unsigned held = 0;
	for (size_t i = 0; i < role_count; i++) {
		assert_true(is_name(roles[i].code));
		assert_ptr_equal(role_of(text_of(roles[i].code)), &roles[i]);
		assert_true(roles[i].rights != 0 && roles[i].rights < 1u << RIGHT_COUNT);
		held |= roles[i].rights;
		for (size_t k = 0; k < i; k++)
			expect_same("role", roles[i].code, roles[k].code,
				strcmp(roles[i].code, roles[k].code) == 0);
	}
	assert_int_equal(held, (1u << RIGHT_COUNT) - 1);
	assert_null(role_of(text_of("king")));
	for (unsigned bit = 0; bit < RIGHT_COUNT; bit++)
		assert_true(strlen(right_name((enum right)(1 << bit))) > 0);
}

/* Who may read words may see what they belong to. */
static void reading_needs_seeing(void **state)
{
	(void)state;
	for (size_t i = 0; i < role_count; i++)
		if (roles[i].rights & RIGHT_READ)
			assert_true(roles[i].rights & RIGHT_SEE);
}

/* Reports. */

static void every_table_and_column_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (enum table_name i = 0; i < TABLE_COUNT; i++) {
		const struct table_shape *shape = table_shape(i);
		assert_ptr_equal(table_shape_of(text_of(shape->name)), shape);
		assert_in_range(shape->count, 1, LIMIT_FIELDS);
		for (enum table_name k = 0; k < i; k++)
			expect_same("table", shape->name, table_shape(k)->name,
				strcmp(shape->name, table_shape(k)->name) == 0);
		for (size_t k = 0; k < shape->count; k++) {
			assert_true(is_name(shape->columns[k].name));
			assert_true(strlen(shape->columns[k].heading) > 0);
			for (size_t m = 0; m < k; m++)
				expect_same(shape->name, shape->columns[k].name,
					shape->columns[m].name,
					strcmp(shape->columns[k].name, shape->columns[m].name) ==
						0);
		}
	}
	assert_null(table_shape_of(text_of("nothing")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_has_a_name_of_its_own_and_is_found_by_it),
		cmocka_unit_test(words_are_sent_only_with_a_signature),
		cmocka_unit_test(no_command_can_need_more_groups_than_an_action_takes),
		cmocka_unit_test(every_error_has_a_code_of_its_own_an_exit_and_a_sentence),
		cmocka_unit_test(every_field_has_an_id_and_a_name_of_its_own),
		cmocka_unit_test(every_record_has_a_name_of_its_own),
		cmocka_unit_test(no_field_takes_the_place_of_the_commitment),
		cmocka_unit_test(every_event_has_a_code_of_its_own_and_no_words),
		cmocka_unit_test(requests_hold_no_numbers_of_the_disk),
		cmocka_unit_test(states_and_steps_are_dense_and_found_by_name),
		cmocka_unit_test(a_step_leaves_states_and_leads_to_one),
		cmocka_unit_test(every_state_can_be_reached),
		cmocka_unit_test(every_step_has_its_command),
		cmocka_unit_test(every_role_has_a_code_of_its_own_and_rights_that_exist),
		cmocka_unit_test(reading_needs_seeing),
		cmocka_unit_test(every_table_and_column_has_a_name_of_its_own),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
