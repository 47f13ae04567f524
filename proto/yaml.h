/* yaml.h: a record from a plain subset of YAML: mappings, lists, scalars that their rows give a
 * type. */
#ifndef HOIAM_PROTO_YAML_H
#define HOIAM_PROTO_YAML_H

#include "proto/record.h"

#define YAML_BYTES_MAX ((size_t)1024 * 1024)

/*
 * Reads one document into *to (zeroed first); all that it points to lives in `a`. A mapping is a
 * record by field names, a LIST a sequence of mappings, CODES and UINTS are sequences of scalars,
 * days are YYYY-MM-DD, BIN is hexadecimal, TEXT is brought into normal form C. Anchors, aliases,
 * tags, directives and further documents are refused, as are unknown and double keys.
 *   E_LINE       field = file, at = line, what = the reason
 *   E_TOO_LARGE  more than YAML_BYTES_MAX bytes
 *   others       those of record_check, with the path of the field
 */
enum err yaml_read(struct text yaml, const char *file, const struct record *r, void *to,
	struct arena *a, struct fault *f);

#endif
