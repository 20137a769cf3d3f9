// Making, naming and ending sockets.
#include <sys/socket.h>
#include <unistd.h>

#include "args.h"
#include "calls.h"
#include "env.h"
#include "platform.h"
#include "retry.h"

namespace calls {

napi_value Socket(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t domain, type, protocol;
  if (!args.Int(0, &domain) || !args.Int(1, &type) || !args.Int(2, &protocol)) return nullptr;
  int fd = platform::Socket(domain, type, protocol);
  if (fd >= 0) Descriptors::Of(env)->Add(fd);
  return args.Result(fd);
}

napi_value Bind(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  Bytes address;
  if (!args.Int(0, &fd) || !args.View(1, &address)) return nullptr;
  return args.Result(
      bind(fd, reinterpret_cast<const sockaddr*>(address.data), static_cast<socklen_t>(address.length)));
}

napi_value Connect(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  Bytes address;
  if (!args.Int(0, &fd) || !args.View(1, &address)) return nullptr;
  return args.Result(
      connect(fd, reinterpret_cast<const sockaddr*>(address.data), static_cast<socklen_t>(address.length)));
}

napi_value Listen(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd, backlog;
  if (!args.Int(0, &fd) || !args.Int(1, &backlog)) return nullptr;
  return args.Result(listen(fd, backlog));
}

napi_value Accept(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  Bytes address;
  if (!args.Int(0, &fd) || !args.View(1, &address)) return nullptr;
  int accepted = Retry([&] {
    auto length = static_cast<socklen_t>(address.length);
    return platform::Accept(fd, reinterpret_cast<sockaddr*>(address.data), &length);
  });
  if (accepted >= 0) Descriptors::Of(env)->Add(accepted);
  return args.Result(accepted);
}

napi_value Shutdown(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd, how;
  if (!args.Int(0, &fd) || !args.Int(1, &how)) return nullptr;
  return args.Result(shutdown(fd, how));
}

napi_value Close(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  if (!args.Int(0, &fd)) return nullptr;
  Descriptors::Of(env)->Remove(fd);
  return args.Result(close(fd));
}

// getsockname(2) and getpeername(2) differ in name alone.
template <int (*Ask)(int, sockaddr*, socklen_t*)>
static napi_value Name(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  Bytes address;
  if (!args.Int(0, &fd) || !args.View(1, &address)) return nullptr;
  auto length = static_cast<socklen_t>(address.length);
  int result = Ask(fd, reinterpret_cast<sockaddr*>(address.data), &length);
  return args.Result(result < 0 ? result : static_cast<int>(length));
}

napi_value GetSockName(napi_env env, napi_callback_info info) { return Name<getsockname>(env, info); }
napi_value GetPeerName(napi_env env, napi_callback_info info) { return Name<getpeername>(env, info); }

}  // namespace calls
