/*
 * flood: every socket in turn sends a datagram of `size` bytes, `depth` times, and again when the server has
 * taken all of them: it says nothing, so the kernel is asked. A single socket sends them joined
 * (UDP_SEGMENT), as many as fit. The server's receive buffer is made large enough, where that is allowed;
 * else what does not fit is lost, and is no fault.
 *
 * Neither disturbs the other, where that may be had: the server wakes up when all has been sent, and has long
 * done its work when this does. So there is no saying how many a second it could receive, but how long each
 * takes.
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
#include <sys/syscall.h>
#include <unistd.h>

#include "load.h"

enum {
  UDP_SEGMENT_OPTION = 103,
  SO_MEMINFO_OPTION = 55,
  MAX_FDS = 256,
  ROOM = 1 << 24,
  MAX_JOINED = 64,
  MAX_TOGETHER = 65507,
  NAP_US = 500
};

static int joined = 1;

/* The server's own socket, to ask the kernel how much waits in it; -1 where that is not allowed. */
static int served = -1;

/* As /proc/net/udp would tell, had that not a table of megabytes to walk. */
static uint32_t queued(void) {
  uint32_t told[9] = {0};
  socklen_t size = sizeof told;
  if (served >= 0 && getsockopt(served, SOL_SOCKET, SO_MEMINFO_OPTION, told, &size) < 0) die("SO_MEMINFO");
  return told[0];
}

static int port_of(int fd) {
  struct sockaddr_in at = {0};
  socklen_t size = sizeof at;
  return getsockname(fd, (struct sockaddr *)&at, &size) == 0 ? ntohs(at.sin_port) : -1;
}

static void find_served(void) {
  int bytes = ROOM;
  int process = (int)syscall(SYS_pidfd_open, opt.pid, 0);
  for (int fd = 0; process >= 0 && fd < MAX_FDS; fd++) {
    served = (int)syscall(SYS_pidfd_getfd, process, fd, 0);
    if (served >= 0 && port_of(served) == opt.port) break;
    if (served >= 0) close(served);
    served = -1;
  }
  if (served >= 0 && setsockopt(served, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) == 0) return;
  fprintf(stderr, "load: the server's receive buffer is what it is\n");
}

static void send_joined(const struct conn *c, int count) {
  size_t length = (size_t)count * (size_t)opt.size;
  if (send(c->fd, pattern, length, MSG_NOSIGNAL) != (ssize_t)length) die("send");
}

static void start_flood(struct conn *c, struct phase *p) {
  if (c != conns) return; /* one speaks for all */
  while (queued() > 0) usleep(NAP_US);
  for (int left = opt.depth; left > 0;) {
    int n = left < joined ? left : joined;
    for (int i = 0; i < opt.conns; i++) send_joined(&conns[i], n);
    left -= n;
  }
  p->started += (long)opt.depth * opt.conns;
  p->done += (long)opt.depth * opt.conns;
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
  if (opt.conns == 1 && setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT_OPTION, &opt.size, sizeof opt.size) == 0) {
    joined = MAX_TOGETHER / opt.size;
    if (joined > MAX_JOINED) joined = MAX_JOINED;
  }
  return fd;
}

static void open_flood(void) {
  struct sched_param first = {.sched_priority = 1};
  find_served();
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
