/*
 * The one load generator, the same for every contestant.
 *
 *   load MODE --at WHERE [--conns 64] [--size 64] [--depth 1] [--warm 0.1] [--seconds 0.5 | --messages N]
 *             [--pause US] [--pid S]
 *
 * WHERE is a port of 127.0.0.1, or the path of a Unix socket.
 *
 * echo    every connection sends `depth` messages of `size` bytes in one write, waits until all came back,
 *         repeats; with a pause, the connections go in step and rest for `US` microseconds when all have
 *         their answers
 * burst   every connection sends one byte, waits for `depth` messages of `size` bytes, repeats
 * proxy   every connection sends `depth` pieces of `size` bytes to the server, waits until they came out of
 *         the connection that the server made back to here, repeats; counted in 10^9 bytes
 * udp     every socket keeps `depth` datagrams of `size` bytes in flight
 * flood   every socket sends `depth` datagrams of `size` bytes, again when the server has taken all of them; no
 *         answer is expected
 * accept  connect, send one byte, await it and the server's FIN, reset; `conns` of these in flight
 * idle    open the connections and hold them
 *
 * It prints "ready" once connected and warmed up, waits for a line on stdin, measures, prints one line of
 * JSON, and stays connected until stdin ends. The rest on both sides lets the runner read the clock of an
 * idle server. Every byte that comes back is compared. Every stream is closed with a reset (SO_LINGER 0), so
 * that no run leaves TIME_WAIT behind for the next.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum { BATCH = 256, GRACE_NS = 2000000000 };

struct options opt = {.conns = 64, .size = 64, .depth = 1, .warm = 0.1, .seconds = 0.5};
struct conn *conns;
unsigned char *pattern, *inbox;
static int epfd;

void die(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(1);
}

void fail(const char *what) {
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

void watch(int op, int fd, struct conn *c, uint32_t events) {
  struct epoll_event ev = {.events = events, .data.ptr = c};
  if (epoll_ctl(epfd, op, fd, &ev) < 0) die("epoll_ctl");
}

int may_start(const struct phase *p) { return p->quota > 0 ? p->started < p->quota : now_ns() < p->until; }

/* ---- phases ---- */

/* Runs until the phase may start nothing more and everything in flight has come home. */
static struct phase run_phase(double seconds, long quota, const struct workload *w) {
  int64_t begin = now_ns(), limit = begin + (int64_t)(seconds * 1e9);
  struct phase p = {.until = limit, .quota = quota};
  struct epoll_event events[BATCH];

  for (int i = 0; i < opt.conns; i++) w->start(&conns[i], &p);
  for (;;) {
    if (p.busy == 0) {
      if (opt.pause == 0 || !may_start(&p)) break;
      usleep((useconds_t)opt.pause);
      for (int i = 0; i < opt.conns; i++) w->start(&conns[i], &p);
      if (p.busy == 0) continue; /* no answers are awaited */
    }
    int n = epoll_wait(epfd, events, BATCH, 1000);
    if (n < 0) die("epoll_wait");
    for (int i = 0; i < n; i++) w->handle(&events[i], &p);
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

static void measure(const struct workload *w) {
  char report[128];
  double unit = w == &proxy ? opt.size / 1e9 : 1;
  run_phase(opt.warm, 0, w);
  say("ready");
  int64_t cpu = server_cpu_ns();
  struct phase p = run_phase(opt.seconds, opt.messages, w);
  /* The last answer reaches us before the server has gone back to sleep: let it, or its last slice is lost.
   */
  usleep(5000);
  cpu = cpu < 0 ? -1 : server_cpu_ns() - cpu;
  snprintf(report, sizeof report, "{\"messages\":%.12g,\"ns\":%lld,\"cpuNs\":%lld}", (double)p.done * unit,
           (long long)p.took, (long long)cpu);
  say(report); /* still connected, so that the server's memory can be read */
}

static void idle(void) {
  for (int i = 0; i < opt.conns; i++) {
    open_stream(i);
    if (i % 32 == 31) usleep(1000); /* leaves the server time to empty its backlog */
  }
  say("ready");
}

/* ---- command line ---- */

static void find_server(const char *at) {
  if (isdigit((unsigned char)at[0]))
    opt.port = atoi(at);
  else
    opt.path = at;
}

static void parse(int argc, char **argv) {
  static const struct option names[] = {
      {"at", 1, 0, 'a'},    {"conns", 1, 0, 'c'},   {"size", 1, 0, 's'},     {"depth", 1, 0, 'd'},
      {"warm", 1, 0, 'w'},  {"seconds", 1, 0, 't'}, {"messages", 1, 0, 'm'}, {"pid", 1, 0, 'i'},
      {"pause", 1, 0, 'u'}, {0, 0, 0, 0},
  };
  for (int o; (o = getopt_long(argc, argv, "", names, NULL)) != -1;) {
    if (o == 'a')
      find_server(optarg);
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
  if (opt.port <= 0 && opt.path == NULL) fail("--at: a port or a path");
  if (opt.conns <= 0 || opt.size <= 0 || opt.depth <= 0) fail("bad option");
}

/* Numbers that repeat after 2^32 - 1 steps only, so that no stretch of them is like another (xorshift). */
static void fill_pattern(size_t length) {
  uint32_t x = 2463534242;
  for (size_t i = 0; i < length; i++) {
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    pattern[i] = (unsigned char)(x >> 24);
  }
}

int main(int argc, char **argv) {
  static const struct workload *const workloads[] = {&echo, &accepting, &burst, &proxy, &udp, &flood};
  const char *mode = argc > 1 ? argv[1] : "";
  parse(argc, argv);
  size_t window = (size_t)opt.size * (size_t)opt.depth;
  conns = calloc((size_t)opt.conns, sizeof *conns);
  pattern = malloc(window + TAGS);
  inbox = malloc(window + 1);
  epfd = epoll_create1(EPOLL_CLOEXEC);
  if (conns == NULL || pattern == NULL || inbox == NULL || epfd < 0) die("setup");
  fill_pattern(window + TAGS);

  for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++) {
    if (strcmp(mode, workloads[i]->name) != 0) continue;
    workloads[i]->open();
    measure(workloads[i]);
    return 0;
  }
  if (strcmp(mode, "idle") != 0) fail("usage: load echo|burst|proxy|udp|flood|accept|idle --at WHERE ...");
  idle();
  return 0;
}
