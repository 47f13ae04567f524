/* unit.c: units, which any officer may list: their names are public. */
#include "daemon/report/report.h"

static void unit_row(struct report *r, const struct unit *u)
{
	row_begin(r);
	cell_text(r, u->code);
	cell_text(r, u->name);
	cell_text(r, u->kind);
	cell_text(r, u->level);
	cell_text(r, u->parent);
	cell_day(r, u->from);
	cell_day(r, u->until);
}

enum err report_unit_list(struct report *r, const void *request)
{
	const struct unit_list *q = request;
	const struct units *units = &r->house->units;
	uint32_t day = q->at == 0 ? r->today : q->at, root = 0;
	uint32_t id = q->after.n == 4 ? get_u32(q->after.p) + 1 : 1;
	size_t left = report_limit(q->limit);
	if (q->unit.n > 0) {
		const struct unit *top = unit_on(units, q->unit, day);
		if (top == NULL)
			return fail_text(r->fault,
				unit_of_code(units, q->unit) == NULL ? E_NOT_FOUND : E_ENDED,
				"unit", q->unit);
		root = top->id;
	}
	table_begin(r, TABLE_unit_list);
	for (; id >= 1 && id <= units->n; id++) {
		const struct unit *u = unit_get(units, id);
		if (!unit_stands(u, day) || !unit_within(units, id, root, day))
			continue;
		if (left-- == 0) { /* one too many: the next page begins with it */
			struct key before = key_of_u32(id - 1);
			report_next(r, before.p, before.n);
			break;
		}
		unit_row(r, u);
	}
	table_end(r);
	return OK;
}
