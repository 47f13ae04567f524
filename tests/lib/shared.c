/* shared.c: finding the vectors and data of others. */
#include "tests/lib/shared.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char *shared_path(const char *relative)
{
	static char path[1024];
	const char *folder = getenv("HOIAM_SHARED");
	if (folder == NULL || folder[0] == '\0')
		folder = HOIAM_SOURCE_ROOT "/../shared";
	int n = snprintf(path, sizeof(path), "%s/%s", folder, relative);
	if (n > 0 && (size_t)n < sizeof(path) && access(path, R_OK) == 0)
		return path;
	printf("skipped: %s/%s is absent\n", folder, relative);
	return NULL;
}
