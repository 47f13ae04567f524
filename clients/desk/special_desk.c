/* special_desk.c: hoiam desk: keys in, pages from the server, lines out. */
#include "clients/cli/special.h"

#include "clients/cli/args.h"
#include "clients/desk/fetch.h"
#include "clients/desk/screen.h"
#include "clients/i18n.h"

#include <stdio.h>

/* Pages fetched for one key; lines read in vain before the terminal is taken to be gone. */
enum { PAGES_A_KEY = 20, EMPTY_KEYS_MAX = 1000 };

struct sitting {
	struct session *session;
	const char *unit; /* NULL: all that the officer may see */
	struct screen screen;
	struct desk desk;
};

static bool tell(struct sitting *it, enum err err)
{
	if (err == OK)
		return true;
	char sentence[1024], what[sizeof(it->session->fault.what)];
	struct fault shown = it->session->fault;
	if (shown.err != err)
		shown = (struct fault){ .err = err };
	snprintf(what, sizeof(what), "%s", shown.what[0] == '\0' ? "" : _(shown.what));
	memcpy(shown.what, what, sizeof(what));
	fault_format(&shown, _(err_row(err)->text), sentence, sizeof(sentence));
	desk_say(&it->desk, true, sentence);
	return false;
}

static void refresh(struct sitting *it)
{
	bool reading = it->desk.mode == DESK_SHEET;
	if (!tell(it, fetch_who(it->session, &it->desk, it->unit)))
		return;
	if (!tell(it, fetch_again(it->session, &it->desk, it->unit)) || !reading)
		return;
	if (tell(it, fetch_sheet(it->session, &it->desk)))
		desk_show_sheet(&it->desk, true);
}

static void open_text(struct sitting *it)
{
	if (it->desk.cut)
		return;
	if (tell(it, fetch_sheet(it->session, &it->desk)))
		desk_show_sheet(&it->desk, false);
}

/* The pages that the screen needs now. */
static void fill(struct sitting *it)
{
	for (int pages = 0; pages < PAGES_A_KEY && desk_wants(&it->desk) == DESK_MORE; pages++)
		if (!tell(it, fetch_more(it->session, &it->desk, it->unit)))
			break;
	desk_rest(&it->desk);
}

static bool do_wish(struct sitting *it, enum desk_wish wish)
{
	switch (wish) {
	case DESK_QUIT:
		return false;
	case DESK_REFRESH:
		refresh(it);
		break;
	case DESK_OPEN:
		open_text(it);
		break;
	case DESK_NOTHING:
	case DESK_MORE:
		break;
	}
	return true;
}

static void sit(struct sitting *it)
{
	bool ended = false;
	for (int empty = 0; !ended && empty < EMPTY_KEYS_MAX; empty++) {
		fill(it);
		screen_draw(&it->screen, &it->desk);
		uint32_t key = screen_key(&ended);
		size_t width = 0, height = 0;
		screen_size(&width, &height);
		desk_resize(&it->desk, width, height);
		if (key != DESK_KEY_NONE)
			empty = 0;
		if (!do_wish(it, desk_press(&it->desk, key)))
			return;
	}
}

static enum err no_screen(struct sitting *it)
{
	return session_usage(it->session, _("the desk needs a terminal with a screen; without one: "
					    "hoiam case list state:pending"));
}

static enum err start(struct sitting *it)
{
	if (!screen_possible())
		return no_screen(it);
	/* The passphrase is asked for, and the first list comes, while the terminal is plain. */
	enum err err = fetch_who(it->session, &it->desk, it->unit);
	if (err == OK)
		err = fetch_more(it->session, &it->desk, it->unit);
	if (err != OK)
		return err;
	if (!screen_open(&it->screen))
		return no_screen(it);
	size_t width = 0, height = 0;
	screen_size(&width, &height);
	desk_resize(&it->desk, width, height);
	sit(it);
	screen_close(&it->screen);
	return OK;
}

int special_desk(struct session *s, int argc, char **argv)
{
	struct sitting it = { .session = s, .unit = args_take(&argc, argv, "unit") };
	if (argc > 0)
		return session_end(s, session_usage(s, _("usage: hoiam desk [--unit CODE]")));
	desk_init(&it.desk, 0, 0);
	enum err err = start(&it);
	desk_fini(&it.desk);
	return session_end(s, err);
}
