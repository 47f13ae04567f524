/* shared.h: where tests find the vectors and data of others, which are not part of the source. */
#ifndef HOIAM_TESTS_SHARED_H
#define HOIAM_TESTS_SHARED_H

/*
 * The path of a file in the folder that the environment's HOIAM_SHARED names, "../shared" beside
 * the source otherwise. NULL when there is no such file, after a line that says "skipped". The
 * result is good until the next call.
 */
const char *shared_path(const char *relative);

#endif
