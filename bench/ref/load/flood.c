/*
 * flood: every socket sends `depth` datagrams of `size` bytes, and the next time when the server has taken all of them:
 * it says nothing, so the kernel is asked. With a depth above one they go joined (UDP_SEGMENT), as many as fit. What does not
 * fit the server's receive buffer is lost, and is no fault.
 *
 * Nobody but the server runs while this sleeps; and it is not disturbed by the server, where it may forbid that.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { UDP_SEGMENT_OPTION = 103, MAX_JOINED = 64, MAX_TOGETHER = 65507, NAP_US = 30 };

static int joined = 1;

/* Bytes that wait in the receive queue of the server's socket. */
static unsigned long queued(void) {
  char line[512];
  unsigned port;
  unsigned long waiting = 0, found = 0;
  FILE *table = fopen("/proc/net/udp", "re");
  if (table == NULL) die("/proc/net/udp");
  while (fgets(line, sizeof line, table) != NULL) {
    if (sscanf(line, "%*d: %*x:%x %*x:%*x %*x %*x:%lx", &port, &waiting) == 2 && port == (unsigned)opt.port)
      found += waiting;
  }
  fclose(table);
  return found;
}

static void send_some(struct conn *c, struct phase *p) {
  for (int left = opt.depth; left > 0;) {
    int n = left < joined ? left : joined;
    size_t length = (size_t)n * (size_t)opt.size;
    if (send(c->fd, pattern, length, MSG_NOSIGNAL) != (ssize_t)length) die("send");
    left -= n;
  }
  p->started += opt.depth;
  p->done += opt.depth;
}

static void start_flood(struct conn *c, struct phase *p) {
  if (c == conns)
    while (queued() > 0) usleep(NAP_US);
  send_some(c, p);
}

static void no_event(struct epoll_event *ev, struct phase *p) {
  (void)ev, (void)p;
  fail("an answer, where none was expected");
}

static int open_socket(void) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0) die("socket");
  if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
  if (opt.depth > 1 && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT_OPTION, &opt.size, sizeof opt.size) == 0) {
    joined = MAX_TOGETHER / opt.size;
    if (joined > MAX_JOINED) joined = MAX_JOINED;
  }
  return fd;
}

static void open_flood(void) {
  struct sched_param first = {.sched_priority = 1};
  prctl(PR_SET_TIMERSLACK, 1000UL, 0, 0, 0);
  if (sched_setscheduler(0, SCHED_FIFO, &first) != 0)
    fprintf(stderr, "load: without SCHED_FIFO the server interrupts\n");
  if (opt.pause == 0) opt.pause = NAP_US;
  for (int i = 0; i < opt.conns; i++) {
    int fd = open_socket();
    conns[i] = (struct conn){.fd = fd, .in = fd};
    watch(EPOLL_CTL_ADD, fd, &conns[i], EPOLLIN);
  }
}

const struct workload flood = {"flood", open_flood, start_flood, no_event};
