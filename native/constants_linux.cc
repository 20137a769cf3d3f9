#include <fcntl.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "constants.h"

#define C(name) \
  {             \
#name, name \
  }

// clang-format off
const Constant kPlatformConstants[] = {
    C(IPPROTO_MPTCP), C(SOL_RAW), C(ICMP_FILTER), C(ICMP6_FILTER),
    C(SO_DOMAIN), C(SO_PROTOCOL), C(SO_BINDTODEVICE), C(SO_MARK), C(SO_PRIORITY), C(SO_TIMESTAMPNS),
    C(SO_RCVBUFFORCE), C(SO_SNDBUFFORCE), C(SO_BUSY_POLL), C(SO_INCOMING_CPU),
    C(TCP_KEEPIDLE), C(TCP_USER_TIMEOUT), C(TCP_CORK), C(TCP_QUICKACK), C(TCP_CONGESTION),
    C(TCP_DEFER_ACCEPT), C(TCP_FASTOPEN), C(TCP_FASTOPEN_CONNECT), C(TCP_INFO),
    C(IP_RECVERR), C(IP_RECVTTL), C(IP_PKTINFO), C(IP_MTU_DISCOVER), C(IP_FREEBIND), C(IP_TRANSPARENT),
    C(IP_BIND_ADDRESS_NO_PORT), C(IPV6_RECVHOPLIMIT), C(IPV6_HOPLIMIT), C(IPV6_RECVPKTINFO), C(IPV6_PKTINFO),
    C(IPV6_RECVERR), C(IPV6_TCLASS), C(MSG_ERRQUEUE), C(MSG_NOSIGNAL), C(MSG_CMSG_CLOEXEC), C(F_SETPIPE_SZ),
    {"SOL_MPTCP", 284}, {"MPTCP_INFO", 1},  // linux/mptcp.h, which clashes with the C library's headers.
    {nullptr, 0},
};
// clang-format on
