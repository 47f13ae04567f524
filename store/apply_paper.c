/* apply_paper.c: papers, their stamps, and who attests that they were signed by hand. */
#include "store/apply.h"

#include "proto/day.h"

static bool paper_get(struct apply *a, struct text code, struct row_paper *to)
{
	return row_get(a->txn, STORE_paper, key_of_text(code), record_row_paper(), to, a->arena);
}

static void paper_put(struct apply *a, struct text code, const struct row_paper *from)
{
	row_put(a->txn, STORE_paper, key_of_text(code), record_row_paper(), from);
}

static uint32_t series_of(struct apply *a, uint64_t unit)
{
	struct row_unit row;
	(void)row_get(
		a->txn, STORE_unit, key_of_u32((uint32_t)unit), record_row_unit(), &row, a->arena);
	return (uint32_t)row.series;
}

static void unattest(struct apply *a, struct row_paper *p)
{
	if (p->attester != 0)
		txn_del(a->txn, STORE_scan, p->scan);
	p->attester = p->second = p->signed_seq = p->signed_group = 0;
	p->capacity = p->mandate = (struct text){ 0 };
	p->scan = (struct bytes){ 0 };
}

/* One whose text was kept before is bound anew, to what the register says now: it keeps its number,
 * and waits for who attests that. */
void apply_paper_made(struct apply *a, const struct ev_paper_made *ev)
{
	struct row_paper before, row = { 0 };
	(void)paper_get(a, ev->check_code, &row);
	unattest(a, &row);
	row.paper = ev->paper;
	row.of = ev->of;
	row.unit = ev->unit;
	row.version = ev->version;
	row.content = ev->content;
	row.to = ev->to;
	row.from = ev->from;
	row.until = ev->until;
	row.day = ev->day;
	row.officer = ev->officer;
	row.seq = a->header;
	row.group = ev->group;
	row.size = ev->size;
	row.next = (struct text){ 0 };
	struct num subject = ev->of;
	if (subject.n == 0) /* of the register itself */
		subject.series = series_of(a, ev->unit);
	struct key of = key_of_paper_of(subject, (unsigned)ev->paper, ev->check_code);
	paper_put(a, ev->check_code, &row);
	txn_put(a->txn, STORE_paper_of, key_bytes(&of), (struct bytes){ 0 });
	if (ev->prev.n == 0 || !paper_get(a, ev->prev, &before))
		return;
	before.next = ev->check_code;
	paper_put(a, ev->prev, &before);
}

/* Papers made elsewhere take numbers of the series too: only the highest counts. */
static void count(struct apply *a, const struct row_paper *p, uint32_t series, uint16_t year)
{
	struct row_counter counter;
	struct key key = key_of_counter((enum noun)(NOUN_PAPER + p->paper), series, year);
	(void)row_get(a->txn, STORE_counter, key, record_row_counter(), &counter, a->arena);
	if (counter.n >= p->n)
		return;
	counter.n = p->n;
	row_put(a->txn, STORE_counter, key, record_row_counter(), &counter);
}

static struct key outgoing_key(const struct row_paper *p, struct text code)
{
	return key_of_outgoing(
		(uint32_t)p->unit, p->stamped, (unsigned)p->paper, (uint32_t)p->n, code);
}

void apply_paper_stamped(struct apply *a, const struct ev_paper_stamped *ev)
{
	struct row_paper p;
	int year, month, day;
	if (!paper_get(a, ev->check_code, &p))
		return;
	uint32_t series = series_of(a, p.unit);
	p.n = ev->n;
	p.document = ev->document;
	p.stamped = ev->day;
	p.stamper = ev->officer;
	day_split(ev->day, &year, &month, &day);
	struct key stamp = key_of_stamp(series, (uint16_t)year, (unsigned)p.paper, (uint32_t)ev->n);
	struct key outgoing = outgoing_key(&p, ev->check_code);
	paper_put(a, ev->check_code, &p);
	txn_put(a->txn, STORE_stamp, key_bytes(&stamp),
		bytes_of(ev->check_code.p, ev->check_code.n));
	const struct row_outgoing out = { .document = ev->document };
	row_put(a->txn, STORE_outgoing, outgoing, record_row_outgoing(), &out);
	count(a, &p, series, (uint16_t)year);
}

void apply_paper_attested(struct apply *a, const struct ev_paper_attested *ev)
{
	struct row_paper p;
	if (!paper_get(a, ev->check_code, &p))
		return;
	if (ev->second) {
		p.second = ev->officer;
	} else {
		p.attester = ev->officer;
		p.capacity = ev->capacity;
		p.mandate = ev->mandate;
		p.scan = ev->scan;
		p.signed_seq = a->header;
		p.signed_group = ev->group;
		txn_put(a->txn, STORE_scan, ev->scan, bytes_of(ev->check_code.p, ev->check_code.n));
	}
	paper_put(a, ev->check_code, &p);
}

/* The series goes on behind the highest number that stands: one that was mistyped leaves no hole.
 */
static void uncount(struct apply *a, uint64_t unit, uint64_t paper, uint64_t n, uint16_t year)
{
	struct row_counter counter;
	struct row_paper p;
	struct bytes at, code;
	uint32_t series = series_of(a, unit);
	struct key key = key_of_counter((enum noun)(NOUN_PAPER + paper), series, year);
	struct key prefix = key_of_stamp(series, year, (unsigned)paper, 0);
	(void)row_get(a->txn, STORE_counter, key, record_row_counter(), &counter, a->arena);
	if (counter.n != n)
		return;
	counter.n = 0;
	prefix.n -= 4;
	AUTO(scan_close) struct scan s;
	scan_open(&s, a->txn, STORE_stamp, key_bytes(&prefix));
	while (scan_next(&s, &at, &code)) {
		uint32_t given = get_u32(at.p + prefix.n);
		if (paper_get(a, (struct text){ (const char *)code.p, code.n }, &p) &&
			p.n == given && given > counter.n)
			counter.n = given;
	}
	row_put(a->txn, STORE_counter, key, record_row_counter(), &counter);
}

/* The number stays where it was given; the paper waits for another, and for who attests that. */
void apply_stamp_cancelled(struct apply *a, const struct ev_stamp_cancelled *ev)
{
	struct row_paper p;
	if (!paper_get(a, ev->check_code, &p))
		return;
	const struct row_outgoing out = { p.document, ev->reason };
	row_put(a->txn, STORE_outgoing, outgoing_key(&p, ev->check_code), record_row_outgoing(),
		&out);
	int year, month, day;
	day_split(p.stamped, &year, &month, &day);
	unattest(a, &p);
	p.stamped = 0;
	p.n = p.stamper = 0;
	p.document = (struct text){ 0 };
	p.next = ev->next;
	paper_put(a, ev->check_code, &p);
	uncount(a, p.unit, p.paper, ev->n, (uint16_t)year);
}
