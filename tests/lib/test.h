/* test.h: cmocka and what it needs, less its fail(), a name of ours. Include it first. */
#ifndef HOIAM_TESTS_LIB_TEST_H
#define HOIAM_TESTS_LIB_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#undef fail
#undef fail_msg

#endif
