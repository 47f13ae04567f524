/* screen.h: the terminal: the only place that knows ncurses. */
#ifndef HOIAM_CLIENTS_DESK_SCREEN_H
#define HOIAM_CLIENTS_DESK_SCREEN_H

#include "clients/desk/desk.h"

struct screen {
	void *terminal; /* ncurses' own */
	bool coloured;
};

/* Is there a terminal that may show a screen: TERM is set, and not to "dumb"? */
bool screen_possible(void);

/* Takes the terminal; false when its kind is not known. */
bool screen_open(struct screen *screen);
void screen_close(struct screen *screen);

void screen_size(size_t *width, size_t *height);
void screen_draw(const struct screen *screen, struct desk *desk);

/*
 * Waits for a key: as desk_press takes it. DESK_KEY_NONE when there was none that means something,
 * or when the size has changed. *ended: no more will come.
 */
uint32_t screen_key(bool *ended);

#endif
