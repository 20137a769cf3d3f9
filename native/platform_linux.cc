#include <fcntl.h>
#include <linux/filter.h>

#include "platform.h"

namespace platform {

int Socket(int domain, int type, int protocol) {
  return socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

int Accept(int fd, sockaddr* address, socklen_t* length) {
  return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

bool TakesInt(int command) {
  return command == F_GETFL || command == F_SETFL || command == F_GETFD || command == F_SETFD ||
         command == F_SETPIPE_SZ;
}

int SetSockOptFprog(int fd, int level, int name, const void* program, uint16_t count) {
  // The kernel copies the instructions and never writes to them, wherever they lie.
  sock_fprog fprog = {count, static_cast<sock_filter*>(const_cast<void*>(program))};
  return setsockopt(fd, level, name, &fprog, sizeof(fprog));
}

const int kGetFilter = SO_GET_FILTER;

const int kSendFlags = MSG_NOSIGNAL | MSG_DONTWAIT;

}  // namespace platform
