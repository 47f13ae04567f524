/* keyring.c: the folder of key files, and passphrases. */
#include "clients/keyring.h"

#include "clients/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

enum { NAME_BYTES_MAX = 100, CTRL_C = 3, CTRL_D = 4, CTRL_U = 21, RUBOUT = 127 };

/* The folder. */

static bool name_fits(const char *name)
{
	size_t n = strlen(name);
	if (n == 0 || n > NAME_BYTES_MAX || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (name[i] == '/' || (unsigned char)name[i] <= 0x20 || name[i] == 0x7f)
			return false;
	return true;
}

static const char *folder(struct arena *a)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	if (config != NULL && config[0] == '/')
		return arena_format(a, "%s/hoiam", config).p;
	const char *home = getenv("HOME");
	return arena_format(a, "%s/.config/hoiam", home == NULL ? "" : home).p;
}

/* Every folder on the way, as mkdir -p does; what is there already is left as it is. */
static enum err make_folders(struct arena *a, const char *path, struct fault *f)
{
	struct text copy = arena_text(a, text_of(path));
	for (size_t i = 1; i <= copy.n; i++) {
		if (i < copy.n && copy.p[i] != '/')
			continue;
		struct text upto = arena_format(a, "%.*s", (int)i, copy.p);
		if (mkdir(upto.p, 0700) != 0 && errno != EEXIST)
			return fail(f, E_FILE, upto.p, strerror(errno));
	}
	return OK;
}

enum err keyring_path(
	const char *name, bool make, struct arena *a, const char **path, struct fault *f)
{
	if (!name_fits(name))
		return fail(f, E_USAGE, NULL, _("--as NAME: a plain word, the name of a key"));
	const char *in = folder(a);
	*path = arena_format(a, "%s/%s.key", in, name).p;
	return make ? make_folders(a, in, f) : OK;
}

enum err keyring_only(struct arena *a, const char **name, struct fault *f)
{
	const char *in = folder(a);
	DIR *dir = opendir(in);
	const char *found = NULL;
	size_t count = 0;
	struct dirent *entry;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		size_t n = strlen(entry->d_name);
		if (n <= 4 || strcmp(entry->d_name + n - 4, ".key") != 0)
			continue;
		found = arena_format(a, "%.*s", (int)(n - 4), entry->d_name).p;
		count++;
	}
	if (dir != NULL)
		closedir(dir);
	if (count == 0)
		return fail(f, E_USAGE, NULL,
			_("there is no key yet; begin with: hoiam enrol INVITATION --as NAME"));
	if (count > 1)
		return fail(f, E_USAGE, NULL,
			_("there are several keys; say which: --as NAME, or HOIAM_AS"));
	*name = found;
	return OK;
}

/* Passphrases. */

static void begin(struct passphrase *to)
{
	to->p = sodium_malloc(PASSPHRASE_BYTES_MAX);
	if (to->p == NULL)
		abort();
	to->n = 0;
}

void passphrase_fini(struct passphrase *passphrase)
{
	sodium_free(passphrase->p);
	*passphrase = (struct passphrase){ 0 };
}

/* Bytes up to a newline or the end; false when there are too many. */
static bool read_line(int fd, struct passphrase *to)
{
	for (;;) {
		uint8_t c;
		ssize_t got = read(fd, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == '\n') {
			if (to->n > 0 && to->p[to->n - 1] == '\r')
				to->n--;
			return got >= 0;
		}
		if (to->n == PASSPHRASE_BYTES_MAX)
			return false;
		to->p[to->n++] = c;
	}
}

static enum err from_file(struct passphrase *to, const char *path, struct fault *f)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fail(f, E_KEY_FILE, path, strerror(errno));
	struct stat st;
	enum err err = OK;
	if (fstat(fd, &st) != 0)
		err = fail(f, E_KEY_FILE, path, strerror(errno));
	else if (S_ISREG(st.st_mode) && (st.st_mode & (S_IROTH | S_IWOTH)) != 0)
		err = fail(f, E_KEY_FILE, path, N_("others may read it; its mode should be 0600"));
	else if (!read_line(fd, to) || to->n == 0)
		err = fail(f, E_KEY_FILE, path, N_("its first line is no passphrase"));
	close(fd);
	return err;
}

/* Takes back one character of UTF-8. */
static void rub_out(struct passphrase *to)
{
	while (to->n > 0 && (to->p[to->n - 1] & 0xc0) == 0x80)
		to->n--;
	if (to->n > 0)
		to->n--;
}

/* Keys one by one, echo and signals off; false when the user gives up. */
static bool read_keys(int tty, struct passphrase *to)
{
	for (;;) {
		uint8_t c;
		ssize_t got = read(tty, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == CTRL_C || (c == CTRL_D && to->n == 0))
			return false;
		if (c == '\n' || c == '\r' || c == CTRL_D)
			return true;
		if (c == RUBOUT || c == '\b')
			rub_out(to);
		else if (c == CTRL_U)
			to->n = 0;
		else if (c >= 0x20 && to->n < PASSPHRASE_BYTES_MAX)
			to->p[to->n++] = c;
	}
}

static bool ask(int tty, const char *prompt, const char *name, struct passphrase *to)
{
	struct termios before, quiet;
	if (tcgetattr(tty, &before) != 0)
		return false;
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
	dprintf(tty, "%s (%s): ", prompt, name);
	tcsetattr(tty, TCSAFLUSH, &quiet);
	bool done = read_keys(tty, to);
	tcsetattr(tty, TCSAFLUSH, &before);
	dprintf(tty, "\n");
	return done;
}

static enum err from_terminal(struct passphrase *to, const char *name, bool fresh, struct fault *f)
{
	int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty < 0)
		return fail(f, E_USAGE, NULL,
			_("no terminal to ask for the passphrase; set HOIAM_PASSPHRASE_FILE"));
	AUTO(passphrase_fini) struct passphrase again = { 0 };
	begin(&again);
	bool done = ask(tty, fresh ? _("New passphrase") : _("Passphrase"), name, to) && to->n > 0;
	if (done && fresh)
		done = ask(tty, _("The same again"), name, &again);
	close(tty);
	if (!done)
		return fail(f, E_KEY_FILE, name, _("no passphrase was given"));
	if (fresh && (again.n != to->n || sodium_memcmp(again.p, to->p, to->n) != 0))
		return fail(f, E_KEY_FILE, name, _("the two passphrases differ"));
	return OK;
}

enum err passphrase_get(struct passphrase *to, const char *name, bool fresh, struct fault *f)
{
	begin(to);
	const char *path = getenv("HOIAM_PASSPHRASE_FILE");
	if (path != NULL && path[0] != '\0')
		return from_file(to, path, f);
	return from_terminal(to, name, fresh, f);
}
