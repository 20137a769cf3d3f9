/* proxy: one splice(2) into a pipe and one out of it for what is there, and pipes that are used again. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

/* PIPE: the most that anybody may have without privileges (pipe-max-size); the kernel begins with a
 * sixteenth. */
enum { DESCRIPTORS = 1 << 16, PIPES = 64, PIPE = 1 << 20 };

/* What is known of a descriptor: 0, which is stdin, stands for none. */
static struct end {
  int to;   /* a source's sink */
  int from; /* a sink's source */
  int pipe[2];
  size_t held; /* bytes in the pipe */
} ends[DESCRIPTORS];

static int idle[PIPES][2], idle_count;

static void take_pipe(int pipe[2]) {
  if (idle_count > 0) {
    idle_count--;
    pipe[0] = idle[idle_count][0];
    pipe[1] = idle[idle_count][1];
    return;
  }
  if (pipe2(pipe, O_NONBLOCK | O_CLOEXEC) < 0) die("pipe2");
  fcntl(pipe[1], F_SETPIPE_SZ, PIPE); /* refused to a user who has many: then it is smaller, and slower */
}

static void return_pipe(const int pipe[2], int is_empty) {
  if (is_empty && idle_count < PIPES) {
    idle[idle_count][0] = pipe[0];
    idle[idle_count++][1] = pipe[1];
    return;
  }
  close(pipe[0]);
  close(pipe[1]);
}

static void close_both(int source) {
  struct end *end = &ends[source];
  return_pipe(end->pipe, end->held == 0);
  ends[end->to] = (struct end){0};
  close(end->to);
  *end = (struct end){0};
  close(source);
}

/* The first two bytes of a connection say where to. */
static void connect_onward(int source) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int on = 1;
  ssize_t n = recv(source, &at.sin_port, sizeof at.sin_port, 0);
  if (n < 0 && errno == EAGAIN) return;
  if (n != sizeof at.sin_port) {
    close(source);
    return;
  }
  int sink = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (sink < 0 || connect(sink, (struct sockaddr *)&at, sizeof at) < 0) die("connect");
  setsockopt(sink, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (fcntl(sink, F_SETFL, O_NONBLOCK) < 0 || sink >= DESCRIPTORS) die("sink");
  ends[source] = (struct end){.to = sink};
  ends[sink] = (struct end){.from = source};
  take_pipe(ends[source].pipe);
  watch(EPOLL_CTL_ADD, sink, 0);
}

/* Pipe to sink. 1 when the pipe is empty, 0 when the sink is full, -1 when it is over. */
static int drain(struct end *end) {
  while (end->held > 0) {
    ssize_t n = splice(end->pipe[0], NULL, end->to, NULL, end->held, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (n < 0) return errno == EAGAIN ? 0 : -1;
    end->held -= (size_t)n;
  }
  return 1;
}

static void fill_and_drain(int source) {
  struct end *end = &ends[source];
  ssize_t n = splice(source, NULL, end->pipe[1], NULL, PIPE, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
  if (n < 0 && errno == EAGAIN) return;
  if (n > 0) end->held = (size_t)n;
  int state = n <= 0 ? -1 : drain(end);
  if (state < 0) close_both(source);
  if (state != 0) return;
  watch(EPOLL_CTL_MOD, source, 0);
  watch(EPOLL_CTL_MOD, end->to, EPOLLOUT);
}

static void go_on(int sink) {
  int source = ends[sink].from, state = drain(&ends[source]);
  if (state < 0) close_both(source);
  if (state <= 0) return;
  watch(EPOLL_CTL_MOD, sink, 0);
  watch(EPOLL_CTL_MOD, source, EPOLLIN);
}

void proxy(int fd, uint32_t events) {
  struct end *end = &ends[fd];
  if (end->from > 0 && (events & (EPOLLHUP | EPOLLERR)))
    close_both(end->from);
  else if (end->from > 0)
    go_on(fd);
  else if (end->to > 0)
    fill_and_drain(fd);
  else
    connect_onward(fd);
}
