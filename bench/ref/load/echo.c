/* echo: a window of messages goes out and comes back. */
#include <sys/epoll.h>

#include "load.h"

static void start_window(struct conn *c, struct phase *p) {
  if (!may_start(p)) return;
  c->unsent = c->unread = c->window = (size_t)opt.size * (size_t)opt.depth;
  c->bytes = pattern + c->tag++ % TAGS;
  p->started += opt.depth;
  p->busy++;
  push_out(c, EPOLLIN);
}

static void echo_event(struct epoll_event *ev, struct phase *p) {
  struct conn *c = ev->data.ptr;
  if ((ev->events & EPOLLOUT) && c->unsent > 0) {
    watch(EPOLL_CTL_MOD, c->fd, c, EPOLLIN);
    push_out(c, EPOLLIN);
  }
  if (!(ev->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) || !take_in(c)) return;
  p->done += opt.depth;
  p->busy--;
  if (opt.pause == 0) start_window(c, p);
}

static void open_all(void) {
  for (int i = 0; i < opt.conns; i++) {
    int fd = open_stream(i);
    conns[i] = (struct conn){.fd = fd, .in = fd, .tag = (uint32_t)i};
    watch(EPOLL_CTL_ADD, fd, &conns[i], EPOLLIN);
  }
}

const struct workload echo = {"echo", open_all, start_window, echo_event};
