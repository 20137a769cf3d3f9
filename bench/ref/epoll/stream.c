/* Streams: echo, bursts, Unix sockets. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "server.h"

enum { MESSAGES = 32, MESSAGE = 64, BACKLOG = 511 };

int listen_on_path(const char *path) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || strlen(path) >= sizeof at.sun_path) die("unix");
  strcpy(at.sun_path, path);
  if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, BACKLOG) < 0) die("listen");
  return fd;
}

static void wait_for_room(int fd) {
  struct pollfd writable = {.fd = fd, .events = POLLOUT};
  poll(&writable, 1, -1);
}

/* A full send buffer is waited for on the spot: the load generator always reads, and this is rare. */
static int send_all(int fd, const char *p, ssize_t left) {
  while (left > 0) {
    ssize_t n = send(fd, p, (size_t)left, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
      wait_for_room(fd);
      continue;
    }
    if (n < 0) return -1;
    p += n;
    left -= n;
  }
  return 0;
}

/* 1 when it is over. */
static int echo_once(int fd) {
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return 0;
  return n <= 0 || send_all(fd, buffer, n) < 0;
}

void reply(int fd, uint32_t events) {
  (void)events;
  if (echo_once(fd)) close(fd);
}

void reply_and_close(int fd, uint32_t events) {
  (void)events;
  echo_once(fd);
  close(fd);
}

/* ---- bursts: each message is filled with its number ---- */

static char messages[MESSAGES][MESSAGE];
static struct iovec pieces[MESSAGES];

static void prepare(void) {
  if (pieces[0].iov_len != 0) return;
  for (int i = 0; i < MESSAGES; i++) {
    memset(messages[i], i, MESSAGE);
    pieces[i] = (struct iovec){messages[i], MESSAGE};
  }
}

/* A short one, when the send buffer is full, goes on where it stopped, byte for byte. */
static int send_together(int fd) {
  struct msghdr all = {.msg_iov = pieces, .msg_iovlen = MESSAGES};
  ssize_t n = sendmsg(fd, &all, MSG_NOSIGNAL);
  if (n < 0 && errno == EAGAIN) n = 0;
  return n < 0 ? -1 : send_all(fd, (const char *)messages + n, (ssize_t)sizeof messages - n);
}

static int send_apart(int fd) {
  for (int i = 0; i < MESSAGES; i++) {
    if (send_all(fd, messages[i], MESSAGE) < 0) return -1;
  }
  return 0;
}

static void answer_requests(int fd, int (*send_messages)(int)) {
  ssize_t n = recv(fd, buffer, sizeof buffer, 0);
  if (n < 0 && errno == EAGAIN) return;
  prepare();
  for (ssize_t i = 0; i < n; i++) {
    if (send_messages(fd) < 0) n = -1;
  }
  if (n <= 0) close(fd);
}

void burst(int fd, uint32_t events) {
  (void)events;
  answer_requests(fd, send_together);
}

void burst_by_calls(int fd, uint32_t events) {
  (void)events;
  answer_requests(fd, send_apart);
}
