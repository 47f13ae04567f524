/*
 * test_visitors.c: persons, visits, crowds and what they hand in: each counted by itself, found
 * again by those who may, and gone from every look-up when their words are.
 */
#include "tests/lib/test.h"

#include "daemon/basis.h"
#include "proto/paper.h"
#include "tests/lib/house.h"
#include "tests/lib/reading.h"

#include <stdio.h>

static const char day[] = "2026-03-01";

struct counter {
	struct test_house *h;
	const struct test_officer *clerk, *other, *processor, *front, *auditor;
	struct num meeting;
	struct text number;
};

static int open_counter(void **state)
{
	static struct counter c;
	c = (struct counter){ .h = test_house_open() };
	c.clerk = test_officer(c.h, "receptionist", "98101");
	c.other = test_officer(c.h, "receptionist", "98102");
	c.processor = test_officer(c.h, "processor", "98101");
	c.front = test_officer(c.h, "front", "98101");
	c.auditor = test_officer(c.h, "auditor", "98");
	c.h->verify = true;
	c.meeting = test_record(c.h, c.clerk, "dialogue_regular", day, 2, false);
	c.number = test_number_text(c.h, c.meeting);
	*state = &c;
	return 0;
}

static int close_counter(void **state)
{
	struct counter *c = *state;
	test_house_close(c->h);
	return 0;
}

static enum err add(struct counter *c, const char *name, const char *id, struct fault *f)
{
	struct person_add q = { .unit = text_of("98101"),
		.name = text_of(name),
		.id = text_of(id),
		.reason = text_of(id[0] == '\0' ? "để quên ở nhà" : "") };
	return test_act(c->h, c->clerk, CMD_person_add, &q, f);
}

/* The numbers of the persons whom a name or an identity number finds. */
static const char *found(
	struct counter *c, const struct test_officer *by, const char *name, const char *id)
{
	static const char *const none = "";
	struct person_find q = { .name = text_of(name), .id = text_of(id) };
	struct test_reply reply;
	const char *all = none;
	assert_int_equal(test_read(c->h, by, CMD_person_find, &q, &reply), OK);
	for (size_t i = 0; i < reply.tables[0].row_count; i++)
		all = arena_format(&c->h->arena, "%s%s%s", all, i == 0 ? "" : " ",
			test_cell(&reply, "person_list", i, "person"))
			      .p;
	return all;
}

static void a_person_is_found_by_name_and_by_number(void **state)
{
	struct counter *c = *state;
	struct fault f;
	assert_int_equal(add(c, "Nguyễn Văn Ấn", "012345678901", &f), OK);
	assert_int_equal(add(c, "Lò Thị Ân", "", &f), OK);
	assert_int_equal(add(c, "Trần An Bình", "B1234567", &f), OK);
	assert_string_equal(found(c, c->clerk, "an", ""), "98101/2026/1 98101/2026/2 98101/2026/3");
	assert_string_equal(found(c, c->clerk, "van an", ""), "98101/2026/1");
	assert_string_equal(found(c, c->clerk, "NGUYỄN", ""), "98101/2026/1");
	assert_string_equal(found(c, c->clerk, "", "0123 4567 8901"), "98101/2026/1");
	assert_string_equal(found(c, c->clerk, "", "01234567890"), "");
	assert_string_equal(found(c, c->clerk, "vă", ""), "98101/2026/1");
	assert_string_equal(found(c, c->other, "an", ""), "");
	struct person_find nothing = { 0 };
	assert_int_equal(test_ask(c->h, c->clerk, CMD_person_find, &nothing, &f), E_CHOICE);
	assert_int_equal(test_ask(c->h, c->auditor, CMD_person_find,
				 &(struct person_find){ .name = text_of("an") }, &f),
		E_NOT_ALLOWED);
}

static void nobody_is_kept_twice_and_a_missing_number_has_a_reason(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct person_add q = { .unit = text_of("98101"), .name = text_of("Lò Thị Mẩy") };
	assert_int_equal(test_act(c->h, c->clerk, CMD_person_add, &q, &f), E_CHOICE);
	assert_string_equal(f.field, "id");
	q.reason = text_of("   ");
	assert_int_equal(test_act(c->h, c->clerk, CMD_person_add, &q, &f), E_BLANK);
	assert_int_equal(add(c, "Lò Thị Mẩy", "chưa có", &f), E_TYPE);
	assert_int_equal(add(c, "Lò Thị Mẩy", "012345678901", &f), OK);
	assert_int_equal(add(c, "Lò Thị Mẩy", "012345678901", &f), E_EXISTS);
	assert_string_equal(f.what, "98101/2026/1");
	assert_int_equal(add(c, "Lò Thị Mẩy", "", &f), OK);
}

static void who_a_person_is_is_said_anew(void **state)
{
	struct counter *c = *state;
	struct fault f;
	assert_int_equal(add(c, "Lò Thị Mẩy", "", &f), OK);
	struct person_amend q = { .person = text_of("98101/2026/1"),
		.name = text_of("Lò Thị May"),
		.id = text_of("012345678901") };
	test_must(c->h, c->clerk, CMD_person_amend, &q);
	assert_string_equal(found(c, c->clerk, "may", ""), "98101/2026/1");
	q.name = text_of("Cầm Thị Hoa");
	test_must(c->h, c->clerk, CMD_person_amend, &q);
	assert_string_equal(found(c, c->clerk, "may", ""), "");
	assert_string_equal(found(c, c->clerk, "", "012345678901"), "98101/2026/1");
	struct person_number ask = { q.person };
	assert_string_equal(
		test_fact(c->h, c->clerk, CMD_person_show, &ask, "name"), "Cầm Thị Hoa");
}

/* What a person came with; when a case is sealed nothing leads from the person to it. */
static void a_person_is_linked_until_the_words_are_destroyed(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct text person = text_of("98101/2026/1");
	assert_int_equal(add(c, "Lò Thị Mẩy", "", &f), OK);
	struct visit_add visit = {
		.unit = text_of("98101"), .day = test_day(day), .person = text_of("1")
	};
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_add, &visit, &f), E_NUMBER);
	visit.person = text_of("98101/2026/9");
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_add, &visit, &f), E_NOT_FOUND);
	visit.person = person;
	test_must(c->h, c->clerk, CMD_visit_add, &visit);
	struct opinion_new opinion = { .words = text_of("Đường lầy"),
		.person = person,
		.signature = text_of("witness"),
		.language = text_of("rade") };
	struct opinion_add q = { c->number, 0, { &opinion, 1 } };
	assert_int_equal(test_act(c->h, c->clerk, CMD_opinion_add, &q, &f), E_MISSING);
	assert_string_equal(f.field, "opinions[1].witness");
	opinion.witness = text_of("Vàng A Páo");
	test_must(c->h, c->clerk, CMD_opinion_add, &q);
	struct person_number ask = { person };
	struct opinion_list said = { .meeting = c->number };
	assert_non_null(strstr(
		test_shown(c->h, c->clerk, CMD_opinion_list, &said, "opinion_list"), "|rade\n"));
	assert_string_equal(test_shown(c->h, c->clerk, CMD_person_show, &ask, "person_comings"),
		"2026-03-01|case|98101/2026/3|98101|RECORDED\n"
		"2026-03-01|visit|98101/2026/1|98101|-\n");
	struct case_classify seal = { .number = text_of("98101/2026/3"),
		.kind = text_of("TC"),
		.custodian = c->clerk->number,
		.paper = text_of("Tủ 3") };
	test_must(c->h, c->processor, CMD_case_classify, &seal);
	assert_null(strstr(
		test_shown(c->h, c->clerk, CMD_opinion_list, &said, "opinion_list"), "|rade\n"));
	assert_string_equal(test_shown(c->h, c->clerk, CMD_person_show, &ask, "person_comings"),
		"2026-03-01|visit|98101/2026/1|98101|-\n");
}

static void a_visit_says_for_whom_and_a_refusal_why(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct visit_add q = { .unit = text_of("98101"), .day = test_day(day) };
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_add, &q, &f), E_MISSING);
	q.name = text_of("Lò Thị Mẩy");
	q.standing = text_of("friend");
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_add, &q, &f), E_VALUE);
	q.standing = text_of("authorised");
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_add, &q, &f), E_MISSING);
	assert_string_equal(f.field, "whom");
	q.whom = text_of("Lò Văn Ún");
	q.ground = text_of("not_ours");
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_add, &q, &f), E_MISSING);
	assert_string_equal(f.field, "words");
	q.words = text_of("Việc đã có bản án");
	test_must(c->h, c->clerk, CMD_visit_add, &q);
	struct visit_list ask = { .refused = 1 };
	assert_string_equal(test_shown(c->h, c->clerk, CMD_visit_list, &ask, "visit_list"),
		"98101/2026/1|2026-03-01|98101|1|authorised|-|not_ours|-|-|Lò Thị Mẩy|-\n");
	assert_string_equal(test_shown(c->h, c->auditor, CMD_visit_list, &ask, "visit_list"),
		"98101/2026/1|2026-03-01|98101|1|authorised|-|not_ours|-|-|-|-\n");
}

/* Sixty people, two who speak for them. */
static void one_of_a_crowd_withdraws_and_the_rest_go_on(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct crowd_member v[60] = { 0 };
	const uint32_t one[] = { 7 };
	struct crowd_form q = { .unit = text_of("98101"),
		.day = test_day(day),
		.number = text_of("98101/2026/1"),
		.people = 60,
		.members = { v, 60 } };
	for (size_t i = 0; i < 60; i++)
		v[i] = (struct crowd_member){ .name = text_of("Giàng Thị Dở"),
			.signature = text_of(i == 3 ? "fingerprint" : "signed"),
			.representative = i < 6 };
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_form, &q, &f), E_SPEAKERS);
	assert_string_equal(f.what, "1-5");
	for (size_t i = 0; i < 60; i++)
		v[i].representative = 0;
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_form, &q, &f), E_SPEAKERS);
	v[0].representative = v[1].representative = 1;
	q.people = 59;
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_form, &q, &f), E_CONFLICT);
	q.people = 60;
	test_must(c->h, c->clerk, CMD_crowd_form, &q);
	struct crowd_withdraw leave = { .crowd = text_of("98101/2026/1"), .members = { one, 1 } };
	test_must(c->h, c->clerk, CMD_crowd_withdraw, &leave);
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_withdraw, &leave, &f), E_NOTHING);
	struct crowd_list list = { 0 };
	assert_string_equal(test_shown(c->h, c->clerk, CMD_crowd_list, &list, "crowd_list"),
		"98101/2026/1|2026-03-01|98101|60|60|2|1|-|98101/2026/1|-|-\n");
	struct crowd_show show = { .crowd = text_of("98101/2026/1"), .limit = 100 };
	const char *members = test_shown(c->h, c->clerk, CMD_crowd_show, &show, "crowd_members");
	assert_int_equal(test_lines(members), 60);
	assert_non_null(strstr(members, "7|no|signed|20"));
	assert_null(strstr(
		test_shown(c->h, c->auditor, CMD_crowd_show, &show, "crowd_members"), "Giàng"));
	struct case_number one_case = { text_of("98101/2026/1") };
	assert_string_equal(
		test_fact(c->h, c->clerk, CMD_case_show, &one_case, "crowd"), "98101/2026/1");
	assert_string_equal(
		test_fact(c->h, c->clerk, CMD_case_show, &one_case, "state"), "RECORDED");
}

/* Who came with a denunciation is named nowhere; nor who came with it by error. */
static void who_came_with_a_sealed_case_is_forgotten(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct crowd_member one = { .name = text_of("Hạng A Sinh"), .representative = 1 };
	struct crowd_form q = { .unit = text_of("98101"),
		.number = text_of("98101/2026/1"),
		.people = 9,
		.members = { &one, 1 } };
	struct crowd_void error = { text_of("1"), text_of("error") };
	struct crowd_join join = { text_of("2"), 0, { &one, 1 } };
	struct case_classify seal = { .number = q.number,
		.kind = text_of("TC"),
		.custodian = c->clerk->number,
		.paper = text_of("Tủ 3") };
	test_must(c->h, c->clerk, CMD_crowd_form, &q);
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_form, &q, &f), E_BOUND);
	test_must(c->h, c->clerk, CMD_crowd_void, &error);
	test_must(c->h, c->clerk, CMD_crowd_form, &q);
	test_must(c->h, c->processor, CMD_case_classify, &seal);
	for (unsigned i = 1; i <= 2; i++) {
		struct crowd_show ask = { .crowd = arena_format(&c->h->arena, "%u", i) };
		const char *all = test_shown(c->h, c->clerk, CMD_crowd_show, &ask, "crowd_members");
		assert_int_equal(test_lines(all), 1);
		assert_null(strstr(all, "Hạng"));
	}
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_join, &join, &f), E_SEALED);
	struct minutes_object object = { .meeting = c->number,
		.ordinal = 1,
		.name = text_of("Hạng A Sinh"),
		.words = text_of("Tôi không nói thế") };
	assert_int_equal(test_act(c->h, c->clerk, CMD_minutes_object, &object, &f), E_SEALED);
	assert_string_equal(f.field, "ordinal");
}

/* They come first, and the case is made of what they say. */
static void a_crowd_is_bound_to_its_case_afterwards(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct crowd_member one = { .name = text_of("Hạng A Sinh"), .representative = 1 };
	struct crowd_form q = { .unit = text_of("98101"), .people = 9, .members = { &one, 1 } };
	struct crowd_void error = { text_of("1"), text_of("error") };
	struct crowd_bind bind = { text_of("98101/2026/1"), text_of("98101/2026/1") };
	struct case_number one_case = { bind.number };
	for (unsigned i = 0; i < 3; i++)
		test_must(c->h, c->clerk, CMD_crowd_form, &q);
	assert_int_equal(test_act(c->h, c->auditor, CMD_crowd_bind, &bind, &f), E_NOT_ALLOWED);
	bind.number = text_of("98101/2026/99");
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_bind, &bind, &f), E_NOT_FOUND);
	assert_string_equal(f.field, "number");
	bind.number = one_case.number;
	test_must(c->h, c->clerk, CMD_crowd_bind, &bind);
	assert_string_equal(
		test_fact(c->h, c->clerk, CMD_case_show, &one_case, "crowd"), "98101/2026/1");
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_bind, &bind, &f), E_BOUND);
	assert_string_equal(f.field, "crowd");
	bind.crowd = text_of("2");
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_bind, &bind, &f), E_BOUND);
	assert_string_equal(f.field, "number");
	test_must(c->h, c->clerk, CMD_crowd_void, &error);
	test_must(c->h, c->clerk, CMD_crowd_bind, &bind);
	assert_string_equal(
		test_fact(c->h, c->clerk, CMD_case_show, &one_case, "crowd"), "98101/2026/2");
	bind.crowd = text_of("1");
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_bind, &bind, &f), E_STATE);

	struct case_classify seal = { .number = bind.number,
		.kind = text_of("TC"),
		.custodian = c->clerk->number,
		.paper = text_of("Tủ 3") };
	test_must(c->h, c->processor, CMD_case_classify, &seal);
	bind.crowd = text_of("3");
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_bind, &bind, &f), E_SEALED);
	for (unsigned i = 1; i <= 3; i++) {
		struct crowd_show ask = { .crowd = arena_format(&c->h->arena, "%u", i) };
		const char *all = test_shown(c->h, c->clerk, CMD_crowd_show, &ask, "crowd_members");
		assert_int_equal(strstr(all, "Hạng") != NULL, i == 3);
	}
}

static void few_have_one_or_two_who_speak_for_them(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct crowd_member v[8] = { 0 };
	struct crowd_form q = { .unit = text_of("98101"), .people = 8, .members = { v, 8 } };
	for (size_t i = 0; i < 8; i++)
		v[i] = (struct crowd_member){ .name = text_of("Hạng A Sinh"),
			.representative = i < 3 };
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_form, &q, &f), E_SPEAKERS);
	v[2].representative = 0;
	test_must(c->h, c->clerk, CMD_crowd_form, &q);
	struct crowd_member more = { .name = text_of("Hạng A Sinh") };
	struct crowd_join join = { text_of("98101/2026/99"), 0, { &more, 1 } };
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_join, &join, &f), E_NOT_FOUND);
	join.crowd = text_of("1");
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_join, &join, &f), E_CONFLICT);
}

static void documents_are_listed_until_the_case_is_sealed(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct document_new v[] = {
		{ .pages = 3, .condition = text_of("copy"), .name = text_of("Đơn đề nghị") },
		{ .pages = 1, .copies = 2, .condition = text_of("fax"), .name = text_of("Ảnh") }
	};
	struct document_receive q = { text_of("98101/2026/1"), { v, 2 } };
	assert_int_equal(test_act(c->h, c->clerk, CMD_document_receive, &q, &f), E_VALUE);
	assert_string_equal(f.field, "documents[2].condition");
	v[1].condition = text_of("original");
	test_must(c->h, c->clerk, CMD_document_receive, &q);
	struct case_number ask = { q.number };
	const char *all = test_shown(c->h, c->clerk, CMD_document_list, &ask, "document_list");
	assert_int_equal(test_lines(all), 2);
	assert_non_null(strstr(all, "2|Ảnh|1|2|original|"));
	struct case_classify seal = { .number = q.number,
		.kind = text_of("TC"),
		.custodian = c->clerk->number,
		.paper = text_of("Tủ 3") };
	test_must(c->h, c->processor, CMD_case_classify, &seal);
	assert_null(strstr(
		test_shown(c->h, c->clerk, CMD_document_list, &ask, "document_list"), "Ảnh"));
	assert_int_equal(test_act(c->h, c->clerk, CMD_document_receive, &q, &f), E_SEALED);
}

/* Each figure is what was entered; none is made of another. */
static void visits_people_and_crowds_are_counted_apart(void **state)
{
	struct counter *c = *state;
	struct registration_new came = { .slip = text_of("1"), .people = 3 };
	struct registration_add registered = { c->number, 0, { &came, 1 } };
	struct visit_add visit = {
		.unit = text_of("98101"), .day = test_day(day), .name = text_of("Lò Thị Mẩy")
	};
	struct crowd_form crowd = { .unit = text_of("98101"), .day = test_day(day), .people = 12 };
	struct people_ask ask = { .from = test_day(day), .to = test_day(day) };
	test_must(c->h, c->clerk, CMD_visit_add, &visit);
	visit.people = 4;
	test_must(c->h, c->clerk, CMD_visit_add, &visit);
	test_must(c->h, c->clerk, CMD_crowd_form, &crowd);
	test_must(c->h, c->clerk, CMD_registration_add, &registered);
	assert_string_equal(test_shown(c->h, c->auditor, CMD_report_people, &ask, "people_counts"),
		"visits|2\npeople|5\nrefused|0\ncrowds|1\ncrowd_people|12\n"
		"registered|1\nheard|0\nunheard|1\n");
	ask.from = ask.to = test_day("2026-03-02");
	assert_non_null(
		strstr(test_shown(c->h, c->auditor, CMD_report_people, &ask, "people_counts"),
			"visits|0\n"));
}

/* What a clerk entered by error stays in sight, counts nowhere, and nothing more happens to it. */
static void what_was_entered_by_error_counts_no_more(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct visit_add visit = {
		.unit = text_of("98101"), .day = test_day(day), .name = text_of("Lò Thị Mẩy")
	};
	struct crowd_form crowd = { .unit = text_of("98101"),
		.day = test_day(day),
		.number = text_of("98101/2026/1"),
		.people = 12 };
	struct visit_void no_visit = { text_of("98101/2026/1"), text_of("error") };
	struct crowd_void no_crowd = { text_of("98101/2026/1"), text_of("error") };
	struct crowd_member one = { .name = text_of("Hạng A Sinh"), .representative = 1 };
	struct crowd_join join = { text_of("1"), 0, { &one, 1 } };
	struct people_ask ask = { .from = test_day(day), .to = test_day(day) };
	struct case_number one_case = { text_of("98101/2026/1") };
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_void, &no_visit, &f), E_NOT_FOUND);
	test_must(c->h, c->clerk, CMD_visit_add, &visit);
	test_must(c->h, c->clerk, CMD_crowd_form, &crowd);
	assert_int_equal(test_act(c->h, c->other, CMD_visit_void, &no_visit, &f), E_NOT_FOUND);
	assert_int_equal(test_act(c->h, c->auditor, CMD_crowd_void, &no_crowd, &f), E_NOT_ALLOWED);
	no_visit.ground = text_of("whim");
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_void, &no_visit, &f), E_VALUE);
	no_visit.ground = text_of("error");
	test_must(c->h, c->clerk, CMD_visit_void, &no_visit);
	test_must(c->h, c->clerk, CMD_crowd_void, &no_crowd);
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_void, &no_visit, &f), E_NOTHING);
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_void, &no_crowd, &f), E_NOTHING);
	assert_int_equal(test_act(c->h, c->clerk, CMD_crowd_join, &join, &f), E_STATE);
	assert_string_equal(test_shown(c->h, c->auditor, CMD_report_people, &ask, "people_counts"),
		"visits|0\npeople|0\nrefused|0\ncrowds|0\ncrowd_people|0\n"
		"registered|0\nheard|0\nunheard|0\n");
	struct visit_list list = { 0 };
	assert_string_equal(test_shown(c->h, c->clerk, CMD_visit_list, &list, "visit_list"),
		"98101/2026/1|2026-03-01|98101|1|-|-|-|error|-|Lò Thị Mẩy|-\n");
	assert_null(test_fact(c->h, c->clerk, CMD_case_show, &one_case, "crowd"));
	test_must(c->h, c->clerk, CMD_visit_add, &visit);
	assert_non_null(strstr(
		test_shown(c->h, c->clerk, CMD_visit_list, &list, "visit_list"), "98101/2026/2|"));
}

static void who_belongs_to_one_unit_need_not_name_it(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct visit_add visit = { .day = test_day(day), .name = text_of("Lò Thị Mẩy") };
	struct person_add person = { .name = text_of("Lò Thị Mẩy"), .reason = text_of("quên") };
	struct visit_list list = { 0 };
	test_must(c->h, c->clerk, CMD_visit_add, &visit);
	test_must(c->h, c->clerk, CMD_person_add, &person);
	assert_non_null(
		strstr(test_shown(c->h, c->clerk, CMD_visit_list, &list, "visit_list"), "|98101|"));
	const struct test_officer *everywhere = test_officer(c->h, "receptionist", "");
	assert_int_equal(test_act(c->h, everywhere, CMD_visit_add, &visit, &f), E_MISSING);
	assert_string_equal(f.field, "unit");
}

static void a_refusal_that_left_under_a_number_keeps_its_visit(void **state)
{
	struct counter *c = *state;
	struct fault f;
	const struct test_officer *records = test_officer(c->h, "records_clerk", "98101");
	struct visit_add visit = { .unit = text_of("98101"),
		.day = test_day(day),
		.name = text_of("Lò Thị Mẩy"),
		.ground = text_of("not_ours"),
		.words = text_of("Việc đã có bản án") };
	struct visit_void error = { text_of("98101/2026/1"), text_of("error") };
	struct paper_make make = { .paper = text_of("refusal"),
		.of = text_of("98101/2026/1"),
		.sha256 =
			text_of("0123456700000000000000000000000000000000000000000000000000000007"),
		.size = 7 };
	char code[CROCKFORD_SIGNS + 1];
	assert_true(paper_code(make.sha256, code));
	struct paper_stamp stamp = { .code = text_of(code) };
	struct paper_cancel cancel = { text_of(code), text_of("ghi nhầm") };
	test_must(c->h, c->clerk, CMD_visit_add, &visit);
	test_must(c->h, c->clerk, CMD_paper_make, &make);
	test_must(c->h, records, CMD_paper_stamp, &stamp);
	assert_int_equal(test_act(c->h, c->clerk, CMD_visit_void, &error, &f), E_NUMBERED);
	test_must(c->h, records, CMD_paper_cancel, &cancel);
	test_must(c->h, c->clerk, CMD_visit_void, &error);
	assert_int_equal(test_act(c->h, records, CMD_paper_stamp, &stamp, &f), E_STATE);
	make.sha256.p = "1123456700000000000000000000000000000000000000000000000000000007";
	assert_int_equal(test_act(c->h, c->clerk, CMD_paper_make, &make, &f), E_STATE);
}

static void a_document_listed_by_error_is_voided(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct document_new v[] = {
		{ .pages = 3, .condition = text_of("copy"), .name = text_of("Đơn đề nghị") },
		{ .pages = 1, .condition = text_of("copy"), .name = text_of("Ảnh") }
	};
	struct document_receive q = { text_of("98101/2026/1"), { v, 2 } };
	struct document_void error = { q.number, 3, text_of("error") };
	struct case_number ask = { q.number };
	test_must(c->h, c->clerk, CMD_document_receive, &q);
	assert_int_equal(test_act(c->h, c->clerk, CMD_document_void, &error, &f), E_NOT_FOUND);
	assert_string_equal(f.field, "n");
	error.n = 2;
	test_must(c->h, c->clerk, CMD_document_void, &error);
	assert_int_equal(test_act(c->h, c->clerk, CMD_document_void, &error, &f), E_NOTHING);
	const char *all = test_shown(c->h, c->clerk, CMD_document_list, &ask, "document_list");
	assert_int_equal(test_lines(all), 2);
	assert_non_null(strstr(all, "|error\n"));
	test_must(c->h, c->clerk, CMD_document_receive, &q);
	assert_non_null(strstr(
		test_shown(c->h, c->clerk, CMD_document_list, &ask, "document_list"), "4|Ảnh|"));
}

/* Minutes. */

static struct minutes_sign signing(struct counter *c, bool front)
{
	uint8_t *content = arena_alloc(&c->h->arena, 32, 1);
	struct txn *txn = test_txn(c->h);
	assert_int_equal(minutes_content(txn, c->meeting, &c->h->arena, content, NULL), OK);
	test_txn_end(c->h, txn);
	return (struct minutes_sign){ c->number, bytes_of(content, 32), front };
}

static void minutes_are_read_objected_to_and_signed(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct meeting_number show = { c->number };
	struct minutes_read read = { c->number };
	struct minutes_object object = { .meeting = c->number,
		.ordinal = 9,
		.refused = 1,
		.name = text_of("Lò Thị Mẩy"),
		.words = text_of("Tôi không nói thế") };
	struct minutes_close closing = { c->number, 2 };
	struct minutes_sign q = signing(c, false);
	test_must(c->h, c->clerk, CMD_minutes_read, &read);
	assert_int_equal(test_act(c->h, c->clerk, CMD_minutes_object, &object, &f), E_NOT_FOUND);
	object.ordinal = 2;
	test_must(c->h, c->clerk, CMD_minutes_object, &object);
	assert_int_equal(test_act(c->h, c->clerk, CMD_minutes_sign, &q, &f), E_MINUTES_OPEN);
	test_must(c->h, c->clerk, CMD_minutes_close, &closing);
	assert_int_equal(test_act(c->h, c->front, CMD_minutes_sign, &q, &f), E_NOT_ALLOWED);
	test_must(c->h, c->clerk, CMD_minutes_sign, &q);
	assert_int_equal(test_act(c->h, c->clerk, CMD_minutes_sign, &q, &f), E_NOTHING);
	q.front = 1;
	assert_int_equal(test_act(c->h, c->clerk, CMD_minutes_sign, &q, &f), E_NOT_ALLOWED);
	test_must(c->h, c->front, CMD_minutes_sign, &q);
	assert_string_equal(
		test_shown(c->h, c->clerk, CMD_meeting_show, &show, "minutes_objections"),
		"1|2|yes|Lò Thị Mẩy|Tôi không nói thế\n");
	struct opinion_add late = { c->number, 0, test_opinions(c->h, 1, NULL, NULL) };
	test_must(c->h, c->clerk, CMD_opinion_add, &late);
	assert_int_equal(test_act(c->h, c->clerk, CMD_minutes_sign, &q, &f), E_NOT_ALLOWED);
	q.front = 0;
	assert_int_equal(test_act(c->h, c->clerk, CMD_minutes_sign, &q, &f), E_STALE);
	const char *signatures =
		test_shown(c->h, c->clerk, CMD_meeting_show, &show, "minutes_signatures");
	assert_int_equal(test_lines(signatures), 2);
	assert_null(strstr(signatures, "yes"));
	q = signing(c, false);
	test_must(c->h, c->clerk, CMD_minutes_sign, &q);
	assert_non_null(strstr(
		test_shown(c->h, c->clerk, CMD_meeting_show, &show, "minutes_signatures"), "yes"));
}

/* The register of reception, as the office keeps it. */
static void the_register_tells_where_each_case_went(void **state)
{
	struct counter *c = *state;
	struct fault f;
	struct register_ask q = {
		.unit = text_of("98101"), .from = test_day(day), .to = test_day(day)
	};
	struct case_classify classify = { .number = text_of("98101/2026/1"),
		.kind = text_of("KIEN_NGHI") };
	struct case_refer refer = {
		.number = classify.number, .to = text_of("97101"), .document = text_of("12/CV")
	};
	test_must(c->h, c->processor, CMD_case_classify, &classify);
	test_must(c->h, test_officer(c->h, "leader", "98101"), CMD_case_refer, &refer);
	const char *all = test_shown(c->h, c->clerk, CMD_register_list, &q, "register_list");
	assert_int_equal(test_lines(all), 2);
	assert_non_null(strstr(all, "|KIEN_NGHI|1|-|no|-|97101|12/CV|REFERRED|-|-\n"));
	q.limit = 1;
	assert_int_equal(
		test_lines(test_shown(c->h, c->clerk, CMD_register_list, &q, "register_list")), 1);
	q.to = test_day("2026-02-01");
	assert_int_equal(test_ask(c->h, c->clerk, CMD_register_list, &q, &f), E_RANGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_counter, close_counter)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_person_is_found_by_name_and_by_number),
		TEST(nobody_is_kept_twice_and_a_missing_number_has_a_reason),
		TEST(who_a_person_is_is_said_anew),
		TEST(a_person_is_linked_until_the_words_are_destroyed),
		TEST(a_visit_says_for_whom_and_a_refusal_why),
		TEST(one_of_a_crowd_withdraws_and_the_rest_go_on),
		TEST(who_came_with_a_sealed_case_is_forgotten),
		TEST(a_crowd_is_bound_to_its_case_afterwards),
		TEST(few_have_one_or_two_who_speak_for_them),
		TEST(documents_are_listed_until_the_case_is_sealed),
		TEST(visits_people_and_crowds_are_counted_apart),
		TEST(what_was_entered_by_error_counts_no_more),
		TEST(who_belongs_to_one_unit_need_not_name_it),
		TEST(a_refusal_that_left_under_a_number_keeps_its_visit),
		TEST(a_document_listed_by_error_is_voided),
		TEST(minutes_are_read_objected_to_and_signed),
		TEST(the_register_tells_where_each_case_went),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
