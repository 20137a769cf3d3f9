// Built on macOS only.
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
    C(ICMP6_FILTER), C(SO_NOSIGPIPE), C(SO_TIMESTAMP),
    {"TCP_KEEPIDLE", TCP_KEEPALIVE},  // The same option under the name macOS gives it.
    {nullptr, 0},
};
// clang-format on
