/* Streams: how they are opened, and how a window of bytes goes out and comes back. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "load.h"

enum { PORTS_PER_ADDRESS = 20000 };

void reset_on_close(int fd) {
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset) < 0) die("SO_LINGER");
}

static int open_unix(void) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (fd < 0) die("socket");
  if (strlen(opt.path) >= sizeof to.sun_path) fail("--at: the path is too long");
  strcpy(to.sun_path, opt.path);
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  return fd;
}

int open_stream(int index) {
  if (opt.path != NULL) return open_unix();
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};

  if (fd < 0) die("socket");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  reset_on_close(fd);
  /* One source address has 28,000 ports: spread over 127.0.0.1, 127.0.0.2, ... and pick the port at connect.
   */
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(index / PORTS_PER_ADDRESS));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons((uint16_t)opt.port);
  if (bind(fd, (struct sockaddr *)&from, sizeof from) < 0) die("bind");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  return fd;
}

void push_out(struct conn *c, uint32_t idle_events) {
  while (c->unsent > 0) {
    const unsigned char *rest = c->bytes + c->window - c->unsent;
    ssize_t n = send(c->fd, rest, c->unsent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
      watch(EPOLL_CTL_MOD, c->fd, c, idle_events | EPOLLOUT);
      return;
    }
    if (n < 0) die("send");
    c->unsent -= (size_t)n;
  }
}

/* The window comes back in one piece or many. Room for one byte more than is due shows a server that sends
 * more. */
int take_in(struct conn *c) {
  ssize_t n = recv(c->in, inbox, c->unread + 1, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return 0;
  if (n < 0) die("recv");
  if (n == 0) fail("the server closed a connection");
  if ((size_t)n > c->unread) fail("the server sent more than it should");
  if (memcmp(inbox, c->bytes + c->window - c->unread, (size_t)n) != 0)
    fail("what came back is not what should");
  c->unread -= (size_t)n;
  return c->unread == 0;
}
