// Built on macOS only, where the flags of socket(2) and accept4(2) do not exist.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "platform.h"

namespace platform {

// Finishes a new descriptor, or closes it and keeps errno: no half-made one is left behind.
static int Prepare(int fd) {
  int on = 1;
  bool ok = fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
            setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof(on)) == 0;
  if (ok || fd < 0) return fd;
  int saved = errno;
  close(fd);
  errno = saved;
  return -1;
}

int Socket(int domain, int type, int protocol) { return Prepare(socket(domain, type, protocol)); }

int Accept(int fd, sockaddr* address, socklen_t* length) { return Prepare(accept(fd, address, length)); }

bool TakesInt(int command) {
  return command == F_GETFL || command == F_SETFL || command == F_GETFD || command == F_SETFD;
}

int SetSockOptFprog(int, int, int, const void*, uint16_t) {
  errno = ENOPROTOOPT;
  return -1;
}

const int kGetFilter = -1;

const int kSendFlags = MSG_DONTWAIT;

}  // namespace platform
