/*
 * The physical limit: a level-triggered epoll server with one 64 KB buffer and TCP_NODELAY.
 *
 *   epoll echo | accept | hold
 *
 * echo    send back whatever arrives
 * accept  the same for the first piece, then close
 * hold    accept and leave alone
 *
 * The first line on stdout is the port. It ends when stdin does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 256, BACKLOG = 511, BUFFER = 65536 };

static char buffer[BUFFER];
static int epfd, listener, accepted, close_after_reply;

static void die(const char *what) {
  fprintf(stderr, "epoll: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void watch(int fd) {
  struct epoll_event ev = {.events = EPOLLIN, .data.fd = fd};
  if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &ev) < 0) die("epoll_ctl");
}

static void listen_and_tell(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof at;
  listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&at, size) < 0 || listen(listener, BACKLOG) < 0)
    die("listen");
  if (getsockname(listener, (struct sockaddr *)&at, &size) < 0) die("getsockname");
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
}

static void accept_all(void) {
  int fd, on = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    accepted++;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(fd);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) die("accept4");
}

/* A full send buffer is waited for on the spot: the load generator always reads, and this is rare. */
static int send_all(int fd, const char *p, ssize_t left) {
  while (left > 0) {
    ssize_t n = send(fd, p, (size_t)left, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
      struct pollfd writable = {.fd = fd, .events = POLLOUT};
      poll(&writable, 1, -1);
      continue;
    }
    if (n < 0) return -1;
    p += n;
    left -= n;
  }
  return 0;
}

static void reply(int fd) {
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n <= 0 || send_all(fd, buffer, n) < 0 || close_after_reply) close(fd);
}

/* The runner's requests: `count` is the only one that has an answer here; the end of stdin is the end of us.
 */
static void obey(void) {
  char line[64];
  ssize_t n = read(STDIN_FILENO, line, sizeof line);
  if (n <= 0) exit(0);
  printf("%d\n", accepted);
  fflush(stdout);
}

int main(int argc, char **argv) {
  struct epoll_event events[BATCH];
  close_after_reply = argc > 1 && strcmp(argv[1], "accept") == 0;
  epfd = epoll_create1(EPOLL_CLOEXEC);
  if (epfd < 0) die("epoll_create1");
  listen_and_tell();
  watch(listener);
  watch(STDIN_FILENO);
  for (;;) {
    int n = epoll_wait(epfd, events, BATCH, -1);
    if (n < 0 && errno != EINTR) die("epoll_wait"); /* EINTR: a tracer has come or gone */
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == listener)
        accept_all();
      else if (fd == STDIN_FILENO)
        obey();
      else
        reply(fd);
    }
  }
}
