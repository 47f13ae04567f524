/*
 * meeting.c: records a meeting with two opinions and reads a rate over it.
 *
 *	cc -o meeting meeting.c $(pkg-config --cflags --libs hoiam)
 *	./meeting SOCKET KEYFILE UNIT DAY <PASSPHRASE
 */
#include <hoiam.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(int code, const struct hoiam_error *error)
{
	if (code == 0)
		return;
	fprintf(stderr, "meeting: %s [%s]\n", error->text, error->name);
	exit(1);
}

static struct hoiam_request *request(const char *command)
{
	struct hoiam_request *q = hoiam_request(command);
	if (q == NULL) {
		fprintf(stderr, "meeting: no command %s\n", command);
		exit(1);
	}
	return q;
}

static void set(struct hoiam_request *q, const char *field, const char *value)
{
	struct hoiam_error error;
	must(hoiam_set(q, field, value, &error), &error);
}

static void log_in(struct hoiam *line, const char *keyfile)
{
	char passphrase[1024];
	struct hoiam_error error;
	if (fgets(passphrase, sizeof(passphrase), stdin) == NULL)
		passphrase[0] = '\0';
	size_t n = strcspn(passphrase, "\n");
	must(hoiam_login(line, keyfile, passphrase, n, &error), &error);
}

static void record(struct hoiam *line, const char *unit, const char *day)
{
	struct hoiam_error error;
	struct hoiam_reply *reply;
	struct hoiam_request *q = request("meeting.record");
	set(q, "meeting.unit", unit);
	set(q, "meeting.kind", "dialogue_regular");
	set(q, "meeting.day", day);
	set(q, "meeting.chair", "Quách Thị Lệ Quyên");
	set(q, "opinions[1].speaker", "Bùi Hữu Thoại");
	set(q, "opinions[1].summary", "Hỏi về hồ sơ cấp sổ đỏ.");
	set(q, "opinions[1].words", "Tôi nộp hồ sơ từ tháng 5, đến nay chưa có kết quả.");
	set(q, "opinions[2].speaker", "Lường Văn Phanh");
	set(q, "opinions[2].words", "Con đường vào bản mưa xuống là lầy.");
	set(q, "count", "2"); /* another number would be refused */
	set(q, "closed", "1");
	/* It may take several tries on several lines; the meeting is recorded once. */
	must(hoiam_call(line, q, &reply, &error), &error);
	printf("meeting %s\n", hoiam_text(reply, "meeting_opened", 0, "meeting"));
	for (size_t i = 0; i < hoiam_rows(reply, "opinion_recorded"); i++)
		printf("opinion %" PRId64 ": case %s\n",
			hoiam_number(reply, "opinion_recorded", i, "ordinal", 0),
			hoiam_text(reply, "opinion_recorded", i, "case_number"));
	hoiam_reply_free(reply);
	hoiam_request_free(q);
}

static void list(struct hoiam *line, const char *unit)
{
	struct hoiam_error error;
	struct hoiam_reply *reply = NULL;
	struct hoiam_request *q = request("case.list");
	set(q, "unit", unit);
	set(q, "limit", "1"); /* so that there is more than one page */
	do {
		hoiam_reply_free(reply);
		must(hoiam_call(line, q, &reply, &error), &error);
		for (size_t i = 0; i < hoiam_rows(reply, "case_list"); i++)
			printf("case %s: %s\n", hoiam_text(reply, "case_list", i, "number"),
				hoiam_text(reply, "case_list", i, "state"));
	} while (hoiam_next_page(q, reply));
	hoiam_reply_free(reply);
	hoiam_request_free(q);
}

static void rate(struct hoiam *line, const char *unit, const char *day)
{
	struct hoiam_error error;
	struct hoiam_reply *reply;
	struct hoiam_request *q = request("rate.show");
	set(q, "rate", "inclusion");
	set(q, "unit", unit);
	set(q, "from", day);
	set(q, "to", day);
	must(hoiam_call(line, q, &reply, &error), &error);
	printf("inclusion: %" PRId64 " of %" PRId64 "\n",
		hoiam_number(reply, "rate", 0, "numerator", -1),
		hoiam_number(reply, "rate", 0, "denominator", -1));
	hoiam_reply_free(reply);
	hoiam_request_free(q);
}

int main(int argc, char **argv)
{
	struct hoiam *line;
	struct hoiam_error error;
	if (argc != 5) {
		fprintf(stderr, "usage: meeting SOCKET KEYFILE UNIT DAY <PASSPHRASE\n");
		return 2;
	}
	must(hoiam_open(&line, argv[1], 10000, &error), &error);
	log_in(line, argv[2]);
	record(line, argv[3], argv[4]);
	list(line, argv[3]);
	rate(line, argv[3], argv[4]);
	hoiam_close(line);
	return 0;
}
