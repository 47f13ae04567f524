/* import.c: how far a file of another register is taken over. */
#include "daemon/report/report.h"

enum err report_import_status(struct report *r, const void *request)
{
	const struct import_ask *q = request;
	struct row_import row;
	bool begun = row_get(r->txn, STORE_import, key_of_import(q->file, q->source),
		record_row_import(), &row, r->arena);
	table_begin(r, TABLE_import_status);
	row_begin(r);
	cell_count(r, begun ? row.next : 1);
	table_end(r);
	return OK;
}
