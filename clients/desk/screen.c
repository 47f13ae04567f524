/* screen.c: the desk's lines on a terminal, and its keys. */
#include "clients/desk/screen.h"

#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>

enum { ESCAPE_MS = 25, LOOK_AGAIN_MS = 500, LOOKS = LOOK_ALARM + 1 };

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value != NULL && value[0] != '\0';
}

static bool choose_colours(void)
{
	bool coloured = !is_set("NO_COLOR") && has_colors() && start_color() == OK &&
			use_default_colors() == OK;
	if (!coloured)
		return false;
	init_pair(LOOK_TODAY, COLOR_YELLOW, -1);
	init_pair(LOOK_OVERDUE, COLOR_RED, -1);
	init_pair(LOOK_ALARM, COLOR_RED, -1);
	return true;
}

bool screen_possible(void)
{
	const char *term = getenv("TERM");
	return term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0 &&
	       isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool screen_open(struct screen *screen)
{
	unsetenv("COLUMNS"); /* meant for tables; the screen is as large as it is */
	unsetenv("LINES");
	screen->terminal = newterm(NULL, stdout, stdin);
	if (screen->terminal == NULL)
		return false;
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	screen->coloured = choose_colours();
	return true;
}

void screen_close(struct screen *screen)
{
	if (screen->terminal == NULL)
		return;
	endwin();
	delscreen(screen->terminal);
	screen->terminal = NULL;
}

void screen_size(size_t *width, size_t *height)
{
	int y = 0, x = 0;
	getmaxyx(stdscr, y, x);
	*width = x > 0 ? (size_t)x : 0;
	*height = y > 0 ? (size_t)y : 0;
}

/* Drawing. */

static attr_t attributes(const struct desk_line *line)
{
	static const attr_t looks[LOOKS] = {
		[LOOK_HEADER] = A_REVERSE,
		[LOOK_TITLE] = A_BOLD,
		[LOOK_TODAY] = A_BOLD,
		[LOOK_OVERDUE] = A_BOLD,
		[LOOK_ALARM] = A_BOLD,
	};
	return looks[line->look] | (line->chosen ? A_REVERSE : 0);
}

static bool has_colour(enum desk_look look)
{
	return look == LOOK_TODAY || look == LOOK_OVERDUE || look == LOOK_ALARM;
}

static void draw_line(const struct screen *screen, size_t y, const struct desk_line *line)
{
	bool coloured = screen->coloured && has_colour(line->look);
	move((int)y, 0);
	attr_set(attributes(line), coloured ? (short)line->look : 0, NULL);
	if (line->text.n > 0)
		addnstr(line->text.p, (int)line->text.n);
	attr_set(A_NORMAL, 0, NULL);
	int x = 0, at = 0;
	getyx(stdscr, at, x);
	if (at == (int)y && x < COLS)
		clrtoeol();
}

void screen_draw(const struct screen *screen, struct desk *desk)
{
	AUTO(arena_fini) struct arena a = { 0 };
	struct desk_line *lines = arena_alloc(&a, desk->height + 1, sizeof(*lines));
	size_t x = 0, y = desk_view(desk, lines, &x, &a);
	for (size_t i = 0; i < desk->height; i++)
		draw_line(screen, i, &lines[i]);
	move((int)y, (int)x);
	refresh();
}

/* Keys. */

static uint32_t named_key(wint_t key)
{
	static const struct {
		wint_t theirs;
		enum desk_key ours;
	} keys[] = {
		{ KEY_UP, DESK_KEY_UP },
		{ KEY_DOWN, DESK_KEY_DOWN },
		{ KEY_PPAGE, DESK_KEY_PAGE_UP },
		{ KEY_NPAGE, DESK_KEY_PAGE_DOWN },
		{ KEY_HOME, DESK_KEY_HOME },
		{ KEY_END, DESK_KEY_END },
		{ KEY_LEFT, DESK_KEY_LEFT },
		{ KEY_RIGHT, DESK_KEY_RIGHT },
		{ KEY_ENTER, DESK_KEY_ENTER },
		{ KEY_BACKSPACE, DESK_KEY_BACKSPACE },
		{ KEY_DC, DESK_KEY_BACKSPACE },
	};
	for (size_t i = 0; i < COUNT(keys); i++)
		if (keys[i].theirs == key)
			return keys[i].ours;
	return DESK_KEY_NONE;
}

/* ncurses looks whether the size has changed when a wait ends: a change that comes just before the
 * wait would not be seen until the next key, so a wait ends now and then. */
static int wait_for_key(wint_t *key)
{
	int kind = ERR;
	struct pollfd terminal = { .fd = STDIN_FILENO, .events = POLLIN };
	timeout(LOOK_AGAIN_MS);
	do
		kind = get_wch(key);
	while (kind == ERR && poll(&terminal, 1, 0) == 0);
	return kind;
}

uint32_t screen_key(bool *ended)
{
	wint_t key = 0;
	int kind = wait_for_key(&key);
	*ended = kind == ERR && (feof(stdin) || !isatty(STDIN_FILENO));
	if (kind == ERR)
		return DESK_KEY_NONE;
	if (kind == KEY_CODE_YES)
		return named_key(key);
	switch (key) {
	case '\n':
	case '\r':
		return DESK_KEY_ENTER;
	case '\t':
		return DESK_KEY_TAB;
	case 27:
		return DESK_KEY_ESCAPE;
	case 12: /* ctrl-l */
		clearok(stdscr, TRUE);
		return DESK_KEY_NONE;
	default:
		return (uint32_t)key < DESK_KEY_NONE ? (uint32_t)key : (uint32_t)DESK_KEY_NONE;
	}
}
