/* i18n.c: choosing the language in a system that may know no locale but C.UTF-8. */
#include "clients/i18n.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

static const char *first_set(const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *value = getenv(names[i]);
		if (value != NULL && value[0] != '\0')
			return value;
	}
	return NULL;
}

void i18n_start(void)
{
	static const char *const languages[] = { "HOIAM_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES",
		"LANG" };
	static const char *const folders[] = { "HOIAM_LOCALEDIR", "HOIAM_LOCALE_DIR" };
	const char *wanted = first_set(languages, sizeof(languages) / sizeof(languages[0]));
	bool vietnamese = wanted != NULL && strncmp(wanted, "vi", 2) == 0;
	setenv("LANGUAGE", vietnamese ? "vi" : "en", 1);
	setlocale(LC_CTYPE, "C.UTF-8");
	setlocale(LC_MESSAGES, "C.UTF-8"); /* in any locale but "C", gettext heeds LANGUAGE */
	const char *folder = first_set(folders, sizeof(folders) / sizeof(folders[0]));
	bindtextdomain("hoiam", folder != NULL ? folder : HOIAM_LOCALE_DIR);
	bind_textdomain_codeset("hoiam", "UTF-8");
	textdomain("hoiam");
}

bool i18n_vietnamese(void)
{
	const char *language = getenv("LANGUAGE");
	return language != NULL && strcmp(language, "vi") == 0;
}
