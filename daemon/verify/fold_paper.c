/* fold_paper.c: papers told again from the events: codes, what takes whose place, numbers, and who
 * attests. */
#include "daemon/verify/fold.h"

#include "proto/day.h"
#include "proto/paper.h"
#include "store/key.h"

static struct text own(struct text t)
{
	return (struct text){ xstrndup(t.p, t.n), t.n };
}

static struct bytes bytes_of_text(struct text t)
{
	return bytes_of(t.p, t.n);
}

static struct fold_paper *paper_get(struct audit *a, const struct event *e, struct text code)
{
	uint32_t at;
	if (map_get(&a->fold->paper_by_code, bytes_of_text(code), &at))
		return &a->fold->papers[at];
	audit_fail_at(a, e->seq, "code", "no such paper");
	return NULL;
}

/* A paper of the same that is not stamped, and whose place none took. */
static struct fold_paper *in_hand(struct audit *a, const struct event *e, const char *field,
	struct text code, const struct fold_paper *of)
{
	struct fold_paper *p = paper_get(a, e, code);
	if (p != NULL && (p->replaced || p->n != 0 || p == of || p->paper != of->paper ||
				 p->unit != of->unit || !num_equal(p->of, of->of)))
		audit_fail_at(a, e->seq, field, "not a paper of the same that is not stamped");
	return p;
}

static void replace(struct audit *a, const struct event *e, const struct ev_paper_made *ev,
	const struct fold_paper *by)
{
	struct fold_paper *before = ev->prev.n == 0 ? NULL : in_hand(a, e, "prev", ev->prev, by);
	if (before != NULL)
		before->replaced = true;
}

/* Who attested does so no longer. */
static void unattest(struct fold *f, struct fold_paper *p)
{
	if (p->attester != 0)
		map_put(&f->scans, bytes_of(p->scan, sizeof(p->scan)), 0);
	p->attester = p->second = 0;
}

/* The same text once more: a notice whose conclusion was written anew in the meantime. */
static void bound(struct audit *a, const struct event *e, const struct ev_paper_made *ev,
	struct fold_paper *p)
{
	bool same = p->paper == ev->paper && p->unit == ev->unit && num_equal(p->of, ev->of) &&
		    p->version == ev->version;
	if (!same || ev->content.n != 32 || memcmp(p->content, ev->content.p, 32) == 0) {
		audit_fail_at(a, e->seq, "code", "given before");
		return;
	}
	memcpy(p->content, ev->content.p, 32);
	p->replaced = false;
	unattest(a->fold, p);
	replace(a, e, ev, p);
}

static void made(struct audit *a, const struct event *e, const struct ev_paper_made *ev)
{
	struct fold *f = a->fold;
	uint32_t at;
	if (ev->check_code.n != CROCKFORD_SIGNS) {
		audit_fail_at(a, e->seq, "code", "not a check code");
		return;
	}
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not who signed");
	if (map_get(&f->paper_by_code, bytes_of_text(ev->check_code), &at)) {
		bound(a, e, ev, &f->papers[at]);
		return;
	}
	AUDIT_GROW(f->papers, f->paper_count, f->paper_room);
	f->papers[f->paper_count] = (struct fold_paper){ .code = own(ev->check_code),
		.of = ev->of,
		.unit = (uint32_t)ev->unit,
		.version = (uint32_t)ev->version,
		.to = (uint32_t)ev->to,
		.paper = (uint8_t)ev->paper };
	if (ev->content.n == 32)
		memcpy(f->papers[f->paper_count].content, ev->content.p, 32);
	map_put(&f->paper_by_code, bytes_of_text(ev->check_code), (uint32_t)f->paper_count++);
	replace(a, e, ev, &f->papers[f->paper_count - 1]);
}

static void stamped(struct audit *a, const struct event *e, const struct ev_paper_stamped *ev)
{
	struct fold *f = a->fold;
	struct fold_paper *p = paper_get(a, e, ev->check_code);
	uint32_t at;
	int year, month, day;
	if (p == NULL || p->unit == 0 || p->unit > f->unit_count)
		return;
	if (!paper_row((enum paper)p->paper)->numbered)
		audit_fail_at(a, e->seq, "code", "a paper of this kind has no number");
	if (p->n != 0 || p->replaced)
		audit_fail_at(
			a, e->seq, "code", p->n != 0 ? "stamped before" : "another took its place");
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not who signed");
	day_split(ev->day, &year, &month, &day);
	struct key key = key_of_stamp(
		f->units[p->unit - 1].series, (uint16_t)year, p->paper, (uint32_t)ev->n);
	if (map_get(&f->stamps, key_bytes(&key), &at))
		audit_fail_at(a, e->seq, "n", "given before in this series");
	map_put(&f->stamps, key_bytes(&key), (uint32_t)(p - f->papers));
	p->n = (uint32_t)ev->n;
}

/* One scan is of one paper, and both persons saw the same. */
static void scanned(struct audit *a, const struct event *e, const struct ev_paper_attested *ev,
	struct fold_paper *p)
{
	struct map *scans = &a->fold->scans;
	uint32_t at = 0;
	if (ev->scan.n != sizeof(p->scan)) {
		audit_fail_at(a, e->seq, "scan", "not a hash");
		return;
	}
	if (ev->second && memcmp(p->scan, ev->scan.p, sizeof(p->scan)) != 0)
		audit_fail_at(a, e->seq, "scan", "not that of the first");
	if (!ev->second && map_get(scans, ev->scan, &at) && at != 0)
		audit_fail_at(a, e->seq, "scan", "of another paper");
	memcpy(p->scan, ev->scan.p, sizeof(p->scan));
	map_put(scans, ev->scan, (uint32_t)(p - a->fold->papers) + 1);
}

static void attested(struct audit *a, const struct event *e, const struct ev_paper_attested *ev)
{
	struct fold_paper *p = paper_get(a, e, ev->check_code);
	if (p == NULL)
		return;
	if (p->n == 0)
		audit_fail_at(a, e->seq, "code", "not stamped");
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not who signed");
	if ((ev->second != 0) != (p->attester != 0) || p->second != 0 || p->attester == ev->officer)
		audit_fail_at(a, e->seq, "second", "not two persons, one after the other");
	scanned(a, e, ev, p);
	*(ev->second ? &p->second : &p->attester) = (uint32_t)ev->officer;
}

static void cancelled(struct audit *a, const struct event *e, const struct ev_stamp_cancelled *ev)
{
	struct fold_paper *p = paper_get(a, e, ev->check_code);
	if (p == NULL)
		return;
	if (p->n == 0 || p->n != ev->n)
		audit_fail_at(a, e->seq, "n", "not the number of this paper");
	if (p->second != 0)
		audit_fail_at(a, e->seq, "code", "two persons attested it");
	if (ev->officer != a->entry.officer)
		audit_fail_at(a, e->seq, "officer", "not who signed");
	unattest(a->fold, p);
	p->n = 0;
	if (ev->next.n > 0)
		p->replaced = in_hand(a, e, "next", ev->next, p) != NULL;
}

const struct fold_paper *fold_attested(struct audit *a, const struct event *e, struct text code)
{
	const struct fold_paper *p = paper_get(a, e, code);
	if (p != NULL && p->second != 0)
		return p;
	audit_fail_at(a, e->seq, "paper", "no two persons attest it");
	return NULL;
}

void fold_paper_event(struct audit *a, const struct event *e)
{
	if (e->code == EVENT_paper_made)
		made(a, e, e->fields);
	else if (e->code == EVENT_paper_stamped)
		stamped(a, e, e->fields);
	else if (e->code == EVENT_stamp_cancelled)
		cancelled(a, e, e->fields);
	else
		attested(a, e, e->fields);
}
