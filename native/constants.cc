// macOS shows the options of RFC 3542 to those who ask.
#define __APPLE_USE_RFC_3542  // NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)

#include "constants.h"

#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include <cstddef>

#include "poller.h"

namespace {

#define C(name) \
  {             \
#name, name \
  }

// clang-format off
constexpr Constant kConstants[] = {
    C(AF_UNSPEC), C(AF_INET), C(AF_INET6), C(AF_UNIX),
    C(SOCK_STREAM), C(SOCK_DGRAM), C(SOCK_RAW), C(SOCK_SEQPACKET), C(SOCK_RDM),
    C(IPPROTO_IP), C(IPPROTO_ICMP), C(IPPROTO_IGMP), C(IPPROTO_IPIP), C(IPPROTO_TCP), C(IPPROTO_UDP), C(IPPROTO_IPV6),
    C(IPPROTO_RSVP), C(IPPROTO_GRE), C(IPPROTO_ESP), C(IPPROTO_AH), C(IPPROTO_ICMPV6), C(IPPROTO_PIM), C(IPPROTO_RAW),
    C(IPPROTO_HOPOPTS), C(IPPROTO_ROUTING), C(IPPROTO_FRAGMENT), C(IPPROTO_NONE), C(IPPROTO_DSTOPTS),
    C(SHUT_RD), C(SHUT_WR), C(SHUT_RDWR), C(SOMAXCONN),

    C(SOL_SOCKET), C(SO_ACCEPTCONN), C(SO_BROADCAST), C(SO_DEBUG), C(SO_DONTROUTE), C(SO_ERROR), C(SO_KEEPALIVE),
    C(SO_LINGER), C(SO_OOBINLINE), C(SO_RCVBUF), C(SO_RCVLOWAT), C(SO_RCVTIMEO), C(SO_REUSEADDR), C(SO_REUSEPORT),
    C(SO_SNDBUF), C(SO_SNDLOWAT), C(SO_SNDTIMEO), C(SO_TIMESTAMP), C(SO_TYPE),
    C(SCM_RIGHTS), C(SCM_TIMESTAMP),

    C(TCP_NODELAY), C(TCP_KEEPINTVL), C(TCP_KEEPCNT), C(TCP_MAXSEG),

    C(IP_ADD_MEMBERSHIP), C(IP_ADD_SOURCE_MEMBERSHIP), C(IP_BLOCK_SOURCE), C(IP_DROP_MEMBERSHIP),
    C(IP_DROP_SOURCE_MEMBERSHIP), C(IP_HDRINCL), C(IP_MSFILTER), C(IP_MULTICAST_IF), C(IP_MULTICAST_LOOP),
    C(IP_MULTICAST_TTL), C(IP_OPTIONS), C(IP_PKTINFO), C(IP_RECVOPTS), C(IP_RECVTTL), C(IP_RETOPTS), C(IP_TOS),
    C(IP_TTL), C(IP_UNBLOCK_SOURCE),

    C(IPV6_CHECKSUM), C(IPV6_DSTOPTS), C(IPV6_HOPLIMIT), C(IPV6_HOPOPTS), C(IPV6_JOIN_GROUP), C(IPV6_LEAVE_GROUP),
    C(IPV6_MULTICAST_HOPS), C(IPV6_MULTICAST_IF), C(IPV6_MULTICAST_LOOP), C(IPV6_NEXTHOP), C(IPV6_PATHMTU),
    C(IPV6_PKTINFO), C(IPV6_RECVDSTOPTS), C(IPV6_RECVHOPLIMIT), C(IPV6_RECVHOPOPTS), C(IPV6_RECVPATHMTU),
    C(IPV6_RECVPKTINFO), C(IPV6_RECVRTHDR), C(IPV6_RECVTCLASS), C(IPV6_RTHDR), C(IPV6_RTHDRDSTOPTS), C(IPV6_TCLASS),
    C(IPV6_UNICAST_HOPS), C(IPV6_V6ONLY),

    C(MCAST_JOIN_GROUP), C(MCAST_LEAVE_GROUP), C(MCAST_JOIN_SOURCE_GROUP), C(MCAST_LEAVE_SOURCE_GROUP),
    C(MCAST_BLOCK_SOURCE), C(MCAST_UNBLOCK_SOURCE), C(MCAST_INCLUDE), C(MCAST_EXCLUDE),
    C(ICMP6_FILTER),

    C(MSG_CTRUNC), C(MSG_DONTROUTE), C(MSG_DONTWAIT), C(MSG_EOR), C(MSG_OOB), C(MSG_PEEK), C(MSG_TRUNC),
    C(MSG_WAITALL),
    C(F_GETFL), C(F_SETFL), C(F_GETFD), C(F_SETFD), C(FD_CLOEXEC), C(O_NONBLOCK),
    C(CLOCK_REALTIME), C(CLOCK_MONOTONIC),

    // Where a socket address keeps its family: a 16-bit word, or a byte after its length.
    {"SA_FAMILY_OFFSET", static_cast<int>(offsetof(sockaddr, sa_family))},
    {"SA_FAMILY_SIZE", static_cast<int>(sizeof(sockaddr::sa_family))},
    // How control messages are laid out: cmsg(3).
    {"CMSG_HEADER", static_cast<int>(CMSG_LEN(0))},
    {"CMSG_ALIGN", static_cast<int>(CMSG_SPACE(1) - CMSG_SPACE(0))},
    {"TIMEVAL_SIZE", static_cast<int>(sizeof(timeval))},
    // The poller's shared array.
    {"POLLER_WORDS", static_cast<int>(PollerCore::kWords)},
    {"POLLER_EVENTS", static_cast<int>(PollerCore::kEvents)},
};
// clang-format on

#undef C

}  // namespace

Napi::Object Constants(Napi::Env env) {
  Napi::Object object = Napi::Object::New(env);
  for (const Constant& constant : kConstants) object.Set(constant.name, constant.value);
  for (const Constant* c = kPlatformConstants; c->name != nullptr; c++) object.Set(c->name, c->value);
  return object;
}
