/*
 * proxy: this program is both ends. It listens, and tells the server where by the first two bytes of every
 * connection, the port in network order; the server connects there and copies all that follows.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "load.h"

/* What is worth hearing of the sending side, which is never read from. */
enum { LOST = EPOLLRDHUP };

static void start_window(struct conn *c, struct phase *p) {
  if (!may_start(p)) return;
  c->unsent = c->unread = c->window = (size_t)opt.size * (size_t)opt.depth;
  c->bytes = pattern + c->tag++ % TAGS;
  p->started += opt.depth;
  p->busy++;
  push_out(c, LOST);
}

/* Writable is the one end, readable the other: one of them per event. */
static void proxy_event(struct epoll_event *ev, struct phase *p) {
  struct conn *c = ev->data.ptr;
  if (ev->events & (EPOLLHUP | EPOLLERR | EPOLLRDHUP)) fail("the server closed a connection");
  if (ev->events & EPOLLOUT) {
    watch(EPOLL_CTL_MOD, c->fd, c, LOST);
    push_out(c, LOST);
  }
  if (!(ev->events & EPOLLIN) || !take_in(c)) return;
  p->done += opt.depth;
  p->busy--;
  start_window(c, p);
}

static int listen_here(struct sockaddr_in *at) {
  struct timeval patience = {.tv_sec = 5};
  socklen_t size = sizeof *at;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (fd < 0 || bind(fd, (struct sockaddr *)at, size) < 0 || listen(fd, 16) < 0) die("listen");
  if (getsockname(fd, (struct sockaddr *)at, &size) < 0) die("getsockname");
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return fd;
}

/* One after the other, so that it is known which belong together. */
static void open_all(void) {
  struct sockaddr_in at;
  int listener = listen_here(&at);
  for (int i = 0; i < opt.conns; i++) {
    int fd = open_stream(i);
    if (send(fd, &at.sin_port, sizeof at.sin_port, MSG_NOSIGNAL) != sizeof at.sin_port) die("send");
    int in = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (in < 0 && errno == EAGAIN) fail("the server never connected back");
    if (in < 0) die("accept4");
    reset_on_close(in);
    conns[i] = (struct conn){.fd = fd, .in = in, .tag = (uint32_t)i};
    watch(EPOLL_CTL_ADD, fd, &conns[i], LOST);
    watch(EPOLL_CTL_ADD, in, &conns[i], EPOLLIN);
  }
}

const struct workload proxy = {"proxy", open_all, start_window, proxy_event};
