/* conf.c: settings: defaults, file, check, show. */
#include "daemon/conf.h"

#include "proto/yaml.h"

#include <errno.h>
#include <stdlib.h>

/* clang-format off */
static const struct field fields[] = {
#define SETTING(id, name, kind, max, standard, min, help)                                          \
	{ id, KIND_##kind, 0, max, offsetof(struct conf, name), #name, NULL, help },
#include "daemon/conf.def"
#undef SETTING
};

#define DEFAULT_UINT(value) .number = (value)
#define DEFAULT_TEXT(value) .string = (value)

static const struct {
	const char *string;
	uint64_t number, min;
} standards[] = {
#define SETTING(id, name, kind, max, standard, least, help) { DEFAULT_##kind(standard), .min = least },
#include "daemon/conf.def"
#undef SETTING
};
/* clang-format on */

static const struct record record_conf = { "hoiamd.conf", "settings", fields, COUNT(fields),
	sizeof(struct conf) };

static uint64_t *number_of(struct conf *conf, size_t i)
{
	return (uint64_t *)(void *)((char *)conf + fields[i].offset);
}

static struct text *text_at(struct conf *conf, size_t i)
{
	return (struct text *)(void *)((char *)conf + fields[i].offset);
}

static void fill_default(struct conf *conf, size_t i)
{
	if (fields[i].kind == KIND_UINT)
		*number_of(conf, i) = standards[i].number;
	else
		*text_at(conf, i) = text_of(standards[i].string);
}

void conf_defaults(struct conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	for (size_t i = 0; i < COUNT(fields); i++)
		fill_default(conf, i);
}

static enum err check(struct conf *conf, struct fault *f)
{
	static const char *const levels[] = { "error", "info", "debug" };
	bool level = false;
	for (size_t i = 0; i < COUNT(fields); i++)
		if (fields[i].kind == KIND_UINT && *number_of(conf, i) < standards[i].min)
			return fail_number(f, E_RANGE, fields[i].name, (int64_t)*number_of(conf, i),
				(int64_t)standards[i].min);
	for (size_t i = 0; i < conf->socket_mode.n; i++)
		if (conf->socket_mode.p[i] < '0' || conf->socket_mode.p[i] > '7')
			return fail_text(f, E_VALUE, "socket_mode", conf->socket_mode);
	for (size_t i = 0; i < COUNT(levels); i++)
		level |= text_is(conf->log_level, levels[i]);
	if (!level)
		return fail_text(f, E_VALUE, "log_level", conf->log_level);
	if (conf->output_drop_bytes < conf->output_stop_bytes)
		return fail_number(f, E_RANGE, "output_drop_bytes",
			(int64_t)conf->output_drop_bytes, (int64_t)conf->output_stop_bytes);
	return OK;
}

enum err conf_read(struct conf *conf, const char *path, struct arena *a, struct fault *f)
{
	conf_defaults(conf);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return fail(f, errno == ENOENT ? E_NOT_FOUND : E_FILE, path, strerror(errno));
	char *text = arena_alloc(a, YAML_BYTES_MAX + 1, 1);
	size_t n = fread(text, 1, YAML_BYTES_MAX + 1, file);
	fclose(file);
	struct conf given;
	enum err err = yaml_read((struct text){ text, n }, path, &record_conf, &given, a, f);
	if (err != OK)
		return err;
	for (size_t i = 0; i < COUNT(fields); i++) {
		if (field_is_empty(&fields[i], &given))
			continue;
		if (fields[i].kind == KIND_UINT)
			*number_of(conf, i) = *number_of(&given, i);
		else
			*text_at(conf, i) = *text_at(&given, i);
	}
	return check(conf, f);
}

void conf_show(const struct conf *conf, FILE *out)
{
	struct conf copy = *conf;
	for (size_t i = 0; i < COUNT(fields); i++) {
		fprintf(out, "# %s\n", fields[i].help);
		if (fields[i].kind == KIND_UINT)
			fprintf(out, "%s: %llu\n", fields[i].name,
				(unsigned long long)*number_of(&copy, i));
		else if (text_at(&copy, i)->n > 0)
			fprintf(out, "%s: \"%.*s\"\n", fields[i].name, (int)text_at(&copy, i)->n,
				text_at(&copy, i)->p);
		else
			fprintf(out, "#%s:\n", fields[i].name);
	}
}

unsigned conf_socket_mode(const struct conf *conf)
{
	unsigned mode = 0;
	for (size_t i = 0; i < conf->socket_mode.n; i++)
		mode = mode * 8 + (unsigned)(conf->socket_mode.p[i] - '0');
	return mode;
}
