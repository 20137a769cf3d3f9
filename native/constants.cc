#include "constants.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
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
    C(SOCK_STREAM), C(SOCK_DGRAM), C(SOCK_RAW), C(SOCK_SEQPACKET),
    C(IPPROTO_IP), C(IPPROTO_ICMP), C(IPPROTO_TCP), C(IPPROTO_UDP), C(IPPROTO_IPV6), C(IPPROTO_ICMPV6),
    C(IPPROTO_RAW),
    C(SHUT_RD), C(SHUT_WR), C(SHUT_RDWR), C(SOMAXCONN),
    C(SOL_SOCKET), C(SO_ERROR), C(SO_TYPE), C(SO_REUSEADDR), C(SO_REUSEPORT), C(SO_BROADCAST),
    C(SO_KEEPALIVE), C(SO_LINGER), C(SO_RCVBUF), C(SO_SNDBUF), C(SO_RCVTIMEO), C(SO_SNDTIMEO),
    C(TCP_NODELAY), C(TCP_KEEPINTVL), C(TCP_KEEPCNT), C(TCP_MAXSEG),
    C(IP_TTL), C(IP_TOS), C(IP_HDRINCL),
    C(IPV6_V6ONLY), C(IPV6_UNICAST_HOPS), C(IPV6_CHECKSUM),
    C(MSG_TRUNC), C(MSG_CTRUNC), C(MSG_PEEK), C(MSG_DONTWAIT), C(MSG_OOB),
    C(SO_ACCEPTCONN), C(F_GETFL), C(F_SETFL), C(F_GETFD), C(F_SETFD), C(FD_CLOEXEC), C(O_NONBLOCK),
    C(CLOCK_REALTIME), C(CLOCK_MONOTONIC),
    // Where a socket address keeps its family: a 16-bit word, or a byte after its length.
    {"SA_FAMILY_OFFSET", static_cast<int>(offsetof(sockaddr, sa_family))},
    {"SA_FAMILY_SIZE", static_cast<int>(sizeof(sockaddr::sa_family))},
    // How control messages are laid out: cmsg(3).
    {"CMSG_HEADER", static_cast<int>(CMSG_LEN(0))},
    {"CMSG_ALIGN", static_cast<int>(sizeof(size_t))},
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
