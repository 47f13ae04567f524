/* listener.c: accept on a Unix socket and on TCP; pause when descriptors run out. */
#include "daemon/listener.h"

#include "daemon/log.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct listener {
	struct conns *conns;
	struct evconnlistener *accepting;
	struct event *again;
	char path[SOCKET_PATH_MAX + 1]; /* of a Unix socket; empty: TCP */
};

static const struct timeval pause_time = { 0, 100000 };

static void on_accept(struct evconnlistener *accepting, evutil_socket_t fd, struct sockaddr *from,
	int n, void *arg)
{
	struct listener *l = arg;
	int one = 1;
	(void)accepting;
	(void)n;
	if (l->path[0] == '\0')
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	conn_accept(l->conns, fd, l->path[0] == '\0' ? from : NULL);
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
	struct listener *l = arg;
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

static enum err listen_on(
	struct listener **to, struct conns *conns, int fd_own, const char *path, struct fault *f)
{
	struct listener *l = xcalloc(1, sizeof(*l));
	l->conns = conns;
	memcpy(l->path, path, strlen(path));
	l->accepting = evconnlistener_new(conns->base, on_accept, l,
		LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 512, fd_own);
	if (l->accepting == NULL) {
		close(fd_own);
		free(l);
		return FAIL_SERVER(f, E_INTERNAL, errno);
	}
	l->again = evtimer_new(conns->base, on_again, l);
	evconnlistener_set_error_cb(l->accepting, on_error);
	*to = l;
	return OK;
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
	return listen_on(to, conns, fd, path, f);
}

/* TCP. */

/* HOST and PORT apart, in a copy of where. */
static bool split_address(char *where, char **host, char **port)
{
	char *colon = strrchr(where, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - where);
	if (n == 0 || colon[1] == '\0')
		return false;
	*colon = '\0';
	*host = where;
	*port = colon + 1;
	if (where[0] == '[' && n > 2 && where[n - 1] == ']') {
		where[n - 1] = '\0';
		(*host)++;
	}
	return true;
}

static int bind_tcp(const struct addrinfo *at)
{
	int one = 1, fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));
	if (bind(fd, at->ai_addr, at->ai_addrlen) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

static void tell_address(int fd)
{
	struct sockaddr_storage at;
	socklen_t n = sizeof(at);
	char host[64], port[16];
	if (getsockname(fd, (struct sockaddr *)&at, &n) == 0 &&
		getnameinfo((struct sockaddr *)&at, n, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) == 0)
		log_info("server", "listening=tcp host=%s port=%s", host, port);
}

enum err listener_open_tcp(
	struct listener **to, struct conns *conns, const char *where, struct fault *f)
{
	static const struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *at = NULL;
	char copy[512], *host, *port;
	snprintf(copy, sizeof(copy), "%s", where);
	if (!split_address(copy, &host, &port) || getaddrinfo(host, port, &hints, &at) != 0)
		return fail(f, E_VALUE, "listen", where);
	int fd = bind_tcp(at);
	freeaddrinfo(at);
	if (fd < 0)
		return fail(f, E_FILE, where, strerror(errno));
	enum err err = listen_on(to, conns, fd, "", f);
	if (err == OK)
		tell_address(fd);
	return err;
}

void listener_close(struct listener *l)
{
	if (l == NULL)
		return;
	event_free(l->again);
	evconnlistener_free(l->accepting);
	if (l->path[0] != '\0')
		unlink(l->path);
	free(l);
}
