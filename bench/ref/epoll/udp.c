/* udp: what is there in one call, and back in one. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "server.h"

enum { BATCH = 64, ROOM = 2048 };

static char datagrams[BATCH][ROOM];
static struct sockaddr_in peers[BATCH];
static struct iovec pieces[BATCH];
static struct mmsghdr batch[BATCH];

int bind_udp(void) {
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0) die("bind");
  for (int i = 0; i < BATCH; i++) {
    pieces[i].iov_base = datagrams[i];
    batch[i].msg_hdr = (struct msghdr){.msg_name = &peers[i], .msg_iov = &pieces[i], .msg_iovlen = 1};
  }
  return fd;
}

void echo_datagrams(int fd, uint32_t events) {
  (void)events;
  for (int i = 0; i < BATCH; i++) {
    pieces[i].iov_len = ROOM;
    batch[i].msg_hdr.msg_namelen = sizeof peers[i];
  }
  int n = recvmmsg(fd, batch, BATCH, MSG_DONTWAIT, NULL);
  if (n < 0 && errno != EAGAIN) die("recvmmsg");
  accepted += n > 0 ? n : 0;
  for (int i = 0; i < n; i++) pieces[i].iov_len = batch[i].msg_len;
  for (int sent = 0; sent < n;) {
    int went = sendmmsg(fd, batch + sent, (unsigned)(n - sent), 0);
    if (went < 0) die("sendmmsg");
    sent += went;
  }
}
