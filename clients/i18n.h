/* i18n.h: the user's language, Vietnamese or English. */
#ifndef HOIAM_CLIENTS_I18N_H
#define HOIAM_CLIENTS_I18N_H

#include <libintl.h>
#include <stdbool.h>

/* The translation of a string; N_() only marks it. The empty string is not to be translated. */
#define _(string)  gettext(string)
#define N_(string) string

/*
 * Once, at the start. HOIAM_LANG=vi|en decides, else the first of LANGUAGE, LC_ALL, LC_MESSAGES,
 * LANG that is set. Text is UTF-8 whatever the system's locale. Translations are read from
 * HOIAM_LOCALEDIR or HOIAM_LOCALE_DIR, else from where they were installed.
 */
void i18n_start(void);

/* Is it Vietnamese? */
bool i18n_vietnamese(void);

#endif
