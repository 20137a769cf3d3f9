/*
 * The physical limit: level-triggered epoll servers with one 64 KB buffer and TCP_NODELAY.
 *
 *   epoll echo | accept | hold | burst | burst-calls | proxy | udp | udp-sink | udp-sink-joined | armed
 *   epoll unix PATH
 *   epoll workers-N | workers-N-core
 *
 * echo     send back whatever arrives
 * unix     the same on a Unix socket
 * accept   the same for the first piece, then close
 * hold     accept and leave alone
 * burst    for every byte 32 messages of 64 bytes, in one call; burst-calls: in 32
 * proxy    connect to the port that the first two bytes name, and splice all that follows there
 * udp      send datagrams back, up to 64 in one call
 * udp-sink take datagrams, up to 64 in one call; -joined: with UDP_GRO
 * armed    let a thousand deadlines a second pass, and nothing else
 * workers  accept, in N threads that share the port; -core: the core that a connection comes from chooses the
 * thread
 *
 * The first line on stdout is the port, or the path. It ends when stdin does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

enum { BATCH = 256, BACKLOG = 511 };

_Thread_local char buffer[BUFFER];
_Thread_local long accepted;
static _Thread_local int epfd;

void die(const char *what) {
  fprintf(stderr, "epoll: %s: %s\n", what, strerror(errno));
  exit(1);
}

void watch(int op, int fd, uint32_t events) {
  struct epoll_event ev = {.events = events, .data.fd = fd};
  if (epoll_ctl(epfd, op, fd, &ev) < 0) die("epoll_ctl");
}

int listen_on(int port, int shares_port) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0) die("socket");
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &shares_port, sizeof shares_port) < 0) die("SO_REUSEPORT");
  if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, BACKLOG) < 0) die("listen");
  return fd;
}

int port_of(int fd) {
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  if (getsockname(fd, (struct sockaddr *)&at, &size) < 0) die("getsockname");
  return ntohs(at.sin_port);
}

void accept_all(int listener, uint32_t events) {
  int fd, on = 1;
  (void)events;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
    accepted++;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }
  if (errno != EAGAIN && errno != ECONNABORTED) die("accept4");
}

static void tell_accepted(void) { printf("%ld\n", accepted); }

void (*answer)(void) = tell_accepted;

/* The runner's requests: whatever it asks, there is one answer; the end of stdin is the end of us. */
static void obey(void) {
  char line[64];
  ssize_t n = read(STDIN_FILENO, line, sizeof line);
  if (n <= 0) exit(0);
  answer();
  fflush(stdout);
}

void open_loop(int first) {
  epfd = epoll_create1(EPOLL_CLOEXEC);
  if (epfd < 0) die("epoll_create1");
  watch(EPOLL_CTL_ADD, first, EPOLLIN);
}

void run_loop(int first, handler *handle_first, handler *handle) {
  struct epoll_event events[BATCH];
  for (;;) {
    int n = epoll_wait(epfd, events, BATCH, -1);
    if (n < 0 && errno != EINTR) die("epoll_wait"); /* EINTR: a tracer has come or gone */
    for (int i = 0; i < n; i++) {
      int fd = events[i].data.fd;
      if (fd == first)
        handle_first(fd, events[i].events);
      else if (fd == STDIN_FILENO)
        obey();
      else
        handle(fd, events[i].events);
    }
  }
}

static int listen_anywhere(void) { return listen_on(0, 0); }

static const struct mode {
  const char *name;
  int (*open)(void); /* null: on the path that is given */
  handler *first;    /* what is done with the socket that this opens */
  handler *rest;     /* and with what it accepts */
} modes[] = {
    {"echo", listen_anywhere, accept_all, reply},
    {"accept", listen_anywhere, accept_all, reply_and_close},
    {"hold", listen_anywhere, accept_all, reply},
    {"burst", listen_anywhere, accept_all, burst},
    {"burst-calls", listen_anywhere, accept_all, burst_by_calls},
    {"proxy", listen_anywhere, accept_all, proxy},
    {"unix", NULL, accept_all, reply},
    {"udp", bind_udp, echo_datagrams, NULL},
    {"udp-sink", bind_udp, sink, NULL},
    {"udp-sink-joined", bind_joined, sink_joined, NULL},
};

static void run(const struct mode *mode, const char *path) {
  int fd = mode->open != NULL ? mode->open() : listen_on_path(path);
  if (mode->open != NULL)
    printf("%d\n", port_of(fd));
  else
    puts(path);
  fflush(stdout);
  open_loop(fd);
  watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN);
  run_loop(fd, mode->first, mode->rest);
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "";
  int workers;
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    if (strcmp(name, modes[i].name) == 0) run(&modes[i], argc > 2 ? argv[2] : "");
  }
  if (sscanf(name, "workers-%d", &workers) == 1) serve_with_workers(workers, strstr(name, "-core") != NULL);
  if (strcmp(name, "armed") == 0) serve_deadlines();
  fprintf(stderr, "epoll: no such mode: %s\n", name);
  return 2;
}
