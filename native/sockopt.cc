// Two functions serve every socket option: what an option means is a row in lib/internal/socket/options.ts.
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "args.h"
#include "calls.h"
#include "platform.h"

namespace {

// A program is an array of struct sock_filter: 8 bytes each, and at most BPF_MAXINSNS of them.
constexpr size_t kInstruction = 8;
constexpr size_t kMaxInstructions = 4096;

// The kernel reads and writes this block, never the caller's bytes: it is aligned for any option, and what is
// used of it zeroed first, so that a short value cannot show it memory of ours. The largest is a program.
struct alignas(16) Value {
  uint8_t bytes[kMaxInstructions * kInstruction];
};

struct Option {
  int32_t fd, level, name;
  Bytes value;
};

bool Parse(Args* args, Option* o) {
  return args->Int(0, &o->fd) && args->Int(1, &o->level) && args->Int(2, &o->name) &&
         args->View(3, &o->value);
}

}  // namespace

namespace calls {

napi_value GetSockOpt(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Option o;
  if (!Parse(&args, &o)) return nullptr;
  // The one option whose length counts instructions: in a block of as many bytes the kernel would write
  // behind its end.
  bool filter = o.level == SOL_SOCKET && o.name == platform::kGetFilter;
  size_t unit = filter ? kInstruction : 1;
  Value value;
  size_t room = std::min(o.value.length, sizeof(value)) / unit * unit;
  memset(value.bytes, 0, room);
  auto length = static_cast<socklen_t>(room / unit);
  if (getsockopt(o.fd, o.level, o.name, value.bytes, &length) < 0) return args.Result(-1);
  // Some options report more than fits: what was copied is what is told.
  size_t copied = std::min(length * unit, room);
  if (copied > 0) memcpy(o.value.data, value.bytes, copied);
  return args.Int(static_cast<int64_t>(copied));
}

napi_value SetSockOpt(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Option o;
  if (!Parse(&args, &o)) return nullptr;
  Value value;
  if (o.value.length > sizeof(value)) {
    errno = EINVAL;
    return args.Result(-1);
  }
  if (o.value.length > 0) memcpy(value.bytes, o.value.data, o.value.length);
  return args.Result(setsockopt(o.fd, o.level, o.name, value.bytes, static_cast<socklen_t>(o.value.length)));
}

napi_value SetSockOptFprog(napi_env env, napi_callback_info info) {
  Args args(env, info);
  Option o;
  if (!Parse(&args, &o)) return nullptr;
  size_t count = o.value.length / kInstruction;
  if (count == 0 || count > kMaxInstructions || o.value.length % kInstruction != 0) {
    errno = EINVAL;
    return args.Result(-1);
  }
  return args.Result(
      platform::SetSockOptFprog(o.fd, o.level, o.name, o.value.data, static_cast<uint16_t>(count)));
}

}  // namespace calls
