#include "platform.h"

namespace platform {

int Socket(int domain, int type, int protocol) {
  return socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
}

int Accept(int fd, sockaddr* address, socklen_t* length) {
  return accept4(fd, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

const int kSendFlags = MSG_NOSIGNAL;

}  // namespace platform
