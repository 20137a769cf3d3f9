/*
 * The one load generator, the same for every contestant.
 *
 *   load echo   --port P [--conns 64] [--size 64] [--depth 1] [--warm 0.1] [--seconds 0.5 | --messages N]
 *               [--pause US] [--pid S]
 *   load accept --port P [--conns 64] [--warm 0.1] [--seconds 0.5 | --messages N] [--pid S]
 *   load idle   --port P [--conns 1000]
 *
 * echo    every connection sends `depth` messages of `size` bytes in one write, waits until all came back,
 * repeats; with a pause, the connections go in step and rest for `US` microseconds when all have their
 * answers accept  connect, send one byte, await it and the server's FIN, reset; `conns` of these in flight
 * idle    open the connections and hold them
 *
 * It prints "ready" once connected and warmed up, waits for a line on stdin, measures, prints one line of
 * JSON, and stays connected until stdin ends. The rest on both sides lets the runner read the clock of an
 * idle server. Every socket is closed with a reset (SO_LINGER 0), so that no run leaves TIME_WAIT behind for
 * the next.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 256, PORTS_PER_ADDRESS = 20000, GRACE_NS = 2000000000 };

struct options {
  int port, conns, size, depth;
  double warm, seconds;
  long messages; /* 0: run for `seconds` instead */
  int pause;     /* us; 0: no connection waits for another */
  pid_t pid;     /* whose CPU clock to read as well; 0: nobody's */
};

struct conn {
  int fd;
  size_t unsent, unread; /* bytes of the window now in flight */
  unsigned char tag;     /* first byte of its windows: a foreign one proves a mixed-up buffer */
};

/* One stretch of load: `until` in ns or `quota` messages, whichever is set. */
struct phase {
  int64_t until, took;
  long quota, started, done;
  int busy; /* connections with a window in flight */
};

static struct options opt = {.conns = 64, .size = 64, .depth = 1, .warm = 0.1, .seconds = 0.5};
static struct conn *conns;
static unsigned char *payload, *inbox;
static int epfd;

static void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s\n", what);
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* CPU time of the whole process `opt.pid`, threads that have ended included: /proc/PID/task forgets those. */
static int64_t server_cpu_ns(void) {
  clockid_t clock;
  struct timespec t;
  if (opt.pid == 0 || clock_getcpuclockid(opt.pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return -1;
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* A blocking connect: on loopback it ends inside the call unless the server's backlog is full. */
static int open_socket(int index) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  struct linger reset = {.l_onoff = 1, .l_linger = 0};
  struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET};

  if (fd < 0) die("socket");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
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

static void watch(int op, struct conn *c, uint32_t events) {
  struct epoll_event ev = {.events = events, .data.ptr = c};
  if (epoll_ctl(epfd, op, c->fd, &ev) < 0) die("epoll_ctl");
}

static int may_start(const struct phase *p) {
  return p->quota > 0 ? p->started < p->quota : now_ns() < p->until;
}

/* ---- echo ---- */

static void push(struct conn *c) {
  while (c->unsent > 0) {
    payload[0] = c->tag;
    ssize_t n = send(c->fd, payload, c->unsent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
      watch(EPOLL_CTL_MOD, c, EPOLLIN | EPOLLOUT);
      return;
    }
    if (n < 0) die("send");
    c->unsent -= (size_t)n;
  }
}

static void start_window(struct conn *c, struct phase *p) {
  if (!may_start(p)) return;
  c->unsent = c->unread = (size_t)opt.size * (size_t)opt.depth;
  p->started += opt.depth;
  p->busy++;
  push(c);
}

/* The window comes back in one piece or many; only its first byte is sure to be first in `inbox`. */
static void pull(struct conn *c, struct phase *p) {
  size_t window = (size_t)opt.size * (size_t)opt.depth;
  ssize_t n = recv(c->fd, inbox, window, MSG_DONTWAIT);
  if (n < 0 && errno == EAGAIN) return;
  if (n < 0) die("recv");
  if (n == 0) fail("the server closed an echo connection");
  if ((size_t)n > c->unread) fail("the server sent more than it was sent");
  if (c->unread == window && inbox[0] != c->tag) fail("the echo is not what was sent");
  c->unread -= (size_t)n;
  if (c->unread > 0) return;
  p->done += opt.depth;
  p->busy--;
  if (opt.pause == 0) start_window(c, p);
}

static void echo_event(struct epoll_event *ev, struct phase *p) {
  struct conn *c = ev->data.ptr;
  if ((ev->events & EPOLLOUT) && c->unsent > 0) {
    watch(EPOLL_CTL_MOD, c, EPOLLIN);
    push(c);
  }
  if (ev->events & (EPOLLIN | EPOLLHUP | EPOLLERR)) pull(c, p);
}

static void echo_open(void) {
  for (int i = 0; i < opt.conns; i++) {
    conns[i] = (struct conn){.fd = open_socket(i), .tag = (unsigned char)(1 + i % 255)};
    watch(EPOLL_CTL_ADD, &conns[i], EPOLLIN);
  }
}

/* ---- accept ---- */

static void start_visit(struct conn *c, struct phase *p) {
  if (!may_start(p)) return;
  c->fd = open_socket(0);
  c->unread = 1;
  p->started++;
  p->busy++;
  if (send(c->fd, "x", 1, MSG_NOSIGNAL) != 1) die("send");
  watch(EPOLL_CTL_ADD, c, EPOLLIN);
}

/* The server closes first; our reset then frees its half at once, so neither side keeps TIME_WAIT. */
static void accept_event(struct epoll_event *ev, struct phase *p) {
  struct conn *c = ev->data.ptr;
  ssize_t n = recv(c->fd, inbox, 2, MSG_DONTWAIT);
  if (n == 1 && c->unread == 1) {
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

/* ---- phases ---- */

typedef void starter(struct conn *, struct phase *);
typedef void handler(struct epoll_event *, struct phase *);

/* Runs until the phase may start nothing more and everything in flight has come home. */
static struct phase run_phase(double seconds, long quota, starter *start, handler *handle) {
  int64_t begin = now_ns(), limit = begin + (int64_t)(seconds * 1e9);
  struct phase p = {.until = limit, .quota = quota};
  struct epoll_event events[BATCH];

  for (int i = 0; i < opt.conns; i++) start(&conns[i], &p);
  for (;;) {
    if (p.busy == 0) {
      if (opt.pause == 0 || !may_start(&p)) break;
      usleep((useconds_t)opt.pause);
      for (int i = 0; i < opt.conns; i++) start(&conns[i], &p);
    }
    int n = epoll_wait(epfd, events, BATCH, 1000);
    if (n < 0) die("epoll_wait");
    for (int i = 0; i < n; i++) handle(&events[i], &p);
    if (n == 0 && now_ns() > limit + GRACE_NS) fail("no answer from the server for too long");
  }
  p.took = now_ns() - begin;
  return p;
}

/* Says one line and waits for one, or for the end of stdin. */
static void say(const char *line) {
  char answer[16];
  puts(line);
  fflush(stdout);
  if (fgets(answer, sizeof answer, stdin) == NULL) exit(0); /* the kernel closes every socket, with a reset */
}

static void measure(starter *start, handler *handle) {
  char report[128];
  run_phase(opt.warm, 0, start, handle);
  say("ready");
  int64_t cpu = server_cpu_ns();
  struct phase p = run_phase(opt.seconds, opt.messages, start, handle);
  /* The last answer reaches us before the server has gone back to sleep: let it, or its last slice is lost.
   */
  usleep(5000);
  cpu = cpu < 0 ? -1 : server_cpu_ns() - cpu;
  snprintf(report, sizeof report, "{\"messages\":%ld,\"ns\":%lld,\"cpuNs\":%lld}", p.done, (long long)p.took,
           (long long)cpu);
  say(report); /* still connected, so that the server's memory can be read */
}

static void idle(void) {
  for (int i = 0; i < opt.conns; i++) {
    open_socket(i);
    if (i % 32 == 31) usleep(1000); /* leaves the server time to empty its backlog */
  }
  say("ready");
}

/* ---- command line ---- */

static void parse(int argc, char **argv) {
  static const struct option names[] = {
      {"port", 1, 0, 'p'},  {"conns", 1, 0, 'c'},   {"size", 1, 0, 's'},     {"depth", 1, 0, 'd'},
      {"warm", 1, 0, 'w'},  {"seconds", 1, 0, 't'}, {"messages", 1, 0, 'm'}, {"pid", 1, 0, 'i'},
      {"pause", 1, 0, 'u'}, {0, 0, 0, 0},
  };
  for (int o; (o = getopt_long(argc, argv, "", names, NULL)) != -1;) {
    if (o == 'p')
      opt.port = atoi(optarg);
    else if (o == 'c')
      opt.conns = atoi(optarg);
    else if (o == 's')
      opt.size = atoi(optarg);
    else if (o == 'd')
      opt.depth = atoi(optarg);
    else if (o == 'w')
      opt.warm = atof(optarg);
    else if (o == 't')
      opt.seconds = atof(optarg);
    else if (o == 'm')
      opt.messages = atol(optarg);
    else if (o == 'u')
      opt.pause = atoi(optarg);
    else if (o == 'i')
      opt.pid = atoi(optarg);
    else
      exit(2);
  }
  if (opt.port <= 0 || opt.conns <= 0 || opt.size <= 0 || opt.depth <= 0) fail("bad or missing option");
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  parse(argc, argv);
  size_t window = (size_t)opt.size * (size_t)opt.depth;
  conns = calloc((size_t)opt.conns, sizeof *conns);
  payload = malloc(window);
  inbox = malloc(window < 16 ? 16 : window);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  if (conns == NULL || payload == NULL || inbox == NULL || epfd < 0) die("setup");
  memset(payload, 'x', window);

  if (strcmp(mode, "echo") == 0) {
    echo_open();
    measure(start_window, echo_event);
  } else if (strcmp(mode, "accept") == 0) {
    measure(start_visit, accept_event);
  } else if (strcmp(mode, "idle") == 0) {
    idle();
  } else {
    fail("usage: load echo|accept|idle --port P ...");
  }
  return 0;
}
