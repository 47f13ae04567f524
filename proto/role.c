/* role.c: the table of roles. */
#include "proto/role.h"

#include <strings.h>

/* Inside the table the rights are named without their prefix. */
enum {
#define RIGHT(name, help) name = RIGHT_##name,
#include "proto/role.def"
};

const struct role roles[] = {
#define ROLE(code, rights, label) { #code, rights, label },
#include "proto/role.def"
};

const size_t role_count = COUNT(roles);

const struct role *role_of(struct text code)
{
	for (size_t i = 0; i < role_count; i++)
		if (text_is(code, roles[i].code))
			return &roles[i];
	return NULL;
}

const char *right_name(enum right right)
{
	static const char *const names[] = {
#define RIGHT(name, help) #name,
#include "proto/role.def"
	};
	for (size_t i = 0; i < RIGHT_COUNT; i++)
		if ((unsigned)right == 1u << i)
			return names[i];
	return "";
}
