// The calls whose form differs between systems, one file each: platform_linux.cc, platform_darwin.cc.
#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <cstdint>

namespace platform {

// socket(2), non-blocking and close-on-exec.
int Socket(int domain, int type, int protocol);

// accept(2); the new descriptor is non-blocking and close-on-exec.
int Accept(int fd, sockaddr* address, socklen_t* length);

// Whether fcntl(2) takes an integer for this command, or nothing.
bool TakesInt(int command);

// setsockopt(2) of a struct sock_fprog that points to `count` instructions of classic BPF.
int SetSockOptFprog(int fd, int level, int name, const void* program, uint16_t count);

// The option that reads such a program back; no option's number where there is none.
extern const int kGetFilter;

// Flags of every send: one to a gone peer raises no SIGPIPE, and none waits, as none that receives does. The
// socket is non-blocking, but whoever shares its description may have changed that.
extern const int kSendFlags;

}  // namespace platform
