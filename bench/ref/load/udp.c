/*
 * udp: every socket keeps `depth` datagrams in flight. Each begins with its number; answers may come in any
 * order, but each must come once, to the socket that asked, as it was sent. A lost one ends the run: `depth`
 * times `conns` has to fit the server's receive buffer.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "load.h"

struct header {
  uint32_t conn, number;
};

/* Per socket and place in flight, the number that is out, and one bit more that says so. */
static uint64_t *flights;
static const uint64_t OUT = (uint64_t)1 << 32;

static unsigned char *datagram;

static uint64_t *flight(uint32_t conn, uint32_t number) {
  return &flights[conn * (uint32_t)opt.depth + number % (uint32_t)opt.depth];
}

static void send_one(struct conn *c, uint32_t number, struct phase *p) {
  struct header head = {.conn = (uint32_t)(c - conns), .number = number};
  size_t size = (size_t)opt.size;
  memcpy(datagram, &head, sizeof head);
  memcpy(datagram + sizeof head, pattern + number % TAGS, size - sizeof head);
  *flight(head.conn, number) = OUT | number;
  p->started++;
  p->busy++;
  if (send(c->fd, datagram, size, MSG_NOSIGNAL) != (ssize_t)size) die("send");
}

/* `tag` is the number from which this phase counts on. */
static void start_flights(struct conn *c, struct phase *p) {
  for (int i = 0; i < opt.depth && may_start(p); i++) send_one(c, c->tag + (uint32_t)i, p);
  c->tag += (uint32_t)opt.depth;
}

static void take_one(struct conn *c, ssize_t n, struct phase *p) {
  struct header head;
  if (n != opt.size) fail("a datagram came back with another length");
  memcpy(&head, inbox, sizeof head);
  if (head.conn != (uint32_t)(c - conns)) fail("a datagram came back to another socket");
  if (*flight(head.conn, head.number) != (OUT | head.number)) fail("a datagram came back that was not out");
  if (memcmp(inbox + sizeof head, pattern + head.number % TAGS, (size_t)n - sizeof head) != 0)
    fail("a datagram came back changed");
  *flight(head.conn, head.number) = 0;
  p->done++;
  p->busy--;
  /* The next in the same place; phases begin beyond all that was in flight. */
  uint32_t next = head.number + (uint32_t)opt.depth;
  if (next >= c->tag) c->tag = next + (uint32_t)opt.depth - next % (uint32_t)opt.depth;
  if (opt.pause == 0 && may_start(p)) send_one(c, next, p);
}

static void udp_event(struct epoll_event *ev, struct phase *p) {
  struct conn *c = ev->data.ptr;
  for (;;) {
    ssize_t n = recv(c->fd, inbox, (size_t)opt.size + 1, MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN) return;
    if (n < 0) die("recv");
    take_one(c, n, p);
  }
}

static void open_all(void) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port)};
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (opt.size < (int)sizeof(struct header)) fail("--size: at least 8");
  datagram = malloc((size_t)opt.size);
  flights = calloc((size_t)opt.conns * (size_t)opt.depth, sizeof *flights);
  if (datagram == NULL || flights == NULL) die("setup");
  for (int i = 0; i < opt.conns; i++) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0) die("connect");
    conns[i] = (struct conn){.fd = fd, .in = fd};
    watch(EPOLL_CTL_ADD, fd, &conns[i], EPOLLIN);
  }
}

const struct workload udp = {"udp", open_all, start_flights, udp_event};
