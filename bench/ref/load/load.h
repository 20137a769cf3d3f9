/* What the parts of the load generator share: each workload is a file, main.c runs it. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/types.h>

struct options {
  int port;         /* of 127.0.0.1; 0: `path` instead */
  const char *path; /* a Unix socket's */
  int conns, size, depth;
  double warm, seconds;
  long messages; /* 0: run for `seconds` instead */
  int pause;     /* us; 0: no connection waits for another */
  pid_t pid;     /* whose CPU clock to read as well; 0: nobody's */
};

struct conn {
  int fd;
  int in;                /* where the bytes come back: `fd`, or the other end of a proxy */
  size_t unsent, unread; /* bytes of the window now in flight */
  size_t window;
  const unsigned char *bytes; /* what the window must hold, when it comes back */
  uint32_t tag;               /* another for each window, so that no old or foreign one passes for it */
};

/* One stretch of load: `until` in ns or `quota` messages, whichever is set. */
struct phase {
  int64_t until, took;
  long quota, started, done;
  int busy; /* windows in flight */
};

struct workload {
  const char *name;
  void (*open)(void);
  void (*start)(struct conn *, struct phase *);
  void (*handle)(struct epoll_event *, struct phase *);
};

extern const struct workload echo, accepting, burst, proxy, udp, flood;

extern struct options opt;
extern struct conn *conns;
/* TAGS bytes longer than a window, and each stretch of it unlike the others. */
extern unsigned char *pattern, *inbox;

enum { TAGS = 256 };

void die(const char *what) __attribute__((noreturn));  /* with errno */
void fail(const char *what) __attribute__((noreturn)); /* without */

/* A blocking connect: on loopback it ends inside the call unless the server's backlog is full. */
int open_stream(int index);
/* Closes it with a reset, at once, whoever closes first. */
void reset_on_close(int fd);
void watch(int op, int fd, struct conn *c, uint32_t events);
int may_start(const struct phase *p);
/* Takes what came in, byte for byte what it must be. 1 when that completes the window. */
int take_in(struct conn *c);
/* Sends as much of the window as goes, and asks to be told when the rest may. */
void push_out(struct conn *c, uint32_t idle_events);

#endif
