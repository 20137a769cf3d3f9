#include <fcntl.h>

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

const int kSendFlags = MSG_NOSIGNAL;

}  // namespace platform
