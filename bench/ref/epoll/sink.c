/* udp-sink: takes datagrams, as many as there are in one call, and looks at each. -joined: with UDP_GRO. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "server.h"

enum { BATCH = 64, ROOM = 2048, JOINED = 8, TOGETHER = 65536, UDP_GRO_OPTION = 104 };

static char datagrams[BATCH][ROOM];
static char together[JOINED][TOGETHER];
static struct sockaddr_in peers[BATCH];
static struct iovec pieces[BATCH];
static char controls[BATCH][CMSG_SPACE(sizeof(int))];
static struct mmsghdr batch[BATCH];

/* What is seen of a datagram: so that it cannot be left out. */
static volatile unsigned long seen;

static void look(const char *bytes, size_t n, const struct sockaddr_in *peer) {
  seen += (unsigned char)bytes[0] + n + peer->sin_port;
  accepted++;
}

int bind_joined(void) {
  int fd = bind_udp(), on = 1;
  if (setsockopt(fd, IPPROTO_UDP, UDP_GRO_OPTION, &on, sizeof on) < 0) die("UDP_GRO");
  return fd;
}

static int take(int fd, int count, char *rooms, size_t room, size_t control) {
  for (int i = 0; i < count; i++) {
    pieces[i] = (struct iovec){rooms + (size_t)i * room, room};
    batch[i].msg_hdr = (struct msghdr){.msg_name = &peers[i],
                                       .msg_namelen = sizeof peers[i],
                                       .msg_iov = &pieces[i],
                                       .msg_iovlen = 1,
                                       .msg_control = control > 0 ? controls[i] : NULL,
                                       .msg_controllen = control};
  }
  int n = recvmmsg(fd, batch, (unsigned)count, MSG_DONTWAIT, NULL);
  if (n < 0 && errno != EAGAIN) die("recvmmsg");
  return n;
}

void sink(int fd, uint32_t events) {
  (void)events;
  int n = take(fd, BATCH, datagrams[0], ROOM, 0);
  for (int i = 0; i < n; i++) look(datagrams[i], batch[i].msg_len, &peers[i]);
}

static size_t segment_of(struct msghdr *msg, size_t whole) {
  struct cmsghdr *item = CMSG_FIRSTHDR(msg);
  int segment = 0;
  if (item == NULL || item->cmsg_level != IPPROTO_UDP || item->cmsg_type != UDP_GRO_OPTION) return whole;
  memcpy(&segment, CMSG_DATA(item), sizeof segment);
  return segment > 0 ? (size_t)segment : whole;
}

void sink_joined(int fd, uint32_t events) {
  (void)events;
  int n = take(fd, JOINED, together[0], TOGETHER, sizeof controls[0]);
  for (int i = 0; i < n; i++) {
    size_t whole = batch[i].msg_len, segment = segment_of(&batch[i].msg_hdr, whole);
    for (size_t at = 0; at < whole; at += segment) {
      look(together[i] + at, whole - at < segment ? whole - at : segment, &peers[i]);
    }
  }
}
