/* conf.c: settings: defaults, file, check, show. */
#include "daemon/conf.h"

#include "proto/yaml.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { MODE_MAX = 0777, VALUE_MAX = 4096, DIGITS_MAX = 18 };

struct setting_row {
	const char *name, *help;
	const char *string; /* default of a TEXT */
	uint64_t number;    /* default of a UINT */
	uint64_t min, max;
	size_t offset;
	enum kind kind;
};

/* A file is read as texts alone, so that what is given can be told from what is not. */

/* clang-format off */
#define DEFAULT_UINT(value) .number = (value)
#define DEFAULT_TEXT(value) .string = (value)

static const struct setting_row rows[SETTING_COUNT] = {
#define SETTING(id, name_, kind_, max_, standard, min_, help_)                                     \
	{ .name = #name_, .help = help_, DEFAULT_##kind_(standard), .min = min_, .max = max_,      \
		.offset = offsetof(struct conf, name_), .kind = KIND_##kind_ },
#include "daemon/conf.def"
#undef SETTING
};

static const struct field fields[SETTING_COUNT] = {
#define SETTING(id, name, kind, max, standard, min, help)                                          \
	{ id, KIND_TEXT, 0, VALUE_MAX, SETTING_##name * sizeof(struct text), #name, NULL, help },
#include "daemon/conf.def"
#undef SETTING
};
/* clang-format on */

static const struct record record_conf = { "hoiamd.conf", "settings", fields, COUNT(fields),
	SETTING_COUNT * sizeof(struct text) };

static uint64_t *number_at(struct conf *conf, size_t i)
{
	return (uint64_t *)(void *)((char *)conf + rows[i].offset);
}

static struct text *text_at(struct conf *conf, size_t i)
{
	return (struct text *)(void *)((char *)conf + rows[i].offset);
}

void conf_defaults(struct conf *conf)
{
	memset(conf, 0, sizeof(*conf));
	for (size_t i = 0; i < SETTING_COUNT; i++)
		if (rows[i].kind == KIND_UINT)
			*number_at(conf, i) = rows[i].number;
		else
			*text_at(conf, i) = text_of(rows[i].string);
}

/* Values. Each of these gives NULL, or why the value cannot be. */

static const char *take_number(
	const struct setting_row *row, struct text t, uint64_t *to, struct arena *a)
{
	uint64_t v = 0;
	if (t.n > DIGITS_MAX)
		return "the number is too long";
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '9')
			return "a whole number is wanted";
		v = v * 10 + (uint64_t)(t.p[i] - '0');
	}
	*to = v;
	if (v >= row->min && v <= row->max)
		return NULL;
	return arena_format(
		a, "a number from %" PRIu64 " to %" PRIu64 " is wanted", row->min, row->max)
		.p;
}

static const char *check_mode(struct text t)
{
	unsigned mode = 0;
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] < '0' || t.p[i] > '7' || mode > MODE_MAX)
			return "an octal mode is wanted, as 0660";
		mode = mode * 8 + (unsigned)(t.p[i] - '0');
	}
	return mode <= MODE_MAX ? NULL : "an octal mode up to 0777 is wanted";
}

static const char *check_level(struct text t)
{
	if (text_is(t, "error") || text_is(t, "info") || text_is(t, "debug"))
		return NULL;
	return "error, info or debug is wanted";
}

static const char *take_value(struct conf *conf, size_t i, struct text t, struct arena *a)
{
	const struct setting_row *row = &rows[i];
	if (row->kind == KIND_UINT)
		return take_number(row, t, number_at(conf, i), a);
	*text_at(conf, i) = t;
	if (t.n > row->max)
		return arena_format(a, "at most %" PRIu64 " bytes are wanted", row->max).p;
	if (i == SETTING_socket_mode)
		return check_mode(t);
	return i == SETTING_log_level ? check_level(t) : NULL;
}

/* Files. */

static bool is_one_of(char c, const char *of)
{
	return c != '\0' && strchr(of, c) != NULL;
}

/* The line on which a setting is given; it was read before, so it is there. */
static int64_t line_of(struct text yaml, const char *name)
{
	size_t n = strlen(name);
	int64_t line = 1;
	for (size_t at = 0; at < yaml.n; line++) {
		const char *begin = yaml.p + at;
		const char *end = memchr(begin, '\n', yaml.n - at);
		size_t length = end == NULL ? yaml.n - at : (size_t)(end - begin);
		at += length + 1;
		while (length > 0 && is_one_of(*begin, " {\"'")) {
			begin++;
			length--;
		}
		if (length > n && memcmp(begin, name, n) == 0 && is_one_of(begin[n], ":\"' "))
			return line;
	}
	return 1;
}

static enum err refuse(
	struct text yaml, const char *file, const char *name, const char *why, struct fault *f)
{
	char what[240];
	snprintf(what, sizeof(what), "%s: %s", name, why);
	enum err err = fail(f, E_LINE, file, what);
	if (f != NULL)
		f->at = line_of(yaml, name);
	return err;
}

/* What the checks of a record say of a single field, told with its line. */
static enum err tell_field(struct text yaml, const char *file, struct fault *own, struct fault *f)
{
	char name[sizeof(own->field)], why[400];
	memcpy(name, own->field, sizeof(name));
	fault_format(own, err_row(own->err)->text, why, sizeof(why));
	size_t n = strlen(name);
	bool named = strncmp(why, name, n) == 0 && strncmp(why + n, ": ", 2) == 0;
	return refuse(yaml, file, name, named ? why + n + 2 : why, f);
}

static enum err read_given(struct text yaml, const char *file, struct text given[SETTING_COUNT],
	struct arena *a, struct fault *f)
{
	struct fault own = { 0 };
	enum err err = yaml_read(yaml, file, &record_conf, given, a, &own);
	if (err != OK && err != E_LINE && err != E_TOO_LARGE)
		return tell_field(yaml, file, &own, f);
	if (err != OK && f != NULL)
		*f = own;
	return err;
}

/* Nothing but comments: no document for a parser of YAML, but a good file of settings. */
static bool says_nothing(struct text yaml)
{
	bool comment = false;
	for (size_t i = 0; i < yaml.n; i++) {
		char c = yaml.p[i];
		if (c == '\n')
			comment = false;
		else if (c == '#')
			comment = true;
		else if (!comment && c != ' ' && c != '\r')
			return false;
	}
	return true;
}

static enum err check_together(
	const struct conf *conf, struct text yaml, const char *file, struct fault *f)
{
	if (conf->output_drop_bytes >= conf->output_stop_bytes)
		return OK;
	if (conf->origin[SETTING_output_drop_bytes] == CONF_FILE)
		return refuse(yaml, file, "output_drop_bytes", "less than output_stop_bytes", f);
	return refuse(yaml, file, "output_stop_bytes", "more than output_drop_bytes", f);
}

enum err conf_parse(
	struct conf *conf, struct text yaml, const char *file, struct arena *a, struct fault *f)
{
	struct text given[SETTING_COUNT];
	conf_defaults(conf);
	if (says_nothing(yaml))
		return OK;
	enum err err = read_given(yaml, file, given, a, f);
	if (err != OK)
		return err;
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		if (given[i].n == 0)
			continue;
		const char *why = take_value(conf, i, given[i], a);
		if (why != NULL)
			return refuse(yaml, file, rows[i].name, why, f);
		conf->origin[i] = CONF_FILE;
	}
	return check_together(conf, yaml, file, f);
}

enum err conf_read(struct conf *conf, const char *path, struct arena *a, struct fault *f)
{
	conf_defaults(conf);
	FILE *file = fopen(path, "re");
	if (file == NULL && errno == ENOENT)
		return fail(f, E_NOT_FOUND, path, "this file");
	if (file == NULL)
		return fail(f, E_FILE, path, strerror(errno));
	char *text = arena_alloc(a, YAML_BYTES_MAX + 1, 1);
	errno = 0;
	size_t n = fread(text, 1, YAML_BYTES_MAX + 1, file);
	int broken = ferror(file) ? errno : 0;
	fclose(file);
	if (broken != 0)
		return fail(f, E_FILE, path, strerror(broken));
	return conf_parse(conf, (struct text){ text, n }, path, a, f);
}

/* Showing. */

static void show_text(struct text t, FILE *out)
{
	fputc('"', out);
	for (size_t i = 0; i < t.n; i++) {
		unsigned char c = (unsigned char)t.p[i];
		if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fprintf(out, c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
	fputc('"', out);
}

void conf_show(const struct conf *conf, FILE *out)
{
	static const char *const origins[] = { "default", "file", "environment", "command line" };
	struct conf copy = *conf;
	fputs("# settings of hoiamd, see hoiamd.conf(5)\n", out);
	for (size_t i = 0; i < SETTING_COUNT; i++) {
		const struct setting_row *row = &rows[i];
		fprintf(out, "\n# %s\n", row->help);
		if (row->kind == KIND_UINT)
			fprintf(out, "# from %" PRIu64 " to %" PRIu64 "\n%s: %" PRIu64, row->min,
				row->max, row->name, *number_at(&copy, i));
		else
			fprintf(out, "%s: ", row->name);
		if (row->kind == KIND_TEXT)
			show_text(*text_at(&copy, i), out);
		fprintf(out, " # %s\n", origins[conf->origin[i]]);
	}
}

unsigned conf_socket_mode(const struct conf *conf)
{
	unsigned mode = 0;
	for (size_t i = 0; i < conf->socket_mode.n; i++)
		mode = mode * 8 + (unsigned)(conf->socket_mode.p[i] - '0');
	return mode;
}
