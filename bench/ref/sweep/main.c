// sweep NETWORK COUNT: echo requests to so many addresses from NETWORK + 1 on, by one raw socket, a sendto(2) each. After
// every 64 it takes what has come. Prints answers, CPU nanoseconds and elapsed nanoseconds.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip_icmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { BURST = 64, SIZE = 64, RAW = 255, FILTER = 1 };

static uint16_t checksum(const uint16_t* words, int count) {
  uint32_t sum = 0;
  for (int i = 0; i < count; i++) sum += words[i];
  sum = (sum >> 16) + (sum & 0xffff);
  return (uint16_t) ~(sum + (sum >> 16));
}

static int64_t nanos(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static int open_socket(void) {
  int fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP);
  if (fd < 0) return fd;
  uint32_t all_but_replies = ~(1U << ICMP_ECHOREPLY);
  int room = 4 << 20, on = 1;
  setsockopt(fd, RAW, FILTER, &all_but_replies, sizeof(all_but_replies));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
  setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
  return fd;
}

static long drain(int fd) {
  uint8_t packet[1500], control[256];
  struct sockaddr_in from;
  struct iovec room = {packet, sizeof(packet)};
  long taken = 0;
  for (;;) {
    struct msghdr message = {
        .msg_name = &from,
        .msg_namelen = sizeof(from),
        .msg_iov = &room,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof(control),
    };
    if (recvmsg(fd, &message, 0) < 0) return taken;
    taken++;
  }
}

int main(int argc, char** argv) {
  if (argc != 3) {
    fprintf(stderr, "sweep NETWORK COUNT\n");
    return 2;
  }
  uint32_t network = ntohl(inet_addr(argv[1]));
  long count = atol(argv[2]), answers = 0;
  int fd = open_socket();
  if (fd < 0) {
    perror("socket");
    return 1;
  }
  union {
    uint8_t bytes[SIZE];
    uint16_t words[SIZE / 2];
  } packet = {.bytes = {ICMP_ECHO}};
  struct sockaddr_in to = {.sin_family = AF_INET};
  int64_t start = nanos(CLOCK_MONOTONIC), cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
  for (long i = 0; i < count;) {
    for (int k = 0; k < BURST && i < count; k++) {
      packet.words[1] = 0;
      packet.words[3] = htons((uint16_t)++i);
      packet.words[1] = checksum(packet.words, SIZE / 2);
      to.sin_addr.s_addr = htonl(network + (uint32_t)i);
      if (sendto(fd, packet.bytes, SIZE, 0, (struct sockaddr*)&to, sizeof(to)) < 0) perror("sendto");
    }
    answers += drain(fd);
  }
  cpu = nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  printf("%ld %lld %lld\n", answers, (long long)cpu, (long long)(nanos(CLOCK_MONOTONIC) - start));
  return answers == count ? 0 : 1;
}
