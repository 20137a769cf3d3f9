// Built on macOS only. The options of RFC 3542 are shown to those who ask.
#define __APPLE_USE_RFC_3542  // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "constants.h"

#define C(name) \
  {             \
#name, name \
  }

// clang-format off
const Constant kPlatformConstants[] = {
    C(SO_NOSIGPIPE), C(SO_NREAD), C(SO_NWRITE), C(SO_USELOOPBACK), C(SO_LINGER_SEC), C(SO_NP_EXTENSIONS),
    C(SO_TIMESTAMP_MONOTONIC), C(SCM_CREDS), C(SCM_TIMESTAMP_MONOTONIC),
    C(SOL_LOCAL), C(LOCAL_PEERCRED), C(LOCAL_PEERPID), C(LOCAL_PEEREPID), C(LOCAL_PEERUUID), C(LOCAL_PEEREUUID),
    C(TCP_CONNECTIONTIMEOUT), C(TCP_CONNECTION_INFO), C(TCP_ENABLE_ECN), C(TCP_FASTOPEN), C(TCP_KEEPALIVE),
    C(TCP_NOOPT), C(TCP_NOPUSH), C(TCP_NOTSENT_LOWAT), C(TCP_RXT_CONNDROPTIME), C(TCP_RXT_FINDROP),
    C(TCP_SENDMOREACKS),
    {"TCP_KEEPIDLE", TCP_KEEPALIVE},  // The same option under the name Linux gives it.
    C(IP_BOUND_IF), C(IP_DONTFRAG), C(IP_PORTRANGE), C(IP_RECVDSTADDR), C(IP_RECVIF), C(IP_RECVPKTINFO),
    C(IP_RECVTOS), C(IP_STRIPHDR), C(IPV6_BOUND_IF), C(IPV6_DONTFRAG), C(IPV6_PORTRANGE), C(IPV6_USE_MIN_MTU),
    C(MSG_EOF),
    {nullptr, 0},
};
// clang-format on
