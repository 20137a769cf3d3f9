/*
 * armed: sockets that nothing comes to, a deadline for each in a wheel of milliseconds, and a timer that is
 * looked at in steps. What expires is counted and set again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

/* STEP: in ms, as coarse as those that it is compared with. SPARE: descriptors left when they have run out.
 */
enum { WANTED = 100000, SPARE = 32, SLOTS = 1 << 17, STEP = 4, LEAD_MS = 2000 };

static int fds[WANTED], armed;
static long fired, early, latest;

/* Per millisecond of the wheel the first deadline that ends there, and per deadline the next; -1 for none. */
static int first[SLOTS], next[WANTED];
static int64_t due[WANTED], looked_at;

static int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void set_deadline(int i, int64_t at) {
  int slot = (int)(at % SLOTS);
  due[i] = at;
  next[i] = first[slot];
  first[slot] = i;
}

static void expire(int i, int64_t now) {
  fired++;
  if (now < due[i]) early++;
  if (now - due[i] > latest) latest = now - due[i];
  set_deadline(i, due[i] + armed);
}

static void on_timer(int timer, uint32_t events) {
  uint64_t expirations;
  int64_t now = now_ms();
  (void)events;
  if (read(timer, &expirations, sizeof expirations) < 0 && errno != EAGAIN) die("timerfd");
  while (looked_at < now) {
    int slot = (int)(++looked_at % SLOTS), i = first[slot];
    first[slot] = -1;
    for (int after; i >= 0; i = after) {
      after = next[i];
      expire(i, now);
    }
  }
}

static void open_all(void) {
  for (; armed < WANTED; armed++) {
    fds[armed] = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fds[armed] < 0 && errno == EMFILE) break;
    if (fds[armed] < 0) die("socket");
    watch(EPOLL_CTL_ADD, fds[armed], EPOLLIN | EPOLLET);
  }
  for (int i = 0; armed < WANTED && i < SPARE; i++) close(fds[--armed]);
}

static void tell_expiries(void) {
  printf("{\"armed\":%d,\"fired\":%ld,\"early\":%ld,\"late\":%ld}\n", armed, fired, early, latest);
  latest = 0;
}

void serve_deadlines(void) {
  struct itimerspec steps = {{0, STEP * 1000000}, {0, STEP * 1000000}};
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  if (timer < 0 || timerfd_settime(timer, 0, &steps, NULL) < 0) die("timerfd");
  open_loop(timer);
  open_all();
  for (int slot = 0; slot < SLOTS; slot++) first[slot] = -1;
  looked_at = now_ms();
  for (int i = 0; i < armed; i++) set_deadline(i, looked_at + LEAD_MS + i);
  answer = tell_expiries;
  puts("1"); /* there is no port: the sign that all stands */
  fflush(stdout);
  watch(EPOLL_CTL_ADD, STDIN_FILENO, EPOLLIN);
  run_loop(timer, on_timer, NULL);
}
