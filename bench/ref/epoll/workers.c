/* workers: threads that share nothing but a port, a loop and a listener each. */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

enum { WORKERS = 64 };

static struct worker {
  int listener;
  int tid;
  long *accepted; /* in the thread's own memory, so that counting costs no shared cache line */
  pthread_barrier_t *started;
} workers[WORKERS];

/* The listener's number, in the order of their listening, is that of the core that the packet is seen on. */
static void choose_by_core(int listener) {
  struct sock_filter code[] = {
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)(SKF_AD_OFF + SKF_AD_CPU)},
      {BPF_RET | BPF_A, 0, 0, 0},
  };
  struct sock_fprog program = {.len = 2, .filter = code};
  if (setsockopt(listener, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) < 0)
    die("SO_ATTACH_REUSEPORT_CBPF");
}

static void *work(void *argument) {
  struct worker *w = argument;
  w->tid = gettid();
  w->accepted = &accepted;
  open_loop(w->listener);
  pthread_barrier_wait(w->started);
  run_loop(w->listener, accept_all, reply_and_close);
}

static void tell_workers(int count) {
  for (int i = 0; i < count; i++) {
    long done = __atomic_load_n(workers[i].accepted, __ATOMIC_RELAXED);
    printf("%s{\"tid\":%d,\"count\":%ld}", i == 0 ? "[" : ",", workers[i].tid, done);
  }
  puts("]");
  fflush(stdout);
}

void serve_with_workers(int count, int by_core) {
  pthread_barrier_t started;
  pthread_t thread;
  char line[64];
  if (count < 1 || count > WORKERS) exit(2);
  pthread_barrier_init(&started, NULL, (unsigned)count + 1);
  for (int i = 0; i < count; i++) {
    int port = i == 0 ? 0 : port_of(workers[0].listener);
    workers[i] = (struct worker){.listener = listen_on(port, 1), .started = &started};
  }
  if (by_core) choose_by_core(workers[0].listener);
  for (int i = 0; i < count; i++) {
    if (pthread_create(&thread, NULL, work, &workers[i]) != 0) die("pthread_create");
  }
  pthread_barrier_wait(&started);
  printf("%d\n", port_of(workers[0].listener));
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) tell_workers(count);
  exit(0);
}
