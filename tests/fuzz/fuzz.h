/* fuzz.h: what every fuzz target defines. */
#ifndef HOIAM_TESTS_FUZZ_FUZZ_H
#define HOIAM_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Eat one input of any size; return 0. A fault is a crash or a failed assert. */
__attribute__((visibility("default"))) int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
