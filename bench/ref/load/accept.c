/* accept: connect, one byte there and back, and the end. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

static void start_visit(struct conn *c, struct phase *p) {
  if (!may_start(p)) return;
  c->fd = open_stream(0);
  c->unread = 1;
  p->started++;
  p->busy++;
  if (send(c->fd, "x", 1, MSG_NOSIGNAL) != 1) die("send");
  watch(EPOLL_CTL_ADD, c->fd, c, EPOLLIN);
}

/* The server closes first; our reset then frees its half at once, so neither side keeps TIME_WAIT. */
static void accept_event(struct epoll_event *ev, struct phase *p) {
  struct conn *c = ev->data.ptr;
  ssize_t n = recv(c->fd, inbox, 2, MSG_DONTWAIT);
  if (n == 1 && c->unread == 1) {
    if (inbox[0] != 'x') fail("what came back is not what was sent");
    c->unread = 0;
    n = recv(c->fd, inbox, 1, MSG_DONTWAIT);
  }
  if (n < 0 && errno == EAGAIN) return;
  if (n > 0) fail("the server sent more than one byte");
  if (c->unread == 1) fail("the server closed before it echoed");
  close(c->fd);
  p->done++;
  p->busy--;
  start_visit(c, p);
}

/* Each visit opens its own. */
static void open_none(void) {}

const struct workload accepting = {"accept", open_none, start_visit, accept_event};
