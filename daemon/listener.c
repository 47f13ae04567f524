/* listener.c: accept on a Unix socket; pause when descriptors run out. */
#include "daemon/listener.h"

#include "daemon/log.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct listener {
	struct evconnlistener *accepting;
	struct event *again;
	char path[SOCKET_PATH_MAX + 1];
};

static const struct timeval pause_time = { 0, 100000 };

static void on_accept(struct evconnlistener *accepting, evutil_socket_t fd, struct sockaddr *from,
	int n, void *arg)
{
	(void)accepting;
	(void)from;
	(void)n;
	conn_accept(arg, fd);
}

static void on_again(evutil_socket_t fd, short what, void *arg)
{
	struct listener *l = arg;
	(void)fd;
	(void)what;
	evconnlistener_enable(l->accepting);
}

/* Out of descriptors: without a pause the loop would spin. */
static void on_error(struct evconnlistener *accepting, void *arg)
{
	struct listener *l = ((struct conns *)arg)->listener;
	log_error("listener", "accept=\"%s\" pause_ms=100", strerror(errno));
	evconnlistener_disable(accepting);
	evtimer_add(l->again, &pause_time);
}

/* Whether somebody answers at the path. */
static bool lives(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	bool answered = connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;
	close(fd);
	return answered;
}

static int bind_socket(const struct sockaddr_un *at, mode_t mode)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 &&
		chmod(at->sun_path, mode) == 0)
		return fd;
	close(fd);
	return -1;
}

enum err listener_open(struct listener **to, struct conns *conns, const char *path, struct fault *f)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct stat st;
	size_t n = strlen(path);
	if (n > SOCKET_PATH_MAX)
		return fail_number(f, E_LONG, path, (int64_t)n, SOCKET_PATH_MAX);
	memcpy(at.sun_path, path, n);
	if (lives(&at))
		return fail(f, E_EXISTS, path, "a daemon that listens here");
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
	int fd = bind_socket(&at, (mode_t)conf_socket_mode(conns->conf));
	if (fd < 0)
		return fail(f, E_FILE, path, strerror(errno));
	struct listener *l = xcalloc(1, sizeof(*l));
	memcpy(l->path, path, n);
	l->accepting = evconnlistener_new(conns->base, on_accept, conns,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 512, fd);
	if (l->accepting == NULL) {
		close(fd);
		free(l);
		return FAIL_SERVER(f, E_INTERNAL, errno);
	}
	l->again = evtimer_new(conns->base, on_again, l);
	conns->listener = l;
	evconnlistener_set_error_cb(l->accepting, on_error);
	*to = l;
	return OK;
}

void listener_close(struct listener *l)
{
	if (l == NULL)
		return;
	event_free(l->again);
	evconnlistener_free(l->accepting);
	unlink(l->path);
	free(l);
}
