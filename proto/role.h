/* role.h: rights and roles, from role.def. */
#ifndef HOIAM_PROTO_ROLE_H
#define HOIAM_PROTO_ROLE_H

#include "proto/base.h"

enum right_bit {
#define RIGHT(name, help) RIGHT_BIT_##name,
#include "proto/role.def"
	RIGHT_COUNT
};

/* A set of rights. */
enum right {
	RIGHT_NONE = 0,
#define RIGHT(name, help) RIGHT_##name = 1 << RIGHT_BIT_##name,
#include "proto/role.def"
};

struct role {
	const char *code;
	unsigned rights;
	const char *label;
};

extern const struct role roles[];
extern const size_t role_count;

/* The role of this code, NULL if there is none. */
const struct role *role_of(struct text code);

/* "record", "decide" … of one right. */
const char *right_name(enum right right);

#endif
