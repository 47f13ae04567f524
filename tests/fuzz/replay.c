/* replay.c: runs a fuzz target over all files of some folders; --prefixes: also cut short. */
#include "tests/fuzz/fuzz.h"
#include "proto/base.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Every prefix up to here is tried; of longer files, beyond it, every STRIDE-th. */
#define DENSE  8192u
#define STRIDE 251u

struct replay {
	bool prefixes;
	size_t files;
	size_t inputs;
};

/* The input has a block of its own size, so that a sanitizer sees a read past its end. */
static void feed(struct replay *r, const uint8_t *data, size_t size)
{
	uint8_t *exact = xmalloc(size);
	if (size > 0)
		memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	r->inputs++;
}

static uint8_t *read_all(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return NULL;
	uint8_t *data = NULL;
	size_t room = 0;
	size_t n = 0;
	while (feof(file) == 0 && ferror(file) == 0) {
		if (n == room) {
			room = room == 0 ? 4096 : room * 2;
			data = xrealloc(data, room);
		}
		n += fread(data + n, 1, room - n, file);
	}
	bool good = ferror(file) == 0;
	if (fclose(file) != 0 || !good) {
		free(data);
		return NULL;
	}
	*size = n;
	return data;
}

static bool replay_file(struct replay *r, const char *path)
{
	size_t size = 0;
	uint8_t *data = read_all(path, &size);
	if (data == NULL) {
		perror(path);
		return false;
	}
	feed(r, data, size);
	for (size_t n = 0; r->prefixes && n < size; n += n < DENSE ? 1 : STRIDE)
		feed(r, data, n);
	free(data);
	r->files++;
	return true;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool replay_folder(struct replay *r, const char *folder)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, visible, alphasort);
	if (count < 0) {
		perror(folder);
		return false;
	}
	bool good = true;
	for (int i = 0; i < count; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		struct stat st;
		if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
			good = replay_file(r, path) && good;
		free(entries[i]);
	}
	free(entries);
	return good;
}

int main(int argc, char **argv)
{
	struct replay r = { 0 };
	bool good = true;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--prefixes") == 0)
			r.prefixes = true;
		else
			good = replay_folder(&r, argv[i]) && good;
	}
	printf("%zu files, %zu inputs\n", r.files, r.inputs);
	if (r.files == 0)
		fputs("replay: no file was found: a target needs inputs\n", stderr);
	return good && r.files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
