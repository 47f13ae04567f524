/* place.c: a folder that appears whole or not at all. */
#include "daemon/place.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err fail_file(struct fault *f, const char *path)
{
	return fail(f, E_FILE, path, strerror(errno));
}

/* One call per file of a folder; the first failure ends the walk. */
typedef enum err file_fn(struct place *p, const char *name, struct fault *f);

static enum err each_file(struct place *p, const char *folder, file_fn *fn, struct fault *f)
{
	enum err err = OK;
	DIR *dir = opendir(folder);
	if (dir == NULL)
		return fail_file(f, folder);
	for (const struct dirent *e; err == OK && (e = readdir(dir)) != NULL;)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			err = fn(p, e->d_name, f);
	closedir(dir);
	return err;
}

static enum err not_empty(struct place *p, const char *name, struct fault *f)
{
	(void)name;
	return fail(f, E_FILE, p->path, "not an empty folder");
}

static enum err look(struct place *p, bool own, struct fault *f)
{
	char file[PLACE_FILE_MAX];
	struct stat st;
	if (stat(p->path, &st) != 0)
		return errno == ENOENT ? OK : fail_file(f, p->path);
	snprintf(file, sizeof(file), "%s/data.mdb", p->path);
	if (access(file, F_OK) == 0)
		return fail(f, E_EXISTS, p->path, "a register");
	p->inside = true;
	if (own && S_ISDIR(st.st_mode) && (st.st_mode & 022))
		return fail(f, E_FILE, p->path, "others may write here; its mode must be 0700");
	return S_ISDIR(st.st_mode) ? each_file(p, p->path, not_empty, f) : not_empty(p, p->path, f);
}

enum err place_open(struct place *p, const char *path, bool own, struct fault *f)
{
	size_t n = strlen(path);
	*p = (struct place){ 0 };
	while (n > 1 && path[n - 1] == '/')
		n--;
	if (n == 0 || n > PLACE_PATH_MAX)
		return fail(f, E_FILE, "DIR", "empty or too long");
	memcpy(p->path, path, n);
	enum err err = look(p, own, f);
	if (err != OK)
		return err;
	snprintf(p->temp, sizeof(p->temp), p->inside ? "%s/.new-XXXXXX" : "%s.new-XXXXXX", p->path);
	return mkdtemp(p->temp) == NULL ? fail_file(f, p->temp) : OK;
}

static enum err sync_path(const char *path, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail_file(f, path);
	enum err err = fsync(fd) == 0 ? OK : fail_file(f, path);
	close(fd);
	return err;
}

static enum err sync_file(struct place *p, const char *name, struct fault *f)
{
	char path[PLACE_FILE_MAX];
	snprintf(path, sizeof(path), "%s/%s", p->temp, name);
	return sync_path(path, f);
}

static enum err move(struct place *p, const char *name, struct fault *f)
{
	char from[PLACE_FILE_MAX], to[PLACE_FILE_MAX];
	snprintf(from, sizeof(from), "%s/%s", p->temp, name);
	snprintf(to, sizeof(to), "%s/%s", p->path, name);
	return rename(from, to) == 0 ? OK : fail_file(f, to);
}

static enum err move_small(struct place *p, const char *name, struct fault *f)
{
	return strcmp(name, "data.mdb") == 0 ? OK : move(p, name, f);
}

static enum err put_inside(struct place *p, struct fault *f)
{
	enum err err = each_file(p, p->temp, move_small, f);
	if (err == OK)
		err = move(p, "data.mdb", f);
	if (err == OK && rmdir(p->temp) != 0)
		err = fail_file(f, p->temp);
	return err == OK ? sync_path(p->path, f) : err;
}

enum err place_keep(struct place *p, struct fault *f)
{
	char path[PLACE_FILE_MAX];
	snprintf(path, sizeof(path), "%s/lock.mdb", p->temp);
	unlink(path);
	enum err err = each_file(p, p->temp, sync_file, f);
	if (err == OK)
		err = sync_path(p->temp, f);
	if (err != OK)
		return err;
	if (p->inside)
		return put_inside(p, f);
	if (rename(p->temp, p->path) != 0)
		return fail_file(f, p->path);
	snprintf(path, sizeof(path), "%s/..", p->path);
	return sync_path(path, f);
}

static enum err remove_made(struct place *p, const char *name, struct fault *f)
{
	char path[PLACE_FILE_MAX];
	snprintf(path, sizeof(path), "%s/%s", p->temp, name);
	(void)f;
	unlink(path);
	return OK;
}

void place_drop(struct place *p)
{
	(void)each_file(p, p->temp, remove_made, NULL);
	rmdir(p->temp);
}
