// Bytes in and out of a socket. These two are the hot path: one crossing, one system call.
#include <sys/socket.h>

#include <algorithm>

#include "args.h"
#include "calls.h"
#include "platform.h"
#include "retry.h"

namespace calls {

// Some systems refuse more at once, and a result must fit 32 bits; Go's limit too.
static constexpr size_t kMaxChunk = size_t{1} << 30;

napi_value Recv(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  Bytes p;
  if (!args.Int(0, &fd) || !args.View(1, &p)) return nullptr;
  return args.Result(Retry([&] { return recv(fd, p.data, std::min(p.length, kMaxChunk), MSG_DONTWAIT); }));
}

napi_value Send(napi_env env, napi_callback_info info) {
  Args args(env, info);
  int32_t fd;
  Bytes p;
  double offset;
  if (!args.Int(0, &fd) || !args.View(1, &p) || !args.Double(2, &offset)) return nullptr;
  if (!(offset >= 0 && offset <= static_cast<double>(p.length))) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "Expected an offset inside the bytes");
    return nullptr;
  }
  auto start = static_cast<size_t>(offset);
  size_t length = std::min(p.length - start, kMaxChunk);
  return args.Result(Retry([&] { return send(fd, p.data + start, length, platform::kSendFlags); }));
}

}  // namespace calls
