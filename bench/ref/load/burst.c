/* burst: one byte asks for `depth` messages; each of them is filled with its number, so that their order
 * shows. */
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>

#include "load.h"

static void start_request(struct conn *c, struct phase *p) {
  if (!may_start(p)) return;
  c->unread = c->window = (size_t)opt.size * (size_t)opt.depth;
  c->bytes = pattern;
  p->started += opt.depth;
  p->busy++;
  if (send(c->fd, "x", 1, MSG_NOSIGNAL) != 1) die("send");
}

static void burst_event(struct epoll_event *ev, struct phase *p) {
  struct conn *c = ev->data.ptr;
  if (!take_in(c)) return;
  p->done += opt.depth;
  p->busy--;
  start_request(c, p);
}

static void open_all(void) {
  for (int i = 0; i < opt.depth; i++) memset(pattern + (size_t)(i * opt.size), i, (size_t)opt.size);
  for (int i = 0; i < opt.conns; i++) {
    int fd = open_stream(i);
    conns[i] = (struct conn){.fd = fd, .in = fd};
    watch(EPOLL_CTL_ADD, fd, &conns[i], EPOLLIN);
  }
}

const struct workload burst = {"burst", open_all, start_request, burst_event};
